"""The network of dependencies between projects, and the matrix of who gives to whom: what is late, circular, or hangs on one."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import OrganisationUnit, RoleGrant
from core.charts import NetworkLine, NetworkNode, network_drawing
from core.rag import rating_of
from core.templatetags.pmo import signed
from core.unchanged import read_clock, unchanged
from portfolio.formulas.dependencies import TONES, Chain, Cycle, Edge, Network, PointOfFailure, worst_of
from portfolio.formulas.network_layout import Layout, lay_out
from portfolio.models import Dependency, Entry, EntryWatcher, Membership, Portfolio, Programme, Project
from portfolio.models.contracts import Contract, Party, as_contracts, contracts_seen, parties_seen
from portfolio.models.visibility import nested_in
from portfolio.wording import days_words, standing_sentence, tone_words, unseen_project

MOST_DRAWN = 32
"""So many boxes can be read."""
MOST_LINES = 44
"""So many arrows, where there is more than can be drawn: those of chains and cycles first, then the worst."""
MOST_NAMED = 8
"""So many findings of each kind are told, and names in one of them."""
PAGE = 20
DEPTHS = (1, 2, 3, 4)
MOST_IN_MATRIX = 20


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


# The network


# Everything the pages are made of: while none of it changes, a page made before still holds.
TABLES = (Entry, Dependency, EntryWatcher, Project, Programme, Portfolio, Membership, RoleGrant, OrganisationUnit)
SHARED = ("page_title", "scope_reference", "scope_words", "depth", "depths", "tabs", "contract_count", "project_count")


def dependency_map(request: HttpRequest) -> HttpResponse:
    """Who waits for whom: drawing, findings as sentences, and every contract as a table."""
    return kept_page(request, "_map", read_map)


def dependency_matrix(request: HttpRequest) -> HttpResponse:
    """Givers by receivers: how many contracts, and the worst of them; a cell leads to its rows below."""
    return kept_page(request, "_matrix", read_matrix)


def kept_page(request: HttpRequest, name: str, read: Callable[[HttpRequest], dict[str, Any]]) -> HttpResponse:
    """The page as it was made for this person, while nothing has changed since; else made anew. One query more than that."""

    def build() -> dict[str, Any]:
        context = read(request)
        body = render_to_string(f"portfolio/dependencies/{name}.html", context, request)
        return {key: context[key] for key in SHARED} | {"body": body}

    kept = unchanged(f"dependency{name}", read_clock(TABLES), request.user, request.GET.urlencode(), build)
    return render(request, "portfolio/dependencies/dependency_map.html", kept | {"no_as_of": True})


def read_map(request: HttpRequest) -> dict[str, Any]:
    """What the page of the network shows."""
    scope = scope_of(request)
    picture = picture_of(request.user, scope)
    today = timezone.localdate()
    tones = {contract.pk: contract.standing(today) for contract in picture.contracts}
    drawn, between = drawn_of(picture, {pk: standing.tone for pk, standing in tones.items()})
    chart = draw(picture, drawn, between, {pk: standing.tone for pk, standing in tones.items()}) if drawn else ""
    context = page_of(request, picture, "map") | {
        "chart": chart,
        "chart_title": headline(picture),
        "subtitle": subtitle_of(picture, drawn),
        "cycles": cycles_of(picture),
        "chains": chains_of(picture),
        "points": points_of(picture),
        "tones": [
            (tone, tone_words(tone), count) for tone in TONES if (count := sum(one.tone == tone for one in tones.values()))
        ],
        "hidden_count": sum(one.giver < 0 or one.receiver < 0 for one in picture.contracts),
    }
    return context | table_of(request, picture, picture.contracts, tones)


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


Pairs = dict[tuple[int, int], list[Edge]]


def drawn_of(picture: Picture, tones: dict[int, str]) -> tuple[list[int], Pairs]:
    """The projects that are drawn, and the contracts of each pair of them with an arrow."""
    it = picture.scope.it
    if not isinstance(it, Project):
        chosen = picture.network.worth_drawing(MOST_DRAWN)
    else:
        chosen = picture.network.around([it.pk], picture.scope.depth, MOST_DRAWN) if picture.contracts else []
    between: Pairs = defaultdict(list)
    for edge in picture.network.among(chosen):
        between[edge.giver, edge.receiver].append(edge)
    between = _choose(picture, between, tones)
    linked = {project for pair in between for project in pair}
    return [project for project in chosen if project in linked], between


@lru_cache(maxsize=16)
def _layout(nodes: tuple[int, ...], pairs: tuple[tuple[int, int], ...]) -> Layout:
    return lay_out(nodes, pairs)


def draw(picture: Picture, drawn: Sequence[int], between: Pairs, tones: dict[int, str]) -> Any:
    """The drawing: boxes for projects, an arrow a pair of them with the worst of its contracts."""
    layout = _layout(tuple(drawn), tuple(sorted(between)))
    by_key = {contract.pk: contract for contract in picture.contracts}
    critical = {edge.key for chain in picture.late_chains[:MOST_NAMED] for edge in chain.edges}
    hubs = {point.project for point in picture.points[:MOST_NAMED]}
    nodes = [_node(picture, project, layout, strong=project in hubs) for project in drawn]
    lines = []
    for pair, edges in between.items():
        tone = worst_of(tones[edge.key] for edge in edges)
        buffers = [edge.buffer for edge in edges if edge.buffer is not None]
        lines.append(
            NetworkLine(
                *pair,
                tone=tone,
                label=_line_label(tone, len(edges), min(buffers) if buffers else None),
                hint=_line_hint(picture, pair, [by_key[edge.key] for edge in edges], tone),
                href=f"../{by_key[edges[0].key].reference}/" if len(edges) == 1 else _pair_href(picture, pair),
                way=layout.ways[pair],
                heavy=any(edge.key in critical for edge in edges),
                dashed=all(by_key[edge.key].status in ("proposed", "broken") for edge in edges),
            )
        )
    words = _("Givers stand left of receivers.")
    return network_drawing(title=headline(picture), description=words, nodes=nodes, lines=lines).on_screen


def _choose(picture: Picture, between: Pairs, tones: dict[int, str]) -> Pairs:
    """The arrows that are drawn."""
    if len(between) <= MOST_LINES:
        return between
    told = {edge.key for chain in picture.chains[:MOST_NAMED] for edge in chain.edges}
    place = picture.everything.component_of

    def weight(pair: tuple[int, int]) -> tuple[bool, int, tuple[int, int]]:
        edges = between[pair]
        matters = place[pair[0]] == place[pair[1]] or any(edge.key in told for edge in edges)
        return not matters, TONES.index(worst_of(tones[edge.key] for edge in edges)), pair

    return {pair: between[pair] for pair in sorted(between, key=weight)[:MOST_LINES]}


def _node(picture: Picture, project: int, layout: Layout, *, strong: bool) -> NetworkNode:
    waiting = picture.everything.waiting.get(project, 0)
    waits = ngettext("%(n)s waits", "%(n)s wait", waiting) % {"n": waiting} if waiting else ""
    party = picture.parties.get(project)
    return NetworkNode(
        project,
        picture.name(project),
        layout.layer[project],
        layout.height[project],
        sub=" · ".join(filter(None, (party.reference if party else "", waits))),
        href=picture.href(project),
        strong=strong,
    )


def _line_label(tone: str, count: int, buffer: int | None) -> str:
    letter = rating_of(tone).letter
    words = f"{letter} {days_short(buffer)}" if buffer is not None else f"{letter}"
    return f"{count} × {words}" if count > 1 else words


def days_short(days: int) -> str:
    """Days of buffer, with their sign."""
    return _("%(days)s d") % {"days": signed(days) if days else "0"}


def _line_hint(picture: Picture, pair: tuple[int, int], contracts: Sequence[Contract], tone: str) -> str:
    what = contracts[0].title if len(contracts) == 1 else _("%(count)s dependencies") % {"count": len(contracts)}
    return f"{picture.name(pair[0])} → {picture.name(pair[1])}: {what}, {tone_words(tone)}"


def _pair_href(picture: Picture, pair: tuple[int, int]) -> str:
    seen = next((picture.parties[one].reference for one in pair if one in picture.parties), "")
    return f"?scope={seen}&depth=1#contracts"


# Findings in words


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


def subtitle_of(picture: Picture, drawn: Collection[int]) -> str:
    """Measure, scope, day, and what is left out of the drawing."""
    words = _("Open dependencies of %(scope)s, from giver to receiver, with the buffer in days, on %(day)s.") % {
        "scope": picture.scope.words,
        "day": date_format(timezone.localdate(), "j M Y"),
    }
    if len(drawn) == len(picture.network.projects):
        return words
    if isinstance(picture.scope.it, Project):
        more = _("Drawn are %(drawn)s of %(all)s projects: the nearest, with the least buffer. The table holds all.")
    else:
        more = _(
            "Drawn are %(drawn)s of %(all)s projects: cycles, the worst chains, and those for which most wait. The table holds all."
        )
    return f"{words} {more % {'drawn': len(drawn), 'all': len(picture.network.projects)}}"


def told(picture: Picture, found: Sequence[Any], words: Callable[[Any], str], path: Callable[[Any], Sequence[int]]) -> Any:
    """The first findings as names with links and words, and how many more there are."""
    lines = [{"path": picture.path(path(one)), "words": words(one)} for one in found[:MOST_NAMED]]
    return {"lines": lines, "count": len(found), "more": max(len(found) - MOST_NAMED, 0)}


def cycles_of(picture: Picture) -> dict[str, Any]:
    """Projects that wait for each other."""

    def words(cycle: Cycle) -> str:
        more = len(cycle.members) - len(cycle.path)
        if more:
            return ngettext("and %(n)s more project hangs in it", "and %(n)s more projects hang in it", more) % {"n": more}
        return _("nobody can begin")

    return told(picture, picture.cycles, words, lambda cycle: (*cycle.path, cycle.path[0]))


def chains_of(picture: Picture) -> dict[str, Any]:
    """Chains that come too late, and the longest one; where none is late, those with the least buffer."""
    chains = picture.late_chains or [chain for chain in picture.chains if len(chain.edges) > 1][:3]
    longest = picture.everything.longest_chain if picture.inside is None else picture.network.longest_chain
    if longest is not None and len(longest.edges) > 1 and longest not in chains:
        chains = [*chains[: MOST_NAMED - 1], longest, *chains[MOST_NAMED - 1 :]]

    def words(chain: Chain) -> str:
        said = [_("the longest chain")] if chain is longest else []
        if chain.late:
            said.append(_("%(days)s late at its end") % {"days": days_words(chain.late)})
        else:
            said.append(_("the first may slip %(days)s before the last is late") % {"days": days_words(chain.total)})
        if chain.undated:
            said.append(_("%(n)s without a commitment") % {"n": chain.undated})
        return ", ".join(said)

    return told(picture, chains, words, lambda chain: chain.projects)


def points_of(picture: Picture) -> dict[str, Any]:
    """Projects on which many others hang."""

    def words(point: PointOfFailure) -> str:
        said = _("%(n)s projects wait for it, %(direct)s of them directly") % {"n": point.waiting, "direct": point.direct}
        if point.only_through:
            said += _("; %(n)s get nothing that does not come through it") % {"n": point.only_through}
        return said

    return told(picture, picture.points, words, lambda point: (point.project,))


# The table of contracts, twin of both


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


# The matrix

GROUPS = ("portfolio", "programme", "project")
HIDDEN = -1
NONE = 0


def read_matrix(request: HttpRequest) -> dict[str, Any]:
    """What the page of the matrix shows."""
    picture = picture_of(request.user, scope_of(request))
    today = timezone.localdate()
    standings = {contract.pk: contract.standing(today) for contract in picture.contracts}
    by = request.GET.get("by", "")
    by = by if by in GROUPS else usual_group(picture)
    key = group_key(picture, by)
    cells: dict[tuple[int, int], list[Contract]] = defaultdict(list)
    for contract in picture.contracts:
        cells[key(contract.giver), key(contract.receiver)].append(contract)
    chosen = (request.GET.get("giver", ""), request.GET.get("receiver", ""))
    found = [contract for pair, group in cells.items() if _fits(pair, chosen) for contract in group]
    names = group_names(picture, by)
    context = page_of(request, picture, "matrix") | {
        "by": by,
        "groups": [("portfolio", _("Portfolio")), ("programme", _("Programme")), ("project", _("Project"))],
        "matrix": matrix_of(cells, names, {pk: one.tone for pk, one in standings.items()}),
        "chosen": [names.get(int(one), "") if one.lstrip("-").isdecimal() else "" for one in chosen] if any(chosen) else [],
    }
    return context | table_of(request, picture, found, standings)


def _fits(pair: tuple[int, int], chosen: tuple[str, str]) -> bool:
    return all(not wanted or str(have) == wanted for have, wanted in zip(pair, chosen, strict=True))


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
