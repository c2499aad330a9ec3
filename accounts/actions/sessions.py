"""Sessions: remember a sign-in, end the others."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from axes.models import AccessAttempt, AccessFailureLog
from axes.utils import reset
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.guesses import forget_guesses, know_address
from accounts.models import SignIn, User
from core.errors import ActionError

log = structlog.get_logger(__name__)


PAUSED_SHOWN = 50
FAILED_SHOWN = 20


def paused_sign_ins(*, at: datetime) -> list[dict[str, Any]]:
    """Accounts that cannot sign in from a network address, after too many attempts with a wrong password; the newest first, at most
    PAUSED_SHOWN. `user`: the key of the person, None where the address is nobody's. Two queries."""
    since = at - timedelta(hours=settings.AXES_COOLOFF_TIME)
    locked = AccessAttempt.objects.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gte=since)
    rows = list(locked.order_by("-attempt_time").values("username", "ip_address", "attempt_time")[:PAUSED_SHOWN])
    people = dict(User.objects.filter(email__in=[row["username"] for row in rows]).values_list("email", "pk"))
    return [row | {"user": people.get(row["username"])} for row in rows]


def failed_attempts() -> list[dict[str, Any]]:
    """The latest tries with a wrong password, the newest first, at most FAILED_SHOWN. One query."""
    rows = AccessFailureLog.objects.order_by("-attempt_time")
    return list(rows.values("username", "ip_address", "attempt_time", "locked_out")[:FAILED_SHOWN])


def open_sign_in(*, user: User, why: str, address: str | None = None) -> int:
    """Let a person whose sign-in is paused try again, from everywhere. `why`: for the log; `address`: where they read their mail, so
    that nobody who goes on guessing elsewhere keeps them out. Returns how many pauses ended."""
    count: int = reset(username=user.email)
    forget_guesses(user.email)
    if address:
        know_address(user.email, address)
    if count:
        log.info("sign_in_opened", user_id=user.pk, why=why)
    return count


@transaction.atomic
def record_sign_in(*, user: User, session_key: str, address: str | None, device: str, at: datetime) -> SignIn:
    """Remember that the person signed in."""
    transaction.on_commit(lambda: forget_guesses(user.email, known_only=True))
    return SignIn.objects.create(user=user, session_key=session_key, address=address or None, device=device[:300], at=at)


@transaction.atomic
def end_sign_in(*, session_key: str, at: datetime) -> None:
    """The person signed out."""
    SignIn.objects.filter(session_key=session_key, ended_at=None).update(ended_at=at, ending="signed_out")


def _end(rows: "QuerySet[SignIn]", ending: str, at: datetime) -> int:
    keys = list(rows.filter(ended_at=None).select_for_update().values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return rows.filter(session_key__in=keys, ended_at=None).update(ended_at=at, ending=ending)


@transaction.atomic
def end_sessions(*, user: User, ending: str, at: datetime, but: str = "") -> int:
    """End the person's sessions at once, but for the one with the key `but`. Returns how many."""
    return _end(user.sign_ins.exclude(session_key=but) if but else user.sign_ins.all(), ending, at)


@transaction.atomic
def end_session(*, user: User, pk: int, at: datetime) -> None:
    """End one of the person's sessions. Raises ActionError when it is not theirs or ended already."""
    if not _end(user.sign_ins.filter(pk=pk), "elsewhere", at):
        raise ActionError(_("This session has ended already."))


@transaction.atomic
def move_session(*, user: User, old_key: str, new_key: str) -> None:
    """The session got a new id and stays the same sign-in."""
    user.sign_ins.filter(session_key=old_key, ended_at=None).update(session_key=new_key)


def alive_sessions(user: User, at: datetime) -> list[SignIn]:
    """The person's sign-ins whose session still works. Two queries."""
    rows = list(user.sign_ins.filter(ended_at=None))
    alive = set(
        Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=at).values_list(
            "session_key", flat=True
        )
    )
    return [row for row in rows if row.session_key in alive]
