"""Asking why somebody may do something; giving a role on a portfolio or programme."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import ACTION_GROUPS, ROLES
from core.widgets import DayInput
from portfolio.models import Portfolio, Programme, Project


class WhyForm(forms.Form):
    """Person, project, action. Only projects that the asker sees can be asked about."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.all(), empty_label=_("Choose a person"))
    project = forms.CharField(
        label=_("Project"),
        required=False,
        max_length=12,
        help_text=_("Its reference, for example PRJ-0042. Empty: what holds everywhere."),
    )
    action = forms.ChoiceField(
        label=_("Wants to"),
        choices=[(title, list(actions.items())) for title, actions in ACTION_GROUPS],
        initial="project.view",
    )

    def __init__(self, *args: Any, asker: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asker = asker

    def clean_project(self) -> Project | None:
        """The project of this reference, where the asker sees it."""
        reference = self.cleaned_data["project"].strip().upper()
        if not reference:
            return None
        found = Project.objects.visible_to(self.asker).select_related("programme").filter(reference=reference).first()
        if found is None:
            raise forms.ValidationError(_("There is no project %(reference)s that you may see.") % {"reference": reference})
        return found  # type: ignore[no-any-return]


class ScopedRoleForm(forms.Form):
    """A role on one portfolio or programme, from and to a day."""

    user = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.filter(is_active=True), empty_label=_("Choose a person")
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=[("", _("Choose a role")), *((k, v) for k, v in ROLES.items() if k != "administrator")]
    )
    portfolio = forms.ModelChoiceField(
        label=_("Portfolio"),
        queryset=Portfolio.objects.active(),
        required=False,
        empty_label=_("None"),
        help_text=_("It holds for all portfolios in it too."),
    )
    programme = forms.ModelChoiceField(
        label=_("Or programme"), queryset=Programme.objects.active(), required=False, empty_label=_("None")
    )
    starts_on = forms.DateField(label=_("From"), required=False, widget=DayInput, help_text=_("Empty: at once."))
    ends_on = forms.DateField(
        label=_("Until"), required=False, widget=DayInput, help_text=_("Including this day. Empty: no end.")
    )

    def clean(self) -> dict[str, Any]:
        """Exactly one scope."""
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("portfolio")) == bool(cleaned.get("programme")):
            self.add_error("portfolio", _("Choose one portfolio or one programme."))
        return cleaned
