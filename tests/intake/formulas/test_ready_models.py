"""WSJF, RICE and value / effort: DOMAIN 1.6's rules."""

from decimal import Decimal

import pytest

from intake.formulas.ready_models import Advice, WsjfEstimates, rice, rice_problems, value_per_effort, wsjf, wsjf_advice


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


def test_rice_keeps_to_its_ranges() -> None:
    assert rice_problems(2000, 2, 0.8, 4) == {}
    assert rice_problems(-1, 4, 0.9, 0.4) == {
        "reach": "negative",
        "impact": "off_scale",
        "confidence": "off_scale",
        "effort": "too_small",
    }
    assert rice_problems(0, Decimal("0.25"), Decimal("0.5"), Decimal("0.5")) == {}
    assert rice_problems(None, 1, 1, None) == {"reach": "missing", "effort": "missing"}


def test_wsjf_advice_names_cells_and_columns() -> None:
    rows = [WsjfEstimates(1, 5, 1, 1), WsjfEstimates(4, 8, None, 2)]
    assert wsjf_advice(rows) == (
        Advice("off_scale", "value", 1),
        Advice("no_one", "time_criticality"),
        Advice("missing", "risk_reduction", 1),
    )
    assert wsjf_advice([]) == ()
