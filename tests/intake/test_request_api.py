"""The API of requests: the same door and actions as the pages; answers are checked as the form checks them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intake.actions.questions import ask_question
from intake.models import FormVersion, Request, RequestType
from tests import factories
from tests.cast import Cast
from tests.intake.formulas.test_questions import FORM
from tests.intake.test_request_import import previewed

pytestmark = pytest.mark.django_db
LIST = "/api/v1/intake/requests/"
IDEA = {"type": "Works", "title": "Warm the hall", "purpose": "Warmth", "need": "It is cold.", "helps": ["service"]}


@pytest.fixture
def kind(db: None) -> RequestType:
    made = RequestType.objects.create(name="Works")
    FormVersion.objects.create(type=made, number=1, document=FORM, published_at=timezone.now())
    return made


def send(client: Any, verb: str, address: str, data: Any = None, etag: str = "") -> Any:
    headers = {"If-Match": etag} if etag else {}
    return getattr(client, verb)(address, data or {}, content_type="application/json", headers=headers)


def test_requester_asks_changes_and_submits(cast: Cast, kind: RequestType, signed_in: Any) -> None:
    client = signed_in(cast.requester)
    made = send(client, "post", LIST, IDEA | {"answers": {"cost": "1250000"}})
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["state"], body["requester"], body["estimated_cost"]) == ("draft", cast.requester.email, "1250000.00")
    address = f"{LIST}{body['reference']}/"
    refused = send(client, "post", f"{address}submit/")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["attr"] == "personal"
    assert send(client, "patch", address, {"answers": {"personal": True}}).status_code == 428
    changed = send(client, "patch", address, {"answers": {"personal": True, "impact": ["Staff"]}}, made["ETag"])
    assert changed.json()["answers"] == {"personal": True, "impact": ["Staff"]}
    assert send(client, "patch", address, {"title": "Late"}, made["ETag"]).status_code == 412
    assert client.get(f"{address}completeness/").json() == {
        "complete": 100,
        "missing": {"submitted": {}, "assessment": {}, "ready": {}},
    }
    assert send(client, "post", f"{address}submit/").json()["state"] == "submitted"
    etag = client.get(address)["ETag"]
    assert send(client, "patch", address, {"title": "After"}, etag).status_code == 400


def test_wrong_answers_are_named(cast: Cast, kind: RequestType, signed_in: Any) -> None:
    client = signed_in(cast.requester)
    for answers, attr in (
        ({"colour": "red"}, "answers.colour"),
        ({"impact": ["Cats"]}, "answers.impact"),
        ({"cost": "a lot"}, "answers.cost"),
    ):
        refused = send(client, "post", LIST, IDEA | {"answers": answers})
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["attr"] == attr
    assert not Request.objects.exists()


def test_who_may_not(cast: Cast, kind: RequestType, signed_in: Any) -> None:
    row = factories.request(by=cast.requester, of=kind, state="screening")
    address = f"{LIST}{row.reference}/"
    assert send(signed_in(cast.auditor), "post", LIST, IDEA).status_code == 403
    assert signed_in(cast.stranger).get(address).status_code == 404
    board = signed_in(cast.board_member)
    assert send(board, "patch", address, {"title": "No"}, board.get(address)["ETag"]).status_code == 403
    analyst = signed_in(cast.pmo_analyst)
    assert send(analyst, "patch", address, {"title": "Yes"}, analyst.get(address)["ETag"]).json()["title"] == "Yes"


def test_questions_are_read_and_answered(cast: Cast, kind: RequestType, signed_in: Any) -> None:
    row = factories.request(by=cast.requester, of=kind, state="screening")
    question = ask_question(row, text="How many?", by=cast.pmo_analyst, at=timezone.now())
    address = f"{LIST}{row.reference}/"
    client = signed_in(cast.requester)
    assert [one["text"] for one in client.get(f"{address}questions/").json()] == ["How many?"]
    assert send(client, "post", f"{address}answer/", {"question": question.pk}).status_code == 400
    answered = send(client, "post", f"{address}answer/", {"question": question.pk, "text": "Nine."})
    assert answered.json()["answered_by"] == cast.requester.email
    assert client.get(address).json()["state"] == "screening"
    other = factories.request(by=cast.requester, of=kind, state="screening")
    wrong = send(client, "post", f"{LIST}{other.reference}/answer/", {"question": question.pk, "text": "Nine."})
    assert wrong.status_code == 404


def test_programs_learn_the_questions(cast: Cast, kind: RequestType, signed_in: Any) -> None:
    FormVersion.objects.create(type=kind, number=2, document={"steps": []}, published_at=timezone.now())
    FormVersion.objects.create(type=kind, number=3, document=FORM)
    factories.request_type("Closed", is_active=False)
    rows = signed_in(cast.stranger).get("/api/v1/intake/request-types/").json()["results"]
    assert [(row["name"], [form["number"] for form in row["forms"]]) for row in rows] == [("Works", [2])]


def test_the_list_costs_the_same_for_any_length(cast: Cast, kind: RequestType, signed_in: Any) -> None:
    client = signed_in(cast.pmo_analyst)
    counts = []
    for number in (1, 9):
        for _one in range(number):
            factories.request(by=cast.requester, of=kind, state="screening")
        client.get(LIST)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            rows = client.get(LIST).json()["results"]
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert rows[0] == client.get(f"{LIST}{rows[0]['reference']}/").json()


def test_my_requests_show_what_waits_for_me(cast: Cast, kind: RequestType, signed_in: Any) -> None:
    client = signed_in(cast.requester)
    page = reverse("intake:request-mine")
    assert b"You have asked for nothing yet" in client.get(page).content
    for state in ("", "needs_information", "assessment", "rejected"):
        factories.request(f"Mine {state}", by=cast.requester, of=kind, state=state)
    factories.request("Private plan", by=cast.director, of=kind)
    with CaptureQueriesContext(connection) as queries:
        shown = client.get(page).content.decode()
    few = len(queries)
    assert "Private plan" not in shown
    assert "Go on writing" in shown
    for _one in range(5):
        factories.request("More", by=cast.requester, of=kind)
    with CaptureQueriesContext(connection) as queries:
        client.get(page)
    assert len(queries) == few
    work = client.get(reverse("home")).content.decode()
    assert "2 requests wait for you" in work or "7 requests wait for you" in work
    assert "Ask for a project" in work


def test_search_finds_requests_that_the_person_may_see(cast: Cast, kind: RequestType, signed_in: Any) -> None:
    row = factories.request("Heating for the records hall", by=cast.requester, of=kind, state="screening")
    for person, seen in ((cast.requester, True), (cast.pmo_analyst, True), (cast.stranger, False)):
        for text in ("records hall", "recods", row.reference.lower()):
            page = signed_in(person).get(reverse("core:search"), {"q": text}).content.decode()
            assert ("Heating for the records hall" in page) == seen, (person, text)


def test_nothing_converts_a_case_into_another_currency(cast: Cast, kind: RequestType, signed_in: Any) -> None:
    asked = factories.request("Bare", by=cast.requester, of=kind, state="assessment", estimated_cost=100)
    client = signed_in(cast.pmo_analyst)
    address = f"{LIST}{asked.reference}/"
    etag = client.get(address)["ETag"]
    changed = send(client, "patch", address, {"currency": "EUR"}, etag)
    assert (changed.status_code, changed.json()["currency"]) == (200, "EUR")
    made = factories.business_case(asked)
    etag = client.get(address)["ETag"]
    refused = send(client, "patch", address, {"currency": "GBP", "title": "Same"}, etag)
    assert refused.status_code == 400
    error = refused.json()["errors"][0]
    assert error["attr"] == "currency"
    assert "holds amounts in EUR and nothing converts them" in error["detail"]
    assert "then write them in GBP" in error["detail"]
    assert send(client, "patch", address, {"currency": "EUR", "title": "Same"}, etag).status_code == 200
    # Nor does a file.
    job = previewed(f"Reference,Title,Currency,Estimated cost\n{asked.reference},Same,GBP,200\n", by=cast.pmo_analyst)
    assert [loss["field"] for row in job.rows.all() for loss in row.losses] == ["estimated_cost"]
    # Once its amounts are gone, the case is written anew in another currency.
    made["option"].lines.all().delete()
    etag = client.get(address)["ETag"]
    assert send(client, "patch", address, {"currency": "GBP"}, etag).json()["currency"] == "GBP"
