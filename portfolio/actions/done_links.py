"""End an action from a mail (`portfolio/actions/raid_letters.py` signs the links)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import ActionError
from core.history import recorded
from portfolio.actions.raid import lock_entry, make_move, save_moved
from portfolio.models import Entry


@transaction.atomic
def finish_by_link(entry: Entry, *, by: User, at: datetime) -> Entry:
    """End an action for whom a link was signed: history names them and says that it was done from a mail, whoever is signed in.

    Raises ActionError when it is not theirs any more, or not open.
    """
    with recorded("portfolio.action.finished_by_mail", user=by.pk):
        row = lock_entry(entry)
        if row.owner_id != by.pk:
            raise ActionError(_("This action belongs to somebody else now."))
        make_move(row, "finish", at=at)
        save_moved(row, by=by, at=at)
    return row
