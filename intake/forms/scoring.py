"""Forms of scoring models: the model, a draft version, its criteria, levels, groups and weights."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.models import Criterion, CriterionGroup, RequestType, ScoringModel, ScoringModelVersion
from intake.models.scoring import Kind, Method


class ModelForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name and purpose of a model, and the request types that it is offered for first."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    types = forms.ModelMultipleChoiceField(
        label=_("Offered first for"),
        queryset=RequestType.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each request type has one model that is offered first; others can still be chosen."),
    )

    class Meta:
        model = ScoringModel
        fields = ("name", "description", "is_active")
        help_texts = {"name": _("For example: Public value.")}
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        self.fields["types"].queryset = RequestType.objects.filter(is_active=True)  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["types"].initial = list(self.instance.request_types.values_list("pk", flat=True))

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class VersionForm(forms.ModelForm):  # type: ignore[type-arg]
    """How a draft joins answers and tells contributions."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ScoringModelVersion
        fields = ("note", "average", "reference", "disputed_from")
        help_texts = {
            "note": _("For example: delivery risk weighs more since the audit."),
            "average": _("The median ignores a single reviewer who is far off."),
            "reference": _("The mean says what lifts a request above the others; it moves when others are scored."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class CriterionForm(forms.ModelForm):  # type: ignore[type-arg]
    """One criterion of a draft. `version` is that of the draft."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Criterion
        fields = (
            "name",
            "question",
            "group",
            "axis",
            "method",
            "unit",
            "at_zero",
            "at_ten",
            "lower_is_better",
            "must_meet",
            "minimum",
            "missing",
        )
        help_texts = {
            "name": _("For example: Strategic fit."),
            "question": _("What the reviewer is asked. For example: How well does it serve our objectives?"),
            "axis": _("Where it counts in the value × risk bubble. Points always mean “good”: few points are a high risk."),
            "unit": _("For numbers. For example: people a year."),
            "at_zero": _("For a number between two fixed values. Above the other one: less is better."),
            "lower_is_better": _("For numbers relative to the other requests."),
            "must_meet": _("Fewer than the least points make a request not eligible, whatever its score."),
        }
        widgets = {"question": forms.Textarea(attrs={"rows": 2}), "method": forms.RadioSelect, "axis": forms.RadioSelect}

    def __init__(self, *args: Any, version: ScoringModelVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = version.version
        groups = version.groups.all()
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        if version.model.kind != Kind.WEIGHTED:
            for name in set(self.fields) - {"version", "name", "question", "unit"}:
                del self.fields[name]
        elif not groups:
            del self.fields["group"]
        else:
            self.fields["group"].required = True
        if self.instance.pk and version.model.kind != Kind.WEIGHTED and self.instance.levels:
            del self.fields["unit"]

    def _post_clean(self) -> None:
        """The action checks the row: here would be the wrong one."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("method") == Method.ANCHORS:
            for name in ("at_zero", "at_ten"):
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, _("A number between two fixed values needs both."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What `save_criterion` takes, besides the levels."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class LevelForm(forms.Form):
    """A level; an empty row is left out."""

    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    label = forms.CharField(label=_("Level"), required=False, max_length=80)
    measure = forms.DecimalField(label=_("Points"), required=False, max_digits=12, decimal_places=4)
    meaning = forms.CharField(label=_("What it means"), required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("label") and cleaned.get("measure") is None and "measure" not in self.errors:
            self.add_error("measure", _("Give its points."))
        if not cleaned.get("label") and (cleaned.get("meaning") or cleaned.get("measure") is not None):
            self.add_error("label", _("Give it a name."))
        return cleaned


LevelFormSet = forms.formset_factory(LevelForm, extra=0, max_num=12, absolute_max=20)


def levels_of(rows: Any) -> list[dict[str, Any]]:
    """The filled rows of a valid formset."""
    return [form.cleaned_data for form in rows.forms if form.cleaned_data.get("label")]


class GroupForm(forms.Form):
    """The name of a group of criteria."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For example: Value to citizens."))


class WeightsForm(forms.Form):
    """Weights of groups and criteria. They may sum to anything."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        version: ScoringModelVersion,
        criteria: Sequence[Criterion],
        groups: Sequence[CriterionGroup],
    ) -> None:
        super().__init__(data)
        self.fields["version"].initial = version.version
        self.given = {f"weight-{one.key}": one for one in criteria}
        self.given_groups = {f"group-{one.key}": one for one in groups}
        for name, one in (*self.given.items(), *self.given_groups.items()):
            self.fields[name] = forms.DecimalField(
                label=one.name,
                min_value=Decimal(0),
                max_digits=9,
                decimal_places=4,
                initial=f"{one.weight:.4f}".rstrip("0").rstrip("."),
                widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal", "aria-label": str(one.name)}),
            )

    def weights(self) -> dict[str, Decimal]:
        """Criterion key -> weight."""
        return {one.key: self.cleaned_data[name] for name, one in self.given.items()}

    def group_weights(self) -> dict[str, Decimal]:
        """Group key -> weight."""
        return {one.key: self.cleaned_data[name] for name, one in self.given_groups.items()}
