"""The service clock, against counting day by day."""

from datetime import date, timedelta

import pytest

from intake.formulas.service import clock_of, day_number, plus_working_days, working_days

MONDAY = date(2026, 11, 2)


@pytest.mark.parametrize("start", range(7))
@pytest.mark.parametrize("length", range(40))
def test_working_days_are_counted_one_by_one(start: int, length: int) -> None:
    day = MONDAY + timedelta(days=start)
    until = day + timedelta(days=length)
    counted = sum((day + timedelta(days=step)).weekday() < 5 for step in range(1, length + 1))
    assert working_days(day, until) == counted


@pytest.mark.parametrize("start", range(7))
@pytest.mark.parametrize("days", range(25))
def test_so_many_working_days_later_so_many_were_used(start: int, days: int) -> None:
    day = MONDAY + timedelta(days=start)
    due = plus_working_days(day, days)
    assert due.weekday() < 5
    assert working_days(day, due) == days


def test_the_clock_turns_amber_then_red() -> None:
    tones = [clock_of(MONDAY, MONDAY + timedelta(days=step), 5).tone for step in range(9)]
    assert tones == ["green", "green", "green", "green", "amber", "amber", "amber", "amber", "red"]
    assert clock_of(MONDAY, MONDAY + timedelta(days=8), 5).left == -1
    assert clock_of(MONDAY, MONDAY, None).tone == ""
    assert clock_of(MONDAY, MONDAY + timedelta(days=1), 0).tone == "red"


HOLIDAYS = (date(2026, 11, 4), date(2026, 11, 16), date(2026, 11, 17), date(2026, 12, 25), date(2026, 12, 28))


@pytest.mark.parametrize("start", range(60))
def test_holidays_are_no_working_days(start: int) -> None:
    day = MONDAY + timedelta(days=start)
    counted, numbers = 0, [day_number(day, HOLIDAYS)]
    for step in range(1, 40):
        until = day + timedelta(days=step)
        counted += until.weekday() < 5 and until not in HOLIDAYS
        assert working_days(day, until, HOLIDAYS) == counted
        numbers.append(day_number(until, HOLIDAYS))
    assert numbers == sorted(numbers)
    for days in range(20):
        due = plus_working_days(day, days, HOLIDAYS)
        assert due.weekday() < 5
        assert due not in HOLIDAYS
        assert working_days(day, due, HOLIDAYS) == (days if due > day else 0)
    assert clock_of(date(2026, 12, 24), date(2026, 12, 29), 1, HOLIDAYS).left == 0
