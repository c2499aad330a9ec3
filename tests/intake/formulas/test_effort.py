"""Effort by role and month: hours, full-time months, money."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from intake.formulas.effort import Effort, cost_by_year, full_time_hours, summarise_effort

RATES = {"Analyst": Decimal(60), "Developer": Decimal(80)}
EFFORTS = [
    Effort("Developer", date(2026, 12, 1), Decimal(345)),  # 23 working days x 7.5 = 172.5: two people
    Effort("Developer", date(2027, 2, 1), Decimal(75)),  # 20 days, 150 hours: half a person
    Effort("Analyst", date(2026, 12, 14), Decimal("86.25")),
    Effort("Analyst", date(2026, 12, 15), Decimal("86.25")),
    Effort("Tester", date(2027, 2, 1), Decimal(30)),
]


def test_full_time_hours_count_working_days() -> None:
    assert full_time_hours(date(2026, 12, 5)) == Decimal("172.5")
    assert full_time_hours(date(2026, 12, 1), holidays=frozenset({date(2026, 12, 25), date(2026, 12, 26)})) == 165
    assert full_time_hours(date(2026, 2, 1), per_day=Decimal(8)) == 160


def test_effort_is_summed_by_role_and_month() -> None:
    found = summarise_effort(EFFORTS, RATES)
    assert found.months == (date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1))
    assert [(row.role, row.by_month, row.hours, row.fte_months, row.cost) for row in found.roles] == [
        ("Analyst", (Decimal("172.5"), 0, 0), Decimal("172.5"), 1, 10350),
        ("Developer", (345, 0, 75), 420, Decimal("2.5"), 33600),
        ("Tester", (0, 0, 30), 30, Decimal("0.2"), None),
    ]
    assert found.hours_by_month == (Decimal("517.5"), 0, 105)
    assert found.fte_by_month == (3, 0, Decimal("0.7"))
    assert (found.hours, found.fte_months, found.cost) == (Decimal("622.5"), Decimal("3.7"), 43950)
    assert found.without_rate == ("Tester",)
    assert found.peak_month == date(2026, 12, 1)


def test_no_effort_is_no_months() -> None:
    found = summarise_effort([], RATES)
    assert (found.months, found.roles, found.hours, found.peak_month) == ((), (), 0, None)


def test_cost_goes_to_its_financial_year() -> None:
    assert cost_by_year(EFFORTS, RATES) == {2026: 37950, 2027: 6000}
    assert cost_by_year(EFFORTS, RATES, first_month=4) == {2026: 43950}


@given(
    st.lists(
        st.builds(
            Effort,
            st.sampled_from(["Analyst", "Developer"]),
            st.dates(date(2025, 1, 1), date(2028, 12, 31)),
            st.decimals(min_value=0, max_value=1000, places=2),
        ),
        max_size=20,
    ),
    st.integers(1, 12),
)
def test_sums_agree_whichever_way_they_are_taken(efforts: list[Effort], first_month: int) -> None:
    found = summarise_effort(efforts, RATES)
    assert found.hours == sum((effort.hours for effort in efforts), Decimal(0)) == sum(row.hours for row in found.roles)
    assert sum(cost_by_year(efforts, RATES, first_month=first_month).values()) == found.cost
    assert abs(found.fte_months - sum(found.fte_by_month)) < Decimal("1e-20")
