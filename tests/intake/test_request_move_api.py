"""Moves, owners, merges and splits through the API: the rules of the pages, told by codes."""

from typing import Any

import pytest
from django.utils import timezone

from intake.actions.moves import move_request
from intake.models import Request
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def post(client: Any, request: Request, tail: str, data: Any) -> Any:
    return client.post(f"/api/v1/intake/requests/{request.reference}/{tail}/", data, content_type="application/json")


def test_an_analyst_moves_and_reads_the_way(cast: Cast, signed_in: Any) -> None:
    asked = factories.request(by=cast.requester, state="screening")
    client = signed_in(cast.pmo_analyst)
    offered = client.get(f"/api/v1/intake/requests/{asked.reference}/moves/").json()
    assert {"assess", "ask", "refuse", "postpone", "withdraw"} == {one["verb"] for one in offered}
    answer = post(client, asked, "move", {"verb": "postpone", "reason": "Next year.", "until": "2027-04-01"})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["state"], answer.json()["resume_on"]) == ("deferred", "2027-04-01")
    assert answer.headers["ETag"]
    way = client.get(f"/api/v1/intake/requests/{asked.reference}/way/").json()
    assert (way[-1]["to_state"], way[-1]["reason"], way[-1]["by"]) == ("deferred", "Next year.", cast.pmo_analyst.email)


def test_a_missing_reason_is_told_at_its_field(cast: Cast, signed_in: Any) -> None:
    asked = factories.request(by=cast.requester, state="screening")
    answer = post(signed_in(cast.pmo_analyst), asked, "move", {"verb": "refuse"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "reason"


def test_the_second_one_is_told_who_was_first(cast: Cast, signed_in: Any) -> None:
    asked = factories.request(by=cast.requester, state="screening")
    move_request(asked, verb="assess", by=cast.pmo_head, at=timezone.now())
    answer = post(signed_in(cast.pmo_analyst), asked, "move", {"verb": "withdraw", "reason": "Gone.", "expected": "screening"})
    assert answer.status_code == 409
    assert "Pmo Head moved the request to “Assessment” on" in answer.json()["errors"][0]["detail"]


def test_a_requester_may_withdraw_and_nothing_else(cast: Cast, signed_in: Any) -> None:
    asked = factories.request(by=cast.requester, state="screening")
    client = signed_in(cast.requester)
    assert post(client, asked, "move", {"verb": "assess"}).status_code == 403
    assert post(client, asked, "assign", {"owner": cast.pmo_head.email}).status_code == 403
    assert post(client, asked, "move", {"verb": "approve", "reason": "Mine."}).status_code == 400
    assert post(client, asked, "move", {"verb": "withdraw", "reason": "Solved."}).json()["state"] == "withdrawn"


def test_owner_merge_and_split(cast: Cast, signed_in: Any) -> None:
    asked = factories.request(by=cast.requester, state="screening")
    other = factories.request(by=cast.director, state="screening")
    client = signed_in(cast.pmo_analyst)
    assert post(client, asked, "assign", {"owner": cast.pmo_head.email}).json()["owner"] == cast.pmo_head.email
    assert post(client, asked, "assign", {"owner": cast.board_member.email}).status_code == 400
    assert post(client, asked, "merge", {"other": other.reference}).status_code == 200
    other.refresh_from_db()
    assert other.merged_into == asked
    assert post(client, other, "unmerge", {"reason": "Two after all."}).json()["state"] == "screening"
    parts = post(client, asked, "split", {"titles": ["One", "Two"]})
    assert parts.status_code == 201
    assert len(parts.json()["parts"]) == 2
