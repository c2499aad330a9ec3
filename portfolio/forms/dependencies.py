"""Forms of dependencies: the contract, one move, another day, a rating."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.widgets import DayInput, RagChoice
from portfolio.forms.raid import EntryForm, asked
from portfolio.models import Project
from portfolio.models.ratings import Rag
from portfolio.registers import Move

RATINGS = [(value, label) for value, label in Rag.choices if value in ("red", "amber", "green")]


class DependencyForm(EntryForm):
    """A dependency: who gives what to whom, by when, accepted how. What a side says for itself is said on its page."""

    kind = "dependency"
    parts = asked("title", ("giver", "scope"), "acceptance", ("owner", "due_on"), further=("description", "review_on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].label = _("Receiver")
        self.fields["scope"].help_text = _("The project that needs it: its reference, for example PRJ-0042.")
        self.fields["title"].label = _("What exactly is given")
        self.fields["title"].help_text = _("For example: Test environment with masked data.")
        self.fields["acceptance"].help_text = _("By what the receiver sees that it is what was agreed, one criterion a line.")
        self.fields["due_on"].required = True
        if "giver" in self.fields:
            self.fields["giver"].help_text = _("The project that delivers it: its reference, for example PRJ-0007.")
        entry = self.instance
        if not entry.pk:
            return
        # A side that the person may not see is neither shown nor changed.
        seen = set(
            Project.objects.visible_to(self.user)
            .filter(pk__in=[entry.dependency.giver_id, entry.project_id])
            .values_list("pk", flat=True)
        )
        for name, pk in (("giver", entry.dependency.giver_id), ("scope", entry.project_id)):
            if pk not in seen:
                del self.fields[name]
                self.initial.pop(name, None)


class ContractMoveForm(forms.Form):
    """One move of a dependency: a day, where it needs one, and words, where it needs or takes them."""

    expected = forms.CharField(required=False, widget=forms.HiddenInput)
    day = forms.DateField(widget=DayInput())
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, required=False)

    DAYS = {
        "agree": (gettext_lazy("Committed for"), gettext_lazy("The day by which it will be there, for certain.")),
        "deliver": (gettext_lazy("Delivered on"), ""),
    }
    WORDS = {
        "deliver": gettext_lazy("What was delivered, and where it is found"),
        "accept": gettext_lazy("What is said on accepting it"),
    }

    def __init__(self, *args: Any, move: Move, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if move.verb in self.DAYS:
            self.fields["day"].label, self.fields["day"].help_text = self.DAYS[move.verb]
        else:
            del self.fields["day"]
        if move.reason:
            self.fields["reason"].label, self.fields["reason"].required = _("Reason"), True
        elif move.verb in self.WORDS:
            self.fields["reason"].label = self.WORDS[move.verb]
        else:
            del self.fields["reason"]


class OfferForm(forms.Form):
    """Another day for the other side."""

    side = forms.ChoiceField(label=gettext_lazy("For"), widget=forms.RadioSelect)
    offered_on = forms.DateField(label=gettext_lazy("New day"), widget=DayInput())
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        help_text=gettext_lazy("The other side decides by it."),
    )

    def __init__(self, *args: Any, sides: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = sides  # type: ignore[attr-defined]
        if len(sides) == 1:
            self.fields["side"].widget = forms.HiddenInput()
            self.fields["side"].initial = sides[0][0]


class AnswerForm(forms.Form):
    """Accept or refuse an offered day."""

    words = forms.CharField(
        label=gettext_lazy("Answer in words"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, required=False
    )

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = needed


class SideRatingForm(forms.Form):
    """How a side sees the contract itself."""

    rag = forms.ChoiceField(label=gettext_lazy("Rating"), choices=RATINGS, widget=RagChoice, required=False)
