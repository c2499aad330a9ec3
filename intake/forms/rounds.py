"""Forms of selection rounds."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.actions.rounds import EDITABLE
from intake.actions.scores import newest_versions
from intake.models import ScoringModelVersion, SelectionRound


class RoundForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, funding line and how it cuts."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = SelectionRound
        fields = EDITABLE
        help_texts = {
            "name": _("For example: Capital programme 2027/28."),
            "funding": _("How much there is to give. Empty: the list is ranked without a line."),
            "cut": _("What happens to requests behind the first one that the money does not reach."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        offered = {version.pk for version in newest_versions()} | {self.instance.model_version_id}
        rows = ScoringModelVersion.objects.filter(pk__in=offered).select_related("model")
        self.fields["model_version"].queryset = rows  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PlaceForm(forms.Form):
    """A new place in the ranking, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    position = forms.IntegerField(label=_("Place"), min_value=1, help_text=_("1 is the first."))
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands beside the request."),
        error_messages={"required": _("Give a reason for the new place: it stands beside the request.")},
    )


class MustForm(forms.Form):
    """Whether a request must be done, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    must_do = forms.BooleanField(label=_("Must be done"), required=False, help_text=_("It is funded before all others."))
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: the law that asks for it, and from when."),
    )
