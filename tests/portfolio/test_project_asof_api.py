"""A project and its milestones as of a day through the API: what the page shows on that day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from portfolio.models import Milestone, Project
from tests import factories

BASE = "/api/v1/portfolio/"


def happened(row, at):
    """The row's first event once more, at an earlier moment: the history takes what is added."""
    event = type(row).pgh_event_model._meta
    columns = ", ".join(f'"{one.column}"' for one in event.concrete_fields if one.column not in ("pgh_id", "pgh_created_at"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {event.db_table} (pgh_created_at, {columns})"  # noqa: S608 - names of our own table
            f" SELECT %s, {columns} FROM {event.db_table} WHERE pgh_obj_id = %s ORDER BY pgh_id LIMIT 1",
            [at, row.pk],
        )


@pytest.fixture
def past(cast):
    """The manager's own project, as it was ten days ago and as it is."""
    project = factories.project("Bridge", manager=cast.project_manager, budget=Decimal("100.00"), phase="delivery")
    milestone = Milestone.objects.create(project=project, title="Signed", planned_on=date(2026, 1, 1))
    at = timezone.now() - timedelta(days=10)
    for row in (project, milestone):
        happened(row, at)
    factories.update(project, overall="red", effective_at=at, published_at=at)
    Project.objects.filter(pk=project.pk).update(title="Long bridge", budget=Decimal("250.00"))
    Milestone.objects.filter(pk=milestone.pk).update(title="Signed twice", forecast_on=date(2026, 2, 1))
    return project


def days_ago(days):
    return (timezone.localdate() - timedelta(days=days)).isoformat()


def test_a_day_shows_what_the_page_shows_on_it(cast, past, signed_in):
    client, address = signed_in(cast.project_manager), f"{BASE}projects/{past.reference}/"
    now, then = client.get(address), client.get(f"{address}?as_of={days_ago(5)}")
    assert (now.json()["title"], now.json()["budget"], "ETag" in now) == ("Long bridge", "250.00", True)
    told = then.json()
    assert (told["title"], told["budget"], told["declared"], "ETag" in then) == ("Bridge", "100.00", "red", False)
    assert (told["as_of"], told["manager"]) == (days_ago(5), cast.project_manager.email)
    page = client.get(reverse("portfolio:project-detail", args=[past.reference]), {"as_of": days_ago(5)}).context["project"]
    assert (page.title, page.budget, page.current_update.overall) == ("Bridge", Decimal("100.00"), "red")
    assert client.get(f"{address}?as_of={days_ago(0)}").json() == now.json()
    for day, slip in ((5, None), (0, 31)):
        [line] = client.get(f"{address}milestones/?as_of={days_ago(day)}").json()
        shown = client.get(reverse("portfolio:project-milestones", args=[past.reference]), {"as_of": days_ago(day)})
        [row] = shown.context["milestones"]
        assert (line["title"], line["slip_days"], line["overdue"]) == (row.title, row.slip, row.overdue)
        assert line["slip_days"] == slip
    assert client.get(f"{address}changes/?as_of={days_ago(5)}").json()["waiting"] == 0


@pytest.mark.parametrize("tail", ["", "milestones/", "changes/"])
def test_a_day_that_cannot_be_shown_is_said(cast, past, signed_in, tail):
    client, address = signed_in(cast.project_manager), f"{BASE}projects/{past.reference}/{tail}"
    unknown = client.get(f"{address}?as_of={days_ago(20)}")
    assert (unknown.status_code, "Nothing was known" in unknown.json()["errors"][0]["detail"]) == (404, True)
    for day in (days_ago(-1), "9999-12-31", "1066-10-14", "yesterday", "2026-02-30"):
        answer = client.get(f"{address}?as_of={day}")
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "as_of"), day
    unseen = f"{BASE}projects/{cast.other.reference}/{tail}"
    assert {client.get(f"{unseen}?as_of={day}").status_code for day in (days_ago(5), days_ago(20), days_ago(-1))} == {404}


def test_lists_of_today_do_not_pretend(cast, signed_in):
    client = signed_in(cast.pmo_head)
    for what in ("projects", "milestones"):
        answer = client.get(f"{BASE}{what}/?as_of={days_ago(1)}")
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "as_of")
