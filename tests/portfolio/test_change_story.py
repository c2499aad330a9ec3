"""A risk happens, becomes an issue, the issue a change request that the board approves: the forecast moves, the trail stays."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from portfolio.models import Entry, EntryLink, Project
from portfolio.models.approvals import changes_waiting_for
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def as_(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def newest(kind: str) -> Entry:
    return Entry.objects.filter(kind=kind).latest("pk")


def test_a_risk_that_happens_ends_in_a_moved_forecast(cast: Cast) -> None:
    Project.objects.filter(pk=cast.own.pk).update(forecast=1_000_000)
    members = [factories.user("board_member", name=f"Board {letter}") for letter in "AB"]
    manager = as_(cast.project_manager)
    risk = factories.entry("risk", cast.own, "The ground is soft", by=cast.project_manager, effect="Piles do not hold.")
    manager.post(reverse("portfolio:risk-convert", args=[risk.reference, "issue"]))
    issue = newest("issue")
    manager.post(reverse("portfolio:issue-convert", args=[issue.reference, "change"]))
    change = newest("change")
    assert Entry.objects.get(pk=risk.pk).status == "happened"
    assert change.change.reason == "Piles do not hold."
    form = {
        "title": "Deeper piles", "scope": cast.own.reference, "reason": change.change.reason, "cost_change": "120k",
        "finish_change": "45", "raised_on": timezone.localdate(), "version": change.version, "options-TOTAL_FORMS": "0",
    }  # fmt: skip
    assert manager.post(reverse("portfolio:change-edit", args=[change.reference]), form).status_code == 302
    change.refresh_from_db()
    manager.post(reverse("portfolio:change-submit", args=[change.reference]), {"version": change.version})
    change.refresh_from_db()
    assert (change.status, change.change.route.name) == ("submitted", "Large change")
    for person in (*members, cast.pmo_head):
        assert change in as_list(person)
        vote = {"choice": "approve", "reason": "Needed.", "version": change.version}
        assert as_(person).post(reverse("portfolio:change-vote", args=[change.reference]), vote).status_code == 302
        assert change not in as_list(person)
    project = Project.objects.get(pk=cast.own.pk)
    assert (project.budget, project.forecast) == (Decimal(1_120_000), Decimal(1_120_000))
    trail = EntryLink.objects.filter(meaning="became").order_by("pk").values_list("source__kind", "target__kind")
    assert list(trail) == [("risk", "issue"), ("issue", "change")]
    page = manager.get(reverse("portfolio:project-changes", args=[cast.own.reference])).content.decode()
    assert "1 approved change: £120k (12%) more and 45 days later than first approved" in page


def as_list(person: Any) -> list[Entry]:
    return list(changes_waiting_for(User.objects.get(pk=person.pk)))
