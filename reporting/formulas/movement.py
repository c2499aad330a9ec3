"""What changed between two pictures of the same projects. Days are calendar days, money is in the project's currency."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import Any

from reporting.formulas.rating_counts import turned

SEVERE_LAST = {"red": 0, "amber": 1, "green": 2}


@dataclass(frozen=True)
class Turn:
    """A rating that moved. `kind` is "declared" or "assured"; `step` is +1 worse, -1 better. `order`: the worst first."""

    row: Any
    kind: str
    before: str
    now: str
    step: int
    order: tuple[Any, ...]

    @classmethod
    def of(cls, row: Any, kind: str, before: str, now: str, step: int) -> "Turn":
        """With its order."""
        return cls(row, kind, before, now, step, (-step, SEVERE_LAST[now], kind != "declared", row.reference))


@dataclass(frozen=True)
class Slip:
    """A forecast finish that moved by `days` (above zero: later)."""

    row: Any
    before: date
    now: date
    days: int

    @cached_property
    def order(self) -> tuple[int, str]:
        """The latest first."""
        return -self.days, self.row.reference


@dataclass(frozen=True)
class Shift:
    """An amount that moved. `field` is "budget" or "forecast"."""

    row: Any
    field: str
    before: Decimal
    now: Decimal

    @cached_property
    def amount(self) -> Decimal:
        """Now minus before."""
        return self.now - self.before

    @cached_property
    def order(self) -> tuple[Decimal, str]:
        """The largest change first."""
        return -abs(self.amount), self.row.reference


@dataclass(frozen=True)
class Movement:
    """Everything that moved, the largest first: what got worse before what got better."""

    turns: tuple[Turn, ...] = ()
    slips: tuple[Slip, ...] = ()
    shifts: tuple[Shift, ...] = ()
    entered: tuple[Any, ...] = ()
    left: tuple[Any, ...] = ()

    @cached_property
    def worse(self) -> tuple[Turn, ...]:
        """Ratings that got worse."""
        return self.turns[: self._worse]

    @cached_property
    def better(self) -> tuple[Turn, ...]:
        """Ratings that got better."""
        return self.turns[self._worse :]

    @cached_property
    def _worse(self) -> int:
        return bisect_left(self.turns, 0, key=lambda turn: -turn.step)

    @property
    def later(self) -> int:
        """How many finishes slipped."""
        return bisect_left(self.slips, 0, key=lambda slip: -slip.days)

    @property
    def is_empty(self) -> bool:
        """Nothing moved."""
        return not (self.turns or self.slips or self.shifts or self.entered or self.left)


def moves_of(row: Any, was: Any) -> tuple[tuple[Turn, ...], Slip | None, tuple[Shift, ...]] | None:
    """What moved on one project; None for nothing. What was unknown on one side did not move."""
    turns: list[Turn] = []
    for kind, new, old in (("declared", row.overall, was.overall), ("assured", row.assurance, was.assurance)):
        if new != old and (step := turned(new, old)):
            turns.append(Turn.of(row, kind, old, new, step))
    slip, new_finish, old_finish = None, row.finish_on, was.finish_on
    if new_finish != old_finish and new_finish and old_finish:
        slip = Slip(row, old_finish, new_finish, (new_finish - old_finish).days)
    shifts: tuple[Shift, ...] = ()
    if row.currency == was.currency:
        shifts = tuple(
            Shift(row, field, old, new)
            for field, new, old in (("forecast", row.forecast, was.forecast), ("budget", row.budget, was.budget))
            if new != old and new is not None and old is not None
        )
    return (tuple(turns), slip, shifts) if turns or slip or shifts else None


def moved(now: Sequence[Any], was: Sequence[Any]) -> Movement:
    """What moved on some projects; `was`: how each stood, None for those that were not there."""
    turns: list[Turn] = []
    slips: list[Slip] = []
    shifts: list[Shift] = []
    entered = []
    for row, before in zip(now, was, strict=True):
        if before is None:
            entered.append(row)
        elif found := moves_of(row, before):
            turns += found[0]
            if found[1]:
                slips.append(found[1])
            shifts += found[2]
    return Movement(in_order(turns), in_order(slips), in_order(shifts), tuple(entered))


def in_order(found: Iterable[Any]) -> tuple[Any, ...]:
    """The largest first. Quick where whole stretches are in order already."""
    return tuple(sorted(found, key=attrgetter("order")))


def movements_together(parts: Sequence[Movement], now: Iterable[Any], past: Mapping[int, Any]) -> Movement:
    """Those of several groups of projects as one, the largest first, and who left: `now` and `past` by primary key."""

    def every(name: str) -> Iterable[Any]:
        return chain.from_iterable(map(attrgetter(name), parts))

    turns, slips, shifts = (in_order(every(name)) for name in ("turns", "slips", "shifts"))
    gone = past.keys() - now
    left = tuple([row for pk, row in past.items() if pk in gone]) if gone else ()
    return Movement(turns, slips, shifts, tuple(every("entered")), left)
