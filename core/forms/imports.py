"""Forms of the import wizard."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.formulas.amounts import CURRENCIES
from core.imports.records import CUSTOM, LEFT_OUT, ImportOptions
from core.imports.registry import Target
from core.models import ImportJob
from core.widgets import DayInput

_FIRST = ("GBP", "EUR", "USD")
_MONTHS = [
    (1, _("January")), (2, _("February")), (3, _("March")), (4, _("April")), (5, _("May")), (6, _("June")),
    (7, _("July")), (8, _("August")), (9, _("September")), (10, _("October")), (11, _("November")), (12, _("December")),
]  # fmt: skip
KINDS = {
    "text": _("text"), "long": _("long text"), "id": _("identifier"), "choice": _("choice"), "list": _("list"), "money": _("money"),
    "number": _("number"), "percent": _("percent"), "date": _("date"), "start": _("date"), "finish": _("date"), "rag": _("rating"),
    "assurance": _("rating"), "boolean": _("yes or no"), "currency": _("currency"), "email": _("e-mail"),
    "level": _("level of a scale"),
}  # fmt: skip
"""What a kind of column is called."""


class UploadForm(forms.Form):
    """The file, and what it is loaded into."""

    target = forms.ChoiceField(label=_("What it holds"))
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, XLSX, XLS or ODS. Titles above the header and several sheets are fine; nothing is written before you confirm."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.xlsb,.xls,.ods"}),
    )

    def __init__(self, *args: Any, targets: list[Target], target: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("target", target)
        field = self.fields["target"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.key, one.label) for one in targets]
        self.unknown = target if target and target not in {one.key for one in targets} else ""
        """What the address asks for and the person cannot load: then nothing is chosen beforehand."""
        if self.unknown:
            field.choices = [("", _("Choose what it holds")), *field.choices]
            self.initial["target"] = ""
        elif len(targets) == 1:
            field.widget = forms.HiddenInput()
            self.initial["target"] = targets[0].key


class TableForm(forms.Form):
    """Which sheet, and on which line its header stands."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_line = forms.IntegerField(
        label=_("Header line"), min_value=1, help_text=_("The line that names the columns, as numbered in the file.")
    )
    transposed = forms.BooleanField(label=_("Each column is one record: the names stand in the first column"), required=False)

    def __init__(self, *args: Any, job: ImportJob, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sheets = [sheet["name"] for sheet in job.reading.get("sheets", [])]
        field = self.fields["sheet"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, name) for name in sheets] or [("", "")]
        if len(sheets) < 2:
            field.widget = forms.HiddenInput()


class ColumnsForm(forms.Form):
    """Which column is which field, and what holds for the whole file. Column fields are `column-0`, `column-1`, …"""

    scope = forms.CharField(required=False, max_length=200)
    as_at = forms.DateField(
        label=_("As-at day"), required=False, widget=DayInput(),
        help_text=_("The day the file tells about; needed when it has ratings or narratives, which are kept as the status at the end of that day. A column placed on “As-at day” goes before it."),
    )  # fmt: skip
    currency = forms.ChoiceField(label=_("Currency"), help_text=_("For amounts that do not name one."))
    system = forms.CharField(
        label=_("Source of the identifiers"), required=False, max_length=60,
        help_text=_("For example GMPP. Next year's file finds the same projects by source and identifier."),
    )  # fmt: skip
    date_order = forms.ChoiceField(
        label=_("03/04/2024 is"), required=False,
        choices=[("", _("As the rest of its column shows, else 3 April")), ("day", _("3 April")), ("month", _("March 4"))],
    )  # fmt: skip
    fiscal_month = forms.TypedChoiceField(label=_("Financial years begin in"), coerce=int, choices=_MONTHS, initial=4)
    name = forms.CharField(
        label=_("Remember these columns as"), required=False, max_length=80,
        help_text=_("Files with the same headers are then read this way without asking."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput())

    OPTIONS = ("scope", "as_at", "currency", "system", "date_order", "fiscal_month", "name")

    def __init__(self, data: Any = None, *, job: ImportJob, target: Target) -> None:
        initial = {**job.options, "name": job.mapping_name, "version": job.version}
        initial.setdefault("currency", "GBP")
        super().__init__(data, initial=initial)
        codes = [*_FIRST, *sorted(CURRENCIES - set(_FIRST))]
        currency = self.fields["currency"]
        assert isinstance(currency, forms.ChoiceField)
        currency.choices = [(code, code) for code in codes]
        if target.scope is None:
            del self.fields["scope"]
        else:
            scope = self.fields["scope"]
            scope.label, scope.help_text = target.scope.label, target.scope.help_text
            scope.widget.attrs |= {"data-finder": target.scope.finder(), "autocomplete": "off", "spellcheck": "false"}
        if not target.is_dated:
            del self.fields["as_at"]
        kinds = {one.kind for one in target.fields}
        if not (kinds & {"money", "currency"} and target.asks_currency):
            del self.fields["currency"]
        if target.field("external_id") is None:
            del self.fields["system"]
        if not kinds & {"date", "start", "finish"}:
            del self.fields["date_order"], self.fields["fiscal_month"]
        choices = _field_choices(target)
        self.columns: list[dict[str, Any]] = job.reading["columns"]
        for number, column in enumerate(self.columns):
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=column["name"], choices=choices, required=False, initial=job.mapping.get(column["name"], CUSTOM)
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each column with its bound select, for the table of the page."""
        return [
            {"column": column, "field": self[f"column-{number}"], "kind": KINDS.get(column["kind"], column["kind"])}
            for number, column in enumerate(self.columns)
        ]

    def mapping(self) -> dict[str, str]:
        """Column name -> field key."""
        return {column["name"]: self.cleaned_data[f"column-{number}"] for number, column in enumerate(self.columns)}

    def options(self) -> dict[str, Any]:
        """The options as kept on the job; what the target does not ask for is as it comes."""
        data = self.cleaned_data
        return {
            "as_at": day.isoformat() if (day := data.get("as_at")) else "",
            "scope": data.get("scope", "").strip(),
            "currency": data.get("currency", ""),
            "system": data.get("system", "").strip(),
            "date_order": data.get("date_order", ""),
            "fiscal_month": data.get("fiscal_month", ImportOptions.fiscal_month),
        }


def _field_choices(target: Target) -> list[tuple[Any, Any]]:
    groups: dict[Any, list[tuple[str, Any]]] = {}
    for one in target.fields:
        groups.setdefault(one.group, []).append((one.key, one.label))
    other = [(CUSTOM, target.further or _("Keep as a further field")), (LEFT_OUT, _("Leave out"))]
    return [(_("Not one of the fields"), other), *groups.items()]
