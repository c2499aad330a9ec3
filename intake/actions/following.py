"""Follow a request: be told when it moves, without asking for the same again."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import refuse_auditor
from core.actions.locking import lock
from core.errors import ActionError
from core.history import recorded
from intake.models import Request, RequestParty
from intake.models.requests import Part


@transaction.atomic
def follow_request(request: Request, *, by: Any) -> bool:
    """The person is told from now on when the request moves; whether that is new. Raises ActionError for the requester, who
    is told anyway, and for auditors."""
    with recorded("intake.request.followed"):
        row = lock(Request.objects.all(), request.pk)
        refuse_auditor(by, field="")
        if row.requester_id == by.pk:
            raise ActionError(_("You asked for it: you are told anyway."))
        _party, is_new = RequestParty.objects.get_or_create(request=row, user=by, part=Part.FOLLOWER)
    return is_new


@transaction.atomic
def unfollow_request(request: Request, *, by: Any) -> None:
    """The person is not told any more. Raises ActionError where following is all that lets them see the request."""
    with recorded("intake.request.unfollowed"):
        row = lock(Request.objects.all(), request.pk)
        row.parties.filter(user=by, part=Part.FOLLOWER).delete()
        if not Request.objects.visible_to(by).filter(pk=row.pk).exists():
            raise ActionError(_("You see this request only because you follow it. Ask the office if you want to leave it."))


def follows(found: Request, user: Any) -> bool | None:
    """Whether the person follows the request; None for who asked for it and is told anyway. One query."""
    if found.requester_id == user.pk:
        return None
    return bool(found.parties.filter(user=user, part=Part.FOLLOWER).exists())
