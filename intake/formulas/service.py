"""The service clock: how many working days a request may stand in its state, and how many it has stood there.

Working days are Monday to Friday without the `holidays` that are given: sorted, each once, none on a weekend. The day on which
the request came into the state is day 0.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

RED, AMBER, GREEN, NONE = "red", "amber", "green", ""
# Working days are numbered from here; nothing is older.
FIRST_MONDAY = date(1900, 1, 1)


def day_number(day: date, holidays: Sequence[date] = ()) -> int:
    """How many working days there were since `FIRST_MONDAY`, up to and with this day. The twin in SQL: `DueNumber`."""
    weeks, rest = divmod((day - FIRST_MONDAY).days, 7)
    return weeks * 5 + min(rest, 4) + 1 - bisect_right(holidays, day)


def day_of(number: int, holidays: Sequence[date] = ()) -> date:
    """The working day of this number."""
    free = 0
    while True:
        weeks, rest = divmod(number + free - 1, 5)
        day = FIRST_MONDAY + timedelta(days=weeks * 7 + rest)
        passed = bisect_right(holidays, day)
        if passed == free:
            return day
        free = passed


def working_days(after: date, until: date, holidays: Sequence[date] = ()) -> int:
    """The working days after `after`, up to and with `until`. 0 when `until` is not later."""
    return max(0, day_number(until, holidays) - day_number(after, holidays))


def plus_working_days(day: date, days: int, holidays: Sequence[date] = ()) -> date:
    """The day that is so many working days later; a free day counts as the working day before it. `days` >= 0."""
    return day_of(day_number(day, holidays) + days, holidays)


def soon_days(allowed: int) -> int:
    """With so many working days left, or fewer, a request is due soon: a quarter of what is allowed, at least one."""
    return max(1, allowed // 4)


@dataclass(frozen=True)
class Clock:
    """Where a request stands against its service time. `left` is negative when it is over; None without a service time."""

    tone: str
    used: int
    allowed: int | None
    left: int | None


def clock_of(since: date, today: date, allowed: int | None, holidays: Sequence[date] = ()) -> Clock:
    """Red once more working days were used than allowed, amber when it is due soon (`soon_days`), else green."""
    used = working_days(since, today, holidays)
    if allowed is None:
        return Clock(NONE, used, None, None)
    left = allowed - used
    tone = RED if left < 0 else AMBER if left <= soon_days(allowed) else GREEN
    return Clock(tone, used, allowed, left)


def clock_until(since: date, today: date, due: int | None, holidays: Sequence[date] = ()) -> Clock:
    """The same, told by the number (`day_number`) of the last working day in time; None without a service time."""
    return clock_of(since, today, None if due is None else due - day_number(since, holidays), holidays)
