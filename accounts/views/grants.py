"""Giving and taking roles that hold everywhere or on an organisation unit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.actions.grants import give_role, take_role
from accounts.forms.grants import GrantForm
from accounts.models import RoleGrant, User
from core.views.editing import answer_button, answer_form


def grant_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a role."""
    require(request.user, "grant.manage")
    person = get_object_or_404(User, pk=pk)
    return answer_form(
        request,
        GrantForm(request.POST or None),
        lambda valid: give_role(user=person, by=request.user, **valid.cleaned_data),  # type: ignore[arg-type]
        done=lambda grant: reverse("accounts:user-detail", args=[pk]),
        template="accounts/grant/grant_form.html",
        context={"person": person},
        said=lambda grant: _("%(name)s is now %(role)s.") % {"name": person, "role": grant.get_role_display()},
    )


@require_POST
def grant_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role away, at once."""
    require(request.user, "grant.manage")
    grant = get_object_or_404(RoleGrant.objects.select_related("user"), pk=pk)
    return answer_button(
        request,
        lambda: take_role(pk=pk, at=timezone.now()),
        back=reverse("accounts:user-detail", args=[grant.user_id]),
        said=_("%(name)s is no longer %(role)s there.") % {"name": grant.user, "role": grant.get_role_display()},
    )
