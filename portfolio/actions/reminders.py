"""Remind of updates that are due, tell sponsors and the PMO head of those still missing, and reviewers of what waits.

One mail a person and day lists everything; a reminder of one kind for one project and period goes out once, whatever
is run twice or killed in the middle (unique rows, written in the transaction that queues the mail).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import RoleGrant, User
from core.actions.mail import full_url
from core.actions.preferences import mail_person
from core.history import recorded
from core.models import OutgoingMail
from portfolio.models import Membership, Project, StatusDuty, StatusReminder, StatusUpdate
from portfolio.models.status import State
from portfolio.models.visibility import project_condition


@dataclass(frozen=True)
class Missing:
    """One update that is due: for the mail."""

    project: Project
    period: str
    due_on: date
    days: int  # until it is due; negative: overdue
    url: str


@dataclass
class Letter:
    """What one person is told today."""

    person: User
    to_write: list[Missing] = field(default_factory=list)
    to_chase: list[Missing] = field(default_factory=list)


def send_reminders(*, at: datetime) -> int:
    """Queue today's reminders that have not gone out; returns how many mails. Running it again queues none."""
    on = timezone.localdate(at)
    with recorded("portfolio.status.reminded"), transaction.atomic():
        _one_at_a_time("portfolio.send_reminders")
        due = list(StatusDuty.objects.owed(on).select_related("project__manager", "project__sponsor", "calendar"))
        fresh = _not_yet_sent(due, on)
        if not fresh:
            return 0
        letters: dict[int, Letter] = {}
        told: list[StatusReminder] = []
        _address(fresh, on, letters, told, at)
        # Who got today's mail already is told tomorrow, of what is still missing then.
        keys = {_key(pk, on): pk for pk in letters}
        for key in OutgoingMail.objects.filter(key__in=keys).values_list("key", flat=True):
            del letters[keys[key]]
        StatusReminder.objects.bulk_create(told, ignore_conflicts=True)
        for letter in letters.values():
            _send(letter, on, at)
        return len(letters)


def _one_at_a_time(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def _key(user_id: int, on: date) -> str:
    return f"status-due:{user_id}:{on.isoformat()}"


def kind_of(duty: Any, on: date) -> list[str]:
    """The kinds of reminder that are due for a duty (`StatusDutyQuerySet.owed`) on this day."""
    days = (duty.period_due_on - on).days
    if days > duty.calendar.remind_days_before:
        return []
    if days >= 0:
        return ["before" if days else "due"]
    return ["after", "escalated"] if -days >= duty.calendar.escalate_days_after else ["after"]


def _not_yet_sent(due: list[Any], on: date) -> list[tuple[Any, list[str]]]:
    wanted = [(duty, kinds) for duty in due if (kinds := kind_of(duty, on))]
    periods = {duty.period_id for duty, _kinds in wanted}
    sent = set(StatusReminder.objects.filter(period__in=periods).values_list("project_id", "period_id", "kind"))
    fresh = []
    for duty, kinds in wanted:
        new = [kind for kind in kinds if (duty.project_id, duty.period_id, kind) not in sent]
        if new:
            fresh.append((duty, new))
    return fresh


def _address(
    fresh: list[tuple[Any, list[str]]], on: date, letters: dict[int, Letter], told: list[StatusReminder], at: datetime
) -> None:
    writers = _named_writers([duty.project_id for duty, _kinds in fresh], on)
    heads = _heads(on)
    visible = {head.pk: _seen(head, fresh) for head in heads}
    for duty, kinds in fresh:
        project = duty.project
        missing = _missing(duty, on)
        told += [StatusReminder(project=project, period_id=duty.period_id, kind=kind, sent_at=at) for kind in kinds]
        if set(kinds) - {"escalated"}:
            for person in _people([project.manager, *writers[project.pk]]):
                letters.setdefault(person.pk, Letter(person)).to_write.append(missing)
        if "escalated" in kinds:
            for person in _people([project.sponsor, *(head for head in heads if project.pk in visible[head.pk])]):
                letters.setdefault(person.pk, Letter(person)).to_chase.append(missing)


def _missing(duty: Any, on: date) -> Missing:
    path = reverse("portfolio:update-write", args=[duty.project.reference, duty.period_id])
    days = (duty.period_due_on - on).days
    return Missing(duty.project, duty.period_label, duty.period_due_on, days, full_url(path))


def _people(candidates: Iterable[User | None]) -> list[User]:
    return list({person.pk: person for person in candidates if person is not None and person.is_active}.values())


def _named_writers(project_ids: list[int], on: date) -> dict[int, list[User]]:
    """Direct members who write as project manager: they are asked as the manager is."""
    found: dict[int, list[User]] = defaultdict(list)
    rows = Membership.objects.active(on).filter(role="project_manager", project__in=project_ids).select_related("user")
    for row in rows:
        found[row.project_id].append(row.user)
    return found


def _heads(on: date) -> list[User]:
    grants = RoleGrant.objects.active(on).filter(role="pmo_head", unit=None)
    return list(User.objects.filter(pk__in=grants.values("user"), is_active=True))


def _seen(person: User, fresh: list[tuple[Any, list[str]]]) -> set[int]:
    """Which of these projects the person may see: a confidential one stays unnamed to those not named on it."""
    condition = project_condition(person, "status.view")
    ids = [duty.project_id for duty, kinds in fresh if "escalated" in kinds]
    return set(Project.objects.filter(condition, pk__in=ids).values_list("pk", flat=True)) if ids else set()


def _send(letter: Letter, on: date, at: datetime) -> None:
    with translation.override(letter.person.language or settings.LANGUAGE_CODE):
        context = {
            "heading": _subject(letter),
            "to_write": sorted(letter.to_write, key=lambda item: (item.due_on, item.project.reference)),
            "to_chase": sorted(letter.to_chase, key=lambda item: (item.due_on, item.project.reference)),
            "reason": _reason(letter),
            "action": _("Open My work"),
            "action_url": full_url(reverse("home")),
        }
    shows = [item.project for item in (*letter.to_write, *letter.to_chase)]
    key = _key(letter.person.pk, on)
    topic = "status_due" if letter.to_write else "status_missing"
    lines = [f"{item.project.title}, {item.period}" for item in (*letter.to_write, *letter.to_chase)]
    context["paragraphs"] = lines  # for the daily mail
    mail_person(topic=topic, key=key, template="status_due", context=context, at=at, to=letter.person, shows=shows)


def _subject(letter: Letter) -> str:
    """The finding: how many are due or overdue."""
    late = sum(item.days < 0 for item in letter.to_write)
    if letter.to_write and late:
        return ngettext("%(count)d status update is overdue", "%(count)d status updates are overdue", late) % {"count": late}
    if letter.to_write:
        count, first = len(letter.to_write), min(item.days for item in letter.to_write)
        if first == 0:
            return ngettext(
                "%(count)d status update is due today", "%(count)d status updates are due, the first today", count
            ) % {"count": count}
        return ngettext("%(count)d status update is due soon", "%(count)d status updates are due soon", count) % {
            "count": count
        }
    count = len(letter.to_chase)
    return ngettext("%(count)d project has not reported", "%(count)d projects have not reported", count) % {"count": count}


def _reason(letter: Letter) -> str:
    if letter.to_write:
        return _("You get this because you write the status updates of these projects.")
    return _("You get this because these projects report to you as sponsor or PMO head.")


def send_review_digest(*, at: datetime) -> int:
    """Tell reviewers once a day what waits, if something was submitted since the day before; returns how many mails."""
    on = timezone.localdate(at)
    with transaction.atomic():
        _one_at_a_time("portfolio.send_review_digest")
        waiting = StatusUpdate.objects.filter(state=State.SUBMITTED, project__archived_at=None)
        if not waiting.filter(submitted_at__gte=at - timedelta(days=1)).exists():
            return 0
        roles = ("pmo_analyst", "pmo_head")
        grants = RoleGrant.objects.active(on).filter(role__in=roles, unit=None)
        sent = 0
        for person in User.objects.filter(pk__in=grants.values("user"), is_active=True):
            key = f"status-review:{person.pk}:{on.isoformat()}"
            mine = waiting.filter(project_condition(person, "status.review", "project__")).exclude(submitted_by=person)
            rows = list(mine.select_related("project", "period", "submitted_by").order_by("submitted_at")[:50])
            if rows and not OutgoingMail.objects.filter(key=key).exists():
                _send_digest(person, rows, key, at)
                sent += 1
        return sent


def _send_digest(person: User, rows: list[StatusUpdate], key: str, at: datetime) -> None:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        count = len(rows)
        context = {
            "heading": ngettext("%(count)d status update waits for review", "%(count)d status updates wait for review", count)
            % {"count": count},
            "updates": rows,
            "reason": _("You get this because you review status updates."),
            "action": _("Open the review queue"),
            "action_url": full_url(reverse("portfolio:update-list")),
        }
    shows = [row.project for row in rows]
    mail_person(topic="status_review", key=key, template="status_review", context=context, at=at, to=person, shows=shows)
