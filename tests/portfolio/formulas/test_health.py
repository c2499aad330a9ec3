"""Computed ratings: the bands as vectors, and what must hold for any facts."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.formulas.health import (
    DIMENSIONS,
    NO_FACTS,
    ORDER,
    Computed,
    Facts,
    RiskFacts,
    ScopeFacts,
    Thresholds,
    compute,
    compute_cost,
    compute_risk,
    compute_schedule,
    compute_scope,
    disagreements,
    worst,
)

DEFAULT = Thresholds()
# 1,000 days from start to finish: a percent is ten days.
PLAN = Facts(on=date(2026, 1, 1), planned_start_on=date(2025, 1, 1), planned_finish_on=date(2025, 1, 1) + timedelta(days=1000))


@pytest.mark.parametrize(
    ("slip", "expected"), [(-30, "green"), (0, "green"), (50, "green"), (51, "amber"), (100, "amber"), (101, "red")]
)
def test_schedule_is_rated_by_slip_in_percent_of_the_planned_duration(slip: int, expected: str) -> None:
    assert PLAN.planned_finish_on
    found = compute_schedule(replace(PLAN, forecast_finish_on=PLAN.planned_finish_on + timedelta(days=slip)), DEFAULT)
    assert found.rag == expected
    assert found.values["days"] == slip
    assert found.values["percent"] == f"{slip / 10:.1f}"


def test_schedule_without_planned_start_is_rated_in_days() -> None:
    facts = Facts(on=date(2026, 1, 1), planned_finish_on=date(2026, 6, 1))
    by_days = {7: "green", 8: "amber", 30: "amber", 31: "red"}
    for days, expected in by_days.items():
        found = compute_schedule(replace(facts, forecast_finish_on=date(2026, 6, 1) + timedelta(days=days)), DEFAULT)
        assert found.rag == expected, days
        assert "percent" not in found.values


def test_schedule_whose_finish_has_passed_is_never_green_and_counts_to_today() -> None:
    assert PLAN.planned_finish_on
    day_after = replace(PLAN, on=PLAN.planned_finish_on + timedelta(days=1))
    assert compute_schedule(day_after, DEFAULT) == Computed(
        "amber",
        "finish_passed",
        {"days": 1, "finish": PLAN.planned_finish_on.isoformat(), "planned": PLAN.planned_finish_on.isoformat()}
        | {"percent": "0.1", "late": 1},
    )
    assert compute_schedule(replace(PLAN, on=PLAN.planned_finish_on + timedelta(days=101)), DEFAULT).rag == "red"


def test_schedule_with_an_overdue_milestone_is_never_green() -> None:
    found = compute_schedule(replace(PLAN, milestones_overdue=(date(2025, 12, 30), date(2025, 12, 1))), DEFAULT)
    assert (found.rag, found.code, found.values) == ("amber", "milestones_overdue", {"count": 2, "days": 31})
    assert compute_schedule(replace(PLAN, milestones_overdue=(date(2025, 9, 22),)), DEFAULT).rag == "red"


def test_schedule_of_finished_work_is_complete() -> None:
    assert compute_schedule(replace(PLAN, actual_finish_on=date(2025, 12, 1)), DEFAULT).rag == "blue"


@pytest.mark.parametrize(
    ("forecast", "expected"), [(90, "green"), (105, "green"), ("105.01", "amber"), (110, "amber"), (111, "red")]
)
def test_cost_is_rated_by_forecast_over_budget(forecast: object, expected: str) -> None:
    facts = Facts(on=date(2026, 1, 1), budget=Decimal(100), forecast=Decimal(str(forecast)))
    assert compute_cost(facts, DEFAULT).rag == expected


def test_cost_falls_back_to_the_financial_year() -> None:
    found = compute_cost(Facts(on=date(2026, 1, 1), year_budget=Decimal(200), year_forecast=Decimal(230)), DEFAULT)
    assert (found.rag, found.code, found.values["percent"]) == ("red", "year_variance", "15.0")


def test_cost_is_red_once_more_than_the_budget_is_spent() -> None:
    facts = Facts(on=date(2026, 1, 1), budget=Decimal(100), forecast=Decimal(100), spend=Decimal("100.01"))
    assert (compute_cost(facts, DEFAULT).rag, compute_cost(facts, DEFAULT).code) == ("red", "spend_over_budget")


def test_cost_without_a_budget_has_no_rating() -> None:
    assert compute_cost(Facts(on=date(2026, 1, 1), budget=Decimal(0), forecast=Decimal(5)), DEFAULT) == NO_FACTS


def test_thresholds_of_a_tier_are_used() -> None:
    strict = Thresholds(cost_green=Decimal(0), cost_amber=Decimal(1))
    assert compute_cost(Facts(on=date(2026, 1, 1), budget=Decimal(100), forecast=Decimal(102)), strict).rag == "red"


def test_overall_is_the_worst_of_the_known_and_grey_without_any() -> None:
    found = compute(replace(PLAN, budget=Decimal(100), forecast=Decimal(108)), DEFAULT)
    assert (found["schedule"].rag, found["cost"].rag, found["overall"].rag) == ("green", "amber", "amber")
    assert found["overall"].values == {"dimensions": "cost"}
    assert found["benefits"] == NO_FACTS
    assert compute(Facts(on=date(2026, 1, 1)), DEFAULT)["overall"] == Computed("grey", "no_data")


def test_overall_is_complete_when_closed() -> None:
    assert compute(replace(PLAN, is_closed=True, forecast=Decimal(500), budget=Decimal(1)), DEFAULT)["overall"].rag == "blue"


def test_registers_add_their_dimensions() -> None:
    found = compute(PLAN, DEFAULT, {"risk": Computed("red", "exposure")})
    assert found["risk"].rag == found["overall"].rag == "red"


def test_disagreement_needs_a_known_computed_rating() -> None:
    computed = {"overall": "amber", "schedule": "amber", "cost": "", "risk": "grey"}
    assert disagreements({"overall": "green", "schedule": "amber", "cost": "red", "risk": "red"}, computed) == {
        "overall": "differs"
    }


def test_overall_better_than_the_worst_declared_dimension_needs_a_reason() -> None:
    assert disagreements({"overall": "green", "benefits": "red"}, {"overall": "green"}) == {"overall": "better_than_worst"}
    assert disagreements({"overall": "red", "benefits": "amber"}, {"overall": "grey"}) == {}


days = st.dates(date(2020, 1, 1), date(2032, 12, 31))
amounts = st.decimals(Decimal(0), Decimal(10**12), places=2)
facts_strategy = st.builds(
    Facts,
    on=days,
    planned_start_on=st.none() | days,
    planned_finish_on=st.none() | days,
    forecast_finish_on=st.none() | days,
    actual_finish_on=st.none() | days,
    milestones_overdue=st.lists(st.dates(date(2019, 1, 1), date(2019, 12, 31)), max_size=3).map(tuple),
    budget=st.none() | amounts,
    forecast=st.none() | amounts,
    spend=st.none() | amounts,
)


@given(facts_strategy)
def test_overall_is_never_better_than_a_dimension(facts: Facts) -> None:
    found = compute(facts, DEFAULT)
    assert set(found) == {*DIMENSIONS, "overall"}
    known = [found[name].rag for name in DIMENSIONS if found[name].rag]
    assert found["overall"].rag == (worst(known) or "grey")
    for name in DIMENSIONS:
        assert found[name].rag in ("", *ORDER)


@given(facts_strategy, st.integers(1, 2000))
def test_a_later_forecast_never_improves_the_schedule(facts: Facts, more: int) -> None:
    if not facts.forecast_finish_on or not facts.planned_finish_on or facts.actual_finish_on:
        return
    later = replace(facts, forecast_finish_on=facts.forecast_finish_on + timedelta(days=more))
    # A passed forecast is amber at least; moving it into the future is allowed to help, that is what re-planning is for.
    if facts.forecast_finish_on >= facts.on:
        assert ORDER.index(compute_schedule(later, DEFAULT).rag) >= ORDER.index(compute_schedule(facts, DEFAULT).rag)


def test_overall_names_the_worst_only_where_something_is_bad() -> None:
    green = compute(Facts(on=date(2026, 1, 1), budget=Decimal(100), forecast=Decimal(100)), Thresholds())["overall"]
    assert (green.rag, green.code) == ("green", "none_worse")
    red = compute(Facts(on=date(2026, 1, 1), budget=Decimal(100), forecast=Decimal(150)), Thresholds())["overall"]
    assert (red.rag, red.code, red.values) == ("red", "worst", {"dimensions": "cost"})


@pytest.mark.parametrize(
    ("facts", "rating"),
    [
        (RiskFacts(), ""),
        (RiskFacts(rated=2), "green"),
        (RiskFacts(rated=2, red=1), "amber"),
        (RiskFacts(rated=2, red=1, unanswered=1), "red"),
        (RiskFacts(rated=2, overdue=1), "amber"),
        (RiskFacts(rated=2, exposure=Decimal(80), contingency=Decimal(100)), "green"),
        (RiskFacts(rated=2, exposure=Decimal("80.01"), contingency=Decimal(100)), "amber"),
        (RiskFacts(rated=2, exposure=Decimal(100), contingency=Decimal(100)), "amber"),
        (RiskFacts(rated=2, exposure=Decimal("100.01"), contingency=Decimal(100)), "red"),
        (RiskFacts(rated=2, exposure=Decimal(1), contingency=Decimal(0)), "red"),
        (RiskFacts(rated=2, exposure=Decimal(10**9)), "green"),
        (RiskFacts(rated=2, exposure=Decimal(0), contingency=Decimal(0)), "green"),
    ],
)
def test_risk_follows_bands_responses_reviews_and_contingency(facts, rating):
    assert compute_risk(facts, DEFAULT).rag == rating


def test_risk_follows_the_thresholds_of_the_tier():
    strict = Thresholds(exposure_green=Decimal(10), exposure_amber=Decimal(20))
    assert compute_risk(RiskFacts(rated=1, exposure=Decimal(21), contingency=Decimal(100)), strict).rag == "red"


def test_risk_counts_for_overall():
    found = compute(
        Facts(on=date(2026, 1, 1)), DEFAULT, {"risk": compute_risk(RiskFacts(rated=1, red=1, unanswered=1), DEFAULT)}
    )
    assert (found["risk"].rag, found["overall"].rag, found["overall"].values["dimensions"]) == ("red", "red", "risk")


@pytest.mark.parametrize(
    ("facts", "rating"),
    [
        (ScopeFacts(), ""),
        (ScopeFacts(approved=1), ""),  # nothing to measure by
        (ScopeFacts(approved=1, percent=Decimal(10)), "green"),
        (ScopeFacts(approved=1, percent=Decimal("10.01")), "amber"),
        (ScopeFacts(approved=2, percent=Decimal(-20)), "amber"),
        (ScopeFacts(approved=2, percent=Decimal(0), days_percent=Decimal("20.01")), "red"),
        (ScopeFacts(percent=Decimal(0), days_percent=Decimal(0)), ""),
        (ScopeFacts(late=1), "amber"),
        (ScopeFacts(approved=1, percent=Decimal(1), late=1), "amber"),
        (ScopeFacts(approved=1, percent=Decimal(30), late=1), "red"),
    ],
)
def test_scope_follows_all_changes_together(facts, rating):
    assert compute_scope(facts, DEFAULT).rag == rating


def test_scope_follows_the_thresholds_of_the_tier():
    strict = Thresholds(change_green=Decimal(1), change_amber=Decimal(2))
    assert compute_scope(ScopeFacts(approved=1, percent=Decimal(3)), strict).rag == "red"
