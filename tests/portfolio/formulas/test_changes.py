"""Routes, votes, cumulative change and the bridge: worked vectors, and what must hold whatever the numbers are."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.formulas.changes import (
    Approved,
    Size,
    approved_of,
    budget_bridge,
    cumulative,
    first_route,
    size_of,
    tally,
)

D = Decimal


@dataclass(frozen=True)
class Route:
    position: int
    most_percent: Decimal | None
    most_days: int | None


SMALL, MEDIUM, LARGE = Route(1, D(2), 10), Route(2, D(10), 60), Route(3, None, None)
ROUTES = [LARGE, SMALL, MEDIUM]  # the order they come in does not matter


@pytest.mark.parametrize(
    ("cost", "days", "budget", "taken"),
    [
        (D(0), 0, D(1000), SMALL),
        (D(20), 10, D(1000), SMALL),  # limits are included
        (D(-20), -10, D(1000), SMALL),  # and are sizes without sign
        (D("20.01"), 0, D(1000), MEDIUM),
        (D(20), 11, D(1000), MEDIUM),
        (D(100), 60, D(1000), MEDIUM),
        (D(100), 61, D(1000), LARGE),
        (D("-100.01"), 0, D(1000), LARGE),
        (D(1), 0, None, LARGE),  # no budget: only a route without a limit in percent
        (D(1), 0, D(0), LARGE),
        (None, 5, None, SMALL),  # it costs nothing: nothing to measure
        (None, None, None, SMALL),
    ],
)
def test_a_change_takes_the_first_route_within_whose_limits_it_lies(cost, days, budget, taken) -> None:  # type: ignore[no-untyped-def]
    assert first_route(ROUTES, size_of(cost, days, budget)) is taken


def test_no_route_takes_what_is_above_all_limits() -> None:
    assert first_route([SMALL, MEDIUM], Size(D(11), 0)) is None
    assert first_route([], Size(D(0), 0)) is None


@pytest.mark.parametrize(
    ("choices", "quorum", "result", "missing"),
    [
        ("", 1, "", 1),
        ("a", 1, "approve", 0),
        ("r", 1, "reject", 0),
        ("aa", 3, "", 1),
        ("aar", 3, "approve", 0),
        ("arr", 3, "reject", 0),
        ("aax", 3, "approve", 0),  # an abstention counts towards the quorum
        ("axx", 3, "approve", 0),
        ("xxx", 3, "", 0),  # nobody is for or against: open
        ("arx", 3, "", 0),  # a tie rejects nothing
        ("aarr", 3, "", 0),
        ("aarrr", 3, "reject", 0),
    ],
)
def test_the_majority_decides_once_the_quorum_is_there(choices: str, quorum: int, result: str, missing: int) -> None:
    names = {"a": "approve", "r": "reject", "x": "abstain"}
    found = tally((names[letter] for letter in choices), quorum)
    assert (found.result, found.missing) == (result, missing)


@given(st.lists(st.sampled_from(["approve", "reject", "abstain"]), max_size=6), st.integers(1, 5))
def test_the_order_of_votes_does_not_matter(choices: list[str], quorum: int) -> None:
    assert len({tally(order, quorum) for order in permutations(choices)}) <= 1


def changed(cost: Decimal | int, days: int = 0, *, budget: Decimal | int | None = 1000, key: int = 0) -> Approved:
    finish = "2026-12-31"
    before = {"budget": None if budget is None else str(budget), "planned_finish_on": finish}
    return approved_of(key, f"CHG-{key}", D(cost), days, before)


def test_cumulative_change_against_the_first_approval() -> None:
    changes = [changed(100, 30), changed(-20, 10, budget=1100), changed(70, -5, budget=1080)]
    found = cumulative(changes, budget=D(1150), started_on=date(2026, 1, 1), finish_on=date(2027, 2, 4))
    assert (found.original_budget, found.cost, found.percent) == (D(1000), D(150), D(15))
    assert (found.original_finish, found.days, found.duration) == (date(2026, 12, 31), 35, 364)
    assert round(found.days_percent or 0, 2) == D("9.62")
    assert found.rating(D(10), D(20)) == "amber"
    assert found.rating(D(15), D(20)) == "green"
    assert found.rating(D(5), D(10)) == "red"


def test_a_project_without_changes_or_figures() -> None:
    none = cumulative([], budget=D(500), started_on=None, finish_on=None)
    assert (none.original_budget, none.cost, none.percent, none.days_percent) == (D(500), 0, 0, None)
    assert none.rating(D(10), D(20)) == "green"
    nothing = cumulative([changed(100, budget=None)], budget=None, started_on=None, finish_on=None)
    assert (nothing.cost, nothing.percent, nothing.rating(D(10), D(20))) == (0, None, "")
    assert budget_bridge([changed(100, budget=None)], budget=None, forecast=D(3)) is None


def test_the_bridge_names_the_largest_and_sums_the_rest() -> None:
    changes = [changed(cost, key=cost) for cost in (1, 90, 2, 80)]
    found = budget_bridge(changes, budget=D(1180), forecast=D(1200), shown=2)
    assert found is not None
    assert [key for key, _label, _amount in found.steps] == [90, 80]
    assert (found.rest, found.rest_count, found.unexplained, found.variance) == (D(3), 2, D(7), D(20))


amounts = st.decimals(-(10**12), 10**12, places=2, allow_nan=False, allow_infinity=False)


@given(st.lists(amounts, min_size=1, max_size=12), amounts, amounts, amounts)
def test_the_bridge_adds_up_to_the_cent(costs: list[Decimal], original: Decimal, by_hand: Decimal, forecast: Decimal) -> None:
    level, changes = original, []
    for number, cost in enumerate(costs):
        changes.append(changed(cost, budget=level, key=number))
        level += cost
    found = budget_bridge(changes, budget=level + by_hand, forecast=forecast)
    assert found is not None
    assert found.original == original
    assert found.original + found.changed + found.unexplained == found.budget == level + by_hand
    assert found.variance is not None
    assert found.budget + found.variance == forecast
    assert (found.changed, found.unexplained) == (sum(costs), by_hand)


@given(st.lists(st.tuples(amounts, st.integers(-4000, 4000)), max_size=5))
def test_the_sum_does_not_depend_on_the_order(moves: list[tuple[Decimal, int]]) -> None:
    def total(order: list[tuple[Decimal, int]]) -> tuple[Decimal, int]:
        found = cumulative([changed(cost, days) for cost, days in order], budget=D(1), started_on=None, finish_on=None)
        return found.cost, found.days

    assert total(moves) == total(moves[::-1]) == (sum(cost for cost, _days in moves), sum(days for _cost, days in moves))
