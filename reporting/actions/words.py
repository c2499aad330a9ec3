"""What the recorded actions on report schedules and runs are called, for the pages of history."""

from django.utils.translation import gettext_lazy as _

ACTIONS_IN_WORDS = {
    "reporting.demo.loaded": _("Loaded the demonstration"),
    "reporting.run.due": _("A report fell due"),
    "reporting.run.requested": _("Asked for a report"),
    "reporting.run.done": _("Made and sent a report"),
    "reporting.run.failed": _("A report failed"),
    "reporting.schedule.created": _("Added a report schedule"),
    "reporting.schedule.edited": _("Edited a report schedule"),
    "reporting.schedule.deleted": _("Deleted a report schedule"),
    "reporting.schedule.paused": _("Paused a report schedule"),
    "reporting.schedule.resumed": _("Resumed a report schedule"),
    "reporting.schedule.taken_over": _("Took a report schedule over"),
}
