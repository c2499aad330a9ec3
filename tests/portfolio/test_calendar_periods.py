"""Calendars: periods laid out once, the most specific one wins, an edit does not touch what was reported."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.errors import ActionError, EditConflict
from portfolio.actions.calendars import assign_duties, create_calendar, edit_calendar, ensure_periods
from portfolio.actions.status import publish_update
from portfolio.models import Project, ReportingCalendar, StatusDuty
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def made(name: str = "Monthly", **values: object) -> ReportingCalendar:
    full = {"name": name, "series": factories.series(), "cadence": "monthly"} | values
    return create_calendar(values=full, on=TODAY)


def calendars_of(project: Project) -> set[str]:
    return set(StatusDuty.objects.filter(project=project).values_list("calendar__name", flat=True))


def test_new_calendar_lays_out_its_periods_from_the_running_one() -> None:
    project = factories.project()
    calendar = made()
    first = calendar.periods.order_by("starts_on").first()
    assert first is not None
    assert (first.label, first.opens_on, first.due_on) == ("November 2026", date(2026, 11, 25), date(2026, 12, 5))
    assert calendars_of(project) == {"Monthly"}


def test_ensuring_again_adds_none_and_later_only_what_is_missing() -> None:
    calendar = made(cadence="weekly", name="Weekly")
    assert ensure_periods(until=TODAY + timedelta(days=100)) == 0
    assert ensure_periods(until=TODAY + timedelta(days=114)) == 2
    ends = list(calendar.periods.order_by("starts_on").values_list("starts_on", "ends_on"))
    assert all(after[0] == before[1] + timedelta(days=1) for before, after in pairwise(ends))
    labels = list(calendar.periods.order_by("starts_on").values_list("label", flat=True)[:2])
    assert labels == ["Week 47, 2026", "Week 48, 2026"]


def test_most_specific_calendar_of_a_series_wins() -> None:
    top = factories.portfolio("Top")
    inner = factories.portfolio("Inner", parent=top)
    projects = {
        "plain": factories.project(tier=2),
        "tier one": factories.project(tier=1),
        "in top": factories.project(tier=2, portfolio=top),
        "in inner": factories.project(tier=2, portfolio=inner),
        "via programme": factories.project(tier=1, programme=factories.programme(portfolio=inner)),
    }
    made("All")
    made("Tier 1", tier=1)
    made("Top", portfolio=top)
    made("Inner tier 1", portfolio=inner, tier=1)
    made("Customer", series=factories.series("customer", "Customer"))
    assert {name: calendars_of(project) for name, project in projects.items()} == {
        "plain": {"All", "Customer"},
        "tier one": {"Tier 1", "Customer"},
        "in top": {"Top", "Customer"},
        "in inner": {"Top", "Customer"},
        "via programme": {"Inner tier 1", "Customer"},
    }
    assert assign_duties(on=TODAY) == 0


def test_two_calendars_for_the_same_projects_are_refused() -> None:
    made()
    with pytest.raises(ActionError, match="same portfolio and tier"):
        made("Another")


def test_editing_the_rhythm_keeps_what_was_reported() -> None:
    calendar = made()
    reported = calendar.periods.order_by("starts_on").first()
    assert reported is not None
    factories.update(factories.project(), reported)
    values = {"cadence": "weekly", "first_period_starts_on": date(2026, 11, 30)}
    edit_calendar(calendar=calendar, values=values, version=calendar.version, on=TODAY)
    labels = list(calendar.periods.order_by("starts_on").values_list("label", flat=True)[:3])
    assert labels == ["November 2026", "Week 49, 2026", "Week 50, 2026"]
    starts = list(calendar.periods.order_by("starts_on").values_list("starts_on", flat=True)[:2])
    assert starts[1] == date(2026, 12, 1)
    with pytest.raises(EditConflict):
        edit_calendar(calendar=calendar, values={}, version=calendar.version, on=TODAY)


def test_imported_calendars_are_left_alone() -> None:
    irregular = factories.calendar(cadence="irregular")
    project = factories.project()
    factories.duty(project, irregular)
    ensure_periods(until=TODAY)
    assign_duties(on=TODAY)
    assert not irregular.periods.exists()
    assert calendars_of(project) == {irregular.name}


def test_pages_of_calendars(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.pmo_head, backend="django.contrib.auth.backends.ModelBackend")
    data = {
        "name": "Quarterly", "series": factories.series().pk, "cadence": "quarterly", "opens_days_before_end": 5, "due_days_after_end": 10,
        "review_required": "on", "remind_days_before": 2, "escalate_days_after": 3, "is_active": "on",
    }  # fmt: skip
    for wrong in (
        {"opens_days_before_end": 900},
        {"first_period_starts_on": "0026-04-01"},
        {"first_period_starts_on": "9999-12-31"},
    ):
        assert client.post(reverse("portfolio:calendar-create"), data | wrong).status_code == 422, wrong
    assert client.post(reverse("portfolio:calendar-create"), data).status_code == 302
    calendar = ReportingCalendar.objects.get()
    assert "Quarterly" in client.get(reverse("portfolio:calendar-list")).content.decode()
    edit = reverse("portfolio:calendar-edit", args=[calendar.pk])
    assert "Periods" in client.get(edit).content.decode()
    first = calendar.first_period_starts_on
    assert first is not None
    data |= {"first_period_starts_on": first.isoformat(), "name": "Every quarter"}
    assert client.post(edit, data | {"version": calendar.version}).status_code == 302
    conflict = client.post(edit, data | {"version": calendar.version, "name": "Mine"})
    assert conflict.status_code == 409
    assert "Every quarter" in conflict.content.decode()


def test_pages_of_thresholds(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.pmo_head, backend="django.contrib.auth.backends.ModelBackend")
    edit = reverse("portfolio:threshold-edit", args=["1"])
    data = {
        "version": 0,
        "schedule_green": "1",
        "schedule_amber": "2",
        "cost_green": "3",
        "cost_amber": "4",
        "change_green": "10",
        "change_amber": "20",
        "exposure_green": "80",
        "exposure_amber": "100",
        "stale_after_days": 20,
    }
    wrong = client.post(edit, data | {"cost_amber": "2"})
    assert wrong.status_code == 422
    assert "Amber must end where green ends or later" in wrong.content.decode()
    assert client.post(edit, data).status_code == 302
    assert client.post(edit, data | {"cost_green": "2"}).status_code == 409
    page = client.get(reverse("portfolio:threshold-list")).content.decode()
    assert "20 days" in page
    assert "45 days" in page
    client.post(reverse("portfolio:threshold-remove", args=["1"]), {"version": 1})
    assert "20 days" not in client.get(reverse("portfolio:threshold-list")).content.decode()


def test_second_series_is_made_with_its_calendar_and_read_beside_the_first(
    cast: Cast, signed_in: Callable[..., Client]
) -> None:
    """A customer's series: its own duty, its own update, its own timeline; the project shows the main one."""
    main = made("All")
    form = {"name": "Customer, monthly", "new_series": "Customer", "cadence": "monthly", "opens_days_before_end": 31}
    form |= {
        "due_days_after_end": 5,
        "remind_days_before": 2,
        "escalate_days_after": 3,
        "is_active": "on",
        "series": main.series_id,
    }
    assert signed_in(cast.pmo_head).post(reverse("portfolio:calendar-create"), form).status_code == 302
    further = ReportingCalendar.objects.get(name="Customer, monthly")
    assert (further.series.key, further.series.name) == ("customer", "Customer")
    assert calendars_of(cast.own) == {"All", "Customer, monthly"}
    periods = [calendar.periods.earliest("ends_on") for calendar in (main, further)]
    assert periods[1].label.endswith(" · Customer")
    for period, words, overall in zip(periods, ("For the office.", "For the customer."), ("green", "red"), strict=True):
        sent = factories.update(
            cast.own, period, state="submitted", summary=words, overall=overall, submitted_by=cast.project_manager
        )
        publish_update(update=sent, by=cast.pmo_head, at=timezone.now())
    page = reverse("portfolio:project-updates", args=[cast.own.reference])
    manager = signed_in(cast.project_manager)
    told, other = (manager.get(page, query).content.decode() for query in ({}, {"series": "customer"}))
    assert "For the office." in told
    assert "For the customer." not in told
    assert "series=customer" in told
    assert "For the customer." in other
    assert "For the office." not in other
    cast.own.refresh_from_db()
    assert cast.own.current_update is not None
    assert cast.own.current_update.overall == "green"
    with pytest.raises(ActionError, match="Add another calendar"):
        edit_calendar(calendar=further, values={"series": main.series}, version=further.version, on=TODAY)
