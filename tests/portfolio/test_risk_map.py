"""Seeing risk: counts, movement, exposure, months, shared risks; what is confidential is in none of them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portfolio.actions.raid import edit_entry
from portfolio.actions.risks import current_scale
from portfolio.formulas.exposure import Effect, exposure_of
from portfolio.models import Category, RiskReading, SharedImpact
from portfolio.models.risk_figures import risks_of, with_exposure, within
from tests import factories

pytestmark = pytest.mark.django_db
MATRIX = "/portfolio/risk-matrix/"


def rated(scope: Any, likelihood: int, impact: int, title: str = "", **values: Any) -> Any:
    """A rated risk."""
    return factories.entry("risk", scope, title, current_likelihood=likelihood, current_impact=impact, **values)


def cell(page: str, words: str) -> bool:
    """Whether the matrix says this of one of its cells."""
    return words in page


def test_matrix_counts_open_risks_of_the_scope(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    for _number in range(3):
        rated(cast.own, 4, 5)
    rated(cast.other, 4, 5)
    rated(cast.own, 2, 2, sign="opportunity")
    client: Client = signed_in(cast.pmo_head)
    page = client.get(MATRIX).content.decode()
    assert "Likely, Very high: 4 (High)" in page
    assert "Unlikely, Low: 1 (Low)" in page
    page = client.get(f"{MATRIX}?scope={cast.own.reference}").content.decode()
    assert "Likely, Very high: 3 (High)" in page
    assert "3 of 3 open threats are rated high" in page
    assert f"/portfolio/risks/?project={cast.own.reference}&amp;sign=threat&amp;likelihood=4&amp;impact=5" in page


def test_matrix_and_register_count_the_same(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    rated(cast.own, 4, 5)
    rated(cast.own, 4, 5)
    rated(cast.own, 1, 1)
    client = signed_in(cast.pmo_head)
    answer = client.get(f"/portfolio/risks/?project={cast.own.reference}&sign=threat&likelihood=4&impact=5")
    assert answer.context["page"].paginator.count == 2


def test_others_confidential_risks_are_in_no_figure(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    category = Category.objects.create(name="Technical", appetite=4)
    secret = rated(
        cast.other,
        5,
        5,
        "Quiet canary",
        category=category,
        impact_likely=Decimal(777_000),
        is_confidential=True,
        by=cast.director,
    )
    rated(cast.confidential, 5, 5, "Hidden canary", impact_likely=Decimal(888_000))
    SharedImpact.objects.create(entry=secret, project=cast.own, impact=5)
    client = signed_in(cast.pmo_head)
    for path in ("", "exposure/", "over-time/", "shared/"):
        page = client.get(MATRIX + path).content.decode()
        assert "canary" not in page.lower()
        assert "£" not in page.split("<main", 1)[1]
    assert "No open risk" in client.get(MATRIX).content.decode()
    page = signed_in(cast.director).get(MATRIX).content.decode()
    assert "Very likely, Very high: 2 (High)" in page
    assert "Quiet canary" in page


def test_unseen_scope_is_not_found(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(cast.project_manager)
    for path in ("", "exposure/", "over-time/", "shared/"):
        assert client.get(f"{MATRIX}{path}?scope={cast.other.reference}").status_code == 404
        assert client.get(f"{MATRIX}{path}?scope={cast.own.reference}").status_code == 200
        assert client.get(f"{MATRIX}{path}?scope=nonsense").status_code == 404


def test_movement_since_a_day(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    entry = rated(cast.own, 2, 2, by=cast.project_manager)
    long_ago = timezone.now() - timedelta(days=60)
    RiskReading.objects.filter(entry=entry).update(at=long_ago)
    edit_entry(
        entry,
        changes={"current_likelihood": 4, "current_impact": 4},
        version=entry.version,
        by=cast.project_manager,
        at=timezone.now(),
    )
    client = signed_in(cast.pmo_head)
    page = client.get(MATRIX).content.decode()
    assert "1 rated higher" in page
    since = (timezone.localdate() - timedelta(days=90)).isoformat()
    page = client.get(f"{MATRIX}?since={since}").content.decode()
    assert "0 rated higher" in page
    assert "1 new" in page
    assert client.get(f"{MATRIX}?since=2026-99-99").status_code == 200


def test_breaches_follow_the_appetite_of_the_category_above(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    above = Category.objects.create(name="Commercial", appetite=9)
    category = Category.objects.create(name="Suppliers", parent=above)
    rated(cast.own, 2, 5, "Over the line", category=category)
    rated(cast.own, 3, 3, "On the line", category=category)
    rated(cast.own, 5, 5, "Lucky break", category=category, sign="opportunity")
    page = signed_in(cast.pmo_head).get(MATRIX).content.decode().split("Above the appetite", 1)[1]
    assert "Over the line" in page
    assert "On the line" not in page
    assert "Lucky break" not in page
    other = signed_in(cast.pmo_head).get(f"{MATRIX}?rating=inherent").content.decode().split("Above the appetite", 1)[1]
    assert "Over the line" in other


def test_exposure_in_sql_is_that_of_the_formula(cast) -> None:  # type: ignore[no-untyped-def]
    scale = current_scale()
    cases = [
        {"probability": Decimal("37.5"), "impact_low": Decimal(10), "impact_likely": Decimal(70), "impact_high": Decimal(100)},
        {"current_likelihood": 4, "current_impact": 1, "impact_likely": Decimal(333)},
        {"sign": "opportunity", "probability": Decimal(80), "impact_likely": Decimal(50)},
        {"probability": Decimal(80)},
    ]
    effect = {"probability_effect": Decimal(45), "impact_effect": Decimal(20)}
    for values in cases:
        risk = factories.entry("risk", cast.own, **values)
        factories.entry("action", cast.own, about=risk, **effect)
        done = factories.entry("action", cast.own, about=risk, **effect)
        done.is_open, done.closed_on, done.status = False, timezone.localdate(), "done"
        done.save()
    for entry in with_exposure(risks_of(cast.pmo_head, within(cast.own)), scale).select_related("risk"):
        risk, likely = entry.risk, None
        if risk.impact_likely is not None:
            low, high = risk.impact_low, risk.impact_high
            likely = (
                (low if low is not None else risk.impact_likely)
                + risk.impact_likely
                + (high if high is not None else risk.impact_likely)
            ) / 3
        probability = risk.probability if risk.probability is not None else scale.middle(risk.current_likelihood)
        expected = exposure_of(risk.sign, probability, likely, [Effect(Decimal(45), Decimal(20))])
        if expected is None:
            assert entry.exposure is None
            assert entry.exposure_after is None
        else:
            assert entry.exposure == pytest.approx(expected.now, abs=Decimal("0.001"))
            assert entry.exposure_after == pytest.approx(expected.after, abs=Decimal("0.001"))


def test_exposure_is_held_against_contingency(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    programme = factories.programme("Bridges")
    project = factories.project("Bridge", programme=programme, contingency=Decimal(10_000))
    factories.entry("risk", project, probability=Decimal(50), impact_likely=Decimal(100_000), current_impact=3)
    page = signed_in(cast.pmo_head).get(f"{MATRIX}exposure/").content.decode()
    assert "more than the contingency of £10k" in page
    assert "Bridges" in page
    assert "−£50k" in page or "-£50k" in page


def test_months_count_what_was_open_then(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    entry = rated(cast.own, 2, 2)
    RiskReading.objects.filter(entry=entry).delete()
    now = timezone.now()
    RiskReading.objects.create(entry=entry, at=now - timedelta(days=200), is_open=True, exposure=Decimal(-500))
    RiskReading.objects.create(entry=entry, at=now - timedelta(days=100), is_open=False, exposure=Decimal(-500))
    chart = signed_in(cast.pmo_head).get(f"{MATRIX}over-time/").context["chart"]
    counts = [row[1] for row in chart.rows]
    assert counts[0] == "0"
    assert counts[-1] == "0"
    assert "1" in counts


def test_shared_map_names_seen_projects_only(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    programme = factories.programme("Bridges")
    entry = rated(programme, 3, 4, "Steel price")
    for project in (cast.own, cast.confidential):
        SharedImpact.objects.create(entry=entry, project=project, impact=4)
    page = signed_in(cast.pmo_head).get(f"{MATRIX}shared/").content.decode()
    assert cast.own.title in page
    assert "Zanzibar" not in page
    assert cast.confidential.reference not in page


@pytest.mark.parametrize("path", ["", "exposure/", "over-time/", "shared/"])
def test_queries_do_not_grow_with_rows(path: str, cast, signed_in, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(cast.pmo_head)
    category = Category.objects.create(name="Technical", appetite=4)
    programme = factories.programme("Bridges")
    for number in range(12):
        entry = rated(factories.project(programme=programme), 1 + number % 5, 5, category=category, impact_likely=Decimal(5))
        SharedImpact.objects.create(entry=entry, project=cast.own, impact=4)
    client.get(MATRIX + path)
    with django_assert_max_num_queries(15):
        client.get(MATRIX + path)
