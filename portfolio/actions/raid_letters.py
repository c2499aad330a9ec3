"""Mails of the registers: an action that became somebody's, and once a day what is due, with a link that ends an action.

A link is signed for one person, one entry and the state in which it was sent, and ends after LINK_DAYS. It does nothing when it is
opened (mail scanners follow links): `portfolio/actions/done_links.py` acts when the page's button is pressed.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.actions.mail import full_url
from core.actions.preferences import mail_person
from core.history import recorded
from core.models import OutgoingMail
from portfolio.models import Entry, EntryReminder
from portfolio.registers import CONTRACTED

SALT = "portfolio.action.done"
LINK_DAYS = 30
DAYS_BEFORE = 2
REPEAT_DAYS = 7
MOST_REPEATS = 4
SHOWN = 40


def done_link(entry: Entry, person: Any) -> str:
    """The whole address by which this person ends this action without signing in."""
    found = {"entry": entry.pk, "person": person.pk, "state": entry.status, "version": entry.version}
    token = signing.dumps(found, salt=SALT)
    return full_url(reverse("portfolio:action-done", args=[token]))


def read_link(token: str) -> dict[str, Any]:
    """Entry, person, state and version of a link. Raises `signing.SignatureExpired` for an old one and `signing.BadSignature` for one that
    we did not make."""
    found = signing.loads(token, salt=SALT, max_age=timedelta(days=LINK_DAYS))
    if not isinstance(found, dict) or not {"entry", "person", "state", "version"} <= found.keys():
        raise signing.BadSignature("not one of these links")
    return found


def address_of(entry: Entry) -> str:
    """The whole address of an entry's page, for mails."""
    return full_url(reverse(f"portfolio:{entry.kind}-detail", args=[entry.reference]))


def mail_owner(entry: Entry, *, by: Any, at: datetime) -> None:
    """Tell somebody that an action became theirs, with the link that ends it. What was imported is told by the daily reminder."""
    owner = entry.owner
    if entry.kind != "action" or owner is None or entry.source or not entry.is_open:
        return
    with translation.override(owner.language or settings.LANGUAGE_CODE):
        words = {"title": entry.title, "person": by or _("The portfolio office")}
        context = {
            "heading": _("To do: %(title)s") % words,
            "entry": entry,
            "place": str(entry.scope),
            "by": words["person"],
            "paragraphs": [_("%(person)s gave you this action.") % words, entry.description[:600]],
            "due": date_format(entry.due_on, "j M Y") if entry.due_on else "",
            "done_url": done_link(entry, owner),
            "reason": _("You get this because the action is yours."),
            "action": _("Open the action"),
            "action_url": address_of(entry),
        }
    key = f"action-owner:{entry.pk}:{entry.version}:{owner.pk}"
    mail_person(
        topic="action_mine",
        to=owner,
        key=key,
        template="action_mine",
        context=context,
        at=at,
        shows=[entry],
        about=entry,
        is_secret=True,
    )


@dataclass(frozen=True)
class Due:
    """One entry that is due, for the mail. `what`: action, issue, decision, assumption, risk (to be reviewed), or the side of a
    dependency for which its reader is told."""

    entry: Entry
    due_on: date
    step: int  # 0: soon or today; 1: overdue; 2, 3 …: overdue for so many weeks more
    url: str
    done_url: str
    side: str = ""  # of a dependency: "giver", "receiver"

    @property
    def what(self) -> str:
        """What it is."""
        if self.side:
            return (
                _("another project gets it from yours") if self.side == "giver" else _("your project gets it from another one")
            )
        return str(_("risk to review") if self.entry.kind == "risk" else self.entry.register.noun)

    @property
    def is_late(self) -> bool:
        """Whether its day has passed."""
        return self.step > 0


def step_of(due_on: date, on: date) -> int | None:
    """Which reminder is due: see `Due.step`; None: none, it is early yet, or enough was said."""
    late = (on - due_on).days
    if late <= 0:
        return 0 if -late <= DAYS_BEFORE else None
    step = 1 + (late - 1) // REPEAT_DAYS
    return step if step <= MOST_REPEATS else None


def send_register_reminders(*, at: datetime) -> int:
    """Queue today's reminders of actions, issues, decisions, assumptions, reviews and commitments that have not gone out: one mail a person.
    Returns how many; running it again queues none."""
    on = timezone.localdate(at)
    with recorded("portfolio.entry.reminded"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", ["portfolio.send_register_reminders"])
        fresh = _not_yet_told(on)
        keys = {f"registers-due:{pk}:{on.isoformat()}": pk for pk in fresh}
        # Who got today's mail already is told tomorrow, of what is still open then.
        for key in OutgoingMail.objects.filter(key__in=keys).values_list("key", flat=True):
            del fresh[keys[key]]
        sent = 0
        for person in User.objects.filter(pk__in=fresh, is_active=True):
            sent += _remind(person, fresh[person.pk], on, at)
        return sent


Told = tuple[Entry, date, int, str]


def _not_yet_told(on: date) -> dict[int, list[Told]]:
    """Person -> what is to be told: entry, its day, step, side of a dependency. Three queries."""
    until = on + timedelta(days=DAYS_BEFORE)
    since = on - timedelta(days=REPEAT_DAYS * MOST_REPEATS)
    days = Q(kind="risk", review_on__range=(since, until)) | Q(
        kind__in=["action", "issue", "decision", "assumption"], due_on__range=(since, until)
    )
    rows = Entry.objects.open().filter(days, owner__isnull=False).select_related("project", "programme", "portfolio")
    rows = rows.order_by(F("due_on").asc(nulls_last=True), "pk")
    told = set(EntryReminder.objects.filter(day__range=(since, until)).values_list("entry_id", "user_id", "day", "step"))
    found: dict[int, list[Told]] = defaultdict(list)
    for entry in rows:
        day = entry.review_on if entry.kind == "risk" else entry.due_on
        step = step_of(day, on) if day else None
        if day and step is not None and (entry.pk, entry.owner_id, day, step) not in told:
            found[entry.owner_id].append((entry, day, step, ""))
    for entry, person, day, side in _commitments(since, until):
        step = step_of(day, on)
        if step is not None and (step or side == "giver") and (entry.pk, person, day, step) not in told:
            found[person].append((entry, day, step, side))
    return found


def _commitments(since: date, until: date) -> Iterator[tuple[Entry, int, date, str]]:
    """What one project committed to give another in these days: entry, who leads a side, day, side; one who leads both sides is
    told as the giver. One query."""
    rows = Entry.objects.filter(kind="dependency", status__in=CONTRACTED, dependency__committed_on__range=(since, until))
    joined = rows.select_related("dependency__giver", "dependency__receiver", "project").order_by(
        "dependency__committed_on", "pk"
    )
    for entry in joined:
        contract, told = entry.dependency, set[int]()
        for side, project in (("giver", contract.giver), ("receiver", contract.receiver)):
            person = project.manager_id or project.sponsor_id
            if person is not None and person not in told and contract.committed_on is not None:
                told.add(person)
                yield entry, person, contract.committed_on, side


def _remind(person: User, rows: list[Told], on: date, at: datetime) -> int:
    # Only of what they still see: an owner may have lost the project.
    seen = set(Entry.objects.visible_to(person).filter(pk__in=[row[0].pk for row in rows]).values_list("pk", flat=True))
    rows = [row for row in rows if row[0].pk in seen][:SHOWN]
    if not rows:
        return 0
    EntryReminder.objects.bulk_create(
        [EntryReminder(entry=entry, user=person, day=day, step=step, sent_at=at) for entry, day, step, _side in rows],
        ignore_conflicts=True,
    )
    with translation.override(person.language or settings.LANGUAGE_CODE):
        items = [
            Due(entry, day, step, address_of(entry), done_link(entry, person) if entry.kind == "action" else "", side)
            for entry, day, step, side in rows
        ]
        items.sort(key=lambda item: (item.due_on, item.entry.reference))
        context = {
            "heading": _heading(items),
            "items": items,
            "paragraphs": [
                f"{item.entry.title} ({item.entry.reference}), {date_format(item.due_on, 'j M Y')}" for item in items
            ],
            "reason": _("You get this because these entries of the registers are yours, or concern a project that you lead."),
            "action": _("Open My work"),
            "action_url": full_url(reverse("home")),
        }
    mail_person(
        topic="registers_due",
        to=person,
        key=f"registers-due:{person.pk}:{on.isoformat()}",
        template="registers_due",
        context=context,
        at=at,
        shows=[item.entry for item in items],
        is_secret=any(item.done_url for item in items),
    )
    return 1


def _heading(items: list[Due]) -> str:
    """The finding: how many are overdue, how many are due soon."""
    late = sum(item.is_late for item in items)
    soon = len(items) - late
    if len(items) == 1:
        words = _("Overdue since %(day)s: %(title)s") if late else _("Due %(day)s: %(title)s")
        return words % {"day": date_format(items[0].due_on, "j M Y"), "title": items[0].entry.title}
    parts = []
    if late:
        parts.append(ngettext("%(n)s thing of yours is overdue", "%(n)s things of yours are overdue", late) % {"n": late})
    if soon:
        parts.append(ngettext("%(n)s is due soon", "%(n)s are due soon", soon) % {"n": soon})
    found = ", ".join(parts)
    return found[:1].upper() + found[1:]
