"""Exposure: published vectors and what must hold for any numbers."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portfolio.formulas.exposure import Effect, appetite_of, breaches, emv, expected_impact, exposure_of

amounts = st.decimals(0, 10**9, places=2)
percents = st.decimals(0, 100, places=2)
signs = st.sampled_from(["threat", "opportunity"])
effects = st.lists(st.builds(Effect, percents, amounts, amounts), max_size=4)


def test_published_vector() -> None:
    """20 % × $20,000 = $4,000; a threat is negative."""
    assert emv("opportunity", Decimal(20), Decimal(20_000)) == Decimal(4_000)
    assert emv("threat", Decimal(20), Decimal(20_000)) == Decimal(-4_000)
    assert emv("threat", None, Decimal(1)) is None
    assert emv("threat", Decimal(1), None) is None


def test_expected_impact_is_the_mean_of_the_triangle() -> None:
    assert expected_impact(Decimal(10), Decimal(20), Decimal(60)) == Decimal(30)
    assert expected_impact(None, Decimal(20), None) == Decimal(20)
    assert expected_impact(None, None, None) is None


def test_responses_of_a_threat() -> None:
    """40 % of 100,000 is 40,000; a response of 15 points for 5,000 leaves 25,000: it gains 15,000 and is worth 10,000."""
    found = exposure_of("threat", Decimal(40), Decimal(100_000), [Effect(Decimal(15), Decimal(0), Decimal(5_000))])
    assert found is not None
    assert (found.now, found.after) == (Decimal(-40_000), Decimal(-25_000))
    assert (found.gain, found.worth) == (Decimal(15_000), Decimal(10_000))


def test_responses_of_an_opportunity() -> None:
    found = exposure_of("opportunity", Decimal(90), Decimal(1_000), [Effect(Decimal(30), Decimal(500), Decimal(100))])
    assert found is not None
    assert (found.probability_after, found.impact_after, found.after) == (Decimal(100), Decimal(1_500), Decimal(1_500))
    assert found.worth == Decimal(500)


@given(low=amounts, likely=amounts, high=amounts)
def test_expected_impact_lies_between_its_points(low: Decimal, likely: Decimal, high: Decimal) -> None:
    low, likely, high = sorted((low, likely, high))
    found = expected_impact(low, likely, high)
    assert found is not None
    assert low <= found <= high


@given(sign=signs, probability=percents, impact=amounts, responses=effects)
def test_responses_never_worsen_and_never_pass_the_ends(
    sign: str, probability: Decimal, impact: Decimal, responses: list[Effect]
) -> None:
    found = exposure_of(sign, probability, impact, responses)
    assert found is not None
    assert found.gain >= 0
    assert 0 <= found.probability_after <= 100
    assert found.impact_after >= 0
    assert (found.after <= 0) if sign == "threat" else (found.after >= 0)
    assert found.worth == found.gain - sum((each.cost for each in responses), Decimal(0))


@given(sign=signs, probability=percents, impact=amounts)
def test_threat_and_opportunity_mirror_each_other(sign: str, probability: Decimal, impact: Decimal) -> None:
    one, other = emv("threat", probability, impact), emv("opportunity", probability, impact)
    assert one is not None
    assert other is not None
    assert one == -other


def test_appetite_comes_from_the_nearest_category_above() -> None:
    tree = {1: (None, 12), 2: (1, None), 3: (2, 4), 4: (None, None), 5: (6, None), 6: (5, None)}
    assert [appetite_of(key, tree) for key in (1, 2, 3, 4, 5, None, 9)] == [12, 12, 4, None, None, None, None]


def test_only_a_threat_above_its_appetite_breaches() -> None:
    assert breaches("threat", 3, 5, 12)
    assert not breaches("threat", 3, 4, 12)
    assert not breaches("opportunity", 5, 5, 12)
    assert not breaches("threat", None, 5, 12)
    assert not breaches("threat", 5, 5, None)
