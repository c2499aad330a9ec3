"""Make and change schedules, and find what is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.locking import lock, save
from core.errors import ActionError
from core.history import recorded
from core.holidays import holidays_of
from core.jobs import soon
from reporting.formulas.cadence import latest_missed, upcoming
from reporting.models import Purpose, ReportRecipient, ReportRun, ReportSchedule

RUN_TASK = "reporting.work_on_runs"
FAILURES_BEFORE_PAUSE = 5
BATCH = 20
KEPT = ("failures", "paused_at", "paused_reason", "deleted_at")
"""What runs and other verbs write: an edit leaves it as it stands at its moment."""


def next_due(schedule: ReportSchedule, *, after: datetime) -> datetime | None:
    """The next due instant later than `after`; None where there will be none."""
    return next(iter(upcoming(schedule.cadence, after=after, count=1, holidays=holidays_of(schedule.country))), None)


@dataclass(frozen=True)
class Recipients:
    """Whom a schedule sends to by name: people, and addresses outside."""

    users: tuple[Any, ...] = ()
    addresses: tuple[str, ...] = ()


def create_schedule(*, schedule: ReportSchedule, recipients: Recipients, by: Any, at: datetime) -> ReportSchedule:
    """Store a new schedule, owned by who makes it. Raises ActionError when it would never be due or reach nobody."""
    with transaction.atomic(), recorded("reporting.schedule.created"):
        schedule.owner = by
        _check(schedule, recipients, at)
        schedule.save()
        _set_recipients(schedule, recipients)
    return schedule


def edit_schedule(*, changed: ReportSchedule, recipients: Recipients, version: int, at: datetime) -> ReportSchedule:
    """Store what was changed; a moment that has come and was not dispatched yet still has its run. Raises EditConflict for a stale
    version, ActionError as `create_schedule` does."""
    with transaction.atomic(), recorded("reporting.schedule.edited"):
        row = lock(ReportSchedule.objects.all(), changed.pk, version=version)
        if ReportSchedule.objects.due(at).filter(pk=row.pk).exists():  # nobody dispatched it yet: the edit would pass over it
            _dispatch(row, at)
        for name in KEPT:
            setattr(changed, name, getattr(row, name))
        _check(changed, recipients, at)
        save(changed)
        _set_recipients(changed, recipients)
    return changed


def _check(schedule: ReportSchedule, recipients: Recipients, at: datetime) -> None:
    try:
        due = next_due(schedule, after=at)
    except ValueError as error:
        raise ActionError(str(error), field="kind") from error
    if due is None:
        raise ActionError(_("With this calendar the report would never be due."), field="kind")
    if not (recipients.users or recipients.addresses or schedule.roles):
        raise ActionError(_("Choose at least one recipient."), field="users")
    schedule.next_due_at = due


def _set_recipients(schedule: ReportSchedule, recipients: Recipients) -> None:
    users = {user.pk for user in recipients.users}
    addresses = {address.strip().lower() for address in recipients.addresses if address.strip()}
    known = list(schedule.recipients.all())
    for row in known:
        if row.user_id not in users and row.address.lower() not in addresses:
            row.delete()
    have_users = {row.user_id for row in known if row.user_id}
    have_addresses = {row.address.lower() for row in known if row.address}
    ReportRecipient.objects.bulk_create(
        [
            *(ReportRecipient(schedule=schedule, user_id=pk) for pk in sorted(users - have_users)),
            *(ReportRecipient(schedule=schedule, address=address) for address in sorted(addresses - have_addresses)),
        ]
    )


def pause_schedule(*, schedule: ReportSchedule, reason: str, at: datetime) -> None:
    """Stop it until somebody resumes it."""
    with transaction.atomic(), recorded("reporting.schedule.paused"):
        row = lock(ReportSchedule.objects.all(), schedule.pk)
        if row.paused_at is None:
            row.paused_at, row.paused_reason = at, reason[:300]
            save(row)


def resume_schedule(*, schedule: ReportSchedule, by: Any, at: datetime) -> ReportSchedule:
    """Let it run again from its next due time; what it missed meanwhile stays unsent. The one who resumes answers for
    it from now on if the owner left. Raises ActionError when it is not paused."""
    with transaction.atomic(), recorded("reporting.schedule.resumed"):
        row = lock(ReportSchedule.objects.all(), schedule.pk)
        if row.paused_at is None:
            raise ActionError(_("This schedule is not paused."))
        if not row.owner.is_active:
            row.owner = by
        row.paused_at, row.paused_reason, row.failures = None, "", 0
        row.next_due_at = next_due(row, after=at)
        save(row)
    return row


def take_over_schedule(*, schedule: ReportSchedule, by: Any) -> None:
    """Become the owner: from now on the reports hold what `by` may see."""
    with transaction.atomic(), recorded("reporting.schedule.taken_over"):
        row = lock(ReportSchedule.objects.all(), schedule.pk)
        row.owner = by
        save(row)


def delete_schedule(*, schedule: ReportSchedule, at: datetime, version: int | None = None) -> None:
    """End it. Its runs and what they sent stay in the archive. Raises EditConflict when it is not at `version` any more."""
    with transaction.atomic(), recorded("reporting.schedule.deleted"):
        row = lock(ReportSchedule.objects.all(), schedule.pk, version=version)
        row.deleted_at = at
        save(row)


def dispatch_due(now: datetime) -> list[int]:
    """Make a run of every schedule whose moment has come, and move its date on, in one transaction each.

    After a time without service: one run, for the latest missed instant, that knows how many it passes over.
    """
    made: list[int] = []
    for pk in ReportSchedule.objects.due(now).order_by("next_due_at", "pk").values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic(), recorded("reporting.run.due"):
            schedule = ReportSchedule.objects.due(now).select_for_update(skip_locked=True).filter(pk=pk).first()
            if schedule is None:  # another dispatcher has it, or had it
                continue
            made += _dispatch(schedule, now)
    return made


def _dispatch(schedule: ReportSchedule, now: datetime) -> Iterable[int]:
    holidays = holidays_of(schedule.country)
    try:
        due_at, passed_over = latest_missed(schedule.cadence, first=schedule.next_due_at or now, until=now, holidays=holidays)
        following = next_due(schedule, after=max(due_at, now))
    except ValueError as error:  # a zone that the system no longer knows
        schedule.paused_at, schedule.paused_reason = now, str(error)[:300]
        save(schedule)
        return []
    run, created = ReportRun.objects.get_or_create(
        schedule=schedule,
        due_at=due_at,
        defaults={"purpose": Purpose.SCHEDULED, "passed_over": passed_over, "next_try_at": now, "created_at": now},
    )
    schedule.next_due_at = following
    schedule.save(update_fields=["next_due_at"])
    soon(RUN_TASK)
    return [run.pk] if created else []


class RunExists(ActionError):
    """What was asked for is there: `run` is it."""

    def __init__(self, message: Any, *, run: ReportRun) -> None:
        super().__init__(message)
        self.run = run


def request_run(*, schedule: ReportSchedule, purpose: str, by: Any, at: datetime, seen: int | None = None) -> ReportRun:
    """Ask for a run now: sent to all ("now"), to oneself ("test"), or only looked at ("preview").

    Two presses are one run, whoever presses: RunExists is raised while the last one is being made and, where the page
    says which run it knew as the last one sent to all (`seen`, 0 for none), when there is a newer one since.
    """
    with transaction.atomic(), recorded("reporting.run.requested"):
        lock(ReportSchedule.objects.all(), schedule.pk)
        is_for_all = purpose == Purpose.NOW
        same = schedule.runs.for_all() if is_for_all else schedule.runs.filter(requested_by=by, purpose=purpose)
        run = same.filter(state__in=["queued", "working"]).first()
        if run is None and is_for_all and seen is not None:
            run = same.filter(pk__gt=seen).exclude(state="failed").first()
        if run:
            raise RunExists(_exists_sentence(run, by), run=run)
        run = ReportRun.objects.create(
            schedule=schedule, due_at=at, purpose=purpose, requested_by=by, next_try_at=at, created_at=at
        )
        soon(RUN_TASK)
    return run  # type: ignore[no-any-return]


def _exists_sentence(run: ReportRun, by: Any) -> str:
    if run.requested_by is None:
        return _("This report was just made on schedule: this is it. Nothing more was sent.")
    if run.requested_by == by:
        return _("You have asked for this report already: this is it. Nothing more was sent.")
    return _("%(person)s has just asked for this report: this is it. Nothing more was sent.") % {"person": run.requested_by}


def last_run_for_all(schedule: ReportSchedule) -> int:
    """The newest run that went or goes to all recipients, 0 for none: what a page gives back as `seen`. One query."""
    return schedule.runs.for_all().order_by("-pk").values_list("pk", flat=True).first() or 0
