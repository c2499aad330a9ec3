"""Forms of assessments: whom to invite, what a reviewer answers, what was agreed."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import refuse_auditor
from accounts.models import RoleGrant, User
from accounts.roles import roles_with
from core.errors import ActionError
from core.widgets import DayInput
from intake.actions.scores import newest_versions
from intake.models import Criterion, Request, Reviewer, ScoringModelVersion

CANNOT = "cannot"


def likely_reviewers(action: str = "request.view") -> Any:
    """Active people whom a role makes see requests: those who are usually asked."""
    grants = RoleGrant.objects.active(timezone.localdate()).filter(role__in=roles_with(action)).exclude(role="auditor")
    return User.objects.filter(is_active=True, pk__in=grants.values("user")).order_by("name", "email")


def no_auditor(person: Any) -> Any:
    """The person; ValidationError for one who changes nothing."""
    try:
        refuse_auditor(person, field="")
    except ActionError as error:
        raise forms.ValidationError(str(error)) from error
    return person


def people_by_address(text: str) -> list[User]:
    """People named by e-mail address, separated by commas, semicolons or lines. Raises ValidationError for one unknown."""
    wanted = {part.strip().lower() for part in text.replace(";", ",").replace("\n", ",").split(",") if part.strip()}
    match = Q(pk__in=[])
    for address in wanted:
        match |= Q(email__iexact=address)
    found = {person.email.lower(): person for person in User.objects.filter(match, is_active=True)}
    if unknown := sorted(wanted - set(found)):
        raise forms.ValidationError(_("Nobody here has the address %(address)s.") % {"address": unknown[0]})
    return [no_auditor(found[address]) for address in sorted(wanted)]


class PeopleForm(forms.Form):
    """People to ask: ticked from a list, or named by address."""

    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Reviewers"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.CharField(
        label=gettext_lazy("Others, by e-mail address"),
        required=False,
        help_text=gettext_lazy("For example: a.novak@example.org, j.okoro@example.org. They will see this one request."),
    )
    needed = True

    def __init__(self, *args: Any, but: Iterable[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = likely_reviewers().exclude(pk__in=list(but))  # type: ignore[attr-defined]
        # One of the two is needed: neither is called optional, and which of them is checked together (`clean`).
        self.fields["people"].required = not self.is_bound

    def clean_others(self) -> list[User]:
        """The people behind the addresses."""
        return people_by_address(self.cleaned_data["others"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.needed and not self.errors and not self.chosen():
            self.add_error("people", _("Choose at least one person."))
        return cleaned

    def chosen(self) -> list[User]:
        """Everybody, once."""
        people = [*self.cleaned_data.get("people", []), *self.cleaned_data.get("others", [])]
        return list({person.pk: person for person in people}.values())


class VersionField(forms.ModelChoiceField):
    """A published version of a scoring model, by the model's name."""

    def label_from_instance(self, obj: Any) -> str:
        return _("%(model)s (version %(number)s)") % {"model": obj.model.name, "number": obj.number}


class AssessmentForm(PeopleForm):
    """Which model, who scores, until when."""

    model_version = VersionField(label=gettext_lazy("Scoring model"), queryset=ScoringModelVersion.objects.none())
    due_on = forms.DateField(label=gettext_lazy("Scores due"), required=False, widget=DayInput)
    reveals_itself = forms.BooleanField(
        label=gettext_lazy("Reveal when all scores are in"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Until then nobody sees anybody else's scores, you included."),
    )
    field_order = ["model_version", "people", "others", "due_on", "reveals_itself"]

    def __init__(self, *args: Any, request: Request, **kwargs: Any) -> None:
        super().__init__(*args, but=[request.requester_id] if request.requester_id else [], **kwargs)
        taken = request.assessments.values("model_version")
        rows = newest_versions().exclude(pk__in=taken)
        field = self.fields["model_version"]
        field.queryset = rows  # type: ignore[attr-defined]
        field.empty_label = None  # type: ignore[attr-defined]
        usual = next((row.pk for row in rows if row.model_id == request.type.scoring_model_id), None)
        field.initial = usual or (rows[0].pk if rows else None)


class WithdrawForm(forms.Form):
    """Why somebody does not review."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("For example: worked on the proposal.")
    )


class ReviewForm(forms.Form):
    """A reviewer's answers: for each criterion a level or a number, and a comment. "Cannot judge" is an answer too."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, reviewer: Reviewer, criteria: Sequence[Criterion]) -> None:
        super().__init__(data)
        self.criteria = criteria
        held = {score.criterion_id: score for score in reviewer.scores.all()}
        self.fields["version"].initial = reviewer.version
        for criterion in criteria:
            score = held.get(criterion.pk)
            self.fields[criterion.key] = answer_field(criterion, score)
            self.fields[f"{criterion.key}-comment"] = forms.CharField(
                label=_("Comment on “%(name)s”") % {"name": criterion.name},
                required=False,
                initial=score.comment if score else "",
                widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("Why? What would change your mind?")}),
            )
            if not criterion.levels:
                self.fields[f"{criterion.key}-cannot"] = forms.BooleanField(
                    label=_("I cannot judge this"),
                    required=False,
                    initial=bool(score and score.measure is None),
                )

    def answers(self) -> dict[str, dict[str, Any]]:
        """What `save_review` takes. An untouched criterion has neither answer nor comment."""
        found = {}
        for criterion in self.criteria:
            value = self.cleaned_data.get(criterion.key)
            answer: dict[str, Any] = {"comment": self.cleaned_data.get(f"{criterion.key}-comment", "")}
            if criterion.levels:
                answer["level"] = "" if value in ("", CANNOT) else value
            else:
                answer["measure"] = None if self.cleaned_data.get(f"{criterion.key}-cannot") else value
            found[criterion.key] = answer
        return found

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Criteria with their fields, for the page."""
        return [
            {
                "criterion": criterion,
                "field": self[criterion.key],
                "comment": self[f"{criterion.key}-comment"],
                "cannot": None if criterion.levels else self[f"{criterion.key}-cannot"],
                "levels": self._levels(criterion),
                "zero": "" if criterion.at_zero is None else shortest(criterion.at_zero),
                "ten": "" if criterion.at_ten is None else shortest(criterion.at_ten),
            }
            for criterion in self.criteria
        ]

    def _levels(self, criterion: Criterion) -> list[dict[str, Any]]:
        if not criterion.levels:
            return []
        chosen = self[criterion.key].value() or ""
        cannot = {"key": CANNOT, "label": _("I cannot judge this"), "meaning": _("Say why in the comment."), "measure": None}
        return [
            {
                **level,
                "checked": str(chosen) == level["key"],
                "points": "" if level["measure"] is None else shortest(level["measure"]),
            }
            for level in [*criterion.levels, cannot]
        ]


def shortest(measure: Any) -> str:
    """A measure without needless digits and exponents."""
    return f"{float(measure):.4f}".rstrip("0").rstrip(".")


def answer_field(criterion: Criterion, score: Any) -> forms.Field:
    """The control of one criterion."""
    if criterion.levels:
        choices = [(level["key"], level["label"]) for level in criterion.levels] + [(CANNOT, _("I cannot judge this"))]
        initial = "" if score is None else score.level or (CANNOT if score.measure is None else "")
        return forms.ChoiceField(
            label=criterion.name, choices=choices, required=False, initial=initial, widget=forms.RadioSelect
        )
    return forms.DecimalField(
        label=criterion.name,
        required=False,
        max_digits=18,
        decimal_places=4,
        initial=None if score is None or score.measure is None else shortest(score.measure),
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )


class ModerateForm(forms.Form):
    """What was agreed on one criterion, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stands beside the score. For example: the pilot showed that two teams can do it."),
    )
    field_order = ["answer", "reason"]

    def __init__(self, *args: Any, criterion: Criterion, measure: Decimal | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criterion = criterion
        if criterion.levels:
            choices = [(shortest(level["measure"]), level["label"]) for level in criterion.levels]
            initial = None if measure is None else shortest(measure)
            field: forms.Field = forms.ChoiceField(
                label=_("Agreed answer"), choices=choices, widget=forms.RadioSelect, initial=initial
            )
        else:
            field = forms.DecimalField(label=_("Agreed answer"), help_text=criterion.unit, initial=measure, max_digits=18)
        self.fields = {"answer": field, "reason": self.fields["reason"]}  # type: ignore[assignment]

    def measure(self) -> Decimal:
        """The agreed answer in the criterion's own scale."""
        return Decimal(self.cleaned_data["answer"])
