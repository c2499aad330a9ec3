"""The triage queue: what stands in it, in which order, how long it has stood there, and who looks after it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import Notification
from intake.formulas.service import clock_of, day_number, plus_working_days
from intake.models import Request
from intake.models.clock import due_soon, overdue
from intake.views.queue import due_on
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
PAGE = "/intake/triage/"


def days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def test_the_most_urgent_stands_first(cast: Cast, signed_in: SignIn) -> None:
    quick = factories.request_type("Quick", service_days={"screening": 3, "submitted": 2})
    slow = factories.request_type("Slow", service_days={"screening": 60})
    factories.request("No hurry", by=cast.requester, of=slow, state="screening", moved_at=days_ago(10))
    factories.request("Late one", by=cast.requester, of=quick, state="screening", moved_at=days_ago(10))
    factories.request("No clock", by=cast.requester, state="assessment", moved_at=days_ago(90))
    factories.request("A draft", by=cast.requester)
    factories.request("Decided", by=cast.requester, state="approved")
    body = signed_in(cast.pmo_analyst).get(PAGE).content.decode()
    assert body.index("Late one") < body.index("No hurry") < body.index("No clock")
    assert "A draft" not in body
    assert "Decided" not in body
    assert 'class="r red">' in body
    assert "days over" in body


def test_put_off_requests_come_back_on_their_day(cast: Cast, signed_in: SignIn) -> None:
    today = timezone.localdate()
    factories.request("Due back", by=cast.requester, state="deferred", resume_on=today)
    factories.request("Later on", by=cast.requester, state="deferred", resume_on=today + timedelta(days=1))
    client = signed_in(cast.pmo_analyst)
    body = client.get(PAGE).content.decode()
    assert "Due back" in body
    assert "its day has come" in body
    assert "Later on" not in body
    assert "Due back" in client.get(f"{PAGE}?back=true").content.decode()


@pytest.mark.parametrize("free", [(), (1, 2, 5, 6, 9, 13)])
def test_the_database_counts_working_days_as_the_formula_does(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, free: tuple[int, ...]
) -> None:
    today = timezone.localdate()
    days_off = (today - timedelta(days=days) for days in free)
    holidays = tuple(sorted(day for day in days_off if day.weekday() < 5))
    monkeypatch.setattr("intake.models.visibility.office_holidays", lambda: holidays)
    for allowed in (0, 1, 2, 5, 9):
        kind = factories.request_type(service_days={"screening": allowed})
        for days in range(21):
            factories.request(by=cast.requester, of=kind, state="screening", moved_at=days_ago(days))
    rows = Request.objects.with_clock()
    over = set(rows.filter(overdue(today, holidays)).values_list("pk", flat=True))
    soon = set(rows.filter(due_soon(today, holidays)).values_list("pk", flat=True))
    assert over
    assert soon
    for row in rows:
        moved, allowed = timezone.localtime(row.moved_at).date(), row.type.service_days["screening"]
        assert row.due_number == day_number(plus_working_days(moved, allowed, holidays), holidays)
        tone = clock_of(moved, today, allowed, holidays).tone
        assert (row.pk in over, row.pk in soon) == (tone == "red", tone == "amber"), (row.moved_at, allowed)


def test_filters_find_what_is_late_and_what_nobody_looks_after(cast: Cast, signed_in: SignIn) -> None:
    quick = factories.request_type("Quick", service_days={"screening": 3})
    factories.request("Late one", by=cast.requester, of=quick, state="screening", moved_at=days_ago(10), owner=cast.pmo_analyst)
    factories.request("Lonely one", by=cast.requester, of=quick, state="screening")
    client = signed_in(cast.pmo_analyst)
    for query, found, left in (
        ("service=over", "Late one", "Lonely one"),
        ("assigned=me", "Late one", "Lonely one"),
        ("assigned=nobody", "Lonely one", "Late one"),
    ):
        body = client.get(f"{PAGE}?{query}").content.decode()
        assert found in body
        assert left not in body


def test_the_queue_says_what_is_missing(cast: Cast, signed_in: SignIn) -> None:
    factories.request("Half said", by=cast.requester, state="submitted", purpose="", need=" ")
    body = signed_in(cast.pmo_analyst).get(PAGE).content.decode()
    assert "Purpose · Why it is needed · 1 more" in body


def test_an_analyst_gives_several_requests_to_an_owner(cast: Cast, signed_in: SignIn) -> None:
    mine = [factories.request(f"Number {n}", by=cast.requester, state="screening") for n in range(3)]
    gone = factories.request("Gone", by=cast.requester, state="rejected")
    query = "&".join(f"pk={one.pk}" for one in [*mine, gone])
    client = signed_in(cast.pmo_analyst)
    asked = client.get(f"{PAGE}assign/?{query}&return_to=/intake/triage/%3Fassigned%3Dnobody").content.decode()
    assert "Give 3 requests to an owner" in asked
    assert "1 chosen request is left out" in asked
    answer = client.post(f"{PAGE}assign/", {"pk": [one.pk for one in [*mine, gone]], "owner": cast.pmo_head.pk}, follow=True)
    assert "3 requests went to Pmo Head." in answer.content.decode()
    assert set(Request.objects.filter(owner=cast.pmo_head)) == set(mine)
    assert Notification.objects.filter(user=cast.pmo_head, text="3 requests are yours to look after").count() == 1


def test_only_people_of_the_office_can_be_owners(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="screening")
    client = signed_in(cast.pmo_analyst)
    page = f"/intake/requests/{asked.reference}/assign/"
    assert client.post(page, {"owner": cast.board_member.pk}).status_code == 422
    client.post(page, {"owner": cast.pmo_head.pk})
    asked.refresh_from_db()
    assert asked.owner == cast.pmo_head
    client.post(page, {"owner": ""})
    asked.refresh_from_db()
    assert asked.owner is None


def test_a_unit_analyst_sees_the_queue_of_the_unit(cast: Cast, signed_in: SignIn) -> None:
    unit = factories.unit("Works")
    person = factories.user("pmo_analyst", unit=unit)
    inside = factories.request("Of the works", by=cast.requester, state="screening", unit=unit)
    outside = factories.request("Of others", by=cast.requester, state="screening")
    client = signed_in(person)
    body = client.get(PAGE).content.decode()
    assert "Of the works" in body
    assert "Of others" not in body
    client.post(f"{PAGE}assign/", {"pk": [inside.pk, outside.pk], "owner": person.pk})
    assert set(Request.objects.filter(owner=person)) == {inside}


def test_the_queue_costs_the_same_for_one_and_for_many(cast: Cast, signed_in: SignIn) -> None:
    kind = factories.request_type("Quick", service_days={"screening": 3})
    client = signed_in(cast.pmo_analyst)
    factories.request(by=cast.requester, of=kind, state="screening", owner=cast.pmo_head)
    with CaptureQueriesContext(connection) as one:
        client.get(PAGE)
    for _n in range(20):
        factories.request(by=cast.requester, state="screening", owner=cast.pmo_analyst)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(one) == len(many) <= 10, [query["sql"][:100] for query in many]


def test_the_queue_is_exported_as_it_is_filtered(cast: Cast, signed_in: SignIn) -> None:
    kind = factories.request_type("Quick", service_days={"screening": 3})
    factories.request("Late one", by=cast.requester, of=kind, state="screening", moved_at=days_ago(10))
    answer = signed_in(cast.pmo_analyst).get(f"{PAGE}?service=over&export=csv")
    text = b"".join(answer.streaming_content).decode()
    assert "Late one" in text
    assert "days over" in text


def test_public_holidays_of_the_organisation_give_a_day_more(cast: Cast, signed_in: SignIn, settings: Any) -> None:
    """Last year's spring in England: the last Monday of May does not count, in Ireland it does."""
    kind = factories.request_type(service_days={"screening": 1})
    last = datetime(timezone.localdate().year - 1, 5, 31, 12, tzinfo=UTC)
    monday = last - timedelta(days=last.weekday())
    asked = factories.request(by=cast.requester, of=kind, state="screening", moved_at=monday - timedelta(days=3))
    a_day_more = f"{monday + timedelta(days=1):%Y-%m-%d}"
    for country, due in (("GB-ENG", a_day_more), ("IE", f"{monday:%Y-%m-%d}"), ("", f"{monday:%Y-%m-%d}")):
        settings.HOLIDAYS = country
        found = Request.objects.with_clock().get(pk=asked.pk)
        assert str(due_on(found)) == due
        assert due in signed_in(cast.pmo_analyst).get(f"{PAGE}?export=queue.csv").getvalue().decode()
