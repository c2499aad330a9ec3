"""What the recorded actions on requests are called, for the pages of history."""

from django.utils.translation import gettext_lazy as _

from intake.transitions import TRANSITIONS

ACTIONS_IN_WORDS = {
    "intake.request.created": _("Added the request"),
    "intake.request.edited": _("Edited the request"),
    "intake.request.assigned": _("Gave the request to an owner"),
    "intake.request.linked": _("Linked the request to an objective"),
    "intake.request.unlinked": _("Removed the link to an objective"),
    "intake.request.merged": _("Merged two requests"),
    "intake.request.unmerged": _("Undid the merge"),
    "intake.request.split": _("Split the request"),
    "intake.question.asked": _("Asked the requester"),
    "intake.question.answered": _("Answered the question"),
    **{f"intake.request.{verb}": transition.label for verb, transition in TRANSITIONS.items()},
}
