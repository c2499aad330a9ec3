"""Two people at one moment: of steps that exclude each other exactly one is taken, and nothing is counted twice."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from portfolio.actions.changes import submit_change, vote_change
from portfolio.actions.dependencies import answer_offer, move_dependency, offer_date
from portfolio.actions.done_links import finish_by_link
from portfolio.actions.escalations import accept_escalation, offer_escalation, return_escalation, withdraw_escalation
from portfolio.actions.raid import convert_entry, edit_entry, move_entry
from portfolio.actions.responses import add_response, close_risk
from portfolio.actions.shared_impacts import share_risk
from portfolio.actions.structure import edit_structure
from portfolio.models import Entry, EntryLink, Escalation, Portfolio, Project, SharedImpact
from tests import factories
from tests.at_once import while_it_waits
from tests.cast import Cast
from tests.portfolio.test_entry_attacks import at_once, good

pytestmark = pytest.mark.django_db(transaction=True)


def now() -> Any:
    return timezone.now()


def test_an_entry_is_escalated_once_and_answered_once(cast: Cast) -> None:
    above = factories.portfolio(owner=cast.pmo_head)
    Project.objects.filter(pk=cast.own.pk).update(portfolio=above)
    risk = factories.entry("risk", Project.objects.get(pk=cast.own.pk), by=cast.project_manager)
    offers = at_once(
        *(lambda: offer_escalation(risk, to=above, reason="Large", by=cast.project_manager, at=now()) for _each in range(3))
    )
    assert len(list(good(offers))) == 1, offers
    offer = Escalation.objects.get()
    answers = at_once(
        lambda: accept_escalation(offer, by=cast.pmo_head, at=now()),
        lambda: return_escalation(offer, words="No", by=cast.pmo_head, at=now()),
        lambda: withdraw_escalation(offer, by=cast.project_manager, at=now()),
    )
    assert len(list(good(answers))) == 1, answers
    offer.refresh_from_db()
    moved = Entry.objects.get(pk=risk.pk).project_id is None
    assert moved is (offer.answer == "accepted")
    assert SharedImpact.objects.count() == int(moved)


def test_a_vote_and_a_withdrawal_do_not_both_count(cast: Cast) -> None:
    people = [factories.user("board_member", name=f"Board {n}") for n in range(3)]
    entry = factories.entry("change", cast.own, by=cast.project_manager, reason="So.", cost_change=Decimal(200_000))
    submit_change(entry, by=cast.project_manager, at=now())
    for person in people[:2]:
        vote_change(entry, choice="approve", by=person, at=now())
    answers = at_once(
        lambda: vote_change(entry, choice="approve", by=people[2], at=now()),
        lambda: move_entry(entry, "withdraw", by=cast.project_manager, at=now(), reason="Not needed", expected="submitted"),
    )
    row, project = Entry.objects.get(pk=entry.pk), Project.objects.get(pk=cast.own.pk)
    assert len(list(good(answers))) == 1, answers
    assert (row.status, project.budget) in (("approved", Decimal(1_200_000)), ("withdrawn", Decimal(1_000_000)))


def test_two_who_make_an_issue_of_a_risk_make_one_each_or_one(cast: Cast) -> None:
    risk = factories.entry("risk", cast.own, by=cast.project_manager)
    made = at_once(*(lambda: convert_entry(risk, "issue", by=cast.project_manager, at=now()) for _each in range(3)))
    assert Entry.objects.filter(kind="issue").count() == 1, made
    assert EntryLink.objects.filter(meaning="became").count() == 1


def test_a_risk_does_not_close_over_a_response_that_is_added_meanwhile(cast: Cast) -> None:
    risk = factories.entry("risk", cast.own, by=cast.project_manager)
    values = {"title": "Wall", "strategy": "reduce"}
    answers = at_once(
        lambda: add_response(risk, values=values, by=cast.project_manager, at=now()),
        lambda: close_risk(risk, reason="Over", fate="", by=cast.project_manager, at=now()),
    )
    assert len(list(good(answers))) == 1, answers
    closed = not Entry.objects.get(pk=risk.pk).is_open
    assert closed is not Entry.objects.filter(kind="action").exists()


def test_a_risk_is_shared_once_and_not_while_it_moves_into_a_project(cast: Cast) -> None:
    programme = factories.programme()
    risk = factories.entry("risk", programme, by=cast.pmo_head)
    shares = at_once(*(lambda: share_risk(risk, cast.own, values={}, by=cast.pmo_head, at=now()) for _each in range(3)))
    assert len(list(good(shares))) == 1, shares
    other = factories.entry("risk", programme, by=cast.pmo_head)
    changes = {"project": cast.own, "programme": None}
    at_once(
        lambda: share_risk(other, cast.other, values={}, by=cast.pmo_head, at=now()),
        lambda: edit_entry(other, changes=changes, version=1, by=cast.pmo_head, at=now()),
    )
    row = Entry.objects.get(pk=other.pk)
    assert (row.project_id is None) or not SharedImpact.objects.filter(entry=row).exists()


def test_an_offered_day_is_answered_once(cast: Cast) -> None:
    today = timezone.localdate()
    entry = factories.entry("dependency", cast.own, by=cast.project_manager, giver=cast.other, due_on=today + timedelta(days=9))
    row = move_dependency(entry, "agree", sides={"giver"}, day=today + timedelta(days=5), by=cast.director, at=now())
    later = today + timedelta(days=7)
    offer = offer_date(row, side="giver", day=later, reason="Late", sides={"giver"}, by=cast.director, at=now())
    answers = at_once(
        lambda: answer_offer(offer, accept=True, sides={"receiver"}, by=cast.project_manager, at=now()),
        lambda: answer_offer(offer, accept=False, words="No", sides={"receiver"}, by=cast.project_manager, at=now()),
    )
    assert len(list(good(answers))) == 1, answers


def test_an_action_is_done_once_by_its_link_and_its_page(cast: Cast) -> None:
    action = factories.entry("action", cast.own, by=cast.pmo_head, owner=cast.project_manager)
    answers = at_once(
        lambda: finish_by_link(action, by=cast.project_manager, at=now()),
        lambda: move_entry(action, "finish", by=cast.project_manager, at=now(), expected="open"),
    )
    assert len(list(good(answers))) == 1, answers


def test_two_moves_at_once_close_no_circle_of_portfolios() -> None:
    """The second move begins while the first is being written, and sees it."""
    one, top = factories.portfolio("One"), factories.portfolio("Top")
    inside = factories.portfolio("Inside", parent=top)
    refused = while_it_waits(
        lambda: edit_structure(top, changes={"parent": one}, version=top.version),
        lambda: edit_structure(one, changes={"parent": inside}, version=one.version),
    )
    assert str(refused) == "Top cannot be part of itself."
    assert Portfolio.objects.get(pk=top.pk).parent_id is None
