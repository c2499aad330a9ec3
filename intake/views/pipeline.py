"""The pipeline: the board of requests by state, and how they flow."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import OrganisationUnit, RoleGrant, User
from core import money
from core.holidays import office_holidays
from core.lists import chips
from core.templatetags import pmo
from core.unchanged import read_clock, unchanged
from intake.filters.pipeline import PipelineFilters
from intake.models import Request, RequestMove, RequestObjective, RequestParty, RequestType
from intake.models.assessments import RequestScore
from intake.models.requests import OPEN, State
from intake.pipeline import (
    COLUMNS,
    ENDINGS,
    board_of,
    days_since,
    is_to_resume,
    narrowed,
    service_clock,
)
from intake.views.service import clock_words
from portfolio.models import Objective

# Everything both pages are made of, rights included; the history of these tables tells whether a page made before still holds.
TABLES = (
    *(Request, RequestMove, RequestParty, RequestObjective, RequestType),
    *(Objective, OrganisationUnit, RoleGrant, User),
)


@dataclass
class Lane:
    """A column of the board."""

    state: str
    label: str
    url: str
    count: int = 0
    amounts: list[str] = field(default_factory=list)
    cards: list[SafeString] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many cards are not shown."""
        return self.count - len(self.cards)


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
    rows, found = narrowed(request.user, request.GET)
    if request.GET.get("panel") == "filters" and getattr(request, "htmx", False):
        return render(request, "core/register/_filters.html", {"filter_form": found.form, "kept": []})

    def build() -> dict[str, Any]:
        lanes = lanes_of(rows, request)
        shown = {
            "lanes": [lane for lane in lanes if lane.state in COLUMNS],
            "ended": [lane for lane in lanes if lane.state in ENDINGS and lane.count],
        }
        return {"lede": lede_of(lanes), "body": render_to_string("intake/pipeline/_board.html", shown)}

    # Scores have no history of their own: they are worked out, all of a version at once.
    scored = RequestScore.objects.aggregate(newest=Max("calculated_at"), count=Count("pk"))
    address = f"{request.GET.urlencode()} {scored}"
    kept = unchanged("pipeline", read_clock(TABLES), request.user, address, build)
    return render(request, "intake/pipeline/pipeline.html", page_of(request, found, "board") | kept)


def list_url(request: HttpRequest, **filters: Any) -> str:
    """The list of requests, narrowed as this page is and further."""
    query = request.GET.copy()
    for name in ("panel", "span"):
        query.pop(name, None)
    for name, value in filters.items():
        query.setlist(name, [str(item) for item in value] if isinstance(value, (list, tuple)) else [str(value)])
    return f"{reverse('intake:request-list')}?{query.urlencode()}"


def lanes_of(rows: "QuerySet[Request]", request: HttpRequest) -> list[Lane]:
    """The columns with their counts, amounts and first cards. Four queries."""
    lanes: dict[str, Lane] = {
        state: Lane(state, str(State(state).label), list_url(request, state=state)) for state in (*COLUMNS, *ENDINGS)
    }
    board = board_of(rows, request.user)
    for state, count in board.counts.items():
        lanes[state].count = count
        lanes[state].amounts = [money.short(cost, currency) for cost, currency in board.amounts[state]]
    draw = card_writer(board.scores)
    for row in board.cards:
        lanes[row.state].cards.append(draw(row, row.pk in board.movable))
    return list(lanes.values())


def card_writer(scores: dict[int, Decimal]) -> Callable[[Any, bool], SafeString]:
    """Draws the cards of one answer, directly: a template would cost more than the database does. Whoever looks after several
    is drawn once."""
    today, free = timezone.localdate(), office_holidays()
    move, nobody, hidden = escape(_("Move")), pmo.person(None, _("No owner")), pmo.icon("lock")
    people: dict[int | None, str] = {None: nobody}
    ages: dict[int | None, str] = {None: ""}
    marks: dict[tuple[str, str], str] = {}

    def service(row: Any) -> str:
        clock = service_clock(row, today, free)
        if clock is not None:
            key = (clock.tone, clock_words(clock.left))
        elif is_to_resume(row, today):
            key = ("amber", _("Take up again"))
        else:
            return ""
        if key not in marks:
            marks[key] = f'<span class="card-service">{pmo.rag(key[0], "compact")}{escape(key[1])}</span>' if key[1] else ""
        return marks[key]

    def draw(row: Any, may_move: bool) -> SafeString:
        reference = escape(row.reference)
        if row.owner_id not in people:
            people[row.owner_id] = pmo.person(row.owner)
        days = days_since(row.submitted_at)
        if days not in ages:
            words = ngettext("%(days)d day old", "%(days)d days old", days or 0) % {"days": days} if days else _("new today")
            ages[days] = f" · <span>{words}</span>"
        score = (
            f" · <span>{escape(_('score %(score)s') % {'score': pmo.number(scores[row.pk], 0)})}</span>"
            if row.pk in scores
            else ""
        )
        amount = f" · <span>{money.short(row.estimated_cost, row.currency)}</span>" if row.estimated_cost else ""
        button = (
            f'<a class="button is-small push" href="../requests/{reference}/move/" aria-label="{move} {reference}">{move}</a>'
            if may_move
            else ""
        )
        return mark_safe(
            f'<li class="card"><a class="card-title" href="../requests/{reference}/">{escape(row.title)}</a>'
            f'<span class="card-facts">{reference}{amount}{ages[days]}{score}</span>{service(row)}'
            f'<span class="card-foot">{hidden if row.is_confidential else ""}{people[row.owner_id]}{button}</span></li>'
        )

    return draw


def lede_of(lanes: list[Lane]) -> str:
    """How many wait for the office."""
    count = sum(lane.count for lane in lanes if lane.state in OPEN)
    return ngettext("%(count)d request is open.", "%(count)d requests are open.", count) % {"count": count}
