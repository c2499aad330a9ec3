"""Pages of delegations: who decides changes for whom, from and to. Everybody their own; the office sees all."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import may
from core.office import office_day
from core.views.editing import answer_button, answer_form
from portfolio.access_entries import delegation_to_end, delegations_of, may_delegate
from portfolio.actions.delegations import delegate_approvals, end_delegation
from portfolio.forms.changes import DelegationForm
from portfolio.models import ApprovalDelegation

MOST = 200


@require_GET
def delegation_list(request: HttpRequest) -> HttpResponse:
    """Who decides for whom: running and to come, and what is over."""
    today = office_day()
    rows = list(delegations_of(request.user)[:MOST])
    manages = may(request.user, "register.manage")
    lines = [
        {
            "row": row,
            "state": _("over") if row.ends_on < today else _("to come") if row.starts_on > today else _("now"),
            "now": row.starts_on <= today <= row.ends_on,
            "may_end": row.ends_on >= today and (manages or row.user_id == request.user.pk),
        }
        for row in rows
    ]
    context = {
        "lines": lines,
        "page_title": _("Delegated approvals"),
        "sees_all": manages,
        "may_delegate": may_delegate(request.user),
        "no_as_of": True,
    }
    return render(request, "portfolio/approval/delegation_list.html", context)


def delegation_create(request: HttpRequest) -> HttpResponse:
    """Let somebody decide for oneself; the office also for others."""
    user, today = request.user, office_day()
    if not may_delegate(user):
        raise PermissionDenied
    form = DelegationForm(request.POST or None, user=user, may_all=may(user, "register.manage"), initial={"starts_on": today})

    def act(valid: DelegationForm) -> ApprovalDelegation:
        data = valid.cleaned_data
        return delegate_approvals(
            user=data.get("user") or user,
            delegate=data["delegate"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            by=user,
            at=timezone.now(),
        )

    return answer_form(
        request,
        form,
        act,
        done=lambda row: reverse("portfolio:delegation-list"),
        template="portfolio/approval/delegation_form.html",
        context={
            "page_title": _("Delegate approvals"),
            "cancel_url": reverse("portfolio:delegation-list"),
            "submit": _("Delegate"),
            "no_as_of": True,
        },
        said=_("Delegated. They were told."),
    )


@require_POST
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegation that one gave; the office any."""
    row = delegation_to_end(request.user, pk)
    return answer_button(
        request,
        lambda: end_delegation(row, on=office_day()),
        back="portfolio:delegation-list",
        said=_("The delegation is over. What was decided under it stands."),
    )
