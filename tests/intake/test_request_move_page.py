"""The pages that move a request: what is offered to whom, what is kept when it cannot be done, who is told."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from intake.actions.letters import state_sentence
from intake.actions.moves import move_request
from intake.models import Request
from intake.models.requests import State
from intake.transitions import TRANSITIONS
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def test_the_page_offers_the_usual_move_and_the_others_in_the_menu(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="screening")
    page = f"/intake/requests/{asked.reference}/"
    body = signed_in(cast.pmo_analyst).get(page).content.decode()
    assert f'class="button is-primary" href="{page}move/assess/"' in body
    for verb in ("ask", "refuse", "postpone", "withdraw"):
        assert f'class="menu-item" href="{page}move/{verb}/"' in body
    assert "move/reject/" not in body
    mine = signed_in(cast.requester).get(page).content.decode()
    assert f"{page}move/withdraw/" in mine
    assert f"{page}move/assess/" not in mine
    assert "/move/" not in signed_in(cast.auditor).get(page).content.decode()


def test_an_analyst_moves_with_a_reason(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="screening")
    page = f"/intake/requests/{asked.reference}/move/refuse/"
    client = signed_in(cast.pmo_analyst)
    assert cast.requester.name in client.get(page).content.decode()
    empty = client.post(page, {"reason": "  ", "expected": "screening"})
    assert empty.status_code == 422
    answer = client.post(page, {"reason": "Bought already.", "expected": "screening"}, follow=True)
    assert "Moved to “Rejected”" in answer.content.decode()
    asked.refresh_from_db()
    assert (asked.state, asked.moves.last().reason, asked.moves.last().by) == (
        State.REJECTED,
        "Bought already.",
        cast.pmo_analyst,
    )


def test_postponing_asks_for_the_day(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="assessment")
    page = f"/intake/requests/{asked.reference}/move/postpone/"
    client = signed_in(cast.pmo_analyst)
    missing = client.post(page, {"reason": "Next year.", "expected": "assessment"})
    assert missing.status_code == 422
    assert "Next year." in missing.content.decode()
    client.post(page, {"reason": "Next year.", "until": "2027-04-01", "expected": "assessment"})
    asked.refresh_from_db()
    assert (asked.state, asked.resume_on.isoformat()) == (State.DEFERRED, "2027-04-01")


def test_the_second_person_is_told_who_moved_it_and_keeps_what_they_typed(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="screening")
    page = f"/intake/requests/{asked.reference}/move/refuse/"
    client = signed_in(cast.pmo_analyst)
    assert client.get(page).status_code == 200
    move_request(asked, verb="assess", by=cast.pmo_head, at=timezone.now())
    answer = client.post(page, {"reason": "Bought already.", "expected": "screening"})
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Pmo Head moved the request to “Assessment” on" in body
    assert "Bought already." in body
    assert f"/intake/requests/{asked.reference}/move/ready/" in body
    asked.refresh_from_db()
    assert asked.state == State.ASSESSMENT


def test_a_move_that_leads_nowhere_goes_back_to_the_request(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="submitted")
    client = signed_in(cast.pmo_analyst)
    page = f"/intake/requests/{asked.reference}/"
    answer = client.get(f"{page}move/assess/", follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "The request is in “Submitted” now." in answer.content.decode()
    for verb in ("approve", "submit", "convert", "nonsense"):
        assert client.get(f"{page}move/{verb}/").status_code == 404


def test_who_may_move_what_names_every_move(cast: Cast, signed_in: SignIn) -> None:
    body = signed_in(cast.stranger).get("/intake/moves/").content.decode()
    for transition in TRANSITIONS.values():
        assert str(transition.label) in body
    assert "PMO head" in body


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_the_requester_reads_the_word_that_the_office_uses(state: State) -> None:
    sentence = state_sentence(Request(state=state))
    assert str(state.label).lower() in sentence.lower()


def test_moves_are_called_after_the_state_they_lead_to() -> None:
    called = {(move.target, str(move.label)) for move in TRANSITIONS.values()}
    assert {label for target, label in called if target == "deferred"} == {"Defer"}
    assert {label for target, label in called if target == "rejected"} == {"Reject"}
