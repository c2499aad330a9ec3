"""WSJF, RICE and value / effort: their inventors' rules."""

from decimal import Decimal

import pytest

from intake.formulas.ready_models import WSJF_COLUMNS, columns_without_one, rice, value_per_effort, wsjf


def test_rice_vector() -> None:
    assert rice(2000, 2, 0.8, 4) == pytest.approx(800)
    assert rice(Decimal(2000), Decimal(2), Decimal("0.8"), Decimal(4)) == pytest.approx(800)


def test_wsjf_is_cost_of_delay_by_size() -> None:
    assert wsjf(8, 5, 3, 2) == 8
    assert wsjf(1, 1, 1, 20) == pytest.approx(0.15)


def test_division_by_nothing_is_not_a_number() -> None:
    assert wsjf(8, 5, 3, 0) is None
    assert rice(100, 1, 1, 0) is None
    assert value_per_effort(10, 0) is None
    assert value_per_effort(0, 5) == 0


@pytest.mark.parametrize("place", range(4))
def test_missing_estimates_give_no_score(place: int) -> None:
    given: list[int | None] = [1, 1, 1, 1]
    given[place] = None
    assert wsjf(*given) is None
    assert rice(*given) is None


def test_each_column_of_estimates_has_a_one() -> None:
    assert columns_without_one([]) == ()
    one, other = dict(zip(WSJF_COLUMNS, (1, 2, None, 5), strict=True)), dict(zip(WSJF_COLUMNS, (3, 2, None, 1), strict=True))
    assert columns_without_one([one, other]) == ("time_criticality",)
    assert columns_without_one([one]) == ("time_criticality", "size")
