"""Time in state and conversion, on ways worked out by hand."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from intake.formulas.flow import Move, ages, dwell, funnel, percentile, stays_of

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2026, 12, 31, tzinfo=UTC)
STEPS = ["submitted", "screening", "assessment", "ready", "approved"]


def way(request: int, *stations: tuple[str, float]) -> list[Move]:
    """Moves of a request: state and day of the year."""
    return [Move(request, state, START + timedelta(days=day)) for state, day in stations]


WAYS = [
    *way(1, ("draft", 0), ("submitted", 1), ("screening", 3), ("assessment", 13), ("ready", 20), ("approved", 30)),
    *way(2, ("draft", 0), ("submitted", 2), ("screening", 4), ("needs_information", 5), ("screening", 9), ("rejected", 12)),
    *way(3, ("draft", 0), ("submitted", 3), ("screening", 6), ("assessment", 10)),
    *way(4, ("draft", 0), ("submitted", 4)),
    *way(5, ("draft", 5)),
]


def test_stays_begin_and_end_with_moves() -> None:
    stays = [stay for stay in stays_of(reversed(WAYS)) if stay.request == 2]
    assert [(stay.state, stay.days(END)) for stay in stays[:-1]] == [
        ("draft", 2),
        ("submitted", 2),
        ("screening", 1),
        ("needs_information", 4),
        ("screening", 3),
    ]
    assert stays[-1].until is None


def test_the_funnel_counts_who_ever_came_so_far() -> None:
    steps = funnel(WAYS, STEPS, since=START, until=END)
    assert [step.reached for step in steps] == [4, 3, 2, 1, 1]
    assert [step.of_all for step in steps] == [1, 0.75, 0.5, 0.25, 0.25]
    assert [step.of_last for step in steps] == [None, 0.75, 2 / 3, 0.5, 1]
    assert [step.here for step in steps] == [1, 0, 1, 0, 1]
    assert steps[1].lost == {"rejected": 1}


def test_a_way_around_a_step_still_counts_as_through_it() -> None:
    around = way(9, ("submitted", 1), ("screening", 2), ("assessment", 3), ("screening", 4))
    steps = funnel(around, STEPS, since=START, until=END)
    assert [step.reached for step in steps] == [1, 1, 1, 0, 0]
    assert [step.of_last for step in steps] == [None, 1, 1, 0, None]


def test_only_those_who_began_in_the_span_count() -> None:
    steps = funnel(WAYS, STEPS, since=START + timedelta(days=2), until=START + timedelta(days=4))
    assert [step.reached for step in steps] == [2, 2, 1, 0, 0]
    assert funnel([], STEPS, since=START, until=END)[0].of_all is None


def test_time_in_state_is_of_ended_stays() -> None:
    found = {one.state: one for one in dwell(stays_of(WAYS), ["screening", "assessment", "ready"], since=START, until=END)}
    assert found["screening"].ended == 4
    assert found["screening"].median == pytest.approx(3.5)  # of 10, 1, 3, 4
    assert found["screening"].p90 == pytest.approx(8.2)
    assert (found["assessment"].ended, found["assessment"].median, found["assessment"].here) == (1, 7, 1)
    assert (found["ready"].median, found["ready"].here) == (10, 0)
    late = dwell(stays_of(WAYS), ["ready"], since=START + timedelta(days=31), until=END)
    assert (late[0].ended, late[0].median) == (0, None)


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 1])
def test_percentiles_are_numpys(share: float) -> None:
    values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.6]
    assert percentile(values, share) == pytest.approx(float(np.percentile(values, share * 100)))
    assert percentile([], share) is None


def test_ages_fall_between_their_edges() -> None:
    assert ages([0, 7, 8, 30, 31, 400], [7, 30, 90]) == [2, 2, 1, 1]
