"""The registers' further verbs over the API: escalation, shared risks, readings, votes and their versions, scales, categories,
routes, delegations, many at once."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portfolio.actions.changes import submit_change
from portfolio.models import (
    ApprovalDelegation,
    ApprovalRoute,
    Category,
    ChangeVote,
    Entry,
    Project,
    Risk,
    RiskScale,
    SharedImpact,
)
from portfolio.registers import ESCALATES, KINDS, PATHS
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/portfolio/"


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(entry: Entry, tail: str = "") -> str:
    return f"{PATHS[entry.kind]}/{entry.reference}/{tail}"


def send(client: Client, url: str, body: Any = None, method: str = "post", etag: str = "") -> Any:
    headers = {"If-Match": etag} if etag else {}
    return getattr(client, method)(ROOT + url, json.dumps(body or {}), content_type="application/json", headers=headers)


def tag_of(client: Client, url: str) -> str:
    return str(client.get(ROOT + url).headers["ETag"])


def first_error(answer: Any) -> tuple[int, str | None]:
    return answer.status_code, answer.json()["errors"][0]["attr"]


# --- Escalation -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - set(ESCALATES)))
def test_of_what_is_not_escalated_nothing_is_offered(kind: str, cast: Cast) -> None:
    programme = factories.programme("Warm streets")
    Project.objects.filter(pk=cast.own.pk).update(programme=programme)
    fields = {"giver": cast.other} if kind == "dependency" else {}
    entry = factories.entry(kind, cast.own, by=cast.project_manager, **fields)
    offer = {"to": programme.reference, "reason": "Too large for us."}
    answer = send(client_of(cast.project_manager), address(entry, "escalations/"), offer)
    assert first_error(answer) == (400, "to")
    assert not entry.escalations.exists()


@pytest.mark.parametrize("kind", ESCALATES)
def test_an_entry_is_offered_returned_offered_again_and_accepted(kind: str, cast: Cast) -> None:
    programme = factories.programme("Warm streets")
    Project.objects.filter(pk=cast.own.pk).update(programme=programme)
    cast.own.refresh_from_db()
    entry = factories.entry(kind, cast.own, by=cast.project_manager)
    manager, office = client_of(cast.project_manager), client_of(cast.pmo_head)
    assert first_error(send(manager, address(entry, "escalations/"), {"to": "PRG-9999", "reason": "Big."})) == (400, "to")
    offer = {"to": programme.reference, "reason": "Too large for us."}
    assert send(manager, address(entry, "escalations/"), offer).status_code == 201
    assert send(manager, address(entry, "escalations/"), offer).status_code == 400, "It is offered already."
    answer = address(entry, "escalations/answer/")
    assert send(manager, answer, {"answer": "accept"}).status_code == 403
    assert send(client_of(cast.stranger), answer, {"answer": "accept"}).status_code == 404
    assert first_error(send(office, answer, {"answer": "return"})) == (400, "words")
    assert send(office, answer, {"answer": "return", "words": "Try this first."}).json()["answer"] == "returned"
    assert send(office, answer, {"answer": "return", "words": "Twice."}).status_code == 404, "Nothing is offered."
    assert send(manager, address(entry, "escalations/"), offer).status_code == 201
    assert send(manager, answer, {"answer": "withdraw"}).json()["answer"] == "withdrawn"
    assert send(manager, address(entry, "escalations/"), offer).status_code == 201
    done = send(office, answer, {"answer": "accept", "owner": cast.pmo_head.email})
    assert (done.json()["answer"], done.json()["to"]) == ("accepted", programme.reference)
    entry.refresh_from_db()
    assert (entry.programme, entry.project, entry.owner) == (programme, None, cast.pmo_head)
    told = office.get(ROOT + address(entry, "escalations/")).json()
    assert [one["answer"] for one in told] == ["accepted", "withdrawn", "returned"]


def test_an_escalation_names_no_place_that_the_reader_does_not_see(cast: Cast) -> None:
    programme = factories.programme("Zanzibar programme")
    Project.objects.filter(pk=cast.own.pk).update(programme=programme)
    cast.own.refresh_from_db()
    entry = factories.entry("risk", cast.own, by=cast.project_manager)
    manager, office = client_of(cast.project_manager), client_of(cast.pmo_head)
    made = send(manager, address(entry, "escalations/"), {"to": programme.reference, "reason": "Big."})
    assert made.status_code == 201, made.content
    assert send(office, address(entry, "escalations/answer/"), {"answer": "accept"}).status_code == 200
    # The director sees it from a project that shares it, and not the programme.
    SharedImpact.objects.create(entry=entry, project=cast.other)
    for client, shown in ((office, programme.reference), (client_of(cast.director), None)):
        assert client.get(ROOT + address(entry, "escalations/")).json()[0]["to"] == shown


# --- Shared risks and readings --------------------------------------------------------------------------------------


def test_what_a_shared_risk_means_for_each_project(cast: Cast) -> None:
    risk = factories.entry("risk", factories.programme("Streets"), by=cast.pmo_head, current_likelihood=3, current_impact=4)
    head = client_of(cast.pmo_head)
    url = address(risk, "shared/")
    made = send(head, url, {"project": cast.own.reference, "impact": 4, "impact_likely": "5000", "note": "Late."})
    assert made.status_code == 201, made.content
    one = f"{url}{made.json()['id']}/"
    assert send(head, url, {"project": cast.own.reference}).status_code == 400, "It shares it already."
    assert first_error(send(head, url, {"project": cast.confidential.reference})) == (400, "project")
    assert first_error(send(head, url, {"project": cast.other.reference, "impact": 6})) == (400, "impact")
    assert send(head, url, {"project": cast.other.reference, "impact": 9}).status_code == 400
    assert send(head, one, {"impact_low": "6000"}, "patch").status_code == 400, "Low above likely."
    assert send(head, one, {"impact": 2}, "patch").json()["impact"] == 2
    manager = client_of(cast.project_manager)
    assert [row["project"] for row in manager.get(ROOT + url).json()] == [cast.own.reference]
    assert send(manager, one, {"impact": 1}, "patch").status_code == 403
    hidden = SharedImpact.objects.create(entry=risk, project=cast.confidential)
    assert [row["project"] for row in head.get(ROOT + url).json()] == [cast.own.reference]
    assert send(head, f"{url}{hidden.pk}/", {"impact": 1}, "patch").status_code == 404
    assert send(head, f"{url}{hidden.pk}/", method="delete").status_code == 404
    assert send(head, one, method="delete").status_code == 204
    assert send(head, one, method="delete").status_code == 404
    alone = factories.entry("risk", cast.own, by=cast.pmo_head)
    assert send(head, address(alone, "shared/"), {"project": cast.other.reference}).status_code == 403


def test_readings_tell_how_a_risk_stood(cast: Cast) -> None:
    risk = factories.entry("risk", cast.own, by=cast.pmo_head, current_likelihood=3, current_impact=4)
    head = client_of(cast.pmo_head)
    etag = tag_of(head, address(risk))
    assert send(head, address(risk), {"current_likelihood": 5}, "patch", etag).status_code == 200
    rows = head.get(ROOT + address(risk, "readings/")).json()["results"]
    assert [row["current_likelihood"] for row in rows] == [3, 5]
    assert client_of(cast.stranger).get(ROOT + address(risk, "readings/")).status_code == 404


# --- Changes --------------------------------------------------------------------------------------------------------


def change(cast: Cast, cost: int) -> Entry:
    values = {"reason": "Softer ground.", "cost_change": Decimal(cost)}
    return factories.entry("change", cast.own, by=cast.project_manager, **values)


def test_the_sponsor_approves_what_was_read(cast: Cast) -> None:
    entry = change(cast, 10_000)
    manager, sponsor = client_of(cast.project_manager), client_of(cast.sponsor)
    draft = manager.get(ROOT + address(entry, "approval/")).json()
    assert (draft["route"], draft["deciders"], draft["voices"]) == ("Small change", [cast.sponsor.email], [])
    assert send(manager, address(entry, "move/"), {"verb": "submit"}).status_code == 428
    stale = tag_of(manager, address(entry))
    assert send(manager, address(entry), {"title": "Deeper piles"}, "patch", stale).status_code == 200
    assert send(manager, address(entry, "move/"), {"verb": "submit"}, etag=stale).status_code == 412
    submitted = send(manager, address(entry, "move/"), {"verb": "submit"}, etag=tag_of(manager, address(entry)))
    assert submitted.json()["status"] == "submitted", submitted.content
    assert sponsor.get(ROOT + address(entry, "approval/")).json()["voices"] == [cast.sponsor.email]
    approve = {"verb": "approve", "reason": "Unavoidable."}
    assert send(sponsor, address(entry, "move/"), approve).status_code == 428
    assert send(sponsor, address(entry, "move/"), approve, etag=stale).status_code == 412
    etag = submitted.headers["ETag"]
    assert send(manager, address(entry, "move/"), approve, etag=etag).status_code == 403, "Nobody decides what they submitted."
    assert send(sponsor, address(entry, "vote/"), {"choice": "approve"}, etag=etag).status_code == 400, "It needs no votes."
    assert first_error(send(sponsor, address(entry, "move/"), {"verb": "approve"}, etag=etag)) == (400, "reason")
    before = Project.objects.get(pk=cast.own.pk).budget
    done = send(sponsor, address(entry, "move/"), approve, etag=etag)
    assert (done.json()["status"], done.json()["decision_reason"]) == ("approved", "Unavoidable.")
    assert Project.objects.get(pk=cast.own.pk).budget == (before + 10_000 if before is not None else None)
    assert send(sponsor, address(entry, "move/"), approve, etag=etag).status_code in (403, 412)
    assert manager.get(ROOT + address(entry, "record/")).status_code == 404, "No worker has made it yet."
    assert send(manager, address(entry, "record/retry/")).status_code == 200


def test_the_board_votes_also_for_who_delegated(cast: Cast) -> None:
    others = [factories.user("board_member") for _number in range(2)]
    Project.objects.filter(pk=cast.own.pk).update(budget=100_000)
    cast.own.refresh_from_db()
    entry = submit_change(change(cast, 900_000), by=cast.project_manager, at=timezone.now())
    today = timezone.localdate()
    first = client_of(cast.board_member)
    delegated = {"delegate": others[0].email, "starts_on": str(today), "ends_on": str(today + timedelta(days=3))}
    assert send(first, "delegations/", delegated).status_code == 201
    url, etag = address(entry, "vote/"), tag_of(first, address(entry))
    assert send(first, url, {"choice": "approve"}).status_code == 428
    assert send(first, url, {"choice": "approve"}, etag='"entry-1-1"').status_code == 412
    assert first_error(send(first, url, {"choice": "reject"}, etag=etag)) == (400, "reason")
    assert first_error(send(first, url, {"choice": "fly"}, etag=etag)) == (400, "choice")
    second = client_of(others[0])
    assert set(second.get(ROOT + address(entry, "approval/")).json()["voices"]) == {others[0].email, cast.board_member.email}
    assert send(second, url, {"choice": "approve", "voter": cast.board_member.email}, etag=etag).status_code == 200
    assert first_error(send(second, url, {"choice": "approve", "voter": others[1].email}, etag=etag)) == (400, "voter")
    assert ChangeVote.objects.get().cast_by == others[0]
    assert send(client_of(cast.project_manager), url, {"choice": "approve"}, etag=etag).status_code == 403
    assert send(client_of(cast.stranger), url, {"choice": "approve"}, etag=etag).status_code == 404
    assert send(second, url, {"choice": "approve"}, etag=etag).json()["status"] == "submitted"
    assert send(client_of(others[1]), url, {"choice": "approve"}, etag=etag).json()["status"] == "approved"
    votes = first.get(ROOT + address(entry, "approval/")).json()["votes"]
    assert {vote["choice"] for vote in votes} == {"approve"}
    assert len(votes) == 3


def test_routes_are_adopted_changed_and_taken_away(cast: Cast) -> None:
    head = client_of(cast.pmo_head)
    shown = head.get(f"{ROOT}approval-routes/").json()["results"]
    assert [one["id"] for one in shown] == [None] * 3
    assert send(head, "approval-routes/adopt/").status_code == 204
    assert ApprovalRoute.objects.count() == 3
    pk = head.get(f"{ROOT}approval-routes/").json()["results"][0]["id"]
    url = f"approval-routes/{pk}/"
    assert send(head, url, {"days_to_decide": 3}, "patch").status_code == 428
    etag = tag_of(head, url)
    assert send(head, url, {"days_to_decide": 3}, "patch", etag).json()["days_to_decide"] == 3
    assert send(head, url, {"days_to_decide": 4}, "patch", etag).status_code == 412
    assert send(head, url, {"most_percent": 50, "most_days": 500}, "patch", tag_of(head, url)).status_code == 400, (
        "The next would take nothing."
    )
    narrow = {"position": 40, "name": "Never", "most_percent": "1", "most_days": 1, "approver": "sponsor"}
    assert first_error(send(head, "approval-routes/", narrow)) == (400, "most_percent")
    assert send(head, url, method="delete").status_code == 428
    assert send(head, url, method="delete", etag=tag_of(head, url)).status_code == 204
    for person in (cast.sponsor, cast.project_manager, cast.stranger):
        assert client_of(person).get(f"{ROOT}approval-routes/").status_code == 403
        assert send(client_of(person), "approval-routes/adopt/").status_code == 403


def test_nobody_delegates_for_others_and_ends_only_their_own(cast: Cast) -> None:
    today = timezone.localdate()
    days = {"starts_on": str(today), "ends_on": str(today)}
    sponsor = client_of(cast.sponsor)
    other = {"user": cast.board_member.email, "delegate": cast.director.email, **days}
    assert send(sponsor, "delegations/", other).status_code == 403
    assert send(client_of(cast.stranger), "delegations/", {"delegate": cast.director.email, **days}).status_code == 403
    made = send(sponsor, "delegations/", {"delegate": cast.director.email, **days})
    assert made.status_code == 201, made.content
    url = f"delegations/{made.json()['id']}/"
    assert send(client_of(cast.board_member), url, method="delete").status_code == 404
    assert send(client_of(cast.director), url, method="delete").status_code == 404, "Who got it does not end it."
    assert client_of(cast.board_member).get(f"{ROOT}delegations/").json()["count"] == 0
    assert send(sponsor, url, method="delete").status_code == 204
    assert not ApprovalDelegation.objects.exists()


# --- Scales and categories ------------------------------------------------------------------------------------------


def test_scales_are_looked_at_and_put_into_force(cast: Cast) -> None:
    risk = factories.entry("risk", cast.own, by=cast.pmo_head, current_likelihood=5, current_impact=5)
    head = client_of(cast.pmo_head)
    now = head.get(f"{ROOT}risk-scales/")
    smaller = {
        "likelihood": [
            {"label": "Low", "low": 0, "high": 30},
            {"label": "Medium", "low": 30, "high": 70},
            {"label": "High", "low": 70, "high": 100},
        ],
        "impact": ["Low", "Medium", "High"],
        "dimensions": [{"key": "cost", "label": "Cost", "anchors": ["1%", "5%", "10%"]}],
        "bands": [{"key": "low", "label": "Low", "tone": "green"}, {"key": "high", "label": "High", "tone": "red"}],
        "cells": [["low"] * 3, ["low", "low", "high"], ["low", "high", "high"]],
    }
    preview = send(head, "risk-scales/preview/", smaller).json()
    assert (preview["rated"], preview["mapped"], preview["impact"][-1]) == (1, 1, [5, 3])
    assert not RiskScale.objects.exists()
    assert send(head, "risk-scales/", smaller).status_code == 428
    assert send(client_of(cast.pmo_analyst), "risk-scales/preview/", smaller).status_code == 403
    made = send(head, "risk-scales/", smaller, etag=now.headers["ETag"])
    assert made.status_code == 201, made.content
    assert Risk.objects.get(pk=risk.pk).current_likelihood == 3
    assert send(head, "risk-scales/", smaller, etag=now.headers["ETag"]).status_code == 412
    etag = made.headers["ETag"]
    assert tag_of(head, "risk-scales/") == etag
    for wrong in (
        {"cells": [["low"] * 3] * 2},
        {"cells": [["low", "low", "pink"]] * 3},
        {"impact": ["Low", "High"]},
        {"impact": ["Low", "Low", "High"]},
        {"likelihood": [{"label": "x"}] * 3},
        {"likelihood": [{"label": ["x"], "low": {}, "high": []}] * 3},
        {"likelihood": "high"},
        {"dimensions": [{"key": "Cost!", "label": "Cost", "anchors": ["", "", ""]}]},
        {"bands": [{"key": "low", "label": "Low", "tone": "pink"}] * 2},
        {"bands": None},
    ):
        assert send(head, "risk-scales/", smaller | wrong, etag=etag).status_code == 400, wrong
        assert send(head, "risk-scales/preview/", smaller | wrong).status_code == 400, wrong


def test_categories_are_written_with_their_version(cast: Cast) -> None:
    head = client_of(cast.pmo_head)
    made = send(head, "register-categories/", {"name": "Weather", "appetite": 8})
    assert made.status_code == 201, made.content
    url = f"register-categories/{made.json()['id']}/"
    inner = send(head, "register-categories/", {"name": "Frost", "parent": made.json()["id"]}).json()
    assert send(head, url, {"appetite": 9}, "patch").status_code == 428
    etag = tag_of(head, url)
    changed = send(head, url, {"appetite": 9}, "patch", etag).json()
    assert (changed["appetite"], changed["name"], changed["is_active"]) == (9, "Weather", True)
    assert send(head, url, {"appetite": 10}, "patch", etag).status_code == 412
    etag = tag_of(head, url)
    assert first_error(send(head, url, {"appetite": 26}, "patch", etag)) == (400, "appetite")
    assert first_error(send(head, url, {"parent": inner["id"]}, "patch", etag)) == (400, "parent")
    assert first_error(send(head, url, {"parent": 999_999}, "patch", etag)) == (400, "parent")
    assert send(head, "register-categories/", {"name": "weather"}).status_code == 400, "It is there."
    assert send(client_of(cast.project_manager), "register-categories/", {"name": "Mine"}).status_code == 403
    assert send(client_of(cast.project_manager), url, {"name": "Mine"}, "patch", etag).status_code == 403
    assert Category.objects.count() == 2


# --- Many at once ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "dependency"])
def test_many_are_added_or_none(kind: str, cast: Cast) -> None:
    client, url = client_of(cast.project_manager), f"{PATHS[kind]}/rows/"
    rows = [{"title": "First", "due_on": "2027-01-01"}, {"title": "Second", "owner": cast.sponsor.email}]
    made = send(client, url, {"scope": cast.own.reference, "rows": rows})
    assert made.status_code == 201, made.content
    assert Entry.objects.filter(kind=kind, reference__in=made.json()["references"]).count() == 2
    wrong = send(client, url, {"scope": cast.own.reference, "rows": [*rows, {"title": "Third", "owner": cast.stranger.email}]})
    assert first_error(wrong) == (400, "rows.2.owner"), wrong.content
    assert Entry.objects.filter(kind=kind).count() == 2
    for scope in (cast.other.reference, cast.confidential.reference, "PRJ-9999", "'; drop"):
        assert first_error(send(client, url, {"scope": scope, "rows": rows})) == (400, "scope")
    assert send(client, url, {"scope": cast.own.reference, "rows": []}).status_code == 400


def test_several_are_changed_or_none(cast: Cast) -> None:
    mine = [factories.entry("issue", cast.own, by=cast.pmo_head) for _number in range(3)]
    hidden = factories.entry("issue", cast.other, by=cast.pmo_head)
    client = client_of(cast.project_manager)
    keys = [entry.reference for entry in mine]
    wanted = {"references": keys, "owner": cast.sponsor.email, "tag": "Wet", "move": "start"}
    assert send(client, "issues/several/", wanted).json() == {"references": sorted(keys)}
    changed = Entry.objects.filter(pk__in=[entry.pk for entry in mine])
    assert {(entry.owner, entry.status, *entry.tags) for entry in changed} == {(cast.sponsor, "in_progress", "wet")}
    assert send(client, "issues/several/", {"references": [*keys, hidden.reference], "tag": "dry"}).status_code == 404
    assert send(client, "issues/several/", {"references": keys}).status_code == 400, "Say what to change."
    assert first_error(send(client, "issues/several/", {"references": keys, "move": "fly"})) == (400, "move")
    assert send(client, "risks/several/", {"references": keys, "tag": "dry"}).status_code == 404, "They are no risks."
    assert send(client_of(cast.stranger), "issues/several/", {"references": keys, "tag": "dry"}).status_code == 404
    assert send(client_of(cast.auditor), "issues/several/", {"references": keys, "tag": "dry"}).status_code == 403
    assert not Entry.objects.filter(tags__contains=["dry"]).exists()
