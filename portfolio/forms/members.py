"""Forms of memberships."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import ROLES
from core.widgets import DayInput
from portfolio.models import Membership


class MemberDatesForm(forms.Form):
    """From and until when a role is held."""

    starts_on = forms.DateField(label=_("From"), required=False, widget=DayInput)
    ends_on = forms.DateField(
        label=_("Until"), required=False, widget=DayInput, help_text=_("The last day. Empty means for good.")
    )


class MemberEditForm(MemberDatesForm):
    """The days of a role that is held. `member` as the page shows it."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        initial = {name: getattr(member, name) for name in ("starts_on", "ends_on", "version")}
        super().__init__(*args, initial=initial, **kwargs)


class MemberForm(MemberDatesForm):
    """A person's role on a project. `roles`: what the reader may give."""

    user = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.filter(is_active=True))
    role = forms.ChoiceField(label=_("Role"))
    field_order = ["user", "role", "starts_on", "ends_on"]

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role, ROLES[role]) for role in roles]
