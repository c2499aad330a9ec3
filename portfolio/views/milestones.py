"""Milestones of a project: the list with slip, add, edit, remove."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import may
from core.exports import Column, export_response, form_of
from core.views.editing import answer_form, typed
from portfolio.access import project_for
from portfolio.access_parts import milestone_for
from portfolio.actions.milestones import add_milestone, edit_milestone, remove_milestone
from portfolio.as_of import milestones_of
from portfolio.forms.milestones import MilestoneForm
from portfolio.models import Milestone, Project
from portfolio.models.asof import moment_of
from portfolio.views.projects import project_page, said_or_refused

COLUMNS = [
    (gettext_lazy("Project"), "project", "id"),
    (gettext_lazy("Milestone"), "title", "text"),
    (gettext_lazy("Planned"), "planned_on", "date"),
    (gettext_lazy("Forecast"), "forecast_on", "date"),
    (gettext_lazy("Reached"), "actual_on", "date"),
    (gettext_lazy("Slip, days"), "slip", "number"),
    (gettext_lazy("Milestone number"), "pk", "id"),
]
"""Of the file, which the import recognises (portfolio/milestone_imports.py)."""


def milestones_url(project: Project) -> str:
    """The milestones of a project."""
    return reverse("portfolio:project-milestones", args=[project.reference])


def project_milestones(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The milestones of a project, today or as of a day, also as a file."""
    project, context = project_page(request, reference, "milestones")
    at = moment_of(context["as_of"])
    today = context["as_of"] or timezone.localdate()
    lines = milestones_of(project, at, today)
    if form := request.GET.get("export"):
        columns = [Column(str(label), name, kind) for label, name, kind in COLUMNS]
        return export_response(columns, lines, name=f"milestones-{project.reference}", form=form_of(form))
    may_edit = "milestone.edit" in context["actions"] and not project.archived_at
    load_url = f"{reverse('core:import-list')}?target=milestones" if may_edit and may(request.user, "import.run") else ""
    context |= {"milestones": lines, "may_edit": may_edit, "load_url": load_url}
    return render(request, "portfolio/milestones/milestone_list.html", context)


def milestone_create(request: HttpRequest, reference: str) -> HttpResponse:
    """Add a milestone."""
    project = project_for(request.user, reference, "milestone.edit")
    return answer_form(
        request,
        MilestoneForm(request.POST or None),
        lambda valid: add_milestone(project, values=valid.values()),
        done=lambda made: milestones_url(project),
        template="portfolio/milestones/milestone_form.html",
        context={
            "page_title": _("Add milestone"),
            "project": project,
            "cancel_url": milestones_url(project),
            "submit": _("Add milestone"),
        },
        said=_("“%(it)s” was added."),
    )


def milestone_edit(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Change a milestone."""
    milestone = milestone_for(request.user, pk, "milestone.edit", reference=reference)

    def remake(current: Milestone) -> MilestoneForm:
        return MilestoneForm(instance=current)

    return answer_form(
        request,
        MilestoneForm(typed(request, lambda: remake(milestone)), instance=milestone),
        lambda valid: edit_milestone(milestone, changes=valid.values(), version=valid.cleaned_data["version"] or 0),
        done=lambda changed: milestones_url(milestone.project),
        template="portfolio/milestones/milestone_form.html",
        context={
            "page_title": _("Edit milestone"),
            "project": milestone.project,
            "cancel_url": milestones_url(milestone.project),
            "remove_url": reverse("portfolio:milestone-remove", args=[reference, pk]),
        },
        said=_("“%(it)s” was saved."),
        remake=remake,
    )


@require_POST
def milestone_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Remove a milestone."""
    milestone = milestone_for(request.user, pk, "milestone.edit", reference=reference)
    said = _("“%(it)s” was removed. Its history stays.") % {"it": milestone.title}
    back = milestones_url(milestone.project)
    return said_or_refused(request, milestone.project, lambda: remove_milestone(milestone), said, back=back)
