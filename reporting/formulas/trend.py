"""Ratings over time: how many projects stood red, amber and green at the end of each month."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from portfolio.formulas.packed_ratings import UNKNOWN, tallied
from reporting.formulas.rating_counts import is_worse

MONTHS = 12


RATED = ("red", "amber", "green", "blue")


@dataclass(frozen=True)
class Point:
    """Running projects at one moment by their newest rating. `rated` is 0 where nothing was known yet."""

    on: date
    red: int
    amber: int
    green: int
    disagree: int
    rated: int


def month_ends(today: date, months: int = MONTHS) -> list[date]:
    """The last days of the `months` months before that of `today`, the oldest first, then `today` itself."""
    found = [today]
    year, month = today.year, today.month
    for _ in range(months):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        found.append(date(year, month, monthrange(year, month)[1]))
    return found[::-1]


def until_over(ratings: bytes, ends: Sequence[tuple[date, datetime]], finished: date | None, known: datetime | None) -> bytes:
    """The packed ratings of a project that is over, without those of the ends that came after it was.

    `finished`: the day, or None where it is unknown: then it counts until its newest update became known (`known`).
    """
    return bytes(
        UNKNOWN if (finished <= day if finished else known is None or known <= moment) else rating
        for rating, (day, moment) in zip(ratings, ends, strict=True)
    )


@lru_cache(maxsize=16)  # most changes to projects leave the ratings of month ends as they were
def trend(ratings: bytes, days: tuple[date, ...]) -> tuple[Point, ...]:
    """One point for each of `days`: how many of the projects had each rating then. `ratings`: a byte a day of each project."""
    return tuple(point(day, tallied(ratings[place :: len(days)])) for place, day in enumerate(days))


def point(day: date, found: Mapping[tuple[str, str], int]) -> Point:
    """The point of one day from pairs (declared, computed) and how many projects have them."""
    by_rating = dict.fromkeys(RATED, 0)
    disagree = 0
    for (declared, computed), number in found.items():
        if declared in by_rating:
            by_rating[declared] += number
        if is_worse(computed, declared):
            disagree += number
    return Point(day, by_rating["red"], by_rating["amber"], by_rating["green"], disagree, sum(by_rating.values()))
