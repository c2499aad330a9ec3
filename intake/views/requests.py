"""Pages of requests: the list, one request and its tabs."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, gettext_lazy

from core.columns import Cell, Column, title_cell
from core.lists import Bulk, Empty, Register
from core.views.conversation import talk_of
from core.views.history import answer_history
from intake.access import may_ask, request_actions, request_for
from intake.actions.following import follows
from intake.actions.requests import editable_in
from intake.filters.requests import RequestFilters
from intake.formulas.questions import completeness, missing_for
from intake.models import Request
from intake.models.answers import answers_of
from intake.models.requests import State
from intake.trail import scoring_history, trail_of
from intake.transitions import NEXT_NEEDS
from intake.views.menus import offers_of
from intake.views.questions import reading_of
from intake.views.relations import relations_of
from intake.views.service import service_of
from intake.wording import missing_label, needed_words

TABS = [
    ("overview", gettext_lazy("Request"), "intake:request-detail", "request.view"),
    ("case", gettext_lazy("Business case"), "intake:request-case", "request.view"),
    ("scores", gettext_lazy("Scores"), "intake:request-scores", "request.view"),
    ("decision", gettext_lazy("Decision"), "intake:request-decision", "request.view"),
    ("talk", gettext_lazy("Files and comments"), "intake:request-talk", "request.view"),
    ("history", gettext_lazy("History"), "intake:request-history", "history.view"),
]
"""The tabs of a request: key, label, URL name, what the reader must be allowed to do."""


def request_url(request: Request) -> str:
    """The page of a request."""
    return reverse("intake:request-detail", args=[request.reference])


def draw_title(row: Request) -> Cell:
    return title_cell(f"{row.reference}/", row.title, row.reference)


def rows(user: Any) -> "QuerySet[Request]":
    """Requests the person may see, merged ones left out."""
    return Request.objects.visible_to(user).active().defer("search", "purpose", "need", "helps_how", "answers", "custom")


STATES = dict(State.choices)

REQUESTS = Register(
    name="intake:request-list",
    title=gettext_lazy("Requests"),
    file_name="requests",
    rows=rows,
    filters=RequestFilters,
    link=request_url,
    order="-reference",
    totals=["estimated_cost"],
    bulk=[Bulk("compare", gettext_lazy("Compare"), "columns-2", "intake:request-compare", "get")],
    empty=Empty(
        gettext_lazy("No requests yet"),
        gettext_lazy("Whoever has an idea for a project asks here; the office screens, scores and brings it to a decision."),
        "lightbulb",
    ),
    columns=[
        Column("title", gettext_lazy("Request"), "title", draw=draw_title, order="title", reads=("title", "reference")),
        Column("reference", gettext_lazy("Reference"), "reference", "id", order="reference", shown=False, reads=("reference",)),
        Column("state", gettext_lazy("State"), lambda row: STATES[row.state], "choice", order="state", reads=("state",)),
        Column("since", gettext_lazy("Since"), "moved_at", "date", order="moved_at", reads=("moved_at",)),
        Column("type", gettext_lazy("Type"), "type", order="type__name", join="type", reads=("type__name",)),
        Column("requester", gettext_lazy("Requester"), "requester_name", order="requester_name", reads=("requester_name",)),
        Column("unit", gettext_lazy("Unit"), "unit", order="unit__name", join="unit", shown=False, reads=("unit__name",)),
        Column("owner", gettext_lazy("Owner"), "owner", order="owner__name", join="owner", reads=("owner__name", "owner__email")),
        Column("estimated_cost", gettext_lazy("Estimated cost"), "estimated_cost", "money", order="estimated_cost", reads=("estimated_cost", "currency")),
        Column("needed_by", gettext_lazy("Needed by"), "needed_by_on", "date", order="needed_by_on", shown=False, reads=("needed_by_on",)),
        Column("submitted", gettext_lazy("Submitted"), "submitted_at", "date", order="submitted_at", shown=False, reads=("submitted_at",)),
    ],
)  # fmt: skip


def request_list(request: HttpRequest) -> HttpResponseBase:
    """All requests that the reader may see."""
    primary = None
    if may_ask(request.user):
        primary = {"label": gettext("Ask for a project"), "url": reverse("intake:request-create")}
    return REQUESTS.answer(request, primary=primary, no_as_of=True)


def request_page(
    request: HttpRequest, reference: str, tab: str, action: str = "request.view"
) -> tuple[Request, dict[str, Any]]:
    """The request and what every tab of its page shows: head, tabs, the reader's actions."""
    found = request_for(request.user, reference, action)
    actions = request_actions(request.user, found)
    context = {
        "it": found,
        "actions": actions,
        "tabs": tabs_of(found, tab, actions),
        "page_title": found.title,
        "no_as_of": True,
    } | offers_of(found, actions, follows=follows(found, request.user) if "comment.write" in actions else None)
    return found, context


def tabs_of(it: Request, active: str, actions: frozenset[str]) -> list[dict[str, Any]]:
    """The tabs that this reader may use; a tab whose page is not there yet is left out."""
    found = []
    for key, label, name, action in TABS:
        if action not in actions:
            continue
        try:
            url = reverse(name, args=[it.reference])
        except NoReverseMatch:
            continue
        found.append({"label": label, "url": url, "active": key == active})
    return found


def request_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One request: the three questions, its answers, where it stands."""
    found, context = request_page(request, reference, "overview")
    context |= {
        "moves": found.moves.select_related("by"),
        "questions": found.questions.select_related("asked_by", "answered_by"),
        "relations": relations_of(found, request.user),
        "objective_links": found.objective_links.select_related("objective"),
        "service": service_of(found) if "request.triage" in context["actions"] else None,
    }
    answers = answers_of(found)
    context |= reading_of(found, answers) | {"standing": standing_of(found, answers, context["actions"])}
    return render(request, "intake/requests/request_detail.html", context)


def standing_of(it: Request, answers: dict[str, Any], actions: frozenset[str]) -> dict[str, Any] | None:
    """How complete the request is and what the next state still needs, with links for those who may answer it in the form."""
    if it.state not in NEXT_NEEDS:
        return None
    document, target = it.form_version.document, NEXT_NEEDS[it.state]
    edits = it.state in editable_in(actions)
    missing = [
        {
            "label": missing_label(one),
            "url": reverse("intake:request-write", args=[it.reference, one.step]) + f"#id_{one.key}" if edits else "",
        }
        for one in missing_for(document, answers, target)
    ]
    words = gettext("Still needed %(when)s:") % {"when": needed_words(target)}
    return {"complete": completeness(document, answers), "missing": missing, "words": words}


def request_talk(request: HttpRequest, reference: str) -> HttpResponse:
    """Files and comments of a request."""
    found, context = request_page(request, reference, "talk")
    context |= talk_of(request, "request", found, context["actions"])
    return render(request, "intake/requests/request_talk.html", context)


def request_history(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Everything that was changed on the request and its parts, also as a file."""
    found, context = request_page(request, reference, "history", "history.view")
    return answer_history(
        request,
        found,
        [*trail_of(found, request.user), *scoring_history(found, request.user)],
        back=request_url(found),
        template="intake/requests/request_history.html",
        context=context,
    )
