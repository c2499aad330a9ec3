"""The form that a request type's questions make: one field a question, values as JSON can hold them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import OrganisationUnit, User
from core.formulas.amounts import AmountStyle, read_money
from core.widgets import DayInput
from intake.formulas.questions import WITHOUT_ANSWER
from intake.models import Request
from intake.models.answers import answers_of, stored_of

LONGEST_TEXT = 10_000
LARGEST = Decimal("999999999999.99")


class AmountField(forms.CharField):
    """An amount as people write it: 450,000, £1.2m, 12 500.50."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 16}), **options)

    def to_python(self, value: Any) -> Any:
        """Decimal with two places. Raises ValidationError with the sentence for what cannot be read."""
        if isinstance(value, Decimal):
            return value
        text = super().to_python(value)
        if not text:
            return None
        reading = read_money(text, AmountStyle())
        if not reading.has_value:
            raise ValidationError(_("Write an amount such as 450,000 or 1.2m."))
        if not 0 <= reading.value <= LARGEST:
            raise ValidationError(_("Write an amount between 0 and a million million."))
        return Decimal(reading.value)

    def prepare_value(self, value: Any) -> Any:
        """As it is shown to be changed: 450000.00 as 450,000."""
        try:
            amount = Decimal(str(value))
        except ArithmeticError:
            return value
        return f"{amount:,.2f}".removesuffix(".00") if amount.is_finite() else value

    def validate(self, value: Any) -> None:
        """An empty amount is None."""
        forms.Field.validate(self, value)

    def run_validators(self, value: Any) -> None:
        """The length was that of the text."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compared as amounts."""
        try:
            return bool(self.to_python(data) != (None if initial in (None, "") else Decimal(str(initial))))
        except (ValidationError, ArithmeticError):
            return True


def field_for(question: Mapping[str, Any], *, outside: bool) -> forms.Field:
    """The field of a question. `outside` the organisation nobody chooses from our people and units: they write a name."""
    kind = question["kind"]
    common = {"label": question["label"], "help_text": "", "required": False}
    if kind == "short_text" or (outside and kind in ("person", "unit")):
        return forms.CharField(max_length=300, **common)
    if kind == "long_text":
        return forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}), **common)
    if kind == "number":
        return forms.DecimalField(max_digits=15, decimal_places=4, **common)
    if kind == "money":
        return AmountField(**common)
    if kind == "date":
        return forms.DateField(widget=DayInput(), **common)
    if kind == "yes_no":
        return forms.TypedChoiceField(
            choices=[("yes", _("Yes")), ("no", _("No"))],
            coerce=lambda value: value == "yes",
            empty_value=None,
            widget=forms.RadioSelect(attrs={"class": "is-inline"}),
            **common,
        )
    choices = [(choice, choice) for choice in question.get("choices", [])]
    if kind == "choice":
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect(), **common)
    if kind == "choices":
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple(), **common)
    rows: Any = User.objects.filter(is_active=True) if kind == "person" else OrganisationUnit.objects.all()
    return forms.ModelChoiceField(queryset=rows, empty_label=gettext_lazy("Choose"), **common)


class AnswersForm(forms.Form):
    """Some questions of a form. Nothing is required here: what is missing is a matter of the state, not of saving."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        questions: Iterable[Mapping[str, Any]],
        request: Request | None = None,
        outside: bool = False,
        **options: Any,
    ) -> None:
        self.questions = [question for question in questions if question["kind"] not in WITHOUT_ANSWER]
        self.request, self.outside = request, outside
        options.setdefault("initial", self._initial(request) if request is not None else {})
        super().__init__(data, **options)
        for question in self.questions:
            self.fields[question["key"]] = field_for(question, outside=outside)

    def _initial(self, request: Request) -> dict[str, Any]:
        answers = answers_of(request)
        shown = {question["key"]: shown_of(answers.get(question["key"])) for question in self.questions}
        return {"version": request.version, **shown}

    def before(self, base: Any, name: str) -> Any:
        """What a field held in an earlier version of the request, as `cleaned_data` would hold it."""
        question = next((one for one in self.questions if one["key"] == name), None)
        if question is None:
            return getattr(base, name, None)
        target = question.get("maps_to")
        if target:
            return getattr(base, target)
        return self.fields[name].clean(shown_of(base.answers.get(name)))

    def stored(self) -> dict[str, Any]:
        """The answers to these questions as JSON holds them, the blank ones as None."""
        return {question["key"]: stored_answer(question, self.cleaned_data.get(question["key"])) for question in self.questions}

    def changes(self) -> dict[str, Any]:
        """What saving this form changes on the request: `answers` as a whole, and the fields that questions fill."""
        answers = dict(self.request.answers) if self.request is not None else {}
        fields: dict[str, Any] = {}
        for question in self.questions:
            key, target = question["key"], question.get("maps_to")
            value = self.cleaned_data.get(key)
            if target and not (self.outside and target in ("unit", "sponsor")):
                fields[target] = value
                continue
            stored = stored_answer(question, value)
            answers.pop(key, None)
            if stored not in (None, "", []):
                answers[key] = stored
        return {"answers": answers, **fields}


def stored_answer(question: Mapping[str, Any], value: Any) -> Any:
    """A cleaned value as JSON can hold it."""
    if value in (None, "", []):
        return None
    if isinstance(value, Decimal) and question["kind"] == "number":
        return f"{value.normalize():f}"
    if isinstance(value, str) and question["kind"] in ("person", "unit"):
        return {"name": value}
    return stored_of(value)


def shown_of(value: Any) -> Any:
    """A stored answer as a form control starts with it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return value.get("id") or value.get("name")
    return value.pk if isinstance(value, Model) else value
