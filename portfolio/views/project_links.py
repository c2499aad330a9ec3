"""Which objectives a project serves, and what other systems call it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.views.editing import answer_form, whole_number
from portfolio.access import project_actions, project_for
from portfolio.actions.projects import forget_identifier, identify_project, link_objective, unlink_objective
from portfolio.forms.projects import IdentifierForm, ObjectiveLinkForm
from portfolio.views.projects import said_or_refused, tabs_of


def project_links(request: HttpRequest, reference: str) -> HttpResponse:
    """Which objectives the project serves, and what other systems call it."""
    project = project_for(request.user, reference, "project.edit")
    kind = request.POST.get("kind", "")
    link_form = ObjectiveLinkForm(request.POST if kind == "objective" else None)
    identifier_form = IdentifierForm(request.POST if kind == "identifier" else None)
    context = {
        "project": project,
        "page_title": project.title,
        "objective_links": project.objective_links.select_related("objective"),
        "identifiers": project.external_identifiers.all(),
        "link_form": link_form,
        "identifier_form": identifier_form,
        "tabs": tabs_of(project, "", project_actions(request.user, project)),
    }
    form, act = (
        (identifier_form, lambda valid: identify_project(project, **valid.cleaned_data))
        if kind == "identifier"
        else (link_form, lambda valid: link_objective(project, **valid.cleaned_data))
    )
    return answer_form(
        request,
        form,
        act,
        done=lambda made: reverse("portfolio:project-links", args=[project.reference]),
        template="portfolio/projects/project_links.html",
        context=context,
        said=_("Saved."),
    )


@require_POST
def project_unlink(request: HttpRequest, reference: str) -> HttpResponse:
    """Remove a link to an objective or an external identifier of this project."""
    project = project_for(request.user, reference, "project.edit")
    back = reverse("portfolio:project-links", args=[project.reference])
    if pk := whole_number(request.POST.get("objective_link")):
        link = project.objective_links.filter(pk=pk).first()
        act = link and (lambda: unlink_objective(link))
    else:
        identifier = project.external_identifiers.filter(pk=whole_number(request.POST.get("identifier"))).first()
        act = identifier and (lambda: forget_identifier(identifier))
    if not act:  # somebody was quicker
        messages.info(request, _("It was removed already."))
        return redirect(back)
    return said_or_refused(request, project, act, _("Removed."), back=back)
