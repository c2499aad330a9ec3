"""The simulation of exposure against exact results. Tolerances are five standard errors of what is compared (seeds are fixed,
so that a test that passes goes on passing), or the 95 % ranks that the result states."""

import math
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.formulas.simulation import (
    ExposureError,
    Peril,
    drawn_sums,
    exact_moments,
    groups_of,
    simulate_exposure,
)

D = Decimal


def fixed(probability, amount, *, opportunity=False, group=""):
    amount = D(amount)
    return Peril(D(str(probability)), amount, amount, amount, opportunity, group)


def ranged(probability, low, likely, high, *, opportunity=False, group=""):
    return Peril(D(str(probability)), D(low), D(likely), D(high), opportunity, group)


def discrete(perils):
    """The exact distribution of a register of fixed amounts, sum -> chance: by convolution, a group at a time.

    In a group one uniform number decides: between two neighbouring probabilities those above the lower one happen."""
    found = {D(0): 1.0}
    for members in groups_of(perils):
        steps = sorted({D(0), *(perils[place].probability for place in members), D(1)})
        own = defaultdict(float)
        for lower, upper in pairwise(steps):
            happens = [perils[place] for place in members if perils[place].probability >= upper]
            own[sum((-one.likely if one.is_opportunity else one.likely for one in happens), D(0))] += float(upper - lower)
        added = defaultdict(float)
        for (one, chance), (other, by) in product(found.items(), own.items()):
            added[one + other] += chance * by
        found = added
    return dict(found)


SMALL = [
    fixed("0.3", 100),
    fixed("0.05", 2000),
    fixed("0.6", 50, opportunity=True),
    fixed("0.5", 100),
    fixed(1, 10),
    fixed("0.2", 400, group="flood"),
    fixed("0.7", 300, group="flood"),
    fixed("0.2", 30, opportunity=True, group="flood"),
]


def test_small_register_has_exact_distribution():
    """Every value's frequency within five standard errors of its exact chance, and no value that cannot be."""
    draws = 200_000
    values, counts = np.unique(np.round(drawn_sums(SMALL, seed=11, draws=draws), 6), return_counts=True)
    exact = discrete(SMALL)
    assert abs(sum(exact.values()) - 1) < 1e-12
    drawn = {D(str(value)): count / draws for value, count in zip(values.tolist(), counts.tolist(), strict=True)}
    assert set(drawn) <= {D(str(float(value))) for value in exact}
    for value, chance in exact.items():
        assert abs(drawn.get(D(str(float(value))), 0) - chance) <= 5 * math.sqrt(chance * (1 - chance) / draws) + 1e-7, value


def test_stated_percentiles_enclose_exact_ones():
    """The exact 75 % quantile of the small register lies in the interval that the result states."""
    total, exact = 0.0, None
    for value, chance in sorted(discrete(SMALL).items()):
        total += chance
        if total >= 0.75:
            exact = value
            break
    found = simulate_exposure(SMALL, seed=3, draws=100_000, confidence=75)
    assert found.chosen.low <= exact <= found.chosen.high
    assert found.chosen.value == exact


@pytest.mark.parametrize("probability", ["0.0001", "0.1", "0.349", "0.35", "0.9", "1"])
def test_single_risk_has_its_distribution_function(probability):
    """P(X <= x) = 1 - p + p F(x), F of the triangle: at 21 points within five standard errors, on either way of drawing."""
    low, likely, high, draws = 100, 250, 1000, 200_000
    values = drawn_sums([ranged(probability, low, likely, high)], seed=5, draws=draws)
    p = float(probability)
    for x in np.linspace(low, high, 21):
        if x <= likely:
            inside = (x - low) ** 2 / ((high - low) * (likely - low))
        else:
            inside = 1 - (high - x) ** 2 / ((high - low) * (high - likely))
        exact = 1 - p + p * inside
        error = math.sqrt(max(exact * (1 - exact), 0) / draws)
        assert abs(np.mean(values <= x) - exact) <= 5 * error + 1e-6, x


def register(count, *, groups=0, seed=1):
    """A register of so many risks of all kinds, made from a seed."""
    rng = np.random.default_rng(seed)
    found = []
    for place in range(count):
        low, likely, high = sorted(rng.integers(0, 1_000_000, 3).tolist())
        if place % 5 == 0:
            low = high = likely
        group = f"g{place % groups}" if groups and place % 3 == 0 else ""
        found.append(
            ranged(f"{rng.integers(0, 101) / 100}", low, likely, high, opportunity=place % 7 == 3, group=group),
        )
    return found


@pytest.mark.parametrize("groups", [0, 4])
def test_mean_and_variance_meet_exact_ones(groups):
    """200 risks: the drawn mean within five standard errors, the variance within five of its own (from the fourth moment)."""
    perils, draws = register(200, groups=groups), 100_000
    found = simulate_exposure(perils, seed=7, draws=draws)
    values = drawn_sums(perils, seed=7, draws=draws)
    assert abs(found.mean - found.exact_mean) <= 5 * found.standard_error
    apart = values - values.mean()
    error = math.sqrt((np.mean(apart**4) - np.mean(apart**2) ** 2) / draws)
    assert abs(float(found.deviation) ** 2 - float(found.exact_deviation) ** 2) <= 5 * error
    assert found.standard_error == pytest.approx(found.deviation / D(math.sqrt(draws)), abs=D("0.01"))


def test_moments_are_those_of_the_exact_distribution():
    """Mean, variance, covariances with and without groups against the convolution: to rounding."""
    exact = discrete(SMALL)
    mean = sum(float(value) * chance for value, chance in exact.items())
    variance = sum((float(value) - mean) ** 2 * chance for value, chance in exact.items())
    found = exact_moments(SMALL)
    assert found.mean == pytest.approx(mean, rel=1e-12)
    assert found.variance == pytest.approx(variance, rel=1e-12)
    assert found.covariances.sum() == pytest.approx(variance, rel=1e-12)


def test_group_happens_together():
    """Two risks of 0.3 in one group never happen alone; with 0.3 and 0.5 the rarer one never without the other."""
    same = set(drawn_sums([fixed("0.3", 1, group="a"), fixed("0.3", 10, group="a")], seed=1, draws=20_000))
    assert same == {0.0, 11.0}
    nested = set(drawn_sums([fixed("0.3", 1, group="a"), fixed("0.5", 10, group="a")], seed=1, draws=20_000))
    assert nested == {0.0, 10.0, 11.0}
    apart = set(drawn_sums([fixed("0.3", 1), fixed("0.5", 10)], seed=1, draws=20_000))
    assert apart == {0.0, 1.0, 10.0, 11.0}


def test_group_lifts_the_tail_and_keeps_the_mean():
    alone = [ranged("0.2", 100, 200, 600) for _ in range(30)]
    together = [ranged("0.2", 100, 200, 600, group="supplier") for _ in range(30)]
    one, other = (simulate_exposure(perils, seed=2, draws=50_000, confidence=90) for perils in (alone, together))
    assert one.exact_mean == other.exact_mean
    assert other.chosen.value > D("1.5") * one.chosen.value


def test_stated_interval_holds_in_95_of_100_runs():
    """200 seeds, 1,000 draws each: the interval of the median of a triangle encloses the exact one 95 % of the time.

    180 to 199 of 200 is within five standard errors of 190 (sigma 3.1)."""
    perils = [ranged(1, 0, 500, 1000)]
    hits = 0
    for seed in range(200):
        median = next(
            one for one in simulate_exposure(perils, seed=seed, draws=1000, confidence=80).percentiles if one.percent == 50
        )
        hits += median.low <= 500 <= median.high
    assert 175 <= hits <= 200


def test_parts_add_up():
    """Shares to 1, contributions to the percentile, means to the exact mean; out and certain are apart by the amount."""
    perils = register(50, groups=3)
    found = simulate_exposure(perils, seed=9, draws=20_000, confidence=90)
    assert abs(sum(part.share for part in found.parts) - 1) <= D("0.000001") * len(perils)
    assert abs(sum(part.contribution for part in found.parts) - found.chosen.value) <= D("0.01") * len(perils)
    assert abs(sum(part.mean for part in found.parts) - found.exact_mean) <= D("0.01") * len(perils)
    for peril, part in zip(perils, found.parts, strict=True):
        amount = (peril.low + peril.likely + peril.high) / 3 * (-1 if peril.is_opportunity else 1)
        assert abs(part.certain - part.without - amount) <= D("0.02")


def test_contribution_meets_what_the_draws_near_the_percentile_hold():
    """For many alike risks (nearly normal) the covariance allocation comes within a tenth of a risk's cost in draws there."""
    perils = [fixed("0.5", 100) for _ in range(200)] + [fixed("0.5", 800)]
    found = simulate_exposure(perils, seed=4, draws=100_000, confidence=84)
    rest = discrete([fixed("0.5", 100) for _ in range(200)])
    near = {apart: rest.get(found.chosen.value - apart, 0.0) * 0.5 for apart in (D(0), D(800))}
    exact = 800 * near[D(800)] / sum(near.values())
    assert float(found.parts[-1].contribution) == pytest.approx(exact, rel=0.1)


def test_contingency_and_need():
    """What is needed is the percentile, never below zero; what a contingency covers is the part of draws up to it."""
    found = simulate_exposure([fixed("0.4", 1000)], seed=1, draws=10_000, confidence=80, contingency=D(999))
    assert found.needed == 1000
    assert abs(found.covered - D("0.6")) <= 5 * found.covered_error
    assert found.chance_of_nothing == D("0.6")
    saving = simulate_exposure([fixed("0.9", 1000, opportunity=True)], seed=1, draws=10_000, confidence=80)
    assert saving.chosen.value == -1000
    assert saving.needed == 0
    assert saving.covered is None


def test_certain_register_is_one_value():
    found = simulate_exposure([fixed(1, 100), fixed(0, 70)], seed=1, draws=1000)
    assert (found.mean, found.deviation, found.exact_deviation, found.chosen.value) == (100, 0, 0, 100)
    assert found.bins == ((D(100), D(100), 1000),)
    assert [part.share for part in found.parts] == [0, 0]
    assert [part.contribution for part in found.parts] == [100, 0]


def test_more_draws_begin_with_those_of_fewer():
    perils = register(20, groups=2)
    assert (drawn_sums(perils, seed=1, draws=50_000)[:25_000] == drawn_sums(perils, seed=1, draws=25_000)).all()


def test_progress_rises_to_the_end():
    told = []
    simulate_exposure(register(30, groups=2), seed=1, draws=60_000, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] == 90


@pytest.mark.parametrize(
    ("perils", "options", "code"),
    [
        ([], {}, "no_risks"),
        ([fixed("1.01", 1)], {}, "probability_out_of_range"),
        ([fixed("-0.01", 1)], {}, "probability_out_of_range"),
        ([ranged("0.5", 3, 2, 4)], {}, "amounts_out_of_order"),
        ([ranged("0.5", -1, 2, 4)], {}, "amounts_out_of_order"),
        ([fixed("0.5", 1)], {"seed": -1}, "seed_out_of_range"),
        ([fixed("0.5", 1)], {"seed": 2**63}, "seed_out_of_range"),
        ([fixed("0.5", 1)], {"draws": 999}, "draws_out_of_range"),
        ([fixed("0.5", 1)], {"draws": 1_000_001}, "draws_out_of_range"),
        ([fixed("0.5", 1)], {"confidence": 49}, "confidence_out_of_range"),
        ([fixed("0.5", 1)], {"confidence": D("99.1")}, "confidence_out_of_range"),
    ],
)
def test_bad_input_is_refused(perils, options, code):
    with pytest.raises(ExposureError) as refused:
        simulate_exposure(perils, **({"seed": 1} | options))
    assert refused.value.code == code


amounts = st.integers(0, 10**12).map(lambda cents: D(cents) / 100)
perils_of = st.builds(
    lambda probability, points, opportunity, group: Peril(
        D(probability) / 10_000, *sorted(points), is_opportunity=opportunity, group=group
    ),
    st.integers(0, 10_000),
    st.tuples(amounts, amounts, amounts),
    st.booleans(),
    st.sampled_from(["", "", "a", "b"]),
)
registers = st.lists(perils_of, min_size=1, max_size=8)
seeds = st.integers(0, 2**63 - 1)


@settings(max_examples=40, deadline=None)
@given(registers, seeds)
def test_same_seed_same_result(perils, seed):
    one, other = (simulate_exposure(perils, seed=seed, draws=1000) for _ in range(2))
    assert one == other


@settings(max_examples=40, deadline=None)
@given(registers, seeds)
def test_curve_rises_and_bounds_hold(perils, seed):
    found = simulate_exposure(perils, seed=seed, draws=1000, confidence=99)
    assert all(one[1] <= other[1] for one, other in pairwise(found.curve))
    assert all(one.value <= other.value for one, other in pairwise(found.percentiles))
    assert all(one.low <= one.value <= one.high for one in found.percentiles)
    assert sum(count for _start, _end, count in found.bins) == 1000
    least = -sum((one.high for one in perils if one.is_opportunity), D(0))
    most = sum((one.high for one in perils if not one.is_opportunity), D(0))
    assert least - D("0.01") <= found.curve[0][1] <= found.curve[-1][1] <= most + D("0.01")


@settings(max_examples=40, deadline=None)
@given(registers, seeds)
def test_opportunities_mirror_threats(perils, seed):
    """The same register with every sign turned gives exactly the turned sums."""
    turned = [Peril(one.probability, one.low, one.likely, one.high, not one.is_opportunity, one.group) for one in perils]
    assert (drawn_sums(perils, seed=seed, draws=1000) == -drawn_sums(turned, seed=seed, draws=1000)).all()


@settings(max_examples=40, deadline=None)
@given(registers, seeds)
def test_sums_scale_with_amounts(perils, seed):
    """Fourfold amounts give exactly fourfold sums (a power of two loses nothing)."""
    fourfold = [
        Peril(one.probability, 4 * one.low, 4 * one.likely, 4 * one.high, one.is_opportunity, one.group) for one in perils
    ]
    assert (4 * drawn_sums(perils, seed=seed, draws=1000) == drawn_sums(fourfold, seed=seed, draws=1000)).all()
