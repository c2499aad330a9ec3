"""Forms of business cases: the terms, an option, the grid of its lines, the grid of its effort."""

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formulas.amounts import AmountStyle, read_money, read_number
from core.imports.words import say
from intake.actions.cases import Amount, EffortRow, LineRow
from intake.forms.grids import ROW_NEEDS_NAME, Grid
from intake.models import BusinessCase, CaseOption
from intake.models.cases import LineKind
from intake.models.requests import Request

TERM_GROUPS = [
    (gettext_lazy("In words"), "", ["summary", "risk_of_doing", "risk_of_not_doing"]),
    (gettext_lazy("Years"), "", ["base_year", "move_figures", "years", "first_month"]),
    (
        gettext_lazy("Rate and prices"),
        gettext_lazy("An amount is real when it is at the prices of the first year, nominal when it includes inflation."),
        ["rate", "rate_terms", "price_terms", "inflation", "rate_low", "rate_high", "tax_note", "counts_effort"],
    ),
    (
        gettext_lazy("Simulation"),
        gettext_lazy("The same seed gives the same figures again."),
        ["shape", "draws", "seed"],
    ),
]


class TermsForm(forms.ModelForm):
    """The terms of a case and what words alone can say."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    move_figures = forms.BooleanField(
        label=gettext_lazy("Move the figures along with the first year"), required=False, initial=True
    )

    class Meta:
        model = BusinessCase
        fields = [name for _title, _help, names in TERM_GROUPS for name in names if name != "move_figures"]
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in TERM_GROUPS[0][2]}
        help_texts = {
            "summary": gettext_lazy("Why this option, in three sentences. The board reads this first."),
            "risk_of_doing": gettext_lazy("What can go wrong if we do it, for example: the supplier has one reference only."),
            "risk_of_not_doing": gettext_lazy(
                "What happens if we do not, for example: the old system is unsupported from 2028."
            ),
            "base_year": gettext_lazy(
                "Year 0. Its amounts are not discounted; what was spent before it is not part of the case."
            ),
            "first_month": gettext_lazy("1 for calendar years, 4 for years that start in April."),
            "rate": gettext_lazy("For example 3.5."),
            "inflation": gettext_lazy("Needed only where rate and amounts are on different terms."),
            "rate_low": gettext_lazy("With both, the tornado shows what another rate would do."),
            "tax_note": gettext_lazy("For example: before tax, VAT not recoverable. Empty means before tax."),
            "counts_effort": gettext_lazy("Leave it off where the lines already hold the cost of the people."),
            "draws": gettext_lazy("100 to 50,000; 10,000 is plenty."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version

    def groups(self) -> list[dict[str, Any]]:
        """The fields in their groups, as components/form.html draws them."""
        return [
            {"title": title, "help": help_text, "fields": [self[name] for name in names]}
            for title, help_text, names in TERM_GROUPS
        ]

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class OptionForm(forms.ModelForm):
    """An option's own words and marks. `case` offers its options to copy from, for a new one."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = CaseOption
        fields = ["name", "description", "is_preferred", "is_do_nothing"]
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "name": gettext_lazy("For example: Buy a standard product."),
            "is_preferred": gettext_lazy(
                "The option that the case argues for. Its figures are held against the project later."
            ),
            "is_do_nothing": gettext_lazy("The others are compared with it. It may have costs of its own."),
        }

    def __init__(self, *args: Any, case: BusinessCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.case = case
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        if not self.instance.pk:
            self.fields["copy_of"] = forms.ModelChoiceField(
                label=gettext_lazy("Start with the figures of"),
                queryset=CaseOption.objects.filter(case=case),
                required=False,
                empty_label=gettext_lazy("nothing"),
            )

    def _get_validation_exclusions(self) -> set[str]:
        # Preferring one takes the mark from the other: the action does it, so the form must not refuse it.
        return {*super()._get_validation_exclusions(), "is_preferred"}

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


# Lines

LONGEST = 80
"""Of a cell's text, more is not read."""


def amount_text(amount: Amount | None) -> str:
    """120,000, or 100k/120k/160k: exact, as it can be typed again."""
    if amount is None:
        return ""
    if amount.low is None or amount.high is None:
        return plain(amount.likely)
    return "/".join(compact(value) for value in (amount.low, amount.likely, amount.high))


def plain(value: Decimal) -> str:
    """1,234,567.89 without needless zeros."""
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"


def compact(value: Decimal) -> str:
    """1.25m, 120k or 950: short where nothing is lost."""
    for unit, suffix in ((Decimal(1_000_000), "m"), (Decimal(1000), "k")):
        if abs(value) >= unit and (value / unit) == round(value / unit, 2):
            return format((value / unit).normalize(), "f") + suffix
    return plain(value)


class AmountField(forms.Field):
    """One amount, or low / likely / high."""

    def __init__(self, currency: str) -> None:
        super().__init__(required=False)
        self.style = AmountStyle(currency=currency, default_currency=currency)

    def prepare_value(self, value: Any) -> Any:
        return amount_text(value) if isinstance(value, Amount) else value

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()[:LONGEST]
        if not text:
            return None
        parts = text.replace("|", "/").split("/")
        if len(parts) not in (1, 3):
            raise forms.ValidationError(_("Write one amount, or three: low / likely / high."))
        figures = [self._read(part) for part in parts]
        if len(figures) == 1:
            return Amount(figures[0])
        low, likely, high = figures
        if low > likely:
            raise forms.ValidationError(_("Low is above likely: write the smallest amount first."))
        if likely > high:
            raise forms.ValidationError(_("Likely is above high: write the largest amount last."))
        return Amount(likely, low, high) if low != high else Amount(likely)

    def _read(self, text: str) -> Decimal:
        reading = read_money(text.strip(), self.style)
        if not reading.has_value:
            why = say(reading.problem.as_json()) if reading.problem else _("not an amount")
            raise forms.ValidationError(_("“%(text)s”: %(why)s."), params={"text": text.strip(), "why": why})
        if reading.currency and self.style.currency and reading.currency != self.style.currency:
            raise forms.ValidationError(
                _("All amounts of the case are in %(currency)s."), params={"currency": self.style.currency}
            )
        return Decimal(reading.value)


class LinesForm(Grid):
    """The lines of an option: names, kinds and groups, and an amount a year."""

    heads = ("name", "kind", "group", "cash")

    def __init__(self, data: QueryDict | None = None, *, option: CaseOption, case: BusinessCase, request: Request) -> None:
        self.currency = request.currency
        years = range(case.base_year, case.last_year + 1)
        super().__init__(
            data,
            columns=[(f"y{year}", year_label(year, case.first_month)) for year in years],
            rows=lines_now(option),
            version=option.version,
        )

    def row_fields(self, key: str) -> dict[str, forms.Field]:
        return {
            "name": forms.CharField(required=False, max_length=120, label=_("Name")),
            "kind": forms.ChoiceField(choices=LineKind.choices, required=False, label=_("Kind")),
            "group": forms.CharField(
                required=False, max_length=60, label=_("Group"), widget=forms.TextInput(attrs={"placeholder": _("Group")})
            ),
            "cash": forms.BooleanField(required=False, initial=True, label=_("Cashable")),
            **{name: AmountField(self.currency) for name, _label in self.columns},
        }

    def label_of(self, key: str, column: str) -> str:
        name = self.data.get(f"name-{key}") or (self.begun.get(key) or {}).get("name") or _("New line")
        what = dict(self.columns).get(column) or {"kind": _("Kind"), "group": _("Group"), "cash": _("Cashable")}.get(column)
        return f"{name}, {what}" if what else str(name)

    def clean(self) -> dict[str, Any]:
        seen: dict[str, str] = {}
        for key in self.keys:
            name = (self.cleaned_data.get(f"name-{key}") or "").strip()
            if not name and any(self.data.get(f"{column}-{key}", "").strip() for column, _label in self.columns):
                self.add_error(f"name-{key}", ROW_NEEDS_NAME)
            elif name and name in seen:
                self.add_error(f"name-{key}", _("Two lines have this name."))
            seen[name] = key
        return super().clean()

    def values(self) -> list[LineRow]:
        """The rows that hold something."""
        found = []
        for key in self.keys:
            values = {name: self.cleaned_data.get(f"{name}-{key}") for name in self.row_fields(key)}
            if not (values["name"] or "").strip():
                continue
            found.append(
                LineRow(
                    name=values["name"].strip(),
                    kind=values["kind"] or LineKind.CAPITAL,
                    is_cashable=bool(values["cash"]) or values["kind"] != LineKind.BENEFIT,
                    group=(values["group"] or "").strip(),
                    amounts={int(name[1:]): values[name] for name, _label in self.columns if values[name] is not None},
                    pk=int(key) if key.isdecimal() else None,
                )
            )
        return found


def lines_now(option: CaseOption) -> dict[str, dict[str, Any]]:
    """The saved lines of an option as the grid begins with them. Two queries."""
    return {
        str(line.pk): {
            "name": line.name,
            "kind": line.kind,
            "group": line.group,
            "cash": line.is_cashable,
            **{f"y{one.year}": Amount(one.likely, one.low, one.high) for one in line.amounts.all()},
        }
        for line in option.lines.prefetch_related("amounts")
    }


def year_label(year: int, first_month: int) -> str:
    """2027, or 2027-28 for a year that does not start in January."""
    return str(year) if first_month == 1 else f"{year}-{(year + 1) % 100:02d}"


# Effort


class HoursField(forms.Field):
    """Hours of a month, or a rate: a number above or equal to zero."""

    def __init__(self, *, label: str = "", placeholder: str = "") -> None:
        widget = forms.TextInput(attrs={"placeholder": placeholder, "inputmode": "decimal"})
        super().__init__(required=False, label=label, widget=widget)

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()[:LONGEST]
        if not text:
            return None
        reading = read_number(text, AmountStyle())
        if not reading.has_value or reading.value < 0 or reading.value > 1_000_000:
            raise forms.ValidationError(_("Write a number, such as 120 or 37.5."))
        return round(Decimal(reading.value), 2)


class EffortForm(Grid):
    """The effort of an option: hours by role and month, and what an hour of the role costs."""

    heads = ("role", "rate")

    def __init__(
        self, data: QueryDict | None = None, *, option: CaseOption, case: BusinessCase, first: date, months: int
    ) -> None:
        found = [month_after(first, number) for number in range(months)]
        super().__init__(
            data,
            columns=[(f"m{month:%Y%m}", date_format(month, "M Y")) for month in found],
            rows=efforts_now(option, case),
            version=option.version,
        )
        self.outside = [
            (values["role"], month, hours)
            for values in self.begun.values()
            for month, hours in values["all"].items()
            if month not in found
        ]

    def row_fields(self, key: str) -> dict[str, forms.Field]:
        return {
            "role": forms.CharField(required=False, max_length=80, label=_("Role")),
            "rate": HoursField(label=_("Rate an hour"), placeholder=_("Rate")),
            **{name: HoursField() for name, _label in self.columns},
        }

    def label_of(self, key: str, column: str) -> str:
        role = self.data.get(f"role-{key}") or (self.begun.get(key) or {}).get("role") or _("New role")
        what = dict(self.columns).get(column) or {"rate": _("Rate an hour")}.get(column)
        return f"{role}, {what}" if what else str(role)

    def clean(self) -> dict[str, Any]:
        seen = set()
        for key in self.keys:
            role = (self.cleaned_data.get(f"role-{key}") or "").strip()
            if not role and any(self.data.get(f"{name}-{key}", "").strip() for name, _label in self.columns):
                self.add_error(f"role-{key}", _("Name the role, or clear its hours."))
            elif role and role in seen:
                self.add_error(f"role-{key}", _("This role stands there already."))
            seen.add(role)
        return super().clean()

    def values(self) -> list[EffortRow]:
        """The rows that hold something; hours in months that the page does not show stay as they are."""
        found = []
        for key in self.keys:
            role = (self.cleaned_data.get(f"role-{key}") or "").strip()
            if not role:
                continue
            hours = {month: value for name, month, value in self.outside if name == (self.begun.get(key) or {}).get("role")}
            for name, _label in self.columns:
                if value := self.cleaned_data.get(f"{name}-{key}"):
                    hours[date(int(name[1:5]), int(name[5:]), 1)] = value
            found.append(EffortRow(role, self.cleaned_data.get(f"rate-{key}"), hours))
        return found


def efforts_now(option: CaseOption, case: BusinessCase) -> dict[str, dict[str, Any]]:
    """The saved effort of an option, a row a role. Two queries."""
    rates = {rate.role: rate.rate for rate in case.rates.all()}
    rows: dict[str, dict[str, Any]] = {}
    for effort in option.efforts.all():
        key = "r" + hashlib.sha256(effort.role.encode()).hexdigest()[:12]
        row = rows.setdefault(key, {"role": effort.role, "rate": rates.get(effort.role), "all": {}})
        row["all"][effort.month_on] = effort.hours
        row[f"m{effort.month_on:%Y%m}"] = effort.hours
    return rows


def month_after(first: date, number: int) -> date:
    """The first day of the month so many months later."""
    months = first.year * 12 + first.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)
