"""Which updates are owed today: opened, not submitted, not lapsed."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.models import StatusDuty, StatusUpdate
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def owed(on: date = TODAY) -> list[tuple[str, str]]:
    return [(duty.project.title, duty.period_label) for duty in StatusDuty.objects.select_related("project").owed(on)]


def test_period_is_owed_from_its_opening_until_it_is_submitted() -> None:
    calendar, project = factories.calendar(), factories.project("Bridge")
    factories.duty(project, calendar)
    period = factories.period(calendar, ends_on=TODAY, label="November")
    assert owed(period.opens_on - timedelta(days=1)) == []
    assert owed(period.opens_on) == [("Bridge", "November")]
    factories.update(project, period, state="draft")
    (row,) = StatusDuty.objects.owed(TODAY)
    assert row.draft_state == "draft"
    factories.update(project, factories.period(calendar, ends_on=TODAY - timedelta(days=40)), state="published")
    assert owed() == [("Bridge", "November")]


@pytest.mark.parametrize("state", ["submitted", "published"])
def test_submitted_update_is_not_owed(state: str) -> None:
    calendar, project = factories.calendar(), factories.project()
    factories.duty(project, calendar)
    factories.update(project, factories.period(calendar, ends_on=TODAY), state=state)
    assert owed() == []


def test_overdue_period_is_owed_until_the_next_one_opens() -> None:
    calendar, project = factories.calendar(), factories.project("Bridge")
    factories.duty(project, calendar)
    factories.period(calendar, ends_on=date(2026, 10, 31), label="October")
    factories.period(calendar, ends_on=date(2026, 11, 30), label="November")
    assert owed(date(2026, 11, 20)) == [("Bridge", "October")]
    assert [duty.period_label for duty in StatusDuty.objects.overdue(date(2026, 11, 20))] == ["October"]
    assert StatusDuty.objects.overdue(date(2026, 11, 5)).count() == 0
    assert owed(date(2026, 11, 25)) == [("Bridge", "November")]


def test_two_overlapping_weeks_are_both_owed() -> None:
    calendar, project = factories.calendar(cadence="weekly"), factories.project()
    factories.duty(project, calendar)
    factories.period(calendar, ends_on=TODAY, label="47")
    factories.period(calendar, ends_on=TODAY + timedelta(days=7), label="48", opens_on=TODAY + timedelta(days=2))
    assert [label for _, label in owed(TODAY + timedelta(days=3))] == ["47", "48"]


def test_nothing_is_owed_by_projects_at_rest_or_before_the_duty() -> None:
    calendar = factories.calendar()
    factories.period(calendar, ends_on=TODAY)
    for fields in ({"phase": "closed"}, {"phase": "cancelled"}):
        factories.duty(factories.project(**fields), calendar)
    late = factories.duty(factories.project(), calendar)
    StatusDuty.objects.filter(pk=late.pk).update(starts_on=TODAY + timedelta(days=1))
    assert owed() == []


def test_writer_is_the_manager_or_a_named_project_manager() -> None:
    calendar, manager, deputy = factories.calendar(), factories.user(), factories.user()
    factories.period(calendar, ends_on=TODAY)
    own, other = factories.project("Own", manager=manager), factories.project("Other")
    factories.member(deputy, "project_manager", project=own)
    for project in (own, other):
        factories.duty(project, calendar)
    for person in (manager, deputy):
        assert [duty.project for duty in StatusDuty.objects.of_writer(person).owed(TODAY)] == [own]
    assert not StatusDuty.objects.of_writer(factories.user("pmo_head")).owed(TODAY)


@pytest.mark.parametrize("number", [1, 10])
def test_query_count_is_flat(number: int) -> None:
    calendar, manager = factories.calendar(), factories.user()
    factories.period(calendar, ends_on=TODAY)
    for _ in range(number):
        factories.duty(factories.project(manager=manager), calendar)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        rows = list(StatusDuty.objects.of_writer(manager).owed(TODAY).select_related("project", "calendar"))
    assert (len(rows), len(queries)) == (number, 1)


@pytest.mark.parametrize("seed", range(3))
def test_read_for_many_it_is_the_same(seed: int) -> None:
    chance = random.Random(seed)
    calendars = [factories.calendar(is_active=active) for active in (True, True, False)]
    periods = [
        factories.period(of, ends_on=TODAY - timedelta(days=chance.randrange(90)), label=f"{of.pk} {number}",
            starts_on=date(2026, 1, number + 1)) for of in calendars for number in range(4)
    ]  # fmt: skip
    for number in range(12):
        project = factories.project(phase=chance.choice(["delivery", "delivery", "closed"]))
        if number == 0:
            type(project).objects.filter(pk=project.pk).update(archived_at=timezone.now())
        for of in calendars:
            duty = factories.duty(project, of)
            StatusDuty.objects.filter(pk=duty.pk).update(starts_on=chance.choice([None, TODAY - timedelta(days=40)]))
        for period in periods:
            if chance.random() < 0.6:
                made = factories.update(project, period, state=chance.choice(["draft", "returned", "submitted", "published"]))
                if made.state == "draft" and chance.random() < 0.5:  # submitted in a series that the calendar has left
                    StatusUpdate.objects.filter(pk=made.pk).update(state="submitted", series=factories.series("other"))
    found = 0
    for days in range(-60, 60, 7):
        on = TODAY + timedelta(days=days)
        told, many = (
            sorted(rows.values_list("pk", "period_id"))
            for rows in (StatusDuty.objects.overdue(on), StatusDuty.objects.overdue(on, of_many=True))
        )
        assert told == many
        found += len(many)
    assert found > 20
