"""Look back at each moment of a project's life: what the pages showed then is what they show as of then."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.models import AssuranceRating, Milestone, Objective, Project, ProjectObjective, StatusUpdate
from portfolio.models.asof import (
    frozen_facts,
    milestones_at,
    moment_of,
    objective_links_at,
    standing_of,
    standings,
    texts_of,
)
from tests import factories

# Events carry the moment of their transaction, so each step needs one of its own.
pytestmark = pytest.mark.django_db(transaction=True)


def every() -> object:
    return Project.objects.all()


def test_each_step_of_a_life_can_be_seen_again():
    before = timezone.now()
    project = factories.project("Ring road", budget=Decimal("100.00"))
    shown = {timezone.now(): standings(every())}

    Project.objects.filter(pk=project.pk).update(forecast=Decimal("120.50"), forecast_finish_on=date(2027, 3, 1))
    shown[timezone.now()] = standings(every())

    first = factories.update(project, overall="red", cost="amber", computed_overall="amber", percent_complete=40)
    shown[timezone.now()] = standings(every())

    rating = AssuranceRating.objects.create(project=project, rating="amber", effective_at=timezone.now())
    Project.objects.filter(pk=project.pk).update(current_assurance=rating)
    shown[timezone.now()] = standings(every())

    StatusUpdate.objects.filter(pk=first.pk).update(state="superseded")
    factories.update(project, first.period, overall="green", revision=2)
    shown[timezone.now()] = standings(every())

    Project.objects.filter(pk=project.pk).update(archived_at=timezone.now())
    archived = timezone.now()

    assert standings(every(), before) == []
    assert [standings(every(), at) for at in shown] == list(shown.values())
    assert [rows[0].overall for rows in shown.values()] == [None, None, "red", "red", "green"]
    assert standings(every()) == standings(every(), archived) == []
    last = list(shown.values())[-1][0]
    assert (last.forecast, last.assurance) == (Decimal("120.50"), "amber")


def test_a_project_recorded_later_shows_the_facts_of_its_imported_update():
    was = datetime(2024, 3, 31, 22, 59, tzinfo=UTC)
    project = factories.project("Railway", budget=Decimal("500.00"), phase="delivery", planned_finish_on=date(2030, 1, 1))
    project.budget, project.planned_finish_on = Decimal("400.00"), date(2029, 6, 1)
    facts = {"project": frozen_facts(project)}
    period = factories.period(ends_on=date(2024, 3, 31))
    update = factories.update(project, period, overall="amber", effective_at=was, facts=facts, source="gmpp.csv")
    AssuranceRating.objects.create(project=project, rating="red", effective_at=was)

    then = standing_of(project, was + timedelta(days=30))

    assert then is not None
    assert (then.reference, then.title, then.overall, then.assurance) == (project.reference, "Railway", "amber", "red")
    assert (then.budget, then.planned_finish_on, then.update_id) == (Decimal("400.00"), date(2029, 6, 1), update.pk)
    assert standing_of(project, was - timedelta(seconds=1)) is None
    assert standing_of(project).budget == Decimal("500.00")
    Project.objects.filter(pk=project.pk).update(archived_at=was + timedelta(days=20))
    assert standing_of(project, was + timedelta(days=10)) is not None
    assert standing_of(project, was + timedelta(days=30)) is None


def test_a_fact_that_the_imported_update_does_not_hold_is_unknown():
    was = datetime(2024, 3, 31, tzinfo=UTC)
    project = factories.project(budget=Decimal("500.00"))
    factories.update(
        project, factories.period(ends_on=date(2024, 3, 31)), effective_at=was, facts={"project": {"spend": "12.34"}}
    )

    then = standing_of(project, was)

    assert (then.budget, then.spend, then.currency) == (None, Decimal("12.34"), "GBP")


def test_only_the_main_series_and_only_published_updates_count():
    project = factories.project()
    other = factories.calendar(series=factories.series("customer", "Customer"))
    factories.update(project, factories.period(other), overall="red")
    factories.update(project, state="draft", overall="red")
    factories.update(project, overall="amber")

    assert standing_of(project, timezone.now()).overall == "amber"


def test_texts_milestones_and_objectives_as_they_stood():
    project = factories.project(purpose="To cross the river")
    milestone = Milestone.objects.create(project=project, title="Open", planned_on=date(2026, 5, 1))
    link = ProjectObjective.objects.create(project=project, objective=Objective.objects.create(name="Safer roads"))
    then = timezone.now()
    Project.objects.filter(pk=project.pk).update(purpose="To sell tickets")
    Milestone.objects.filter(pk=milestone.pk).update(forecast_on=date(2026, 8, 1))
    link.delete()
    slipped = timezone.now()
    milestone.delete()
    project.refresh_from_db()

    assert texts_of(project, then)["purpose"] == "To cross the river"
    assert texts_of(project)["purpose"] == "To sell tickets"
    assert [row.forecast_on for row in milestones_at([project.pk], then)] == [None]
    assert [row.forecast_on for row in milestones_at([project.pk], slipped)] == [date(2026, 8, 1)]
    assert not milestones_at([project.pk], timezone.now()).exists()
    assert objective_links_at(then) == [(project.pk, link.objective_id)]
    assert objective_links_at(slipped) == objective_links_at() == []


def test_the_caller_decides_who_is_seen():
    manager = factories.user()
    mine = factories.project(manager=manager)
    secret = factories.project(is_confidential=True)
    then = timezone.now()
    Project.objects.filter(pk=mine.pk).update(manager=None)

    assert standings(Project.objects.visible_to(manager), then) == []  # by today's rights
    assert secret.pk not in [row.pk for row in standings(Project.objects.visible_to(factories.user("pmo_head")), then)]


@pytest.mark.parametrize("count", [1, 12])
def test_reading_costs_the_same_at_any_size(count):
    for _ in range(count):
        factories.update(factories.project())
    with CaptureQueriesContext(connection) as now:
        assert len(standings(every())) == count
    with CaptureQueriesContext(connection) as past:
        assert len(standings(every(), timezone.now())) == count
    assert (len(now), len(past)) == (1, 1)


def test_today_and_days_to_come_are_now():
    today = timezone.localdate()
    assert moment_of(None) is None
    assert moment_of(today) is None
    assert moment_of(today + timedelta(days=1)) is None
    yesterday = moment_of(today - timedelta(days=1))
    assert yesterday is not None
    assert timezone.localtime(yesterday).date() == today - timedelta(days=1)
