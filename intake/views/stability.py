"""How stable a choice is: how far each weight can move before the funded (or the first N) requests change, in words."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import require
from core.charts import Chart, Range, range_bars
from intake.models import SelectionRound
from intake.stability import round_stability_of


@require_GET
def round_stability(request: HttpRequest, pk: int) -> HttpResponse:
    """How stable the ranking of a round by score is."""
    require(request.user, "request.view")
    chosen = get_object_or_404(SelectionRound.objects.select_related("model_version__model"), pk=pk)
    found = round_stability_of(request.user, chosen)
    context: dict[str, Any] = {
        "it": chosen,
        "page_title": _("How stable is the choice?"),
        "back": reverse("intake:round-detail", args=[chosen.pk]),
        "no_as_of": True,
    }
    context |= found if "reason" in found else found | {"chart": chart_of(found)}
    return render(request, "intake/scoring/round_stability.html", context)


def chart_of(found: dict[str, Any]) -> Chart:
    """The weights, and how far each can move."""
    rows = [Range(line["criterion"], line["weight"], line["low"], line["high"], line["says"]) for line in found["lines"]]
    subtitle = _("Weight of each criterion (dot) and how far it can move before %(what)s change, others in proportion")
    return range_bars(title=found["finding"], subtitle=subtitle % {"what": found["what"]}, rows=rows)
