"""The matrix of dependencies between projects: who gives to whom, and how late."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.dependency_picture import GROUPS, cells_by, group_names, matrix_of, picture_of, scope_of, usual_group
from portfolio.views.dependency_picture import kept_page, page_of, table_of


def dependency_matrix(request: HttpRequest) -> HttpResponse:
    """Givers by receivers: how many contracts, and the worst of them; a cell leads to its rows below."""
    return kept_page(request, "_matrix", read_matrix)


def read_matrix(request: HttpRequest) -> dict[str, Any]:
    """What the page of the matrix shows."""
    picture = picture_of(request.user, scope_of(request.user, request.GET.get("scope", ""), request.GET.get("depth", "")))
    today = timezone.localdate()
    standings = {contract.pk: contract.standing(today) for contract in picture.contracts}
    by = request.GET.get("by", "")
    by = by if by in GROUPS else usual_group(picture)
    cells = cells_by(picture, by)
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
