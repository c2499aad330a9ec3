"""What the pages of the dependency network share: the contracts in a scope as one reader sees them, the frame, the table."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import OrganisationUnit, RoleGrant
from core.templatetags.pmo import signed
from core.unchanged import read_clock, unchanged
from portfolio.dependency_picture import DEPTHS, Picture, worst_first
from portfolio.models import Dependency, Entry, EntryWatcher, Membership, Portfolio, Programme, Project
from portfolio.models.contracts import Contract
from portfolio.wording import standing_sentence

PAGE = 20
# Everything the pages are made of: while none of it changes, a page made before still holds.
TABLES = (Entry, Dependency, EntryWatcher, Project, Programme, Portfolio, Membership, RoleGrant, OrganisationUnit)
SHARED = ("page_title", "scope_reference", "scope_words", "depth", "depths", "tabs", "contract_count", "project_count")


def kept_page(request: HttpRequest, name: str, read: Callable[[HttpRequest], dict[str, Any]]) -> HttpResponse:
    """The page as it was made for this person, while nothing has changed since; else made anew. One query more than that."""

    def build() -> dict[str, Any]:
        context = read(request)
        body = render_to_string(f"portfolio/dependencies/{name}.html", context, request)
        return {key: context[key] for key in SHARED} | {"body": body}

    kept = unchanged(f"dependency{name}", read_clock(TABLES), request.user, request.GET.urlencode(), build)
    return render(request, "portfolio/dependencies/dependency_map.html", kept | {"no_as_of": True})


def page_of(request: HttpRequest, picture: Picture, tab: str) -> dict[str, Any]:
    """What network and matrix share: head, tabs, scope."""
    scope = picture.scope
    query = f"?scope={scope.it.reference}" if scope.it else ""
    pages = [
        ("map", _("Network"), reverse("portfolio:dependency-map")),
        ("matrix", _("Matrix"), reverse("portfolio:dependency-matrix")),
    ]
    return {
        "page_title": _("Dependency network") if tab == "map" else _("Dependency matrix"),
        "scope_reference": scope.it.reference if scope.it else "",
        "scope_words": scope.words,
        "depth": scope.depth,
        "depths": DEPTHS if isinstance(scope.it, Project) else (),
        "tabs": [{"label": str(label), "url": url + query, "active": key == tab} for key, label, url in pages],
        "contract_count": len(picture.contracts),
        "project_count": sum(project > 0 for project in picture.network.projects),
    }


def table_of(
    request: HttpRequest, picture: Picture, contracts: Iterable[Contract], standings: dict[int, Any]
) -> dict[str, Any]:
    """A page of contracts, the worst first."""
    page = Paginator(worst_first(contracts, standings), PAGE).get_page(request.GET.get("page"))
    lines = [
        {
            "it": contract,
            "url": reverse("portfolio:dependency-detail", args=[contract.reference]),
            "giver": {"label": picture.name(contract.giver), "url": picture.href(contract.giver)},
            "receiver": {"label": picture.name(contract.receiver), "url": picture.href(contract.receiver)},
            "buffer": "–" if contract.buffer is None else days_short(contract.buffer),
            "tone": standings[contract.pk].tone,
            "words": standing_sentence(standings[contract.pk]),
        }
        for contract in page.object_list
    ]
    return {"page": page, "lines": lines}


def days_short(days: int) -> str:
    """Days of buffer, with their sign."""
    return _("%(days)s d") % {"days": signed(days) if days else "0"}
