"""A report's figures as frozen data: the evidence that is stored, drawn and compared.

Money is Decimal in the project's currency, days are dates, ratings are RAG values ("" where none was given). Texts are
as typed (Markdown), cut at a length that a page can bear. `as_data` and `from_data` turn it into JSON and back
without loss.
"""

import dataclasses
import types
import typing
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from portfolio.formulas.discretion import priced_together, rated_together
from portfolio.formulas.raid_counts import Item, Registers
from reporting.formulas.matrix import Matrix

# Raised when the meaning of a field changes. A snapshot of another format is shown, but not compared.
FORMAT = 1


@dataclass(frozen=True)
class Decision:
    """A decision that an update asks for."""

    text: str
    decider: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class Milestone:
    """A dated event: planned, forecast, reached."""

    title: str
    planned_on: date
    forecast_on: date | None = None
    actual_on: date | None = None

    @property
    def expected_on(self) -> date:
        """When it happened or is expected."""
        return self.actual_on or self.forecast_on or self.planned_on


@dataclass(frozen=True)
class Sheet:
    """One project as a report shows it."""

    pk: int
    reference: str
    title: str
    purpose: str = ""
    portfolio: str = ""
    programme: str = ""
    unit: str = ""
    sponsor: str = ""
    manager: str = ""
    phase: str = ""
    tier: int = 2
    is_confidential: bool = False
    planned_start_on: date | None = None
    planned_finish_on: date | None = None
    forecast_finish_on: date | None = None
    actual_finish_on: date | None = None
    currency: str = "GBP"
    budget: Decimal | None = None
    forecast: Decimal | None = None
    spend: Decimal | None = None
    benefits: Decimal | None = None
    contingency: Decimal | None = None
    ratings: dict[str, str] = field(default_factory=dict)  # "overall" and the dimensions
    computed: str = ""
    assurance: str = ""
    assured_on: date | None = None
    reported_on: date | None = None
    period: str = ""
    is_stale: bool = False
    age_days: int | None = None
    percent_complete: int | None = None
    summary: str = ""
    achieved: str = ""
    planned_next: str = ""
    comments: dict[str, str] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    trail: tuple[tuple[str, dict[str, str]], ...] = ()  # (period, ratings), oldest first
    registers: Registers | None = None
    waiting: tuple[Item, ...] = ()  # decisions needed and changes to decide, from the registers

    @property
    def overall(self) -> str:
        """The declared overall rating, or "grey"."""
        return self.ratings.get("overall") or "grey"

    @property
    def finish_on(self) -> date | None:
        """When it ended or is expected to end."""
        return self.actual_finish_on or self.forecast_finish_on or self.planned_finish_on

    @property
    def slip_days(self) -> int | None:
        """Days later (positive) than planned; None where either day is unknown."""
        return (self.finish_on - self.planned_finish_on).days if self.finish_on and self.planned_finish_on else None

    @property
    def variance(self) -> Decimal | None:
        """Forecast less budget, whole life."""
        return self.forecast - self.budget if self.forecast is not None and self.budget is not None else None


@dataclass(frozen=True)
class Hidden:
    """A confidential project that counts in totals without its name."""

    overall: str
    currency: str
    budget: Decimal | None = None
    forecast: Decimal | None = None
    spend: Decimal | None = None


def _is_hidden(row: Any) -> bool:
    return isinstance(row, Hidden)


@dataclass(frozen=True)
class Snapshot:
    """A whole report."""

    report: str
    title: str
    organisation: str
    scope: str
    as_at: date
    made_at: datetime
    period: str = ""
    classification: str = ""
    language: str = "en-gb"
    paper: str = "A4"
    sheets: tuple[Sheet, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    stale_after_days: int = 45
    format: int = FORMAT
    # The registers: numbers since `since`, what ended or was decided, what waits above the projects, and all entries that are
    # named or counted but not open to everybody on the projects. `items` is what they are made from, and is not kept.
    since: date | None = None
    registers: Registers | None = None
    ended: tuple[Item, ...] = ()
    waiting: tuple[Item, ...] = ()
    entries: tuple[int, ...] = ()
    items: tuple[Item, ...] = ()
    matrix: Matrix | None = None

    @property
    def rows(self) -> "tuple[Sheet | Hidden, ...]":
        """All that counts in totals."""
        return (*self.sheets, *self.hidden)

    @property
    def rated(self) -> "tuple[Sheet | Hidden, ...]":
        """All whose ratings are told: those without a name only where there are enough of them."""
        return rated_together(self.rows, _is_hidden)

    @property
    def priced(self) -> "tuple[Sheet | Hidden, ...]":
        """All whose amounts are added up, of those without a name what does not point to one of them."""
        return priced_together(self.rows, _is_hidden, lambda row, names: dataclasses.replace(row, **dict.fromkeys(names)))


@dataclass(frozen=True)
class Total:
    """Sums in one currency; each sum counts only projects that state the figure, and `both` those that state budget and
    forecast, whose difference is `variance`."""

    currency: str
    projects: int
    budget: Decimal
    forecast: Decimal
    spend: Decimal
    without_budget: int
    without_forecast: int
    variance: Decimal


def totals(rows: "typing.Iterable[Sheet | Hidden]") -> list[Total]:
    """One line a currency, the largest budget first. Money is never added across currencies."""
    by: dict[str, list[Sheet | Hidden]] = {}
    for row in rows:
        by.setdefault(row.currency, []).append(row)
    nothing = Decimal(0)
    found = [
        Total(
            currency,
            len(group),
            sum((row.budget for row in group if row.budget is not None), nothing),
            sum((row.forecast for row in group if row.forecast is not None), nothing),
            sum((row.spend for row in group if row.spend is not None), nothing),
            sum(row.budget is None for row in group),
            sum(row.forecast is None for row in group),
            sum((row.forecast - row.budget for row in group if row.forecast is not None and row.budget is not None), nothing),
        )
        for currency, group in by.items()
    ]
    return sorted(found, key=lambda total: (-total.budget, total.currency))


def as_data(value: Any) -> Any:
    """Plain JSON data: days and moments as ISO text, money as text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {entry.name: as_data(getattr(value, entry.name)) for entry in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: as_data(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_data(item) for item in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def evidence(data: dict[str, Any]) -> dict[str, Any]:
    """A kept snapshot as its readers may have it: those without a name are counted, not told one by one."""
    whole = from_data(data)
    sums = [as_data(total) for total in totals(whole.priced)]
    return data | {"hidden": len(whole.hidden), "totals": sums}


def from_data(data: dict[str, Any]) -> Snapshot:
    """The snapshot that `as_data` made data of. Raises KeyError, TypeError or ValueError for anything else."""
    snapshot = _read(Snapshot, data)
    assert isinstance(snapshot, Snapshot)
    return snapshot


@lru_cache(maxsize=32)
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    origin = typing.get_origin(kind)
    arguments = typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _read(next(argument for argument in arguments if argument is not type(None)), value)
    if origin is tuple:
        inner = [arguments[0]] * len(value) if len(arguments) == 2 and arguments[1] is Ellipsis else arguments
        return tuple(_read(argument, item) for argument, item in zip(inner, value, strict=True))
    if origin is dict:
        return {key: _read(arguments[1], item) for key, item in value.items()}
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{name: _read(hints[name], item) for name, item in value.items() if name in hints})  # type: ignore[operator]
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value
