"""The network of dependencies between projects: what is late, circular, or hangs on one."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.charts import NetworkLine, NetworkNode, network_drawing
from core.rag import rating_of
from portfolio.dependency_picture import MOST_NAMED, Picture, chains_told, headline, picture_of, scope_of
from portfolio.formulas.dependencies import TONES, Chain, Cycle, Edge, PointOfFailure, worst_of
from portfolio.formulas.network_layout import Layout, lay_out
from portfolio.models import Project
from portfolio.models.contracts import Contract
from portfolio.views.dependency_picture import days_short, kept_page, page_of, table_of
from portfolio.wording import days_words, tone_words

MOST_DRAWN = 32
"""So many boxes can be read."""
MOST_LINES = 44
"""So many arrows, where there is more than can be drawn: those of chains and cycles first, then the worst."""


def dependency_map(request: HttpRequest) -> HttpResponse:
    """Who waits for whom: drawing, findings as sentences, and every contract as a table."""
    return kept_page(request, "_map", read_map)


def read_map(request: HttpRequest) -> dict[str, Any]:
    """What the page of the network shows."""
    scope = scope_of(request.user, request.GET.get("scope", ""), request.GET.get("depth", ""))
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


def _line_hint(picture: Picture, pair: tuple[int, int], contracts: Sequence[Contract], tone: str) -> str:
    what = contracts[0].title if len(contracts) == 1 else _("%(count)s dependencies") % {"count": len(contracts)}
    return f"{picture.name(pair[0])} → {picture.name(pair[1])}: {what}, {tone_words(tone)}"


def _pair_href(picture: Picture, pair: tuple[int, int]) -> str:
    seen = next((picture.parties[one].reference for one in pair if one in picture.parties), "")
    return f"?scope={seen}&depth=1#contracts"


# Findings in words


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
    chains, longest = chains_told(picture)

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
