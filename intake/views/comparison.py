"""Up to five requests side by side: the same questions, figures and scores in one line each."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import money
from core.templatetags.pmo import day
from core.views.editing import whole_number
from intake.filters.requests import RequestFilters
from intake.models import Request
from intake.models.requests import Help
from intake.views.requests import rows

MOST_COMPARED = 5


@require_GET
def request_compare(request: HttpRequest) -> HttpResponse:
    """The chosen requests (`pk=`) in columns, and a search to add one."""
    keys = [key for key in request.GET.getlist("pk") if whole_number(key) is not None]
    seen = Request.objects.visible_to(request.user).select_related("type", "unit", "owner", "sponsor")
    by_key = {str(found.pk): found for found in seen.filter(pk__in=keys)}
    chosen = [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
    shown = chosen[:MOST_COMPARED]
    query = request.GET.get("add", "").strip()
    found: list[Request] = []
    if query and len(shown) < MOST_COMPARED:
        narrowed = RequestFilters({"q": query}, queryset=rows(request.user), request=request).qs
        found = list(narrowed.exclude(pk__in=[one.pk for one in shown])[:8])
    context = {
        "requests": [(one, [other.pk for other in shown if other != one]) for one in shown],
        "lines": [{"label": label, "cells": [read(one) for one in shown]} for label, read in lines()],
        "left_out": max(0, len(chosen) - MOST_COMPARED),
        "found": found,
        "query": query,
        "may_add": len(shown) < MOST_COMPARED,
        "page_title": _("Compare requests"),
        "no_as_of": True,
    }
    return render(request, "intake/compare/request_compare.html", context)


def lines() -> list[tuple[str, Callable[[Request], Any]]]:
    """What is compared: a label and how to read it off a request."""
    helps = dict(Help.choices)
    return [
        (_("State"), lambda it: it.get_state_display()),
        (_("Type"), lambda it: it.type),
        (_("Purpose"), lambda it: it.purpose),
        (_("Why it is needed"), lambda it: it.need),
        (_("How it helps"), lambda it: ", ".join(str(helps.get(key, key)) for key in it.helps)),
        (_("Estimated cost"), lambda it: money.short(it.estimated_cost, it.currency)),
        (_("Estimated benefit"), lambda it: money.short(it.estimated_benefit, it.currency)),
        (_("Benefit over cost"), ratio),
        (_("Needed by"), lambda it: it.needed_by_on and day(it.needed_by_on)),
        (_("Unit"), lambda it: it.unit),
        (_("Sponsor"), lambda it: it.sponsor),
        (_("Owner"), lambda it: it.owner),
    ]


def ratio(it: Request) -> str:
    """Estimated benefit for each unit of estimated cost, where both are known."""
    if not it.estimated_cost or it.estimated_benefit is None:
        return ""
    return f"{it.estimated_benefit / it.estimated_cost:.1f}"
