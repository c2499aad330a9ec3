"""Change control in numbers: which route a change takes, how votes count, what all changes together did to the first approval.

Amounts are Decimals of one currency with a sign (more is positive); days are whole days with a sign (later is positive).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol, TypeVar

ZERO = Decimal(0)
HUNDRED = Decimal(100)


# --- Routes ---------------------------------------------------------------------------------------------------------


class Limits(Protocol):
    """What of an approval route decides whether a change takes it. None: any size."""

    position: int
    most_percent: Decimal | None
    most_days: int | None


Chosen = TypeVar("Chosen", bound=Limits)


@dataclass(frozen=True)
class Size:
    """How big a change is, without sign: `percent` of the approved budget (None: it costs something, but there is no budget
    to measure it by) and `days` of the finish."""

    percent: Decimal | None
    days: int


def size_of(cost: Decimal | None, days: int | None, budget: Decimal | None) -> Size:
    """|cost| / budget × 100 and |days|. A change that costs nothing is 0 %, with or without a budget."""
    if not cost:
        return Size(ZERO, abs(days or 0))
    return Size(abs(cost) / budget * HUNDRED if budget and budget > 0 else None, abs(days or 0))


def beyond_forecast(cost: Decimal | None, held: Decimal | None) -> Decimal | None:
    """By how much a change moves the forecast: its cost less what the forecast holds of it already. None: it says no cost."""
    return None if cost is None else cost - (held or ZERO)


def within(route: Limits, size: Size) -> bool:
    """Whether the route takes changes of this size. Its limits are included; a size that cannot be measured is within none."""
    in_money = route.most_percent is None or (size.percent is not None and size.percent <= route.most_percent)
    return in_money and (route.most_days is None or size.days <= route.most_days)


def first_route(routes: Iterable[Chosen], size: Size) -> Chosen | None:
    """The first route by position that takes a change of this size; None where none does."""
    return next((route for route in sorted(routes, key=lambda route: route.position) if within(route, size)), None)


# --- Votes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """Votes counted. An abstention counts towards the quorum (its voter took part), not towards the majority."""

    approve: int
    reject: int
    abstain: int
    quorum: int

    @property
    def cast(self) -> int:
        """All votes."""
        return self.approve + self.reject + self.abstain

    @property
    def missing(self) -> int:
        """Votes that the quorum still needs."""
        return max(self.quorum - self.cast, 0)

    @property
    def result(self) -> str:
        """ "approve" or "reject" once the quorum is reached and one side has more votes. "": open, also with equal votes or
        nothing but abstentions, so that a further vote, or one that is changed, decides."""
        if self.missing or self.approve == self.reject:
            return ""
        return "approve" if self.approve > self.reject else "reject"


def tally(choices: Iterable[str], quorum: int) -> Tally:
    """Count choices ("approve", "reject", "abstain"). `quorum` is at least 1."""
    found = list(choices)
    return Tally(found.count("approve"), found.count("reject"), found.count("abstain"), max(quorum, 1))


# --- All changes together -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Approved:
    """An approved change and the figures it found. `cost` and `days` are what it moved; 0 where there was nothing to move."""

    key: Any
    label: str
    cost: Decimal
    days: int
    budget_before: Decimal | None
    finish_before: date | None
    cost_held: Decimal = ZERO
    """Of `cost`, what the forecast held already."""
    days_held: int = 0


def approved_of(
    key: Any,
    label: str,
    cost: Decimal | None,
    days: int | None,
    before: Mapping[str, Any],
    *,
    held: tuple[Decimal | None, int | None] = (None, None),
) -> Approved:
    """An approved change from its row. `before` holds "budget" and "planned_finish_on" as text, or None; `held` are the cost and
    the days that the forecast held already."""
    budget, finish = before.get("budget"), before.get("planned_finish_on")
    return Approved(
        key,
        label,
        (cost or ZERO) if budget is not None else ZERO,
        (days or 0) if finish is not None else 0,
        None if budget is None else Decimal(budget),
        None if finish is None else date.fromisoformat(finish),
        (held[0] or ZERO) if before.get("forecast") is not None else ZERO,
        (held[1] or 0) if before.get("forecast_finish_on") is not None else 0,
    )


@dataclass(frozen=True)
class Cumulative:
    """What all approved changes did to what was approved at first. Percents are None where there is nothing to measure by."""

    count: int
    original_budget: Decimal | None
    cost: Decimal
    original_finish: date | None
    days: int
    duration: int | None
    cost_held: Decimal = ZERO
    """Of the net change, what the forecast held already."""
    days_held: int = 0

    @property
    def percent(self) -> Decimal | None:
        """Net change of cost in percent of the original budget."""
        return self.cost / self.original_budget * HUNDRED if self.original_budget else None

    @property
    def days_percent(self) -> Decimal | None:
        """Net change of the finish in percent of the original duration."""
        return Decimal(self.days) / self.duration * HUNDRED if self.duration else None

    def rating(self, green: Decimal, amber: Decimal) -> str:
        """Green up to `green` percent, amber up to `amber`, red above: the worse of money and days, whatever their sign. ""
        where neither can be measured."""
        found = [abs(percent) for percent in (self.percent, self.days_percent) if percent is not None]
        if not found:
            return ""
        return "green" if max(found) <= green else "amber" if max(found) <= amber else "red"


def cumulative(
    changes: Sequence[Approved], *, budget: Decimal | None, started_on: date | None, finish_on: date | None
) -> Cumulative:
    """`changes` in the order of their approval; `budget` and `finish_on` as they stand, for a project without changes.

    The original approval is what the first change found, so that a budget set by hand before it counts as approved.
    """
    original = next((change.budget_before for change in changes if change.budget_before is not None), budget)
    finish = next((change.finish_before for change in changes if change.finish_before is not None), finish_on)
    duration = (finish - started_on).days if finish and started_on and finish > started_on else None
    return Cumulative(
        len(changes),
        original,
        sum((change.cost for change in changes), ZERO),
        finish,
        sum(change.days for change in changes),
        duration,
        sum((change.cost_held for change in changes), ZERO),
        sum(change.days_held for change in changes),
    )


# --- The bridge -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BudgetBridge:
    """original + steps + rest + unexplained = budget; budget + variance = forecast. To the cent, by construction.

    `steps` are the largest changes (key, label, amount) in the order of their approval, `rest` the sum of the `rest_count`
    others, `unexplained` what was changed on the budget without a change request (that the reader sees).
    """

    original: Decimal
    steps: tuple[tuple[Any, str, Decimal], ...]
    rest: Decimal
    rest_count: int
    unexplained: Decimal
    budget: Decimal
    forecast: Decimal | None

    @property
    def changed(self) -> Decimal:
        """All approved changes together."""
        return sum((amount for _key, _label, amount in self.steps), self.rest)

    @property
    def variance(self) -> Decimal | None:
        """Forecast minus budget; None without a forecast."""
        return None if self.forecast is None else self.forecast - self.budget


def budget_bridge(
    changes: Sequence[Approved], *, budget: Decimal | None, forecast: Decimal | None, shown: int = 6
) -> BudgetBridge | None:
    """From what was approved at first to the budget and the forecast of today; None without a budget. Changes that moved no
    money are left out."""
    moved = [change for change in changes if change.cost]
    original = next((change.budget_before for change in changes if change.budget_before is not None), budget)
    if budget is None or original is None:
        return None
    largest = {id(change) for change in sorted(moved, key=lambda change: -abs(change.cost))[:shown]}
    steps = tuple((change.key, change.label, change.cost) for change in moved if id(change) in largest)
    others = [change.cost for change in moved if id(change) not in largest]
    total = sum((change.cost for change in moved), ZERO)
    return BudgetBridge(original, steps, sum(others, ZERO), len(others), budget - original - total, budget, forecast)
