"""TOPSIS against its published example, and what holds for any table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from intake.formulas.topsis import closeness

TABLES = st.tuples(st.integers(1, 6), st.integers(1, 4)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(0, 10).map(float))
)


def test_the_published_example() -> None:
    """Tzeng & Huang (2011): four alternatives, three benefits."""
    found = closeness(np.array([[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]]), [0.3, 0.4, 0.3])
    assert found.round(4).tolist() == [0.5037, 0.6581, 0.7482, 0.3340]


def test_lower_is_better_turns_a_criterion_round() -> None:
    cheap, dear = closeness(np.array([[5.0, 100.0], [5.0, 900.0]]), [1, 1], lower_is_better=[False, True])
    assert (cheap, dear) == (1.0, 0.0)


@given(TABLES)
def test_any_table(table: np.ndarray) -> None:
    weights = list(range(1, table.shape[1] + 1))
    found = closeness(table, weights)
    assert ((found >= 0) & (found <= 1)).all()
    # A unit does not matter, nor what the weights add up to, nor the order of the rows.
    assert np.allclose(closeness(table * 1000, [2 * weight for weight in weights]), found)
    assert np.allclose(closeness(table[::-1], weights)[::-1], found)
    # Whoever is at least as good everywhere is not placed behind.
    for one in range(len(table)):
        for other in range(len(table)):
            if (table[one] >= table[other]).all():
                assert found[one] >= found[other] - 1e-12


@pytest.mark.parametrize(
    ("values", "weights"),
    [([[1, 2]], [1]), ([[1, float("nan")]], [1, 1]), ([[1, 2]], [0, 0]), ([[1, 2]], [-1, 2]), ([1, 2], [1, 1])],
)
def test_what_does_not_fit_is_refused(values: list[list[float]], weights: list[float]) -> None:
    with pytest.raises(ValueError, match=r"missing|weight"):
        closeness(np.array(values, dtype=float), weights)


def test_without_requests_nothing_and_without_difference_a_half() -> None:
    assert closeness(np.zeros((0, 2)), [1, 1]).tolist() == []
    assert closeness(np.array([[3.0, 0.0], [3.0, 0.0]]), [1, 1]).tolist() == [0.5, 0.5]
