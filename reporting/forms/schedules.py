"""The form of a report schedule."""

import json
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import OrganisationUnit, User
from core.holidays import holidays_of
from core.widgets import DayInput
from portfolio.models import Objective, Portfolio, Programme, Project
from reporting.actions.schedules import Recipients
from reporting.formulas.cadence import upcoming
from reporting.models import RecipientRole, ReportSchedule

FIELDS = [
    "name", "report", "classification", "portfolio", "programme", "project", "unit", "objective", "sponsor", "tier", "phase",
    "kind", "weekday", "monthday", "nth", "quarter_month", "at", "zone", "starts_on", "holiday_rule", "country", "language", "paper",
]  # fmt: skip
GROUPS: list[tuple[Any, Any, list[str | tuple[str, ...]]]] = [
    (gettext_lazy("Report"), "", ["name", ("report", "classification"), ("language", "paper")]),
    (
        gettext_lazy("Projects in it"),
        gettext_lazy(
            "Leave all of these empty to report on every running project. Each reader gets only projects that they may see."
        ),
        [("portfolio", "programme"), ("unit", "project"), ("objective", "sponsor"), ("tier", "phase")],
    ),
    (
        gettext_lazy("When"),
        "",
        ["kind", ("nth", "weekday"), ("monthday", "quarter_month"), ("at", "zone"), "starts_on", ("holiday_rule", "country")],
    ),
    (gettext_lazy("Recipients"), "", ["users", "roles", "addresses"]),
]
MAX_ADDRESSES = 50
# When a field is shown: only those that the chosen rhythm uses (static/js/conditions.js). Without scripts all of them are there, and
# `ScheduleForm.clean` forgets the others.
BY_MONTH = {"question": "kind", "test": "is", "value": ["monthly", "quarterly"]}
SHOWN_IF: dict[str, dict[str, Any]] = {
    "nth": BY_MONTH,
    "weekday": {
        "any": [
            {"question": "kind", "test": "is", "value": ["weekly", "fortnightly"]},
            {"question": "nth", "test": "answered"},
        ]
    },
    "monthday": {"all": [BY_MONTH, {"question": "nth", "test": "empty"}]},
    "quarter_month": {"question": "kind", "test": "is", "value": "quarterly"},
    "country": {"question": "holiday_rule", "test": "is_not", "value": "ignore"},
}
# What the times when it is due follow from.
DATED = {"kind", "weekday", "monthday", "at", "zone", "starts_on", "country"}


class ScheduleForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is reported, when, to whom."""

    users = forms.ModelMultipleChoiceField(
        User.objects.none(), required=False, label=gettext_lazy("People"), widget=forms.SelectMultiple(attrs={"size": "8"})
    )
    roles = forms.MultipleChoiceField(
        choices=RecipientRole.choices, required=False, label=gettext_lazy("By role"), widget=forms.CheckboxSelectMultiple
    )
    addresses = forms.CharField(
        required=False,
        label=gettext_lazy("Addresses outside"),
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=gettext_lazy("One a line. They get the report without confidential projects, e.g. chair@board.example."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ReportSchedule
        fields = FIELDS
        widgets = {
            "starts_on": DayInput(),
            "at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        help_texts = {
            "weekday": gettext_lazy("For every week or two weeks; with “which one of the month” also for months and quarters."),
            "monthday": gettext_lazy("For every month or quarter. A day that a month lacks is its last day."),
            "nth": gettext_lazy("Instead of a day of the month: e.g. the first Monday."),
            "at": gettext_lazy("Local time there, all year round: 08:00 stays 08:00 when clocks change."),
            "holiday_rule": gettext_lazy("A day of the month that falls on a weekend counts as a holiday too."),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        new = self.instance.pk is None
        visible: dict[str, Any] = {"portfolio": Portfolio, "programme": Programme, "project": Project}
        for name, model in visible.items():
            self._field(name).queryset = model.objects.visible_to(user).active()
        self._field("unit").queryset = OrganisationUnit.objects.all()
        self._field("objective").queryset = Objective.objects.filter(Q(is_active=True) | Q(pk=self.instance.objective_id))
        sponsors = Project.objects.visible_to(user).active().order_by().values("sponsor")
        self._field("sponsor").queryset = User.objects.filter(Q(pk__in=sponsors) | Q(pk=self.instance.sponsor_id))
        self._field("users").queryset = User.objects.filter(is_active=True)
        self.fields["version"].initial = None if new else self.instance.version
        self.fields["quarter_month"].required = False
        if new:
            self.initial = {
                "kind": "weekly",
                "weekday": 0,
                "at": "08:00",
                "zone": user.time_zone or settings.TIME_ZONE,
                "starts_on": timezone.localdate(),
                "quarter_month": 1,
                "language": user.language or "en-gb",
                "users": [user.pk],
                **self.initial,
            }
        else:
            rows = list(self.instance.recipients.all())
            self.initial = {
                **self.initial,
                "users": [row.user_id for row in rows if row.user_id],
                "addresses": "\n".join(row.address for row in rows if row.address),
                "roles": self.instance.roles,
            }

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def clean_addresses(self) -> list[str]:
        """One address a line."""
        found = list(
            dict.fromkeys(
                line.strip().rstrip(",;").lower() for line in self.cleaned_data["addresses"].splitlines() if line.strip()
            )
        )
        if len(found) > MAX_ADDRESSES:
            raise ValidationError(_("At most %(n)s addresses.") % {"n": MAX_ADDRESSES})
        for address in found:
            try:
                validate_email(address)
            except ValidationError as error:
                raise ValidationError(_("“%(address)s” is not an e-mail address.") % {"address": address}) from error
        return found

    def clean(self) -> dict[str, Any]:
        """What the chosen rhythm does not use is forgotten, what it needs is asked for."""
        data: dict[str, Any] = super().clean() or {}
        kind = data.get("kind")
        monthly = kind in ("monthly", "quarterly")
        data["quarter_month"] = data.get("quarter_month") or 1
        if not monthly:
            data["monthday"] = data["nth"] = None
        elif data.get("nth") is None:
            data["weekday"] = None
            if data.get("monthday") is None:
                self.add_error("monthday", _("Choose the day of the month, or which weekday of the month."))
        else:
            data["monthday"] = None
            if data.get("weekday") is None:
                self.add_error("weekday", _("Choose the weekday, e.g. the first Monday of the month."))
        if kind in ("daily", "weekdays"):
            data["weekday"] = None
        elif kind in ("weekly", "fortnightly") and data.get("weekday") is None:
            self.add_error("weekday", _("Choose the day of the week."))
        if data.get("holiday_rule") == "ignore":
            data["country"] = ""
        elif not data.get("country"):
            self.add_error("country", _("Choose whose public holidays count."))
        if not (data.get("users") or data.get("roles") or data.get("addresses")) and not self.errors.get("addresses"):
            self.add_error("users", _("Choose at least one recipient."))
        return data

    def schedule(self) -> ReportSchedule:
        """The instance with the cleaned values."""
        schedule: ReportSchedule = self.instance
        schedule.roles = self.cleaned_data["roles"]
        return schedule

    def due_dates(self, *, after: datetime, count: int) -> list[datetime]:
        """The next times when it would be due, whatever else is still missing. Raises ValueError with a sentence."""
        self.is_valid()
        if wrong := DATED & set(self.errors):
            raise ValueError(next(iter(self.errors[min(wrong)])))
        schedule: ReportSchedule = self.instance
        return list(upcoming(schedule.cadence, after=after, count=count, holidays=holidays_of(schedule.country)))

    def recipients(self) -> Recipients:
        """Whom it is sent to by name."""
        return Recipients(tuple(self.cleaned_data["users"]), tuple(self.cleaned_data["addresses"]))

    def groups(self) -> list[dict[str, Any]]:
        """The fields in their groups, as components/form.html draws them."""
        found = []
        for title, text, names in GROUPS:
            rows = [[self[name] for name in ([row] if isinstance(row, str) else row)] for row in names]
            fields: list[Any] = [field for row in rows for field in row]
            conditions = [field for field in fields if field.name in SHOWN_IF]
            for field in conditions:
                field.condition = json.dumps(SHOWN_IF[field.name])
            found.append({"title": title, "help": text, "rows": rows, "fields": fields, "conditions": bool(conditions)})
        return found
