"""The triage queue: what waits for the office, how long it has stood there, and what is missing."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, DurationField, ExpressionWrapper, F, Prefetch, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import may_anywhere
from core.lists import Bulk, Cell, Column, Empty, Register, rag_look, response_url, title_cell
from core.views.editing import answer_form, whole_number
from intake.access import request_for
from intake.actions.triage import assign_requests
from intake.filters.queue import QueueFilters
from intake.forms.triage import OwnerForm
from intake.formulas.questions import CORE, missing_for, questions_of
from intake.formulas.service import Clock, clock_of
from intake.models import FormVersion, Request
from intake.models.clock import overdue
from intake.models.requests import OPEN, State
from intake.views.requests import request_url

CORE_WORDS = {
    "title": gettext_lazy("Title"),
    "purpose": gettext_lazy("Purpose"),
    "need": gettext_lazy("Why it is needed"),
    "helps": gettext_lazy("How it helps"),
}
# What must be there before the request can go on from its state.
NEXT_STATE = {"submitted": "screening", "screening": "assessment", "needs_information": "assessment"}


def days_since(moment: datetime | None) -> int | None:
    """Calendar days since the day of a moment, in the reader's zone."""
    return None if moment is None else (timezone.localdate() - timezone.localtime(moment).date()).days


def since(field: str) -> ExpressionWrapper:
    """How long ago the moment in a field was: more days sort after fewer."""
    return ExpressionWrapper(Now() - F(field), DurationField())


def age(row: Request) -> int | None:
    return days_since(row.submitted_at)


def days_in_state(row: Request) -> int | None:
    return days_since(row.moved_at)


def is_back(row: Request) -> bool:
    """Whether the request was put off and its day has come."""
    return bool(row.state == State.DEFERRED)


STATES = dict(State.choices)


def state_words(row: Request) -> str:
    return str(STATES[row.state])


def back_words(row: Request) -> str:
    return _("its day has come") if is_back(row) else ""


def standing_of(row: Any) -> Clock:
    """Where the request stands against its service time today."""
    return clock_of(timezone.localtime(row.moved_at).date(), timezone.localdate(), row.allowed_days)


def service_words(row: Any) -> str:
    """Where the request stands against its service time, in words."""
    if is_back(row):
        return _("Take up again")
    return clock_words(standing_of(row).left)


def clock_words(left: int | None) -> str:
    """How many working days are left, or how many it is over."""
    if left is None:
        return ""
    if left < 0:
        return ngettext("%(days)d day over", "%(days)d days over", -left) % {"days": -left}
    if left == 0:
        return _("Due today")
    return ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}


def draw_service(row: Any) -> Cell:
    if is_back(row):
        return rag_look("amber", _("Take up again"))
    clock = standing_of(row)
    if clock.left is None:
        return "", ""
    attributes, content = rag_look(clock.tone, clock_words(clock.left))
    allowed = _("(%(days)d allowed)") % {"days": clock.allowed}
    return attributes, f"{content}<span class=muted>&nbsp;{allowed}</span>"


def missing_words(row: Request) -> str:
    """What has to be answered before the request can go on: the first two by name, the others by number."""
    document = row.form_version.document
    answers = {**(row.answers or {}), **{name: getattr(row, name) for name in CORE}}
    for _step, question in questions_of(document):
        if target := question.get("maps_to"):
            # The key is enough to know that there is one: no row of the list asks for its unit or sponsor.
            answers[question["key"]] = getattr(row, Request._meta.get_field(target).attname) or answers.get(question["key"])
    names = [
        one.label or str(CORE_WORDS[one.key]) for one in missing_for(document, answers, NEXT_STATE.get(row.state, "ready"))
    ]
    if len(names) > 2:
        left = len(names) - 2
        names[2:] = [ngettext("%(count)d more", "%(count)d more", left) % {"count": left}]
    return ", ".join(names)


def rows(user: Any) -> "QuerySet[Request]":
    """What waits for this person's office: open requests and those put off until now, with their service clock."""
    forms = Prefetch("form_version", FormVersion.objects.only("document"))
    found = Request.objects.allowed(user, "request.triage").active().waiting(timezone.localdate()).with_clock()
    return found.defer("search", "helps_how", "custom", "tags").prefetch_related(forms)


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
        Column("title", gettext_lazy("Request"), "title", draw=lambda row: title_cell(request_url(row), row.title, row.reference), order="title"),
        Column("reference", gettext_lazy("Reference"), "reference", "id", order="reference", shown=False),
        Column("state", gettext_lazy("State"), state_words, "choice", note=back_words, order="state"),
        Column("service", gettext_lazy("Service time"), service_words, "choice", draw=draw_service, order="due_on"),
        Column("in_state", gettext_lazy("Days in state"), days_in_state, "number", order=since("moved_at")),
        Column("age", gettext_lazy("Age, days"), age, "number", order=since("submitted_at")),
        Column("owner", gettext_lazy("Owner"), "owner", order="owner__name", join="owner"),
        Column("missing", gettext_lazy("Missing"), missing_words, "long"),
        Column("type", gettext_lazy("Type"), "type", order="type__name", join="type"),
        Column("unit", gettext_lazy("Unit"), "unit", order="unit__name", join="unit", shown=False),
        Column("requester", gettext_lazy("Requester"), "requester_name", order="requester_name", shown=False),
        Column("estimated_cost", gettext_lazy("Estimated cost"), "estimated_cost", "money", order="estimated_cost"),
        Column("needed_by", gettext_lazy("Needed by"), "needed_by_on", "date", order="needed_by_on", shown=False),
        Column("due", gettext_lazy("Service due"), "due_on", "date", order="due_on", shown=False),
        Column("submitted", gettext_lazy("Submitted"), "submitted_at", "date", order="submitted_at", shown=False),
    ],
    bulk=[Bulk("assign", gettext_lazy("Assign an owner"), "user-check", "intake:queue-assign", "get")],
)  # fmt: skip


def queue(request: HttpRequest) -> HttpResponseBase:
    """The queue, the most urgent first."""
    if not may_anywhere(request.user, "request.triage"):
        raise PermissionDenied
    items = [
        {"label": _("Pipeline"), "url": reverse("intake:pipeline"), "icon": "square-kanban"},
        {"label": _("Who may move what"), "url": reverse("intake:transition-list"), "icon": "arrow-right"},
    ]
    return QUEUE.answer(request, no_as_of=True, menu_items=items, shortcuts=shortcuts_of(request))


def shortcuts_of(request: HttpRequest) -> list[dict[str, Any]]:
    """The usual questions to the queue, each with its number and its filter. One query."""
    today: date = timezone.localdate()
    counts = rows(request.user).aggregate(
        all=Count("pk"),
        over=Count("pk", filter=overdue(today) & Q(state__in=OPEN)),
        nobody=Count("pk", filter=Q(owner=None)),
        me=Count("pk", filter=Q(owner=request.user)),
        back=Count("pk", filter=Q(state=State.DEFERRED)),
    )
    kinds: list[tuple[str, str, dict[str, str]]] = [
        ("all", _("All"), {}),
        ("over", _("Over their service time"), {"service": "over"}),
        ("nobody", _("Without an owner"), {"assigned": "nobody"}),
        ("me", _("Mine"), {"assigned": "me"}),
        ("back", _("Put off until now"), {"back": "true"}),
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
    chosen = list(rows(request.user).filter(pk__in=keys).order_by("reference"))
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
