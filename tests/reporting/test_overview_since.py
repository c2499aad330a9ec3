"""The portfolio overview of another day, and what changed: since a day, and since the last report."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from portfolio.models import (
    Milestone,
    Objective,
    Project,
    ProjectObjective,
    StatusUpdate,
)
from reporting.collect.overview import overview
from reporting.collect.overview_picture import Selection, read_picture
from reporting.collect.since import end_of
from reporting.models import ReportRun, ReportSchedule
from tests import factories
from tests.reporting.test_overview import TODAY, URL, month_ago, publish_asking, read, small  # noqa: F401 - fixture


@pytest.mark.django_db(transaction=True)
def test_the_past_looks_as_it_looked_then(signed_in):
    head = factories.user("pmo_head")
    project = factories.project("Tunnel", budget=Decimal("10.00"), forecast=Decimal("11.00"))
    factories.update(project, overall="amber", computed_overall="amber")
    Milestone.objects.create(project=project, title="Open", planned_on=TODAY() + timedelta(days=5))
    then = read(head)
    moment = timezone.now()

    Project.objects.filter(pk=project.pk).update(forecast=Decimal("15.00"))
    factories.update(project, factories.period(), overall="red", computed_overall="red")
    Milestone.objects.filter(project=project).update(actual_on=TODAY())
    factories.project("Later")

    again = overview(read_picture(head, moment), Selection(), end_of(month_ago()))
    for name in (
        "rows",
        "ratings",
        "dimensions",
        "money",
        "freshness",
        "milestones",
        "decisions",
        "bridges",
        "attention",
        "late",
    ):
        assert getattr(again, name) == getattr(then, name), name
    now = read(head)
    assert now.ratings.declared.red == 1
    assert len(now.rows) == 2


def test_yesterdays_page_says_that_it_is_yesterdays(cast, signed_in):
    day = TODAY() - timedelta(days=1)
    page = signed_in(cast.pmo_head).get(f"{URL}?as_of={day}").content.decode()
    assert "You see what this page showed on" in page
    assert "Nothing was known on that day" in page


def publish_at(project, ends_on, **fields):
    """A published update of the period that ended then, known the day after."""
    period = factories.period(factories.calendar(), ends_on=ends_on)
    known = timezone.make_aware(datetime.combine(ends_on + timedelta(days=1), time(12)))
    update = factories.update(project, period, state="submitted", **fields)
    StatusUpdate.objects.filter(pk=update.pk).update(state="published", published_at=known, effective_at=known)
    Project.objects.filter(pk=project.pk, current_update=None).update(current_update=update)


def test_the_trend_ends_where_the_figures_stand(small, signed_in):  # noqa: F811
    year_ago = TODAY() - timedelta(days=300)
    for title in ("Lock", "Weir"):
        project = small[title]
        for ends_on in (year_ago, year_ago + timedelta(days=60)):
            publish_at(project, ends_on, overall="red" if ends_on == year_ago else "amber", computed_overall="red")
    closed = factories.project("Tow path", phase="closed", actual_finish_on=year_ago + timedelta(days=100))
    publish_at(closed, year_ago, overall="red", computed_overall="red")
    head = factories.user("pmo_head")
    found = read(head)
    points = {point.on: point for point in found.trend}
    assert len(points) == 13
    assert max(point.red for point in points.values()) == 3
    last = points[TODAY()]
    declared = found.ratings.declared
    assert (last.red, last.amber, last.green) == (declared.red, declared.amber, declared.green)
    assert last.disagree == found.ratings.computed_worse
    narrow = read(head, Selection(tier=1))
    assert [point.red for point in narrow.trend][-1] == 1
    page = signed_in(head).get(URL).content.decode()
    assert "Red fell from 100% to 20% of rated projects since" in page
    assert page.count('class="figure-row"><span class="figure-value"') == 6


def reported(days, by, **scope):
    """A pack that was made so many days ago."""
    made = timezone.now() - timedelta(days=days)
    schedule = ReportSchedule.objects.create(
        name="Board report", owner=by, at=time(8), zone="UTC", weekday=0, starts_on=made.date(), **scope
    )
    return ReportRun.objects.create(
        schedule=schedule, due_at=made, next_try_at=made, created_at=made, started_at=made, finished_at=made, state="done"
    )


def test_changes_are_counted_from_the_last_report(small, signed_in):  # noqa: F811
    head = factories.user("pmo_head")
    client = signed_in(head)
    assert "What changed in the last 30 days" in client.get(URL).content.decode()
    for days in (20, 9):
        reported(days, head)
    reported(0, head)  # says what the page says
    preview = reported(3, head)
    ReportRun.objects.filter(pk=preview.pk).update(purpose="preview")
    inner = reported(4, head, portfolio=small["inner"])

    def day(days):
        return date_format(TODAY() - timedelta(days=days), "j M Y")

    assert f"What changed since the report of {day(9)}" in client.get(URL).content.decode()
    inside = client.get(f"{URL}?portfolio={small['inner'].pk}").content.decode()
    assert f"What changed since the report of {day(4)}" in inside
    assert f"/reports/archive/{inner.pk}/" in inside
    assert f"since the report of {day(9)}" in client.get(f"{URL}?tier=1").content.decode()
    assert f"What changed since {day(2)}" in client.get(f"{URL}?since={TODAY() - timedelta(days=2)}").content.decode()
    assert f"since the report of {day(20)}" in client.get(f"{URL}?as_of={TODAY() - timedelta(days=12)}").content.decode()


def test_changes_of_a_sponsor_or_an_objective_are_counted_from_their_own_report(small, signed_in, cast):  # noqa: F811
    head = cast.pmo_head
    objective = Objective.objects.create(name="Cleaner rivers")
    ProjectObjective.objects.create(project=small["Canal"], objective=objective)
    Project.objects.filter(pk=small["Canal"].pk).update(sponsor=cast.sponsor)
    reported(9, head)
    its, theirs = reported(12, head, objective=objective), reported(14, head, sponsor=cast.sponsor)
    client = signed_in(head)
    assert f"/reports/archive/{its.pk}/" in client.get(f"{URL}?objective={objective.pk}").content.decode()
    assert f"/reports/archive/{theirs.pk}/" in client.get(f"{URL}?sponsor={cast.sponsor.pk}").content.decode()
    page = client.get(URL).content.decode()
    assert not any(f"/reports/archive/{run.pk}/" in page for run in (its, theirs))


def test_a_report_tells_nothing_to_those_who_may_not_know_of_it(cast, signed_in):
    reported(9, cast.pmo_head)
    client = signed_in(cast.project_manager)
    assert "since the report" not in client.get(URL).content.decode()
    assert "since the report" in signed_in(cast.board_member).get(URL).content.decode()
