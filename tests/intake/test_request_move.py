"""Requests move as `intake/transitions.py` says, and whoever comes second is told so."""

from datetime import date

import pytest
from django.db import InternalError, connection, transaction
from django.utils import timezone

from core.errors import ActionError
from core.models import OutgoingMail
from intake.access import ON_A_REQUEST, request_actions
from intake.actions.moves import move_request
from intake.models import Request, RequestMove
from intake.models.requests import State
from intake.transitions import TRANSITIONS
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_request_goes_from_draft_to_a_decision(cast: Cast) -> None:
    asked = factories.request("Warm the hall", by=cast.requester)
    for verb in ("submit", "screen", "assess", "ready"):
        asked = move_request(asked, verb=verb, by=cast.pmo_analyst, at=timezone.now())
    asked = move_request(asked, verb="defer", by=cast.pmo_head, at=timezone.now(), reason="No money.", until=date(2027, 4, 1))
    assert asked.state == State.DEFERRED
    assert [move.to_state for move in asked.moves.all()] == [
        "draft",
        "submitted",
        "screening",
        "assessment",
        "ready",
        "deferred",
    ]
    subjects = [mail.subject for mail in OutgoingMail.objects.filter(user=cast.requester).order_by("pk")]
    assert len(subjects) == 5
    assert "Deferred" in subjects[-1]


def test_a_move_needs_its_reason(cast: Cast) -> None:
    asked = factories.request(by=cast.requester, state="ready")
    with pytest.raises(ActionError, match="Give a reason") as error:
        move_request(asked, verb="reject", by=cast.pmo_head, at=timezone.now(), reason="  ")
    assert error.value.field == "reason"
    asked.refresh_from_db()
    assert asked.state == State.READY


def test_the_second_person_is_told_who_moved_it(cast: Cast) -> None:
    asked = factories.request(by=cast.requester, state="submitted")
    move_request(asked, verb="screen", by=cast.pmo_analyst, at=timezone.now())
    with pytest.raises(ActionError, match="Pmo Analyst moved the request to “Screening” on"):
        move_request(asked, verb="screen", by=cast.pmo_head, at=timezone.now())


def test_moves_are_never_changed(cast: Cast) -> None:
    asked = factories.request(by=cast.requester)
    for change in (lambda rows: rows.update(reason="else"), lambda rows: rows.delete()):
        with pytest.raises(InternalError), transaction.atomic():
            change(RequestMove.objects.filter(request=asked))
    assert connection.is_usable()


def test_the_number_is_that_of_the_project_to_come(cast: Cast) -> None:
    asked = factories.request(by=cast.requester)
    after = factories.project()
    assert asked.reference.startswith("REQ-")
    assert int(after.reference[4:]) == int(asked.reference[4:]) + 1


def test_every_move_names_states_and_rights_that_exist() -> None:
    for transition in TRANSITIONS.values():
        assert {*transition.sources, transition.target} <= set(State.values)
        assert transition.action in ON_A_REQUEST


@pytest.mark.parametrize("role", ["requester", "pmo_analyst", "pmo_head", "board_member", "auditor", "director", "stranger"])
def test_lists_and_pages_agree_on_who_may(cast: Cast, role: str) -> None:
    """`visible_to` and `allowed` (SQL) say the same as `request_actions` (Python), for every action."""
    unit = factories.unit("Works")
    factories.user("pmo_analyst", unit=unit, name="Works analyst")
    for state in ("", "screening", "ready", "approved"):
        for fields in ({}, {"is_confidential": True}, {"unit": unit}, {"owner": cast.director}):
            factories.request(by=cast.requester, state=state, **fields)
            factories.request(by=cast.director, state=state, **fields)
    person = cast.director if role == "director" else getattr(cast, role)
    for action in ON_A_REQUEST - {"comment.write", "attachment.write"}:
        listed = set(Request.objects.allowed(person, action).values_list("pk", flat=True))
        told = {asked.pk for asked in Request.objects.all() if action in request_actions(person, asked)}
        assert listed == told, action
