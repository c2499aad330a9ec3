"""The risk map through the API: the page's figures for the same reader, nothing confidential, the same cost at any size."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import money
from portfolio.actions.raid import edit_entry
from portfolio.models import Category, Project, RiskReading, SharedImpact
from tests import factories
from tests.portfolio.test_risk_map import rated

pytestmark = pytest.mark.django_db
API, PAGE = "/api/v1/portfolio/risk-matrix/", "/portfolio/risk-matrix/"
PARTS = ("", "exposure/", "over-time/", "shared/")


def told(client, address=""):
    answer = client.get(f"{API}{address}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def plain(client, address=""):
    return re.sub(r"\s+", " ", client.get(f"{PAGE}{address}").content.decode())


@pytest.mark.parametrize("role", ["pmo_head", "project_manager"])
def test_the_matrix_is_the_one_of_the_page(cast, signed_in, role):
    category = Category.objects.create(name="Technical", appetite=4)
    for project, likelihood, title in ((cast.own, 4, "Ground"), (cast.own, 2, "Wind"), (cast.other, 4, "Sea")):
        rated(project, likelihood, 5, title, category=category, impact_likely=Decimal(1000), owner=cast.pmo_analyst)
    rated(cast.own, 2, 2, sign="opportunity")
    factories.entry("risk", cast.own, "Not rated")
    client = signed_in(getattr(cast, role))
    found, page = told(client), plain(client)
    assert found["finding"] in page
    threats = 3 if role == "pmo_head" else 2
    assert sum(cell["count"] for cell in found["cells"] if cell["sign"] == "threat" and cell["likelihood"]) == threats
    worst = found["cells"][0]
    assert (worst["likelihood"], worst["impact"], worst["count"], worst["band"]) == (4, 5, threats - 1, "high")
    assert f"Likely, Very high: {threats - 1} (High)" in page
    assert (found["unrated"], "1 is not rated and in no cell" in page) == (1, True)
    assert found["breach_count"] == threats == len(found["breaches"])
    for line in found["top"]:
        assert line["title"] in page
        assert line["owner"] == "Pmo Analyst"
        assert line["scope"] in page
    assert f"{found['movement']['new']} new" in page
    narrow = told(client, f"?scope={cast.own.reference}&rating=inherent")
    assert (narrow["rating"], narrow["breach_count"]) == ("inherent", 2)


def test_movement_is_counted_from_the_day(cast, signed_in):
    entry = rated(cast.own, 2, 2, by=cast.project_manager)
    RiskReading.objects.filter(entry=entry).update(at=timezone.now() - timedelta(days=40))
    changes = {"current_likelihood": 5, "current_impact": 5}
    edit_entry(entry, changes=changes, version=entry.version, by=cast.project_manager, at=timezone.now())
    client = signed_in(cast.pmo_head)
    found = told(client)
    assert found["moves"] == [{"sign": "threat", "start": [2, 2], "end": [5, 5], "count": 1}]
    assert found["movement"] == {"raised": 1, "lowered": 0, "new": 0, "closed": 0}
    long_ago = (timezone.localdate() - timedelta(days=60)).isoformat()
    assert told(client, f"?since={long_ago}")["movement"]["new"] == 1
    assert told(client, f"?since={long_ago}")["since"] == long_ago


def test_exposure_is_held_against_contingency_as_on_the_page(cast, signed_in):
    Project.objects.filter(pk=cast.own.pk).update(contingency=Decimal(300))
    rated(cast.own, 4, 5, probability=Decimal(50), impact_likely=Decimal(1000))
    rated(cast.own, 4, 5)
    client = signed_in(cast.project_manager)
    found, page = told(client, "exposure/"), plain(client, "exposure/")
    assert found["finding"] in page
    [total] = found["totals"]
    assert (total["net"], total["loss"], total["contingency"], total["short"]) == ("-500.00", "500.00", "300.00", "200.00")
    assert (total["count"], total["stated"], total["left_out"]) == (2, 1, 1)
    assert money.short(Decimal(total["loss"]), total["currency"]) in page
    assert [line["name"] for line in found["by_programme"]] == ["No programme"]
    assert [line["name"] for line in found["by_category"]] == ["No category"]


def test_months_and_shared_risks(cast, signed_in):
    entry = rated(cast.own, 4, 4, "Steel", impact_likely=Decimal(1000), probability=Decimal(50))
    for project in (cast.other, cast.confidential):
        SharedImpact.objects.create(entry=entry, project=project, impact=4, impact_likely=Decimal(70))
    client = signed_in(cast.pmo_head)
    months = told(client, "over-time/")["months"]
    assert len(months) == 13
    assert (months[0]["threats"], months[-1]["threats"], months[-1]["opportunities"]) == (0, 1, 0)
    assert months[-1]["exposure"] == [{"currency": "GBP", "net": "-500.00"}]
    assert months[0]["label"] in plain(client, "over-time/")
    shared = told(client, "shared/")
    assert (shared["count"], shared["risks"][0]["title"]) == (1, "Steel")
    assert shared["risks"][0]["projects"] == [
        {"project": cast.other.reference, "title": "Other project", "impact": 4, "impact_likely": "70.00"}
    ]


@pytest.mark.parametrize("role", ["pmo_head", "administrator", "auditor", "project_manager", "sponsor", "stranger"])
def test_what_is_confidential_leaves_no_trace(cast, signed_in, role):
    category = Category.objects.create(name="Technical", appetite=4)
    secret = rated(
        cast.other, 5, 5, "Quiet canary", category=category, impact_likely=Decimal(777_000), is_confidential=True,
        by=cast.director,
    )  # fmt: skip
    rated(cast.confidential, 5, 5, "Hidden canary", impact_likely=Decimal(888_000))
    SharedImpact.objects.create(entry=secret, project=cast.own, impact=5)
    client = signed_in(getattr(cast, role))
    for part in PARTS:
        text = client.get(f"{API}{part}").content.decode()
        assert "canary" not in text.lower(), part
        assert not any(reference in text for reference in (secret.reference, cast.confidential.reference))
        assert '"GBP"' not in text
        assert client.get(f"{API}{part}?scope={cast.confidential.reference}").status_code == 404
    found = told(client)
    assert (found["cells"], found["top"], found["breach_count"]) == ([], [], 0)
    assert "Quiet canary" in signed_in(cast.director).get(API).content.decode()


def test_what_does_not_fit_is_said(cast, signed_in):
    client = signed_in(cast.project_manager)
    for part in PARTS:
        assert client.get(f"{API}{part}?scope={cast.other.reference}").status_code == 404
        assert client.get(f"{API}{part}?scope=nonsense").status_code == 404
    for query, field in (("rating=worst", "rating"), ("since=x", "since"), (f"scope={'x' * 50}", "scope")):
        answer = client.get(f"{API}?{query}")
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, field)


def test_queries_do_not_grow_with_rows(cast, signed_in):
    client = signed_in(cast.pmo_head)
    category = Category.objects.create(name="Technical", appetite=4)
    programme = factories.programme("Bridges")

    def grow(count):
        for number in range(count):
            of = factories.project(programme=programme)
            entry = rated(
                of, 1 + number % 5, 5, category=category, impact_likely=Decimal(5), owner=factories.user("pmo_analyst")
            )
            SharedImpact.objects.create(entry=entry, project=cast.own, impact=4)

    def cost(part):
        client.get(f"{API}{part}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{API}{part}")
        return len(queries)

    grow(3)
    few = [cost(part) for part in PARTS]
    grow(12)
    assert [cost(part) for part in PARTS] == few
    assert max(few) <= 15
