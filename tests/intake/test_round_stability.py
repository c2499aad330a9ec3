"""How far a weight can move before the choice changes, on the page of a round."""

import pytest
from django.test import Client
from django.utils import timezone

from intake.actions.rounds import create_round, gather_requests
from intake.actions.scores import rescore
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


def test_a_round_without_a_model_says_so(cast: Cast) -> None:
    chosen = create_round(values={"name": "Fund", "currency": "GBP", "funding": None, "cut": "stop"})
    client = Client()
    client.force_login(cast.pmo_head, backend="django.contrib.auth.backends.ModelBackend")
    assert "has no scoring model" in client.get(f"/intake/rounds/{chosen.pk}/stability/").content.decode()
