"""What the pipeline shows: requests by state with counts, amounts and the cards that have waited longest. The same for the page that
draws it and for the API."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.access import may_anywhere
from intake.filters.pipeline import PipelineFilters
from intake.formulas.service import Clock, clock_until
from intake.models import Request
from intake.models.assessments import RequestScore
from intake.models.requests import OPEN, State

COLUMNS = (*OPEN, State.APPROVED, State.DEFERRED)


ENDINGS = (State.CONVERTED, State.REJECTED, State.WITHDRAWN)


CARDS = 10
"""So many cards a column; the others are a link away."""


def narrowed(user: Any, query: Any) -> tuple["QuerySet[Request]", PipelineFilters]:
    """The requests of the pipeline, as filtered: what the reader may see, without drafts and merged ones. 403 for who sees only
    their own: the pipeline is the office's picture."""
    if not may_anywhere(user, "request.view"):
        raise PermissionDenied
    rows = Request.objects.visible_to(user).active().exclude(state=State.DRAFT)
    found = PipelineFilters(query, queryset=rows)
    return found.qs, found


CARD_FIELDS = [
    *("reference", "title", "state", "moved_at", "submitted_at", "resume_on", "currency", "estimated_cost"),
    *("is_confidential", "owner__name", "owner__email"),
]


def scores_of(keys: list[int]) -> dict[int, Decimal]:
    """The newest score of each of these requests that has one, in percent. Scores are rows only once they are revealed."""
    found = RequestScore.objects.filter(request__in=keys, percent__isnull=False).order_by(
        "request", "-model_version__published_at", "-pk"
    )
    return dict(found.distinct("request").values_list("request", "percent"))  # type: ignore[arg-type]  # none is empty


@dataclass
class Board:
    """The board: by state how many requests, and their estimated costs as (amount, currency), the currency of most first; the cards
    that have waited longest, those of them that the reader may move, and their scores in percent."""

    counts: Counter[str]
    amounts: dict[str, list[tuple[Decimal, str]]]
    cards: list[Any] = field(default_factory=list)
    movable: set[int] = field(default_factory=set)
    scores: dict[int, Decimal] = field(default_factory=dict)


def board_of(rows: Any, user: Any) -> Board:
    """The board of these requests. Four queries."""
    board = Board(Counter(), defaultdict(list))
    sums = rows.order_by().values("state", "currency").annotate(count=Count("pk"), cost=Sum("estimated_cost"))
    for line in sums.order_by("state", "-count", "-cost"):
        board.counts[line["state"]] += line["count"]
        if line["cost"]:
            board.amounts[line["state"]].append((line["cost"], line["currency"]))
    order = [F("due_number").asc(nulls_last=True), F("moved_at").asc()]
    place = Window(RowNumber(), partition_by=[F("state")], order_by=order)
    shown = rows.filter(state__in=COLUMNS).with_clock().annotate(place=place).filter(place__lte=CARDS)
    board.cards = list(shown.select_related("owner").only(*CARD_FIELDS).order_by("state", "place"))
    keys = [card.pk for card in board.cards]
    board.movable = set(Request.objects.allowed(user, "request.triage").filter(pk__in=keys).values_list("pk", flat=True))
    board.scores = scores_of(keys)
    return board


def days_since(moment: datetime | None) -> int | None:
    """Calendar days since the day of a moment, in the reader's zone."""
    return None if moment is None else (timezone.localdate() - timezone.localtime(moment).date()).days


def service_clock(row: Any, today: date, free: Any) -> Clock | None:
    """How the service time of an open request stands, on a row of `with_clock()`; `free` are the days off. None for others."""
    if row.state not in OPEN:
        return None
    return clock_until(timezone.localtime(row.moved_at).date(), today, row.due_number, free)


def is_to_resume(row: Any, today: date) -> bool:
    """Whether a deferred request is to be taken up again."""
    return row.state == State.DEFERRED and row.resume_on is not None and row.resume_on <= today
