"""The form of what a shared risk would mean for a project."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from portfolio.actions.shared_impacts import FIELDS
from portfolio.forms.raid import ReferenceField, finder
from portfolio.forms.status import AmountField
from portfolio.formulas.scales import Scale
from portfolio.models import Project, SharedImpact


class SizeInput(forms.HiddenInput):
    """On how many levels the form offers them now, whatever was posted."""

    size = 0

    def format_value(self, value: Any) -> str:
        return str(self.size)


def size_field(scale: Scale) -> forms.IntegerField:
    """The hidden field that says on how many levels what is posted was chosen."""
    field = forms.IntegerField(required=False, widget=SizeInput())
    field.widget.size = scale.size  # type: ignore[attr-defined]
    return field


class SharedImpactForm(forms.ModelForm):
    """Level and amounts of one project's own share."""

    project = ReferenceField(
        label=gettext_lazy("Project"), widget=finder("project"), help_text=gettext_lazy("Its reference, such as PRJ-0042.")
    )
    impact = forms.TypedChoiceField(label=gettext_lazy("Impact"), coerce=int, empty_value=None, required=False)
    impact_low = AmountField(
        label=gettext_lazy("Impact in money, low"), required=False, min_value=0, max_digits=18, decimal_places=2
    )
    impact_likely = AmountField(
        label=gettext_lazy("Impact in money, likely"), required=False, min_value=0, max_digits=18, decimal_places=2
    )
    impact_high = AmountField(
        label=gettext_lazy("Impact in money, high"), required=False, min_value=0, max_digits=18, decimal_places=2
    )

    class Meta:
        model = SharedImpact
        fields = ["impact", "impact_low", "impact_likely", "impact_high", "note"]

    def __init__(self, *args: Any, user: User, scale: Scale, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(number, f"{number} {label}") for number, label in enumerate(scale.impact, 1)]
        self.fields["impact"].choices = [("", _("Not rated")), *levels]  # type: ignore[attr-defined]
        self.fields["impact_likely"].help_text = _("In %(currency)s, for example 50k.") % {"currency": currency}
        self.fields["project"].queryset = Project.objects.visible_to(user).active()  # type: ignore[attr-defined]
        self.fields["scale_size"] = size_field(scale)
        self.order_fields(["project", *self.Meta.fields])
        if self.instance.pk:
            del self.fields["project"]

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        return {name: self.cleaned_data[name] for name in (*FIELDS, "scale_size")}

    def _post_clean(self) -> None:
        """The action checks the row."""
