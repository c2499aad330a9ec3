"""Forms of milestones."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.widgets import DayInput
from portfolio.models import Milestone


class MilestoneForm(forms.ModelForm):
    """A milestone with its three days."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Milestone
        fields = ["title", "planned_on", "forecast_on", "actual_on"]
        widgets = {name: DayInput() for name in ("planned_on", "forecast_on", "actual_on")}
        help_texts = {
            "title": _("What is done on that day, for example: Contract signed."),
            "planned_on": _("The approved day. It stays when the forecast moves, so that the slip is seen."),
            "forecast_on": _("When you expect it now. Empty means as planned."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
