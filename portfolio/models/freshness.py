"""How fresh the ratings of projects are: shown wherever a rating is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from portfolio.formulas.health import is_stale
from portfolio.models.calendars import StatusDuty
from portfolio.models.status import HealthThreshold
from portfolio.models.structure import Project


@dataclass(frozen=True)
class Freshness:
    """Of a declared rating: known since `on` (None: never reported), `days` old; stale when older than the tier allows or
    when an update is overdue."""

    on: date | None
    days: int | None
    is_stale: bool
    is_overdue: bool


@dataclass(frozen=True)
class Rhythm:
    """What freshness is judged by, read once a page: two queries."""

    on: date
    after_days: dict[int | None, int]
    overdue: frozenset[int]

    def of(self, project: Project) -> Freshness:
        """The freshness of the project's current update, which must have been read with it."""
        update = project.current_update
        known_on = timezone.localdate(update.effective_at) if update and update.effective_at else None
        after = self.after_days.get(project.tier, self.after_days[None])
        overdue = project.pk in self.overdue
        days = (self.on - known_on).days if known_on else None
        at_rest = project.phase in ("closed", "cancelled")
        old = not at_rest and is_stale(known_on=known_on, on=self.on, after_days=after)
        return Freshness(known_on, days, old or overdue, overdue)


def rhythm(on: date, projects: Iterable[Project] | None = None) -> Rhythm:
    """What freshness on the day `on` is judged by, for all projects or those given. Two queries."""
    default = HealthThreshold._meta.get_field("stale_after_days").default
    after: dict[int | None, int] = {None: default} | dict(HealthThreshold.objects.values_list("tier", "stale_after_days"))
    duties = StatusDuty.objects.overdue(on)
    if projects is not None:
        duties = duties.filter(project__in=[project.pk for project in projects])
    return Rhythm(on, after, frozenset(duties.order_by().values_list("project_id", flat=True)))
