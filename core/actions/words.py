"""What the recorded actions on files, comments, imports and views are called, for the pages of history."""

from django.utils.translation import gettext_lazy as _

ACTIONS_IN_WORDS = {
    "core.attachment.added": _("Added a file"),
    "core.attachment.removed": _("Removed a file"),
    "core.comment.written": _("Wrote a comment"),
    "core.comment.edited": _("Edited a comment"),
    "core.comment.removed": _("Removed a comment"),
    "core.import.started": _("Uploaded a file to import"),
    "core.import.read": _("Read an import file"),
    "core.import.table_chosen": _("Chose the table of an import"),
    "core.import.mapped": _("Placed the columns of an import"),
    "core.import.answered": _("Answered questions of an import"),
    "core.import.confirmed": _("Confirmed an import"),
    "core.import.applied": _("Imported a file"),
    "core.import.cancelled": _("Cancelled an import"),
    "core.preference.set": _("Chose which mails to get"),
    "core.view.saved": _("Saved a view"),
    "core.view.forgotten": _("Deleted a view"),
    "core.view.shared": _("Shared a view"),
    "core.view.unshared": _("Stopped sharing a view"),
}
