"""The pipeline: the board of requests by state, and how they flow."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Max, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import may_anywhere
from accounts.models import OrganisationUnit, RoleGrant, User
from core import money
from core.holidays import office_holidays
from core.lists import chips
from core.templatetags import pmo
from core.unchanged import read_clock, unchanged
from intake.filters.pipeline import PipelineFilters
from intake.formulas.service import clock_until
from intake.models import Request, RequestMove, RequestObjective, RequestParty, RequestType
from intake.models.assessments import RequestScore
from intake.models.requests import OPEN, State
from intake.views.queue import days_since
from intake.views.standing import clock_words
from portfolio.models import Objective

COLUMNS = (*OPEN, State.APPROVED, State.DEFERRED)
ENDINGS = (State.CONVERTED, State.REJECTED, State.WITHDRAWN)
CARDS = 10
"""So many cards a column; the others are a link away."""


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
    sums = rows.order_by().values("state", "currency").annotate(count=Count("pk"), cost=Sum("estimated_cost"))
    for line in sums.order_by("state", "-count", "-cost"):
        lane = lanes[line["state"]]
        lane.count += line["count"]
        if line["cost"]:
            lane.amounts.append(money.short(line["cost"], line["currency"]))
    order = [F("due_number").asc(nulls_last=True), F("moved_at").asc()]
    place = Window(RowNumber(), partition_by=[F("state")], order_by=order)
    shown = rows.filter(state__in=COLUMNS).with_clock().annotate(place=place).filter(place__lte=CARDS)
    cards = list(shown.select_related("owner").only(*CARD_FIELDS).order_by("state", "place"))
    movable = set(
        Request.objects.allowed(request.user, "request.triage")
        .filter(pk__in=[card.pk for card in cards])
        .values_list("pk", flat=True)
    )
    draw = card_writer(scores_of([card.pk for card in cards]))
    for row in cards:
        lanes[row.state].cards.append(draw(row, row.pk in movable))
    return list(lanes.values())


CARD_FIELDS = [
    *("reference", "title", "state", "moved_at", "submitted_at", "resume_on", "currency", "estimated_cost"),
    *("is_confidential", "owner__name", "owner__email"),
]


def scores_of(keys: list[int]) -> dict[int, Decimal]:
    """The newest score of each of these requests that has one, in percent. Scores are rows only once they are revealed."""
    found = RequestScore.objects.filter(request__in=keys, percent__isnull=False).order_by(
        "request", "-model_version__published_at", "-pk"
    )
    return dict(found.distinct("request").values_list("request", "percent"))


def card_writer(scores: dict[int, Decimal]) -> Callable[[Any, bool], SafeString]:
    """Draws the cards of one answer, directly: a template would cost more than the database does. Whoever looks after several
    is drawn once."""
    today, free = timezone.localdate(), office_holidays()
    move, nobody, hidden = escape(_("Move")), pmo.person(None, _("No owner")), pmo.icon("lock")
    people: dict[int | None, str] = {None: nobody}
    ages: dict[int | None, str] = {None: ""}
    marks: dict[tuple[str, str], str] = {}

    def service(row: Any) -> str:
        if row.state in OPEN:
            clock = clock_until(timezone.localtime(row.moved_at).date(), today, row.due_number, free)
            key = (clock.tone, clock_words(clock.left))
        elif row.state == State.DEFERRED and row.resume_on is not None and row.resume_on <= today:
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
            ages[days] = f" · {words}"
        score = f" · {escape(_('score %(score)s') % {'score': pmo.number(scores[row.pk], 0)})}" if row.pk in scores else ""
        amount = f" · {money.short(row.estimated_cost, row.currency)}" if row.estimated_cost else ""
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
