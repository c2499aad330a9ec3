"""The form of a status update, and of the PMO's review of it."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.widgets import DayInput, RagChoice
from portfolio.models import DIMENSIONS, StatusUpdate
from portfolio.models.ratings import Rag

RATINGS = ("overall", *DIMENSIONS)
LABELS = {"overall": _("Overall"), **DIMENSIONS}
PLAIN = ("percent_complete", "forecast_finish_on", "forecast_cost", "summary", "achieved", "planned_next")
SCALES = {"": 1, "k": 10**3, "m": 10**6, "bn": 10**9}
AMOUNT = re.compile(r"^(-?)(\d+(?:\.\d+)?|\.\d+)(k|m|bn)?$", re.IGNORECASE)

NO_THOUSANDS = re.compile(r",(?!\d{3}(?!\d)|\d{2},)")


class AmountField(forms.DecimalField):
    """An amount of money as people write it: 1234567, £1,234,567.89 or 1.2m."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """The amount in units of the currency. Raises ValidationError for anything else than a number."""
        written = str(value or "").strip()
        if NO_THOUSANDS.search(written):  # "1,5" is 1.5 to some and would be 15
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        text = re.sub(r"[\s,'£$€]|^[A-Z]{3}", "", written).replace("−", "-")
        if found := AMOUNT.match(text):
            number = Decimal(found[2]) * SCALES[(found[3] or "").lower()]
            text = f"{found[1]}{number:f}"
        return super().to_python(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the amount is another one, however both are written."""
        return bool(super().has_changed(self.to_python(initial), data))

    def prepare_value(self, value: Any) -> Any:
        """Shown with thousands separated, without empty pence."""
        if isinstance(value, Decimal):
            return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
        return value


def text_area(rows: int) -> forms.Textarea:
    """A box for a few sentences."""
    return forms.Textarea(attrs={"rows": rows})


class StatusUpdateForm(forms.Form):
    """What a project manager says about a period. Nothing is required to save a draft; submitting checks."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    percent_complete = forms.IntegerField(
        label=_("Percent complete"),
        required=False,
        min_value=0,
        max_value=100,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("Enter a whole number from 0 to 100.")),
    )
    forecast_finish_on = forms.DateField(label=_("Forecast finish"), required=False, widget=DayInput())
    forecast_cost = AmountField(
        label=_("Forecast cost, whole life"),
        required=False,
        max_digits=18,
        decimal_places=2,
        min_value=0,
        error_messages={
            "invalid": _("Enter an amount in figures, for example 1,250,000 or 1.25m."),
            "min_value": _("Enter an amount of zero or more."),
        },
        help_text=_("What the whole project is now expected to cost, for example 1,250,000 or 1.25m."),
    )
    summary = forms.CharField(
        label=_("Executive summary"),
        required=False,
        max_length=4000,
        widget=text_area(4),
        help_text=_("What a reader in a hurry must know. For example: “On track for March; the tender came in 4% over.”"),
    )
    achieved = forms.CharField(label=_("Achieved this period"), required=False, max_length=8000, widget=text_area(4))
    planned_next = forms.CharField(label=_("Planned next"), required=False, max_length=8000, widget=text_area(4))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in RATINGS:
            self.fields[name] = forms.ChoiceField(
                label=LABELS[name], required=False, choices=Rag.choices, widget=RagChoice(), error_messages={}
            )
            self.fields[f"comment_{name}"] = forms.CharField(
                label=_("Comment"), required=False, max_length=2000, widget=text_area(2)
            )
            self.fields[f"reason_{name}"] = forms.CharField(
                label=format_lazy(_("{dimension}: why it differs from the computed rating"), dimension=LABELS[name]),
                required=False,
                max_length=1000,
            )

    @staticmethod
    def initial_of(update: StatusUpdate) -> dict[str, Any]:
        """The form's values of a stored or prefilled update."""
        values: dict[str, Any] = {name: getattr(update, name) for name in (*PLAIN, *RATINGS)}
        for name in RATINGS:
            values[f"comment_{name}"] = update.comments.get(name, "")
            values[f"reason_{name}"] = update.reasons.get(name, "")
        return values | {"version": update.version}

    def values(self) -> dict[str, Any]:
        """What to store, by the update's field names."""
        data = self.cleaned_data
        return {name: data[name] for name in (*PLAIN, *RATINGS)} | {
            "comments": {name: data[f"comment_{name}"] for name in RATINGS if data[f"comment_{name}"]},
            "reasons": {name: data[f"reason_{name}"] for name in RATINGS if data[f"reason_{name}"]},
        }

    def values_that_fit(self, update: StatusUpdate) -> dict[str, Any]:
        """As `values`, of a form with errors: a field in error has the value that `update` has."""
        kept = self.cleaned_data
        try:
            self.cleaned_data = self.initial_of(update) | kept
            return self.values()
        finally:
            self.cleaned_data = kept

    def rating_fields(self) -> list[dict[str, Any]]:
        """Each rating with its comment and reason, dimensions first, overall last."""
        return [
            {"name": name, "label": LABELS[name], "choice": self[name], "comment": self[f"comment_{name}"]}
            | {"reason": self[f"reason_{name}"]}
            for name in (*DIMENSIONS, "overall")
        ]


class DecisionForm(forms.Form):
    """One decision that is needed."""

    text = forms.CharField(label=_("Decision needed"), required=False, max_length=500)
    decider = forms.CharField(label=_("By whom"), required=False, max_length=150)
    due_on = forms.DateField(label=_("By when"), required=False, widget=DayInput())

    def clean(self) -> dict[str, Any]:
        """A row without words is only acceptable when it is empty."""
        data = super().clean() or {}
        if not data.get("text") and (data.get("decider") or data.get("due_on")):
            self.add_error("text", _("Say what must be decided, or empty the row."))
        return data


class DecisionRows(forms.BaseFormSet):  # type: ignore[type-arg]
    """The decisions that an update asks for. An emptied row is removed."""

    def rows(self) -> list[tuple[str, str, date | None]]:
        """(what, by whom, by when) of each filled row."""
        return [
            (form.cleaned_data["text"], form.cleaned_data.get("decider", ""), form.cleaned_data.get("due_on"))
            for form in self.forms
            if form.cleaned_data.get("text")
        ]


DecisionFormSet = forms.formset_factory(DecisionForm, formset=DecisionRows, extra=1, max_num=30, absolute_max=60)


def decision_rows(rows: list[tuple[str, str, date | None]], data: Mapping[str, Any] | None = None) -> DecisionRows:
    """The decisions' rows, from what was posted or from what is stored."""
    initial = [{"text": text, "decider": decider, "due_on": due_on} for text, decider, due_on in rows]
    return DecisionFormSet(data, initial=initial if data is None else None, prefix="decisions")  # type: ignore[return-value]


def chosen(data: QueryDict, theirs: StatusUpdateForm, their_rows: list[tuple[str, str, date | None]]) -> QueryDict:
    """What was posted, with the other's version of each field for which the person chose it (`choice-<field>` = theirs)."""
    picked = [key.removeprefix("choice-") for key in data if key.startswith("choice-") and data[key] == "theirs"]
    if not picked:
        return data
    merged = data.copy()
    for name in picked:
        if name in theirs.fields:
            value = theirs.fields[name].prepare_value(theirs[name].value())
            merged[name] = "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
        elif name == "decisions":
            for key in [key for key in merged if key.startswith("decisions-")]:
                del merged[key]
            merged["decisions-TOTAL_FORMS"], merged["decisions-INITIAL_FORMS"] = str(len(their_rows)), "0"
            for index, (text, decider, due_on) in enumerate(their_rows):
                merged[f"decisions-{index}-text"], merged[f"decisions-{index}-decider"] = text, decider
                merged[f"decisions-{index}-due_on"] = due_on.isoformat() if due_on else ""
    return merged


class ReturnForm(forms.Form):
    """What the writer should change."""

    comment = forms.CharField(
        label=_("What should change"),
        max_length=2000,
        widget=text_area(3),
        help_text=_("The writer reads this above the form. For example: “Say what the re-plan costs.”"),
    )
