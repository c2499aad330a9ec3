"""What a risk is worth: expected impact, exposure (EMV), what responses change, where the appetite ends.

Probabilities are percent, 0 to 100; amounts are Decimal in one currency and not negative where they say how large an impact is.
Exposure carries a sign: a threat is negative, an opportunity positive. Nothing is rounded here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from portfolio.formulas.scales import score

ZERO = Decimal(0)
FULL = Decimal(100)
THREAT, OPPORTUNITY = "threat", "opportunity"


def expected_impact(low: Decimal | None, likely: Decimal | None, high: Decimal | None) -> Decimal | None:
    """The mean of the triangle of three points, (low + likely + high) / 3, as the simulation draws it; None without a likely
    amount. A point that is missing is the likely one, so that a likely amount alone is itself."""
    if likely is None:
        return None
    return ((likely if low is None else low) + likely + (likely if high is None else high)) / 3


def emv(sign: str, probability: Decimal | None, impact: Decimal | None) -> Decimal | None:
    """Expected monetary value: probability × impact, negative for a threat. 20 % × $20,000 = $4,000. None without one of them."""
    if probability is None or impact is None:
        return None
    value = probability * impact / FULL
    return value if sign == OPPORTUNITY else -value


@dataclass(frozen=True)
class Effect:
    """What a response does: percentage points and money off a threat (onto an opportunity), and what it costs."""

    probability: Decimal = ZERO
    impact: Decimal = ZERO
    cost: Decimal = ZERO


@dataclass(frozen=True)
class Exposure:
    """Exposure now and after the open responses, with all that it was made of. `worth` is what the responses gain after their
    cost: the change of exposure (less loss or more gain is positive) minus `cost`."""

    sign: str
    probability: Decimal
    impact: Decimal
    now: Decimal
    probability_after: Decimal
    impact_after: Decimal
    after: Decimal
    cost: Decimal

    @property
    def gain(self) -> Decimal:
        """By how much the responses better the exposure; never negative."""
        return self.after - self.now

    @property
    def worth(self) -> Decimal:
        """What the responses gain after their cost."""
        return self.gain - self.cost


def exposure_of(
    sign: str, probability: Decimal | None, impact: Decimal | None, effects: Iterable[Effect] = ()
) -> Exposure | None:
    """Exposure now and after responses. Effects add up; a threat's probability and impact end at 0, an opportunity's
    probability at 100 %. None without probability or impact."""
    if probability is None or impact is None:
        return None
    effects = list(effects)
    points, amount = sum((each.probability for each in effects), ZERO), sum((each.impact for each in effects), ZERO)
    if sign == OPPORTUNITY:
        likely, large = min(FULL, probability + points), impact + amount
    else:
        likely, large = max(ZERO, probability - points), max(ZERO, impact - amount)
    now, after = emv(sign, probability, impact) or ZERO, emv(sign, likely, large) or ZERO
    return Exposure(sign, probability, impact, now, likely, large, after, sum((each.cost for each in effects), ZERO))


def appetite_of(category: int | None, appetites: Mapping[int, tuple[int | None, int | None]]) -> int | None:
    """The highest score borne in a category: its own, or that of the nearest category above it that has one; None: any.

    `appetites` is category -> (the one above, its own appetite). A loop in the tree ends the search.
    """
    seen: set[int] = set()
    while category is not None and category in appetites and category not in seen:
        seen.add(category)
        above, own = appetites[category]
        if own is not None:
            return own
        category = above
    return None


def breaches(sign: str, likelihood: int | None, impact: int | None, appetite: int | None) -> bool:
    """Whether a threat's score is above what the organisation bears. An opportunity breaches nothing."""
    value = score(likelihood, impact)
    return sign == THREAT and appetite is not None and value is not None and value > appetite
