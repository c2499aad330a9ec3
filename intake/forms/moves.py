"""Forms of moves from state to state."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.widgets import DayInput
from intake.models.requests import State
from intake.transitions import Transition

REASONS = {
    "ask": (_("Your question"), _("The requester gets it by mail, with a link where they can answer.")),
    "refuse": (_("Why it is rejected"), _("In plain words: the requester reads it, and it stays on record.")),
    "postpone": (_("Why it is deferred"), _("The requester reads it, and it stays on record.")),
    "withdraw": (_("Why it is withdrawn"), _("For example: solved by the new help desk.")),
    "reopen": (_("Why it is opened again"), _("The requester reads it, and it stays on record.")),
}


class MoveForm(forms.Form):
    """The reason of a move, the day for one that defers, and the state that the person saw."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000)
    until = forms.DateField(
        label=_("Defer until"), widget=DayInput(), help_text=_("On that day it comes back to the triage queue.")
    )
    expected = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, transition: Transition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label, help_text = REASONS.get(transition.verb, (_("Reason"), _("It goes into the record and to the requester.")))
        reason = self.fields["reason"]
        reason.label, reason.help_text, reason.required = label, help_text, transition.reason
        if not transition.reason:
            reason.label, reason.help_text = _("Note"), _("Goes into the record and to the requester, if you write one.")
        if transition.target != State.DEFERRED:
            del self.fields["until"]
