"""The triage queue: what waits for the office, how long it has stood there, and what is missing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import DurationField, ExpressionWrapper, F, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.access import may_anywhere
from accounts.models import OrganisationUnit, RoleGrant
from core.columns import Cell, Column, number_look, plain, rag_look, title_cell
from core.holidays import office_holidays
from core.lists import NOT_FILTERS, Bulk, Empty, Listed, Register, response_url
from core.office import office_day
from core.unchanged import Clock as EventClock
from core.unchanged import Memory, read_clock
from core.views.editing import answer_form, whole_number
from intake.access import request_for
from intake.actions.triage import assign_requests
from intake.filters.queue import QueueFilters
from intake.forms.triage import OwnerForm
from intake.formulas.questions import CORE, MAPS_TO, Missing, is_answered, is_required, missing_for, questions_of
from intake.formulas.service import Clock, clock_until, day_number, day_of
from intake.models import FormVersion, Request, RequestParty, RequestType
from intake.models.requests import OPEN, State
from intake.pipeline import days_since
from intake.transitions import NEXT_NEEDS
from intake.views.requests import request_url
from intake.views.service import clock_words

CORE_WORDS = {
    "title": gettext_lazy("Title"),
    "purpose": gettext_lazy("Purpose"),
    "need": gettext_lazy("Why it is needed"),
    "helps": gettext_lazy("How it helps"),
}
# Where the answer to a question stands that fills a field: the column, without a look at the other table.
ATTRIBUTES = {target: Request._meta.get_field(target).attname for target in MAPS_TO}


def since(field: str) -> ExpressionWrapper:
    """How long ago the moment in a field was: more days sort after fewer."""
    return ExpressionWrapper(Now() - F(field), DurationField())


def age(row: Request) -> int | None:
    return days_since(row.submitted_at)


def days_in_state(row: Request) -> int | None:
    return days_since(row.moved_at)


def is_back(row: Request) -> bool:
    """Whether the request was deferred and its day has come."""
    return bool(row.state == State.DEFERRED)


STATES = dict(State.choices)


def state_words(row: Request) -> str:
    return str(STATES[row.state])


def back_words(row: Request) -> str:
    return _("its day has come") if is_back(row) else ""


def standing_of(row: Any) -> Clock:
    """Where the request stands against its service time today."""
    return clock_until(timezone.localtime(row.moved_at).date(), timezone.localdate(), row.due_number, office_holidays())


def due_on(row: Any) -> date | None:
    """The last day on which the request is in time; None without a service time."""
    return None if row.due_number is None else day_of(row.due_number, office_holidays())


def service_words(row: Any) -> str:
    """Where the request stands against its service time, in words."""
    if is_back(row):
        return _("Take up again")
    return clock_words(standing_of(row).left)


def service_writer() -> Callable[[Any], Cell]:
    """Draws the service time of one answer's rows."""
    today, free, zone, language = timezone.localdate(), office_holidays(), timezone.get_current_timezone(), get_language()

    def draw(row: Any) -> Cell:
        if is_back(row):
            return rag_look("amber", _("Take up again"))
        return clock_cell(clock_until(row.moved_at.astimezone(zone).date(), today, row.due_number, free), language)

    return draw


@lru_cache(maxsize=4096)
def clock_cell(clock: Clock, language: str | None) -> Cell:
    """A service clock; equal ones are drawn once a process and language."""
    if clock.left is None:
        return "", ""
    attributes, content = rag_look(clock.tone, clock_words(clock.left))
    allowed = _("%(days)d allowed") % {"days": clock.allowed}
    return attributes, f"{content}<span class=sub>{allowed}</span>"


def days_writer(field: str) -> Callable[[], Callable[[Any], Cell]]:
    """Draws how many days ago a moment was, in one answer's rows."""

    def make() -> Callable[[Any], Cell]:
        today, zone, read = timezone.localdate(), timezone.get_current_timezone(), attrgetter(field)

        def draw(row: Any) -> Cell:
            moment = read(row)
            return number_look(None if moment is None else (today - moment.astimezone(zone).date()).days)

        return draw

    return make


def state_writer() -> Callable[[Any], Cell]:
    """Draws the states of one answer's rows, each put in words once."""
    known: dict[str, Cell] = {}

    def draw(row: Any) -> Cell:
        if row.state not in known:
            note = back_words(row)
            known[row.state] = "", escape(state_words(row)) + (f"<small>{escape(note)}</small>" if note else "")
        return known[row.state]

    return draw


def missing_words(row: Request) -> str:
    """What has to be answered before the request can go on: the first two by name, the others by number."""
    return words_of_missing([one.label or str(CORE_WORDS[one.key]) for one in missing_in(row)])


def missing_in(row: Request) -> list[Missing]:
    """What has to be answered before the request can go on from its state."""
    document = document_of(row)
    answers = {**(row.answers or {}), **{name: getattr(row, name) for name in CORE}}
    for _step, question in questions_of(document):
        if target := question.get("maps_to"):
            answers[question["key"]] = mapped(row, target) or answers.get(question["key"])
    return missing_for(document, answers, NEXT_NEEDS.get(row.state, "ready"))


# The questions of form versions, kept in the process: published ones are frozen (a trigger holds that), and few.
DOCUMENTS: dict[int, Any] = {}


def document_of(row: Request) -> Any:
    """The questions that the request was asked with. One query where the process meets form versions that it does not know."""
    if row.form_version_id not in DOCUMENTS:
        fresh = FormVersion.objects.filter(published_at__isnull=False).exclude(pk__in=list(DOCUMENTS))
        DOCUMENTS.update(fresh.values_list("pk", "document"))
    if row.form_version_id not in DOCUMENTS:
        return row.form_version.document
    return DOCUMENTS[row.form_version_id]


def mapped(row: Request, target: str) -> Any:
    """What fills a question from a field. The key of a unit or a person is enough: no row of the list reads its table."""
    return getattr(row, ATTRIBUTES[target])


def words_of_missing(names: list[str]) -> str:
    if len(names) > 2:
        left = len(names) - 2
        names[2:] = [ngettext("%(count)d more", "%(count)d more", left) % {"count": left}]
    return " · ".join(names)


def missing_writer() -> Callable[[Request], Cell]:
    """Draws what is missing in one answer's rows. Of a form without conditions only the questions that are needed now are
    looked at, which a form version tells once."""
    plans: dict[tuple[int, str], list[tuple[str, str, str]] | None] = {}
    known: dict[tuple[str, ...], Cell] = {}
    core = [(name, str(CORE_WORDS[name])) for name in CORE]

    def draw(row: Request) -> Cell:
        state = NEXT_NEEDS.get(row.state, "ready")
        place = (row.form_version_id, state)
        if place not in plans:
            plans[place] = plan_of(document_of(row), state)
        plan = plans[place]
        if plan is None:
            names = [one.label or str(CORE_WORDS[one.key]) for one in missing_in(row)]
        else:
            answers = row.answers or {}
            names = [words for name, words in core if not is_answered(getattr(row, name))]
            names += [
                label
                for key, label, target in plan
                if not (is_answered(answers.get(key)) or (target and is_answered(mapped(row, target))))
            ]
        key = tuple(names)
        if key not in known:
            known[key] = " class=wrap", plain(words_of_missing(names))[1]
        return known[key]

    return draw


def plan_of(document: Any, state: str) -> list[tuple[str, str, str]] | None:
    """(key, label, field it fills) of the questions that a state needs; None where some are asked only under a condition."""
    questions = [question for _step, question in questions_of(document)]
    if any(question.get("show_if") for question in questions):
        return None
    return [(one["key"], one["label"], one.get("maps_to", "")) for one in questions if is_required(one, state)]


def rows(user: Any, action: str = "queue.view") -> "QuerySet[Request]":
    """What waits for this person's office: open requests and those deferred until now, with their service clock."""
    found = Request.objects.allowed(user, action).active().waiting(timezone.localdate()).with_clock()
    return found.only("title", "reference", "state", "form_version")


READ_FOR_MISSING = ("form_version", "answers", "state", *CORE, *MAPS_TO)

QUEUE = Register(
    name="intake:queue",
    title=gettext_lazy("Triage"),
    template="intake/queue/queue.html",
    file_name="triage-queue",
    rows=rows,
    filters=QueueFilters,
    link=request_url,
    order="service",
    totals=["estimated_cost"],
    empty=Empty(
        gettext_lazy("Nothing waits"),
        gettext_lazy("Every request that was submitted and is not decided yet stands here, the most urgent first."),
        "circle-check",
    ),
    columns=[
        Column("title", gettext_lazy("Request"), "title", draw=lambda row: title_cell(f"../requests/{row.reference}/", row.title, f"{row.reference} · {row.type.name}"), order="title", join="type", reads=("title", "reference", "type__name")),
        Column("reference", gettext_lazy("Reference"), "reference", "id", order="reference", shown=False, reads=("reference",)),
        Column("state", gettext_lazy("State"), state_words, "choice", draws=state_writer, order="state", reads=("state",)),
        Column("service", gettext_lazy("Service time"), service_words, "choice", draws=service_writer, order="due_number", reads=("state", "moved_at")),
        Column("in_state", gettext_lazy("Days in state"), days_in_state, "number", draws=days_writer("moved_at"), order=since("moved_at"), reads=("moved_at",)),
        Column("age", gettext_lazy("Age, days"), age, "number", draws=days_writer("submitted_at"), order=since("submitted_at"), reads=("submitted_at",)),
        Column("owner", gettext_lazy("Owner"), "owner", order="owner__name", join="owner", reads=("owner__name", "owner__email")),
        Column("missing", gettext_lazy("Missing"), missing_words, "long", draws=missing_writer, reads=READ_FOR_MISSING),
        Column("type", gettext_lazy("Type"), "type", order="type__name", join="type", shown=False, reads=("type__name",)),
        Column("unit", gettext_lazy("Unit"), "unit", order="unit__name", join="unit", shown=False, reads=("unit__name",)),
        Column("requester", gettext_lazy("Requester"), "requester_name", order="requester_name", shown=False, reads=("requester_name",)),
        Column("estimated_cost", gettext_lazy("Estimated cost"), "estimated_cost", "money", order="estimated_cost", reads=("estimated_cost", "currency")),
        Column("needed_by", gettext_lazy("Needed by"), "needed_by_on", "date", order="needed_by_on", shown=False, reads=("needed_by_on",)),
        Column("due", gettext_lazy("Service due"), due_on, "date", order="due_number", shown=False, reads=("moved_at",)),
        Column("submitted", gettext_lazy("Submitted"), "submitted_at", "date", order="submitted_at", shown=False, reads=("submitted_at",)),
    ],
    bulk=[Bulk("assign", gettext_lazy("Assign an owner"), "user-check", "intake:queue-assign", "get")],
)  # fmt: skip

READ_ONLY = replace(QUEUE, bulk=())


COUNTS = """
SELECT count(*), count(*) FILTER (WHERE due_number < %s AND state = ANY(%s)), count(*) FILTER (WHERE owner IS NULL),
    count(*) FILTER (WHERE owner = %s), count(*) FILTER (WHERE state = %s)
FROM ({rows}) AS waiting (state, owner, due_number)
"""


# The counts of a few readers, each kept while nothing changes that they rest on, rights included.
COUNTED_TABLES = (Request, RequestType, RequestParty, RoleGrant, OrganisationUnit)
COUNTED = Memory(64)
# Count, totals and order of the list, for the filters that rest on those tables alone.
KEPT_FILTERS = {"state", "service", "assigned", "back", "type", "owner"}
LISTED = Memory(256)


def queue(request: HttpRequest) -> HttpResponseBase:
    """The queue, the most urgent first. Who only reads it has nothing to choose and nothing to assign."""
    if not may_anywhere(request.user, "queue.view"):
        raise PermissionDenied
    items = [
        {"label": _("Pipeline"), "url": reverse("intake:pipeline"), "icon": "square-kanban"},
        {"label": _("Who may move what"), "url": reverse("intake:transition-list"), "icon": "arrow-right"},
    ]
    clock = read_clock(COUNTED_TABLES)

    def keep(work_out: Callable[[], Listed]) -> Listed:
        if request.GET.keys() - NOT_FILTERS - KEPT_FILTERS:
            return work_out()
        asked = tuple(sorted((name, *request.GET.getlist(name)) for name in request.GET if name in KEPT_FILTERS))
        day = timezone.localdate(), timezone.get_current_timezone_name(), office_day()
        return LISTED.get((request.user.pk, *day, asked), clock, COUNTED_TABLES, work_out)  # type: ignore[no-any-return]

    shortcuts = shortcuts_of(request, clock)
    shown = QUEUE if may_anywhere(request.user, "request.triage") else READ_ONLY
    return shown.answer(request, keep=keep, no_as_of=True, menu_items=items, shortcuts=shortcuts)


def counts_of(user: Any, today: date) -> dict[str, int]:
    """How many requests answer each of the usual questions. One query."""
    rows_sql, parameters = rows(user).values_list("state", "owner_id", "due_number").order_by().query.sql_with_params()
    with connection.cursor() as cursor:  # a third of what five filtered counts cost to put together
        late = day_number(today, office_holidays())
        cursor.execute(COUNTS.format(rows=rows_sql), [late, list(OPEN), user.pk, State.DEFERRED, *parameters])
        return dict(zip(("all", "over", "nobody", "me", "back"), cursor.fetchone(), strict=True))


def shortcuts_of(request: HttpRequest, clock: EventClock) -> list[dict[str, Any]]:
    """The usual questions to the queue, each with its number and its filter. One query where something has changed."""
    user, today = request.user, timezone.localdate()
    counts = COUNTED.get((user.pk, today, office_day()), clock, COUNTED_TABLES, lambda: counts_of(user, today))
    kinds: list[tuple[str, str, dict[str, str]]] = [
        ("all", _("All"), {}),
        ("over", _("Over their service time"), {"service": "over"}),
        ("nobody", _("Without an owner"), {"assigned": "nobody"}),
        ("me", _("Mine"), {"assigned": "me"}),
        ("back", _("Deferred until now"), {"back": "true"}),
    ]
    chosen = {name: request.GET.get(name) for name in ("service", "assigned", "back") if request.GET.get(name)}
    return [
        {
            "label": label,
            "count": counts[key],
            "url": request.path + "".join(f"?{name}={value}" for name, value in filters.items()),
            "active": chosen == filters,
        }
        for key, label, filters in kinds
        if counts[key] or key == "all"
    ]


# Who looks after it


def queue_assign(request: HttpRequest) -> HttpResponse:
    """Give the chosen requests to an owner: asks first, says how many, leaves out those the reader may not move."""
    if not may_anywhere(request.user, "request.triage"):
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else request.GET
    keys = [key for key in map(whole_number, sent.getlist("pk")) if key is not None][:500]
    chosen = list(rows(request.user, "request.triage").filter(pk__in=keys).order_by("reference"))
    back = response_url(request, reverse("intake:queue"))
    context = {
        "requests": chosen,
        "left_out": len(set(keys)) - len(chosen),
        "return_to": sent.get("return_to", ""),
        "cancel_url": back,
        "page_title": _("Assign an owner"),
        "no_as_of": True,
    }
    return answer_assignment(request, lambda: chosen, back=back, template="intake/queue/queue_assign.html", context=context)


def request_assign(request: HttpRequest, reference: str) -> HttpResponse:
    """Give one request to an owner."""
    found = request_for(request.user, reference, "request.triage")
    context = {
        "it": found,
        "page_title": _("Assign an owner"),
        "cancel_url": request_url(found),
        "no_as_of": True,
        "submit": _("Assign"),
    }
    return answer_assignment(
        request,
        lambda: [found],
        back=request_url(found),
        template="intake/moves/request_form.html",
        context=context,
        initial={"owner": found.owner_id},
    )


def answer_assignment(
    request: HttpRequest,
    chosen: Callable[[], list[Request]],
    *,
    back: str,
    template: str,
    context: dict[str, Any],
    initial: dict[str, Any] | None = None,
) -> HttpResponse:
    """The form of an assignment of these requests."""

    def act(valid: OwnerForm) -> str:
        owner = valid.cleaned_data["owner"]
        count = assign_requests(chosen(), owner=owner, by=request.user, at=timezone.now())
        if owner is None:
            return ngettext("%(count)d request has no owner now.", "%(count)d requests have no owner now.", count) % {
                "count": count
            }
        return ngettext("%(count)d request went to %(owner)s.", "%(count)d requests went to %(owner)s.", count) % {
            "count": count,
            "owner": owner,
        }

    form = OwnerForm(request.POST or None, initial=initial or {"owner": request.user.pk})
    return answer_form(request, form, act, done=lambda _said: back, template=template, context=context, said="%(it)s")
