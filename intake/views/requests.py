"""Pages of requests: the list, one request and its tabs."""

from collections.abc import Callable
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
from intake.formulas.questions import WITHOUT_ANSWER, completeness, missing_for, questions_of
from intake.models import FormVersion, Request
from intake.models.answers import answers_of
from intake.models.requests import Help, State
from intake.trail import scoring_history, trail_of
from intake.transitions import NEXT_NEEDS
from intake.views.menus import offers_of
from intake.views.questions import answer_words, reading_of
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
HELPS = dict(Help.choices)
EXACT = ("money", "number", "date")  # a file holds what was answered, the page how it reads

FILED = [
    Column("purpose", gettext_lazy("Purpose"), "purpose", "long", reads=("purpose",)),
    Column("need", gettext_lazy("Why it is needed"), "need", "long", reads=("need",)),
    Column("helps", gettext_lazy("How it helps"), lambda row: [str(HELPS[one]) for one in row.helps], "list", reads=("helps",)),
    Column("helps_how", gettext_lazy("How it helps, in words"), "helps_how", "long", reads=("helps_how",)),
    Column("tags", gettext_lazy("Tags"), "tags", "list", reads=("tags",)),
    Column("sponsor", gettext_lazy("Sponsor"), "sponsor", join="sponsor", reads=("sponsor__name", "sponsor__email")),
    Column("currency", gettext_lazy("Currency"), "currency", reads=("currency",)),
    Column("estimated_benefit", gettext_lazy("Estimated benefit, whole life"), "estimated_benefit", "money", reads=("estimated_benefit",)),
]  # fmt: skip
"""What the file of all requests holds besides the page's columns."""


def filed(rows: "QuerySet[Request]") -> list[Column]:
    """The three answers, figures and people, and the answers to the questions that their types ask. An import leaves those last ones
    out (`intake.imports.DERIVED`). One query."""
    documents = FormVersion.objects.filter(pk__in=rows.order_by().values("form_version"))
    asked = {
        pk: {
            question["label"]: question
            for _step, question in questions_of(document)
            if question["kind"] not in WITHOUT_ANSWER and not question.get("maps_to")
        }
        for pk, document in documents.order_by("-pk").values_list("pk", "document")
    }
    labels = dict.fromkeys(label for questions in asked.values() for label in questions)
    reads = ("answers", "currency", "form_version_id")
    return FILED + [
        Column(
            f"answer-{number}",
            gettext("Answer: %(question)s") % {"question": label},
            answered(asked, label),
            "long",
            reads=reads,
        )
        for number, label in enumerate(labels)
    ]


def answered(asked: dict[int, dict[str, Any]], label: str) -> Callable[[Request], str]:
    """Reads what a request answers to the question with these words; "" where its form does not ask it."""

    def read(row: Request) -> str:
        question = asked[row.form_version_id].get(label)
        value = (row.answers or {}).get(question["key"]) if question else None
        if question is None or value is None:
            return ""
        return str(value) if question["kind"] in EXACT else answer_words(question, value, row.currency)

    return read


REQUESTS = Register(
    name="intake:request-list",
    title=gettext_lazy("Requests"),
    file_name="requests",
    rows=rows,
    filters=RequestFilters,
    link=request_url,
    order="-reference",
    filed=filed,
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
