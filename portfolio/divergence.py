"""Who declares otherwise than the facts compute, and how often: what page, file and API show."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Value, When

from portfolio.access_parts import updates_to_read
from portfolio.formulas.health import ORDER
from portfolio.models.asof import MAIN_SERIES

YEAR = timedelta(days=365)
HALF = timedelta(days=182)


@dataclass(frozen=True)
class Person:
    """Published updates of one who submitted them within a year: so many with both ratings, the declared one `better` or `worse`
    than the computed one; the same of the last half year (`recent…`), to be held against the time before."""

    pk: int
    name: str
    email: str
    compared: int
    better: int
    worse: int
    recent_compared: int
    recent_better: int

    @property
    def share(self) -> int:
        """Percent in which the declared rating was better."""
        return round(100 * self.better / self.compared)

    @property
    def recent_share(self) -> int | None:
        """The same of the last half year; None where there is nothing to compare."""
        return round(100 * self.recent_better / self.recent_compared) if self.recent_compared else None

    @property
    def earlier_share(self) -> int | None:
        """The same of the time before it."""
        compared, better = self.compared - self.recent_compared, self.better - self.recent_better
        return round(100 * better / compared) if compared else None


def _rank(field: str) -> Case:
    return Case(
        *(When(**{field: rating}, then=Value(place)) for place, rating in enumerate(ORDER)), output_field=IntegerField()
    )


def divergence_by_person(user: Any, *, at: datetime) -> list[Person]:
    """Of the projects whose updates `user` reviews or reads in the list, in the main series; who declares better most often first. One query."""
    recent, better = Q(effective_at__gt=at - HALF), Q(declared__lt=F("computed_rank"))
    rows = (
        updates_to_read(user)
        .published()
        .filter(series__key=MAIN_SERIES, effective_at__gt=at - YEAR, effective_at__lte=at, submitted_by__isnull=False)
        .filter(overall__in=ORDER, computed_overall__in=ORDER)
        .order_by()
        .annotate(declared=_rank("overall"), computed_rank=_rank("computed_overall"))
        .values("submitted_by", "submitted_by__name", "submitted_by__email")
        .annotate(
            compared=Count("pk"),
            better=Count("pk", filter=better),
            worse=Count("pk", filter=Q(declared__gt=F("computed_rank"))),
            recent_compared=Count("pk", filter=recent),
            recent_better=Count("pk", filter=recent & better),
        )
    )
    found = [
        Person(
            row["submitted_by"],
            row["submitted_by__name"],
            row["submitted_by__email"],
            *(row[name] for name in ("compared", "better", "worse", "recent_compared", "recent_better")),
        )
        for row in rows
    ]
    return sorted(found, key=lambda person: (-person.better / person.compared, -person.compared, person.name))
