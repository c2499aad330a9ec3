"""Pages of report schedules: list, one, add, edit, and what one can do with it."""

from typing import Any

import django_filters as filters
from django.contrib import messages
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import may, require
from core.columns import Column, title_cell
from core.holidays import holidays_of
from core.lists import Empty, Register
from core.views.editing import answer_button, answer_form, typed
from portfolio.models import Project
from reporting.access import asks_too_often, schedule_for, schedules_for
from reporting.actions.schedules import (
    RunExists,
    create_schedule,
    delete_schedule,
    edit_schedule,
    last_run_for_all,
    pause_schedule,
    request_run,
    resume_schedule,
    take_over_schedule,
)
from reporting.collect.pack import projects_in, scope_of, scope_words
from reporting.forms.schedules import ScheduleForm
from reporting.formulas.cadence import upcoming
from reporting.models import Kind, Purpose, RecipientRole, Report, ReportSchedule
from reporting.wording import cadence_words

FORM = "reporting/schedules/schedule_form.html"
SHOWN = 5


class ScheduleFilters(filters.FilterSet):
    """Filters of the list of schedules."""

    q = filters.CharFilter(label=gettext_lazy("Search"), field_name="name", lookup_expr="icontains")
    report = filters.ChoiceFilter(label=gettext_lazy("Report"), choices=Report.choices)
    kind = filters.ChoiceFilter(label=gettext_lazy("How often"), choices=Kind.choices)

    class Meta:
        model = ReportSchedule
        fields: list[str] = []


def schedule_url(schedule: ReportSchedule) -> str:
    """The page of a schedule."""
    return reverse("reporting:schedule-detail", args=[schedule.pk])


def rows(user: Any) -> "QuerySet[ReportSchedule]":
    """The schedules with the last run that was sent."""
    sent = Q(runs__state="done", runs__purpose__in=[Purpose.SCHEDULED, Purpose.NOW])
    return schedules_for(user).annotate(
        last_sent_at=Max("runs__finished_at", filter=sent), recipient_count=Count("recipients", distinct=True)
    )


def recipient_words(schedule: Any) -> str:
    """Who gets it: "3 by name, sponsors of the projects in it"."""
    words = dict(RecipientRole.choices)
    count = schedule.recipient_count
    named = [ngettext("%(n)s by name", "%(n)s by name", count) % {"n": count}] if count else []
    return ", ".join([*named, *(str(words.get(role, role)) for role in schedule.roles)]) or _("nobody")


def _state(schedule: ReportSchedule) -> str:
    if schedule.paused_at:
        return _("Paused")
    return _("Failed last time") if schedule.failures else _("Running")


SCHEDULES = Register(
    name="reporting:schedule-list",
    title=gettext_lazy("Report schedules"),
    file_name="report-schedules",
    rows=rows,
    filters=ScheduleFilters,
    link=schedule_url,
    order="name",
    empty=Empty(
        gettext_lazy("No report is scheduled"),
        gettext_lazy(
            "A schedule sends a status pack or one-pagers as PDF, to people here and addresses outside, when you say."
        ),
        "calendar-clock",
    ),
    columns=[
        Column(
            "name",
            gettext_lazy("Report"),
            "name",
            draw=lambda row: title_cell(schedule_url(row), row.name, row.get_report_display()),
            order="name",
        ),
        Column("when", gettext_lazy("When"), cadence_words),
        Column(
            "next", gettext_lazy("Next"), lambda row: None if row.paused_at else row.next_due_at, "moment", order="next_due_at"
        ),
        Column("last", gettext_lazy("Last sent"), "last_sent_at", "moment", order="last_sent_at"),
        Column("recipients", gettext_lazy("Recipients"), recipient_words, order="recipient_count"),
        Column("owner", gettext_lazy("Owner"), "owner.name", order="owner__name"),
        Column("state", gettext_lazy("State"), _state),
    ],
)


@require_safe
def schedule_list(request: HttpRequest) -> HttpResponseBase:
    """All schedules that the reader may see."""
    require(request.user, "report.view")
    primary = {"label": _("Schedule a report"), "url": reverse("reporting:schedule-create")}
    return SCHEDULES.answer(request, primary=primary if may(request.user, "report.manage") else None, no_as_of=True)


@require_safe
def schedule_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One schedule: what, when, to whom, and its last runs."""
    schedule = schedule_for(request.user, pk)
    due = upcoming(schedule.cadence, after=timezone.now(), count=SHOWN, holidays=holidays_of(schedule.country))
    context = {
        "schedule": schedule,
        "due": due,
        "rhythm": cadence_words(schedule),
        "scope": scope_words(scope_of(schedule)),
        "project_count": projects_in(scope_of(schedule), schedule.owner).count(),
        "recipients": list(schedule.recipients.select_related("user")),
        "roles": [label for value, label in schedule._meta.get_field("roles").base_field.choices if value in schedule.roles],  # type: ignore[union-attr]
        "runs": list(schedule.runs.archived().annotate(count=Count("deliveries"))[:10]),
        "may_manage": may(request.user, "report.manage"),
        "seen": last_run_for_all(schedule),
        "no_as_of": True,
    }
    return render(request, "reporting/schedules/schedule_detail.html", context)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """A link from a project's page fills in the project."""
    reference = request.GET.get("project", "")
    project = Project.objects.visible_to(request.user).filter(reference=reference).first() if reference else None
    return {"project": project.pk, "report": Report.ONE_PAGER, "name": project.title[:120]} if project else {}


@require_http_methods(["GET", "HEAD", "POST"])
def schedule_create(request: HttpRequest) -> HttpResponse:
    """Schedule a report."""
    require(request.user, "report.manage")
    form = ScheduleForm(request.POST or None, user=request.user, initial=_initial(request))
    return answer_form(
        request,
        form,
        lambda valid: create_schedule(
            schedule=valid.schedule(), recipients=valid.recipients(), by=request.user, at=timezone.now()
        ),
        done=schedule_url,
        template=FORM,
        context={
            "page_title": _("Schedule a report"),
            "groups": form.groups(),
            "submit": _("Schedule report"),
            "cancel_url": reverse("reporting:schedule-list"),
            "no_as_of": True,
        },
        said=_("The report is scheduled. Send yourself a test to see it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def schedule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a schedule."""
    schedule = schedule_for(request.user, pk, "report.manage")
    name = schedule.name
    remake = lambda row: ScheduleForm(instance=row, user=request.user)  # noqa: E731
    form = ScheduleForm(
        typed(request, lambda: remake(schedule_for(request.user, pk, "report.manage"))), instance=schedule, user=request.user
    )
    return answer_form(
        request,
        form,
        lambda valid: edit_schedule(
            changed=valid.schedule(),
            recipients=valid.recipients(),
            version=valid.cleaned_data["version"] or 0,
            at=timezone.now(),
        ),
        done=schedule_url,
        template=FORM,
        context={
            "page_title": name,
            "schedule": schedule,
            "groups": form.groups(),
            "submit": _("Save schedule"),
            "cancel_url": schedule_url(schedule),
            "no_as_of": True,
        },
        said=_("Saved."),
        remake=remake,
    )


@require_POST
def schedule_dates(request: HttpRequest) -> HttpResponse:
    """The next five due times of what is being typed, for the form."""
    require(request.user, "report.manage")
    form = ScheduleForm(request.POST, user=request.user)
    due: list[Any] = []
    problem = ""
    try:
        due = form.due_dates(after=timezone.now(), count=SHOWN)
    except ValueError as error:
        problem = str(error)
    return render(request, "reporting/schedules/_dates.html", {"due": due, "problem": problem, "zone": form.data.get("zone")})


def _act(request: HttpRequest, pk: int, act: Any, said: str) -> HttpResponse:
    schedule = schedule_for(request.user, pk, "report.manage")
    return answer_button(request, lambda: act(schedule), back=reverse("reporting:schedule-detail", args=[pk]), said=said)


@require_POST
def schedule_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it for now."""
    reason = _("Paused by %(person)s.") % {"person": request.user}
    return _act(request, pk, lambda row: pause_schedule(schedule=row, reason=reason, at=timezone.now()), _("Paused."))


@require_POST
def schedule_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it run again."""
    said = _("It runs again from its next due time.")
    return _act(request, pk, lambda row: resume_schedule(schedule=row, by=request.user, at=timezone.now()), said)


@require_POST
def schedule_take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Become its owner."""
    said = _("You own this schedule now: it reports what you may see.")
    return _act(request, pk, lambda row: take_over_schedule(schedule=row, by=request.user), said)


@require_POST
def schedule_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """End it."""
    delete_schedule(schedule=schedule_for(request.user, pk, "report.manage"), at=timezone.now())
    messages.success(request, _("The schedule is deleted. What it sent stays in the archive."))
    return redirect("reporting:schedule-list")


@require_POST
def schedule_run(request: HttpRequest, pk: int, purpose: str) -> HttpResponse:
    """Send now, send a test to oneself, or preview."""
    schedule = schedule_for(request.user, pk, "report.manage")
    seen = request.POST.get("seen", "")
    if asks_too_often(request.user):
        messages.error(request, _("You have asked for many reports within a minute. Wait a minute, then ask again."))
        return redirect(schedule_url(schedule))
    try:
        run = request_run(
            schedule=schedule,
            purpose=purpose,
            by=request.user,
            at=timezone.now(),
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else None,
        )
    except RunExists as there:
        messages.info(request, str(there))
        run = there.run
    return redirect("reporting:run-detail", pk=run.pk)
