"""What the overview lists one by one: overdue updates, decisions asked for, milestones missed or near; and what approved changes
added to budgets."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from core.unchanged import Memory
from portfolio.models import ChangeRequest, Milestone, StatusDecision
from portfolio.models.asof import UPDATE, Standing, late_updates_at, milestones_at
from reporting.collect.blocks import Blocks
from reporting.collect.overview_picture import CHANGED, OWED, Picture

MILESTONE_DAYS = 60
MEMORY = Memory(12)
# The key of its project, the title, and the days planned and due.
Near = tuple[int, str, date, date]


@dataclass(frozen=True)
class MilestoneLine:
    """A milestone to come or missed. `due_on` is its forecast, else its plan."""

    row: Standing
    title: str
    planned_on: date
    due_on: date

    @property
    def slip_days(self) -> int:
        """Days later than planned; below zero earlier."""
        return (self.due_on - self.planned_on).days


@dataclass(frozen=True)
class DecisionLine:
    """A decision that the newest update of a project asks for."""

    row: Standing
    text: str
    decider: str
    due_on: date | None
    overdue: bool


@dataclass(frozen=True)
class Approved:
    """What approved change requests added to the budgets of some projects: the sum, how many changes, on how many projects."""

    amount: Decimal
    changes: int
    projects: int


def late_updates(picture: Picture, running: Collection[int]) -> dict[int, int]:
    """Project -> days since its update was due, for those of `running` that owe one. One query at most."""
    owed = (
        late_updates_at(picture.today, picture.at)
        if picture.at
        else MEMORY.get(("late", picture.today), picture.clock, OWED, lambda: late_updates_at(picture.today))
    )
    found: dict[int, int] = {}
    for project, due in owed:
        if project in running:
            found[project] = max(found.get(project, 0), (picture.today - due).days)
    return found


def read_milestones(picture: Picture, running: Collection[int]) -> list[Near]:
    """Open milestones of these projects that are missed or come within MILESTONE_DAYS, the earliest first. One query at most."""
    until = picture.today + timedelta(days=MILESTONE_DAYS)
    found = (
        open_milestones(until, milestones_at(list(running), picture.at))
        if picture.at
        else MEMORY.get(("milestones", until), picture.clock, (Milestone,), lambda: open_milestones(until, milestones_at()))
    )
    return [line for line in found if line[0] in running]


def open_milestones(until: date, milestones: QuerySet[Any]) -> list[Near]:
    """Those not done and due by `until`, the earliest first. One query."""
    found = milestones.filter(actual_on=None).annotate(due_on=Coalesce("forecast_on", "planned_on"))
    found = found.filter(due_on__lte=until).order_by("due_on", "milestone_id")
    return list(found.values_list("project_id", "title", "planned_on", "due_on"))


class Decided:
    """What published updates asked for, by update. They are frozen with their decisions, so this cannot become wrong."""

    most = 50_000
    kept: ClassVar[dict[int, tuple[Any, ...]]] = {}


def read_decisions(picture: Picture, running: tuple[Standing, ...], by_block: Blocks) -> list[DecisionLine]:
    """Every decision the newest updates ask for, those without a day last. One query at most."""
    known: dict[int, Any] = dict.fromkeys(set(map(itemgetter(UPDATE), running)) - Decided.kept.keys() - {None}, ())
    if known:
        asked = StatusDecision.objects.filter(update__in=list(known)).order_by("pk")
        for update, *decision in asked.values_list("update_id", "due_on", "pk", "text", "decider"):
            known[update] = (*known[update], tuple(decision))
    asking = known | Decided.kept if known else Decided.kept

    def lines(rows: Iterable[Standing]) -> list[tuple[date, int, DecisionLine]]:
        return sorted(
            (
                (due or date.max, pk, DecisionLine(row, text, decider, due, bool(due and due < picture.today)))
                for row in rows
                if row.update_id
                for due, pk, text, decider in asking[row.update_id]
            ),
            key=itemgetter(0, 1),
        )

    if not known:
        found = by_block("decisions", lines, running)
    else:
        found = [lines(running)]
        if picture.clock.settled:
            Decided.kept = asking if len(asking) <= Decided.most else {}
    return [line for _due, _pk, line in sorted((line for block in found for line in block), key=itemgetter(0, 1))]


def changes_approved(picture: Picture, currency: str) -> dict[int, tuple[Decimal, int]]:
    """Project -> the sum and the number of its approved changes in this currency that moved its budget, as known at the picture's
    moment. One query at most."""
    found: dict[int, tuple[Decimal, int]] = {}
    for project, decided_at, cost in MEMORY.get("changes", picture.clock, CHANGED, read_changes).get(currency, ()):
        if picture.at is None or decided_at <= picture.at:
            amount, count = found.get(project, (Decimal(0), 0))
            found[project] = (amount + cost, count + 1)
    return found


def read_changes() -> dict[str, list[tuple[int, datetime, Decimal]]]:
    """Currency -> (project, when it was approved, cost) of every approved change that is not confidential and moved a budget. Nothing
    of the project itself, so that it need not be read again when a project changes. One query."""
    rows = ChangeRequest.objects.filter(
        after__budget__isnull=False, entry__is_confidential=False, cost_change__isnull=False, decided_at__isnull=False
    ).exclude(cost_change=0)
    rows = rows.filter(entry__project__isnull=False).exclude(before__budget=None)
    found: dict[str, list[tuple[int, datetime, Decimal]]] = {}
    for currency, *change in rows.values_list("entry__currency", "entry__project", "decided_at", "cost_change"):
        found.setdefault(currency, []).append(tuple(change))  # type: ignore[arg-type]
    return found
