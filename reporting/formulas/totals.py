"""Money added up by currency, and the way from budget to forecast. Amounts are never added across currencies."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from heapq import nsmallest
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
    found = [Money(currency, *line) for currency, line in sums.items()]
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


def bridge(rows: Iterable[Any], currency: str, *, shown: int = 6, named: frozenset[int] | None = None) -> Bridge:
    """The largest contributions one by one, the rest as one step, so that budget + steps = forecast to the cent.

    `named`: primary keys that may be shown by name (None: all); the others only count in the rest.
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
        if named is None or row.pk in named:
            moves.append((amount, row))
        else:
            rest += amount
            rest_projects += 1
    steps = [Step(row, amount) for amount, row in nsmallest(shown, moves, key=lambda move: (-abs(move[0]), move[1].reference))]
    rest += sum((amount for amount, _row in moves), ZERO) - sum((step.amount for step in steps), ZERO)
    rest_projects += len(moves) - len(steps)
    steps.sort(key=lambda step: -step.amount)
    if rest_projects:
        steps.append(Step(None, rest, rest_projects))
    return Bridge(currency, budget, forecast, tuple(steps), count, left_out)
