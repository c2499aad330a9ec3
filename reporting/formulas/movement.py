"""What changed between two pictures of the same projects. Days are calendar days, money is in the project's currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from reporting.formulas.health import turned


@dataclass(frozen=True)
class Turn:
    """A rating that moved. `kind` is "declared" or "assured"; `step` is +1 worse, -1 better."""

    row: Any
    kind: str
    before: str
    now: str
    step: int


@dataclass(frozen=True)
class Slip:
    """A forecast finish that moved by `days` (above zero: later)."""

    row: Any
    before: date
    now: date
    days: int


@dataclass(frozen=True)
class Shift:
    """An amount that moved. `field` is "budget" or "forecast"."""

    row: Any
    field: str
    before: Decimal
    now: Decimal

    @property
    def amount(self) -> Decimal:
        """Now minus before."""
        return self.now - self.before


@dataclass(frozen=True)
class Movement:
    """Everything that moved, the largest first."""

    turns: tuple[Turn, ...] = ()
    slips: tuple[Slip, ...] = ()
    shifts: tuple[Shift, ...] = ()
    entered: tuple[Any, ...] = ()
    left: tuple[Any, ...] = ()

    @property
    def worse(self) -> tuple[Turn, ...]:
        """Ratings that got worse."""
        return tuple(turn for turn in self.turns if turn.step > 0)

    @property
    def better(self) -> tuple[Turn, ...]:
        """Ratings that got better."""
        return tuple(turn for turn in self.turns if turn.step < 0)

    @property
    def is_empty(self) -> bool:
        """Nothing moved."""
        return not (self.turns or self.slips or self.shifts or self.entered or self.left)


SEVERE_LAST = {"red": 0, "amber": 1, "green": 2}


def movement(now: Iterable[Any], before: Iterable[Any]) -> Movement:
    """Compare two pictures by primary key. What was unknown on one side did not move."""
    past = {row.pk: row for row in before}
    turns: list[Turn] = []
    slips: list[Slip] = []
    shifts: list[Shift] = []
    entered: list[Any] = []
    for row in now:
        was = past.pop(row.pk, None)
        if was is None:
            entered.append(row)
            continue
        for kind, new, old in (("declared", row.overall, was.overall), ("assured", row.assurance, was.assurance)):
            if new != old and (step := turned(new, old)):
                turns.append(Turn(row, kind, old, new, step))
        new_finish, old_finish = row.finish_on, was.finish_on
        if new_finish and old_finish and new_finish != old_finish:
            slips.append(Slip(row, old_finish, new_finish, (new_finish - old_finish).days))
        if row.currency == was.currency:
            shifts += [
                Shift(row, field, old, new)
                for field, new, old in (("forecast", row.forecast, was.forecast), ("budget", row.budget, was.budget))
                if new is not None and old is not None and new != old
            ]
    turns.sort(key=lambda turn: (-turn.step, SEVERE_LAST[turn.now], turn.kind != "declared", turn.row.reference))
    slips.sort(key=lambda slip: (-slip.days, slip.row.reference))
    shifts.sort(key=lambda shift: (-abs(shift.amount), shift.row.reference))
    return Movement(tuple(turns), tuple(slips), tuple(shifts), tuple(entered), tuple(past.values()))
