"""The pipeline: counts, amounts and cards by state; the funnel, times, ages, objectives and units behind it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import RoleGrant
from intake.actions.moves import move_request
from intake.actions.requests import create_request
from intake.models import RequestObjective
from portfolio.models import Objective
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
BOARD, FLOW = "/intake/pipeline/", "/intake/pipeline/flow/"


def test_the_board_counts_adds_by_currency_and_leads_to_the_move(cast: Cast, signed_in: SignIn) -> None:
    one = factories.request("Warm the hall", by=cast.requester, state="screening", estimated_cost=1_200_000)
    factories.request("Other money", by=cast.requester, state="screening", estimated_cost=250_000, currency="EUR")
    factories.request("A draft", by=cast.requester)
    factories.request("Gone", by=cast.requester, state="rejected", estimated_cost=50_000)
    body = signed_in(cast.pmo_analyst).get(BOARD).content.decode()
    assert "£1.2m · €250k" in body
    assert f"../requests/{one.reference}/move/" in body
    assert "A draft" not in body
    assert "(£50k)" in body
    board = signed_in(cast.board_member).get(BOARD).content.decode()
    assert "Warm the hall" in board
    assert "/move/" not in board


def test_the_page_of_moves_offers_the_usual_one_first(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="screening")
    page = f"/intake/requests/{asked.reference}/move/"
    body = signed_in(cast.pmo_analyst).get(page).content.decode()
    assert body.index("move/assess/") < body.index("move/ask/")
    assert "You cannot move it from here." in signed_in(cast.auditor).get(page).content.decode()


def test_confidential_requests_stay_out_of_every_figure(cast: Cast, signed_in: SignIn) -> None:
    factories.request("Quiet one", by=cast.director, state="screening", is_confidential=True, estimated_cost=9_000_000)
    client = signed_in(cast.pmo_analyst)
    for page in (BOARD, FLOW):
        body = client.get(page).content.decode()
        assert "Quiet one" not in body
        assert "£9m" not in body
    assert "0 requests are open." in client.get(BOARD).content.decode()


def test_a_lane_shows_some_cards_and_leads_to_the_others(cast: Cast, signed_in: SignIn) -> None:
    kind = factories.request_type()
    for number in range(15):
        factories.request(f"Number {number:02d}", by=cast.requester, of=kind, state="screening")
    body = signed_in(cast.pmo_analyst).get(BOARD).content.decode()
    assert body.count('class="card"') == 10
    assert "5 more" in body
    assert "/intake/requests/?state=screening" in body


def test_the_flow_tells_its_findings(cast: Cast, signed_in: SignIn) -> None:
    now = timezone.now()
    unit, warm = factories.unit("Works"), Objective.objects.create(name="Warmth")
    through, waiting = (
        create_request(type=factories.request_type(), values={"title": title}, by=cast.requester, at=now - timedelta(days=200))
        for title in ("Through", "Waiting")
    )
    for days, verb in ((50, "submit"), (48, "screen"), (38, "assess"), (20, "ready"), (10, "approve")):
        move_request(through, verb=verb, by=cast.pmo_head, at=now - timedelta(days=days), reason="Good.", tell=False)
    move_request(waiting, verb="submit", by=cast.requester, at=now - timedelta(days=100), tell=False)
    waiting.refresh_from_db()
    type(waiting).objects.filter(pk=waiting.pk).update(unit=unit)
    RequestObjective.objects.create(request=waiting, objective=warm, weight=100)
    client = signed_in(cast.pmo_analyst)
    body = client.get(FLOW).content.decode()
    assert "1 of 2 submitted requests were approved (50%)" in body
    assert "“Assessment” takes longest: half of the requests stay 18 days or more" in body
    assert "1 of 1 open request was submitted more than 90 days ago" in body
    assert "Most is asked for “Warmth”: 1 of 1" in body
    assert "Works asks for most: 1 of 1 open requests" in body
    assert f'open=true&amp;objective={warm.pk}">Warmth</a>' in body
    recent = client.get(f"{FLOW}?span=90").content.decode()
    assert "1 of 1 submitted requests were approved (100%)" in recent


def test_filters_hold_on_both_pages_and_in_the_links(cast: Cast, signed_in: SignIn) -> None:
    unit = factories.unit("Works")
    factories.request("Inside", by=cast.requester, state="screening", unit=unit)
    factories.request("Outside", by=cast.requester, state="screening")
    client = signed_in(cast.pmo_analyst)
    body = client.get(f"{BOARD}?unit={unit.pk}").content.decode()
    assert "Inside" in body
    assert "Outside" not in body
    assert f"{FLOW}?unit={unit.pk}" in body
    assert f"unit={unit.pk}&amp;state=screening" in body
    assert client.get(f"{FLOW}?unit={unit.pk}&span=nonsense").status_code == 200


@pytest.mark.parametrize("page", [BOARD, FLOW])
def test_the_pipeline_costs_the_same_for_one_and_for_many(page: str, cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_analyst)
    factories.request(by=cast.requester, state="screening", owner=cast.pmo_head)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for state in ("submitted", "screening", "assessment", "ready", "approved", "deferred") * 3:
        factories.request(by=cast.requester, state=state, owner=cast.pmo_analyst)
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(one) == len(many) <= 15, [query["sql"][:100] for query in many]


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_gives_way_to_every_change(signed_in: SignIn) -> None:
    person = factories.user("pmo_analyst")
    asked = factories.request("Warm the hall", by=factories.user("requester"), state="screening")
    client = signed_in(person)
    for _look in range(2):
        assert "1 request is open." in client.get(BOARD).content.decode()
        assert "Without an owner" in client.get("/intake/triage/").content.decode()
    assert "1 of 1 open request" not in client.get(FLOW).content.decode()
    move_request(asked, verb="refuse", by=person, at=timezone.now(), reason="Bought already.")
    assert "0 requests are open." in client.get(BOARD).content.decode()
    assert "No request is open" in client.get(FLOW).content.decode()
    assert "Without an owner" not in client.get("/intake/triage/").content.decode()
    other = factories.request("Of the north", by=person, state="screening")
    assert "Of the north" in client.get(BOARD).content.decode()
    RoleGrant.objects.filter(user=person).delete()
    assert client.get(BOARD).status_code == 403
    assert other.reference
