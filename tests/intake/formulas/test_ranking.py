"""The ranked list and its funding line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.formulas.ranking import Funding, Item, Policy, fits, fund, move, rank


def keys(items: list[Item]) -> list[object]:
    return [row.item.key for row in rank(items)]


def cost(key: str, amount: int | None, **more: object) -> Item:
    """Requests in the order in which they are written."""
    score = 1000.0 - ord(key[0])
    return Item(key, score, None if amount is None else Decimal(amount), **({"currency": "GBP"} | more))  # type: ignore[arg-type]


def states(funding: Funding) -> list[str]:
    return [row.state for row in funding.rows]


def test_equals_share_a_rank_and_the_next_is_skipped() -> None:
    found = rank([Item("a", 3), Item("b", 5), Item("c", 5 + 1e-9), Item("d", 7)])
    assert [(row.item.key, row.place, row.rank, row.is_tied) for row in found] == [
        ("d", 1, 1, False),
        ("b", 2, 2, True),
        ("c", 3, 2, True),
        ("a", 4, 4, False),
    ]


def test_must_do_first_unscored_after_scored_not_eligible_last() -> None:
    found = rank(
        [
            Item("none", None),
            Item("out", 9, is_eligible=False),
            Item("low", 1),
            Item("must", 0.5, must_do=True),
            Item("no", None),
        ]
    )
    assert [(row.item.key, row.rank) for row in found] == [("must", 1), ("low", 2), ("none", None), ("no", None), ("out", None)]


def test_must_do_does_not_tie_with_an_ordinary_one() -> None:
    assert [row.rank for row in rank([Item("a", 5), Item("b", 5, must_do=True)])] == [1, 2]


def test_pinned_stands_at_its_place_but_not_ahead_of_a_must_do() -> None:
    items = [Item("a", 9), Item("b", 8), Item("c", 7, pinned_at=1), Item("d", 6)]
    assert keys(items) == ["c", "a", "b", "d"]
    assert keys([*items, Item("must", 1, must_do=True)]) == ["must", "c", "a", "b", "d"]
    assert keys([Item("a", 9, pinned_at=99), Item("b", 8)]) == ["b", "a"]
    assert keys([Item("a", 9, pinned_at=3), Item("b", 8, pinned_at=3), Item("c", 1)]) == ["c", "b", "a"]
    unscored = rank([Item("a", 9), Item("b", None, pinned_at=1)])
    assert [(row.item.key, row.rank) for row in unscored] == [("b", 1), ("a", 2)]


def test_move_closes_up() -> None:
    assert move("abcd", "d", 2) == ("a", "d", "b", "c")
    assert move("abcd", "a", 3) == ("b", "c", "a", "d")
    assert move("abcd", "a", 99) == ("b", "c", "d", "a")
    assert move("abcd", "c", 0) == ("c", "a", "b", "d")
    with pytest.raises(ValueError):
        move("abcd", "e", 1)


def test_line_stops_at_the_first_that_does_not_fit_or_goes_on() -> None:
    items = [cost("a", 50), cost("b", 60), cost("c", 40), cost("d", 20)]
    stopped = fund(rank(items), {"GBP": Decimal(100)})
    assert states(stopped) == ["funded", "first_over", "over", "over"]
    assert [row.cumulative for row in stopped.rows] == [50, 110, 150, 170]
    assert [row.committed for row in stopped.rows] == [50, 50, 50, 50]
    line = stopped.lines[0]
    assert (line.committed, line.left, line.funded, line.asked) == (50, 50, 1, 170)
    assert (line.first_over, line.needs) == ("b", 10)
    skipped = fund(rank(items), {"GBP": Decimal(100)}, "skip")
    assert states(skipped) == ["funded", "first_over", "funded", "over"]
    assert (skipped.lines[0].committed, skipped.lines[0].left, skipped.lines[0].first_over) == (90, 10, "b")


def test_line_that_is_met_exactly_is_not_over() -> None:
    found = fund(rank([cost("a", 50), cost("b", 50), cost("c", 0)]), {"GBP": Decimal(100)})
    assert states(found) == ["funded", "funded", "funded"]
    assert (found.lines[0].first_over, found.lines[0].needs, found.lines[0].left) == (None, None, 0)


def test_currencies_are_held_against_their_own_lines() -> None:
    items = [cost("a", 50), cost("b", 90, currency="EUR"), cost("c", 60), cost("d", 5, currency="SEK")]
    found = fund(rank(items), {"GBP": Decimal(100), "EUR": Decimal(100)})
    assert states(found) == ["funded", "funded", "first_over", "no_line"]
    assert [(line.currency, line.committed, line.left) for line in found.lines] == [
        ("GBP", 50, 50),
        ("EUR", 90, 10),
        ("SEK", 0, None),
    ]


def test_must_dos_take_the_money_first_and_say_when_it_is_short() -> None:
    items = [cost("a", 80), cost("y", 30, must_do=True), cost("z", 90, must_do=True)]
    found = fund(rank(items), {"GBP": Decimal(100)})
    assert [(row.ranked.item.key, row.state, row.is_in) for row in found.rows] == [
        ("y", "funded", True),
        ("z", "must_do_over", True),
        ("a", "first_over", False),
    ]
    assert found.lines[0].left == -20
    assert found.lines[0].needs == 100


def test_unknown_costs_and_not_eligible_are_not_in_and_stop_nothing() -> None:
    items = [cost("a", None), cost("b", 999, is_eligible=False), cost("c", 60)]
    found = fund(rank(items), {"GBP": Decimal(100)})
    assert states(found) == ["no_cost", "funded", "not_eligible"]
    assert found.lines[0].asked == 60


def test_cost_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        fund(rank([cost("a", -1)]), {})


ITEMS = st.lists(
    st.builds(
        Item,
        key=st.integers(0, 10**6),
        score=st.none() | st.integers(0, 5).map(float),
        cost=st.none() | st.integers(0, 50).map(Decimal),
        currency=st.sampled_from(["GBP", "EUR"]),
        must_do=st.booleans(),
        is_eligible=st.booleans(),
        pinned_at=st.none() | st.integers(1, 8),
    ),
    max_size=8,
    unique_by=lambda item: item.key,
)


@given(ITEMS)
def test_ranking_loses_nothing_and_keeps_its_order(items: list[Item]) -> None:
    found = rank(items)
    assert {row.item.key for row in found} == {item.key for item in items}
    assert [row.place for row in found] == list(range(1, len(items) + 1))
    blocks = [(not row.item.is_eligible, not row.item.must_do and row.item.is_eligible) for row in found]
    assert blocks == sorted(blocks)
    free = [row.item.score for row in found if row.item.is_eligible and not row.item.must_do and row.item.pinned_at is None]
    assert free == sorted(free, key=lambda score: (score is None, -(score or 0)))
    ranks = [row.rank for row in found if row.rank is not None]
    assert ranks == sorted(ranks)


@given(ITEMS, st.integers(0, 200), st.sampled_from(["stop", "skip"]))
def test_what_the_money_reaches_fits_the_line(items: list[Item], line: int, policy: Policy) -> None:
    found = fund(rank(items), {"GBP": Decimal(line)}, policy)
    inside = [row.ranked.item for row in found.rows if row.is_in]
    assert all(item.currency == "GBP" and item.cost is not None for item in inside)
    ordinary = sum(item.cost or 0 for item in inside if not item.must_do)
    must = sum(item.cost or 0 for item in inside if item.must_do)
    assert ordinary == 0 or ordinary + must <= line
    use = next((use for use in found.lines if use.currency == "GBP"), None)
    if use is not None:
        assert use.committed == ordinary + must
        assert use.left == line - use.committed
        if use.needs is not None:
            assert use.needs > 0


@given(st.lists(st.integers(0, 50), max_size=8), st.integers(0, 100))
def test_going_on_never_funds_fewer_than_stopping(costs: list[int], line: int) -> None:
    stopped, skipped = fits(costs, line, "stop"), fits(costs, line, "skip")
    assert all(passed or not held for held, passed in zip(stopped, skipped, strict=True))
    assert sum(c for c, is_in in zip(costs, skipped, strict=True) if is_in) <= line
