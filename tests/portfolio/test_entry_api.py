"""The API of the registers: the same access, filters and actions as the pages, versions as ETags."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.models import Category, Entry, EntryLink, EntryWatcher
from portfolio.registers import KINDS, PATHS
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/portfolio"


def address(entry: Entry, rest: str = "") -> str:
    return f"{ROOT}/{PATHS[entry.kind]}/{entry.reference}/{rest}"


def send(client: Client, entry: Entry, data: dict[str, Any], *, etag: str | None = None) -> Any:
    headers = {"If-Match": etag} if etag else {}
    return client.patch(address(entry), data, content_type="application/json", headers=headers)


def post(client: Client, url: str, data: dict[str, Any], *, etag: str | None = None) -> Any:
    return client.post(url, data, content_type="application/json", headers={"If-Match": etag} if etag else {})


def more(kind: str, cast: Cast) -> dict[str, Any]:
    return {"giver": cast.other} if kind == "dependency" else {}


@pytest.mark.parametrize("kind", list(KINDS))
def test_list_and_detail_say_the_same(kind: str, cast: Cast, signed_in: Any) -> None:
    category = Category.objects.create(name="Weather")
    factories.entry(
        kind,
        cast.own,
        "Flood",
        by=cast.pmo_head,
        owner=cast.sponsor,
        category=category,
        tags=["wet"],
        due_on=date(2027, 1, 1),
        **more(kind, cast),
    )
    client = signed_in(cast.pmo_analyst)
    listed = client.get(f"{ROOT}/{PATHS[kind]}/").json()["results"]
    assert len(listed) == 1
    assert listed[0] == client.get(f"{ROOT}/{PATHS[kind]}/{listed[0]['reference']}/").json()
    assert listed[0]["project"] == cast.own.reference
    assert (listed[0]["owner"], listed[0]["raised_by"], listed[0]["category"]) == (
        cast.sponsor.email,
        cast.pmo_head.email,
        category.pk,
    )


def test_pages_of_a_list_hold_each_entry_once_and_say_how_many_there_are(cast: Cast, signed_in: Any) -> None:
    made = [factories.entry("risk", cast.own, f"Risk {number}") for number in range(7)]
    factories.entry("risk", cast.own, "Canary", is_confidential=True, by=cast.pmo_analyst)
    factories.entry("risk", cast.confidential, "Zanzibar canary")
    client = signed_in(cast.pmo_head)
    newest = [one.reference for one in reversed(made)]

    def read(query: str) -> tuple[int, list[str]]:
        told = client.get(f"{ROOT}/{PATHS['risk']}/?{query}").json()
        return told["count"], [row["reference"] for row in told["results"]]

    assert read("") == (7, newest)
    assert [read(f"limit=3&offset={offset}") for offset in (0, 3, 6)] == [(7, newest[:3]), (7, newest[3:6]), (7, newest[6:])]
    assert [read(query) for query in ("offset=7", "offset=" + "9" * 30, "limit=0&offset=99")] == [(7, [])] * 3
    assert read("offset=-1&limit=x") == (7, newest)
    assert read(f"project={cast.own.reference}&limit=2") == (7, newest[:2])
    assert read(f"project={cast.confidential.reference}") == (0, [])
    told = client.get(f"{ROOT}/{PATHS['risk']}/?limit=3&offset=3").json()
    assert "offset=6" in told["next"]
    assert "limit=3" in told["previous"]


@pytest.mark.parametrize("kind", list(KINDS))
def test_lists_cost_the_same_for_ten_rows(kind: str, cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.pmo_analyst)
    counts = []
    for rows in (1, 9):
        for _number in range(rows):
            factories.entry(kind, cast.own, **more(kind, cast))
        client.get(f"{ROOT}/{PATHS[kind]}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{ROOT}/{PATHS[kind]}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 8


def test_manager_adds_and_changes_a_risk_with_its_etag(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.project_manager)
    values = {
        "title": "Flood",
        "project": cast.own.reference,
        "current_likelihood": 4,
        "current_impact": 5,
        "impact_likely": "1000.50",
    }
    answer = post(client, f"{ROOT}/risks/", values | {"owner": cast.sponsor.email, "tags": ["Wet", "wet"]})
    assert answer.status_code == 201, answer.content
    assert (answer.json()["band"], answer.json()["impact_likely"], answer.json()["tags"]) == ("high", "1000.50", ["wet"])
    entry = Entry.objects.get()
    assert send(client, entry, {"title": "Blind"}).status_code == 428
    changed = send(client, entry, {"title": "Bigger flood", "probability": "35"}, etag=answer["ETag"])
    assert changed.status_code == 200, changed.content
    assert (changed.json()["title"], changed.json()["probability"]) == ("Bigger flood", "35.00")
    stale = send(client, entry, {"title": "Late"}, etag=answer["ETag"])
    assert (stale.status_code, stale.json()["errors"][0]["code"]) == (412, "stale")
    event = Entry.pgh_event_model.objects.filter(pgh_obj_id=entry.pk).latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["action"] == "portfolio.risk.edited"


def test_what_one_may_not_see_is_as_unknown_as_what_is_not_there(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.project_manager)
    hidden = factories.entry("risk", cast.other, "Hidden", by=cast.director)
    for field, path, unseen, absent in (
        ("project", "risks", cast.confidential.reference, "PRJ-9999"),
        ("giver", "dependencies", cast.confidential.reference, "PRJ-9999"),
        ("about", "actions", hidden.reference, "RSK-9999"),
    ):
        values = {"title": "New", "project": cast.own.reference}
        told = [post(client, f"{ROOT}/{path}/", values | {field: name}) for name in (unseen, absent)]
        assert [answer.status_code for answer in told] == [400, 400], [answer.content for answer in told]
        assert told[0].content.decode().replace(unseen, "x") == told[1].content.decode().replace(absent, "x")
    entry = factories.entry("risk", cast.own, "Mine")
    told = [
        post(client, address(entry, "links/"), {"meaning": "causes", "other": name}) for name in (hidden.reference, "RSK-9999")
    ]
    assert [answer.status_code for answer in told] == [400, 400]
    assert told[0].content.decode().replace(hidden.reference, "x") == told[1].content.decode().replace("RSK-9999", "x")


def test_bad_input_names_the_field(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.project_manager)
    values = {"title": "Flood", "project": cast.own.reference}
    for given, attr in (
        ({"probability": "120"}, "probability"),
        ({"current_likelihood": 9}, "current_likelihood"),
        ({"owner": cast.stranger.email}, "owner"),
        ({"impact_low": "9", "impact_likely": "5"}, ""),
        ({"programme": "PRG-9999"}, "programme"),
        ({"project": None}, "project"),
        ({"impacts": {"current": {"moon": 3}}}, "impacts"),
    ):
        answer = post(client, f"{ROOT}/risks/", values | given)
        assert answer.status_code == 400, (given, answer.content)
        assert not attr or answer.json()["errors"][0]["attr"].split(".")[0] == attr, (given, answer.json())
    for options in ("text", [1], [{"name": 3}], [{"name": "x" * 300}]):
        assert post(client, f"{ROOT}/decisions/", values | {"options": options}).status_code == 400, options
    assert post(client, f"{ROOT}/decisions/", values | {"options": [{"name": "A", "text": "b"}]}).status_code == 201
    assert not Entry.objects.filter(kind="risk").exists()


def test_moves_and_conversion(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.project_manager)
    issue = factories.entry("issue", cast.own, "Wet floor")
    assert {one["verb"] for one in client.get(address(issue, "moves/")).json()} == {"start", "resolve", "close"}
    refused = post(client, address(issue, "move/"), {"verb": "resolve"})
    assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, "reason")
    assert post(client, address(issue, "move/"), {"verb": "fly"}).status_code == 400
    assert post(client, address(issue, "move/"), {"verb": "start", "expected": "resolved"}).status_code == 400
    done = post(client, address(issue, "move/"), {"verb": "resolve", "reason": "Mopped.", "expected": "open"})
    assert (done.status_code, done.json()["status"], done.json()["outcome"]) == (200, "resolved", "Mopped.")
    made = post(client, address(issue, "convert/"), {"kind": "change"})
    assert made.status_code == 201
    assert EntryLink.objects.get().target.reference == made.json()["reference"]
    assert post(client, address(issue, "convert/"), {"kind": "assumption"}).status_code == 400


def test_moves_that_ask_for_more(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.pmo_head)
    decision = factories.entry("decision", cast.own, "Colour")
    tag = client.get(address(decision))["ETag"]
    assert post(client, address(decision, "move/"), {"verb": "decide", "chosen": "Blue"}, etag=tag).status_code == 400
    choice = {"verb": "decide", "chosen": "Blue", "rationale": "Nice."}
    assert post(client, address(decision, "move/"), choice).status_code == 428, "What is decided must have been read."
    done = post(client, address(decision, "move/"), choice, etag=tag)
    assert (done.json()["status"], done.json()["chosen"], done.json()["decided_by"]) == ("decided", "Blue", cast.pmo_head.email)
    risk = factories.entry("risk", cast.own, "Flood")
    factories.entry("action", cast.own, "Build a wall", about=risk)
    asked = post(client, address(risk, "move/"), {"verb": "close", "reason": "Over."})
    assert asked.status_code == 400
    assert (
        post(client, address(risk, "move/"), {"verb": "close", "reason": "Over.", "responses": "finish"}).json()["status"]
        == "closed"
    )
    contract = factories.entry(
        "dependency", cast.own, "A crane", giver=cast.other, due_on=timezone.localdate() + timedelta(days=90)
    )
    day = str(timezone.localdate() + timedelta(days=60))
    agreed = post(client, address(contract, "move/"), {"verb": "agree", "day": day})
    assert (agreed.status_code, agreed.json()["committed_on"]) == (200, day), agreed.content
    change = factories.entry(
        "change", cast.own, "More", reason="They asked", cost_change=Decimal(1000), by=cast.project_manager
    )
    assert post(client, address(change, "move/"), {"verb": "submit"}).status_code == 428
    sent = post(client, address(change, "move/"), {"verb": "submit"}, etag=client.get(address(change))["ETag"])
    assert (sent.status_code, sent.json()["status"]) == (200, "submitted"), sent.content


def test_links_and_followers(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.project_manager)
    risk, issue = factories.entry("risk", cast.own, "Flood"), factories.entry("issue", cast.own, "Wet floor")
    made = post(client, address(risk, "links/"), {"meaning": "causes", "other": issue.reference})
    assert made.status_code == 201, made.content
    assert made.json() == {"id": made.json()["id"], "meaning": "causes", "direction": "out", "other": issue.reference}
    assert client.get(address(issue, "links/")).json()[0]["direction"] == "in"
    assert post(client, address(risk, "links/"), {"meaning": "causes", "other": issue.reference}).status_code == 400
    assert post(client, address(risk, "links/"), {"meaning": "causes", "other": risk.reference}).status_code == 400
    assert client.delete(address(risk, f"links/{made.json()['id']}/")).status_code == 204
    assert client.delete(address(risk, f"links/{made.json()['id']}/")).status_code == 404
    assert post(client, address(risk, "follow/"), {}).status_code == 204
    assert EntryWatcher.objects.filter(entry=risk, user=cast.project_manager).exists()
    assert client.delete(address(risk, "follow/")).status_code == 204
    assert not EntryWatcher.objects.exists()


def test_the_other_side_of_a_dependency_and_what_an_action_is_about_stay_hidden(cast: Cast, signed_in: Any) -> None:
    contract = factories.entry("dependency", cast.own, "A crane", giver=cast.confidential)
    secret = factories.entry("risk", cast.own, "Secret", by=cast.director, is_confidential=True)
    about = factories.entry("action", cast.own, "Do it", about=secret)
    client = signed_in(cast.pmo_analyst)
    for entry, field in ((contract, "giver"), (about, "about")):
        detail = client.get(address(entry)).json()
        assert detail[field] is None
        assert client.get(f"{ROOT}/{PATHS[entry.kind]}/").json()["results"] == [detail]
    shown = signed_in(cast.director).get(address(contract))
    assert (shown.json()["giver"], shown.json()["project"]) == (cast.confidential.reference, None)


def test_categories_and_scales_to_read(cast: Cast, signed_in: Any) -> None:
    Category.objects.create(name="Weather", appetite=8)
    client = signed_in(cast.sponsor)
    assert client.get(f"{ROOT}/register-categories/").json()["results"][0]["appetite"] == 8
    assert len(client.get(f"{ROOT}/risk-scales/").json()["likelihood"]) == 5
