"""Kinds of request and their forms over the API: what the pages do, by the same actions, told at the cell what is wrong."""

import copy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.api.parsers import LARGEST
from intake.models import FormVersion, Request, RequestType
from tests import factories
from tests.cast import Cast
from tests.intake.test_draft_api import attr_of, client_of, send, tag_of

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/intake/"
LIST = "request-types/"
FORM: dict[str, Any] = {
    "steps": [
        {
            "key": "place",
            "title": "The place",
            "help": "",
            "questions": [
                {"key": "what", "label": "What is it?", "kind": "choice", "choices": ["A house", "A move"]},
                {
                    "key": "cost_of_it",
                    "label": "What does it cost?",
                    "kind": "money",
                    "maps_to": "estimated_cost",
                    "required_at": "assessment",
                    "show_if": {"question": "what", "test": "is", "value": "A house"},
                },
            ],
        },
        {"key": "more", "title": "More", "questions": []},
    ]
}


@pytest.fixture
def head(cast: Cast) -> Client:
    return client_of(cast.pmo_head)


@pytest.fixture
def kind(db: None) -> RequestType:
    return factories.request_type("Works", is_public=True)


def errors_of(answer: Any) -> dict[str, str]:
    assert answer.status_code == 400, answer.content
    return {one["attr"]: one["detail"] for one in answer.json()["errors"]}


def begun(head: Client, kind: RequestType, document: dict[str, Any] | None = None) -> tuple[str, str]:
    """The address of a new draft with this document, and its ETag."""
    made = send(head, f"{LIST}{kind.pk}/versions/")
    url, etag = f"{LIST}{kind.pk}/versions/{made.json()['number']}/", made.headers["ETag"]
    if document:
        etag = send(head, url, {"document": document}, "put", etag).headers["ETag"]
    return url, etag


def test_a_kind_is_set_up_written_published_and_asked_with(head: Client, cast: Cast) -> None:
    values = {"name": "Works", "description": "Buildings", "position": 3, "service_days": {"screening": 5, "ready": None}}
    made = send(head, LIST, values)
    assert made.status_code == 201, made.content
    kind = made.json()
    assert (kind["service_days"]["screening"], kind["service_days"]["ready"], kind["draft"]) == (5, None, 1)
    assert RequestType.objects.get().service_days == {"screening": 5}
    asker = client_of(cast.requester)
    assert asker.get(f"{ROOT}{LIST}{kind['id']}/").status_code == 404, "Nothing can be asked with it yet."
    url = f"{LIST}{kind['id']}/versions/1/"
    written = send(head, url, {"document": FORM}, "put", tag_of(head, url))
    assert written.status_code == 200, written.content
    assert written.json()["document"]["steps"][0]["questions"] == FORM["steps"][0]["questions"]
    assert "help" not in written.json()["document"]["steps"][0], "What is empty is left out, as on the page."
    assert written.json()["problems"] == []
    told = head.get(f"{ROOT}{url}changes/").json()
    assert [one["happened"] for one in told] == ["Step added", "Step added", "Question added", "Question added"]
    assert send(head, f"{url}publish/").status_code == 428
    done = send(head, f"{url}publish/", etag=written.headers["ETag"])
    assert done.json()["published_by"] == cast.pmo_head.email, done.content
    seen = asker.get(f"{ROOT}{LIST}{kind['id']}/").json()
    assert [form["number"] for form in seen["forms"]] == [1]
    assert seen["forms"][0]["document"] == done.json()["document"]
    asked = send(asker, "requests/", {"type": "Works", "title": "A roof", "answers": {"what": "A house", "cost_of_it": "5"}})
    assert asked.status_code == 201, asked.content
    assert asked.json()["estimated_cost"] == "5.00"
    form = asker.get(f"{ROOT}requests/{asked.json()['reference']}/form/").json()
    assert (form["number"], form["document"]) == (1, done.json()["document"])
    page = head.get(reverse("intake:type-form", args=[kind["id"]]))
    assert page.status_code == 200, "The page reads what the API wrote."


def test_a_kind_is_edited_with_its_version_and_retired(head: Client, kind: RequestType, cast: Cast) -> None:
    url = f"{LIST}{kind.pk}/"
    assert send(head, url, {"description": "New"}, "patch").status_code == 428
    etag = tag_of(head, url)
    changed = send(head, url, {"description": "New", "service_days": {"assessment": 10}}, "patch", etag)
    assert changed.status_code == 200, changed.content
    assert send(head, url, {"description": "Late"}, "patch", etag).status_code == 412
    assert errors_of(send(head, url, {"service_days": {"assessment": 1000}}, "patch", changed.headers["ETag"])).keys() == {
        "service_days.assessment"
    }
    assert attr_of(send(head, url, {"service_days": {"converted": 1}}, "patch", changed.headers["ETag"])) == (
        400,
        "service_days.converted",
    )
    factories.request_type("Moves")
    assert attr_of(send(head, url, {"name": "Moves"}, "patch", changed.headers["ETag"])) == (400, "name")
    factories.request(by=cast.requester, of=kind)
    retired = send(head, url, {"is_active": False}, "patch", changed.headers["ETag"])
    assert retired.json()["is_active"] is False
    asker = client_of(cast.requester)
    assert asker.get(ROOT + url).status_code == 404
    assert [row["name"] for row in asker.get(ROOT + LIST).json()["results"]] == ["Moves"]
    assert [row["name"] for row in head.get(f"{ROOT}{LIST}?is_active=false").json()["results"]] == ["Works"]
    assert send(asker, "requests/", {"type": "Works", "title": "Late"}).status_code == 400
    told = head.get(reverse("intake:type-history", args=[kind.pk])).content.decode()
    assert "Edited the request type" in told
    assert Request.objects.count() == 1, "What was asked stays."


def test_who_does_not_set_up_intake_changes_nothing(kind: RequestType, cast: Cast) -> None:
    hidden = factories.request_type("Retired", is_active=False)
    before = list(RequestType.objects.order_by("pk").values()), FormVersion.objects.count()
    for person in (cast.requester, cast.pmo_analyst, cast.board_member, cast.auditor, cast.stranger):
        client = client_of(person)
        unknown = 403 if person == cast.auditor else 404  # auditors read how things are set up
        for url, method, status in (
            (LIST, "post", 403),
            (f"{LIST}{kind.pk}/", "patch", 403),
            (f"{LIST}{hidden.pk}/", "patch", unknown),
            (f"{LIST}{kind.pk}/link/", "get", 403),
            (f"{LIST}{kind.pk}/link/open/", "post", 403),
            (f"{LIST}{kind.pk}/link/close/", "post", 403),
            (f"{LIST}{kind.pk}/link/renew/", "post", 403),
            (f"{LIST}{kind.pk}/versions/", "get", 403),
            (f"{LIST}{kind.pk}/versions/", "post", 403),
            (f"{LIST}{kind.pk}/versions/1/", "get", 403),
            (f"{LIST}{kind.pk}/versions/1/", "put", 403),
            (f"{LIST}{kind.pk}/versions/1/publish/", "post", 403),
            (f"{LIST}{hidden.pk}/versions/1/", "get", unknown),
        ):
            etag = f'"requesttype-{kind.pk}-1"'
            answer = client.get(ROOT + url) if method == "get" else send(client, url, {"name": "Mine"}, method, etag)
            assert answer.status_code == status, (person, url, method, answer.content)
    assert before == (list(RequestType.objects.order_by("pk").values()), FormVersion.objects.count())


# The form


def test_each_cell_that_is_wrong_is_named(head: Client, kind: RequestType) -> None:
    url, etag = begun(head, kind)
    document = copy.deepcopy(FORM)
    questions = document["steps"][0]["questions"]
    questions[0] |= {"choices": ["Only one"]}
    questions[1] |= {"maps_to": "needed_by_on", "show_if": {"question": "later", "test": "answered"}}
    document["steps"][1]["key"] = "what"
    wrong = errors_of(send(head, url, {"document": document}, "put", etag))
    at = "document.steps.0.questions"
    assert wrong.keys() == {f"{at}.0.choices", f"{at}.0.key", f"{at}.1.maps_to", f"{at}.1.show_if"}
    assert wrong[f"{at}.0.choices"] == "Step “The place”, question “What is it?”: Give at least two choices."
    shapeless = copy.deepcopy(FORM)
    shapeless["steps"][0]["questions"][0] |= {"kind": "essay", "label": "x" * 301, "onclick": "x"}
    shapeless["steps"][1] |= {"title": ""}
    assert errors_of(send(head, url, {"document": shapeless}, "put", etag)).keys() == {
        f"{at}.0.onclick",
        "document.steps.1.title",
    }
    del shapeless["steps"][0]["questions"][0]["onclick"]
    assert errors_of(send(head, url, {"document": shapeless}, "put", etag)).keys() == {
        f"{at}.0.kind",
        f"{at}.0.label",
        "document.steps.1.title",
    }
    for odd in (None, [], {"steps": 3}, {"steps": ["a"]}, {"steps": [{"key": "a", "title": "A"}]}, {}):
        assert send(head, url, {"document": odd}, "put", etag).status_code == 400
    assert tag_of(head, url) == etag, "Nothing was written."


def test_a_draft_is_written_part_by_part(head: Client, kind: RequestType) -> None:
    url, etag = begun(head, kind)
    assert send(head, f"{url}steps/", {"title": "The place"}).status_code == 428
    step = send(head, f"{url}steps/", {"title": "The place", "help": ""}, etag=etag)
    assert step.status_code == 201, step.content
    assert step.json()["document"] == {"steps": [{"key": "the_place", "title": "The place", "questions": []}]}
    assert send(head, f"{url}steps/", {"title": "Late"}, etag=etag).status_code == 412
    etag = step.headers["ETag"]
    new = {"step": "the_place", "label": "What is it?", "kind": "choice", "choices": ["A house"]}
    assert attr_of(send(head, f"{url}questions/", new, etag=etag)) == (400, "choices")
    assert attr_of(send(head, f"{url}questions/", new | {"step": "nowhere"}, etag=etag)) == (400, "step")
    assert errors_of(send(head, f"{url}questions/", new | {"key": "purpose"}, etag=etag)).keys() == {"key", "choices"}
    first = send(head, f"{url}questions/", new | {"choices": ["A house", "A move"]}, etag=etag)
    assert first.status_code == 201, first.content
    second = {"step": "the_place", "label": "Its cost?", "kind": "money", "key": "cost", "maps_to": "estimated_cost"}
    condition = {"question": "what_is_it", "test": "is", "value": "A castle"}
    etag = first.headers["ETag"]
    assert attr_of(send(head, f"{url}questions/", second | {"show_if": condition}, etag=etag)) == (400, "show_if")
    assert attr_of(send(head, f"{url}questions/", second | {"show_if": {"question": "what_is_it"}}, etag=etag)) == (
        400,
        "show_if.test",
    )
    both = send(head, f"{url}questions/", second | {"show_if": condition | {"value": "A house"}}, etag=etag)
    assert both.status_code == 201, both.content
    moved = send(head, f"{url}arrange/", {"key": "cost", "up": True}, etag=both.headers["ETag"])
    (problem,) = moved.json()["problems"]
    assert problem["attr"] == "document.steps.0.questions.0.show_if"
    assert "must ask for the answer to an earlier question" in problem["detail"]
    etag = moved.headers["ETag"]
    refused = errors_of(send(head, f"{url}publish/", etag=etag))
    assert refused == {problem["attr"]: problem["detail"]}, "Publishing says the same, in the one shape of errors."
    assert attr_of(send(head, url, {"document": moved.json()["document"]}, "put", etag)) == (400, problem["attr"])
    mended = send(head, f"{url}questions/cost/", {"show_if": None, "help": "Roughly."}, "patch", etag)
    assert mended.json()["problems"] == [], mended.content
    assert mended.json()["document"]["steps"][0]["questions"][0] == {
        "key": "cost",
        "label": "Its cost?",
        "kind": "money",
        "maps_to": "estimated_cost",
        "help": "Roughly.",
    }
    etag = mended.headers["ETag"]
    assert attr_of(send(head, f"{url}questions/cost/", {"key": "other"}, "patch", etag)) == (400, "key")
    assert attr_of(send(head, f"{url}questions/what_is_it/", {"kind": "date"}, "patch", etag)) == (400, "choices")
    assert send(head, f"{url}questions/none/", {"label": "x"}, "patch", etag).status_code == 404
    assert attr_of(send(head, f"{url}arrange/", {"key": "none", "up": True}, etag=etag)) == (400, "key")
    renamed = send(head, f"{url}steps/the_place/", {"title": "Where"}, "patch", etag)
    assert renamed.json()["document"]["steps"][0]["title"] == "Where"
    assert len(renamed.json()["document"]["steps"][0]["questions"]) == 2
    fewer = send(head, f"{url}questions/what_is_it/", method="delete", etag=renamed.headers["ETag"])
    assert [one["key"] for one in fewer.json()["document"]["steps"][0]["questions"]] == ["cost"]
    empty = send(head, f"{url}steps/the_place/", method="delete", etag=fewer.headers["ETag"])
    assert empty.json()["document"] == {"steps": []}


def test_a_question_moves_to_another_step(head: Client, kind: RequestType) -> None:
    url, etag = begun(head, kind, FORM)
    moved = send(head, f"{url}questions/cost_of_it/", {"step": "more"}, "patch", etag)
    assert [[one["key"] for one in step["questions"]] for step in moved.json()["document"]["steps"]] == [
        ["what"],
        ["cost_of_it"],
    ]


def test_published_forms_stay_and_drafts_can_go(head: Client, kind: RequestType) -> None:
    url, etag = begun(head, kind, FORM)
    again = send(head, f"{LIST}{kind.pk}/versions/")
    assert (again.status_code, again.json()["number"]) == (200, 2), "There is a draft already."
    assert send(head, f"{url}publish/", etag=etag).status_code == 200
    etag = tag_of(head, url)
    for part, body, method in (
        ("", {"document": {"steps": []}}, "put"),
        ("steps/", {"title": "New"}, "post"),
        ("steps/place/", {"title": "New"}, "patch"),
        ("questions/what/", None, "delete"),
        ("arrange/", {"key": "what", "up": False}, "post"),
        ("publish/", None, "post"),
        ("", None, "delete"),
    ):
        assert send(head, url + part, body, method, etag).status_code == 400, (part, method)
    assert FormVersion.objects.get(number=2).document["steps"][0]["title"] == "The place"
    third, etag = begun(head, kind)
    assert head.get(ROOT + third).json()["document"] == head.get(ROOT + url).json()["document"], "It begins as a copy."
    assert send(head, third, method="delete").status_code == 428
    assert send(head, third, method="delete", etag=etag).status_code == 204
    numbers = head.get(f"{ROOT}{LIST}{kind.pk}/versions/").json()["results"]
    assert [(one["number"], one["published_at"] is None) for one in numbers] == [(2, False), (1, False)]
    assert "document" not in numbers[0]
    assert head.get(ROOT + third).status_code == 404


def test_two_who_write_a_form_do_not_overwrite_each_other(head: Client, kind: RequestType, cast: Cast) -> None:
    url, etag = begun(head, kind)
    other = client_of(cast.administrator)
    assert send(other, f"{url}steps/", {"title": "Theirs"}, etag=etag).status_code == 201
    for part, body, method in (("", {"document": FORM}, "put"), ("publish/", None, "post"), ("", None, "delete")):
        assert send(head, url + part, body, method, etag).status_code == 412
    assert send(head, url, {"document": FORM}, "put", f'"requesttype-{kind.pk}-1"').status_code == 412, "Another row's ETag."
    assert [step["title"] for step in FormVersion.objects.get(number=2).document["steps"]] == ["Theirs"]


# The public link


def test_a_public_link_is_opened_closed_and_renewed(head: Client) -> None:
    kind = factories.request_type("Ideas")
    url = f"{LIST}{kind.pk}/link/"
    assert head.get(ROOT + url).json() == {"is_open": False, "url": None, "takes_requests": False}
    assert send(head, f"{url}open/").status_code == 428
    opened = send(head, f"{url}open/", etag=tag_of(head, url))
    address = opened.json()["url"]
    assert address.endswith(reverse("intake:request-ask", args=[kind.public_key]))
    assert Client().get(address).status_code == 200
    renewed = send(head, f"{url}renew/", etag=opened.headers["ETag"])
    assert renewed.json()["url"] != address
    assert Client().get(address).status_code == 404
    assert Client().get(renewed.json()["url"]).status_code == 200
    assert send(head, f"{url}renew/", etag=opened.headers["ETag"]).status_code == 412
    closed = send(head, f"{url}close/", etag=renewed.headers["ETag"])
    assert closed.json() == {"is_open": False, "url": None, "takes_requests": False}
    assert Client().get(renewed.json()["url"]).status_code == 404
    told = head.get(reverse("intake:type-history", args=[kind.pk])).content.decode()
    assert "Renewed the public link" in told
    assert kind.public_key not in told


def test_nobody_else_reads_the_key(head: Client, kind: RequestType, cast: Cast) -> None:
    asked = factories.request(by=cast.requester, of=kind, state="screening")
    begun(head, kind, FORM)
    pages = [LIST, f"{LIST}{kind.pk}/", f"{LIST}{kind.pk}/link/", f"{LIST}{kind.pk}/versions/", f"{LIST}{kind.pk}/versions/1/"]
    pages += ["requests/", f"requests/{asked.reference}/", f"requests/{asked.reference}/form/"]
    for person in cast.people.values():
        if person in (cast.pmo_head, cast.administrator):
            continue
        for page in pages:
            answer = client_of(person).get(ROOT + page)
            assert kind.public_key not in answer.content.decode() + str(answer.headers), (person, page)
            assert asked.tracking_key not in answer.content.decode(), (person, page)
    for page in pages:
        answer = head.get(ROOT + page)
        assert answer.status_code == 200, page
        assert (kind.public_key in answer.content.decode()) == page.endswith("link/")


def test_the_api_is_no_way_around_the_public_form(kind: RequestType, cast: Cast) -> None:
    """Without an account nothing of it answers, whatever key is sent: asking so goes through the page, which counts."""
    outside = Client()
    body = {"type": "Works", "title": "A roof", "key": kind.public_key, "public_key": kind.public_key}
    for url in (LIST, f"{LIST}{kind.pk}/", f"{LIST}{kind.pk}/link/", f"{LIST}{kind.pk}/versions/1/", "requests/"):
        assert outside.get(ROOT + url).status_code in (401, 403), url
    for url in ("requests/", f"requests/{kind.public_key}/", f"{LIST}{kind.pk}/link/renew/"):
        assert send(outside, url, body).status_code in (401, 403, 405), url
    assert not Request.objects.exists()
    member = client_of(cast.stranger)
    large = send(member, "requests/", {"type": "Works", "title": "Large", "purpose": "x" * (LARGEST + 1)})
    assert large.status_code == 400
    assert "too large" in large.json()["errors"][0]["detail"]
    assert not Request.objects.exists()
    made = send(member, "requests/", {"type": "Works", "title": "Mine", "requester_name": "Another", "requester": None})
    assert Request.objects.get().requester == cast.stranger, made.content
