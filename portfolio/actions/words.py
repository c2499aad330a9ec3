"""What the recorded actions on projects, structure, status and calendars are called, for the pages of history."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portfolio.registers import KINDS

ACTIONS_IN_WORDS = {
    "portfolio.project.created": _("Added the project"),
    "portfolio.project.edited": _("Edited the project"),
    "portfolio.project.archived": _("Archived the project"),
    "portfolio.project.unarchived": _("Brought the project back"),
    "portfolio.project.confided": _("Made the project confidential"),
    "portfolio.project.opened": _("Opened the project"),
    "portfolio.project.tagged": _("Added a tag"),
    "portfolio.project.linked": _("Linked an objective"),
    "portfolio.project.unlinked": _("Unlinked an objective"),
    "portfolio.project.identified": _("Added an external identifier"),
    "portfolio.project.unidentified": _("Removed an external identifier"),
    "portfolio.portfolio.created": _("Added the portfolio"),
    "portfolio.portfolio.edited": _("Edited the portfolio"),
    "portfolio.portfolio.archived": _("Archived the portfolio"),
    "portfolio.portfolio.unarchived": _("Brought the portfolio back"),
    "portfolio.programme.created": _("Added the programme"),
    "portfolio.programme.edited": _("Edited the programme"),
    "portfolio.programme.archived": _("Archived the programme"),
    "portfolio.programme.unarchived": _("Brought the programme back"),
    "portfolio.objective.created": _("Added the objective"),
    "portfolio.objective.edited": _("Edited the objective"),
    "portfolio.member.added": _("Added somebody to the team"),
    "portfolio.member.edited": _("Changed the dates of a team member"),
    "portfolio.member.removed": _("Took somebody off the team"),
    "portfolio.role.given": _("Gave a role on a portfolio or programme"),
    "portfolio.role.taken": _("Took a role on a portfolio or programme away"),
    "portfolio.milestone.added": _("Added a milestone"),
    "portfolio.milestone.edited": _("Edited a milestone"),
    "portfolio.milestone.removed": _("Removed a milestone"),
    "portfolio.assurance.rated": _("Rated delivery confidence"),
    "portfolio.status.drafted": _("Wrote a draft of a status update"),
    "portfolio.status.discarded": _("Discarded a draft"),
    "portfolio.status.submitted": _("Submitted a status update"),
    "portfolio.status.withdrawn": _("Withdrew a status update"),
    "portfolio.status.returned": _("Returned a status update"),
    "portfolio.status.published": _("Published a status update"),
    "portfolio.status.correction_begun": _("Began to correct a published update"),
    "portfolio.status.reminded": _("Reminded of a status update"),
    "portfolio.calendar.created": _("Added a reporting calendar"),
    "portfolio.calendar.edited": _("Edited a reporting calendar"),
    "portfolio.calendar.duties_assigned": _("Said which projects report"),
    "portfolio.calendar.periods_laid_out": _("Laid out reporting periods"),
    "portfolio.change.submitted": _("Submitted the change request"),
    "portfolio.change.voted": _("Voted on the change request"),
    "portfolio.change.decided": _("Decided the change request"),
    "portfolio.change.approved": _("Approved the change request"),
    "portfolio.change.rejected": _("Rejected the change request"),
    "portfolio.change.reminded": _("Reminded of the change request"),
    "portfolio.change.recorded": _("Made the record of the change request"),
    "portfolio.change.record_failed": _("Could not make the record of the change request"),
    "portfolio.change.record_retried": _("Asked again for the record of the change request"),
    "portfolio.route.created": _("Added an approval route"),
    "portfolio.route.edited": _("Edited an approval route"),
    "portfolio.route.removed": _("Removed an approval route"),
    "portfolio.delegation.added": _("Delegated approvals"),
    "portfolio.delegation.ended": _("Ended a delegation of approvals"),
    "portfolio.threshold.set": _("Set health thresholds"),
    "portfolio.threshold.removed": _("Removed health thresholds"),
    "portfolio.entry.linked": _("Linked two entries"),
    "portfolio.entry.unlinked": _("Took a link away"),
    "portfolio.entry.followed": _("Followed the entry"),
    "portfolio.entry.unfollowed": _("Stopped following the entry"),
    "portfolio.dependency.rated": _("Rated the dependency for a side"),
    "portfolio.dependency.offered": _("Offered another day"),
    "portfolio.dependency.answered": _("Answered an offered day"),
    "portfolio.dependency.offer_withdrawn": _("Withdrew an offered day"),
}

# The registers' verbs are data, and so are their words (portfolio/registers.py).
for kind in KINDS.values():
    done = {
        "added": _("Added the {noun}"),
        "edited": _("Edited the {noun}"),
        "converted": _("Made something else of the {noun}"),
    }
    for verb, words in done.items():
        ACTIONS_IN_WORDS[f"portfolio.{kind.key}.{verb}"] = format_lazy(words, noun=kind.noun)
    for move in kind.moves:
        label = kind.state(move.target).label
        ACTIONS_IN_WORDS[f"portfolio.{kind.key}.{move.verb}"] = format_lazy(_("Moved to “{state}”"), state=label)
