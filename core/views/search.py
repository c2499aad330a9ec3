"""Search over everything that the reader may see."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.search import Hit, Source, find_all, sources

SHORTEST = 2
A_GROUP = 8
ALL_OF_ONE = 50
AT_ONCE = 8


def typed(request: HttpRequest) -> str:
    """What was typed, without what no database takes."""
    return request.GET.get("q", "").replace("\0", "").strip()[:200]


def search(request: HttpRequest) -> HttpResponse:
    """Everything found, in groups; `kind` shows more of one group."""
    text, kind = typed(request), request.GET.get("kind", "")
    groups: list[dict[str, Any]] = []
    if len(text) >= SHORTEST:
        chosen = [source for source in sources() if kind in ("", source.key)]
        limit = ALL_OF_ONE if kind else A_GROUP
        groups = [
            {"source": source, "hits": hits[:limit], "more": len(hits) > limit and not kind}
            for source, hits in find_all(chosen, request.user, text, limit + 1)
        ]
    context = {
        "groups": groups,
        "search_query": text,
        "kind": kind,
        "too_short": 0 < len(text) < SHORTEST,
        "page_title": _("Search"),
        "no_as_of": True,
    }
    return render(request, "core/search/search_list.html", context)


def search_instant(request: HttpRequest) -> HttpResponse:
    """The best of all sources while somebody types."""
    text = typed(request)
    found: list[tuple[Source, Hit]] = []
    if len(text) >= SHORTEST:
        found = [(source, hit) for source, hits in find_all(sources(), request.user, text, AT_ONCE) for hit in hits]
        found.sort(key=lambda pair: pair[1].rank, reverse=True)
    context = {"found": found[:AT_ONCE], "text": text, "url": reverse("core:search")}
    return render(request, "core/search/_instant.html", context)
