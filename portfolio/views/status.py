"""Pages of status updates: write, preview, submit, read, review, correct."""

from copy import copy
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import may
from core.errors import ActionError, EditConflict
from core.templatetags.pmo import changed
from core.views.autosave import autosaving, not_kept
from core.views.editing import answer_button, sent_version
from portfolio.access import period_for, project_actions, project_for, update_for
from portfolio.actions import status as actions
from portfolio.actions.health import Story, gather
from portfolio.forms.status import DecisionRows, ReturnForm, StatusUpdateForm, chosen, decision_rows
from portfolio.models import Project, ReportingPeriod, StatusDuty, StatusSeries, StatusUpdate
from portfolio.models.asof import MAIN_SERIES, moment_of
from portfolio.models.status import State
from portfolio.views.projects import project_page
from portfolio.views.status_reading import (
    assured_in,
    conflict_of,
    divergence_words,
    reading_of,
    register_news,
    suggestions_of,
    timeline_of,
    trend_of,
)


@dataclass
class Draft:
    """What the writing page works on: the stored draft, or a prefilled one that is not stored yet (version 0)."""

    project: Project
    period: ReportingPeriod
    update: StatusUpdate
    decisions: list[actions.DecisionRow]
    story: Story


def draft_of(project: Project, period: ReportingPeriod, stored: StatusUpdate | None) -> Draft:
    """The draft of this period, prefilled from last time and from facts where nothing is stored."""
    today = timezone.localdate()
    if stored is not None:
        story = actions.story_of(stored, project, on=today)
        return Draft(project, period, stored, actions.decision_rows(stored), story)
    story = gather(project, on=today, last=actions.last_published(project, period))
    update, decisions = actions.prefilled(project, period, story)
    return Draft(project, period, update, decisions, story)


@require_http_methods(["GET", "HEAD", "POST"])
def update_write(request: HttpRequest, reference: str, period: int) -> HttpResponse:
    """Write the update of a period. POST saves; its button decides whether to go on to the preview or to submit.

    An autosave (a script asks for JSON) gets the new version, 409 when somebody else saved, 422 when a field is wrong.
    """
    project = project_for(request.user, reference, "status.edit")
    found = period_for(project, period)
    stored = actions.latest_revision(project, found)
    if stored is not None and stored.state not in (State.DRAFT, State.RETURNED):
        if request.method == "POST":
            return refused(
                request, _("This update has been submitted. Take it back, or correct it once it is published."), stored, project
            )
        return redirect("portfolio:update-detail", project.reference, stored.pk)
    draft = draft_of(project, found, stored)
    theirs = StatusUpdateForm(initial=StatusUpdateForm.initial_of(draft.update))
    if request.method != "POST":
        return page(request, draft, theirs, decision_rows(draft.decisions))
    data = chosen(request.POST, theirs, draft.decisions)
    form, rows = StatusUpdateForm(data), decision_rows(draft.decisions, data)
    if not (form.is_valid() & rows.is_valid()):
        if "submit" in request.POST:
            tell_all(form, draft)
        return page(request, draft, form, rows, status=422)
    try:
        saved = actions.save_draft(
            project=project,
            period=found,
            values=form.values(),
            decisions=rows.rows(),
            version=form.cleaned_data["version"],
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        if autosaving(request):
            return JsonResponse({"saved_at": saved.updated_at.isoformat(), "version": saved.version})
        return after_saving(request, project, saved)
    except EditConflict as error:
        conflict = conflict_of(form, rows, draft_of(project, found, error.current))
        form.data = based_on(data, conflict["version"])
        return page(request, draft, form, rows, status=409, conflict=conflict)
    except actions.StatusIncomplete as error:
        for field, sentence in error.problems.items():
            form.add_error(field, sentence)
        form.data = based_on(data, saved.version)
        return page(request, draft_of(project, found, actions.latest_revision(project, found)), form, rows, status=422)
    except ActionError as error:
        form.add_error(None, str(error))
        return page(request, draft, form, rows, status=422)


def tell_all(form: StatusUpdateForm, draft: Draft) -> None:
    """Add what submitting would miss to what is wrong already, so that errors come in one round. Writes nothing."""
    update = copy(draft.update)
    for name, value in form.values_that_fit(update).items():
        setattr(update, name, value)
    story = actions.story_of(update, draft.project, on=timezone.localdate())
    for field, sentence in actions.problems_of(update, story).items():
        if field not in form.errors:
            form.add_error(field, sentence)


def based_on(data: QueryDict, version: int) -> QueryDict:
    """What was typed, to be saved next onto this version."""
    copy = data.copy()
    copy["version"] = str(version)
    return copy


def refused(request: HttpRequest, sentence: str, update: StatusUpdate, project: Project) -> HttpResponse:
    """The state moved on meanwhile: say so where the update is shown; a script gets 409."""
    if autosaving(request):
        return JsonResponse({"error": sentence}, status=409)
    messages.error(request, sentence)
    return redirect("portfolio:update-detail", project.reference, update.pk)


def after_saving(request: HttpRequest, project: Project, saved: StatusUpdate) -> HttpResponse:
    """Where each button of the form leads."""
    if "submit" in request.POST:
        return submitted(request, project, saved, saved.version)
    if "preview" in request.POST:
        return redirect("portfolio:update-preview", project.reference, saved.pk)
    messages.success(request, _("Draft saved."))
    return redirect("portfolio:update-write", project.reference, saved.period_id)


def submitted(request: HttpRequest, project: Project, update: StatusUpdate, version: int) -> HttpResponse:
    """Submit and say what happens next. Raises what the action raises."""
    rights = project_actions(request.user, project)
    if "status.submit" not in rights:
        raise PermissionDenied
    done = actions.submit_update(
        update=update,
        version=version,
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
        may_correct="status.correct" in rights,
    )
    published = done.state == State.PUBLISHED
    messages.success(
        request, _("Update published.") if published else _("Update submitted. The PMO reviews it, then publishes it.")
    )
    return redirect("portfolio:update-detail", project.reference, update.pk)


def page(
    request: HttpRequest,
    draft: Draft,
    form: StatusUpdateForm,
    rows: DecisionRows,
    *,
    status: int = 200,
    conflict: dict[str, Any] | None = None,
) -> HttpResponse:
    """The writing page with this form; an autosave gets the errors as JSON."""
    if autosaving(request):
        return not_kept(form, rows, status=status)
    form.use_required_attribute = False
    for name in ("overall", "summary"):  # needed to submit, though a draft may lack them: not called optional
        form.fields[name].required = True
    context = {
        "project": draft.project,
        "period": draft.period,
        "update": draft.update,
        "form": form,
        "rows": rows,
        "conflict": conflict,
        "story": draft.story,
        "registers": register_news(draft.project, draft.story),
        "last": draft.story.last,
        "last_decisions": actions.decision_rows(draft.story.last) if draft.story.last else [],
        "ratings": suggestions_of(draft.project, draft.story, form),
        "today": draft.story.facts.on,
        "may_submit": "status.submit" in project_actions(request.user, draft.project),
        "no_as_of": True,
    }
    return render(request, "portfolio/status/update_form.html", context, status=status)


@require_POST
def update_suggest(request: HttpRequest, reference: str, period: int) -> HttpResponse:
    """The computed ratings for the forecasts just typed, as fragments for the writing page. Writes nothing."""
    project = project_for(request.user, reference, "status.edit")
    found = period_for(project, period)
    form = StatusUpdateForm(request.POST)
    form.is_valid()
    story = gather(
        project,
        on=timezone.localdate(),
        last=actions.last_published(project, found),
        forecast_finish_on=form.cleaned_data.get("forecast_finish_on"),
        forecast_cost=form.cleaned_data.get("forecast_cost"),
    )
    context = {"ratings": suggestions_of(project, story, form)}
    return render(request, "portfolio/status/_suggestions.html", context)


@require_GET
def update_start(request: HttpRequest, reference: str) -> HttpResponse:
    """The one update that is due leads straight to its form; otherwise a choice, or why there is none."""
    project = project_for(request.user, reference, "status.edit")
    owed = list(StatusDuty.objects.filter(project=project).owed(timezone.localdate()))
    if len(owed) == 1:
        return redirect("portfolio:update-write", project.reference, owed[0].period_id)
    context = {"project": project, "owed": owed, "today": timezone.localdate(), "no_as_of": True}
    return render(request, "portfolio/status/update_start.html", context)


@require_GET
def update_preview(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Exactly what executives will read, before submitting."""
    update = update_for(request.user, reference, pk, "status.edit")
    if update.state not in (State.DRAFT, State.RETURNED):
        return redirect("portfolio:update-detail", reference, pk)
    story = actions.story_of(update, update.project, on=timezone.localdate())
    problems = actions.problems_of(update, story)
    context = reading_of(update, update.project, story) | {
        "problems": problems,
        "may_submit": "status.submit" in project_actions(request.user, update.project),
        "no_as_of": True,
    }
    return render(request, "portfolio/status/update_preview.html", context)


@require_POST
def update_submit(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Submit from the preview: what was shown there (by version), or the form again with what is missing."""
    update = update_for(request.user, reference, pk, "status.submit")
    try:
        return submitted(request, update.project, update, sent_version(request))
    except (EditConflict, actions.StatusIncomplete) as error:
        messages.error(request, str(error))
        return redirect("portfolio:update-preview", reference, pk)
    except ActionError as error:
        return failed(request, error, reference, pk)


@require_GET
def update_detail(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """An update as it was submitted or published, its revisions, and what may be done with it."""
    update = update_for(request.user, reference, pk)
    project = update.project
    if update.state == State.DRAFT and "status.edit" in project_actions(request.user, project):
        return redirect("portfolio:update-write", reference, update.period_id)
    return render(request, "portfolio/status/update_detail.html", detail_context(request, update, project))


def detail_context(request: HttpRequest, update: StatusUpdate, project: Project) -> dict[str, Any]:
    """What the page of one update shows."""
    rights = project_actions(request.user, project)
    revisions = StatusUpdate.objects.filter(project=project, series=update.series, period=update.period)
    if not rights & {"status.edit", "status.review"}:
        revisions = revisions.ever_published()
    waits = update.state == State.SUBMITTED
    own = update.submitted_by_id == request.user.pk
    reviews = waits and "status.review" in rights
    story = None if update.computed else actions.story_of(update, project, on=timezone.localdate())
    return reading_of(update, project, story) | {
        "revisions": list(revisions.select_related("submitted_by").order_by("-revision")),
        "may_review": reviews and not own,
        "own_review": reviews and own,
        "may_withdraw": waits and "status.edit" in rights and (own or not reviews),
        "may_correct": update.state == State.PUBLISHED and "status.edit" in rights,
        "may_write": update.state == State.RETURNED and "status.edit" in rights,
        "return_form": ReturnForm(),
        "return_open": "return" in request.GET,
        "no_as_of": True,
    }


def failed(request: HttpRequest, error: ActionError, reference: str, pk: int) -> HttpResponse:
    """Say why, on the update's page."""
    messages.error(request, str(error))
    return redirect("portfolio:update-detail", reference, pk)


@require_POST
def update_publish(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Publish a submitted update as it was read (by version)."""
    update = update_for(request.user, reference, pk, "status.review")
    try:
        actions.publish_update(update=update, by=request.user, at=timezone.now(), version=sent_version(request))  # type: ignore[arg-type]
    except ActionError as error:
        return failed(request, error, reference, pk)
    messages.success(request, _("Published. Everybody who may see the project sees it now."))
    return redirect("portfolio:update-detail", reference, pk)


@require_POST
def update_return(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Return a submitted update with a comment."""
    update = update_for(request.user, reference, pk, "status.review")
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            actions.return_update(
                update=update,
                comment=form.cleaned_data["comment"],
                by=request.user,  # type: ignore[arg-type]
                at=timezone.now(),
            )
        except ActionError as error:
            return failed(request, error, reference, pk)
        messages.success(request, _("Returned to its writer with your comment."))
        if may(request.user, "status.review"):
            return redirect("portfolio:update-list")
        return redirect("portfolio:update-detail", reference, pk)
    context = detail_context(request, update, update.project) | {"return_form": form, "return_open": True}
    return render(request, "portfolio/status/update_detail.html", context, status=422)


@require_POST
def update_withdraw(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take a submitted update back."""
    update = update_for(request.user, reference, pk, "status.edit")
    return answer_button(
        request,
        lambda: actions.withdraw_update(update=update),
        back=reverse("portfolio:update-detail", args=[reference, pk]),
        said=_("Taken back. It is a draft again."),
        done=lambda draft: reverse("portfolio:update-write", args=[reference, update.period_id]),
    )


@require_POST
def update_correct(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Begin a correction."""
    update = update_for(request.user, reference, pk, "status.edit")
    try:
        actions.correct_update(update=update, by=request.user)  # type: ignore[arg-type]
    except ActionError as error:
        return failed(request, error, reference, pk)
    messages.info(request, _("You are correcting a published update. It stands until the correction is published."))
    return redirect("portfolio:update-write", reference, update.period_id)


@require_POST
def update_discard(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Throw a draft away."""
    update = update_for(request.user, reference, pk, "status.edit")
    return answer_button(
        request,
        lambda: actions.discard_draft(update=update, version=sent_version(request)),
        back=reverse("portfolio:update-write", args=[reference, update.period_id]),
        said=_("Draft thrown away."),
        done=lambda thrown: reverse("portfolio:project-updates", args=[reference]),
    )


def series_of(project: Project) -> list[StatusSeries]:
    """The series in which a project was reported, or is to be, the main one first; none where that is the only one. One query."""
    told = StatusUpdate.objects.ever_published().filter(project=project, series=OuterRef("pk"))
    owed = StatusDuty.objects.filter(project=project, calendar__series=OuterRef("pk"))
    found = list(StatusSeries.objects.filter(Q(Exists(told)) | Q(Exists(owed)) | Q(key=MAIN_SERIES)))
    return sorted(found, key=lambda line: (line.key != MAIN_SERIES, line.name)) if len(found) > 1 else []


@require_GET
def project_updates(request: HttpRequest, reference: str) -> HttpResponse:
    """All updates of a project, today or as of a day: the trend of every dimension and the timeline of one series."""
    project, context = project_page(request, reference, "updates", "status.view")
    at = moment_of(context["as_of"])
    lines = series_of(project)
    asked = request.GET.get("series", "")
    shown = asked if asked in {line.key for line in lines} else MAIN_SERIES
    updates = list(StatusUpdate.objects.for_timeline(project, shown, at))
    assured = assured_in(updates, project, at)
    rights = context["actions"] if project.archived_at is None else frozenset()
    drafts = StatusUpdate.objects.filter(project=project, state__in=[State.DRAFT, State.SUBMITTED, State.RETURNED])
    sees_drafts = bool(rights & {"status.edit", "status.review"})
    context |= {
        "series": [(line.name, changed(request.GET, series=line.key), line.key == shown) for line in lines],
        "timeline": timeline_of(updates, project),
        "trend": trend_of(updates, assured),
        "divergence": divergence_words(updates, assured),
        "drafts": list(drafts.select_related("period", "written_by")) if sees_drafts else [],
        "may_write": "status.edit" in rights,
        "may_rate": "assurance.rate" in rights,
    }
    return render(request, "portfolio/status/project_updates.html", context)
