"""How far a weight can move before the choice changes, on the page of a round."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from intake.actions.rounds import create_round, gather_requests, rank_entry
from intake.actions.scores import rescore
from intake.models import SelectionRound
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_page_names_the_pair_that_changes_places(cast: Cast) -> None:
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
    client = Client()
    client.force_login(cast.pmo_head, backend="django.contrib.auth.backends.ModelBackend")
    body = client.get(f"/intake/rounds/{chosen.pk}/stability/").content.decode()
    # 10 f against 10 (1 - f): they meet at a half.
    assert "Below 50%" in body
    assert "“Bridge”" in body
    assert "Zanzibar" not in body
    assert "confidential request" in body
    assert "1 request is left out" in body
    assert "How stable?" in client.get(f"/intake/rounds/{chosen.pk}/").content.decode()
    assert "given by hand" not in body
    first = chosen.entries.get(request=asked[0])
    rank_entry(first, position=3, reason="The bridge closes in May", version=SelectionRound.objects.get(pk=chosen.pk).version)
    moved = client.get(f"/intake/rounds/{chosen.pk}/stability/").content.decode()
    assert "1 place given by hand is not part of this" in moved
    assert "whatever the weights: “Bridge”." in moved
    assert client.get(f"/api/v1/intake/rounds/{chosen.pk}/stability/").json()["by_hand"] == ["Bridge"]


def test_a_round_without_a_model_says_so(cast: Cast) -> None:
    chosen = create_round(values={"name": "Fund", "currency": "GBP", "funding": None, "cut": "stop"})
    client = Client()
    client.force_login(cast.pmo_head, backend="django.contrib.auth.backends.ModelBackend")
    assert "has no scoring model" in client.get(f"/intake/rounds/{chosen.pk}/stability/").content.decode()


def test_another_method_is_asked_too(cast: Cast, signed_in: Any) -> None:
    """Bridge has the higher mean (5.0 against 4.5), Tunnel stays further from the worst of both: TOPSIS chooses Tunnel."""
    version = factories.scoring_version({"fit": 50, "cost": 50})
    points = {"Bridge": (10, 0), "Tunnel": (5, 4), "Ferry": (1, 5), "Zanzibar canal": (1, 4)}
    asked = [
        factories.request(title, state="ready", estimated_cost=100, is_confidential=title.startswith("Zanzibar"))
        for title in points
    ]
    for one, (fit, cost) in zip(asked, points.values(), strict=True):
        factories.assessment(one, version, by=cast.pmo_head, scores=[{"fit": fit, "cost": cost}])
    rescore(version, at=timezone.now())
    chosen = create_round(values={"name": "Fund", "currency": "GBP", "funding": 100, "cut": "stop", "model_version": version})
    gather_requests(chosen, requests=asked)
    client = signed_in(cast.pmo_head)
    body = client.get(f"/intake/rounds/{chosen.pk}/stability/").content.decode()
    assert "TOPSIS would choose 1 other request instead of 1 of the chosen" in body
    opinion = client.get(f"/api/v1/intake/rounds/{chosen.pk}/stability/").json()["opinion"]
    assert [(row["name"], row["place"], row["other_place"], row["chosen"], row["other_chosen"]) for row in opinion["rows"]] == [
        ("Bridge", 1, 2, True, False),
        ("Tunnel", 2, 1, False, True),
    ]
    assert all(f"{row['closeness']:.3f}" in body for row in opinion["rows"])
    assert "Zanzibar" not in body
