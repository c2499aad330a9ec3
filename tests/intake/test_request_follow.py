"""Following a request: told when it moves, without asking for the same again."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from intake.models import Request, RequestParty
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def test_a_board_member_follows_and_stops(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request("Warm the hall", by=cast.requester, state="screening")
    page, follow = (reverse(f"intake:request-{name}", args=[asked.reference]) for name in ("detail", "follow"))
    client = signed_in(cast.board_member)
    assert f'action="{follow}"' in client.get(page).content.decode()
    for _twice in range(2):
        assert "You are told when it moves." in client.post(follow, follow=True).content.decode()
    party = RequestParty.objects.get(request=asked)
    assert (party.user, party.part) == (cast.board_member, "follower")
    assert "Stop following" in client.get(page).content.decode()
    assert "not told any more" in client.post(f"{follow}?stop=1", follow=True).content.decode()
    assert not RequestParty.objects.exists()
    assert "Began to follow it" in client.get(reverse("intake:request-history", args=[asked.reference])).content.decode()


def test_who_may_not(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request("Warm the hall", by=cast.requester, state="screening")
    follow = reverse("intake:request-follow", args=[asked.reference])
    assert signed_in(cast.auditor).post(follow).status_code == 403
    assert signed_in(cast.stranger).post(follow).status_code == 404
    assert "you are told anyway" in signed_in(cast.requester).post(follow, follow=True).content.decode()
    assert not RequestParty.objects.exists()


def test_nobody_loses_sight_of_a_request_by_mistake(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request("Zanzibar", by=cast.requester, state="screening", is_confidential=True)
    RequestParty.objects.create(request=asked, user=cast.pmo_head, part="follower")
    client = signed_in(cast.pmo_head)
    answer = client.post(reverse("intake:request-follow", args=[asked.reference]) + "?stop=1", follow=True)
    assert "only because you follow it" in answer.content.decode()
    assert Request.objects.visible_to(cast.pmo_head).filter(pk=asked.pk).exists()


def test_the_requester_finds_the_tracking_page(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request("Warm the hall", by=cast.requester, state="screening")
    track = reverse("intake:request-track", args=[asked.tracking_key])
    page = reverse("intake:request-detail", args=[asked.reference])
    body = signed_in(cast.requester).get(page).content.decode()
    assert track in body
    assert ">Follow<" not in body
    assert track not in signed_in(cast.board_member).get(page).content.decode()
