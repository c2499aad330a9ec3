"""Pages of project templates and of the tiering questionnaire."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import may, require, require_to_open
from core.views.editing import answer_form, typed
from intake.actions.templates import add_standard_templates, create_template, edit_template
from intake.actions.tiering import current_tiering, publish_tiering
from intake.forms.conversion import QuestionnaireForm, TemplateForm
from intake.formulas.tiering import as_text
from intake.models import ProjectTemplate, TieringVersion
from intake.wording_conversion import DIMENSIONS


def template_list(request: HttpRequest) -> HttpResponse:
    """What projects start with, by type and tier."""
    require(request.user, "setup.view")
    context = {
        "templates": ProjectTemplate.objects.select_related("type"),
        "may_manage": may(request.user, "intake.manage"),
        "page_title": _("Project templates"),
        "no_as_of": True,
    }
    return render(request, "intake/templates/template_list.html", context)


def template_create(request: HttpRequest) -> HttpResponse:
    """Add a template."""
    require(request.user, "intake.manage")
    return answer_form(
        request,
        TemplateForm(request.POST or None),
        lambda valid: create_template(values=valid.values()),
        done=lambda made: reverse("intake:template-list"),
        template="intake/templates/template_form.html",
        context={"page_title": _("Add a template"), "cancel_url": reverse("intake:template-list"), "no_as_of": True},
        said=_("“%(it)s” was added."),
    )


def template_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a template."""
    opened = require_to_open(request, read="setup.view", change="intake.manage")
    row = get_object_or_404(ProjectTemplate, pk=pk)

    def remake(current: ProjectTemplate) -> TemplateForm:
        return TemplateForm(instance=current)

    return answer_form(
        request,
        TemplateForm(typed(request, lambda: remake(row)), instance=ProjectTemplate.objects.get(pk=pk)),
        lambda valid: edit_template(row, changes=valid.values(), version=valid.cleaned_data["version"] or 0),
        done=lambda changed: reverse("intake:template-list"),
        template="intake/templates/template_form.html",
        context={
            "row": row,
            "page_title": row.name,
            "cancel_url": reverse("intake:template-list"),
            "read_only": not opened,
            "no_as_of": True,
        },
        said=_("Your changes were saved. Projects that exist stay as they are."),
        remake=remake,
    )


@require_POST
def template_standard(request: HttpRequest) -> HttpResponse:
    """Add the three standard templates."""
    require(request.user, "intake.manage")
    count = len(add_standard_templates())
    messages.success(
        request,
        ngettext("%(count)d template was added.", "%(count)d templates were added.", count) % {"count": count}
        if count
        else _("They are there already."),
    )
    return redirect("intake:template-list")


def tiering_detail(request: HttpRequest) -> HttpResponse:
    """The questions that propose a tier, and the points of each answer."""
    require(request.user, "request.view")
    version = current_tiering()
    questions: list[dict[str, Any]] = [
        question
        | {"dimension_word": DIMENSIONS[question["dimension"]], "most": max(one["points"] for one in question["choices"])}
        for question in version.document["questions"]
    ]
    context = {
        "questionnaire": version,
        "questions": questions,
        "most": sum(question["most"] for question in questions),
        "bands": sorted(version.document["bands"], key=lambda band: band["tier"]),
        "may_manage": may(request.user, "intake.manage"),
        "versions": TieringVersion.objects.exclude(published_at=None).select_related("published_by"),
        "page_title": _("Tiering questionnaire"),
        "no_as_of": True,
    }
    return render(request, "intake/templates/tiering_detail.html", context)


def tiering_publish(request: HttpRequest) -> HttpResponse:
    """Write and publish a new version."""
    require(request.user, "intake.manage")
    version = current_tiering()
    initial = {"text": as_text(version.document), "expected": version.number}
    return answer_form(
        request,
        QuestionnaireForm(request.POST or None, initial=initial),
        lambda valid: publish_tiering(by=request.user, at=timezone.now(), **valid.cleaned_data),
        done=lambda made: reverse("intake:tiering-detail"),
        template="intake/templates/tiering_form.html",
        context={
            "page_title": _("New version of the tiering questionnaire"),
            "cancel_url": reverse("intake:tiering-detail"),
            "no_as_of": True,
        },
        said=_("The new version holds from now on."),
    )
