"""Forms that merge and split requests."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.models import Request


class MergeForm(forms.Form):
    """Which of two requests stays, and why."""

    keep = forms.ChoiceField(label=_("Which one stays?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("What do you want to tell the requester?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Optional. It goes into the mail and into the record."),
    )

    def __init__(self, *args: Any, pair: tuple[Request, Request], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = [(str(one.pk), str(one)) for one in pair]


class SplitForm(forms.Form):
    """The titles of the parts."""

    titles = forms.CharField(
        label=_("Titles of the parts"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line, for example: Booking page, then on the next line: Payment by card."),
    )
    keep_open = forms.BooleanField(
        label=_("Keep this request open besides its parts"),
        required=False,
        help_text=_("Otherwise it is withdrawn, and the parts take its place."),
    )
    reason = forms.CharField(
        label=_("What do you want to tell the requester?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Optional. It goes into the mail and into the record."),
    )
