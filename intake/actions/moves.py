"""Move a request from state to state: the one place where that happens, whoever asks for it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.actions.locking import lock, save
from core.errors import ActionError
from core.history import recorded
from intake.actions.cases import freeze_case
from intake.actions.letters import tell_parties
from intake.models import Request, RequestMove
from intake.models.answers import missing_of
from intake.models.requests import State
from intake.transitions import TRANSITIONS


class MovedMeanwhile(ActionError):
    """The request does not stand any more where the person saw it. `current` is the request as it is now."""

    def __init__(self, current: Request) -> None:
        super().__init__(_moved_already(current))
        self.current = current


@transaction.atomic
def move_request(
    request: Request,
    *,
    verb: str,
    by: Any,
    at: datetime,
    reason: str = "",
    until: date | None = None,
    expected: str = "",
    tell: bool = True,
) -> Request:
    """Make one of `intake/transitions.py`'s moves, write it down and tell requester and followers.

    `expected` is the state that the person saw: when somebody else moved the request meanwhile, MovedMeanwhile says who
    and when. `by` is None for a requester without an account. `until` belongs to deferring. `tell=False` where the caller
    writes a letter of its own. Raises ActionError when the move does not lead out of the present state, or a reason is
    missing. Rights are the caller's to check.
    """
    transition = TRANSITIONS[verb]
    with recorded(f"intake.request.{verb}"):
        row = lock(Request.objects.all(), request.pk)
        if row.merged_into is not None:
            raise ActionError(_("The request was merged into %(other)s: move that one.") % {"other": row.merged_into.reference})
        if row.state not in transition.sources or (expected and row.state != expected):
            raise MovedMeanwhile(row)
        reason = reason.strip()
        if transition.reason and not reason:
            raise ActionError(_("Give a reason: it goes into the record and to the requester."), field="reason")
        if transition.target == State.DEFERRED and until is None:
            raise ActionError(_("Say until when."), field="until")
        if verb in ("assess", "ready"):
            _refuse_incomplete(row, transition.target)
        RequestMove.objects.create(request=row, from_state=row.state, to_state=transition.target, reason=reason, by=by, at=at)
        row.state, row.moved_at = transition.target, at
        row.resume_on = until if transition.target == State.DEFERRED else None
        if verb == "submit":
            row.submitted_at = at
        save(row)
        if transition.target == State.READY:
            freeze_case(row, by=by, at=at)
        if transition.tells and tell:
            tell_parties(row, reason=reason, at=at, but=by)
    return row


def _refuse_incomplete(row: Request, state: str) -> None:
    """A form says which of its questions must be answered before assessment and before the decision."""
    missing = [one.label for one in missing_of(row, state) if one.label]
    if missing:
        raise ActionError(
            _("Still to be answered before “%(state)s”: %(what)s. Ask the requester, or edit the request.")
            % {"state": State(state).label, "what": "; ".join(missing)}
        )


def _moved_already(row: Request) -> str:
    last = row.moves.select_related("by").last()
    if last is None:
        return _("The request is in the state “%(state)s”; this cannot be done there.") % {"state": row.get_state_display()}
    return _("%(who)s moved the request to “%(state)s” on %(when)s; this cannot be done there.") % {
        "who": last.by or row.requester_name or _("The requester"),
        "state": row.get_state_display(),
        "when": date_format(localtime(last.at), "j M Y, H:i"),
    }
