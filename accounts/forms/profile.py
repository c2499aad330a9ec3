"""One's own profile and API tokens."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, User, zones
from core.widgets import DayInput


def language_field() -> forms.ChoiceField:
    """The reader's language."""
    return forms.ChoiceField(
        label=_("Language"), choices=[("", _("Language of the browser")), *settings.LANGUAGES], required=False
    )


def zone_field() -> forms.ChoiceField:
    """The reader's time zone."""
    return forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [("", _("Time zone of the organisation (%(zone)s)") % {"zone": settings.TIME_ZONE}), *zones()],
        required=False,
        help_text=_("Times on pages and in your mails are shown in it."),
    )


class ProfileForm(forms.ModelForm):
    """What a person says about themselves."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    language = language_field()
    time_zone = zone_field()

    class Meta:
        model = User
        fields = ["name", "job_title", "language", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        self.fields["name"].required = True


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(
        label=_("What for"), max_length=80, help_text=_("For example: nightly export to the data warehouse.")
    )
    scope = forms.ChoiceField(label=_("It may"), choices=ApiToken.SCOPES, widget=forms.RadioSelect, initial="read")
    expires_on = forms.DateField(label=_("Last day"), widget=DayInput, help_text=_("At most one year from today."))

    def clean_expires_on(self) -> Any:
        """Within a year."""
        day = self.cleaned_data["expires_on"]
        ahead = (day - timezone.localdate()).days
        if not 0 <= ahead <= 366:
            raise forms.ValidationError(_("Choose a day from today to one year from today."))
        return day

    @property
    def expires_at(self) -> datetime:
        """The end of the last day, in the reader's zone."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["expires_on"], time.max))
