"""Forms of change control: the change request with its options as rows, decision, vote, approval route, delegation."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import money
from core.errors import ActionError
from core.forms.parts import Part
from core.widgets import DayInput
from portfolio.actions.approval_routes import FIELDS
from portfolio.actions.change_rules import MOST_OPTIONS, clean_options
from portfolio.forms.raid import EntryForm, asked
from portfolio.forms.status import AmountField
from portfolio.models import ApprovalRoute, ChangeVote

BLANK_ROWS = 2
PARTS = ("name", "text", "cost", "days")


class Option(dict[str, Any]):
    """One option, in words where two versions are compared."""

    def __str__(self) -> str:
        figures = [str(self[part]) for part in ("cost", "days") if self.get(part) is not None]
        return f"{self.get('name', '')} ({', '.join(figures)})" if figures else str(self.get("name", ""))


def options_of(value: Any) -> list[dict[str, Any]]:
    """The options in what a form, a row or JSON holds."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.strip() else []
        except ValueError:
            value = []
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


class OptionRows(forms.Widget):
    """Options as rows of name, text, cost and days; a row without a word is left out (static/js/formset.js adds rows)."""

    template_name = "portfolio/changes/_option_rows.html"
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        # One text is what the page of two versions puts in place of the rows.
        if name in data:
            return data[name]
        total = data.get(f"{name}-TOTAL_FORMS", "")
        count = min(int(total), MOST_OPTIONS + 5) if str(total).isdecimal() and len(str(total)) < 4 else 0
        rows = [{part: data.get(f"{name}-{number}-{part}", "") for part in PARTS} for number in range(count)]
        return json.dumps([row for row in rows if any(text.strip() for text in row.values())])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}-TOTAL_FORMS" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = options_of(value)
        context["widget"]["rows"] = [
            {
                "number": number,
                **{part: "" if row.get(part) is None else row[part] for part in PARTS},
                "cost": shown(row.get("cost")),
            }
            for number, row in enumerate([*rows, *({} for _row in range(BLANK_ROWS if len(rows) < MOST_OPTIONS else 0))])
        ]
        context["widget"]["empty"] = {"number": "__prefix__"}
        return context

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return f"{id_}-0-name" if id_ else id_


def shown(cost: Any) -> Any:
    """An amount as `AmountField` shows it; what was typed and is none, as it was typed."""
    try:
        return AmountField().prepare_value(Decimal(str(cost))) if cost not in (None, "") else ""
    except InvalidOperation:
        return cost


class OptionsField(forms.Field):
    """The value is a list of `Option`."""

    widget: Any = OptionRows

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else json.dumps(options_of(value), default=str)

    def to_python(self, value: Any) -> list[Option]:
        amount = AmountField(required=False, max_digits=18, decimal_places=2)
        days = forms.IntegerField(required=False, min_value=-36_500, max_value=36_500)
        found = []
        for row in options_of(value):
            try:
                cost, number = amount.clean(row.get("cost")), days.clean(row.get("days"))
            except forms.ValidationError as error:
                words = _("“%(option)s”: cost and days are figures, for example 20,000 and 30.")
                raise forms.ValidationError(words % {"option": row.get("name") or "–"}) from error
            found.append({"name": row.get("name"), "text": row.get("text"), "cost": cost, "days": number})
        try:
            return [Option(option) for option in clean_options(found)]
        except ActionError as error:
            raise forms.ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(self.prepare_value(initial)) != self.to_python(data)
        except forms.ValidationError:
            return True


class RouteHint(forms.Widget):
    """Says while one types which route the change will take; nothing is posted."""

    template_name = "portfolio/changes/_route_hint.html"
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return None


class RouteHintField(forms.Field):
    """No value: a place in the form."""

    widget: Any = RouteHint

    def clean(self, value: Any) -> None:
        return None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class ChangeForm(EntryForm):
    """A change request: why, what else was considered, and what it would change."""

    kind = "change"
    parts = asked(
        "title", "scope", "reason", ("cost_change", "finish_change"), "route_hint", ("owner", "due_on"),
        further=("description", "review_on"),
        more=(
            Part(gettext_lazy("What else was considered"), ("options",), is_folded=True),
            Part(
                gettext_lazy("What it would change besides"),
                ("benefits_change", "scope_impact", "quality_impact", "risk_impact"),
                is_folded=True,
            ),
            Part(
                gettext_lazy("What the forecast holds already"),
                (("cost_in_forecast", "finish_in_forecast"), "currency"),
                is_folded=True,
            ),
        ),
    )  # fmt: skip
    route_hint = RouteHintField(label=gettext_lazy("Who would decide"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["options"] = OptionsField(
            label=_("Options"), required=False,
            help_text=_("The one that is asked for, and the others, at least doing nothing. Cost and days beside each."),
        )  # fmt: skip
        self.order_fields([name for part in self.parts for name in part.flat()])
        for name, text in (
            ("cost_change", _("More is positive, less is negative, for example 20,000 or -5k. Empty: none.")),
            ("benefits_change", _("More benefits are positive, fewer are negative. Empty: none.")),
            (
                "cost_in_forecast",
                _(
                    "How much of it: by what somebody has raised the forecast for the same thing. Empty: none. Only the rest moves it."
                ),
            ),
        ):
            before = self.fields[name]
            self.fields[name] = AmountField(
                label=before.label, required=False, max_digits=18, decimal_places=2, help_text=text,
                error_messages={"invalid": _("Enter an amount in figures, for example 20,000 or -5k.")},
            )  # fmt: skip
        self.fields["finish_change"].help_text = _("Days by which the finish moves: later is positive, earlier is negative.")
        self.fields["cost_in_forecast"].label = _("Is this cost already in the forecast?")
        self.fields["finish_in_forecast"].label = _("Are these days already in the forecast?")
        self.fields["finish_in_forecast"].help_text = _("How many of them the forecast finish holds already. Empty: none.")
        self._tell_forecast()
        self.fields["reason"].help_text = _("Why the project cannot go on as approved. Those who decide read it first.")
        for name in ("scope_impact", "quality_impact", "risk_impact"):
            self.fields[name].help_text = _("Empty: none.")

    def _tell_forecast(self) -> None:
        """How far the forecast is above the budget now, where the project is known: that may be this very change."""
        project = self.instance.project
        if project is None or project.budget is None or project.forecast is None or project.forecast == project.budget:
            return
        over = project.forecast - project.budget
        words = (
            _("The forecast is %(amount)s above the budget now.")
            if over > 0
            else _("The forecast is %(amount)s below the budget now.")
        )
        field = self.fields["cost_in_forecast"]
        field.help_text = f"{field.help_text} {words % {'amount': money.short(abs(over), project.currency)}}"

    def values(self) -> dict[str, Any]:
        values = super().values()
        values.pop("route_hint", None)
        return values | {"options": [dict(option) for option in values["options"]]}


class SubmitForm(forms.Form):
    """Submitting asks for nothing but the version that was read."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class DecideForm(forms.Form):
    """The decision of a manager or sponsor; `voices` are those for whom the reader may decide."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000,
        help_text=gettext_lazy("It goes into the record and to who asked for the change."),
    )  # fmt: skip

    def __init__(self, *args: Any, voices: list[User], user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.voices = {person.pk: person for person in voices}
        if list(self.voices) != [user.pk]:
            choices = [
                (pk, _("%(person)s (you)") % {"person": one} if pk == user.pk else str(one)) for pk, one in self.voices.items()
            ]
            self.fields["voter"] = forms.TypedChoiceField(
                label=_("You speak for"), choices=choices, coerce=int, initial=next(iter(self.voices), None),
                widget=forms.RadioSelect, help_text=_("Somebody delegated to you: the record says that you acted for them."),
            )  # fmt: skip
            self.order_fields(["voter"])

    @property
    def voter(self) -> User | None:
        """For whom it is done; None for oneself."""
        return self.voices.get(self.cleaned_data.get("voter"))


class VoteForm(DecideForm):
    """A vote of the board."""

    choice = forms.ChoiceField(label=gettext_lazy("Vote"), choices=ChangeVote.Choice.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].help_text = _("Needed when you are against it.")
        self.order_fields(["voter", "choice", "reason"])


class RouteForm(forms.ModelForm):  # type: ignore[type-arg]
    """An approval route."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ApprovalRoute
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else 0
        for name, text in (
            ("position", _("Routes are tried in this order; leave gaps, such as 10, 20, 30.")),
            ("most_percent", _("Of the approved budget, without sign. Empty: any cost, also where there is no budget.")),
            ("most_days", _("By which the finish moves, without sign. Empty: any.")),
            ("quorum", _("Of a board: so many votes, abstentions counted, before its majority decides.")),
            ("days_to_decide", _("From submission. Who decides is reminded before, and those above are told after it.")),
        ):
            self.fields[name].help_text = text
        self.fields["most_percent"].widget.attrs["min"] = 0

    def groups(self) -> list[dict[str, Any]]:
        """The fields in their groups, as components/form.html draws them."""
        groups = [
            (_("Route"), ["name", "position"]),
            (_("Which changes it takes"), ["most_percent", "most_days"]),
            (_("Who decides, and by when"), ["approver", "quorum", "days_to_decide"]),
        ]
        return [{"title": title, "fields": [self[name] for name in names]} for title, names in groups]

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    def _post_clean(self) -> None:
        """The action checks the row."""


class DelegationForm(forms.Form):
    """Who decides for whom, from and to."""

    user = forms.ModelChoiceField(label=gettext_lazy("Whose decisions"), queryset=User.objects.none())
    delegate = forms.ModelChoiceField(
        label=gettext_lazy("Who decides instead"), queryset=User.objects.filter(is_active=True),
        help_text=gettext_lazy("They decide what they may see: a delegation gives no access to a project."),
    )  # fmt: skip
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("To, this day included"), widget=DayInput())

    def __init__(self, *args: Any, user: User, may_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True)
        self.fields["delegate"].queryset = people if may_all else people.exclude(pk=user.pk)  # type: ignore[attr-defined]
        if may_all:
            self.fields["user"].queryset = people  # type: ignore[attr-defined]
            self.fields["user"].initial = user.pk
        else:
            del self.fields["user"]
