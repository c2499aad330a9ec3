"""Lines of a case: what they add up to, and which are refused by name."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.formulas.cashflows import (
    BENEFIT,
    CAPITAL,
    SCENARIOS,
    CaseError,
    Line,
    Points,
    counted,
    delayed,
    flows_by_year,
    lines_of,
)
from tests.intake.formulas.cases import CASE, any_lines, flows, line


def test_lines_add_up_by_year() -> None:
    found = flows_by_year(CASE)
    assert [flow.net for flow in found] == [-1000, 300, 400, 500, 200]
    assert (found[0].capital, found[1].revenue, found[1].cashable, found[1].non_cashable) == (1000, 100, 300, 100)
    assert (found[1].cost, found[1].benefit) == (100, 400)


def test_years_without_figures_are_years_of_the_case() -> None:
    found = flows_by_year([line("build", CAPITAL, (2026, 1, 2, 3)), line("save", BENEFIT, (2029, 4, 5, 6))], base_year=2025)
    assert [(flow.t, flow.year, flow.net) for flow in found] == [
        (0, 2025, 0),
        (1, 2026, -2),
        (2, 2027, 0),
        (3, 2028, 0),
        (4, 2029, 5),
    ]
    assert [flow.net for flow in flows_by_year([])] == [0]


def test_only_cashable_benefits_count_when_asked() -> None:
    assert [flow.net for flow in flows_by_year(counted(CASE, cashable_only=True))] == [-1000, 200, 300, 400, 100]


def test_worst_and_best_take_the_bad_and_the_good_end_of_each_line() -> None:
    at = {scenario: [flow.net for flow in flows_by_year(CASE, scenario=scenario)][:2] for scenario in SCENARIOS}
    assert at["worst"] == [-1300, 80]
    assert at["best"] == [-900, 410]
    assert at["low"] == [-900, 110]
    assert at["high"] == [-1300, 380]


def test_benefits_come_later_and_may_be_cut_off() -> None:
    late = delayed(CASE, 2)
    assert [flow.net for flow in flows_by_year(late)] == [-1000, -100, -100, 300, 400, 600, 300]
    assert [flow.net for flow in flows_by_year(delayed(CASE, 2, last_year=4))] == [-1000, -100, -100, 300, 400]


@pytest.mark.parametrize(
    ("points", "code"),
    [
        (Points(1, Decimal(3), Decimal(2), Decimal(4)), "low_above_likely"),
        (Points(1, Decimal(1), Decimal(5), Decimal(4)), "likely_above_high"),
        (Points(1, Decimal("NaN"), Decimal(5), Decimal(6)), "not_finite"),
        (Points(1, Decimal(1), Decimal(5), Decimal("Infinity")), "not_finite"),
        (Points(-1, Decimal(1), Decimal(1), Decimal(1)), "year_before_base"),
        (Points(2026, Decimal(1), Decimal(1), Decimal(1)), "year_too_far"),
    ],
)
def test_a_wrong_figure_is_refused_with_its_line_and_year(points: Points, code: str) -> None:
    wrong = Line("train", "Training", CAPITAL, (points,))
    with pytest.raises(CaseError) as caught:
        flows_by_year([*CASE, wrong])
    assert (caught.value.code, caught.value.line, caught.value.name) == (code, "train", "Training")
    assert caught.value.year == points.year
    assert "“Training”" in str(caught.value)


def test_a_line_of_no_kind_and_a_line_twice_are_refused() -> None:
    for lines, code in (([replace(CASE[0], kind="gift")], "unknown_kind"), ([CASE[0], CASE[0]], "duplicate_key")):
        with pytest.raises(CaseError) as caught:
            flows_by_year(lines)
        assert caught.value.code == code


@given(flows)
def test_plain_flows_survive_as_lines(net: list[Decimal]) -> None:
    assert [flow.net for flow in flows_by_year(lines_of(net))] == net


@given(any_lines(), st.sampled_from(SCENARIOS))
def test_flows_lie_between_worst_and_best(lines: tuple[Line, ...], scenario: str) -> None:
    worst, found, best = ([f.net for f in flows_by_year(lines, scenario=name)] for name in ("worst", scenario, "best"))
    assert all(low <= net <= high for low, net, high in zip(worst, found, best, strict=True))
