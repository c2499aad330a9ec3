"""The archive of reports: what was made, from which figures, and what became of each recipient."""

from typing import Any

import django_filters as filters
from django.core.files.storage import default_storage
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.access import may, require
from core.access import mails_visible_to
from core.columns import Column, title_cell
from core.lists import Empty, Register
from reporting.access import edition_for, editions_for, run_for, runs_for
from reporting.actions.schedules import last_run_for_all
from reporting.formulas.snapshot import evidence
from reporting.models import Purpose, ReportRun, RunState
from reporting.wording import file_name


class RunFilters(filters.FilterSet):
    """Filters of the archive."""

    q = filters.CharFilter(label=gettext_lazy("Search"), field_name="schedule__name", lookup_expr="icontains")
    state = filters.ChoiceFilter(label=gettext_lazy("State"), choices=RunState.choices)
    purpose = filters.ChoiceFilter(label=gettext_lazy("Why"), choices=Purpose.choices)

    class Meta:
        model = ReportRun
        fields: list[str] = []


def run_url(run: ReportRun) -> str:
    """The page of a run."""
    return reverse("reporting:run-detail", args=[run.pk])


def rows(user: Any) -> "QuerySet[ReportRun]":
    """The runs with how many got it and how many did not."""
    missing = Q(deliveries__mail__state__in=["failed", "unknown"]) | ~Q(deliveries__refusal="") & Q(deliveries__isnull=False)
    return (
        runs_for(user)
        .select_related("schedule", "requested_by")
        .annotate(
            sent_count=Count("deliveries", filter=Q(deliveries__mail__state="sent"), distinct=True),
            missing_count=Count("deliveries", filter=missing, distinct=True),
        )
    )


RUNS = Register(
    name="reporting:run-list",
    title=gettext_lazy("Report archive"),
    file_name="report-archive",
    rows=rows,
    filters=RunFilters,
    link=run_url,
    order="-due",
    empty=Empty(
        gettext_lazy("No report has been made yet"),
        gettext_lazy("Every report that is sent stays here: its figures, its PDF, and who got it."),
        "archive",
    ),
    columns=[
        Column(
            "report",
            gettext_lazy("Report"),
            "schedule.name",
            draw=lambda row: title_cell(run_url(row), row.schedule.name),
            order="schedule__name",
        ),
        Column("due", gettext_lazy("Due"), "due_at", "moment", order="due_at"),
        Column("purpose", gettext_lazy("Why"), lambda row: row.get_purpose_display(), "choice", order="purpose"),
        Column("state", gettext_lazy("State"), lambda row: row.get_state_display(), "choice", order="state"),
        Column("sent", gettext_lazy("Sent to"), "sent_count", "number", order="sent_count"),
        Column("missing", gettext_lazy("Did not get it"), "missing_count", "number", order="missing_count"),
        Column("error", gettext_lazy("Reason"), "error", "long", shown=False),
    ],
)


@require_safe
def run_list(request: HttpRequest) -> HttpResponseBase:
    """The archive."""
    require(request.user, "report.view")
    return RUNS.answer(request, no_as_of=True)


@require_safe
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: how it went, its editions, its recipients."""
    run = run_for(request.user, pk)
    editions = editions_for(request.user, run)
    deliveries = list(run.deliveries.select_related("user", "mail").defer("mail__text", "mail__html"))
    context = {
        "run": run,
        "schedule": run.schedule,
        "editions": editions,
        "hidden_editions": run.editions.count() - len(editions),
        "deliveries": deliveries,
        "readable": set(mails_visible_to(request.user).filter(delivery__run=run).values_list("pk", flat=True)),
        "may_manage": may(request.user, "report.manage"),
        "seen": last_run_for_all(run.schedule),
        "no_as_of": True,
    }
    return render(request, "reporting/runs/run_detail.html", context)


@require_safe
def run_progress(request: HttpRequest, pk: int) -> JsonResponse:
    """How far a run is, for the page that waits."""
    run = run_for(request.user, pk)
    states = {RunState.QUEUED: "queued", RunState.WORKING: "running", RunState.DONE: "finished", RunState.FAILED: "failed"}
    message = run.error or (_("Waiting for a worker") if run.state == RunState.QUEUED else _("Drawing the pages"))
    return JsonResponse(
        {"state": states[RunState(run.state)], "message": message, "redirect": run_url(run) if run.is_over else ""}
    )


@require_safe
@xframe_options_sameorigin
def edition_pdf(request: HttpRequest, pk: int) -> FileResponse:
    """The PDF as it was sent; `?view` shows it in the browser."""
    edition = edition_for(request.user, pk)
    if not default_storage.exists(edition.file):
        raise Http404
    return FileResponse(
        default_storage.open(edition.file, "rb"),
        as_attachment="view" not in request.GET,
        filename=file_name(edition),
        content_type="application/pdf",
    )


@require_safe
def edition_json(request: HttpRequest, pk: int) -> JsonResponse:
    """The frozen figures behind the PDF: the evidence."""
    edition = edition_for(request.user, pk)
    response = JsonResponse(evidence(edition.snapshot), json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="report-{edition.run_id}-figures.json"'
    return response
