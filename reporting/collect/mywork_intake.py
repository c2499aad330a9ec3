"""What intake asks of one person: their own requests; scores to give, criteria to compare, votes to cast, conditions to meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, CharField, DateField, DateTimeField, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.urls import reverse

from core.prepared import Prepared
from intake.models import AgendaItem, Condition, Judge, Request, Reviewer
from intake.models.requests import OPEN, State

SHOWN = 50
ASKED_SHOWN = 10
WAITS_FOR_REQUESTER = (State.NEEDS_INFORMATION, State.DRAFT)
PAGES = {
    "score": "intake:review-edit",
    "compare": "intake:judge-edit",
    "vote": "intake:meeting-detail",
    "condition": "intake:request-decision",
}
OF_NO_REQUEST = 0
# kind, key, title, due, request, state, moved
Row = tuple[str, str, str, date | None, int, str, datetime | None]


@dataclass(frozen=True)
class Asked:
    """A request of the person's own that is not settled."""

    reference: str
    title: str
    state: str
    moved_at: datetime

    @property
    def waits(self) -> bool:
        """A draft, or a question to answer."""
        return self.state in WAITS_FOR_REQUESTER

    @property
    def state_words(self) -> str:
        """The state as people read it."""
        return str(State(self.state).label)


@dataclass(frozen=True)
class Chore:
    """One thing to do. `kind`: score, compare, vote or condition; `count` of the requests it is about."""

    kind: str
    title: str
    due_on: date | None
    count: int
    url: str
    is_late: bool


def asked_and_chores(user: Any, today: date) -> tuple[list[Asked], list[Chore]]:
    """What the person asked for, first what waits for them, then the latest moved; and what choosing asks of them, the most
    urgent first. One query, one more where something is to be chosen: what the person may not see is not theirs to do."""
    rows: list[Row] = WAITING(user=user.pk)  # type: ignore[assignment]
    asked = [Asked(key, title, state, moved) for kind, key, title, _due, _pk, state, moved in rows if kind == "asked" and moved]
    asked.sort(key=lambda one: one.moved_at, reverse=True)
    asked.sort(key=lambda one: WAITS_FOR_REQUESTER.index(State(one.state)) if one.waits else len(WAITS_FOR_REQUESTER))
    return asked, _chores(user, [row for row in rows if row[0] != "asked"], today)


def _chores(user: Any, rows: Sequence[Row], today: date) -> list[Chore]:
    """Votes of one meeting are one."""
    if not rows:
        return []
    seen = set(Request.objects.visible_to(user).filter(pk__in={row[4] for row in rows}).values_list("pk", flat=True))
    found: dict[tuple[str, str, str], tuple[date | None, int]] = {}
    for kind, key, title, due, request, _state, _moved in rows:
        if request == OF_NO_REQUEST or request in seen:
            found[kind, key, title] = due, found.get((kind, key, title), (None, 0))[1] + 1
    return [
        Chore(kind, title, due, count, reverse(PAGES[kind], args=[key]), bool(due and due < today))
        for (kind, key, title), (due, count) in sorted(found.items(), key=lambda one: (one[1][0] or date.max, one[0]))
    ]


def _waiting(user: int) -> QuerySet[Any, Any]:
    """All that waits, each part by an index of its own."""
    waits = Case(*(When(state=state, then=place) for place, state in enumerate(WAITS_FOR_REQUESTER)), default=9)
    unsettled = [*WAITS_FOR_REQUESTER, *OPEN, State.APPROVED, State.DEFERRED]
    own = Request.objects.filter(requester=user, merged_into=None, state__in=unsettled).order_by(waits, "-moved_at")
    seats = Reviewer.objects.filter(user=user, submitted_at=None, withdrawn_at=None, assessment__revealed_at=None)
    items = AgendaItem.objects.filter(meeting__members__user=user, meeting__closed_at=None, decision=None)
    conditions = Condition.objects.filter(owner=user, met_at=None)
    judging = Judge.objects.filter(user=user, submitted_at=None, withdrawn_at=None, round__taken_at=None, round__closed_at=None)
    judging = judging.filter(round__model_version__published_at=None).annotate(request=Value(OF_NO_REQUEST))
    nothing = Value(None, DateTimeField())

    def told(rows: Any, kind: str, key: str, title: str, due: str, request: str) -> Any:
        words = (Cast(key, CharField()), Cast(title, TextField()), Cast(due, DateField()), F(request))
        return rows.order_by().values_list(Value(kind, CharField()), *words, Value("", CharField()), nothing)[:SHOWN]

    mine = own.values_list(
        Value("asked", CharField()),
        Cast("reference", CharField()),
        Cast("title", TextField()),
        Value(None, DateField()),
        F("pk"),
        Cast("state", CharField()),
        F("moved_at"),
    )[:ASKED_SHOWN]
    return mine.union(
        told(seats, "score", "pk", "assessment__request__title", "assessment__due_on", "assessment__request"),
        told(judging, "compare", "pk", "round__name", "round__due_on", "request"),
        told(items.exclude(votes__user=user), "vote", "meeting", "meeting__name", "meeting__held_on", "request"),
        told(conditions, "condition", "decision__request__reference", "text", "due_on", "decision__request"),
        all=True,
    )


WAITING = Prepared(_waiting, user=int)
