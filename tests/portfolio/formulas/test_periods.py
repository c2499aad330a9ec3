"""Reporting periods: vectors by hand, and what must hold for any calendar."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from portfolio.formulas.periods import default_start, spans


def starts(cadence: str, first: date, until: date) -> list[date]:
    return [span.starts_on for span in spans(cadence, first, until, opens_before_end=5, due_after_end=5)]


def test_month_opens_five_days_before_its_end_and_is_due_five_days_after() -> None:
    (november,) = spans("monthly", date(2026, 11, 1), date(2026, 11, 30), opens_before_end=5, due_after_end=5)
    assert (november.ends_on, november.opens_on, november.due_on) == (date(2026, 11, 30), date(2026, 11, 25), date(2026, 12, 5))


def test_month_from_the_31st_keeps_its_day_where_it_exists() -> None:
    assert starts("monthly", date(2026, 1, 31), date(2026, 5, 31)) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
    ]


def test_quarter_of_a_financial_year_starts_in_april() -> None:
    assert starts("quarterly", date(2026, 4, 1), date(2027, 1, 1)) == [
        date(2026, 4, 1),
        date(2026, 7, 1),
        date(2026, 10, 1),
        date(2027, 1, 1),
    ]


def test_default_start_is_the_period_that_holds_today() -> None:
    sunday = date(2026, 11, 22)
    assert default_start("weekly", sunday) == date(2026, 11, 16)
    assert default_start("monthly", sunday) == date(2026, 11, 1)
    assert default_start("quarterly", sunday) == date(2026, 10, 1)


@given(
    cadence=st.sampled_from(["weekly", "fortnightly", "monthly", "quarterly"]),
    first=st.dates(date(2000, 1, 1), date(2060, 12, 31)),
    length=st.integers(0, 800),
    opens=st.integers(0, 100),
    due=st.integers(0, 60),
)
def test_periods_follow_each_other_without_gap(cadence: str, first: date, length: int, opens: int, due: int) -> None:
    until = first + timedelta(days=length)
    found = list(spans(cadence, first, until, opens_before_end=opens, due_after_end=due))
    assert found[0].starts_on == first
    assert found[-1].starts_on <= until <= found[-1].ends_on
    for before, after in pairwise(found):
        assert after.starts_on == before.ends_on + timedelta(days=1)
    for span in found:
        assert span.starts_on <= span.opens_on <= span.ends_on <= span.due_on
