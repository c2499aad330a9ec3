"""Triage over the API beside moving: the queue with its clock, and many requests at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intake.models import FormVersion, Request, RequestType, ScoringModel, SelectionRound
from tests import factories
from tests.cast import Cast
from tests.intake.test_draft_api import ROOT, attr_of, client_of, send, tag_of

pytestmark = pytest.mark.django_db


def test_the_queue_tells_the_clock_and_what_is_missing(cast: Cast) -> None:
    kind = factories.request_type("Works", service_days={"screening": 2})
    question = {"key": "why_now", "label": "Why now?", "kind": "short_text", "required_at": "assessment"}
    document = {"steps": [{"key": "step", "title": "A step", "questions": [question]}]}
    FormVersion.objects.create(type=kind, number=2, document=document, published_at=timezone.now())
    late = factories.request("Late", by=cast.requester, of=kind, state="screening")
    Request.objects.filter(pk=late.pk).update(moved_at=timezone.now() - timedelta(days=20))
    free = factories.request("Free", by=cast.requester, state="submitted", helps=["cost"])
    factories.request("A draft", by=cast.pmo_analyst)
    hidden = factories.request("Hidden", by=cast.requester, of=kind, state="screening", is_confidential=True)
    analyst = client_of(cast.pmo_analyst)
    rows = analyst.get(f"{ROOT}triage/").json()["results"]
    assert [row["reference"] for row in rows] == [late.reference, free.reference], "The most urgent first."
    assert rows[0]["days_left"] < 0
    assert rows[0]["due_on"] < timezone.localdate().isoformat()
    assert rows[0]["missing"] == {"helps": "How does it help?", "why_now": "Why now?"}
    assert (rows[1]["due_on"], rows[1]["days_left"], rows[1]["missing"]) == (None, None, {})
    assert [row["title"] for row in analyst.get(f"{ROOT}triage/?service=over").json()["results"]] == ["Late"]
    assert analyst.get(f"{ROOT}triage/?assigned=me").json()["results"] == []
    for person in (cast.requester, cast.board_member, cast.stranger):
        assert client_of(person).get(f"{ROOT}triage/").status_code == 403
    counts = []
    for number in (1, 6):
        for _one in range(number):
            factories.request(by=cast.requester, of=kind, state="screening")
        with CaptureQueriesContext(connection) as queries:
            analyst.get(f"{ROOT}triage/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert hidden.reference not in analyst.get(f"{ROOT}triage/").content.decode()


def test_several_are_given_to_an_owner_or_none(cast: Cast) -> None:
    rows = [factories.request(by=cast.requester, state="screening") for _one in range(3)]
    hidden = factories.request(by=cast.requester, state="screening", is_confidential=True)
    analyst = client_of(cast.pmo_analyst)
    body = {"requests": [row.reference for row in rows], "owner": cast.pmo_head.email}
    unseen = send(analyst, "triage/assign/", body | {"requests": [*body["requests"], hidden.reference]})
    assert unseen.status_code == 404
    assert send(client_of(cast.requester), "triage/assign/", body).status_code == 403, "Seen, but not theirs to give."
    assert send(client_of(cast.stranger), "triage/assign/", body).status_code == 404
    assert attr_of(send(analyst, "triage/assign/", body | {"owner": cast.requester.email})) == (400, "owner")
    assert attr_of(send(analyst, "triage/assign/", body | {"requests": []})) == (400, "requests")
    ended = factories.request(by=cast.requester, state="rejected")
    refused = send(analyst, "triage/assign/", body | {"requests": [*body["requests"], ended.reference]})
    assert refused.status_code == 400
    assert ended.reference in refused.json()["errors"][0]["detail"]
    assert not Request.objects.exclude(owner=None).exists(), "All or none."
    assert send(analyst, "triage/assign/", body).json() == {"changed": 3}
    assert send(analyst, "triage/assign/", body).json() == {"changed": 0}
    assert send(analyst, "triage/assign/", body | {"owner": None}).json() == {"changed": 3}


def test_several_are_gathered_into_a_round(cast: Cast) -> None:
    chosen = SelectionRound.objects.create(name="Spring")
    rows = [factories.request(by=cast.requester, state="ready") for _one in range(2)]
    hidden = factories.request(by=cast.requester, state="ready", is_confidential=True)
    head, url = client_of(cast.pmo_head), f"rounds/{chosen.pk}/gather/"
    assert send(head, url, {"requests": [rows[0].reference, hidden.reference]}).status_code == 404
    assert send(head, url, {}).status_code == 400
    assert send(head, url, {"request": rows[0].reference, "requests": [rows[1].reference]}).status_code == 400
    assert send(head, url, {"requests": [rows[1].reference, rows[0].reference, rows[1].reference]}).status_code == 200
    assert list(chosen.entries.order_by("position").values_list("request__reference", flat=True)) == [
        rows[1].reference,
        rows[0].reference,
    ]
    assert send(head, url, {"request": rows[0].reference}).status_code == 200, "It is in it and stays where it is."
    assert send(client_of(cast.requester), url, {"request": rows[0].reference}).status_code == 403


def test_a_model_is_offered_for_kinds_of_request(cast: Cast) -> None:
    kind, head = factories.request_type("Works"), client_of(cast.pmo_head)
    factories.request_type("Retired", is_active=False)
    assert attr_of(send(head, "scoring-models/", {"name": "Value", "request_types": ["Retired"]})) == (400, "request_types")
    made = send(head, "scoring-models/", {"name": "Value", "request_types": ["Works"]})
    assert made.json()["request_types"] == ["Works"], made.content
    assert RequestType.objects.get(pk=kind.pk).scoring_model == ScoringModel.objects.get()
    url = f"scoring-models/{made.json()['id']}/"
    kept = send(head, url, {"description": "New"}, "patch", tag_of(head, url))
    assert kept.json()["request_types"] == ["Works"], "What is not sent stays."
    gone: Any = send(head, url, {"request_types": []}, "patch", kept.headers["ETag"])
    assert gone.json()["request_types"] == []
    assert RequestType.objects.get(pk=kind.pk).scoring_model is None


def test_who_may_move_what_is_data(cast: Cast) -> None:
    rows = client_of(cast.stranger).get(f"{ROOT}requests/transitions/").json()
    approve = next(row for row in rows if row["verb"] == "approve")
    assert (approve["sources"], approve["target"], approve["needs_reason"]) == (["ready"], "approved", True)
    assert "pmo_head" in approve["roles"]
    assert "auditor" not in approve["roles"]
    assert not approve["requester"]
    assert next(row for row in rows if row["verb"] == "withdraw")["requester"]


def test_whether_one_follows_is_told(cast: Cast) -> None:
    asked = factories.request(by=cast.requester, state="screening")
    url = f"{ROOT}requests/{asked.reference}/follow/"
    board = client_of(cast.board_member)
    assert board.get(url).json() == {"follows": False}
    assert board.post(url).status_code == 204
    assert board.get(url).json() == {"follows": True}
    assert board.delete(url).status_code == 204
    assert board.get(url).json() == {"follows": False}
    assert client_of(cast.requester).get(url).json() == {"follows": None}, "Told anyway."
    assert client_of(cast.stranger).get(url).status_code == 404
