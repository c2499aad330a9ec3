"""Forms of an escalation: offer, accept, return."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import User
from portfolio.models import Portfolio, Programme


class OfferForm(forms.Form):
    """Where to, and why."""

    to = forms.ChoiceField(label=gettext_lazy("Offer it to"))
    reason = forms.CharField(
        label=gettext_lazy("Why it cannot be dealt with here"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )

    def __init__(self, *args: Any, targets: Sequence[Programme | Portfolio], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets = {target.reference: target for target in targets}
        self.fields["to"].choices = [(key, f"{target} ({key})") for key, target in self.targets.items()]  # type: ignore[attr-defined]

    def target(self) -> Programme | Portfolio:
        """The chosen place."""
        return self.targets[self.cleaned_data["to"]]


class AcceptForm(forms.Form):
    """Take it over."""

    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner from now on"),
        queryset=User.objects.filter(is_active=True),
        required=False,
        help_text=gettext_lazy("Empty: as until now; you, where there is nobody or they would not see it any more."),
    )
    words = forms.CharField(
        label=gettext_lazy("Words to who offered it"), widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=4000
    )


class ReturnForm(forms.Form):
    """Give it back."""

    words = forms.CharField(
        label=gettext_lazy("Why, and what to do next"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )
