"""The matrix of dependencies between projects: who gives to whom, and how late."""

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.formulas.dependencies import worst_of
from portfolio.models import Portfolio, Programme
from portfolio.models.contracts import Contract
from portfolio.views.dependency_picture import Picture, kept_page, page_of, picture_of, scope_of, table_of

MOST_IN_MATRIX = 20
GROUPS = ("portfolio", "programme", "project")
HIDDEN = -1
NONE = 0


def dependency_matrix(request: HttpRequest) -> HttpResponse:
    """Givers by receivers: how many contracts, and the worst of them; a cell leads to its rows below."""
    return kept_page(request, "_matrix", read_matrix)


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
