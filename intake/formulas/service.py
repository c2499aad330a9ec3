"""The service clock: how many working days a request may stand in its state, and how many it has stood there.

Working days are Monday to Friday. The day on which the request came into the state is day 0.
"""

from dataclasses import dataclass
from datetime import date, timedelta

RED, AMBER, GREEN, NONE = "red", "amber", "green", ""


def working_days(after: date, until: date) -> int:
    """The working days after `after`, up to and with `until`. 0 when `until` is not later."""
    if until <= after:
        return 0
    weeks, rest = divmod((until - after).days, 7)
    return weeks * 5 + sum((after + timedelta(days=step)).isoweekday() <= 5 for step in range(1, rest + 1))


def plus_working_days(day: date, days: int) -> date:
    """The day that is so many working days later; a day of the weekend counts as the Friday before. `days` >= 0."""
    weekday = min(day.isoweekday(), 5)
    friday = day - timedelta(days=max(day.isoweekday() - 5, 0))
    return friday + timedelta(days=days + 2 * ((weekday - 1 + days) // 5))


def last_working_day(day: date) -> date:
    """The day itself, or the Friday before where it is a day of the weekend."""
    return plus_working_days(day, 0)


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


def clock_of(since: date, today: date, allowed: int | None) -> Clock:
    """Red once more working days were used than allowed, amber when it is due soon (`soon_days`), else green."""
    used = working_days(since, today)
    if allowed is None:
        return Clock(NONE, used, None, None)
    left = allowed - used
    tone = RED if left < 0 else AMBER if left <= soon_days(allowed) else GREEN
    return Clock(tone, used, allowed, left)
