"""The budget bridge and the cumulative change on the page of a project, today and as of a day; never of what one may not see."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portfolio.actions.changes import decide_change, submit_change
from portfolio.actions.health import gather
from portfolio.actions.projects import edit_project
from portfolio.models import ChangeRequest, Entry, HealthThreshold, Project
from portfolio.wording import computed_sentence
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def approved(cast: Cast, cost: int, days: int = 0, **values: Any) -> Entry:
    at = timezone.now()
    entry = factories.entry(
        "change", cast.own, by=cast.project_manager, reason="So.", cost_change=Decimal(cost), finish_change=days, **values
    )
    submit_change(entry, by=cast.project_manager, at=at)
    return decide_change(entry, verb="approve", reason="Yes.", by=cast.sponsor, at=at)


def panel(person: Any, project: Project, **query: Any) -> str:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("portfolio:project-changes", args=[project.reference]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_nothing_is_shown_where_there_is_nothing_to_tell(cast: Cast) -> None:
    assert panel(cast.project_manager, cast.own) == ""


def test_the_bridge_leads_from_the_first_approval_to_the_forecast(cast: Cast) -> None:
    Project.objects.filter(pk=cast.own.pk).update(planned_start_on=date(2026, 1, 1), planned_finish_on=date(2026, 12, 31))
    cast.own.refresh_from_db()
    approved(cast, 60_000, 20, title="Deeper piles")
    approved(cast, -10_000, title="No canopy")
    project = Project.objects.get(pk=cast.own.pk)
    edit_project(project, changes={"budget": Decimal(1_070_000), "forecast": Decimal(1_100_000)}, version=project.version)
    body = panel(cast.project_manager, cast.own)
    for words in (
        "£1,000,000",
        "+£60,000",
        "−£10,000",
        "Otherwise",
        "+£20,000",
        "£1,070,000",
        "+£30,000",
        "£1,100,000",
    ):
        assert words in body, words
    assert "2 approved changes: £50k (5%) more and 20 days later than first approved" in body
    assert "31 Dec 2026" in body
    assert "Green" in body


def test_thresholds_turn_it_amber_and_red(cast: Cast) -> None:
    approved(cast, 99_000)
    approved(cast, 2_000)
    assert "Amber" in panel(cast.project_manager, cast.own)
    HealthThreshold.objects.create(tier=cast.own.tier, change_green=1, change_amber=5)
    body = panel(cast.project_manager, cast.own)
    assert "Red" in body
    assert "Amber above 1%, red above 5%" in body


def test_as_of_a_day_before_the_change_it_is_not_there(cast: Cast) -> None:
    entry = approved(cast, 60_000)
    ChangeRequest.objects.filter(pk=entry.pk).update(decided_at=timezone.now() + timedelta(days=2))
    yesterday = timezone.localdate() - timedelta(days=1)
    assert "60,000" not in panel(cast.project_manager, cast.own, as_of=yesterday.isoformat())


def test_what_waits_is_told(cast: Cast) -> None:
    entry = factories.entry("change", cast.own, by=cast.project_manager, reason="So.", cost_change=Decimal(7_000))
    submit_change(entry, by=cast.project_manager, at=timezone.now())
    assert "1 change waits for approval (+£7,000)" in panel(cast.project_manager, cast.own)


def test_a_confidential_change_is_not_named_or_counted(cast: Cast) -> None:
    approved(cast, 50_000, title="Open")
    approved(cast, 30_000, title="Zanzibar piles", is_confidential=True)
    mine, theirs = panel(cast.sponsor, cast.own), panel(cast.pmo_head, cast.own)
    assert "2 approved changes" in mine
    assert "Zanzibar" not in theirs
    assert "1 approved change:" in theirs
    assert "Otherwise" in theirs  # the budget moved, as by an edit


def test_who_does_not_see_the_project_sees_no_bridge(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("portfolio:project-changes", args=[cast.own.reference])).status_code == 404


def test_scope_is_rated_by_all_changes_together(cast: Cast) -> None:
    today = timezone.localdate()

    def scope(on: Any = today) -> Any:
        project = Project.objects.get(pk=cast.own.pk)
        return gather(project, on=on, last=None).computed()["scope"]

    assert scope().code == "no_facts"
    approved(cast, 90_000, 10)
    assert scope().rag == "green"
    approved(cast, 30_000, is_confidential=True)  # what not everybody on the project sees is not told by a colour
    approved(cast, 60_000)
    found = scope()
    assert found.rag == "amber"
    words = computed_sentence(found, "GBP")
    assert "2 approved changes: +£150k (15%)" in words
    assert scope(today - timedelta(days=1)).code == "no_facts"
    late = factories.entry("change", cast.own, by=cast.project_manager, reason="So.", cost_change=Decimal(1))
    submit_change(late, by=cast.project_manager, at=timezone.now())
    Entry.objects.filter(pk=late.pk).update(due_on=today - timedelta(days=1))
    HealthThreshold.objects.create(tier=cast.own.tier, change_green=50, change_amber=60)
    found = scope()
    assert found.rag == "amber"
    assert "1 change request should have been decided by now." in computed_sentence(found, "GBP")


def test_the_api_tells_the_bridge_that_the_page_draws(cast: Cast) -> None:
    approved(cast, 60_000, 20, title="Deeper piles")
    factories.entry("change", cast.own, "Quiet canary", by=cast.project_manager, is_confidential=True, cost_change=Decimal(7))
    project = Project.objects.get(pk=cast.own.pk)
    edit_project(project, changes={"budget": Decimal(1_070_000), "forecast": Decimal(1_100_000)}, version=project.version)
    client = Client()
    client.force_login(cast.sponsor, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/api/v1/portfolio/projects/{cast.own.reference}/changes/"
    found = client.get(address).json()
    bridge = found["bridge"]
    assert [(step["label"].split(" ", 1)[1], step["amount"]) for step in bridge["steps"]] == [("Deeper piles", "60000.00")]
    sums = [Decimal(bridge[name]) for name in ("original", "rest", "unexplained")] + [Decimal(60_000)]
    assert sum(sums) == Decimal(bridge["budget"]) == Decimal(1_070_000)
    assert (bridge["variance"], found["together"]["cost"], found["together"]["days"]) == ("30000.00", "60000.00", 20)
    assert (found["rating"], found["waiting"]) == ("green", 0)
    assert "canary" not in client.get(address).content.decode()
    for words in ("£1,000,000", "+£60,000", "£1,070,000", "£1,100,000", "Green"):
        assert words in panel(cast.sponsor, cast.own)
    client.force_login(cast.stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 404
