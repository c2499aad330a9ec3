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
    "intake.request.decided": _("Decided on the request"),
    "intake.condition.met": _("Met a condition"),
    "intake.decision.recorded": _("Recorded a decision"),
    "intake.decision.record_failed": _("The record of a decision could not be made"),
    "intake.decision.record_retried": _("Made the record of a decision again"),
    "intake.entry.dropped": _("Dropped an entry of a round"),
    "intake.entry.forced": _("Forced an entry into a round"),
    "intake.entry.freed": _("Freed an entry of a round"),
    "intake.entry.ranked": _("Ranked an entry of a round"),
    "intake.meeting.created": _("Called a meeting"),
    "intake.meeting.edited": _("Edited a meeting"),
    "intake.meeting.closed": _("Closed a meeting"),
    "intake.meeting.item_added": _("Put something on the agenda"),
    "intake.meeting.item_moved": _("Moved something on the agenda"),
    "intake.meeting.item_removed": _("Took something off the agenda"),
    "intake.round.created": _("Opened a selection round"),
    "intake.round.edited": _("Edited a selection round"),
    "intake.round.gathered": _("Gathered the candidates of a round"),
    "intake.round.ranked": _("Ranked the candidates of a round"),
    "intake.round.closed": _("Closed a selection round"),
    "intake.vote.cast": _("Voted"),
    **{f"intake.request.{verb}": transition.label for verb, transition in TRANSITIONS.items()},
}
