"""Exposure by category and by programme, against contingency."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from portfolio.formulas.scales import Scale
from portfolio.risk_exposure import exposure_of
from portfolio.risk_map import Asked
from portfolio.views.risk_map import answer


def risk_exposure(request: HttpRequest) -> HttpResponse:
    """Exposure by category and by programme, against contingency."""
    return answer(request, "portfolio:risk-exposure", exposure_body)


def exposure_body(asked: Asked, scale: Scale) -> tuple[str, dict[str, Any]]:
    """What the exposure page shows. Six queries."""
    found = exposure_of(asked, scale)
    return "portfolio/risks/_exposure.html", vars(found) | {"finding": found.finding}
