"""Anyone asks in a guided form: steps, drafts that save themselves, what is missing by name, and nobody else's draft."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from core.models import Attachment, Notification, OutgoingMail
from intake.actions.questions import answer_question, ask_question
from intake.actions.requests import edit_request
from intake.models import FormVersion, Request, RequestType
from intake.models.answers import completeness_of, missing_of
from tests import factories
from tests.cast import Cast
from tests.intake.formulas.test_questions import FORM

pytestmark = pytest.mark.django_db
IDEA = {"title": "Warm the hall", "purpose": "Warmth", "need": "It is cold.", "helps": ["service"], "helps_how": ""}


@pytest.fixture
def kind() -> RequestType:
    made = RequestType.objects.create(name="Works")
    FormVersion.objects.create(type=made, number=1, document=FORM, published_at=timezone.now())
    return made


@pytest.fixture
def draft(cast: Cast, kind: RequestType) -> Request:
    return factories.request("Warm the hall", by=cast.requester, of=kind, unit=None)


def url(row: Request, step: str = "idea") -> str:
    return reverse("intake:request-write", args=[row.reference, step])


def test_requester_begins_and_lands_in_the_first_step(cast: Cast, kind: RequestType, signed_in: Any) -> None:
    client = signed_in(cast.requester)
    assert b"Warm" not in client.get(reverse("intake:request-create")).content
    answer = client.post(reverse("intake:request-create"), {"type": kind.pk, "title": "Warm the hall"})
    row = Request.objects.get()
    assert answer.url == url(row)
    assert (row.state, row.requester, row.form_version.number) == ("draft", cast.requester, 1)


def test_everybody_signed_in_may_ask_but_auditors_change_nothing(cast: Cast, kind: RequestType, signed_in: Any) -> None:
    assert signed_in(cast.stranger).get(reverse("intake:request-create")).status_code == 200
    assert signed_in(cast.auditor).get(reverse("intake:request-create")).status_code == 403


def test_type_without_published_form_is_not_offered(cast: Cast, kind: RequestType, signed_in: Any) -> None:
    RequestType.objects.create(name="Not ready")
    assert b"Not ready" not in signed_in(cast.requester).get(reverse("intake:request-create")).content


def test_each_button_saves_and_leads_on(cast: Cast, draft: Request, signed_in: Any) -> None:
    client = signed_in(cast.requester)
    for button, target in (("next", url(draft, "data")), ("later", reverse("intake:request-detail", args=[draft.reference]))):
        draft.refresh_from_db()
        assert client.post(url(draft), IDEA | {"version": draft.version, button: ""}).url == target
    draft.refresh_from_db()
    answer = client.post(url(draft, "data"), {"version": draft.version, "personal": "yes", "go": "money"})
    assert answer.url == url(draft, "money")
    draft.refresh_from_db()
    assert draft.answers == {"personal": True}
    answer = client.post(url(draft, "money"), {"version": draft.version, "cost": "£1.2m", "next": ""})
    assert answer.url == reverse("intake:request-check", args=[draft.reference])
    draft.refresh_from_db()
    assert draft.estimated_cost == 1_200_000
    assert "cost" not in draft.answers
    assert b"1,200,000" in client.get(url(draft, "money")).content


def test_draft_saves_itself_and_tells_what_is_missing(cast: Cast, draft: Request, signed_in: Any) -> None:
    client = signed_in(cast.requester)
    saved = client.post(url(draft), IDEA | {"version": draft.version}, headers={"X-Requested-With": "autosave"})
    assert saved.json()["missing"] == ["personal"]
    assert saved.json()["version"] == draft.version + 1
    assert saved.json()["complete"] == 66
    wrong = client.post(
        url(draft, "money"), {"version": draft.version + 1, "cost": "a lot"}, headers={"X-Requested-With": "autosave"}
    )
    assert wrong.status_code == 422
    assert "cost" in wrong.json()["errors"]
    assert [(one["id"], one["error"]) for one in wrong.json()["fields"]] == [
        ("id_cost", "Write an amount such as 450,000 or 1.2m.")
    ]


def test_what_cannot_be_read_comes_back_as_typed(cast: Cast, draft: Request, signed_in: Any) -> None:
    answer = signed_in(cast.requester).post(url(draft, "money"), {"version": draft.version, "cost": "a lot of <money>"})
    assert answer.status_code == 422
    assert b"a lot of &lt;money&gt;" in answer.content
    assert b"Write an amount such as 450,000 or 1.2m." in answer.content


def test_second_editor_is_shown_both_versions(cast: Cast, draft: Request, signed_in: Any) -> None:
    Request.objects.filter(pk=draft.pk).update(state="needs_information")
    old = draft.version
    edit_request(draft, changes={"purpose": "Warm rooms for readers"}, version=old)
    client = signed_in(cast.requester)
    answer = client.post(url(draft), IDEA | {"version": old, "purpose": draft.purpose, "need": "Mine"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Warm rooms for readers" in page
    assert page.count('class="conflict-field"') == 3  # the requester changed need and helps, the other the purpose
    choices = {"choice-purpose": "theirs", "choice-need": "mine", "choice-helps": "mine"}
    draft.refresh_from_db()
    client.post(url(draft), IDEA | {"version": draft.version, "need": "Mine", "next": ""} | choices)
    draft.refresh_from_db()
    assert (draft.purpose, draft.need) == ("Warm rooms for readers", "Mine")


def test_submitting_names_what_is_missing(cast: Cast, draft: Request, signed_in: Any) -> None:
    client = signed_in(cast.requester)
    answer = client.post(reverse("intake:request-submit", args=[draft.reference]))
    assert answer.status_code == 422
    assert b"Personal data?" in answer.content
    assert b"Not ready to submit" in answer.content
    draft.refresh_from_db()
    assert draft.state == "draft"
    resume = client.get(reverse("intake:request-resume", args=[draft.reference]))
    assert resume.url == url(draft)


def test_complete_request_is_submitted_once(cast: Cast, draft: Request, signed_in: Any) -> None:
    edit_request(draft, changes={"helps": ["cost"], "answers": {"personal": False}}, version=None)
    client = signed_in(cast.requester)
    submit = reverse("intake:request-submit", args=[draft.reference])
    assert client.post(submit, {"version": 1}).url == reverse("intake:request-check", args=[draft.reference])
    draft.refresh_from_db()
    assert client.post(submit, {"version": draft.version}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert draft.submitted_at
    assert client.get(url(draft)).url == reverse("intake:request-detail", args=[draft.reference])
    assert client.post(url(draft), IDEA, headers={"X-Requested-With": "autosave"}).status_code == 409


def test_office_edits_until_the_decision_and_requester_when_asked(cast: Cast, draft: Request, signed_in: Any) -> None:
    for state, requester, analyst in (
        ("draft", 200, 404),
        ("submitted", 302, 200),
        ("needs_information", 200, 200),
        ("ready", 302, 200),
        ("approved", 302, 302),
    ):
        Request.objects.filter(pk=draft.pk).update(state=state)
        assert signed_in(cast.requester).get(url(draft)).status_code == requester, state
        assert signed_in(cast.pmo_analyst).get(url(draft)).status_code == analyst, state
        assert signed_in(cast.stranger).get(url(draft)).status_code == 404
        assert signed_in(cast.board_member).get(url(draft)).status_code == (404 if state == "draft" else 403)


def test_files_are_added_in_the_last_step(cast: Cast, draft: Request, signed_in: Any) -> None:
    client = signed_in(cast.requester)
    check = reverse("intake:request-check", args=[draft.reference])
    files = [SimpleUploadedFile("plan.txt", b"The plan."), SimpleUploadedFile("sums.csv", b"a,b")]
    assert client.post(check, {"files": files}).status_code == 302
    assert Attachment.objects.count() == 2
    answer = client.post(check, {"files": [SimpleUploadedFile("virus.exe", b"MZ")]})
    assert answer.status_code == 422
    assert b"Files of this kind are not taken" in answer.content


def test_file_chosen_but_not_added_goes_with_the_request(cast: Cast, draft: Request, signed_in: Any) -> None:
    edit_request(draft, changes={"helps": ["cost"], "answers": {"personal": False}}, version=None)
    draft.refresh_from_db()
    client = signed_in(cast.requester)
    submit = reverse("intake:request-submit", args=[draft.reference])
    answer = client.post(submit, {"version": draft.version, "files": [SimpleUploadedFile("virus.exe", b"MZ")]})
    assert answer.status_code == 422
    assert b"Files of this kind are not taken" in answer.content
    draft.refresh_from_db()
    assert draft.state == "draft"
    files = [SimpleUploadedFile("plan.txt", b"The plan.")]
    assert client.post(submit, {"version": draft.version, "files": files}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert Attachment.objects.get().name == "plan.txt"


def test_similar_shows_only_what_the_person_may_see(cast: Cast, kind: RequestType, signed_in: Any) -> None:
    factories.request("Heating for the records hall", by=cast.director, of=kind, state="screening")
    factories.request("Heating for the secret hall", by=cast.director, of=kind, state="screening", is_confidential=True)
    factories.request("Heating in a draft", by=cast.director, of=kind)
    factories.project("Heating of the town hall", manager=cast.requester)
    page = reverse("intake:request-similar")
    seen = signed_in(cast.pmo_analyst).get(page, {"title": "Heating for the hall"}).content.decode()
    assert "records hall" in seen
    assert "secret hall" not in seen
    assert "draft" not in seen
    seen = signed_in(cast.requester).get(page, {"title": "Heating for the hall"}).content.decode()
    assert "records hall" not in seen
    assert "town hall" in seen
    assert not signed_in(cast.requester).get(page, {"title": "a\0"}).content.strip().startswith(b"<section")


def test_what_a_form_needs_holds_back_the_move(cast: Cast, draft: Request, signed_in: Any) -> None:
    edit_request(draft, changes={"helps": ["cost"], "answers": {"personal": True}}, version=None)
    Request.objects.filter(pk=draft.pk).update(state="screening")
    draft.refresh_from_db()
    assert [one.key for one in missing_of(draft, "assessment")] == ["impact", "cost"]
    assert completeness_of(draft) == 5 * 100 // 7
    move = reverse("intake:request-move", args=[draft.reference, "assess"])
    answer = signed_in(cast.pmo_analyst).post(move, {"expected": "screening"})
    assert answer.status_code == 422
    assert "Still to be answered before “Assessment”: Whose?; Cost." in answer.content.decode()


def test_a_question_goes_to_the_requester_and_comes_back(cast: Cast, draft: Request, signed_in: Any) -> None:
    Request.objects.filter(pk=draft.pk).update(state="screening", owner=cast.pmo_head)
    now = timezone.now()
    first = ask_question(draft, text="How many readers?", by=cast.pmo_analyst, at=now)
    second = ask_question(draft, text="Which winter?", by=cast.pmo_analyst, at=now)
    draft.refresh_from_db()
    assert draft.state == "needs_information"
    assert OutgoingMail.objects.filter(user=cast.requester, text__contains="How many readers?").count() == 1
    assert OutgoingMail.objects.filter(user=cast.requester, text__contains="Which winter?").count() == 1
    client = signed_in(cast.requester)
    page = reverse("intake:request-answer", args=[draft.reference])
    assert client.post(page, {"question": first.pk, "text": " "}).status_code == 422
    assert client.post(page, {"question": first.pk, "text": "Nine thousand."}).url == page
    draft.refresh_from_db()
    assert draft.state == "needs_information"
    client.post(page, {"question": second.pk, "text": "The last one."})
    draft.refresh_from_db()
    assert draft.state == "screening"
    assert draft.questions.filter(answer="Nine thousand.", answered_by=cast.requester).exists()
    assert OutgoingMail.objects.filter(user=cast.pmo_analyst, text__contains="The last one.").count() == 1
    assert Notification.objects.filter(user=cast.pmo_head).count() == 2
    client.post(page, {"question": first.pk, "text": "Again"})
    first.refresh_from_db()
    assert first.answer == "Nine thousand."


def test_nobody_answers_for_a_stranger(cast: Cast, draft: Request, signed_in: Any) -> None:
    Request.objects.filter(pk=draft.pk).update(state="screening")
    ask_question(draft, text="Why?", by=cast.pmo_analyst, at=timezone.now())
    page = reverse("intake:request-answer", args=[draft.reference])
    assert signed_in(cast.stranger).get(page).status_code == 404
    assert signed_in(cast.board_member).get(page).status_code == 403
    question = draft.questions.get()
    answer_question(question, text="Because.", by=None, at=timezone.now())
    question.refresh_from_db()
    assert question.answered_by is None
