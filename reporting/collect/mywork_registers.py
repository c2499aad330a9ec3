"""What the registers ask of one person: actions to do, risks to review, issues, assumptions, decisions; offers to answer; changes
to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, DateField, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.urls import reverse

from core.prepared import Prepared
from portfolio.models import DateOffer, Entry, Escalation
from portfolio.models.approvals import changes_waiting_for
from portfolio.registers import KINDS

SHOWN = 60
# Risks to review and assumptions to validate are told so many days ahead.
AHEAD = 7
OWNED = ("action", "issue", "decision", "assumption", "risk")
# what, kind, reference, title, due, entry
Row = tuple[str, str, str, str, date | None, int]


@dataclass(frozen=True)
class Task:
    """One thing to do. `what`: action, issue, decision, assumption, risk (to be reviewed), escalation, date or change."""

    what: str
    kind: str
    reference: str
    title: str
    due_on: date | None
    url: str
    is_late: bool

    @property
    def icon(self) -> str:
        """The icon of its register."""
        return KINDS[self.kind].icon

    @property
    def noun(self) -> str:
        """What its register calls it."""
        return str(KINDS[self.kind].noun)

    @property
    def done_url(self) -> str:
        """Where one click ends it: for actions."""
        return reverse("portfolio:action-move", args=[self.reference, "finish"]) if self.what == "action" else ""


def tasks_of(user: Any, today: date) -> list[Task]:
    """Everything, the most urgent first. One query; one more where something is found, because what the person may not see is not
    theirs to do; and those of `changes_waiting_for` where changes wait for anybody."""
    rows: list[Row] = list(WAITING(user=user.pk, until=today + timedelta(days=AHEAD)))  # type: ignore[arg-type]
    if not rows:
        return []
    seen = set(Entry.objects.visible_to(user).filter(pk__in={row[5] for row in rows}).values_list("pk", flat=True))
    rows = [row for row in rows if row[5] in seen and row[0] != "change"] + _changes(user, rows, seen, today)
    found = [
        Task(what, kind, reference, title, due, _page(kind, reference), bool(due and due < today))
        for what, kind, reference, title, due, _pk in rows
    ]
    return sorted(found, key=lambda task: (task.due_on or date.max, task.reference))


def _changes(user: Any, rows: Sequence[Row], seen: set[int], today: date) -> list[Row]:
    if not any(row[0] == "change" and row[5] in seen for row in rows):
        return []
    waiting = changes_waiting_for(user, on=today).values_list("reference", "title", "due_on", "pk")[:SHOWN]
    return [("change", "change", reference, title, due, pk) for reference, title, due, pk in waiting]


def _page(kind: str, reference: str) -> str:
    return reverse(f"portfolio:{kind}-detail", args=[reference])


def _waiting(user: int, until: date) -> QuerySet[Any, Any]:
    """All that waits, each part by an index of its own. Of submitted changes some: whose they are is asked only if there are any."""
    mine = Entry.objects.filter(owner=user, is_open=True, kind__in=OWNED)
    mine = mine.filter(
        ~Q(kind__in=["risk", "assumption"]) | Q(kind="risk", review_on__lte=until) | Q(kind="assumption", due_on__lte=until)
    )
    due = Case(When(kind="risk", then=F("review_on")), default=F("due_on"), output_field=DateField())

    def told(rows: Any, what: Any, day: Any, prefix: str = "") -> Any:
        words = [
            Cast(f"{prefix}{name}", kind)
            for name, kind in (("kind", CharField()), ("reference", CharField()), ("title", TextField()))
        ]
        return rows.values_list(Cast(what, CharField()), *words, Cast(day, DateField()), F(f"{prefix}pk"))[:SHOWN]

    leads = Q(programme__manager=user) | Q(programme__sponsor=user) | Q(portfolio__owner=user)
    offered = Escalation.objects.filter(leads, answer="offered").exclude(offered_by=user).order_by()
    side = Q(side="giver", dependency__receiver__manager=user) | Q(side="receiver", dependency__giver__manager=user)
    dates = DateOffer.objects.filter(side, answer="offered").order_by()
    changes = Entry.objects.filter(kind="change", status="submitted").order_by()
    return told(mine.order_by(due.asc(nulls_last=True)), F("kind"), due).union(
        told(offered, Value("escalation"), Value(None, DateField()), "entry__"),
        told(dates, Value("date"), Value(None, DateField()), "dependency__entry__"),
        told(changes, Value("change"), F("due_on")),
        all=True,
    )


WAITING = Prepared(_waiting, user=int, until=date)
