"""Giving a role."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.units import tree_rows
from accounts.models import OrganisationUnit
from accounts.roles import ROLES
from core.widgets import DayInput


class GrantForm(forms.Form):
    """A role, where it holds and when."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose a role")), *ROLES.items()])
    unit = forms.ModelChoiceField(
        label=_("Where"),
        queryset=OrganisationUnit.objects.all(),
        required=False,
        empty_label=_("Everywhere"),
        help_text=_(
            "A role on a unit holds for all units below it. Roles on one portfolio, programme or project are given on its page."
        ),
    )
    starts_on = forms.DateField(label=_("From"), required=False, widget=DayInput, help_text=_("Empty: at once."))
    ends_on = forms.DateField(
        label=_("Until"), required=False, widget=DayInput, help_text=_("Including this day. Empty: no end.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("Everywhere")), *((u.pk, "\u2003" * depth + u.name) for u, depth in tree_rows())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        cleaned = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day is before the first day."))
        return cleaned
