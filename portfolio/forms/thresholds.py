"""The form of health thresholds."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.actions.thresholds import FIELDS
from portfolio.models import HealthThreshold

GROUPS = [
    (
        _("Schedule"),
        _("Slip of the finish, in percent of the planned duration."),
        ["schedule_green", "schedule_amber"],
    ),
    (_("Cost"), _("Forecast over budget, in percent of the budget."), ["cost_green", "cost_amber"]),
    (
        _("Approved changes"),
        _(
            "All approved changes together, in percent of the budget and of the duration that were approved at first: the computed rating of scope."
        ),
        ["change_green", "change_amber"],
    ),
    (
        _("Risk"),
        _("Exposure of open risks, in percent of the contingency. A threat in a red band without a response is always red."),
        ["exposure_green", "exposure_amber"],
    ),
    (_("Freshness"), "", ["stale_after_days"]),
]


class ThresholdForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where green and amber end for a tier."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = HealthThreshold
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else 0
        for name in FIELDS[:-1]:
            self.fields[name].widget.attrs["min"] = 0

    def groups(self) -> list[dict[str, Any]]:
        """The fields in their groups, as components/form.html draws them."""
        return [{"title": title, "help": text, "fields": [self[name] for name in names]} for title, text, names in GROUPS]

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        return {name: self.cleaned_data[name] for name in FIELDS}
