"""Scoring over the API, beside opening and reviewing: drafts written with their version, weights from judges, what moderators do."""

import json
import math
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from intake.actions.weightings import submit_judgements
from intake.models import Assessment, Judge, Reviewer, ScoringModelVersion
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/intake/"


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client: Client, url: str, body: Any = None, method: str = "post", etag: str = "") -> Any:
    headers = {"If-Match": etag} if etag else {}
    return getattr(client, method)(ROOT + url, json.dumps(body or {}), content_type="application/json", headers=headers)


def tag_of(client: Client, url: str) -> str:
    return str(client.get(ROOT + url).headers["ETag"])


def attr_of(answer: Any) -> tuple[int, str | None]:
    return answer.status_code, answer.json()["errors"][0]["attr"]


def test_a_draft_is_written_with_its_version(cast: Cast) -> None:
    draft = factories.scoring_version(published=False)
    head, url = client_of(cast.pmo_head), f"scoring-drafts/{draft.pk}/"
    etag = tag_of(head, url)
    levels = [{"label": "Little", "measure": "2"}, {"label": "Much", "measure": "8"}]
    new = {"name": "Reach", "question": "How many?", "method": "levels", "levels": levels}
    assert send(head, f"{url}criteria/", new).status_code == 428
    made = send(head, f"{url}criteria/", new, etag=etag)
    assert made.status_code == 201, made.content
    assert send(head, f"{url}criteria/", new, etag=etag).status_code == 412
    assert [one["key"] for one in made.json()["criteria"]] == ["fit", "risk", "reach"]
    etag = made.headers["ETag"]
    changed = send(head, f"{url}criteria/reach/", {"question": "How many people?"}, "patch", etag)
    assert changed.status_code == 200, changed.content
    assert changed.json()["criteria"][2]["question"] == "How many people?"
    moved = send(head, f"{url}criteria/reach/move/", {"up": True}, etag=changed.headers["ETag"])
    assert [one["key"] for one in moved.json()["criteria"]] == ["fit", "reach", "risk"]
    assert attr_of(send(head, f"{url}criteria/fit/", {"group": "none"}, "patch", moved.headers["ETag"])) == (400, "group")
    grouped = send(head, f"{url}groups/", {"name": "All"}, etag=moved.headers["ETag"])
    assert head.get(f"{ROOT}{url}groups/").json()[0]["key"] == "all"
    weighed = send(head, f"{url}weights/", {"criteria": {"fit": "1", "reach": "3"}}, etag=grouped.headers["ETag"])
    assert {one["key"]: float(one["weight"]) for one in weighed.json()["criteria"]} == {"fit": 1, "reach": 3, "risk": 40}
    gone = send(head, f"{url}criteria/risk/", method="delete", etag=weighed.headers["ETag"])
    assert [one["key"] for one in gone.json()["criteria"]] == ["fit", "reach"]
    noted = send(head, url, {"note": "After the audit."}, "patch", gone.headers["ETag"])
    assert noted.json()["note"] == "After the audit."
    assert send(head, f"{url}publish/").status_code == 428
    done = send(head, f"{url}publish/", etag=noted.headers["ETag"])
    assert done.json()["published_at"], done.content
    assert head.get(ROOT + url).status_code == 404, "It is no draft any more."
    assert send(head, f"{url}criteria/fit/", method="delete", etag=done.headers["ETag"]).status_code == 404
    assert client_of(cast.pmo_analyst).get(ROOT + url).status_code == 403
    assert ScoringModelVersion.objects.get().criteria.count() == 2


def test_judges_compare_and_their_weights_are_taken(cast: Cast) -> None:
    draft = factories.scoring_version(published=False)
    head = client_of(cast.pmo_head)
    body = {"name": "Weights", "judges": [cast.board_member.email, cast.stranger.email]}
    assert attr_of(send(head, f"scoring-drafts/{draft.pk}/compare/", body | {"judges": ["no@example.org"]})) == (
        400,
        "judges",
    )
    made = send(head, f"scoring-drafts/{draft.pk}/compare/", body)
    assert made.status_code == 201, made.content
    assert made.json()["weights"] is None
    url = f"weightings/{made.json()['id']}/"
    judge = client_of(cast.board_member)
    seat = f"judging/{judge.get(f'{ROOT}judging/').json()['results'][0]['id']}/"
    answers = {"answers": [{"first": "fit", "second": "risk", "position": 2}]}
    assert send(judge, seat, answers, "patch").status_code == 428
    etag = tag_of(judge, seat)
    assert send(judge, seat, {"answers": [{"first": "fit", "second": "moon", "position": 2}]}, "patch", etag).status_code == 400
    assert send(judge, seat, {"answers": [{"first": "fit", "second": "risk", "position": 9}]}, "patch", etag).status_code == 400
    assert send(judge, f"{seat}submit/").status_code == 400, "A pair has no answer."
    saved = send(judge, seat, answers, "patch", etag)
    assert saved.json()["answers"] == answers["answers"], saved.content
    assert send(judge, seat, answers, "patch", etag).status_code == 412
    assert send(judge, f"{seat}submit/").json()["submitted_at"]
    assert send(judge, f"{seat}reopen/").json()["submitted_at"] is None
    assert send(judge, f"{seat}submit/").status_code == 200
    assert client_of(cast.stranger).get(ROOT + seat).status_code == 404, "It is somebody else's."
    assert judge.get(ROOT + url).status_code == 403
    assert send(head, f"{url}withdraw/", {"judges": [cast.stranger.email]}).json()["judges"] == [cast.board_member.email]
    assert head.get(ROOT + url).json()["weights"] == {"fit": 0.75, "risk": 0.25}
    assert send(head, f"{url}take/").json()["closed_at"]
    assert float(draft.criteria.get(key="fit").weight) == 75
    assert send(head, f"{url}invite/", {"judges": [cast.director.email]}).status_code == 400, "It is closed."
    assert Judge.objects.count() == 2


def test_where_judges_differ_is_what_the_page_says(cast: Cast) -> None:
    draft = factories.scoring_version({"fit": 1, "risk": 1, "cost": 1}, published=False)
    head = client_of(cast.pmo_head)
    people = [cast.board_member, cast.director, cast.stranger]
    body = {"name": "Weights", "judges": [person.email for person in people]}
    pk = send(head, f"scoring-drafts/{draft.pk}/compare/", body).json()["id"]
    url = f"{ROOT}weightings/{pk}/disagreement/"
    assert head.get(url).json()["pairs"] == []
    pairs = [("fit", "risk"), ("fit", "cost"), ("risk", "cost")]
    for person, positions in zip(people, ((2, 2, 0), (2, 2, 0), (-6, 2, 0)), strict=True):
        judge = Judge.objects.get(user=person)
        answers = dict(zip(pairs, positions, strict=True))
        submit_judgements(judge, answers=answers, version=judge.version, at=timezone.now())
    told = head.get(url).json()
    worst = told["pairs"][0]
    assert (worst["first"], worst["second"], worst["answers"]) == ("fit", "risk", 3)
    assert worst["spread"] == pytest.approx(math.exp(math.sqrt(2) * math.log(21) / 3), abs=1e-6)  # logarithms 3, 3 and 1/7
    assert (worst["lowest"], worst["highest"]["ratio"]) == (
        {"judge": cast.stranger.email, "ratio": pytest.approx(1 / 7, abs=1e-6)},
        3,
    )
    assert [pair["spread"] for pair in told["pairs"][1:]] == [1, 1]
    assert max(told["judges"], key=lambda one: one["remoteness"])["judge"] == cast.stranger.email
    page = unescape(head.get(f"/intake/weightings/{pk}/").content.decode())
    assert told["title"] in page
    assert told["furthest"] in page
    assert worst["words"] in page
    assert cast.stranger.name in told["furthest"]
    assert client_of(cast.pmo_analyst).get(url).status_code == 403


def test_moderators_invite_withdraw_agree_and_settle(cast: Cast) -> None:
    version = factories.scoring_version()
    asked = factories.request("Warm schools", by=cast.requester, state="assessment")
    made = factories.assessment(asked, version, by=cast.pmo_analyst, scores=[{"fit": 5, "risk": 5}], revealed=False)
    moderator, url = client_of(cast.pmo_analyst), f"assessments/{made.pk}/"
    assert send(moderator, f"{url}settle/").status_code == 400, "It is not revealed."
    assert send(moderator, f"{url}invite/", {"reviewers": [cast.board_member.email]}).status_code == 200
    assert attr_of(send(moderator, f"{url}invite/", {"reviewers": [cast.requester.email]})) == (400, "reviewers")
    assert send(moderator, f"{url}remind/").status_code == 200
    seat = Reviewer.objects.get(user=cast.board_member)
    reviewer = client_of(cast.board_member)
    assert attr_of(send(reviewer, f"reviews/{seat.pk}/decline/", {"reason": ""})) == (400, "reason")
    assert send(reviewer, f"reviews/{seat.pk}/decline/", {"reason": "I know them."}).json()["withdrawn_at"]
    assert attr_of(send(moderator, f"{url}withdraw/", {"reviewer": cast.director.email, "reason": "x"})) == (400, "reviewer")
    assert moderator.get(ROOT + url).json()["phase"] == "revealed", "All who still review are in."
    agreed = {"criterion": "fit", "level": "full", "reason": "The pilot showed it."}
    assert attr_of(send(moderator, f"{url}moderate/", agreed | {"reason": ""})) == (400, "reason")
    assert attr_of(send(moderator, f"{url}moderate/", agreed | {"criterion": "moon"})) == (400, "criterion")
    assert attr_of(send(moderator, f"{url}moderate/", agreed | {"level": "moon"})) == (400, "level")
    assert send(moderator, f"{url}moderate/", agreed).status_code == 200
    assert made.moderated.get().measure == 10
    assert send(moderator, f"{url}moderate/", {"criterion": "fit"}).status_code == 200
    assert not made.moderated.exists(), "It was taken back."
    assert send(moderator, f"{url}settle/").json()["phase"] == "moderated"
    assert send(client_of(cast.requester), f"{url}settle/").status_code == 403
    assert send(client_of(cast.stranger), f"{url}settle/").status_code == 404
    assert Assessment.objects.count() == 1
