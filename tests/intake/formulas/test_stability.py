"""Rank stability, held against ranking again by brute force in exact fractions."""

import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from intake.formulas.ranking import Policy, fits
from intake.formulas.stability import Stability, funded_stability, top_stability

NAN = float("nan")
# Points, or None where the criterion is left out for the request.
Table = list[list[int | None]]
CRITERIA = ["c0", "c1", "c2"]
# Far below the distance of any two crossings of small whole numbers, far above rounding.
HAIR = Fraction(1, 10**9)


def as_array(table: Table) -> np.ndarray:
    return np.array([[NAN if cell is None else float(cell) for cell in row] for row in table]).reshape(len(table), 3)


def order_at(table: Table, weights: Sequence[int], column: int, at: Fraction) -> list[int]:
    """The order with one weight moved and the others in their proportions, by exact arithmetic."""
    others = sum(weights) - weights[column]
    moved = [at if c == column else (1 - at) * Fraction(w, others) for c, w in enumerate(weights)]
    scores = []
    for row in table:
        total = sum(w for w, cell in zip(moved, row, strict=True) if cell is not None)
        summed = sum(w * cell for w, cell in zip(moved, row, strict=True) if cell is not None)
        scores.append(summed / total if total else Fraction(-1))
    return sorted(range(len(table)), key=lambda number: (-scores[number], number))


def check(found: Stability, table: Table, weights: Sequence[int], choose: Callable[[list[int]], set[int]]) -> None:
    """Inside an interval the set stays; a hair past a bound it is another, by exactly the requests named."""
    chosen = set(found.chosen)
    for column, interval in enumerate(found.intervals):
        present = Fraction(weights[column], sum(weights))
        if present == 1:
            assert (interval.low, interval.high, interval.below, interval.above) == (0, 1, None, None)
            continue
        low, high = Fraction(interval.low), Fraction(interval.high)
        assert low - HAIR <= present <= high + HAIR
        # A hair beside: where several lines meet in one point the order of the rows decides, there and only there.
        inside = [low + (high - low) * Fraction(part, 20) + HAIR for part in range(1, 20)]
        samples = [low + HAIR, high - HAIR, present, *inside]
        for at in samples:
            if low < at < high and 0 < at < 1:
                assert choose(order_at(table, weights, column, at)) == chosen, (interval, float(at))
        for swap, at, end in (
            (interval.below, low - HAIR, interval.low == 0),
            (interval.above, high + HAIR, interval.high == 1),
        ):
            if swap is None:
                assert end
                continue
            after = choose(order_at(table, weights, column, at))
            assert set(swap.leaves) == chosen - after
            assert set(swap.enters) == after - chosen
            assert swap.leaves or swap.enters


CELLS = st.integers(0, 10)
FULL = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=7)
# What is ranked has a score: the first criterion is always answered, and `has_scores` asks for its weight.
GAPPED = st.lists(st.tuples(CELLS, st.none() | CELLS, st.none() | CELLS).map(list), min_size=1, max_size=6)
WEIGHTS = st.lists(st.integers(0, 6), min_size=3, max_size=3).filter(any)


def has_scores(table: Table, weights: Sequence[int]) -> bool:
    return all(any(w and cell is not None for w, cell in zip(weights, row, strict=True)) for row in table)


def test_interval_in_closed_form_names_who_swaps() -> None:
    """Weights 0.5 and 0.5: a 8, 2 = 5; b 2, 6 = 4. They meet at 8t + 2(1 - t) = 2t + 6(1 - t), t = 0.4."""
    found = top_stability(np.array([[8.0, 2], [2, 6]]), [50, 50], top=1, keys=["a", "b"], criteria=["fit", "risk"])
    assert found.chosen == ("a",)
    fit, risk = found.intervals
    assert (fit.weight, fit.low, fit.high) == pytest.approx((0.5, 0.4, 1))
    assert fit.above is None
    assert fit.below is not None
    assert (fit.below.overtaken, fit.below.overtaking) == ("a", "b")
    assert (fit.below.leaves, fit.below.enters) == (("a",), ("b",))
    assert (risk.low, risk.high) == pytest.approx((0, 0.6))
    assert fit.margin == pytest.approx(0.1)
    assert found.tightest in (fit, risk)


def test_who_is_best_in_everything_never_loses() -> None:
    found = top_stability(np.array([[9.0, 9], [1, 1]]), [1, 3], top=1, keys=[1, 2], criteria=["x", "y"])
    assert [(interval.low, interval.high, interval.margin) for interval in found.intervals] == [(0, 1, None), (0, 1, None)]
    assert found.tightest is None


def test_tie_at_the_line_has_no_room_on_one_side() -> None:
    found = top_stability(np.array([[8.0, 2], [2, 8]]), [1, 1], top=1, keys=["a", "b"], criteria=["x", "y"])
    x, y = found.intervals
    assert (x.low, x.high) == (0.5, 1)
    assert (y.low, y.high) == (0, 0.5)
    assert x.margin == 0


def test_must_dos_take_up_places_and_never_leave() -> None:
    points = np.array([[1.0, 1], [8, 2], [2, 6]])
    found = top_stability(points, [1, 1], top=2, keys=["must", "a", "b"], criteria=["x", "y"], must_do={"must"})
    assert found.chosen == ("must", "a")
    assert found.intervals[0].low == pytest.approx(0.4)
    alone = top_stability(points, [1, 1], top=1, keys=["must", "a", "b"], criteria=["x", "y"], must_do={"must"})
    assert (alone.chosen, alone.tightest) == (("must",), None)


def test_all_weight_on_one_criterion_cannot_be_moved() -> None:
    found = top_stability(np.array([[8.0, 2], [2, 6]]), [1, 0], top=1, keys=["a", "b"], criteria=["x", "y"])
    assert (found.intervals[0].low, found.intervals[0].high) == (0, 1)
    # 8 (1 - t) + 2 t = 2 (1 - t) + 6 t
    assert found.intervals[1].high == pytest.approx(0.6)


def test_shapes_and_weights_must_fit() -> None:
    with pytest.raises(ValueError, match="points"):
        top_stability(np.ones((2, 2)), [1], top=1, keys=["a", "b"], criteria=["x"])
    with pytest.raises(ValueError, match="without a score"):
        top_stability(np.full((1, 2), NAN), [1, 1], top=1, keys=["a"], criteria=["x", "y"])
    with pytest.raises(ValueError, match="weights"):
        top_stability(np.ones((2, 1)), [0], top=1, keys=["a", "b"], criteria=["x"])
    with pytest.raises(ValueError, match="cost"):
        funded_stability(np.ones((1, 1)), [1], costs=[], line=Decimal(1), policy="stop", keys=["a"], criteria=["x"])


def test_small_request_that_moves_up_to_the_line_is_named() -> None:
    """40 are left behind a; b (50) does not fit; c (30) would, once it stands before b."""
    points = np.array([[9.0, 9], [6, 2], [2, 5]])
    costs = [Decimal(60), Decimal(50), Decimal(30)]
    keys = ["a", "b", "c"]
    stopped = funded_stability(points, [1, 1], costs=costs, line=Decimal(100), policy="stop", keys=keys, criteria=["x", "y"])
    assert stopped.chosen == ("a",)
    x = stopped.intervals[0]
    # 6 t + 2 (1 - t) = 2 t + 5 (1 - t)
    assert x.low == pytest.approx(3 / 7)
    assert x.below is not None
    assert (x.below.overtaken, x.below.overtaking, x.below.leaves, x.below.enters) == ("b", "c", (), ("c",))
    skipped = funded_stability(points, [1, 1], costs=costs, line=Decimal(100), policy="skip", keys=keys, criteria=["x", "y"])
    assert (skipped.chosen, skipped.tightest) == (("a", "c"), None)


@settings(max_examples=100)
@given(FULL | GAPPED, WEIGHTS, st.integers(0, 5))
def test_top_holds_against_ranking_again(table: Table, weights: list[int], top: int) -> None:
    assume(has_scores(table, weights))
    found = top_stability(as_array(table), weights, top=top, keys=list(range(len(table))), criteria=CRITERIA)
    check(found, table, weights, lambda order: set(order[:top]))


@settings(max_examples=100)
@given(FULL | GAPPED, WEIGHTS, st.lists(st.integers(0, 9), min_size=7, max_size=7), st.integers(0, 30), st.data())
def test_funded_holds_against_ranking_again(
    table: Table, weights: list[int], costs: list[int], line: int, data: st.DataObject
) -> None:
    assume(has_scores(table, weights))
    policy: Policy = data.draw(st.sampled_from(["stop", "skip"]))
    costs = costs[: len(table)]

    def choose(order: list[int]) -> set[int]:
        reached = fits([costs[number] for number in order], line, policy)
        return {number for number, is_in in zip(order, reached, strict=True) if is_in}

    found = funded_stability(
        as_array(table),
        weights,
        costs=[Decimal(cost) for cost in costs],
        line=Decimal(line),
        policy=policy,
        keys=list(range(len(table))),
        criteria=CRITERIA,
    )
    check(found, table, weights, choose)


@pytest.mark.parametrize(
    ("table", "costs", "line", "leaves", "enters"),
    [
        # At a third c meets a and b at once; behind a half a and b would stand after d.
        ([[0, 0, 1], [0, 1, 0], [0, 1, 0], [0, 0, 2]], [1, 1, 1, 3], 4, {0, 2}, {3}),
        ([[0, 0, 2], [0, 1, 2], [0, 0, 4], [0, 1, 1]], [1, 9, 1, 8], 9, {1}, {2, 3}),
    ],
)
def test_who_leaves_is_read_just_behind_the_bound(
    table: Table, costs: list[int], line: int, leaves: set[int], enters: set[int]
) -> None:
    """Found by trying at random: half way to the next bound, those that stay had changed their order."""
    amounts, keys = [Decimal(cost) for cost in costs], list(range(len(table)))
    found = funded_stability(
        as_array(table), [0, 1, 0], costs=amounts, line=Decimal(line), policy="skip", keys=keys, criteria=CRITERIA
    )
    above = found.intervals[2].above
    assert above is not None
    assert (set(above.leaves), set(above.enters)) == (leaves, enters)


def test_two_thousand_requests_are_answered_at_once() -> None:
    """The top 100 of 2,000 with 10 criteria, and the funded of 200."""
    random = np.random.default_rng(5)
    points = random.integers(0, 11, (2000, 10)).astype(float)
    keys, criteria = list(range(2000)), [f"c{number}" for number in range(10)]
    begin = time.process_time()
    found = top_stability(points, [1.0] * 10, top=100, keys=keys, criteria=criteria)
    assert len(found.chosen) == 100
    costs = [Decimal(int(amount)) for amount in random.integers(50, 900, 200)]
    for policy in ("stop", "skip"):
        funded_stability(
            points[:200], [1.0] * 10, costs=costs, line=Decimal(9000), policy=policy, keys=keys[:200], criteria=criteria
        )
    assert time.process_time() - begin < 2
