"""Responses to a risk, and its end: closed, or it happened and became an issue."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core.errors import ActionError
from portfolio.actions.responses import add_response, close_risk
from portfolio.models import Entry, EntryLink, RiskReading
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def risk(cast) -> Entry:  # type: ignore[no-untyped-def]
    """A risk of the manager's own project worth 40 % of £100,000."""
    return factories.entry(
        "risk", cast.own, "Supplier delivers late", probability=Decimal(40), current_impact=4, impact_likely=Decimal(100_000),
        effect="Opening moves.", by=cast.project_manager, owner=cast.project_manager,
    )  # fmt: skip


def url(risk: Entry, what: str) -> str:
    return f"/portfolio/risks/{risk.reference}/{what}/"


def respond(risk: Entry, by: Any, **values: Any) -> Entry:
    """A response of 15 points for £5,000."""
    values = {
        "title": "Second supplier",
        "strategy": "reduce",
        "probability_effect": Decimal(15),
        "cost": Decimal(5000),
    } | values
    return add_response(risk, values=values, by=by, at=timezone.now())


def test_manager_adds_a_response_and_sees_what_it_is_worth(cast, risk, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(cast.project_manager)
    sent = {"title": "Second supplier", "strategy": "reduce", "probability_effect": "15", "cost": "5k", "impact_effect": ""}
    assert client.post(url(risk, "responses/new"), sent).status_code == 302
    made = Entry.objects.get(kind="action")
    assert (made.action.about_id, made.project_id, made.action.cost) == (risk.pk, cast.own.pk, Decimal(5000))
    page = client.get(f"/portfolio/risks/{risk.reference}/").content.decode()
    assert "40% × £100k = −£40k" in page
    assert "25% × £100k = −£25k" in page
    assert "£15k better for £5k: worth £10k" in page
    assert page.count("Second supplier") >= 1


@pytest.mark.parametrize("who", ["sponsor", "auditor", "stranger"])
def test_others_add_no_response(who: str, cast, risk, signed_in) -> None:  # type: ignore[no-untyped-def]
    expected = 404 if who == "stranger" else 403
    answer = signed_in(getattr(cast, who)).post(url(risk, "responses/new"), {"title": "X", "strategy": "reduce"})
    assert answer.status_code == expected
    assert not Entry.objects.filter(kind="action").exists()


def test_strategy_must_fit_the_sign(cast, risk, signed_in) -> None:  # type: ignore[no-untyped-def]
    answer = signed_in(cast.project_manager).post(url(risk, "responses/new"), {"title": "X", "strategy": "exploit"})
    assert answer.status_code == 422
    with pytest.raises(ActionError) as refused:
        respond(risk, cast.project_manager, strategy="exploit")
    assert refused.value.field == "strategy"


def test_response_is_edited_and_a_stale_form_is_shown_both(cast, risk, signed_in) -> None:  # type: ignore[no-untyped-def]
    made = respond(risk, cast.project_manager)
    client, path = signed_in(cast.project_manager), f"/portfolio/actions/{made.reference}/response/"
    sent = {"title": "Third supplier", "strategy": "transfer", "cost": "7000", "version": made.version}
    assert client.post(path, sent).status_code == 302
    made.action.refresh_from_db()
    assert (made.action.strategy, made.action.cost) == ("transfer", Decimal(7000))
    assert client.post(path, sent | {"title": "Other"}).status_code == 409
    assert signed_in(cast.sponsor).get(path).status_code == 403
    assert signed_in(cast.stranger).get(path).status_code == 404


@pytest.mark.parametrize(("fate", "state"), [("finish", "done"), ("cancel", "cancelled"), ("keep", "open")])
def test_closing_asks_what_becomes_of_open_responses(fate: str, state: str, cast, risk, signed_in) -> None:  # type: ignore[no-untyped-def]
    made = respond(risk, cast.project_manager)
    client = signed_in(cast.project_manager)
    assert "Second supplier" in client.get(url(risk, "close")).content.decode()
    answer = client.post(url(risk, "close"), {"reason": "Delivered.", "expected": "open"})
    assert answer.status_code == 422
    assert client.post(url(risk, "close"), {"reason": "Delivered.", "fate": fate, "expected": "open"}).status_code == 302
    risk.refresh_from_db()
    made = Entry.objects.get(pk=made.pk)
    assert (risk.status, risk.outcome, made.status) == ("closed", "Delivered.", state)
    assert (made.action.about_id is None) == (fate == "keep")
    assert EntryLink.objects.filter(source=risk, target=made, meaning="relates").exists() == (fate == "keep")
    assert not RiskReading.objects.filter(entry=risk).latest("at", "pk").is_open


def test_closing_with_open_responses_needs_a_fate_everywhere(cast, risk) -> None:  # type: ignore[no-untyped-def]
    respond(risk, cast.project_manager)
    with pytest.raises(ActionError) as refused:
        close_risk(risk, reason="Over.", fate="", by=cast.project_manager, at=timezone.now())
    assert refused.value.field == "fate"
    risk.refresh_from_db()
    assert risk.is_open


@pytest.mark.parametrize("what", ["close", "happen"])
def test_others_end_no_risk(what: str, cast, risk, signed_in) -> None:  # type: ignore[no-untyped-def]
    assert signed_in(cast.sponsor).post(url(risk, what), {"reason": "So."}).status_code == 403
    assert signed_in(cast.stranger).post(url(risk, what), {"reason": "So."}).status_code == 404
    risk.refresh_from_db()
    assert risk.is_open


def test_what_happened_becomes_an_issue_in_one_step(cast, risk, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(cast.project_manager)
    sent = {"reason": "The supplier is insolvent.", "makes_issue": "on", "severity": "4", "expected": "open"}
    answer = client.post(url(risk, "happen"), sent)
    issue = Entry.objects.get(kind="issue")
    assert answer.url == f"/portfolio/issues/{issue.reference}/"
    risk.refresh_from_db()
    assert (risk.status, risk.outcome) == ("happened", "The supplier is insolvent.")
    assert (issue.title, issue.issue.severity, issue.issue.impact) == ("Supplier delivers late", 4, "Opening moves.")
    assert EntryLink.objects.filter(source=risk, target=issue, meaning="became").exists()
    assert client.post(url(risk, "happen"), sent).status_code == 302
    assert Entry.objects.filter(kind="issue").count() == 1


def test_it_can_happen_without_an_issue(cast, risk, signed_in) -> None:  # type: ignore[no-untyped-def]
    assert signed_in(cast.project_manager).post(url(risk, "happen"), {"reason": "No harm done."}).status_code == 302
    risk.refresh_from_db()
    assert risk.status == "happened"
    assert not Entry.objects.filter(kind="issue").exists()
