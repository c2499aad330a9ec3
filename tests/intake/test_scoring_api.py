"""Scoring over the API: the same actions, the same blindness."""

import json
from typing import Any

import pytest
from django.test import Client

from intake.models import Assessment, ScoringModel
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
CANARY = "Parrot of the API"


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(client: Client, url: str, body: Any = None, **more: Any) -> Any:
    return client.post(url, json.dumps(body or {}), content_type="application/json", **more)


def test_a_request_is_scored_from_opening_to_score(cast: Cast) -> None:
    version = factories.scoring_version()
    asked = factories.request("Warm schools", by=cast.requester, state="assessment")
    opened = post(
        client_of(cast.pmo_analyst),
        "/api/v1/intake/assessments/",
        {
            "request": asked.reference,
            "model_version": version.pk,
            "reviewers": [cast.board_member.email, cast.stranger.email],
        },
    )
    assert opened.status_code == 201, opened.content
    assert opened.json()["reviews"] == []
    client = client_of(cast.stranger)
    mine = client.get("/api/v1/intake/reviews/").json()["results"][0]
    url = f"/api/v1/intake/reviews/{mine['id']}/"
    etag = client.get(url).headers["ETag"]
    body = {"answers": {"fit": {"level": "full", "comment": CANARY}, "risk": {"level": "some"}}}
    assert client.patch(url, json.dumps(body), content_type="application/json").status_code == 428
    saved = client.patch(url, json.dumps(body), content_type="application/json", headers={"If-Match": etag})
    assert saved.status_code == 200, saved.content
    stale = client.patch(url, json.dumps(body), content_type="application/json", headers={"If-Match": etag})
    assert stale.status_code == 412
    assert post(client, f"{url}submit/").status_code == 200
    detail = f"/api/v1/intake/assessments/{opened.json()['id']}/"
    for person in (cast.pmo_analyst, cast.pmo_head, cast.auditor, cast.board_member):
        for address in (detail, "/api/v1/intake/assessments/", "/api/v1/intake/scores/", "/api/v1/intake/reviews/"):
            assert CANARY not in client_of(person).get(address).content.decode()
    assert client_of(cast.board_member).get(url).status_code == 404
    revealed = post(client_of(cast.pmo_analyst), f"{detail}reveal/")
    assert CANARY in revealed.content.decode()
    scores = client_of(cast.pmo_head).get(f"/api/v1/intake/scores/?model_version={version.pk}").json()["results"]
    assert [(one["request"], float(one["percent"])) for one in scores] == [(asked.reference, 80.0)]
    assert Assessment.objects.get().phase == "revealed"


def test_a_ready_model_is_made_and_published(cast: Cast) -> None:
    client = client_of(cast.pmo_head)
    made = post(client, "/api/v1/intake/scoring-models/", {"name": "Delay", "kind": "wsjf"})
    assert made.status_code == 201, made.content
    url = f"/api/v1/intake/scoring-models/{made.json()['id']}/"
    assert post(client, f"{url}publish/").json()["published_at"]
    assert [one["key"] for one in client_of(cast.auditor).get(url).json()["versions"][0]["criteria"]][-1] == "size"
    assert post(client, f"{url}draft/").json()["number"] == 2
    assert post(client, f"{url}draft/").status_code == 400
    assert len(client_of(cast.board_member).get(url).json()["versions"]) == 1, "Drafts are for those who write or check them."
    assert len(client_of(cast.auditor).get(url).json()["versions"]) == 2
    assert ScoringModel.objects.get().kind == "wsjf"
