"""Up to five requests side by side: the same questions, figures and scores in one line each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.views.editing import whole_number
from intake.comparison import MOST_COMPARED, chosen_among, lines
from intake.filters.requests import RequestFilters
from intake.models import Request
from intake.views.requests import rows


@require_GET
def request_compare(request: HttpRequest) -> HttpResponse:
    """The chosen requests (`pk=`) in columns, and a search to add one."""
    keys = [key for key in request.GET.getlist("pk") if whole_number(key) is not None]
    chosen = chosen_among(request.user, "pk", keys)
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
