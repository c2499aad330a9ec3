"""What a set of register entries comes to since a moment: open, new, closed, overdue, raised; top risks; exposure.

Nothing is read here: `portfolio/models/raid_counts.py` gives the items of a reader, and these functions add them up, the same
for a page, an update and a report. Exposure is signed (a threat is negative) and never added across currencies.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from heapq import nsmallest
from typing import Any

TOP = 5
OPEN_CHANGE = "submitted"


@dataclass(frozen=True)
class Item:
    """One entry as it stood. `score` is likelihood × impact now and `score_before` at the moment compared with (None: not rated,
    or not there); `tone` and `band` are the colour map's; `is_answered`: something is done about it, or it is accepted as it is.
    `is_shared`: the entry belongs to somebody above, and this project shares it; `shared_by`: the projects that share it.
    `decider`: who is to decide it; `place`: the reference of what it belongs to, `above`: the name of a programme or portfolio.
    `became`: the references of what was made of it; `cell`, `cell_before`: likelihood and impact of a risk, for a matrix."""

    pk: int
    kind: str
    reference: str
    title: str
    status: str
    is_open: bool
    is_new: bool = False
    is_closed_since: bool = False
    project: int | None = None
    place: str = ""
    above: str = ""
    owner: str = ""
    decider: str = ""
    due_on: date | None = None
    review_on: date | None = None
    rank: int = 0
    currency: str = "GBP"
    sign: str = ""
    score: int | None = None
    score_before: int | None = None
    tone: str = ""
    band: str = ""
    exposure: Decimal | None = None
    is_answered: bool = False
    is_shared: bool = False
    shared_by: tuple[int, ...] = ()
    is_confidential: bool = False
    outcome: str = ""
    became: tuple[str, ...] = ()
    is_decided_since: bool = False
    cost_change: Decimal | None = None
    finish_change: int | None = None
    cell: tuple[int, int] | None = None
    cell_before: tuple[int, int] | None = None

    @property
    def movement(self) -> str:
        """Of a risk since the moment compared with: new, up, down or same."""
        if self.is_new or self.score_before is None:
            return "new" if self.is_new else "same"
        if self.score is None or self.score == self.score_before:
            return "same"
        return "up" if self.score > self.score_before else "down"

    def is_overdue(self, on: date) -> bool:
        """Whether it should be done by now."""
        return self.is_open and self.due_on is not None and self.due_on < on

    def is_review_overdue(self, on: date) -> bool:
        """Whether somebody should have looked at it again by now."""
        return self.is_open and self.review_on is not None and self.review_on < on


@dataclass(frozen=True)
class KindCount:
    """Entries of one register: open now; new, closed since the moment; open and past their day."""

    kind: str
    open: int = 0
    new: int = 0
    closed: int = 0
    overdue: int = 0

    @property
    def is_empty(self) -> bool:
        """Nothing to tell."""
        return not (self.open or self.new or self.closed)


@dataclass(frozen=True)
class Exposure:
    """What open risks of one currency are worth: threats (zero or below), opportunities, and both together."""

    currency: str
    threats: Decimal
    opportunities: Decimal

    @property
    def net(self) -> Decimal:
        """Threats and opportunities together."""
        return self.threats + self.opportunities


@dataclass(frozen=True)
class Registers:
    """All of it. `raised`: open threats whose score is higher than at the moment; `red` threats lie in a red band,
    `red_unanswered` of them have no response; `reviews_overdue` risks; `rated` open risks have a rating."""

    counts: tuple[KindCount, ...] = ()
    raised: int = 0
    lowered: int = 0
    red: int = 0
    red_unanswered: int = 0
    reviews_overdue: int = 0
    responses_overdue: int = 0
    rated: int = 0
    exposure: tuple[Exposure, ...] = ()
    top: tuple[Item, ...] = ()
    changes_waiting: int = 0
    changes_decided: tuple[Item, ...] = ()

    def of(self, kind: str) -> KindCount:
        """The numbers of one register."""
        return next((count for count in self.counts if count.kind == kind), KindCount(kind))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in any register to speak of."""
        return all(count.is_empty for count in self.counts)


def weight(item: Item) -> tuple[int, int, str]:
    """Sort key of risks: the weightiest first."""
    return (-item.rank, -(item.score or 0), item.reference)


def add_up(items: Iterable[Item], *, on: date, top: int = TOP) -> Registers:
    """The numbers of these items on a day; each item counts once, however often it is given."""
    rows = list({item.pk: item for item in items}.values())
    kinds: dict[str, list[Item]] = {}
    for item in rows:
        kinds.setdefault(item.kind, []).append(item)
    risks = [item for item in kinds.get("risk", []) if item.is_open]
    threats = [item for item in risks if item.sign == "threat"]
    red = [item for item in threats if item.tone == "red"]
    return Registers(
        counts=tuple(
            KindCount(
                kind,
                open=sum(item.is_open for item in of),
                new=sum(item.is_new for item in of),
                closed=sum(item.is_closed_since for item in of),
                overdue=sum(item.is_overdue(on) for item in of),
            )
            for kind, of in kinds.items()
        ),
        raised=sum(item.movement == "up" for item in threats),
        lowered=sum(item.movement == "down" for item in threats),
        red=len(red),
        red_unanswered=sum(not item.is_answered for item in red),
        reviews_overdue=sum(item.is_review_overdue(on) for item in risks),
        responses_overdue=sum(item.is_overdue(on) for item in risks),
        rated=sum(item.score is not None for item in risks),
        exposure=exposure_of(risks),
        top=tuple(nsmallest(top, risks, key=weight)),
        changes_waiting=sum(item.status == OPEN_CHANGE for item in kinds.get("change", [])),
        changes_decided=tuple(item for item in kinds.get("change", []) if item.is_decided_since),
    )


def on_project(items: Iterable[Item], project: int) -> list[Item]:
    """The items of one project: its own, and the risks that it shares marked as such."""
    return [
        item if item.project == project else replace(item, is_shared=True)
        for item in items
        if item.project == project or project in item.shared_by
    ]


def waiting(items: Iterable[Item]) -> list[Item]:
    """What somebody has to decide: decisions needed and change requests submitted, the most urgent first."""
    found = [
        item
        for item in items
        if item.is_open and (item.kind == "decision" or (item.kind == "change" and item.status == OPEN_CHANGE))
    ]
    return sorted(found, key=lambda item: (item.due_on or date.max, item.reference))


def exposure_of(risks: Sequence[Item]) -> tuple[Exposure, ...]:
    """Exposure of open risks, a line a currency, the largest loss first. A risk that a project only shares is counted where it
    belongs, so that nothing is counted twice."""
    zero, sums = Decimal(0), dict[str, list[Decimal]]()
    for item in risks:
        if item.exposure is None or item.is_shared:
            continue
        line = sums.setdefault(item.currency, [zero, zero])
        line[0 if item.sign == "threat" else 1] += item.exposure
    found = [Exposure(currency, *line) for currency, line in sums.items()]
    return tuple(sorted(found, key=lambda line: (line.net, line.currency)))


NUMBERS = (
    "raised", "lowered", "red", "red_unanswered", "reviews_overdue", "responses_overdue", "rated", "changes_waiting",
)  # fmt: skip


def as_numbers(told: Registers) -> dict[str, object]:
    """The numbers as they are frozen with an update: plain JSON, without names."""
    return {
        "counts": [[count.kind, count.open, count.new, count.closed, count.overdue] for count in told.counts],
        "exposure": [[line.currency, str(line.threats), str(line.opportunities)] for line in told.exposure],
        "decided": [item.status for item in told.changes_decided],
        **{name: getattr(told, name) for name in NUMBERS},
    }


def from_numbers(data: Mapping[str, Any]) -> Registers:
    """The numbers that `as_numbers` froze; nothing for an update that was frozen without them."""
    numbers: dict[str, Any] = {name: int(data.get(name, 0)) for name in NUMBERS}
    return Registers(
        counts=tuple(KindCount(*line) for line in data.get("counts", [])),
        exposure=tuple(
            Exposure(currency, Decimal(threats), Decimal(gains)) for currency, threats, gains in data.get("exposure", [])
        ),
        changes_decided=tuple(
            Item(number, "change", "", "", status, is_open=False) for number, status in enumerate(data.get("decided", []))
        ),
        **numbers,
    )
