"""Declared ratings against others: what counts, and which rating stood when."""

from portfolio.formulas.divergence import Divergence, divergence, held_until


def test_direction_is_counted_and_what_cannot_be_compared_is_left_out() -> None:
    pairs = [("green", "amber"), ("green", "green"), ("red", "amber"), ("green", ""), ("grey", "red"), ("amber", "exempt")]
    assert divergence(pairs) == Divergence(compared=3, better=1, worse=1)
    assert divergence([]) == Divergence(0, 0, 0)


def test_a_rating_holds_until_the_next_and_is_not_known_before_it_was_given() -> None:
    rated = [(2, "red"), (3, "amber"), (7, "green")]
    assert held_until([1, 2, 3, 5, 8], rated) == ["", "", "red", "amber", "green"]
    assert held_until([], rated) == []
