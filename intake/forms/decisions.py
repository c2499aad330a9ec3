"""Forms of meetings, votes, decisions and their conditions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import RoleGrant, User
from accounts.roles import roles_with
from core.widgets import DayInput
from intake.actions.decisions import Demand
from intake.actions.meetings import EDITABLE
from intake.forms.assessments import no_auditor
from intake.models import DecisionMeeting
from intake.models.selection import Choice, Outcome


def voters() -> Any:
    """People who may vote, by a role granted everywhere or on a unit."""
    grants = RoleGrant.objects.filter(role__in=roles_with("request.vote"))
    return User.objects.filter(is_active=True, pk__in=grants.values("user"))


class MeetingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A meeting, who votes in it, and how many must."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    members = forms.ModelMultipleChoiceField(
        label=_("Members who vote"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    field_order = ["name", "held_on", "round", "members", "quorum", "minutes", "version"]

    class Meta:
        model = DecisionMeeting
        fields = EDITABLE
        widgets = {"held_on": DayInput(), "minutes": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "name": _("For example: Investment board, December."),
            "round": _("Its ranking stands beside each request."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        self.fields["members"].queryset = voters()  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["members"].initial = list(self.instance.members.values_list("user", flat=True))

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class VoteForm(forms.Form):
    """One member's vote."""

    choice = forms.ChoiceField(label=_("Your vote"), choices=Choice.choices, widget=forms.RadioSelect)
    comment = forms.CharField(label=_("Comment"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class DecisionForm(forms.Form):
    """What was decided, why, until when, and what the requester is told."""

    outcome = forms.ChoiceField(label=_("Decision"), choices=Outcome.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It goes into the record and to the requester. For example: strongest case for cutting energy cost."),
    )
    until = forms.DateField(
        label=_("Deferred until"),
        required=False,
        widget=DayInput,
        help_text=_("Only when it is deferred: the request comes up again then."),
    )
    letter = forms.CharField(
        label=_("Letter"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Empty: the standard letter, with the reason and the conditions."),
    )

    def clean(self) -> dict[str, Any]:
        """A day belongs to what is deferred; with any other decision nothing is asked of it."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("outcome") not in (None, Outcome.DEFER):
            self.errors.pop("until", None)
            cleaned["until"] = None
        return cleaned


class ConditionForm(forms.Form):
    """A condition of an approval; an empty row is left out."""

    text = forms.CharField(label=_("Condition"), required=False, max_length=500)
    owner = forms.ModelChoiceField(label=_("Owner"), required=False, queryset=User.objects.filter(is_active=True))
    due_on = forms.DateField(label=_("Due"), required=False, widget=DayInput)

    def clean_owner(self) -> Any:
        """Whoever changes nothing meets no condition."""
        return no_auditor(self.cleaned_data["owner"]) if self.cleaned_data["owner"] else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("text"):
            for name in ("owner", "due_on"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("A condition has an owner and a day."))
        elif cleaned.get("owner") or cleaned.get("due_on"):
            self.add_error("text", _("Say what has to be done."))
        return cleaned


class ConditionRows(forms.BaseFormSet):  # type: ignore[type-arg]
    """The conditions of a decision."""

    @property
    def is_unused(self) -> bool:
        """Whether nobody saw them when the decision was sent, because it has none (static/js/conditions.js says so). They stay
        on the page and count for nothing; conditions that were in sight and do not fit are refused."""
        return self.data.get(f"{self.prefix}-unused") == "1" and self.data.get("outcome") != Outcome.CONDITIONS

    def demands(self) -> list[Demand]:
        """The filled rows."""
        return (
            []
            if self.is_unused
            else [
                Demand(form.cleaned_data["text"], form.cleaned_data["owner"], form.cleaned_data["due_on"])
                for form in self.forms
                if form.cleaned_data.get("text")
            ]
        )


ConditionFormSet = forms.formset_factory(ConditionForm, formset=ConditionRows, extra=1, max_num=20, absolute_max=40)


class MetForm(forms.Form):
    """How a condition was met."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label=_("How it was met"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
