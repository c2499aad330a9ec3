"""Auditors read and change nothing, whatever they are named for: nobody invites them, and no door lets them act."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import changes_nothing, rights_of
from accounts.models import RoleGrant
from core.errors import ActionError
from intake.access import request_actions
from intake.actions.assessments import invite_reviewers
from intake.actions.decisions import Demand, decide_request
from intake.actions.meetings import create_meeting
from intake.models import Condition, Request, RequestParty, Reviewer
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
SENTENCE = "is an auditor and changes nothing: choose somebody else."


def test_an_auditor_is_not_invited_to_score(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="assessment")
    version = factories.scoring_version()
    address = reverse("intake:request-score-open", args=[asked.reference])
    body = {"model_version": version.pk, "others": cast.auditor.email, "due_on": "", "reveals_itself": "on"}
    answer = signed_in(cast.pmo_analyst).post(address, body)
    assert answer.status_code == 422
    assert SENTENCE in answer.content.decode()
    assert not Reviewer.objects.exists()
    made = factories.assessment(asked, version, by=cast.pmo_head, revealed=False)
    with pytest.raises(ActionError, match="auditor"):
        invite_reviewers(made, reviewers=[cast.auditor], by=cast.pmo_head, at=timezone.now())


def test_an_auditor_gets_no_condition_and_no_seat(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="ready")
    rows = {"conditions-TOTAL_FORMS": "1", "conditions-INITIAL_FORMS": "0", "conditions-0-text": "Name a sponsor"}
    rows |= {"conditions-0-owner": str(cast.auditor.pk), "conditions-0-due_on": "2027-01-15"}
    body = rows | {"outcome": "conditions", "reason": "Good.", "until": "", "letter": ""}
    answer = signed_in(cast.pmo_head).post(reverse("intake:request-decide", args=[asked.reference]), body)
    assert answer.status_code == 422
    assert SENTENCE in answer.content.decode()
    demand = Demand("Name a sponsor", cast.auditor, date(2027, 1, 15))
    with pytest.raises(ActionError, match="auditor"):
        decide_request(asked, outcome="conditions", reason="Good.", demands=[demand], by=cast.pmo_head, at=timezone.now())
    with pytest.raises(ActionError, match="auditor"):
        create_meeting(values={"name": "Board", "held_on": date(2027, 1, 15)}, members=[cast.auditor])
    assert not Condition.objects.exists()


def test_what_an_auditor_was_named_for_before_stays_closed(cast: Cast, signed_in: SignIn) -> None:
    """Somebody became an auditor after they were invited, made an owner, or asked for a project themselves."""
    asked = factories.request(by=cast.auditor, state="assessment", owner=cast.auditor)
    RequestParty.objects.create(request=asked, user=cast.auditor, part="reviewer")
    made = factories.assessment(asked, factories.scoring_version(), by=cast.pmo_head, revealed=False)
    review = Reviewer.objects.create(assessment=made, user=cast.auditor, invited_by=cast.pmo_head, invited_at=timezone.now())
    condition = factories.decision(asked, owner=cast.auditor)["condition"]
    client = signed_in(cast.auditor)
    assert client.get(reverse("intake:request-detail", args=[asked.reference])).status_code == 200
    assert request_actions(cast.auditor, asked) == {"request.view", "history.view", "queue.view"}
    for page in (
        reverse("intake:review-edit", args=[review.pk]),
        reverse("intake:request-condition", args=[asked.reference, condition.pk]),
    ):
        assert client.get(page).status_code == 403
        assert client.post(page, {"note": "Done.", "version": "1", "action": "submit"}).status_code == 403
    talk = client.get(f"/intake/requests/{asked.reference}/talk/").content.decode()
    assert "<textarea" not in talk
    for action in ("request.edit", "request.triage", "request.withdraw", "request.answer"):
        assert not Request.objects.allowed(cast.auditor, action).exists()
    assert Request.objects.visible_to(cast.auditor).filter(pk=asked.pk).exists()


def test_an_auditor_with_another_role_acts_by_that_one(cast: Cast) -> None:
    RoleGrant.objects.create(user=cast.auditor, role="pmo_analyst")
    assert "auditor" in rights_of(cast.auditor).everywhere
    assert not changes_nothing(cast.auditor)
