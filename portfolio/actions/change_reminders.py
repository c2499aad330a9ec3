"""Changes that wait: a reminder before the day they are to be decided by, and one escalation after it. Each goes out once."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import RoleGrant, User
from core.actions.notifications import notify
from core.history import recorded
from core.office import office_day
from portfolio.actions.change_letters import Said, asked_people, day, facts_in_words, mail_about, seeing, stamp
from portfolio.actions.changes import current_deciders
from portfolio.actions.raid import entry_url
from portfolio.models import Entry
from portfolio.models.approvals import Deciders, leader_of
from portfolio.models.changes import Approver

REMIND_DAYS_BEFORE = 2


def send_change_reminders(*, at: datetime) -> int:
    """Remind who has not decided yet, and tell those above what is overdue. Returns how many changes were told of; running it
    again tells of none."""
    on = timezone.localdate(at)
    waiting = Entry.objects.filter(
        kind="change",
        status="submitted",
        due_on__lte=on + timedelta(days=REMIND_DAYS_BEFORE),
        change__submitted_at__isnull=False,
    )
    fresh = waiting.exclude(change__reminded_at__isnull=False, change__escalated_at__isnull=False)
    told = 0
    for pk in fresh.order_by("due_on", "pk").values_list("pk", flat=True):
        told += _tell(pk, on, at)
    return told


@transaction.atomic
def _tell(pk: int, on: Any, at: datetime) -> bool:
    with recorded("portfolio.change.reminded"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", ["portfolio.send_change_reminders"])
        entry = Entry.objects.select_related("change", "project__programme", "programme", "portfolio", "owner").get(pk=pk)
        change = entry.change
        if entry.status != "submitted" or entry.due_on is None:
            return False
        overdue = entry.due_on < on
        if (change.escalated_at if overdue else change.reminded_at) is not None:
            return False
        found = current_deciders(entry)
        if overdue:
            change.escalated_at = at
            _escalate(entry, found, at)
        else:
            change.reminded_at = at
            _remind(entry, found, at)
        change.save(update_fields=["reminded_at", "escalated_at"])
        return True


def _remind(entry: Entry, found: Deciders, at: datetime) -> None:
    people = asked_people(entry, found, at=at)
    text = gettext_lazy("%(entry)s is to be decided soon")
    notify(users=people, key=f"change-due:{stamp(entry)}", text=Said(text, entry), url=entry_url(entry), at=at, shows=[entry])
    for person in people:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            context = facts_in_words(entry) | {
                "heading": _("To be decided by %(day)s: %(title)s") % {"day": day(entry.due_on), "title": entry.title},
                "reason": _("You get this because this change waits for you."),
                "action": _("Read and vote") if found.is_board else _("Read and decide"),
            }
        mail_about("change_asked", person, f"change-due:{stamp(entry)}:{person.pk}", entry, context, at)


def _escalate(entry: Entry, found: Deciders, at: datetime) -> None:
    """Tell those who have not decided, who submitted it, the next above, and the head of the office."""
    heads = RoleGrant.objects.active(office_day(at)).filter(role="pmo_head", unit=None).values("user")
    above = [] if found.approver != Approver.MANAGER else [leader_of(entry, Approver.SPONSOR)]
    deciders = asked_people(entry, found, at=at)
    others = seeing(entry, [entry.change.submitted_by, entry.owner, *above, *User.objects.filter(pk__in=heads, is_active=True)])
    people = {person.pk: person for person in [*deciders, *others]}
    text = gettext_lazy("%(entry)s should have been decided")
    key = f"change-late:{stamp(entry)}"
    notify(users=people.values(), key=key, text=Said(text, entry), url=entry_url(entry), at=at, shows=[entry])
    names = ", ".join(str(person) for person in found.people)
    for person in people.values():
        with translation.override(person.language or settings.LANGUAGE_CODE):
            context = facts_in_words(entry) | {
                "heading": _("Not decided by %(day)s: %(title)s") % {"day": day(entry.due_on), "title": entry.title},
                "reason": _("You get this because you decide this change, asked for it, or stand above those who decide."),
                "action": _("Open the change request"),
            }
            if names:
                context["paragraphs"] = [_("It waits for: %(people)s.") % {"people": names}, *context["paragraphs"]]
        mail_about("change_asked", person, f"{key}:{person.pk}", entry, context, at)
