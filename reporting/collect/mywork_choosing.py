"""What choosing among requests asks of one person: scores to give, votes to cast, conditions to meet."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, DateField, F, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from intake.models import AgendaItem, Condition, Request, Reviewer

SHOWN = 50
PAGES = {"score": "intake:review-edit", "vote": "intake:meeting-detail", "condition": "intake:request-decision"}


@dataclass(frozen=True)
class Chore:
    """One thing to do. `kind`: score, vote or condition; `count` of the requests it is about."""

    kind: str
    title: str
    due_on: date | None
    count: int
    url: str
    is_late: bool


def chores_of(user: Any, today: date) -> list[Chore]:
    """The most urgent first; votes of one meeting are one. One query, one more where there is something: what the person
    may not see is not theirs to do, whoever invited them."""
    rows = _rows(user)
    seen = set()
    if rows:
        asked = {row[-1] for row in rows}
        seen = set(Request.objects.visible_to(user).filter(pk__in=asked).values_list("pk", flat=True))
    found: dict[tuple[str, str, str], tuple[date | None, int]] = {}
    for kind, key, title, due, request in rows:
        if request in seen:
            found[kind, key, title] = due, found.get((kind, key, title), (None, 0))[1] + 1
    return [
        Chore(kind, title, due, count, reverse(PAGES[kind], args=[key]), bool(due and due < today))
        for (kind, key, title), (due, count) in sorted(found.items(), key=lambda one: (one[1][0] or date.max, one[0]))
    ]


def _rows(user: Any) -> list[tuple[str, str, str, date | None, int]]:
    """(kind, key, title, due, request) of all that waits. Each part goes by an index of its own."""
    seats = Reviewer.objects.filter(user=user, submitted_at=None, withdrawn_at=None, assessment__revealed_at=None)
    items = AgendaItem.objects.filter(meeting__members__user=user, meeting__closed_at=None, decision=None)
    conditions = Condition.objects.filter(owner=user, met_at=None)

    def told(rows: Any, kind: str, key: str, title: str, due: str, request: str) -> Any:
        words = (Cast(key, CharField()), Cast(title, TextField()), Cast(due, DateField()), F(request))
        return rows.order_by().values_list(Value(kind, CharField()), *words)[:SHOWN]

    parts = [
        told(seats, "score", "pk", "assessment__request__title", "assessment__due_on", "assessment__request"),
        told(items.exclude(votes__user=user), "vote", "meeting", "meeting__name", "meeting__held_on", "request"),
        told(conditions, "condition", "decision__request__reference", "text", "due_on", "decision__request"),
    ]
    return list(parts[0].union(*parts[1:], all=True))
