"""The contracts in a scope as one reader sees them, their findings, and their matrix: the same for the pages and for the API."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from portfolio.formulas.dependencies import TONES, Chain, Cycle, Edge, Network, PointOfFailure, worst_of
from portfolio.models import Portfolio, Programme, Project
from portfolio.models.contracts import Contract, Party, as_contracts, contracts_seen, parties_seen
from portfolio.models.visibility import nested_in
from portfolio.wording import days_words, unseen_project

MOST_NAMED = 8
"""So many findings of each kind are told, and names in one of them."""


DEPTHS = (1, 2, 3, 4)


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


def scope_of(user: Any, reference: str, wanted: str = "") -> Scope:
    """The scope of a reference: "PRJ-0042", a portfolio or programme; `wanted`: the depth around a project. 404 for one that the
    reader may not see."""
    text = reference.strip().split(" ")[0].upper()
    depth = int(wanted) if wanted in map(str, DEPTHS) else 2
    if not text:
        return Scope(depth=depth)
    for model in (Project, Programme, Portfolio):
        found = model.objects.visible_to(user).filter(reference=text).first()
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


def worst_first(contracts: Iterable[Contract], standings: dict[int, Any]) -> list[Contract]:
    """Contracts by how they stand, then by their buffer."""
    far = 10**6

    def weight(contract: Contract) -> tuple[int, int, int]:
        buffer = contract.buffer
        return TONES.index(standings[contract.pk].tone), far if buffer is None else buffer, contract.pk

    return sorted(contracts, key=weight)


def chains_told(picture: Picture) -> tuple[list[Chain], Chain | None]:
    """Chains that come too late, or those with the least buffer where none does, among them the longest one; and which that is."""
    chains = picture.late_chains or [chain for chain in picture.chains if len(chain.edges) > 1][:3]
    longest = picture.everything.longest_chain if picture.inside is None else picture.network.longest_chain
    if longest is not None and len(longest.edges) > 1 and longest not in chains:
        chains = [*chains[: MOST_NAMED - 1], longest, *chains[MOST_NAMED - 1 :]]
    return chains, longest


def headline(picture: Picture) -> str:
    """What there is to see, in one line: what is late before what is circular before what hangs on one."""
    if picture.late_chains:
        worst = picture.late_chains[0]
        title = next((one.title for one in picture.contracts if one.pk == worst.edges[-1].key), "")
        values = {"what": title, "project": picture.name(worst.projects[-1]), "days": days_words(worst.late)}
        if title:
            return _("“%(what)s” comes %(days)s too late for %(project)s") % values
        return _("The worst chain comes %(days)s too late for %(project)s") % values
    if picture.cycles:
        count = sum(len(cycle.members) for cycle in picture.cycles)
        return _("%(count)s projects wait for each other in a circle") % {"count": count}
    if picture.points:
        point = picture.points[0]
        return _("%(count)s projects wait for %(project)s") % {"count": point.waiting, "project": picture.name(point.project)}
    if picture.contracts:
        return _("Nothing is late, circular, or hangs on one project")
    return _("No open dependencies")


MOST_IN_MATRIX = 20


GROUPS = ("portfolio", "programme", "project")


HIDDEN = -1


NONE = 0


def usual_group(picture: Picture) -> str:
    """How a matrix is grouped where the address does not say: by the largest parts of which there are several."""
    seen = [picture.parties[one] for one in picture.network.projects if one in picture.parties]
    if len(seen) <= MOST_IN_MATRIX:
        return "project"
    portfolios, programmes = ({getattr(party, by) for party in seen} for by in ("portfolio", "programme"))
    if len(portfolios) > 2 or (len(portfolios) == 2 and len(programmes) < 2):
        return "portfolio"
    return "programme" if len(programmes) > 1 else "project"  # one cell would say nothing


def group_key(picture: Picture, by: str) -> Callable[[int], int]:
    """Project -> the group that it is in: NONE for one without, HIDDEN for those not to be seen."""

    def key(project: int) -> int:
        party = picture.parties.get(project)
        if party is None:
            return HIDDEN
        return project if by == "project" else getattr(party, by) or NONE

    return key


def group_names(picture: Picture, by: str) -> dict[int, str]:
    """Group -> its name. One query, none for projects."""
    special = {
        HIDDEN: _("Projects that you may not see"),
        NONE: _("Without a portfolio") if by == "portfolio" else _("Without a programme"),
    }
    if by == "project":
        return special | {pk: party.title for pk, party in picture.parties.items()}
    model: Any = Portfolio if by == "portfolio" else Programme
    wanted = {getattr(picture.parties[one], by) for one in picture.network.projects if one in picture.parties}
    return special | dict(model.objects.filter(pk__in=wanted - {None}).values_list("pk", "name"))


def cells_by(picture: Picture, by: str) -> dict[tuple[int, int], list[Contract]]:
    """(giver, receiver) -> their contracts, of projects or the groups that they are in."""
    key = group_key(picture, by)
    cells: dict[tuple[int, int], list[Contract]] = defaultdict(list)
    for contract in picture.contracts:
        cells[key(contract.giver), key(contract.receiver)].append(contract)
    return cells


def matrix_of(cells: dict[tuple[int, int], list[Contract]], names: dict[int, str], tones: dict[int, str]) -> dict[str, Any]:
    """Heads, rows and cells of the groups with most contracts; what is left out is counted."""
    gives, gets = Counter[int](), Counter[int]()
    for (giver, receiver), group in cells.items():
        gives[giver] += len(group)
        gets[receiver] += len(group)
    givers = [one for one, _count in gives.most_common(MOST_IN_MATRIX)]
    receivers = [one for one, _count in gets.most_common(MOST_IN_MATRIX)]

    def cell(giver: int, receiver: int) -> dict[str, Any] | None:
        group = cells.get((giver, receiver))
        if not group:
            return None
        tone = worst_of(tones[one.pk] for one in group)
        return {"count": len(group), "tone": tone, "giver": giver, "receiver": receiver}

    return {
        "heads": [{"key": one, "label": names[one], "count": gets[one]} for one in receivers],
        "rows": [
            {"key": giver, "label": names[giver], "count": gives[giver], "cells": [cell(giver, one) for one in receivers]}
            for giver in givers
        ],
        "left_out": max(len(gives) - len(givers), 0) + max(len(gets) - len(receivers), 0),
    }
