"""Appraisal: worked vectors, those of numpy-financial's tests, and what must hold for any flows.

numpy-financial's figures are from its test-suite (numpy/numpy-financial, BSD-3-Clause).
"""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from intake.formulas.appraisal import (
    NOMINAL,
    REAL,
    Basis,
    Measure,
    appraise,
    benefit_cost_ratio,
    discounted_payback,
    irr,
    nominal_rate,
    npv,
    npv_excel,
    payback,
    profitability_index,
    real_rate,
    roi,
    sign_changes,
)
from intake.formulas.cashflows import CaseError, Line, lines_of
from tests.intake.formulas.cases import CASE, any_lines, flows, rates

VECTOR = [Decimal(flow) for flow in (-1000, 300, 400, 500, 200)]
EIGHT = Decimal("0.08")


def decimals(*flows: int | str) -> list[Decimal]:
    return [Decimal(flow) for flow in flows]


def near(found: Decimal | None, expected: str) -> bool:
    """Equal in the decimals that are printed."""
    assert found is not None
    return found.quantize(Decimal(expected)) == Decimal(expected)


def test_the_vector_of_the_domain_reference() -> None:
    found = appraise(lines_of(VECTOR), Basis(EIGHT))
    assert near(found.npv, "164.64")
    assert near(found.npv_excel, "152.44")
    assert near(found.irr.value, "0.1532")
    assert found.payback == Measure(Decimal("2.6"))
    assert near(found.discounted_payback.value, "2.96")
    assert near(found.profitability_index.value, "1.165")
    assert found.roi == Measure(Decimal("0.4"))
    assert near(found.benefit_cost_ratio.value, "1.165")


def test_the_same_figures_come_from_lines() -> None:
    found, plain = appraise(CASE, Basis(EIGHT)), appraise(lines_of(VECTOR), Basis(EIGHT))
    assert abs(found.npv - (found.pv_benefit - found.pv_cost)) < Decimal("1e-20")
    assert abs(found.npv - plain.npv) < Decimal("1e-20")
    assert found.irr == plain.irr
    assert (found.cost, found.benefit, found.roi) == (1400, 1800, Measure(Decimal(400) / 1400))


def test_the_table_explains_the_figures() -> None:
    found = appraise(CASE, Basis(EIGHT, base_year=0))
    assert [row.factor for row in found.years][:2] == [1, 1 / Decimal("1.08")]
    assert [row.cumulative for row in found.years] == [-1000, -700, -300, 200, 400]
    assert found.years[-1].cumulative_present_value == found.npv == sum(row.present_value for row in found.years)


def test_npv_of_numpy_financial() -> None:
    net = decimals(-15000, 1500, 2500, 3500, 4500, 6000)
    assert float(npv(net, Decimal("0.05"))) == pytest.approx(122.89485495093959, rel=1e-12)
    assert float(npv_excel(net, Decimal("0.05"))) == pytest.approx(122.89485495093959 / 1.05, rel=1e-12)


def test_irr_of_numpy_financial() -> None:
    found = irr(decimals(-150000, 15000, 25000, 35000, 45000, 60000))
    assert near(found.value, "0.0524")
    assert near(found.value, "0.052433")
    assert (found.reason, found.warning, found.sign_changes) == ("", "", 1)


@pytest.mark.parametrize(
    ("net", "reason"),
    [
        (decimals(100, 200), "no_sign_change"),
        (decimals(-100, 0, -200), "no_sign_change"),
        (decimals(0, 0), "no_flows"),
        ([], "no_flows"),
        (decimals(-100, 100, -100), "no_real_root"),
        (decimals(-100, 220, "-121.01"), "no_real_root"),
    ],
)
def test_no_irr_has_its_reason(net: list[Decimal], reason: str) -> None:
    assert (irr(net).value, irr(net).rates, irr(net).reason) == (None, (), reason)


def test_several_rates_are_all_given_and_none_is_the_rate() -> None:
    found = irr(decimals(-1000, 2500, -1540))  # 10 % and 40 %
    assert [rate.quantize(Decimal("1e-12")) for rate in found.rates] == decimals("0.1", "0.4")
    assert (found.value, found.reason, found.warning) == (None, "several_roots", "several_sign_changes")
    # From pyxirr's trap: one root is far below zero, and a solver that starts anywhere answers either.
    assert len(irr(decimals(100, -1000, 5)).rates) == 2


def test_two_rates_that_nearly_touch_are_told_from_one() -> None:
    touching = irr(decimals(-100, 220, -121))
    assert len(touching.rates) == 1
    assert near(touching.value, "0.100000000")
    assert touching.warning == "several_sign_changes"
    apart = irr(decimals(-100, 220, "-120.99"))
    assert [rate.quantize(Decimal("1e-15")) for rate in apart.rates] == decimals("0.09", "0.11")


def test_sign_changes_leave_zeros_out() -> None:
    assert sign_changes(decimals(-1, 0, 2, 0, 0, -3, -4, 5)) == 3


@pytest.mark.parametrize(
    ("net", "years"),
    [
        (decimals(-100, 50, 50), "2"),
        (decimals(-100, 50, 40), None),
        (decimals(100, 50), "0"),
        (decimals(-100, 150, -100, 200), "2.25"),  # paid back at 0.67, but not for good
        (decimals(100, -150, 100), "1.5"),
        (decimals(-100, 0, 0, 400), "2.25"),
    ],
)
def test_payback_is_when_the_sum_stays_out_of_the_red(net: list[Decimal], years: str | None) -> None:
    assert payback(net) == (Measure(Decimal(years)) if years else Measure(None, "never"))


def test_nothing_is_not_paid_back_at_once() -> None:
    assert payback([]) == payback(decimals(0, 0)) == discounted_payback(decimals(0), EIGHT) == Measure(None, "no_flows")


def test_discounting_may_take_the_payback_away() -> None:
    net = decimals(-100, 60, 50)
    assert payback(net).value == Decimal("1.8")
    assert discounted_payback(net, Decimal("0.2")) == Measure(None, "never")


def test_ratios_without_a_divisor_say_why() -> None:
    assert roi(Decimal(5), Decimal(0)) == Measure(None, "no_cost")
    assert benefit_cost_ratio(Decimal(5), Decimal(0)) == Measure(None, "no_cost")
    assert profitability_index(decimals(0, -5, 9), EIGHT) == Measure(None, "no_initial_outlay")
    assert profitability_index([], EIGHT).reason == "no_initial_outlay"


def test_an_empty_case_is_worth_nothing() -> None:
    found = appraise([], Basis(EIGHT))
    assert (found.npv, found.irr.reason, found.payback.reason, found.roi.reason) == (0, "no_flows", "no_flows", "no_cost")


def test_the_budget_sees_only_cashable_benefits() -> None:
    found = appraise(CASE, Basis(EIGHT), cashable_only=True)
    assert [row.flow.net for row in found.years] == [-1000, 200, 300, 400, 100]
    assert found.npv < 0


@pytest.mark.parametrize("rate", ["-1", "-2", "NaN", "Infinity"])
def test_a_rate_that_cannot_be_is_refused(rate: str) -> None:
    for compute in (lambda r: npv(VECTOR, r), lambda r: appraise([], Basis(r)), lambda r: npv([], r)):
        with pytest.raises(CaseError) as caught:
            compute(Decimal(rate))
        assert caught.value.code == "rate_too_low"


def test_mixed_terms_need_the_inflation() -> None:
    assert real_rate(Decimal("0.08"), Decimal("0.02")).quantize(Decimal("1e-6")) == Decimal("0.058824")
    with pytest.raises(CaseError) as caught:
        appraise(CASE, Basis(EIGHT, rate_terms=NOMINAL, price_terms=REAL))
    assert caught.value.code == "inflation_missing"
    with pytest.raises(CaseError) as caught:
        real_rate(EIGHT, Decimal(-1))
    assert caught.value.code == "inflation_too_low"


@given(flows, rates, rates)
def test_real_and_nominal_terms_agree(net: list[Decimal], rate: Decimal, inflation: Decimal) -> None:
    """The NPV is the same, whether the amounts are inflated or the rate is brought to their terms."""
    worth = npv(net, rate)
    inflated = [flow * (1 + inflation) ** t for t, flow in enumerate(net)]
    assert float(npv(inflated, nominal_rate(rate, inflation))) == pytest.approx(float(worth), abs=1e-6)
    in_nominal = Basis(rate, rate_terms=REAL, price_terms=NOMINAL, inflation=inflation)
    assert float(appraise(lines_of(inflated), in_nominal).npv) == pytest.approx(float(worth), abs=1e-6)


@given(flows, flows, rates, st.integers(-5, 5))
def test_npv_is_linear(one: list[Decimal], other: list[Decimal], rate: Decimal, times: int) -> None:
    count = max(len(one), len(other))
    one, other = one + [Decimal(0)] * (count - len(one)), other + [Decimal(0)] * (count - len(other))
    both = [a + times * b for a, b in zip(one, other, strict=True)]
    assert float(npv(both, rate)) == pytest.approx(float(npv(one, rate) + times * npv(other, rate)), abs=1e-6)


@st.composite
def conventional(draw: st.DrawFn) -> list[Decimal]:
    """Outflows first, then inflows, of both at least one."""
    amount = st.decimals(min_value=1, max_value=1_000_000, places=2)
    return [-out for out in draw(st.lists(amount, min_size=1, max_size=4))] + draw(st.lists(amount, min_size=1, max_size=40))


@given(conventional(), rates, st.decimals(min_value=Decimal("0.001"), max_value=1, places=3))
def test_conventional_flows_are_worth_less_at_a_higher_rate(net: list[Decimal], rate: Decimal, more: Decimal) -> None:
    """Up to where NPV is 0; beyond, later outflows weigh less too and it may rise again."""
    assume(npv(net, rate + more) > 0)
    assert npv(net, rate) > npv(net, rate + more)


@given(conventional())
def test_conventional_flows_have_one_rate_and_npv_is_zero_there(net: list[Decimal]) -> None:
    found = irr(net)
    assert found.value is not None
    assert found.sign_changes == 1
    worth = sum((flow / (1 + found.value) ** t for t, flow in enumerate(net)), Decimal(0))
    size = sum((abs(flow) / (1 + found.value) ** t for t, flow in enumerate(net)), Decimal(0))
    assert abs(worth) <= size * Decimal("1e-18")


@given(st.lists(st.integers(-60, 300), min_size=2, max_size=4, unique=True))
def test_every_rate_is_found(percents: list[int]) -> None:
    """Flows built from their rates: the product of (x (1 + rate) - 1), x = 1 / (1 + rate), has exactly these roots."""
    assume(all(abs(a - b) >= 3 for a in percents for b in percents if a is not b))
    net = [Decimal(1)]
    for percent in percents:
        growth = 1 + Decimal(percent) / 100
        net = [growth * before - here for before, here in zip([Decimal(0), *net], [*net, Decimal(0)], strict=True)]
    found = irr(net)
    assert [rate.quantize(Decimal("1e-9")) for rate in found.rates] == [Decimal(p) / 100 for p in sorted(percents)]
    assert found.reason == "several_roots"


@given(flows)
def test_rates_keep_to_descartes_rule(net: list[Decimal]) -> None:
    found = irr(net)
    assert len(found.rates) <= found.sign_changes
    assert list(found.rates) == sorted(found.rates)
    assert (found.value is None) == bool(found.reason)
    assert all(rate > -1 for rate in found.rates)
    if found.sign_changes % 2:
        assert found.rates


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=30))
def test_no_rate_is_missed_where_the_npv_changes_its_sign(net: list[int]) -> None:
    """Against a plain scan: rates in steps of 2 % of 1 + rate, from -98 % to 5,000 %."""
    found = irr([Decimal(flow) for flow in net])
    growths = [1.02**k for k in range(-200, 200)]
    worths = [sum(flow * growth**-t for t, flow in enumerate(net)) for growth in growths]
    for i, (worth, following) in enumerate(pairwise(worths)):
        size = sum(abs(flow) * growths[i] ** -t for t, flow in enumerate(net))
        if worth * following < 0 and min(abs(worth), abs(following)) > size * 1e-12:
            assert any(growths[i] <= 1 + float(rate) <= growths[i + 1] for rate in found.rates)


@given(any_lines(), rates)
def test_measures_agree_with_the_npv(lines: tuple[Line, ...], rate: Decimal) -> None:
    found = appraise(lines, Basis(rate))
    assert float(found.npv) == pytest.approx(float(found.pv_benefit - found.pv_cost), abs=1e-6)
    if found.profitability_index.value is not None and abs(found.npv) > Decimal("1e-6"):
        assert (found.profitability_index.value > 1) == (found.npv > 0)
    if found.benefit_cost_ratio.value is not None and abs(found.npv) > Decimal("1e-6"):
        assert (found.benefit_cost_ratio.value > 1) == (found.npv > 0)
    is_empty = found.discounted_payback.reason == "no_flows"
    assert (found.discounted_payback.value is None) == (is_empty or found.years[-1].cumulative_present_value < 0)
