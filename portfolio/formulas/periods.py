"""Reporting periods of a cadence: when each starts, ends, opens for writing and is due. Days, all included."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {"monthly": 1, "quarterly": 3}
DAYS = {"weekly": 7, "fortnightly": 14}


@dataclass(frozen=True)
class Span:
    """One period. Updates may be written from `opens_on` and are due on `due_on`."""

    starts_on: date
    ends_on: date
    opens_on: date
    due_on: date


def default_start(cadence: str, on: date) -> date:
    """Where a calendar begins that names no first day: the Monday, month or calendar quarter that holds `on`."""
    if cadence in DAYS:
        return on - timedelta(days=on.weekday())
    if cadence == "quarterly":
        return date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    return on.replace(day=1)


def add_months(day: date, months: int) -> date:
    """The same day of the month, `months` later; the last day of a month that lacks it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def start_of(cadence: str, first: date, index: int) -> date:
    """The first day of the period `index` (0 is the first one). Counted from `first`, so that the 31st stays the 31st."""
    if cadence in DAYS:
        return first + timedelta(days=DAYS[cadence] * index)
    return add_months(first, MONTHS[cadence] * index)


def spans(cadence: str, first: date, until: date, *, opens_before_end: int, due_after_end: int) -> Iterator[Span]:
    """The periods from the one that starts on `first` to the last that starts on or before `until`, without gaps.

    A period opens `opens_before_end` days before its last day, at the earliest on its first, and is due
    `due_after_end` days after its last. Raises KeyError for a cadence without a rhythm ("irregular").
    """
    index = 0
    while (starts_on := start_of(cadence, first, index)) <= until:
        ends_on = start_of(cadence, first, index + 1) - timedelta(days=1)
        yield Span(
            starts_on,
            ends_on,
            max(starts_on, ends_on - timedelta(days=opens_before_end)),
            ends_on + timedelta(days=due_after_end),
        )
        index += 1
