"""People: invite and edit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.profile import language_field, zone_field
from accounts.models import User
from core.actions.mail import check_address
from core.errors import ActionError


class SuccessorForm(forms.Form):
    """Who takes over what only the disabled person could see."""

    successor = forms.ModelChoiceField(
        label=_("Who takes over"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        help_text=_("Nobody else tells them: let them know. You will not see what they take over."),
        error_messages={"required": _("Choose who takes over.")},
    )

    def __init__(self, *args: Any, but: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = User.objects.filter(is_active=True).exclude(pk__in=but)  # type: ignore[attr-defined]


class UserForm(forms.ModelForm):
    """What an administrator knows about a person."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    language = language_field()
    time_zone = zone_field()

    class Meta:
        model = User
        fields = ["email", "name", "job_title", "unit", "language", "time_zone"]
        help_texts = {"email": _("They sign in with it, and mails go to it.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        self.fields["name"].required = True
        self.fields["unit"].empty_label = _("None")  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        """Lower case, so that one person is one account; one that mail can be sent to."""
        email = str(self.cleaned_data["email"]).strip().lower()
        try:
            check_address(email)
        except ActionError as error:
            raise forms.ValidationError(str(error)) from error
        return email
