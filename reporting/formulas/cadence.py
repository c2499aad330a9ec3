"""When a schedule is due: local wall-clock rules turned into instants in UTC.

The rules, in the order in which they apply:

1. The *nominal day* comes from the cadence (every day, Mondays, the 31st, the last Friday of the quarter …).
   A day of the month that the month lacks is its last day: the 31st in April is 30 April.
2. The *holiday rule* may drop that day or move it. A public holiday always counts as not working. A weekend
   counts only where the day was reached by its number ("the 15th"): who asks for "every Saturday" or "every day"
   wants the Saturday. A moved day always lands on a working day.
3. Two nominal days that land on one day are one due day.
4. The local time on that day becomes an instant. A time that exists twice (clocks go back) is its first
   occurrence, once. A time that does not exist (clocks go forward) is the first valid instant after it.

Nothing here reads a clock or a database; public holidays come in as any container of dates (a
`holidays.HolidayBase` is one, and fills itself year by year as it is asked).
"""

from __future__ import annotations

import calendar
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

KINDS = ("daily", "weekdays", "weekly", "fortnightly", "monthly", "quarterly")
HOLIDAY_RULES = ("ignore", "skip", "next", "previous")
LAST = -1
WEEKEND = frozenset({5, 6})
# No calendar has a longer run of days off than this; without a bound, a container that holds every day would hang us.
LONGEST_BREAK = 31


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often, at what local time, where.

    kind: one of `KINDS`. at: local wall-clock time. zone: IANA name.
    weekday: 0 Monday … 6 Sunday; needed by weekly and fortnightly, and with `nth` by monthly and quarterly.
    monthday: 1…31, or `LAST`. nth: 1…4, or `LAST`. Monthly and quarterly take exactly one of monthday and nth.
    quarter_month: 1…3, the month within each quarter. starts_on: no due day lies before it; a fortnight counts
    from the Monday of its week. holiday_rule: one of `HOLIDAY_RULES`.
    Raises ValueError with a sentence for a combination that means nothing.
    """

    kind: str
    at: time
    zone: str
    starts_on: date
    weekday: int | None = None
    monthday: int | None = None
    nth: int | None = None
    quarter_month: int = 1
    holiday_rule: str = "ignore"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"“{self.kind}” is not a cadence.")
        if self.holiday_rule not in HOLIDAY_RULES:
            raise ValueError(f"“{self.holiday_rule}” is not a holiday rule.")
        if self.at.tzinfo is not None:
            raise ValueError("The time of day is local; it carries no zone of its own.")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"“{self.zone}” is not a time zone.") from error
        self._check_day()

    def _check_day(self) -> None:
        if self.weekday is not None and self.weekday not in range(7):
            raise ValueError("The weekday is 0 (Monday) to 6 (Sunday).")
        if self.kind in ("weekly", "fortnightly") and self.weekday is None:
            raise ValueError("Choose the day of the week.")
        if self.kind not in ("monthly", "quarterly"):
            return
        if (self.monthday is None) == (self.nth is None):
            raise ValueError("Choose either a day of the month or a weekday in it.")
        if self.monthday is not None and self.monthday != LAST and self.monthday not in range(1, 32):
            raise ValueError("The day of the month is 1 to 31, or the last.")
        if self.nth is not None and (self.nth not in (1, 2, 3, 4, LAST) or self.weekday is None):
            raise ValueError("Choose which weekday of the month: first to fourth, or last.")
        if self.quarter_month not in (1, 2, 3):
            raise ValueError("The month in the quarter is 1, 2 or 3.")


def instants(cadence: Cadence, *, after: datetime, holidays: Container[date] = ()) -> Iterator[datetime]:
    """Every due instant later than `after` (aware), ascending, in UTC; ends only with the calendar (year 9999)."""
    if after.tzinfo is None:
        raise ValueError("`after` must say its zone.")
    zone = ZoneInfo(cadence.zone)
    # A day can have been moved forward by a whole break, and zones differ from UTC by up to a day.
    first = max(cadence.starts_on, _shifted(after.astimezone(zone).date(), -LONGEST_BREAK - 2))
    previous = after
    for day in _due_days(cadence, first, holidays):
        moment = instant_of(day, cadence.at, zone)
        if moment > previous:
            yield moment
            previous = moment


def upcoming(cadence: Cadence, *, after: datetime, count: int, holidays: Container[date] = ()) -> list[datetime]:
    """The next `count` due instants later than `after`, in UTC. Fewer only at the end of the calendar, or when
    every day asked for is a holiday that is skipped."""
    return list(islice(instants(cadence, after=after, holidays=holidays), count))


def latest_missed(
    cadence: Cadence, *, first: datetime, until: datetime, holidays: Container[date] = ()
) -> tuple[datetime, int]:
    """After a pause in service: the last due instant in [first, until], and how many before it are passed over.

    `first` is itself a due instant. One report for the latest instant says what a reader needs; a week of
    downtime must not put five packs into one inbox.
    """
    chosen, passed_over = first, 0
    for moment in instants(cadence, after=first, holidays=holidays):
        if moment > until:
            break
        chosen, passed_over = moment, passed_over + 1
    return chosen, passed_over


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, of a wall-clock time: the first of two, and for none the end of the gap."""
    wall = datetime.combine(day, at, tzinfo=zone).replace(fold=0)
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    return _end_of_gap(wall, zone)


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """Inside a gap, fold 1 reads the wall clock with the new offset and lies before the change; fold 0 after it."""
    low = int(wall.replace(fold=1).timestamp())
    high = int(wall.replace(fold=0).timestamp())
    before = datetime.fromtimestamp(low, zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def is_working(day: date, holidays: Container[date]) -> bool:
    return day.weekday() not in WEEKEND and day not in holidays


def _due_days(cadence: Cadence, first: date, holidays: Container[date]) -> Iterator[date]:
    for day in _nominal_days(cadence, first):
        if moved := _moved(cadence, day, holidays):
            yield moved


def _moved(cadence: Cadence, day: date, holidays: Container[date]) -> date | None:
    by_number = cadence.kind in ("monthly", "quarterly") and cadence.monthday is not None
    free = day in holidays or (by_number and day.weekday() in WEEKEND)
    if cadence.holiday_rule == "ignore" or not free:
        return day
    if cadence.holiday_rule == "skip":
        return None
    step = 1 if cadence.holiday_rule == "next" else -1
    for distance in range(1, LONGEST_BREAK + 1):
        candidate = _shifted(day, step * distance)
        if is_working(candidate, holidays):
            # Moving back must not put a report before the day on which the schedule begins.
            return candidate if candidate >= cadence.starts_on else None
    return None


def _nominal_days(cadence: Cadence, first: date) -> Iterator[date]:
    if cadence.kind in ("monthly", "quarterly"):
        for year, month in _months(cadence, first):
            day = _day_in_month(cadence, year, month)
            if day >= first:
                yield day
        return
    for offset in range((date.max - first).days + 1):
        day = first + timedelta(days=offset)
        if _is_nominal(cadence, day):
            yield day


def _is_nominal(cadence: Cadence, day: date) -> bool:
    if cadence.kind == "daily":
        return True
    if cadence.kind == "weekdays":
        return day.weekday() not in WEEKEND
    if day.weekday() != cadence.weekday:
        return False
    return cadence.kind == "weekly" or _weeks_between(cadence.starts_on, day) % 2 == 0


def _weeks_between(start: date, day: date) -> int:
    return ((day.toordinal() - day.weekday()) - (start.toordinal() - start.weekday())) // 7


def _months(cadence: Cadence, first: date) -> Iterator[tuple[int, int]]:
    for index in range(first.year * 12 + first.month - 1, date.max.year * 12 + 12):
        year, month = divmod(index, 12)
        if cadence.kind == "monthly" or month % 3 == cadence.quarter_month - 1:
            yield year, month + 1


def _day_in_month(cadence: Cadence, year: int, month: int) -> date:
    last = calendar.monthrange(year, month)[1]
    if cadence.nth is None:
        return date(year, month, last if cadence.monthday == LAST else min(cadence.monthday or last, last))
    weekday = cadence.weekday or 0
    if cadence.nth == LAST:
        end = date(year, month, last)
        return end - timedelta(days=(end.weekday() - weekday) % 7)
    start = date(year, month, 1)
    return start + timedelta(days=(weekday - start.weekday()) % 7 + 7 * (cadence.nth - 1))


def _shifted(day: date, days: int) -> date:
    """`day` moved, held inside the calendar."""
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))
