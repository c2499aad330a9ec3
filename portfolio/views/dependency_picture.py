"""What the pages of the dependency network share: the contracts in a scope as one reader sees them, the frame, the table."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import OrganisationUnit, RoleGrant
from core.templatetags.pmo import signed
from core.unchanged import read_clock, unchanged
from portfolio.formulas.dependencies import TONES, Chain, Cycle, Edge, Network, PointOfFailure
from portfolio.models import Dependency, Entry, EntryWatcher, Membership, Portfolio, Programme, Project
from portfolio.models.contracts import Contract, Party, as_contracts, contracts_seen, parties_seen
from portfolio.models.visibility import nested_in
from portfolio.wording import standing_sentence, unseen_project

MOST_NAMED = 8
"""So many findings of each kind are told, and names in one of them."""
PAGE = 20
DEPTHS = (1, 2, 3, 4)
# Everything the pages are made of: while none of it changes, a page made before still holds.
TABLES = (Entry, Dependency, EntryWatcher, Project, Programme, Portfolio, Membership, RoleGrant, OrganisationUnit)
SHARED = ("page_title", "scope_reference", "scope_words", "depth", "depths", "tabs", "contract_count", "project_count")


@dataclass(frozen=True)
class Scope:
    """What a page looks at: everything, a portfolio, a programme (their projects), or what is around one project."""

    it: Portfolio | Programme | Project | None = None
    depth: int = 2

    @property
    def words(self) -> str:
        """Its name."""
        if self.it is None:
            return _("the whole organisation")
        return self.it.title if isinstance(self.it, Project) else self.it.name


@dataclass(frozen=True)
class Picture:
    """The contracts in a scope as a reader sees them, with the projects that they may see. Chains and cycles are read from
    `everything` that the person sees, so that none ends at the border of the scope; `inside` are the scope's own projects."""

    scope: Scope
    parties: dict[int, Party]
    contracts: list[Contract]
    network: Network
    everything: Network
    inside: frozenset[int] | None = None

    @cached_property
    def cycles(self) -> list[Cycle]:
        """Those in which a project of the scope hangs."""
        found = self.everything.cycles
        return found if self.inside is None else [one for one in found if not self.inside.isdisjoint(one.members)]

    @cached_property
    def chains(self) -> list[Chain]:
        """The worst chains that lead through the scope; where all of them pass it by, those of its own contracts."""
        found = self.everything.critical_chains
        if self.inside is None:
            return found
        return [one for one in found if not self.inside.isdisjoint(one.projects)] or self.network.critical_chains

    @cached_property
    def late_chains(self) -> list[Chain]:
        """Chains whose end comes too late."""
        return [chain for chain in self.chains if chain.late]

    @cached_property
    def points(self) -> list[PointOfFailure]:
        """Projects of the scope, and those beside it, on which many hang."""
        near = set(self.network.projects)
        return [one for one in self.everything.points_of_failure if one.project in near]

    def name(self, project: int) -> str:
        """What a project is called; a hidden one is not named."""
        return self.parties[project].title if project in self.parties else unseen_project()

    def href(self, project: int) -> str:
        """Where a project's name leads: to what is around it, or from there to its own page."""
        if project not in self.parties:
            return ""
        party = self.parties[project]
        if isinstance(self.scope.it, Project) and self.scope.it.pk == project:
            return reverse("portfolio:project-detail", args=[party.reference])
        return f"?scope={party.reference}"

    def path(self, projects: Sequence[int]) -> list[dict[str, str]]:
        """Projects as names with links; of a long way its beginning and end."""
        shown = list(projects)
        found = [{"label": self.name(one), "url": self.href(one)} for one in shown]
        return found if len(found) <= MOST_NAMED else [*found[:3], {"label": "…", "url": ""}, *found[-3:]]


@lru_cache(maxsize=8)
def network_of(edges: tuple[Edge, ...]) -> Network:
    """The network of these contracts with its findings, kept in the process: what depends on nothing but them."""
    return Network(edges)


def scope_of(request: HttpRequest) -> Scope:
    """The scope of the address: `?scope=PRJ-0042&depth=2`, a portfolio or programme. 404 for one that the reader may not see."""
    text = request.GET.get("scope", "").strip().split(" ")[0].upper()
    wanted = request.GET.get("depth", "")
    depth = int(wanted) if wanted in map(str, DEPTHS) else 2
    if not text:
        return Scope(depth=depth)
    for model in (Project, Programme, Portfolio):
        found = model.objects.visible_to(request.user).filter(reference=text).first()
        if found is not None:
            return Scope(found, depth)
    raise Http404


def picture_of(user: Any, scope: Scope) -> Picture:
    """What the person sees of a scope. Two queries; one more for a portfolio."""
    parties = parties_seen(user)
    contracts = as_contracts(contracts_seen(user), parties)
    everything = network_of(tuple(contract.edge for contract in contracts))
    if scope.it is None:
        return Picture(scope, parties, contracts, everything, everything)
    inside = frozenset([scope.it.pk]) if isinstance(scope.it, Project) else _members(scope.it, parties)
    if isinstance(scope.it, Project):
        near = set(everything.around(inside, scope.depth, len(everything.projects) + 1))
        found = [contract for contract in contracts if contract.giver in near and contract.receiver in near]
    else:
        found = [contract for contract in contracts if contract.giver in inside or contract.receiver in inside]
    return Picture(scope, parties, found, network_of(tuple(contract.edge for contract in found)), everything, inside)


def _members(it: Portfolio | Programme, parties: dict[int, Party]) -> frozenset[int]:
    if isinstance(it, Programme):
        return frozenset(party.pk for party in parties.values() if party.programme == it.pk)
    nested = nested_in(it)
    return frozenset(party.pk for party in parties.values() if party.portfolio in nested)


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
    far = 10**6

    def weight(contract: Contract) -> tuple[int, int, int]:
        buffer = contract.buffer
        return TONES.index(standings[contract.pk].tone), far if buffer is None else buffer, contract.pk

    page = Paginator(sorted(contracts, key=weight), PAGE).get_page(request.GET.get("page"))
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
