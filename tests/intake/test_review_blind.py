"""Scoring blind, all the way: invite, score, submit, reveal, moderate; and nobody reads a score before it is revealed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.models import Notification, OutgoingMail
from intake.models import Assessment, Reviewer, ReviewScore
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
CANARY = "Parrot of the second reviewer"


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def open_one(cast: Cast) -> dict[str, Any]:
    """A request in assessment with two invited reviewers, one of them without any role."""
    of = factories.request_type()
    version = factories.scoring_version({"fit": 60, "risk": 40})
    of.scoring_model = version.model
    of.save()
    asked = factories.request("Warm schools", by=cast.requester, of=of, state="assessment", owner=cast.pmo_analyst)
    page = f"/intake/requests/{asked.reference}/scores/"
    data = {
        "model_version": version.pk,
        "people": [cast.board_member.pk],
        "others": cast.stranger.email.upper(),
        "due_on": "2026-12-04",
        "reveals_itself": "on",
    }
    answer = client_of(cast.pmo_analyst).post(f"{page}open/", data)
    assert answer.status_code == 302, answer.content.decode()
    made = Assessment.objects.get(request=asked)
    seats = {seat.user_id: seat for seat in made.reviewers.all()}
    return {
        "asked": asked,
        "page": page,
        "assessment": made,
        "board": seats[cast.board_member.pk],
        "stranger": seats[cast.stranger.pk],
    }


def answers(**levels: str) -> dict[str, str]:
    found = {}
    for key, level in levels.items():
        found[key] = level
        found[f"{key}-comment"] = f"{CANARY} on {key}"
    return found


def test_an_invited_reviewer_gets_mail_and_sees_just_this_request(cast: Cast, open_one: dict[str, Any]) -> None:
    mails = OutgoingMail.objects.filter(to_address=cast.stranger.email)
    assert "Warm schools" in mails.get().subject
    assert Notification.objects.filter(user=cast.stranger).count() == 1
    client = client_of(cast.stranger)
    assert client.get(f"/intake/requests/{open_one['asked'].reference}/").status_code == 200
    other = factories.request(by=cast.requester, state="assessment")
    assert client.get(f"/intake/requests/{other.reference}/").status_code == 404
    assert "Warm schools" in client.get("/intake/reviews/").content.decode()
    form = client.get(f"/intake/reviews/{open_one['stranger'].pk}/").content.decode()
    assert "How is fit?" in form
    assert "It is high." in form
    assert client.get(f"/intake/reviews/{open_one['board'].pk}/").status_code == 404


def test_nobody_reads_a_score_before_it_is_revealed(cast: Cast, open_one: dict[str, Any]) -> None:
    url = f"/intake/reviews/{open_one['stranger'].pk}/"
    saved = client_of(cast.stranger).post(
        url, {"version": 1, **answers(fit="full", risk="low")}, headers={"X-Requested-With": "autosave"}
    )
    assert saved.json()["answered"] == 2
    submitted = client_of(cast.stranger).post(
        url, {"version": saved.json()["version"], "submit": "1", **answers(fit="full", risk="low")}
    )
    assert submitted.status_code == 302
    reference = open_one["asked"].reference
    pages = [
        open_one["page"],
        f"/intake/requests/{reference}/",
        f"/intake/requests/{reference}/history/",
        f"/intake/requests/{reference}/history/?export=history.csv",
        f"/intake/requests/{reference}/talk/",
        "/intake/reviews/",
        "/intake/requests/?export=requests.csv",
        "/search/?q=Parrot",
        "/notifications/",
        "/",
    ]
    for person in (cast.board_member, cast.pmo_analyst, cast.pmo_head, cast.administrator, cast.auditor, cast.requester):
        client = client_of(person)
        for page in pages:
            answer = client.get(page)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert CANARY.encode() not in body.replace(b"q=Parrot", b""), (person, page)
    for mail in OutgoingMail.objects.all():
        assert CANARY not in mail.text
    body = client_of(cast.pmo_analyst).get(open_one["page"]).content.decode()
    assert "1 of 2 are in" in body
    assert CANARY in client_of(cast.stranger).get(url).content.decode()


def test_the_last_submission_reveals_all_scores(cast: Cast, open_one: dict[str, Any]) -> None:
    for seat, level in (("stranger", "full"), ("board", "none")):
        person = cast.stranger if seat == "stranger" else cast.board_member
        url = f"/intake/reviews/{open_one[seat].pk}/"
        client_of(person).post(url, {"version": 1, "submit": "1", **answers(fit=level, risk="some")})
    body = client_of(cast.pmo_head).get(open_one["page"]).content.decode()
    assert CANARY in body
    assert "50 of 100" in body
    assert "disagree on 1 criterion" in body
    assert cast.stranger.name in body
    history = client_of(cast.pmo_head).get(f"/intake/requests/{open_one['asked'].reference}/history/").content.decode()
    assert CANARY in history
    mine = client_of(cast.requester).get(open_one["page"]).content.decode()
    assert "Reviewer A" in mine
    assert cast.board_member.name not in mine
    assert (
        CANARY not in client_of(cast.requester).get(f"/intake/requests/{open_one['asked'].reference}/history/").content.decode()
    )
    late = client_of(cast.board_member).post(
        f"/intake/reviews/{open_one['board'].pk}/", {"version": 3, **answers(fit="full", risk="some")}
    )
    assert late.status_code == 422


def test_an_empty_review_is_told_all_that_is_missing_each_at_its_field(cast: Cast, open_one: dict[str, Any]) -> None:
    url = f"/intake/reviews/{open_one['board'].pk}/"
    answer = client_of(cast.board_member).post(url, {"version": 1, "submit": "1"})
    assert answer.status_code == 422
    body = answer.content.decode()
    for key, name in (("fit", "Fit"), ("risk", "Risk")):
        words = f"“{name}” has no answer yet. If you cannot judge it, say so and why."
        assert body.count(words) == 2, "in the summary and at the field"
        assert f'href="#id_{key}' in body
        assert words in body.partition(f'id="id_{key}"')[2].partition("</fieldset>")[0]
    seat = f"/api/v1/intake/reviews/{open_one['board'].pk}/submit/"
    client = client_of(cast.board_member)
    told = client.post(seat, headers={"If-Match": client.get(seat.removesuffix("submit/"))["ETag"]}).json()
    assert {error["attr"] for error in told["errors"]} == {"fit", "risk"}


def test_submitting_names_the_criterion_without_an_answer_and_keeps_the_rest(cast: Cast, open_one: dict[str, Any]) -> None:
    url = f"/intake/reviews/{open_one['board'].pk}/"
    client = client_of(cast.board_member)
    answer = client.post(url, {"version": 1, "submit": "1", **answers(fit="high")})
    assert answer.status_code == 422
    assert "“Risk” has no answer yet" in answer.content.decode()
    assert ReviewScore.objects.get(reviewer=open_one["board"]).level == "high"
    version = Reviewer.objects.get(pk=open_one["board"].pk).version
    data = {"version": version, "submit": "1", **answers(fit="high", risk="cannot")}
    assert client.post(url, data).status_code == 302
    assert Reviewer.objects.get(pk=open_one["board"].pk).submitted_at is not None
    back = client.post(f"{url}reopen/")
    assert back.status_code == 302
    assert Reviewer.objects.get(pk=open_one["board"].pk).submitted_at is None


def test_rice_counts_at_least_half_a_month_of_effort(cast: Cast) -> None:
    version = factories.scoring_version({"effort": 1}, kind="rice", method="min_max", levels=[])
    made = factories.assessment(factories.request(state="assessment"), version, by=cast.pmo_head, scores=[{}], revealed=False)
    seat = made.reviewers.get()
    Reviewer.objects.filter(pk=seat.pk).update(submitted_at=None, user=cast.pmo_analyst)
    client, url = client_of(cast.pmo_analyst), f"/intake/reviews/{seat.pk}/"
    answer = client.post(url, {"version": seat.version, "effort": "0.25", "effort-comment": "One week."})
    assert answer.status_code == 422
    assert "at least 0.5 person-months" in answer.context["form"].errors["effort"][0]
    assert client.post(url, {"version": seat.version, "effort": "0.5", "effort-comment": "Two weeks."}).status_code == 302


def test_two_windows_of_one_reviewer_both_survive(cast: Cast, open_one: dict[str, Any]) -> None:
    url = f"/intake/reviews/{open_one['board'].pk}/"
    client = client_of(cast.board_member)
    assert client.post(url, {"version": 1, **answers(fit="high")}).status_code == 302
    stale = client.post(url, {"version": 1, **answers(fit="low")})
    assert stale.status_code == 409
    body = stale.content.decode()
    assert "another window" in body
    assert ReviewScore.objects.get(reviewer=open_one["board"]).level == "high"


def test_a_withdrawn_reviewer_is_kept_marked_and_not_counted(cast: Cast, open_one: dict[str, Any]) -> None:
    for seat, level in (("stranger", "full"), ("board", "none")):
        person = cast.stranger if seat == "stranger" else cast.board_member
        client_of(person).post(
            f"/intake/reviews/{open_one[seat].pk}/", {"version": 1, "submit": "1", **answers(fit=level, risk=level)}
        )
    page = f"{open_one['page']}{open_one['assessment'].pk}/withdraw/{open_one['board'].pk}/"
    client = client_of(cast.pmo_analyst)
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "Works for the bidder."}).status_code == 302
    body = client.get(open_one["page"]).content.decode()
    assert "100 of 100" in body
    assert "Withdrawn, not counted" in body
    assert "Works for the bidder." in body
    assert ReviewScore.objects.filter(reviewer=open_one["board"]).count() == 2


def test_moderating_needs_a_reason_and_changes_the_score(cast: Cast, open_one: dict[str, Any]) -> None:
    for seat in ("stranger", "board"):
        person = cast.stranger if seat == "stranger" else cast.board_member
        client_of(person).post(
            f"/intake/reviews/{open_one[seat].pk}/", {"version": 1, "submit": "1", **answers(fit="some", risk="some")}
        )
    fit = open_one["assessment"].model_version.criteria.get(key="fit")
    page = f"{open_one['page']}{open_one['assessment'].pk}/moderate/{fit.pk}/"
    client = client_of(cast.pmo_analyst)
    assert CANARY in client.get(page).content.decode()
    assert client.post(page, {"answer": "10", "reason": ""}).status_code == 422
    assert client.post(page, {"answer": "10", "reason": "The pilot showed it."}).status_code == 302
    body = client.get(open_one["page"]).content.decode()
    assert "80 of 100" in body
    assert "The pilot showed it." in body
    assert client.post(page, {"clear": "1"}).status_code == 302
    assert "50 of 100" in client.get(open_one["page"]).content.decode()
    assert client_of(cast.board_member).post(page, {"answer": "10", "reason": "No."}).status_code == 403


def test_the_requester_cannot_score_their_own_request(cast: Cast) -> None:
    version = factories.scoring_version()
    asked = factories.request(by=cast.requester, state="assessment")
    page = f"/intake/requests/{asked.reference}/scores/open/"
    answer = client_of(cast.pmo_head).post(page, {"model_version": version.pk, "others": cast.requester.email})
    assert answer.status_code == 422
    assert "asked for it" in answer.content.decode()
    unknown = client_of(cast.pmo_head).post(page, {"model_version": version.pk, "others": "nobody@nowhere.example"})
    assert "Nobody here has the address nobody@nowhere.example" in unknown.content.decode()


def test_revealing_needs_a_submission_and_the_right(cast: Cast, open_one: dict[str, Any]) -> None:
    page = f"{open_one['page']}{open_one['assessment'].pk}/reveal/"
    assert client_of(cast.board_member).post(page).status_code == 403
    body = client_of(cast.pmo_head).post(page, follow=True).content.decode()
    assert "Nobody has submitted scores yet" in body
    Reviewer.objects.filter(pk=open_one["board"].pk).update(submitted_at=timezone.now())
    assert "The scores are revealed" in client_of(cast.pmo_head).post(page, follow=True).content.decode()
