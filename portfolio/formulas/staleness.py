"""When a rating is stale: nobody renewed it within the days that its tier allows."""

from collections.abc import Mapping
from datetime import date

DEFAULT_DAYS = 45


def allowed_days(tier: int, by_tier: Mapping[int | None, int]) -> int:
    """Days after which a rating of this tier is stale; the entry without a tier stands for the others."""
    return by_tier.get(tier, by_tier.get(None, DEFAULT_DAYS))


def is_stale(rated_on: date | None, today: date, days: int) -> bool:
    """Whether a rating given on `rated_on` is older than `days` days today. No rating at all is not stale but missing."""
    return rated_on is not None and (today - rated_on).days > days
