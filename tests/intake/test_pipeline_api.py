"""The pipeline, comparisons, similar requests and rank stability through the API: the pages' figures for the same reader."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import RoleGrant
from intake.actions.moves import move_request
from intake.actions.requests import create_request
from intake.actions.rounds import create_round, gather_requests
from intake.actions.scores import rescore
from intake.models import RequestObjective
from portfolio.models import Objective
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
BASE = "/api/v1/intake/"
BOARD, FLOW = f"{BASE}pipeline/", f"{BASE}pipeline/flow/"


def told(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()


def lane(found: Any, state: str) -> Any:
    return next(one for one in [*found["lanes"], *found["ended"]] if one["state"] == state)


@pytest.mark.parametrize("role", ["pmo_analyst", "board_member"])
def test_the_board_counts_and_adds_as_the_page(cast: Cast, signed_in: SignIn, role: str) -> None:
    factories.request("Warm the hall", by=cast.requester, state="screening", estimated_cost=1_200_000, owner=cast.pmo_head)
    factories.request("Other money", by=cast.requester, state="screening", estimated_cost=250_000, currency="EUR")
    factories.request("A draft", by=cast.requester)
    factories.request("Gone", by=cast.requester, state="rejected", estimated_cost=50_000)
    client = signed_in(getattr(cast, role))
    found, page = told(client, BOARD), client.get("/intake/pipeline/").content.decode()
    screening = lane(found, "screening")
    assert screening["count"] == 2
    assert screening["amounts"] == [
        {"currency": "GBP", "amount": "1200000.00"},
        {"currency": "EUR", "amount": "250000.00"},
    ]
    assert "£1.2m · €250k" in page
    assert [card["title"] in page for card in screening["cards"]] == [True, True]
    assert {card["may_move"] for card in screening["cards"]} == {role == "pmo_analyst"} == {"/move/" in page}
    assert {card["owner"] for card in screening["cards"]} == {cast.pmo_head.email, None}
    assert lane(found, "rejected")["amounts"] == [{"currency": "GBP", "amount": "50000.00"}]
    assert "A draft" not in client.get(BOARD).content.decode()


def test_a_lane_holds_those_that_wait_longest(cast: Cast, signed_in: SignIn) -> None:
    kind = factories.request_type()
    for number in range(15):
        factories.request(f"Number {number:02d}", by=cast.requester, of=kind, state="screening")
    screening = lane(told(signed_in(cast.pmo_analyst), BOARD), "screening")
    assert (screening["count"], len(screening["cards"])) == (15, 10)


def test_the_flow_is_the_one_of_the_charts(cast: Cast, signed_in: SignIn) -> None:
    now = timezone.now()
    unit, warm = factories.unit("Works"), Objective.objects.create(name="Warmth")
    through, waiting = (
        create_request(type=factories.request_type(), values={"title": title}, by=cast.requester, at=now - timedelta(days=200))
        for title in ("Through", "Waiting")
    )
    for days, verb in ((50, "submit"), (48, "screen"), (38, "assess"), (20, "ready"), (10, "approve")):
        move_request(through, verb=verb, by=cast.pmo_head, at=now - timedelta(days=days), reason="Good.", tell=False)
    move_request(waiting, verb="submit", by=cast.requester, at=now - timedelta(days=100), tell=False)
    type(waiting).objects.filter(pk=waiting.pk).update(unit=unit, estimated_cost=70_000)
    RequestObjective.objects.create(request=waiting, objective=warm, weight=100)
    client = signed_in(cast.pmo_analyst)
    found, page = told(client, FLOW), client.get("/intake/pipeline/flow/").content.decode()
    steps = {step["state"]: step for step in found["steps"]}
    assert (steps["submitted"]["reached"], steps["approved"]["reached"], steps["approved"]["of_all"]) == (2, 1, 0.5)
    assert "1 of 2 submitted requests were approved (50%)" in page
    slowest = max(found["dwells"], key=lambda one: one["median"] or 0)
    assert (slowest["state"], round(slowest["median"])) == ("assessment", 18)
    assert "half of the requests stay 18 days or more" in page
    assert (found["open"], sum(age["count"] for age in found["ages"] if age["from_days"] > 90)) == (1, 1)
    assert found["objectives"] == [
        {"key": warm.pk, "name": "Warmth", "count": 1, "amounts": [{"currency": "GBP", "amount": "70000.00"}]}
    ]
    assert found["units"][0]["name"] == "Works"
    assert told(client, f"{FLOW}?span=90")["steps"][0]["reached"] == 1


def test_filters_hold_and_what_does_not_fit_is_said(cast: Cast, signed_in: SignIn) -> None:
    unit = factories.unit("Works")
    factories.request("Inside", by=cast.requester, state="screening", unit=unit)
    factories.request("Outside", by=cast.requester, state="screening")
    client = signed_in(cast.pmo_analyst)
    assert lane(told(client, f"{BOARD}?unit={unit.pk}"), "screening")["count"] == 1
    assert told(client, f"{FLOW}?unit={unit.pk}")["open"] == 1
    for address, field in ((f"{BOARD}?unit=99999", "unit"), (f"{FLOW}?owner=x", "owner"), (f"{FLOW}?span=7", "span")):
        answer = client.get(address)
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, field)
    for role in ("requester", "project_manager", "sponsor", "stranger"):
        assert signed_in(getattr(cast, role)).get(BOARD).status_code == 403
        assert signed_in(getattr(cast, role)).get(FLOW).status_code == 403


def test_a_manager_of_a_unit_gets_the_figures_of_that_unit(cast: Cast, signed_in: SignIn) -> None:
    unit = factories.unit("Works")
    factories.request("Ours", by=cast.requester, state="screening", unit=unit, estimated_cost=10)
    factories.request("Theirs", by=cast.requester, state="screening", unit=factories.unit("Elsewhere"), estimated_cost=20)
    analyst = factories.user()
    RoleGrant.objects.create(user=analyst, role="pmo_analyst", unit=unit)
    client = signed_in(analyst)
    found, page = told(client, BOARD), client.get("/intake/pipeline/").content.decode()
    assert lane(found, "screening")["amounts"] == [{"currency": "GBP", "amount": "10.00"}]
    assert ("Ours" in page, "Theirs" in page) == (True, False)
    assert told(client, FLOW)["open"] == 1
    assert "Theirs" not in client.get(BOARD).content.decode()


@pytest.mark.parametrize("role", ["pmo_analyst", "pmo_head", "administrator", "auditor", "board_member"])
def test_confidential_requests_leave_no_trace(cast: Cast, signed_in: SignIn, role: str) -> None:
    secret = factories.request(
        "Quiet canary", by=cast.director, state="screening", is_confidential=True, estimated_cost=9_000_000
    )
    client = signed_in(getattr(cast, role))
    others = f"{BASE}requests/"
    for address in (BOARD, FLOW, f"{others}similar/?title=Quiet+canary", f"{others}compare/?reference={secret.reference}"):
        text = client.get(address).content.decode()
        assert "canary" not in text, address
        assert secret.reference not in text, address
        assert "9000000" not in text, address
    assert sum(one["count"] for one in told(client, BOARD)["lanes"]) == told(client, FLOW)["open"] == 0


def test_requests_stand_side_by_side_as_on_the_page(cast: Cast, signed_in: SignIn) -> None:
    asked = [
        factories.request(
            f"Bridge {number}",
            by=cast.requester,
            state="screening",
            estimated_cost=100,
            estimated_benefit=250,
            needed_by_on=date(2027, 1, 31),
        )
        for number in range(6)
    ]
    client = signed_in(cast.pmo_analyst)
    named = "&".join(f"reference={one.reference}" for one in reversed(asked))
    found = told(client, f"{BASE}requests/compare/?{named}&reference=REQ-9999")
    assert [one["title"] for one in found["requests"]] == [f"Bridge {number}" for number in (5, 4, 3, 2, 1)]
    assert found["left_out"] == 1
    page = client.get("/intake/requests/compare/?" + "&".join(f"pk={one.pk}" for one in reversed(asked))).content.decode()
    by_label = {line["label"]: line["cells"] for line in found["lines"]}
    assert by_label["Benefit over cost"] == ["2.5"] * 5
    assert by_label["Needed by"] == ["31 Jan 2027"] * 5, "Words, no mark-up."
    assert all(label in page and cells[0] in page for label, cells in by_label.items())
    own = signed_in(cast.requester)
    assert len(told(own, f"{BASE}requests/compare/?{named}")["requests"]) == 5
    assert told(signed_in(cast.stranger), f"{BASE}requests/compare/?{named}")["requests"] == []


def test_what_is_alike_is_found_while_writing(cast: Cast, signed_in: SignIn) -> None:
    old = factories.request("Replace the library roof", by=cast.requester, state="screening")
    draft = factories.request("Replace the library roof again", by=cast.requester)
    type(cast.own).objects.filter(pk=cast.own.pk).update(title="Library roof replacement")
    address = f"{BASE}requests/similar/"
    found = told(signed_in(cast.pmo_analyst), f"{address}?title=Replace+library+roof&but={draft.reference}")
    assert [one["reference"] for one in found["requests"]] == [old.reference]
    assert [one["reference"] for one in found["projects"]] == [cast.own.reference]
    page = signed_in(cast.pmo_analyst).get("/intake/requests/similar/?title=Replace+library+roof").content.decode()
    assert old.reference in page
    assert cast.own.reference in page
    assert told(signed_in(cast.stranger), f"{address}?title=Replace+library+roof") == {"requests": [], "projects": []}
    assert told(signed_in(cast.pmo_analyst), f"{address}?title=Rep") == {"requests": [], "projects": []}
    assert signed_in(cast.pmo_analyst).get(address).status_code == 400


def test_a_rank_is_as_stable_as_the_page_says(cast: Cast, signed_in: SignIn) -> None:
    version = factories.scoring_version({"fit": 60, "cost": 40})
    asked = [
        factories.request("Bridge", state="ready", estimated_cost=100),
        factories.request("Zanzibar tunnel", state="ready", estimated_cost=100, is_confidential=True),
        factories.request("No score", state="ready", estimated_cost=100),
    ]
    factories.assessment(asked[0], version, by=cast.pmo_head, scores=[{"fit": 10, "cost": 0}])
    factories.assessment(asked[1], version, by=cast.pmo_head, scores=[{"fit": 0, "cost": 10}])
    rescore(version, at=timezone.now())
    chosen = create_round(values={"name": "Fund", "currency": "GBP", "funding": 100, "cut": "stop", "model_version": version})
    gather_requests(chosen, requests=asked)
    client = signed_in(cast.pmo_head)
    found = told(client, f"{BASE}rounds/{chosen.pk}/stability/")
    page = client.get(f"/intake/rounds/{chosen.pk}/stability/").content.decode()
    assert (found["reason"], found["by_funding"], found["left_out"], found["chosen"]) == ("", True, 1, ["Bridge"])
    assert [round(line["low"], 6) for line in found["lines"] if line["criterion"] == "fit" or line["weight"] == 0.6] == [0.5]
    assert all(line["says"] in page for line in found["lines"])
    assert "Zanzibar" not in client.get(f"{BASE}rounds/{chosen.pk}/stability/").content.decode()
    bare = create_round(values={"name": "Bare", "currency": "GBP", "funding": None, "cut": "stop"})
    found = told(client, f"{BASE}rounds/{bare.pk}/stability/")
    assert "has no scoring model" in found["reason"]
    assert found["lines"] == []
    assert signed_in(cast.project_manager).get(f"{BASE}rounds/{bare.pk}/stability/").status_code == 403


@pytest.mark.parametrize("address", [BOARD, FLOW, f"{BASE}requests/similar/?title=Request+of+somebody"])
def test_as_many_queries_for_many_as_for_few(address: str, cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_analyst)

    def cost() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    def grow() -> None:
        for state in ("submitted", "screening", "assessment", "ready", "approved", "deferred"):
            made = factories.request("Request of somebody", by=cast.requester, state=state, owner=factories.user("pmo_head"))
            RequestObjective.objects.create(request=made, objective=Objective.objects.create(name=made.reference), weight=9)

    grow()
    few = cost()
    for _time in range(3):
        grow()
    assert cost() == few <= 15
