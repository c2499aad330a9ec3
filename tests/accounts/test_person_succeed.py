"""Disabling the only person named on something confidential asks who takes over."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions.people import SuccessorNeeded, disable_person
from accounts.models import User
from core.errors import ActionError
from intake.models import Request, RequestParty
from portfolio.models import Membership, Project
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


@pytest.fixture
def alone(cast: Cast) -> User:
    """Somebody who is the only one named on two confidential projects and a confidential request."""
    person, gone = factories.user(), factories.user(is_active=False)
    factories.project("Zanzibar one", is_confidential=True, manager=person, sponsor=gone)
    member_of = factories.project("Zanzibar two", is_confidential=True, manager=gone, sponsor=None)
    Membership.objects.create(project=member_of, user=person, role="sponsor")
    factories.project("Shared", is_confidential=True, manager=person, sponsor=cast.sponsor)
    factories.project("Open", manager=person, sponsor=None)
    factories.request("Zanzibar three", by=person, state="screening", is_confidential=True)
    shared = factories.request("Shared", by=person, state="screening", is_confidential=True)
    RequestParty.objects.create(request=shared, part="follower", user=cast.pmo_head)
    factories.request("A draft", by=person, is_confidential=True)
    return person


def test_the_administrator_is_asked_for_a_successor(cast: Cast, alone: User, signed_in: SignIn) -> None:
    client = signed_in(cast.administrator)
    address = f"/accounts/people/{alone.pk}/disable/"
    answer = client.post(address)
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "is the only person named on 2 confidential projects and 1 confidential request." in body
    assert "Zanzibar" not in body
    assert User.objects.get(pk=alone.pk).is_active
    assert client.post(address, {"successor": ""}).status_code == 422
    # Nobody opens a confidential thing to themselves, and auditors change nothing.
    for wrong in (cast.administrator, cast.auditor, alone):
        assert client.post(address, {"successor": wrong.pk}).status_code == 422
    assert User.objects.get(pk=alone.pk).is_active
    assert client.post(address, {"successor": cast.pmo_head.pk}, follow=True).status_code == 200
    assert not User.objects.get(pk=alone.pk).is_active
    seen = set(Project.objects.visible_to(cast.pmo_head).filter(is_confidential=True).values_list("title", flat=True))
    assert seen == {"Zanzibar one", "Zanzibar two"}
    assert Request.objects.visible_to(cast.pmo_head).filter(title="Zanzibar three").exists()
    roles = dict(Membership.objects.filter(user=cast.pmo_head).values_list("project__title", "role"))
    assert roles == {"Zanzibar one": "project_manager", "Zanzibar two": "sponsor"}
    assert not Project.objects.visible_to(cast.administrator).filter(title__startswith="Zanzibar").exists()


def test_the_action_refuses_too(cast: Cast, alone: User) -> None:
    at = timezone.now()
    with pytest.raises(SuccessorNeeded, match="2 confidential projects and 1 confidential request"):
        disable_person(pk=alone.pk, by=cast.administrator, at=at)
    for wrong, words in ((cast.administrator, "to themselves"), (cast.auditor, "auditor")):
        with pytest.raises(ActionError, match=words):
            disable_person(pk=alone.pk, by=cast.administrator, at=at, successor=wrong)
    assert User.objects.get(pk=alone.pk).is_active


def test_nobody_is_asked_where_nothing_is_left(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in(cast.administrator).post(f"/accounts/people/{cast.stranger.pk}/disable/").status_code == 302
    assert not User.objects.get(pk=cast.stranger.pk).is_active
