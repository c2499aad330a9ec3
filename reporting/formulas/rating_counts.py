"""Ratings counted and compared. Values: red, amber, green, blue (complete), grey (no data); "" counts as grey."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

ORDER = ("red", "amber", "green", "blue", "grey")
# How bad a rating is; complete, exempt and no data are not on the scale.
SEVERITY = {"green": 0, "amber": 1, "red": 2}


class Counts(NamedTuple):
    """How many projects have each rating."""

    red: int = 0
    amber: int = 0
    green: int = 0
    blue: int = 0
    grey: int = 0

    @property
    def total(self) -> int:
        """All, those without a rating included."""
        return self.red + self.amber + self.green + self.blue + self.grey

    @property
    def rated(self) -> int:
        """Those with a rating."""
        return self.total - self.grey

    def of(self, rating: str) -> int:
        """The count of one rating."""
        return int(getattr(self, rating))


def counts(ratings: Iterable[str | None]) -> Counts:
    """Counted by rating; nothing, "exempt" and unknown words are grey."""
    return counts_of(Counter(ratings).items())


def counts_of(numbers: Iterable[tuple[str | None, int]]) -> Counts:
    """The same from ratings with how many have them; a rating may come more than once."""
    found = dict.fromkeys(ORDER, 0)
    for rating, number in numbers:
        found[rating if rating in ORDER else "grey"] += number  # type: ignore[index]
    return Counts(**found)


def together(parts: Iterable[Counts]) -> Counts:
    """Those of several groups of projects added up."""
    return Counts(*map(sum, zip(*parts, strict=True)))


def is_worse(rating: str | None, than: str | None) -> bool:
    """Whether `rating` is worse than `than`; False where one of them is not on the scale."""
    return SEVERITY.get(rating or "", -1) > SEVERITY.get(than or "", 3)


def worst_of(dimensions: Mapping[str, Counts]) -> tuple[str, Counts]:
    """The dimension with the most red, then amber; "overall" is none."""
    return max(
        ((name, counted) for name, counted in dimensions.items() if name != "overall"),
        key=lambda pair: (pair[1].red, pair[1].amber),
    )


def turned(now: str | None, before: str | None) -> int:
    """+1 worse, -1 better, 0 the same or not comparable (no data before or after)."""
    if now == before or (now or "") not in SEVERITY or (before or "") not in SEVERITY:
        return 0
    return 1 if is_worse(now, before) else -1
