"""Forms of comparisons in pairs: open a round, answer it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.widgets import DayInput
from intake.actions.weightings import Pair, field_of, pairs_of
from intake.forms.assessments import PeopleForm
from intake.models import CriterionGroup, Judge, ScoringModelVersion

ALL, GROUPS = "criteria", "groups"


class WeightingForm(PeopleForm):
    """What is compared, by whom, until when."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example: Weights for 2027."))
    what = forms.ChoiceField(label=_("What is compared"), widget=forms.RadioSelect)
    due_on = forms.DateField(label=_("Answers due"), required=False, widget=DayInput)
    field_order = ["name", "what", "people", "others", "due_on"]

    def __init__(self, *args: Any, version: ScoringModelVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(group.pk): group for group in version.groups.all()}
        choices: list[tuple[str, Any]] = [(ALL, _("All criteria"))]
        if self.groups:
            choices = [(GROUPS, _("The groups against each other"))]
            choices += [(key, _("The criteria in “%(group)s”") % {"group": group}) for key, group in self.groups.items()]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]
        self.fields["what"].initial = choices[0][0]
        self.fields["people"].label = _("Judges")
        self.fields["others"].help_text = _("For example: a.novak@example.org.")

    def compared(self) -> dict[str, Any]:
        """What `open_weighting` takes."""
        chosen = self.cleaned_data["what"]
        group: CriterionGroup | None = self.groups.get(chosen)
        return {"compares_groups": chosen == GROUPS, "group": group}


class JudgeForm(forms.Form):
    """A judge's answers: one field a pair, empty where there is none yet."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, judge: Judge) -> None:
        super().__init__(data)
        self.pairs: Mapping[str, Pair] = {field_of(pair): pair for pair in pairs_of(judge.round)}
        held = {(one.first, one.second): one.position for one in judge.judgements.all()}
        names = {item["key"]: item["name"] for item in judge.round.items}
        self.fields["version"].initial = judge.version
        for name, pair in self.pairs.items():
            self.fields[name] = forms.TypedChoiceField(
                label=f"{names[pair[0]]} : {names[pair[1]]}",
                choices=[("", "–"), *[(str(position), str(position)) for position in range(-8, 9)]],
                coerce=int,
                empty_value=None,
                required=False,
                initial=held.get(pair, ""),
            )

    def answers(self) -> dict[Pair, int | None]:
        """(first, second) -> step, None where there is no answer."""
        return {pair: self.cleaned_data.get(name) for name, pair in self.pairs.items()}
