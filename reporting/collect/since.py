"""What the overview compares with: the day the reader chose, else the last report, else a month ago."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Q, When
from django.utils import timezone

from accounts.access import may
from core.unchanged import Clock, Memory
from reporting.models import Purpose, Report, ReportDelivery, ReportRun, ReportSchedule, RunState

DAYS = 30
# The last report that a person may know of is remembered until one of these changes.
TABLES = (ReportSchedule, ReportRun, ReportDelivery)
MEMORY = Memory(200)
# What a schedule can narrow; a selection by anything else has no report of its own.
NARROWS = ("portfolio", "programme", "unit", "objective", "sponsor", "tier", "phase")


@dataclass(frozen=True)
class Since:
    """A moment, its day, and the report that was made then, if it was one."""

    day: date
    moment: datetime
    run_id: int | None = None
    report: str = ""
    is_chosen: bool = False


def end_of(day: date, *, is_chosen: bool = False) -> Since:
    """The end of that day where the reader is."""
    return Since(day, timezone.make_aware(datetime.combine(day, datetime.max.time())), is_chosen=is_chosen)


def since_of(user: Any, selection: Any, *, today: date, chosen: date | None, clock: Clock) -> Since:
    """Where the changes begin. At most one query; none where a day is chosen. `clock`: of TABLES, at least."""
    if chosen:
        return end_of(chosen, is_chosen=True)
    key = (user.pk, may(user, "report.view"), selection, today, timezone.get_current_timezone_name())
    found = MEMORY.get(key, clock, TABLES, lambda: last_report(user, selection, today))
    return found or end_of(today - timedelta(days=DAYS))


def last_report(user: Any, selection: Any, today: date) -> Since | None:
    """The last portfolio pack that was made for readers before today and that this person may know of.

    One about the same selection goes before one about everything. What was made today says what the page says, so
    the one before it counts. One query.
    """
    before = timezone.make_aware(datetime.combine(today, datetime.min.time()))
    runs = ReportRun.objects.filter(
        state=RunState.DONE,
        purpose__in=[Purpose.SCHEDULED, Purpose.NOW],
        schedule__report=Report.PACK,
        schedule__project=None,
        finished_at__lt=before,
    )
    if not may(user, "report.view"):
        runs = runs.filter(deliveries__user=user, deliveries__mail__isnull=False)
    whole = Q(**{f"schedule__{name}": "" if name == "phase" else None for name in NARROWS})
    same = _same(selection)
    runs = runs.filter(whole | same) if same else runs.filter(whole)
    fits = Case(When(same, then=True), default=False, output_field=BooleanField()) if same else None
    found = (runs.order_by(fits.desc(), "-finished_at", "-pk") if fits else runs.order_by("-finished_at", "-pk")).values_list(
        "pk", "started_at", "finished_at", "schedule__name"
    )
    for pk, started_at, finished_at, name in found[:1]:
        moment = started_at or finished_at
        if moment:
            return Since(timezone.localtime(moment).date(), moment, pk, name)
    return None


def _same(selection: Any) -> Q | None:
    """Schedules narrowed as this selection is; None where nothing is narrowed, or something no schedule can narrow."""
    if selection.is_empty or selection.fits_nothing:
        return None
    if selection.manager or selection.category:
        return None
    return Q(**{f"schedule__{name}": getattr(selection, name) for name in NARROWS})
