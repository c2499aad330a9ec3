"""Forms of projects."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationUnit, User
from core.forms.parts import Part, laid_out
from core.widgets import DayInput
from portfolio.access import units_to_create_in
from portfolio.forms.status import AmountField
from portfolio.models import CustomField, ExternalIdentifier, Objective, Portfolio, Programme, Project

DAYS = [f"{kind}_{end}_on" for kind in ("planned", "forecast", "actual") for end in ("start", "finish")]
PARTS = (
    Part(
        "",
        (
            "title",
            "purpose",
            ("unit", "portfolio"),
            ("phase", "tier"),
            ("manager", "sponsor"),
            ("planned_start_on", "planned_finish_on"),
            ("budget", "currency"),
        ),
    ),
    Part(
        _("Forecast and actual dates"),
        (("forecast_start_on", "forecast_finish_on"), ("actual_start_on", "actual_finish_on")),
        is_folded=True,
    ),
    Part(
        _("Further money"),
        (("forecast", "spend", "contingency"), ("year_label", "year_budget", "year_forecast")),
        is_folded=True,
    ),
    Part(_("Benefits"), ("benefits", "benefits_summary"), is_folded=True),
    Part(_("Further details"), ("description", "programme", ("category", "tags")), is_folded=True),
)
MONEY = ["budget", "forecast", "spend", "contingency", "year_budget", "year_forecast", "benefits"]
MARKDOWN_HELP = _("You can use Markdown: **bold**, lists with a dash, [links](https://example.org).")


class ProjectForm(forms.ModelForm):
    """A project's own fields. `user` limits units, portfolios and programmes to what they may use."""

    tags = SimpleArrayField(
        forms.CharField(max_length=50),
        label=_("Tags"),
        required=False,
        help_text=_("With commas, for example: digital, statutory."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Project
        fields = [name for part in PARTS for name in part.flat()]
        field_classes = dict.fromkeys(MONEY, AmountField)
        widgets = {name: DayInput() for name in DAYS} | {
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "description": forms.Textarea(attrs={"rows": 6}),
            "benefits_summary": forms.Textarea(attrs={"rows": 4}),
            "currency": forms.TextInput(attrs={"size": 4, "maxlength": 3, "autocapitalize": "characters"}),
        }
        help_texts = {
            "purpose": _("Why the project exists, in one or two sentences."),
            "description": MARKDOWN_HELP,
            "currency": _("Three letters, such as GBP, for all its amounts."),
            "budget": _("For example 1,250,000 or 1.25m."),
            "year_label": _("The year the next two figures are for, for example 2026-27."),
            "forecast": _("What the whole project is now expected to cost."),
            "contingency": _("The part of the budget that is set aside for risks."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        project = self.instance
        self.fields["version"].initial = project.version if project.pk else None
        self.fields["portfolio"].queryset = Portfolio.objects.visible_to(user).active() | Portfolio.objects.filter(
            pk=project.portfolio_id
        )
        self.fields["programme"].queryset = Programme.objects.visible_to(user).active() | Programme.objects.filter(
            pk=project.programme_id
        )
        units = units_to_create_in(user)
        if units is not None:
            self.fields["unit"].queryset = OrganisationUnit.objects.filter(pk__in={*units, project.unit_id} - {None})
            self.fields["unit"].required = not project.pk
        people = User.objects.filter(is_active=True)
        for name in ("manager", "sponsor"):
            self.fields[name].queryset = people | User.objects.filter(pk=getattr(project, f"{name}_id"))
        self.custom = list(CustomField.objects.filter(key__in=project.custom or {}))
        for field in self.custom:
            self.fields[f"custom_{field.key}"] = forms.CharField(
                label=field.label,
                required=False,
                initial=project.custom.get(field.key),
                widget=forms.Textarea(attrs={"rows": 1}),
            )

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def groups(self) -> list[dict[str, Any]]:
        """The fields in their parts, as components/form.html draws them."""
        further = Part(_("Further fields"), tuple(f"custom_{field.key}" for field in self.custom), is_folded=True)
        return laid_out(self, (*PARTS, further))

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        if self.custom:
            typed = {field.key: self.cleaned_data[f"custom_{field.key}"] for field in self.custom}
            before = self.instance.custom
            values["custom"] = before | {
                key: value for key, value in typed.items() if value != ("" if before.get(key) is None else str(before[key]))
            }
        return values


class ConfideForm(forms.Form):
    """Make a project confidential, or open again."""

    stay_named = forms.BooleanField(
        label=_("Keep me named on the project"),
        required=False,
        initial=True,
        help_text=_("Without it you will not see the project any more, unless you are named on it already."),
    )


class ObjectiveLinkForm(forms.Form):
    """Link a project to an objective."""

    objective = forms.ModelChoiceField(label=_("Objective"), queryset=Objective.objects.filter(is_active=True))
    weight = forms.IntegerField(
        label=_("Weight, %"), min_value=1, max_value=100, initial=100, help_text=_("How much of the project's value serves it.")
    )


class IdentifierForm(forms.ModelForm):
    """What another system calls a project."""

    class Meta:
        model = ExternalIdentifier
        fields = ["system", "value"]
        help_texts = {"system": _("For example: Finance, Jira, GMPP.")}


class TagForm(forms.Form):
    """A tag for several projects."""

    tag = forms.CharField(label=_("Tag"), max_length=50)
