"""Forms of triage."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import RoleGrant, User
from accounts.roles import roles_with
from portfolio.models import Objective


def possible_owners() -> Any:
    """Active people who triage, everywhere or on a unit."""
    grants = RoleGrant.objects.active(timezone.localdate()).filter(role__in=roles_with("request.triage"))
    return User.objects.filter(is_active=True, pk__in=grants.values("user")).order_by("name")


class OwnerForm(forms.Form):
    """Who looks after the request from now on."""

    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("The office's person for the request. They are told, and see it even when it is confidential."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = possible_owners()


class RequestObjectiveForm(forms.Form):
    """Link a request to an objective."""

    objective = forms.ModelChoiceField(label=_("Objective"), queryset=Objective.objects.filter(is_active=True))
    weight = forms.IntegerField(
        label=_("Weight, %"),
        min_value=1,
        max_value=100,
        initial=100,
        help_text=_("How much of its value serves the objective."),
    )
