"""Reporting calendars: set up, lay out their periods, and say which project reports where."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.actions.locking import check, lock, save
from core.errors import ActionError
from core.history import recorded
from portfolio.formulas.periods import Span, default_start, spans
from portfolio.models import Portfolio, Project, ReportingCalendar, ReportingPeriod, StatusDuty, StatusSeries, StatusUpdate
from portfolio.models.asof import MAIN_SERIES
from portfolio.models.calendars import Cadence

FIELDS = (
    "name",
    "series",
    "cadence",
    "portfolio",
    "tier",
    "first_period_starts_on",
    "opens_days_before_end",
    "due_days_after_end",
    "review_required",
    "remind_days_before",
    "escalate_days_after",
    "is_active",
)
# How far ahead periods are laid out: the next one of the longest cadence is always there to be seen.
AHEAD = timedelta(days=100)
YEARS = 20
"""So far from today a first period may start: a year typed with two digits would lay out a hundred thousand weeks."""
SCHEDULING = {"series", "cadence", "first_period_starts_on", "opens_days_before_end", "due_days_after_end"}


def create_calendar(*, values: Mapping[str, Any], on: date) -> ReportingCalendar:
    """Set up a calendar, its periods from `first_period_starts_on` (or the running one), and the duties it brings.
    `values["new_series"]`: the name of a series that is made with it."""
    with recorded("portfolio.calendar.created"), transaction.atomic():
        values = _with_series(values)
        calendar = ReportingCalendar(**{name: values[name] for name in FIELDS if name in values})
        _refuse_far_off(calendar, on)
        _complete(calendar, on)
        check(calendar)
        _check(calendar)
        calendar.save()
        _lay_out([calendar], until=on + AHEAD)
        assign_duties(on=on)
        return calendar


def edit_calendar(*, calendar: ReportingCalendar, values: Mapping[str, Any], version: int, on: date) -> ReportingCalendar:
    """Change a calendar. Periods that are not over and have no update are laid out anew when its rhythm changed.
    Once it has updates its series stays."""
    with recorded("portfolio.calendar.edited"), transaction.atomic():
        values = _with_series(values)
        row = lock(ReportingCalendar.objects.all(), calendar.pk, version=version)
        changed = {name for name in FIELDS if name in values and getattr(row, name) != values[name]}
        if "series" in changed and StatusUpdate.objects.filter(period__calendar=row).exists():
            raise ActionError(
                _("Updates were written in this calendar for the series “%(name)s”. Add another calendar for another series.")
                % {"name": row.series},
                field="series",
            )
        for name in changed:
            setattr(row, name, values[name])
        if "first_period_starts_on" in changed:
            _refuse_far_off(row, on)
        _complete(row, on)
        check(row)
        _check(row)
        save(row)
        if changed & SCHEDULING:
            row.periods.filter(ends_on__gte=on, updates=None).delete()
            _lay_out([row], until=on + AHEAD)
        assign_duties(on=on)
        return row


def _with_series(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """With the series called `new_series`, which is made where there is none of that name."""
    name = str(values.get("new_series") or "").strip()
    if not name:
        return values
    found = StatusSeries.objects.filter(name__iexact=name).first()
    if found is None:
        stem = slugify(name)[:30] or "series"
        taken = set(StatusSeries.objects.filter(key__startswith=stem).values_list("key", flat=True))
        key = next(key for key in (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))) if key not in taken)
        found = StatusSeries.objects.create(key=key, name=name)
    return {**values, "series": found}


def _refuse_far_off(calendar: ReportingCalendar, on: date) -> None:
    first = calendar.first_period_starts_on
    if first is not None and abs(first.year - on.year) > YEARS:
        raise ActionError(
            _("The first period starts at most %(years)d years from today.") % {"years": YEARS}, field="first_period_starts_on"
        )


def _complete(calendar: ReportingCalendar, on: date) -> None:
    if calendar.first_period_starts_on is None and calendar.cadence != Cadence.IRREGULAR:
        calendar.first_period_starts_on = default_start(calendar.cadence, on)


def _check(calendar: ReportingCalendar) -> None:
    if not calendar.is_active:
        return
    rivals = ReportingCalendar.objects.filter(
        series=calendar.series, portfolio=calendar.portfolio, tier=calendar.tier, is_active=True
    ).exclude(cadence=Cadence.IRREGULAR)
    rival = rivals.exclude(pk=calendar.pk).first()
    if rival and calendar.cadence != Cadence.IRREGULAR:
        raise ActionError(
            _("“%(name)s” is for the same portfolio and tier already. Change that one, or take it out of use.")
            % {"name": rival.name},
            field="portfolio",
        )


# Periods


def ensure_periods(*, until: date) -> int:
    """Lay out the periods of every calendar in use up to `until`; returns how many were new. Running it again adds none."""
    with recorded("portfolio.calendar.periods_laid_out"), transaction.atomic():
        return _lay_out(ReportingCalendar.objects.filter(is_active=True).exclude(cadence=Cadence.IRREGULAR), until=until)


def _lay_out(calendars: Iterable[ReportingCalendar], *, until: date) -> int:
    made = 0
    for calendar in calendars:
        if calendar.cadence == Cadence.IRREGULAR or calendar.first_period_starts_on is None:
            continue
        # Two processes at once: the second waits, and finds the periods of the first.
        ReportingCalendar.objects.select_for_update().get(pk=calendar.pk)
        of_series = "" if calendar.series.key == MAIN_SERIES else f" · {calendar.series.name[:30]}"
        last = calendar.periods.order_by("-ends_on").values_list("ends_on", flat=True).first()
        new = [
            ReportingPeriod(
                calendar=calendar,
                label=label_of(calendar.cadence, span) + of_series,
                starts_on=max(span.starts_on, last + timedelta(days=1)) if last else span.starts_on,
                ends_on=span.ends_on,
                opens_on=span.opens_on,
                due_on=span.due_on,
            )
            for span in spans(
                calendar.cadence,
                calendar.first_period_starts_on,
                until,
                opens_before_end=calendar.opens_days_before_end,
                due_after_end=calendar.due_days_after_end,
            )
            if last is None or span.ends_on > last
        ]
        ReportingPeriod.objects.bulk_create(new)
        made += len(new)
    return made


def label_of(cadence: str, span: Span) -> str:
    """The period's name: "Week 47, 2026", "November 2026", "Oct–Dec 2026", or its first and last day."""
    start, end = span.starts_on, span.ends_on
    if cadence == Cadence.WEEKLY and start.weekday() == 0:
        year, week, _weekday = start.isocalendar()
        return _("Week %(week)d, %(year)d") % {"week": week, "year": year}
    if cadence == Cadence.MONTHLY and start.day == 1:
        return f"{MONTHS[start.month]} {start.year}"
    if cadence == Cadence.QUARTERLY and start.day == 1:
        first = f"{_short_month(start)} {start.year}" if start.year != end.year else _short_month(start)
        return f"{first}–{_short_month(end)} {end.year}"
    other = f" {start.year}" if start.year != end.year else ""
    return f"{start.day} {_short_month(start)}{other} – {end.day} {_short_month(end)} {end.year}"


def _short_month(day: date) -> str:
    return str(MONTHS_3[day.month]).title()


# Duties


def assign_duties(*, on: date) -> int:
    """Say for every running project in which calendars it reports: of each series the most specific one in use.

    Portfolio with tier, portfolio (the nearest of nested ones), tier, all others. Returns how many duties changed.
    A new duty asks for the periods that end on or after `on`. Duties in imported calendars are left alone.
    """
    with recorded("portfolio.calendar.duties_assigned"), transaction.atomic():
        with connection.cursor() as cursor:  # one assignment at a time: two would each see the other's half
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('portfolio.assign_duties'))")
        calendars = list(ReportingCalendar.objects.filter(is_active=True).exclude(cadence=Cadence.IRREGULAR))
        parents = dict(Portfolio.objects.values_list("pk", "parent_id"))
        held: dict[int, dict[int, int]] = {}
        regular = StatusDuty.objects.exclude(calendar__cadence=Cadence.IRREGULAR)
        for pk, project_id, calendar_id in regular.values_list("pk", "project_id", "calendar_id"):
            held.setdefault(project_id, {})[calendar_id] = pk
        gone: list[int] = []
        new: list[StatusDuty] = []
        running = Project.objects.running().values_list("pk", "portfolio_id", "programme__portfolio_id", "tier")
        for pk, portfolio_id, via_programme, tier in running:
            wanted = _calendars_for(calendars, _line(portfolio_id or via_programme, parents), tier)
            have = held.pop(pk, {})
            gone += [duty for calendar, duty in have.items() if calendar not in wanted]
            new += [StatusDuty(project_id=pk, calendar_id=calendar, starts_on=on) for calendar in wanted - have.keys()]
        # What is left belongs to projects at rest: they keep their duty, and owe nothing (StatusDutyQuerySet.owed).
        StatusDuty.objects.filter(pk__in=gone).delete()
        StatusDuty.objects.bulk_create(new, ignore_conflicts=True)
        return len(gone) + len(new)


def _line(portfolio_id: int | None, parents: Mapping[int, int | None]) -> list[int]:
    """The portfolio and those it lies in, nearest first."""
    found: list[int] = []
    while portfolio_id is not None and portfolio_id not in found:
        found.append(portfolio_id)
        portfolio_id = parents.get(portfolio_id)
    return found


def _calendars_for(calendars: Iterable[ReportingCalendar], line: list[int], tier: int) -> set[int]:
    best: dict[int, tuple[tuple[int, int], int]] = {}
    for calendar in calendars:
        if calendar.tier not in (None, tier) or (calendar.portfolio_id is not None and calendar.portfolio_id not in line):
            continue
        nearness = len(line) - line.index(calendar.portfolio_id) if calendar.portfolio_id is not None else 0
        rank = (nearness, int(calendar.tier is not None))
        if calendar.series_id not in best or rank > best[calendar.series_id][0]:
            best[calendar.series_id] = (rank, calendar.pk)
    return {calendar for _rank, calendar in best.values()}
