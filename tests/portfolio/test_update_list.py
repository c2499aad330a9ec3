"""The review queue: what waits, filters, several published at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portfolio.models import StatusUpdate
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.pmo_analyst, backend="django.contrib.auth.backends.ModelBackend")
    return client


def waiting(cast: Cast, title: str, **fields: object) -> StatusUpdate:
    fields = {"submitted_by": cast.project_manager, "submitted_at": timezone.now()} | fields
    return factories.update(factories.project(title), state="submitted", **fields)


def test_queue_shows_what_waits_and_filters(cast: Cast, analyst: Client) -> None:
    waiting(cast, "Alpha", overall="red")
    waiting(cast, "Beta")
    factories.update(cast.own, summary="Already out")
    factories.update(cast.confidential, state="submitted")
    page = analyst.get(reverse("portfolio:update-list")).content.decode()
    assert ("Alpha" in page, "Beta" in page, "Own project" in page, "Zanzibar" in page) == (True, True, False, False)
    red = analyst.get(reverse("portfolio:update-list"), {"overall": "red"}).content.decode()
    assert ("Alpha" in red, "Beta" in red) == (True, False)
    found = analyst.get(reverse("portfolio:update-list"), {"q": "bet"}).content.decode()
    assert ("Alpha" in found, "Beta" in found) == (False, True)
    published = analyst.get(reverse("portfolio:update-list"), {"state": "published"}).content.decode()
    assert ("Alpha" in published, "Own project" in published) == (False, True)
    export = analyst.get(reverse("portfolio:update-list"), {"export": "csv"})
    assert b"Alpha" in b"".join(export.streaming_content) if export.streaming else b"Alpha" in export.content


def test_several_are_published_after_a_question_that_says_how_many(cast: Cast, analyst: Client) -> None:
    updates = [waiting(cast, "Alpha"), waiting(cast, "Beta"), waiting(cast, "Own", submitted_by=cast.pmo_analyst)]
    keys = {"pk": [update.pk for update in updates]}
    page = analyst.get(reverse("portfolio:update-bulk"), keys).content.decode()
    assert "Publish 2 updates?" in page
    assert "1 chosen update is left out" in page
    assert StatusUpdate.objects.filter(state="published").count() == 0
    analyst.post(reverse("portfolio:update-bulk"), keys)
    assert StatusUpdate.objects.filter(state="published").count() == 0, "Nobody says which words were read."
    analyst.post(reverse("portfolio:update-bulk"), keys | {f"version-{update.pk}": update.version for update in updates})
    states = list(StatusUpdate.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["published", "published", "submitted"]


@pytest.mark.parametrize("number", [1, 10])
def test_query_count_is_flat(cast: Cast, analyst: Client, number: int) -> None:
    for index in range(number):
        waiting(cast, f"Project {index}")
    analyst.get(reverse("portfolio:update-list"))
    with CaptureQueriesContext(connection) as queries:
        assert analyst.get(reverse("portfolio:update-list")).status_code == 200
    assert len(queries) <= 8, [query["sql"][:100] for query in queries]


@pytest.mark.parametrize("number", [1, 10])
def test_tab_of_a_project_has_a_flat_query_count_and_shows_the_timeline(cast: Cast, analyst: Client, number: int) -> None:
    calendar = factories.calendar()
    for index in range(number + 1):
        ends_on = timezone.localdate() - timedelta(days=31 * index)
        period = factories.period(calendar, ends_on=ends_on, label=f"Period {index}")
        factories.update(cast.own, period, summary=f"Words {index}", decisions=["Choose"])
    url = reverse("portfolio:project-updates", args=[cast.own.reference])
    analyst.get(url)
    with CaptureQueriesContext(connection) as queries:
        page = analyst.get(url).content.decode()
    assert f"Words {number}" in page
    assert "No rating changed in the last period" in page
    assert len(queries) <= 14, [query["sql"][:100] for query in queries]


def test_assurance_is_rated_on_its_page(cast: Cast, analyst: Client) -> None:
    url = reverse("portfolio:assurance-rate", args=[cast.own.reference])
    assert analyst.post(url, {"rating": "amber"}).status_code == 422
    assert analyst.post(url, {"rating": "amber", "comment": "Plan unproven."}).status_code == 302
    cast.own.refresh_from_db()
    assert cast.own.current_assurance
    assert cast.own.current_assurance.rating == "amber"
    assert "Plan unproven." in analyst.get(url).content.decode()


def test_who_declares_better_than_the_facts_is_counted_by_person(cast: Cast, analyst: Client) -> None:
    calendar, today = factories.calendar(), timezone.localdate()
    for month, (declared, computed) in enumerate([("green", "red"), ("amber", "amber"), ("red", "amber"), ("green", "")]):
        period = factories.period(calendar, ends_on=today - timedelta(days=30 * month))
        factories.update(cast.own, period, overall=declared, computed_overall=computed, submitted_by=cast.project_manager)
    hidden = factories.period(ends_on=today)
    factories.update(cast.confidential, hidden, overall="green", computed_overall="red", submitted_by=cast.director)
    (told,) = analyst.get("/api/v1/portfolio/status-updates/by-person/").json()["results"]
    assert told["email"] == cast.project_manager.email
    assert (told["compared"], told["better"], told["worse"], told["share"]) == (3, 1, 1, 33)
    assert (told["recent_share"], told["earlier_share"]) == (33, None)
    page = reverse("portfolio:update-people")
    assert f"submitted_by={cast.project_manager.pk}" in analyst.get(page).content.decode()
    file = b"".join(analyst.get(page, {"export": "x.csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert cast.project_manager.email in file
    assert cast.director.email not in file
