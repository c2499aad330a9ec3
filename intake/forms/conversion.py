"""Forms of conversions: the tiering questions, the new project with where each field comes from, templates."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import OrganisationUnit, User
from accounts.roles import ROLES
from core.widgets import DayInput
from intake.actions.conversion import CarriedField, RiskRow, TeamRow
from intake.formulas.templates import milestones_text, risks_text, roles_text, sections_text
from intake.models import ProjectTemplate
from intake.wording_conversion import IMPACTS
from portfolio.access import units_to_create_in
from portfolio.models import Portfolio, Programme, Project
from portfolio.models.structure import Phase, Tier

TEAM_ROLES = ("project_manager", "sponsor", "board_member")


class TieringForm(forms.Form):
    """The questions of a tiering questionnaire; `suggested` answers are chosen at first, and said to be."""

    start = forms.DateField(
        label=gettext_lazy("Planned start"),
        widget=DayInput(),
        required=False,
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2200, 1, 1))],
    )
    template = forms.ModelChoiceField(
        label=gettext_lazy("Template"),
        queryset=ProjectTemplate.objects.filter(is_active=True),
        required=False,
        empty_label=gettext_lazy("The one that fits type and tier"),
    )

    def __init__(self, *args: Any, document: dict[str, Any], suggested: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = document["questions"]
        for question in self.questions:
            hint = _("Chosen from the figures of the business case or the estimate.") if question["key"] in suggested else ""
            self.fields[question["key"]] = forms.TypedChoiceField(
                label=question["label"],
                choices=[(place, choice["label"]) for place, choice in enumerate(question["choices"])],
                coerce=int,
                initial=suggested.get(question["key"]),
                widget=forms.RadioSelect,
                error_messages={"required": _("Not answered yet.")},
                help_text=hint,
            )
        self.order_fields([*[question["key"] for question in self.questions], "start", "template"])

    def answers(self) -> dict[str, int]:
        """The chosen places by question."""
        return {question["key"]: self.cleaned_data[question["key"]] for question in self.questions}

    def groups(self) -> list[Any]:
        """The questions as bound fields."""
        return [self[question["key"]] for question in self.questions]


FIELD_GROUPS = [
    (gettext_lazy("The project"), ["title", "purpose", "description", "category", "tags", "phase"]),
    (gettext_lazy("Where it belongs"), ["unit", "portfolio", "programme"]),
    (gettext_lazy("People"), ["manager", "sponsor"]),
    (gettext_lazy("Dates"), ["planned_start_on", "planned_finish_on"]),
    (gettext_lazy("Money and benefits"), ["budget", "benefits", "benefits_summary"]),
]


class NewProjectForm(forms.ModelForm):
    """The project that a request becomes. `sources` says for each field where its first value comes from."""

    tags = forms.CharField(label=gettext_lazy("Tags"), required=False, max_length=500)
    tier = forms.TypedChoiceField(label=gettext_lazy("Tier"), choices=Tier.choices, coerce=int)
    tier_reason = forms.CharField(
        label=gettext_lazy("Why another tier than the questions give"), required=False, max_length=500
    )

    class Meta:
        model = Project
        fields = [name for _title, names in FIELD_GROUPS for name in names if name != "tags"]
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "description": forms.Textarea(attrs={"rows": 6}),
            "benefits_summary": forms.Textarea(attrs={"rows": 4}),
            "planned_start_on": DayInput(),
            "planned_finish_on": DayInput(),
        }

    def __init__(self, *args: Any, user: Any, unit: OrganisationUnit | None, sources: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sources = sources
        self.fields["portfolio"].queryset = Portfolio.objects.visible_to(user).active()
        self.fields["programme"].queryset = Programme.objects.visible_to(user).active()
        units = units_to_create_in(user)
        if units is not None:
            allowed = {*units, unit.pk} if unit else units
            self.fields["unit"].queryset = OrganisationUnit.objects.filter(pk__in=allowed)
            self.fields["unit"].required = True
        people = User.objects.filter(is_active=True)
        for name in ("manager", "sponsor"):
            self.fields[name].queryset = people
        for name, source in sources.items():
            if name in self.fields:
                self.fields[name].help_text = source

    def groups(self) -> list[dict[str, Any]]:
        """The fields in their groups."""
        return [{"title": title, "fields": [self[name] for name in names]} for title, names in FIELD_GROUPS]

    def values(self) -> dict[str, Any]:
        """The cleaned values by the project's field names."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        values["tags"] = [tag for tag in self.cleaned_data["tags"].split(",") if tag.strip()]
        return values | {"tier": self.cleaned_data["tier"]}

    def carried(self) -> list[CarriedField]:
        """Each field in words, with its source, and whether it was changed here."""
        found = []
        for name in [name for _title, names in FIELD_GROUPS for name in names]:
            value = self.cleaned_data.get(name)
            changed = name in self.changed_data and _lines(value) != _lines(self.initial.get(name))
            words = dict(Phase.choices).get(value, value) if name == "phase" else value
            source = _("Entered on conversion") if changed or name not in self.sources else str(self.sources[name])
            found.append(CarriedField(name, str(self.fields[name].label), _words(words), source if value else "", changed))
        return found


def _lines(value: Any) -> Any:
    """A text as every system ends its lines; browsers send \\r\\n."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _words(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


class MilestoneRow(forms.Form):
    """One milestone of the new project; without a title it is left out."""

    title = forms.CharField(label=gettext_lazy("Milestone"), required=False, max_length=300)
    planned_on = forms.DateField(label=gettext_lazy("Planned"), required=False, widget=DayInput())

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("title") and not values.get("planned_on") and "planned_on" not in self.errors:
            self.add_error("planned_on", _("Say when, or clear the title."))
        return values


class TeamMember(forms.Form):
    """One part in the team; the person may still be open."""

    part = forms.CharField(label=gettext_lazy("Part"), required=False, max_length=150)
    user = forms.ModelChoiceField(
        label=gettext_lazy("Person"),
        queryset=User.objects.filter(is_active=True),
        required=False,
        empty_label=gettext_lazy("still open"),
    )
    role = forms.ChoiceField(label=gettext_lazy("May"), choices=[(role, ROLES[role]) for role in TEAM_ROLES], required=False)
    note = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)


class OpeningRiskRow(forms.Form):
    """One risk that stands at the start; without an event it is left out."""

    event = forms.CharField(
        label=gettext_lazy("What may happen"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    cause = forms.CharField(
        label=gettext_lazy("Because"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    effect = forms.CharField(
        label=gettext_lazy("With the effect"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    likelihood = forms.IntegerField(label=gettext_lazy("Likelihood, %"), min_value=1, max_value=99, initial=50, required=False)
    impact = forms.TypedChoiceField(
        label=gettext_lazy("Impact"),
        choices=[(key, word) for key, word in IMPACTS.items()],
        coerce=int,
        initial=3,
        required=False,
    )


MilestoneFormSet = forms.formset_factory(MilestoneRow, extra=0, max_num=60, absolute_max=60)
TeamFormSet = forms.formset_factory(TeamMember, extra=0, max_num=60, absolute_max=60)
RiskFormSet = forms.formset_factory(OpeningRiskRow, extra=0, max_num=60, absolute_max=60)


def milestones_of(rows: Any) -> list[tuple[str, date]]:
    """The rows with a title."""
    return [(row["title"], row["planned_on"]) for row in rows.cleaned_data if row.get("title")]


def team_of(rows: Any) -> list[TeamRow]:
    """The rows that name a part."""
    return [
        TeamRow(row["part"], row.get("user"), row.get("role") or TEAM_ROLES[0], row.get("note") or "")
        for row in rows.cleaned_data
        if row.get("part")
    ]


def risks_of(rows: Any) -> list[RiskRow]:
    """The rows that name an event."""
    return [
        RiskRow(row["event"], row["cause"], row["effect"], row.get("likelihood") or 50, row.get("impact") or 3)
        for row in rows.cleaned_data
        if row.get("event")
    ]


# Templates and the questionnaire

TEXTS = {"milestones": milestones_text, "risks": risks_text, "roles": roles_text, "sections": sections_text}


class TemplateForm(forms.ModelForm):
    """A project template; its lists are written as lines."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    milestones = forms.CharField(
        label=gettext_lazy("Milestones"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One a line, counted from the start: Contract signed | 3 months."),
    )
    risks = forms.CharField(
        label=gettext_lazy("Opening risks"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One a line: cause | event | effect | likelihood % | impact 1 to 5."),
    )
    roles = forms.CharField(
        label=gettext_lazy("Team"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One a line: Technical lead | half time."),
    )
    sections = forms.CharField(
        label=gettext_lazy("Chapters of the charter"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("A line ## Title, below it the text. You can use Markdown."),
    )

    class Meta:
        model = ProjectTemplate
        fields = ["name", "description", "type", "tier", "phase", "milestones", "risks", "roles", "sections", "is_active"]
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "type": gettext_lazy("Empty fits every type."),
            "tier": gettext_lazy("Empty fits every tier."),
            "is_active": gettext_lazy("Off: it is kept, but not proposed any more."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        for name, text in TEXTS.items():
            self.initial[name] = text(getattr(self.instance, name))
        if not self.instance.pk:
            self.initial["is_active"] = True

    def _post_clean(self) -> None:
        """The lists are texts here; the action reads and checks them, and says in which line something is wrong."""

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names; lists as text."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class QuestionnaireForm(forms.Form):
    """A new version of the tiering questionnaire, as text. `expected`: the version it was made from."""

    text = forms.CharField(
        label=gettext_lazy("Questions and tiers"), widget=forms.Textarea(attrs={"rows": 30, "class": "mono"})
    )
    expected = forms.IntegerField(widget=forms.HiddenInput)
