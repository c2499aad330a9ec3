"""What changed since the last report: the difference of two snapshots."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reporting.formulas.snapshot import FORMAT, Decision, Sheet, Snapshot

# From best to worst; grey (no data) is none of them.
ORDER = ("blue", "green", "amber", "red")


@dataclass(frozen=True)
class Turn:
    """The overall rating moved."""

    sheet: Sheet
    before: str
    now: str

    @property
    def is_worse(self) -> bool:
        """Whether it moved towards red. From or to no data is neither worse nor better."""
        return self.before in ORDER and self.now in ORDER and ORDER.index(self.now) > ORDER.index(self.before)

    @property
    def is_better(self) -> bool:
        """Whether it moved away from red."""
        return self.before in ORDER and self.now in ORDER and ORDER.index(self.now) < ORDER.index(self.before)


@dataclass(frozen=True)
class FinishMove:
    """The expected finish moved. `days` positive is later."""

    sheet: Sheet
    before: date
    now: date

    @property
    def days(self) -> int:
        """How far."""
        return (self.now - self.before).days


@dataclass(frozen=True)
class MoneyMove:
    """A whole-life figure moved; in the project's currency, positive is more."""

    sheet: Sheet
    figure: str  # "budget" or "forecast"
    before: Decimal
    now: Decimal

    @property
    def by(self) -> Decimal:
        """How much."""
        return self.now - self.before


@dataclass(frozen=True)
class Asked:
    """A decision that was not asked for before."""

    sheet: Sheet
    decision: Decision


@dataclass(frozen=True)
class Changes:
    """All differences. `since` is the as-at day of the earlier report; None: there is none to compare with."""

    since: date | None = None
    turned: tuple[Turn, ...] = ()
    finishes: tuple[FinishMove, ...] = ()
    money: tuple[MoneyMove, ...] = ()
    asked: tuple[Asked, ...] = ()
    entered: tuple[Sheet, ...] = ()
    left: tuple[Sheet, ...] = ()
    stirred: tuple[Sheet, ...] = ()  # whose registers have something to tell

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not (self.turned or self.finishes or self.money or self.asked or self.entered or self.left or self.stirred)

    @property
    def turned_red(self) -> tuple[Turn, ...]:
        """Those that are red now and were not."""
        return tuple(turn for turn in self.turned if turn.now == "red")


def changes(before: Snapshot | None, now: Snapshot) -> Changes:
    """The difference. Nearly sorted by weight: the worst turn, the longest slip, the largest sum first."""
    if before is None or before.format != FORMAT:
        return Changes()
    old = {sheet.pk: sheet for sheet in before.sheets}
    new = {sheet.pk: sheet for sheet in now.sheets}
    both = [(old[pk], sheet) for pk, sheet in new.items() if pk in old]
    turned = [Turn(b, a.overall, b.overall) for a, b in both if a.overall != b.overall]
    finishes = [
        FinishMove(b, a.finish_on, b.finish_on) for a, b in both if a.finish_on and b.finish_on and a.finish_on != b.finish_on
    ]
    money = [
        MoneyMove(b, figure, first, second)
        for a, b in both
        for figure in ("budget", "forecast")
        if a.currency == b.currency
        and (first := getattr(a, figure)) is not None
        and (second := getattr(b, figure)) is not None
        and first != second
    ]
    asked = [
        Asked(sheet, decision)
        for pk, sheet in new.items()
        for decision in sheet.decisions
        if pk not in old or decision.text not in {known.text for known in old[pk].decisions}
    ]
    return Changes(
        since=before.as_at,
        turned=tuple(sorted(turned, key=lambda turn: (-_weight(turn.now), turn.sheet.reference))),
        finishes=tuple(sorted(finishes, key=lambda move: (-abs(move.days), move.sheet.reference))),
        money=tuple(sorted(money, key=lambda move: (-abs(move.by), move.sheet.reference))),
        asked=tuple(sorted(asked, key=lambda one: (one.decision.due_on or date.max, one.sheet.reference))),
        entered=tuple(sheet for pk, sheet in new.items() if pk not in old),
        left=tuple(sheet for pk, sheet in old.items() if pk not in new),
        stirred=tuple(sorted((b for _a, b in both if _stirs(b)), key=lambda sheet: (-_stir(sheet), sheet.reference))),
    )


def _stir(sheet: Sheet) -> int:
    """How much the registers of a project have to tell; orders, measures nothing."""
    told = sheet.registers
    if told is None:
        return 0
    moved = sum(count.new + count.closed for count in told.counts if count.kind in ("risk", "issue"))
    return 10 * len(told.changes_decided) + 5 * told.raised + moved


def _stirs(sheet: Sheet) -> bool:
    return _stir(sheet) > 0


def _weight(rating: str) -> int:
    return ORDER.index(rating) if rating in ORDER else -1
