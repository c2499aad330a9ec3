"""A board that has become smaller: its votes may be enough, and one of its members records the result."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import RoleGrant
from core.errors import ActionError
from portfolio.actions.changes import record_result, vote_change
from tests import factories
from tests.at_once import at_once, good
from tests.cast import Cast
from tests.portfolio.test_change_decide import board, now, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def enough(cast: Cast) -> tuple[Any, Any]:
    """A change whose two votes suffice since the others have left the board, and the two."""
    first, second, third = board(3)
    entry = submitted(cast.own, cast.project_manager, cost_change=Decimal(200_000))
    for person in (first, second):
        vote_change(entry, choice="approve", by=person, at=now())
    RoleGrant.objects.filter(user__in=[third, cast.board_member, cast.pmo_head]).delete()
    entry.refresh_from_db()
    return entry, (first, second)


def test_a_member_of_a_smaller_board_records_the_result(cast: Cast, enough: Any, signed_in: Any) -> None:
    entry, (first, _second) = enough
    page = reverse("portfolio:change-detail", args=[entry.reference])
    url = reverse("portfolio:change-result", args=[entry.reference])
    client = signed_in(first)
    assert f'action="{url}"' in client.get(page).content.decode()
    client.post(url, {"version": entry.version - 1})
    entry.refresh_from_db()
    assert entry.status == "submitted", "what was read is not what stands"
    assert "Approved" in client.post(url, {"version": entry.version}, follow=True).content.decode()
    entry.refresh_from_db()
    assert (entry.status, entry.change.decided_by, entry.change.votes.count()) == ("approved", first, 2)
    assert f'action="{url}"' not in client.get(page).content.decode()


def test_only_the_board_records_a_result_and_only_when_there_is_one(cast: Cast, enough: Any, signed_in: Any) -> None:
    entry, (first, _second) = enough
    url = reverse("portfolio:change-result", args=[entry.reference])
    for person in (cast.project_manager, cast.sponsor, cast.pmo_analyst, cast.stranger):
        assert signed_in(person).post(url, {"version": entry.version}).status_code in (302, 403, 404)
    with pytest.raises(ActionError, match="not yours"):
        record_result(entry, by=cast.pmo_analyst, at=now())
    factories.user("board_member")
    with pytest.raises(ActionError, match="not enough"):
        record_result(entry, by=first, at=now())
    entry.refresh_from_db()
    assert entry.status == "submitted"


@pytest.mark.django_db(transaction=True)
def test_two_record_the_result_at_once_and_it_is_decided_once(enough: Any) -> None:
    entry, people = enough
    answers = at_once(*(lambda person=person: record_result(entry, by=person, at=now()) for person in people))
    assert len(list(good(answers))) == 1
    assert "there is nothing to decide" in str(next(each for each in answers if isinstance(each, Exception)))
    entry.refresh_from_db()
    assert entry.status == "approved"
