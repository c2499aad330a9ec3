"""People: invite, edit, disable, enable."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actions.grants import refuse_last_administrator
from accounts.actions.passwords import send_invitation
from accounts.actions.sessions import end_sessions
from accounts.models import RoleGrant, User
from core.actions.locking import lock, save
from core.errors import ActionError
from core.history import recorded
from core.office import office_day

PROFILE_FIELDS = ("name", "job_title", "language", "time_zone")
EDITED_FIELDS = ("email", "unit", *PROFILE_FIELDS)


@transaction.atomic
def invite_person(*, email: str, by: User | None, at: datetime, **fields: Any) -> User:
    """Open an account without a password and mail the person a link to choose one; one that is disabled from the start
    (`is_active` False) gets no mail. `by` None: the command line.

    `fields` are of EDITED_FIELDS. Raises ActionError when the address is taken.
    """
    try:
        with transaction.atomic(), recorded("accounts.user.invited"):
            person = User.objects.create_user(email, **fields)
    except IntegrityError as error:
        raise ActionError(_("Somebody with this e-mail address exists already."), field="email") from error
    if person.is_active:
        send_invitation(user=person, by=by, at=at)
    return person


@transaction.atomic
def edit_person(*, pk: int, version: int, changes: dict[str, Any]) -> User:
    """Change what is known about a person. Raises EditConflict for a stale version, ActionError for a taken address."""
    person = lock(User.objects.all(), pk, version=version)
    for name in EDITED_FIELDS:
        if name in changes:
            setattr(person, name, changes[name])
    person.email = person.email.strip().lower()
    try:
        with transaction.atomic(), recorded("accounts.user.edited"):
            save(person)
    except IntegrityError as error:
        raise ActionError(_("Somebody with this e-mail address exists already."), field="email") from error
    return person


@transaction.atomic
def edit_profile(*, user: User, version: int, changes: dict[str, Any]) -> User:
    """Change one's own name, job title, language and time zone. Raises EditConflict for a stale version."""
    person = lock(User.objects.all(), user.pk, version=version)
    for name in PROFILE_FIELDS:
        setattr(person, name, changes[name])
    with recorded("accounts.profile.edited"):
        save(person)
    return person


@dataclass(frozen=True)
class Legacy:
    """What a room above keeps confidential. Somebody who can sign in must be named on each, or nobody sees it again."""

    left: Callable[[User], list[Any]]
    """What names this disabled person and nobody else who can sign in."""
    words: Callable[[int], str]
    """So many of them, without a name: "2 confidential projects"."""
    hand_over: Callable[[Any, User, User], None]
    """(one of them, who was named, successor): name the successor on it."""


_legacies: list[Legacy] = []


def ask_before_disabling(source: Legacy) -> None:
    """Called once per room and kind at start-up."""
    _legacies.append(source)


class SuccessorNeeded(ActionError):
    """Things would be left that nobody could see: the sentence says how many."""


@transaction.atomic
def disable_person(*, pk: int, by: User | None, at: datetime, successor: User | None = None) -> User:
    """Bar a person from signing in; their sessions and tokens stop at once. What they wrote stays.

    Raises ActionError for oneself and for the last administrator; SuccessorNeeded where only this person is named on something
    confidential and nobody takes it over. The successor is neither who disables (nobody opens a confidential thing to
    themselves) nor an auditor. `by` None: the command line.
    """
    person = _disabled(pk, by, at)
    with recorded("accounts.user.disabled"):
        person.api_tokens.filter(revoked_at=None).update(revoked_at=at)
    _hand_over(person, successor, by, at)
    end_sessions(user=person, ending="disabled", at=at)
    return person


def _disabled(pk: int, by: User | None, at: datetime) -> User:
    if by is not None and pk == by.pk:
        raise ActionError(_("You cannot disable yourself. Ask another administrator."))
    refuse_last_administrator(user_id=pk, at=at)
    person = lock(User.objects.all(), pk)
    if not person.is_active:
        raise ActionError(_("%(name)s is disabled already.") % {"name": person})
    person.is_active = False
    with recorded("accounts.user.disabled"):
        save(person)
    return person


def refusals_to_disable(keys: Iterable[int], *, by: User | None, at: datetime) -> dict[int, str]:
    """Of those who cannot be disabled, one after the other in this order: why, as a sentence. It is tried, and undone."""
    found: dict[int, str] = {}
    with transaction.atomic():
        for pk in keys:
            try:
                with transaction.atomic():
                    _hand_over(_disabled(pk, by, at), None, by, at)
            except SuccessorNeeded as needed:
                found[pk] = _("%(why)s Do it on their page.") % {"why": needed}
            except ActionError as refused:
                found[pk] = str(refused)
        transaction.set_rollback(True)
    return found


def _hand_over(person: User, successor: User | None, by: User | None, at: datetime) -> None:
    left = [(source, rows) for source in _legacies if (rows := source.left(person))]
    if not left:
        return
    if successor is None:
        raise SuccessorNeeded(
            _(
                "%(name)s is the only person named on %(things)s. Choose who takes over: otherwise nobody could see that any more."
            )
            % {"name": person, "things": _(" and ").join(source.words(len(rows)) for source, rows in left)},
            field="successor",
        )
    if by is not None and successor.pk == by.pk:
        raise ActionError(_("Nobody opens something confidential to themselves: choose somebody else."), field="successor")
    if not successor.is_active:
        raise ActionError(_("%(name)s cannot sign in: choose somebody else.") % {"name": successor}, field="successor")
    roles = RoleGrant.objects.active(office_day(at)).filter(user=successor).values_list("role", flat=True)
    if set(roles) == {"auditor"}:
        raise ActionError(
            _("%(name)s is an auditor and changes nothing: choose somebody else.") % {"name": successor}, field="successor"
        )
    for source, rows in left:
        for row in rows:
            source.hand_over(row, person, successor)


@transaction.atomic
def enable_person(*, pk: int) -> User:
    """Let a disabled person sign in again, with the rights they have. Raises ActionError when they are not disabled."""
    person = lock(User.objects.all(), pk)
    if person.is_active:
        raise ActionError(_("%(name)s may sign in already.") % {"name": person})
    person.is_active = True
    with recorded("accounts.user.enabled"):
        save(person)
    return person
