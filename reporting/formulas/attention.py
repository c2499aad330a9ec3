"""Which projects need attention, and why: rules that give reasons, and their rank.

Each reason has a weight; a project's rank is the sum. The weights order, they measure nothing: a rating that
turned red outweighs any two mild reasons, and late paperwork alone never outranks a red project.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal
from itertools import chain
from operator import attrgetter
from typing import Any

from reporting.formulas.rating_counts import is_worse

WEIGHTS = {
    "turned_red": 100,
    "assurance_red": 70,
    "red": 60,
    "computed_worse": 50,
    "decision_overdue": 45,
    "over_budget": 40,
    "slipped": 40,
    "update_overdue": 25,
    "stale": 15,
    "never_reported": 15,
}
SLIP_DAYS = 30


@dataclass(frozen=True)
class Limits:
    """Per tier: forecast over budget in percent beyond which it is a reason; days after which a rating is stale."""

    over_budget: Decimal = Decimal(10)
    stale_days: int = 45


@dataclass(frozen=True)
class Reason:
    """One reason: its code (a key of WEIGHTS) and the figures it rests on."""

    code: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Attention:
    """A project with its reasons, the weightiest first."""

    row: Any
    reasons: tuple[Reason, ...]
    rank: int  # the sum of the weights
    order: tuple[int, str]  # the highest rank first

    @classmethod
    def of(cls, row: Any, reasons: tuple[Reason, ...]) -> "Attention":
        """With its rank."""
        rank = sum(WEIGHTS[reason.code] for reason in reasons)
        return cls(row, reasons, rank, (-rank, row.reference))


def age_in_days(row: Any, today: date, zone: tzinfo) -> int | None:
    """How old the newest update is, counted from day to day as the clocks of that zone tell them; None where there is none."""
    return (today - row.reported_at.astimezone(zone).date()).days if row.reported_at else None


def reasons_for(
    row: Any, was: Any, *, today: date, zone: tzinfo, limits: Limits, update_overdue_days: int = 0, decisions_overdue: int = 0
) -> tuple[Reason, ...]:
    """The reasons of one running project. `was`: how it stood at the time compared with, or None."""
    found = []
    if row.overall == "red":
        if was is not None and was.overall not in ("red", None, ""):
            found.append(Reason("turned_red", {"before": was.overall}))
        else:
            found.append(Reason("red", {}))
    if row.assurance == "red":
        found.append(Reason("assurance_red", {}))
    if is_worse(row.computed_overall, row.overall):
        found.append(Reason("computed_worse", {"computed": row.computed_overall, "declared": row.overall}))
    if decisions_overdue:
        found.append(Reason("decision_overdue", {"count": decisions_overdue}))
    if row.budget and row.forecast is not None and row.forecast > row.budget:
        percent = (row.forecast - row.budget) / row.budget * 100
        if percent > limits.over_budget:
            found.append(Reason("over_budget", {"percent": percent, "amount": row.forecast - row.budget}))
    if was is not None:
        finish, before = row.finish_on, was.finish_on
        if finish and before and (finish - before).days > SLIP_DAYS:
            found.append(Reason("slipped", {"days": (finish - before).days, "finish": finish}))
    age = age_in_days(row, today, zone)
    if update_overdue_days > 0:
        found.append(Reason("update_overdue", {"days": update_overdue_days}))
    elif age is None:
        found.append(Reason("never_reported", {}))
    elif age > limits.stale_days:
        found.append(Reason("stale", {"days": age}))
    return tuple(sorted(found, key=lambda reason: -WEIGHTS[reason.code]))


def attention_of(
    running: Sequence[Any],
    was: Sequence[Any],
    late: Sequence[int | None],
    waiting: Sequence[int | None],
    *,
    limits: Mapping[int, Limits],
    today: date,
    zone: tzinfo,
) -> list[Attention]:
    """The running projects that have a reason, ranked. Beside each, in columns: how it stood before, the days that its update is
    overdue, its overdue decisions (None: none)."""
    found = []
    for row, before, days, asked in zip(running, was, late, waiting, strict=True):
        limit = limits[row.tier if row.tier in limits else 0]
        if reasons := reasons_for(
            row, before, today=today, zone=zone, limits=limit, update_overdue_days=days or 0, decisions_overdue=asked or 0
        ):
            found.append(Attention.of(row, reasons))
    return ranked([found])


def ranked(parts: Iterable[Iterable[Attention]]) -> list[Attention]:
    """Those of several groups of projects, the most pressing first; paperwork alone (late, stale, never) comes last by its weight."""
    return sorted(chain.from_iterable(parts), key=attrgetter("order"))
