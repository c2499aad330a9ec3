"""A ranked list and what the money reaches: the funding line.

Order: must-do requests first, then by score, highest first; requests without a score after those with one; those not
eligible last and without a rank. Equal scores share a rank and the next one is skipped (1, 2, 2, 4); among equals the
caller's order stays. A request pinned by a person stands at its place, but never ahead of a must-do.
Money is held against the line of its own currency; nothing is added across currencies.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Policy = Literal["stop", "skip"]

ZERO = Decimal(0)
# Scores that differ by less are the same score.
SAME_SCORE_DIGITS = 6


@dataclass(frozen=True)
class Item:
    """One request. `score` on any scale, higher is better; `cost` in `currency`, not below zero, None where unknown;
    `pinned_at`: the place (from 1) a person gave it."""

    key: Hashable
    score: float | None
    cost: Decimal | None = None
    currency: str = ""
    must_do: bool = False
    is_eligible: bool = True
    pinned_at: int | None = None


@dataclass(frozen=True)
class Ranked:
    """`place` is the order in the list from 1; `rank` is shared by equals (`is_tied`), None where there is nothing to rank
    by or the request is not eligible."""

    item: Item
    place: int
    rank: int | None
    is_tied: bool


@dataclass(frozen=True)
class Funded:
    """One row against its currency's line.

    state: funded; must_do_over (a must-do beyond the line: it is in, and the line is short); first_over (the first that
    does not fit); over (does not fit, or stands after the first that does not); no_cost; no_line (none for its currency);
    not_eligible. `cumulative`: the costs of all eligible rows down to this one; `committed`: of those that are in.
    """

    ranked: Ranked
    state: str
    cumulative: Decimal
    committed: Decimal

    @property
    def is_in(self) -> bool:
        """The money reaches it."""
        return self.state in ("funded", "must_do_over")


@dataclass(frozen=True)
class LineUse:
    """A currency's line. `left` = line - committed (below zero: must-dos alone exceed it by that much). `first_over`: the
    key of the first that does not fit, which would need `needs` more. `line` None: none was given."""

    currency: str
    line: Decimal | None
    committed: Decimal
    left: Decimal | None
    funded: int
    asked: Decimal
    first_over: Hashable | None
    needs: Decimal | None


@dataclass(frozen=True)
class Funding:
    """The rows in the order of the list, and one line a currency."""

    rows: tuple[Funded, ...]
    lines: tuple[LineUse, ...]
    policy: Policy


def rank(items: Sequence[Item]) -> tuple[Ranked, ...]:
    """The ranked list; see the module for the rule."""
    ordered: list[Item] = []
    for block in (
        [item for item in items if item.is_eligible and item.must_do],
        [item for item in items if item.is_eligible and not item.must_do],
    ):
        ordered += _with_pins(block, offset=len(ordered))
    ordered += _by_score([item for item in items if not item.is_eligible])
    found: list[Ranked] = []
    for place, item in enumerate(ordered, start=1):
        before = found[-1] if found else None
        ranked = None if not item.is_eligible or (item.score is None and item.pinned_at is None) else place
        is_tied = ranked is not None and before is not None and before.rank is not None and _ties(before.item, item)
        if is_tied and before is not None:
            found[-1] = Ranked(before.item, before.place, before.rank, True)
            ranked = before.rank
        found.append(Ranked(item, place, ranked, is_tied))
    return tuple(found)


def move(order: Sequence[Hashable], key: Hashable, place: int) -> tuple[Hashable, ...]:
    """The order with `key` moved to `place` (from 1, held within the list); the others close up. ValueError if absent."""
    rest = list(order)
    rest.remove(key)
    rest.insert(max(0, min(place - 1, len(rest))), key)
    return tuple(rest)


def fits(costs: Sequence[Decimal | int], line: Decimal | int, policy: Policy) -> list[bool]:
    """Which of the costs, in order, a line pays for. "stop": none after the first that does not fit; "skip": what does not
    fit is passed over and smaller ones further down are taken."""
    left, found, stopped = line, [], False
    for cost in costs:
        is_in = not stopped and cost <= left
        if is_in:
            left -= cost
        elif policy == "stop":
            stopped = True
        found.append(is_in)
    return found


def fund(ranked: Sequence[Ranked], lines: Mapping[str, Decimal], policy: Policy = "stop") -> Funding:
    """Holds a ranked list against a funding line per currency. Must-dos are always in and take the money first, wherever
    they stand. An unknown cost is not in and stops nothing. ValueError for a cost below zero."""
    uses: dict[str, _Use] = {}
    for row in ranked:
        item = row.item
        if item.cost is not None and item.cost < 0:
            raise ValueError(f"cost below zero: {item.key}")
        if not item.is_eligible or item.cost is None:
            continue
        use = uses.setdefault(item.currency, _Use(lines.get(item.currency)))
        use.asked += item.cost
        if item.must_do:
            use.must_left += item.cost
        else:
            use.waiting.append(item)
    taken: set[Hashable] = set()
    for use in uses.values():
        if use.line is not None:
            reached = fits([item.cost or ZERO for item in use.waiting], max(ZERO, use.line - use.must_left), policy)
            taken |= {item.key for item, is_in in zip(use.waiting, reached, strict=True) if is_in}
    rows = tuple(_row(row, uses.get(row.item.currency) or _Use(None), taken) for row in ranked)
    return Funding(rows, tuple(_line_use(currency, use) for currency, use in uses.items()), policy)


class _Use:
    """What is known of a currency on the way down the list."""

    def __init__(self, line: Decimal | None) -> None:
        self.line = line
        self.must_left = self.asked = self.cumulative = self.committed = ZERO
        self.waiting: list[Item] = []
        self.funded = 0
        self.first_over: Item | None = None
        self.needs: Decimal | None = None


def _row(row: Ranked, use: _Use, taken: set[Hashable]) -> Funded:
    item = row.item
    if not item.is_eligible:
        return Funded(row, "not_eligible", use.cumulative, use.committed)
    if item.cost is None:
        return Funded(row, "no_cost", use.cumulative, use.committed)
    use.cumulative += item.cost
    if use.line is None:
        return Funded(row, "no_line", use.cumulative, use.committed)
    if item.must_do:
        use.must_left -= item.cost
        state = "funded" if use.committed + item.cost <= use.line else "must_do_over"
    elif item.key in taken:
        state = "funded"
    elif use.first_over is None:
        state = "first_over"
        use.first_over = item
        # What must-dos further down take is spoken for.
        use.needs = use.committed + use.must_left + item.cost - use.line
    else:
        state = "over"
    if state in ("funded", "must_do_over"):
        use.committed += item.cost
        use.funded += 1
    return Funded(row, state, use.cumulative, use.committed)


def _line_use(currency: str, use: _Use) -> LineUse:
    return LineUse(
        currency=currency,
        line=use.line,
        committed=use.committed,
        left=None if use.line is None else use.line - use.committed,
        funded=use.funded,
        asked=use.asked,
        first_over=use.first_over.key if use.first_over else None,
        needs=use.needs,
    )


def _rounded(score: float) -> float:
    return round(score, SAME_SCORE_DIGITS)


def _by_score(items: Sequence[Item]) -> list[Item]:
    # Sorting is stable: equals keep the caller's order.
    return sorted(items, key=lambda item: (item.score is None, -_rounded(item.score) if item.score is not None else 0.0))


def _with_pins(items: Sequence[Item], offset: int) -> list[Item]:
    """By score, with pinned ones at their place in the whole list, of which `offset` rows stand before these."""
    free = iter(_by_score([item for item in items if item.pinned_at is None]))
    pinned = sorted((item for item in items if item.pinned_at is not None), key=lambda item: item.pinned_at or 0)
    placed: dict[int, Item] = {}
    for item in pinned:
        place = max(0, min((item.pinned_at or 0) - 1 - offset, len(items) - 1))
        # A place that is taken gives way downwards, and at the end of the list upwards.
        while place in placed and place < len(items) - 1:
            place += 1
        while place in placed:
            place -= 1
        placed[place] = item
    return [placed[place] if place in placed else next(free) for place in range(len(items))]


def _ties(one: Item, other: Item) -> bool:
    if one.score is None or other.score is None or one.pinned_at is not None or other.pinned_at is not None:
        return False
    return one.must_do == other.must_do and _rounded(one.score) == _rounded(other.score)
