"""The form of a reporting calendar."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.widgets import DayInput
from portfolio.actions.calendars import FIELDS
from portfolio.models import ReportingCalendar, StatusSeries
from portfolio.models.calendars import Cadence

GROUPS = [
    (_("Who reports"), "", ["name", "series", "new_series", "portfolio", "tier"]),
    (_("When"), "", ["cadence", "first_period_starts_on", "opens_days_before_end", "due_days_after_end"]),
    (_("Then"), "", ["review_required", "remind_days_before", "escalate_days_after", "is_active"]),
]


class CalendarForm(forms.ModelForm):  # type: ignore[type-arg]
    """A calendar's rhythm, for whom, and what follows."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    new_series = forms.CharField(
        label=_("Or a new series"),
        max_length=30,
        required=False,
        help_text=_(
            "For example: Customer. Its updates are written besides the main ones; overview and reports tell the main ones."
        ),
    )

    class Meta:
        model = ReportingCalendar
        fields = FIELDS
        widgets = {"first_period_starts_on": DayInput()}
        help_texts = {
            "name": _("For example: Tier 1, monthly."),
            "series": _("A project reports once a period in each series. Most offices need one."),
            "portfolio": _("Empty: projects of every portfolio. The most specific calendar of a series wins."),
            "tier": _("Empty: projects of every tier."),
            "first_period_starts_on": _("Empty: the running week, month or quarter. A financial year from April: 1 April."),
            "opens_days_before_end": _("From this day on updates can be written."),
            "review_required": _("Without it, an update is published as soon as it is submitted."),
            "escalate_days_after": _("The sponsor and the PMO head hear of updates that are still missing then."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        self.fields["series"].queryset = StatusSeries.objects.order_by("pk")  # type: ignore[attr-defined]  # the main one first
        self.fields["series"].empty_label = None  # the first one is chosen: it is the only one in most offices
        self.fields["cadence"].choices = [  # type: ignore[attr-defined]
            pair for pair in Cadence.choices if pair[0] != Cadence.IRREGULAR or self.instance.cadence == Cadence.IRREGULAR
        ]

    def groups(self) -> list[dict[str, Any]]:
        """The fields in their groups, as components/form.html draws them."""
        return [{"title": title, "help": text, "fields": [self[name] for name in names]} for title, text, names in GROUPS]

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        return {name: self.cleaned_data[name] for name in (*FIELDS, "new_series")}
