"""What the overview counts over its rows: by rating, by dimension, by age. Each can be counted over groups of rows and added up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import attrgetter

from django.utils import timezone

from portfolio.models import DIMENSIONS
from portfolio.models.asof import Standing
from reporting.formulas.attention import Limits
from reporting.formulas.rating_counts import Counts, counts, counts_of, is_worse, together
from reporting.formulas.totals import Money, totals

ENDED = {"closed", "cancelled"}

THREE = attrgetter("overall", "computed_overall", "assurance")
RATING = {name: attrgetter("benefits_rag" if name == "benefits" else name) for name in DIMENSIONS}


@dataclass(frozen=True)
class Ratings:
    """Projects by rating: what managers declared, what the facts say, what the PMO assured; and where they disagree."""

    declared: Counts
    computed: Counts
    assured: Counts
    computed_worse: int
    assured_worse: int


def ratings_of(rows: Iterable[Standing]) -> Ratings:
    """Counted over the rows given."""
    found = Counter(map(THREE, rows))

    def worse(rating: int) -> int:
        return sum(number for three, number in found.items() if is_worse(three[rating], three[0]))

    declared, computed, assured = (counts_of((three[place], number) for three, number in found.items()) for place in range(3))
    return Ratings(declared, computed, assured, computed_worse=worse(1), assured_worse=worse(2))


def ratings_together(parts: Sequence[Ratings]) -> Ratings:
    """Those of several groups of projects added up."""
    declared, computed, assured = (
        together(getattr(part, name) for part in parts) for name in ("declared", "computed", "assured")
    )
    worse = sum(part.computed_worse for part in parts)
    return Ratings(declared, computed, assured, computed_worse=worse, assured_worse=sum(part.assured_worse for part in parts))


def dimensions_of(rows: Iterable[Standing]) -> dict[str, Counts]:
    """Counted over the rows given, by dimension."""
    return {name: counts(map(RATING[name], rows)) for name in DIMENSIONS}


@dataclass(frozen=True)
class Freshness:
    """How old the ratings of the running projects are."""

    fresh: int
    stale: int
    never: int
    newest: datetime | None
    oldest: datetime | None

    @property
    def total(self) -> int:
        """All running projects."""
        return self.fresh + self.stale + self.never


def freshness_together(parts: Sequence[Freshness]) -> Freshness:
    """That of several groups of projects as one."""
    return Freshness(
        fresh=sum(part.fresh for part in parts),
        stale=sum(part.stale for part in parts),
        never=sum(part.never for part in parts),
        newest=max((part.newest for part in parts if part.newest), default=None),
        oldest=min((part.oldest for part in parts if part.oldest), default=None),
    )


def freshness_of(running: Sequence[Standing], limits: dict[int, Limits], today: date) -> Freshness:
    """Fresh or stale by the limit of each project's tier."""
    reported = [row for row in running if row.reported_at]
    moments = [row.reported_at for row in reported if row.reported_at]
    days = {tier: today - timedelta(days=limit.stale_days) for tier, limit in limits.items()}
    earliest = {tier: timezone.make_aware(datetime.combine(day, time.min)) for tier, day in days.items()}
    stale = sum(moment < earliest.get(row.tier, earliest[0]) for row, moment in zip(reported, moments, strict=True))
    return Freshness(
        fresh=len(moments) - stale,
        stale=stale,
        never=len(running) - len(moments),
        newest=max(moments, default=None),
        oldest=min(moments, default=None),
    )


@dataclass(frozen=True)
class Named:
    """Some rows apart: those that may be named, those of them whose ratings count and how they are rated, and those without a name."""

    seen: tuple[Standing, ...]
    rated: tuple[Standing, ...]
    ratings: Ratings
    unnamed: tuple[Standing, ...]

    @classmethod
    def of(cls, rows: Iterable[Standing], hidden: frozenset[int], *, over: bool) -> "Named":
        """`over`: projects that are over do not count, as in the packs."""
        seen = tuple(row for row in rows if row.pk not in hidden)
        rated = tuple(row for row in seen if row.phase not in ENDED) if over else seen
        return cls(seen, rated, ratings_of(rated), tuple(row for row in rows if row.pk in hidden))


@dataclass(frozen=True)
class Present(Named):
    """What is said of some rows as they stand; `running` are those named that are not over."""

    running: tuple[Standing, ...]
    dimensions: dict[str, Counts]
    money: list[Money]
    freshness: Freshness

    @classmethod
    def at(cls, named: Named, limits: dict[int, Limits], today: date) -> "Present":
        """Counted and added up."""
        running = tuple(row for row in named.seen if row.phase not in ENDED)
        fresh = freshness_of(running, limits, today)
        return cls(
            **vars(named), running=running, dimensions=dimensions_of(named.rated), money=totals(named.seen), freshness=fresh
        )
