"""Forms of responses to a risk, and of its end."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.widgets import DayInput
from portfolio.actions.responses import FIELDS, fitting
from portfolio.forms.status import AmountField
from portfolio.models import Entry
from portfolio.models.raid import Severity


class ResponseForm(forms.ModelForm):
    """A response: what is done, by whom, by when, what it costs and what it changes."""

    strategy = forms.ChoiceField(label=gettext_lazy("Strategy"))
    cost = AmountField(label=gettext_lazy("Cost"), required=False, min_value=0, max_digits=18, decimal_places=2)
    probability_effect = forms.DecimalField(required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2)
    impact_effect = AmountField(required=False, min_value=0, max_digits=18, decimal_places=2)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Entry
        fields = ["title", "description", "owner", "due_on"]

    def __init__(self, *args: Any, risk: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row, sign = self.instance, risk.risk.sign
        self.fields["strategy"].choices = list(fitting(sign).items())  # type: ignore[attr-defined]
        lowers = sign == "threat"
        self.fields["probability_effect"].label = (
            _("Lowers the probability by, percentage points") if lowers else _("Raises the probability by, percentage points")
        )
        self.fields["impact_effect"].label = (
            _("Lowers the expected impact by") if lowers else _("Raises the expected impact by")
        )
        self.fields["impact_effect"].help_text = _("In %(currency)s, for example 50k.") % {"currency": risk.currency}
        self.fields["due_on"].widget = DayInput()
        self.fields["title"].help_text = _("What is done, for example: Sign a second supplier.")
        self.fields["owner"].queryset = User.objects.filter(is_active=True) | User.objects.filter(pk=row.owner_id)  # type: ignore[attr-defined]
        self.fields["description"].widget.attrs["rows"] = 3
        self.initial.setdefault("strategy", risk.risk.strategy)
        if row.pk:
            self.fields["version"].initial = row.version
            for name in ("strategy", "cost", "probability_effect", "impact_effect"):
                self.initial[name] = getattr(row.action, name)

    def groups(self) -> list[dict[str, Any]]:
        """The fields in their groups, as components/form.html draws them."""
        names = [
            (_("What is done"), ["title", "strategy", "description"]),
            (_("What it changes"), ["probability_effect", "impact_effect", "cost"]),
            (_("Who and when"), ["owner", "due_on"]),
        ]
        return [{"title": title, "fields": [self[name] for name in group]} for title, group in names]

    def values(self) -> dict[str, Any]:
        """The cleaned values by the names of both tables' fields."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    def before(self, base: Any, name: str) -> Any:
        """What a field held in an earlier version; see `core.views.editing.conflict_of`."""
        if name in self.Meta.fields:
            return getattr(base, name, None)
        events = type(self.instance.action).pgh_event_model.objects.filter(pgh_obj_id=base.pgh_obj_id)  # type: ignore[attr-defined]
        event = events.filter(pgh_created_at__lte=base.pgh_created_at).order_by("-pgh_id").first()
        return getattr(event, name, None)

    def _post_clean(self) -> None:
        """The action checks the rows; here they are not yet together."""


class EndRiskForm(forms.Form):
    """Close a risk: why, and what becomes of its open responses."""

    FATES = (
        ("finish", gettext_lazy("They are done")),
        ("cancel", gettext_lazy("Cancel them")),
        ("keep", gettext_lazy("Keep them as actions of their own")),
    )
    expected = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)
    fate = forms.ChoiceField(
        label=gettext_lazy("Its open responses"), choices=FATES, widget=forms.RadioSelect, required=False
    )  # fmt: skip

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if count:
            self.fields["fate"].required = True
        else:
            del self.fields["fate"]


class HappenForm(EndRiskForm):
    """A risk happened: what was seen, and whether an issue is made of it."""

    makes_issue = forms.BooleanField(
        label=gettext_lazy("Make an issue of it"),
        required=False,
        initial=True,
        help_text=gettext_lazy("With the risk’s title, effect, owner and followers, linked to it."),
    )
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity of the issue"), choices=Severity.choices, coerce=int, initial=Severity.HIGH, required=False
    )
    field_order = ("expected", "reason", "makes_issue", "severity", "fate")
