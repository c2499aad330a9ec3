"""The pipeline: the board of requests by state, and how they flow."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import may_anywhere
from core import money
from core.lists import chips
from intake.filters.pipeline import PipelineFilters
from intake.formulas.service import clock_of
from intake.models import Request
from intake.models.requests import OPEN, State
from intake.views.queue import days_since, service_words

COLUMNS = (*OPEN, State.APPROVED, State.DEFERRED)
ENDINGS = (State.CONVERTED, State.REJECTED, State.WITHDRAWN)
CARDS = 12
"""So many cards a column; the others are a link away."""


@dataclass
class Lane:
    """A column of the board."""

    state: str
    label: str
    url: str
    count: int = 0
    amounts: list[str] = field(default_factory=list)
    cards: list[dict[str, Any]] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many cards are not shown."""
        return self.count - len(self.cards)


def narrowed(request: HttpRequest) -> tuple["QuerySet[Request]", PipelineFilters]:
    """The requests of the page, as filtered: what the reader may see, without drafts and merged ones. 403 for who sees only
    their own: the pipeline is the office's picture."""
    if not may_anywhere(request.user, "request.view"):
        raise PermissionDenied
    rows = Request.objects.visible_to(request.user).active().exclude(state=State.DRAFT)
    found = PipelineFilters(request.GET, queryset=rows, request=request)
    return found.qs, found


def page_of(request: HttpRequest, found: PipelineFilters, active: str) -> dict[str, Any]:
    """What both pages show: tabs, filters, chips."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    tabs = [("board", _("Board"), "intake:pipeline"), ("flow", _("Flow"), "intake:pipeline-flow")]
    return {
        "tabs": [{"label": label, "url": reverse(name) + query, "active": key == active} for key, label, name in tabs],
        "filter_form": found.form,
        "kept": [("span", request.GET["span"])] if "span" in request.GET else [],
        "chips": chips(found, request.GET),
        "page_title": _("Pipeline"),
        "no_as_of": True,
    }


def pipeline(request: HttpRequest) -> HttpResponse:
    """Requests by state: counts, amounts, and the cards that have waited longest. Moving one is a page that asks why."""
    rows, found = narrowed(request)
    if request.GET.get("panel") == "filters" and getattr(request, "htmx", False):
        return render(request, "core/register/_filters.html", {"filter_form": found.form, "kept": []})
    lanes = lanes_of(rows, request)
    ended = [lane for lane in lanes if lane.state in ENDINGS and lane.count]
    context = page_of(request, found, "board") | {
        "lanes": [lane for lane in lanes if lane.state in COLUMNS],
        "ended": ended,
        "lede": lede_of(lanes),
    }
    return render(request, "intake/pipeline/pipeline.html", context)


def list_url(request: HttpRequest, **filters: Any) -> str:
    """The list of requests, narrowed as this page is and further."""
    query = request.GET.copy()
    for name in ("panel", "span"):
        query.pop(name, None)
    for name, value in filters.items():
        query.setlist(name, [str(item) for item in value] if isinstance(value, (list, tuple)) else [str(value)])
    return f"{reverse('intake:request-list')}?{query.urlencode()}"


def lanes_of(rows: "QuerySet[Request]", request: HttpRequest) -> list[Lane]:
    """The columns with their counts, amounts and first cards. Three queries."""
    lanes: dict[str, Lane] = {
        state: Lane(state, str(State(state).label), list_url(request, state=state)) for state in (*COLUMNS, *ENDINGS)
    }
    sums = rows.order_by().values("state", "currency").annotate(count=Count("pk"), cost=Sum("estimated_cost"))
    for line in sums.order_by("state", "-count", "-cost"):
        lane = lanes[line["state"]]
        lane.count += line["count"]
        if line["cost"]:
            lane.amounts.append(money.short(line["cost"], line["currency"]))
    order = [F("due_on").asc(nulls_last=True), F("moved_at").asc()]
    place = Window(RowNumber(), partition_by=[F("state")], order_by=order)
    shown = rows.filter(state__in=COLUMNS).with_clock().annotate(place=place).filter(place__lte=CARDS)
    cards = list(shown.select_related("owner").only(*CARD_FIELDS).order_by("state", "place"))
    movable = set(
        Request.objects.allowed(request.user, "request.triage")
        .filter(pk__in=[card.pk for card in cards])
        .values_list("pk", flat=True)
    )
    for row in cards:
        lanes[row.state].cards.append(card_of(row, may_move=row.pk in movable))
    return list(lanes.values())


CARD_FIELDS = [
    *("reference", "title", "state", "moved_at", "submitted_at", "resume_on", "currency", "estimated_cost"),
    *("is_confidential", "owner__name", "owner__email"),
]


def card_of(row: Any, *, may_move: bool) -> dict[str, Any]:
    """One card."""
    today = timezone.localdate()
    since = timezone.localtime(row.moved_at).date()
    runs = row.state in OPEN
    waits = row.state == State.DEFERRED
    back = waits and row.resume_on is not None and row.resume_on <= today
    return {
        "it": row,
        "tone": clock_of(since, today, row.allowed_days).tone if runs else "amber" if back else "",
        "service": service_words(row) if runs or back else "",
        "age": days_since(row.submitted_at),
        "may_move": may_move,
    }


def lede_of(lanes: list[Lane]) -> str:
    """How many wait for the office."""
    count = sum(lane.count for lane in lanes if lane.state in OPEN)
    return ngettext("%(count)d request is open.", "%(count)d requests are open.", count) % {"count": count}
