"""Several projects at once: archive, tag, compare."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.columns import Cell, Column
from core.lists import joined, response_url
from core.views.editing import answer_button, answer_form, whole_number
from portfolio.actions.projects import archive_projects, tag_projects
from portfolio.filters.projects import ProjectFilters
from portfolio.forms.projects import TagForm
from portfolio.models import Project
from portfolio.views.project_list import PROJECTS, rows

MOST_COMPARED = 5


def chosen_projects(request: HttpRequest) -> "QuerySet[Project]":
    """The projects whose keys were sent, of those the reader may see."""
    sent = request.POST if request.method == "POST" else request.GET
    keys = [key for key in map(whole_number, sent.getlist("pk")) if key is not None][:500]
    return joined(rows(request.user), PROJECTS.columns).filter(pk__in=keys).order_by("reference")


BULK_RIGHTS = {"archive": "project.archive", "tag": "project.edit"}


def project_bulk(request: HttpRequest) -> HttpResponse:
    """Archive or tag the chosen projects: asks first, says how many, and leaves out those the reader may not change."""
    what = (request.POST if request.method == "POST" else request.GET).get("action", "")
    if what not in BULK_RIGHTS:
        raise Http404
    chosen = chosen_projects(request)
    allowed = list(chosen.filter(pk__in=Project.objects.allowed(request.user, BULK_RIGHTS[what]).active().values("pk")))
    back = response_url(request, reverse("portfolio:project-list"))
    if request.method == "POST" and what == "archive":
        return archive_chosen(request, allowed, back)
    form = TagForm(request.POST or None) if what == "tag" else None
    context = {
        "what": what,
        "projects": allowed,
        "left_out": chosen.count() - len(allowed),
        "return_to": request.GET.get("return_to") or request.POST.get("return_to", ""),
        "cancel_url": back,
        "page_title": _("Add a tag") if what == "tag" else _("Archive projects"),
    }
    if form is None:
        return render(request, "portfolio/projects/project_bulk.html", context)
    return answer_form(
        request,
        form,
        lambda valid: tag_projects(allowed, tag=valid.cleaned_data["tag"]),
        done=lambda count: back,
        template="portfolio/projects/project_bulk.html",
        context=context,
        said=_("The tag was added to the projects that did not have it (%(it)s)."),
    )


def archive_chosen(request: HttpRequest, projects: list[Project], back: str) -> HttpResponse:
    """Archive these projects, all or none."""
    count = len(projects)
    words = ngettext("%(count)d project was archived.", "%(count)d projects were archived.", count) % {"count": count}
    return answer_button(request, lambda: archive_projects(projects, at=timezone.now()), back=back, said=words)


def cells_of(column: Column, projects: list[Project]) -> list[Cell]:
    """The cells of one column for these projects."""
    write = column.writer()
    cells = [write(project) for project in projects]
    return [(attributes.replace(" class=num", ""), content) for attributes, content in cells]


def project_compare(request: HttpRequest) -> HttpResponse:
    """Up to five projects side by side, and a search to add one."""
    chosen = chosen_projects(request)
    count = chosen.count()
    projects = list(chosen[:MOST_COMPARED])
    columns = [column for column in PROJECTS.columns if column.name not in ("title", "reference")]
    lines = [
        {
            "label": column.label,
            "cells": [(mark_safe(attributes), mark_safe(content)) for attributes, content in cells_of(column, projects)],
        }
        for column in columns
    ]
    query = request.GET.get("add", "").strip()
    found = []
    if query and len(projects) < MOST_COMPARED:
        narrowed = ProjectFilters({"q": query}, queryset=rows(request.user), request=request).qs
        found = list(narrowed.exclude(pk__in=[project.pk for project in projects])[:8])
    context = {
        "projects": [(project, [other.pk for other in projects if other != project]) for project in projects],
        "lines": lines,
        "left_out": max(0, count - MOST_COMPARED),
        "found": found,
        "query": query,
        "may_add": len(projects) < MOST_COMPARED,
        "page_title": _("Compare projects"),
        "no_as_of": True,
    }
    return render(request, "portfolio/projects/project_compare.html", context)
