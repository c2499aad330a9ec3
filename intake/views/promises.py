"""Promised against now: what a project was approved for, beside what it stands at; the request behind it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.prepared import Prepared
from intake.actions.charters import approving_decision
from intake.models import Conversion, OpeningRisk, Request
from intake.models.requests import Help
from intake.promises import conversion_of, headline, lines_of
from intake.wording_conversion import IMPACTS
from portfolio.access import project_for
from portfolio.models import Entry, Project
from portfolio.views.projects import project_page

CONVERTED = Prepared(lambda project: Conversion.objects.filter(project=project).values_list("pk"), project=int)


def was_request(project: Project) -> bool:
    """Whether the project was a request. One query."""
    return bool(CONVERTED(project=project.pk))


def opening_risks(user: Any, project: Project) -> list[dict[str, Any]]:
    """The risks of the beginning that the reader may be told of, each with its entry in the register where they see it. Two queries."""
    rows = list(OpeningRisk.objects.filter(project=project).told_to(user))
    seen = Entry.objects.visible_to(user).in_bulk([row.entry_id for row in rows if row.entry_id]) if rows else {}
    return [{"risk": row, "impact": IMPACTS[row.impact], "entry": seen.get(row.entry_id)} for row in rows]


def project_promised(request: HttpRequest, reference: str) -> HttpResponse:
    """The tab "Request" of a project that was one."""
    project, context = project_page(request, reference, "request")
    conversion = conversion_of(project)
    decision = approving_decision(conversion.request)
    it = conversion.request
    context |= {
        "conversion": conversion,
        "it": it,
        "sees_request": Request.objects.visible_to(request.user).filter(pk=it.pk).exists(),
        "lines": lines_of(project, conversion),
        "headline": headline(lines_of(project, conversion)),
        "decision": decision,
        "conditions": list(decision.conditions.select_related("owner", "met_by")) if decision else [],
        "helps": [Help(key).label for key in it.helps if key in Help.values],
        "risks": opening_risks(request.user, project),
        "no_as_of": True,
    }
    return render(request, "intake/conversion/project_promised.html", context)


def project_promised_panel(request: HttpRequest, reference: str) -> HttpResponse:
    """The compact panel that the project's overview loads."""
    project = project_for(request.user, reference, "project.view")
    conversion = conversion_of(project)
    lines = lines_of(project, conversion)
    context = {"project": project, "conversion": conversion, "it": conversion.request, "lines": lines}
    return render(request, "intake/conversion/_promised_panel.html", context)
