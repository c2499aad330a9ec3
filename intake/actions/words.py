"""What the recorded actions on requests are called, for the pages of history."""

from django.utils.translation import gettext_lazy as _

from intake.transitions import TRANSITIONS

ACTIONS_IN_WORDS = {
    "intake.request.created": _("Added the request"),
    "intake.request.edited": _("Edited the request"),
    "intake.question.asked": _("Asked a question"),
    "intake.question.answered": _("Answered a question"),
    **{f"intake.request.{verb}": transition.label for verb, transition in TRANSITIONS.items()},
}
