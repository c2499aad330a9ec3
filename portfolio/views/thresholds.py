"""Pages of health thresholds: one row a tier, and one for all tiers without their own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require, require_to_open
from core.views.editing import answer_button, answer_form, sent_version, typed
from portfolio.access_parts import thresholds_for, tier_of
from portfolio.actions.thresholds import remove_thresholds, set_thresholds
from portfolio.forms.thresholds import ThresholdForm
from portfolio.models import HealthThreshold
from portfolio.models.structure import Tier


def words_for(tier: int | None) -> str:
    """The name of a row."""
    return str(Tier(tier).label) if tier else _("All other tiers")


@require_GET
def threshold_list(request: HttpRequest) -> HttpResponse:
    """The thresholds in force for each tier, and where they come from."""
    require(request.user, "setup.view")
    stored = {row.tier: row for row in HealthThreshold.objects.all()}
    default = stored.get(None) or HealthThreshold()
    lines: list[dict[str, Any]] = [
        {
            "label": words_for(tier),
            "url": reverse("portfolio:threshold-edit", args=[tier or "all"]),
            "row": stored.get(tier) or default,
            "own": tier in stored,
            "is_default": tier is None,
        }
        for tier in (*Tier.values, None)
    ]
    context = {"lines": lines, "page_title": _("Health thresholds"), "no_as_of": True}
    return render(request, "portfolio/thresholds/threshold_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def threshold_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Set the thresholds of a tier."""
    opened = require_to_open(request, read="setup.view", change="threshold.manage")
    row, tier = thresholds_for(request.user, key, "setup.view"), tier_of(key)
    form = ThresholdForm(typed(request, lambda: ThresholdForm(instance=thresholds_for(request.user, key))), instance=row)
    context = {
        "page_title": _("Health thresholds: %(tier)s") % {"tier": words_for(tier)},
        "groups": form.groups(),
        "cancel_url": reverse("portfolio:threshold-list"),
        "submit": _("Save thresholds"),
        "remove_url": reverse("portfolio:threshold-remove", args=[key]) if row.pk and tier and opened else "",
        "version": row.version,
        "read_only": not opened,
        "no_as_of": True,
    }
    return answer_form(
        request,
        form,
        lambda valid: set_thresholds(
            tier=tier,
            values=valid.values(),
            version=valid.cleaned_data["version"] or 0,
        ),
        done=lambda saved: reverse("portfolio:threshold-list"),
        template="portfolio/thresholds/threshold_form.html",
        context=context,
        said=_("Saved. They hold for updates submitted from now on."),
        remake=lambda current: ThresholdForm(instance=current),
    )


@require_POST
def threshold_remove(request: HttpRequest, key: str) -> HttpResponse:
    """Let a tier follow the others again."""
    require(request.user, "threshold.manage")
    row = get_object_or_404(HealthThreshold, tier=tier_of(key) or 0)
    return answer_button(
        request,
        lambda: remove_thresholds(threshold=row, version=sent_version(request)),
        back="portfolio:threshold-list",
        said=_("This tier follows all other tiers again."),
    )
