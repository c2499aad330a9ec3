"""Who has the link asks without an account, follows the request on its own page, and can read nothing else."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import limits
from core.models import Attachment, OutgoingMail
from intake.actions.moves import move_request
from intake.actions.questions import ask_question
from intake.models import FormVersion, Request, RequestType
from intake.views import public
from tests import factories
from tests.cast import Cast
from tests.intake.formulas.test_questions import FORM

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Rhiannon Pugh",
    "email": "rhiannon@outside.example",
    "title": "Warm the hall",
    "purpose": "Warmth",
    "need": "It is cold.",
    "helps": ["service"],
    "a-personal": "no",
    "website": "",
}


@pytest.fixture(autouse=True)
def counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting starts anew with every test."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def kind(db: None) -> RequestType:
    made = RequestType.objects.create(name="Works", is_public=True)
    FormVersion.objects.create(type=made, number=1, document=FORM, published_at=timezone.now())
    return made


def ask(kind: RequestType, **changes: Any) -> Any:
    return Client().post(reverse("intake:request-ask", args=[kind.public_key]), TYPED | changes)


def track(row: Request, **data: Any) -> Any:
    address = reverse("intake:request-track", args=[row.tracking_key])
    return Client().post(address, data) if data else Client().get(address)


def test_a_person_without_account_asks_and_gets_the_tracking_address(kind: RequestType) -> None:
    answer = ask(kind, files=[SimpleUploadedFile("plan.txt", b"The plan.")], **{"a-cost": "£1.2m"})
    row = Request.objects.get()
    assert answer.url == reverse("intake:request-track", args=[row.tracking_key])
    assert (row.state, row.requester, row.requester_name) == ("submitted", None, "Rhiannon Pugh")
    assert row.estimated_cost == 1_200_000
    assert row.answers == {"personal": False}
    assert Attachment.objects.get().uploaded_by is None
    mail = OutgoingMail.objects.get()
    assert mail.to_address == "rhiannon@outside.example"
    assert row.tracking_key in mail.text
    assert mail.is_secret
    assert "Submitted" in track(row).content.decode()


def test_what_is_missing_is_told_and_what_was_typed_is_kept(kind: RequestType) -> None:
    answer = ask(kind, **{"need": "", "a-personal": "", "purpose": "Warm <rooms>"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Warm &lt;rooms&gt;" in page
    assert "Personal data? Answer this question." in page
    assert not Request.objects.exists()
    answer = ask(kind, **{"a-personal": ""})
    assert answer.status_code == 422
    assert "Personal data? Answer this question." in answer.content.decode()
    assert not Request.objects.exists()


def test_each_step_is_looked_over_and_nothing_is_kept(kind: RequestType) -> None:
    address = reverse("intake:request-ask", args=[kind.public_key])

    def look(**changes: Any) -> Any:
        return Client().post(address, TYPED | changes, headers={"X-Requested-With": "steps"})

    answer = look(need="", email="nobody", purpose="Warm <rooms>", **{"a-cost": "much"})
    found = answer.json()
    assert answer.status_code == 200
    assert set(found["errors"]) == {"need", "email", "a-cost"}
    assert found["errors"]["a-cost"] == ["Write an amount such as 450,000 or 1.2m."]
    assert "Warm &lt;rooms&gt;" in found["reading"]
    assert 'href="#id_need"' in found["reading"]
    whole = look().json()
    assert whole["errors"] == {}
    assert "Not ready to send" not in whole["reading"]
    assert whole["complete"] > found["complete"]
    assert not Request.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_looking_over_does_not_use_up_what_may_be_sent(kind: RequestType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "TRIES_OF_ONE", 1)
    monkeypatch.setattr(public, "LOOKS_OF_ONE", 2)
    address = reverse("intake:request-ask", args=[kind.public_key])
    answers = [Client().post(address, TYPED, headers={"X-Requested-With": "steps"}).status_code for _time in range(3)]
    assert answers == [200, 200, 429]
    assert ask(kind).status_code == 302


def test_a_question_may_depend_on_an_earlier_step(kind: RequestType) -> None:
    document = {"steps": [
        {"key": "one", "title": "One", "questions": [{"key": "pets", "label": "Pets?", "kind": "yes_no"}]},
        {"key": "two", "title": "Two", "questions": [
            {"key": "which", "label": "Which?", "kind": "short_text", "show_if": {"question": "pets", "test": "is", "value": True}},
        ]},
    ]}  # fmt: skip
    FormVersion.objects.create(type=kind, number=2, document=document, published_at=timezone.now())
    page = Client().get(reverse("intake:request-ask", args=[kind.public_key])).content.decode()
    assert 'data-question="which" data-show-if="{' in page


def test_closed_and_unknown_forms_are_not_there(kind: RequestType) -> None:
    for change in ({"is_public": False}, {"is_active": False, "is_public": True}):
        RequestType.objects.filter(pk=kind.pk).update(**change)
        assert ask(kind).status_code == 404
    assert Client().get(reverse("intake:request-ask", args=["x" * 24])).status_code == 404


def test_the_trap_catches_machines(kind: RequestType) -> None:
    assert ask(kind, website="https://spam.example").status_code == 422
    assert not Request.objects.exists()


def test_too_many_requests_are_refused_and_nothing_is_lost(kind: RequestType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "ASKED_BY_ONE", 2)
    assert [ask(kind).status_code for _time in range(3)] == [302, 302, 429]
    answer = ask(kind, title="Heat the hall")
    assert b"Heat the hall" in answer.content
    assert Request.objects.count() == 2


def test_hammering_is_not_even_read(kind: RequestType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "TRIES_OF_ONE", 2)
    assert [ask(kind, title="").status_code for _time in range(3)] == [422, 422, 429]
    row = factories.request(state="screening")
    assert track(row, do="withdraw", reason="Bored.").status_code == 429
    assert track(row).status_code == 200
    row.refresh_from_db()
    assert row.state == "screening"


def test_counting_forgives_a_lost_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    from redis.exceptions import ConnectionError as Away

    class Gone:
        def add(self, *_arguments: Any) -> bool:
            raise Away

    monkeypatch.setattr(limits, "cache", Gone())
    assert all(limits.within("x", most=1, seconds=9) for _time in range(5))


def test_a_large_body_is_refused_before_it_is_read(kind: RequestType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "LARGEST_BODY", 1000)
    assert ask(kind, need="x" * 2000).status_code == 413
    monkeypatch.setattr(public, "LARGEST_BODY", 10**8)
    monkeypatch.setattr(public, "LARGEST_FILE", 5)
    answer = ask(kind, files=[SimpleUploadedFile("plan.txt", b"The plan.")])
    assert answer.status_code == 422
    assert b"Too large: plan.txt" in answer.content
    files = [SimpleUploadedFile(f"{number}.txt", b"a") for number in range(4)]
    assert b"At most 3 files" in ask(kind, files=files).content
    assert b"too long" not in ask(kind, need="x" * 9000).content
    assert ask(kind, need="x" * 10_001).status_code == 422


def test_the_form_needs_its_token(kind: RequestType) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("intake:request-ask", args=[kind.public_key]), TYPED).status_code == 403


def test_public_pages_name_nobody_and_nothing_else(kind: RequestType, cast: Cast) -> None:
    document = {"steps": [{"key": "who", "title": "Who", "questions": [
        {"key": "boss", "label": "Who sponsors it?", "kind": "person", "maps_to": "sponsor"},
        {"key": "office", "label": "Which office?", "kind": "unit", "maps_to": "unit"},
    ]}]}  # fmt: skip
    FormVersion.objects.create(type=kind, number=2, document=document, published_at=timezone.now())
    unit = factories.unit("Secret service")
    page = Client().get(reverse("intake:request-ask", args=[kind.public_key])).content.decode()
    for name in (unit.name, cast.pmo_head.name, cast.pmo_head.email, cast.own.title):
        assert name not in page
    assert "/intake/requests/" not in page
    ask(kind, **{"a-boss": "Mrs Osei", "a-office": "Leeds"})
    row = Request.objects.get()
    assert row.answers == {"boss": {"name": "Mrs Osei"}, "office": {"name": "Leeds"}}
    assert (row.sponsor, row.unit) == (None, None)
    page = track(row).content.decode()
    assert "Mrs Osei" not in page
    assert row.purpose not in page
    assert "rhiannon" not in page.lower()
    links = set(re.findall(r'href="(/[^"]*)"', page))
    assert all(link.startswith("/static/") for link in links), links


def test_a_signed_in_person_asks_in_their_own_name(kind: RequestType, cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.stranger)
    typed = {key: value for key, value in TYPED.items() if key not in ("name", "email")}
    client.post(reverse("intake:request-ask", args=[kind.public_key]), typed)
    row = Request.objects.get()
    assert row.requester == cast.stranger
    assert client.get(reverse("intake:request-detail", args=[row.reference])).status_code == 200


def test_the_tracking_page_takes_the_answer(kind: RequestType, cast: Cast) -> None:
    ask(kind)
    row = move_request(Request.objects.get(), verb="screen", by=cast.pmo_analyst, at=timezone.now())
    question = ask_question(row, text="How many readers?", by=cast.pmo_analyst, at=timezone.now())
    assert "How many readers?" in track(row).content.decode()
    assert track(row, do="answer", question=question.pk, text="").status_code == 422
    assert track(row, do="answer", question=question.pk, text="Nine thousand.").status_code == 302
    row.refresh_from_db()
    assert row.state == "screening"
    assert "Nine thousand." in track(row).content.decode()
    other = factories.request(by=cast.requester, state="screening")
    foreign = ask_question(other, text="Why?", by=cast.pmo_analyst, at=timezone.now())
    track(row, do="answer", question=foreign.pk, text="Mine")
    foreign.refresh_from_db()
    assert foreign.answered_at is None


def test_files_and_withdrawing_from_outside(kind: RequestType, cast: Cast) -> None:
    ask(kind)
    row = Request.objects.get()
    assert track(row, do="file", file=SimpleUploadedFile("more.txt", b"More.")).status_code == 302
    assert "more.txt" in track(row).content.decode()
    assert track(row, do="file", file=SimpleUploadedFile("page.html", b"<html>")).status_code == 422
    assert track(row, do="withdraw", reason=" ").status_code == 422
    assert track(row, do="withdraw", reason="Solved.").status_code == 302
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert "Solved." in track(row).content.decode()
    assert track(row, do="file", file=SimpleUploadedFile("more.txt", b"More.")).status_code == 422


def test_who_has_an_account_acts_signed_in(cast: Cast, signed_in: Any) -> None:
    row = factories.request(by=cast.requester, state="screening")
    ask_question(row, text="How many readers?", by=cast.pmo_analyst, at=timezone.now())
    page = track(row).content.decode()
    assert "Sign in to answer" in page
    question = row.questions.get()
    track(row, do="answer", question=question.pk, text="Somebody else's words")
    question.refresh_from_db()
    assert question.answered_at is None
    address = reverse("intake:request-track", args=[row.tracking_key])
    signed_in(cast.requester).post(address, {"do": "answer", "question": question.pk, "text": "Nine."})
    question.refresh_from_db()
    assert question.answered_by == cast.requester


@pytest.mark.parametrize(
    "state",
    [
        "draft",
        "submitted",
        "screening",
        "needs_information",
        "assessment",
        "ready",
        "approved",
        "deferred",
        "rejected",
        "withdrawn",
        "converted",
    ],
)
def test_the_tracking_page_shows_every_state(cast: Cast, state: str) -> None:
    row = factories.request(by=cast.requester, state="" if state == "draft" else state)
    page = track(row)
    assert page.status_code == 200
    assert row.get_state_display() in page.content.decode()
    assert page.headers["Cache-Control"].count("no-store")
