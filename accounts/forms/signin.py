"""Signing in and asking for a new password."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """E-mail address and password. The address counts without case and blanks, also for the lockout."""

    error_messages = {
        "invalid_login": _("The e-mail address or the password is wrong. Check both and try again."),
        "inactive": _("The e-mail address or the password is wrong. Check both and try again."),
    }

    def clean_username(self) -> str:
        """Lower case, without blanks: one account is one name."""
        return str(self.cleaned_data["username"]).strip().lower()


class PasswordResetAskForm(forms.Form):
    """Which account."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none", "autofocus": True}),
    )
