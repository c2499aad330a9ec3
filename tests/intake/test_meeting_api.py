"""Decision meetings over the API: members, agenda, votes and recusals, quorum, the decision, its conditions, the end."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from intake.models import AgendaItem, Decision, DecisionMeeting, Request
from portfolio.models import Objective
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
ROOT = "/api/v1/intake/"


def send(client: Client, url: str, body: Any = None, method: str = "post", **headers: str) -> Any:
    return getattr(client, method)(ROOT + url, json.dumps(body or {}), content_type="application/json", headers=headers)


def meeting(client: Client, *members: Any, **more: Any) -> str:
    """A meeting of these members; its address."""
    body = {"name": "Board", "held_on": "2026-12-01", "members": [one.email for one in members], **more}
    made = send(client, "meetings/", body)
    assert made.status_code == 201, made.content
    return f"meetings/{made.json()['id']}/"


def ready(cast: Cast, title: str = "Warm homes", **fields: Any) -> Request:
    return factories.request(title, by=cast.requester, state="ready", **fields)


def test_a_meeting_from_agenda_to_decision(cast: Cast, signed_in: SignIn) -> None:
    first, second = ready(cast), ready(cast, "Cool homes", sponsor=cast.board_member)
    client = signed_in(cast.pmo_head)
    url = meeting(client, cast.board_member, cast.pmo_head, quorum=2)
    agenda = send(client, f"{url}agenda/", {"requests": [first.reference, second.reference]}).json()["agenda"]
    item, other = (f"agenda-items/{pk}/" for pk in agenda)
    assert send(client, f"{other}place/", {"position": 1}).json()["position"] == 1
    assert client.get(ROOT + url).json()["agenda"] == agenda[::-1]
    assert send(client, f"{item}vote/", {"choice": "approve"}).json()["counts"] == {"approve": 1}
    deciding = {"request": first.reference, "item": agenda[0], "outcome": "conditions", "reason": "It pays."}
    deciding |= {"conditions": [{"text": "Survey", "owner": cast.director.email, "due_on": "2027-01-31"}]}
    refused = send(client, "decisions/", deciding)
    assert "The quorum is not met: 1 more vote" in refused.content.decode()
    board = signed_in(cast.board_member)
    own = send(board, f"{other}vote/", {"choice": "approve"})
    assert own.json()["errors"][0]["attr"] == "choice", "Who would sponsor it takes no part."
    assert send(board, f"{other}vote/", {"choice": "recused"}).json()["counts"] == {"recused": 1}
    assert send(board, f"{item}vote/", {"choice": "reject", "comment": "Dear."}).json()["counts"]["reject"] == 1
    assert send(board, f"{item}vote/", {"choice": "conditions"}).json()["counts"] == {"approve": 1, "conditions": 1}
    client = signed_in(cast.pmo_head)
    wrong = send(client, "decisions/", deciding | {"request": second.reference})
    assert wrong.json()["errors"][0]["attr"] == "item"
    made = send(client, "decisions/", deciding)
    assert made.status_code == 201, made.content
    decision = Decision.objects.get()
    assert (decision.item_id, decision.basis["count"]) == (agenda[0], {"approve": 1, "conditions": 1})
    assert client.get(ROOT + item).json()["outcome"] == "conditions"
    assert send(client, f"{item}vote/", {"choice": "abstain"}).status_code == 400, "It is decided."
    assert send(client, item, method="delete").status_code == 400
    assert send(client, other, method="delete").status_code == 204
    assert send(client, f"{url}close/").status_code == 428
    etag = client.get(ROOT + url).headers["ETag"]
    assert send(client, f"{url}close/", **{"If-Match": etag}).json()["closed_at"]
    assert send(client, f"{url}close/", **{"If-Match": etag}).status_code == 412
    assert send(client, f"{url}agenda/", {"requests": [second.reference]}).status_code == 400


def test_members_and_stale_versions(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_head)
    url = meeting(client, cast.board_member)
    nobody = send(client, "meetings/", {"name": "B", "held_on": "2026-12-01", "members": [cast.requester.email]})
    assert nobody.json()["errors"][0]["attr"] == "members"
    assert send(client, "meetings/", {"name": "B", "held_on": "2026-12-01", "members": []}).status_code == 400
    etag = client.get(ROOT + url).headers["ETag"]
    assert send(client, url, {"quorum": 3}, "patch").status_code == 428
    changed = send(client, url, {"quorum": 3}, "patch", **{"If-Match": etag})
    assert (changed.json()["quorum"], changed.json()["members"]) == (3, [cast.board_member.email])
    assert send(client, url, {"quorum": 4}, "patch", **{"If-Match": etag}).status_code == 412
    assert DecisionMeeting.objects.get().quorum == 3


def test_who_is_no_member_does_not_vote_and_hidden_requests_stay_hidden(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_head)
    url = meeting(client, cast.board_member)
    asked = ready(cast)
    pk = send(client, f"{url}agenda/", {"requests": [asked.reference]}).json()["agenda"][0]
    assert "not a voting member" in send(client, f"agenda-items/{pk}/vote/", {"choice": "approve"}).content.decode()
    secret = ready(cast, "Zanzibar", is_confidential=True)
    assert send(client, f"{url}agenda/", {"requests": [secret.reference]}).status_code == 404
    assert send(client, f"{url}agenda/", {"requests": ["REQ-9999"]}).status_code == 404
    hidden = AgendaItem.objects.create(meeting=DecisionMeeting.objects.get(), request=secret, position=2)
    assert client.get(ROOT + url).json()["agenda"] == [pk]
    assert "Zanzibar" not in client.get(f"{ROOT}agenda-items/").content.decode()
    assert client.get(f"{ROOT}agenda-items/{hidden.pk}/").status_code == 404
    assert send(client, f"agenda-items/{hidden.pk}/place/", {"position": 1}).status_code == 404
    assert send(client, f"agenda-items/{hidden.pk}/", method="delete").status_code == 404
    deciding = {"request": asked.reference, "item": hidden.pk, "outcome": "reject", "reason": "No."}
    assert send(client, "decisions/", deciding).status_code == 404
    board = signed_in(cast.board_member)
    assert send(board, f"agenda-items/{hidden.pk}/vote/", {"choice": "approve"}).status_code == 404
    assert send(board, f"agenda-items/{pk}/place/", {"position": 1}).status_code == 403
    assert send(signed_in(cast.requester), f"agenda-items/{pk}/vote/", {"choice": "approve"}).status_code == 403
    assert not Decision.objects.exists()


def test_a_condition_is_met_by_its_owner(cast: Cast, signed_in: SignIn) -> None:
    asked = ready(cast)
    condition = factories.decision(asked, cast.director)["condition"]
    client = signed_in(cast.pmo_analyst)
    url = f"conditions/{condition.pk}/"
    etag = client.get(ROOT + url).headers["ETag"]
    assert send(signed_in(cast.requester), f"{url}meet/", {"note": "Mine."}).status_code == 403
    assert send(signed_in(cast.stranger), f"{url}meet/", {"note": "Mine."}).status_code == 404
    client = signed_in(cast.pmo_analyst)
    assert send(client, f"{url}meet/", {"note": "See file."}).status_code == 428
    assert send(client, f"{url}meet/", {"note": ""}, **{"If-Match": etag}).status_code == 400
    met = send(client, f"{url}meet/", {"note": "See file."}, **{"If-Match": etag})
    assert (met.json()["met_by"], met.json()["note"]) == (cast.pmo_analyst.email, "See file.")
    assert send(client, f"{url}meet/", {"note": "Again."}, **{"If-Match": etag}).status_code == 412
    assert client.get(f"{ROOT}conditions/?met_at__isnull=true").json()["count"] == 0


def test_a_round_is_ranked_and_closed(cast: Cast, signed_in: SignIn) -> None:
    rows = factories.selection(cast.board_member)
    client, url = signed_in(cast.pmo_head), f"rounds/{rows['round'].pk}/"
    reference = rows["entry"].request.reference
    assert send(client, f"{url}rank/").status_code == 428
    etag = client.get(ROOT + url).headers["ETag"]
    assert send(client, f"{url}rank/", **{"If-Match": etag}).json()["errors"][0]["attr"] == "model_version"
    assert send(client, f"{url}ranking/{reference}/", method="delete").status_code == 428
    assert send(client, f"{url}ranking/REQ-9999/", method="delete", **{"If-Match": etag}).status_code == 404
    dropped = send(client, f"{url}ranking/{reference}/", method="delete", **{"If-Match": etag})
    assert dropped.status_code == 200, dropped.content
    assert client.get(f"{ROOT}{url}ranking/").json() == []
    assert send(client, f"{url}close/", **{"If-Match": etag}).status_code == 412
    assert send(client, f"{url}close/", **{"If-Match": dropped.headers["ETag"]}).json()["closed_at"]


def test_objectives_following_and_talk(cast: Cast, signed_in: SignIn) -> None:
    asked, objective = ready(cast), Objective.objects.create(name="Warm")
    client, url = signed_in(cast.pmo_analyst), f"requests/{asked.reference}/"
    linked = send(client, f"{url}objectives/", {"objective": objective.pk, "weight": 70})
    assert linked.json() == {"objective": objective.pk, "name": "Warm", "weight": 70}
    other = Objective.objects.create(name="Cool")
    too_much = send(client, f"{url}objectives/", {"objective": other.pk, "weight": 40})
    assert too_much.json()["errors"][0]["attr"] == "weight"
    assert send(client, f"{url}objectives/{other.pk}/", method="delete").status_code == 404
    assert send(client, f"{url}objectives/{objective.pk}/", method="delete").status_code == 204
    assert send(client, f"{url}follow/").status_code == 204
    assert asked.parties.filter(user=cast.pmo_analyst).exists()
    assert send(client, f"{url}follow/", method="delete").status_code == 204
    assert send(client, f"{url}comments/", {"text": "Looks fine."}).status_code == 201
    assert client.get(f"{ROOT}{url}comments/").json()["results"][0]["text"] == "Looks fine."
    assert send(signed_in(cast.stranger), f"{url}comments/", {"text": "Hm."}).status_code == 404
    assert send(signed_in(cast.requester), f"{url}follow/").status_code == 400, "They are told anyway."
