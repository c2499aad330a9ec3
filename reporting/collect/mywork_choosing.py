"""What choosing among requests asks of one person: scores to give, criteria to compare, votes to cast, conditions to meet. One query."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, DateField, F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from intake.models import Condition, DecisionMeeting, Judge, Request, Reviewer, Vote

SHOWN = 10


@dataclass(frozen=True)
class Chore:
    """One thing to do. `kind`: score, compare, vote or condition; `count` of the requests it is about."""

    kind: str
    title: str
    due_on: date | None
    count: int
    url: str
    is_late: bool


def chores_of(user: Any, today: date) -> list[Chore]:
    """The most urgent first, at most SHOWN of each kind."""
    rows = sorted(_rows(user), key=lambda row: (row[3] or date.max, row[0]))
    return [Chore(kind, title, due, count, _url(kind, key), bool(due and due < today)) for kind, key, title, due, count in rows]


def _rows(user: Any) -> list[tuple[str, str, str, date | None, int]]:
    seen = Request.objects.visible_to(user).values("pk")
    asked = Reviewer.objects.filter(user=user, submitted_at=None, withdrawn_at=None, assessment__revealed_at=None)
    seats = asked.filter(assessment__request__in=seen).values_list(
        Value("score", CharField()),
        Cast("pk", CharField()),
        Cast("assessment__request__title", TextField()),
        Cast("assessment__due_on", DateField()),
        Value(1),
    )
    voted = Vote.objects.filter(user=user, item=OuterRef("items")).values("pk")
    open_items = Q(items__decision=None, items__request__in=seen)
    meetings = (
        DecisionMeeting.objects.filter(members__user=user, closed_at=None)
        .annotate(mine=Subquery(voted[:1]))
        .filter(open_items, mine=None, items__isnull=False)
        .values_list(
            Value("vote", CharField()),
            Cast("pk", CharField()),
            Cast("name", TextField()),
            F("held_on"),
            Count("items", distinct=True),
        )
        .order_by()
    )
    conditions = Condition.objects.filter(owner=user, met_at=None, decision__request__in=seen).values_list(
        Value("condition", CharField()),
        Cast("decision__request__reference", CharField()),
        Cast("text", TextField()),
        F("due_on"),
        Value(1),
    )
    judging = Judge.objects.filter(user=user, submitted_at=None, withdrawn_at=None, round__closed_at=None).values_list(
        Value("compare", CharField()),
        Cast("pk", CharField()),
        Cast("round__name", TextField()),
        Cast("round__due_on", DateField()),
        Value(1),
    )
    return list(
        seats.order_by()[:SHOWN].union(
            judging.order_by()[:SHOWN], meetings[:SHOWN], conditions.order_by("due_on")[:SHOWN], all=True
        )
    )


def _url(kind: str, key: str) -> str:
    names = {
        "score": "intake:review-edit",
        "compare": "intake:judge-edit",
        "vote": "intake:meeting-detail",
        "condition": "intake:request-decision",
    }
    return reverse(names[kind], args=[key])
