"""The office writes forms: steps, questions, conditions; published versions stay; links are renewed."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import ActionError
from intake.actions.types import begin_form, discard_form, publish_form, write_form
from intake.formulas.questions import problems_of
from intake.models import FormVersion, RequestType
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(cast: Cast, signed_in: Any) -> Any:
    return signed_in(cast.pmo_head)


@pytest.fixture
def kind_with_draft(db: None) -> FormVersion:
    return begin_form(factories.request_type())


def draft() -> FormVersion:
    return FormVersion.objects.get(published_at=None)


def test_a_form_is_written_from_nothing_and_published(head: Any, cast: Cast) -> None:
    answer = head.post(
        reverse("intake:type-create"), {"name": "Works", "position": 1, "is_active": "on", "days_screening": "5"}
    )
    kind = RequestType.objects.get()
    assert kind.service_days == {"screening": 5}
    assert answer.url == reverse("intake:type-form", args=[kind.pk])
    head.post(reverse("intake:type-step-create", args=[kind.pk]), {"title": "The place", "help": "", "version": 1})
    step = {"step": "the_place", "if_test": "is"}
    create = reverse("intake:type-question-create", args=[kind.pk])
    typed = {"label": "What is it?", "kind": "choice", "choices": "A building", "version": 2} | step
    refused = head.post(create, typed)
    assert refused.status_code == 422
    assert b"Give at least two choices." in refused.content
    again = head.post(create, typed | {"choices": "A building\nA move\n", "required_at": "submitted", "again": ""})
    assert again.url == f"{create}?step=the_place"
    dependent = {
        "label": "Cost of the building?", "kind": "money", "maps_to": "estimated_cost", "version": 3,
        "if_question": "what_is_it", "if_test": "is", "if_value": "A castle",
    } | {"step": "the_place"}  # fmt: skip
    refused = head.post(create, dependent)
    assert "“A building”, “A move”" in refused.content.decode()
    head.post(create, dependent | {"if_value": "A building"})
    questions = draft().document["steps"][0]["questions"]
    assert questions[1] == {
        "key": "cost_of_the_building", "label": "Cost of the building?", "kind": "money", "maps_to": "estimated_cost",
        "show_if": {"question": "what_is_it", "test": "is", "value": "A building"},
    }  # fmt: skip
    assert not problems_of(draft().document)
    page = head.get(reverse("intake:type-publish", args=[kind.pk])).content.decode()
    assert page.count("Question added") == 2
    head.post(reverse("intake:type-publish", args=[kind.pk]), {"version": draft().version})
    published = FormVersion.objects.get()
    assert published.published_by == cast.pmo_head
    assert head.get(reverse("intake:type-preview", args=[kind.pk])).status_code == 200


def test_order_is_changed_and_wrong_order_is_told(head: Any) -> None:
    kind = factories.request_type()
    head.post(reverse("intake:type-form", args=[kind.pk]))
    questions = [
        {"key": "one", "label": "First?", "kind": "yes_no"},
        {"key": "two", "label": "Second?", "kind": "date", "show_if": {"question": "one", "test": "is", "value": True}},
    ]
    FormVersion.objects.filter(published_at=None).update(
        document={"steps": [{"key": "a", "title": "A", "questions": questions}]}
    )
    arrange = reverse("intake:type-arrange", args=[kind.pk])
    head.post(arrange, {"key": "two", "do": "up", "version": draft().version})
    assert [one["key"] for one in draft().document["steps"][0]["questions"]] == ["two", "one"]
    page = head.get(reverse("intake:type-form", args=[kind.pk])).content.decode()
    assert "must ask for the answer to an earlier question" in page
    refused = head.post(reverse("intake:type-publish", args=[kind.pk]), {"version": draft().version})
    assert refused.status_code == 422
    head.post(arrange, {"key": "one", "do": "remove", "version": draft().version})
    assert len(draft().document["steps"][0]["questions"]) == 1
    assert head.post(arrange, {"key": "nothing", "do": "up"}).status_code == 404


def test_second_editor_of_a_form_is_told(head: Any) -> None:
    kind = factories.request_type()
    head.post(reverse("intake:type-form", args=[kind.pk]))
    step = reverse("intake:type-step-create", args=[kind.pk])
    head.post(step, {"title": "A", "version": 1})
    late = head.post(step, {"title": "My step", "version": 1})
    assert late.status_code == 409
    assert b"My step" in late.content
    assert [one["title"] for one in draft().document["steps"]] == ["A"]


def test_requests_keep_the_version_they_were_asked_with(head: Any, cast: Cast) -> None:
    kind = factories.request_type()
    before = factories.request(by=cast.requester, of=kind)
    head.post(reverse("intake:type-form", args=[kind.pk]))
    head.post(reverse("intake:type-step-create", args=[kind.pk]), {"title": "More", "version": 1})
    head.post(reverse("intake:type-publish", args=[kind.pk]), {"version": draft().version})
    assert factories.request(by=cast.requester, of=kind).form_version.number == 2
    before.refresh_from_db()
    assert before.form_version.number == 1
    page = head.get(reverse("intake:type-version", args=[kind.pk, 2])).content.decode()
    assert "Step added" in page


def test_a_draft_is_thrown_away_but_never_the_published(head: Any) -> None:
    kind = factories.request_type()
    head.post(reverse("intake:type-form", args=[kind.pk]))
    head.post(reverse("intake:type-discard", args=[kind.pk]), {"version": 1})
    assert FormVersion.objects.get().published_at
    assert head.post(reverse("intake:type-discard", args=[kind.pk]), {"version": 1}).status_code == 404


def test_a_draft_that_is_gone_is_told_as_such(kind_with_draft: FormVersion, cast: Cast) -> None:
    FormVersion.objects.filter(pk=kind_with_draft.pk).delete()  # by somebody else, between reading and writing
    with pytest.raises(ActionError, match="threw this draft away"):
        write_form(kind_with_draft, document={"steps": []}, version=1)
    with pytest.raises(ActionError, match="threw this draft away"):
        publish_form(kind_with_draft, version=1, by=cast.pmo_head, at=timezone.now())
    with pytest.raises(ActionError, match="threw this draft away"):
        discard_form(kind_with_draft, version=1)


def test_the_public_link_is_renewed(head: Any) -> None:
    kind = factories.request_type(is_public=True)
    old = reverse("intake:request-ask", args=[kind.public_key])
    assert old in head.get(reverse("intake:type-detail", args=[kind.pk])).content.decode()
    head.post(reverse("intake:type-key", args=[kind.pk]))
    assert head.get(old).status_code == 404
    kind.refresh_from_db()
    assert head.get(reverse("intake:request-ask", args=[kind.public_key])).status_code == 200


def test_two_editors_of_a_type_choose(head: Any) -> None:
    kind = factories.request_type("Works")
    typed = {"name": "Works", "position": 0, "is_active": "on", "version": 1}
    edit = reverse("intake:type-edit", args=[kind.pk])
    assert head.post(edit, typed | {"description": "Mine"}).status_code == 302
    late = head.post(edit, typed | {"description": "Late", "days_ready": "4"})
    assert late.status_code == 409
    assert late.content.decode().count('class="conflict-field"') == 2
    told = head.get(reverse("intake:type-history", args=[kind.pk])).content.decode()
    assert "Edited the request type" in told
    assert "Mine" in told
