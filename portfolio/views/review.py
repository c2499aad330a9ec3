"""The PMO's queue of status updates: list, and publish several at once."""

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, Now
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import may, require
from core import exports
from core.columns import Column, severity, title_cell
from core.lists import Bulk, Empty, Register, response_url
from core.views.editing import whole_number
from portfolio.access_parts import ready_to_publish, updates_to_read
from portfolio.actions.status import decision_rows, publish_each, update_url
from portfolio.divergence import divergence_by_person
from portfolio.filters.status import UpdateFilters
from portfolio.formulas.asked import lines_of
from portfolio.models import AssuranceRating, StatusUpdate
from portfolio.models.status import StatusUpdateQuerySet

RELATED = ("project", "period__calendar", "submitted_by", "reviewed_by")
UNUSED = ("facts", "computed", "thresholds", "comments", "achieved", "planned_next", "project__description")


def reviewable(user: object) -> StatusUpdateQuerySet:
    """Updates that the person reviews or reads here, with what the list shows."""
    return updates_to_read(user).select_related(*RELATED).defer(*UNUSED)


def detail_url(update: StatusUpdate) -> str:
    """The update's page."""
    return update_url(update, update.project)


QUEUE = Register(
    name="portfolio:update-list",
    title=gettext_lazy("Status updates"),
    file_name="status-updates",
    rows=reviewable,
    filters=UpdateFilters,
    link=detail_url,
    order="submitted",
    empty=Empty(
        gettext_lazy("Nothing waits for review"),
        gettext_lazy("Updates that project managers submit appear here until they are published or returned."),
        "clipboard-check",
    ),
    bulk=[Bulk("publish", gettext_lazy("Publish"), "check", "portfolio:update-bulk")],
    columns=[
        Column(
            "project",
            gettext_lazy("Project"),
            "project.title",
            draw=lambda row: title_cell(detail_url(row), row.project.title, row.project.reference),
            order="project__title",
        ),
        Column("reference", gettext_lazy("Reference"), "project.reference", "id", order="project__reference", shown=False),
        Column("period", gettext_lazy("Period"), "period.label", order="period__label"),
        Column("due", gettext_lazy("Due"), "period.due_on", "date", order="period__due_on"),
        Column("state", gettext_lazy("State"), lambda row: row.get_state_display(), "choice", order="state"),
        Column("overall", gettext_lazy("Declared"), "overall", "rag", order=severity("overall")),
        Column("computed", gettext_lazy("Computed"), "computed_overall", "rag", order=severity("computed_overall")),
        Column("differs", gettext_lazy("Disagrees"), lambda row: bool(row.reasons), "boolean"),
        Column("summary", gettext_lazy("Summary"), "summary", "long", shown=False),
        Column("submitted_by", gettext_lazy("Submitted by"), "submitted_by", order="submitted_by__name"),
        Column("submitted", gettext_lazy("Submitted"), "submitted_at", "moment", order="submitted_at"),
        Column("published", gettext_lazy("Published"), "published_at", "moment", order="published_at", shown=False),
        Column("reviewed_by", gettext_lazy("Reviewed by"), "reviewed_by", order="reviewed_by__name", shown=False),
        Column("revision", gettext_lazy("Revision"), "revision", "number", order="revision", shown=False),
    ],
)


def filed(rows: object) -> list[Column]:
    """What the file of all updates holds besides the page's columns, so that it can be loaded again (portfolio/status_imports.py)."""
    return [
        Column("ends_on", _("Period ends"), "period.ends_on", "date"),
        Column("series", _("Series"), "series.key"),
        *(Column(name, words, name, "rag") for name, words in RATING_HEADS.items()),
        Column("assurance", _("Assurance rating"), "assured", "rag"),
        *(Column(f"{name}_comment", words, comment_on(name), "long") for name, words in COMMENT_HEADS.items()),
        Column("achieved", _("Achieved this period"), "achieved", "long"),
        Column("planned_next", _("Planned next"), "planned_next", "long"),
        Column("percent_complete", _("Percent complete"), "percent_complete", "percent"),
        Column("forecast_finish_on", _("Forecast finish"), "forecast_finish_on", "date"),
        Column("forecast_cost", _("Forecast cost, whole life"), "forecast_cost", "money"),
        Column("currency", _("Currency"), "project.currency"),
        Column("decisions", _("Decisions needed"), lambda row: lines_of(decision_rows(row)), "long"),
    ]


RATING_HEADS = {
    "schedule": gettext_lazy("Schedule rating"),
    "cost": gettext_lazy("Cost rating"),
    "scope": gettext_lazy("Scope rating"),
    "benefits": gettext_lazy("Benefits rating"),
    "risk": gettext_lazy("Risk rating"),
    "resources": gettext_lazy("Resources rating"),
}
COMMENT_HEADS = {
    "overall": gettext_lazy("Comment overall"),
    "schedule": gettext_lazy("Comment on the schedule"),
    "cost": gettext_lazy("Comment on the cost"),
    "scope": gettext_lazy("Comment on the scope"),
    "benefits": gettext_lazy("Comment on the benefits"),
    "risk": gettext_lazy("Comment on the risk"),
    "resources": gettext_lazy("Comment on the resources"),
}


def comment_on(name: str) -> Callable[[StatusUpdate], str]:
    """Reads the comment on a dimension."""
    return lambda update: update.comments.get(name, "")


def whole(user: object) -> StatusUpdateQuerySet:
    """What a file of updates is read from: all words, and the assurance rating that stood when each became known."""
    stood = AssuranceRating.objects.filter(
        project=OuterRef("project"), effective_at__lte=Coalesce(OuterRef("effective_at"), Now())
    ).order_by("-effective_at", "-pk")
    rows = reviewable(user).defer(None).defer("facts", "computed", "thresholds", "project__description", "project__search")
    return (
        rows.select_related(*RELATED, "series")
        .prefetch_related("decisions")
        .annotate(assured=Subquery(stood.values("rating")[:1]))
    )


FILE = replace(QUEUE, rows=whole, filed=filed)
READ_ONLY = replace(
    QUEUE,
    order="-published",
    empty=Empty(
        gettext_lazy("Nothing is published yet"),
        gettext_lazy("Status updates appear here when they are published."),
        "clipboard-check",
    ),
    bulk=(),
)


@require_GET
def update_list(request: HttpRequest) -> HttpResponseBase:
    """The queue, for those who review everywhere (others review from the project's page). Auditors read what was published."""
    require(request.user, "queue.view")
    if "export" in request.GET:
        return FILE.answer(request)
    by_person = {"label": _("Declared against computed, by person"), "url": reverse("portfolio:update-people"), "icon": "scale"}
    load = None
    if may(request.user, "import.run"):
        load = {"label": _("Import"), "url": f"{reverse('core:import-list')}?target=status-updates", "icon": "upload"}
    reviews = may(request.user, "status.review")
    lede = ""
    if not reviews:
        lede = _("What was published. Drafts and what waits for review are for those who write and review.")
    elif not any(request.GET.getlist("state")):
        lede = _("What waits for review. To see drafts and what is published, filter by state.")
    return (QUEUE if reviews else READ_ONLY).answer(
        request, second=load, menu_items=[*([load] if load else []), by_person], lede=lede, no_as_of=True
    )


PEOPLE = [
    exports.Column(gettext_lazy("Person"), "name"),
    exports.Column(gettext_lazy("E-mail"), "email"),
    exports.Column(gettext_lazy("Updates compared"), "compared", "number"),
    exports.Column(gettext_lazy("Declared better"), "better", "number"),
    exports.Column(gettext_lazy("Declared worse"), "worse", "number"),
    exports.Column(gettext_lazy("Better, share"), "share", "percent"),
    exports.Column(gettext_lazy("Share before"), "earlier_share", "percent"),
    exports.Column(gettext_lazy("Share in the last half year"), "recent_share", "percent"),
]


@require_GET
def update_people(request: HttpRequest) -> HttpResponseBase:
    """Who declares otherwise than the facts compute, and how often. One query."""
    require(request.user, "queue.view")
    people = divergence_by_person(request.user, at=timezone.now())
    if form := request.GET.get("export"):
        return exports.export_response(PEOPLE, people, name="declared-by-person", form=exports.form_of(form))
    context = {
        "people": people,
        "exports": exports.export_urls(request.GET, "declared-by-person"),
        "page_title": _("Declared against computed, by person"),
        "no_as_of": True,
    }
    return render(request, "portfolio/status/update_people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def update_bulk(request: HttpRequest) -> HttpResponse:
    """Publish the chosen updates: asks first and says how many; leaves out one's own and what does not wait any more."""
    require(request.user, "status.review")
    sent = (request.POST if request.method == "POST" else request.GET).getlist("pk")
    keys = [key for key in map(whole_number, sent) if key is not None]
    ready = list(ready_to_publish(request.user, keys).select_related(*RELATED).defer(*UNUSED))
    back = response_url(request, reverse("portfolio:update-list"))
    if request.method == "POST":
        return publish_all(request, ready, back)
    context = {
        "updates": ready,
        "left_out": len(keys) - len(ready),
        "return_to": request.GET.get("return_to", ""),
        "cancel_url": back,
        "page_title": _("Publish status updates"),
        "no_as_of": True,
    }
    return render(request, "portfolio/status/update_bulk.html", context)


def publish_all(request: HttpRequest, updates: list[StatusUpdate], back: str) -> HttpResponse:
    """Publish one by one; each stands on its own, and what failed is named."""
    read = {update.pk: whole_number(request.POST.get(f"version-{update.pk}")) for update in updates}
    versions = {pk: version for pk, version in read.items() if version is not None}
    published, refused = publish_each(updates, versions=versions, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    for update, why in refused:
        messages.error(request, f"{update.project}: {why}")
    done = len(published)
    messages.success(request, ngettext("%(count)d update published.", "%(count)d updates published.", done) % {"count": done})
    return redirect(back)
