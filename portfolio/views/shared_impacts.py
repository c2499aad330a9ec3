"""Pages of shared risks: add, change and take away a project that a risk would hit."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.views.editing import answer_button, answer_form
from portfolio.access_entries import entry_for, shared_impact_for
from portfolio.actions.raid import entry_url
from portfolio.actions.risks import current_scale
from portfolio.actions.shared_impacts import edit_shared_impact, share_risk, unshare_risk
from portfolio.forms.shared_impacts import SharedImpactForm
from portfolio.models import Entry, SharedImpact
from portfolio.views.raid_steps import page_of

FORM = "portfolio/risks/shared_impact_form.html"


def form_for(request: HttpRequest, risk: Entry, impact: SharedImpact | None = None) -> SharedImpactForm:
    """The form, with the organisation's levels."""
    options: dict[str, Any] = {"user": request.user, "scale": current_scale(), "currency": risk.currency}
    return SharedImpactForm(request.POST or None, instance=impact, **options)


def risk_share(request: HttpRequest, reference: str) -> HttpResponse:
    """Add a project that the risk would hit, too: one that the person sees."""
    risk = entry_for(request.user, reference, "register.edit", kind="risk")
    if risk.project_id is not None:
        raise PermissionDenied
    return answer_form(
        request,
        form_for(request, risk),
        lambda valid: share_risk(
            risk, valid.cleaned_data["project"], values=valid.values(), by=request.user, at=timezone.now()
        ),
        done=lambda made: entry_url(risk) + "#shared",
        template=FORM,
        context=page_of(risk, _("Add project")) | {"submit": _("Add project")},
        said=_("The project shares the risk."),
    )


def impact_for(request: HttpRequest, reference: str, pk: int) -> tuple[Entry, SharedImpact]:
    """A shared impact on a project that the person sees, of a risk that they may change; else 404 or 403."""
    risk = entry_for(request.user, reference, kind="risk")
    return risk, shared_impact_for(request.user, risk, pk)


def shared_impact_edit(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Change what it would mean for a project."""
    risk, impact = impact_for(request, reference, pk)
    return answer_form(
        request,
        form_for(request, risk, impact),
        lambda valid: edit_shared_impact(impact, changes=valid.values()),
        done=lambda made: entry_url(risk) + "#shared",
        template=FORM,
        context=page_of(risk, str(impact.project))
        | {"submit": _("Save"), "remove_url": reverse("portfolio:shared-impact-remove", args=[reference, pk])},
        said=_("Saved."),
    )


@require_POST
def shared_impact_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take a project off the risk."""
    risk, impact = impact_for(request, reference, pk)

    def back() -> str:
        seen = Entry.objects.visible_to(request.user).filter(pk=risk.pk).exists()
        return entry_url(risk) if seen else reverse("portfolio:risk-list")

    return answer_button(
        request,
        lambda: unshare_risk(impact),
        back=back,
        said=_("%(project)s does not share the risk any more.") % {"project": impact.project},
    )
