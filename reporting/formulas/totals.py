"""Money added up by currency, and the way from budget to forecast. Amounts are never added across currencies."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from heapq import nsmallest
from operator import add
from typing import Any

ZERO = Decimal(0)


@dataclass(frozen=True)
class Money:
    """Totals of the projects in one currency. Empty amounts are left out of a sum and counted as missing."""

    currency: str
    projects: int
    budget: Decimal
    forecast: Decimal
    spend: Decimal
    without_budget: int
    without_forecast: int
    without_spend: int
    # Only projects with both figures can be compared.
    compared: int
    compared_budget: Decimal
    compared_forecast: Decimal

    @property
    def stated_budget(self) -> Decimal | None:
        """The sum of the budgets; None where no project states one: that is not nothing."""
        return self.budget if self.without_budget < self.projects else None

    @property
    def stated_forecast(self) -> Decimal | None:
        """The sum of the forecasts; None where no project states one."""
        return self.forecast if self.without_forecast < self.projects else None

    @property
    def stated_spend(self) -> Decimal | None:
        """What was spent; None where no project says so."""
        return self.spend if self.without_spend < self.projects else None

    @property
    def variance(self) -> Decimal:
        """Forecast minus budget of the projects that have both; above zero is over budget."""
        return self.compared_forecast - self.compared_budget

    @property
    def variance_percent(self) -> Decimal | None:
        """`variance` in percent of the budget compared; None where that is zero."""
        return self.variance / self.compared_budget * 100 if self.compared_budget else None

    @property
    def spent_percent(self) -> Decimal | None:
        """Spend in percent of the budget; None without a budget."""
        return self.spend / self.budget * 100 if self.budget else None


def totals(rows: Iterable[Any]) -> list[Money]:
    """One line a currency, the largest budget first. Rows have currency, budget, forecast, spend."""
    sums: dict[str, list[Any]] = {}
    for row in rows:
        line = sums.get(row.currency)
        if line is None:
            line = sums[row.currency] = [0, ZERO, ZERO, ZERO, 0, 0, 0, 0, ZERO, ZERO]
        budget, forecast, spend = row.budget, row.forecast, row.spend
        line[0] += 1
        if budget is None:
            line[4] += 1
        else:
            line[1] += budget
            if forecast is not None:
                line[7] += 1
                line[8] += budget
                line[9] += forecast
        if forecast is None:
            line[5] += 1
        else:
            line[2] += forecast
        if spend is None:
            line[6] += 1
        else:
            line[3] += spend
    return _largest_first(Money(currency, *line) for currency, line in sums.items())


def totals_together(parts: Iterable[Iterable[Money]]) -> list[Money]:
    """The totals of several groups of projects added up."""
    sums: dict[str, tuple[Any, ...]] = {}
    for part in parts:
        for currency, *line in (vars(money).values() for money in part):
            sums[currency] = tuple(map(add, sums[currency], line)) if currency in sums else tuple(line)
    return _largest_first(Money(currency, *line) for currency, line in sums.items())


def _largest_first(found: Iterable[Money]) -> list[Money]:
    return sorted(found, key=lambda money: (-money.budget, -money.forecast, money.currency))


@dataclass(frozen=True)
class Step:
    """One contribution to the difference between budget and forecast. `row` is None for all others together."""

    row: Any
    amount: Decimal
    projects: int = 1


@dataclass(frozen=True)
class Bridge:
    """From the budget to the forecast of the projects in one currency that have both."""

    currency: str
    budget: Decimal
    forecast: Decimal
    steps: tuple[Step, ...]
    projects: int
    left_out: int

    @property
    def variance(self) -> Decimal:
        """Forecast minus budget."""
        return self.forecast - self.budget


def bridge(rows: Iterable[Any], currency: str, *, shown: int = 6, unnamed: frozenset[int] = frozenset()) -> Bridge:
    """The largest contributions one by one, the rest as one step, so that budget + steps = forecast to the cent.

    `unnamed`: primary keys that may not be shown by name; they only count in the rest.
    """
    moves: list[tuple[Decimal, Any]] = []
    rest, rest_projects, count, left_out, budget, forecast = ZERO, 0, 0, 0, ZERO, ZERO
    for row in rows:
        if row.currency != currency:
            continue
        if row.budget is None or row.forecast is None:
            left_out += 1
            continue
        count += 1
        budget += row.budget
        forecast += row.forecast
        amount = row.forecast - row.budget
        if not amount:
            continue
        if row.pk in unnamed:
            rest += amount
            rest_projects += 1
        else:
            moves.append((amount, row))
    steps = [Step(row, amount) for amount, row in moves]
    if rest_projects:
        steps.append(Step(None, rest, rest_projects))
    return _shortened(Bridge(currency, budget, forecast, tuple(steps), count, left_out), shown)


def bridges_together(parts: Iterable[Bridge], *, shown: int = 6) -> Bridge:
    """The bridges of several groups of projects in one currency as one. Raises ValueError where there is none."""
    currencies, budgets, forecasts, steps, counts, left_out = zip(
        *((part.currency, part.budget, part.forecast, part.steps, part.projects, part.left_out) for part in parts), strict=True
    )
    every = tuple(step for some in steps for step in some)
    whole = Bridge(currencies[0], sum(budgets, ZERO), sum(forecasts, ZERO), every, sum(counts), sum(left_out))
    return _shortened(whole, shown)


def _shortened(whole: Bridge, shown: int) -> Bridge:
    """With the largest steps one by one, from the most over budget to the most under, and all others as one."""
    named = [step for step in whole.steps if step.row is not None]
    first = nsmallest(shown, named, key=lambda step: (-abs(step.amount), step.row.reference))
    rest = whole.variance - sum((step.amount for step in first), ZERO)
    others = sum(step.projects for step in whole.steps) - len(first)
    steps = sorted(first, key=lambda step: -step.amount)
    if others:
        steps.append(Step(None, rest, others))
    return replace(whole, steps=tuple(steps))
