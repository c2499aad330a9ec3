"""How requests flow, as figures: the funnel, time in state, ages, objectives and units. The same for the charts and for the API."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy

from intake.formulas.flow import Dwell, Move, Step, ages, dwell, funnel, stays_of
from intake.models import Request, RequestMove, RequestObjective
from intake.models.requests import OPEN
from intake.pipeline import days_since

STEPS = ["submitted", "screening", "assessment", "ready", "approved", "converted"]


TIMED = ["submitted", "screening", "needs_information", "assessment", "ready", "approved"]


EDGES = [7, 30, 60, 90, 180]

SPANS = {"90": gettext_lazy("Last 90 days"), "365": gettext_lazy("Last year"), "1095": gettext_lazy("Last three years")}


@dataclass(frozen=True)
class Flow:
    """The figures of a span: steps of the funnel, time in each state; and of the requests that are open now, how many there are, so
    many in each range of age (up to each of EDGES days, and older; `aged`: of how many), and lines by objective and by unit: `key`
    (None for none), `name`, `currency`, `count`, `cost`."""

    since: datetime
    steps: list[Step]
    dwells: list[Dwell]
    opened: int
    aged: int
    ages: list[int]
    objectives: list[dict[str, Any]]
    units: list[dict[str, Any]]


def flow_of(rows: "QuerySet[Request]", *, days: int, now: datetime) -> Flow:
    """The figures of these requests over so many days. Six queries."""
    since = now - timedelta(days=days)
    moves = [
        Move(*values)
        for values in RequestMove.objects.filter(request__in=rows.order_by().values("pk"))
        .order_by("request_id", "at", "pk")
        .values_list("request_id", "to_state", "at")
    ]
    opened = rows.filter(state__in=OPEN)
    old = _days(opened.values_list("submitted_at", flat=True))
    return Flow(
        since=since,
        steps=funnel(moves, STEPS, since=since, until=now),
        dwells=dwell(stays_of(moves), TIMED, since=since, until=now),
        opened=opened.order_by().count(),
        aged=len(old),
        ages=ages(old, EDGES),
        objectives=objective_lines(opened),
        units=unit_lines(opened),
    )


def _days(submitted: Iterable[datetime | None]) -> list[int]:
    return [age for age in map(days_since, submitted) if age is not None]


def objective_lines(opened: "QuerySet[Request]") -> list[dict[str, Any]]:
    """Open requests by objective and currency. One that serves several counts for each. Two queries."""
    sums = {"count": Count("request"), "cost": Sum("request__estimated_cost")}
    linked = RequestObjective.objects.filter(request__in=opened.order_by().values("pk")).order_by()
    lines = [
        {"key": line["objective"], "name": line["objective__name"], "currency": line["request__currency"], **line}
        for line in linked.values("objective", "objective__name", "request__currency").annotate(**sums)
    ]
    without = opened.filter(objective_links=None).order_by().values("currency")
    lines += [{"key": None, "name": "", **line} for line in without.annotate(count=Count("pk"), cost=Sum("estimated_cost"))]
    return lines


def unit_lines(opened: "QuerySet[Request]") -> list[dict[str, Any]]:
    """Open requests by the unit that asks, and currency. One query."""
    lines = opened.order_by().values("unit", "unit__name", "currency").annotate(count=Count("pk"), cost=Sum("estimated_cost"))
    return [{"key": line["unit"], "name": line["unit__name"] or "", **line} for line in lines]
