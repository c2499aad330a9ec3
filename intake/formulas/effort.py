"""The work a case needs, by role and month: hours, full-time months (FTE) and what they cost.

Hours are what is stored; FTE is derived: hours / full-time hours of that month. A month is its first day.
Rates are money per hour in the case's currency.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from intake.formulas.cashflows import ZERO

HOURS_PER_DAY = Decimal("7.5")


@dataclass(frozen=True)
class Effort:
    """Hours of one role in one month (any day of it). The same role and month may come more than once."""

    role: str
    month: date
    hours: Decimal


@dataclass(frozen=True)
class RoleEffort:
    """One role's row. `by_month` has the summary's months in order; `cost` is None where the role has no rate."""

    role: str
    by_month: tuple[Decimal, ...]
    hours: Decimal
    fte_months: Decimal
    cost: Decimal | None


@dataclass(frozen=True)
class EffortSummary:
    """The table of roles by months, roles in alphabetical order, months without gaps.

    `cost` counts the roles that have a rate; `without_rate` names the others that have hours. `fte_by_month` is how many
    full-time people each month takes, `peak_month` the first month with the most hours (None without effort).
    """

    months: tuple[date, ...]
    roles: tuple[RoleEffort, ...]
    hours_by_month: tuple[Decimal, ...]
    fte_by_month: tuple[Decimal, ...]
    hours: Decimal
    fte_months: Decimal
    cost: Decimal
    without_rate: tuple[str, ...]
    peak_month: date | None


def full_time_hours(month: date, *, holidays: frozenset[date] = frozenset(), per_day: Decimal = HOURS_PER_DAY) -> Decimal:
    """Monday to Friday of the month less holidays, times the hours of a day."""
    day, days = month.replace(day=1), 0
    while (day.year, day.month) == (month.year, month.month):
        days += day.weekday() < 5 and day not in holidays
        day += timedelta(days=1)
    return days * per_day


def summarise_effort(
    efforts: Iterable[Effort],
    rates: Mapping[str, Decimal],
    *,
    holidays: frozenset[date] = frozenset(),
    per_day: Decimal = HOURS_PER_DAY,
) -> EffortSummary:
    """Totals by role and month. A month that is all holidays has no FTE: its hours count as hours only."""
    sums: dict[str, dict[date, Decimal]] = {}
    for effort in efforts:
        of_role, month = sums.setdefault(effort.role, {}), effort.month.replace(day=1)
        of_role[month] = of_role.get(month, ZERO) + effort.hours
    months = _months({month for of_role in sums.values() for month in of_role})
    full = [full_time_hours(month, holidays=holidays, per_day=per_day) for month in months]
    roles = []
    for role in sorted(sums, key=str.casefold):
        by_month = tuple(sums[role].get(month, ZERO) for month in months)
        hours = sum(by_month, ZERO)
        fte = sum((worked / whole for worked, whole in zip(by_month, full, strict=True) if whole), ZERO)
        roles.append(RoleEffort(role, by_month, hours, fte, hours * rates[role] if role in rates else None))
    by_month = tuple(sum((row.by_month[i] for row in roles), ZERO) for i in range(len(months)))
    return EffortSummary(
        months=months,
        roles=tuple(roles),
        hours_by_month=by_month,
        fte_by_month=tuple(worked / whole if whole else ZERO for worked, whole in zip(by_month, full, strict=True)),
        hours=sum(by_month, ZERO),
        fte_months=sum((row.fte_months for row in roles), ZERO),
        cost=sum((row.cost for row in roles if row.cost is not None), ZERO),
        without_rate=tuple(row.role for row in roles if row.cost is None and row.hours),
        peak_month=months[by_month.index(max(by_month))] if any(by_month) else None,
    )


def cost_by_year(efforts: Iterable[Effort], rates: Mapping[str, Decimal], *, first_month: int = 1) -> dict[int, Decimal]:
    """What the effort costs in each financial year, named by the calendar year it starts in (first_month 4: April); roles
    without a rate cost nothing here. Ascending; years without effort are left out."""
    found: dict[int, Decimal] = {}
    for effort in efforts:
        year = effort.month.year - (effort.month.month < first_month)
        found[year] = found.get(year, ZERO) + effort.hours * rates.get(effort.role, ZERO)
    return dict(sorted(found.items()))


def _months(used: set[date]) -> tuple[date, ...]:
    if not used:
        return ()
    first, last = min(used), max(used)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    numbers = (first.year * 12 + first.month - 1 + i for i in range(count))
    return tuple(date(number // 12, number % 12 + 1, 1) for number in numbers)
