"""Pages that turn a request into a project: tiering questions, the new project, its charter."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import ActionError
from intake.access import charter_path, request_for
from intake.actions.case_documents import approved_case_of
from intake.actions.charters import approving_decision, retry_charter
from intake.actions.conversion import Plan, convert_request
from intake.actions.moves import MovedMeanwhile
from intake.actions.templates import fitting_template
from intake.actions.tiering import current_tiering, facts_of
from intake.conversion import Start, first_rows, first_values, links_of, next_month
from intake.forms.conversion import (
    MilestoneFormSet,
    NewProjectForm,
    RiskFormSet,
    TeamFormSet,
    TieringForm,
    milestones_of,
    risks_of,
    team_of,
)
from intake.formulas.tiering import suggested, tier_of
from intake.models import Charter, Request
from intake.models.requests import State, project_reference
from intake.views.requests import request_url
from intake.wording_conversion import tier_sentence
from portfolio.access import project_for
from portfolio.models import Project

SETS: dict[str, Any] = {"milestones": MilestoneFormSet, "team": TeamFormSet, "risks": RiskFormSet}


def request_convert(request: HttpRequest, reference: str) -> HttpResponse:
    """First the tiering questions, then (`?step=2`) the project with where each field comes from."""
    found = request_for(request.user, reference, "request.convert")
    if found.state != State.APPROVED and request.method == "GET":
        return not_now(request, found)
    frozen, version = approved_case_of(found), current_tiering()
    hints = suggested(version.document, facts_of(found, frozen))
    context: dict[str, Any] = {
        "it": found,
        "frozen": frozen,
        "new_reference": project_reference(found),
        "page_title": _("Make it a project"),
        "cancel_url": request_url(found),
        "no_as_of": True,
        "questionnaire": version,
    }
    if request.GET.get("step") != "2":
        form = TieringForm(document=version.document, suggested=hints, initial={"start": next_month()})
        return render(request, "intake/conversion/tiering_form.html", context | {"form": form})
    form = TieringForm(request.GET, document=version.document, suggested=hints)
    if not form.is_valid():
        return render(request, "intake/conversion/tiering_form.html", context | {"form": form}, status=422)
    tiering = tier_of(version.document, form.answers())
    template = form.cleaned_data["template"] or fitting_template(found, tiering.tier)
    context |= {"tiering": tiering, "tier_sentence": tier_sentence(tiering), "template": template, "back": back_to(request)}
    return new_project(request, found, context, Start(frozen, template, tiering, version.number, form.cleaned_data["start"]))


def not_now(request: HttpRequest, found: Request) -> HttpResponse:
    """Where the request does not stand where it can be converted: to what it is."""
    if found.project_id:
        messages.info(request, _("The request is project %(project)s already.") % {"project": found.project.reference})
    else:
        messages.info(
            request,
            _("Only an approved request becomes a project; this one is “%(state)s”.") % {"state": found.get_state_display()},
        )
    return redirect(request_url(found))


def back_to(request: HttpRequest) -> str:
    """The address of the questions with the same answers."""
    return "?" + urlencode({key: value for key, value in request.GET.items() if key != "step"})


def new_project(request: HttpRequest, found: Request, context: dict[str, Any], start: Start) -> HttpResponse:
    """The form of the new project; on POST the conversion. Who comes second is told who was quicker (409)."""
    initial, sources = first_values(found, start)
    posted = request.POST if request.method == "POST" else None
    form = NewProjectForm(posted, initial=initial, user=request.user, unit=found.unit, sources=sources)
    sets = {
        name: kind(posted, prefix=name, initial=rows)
        for (name, kind), rows in zip(SETS.items(), first_rows(start), strict=True)
    }
    status = 200
    if posted is not None:
        status = 422
        if all([form.is_valid(), *(rows.is_valid() for rows in sets.values())]):
            try:
                project = convert_request(
                    found,
                    plan=Plan(
                        values=form.values() | {"currency": found.currency},
                        carried=form.carried(),
                        milestones=milestones_of(sets["milestones"]),
                        team=team_of(sets["team"]),
                        risks=risks_of(sets["risks"]),
                        sections=start.template.sections if start.template else [],
                        template=start.template,
                        approved_case=start.frozen,
                        tiering=start.tiering,
                        tiering_version=start.version,
                        tier_reason=form.cleaned_data["tier_reason"],
                    ),
                    by=request.user,
                    at=timezone.now(),
                )
            except MovedMeanwhile as error:
                context["moved"], status = error.current, 409
                form.add_error(None, str(error))
            except ActionError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
            else:
                messages.success(
                    request, _("%(project)s was made. Its charter is being written.") % {"project": project.reference}
                )
                return redirect(after(request, found, project))
    context |= {
        "form": form,
        "groups": form.groups(),
        "sets": sets,
        "links": links_of(found),
        "decision": approving_decision(found),
    }
    return render(request, "intake/conversion/convert_form.html", context, status=status)


def after(request: HttpRequest, found: Request, project: Project) -> str:
    """The project where the converter sees it, else the request."""
    if Project.objects.visible_to(request.user).filter(pk=project.pk).exists():
        return reverse("intake:project-promised", args=[project.reference])
    messages.info(request, _("You do not see the project: it is confidential, and you are not named on it."))
    return request_url(found)


# The charter


@require_GET
def request_charter(request: HttpRequest, reference: str) -> HttpResponse | FileResponse:
    """The charter of the project that the request became."""
    found = request_for(request.user, reference, "request.view")
    rows = Charter.objects.filter(conversion__request=found)
    return charter_file(request, rows.select_related("conversion__project").first())


@require_GET
def project_charter(request: HttpRequest, reference: str) -> HttpResponse | FileResponse:
    """The charter of a project that was a request."""
    project = project_for(request.user, reference, "project.view")
    rows = Charter.objects.filter(conversion__project=project)
    return charter_file(request, rows.select_related("conversion__project").first())


def charter_file(request: HttpRequest, charter: Charter | None) -> FileResponse:
    """The PDF as this reader may read it. 404 until it is made."""
    path = charter_path(request.user, charter)
    name = _("Charter %(reference)s.pdf") % {"reference": charter.conversion.project.reference}  # type: ignore[union-attr]
    return FileResponse(default_storage.open(path), content_type="application/pdf", filename=name)


@require_POST
def request_charter_retry(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask a worker for the charter again."""
    found = request_for(request.user, reference, "request.convert")
    charter = Charter.objects.filter(conversion__request=found).first()
    if charter is None:
        raise Http404
    retry_charter(charter, at=timezone.now())
    messages.success(request, _("The charter is being made again."))
    return redirect(reverse("intake:request-decision", args=[found.reference]))
