"""Make a report: claim a run, collect, draw, and hand one mail per recipient to the outbox."""

import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, connection, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.access import may
from accounts.models import User
from core.actions.mail import File, full_url, queue_mail
from core.errors import ActionError
from core.history import recorded
from core.jobs import soon
from core.locks import held, is_free
from core.models import OutgoingMail
from core.pdf.layout import LayoutError
from portfolio.models import Entry, Project
from reporting import render as drawing
from reporting import wording
from reporting.actions.schedules import FAILURES_BEFORE_PAUSE, RUN_TASK
from reporting.collect.pack import Scope, Sight, collect, for_reader, guarded, scope_of, sight_of
from reporting.formulas.changes import Changes, changes
from reporting.formulas.snapshot import Snapshot, as_data, from_data
from reporting.models import (
    Purpose,
    RecipientRole,
    Report,
    ReportDelivery,
    ReportEdition,
    ReportRun,
    ReportSchedule,
    RunState,
)
from reporting.pdf.summary import change_lines

log = structlog.get_logger(__name__)
# After the first, second … try that a killed worker, or a database or disk that was away, cut short. A bad hour is survived; what
# kills its worker every time comes to an end, and others are made in between.
WAITS = [
    timedelta(seconds=30),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
]
AT_ONCE = 2  # tries after which a killed worker's run is made again without waiting: it was most likely an update or a restart


class RunFailed(Exception):
    """A run cannot be made; the sentence is for its owner."""


@dataclass
class Reader:
    """A recipient: a person, or an address outside. With `by_role`, they get `ids` at most."""

    address: str
    user: Any = None
    ids: frozenset[int] = frozenset()
    by_role: bool = False


@dataclass
class Plan:
    """The readers who get an edition, by the projects in it, the totals they may see and what they see of the registers; and who
    gets none, with the reason."""

    editions: dict[tuple[frozenset[int], bool, Sight], list[Reader]] = field(default_factory=lambda: defaultdict(list))
    refused: list[tuple[Reader, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Drawn:
    """A finished edition, not stored yet."""

    snapshot: Snapshot
    changed: Changes
    ids: frozenset[int]
    everything: bool
    sight: Sight
    readers: list[Reader]
    rendered: drawing.Rendered
    path: str


def claim_run(*, at: datetime) -> ReportRun | None:
    """Take the next waiting run, or None."""
    with transaction.atomic():
        run = ReportRun.objects.waiting(at).select_for_update(skip_locked=True).first()
        if run is None:
            return None
        run.state, run.claim, run.started_at, run.error = RunState.WORKING, uuid.uuid4(), at, ""
        run.tries += 1
        run.save(update_fields=["state", "claim", "started_at", "error", "tries"])
        return run  # type: ignore[no-any-return]


def work_on_runs(*, clock: Callable[[], datetime]) -> int:
    """Make the waiting runs, one by one; returns how many were taken."""
    taken = 0
    while (run := claim_run(at=clock())) is not None:
        taken += 1
        with held("run", run.pk) as mine:
            if mine:
                make_run(run, clock=clock)
    return taken


def make_run(run: ReportRun, *, clock: Callable[[], datetime]) -> None:
    """Make a claimed run and record the outcome under its claim."""
    run = ReportRun.objects.select_related("schedule__owner", "schedule__portfolio", "schedule__programme").get(pk=run.pk)
    schedule = run.schedule
    try:
        with translation.override(schedule.language), timezone.override(schedule.zone):
            _make(run, schedule, clock)
    except RunFailed as error:
        _fail(run, str(error), at=clock())
    except LayoutError as error:
        log.warning("report_layout_failed", run=run.pk, part=error.label, reason=error.reason, detail=error.detail)
        _fail(run, layout_sentence(error), at=clock())
    except (OperationalError, InterfaceError, OSError) as error:
        log.warning("report_run_interrupted", run=run.pk, error=f"{type(error).__name__}: {error}")
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        _again(run, at=clock())


def layout_sentence(error: LayoutError) -> str:
    """Why a part could not be laid out, and what to do."""
    if error.reason == "slow":
        sentence = _(
            "“%(part)s” takes longer than a minute to lay out. Shorten its texts and tables, then send the report again."
        )
    elif error.reason == "memory":
        sentence = _("“%(part)s” needs too much memory to lay out. Shorten its texts and tables, then send the report again.")
    else:
        sentence = _("“%(part)s” could not be laid out. Look for unusual signs in its texts, then send the report again.")
    return sentence % {"part": error.label}


def _make(run: ReportRun, schedule: ReportSchedule, clock: Callable[[], datetime]) -> None:
    owner = _author(run)
    scope = scope_of(schedule)
    last = last_before(run)
    since = (last.started_at or last.finished_at) if last else None
    whole = collect(scope, owner, at=run.started_at or clock(), since=since)
    if not whole.sheets and schedule.project_id:
        raise RunFailed(_("The owner may not see the project of this report any more."))
    plan = plan_of(run, whole, scope)
    drawn = []
    for (ids, everything, sight), readers in plan.editions.items():
        snapshot = for_reader(whole, scope, ids=ids, sight=sight, reader=readers[0].user if everything else None)
        changed = changes(earlier_of(run, readers, ids), snapshot)
        rendered = drawing.render(snapshot, changed)
        drawn.append(Drawn(snapshot, changed, ids, everything, sight, readers, rendered, _store(run, rendered)))
    _finish(run, whole, plan, drawn, at=clock())


def _author(run: ReportRun) -> Any:
    """Whose eyes the report is made with: the owner's, checked again now. Raises RunFailed."""
    person = run.requested_by if run.purpose in (Purpose.PREVIEW, Purpose.TEST) else run.schedule.owner
    person = User.objects.get(pk=(person or run.schedule.owner).pk)  # rights are read anew
    if not person.is_active:
        raise RunFailed(
            _("%(person)s, who owns this schedule, has no access any more. Somebody else must take it over.")
            % {"person": person}
        )
    if not may(person, "report.manage"):
        raise RunFailed(
            _("%(person)s, who owns this schedule, may not send reports any more. Somebody else must take it over.")
            % {"person": person}
        )
    return person


def readers_of(run: ReportRun, whole: Snapshot) -> list[Reader]:
    """Everybody the run goes to, each address once: by name before by role before addresses outside."""
    schedule = run.schedule
    if run.purpose in (Purpose.PREVIEW, Purpose.TEST):
        return [Reader(run.requested_by.email, run.requested_by)] if run.requested_by else []
    rows = list(schedule.recipients.select_related("user"))
    found = {row.user.email.lower(): Reader(row.user.email, row.user) for row in rows if row.user}
    for project, user in _by_role(schedule, [sheet.pk for sheet in whole.sheets]):
        reader = found.get(user.email.lower())
        if reader is None or reader.by_role:
            # Who gets one-pagers by role gets those of their own projects, not of all.
            own = (reader.ids if reader else frozenset()) | {project}
            found[user.email.lower()] = Reader(user.email, user, own, by_role=schedule.report == Report.ONE_PAGER)
    addresses = [row.address.lower() for row in rows if row.address]
    known = {user.email: user for user in User.objects.filter(email__in=addresses)}
    for address in addresses:
        # An address that belongs to somebody here is that person: their rights count.
        found.setdefault(address, Reader(address, known.get(address)))
    return list(found.values())


def _by_role(schedule: ReportSchedule, projects: list[int]) -> list[tuple[int, Any]]:
    """(project, person) for the recipients that follow from the projects."""
    names = {RecipientRole.SPONSORS.value: "sponsor", RecipientRole.MANAGERS.value: "manager"}
    return [
        (project.pk, getattr(project, name))
        for role, name in names.items()
        if role in schedule.roles
        for project in Project.objects.filter(pk__in=projects, **{f"{name}__isnull": False})
        .select_related(name)
        .only("pk", name)
    ]


def ids_for(reader: Reader, whole: Snapshot) -> frozenset[int]:
    """The projects of the report that this reader may see, by their rights at this moment. One query for a person."""
    if reader.user is None:
        return frozenset(sheet.pk for sheet in whole.sheets if not sheet.is_confidential)
    person = User.objects.get(pk=reader.user.pk)
    shown = [sheet.pk for sheet in whole.sheets]
    ids = frozenset(Project.objects.visible_to(person).filter(pk__in=shown).values_list("pk", flat=True))
    return ids & reader.ids if reader.by_role else ids


def plan_of(run: ReportRun, whole: Snapshot, scope: Scope) -> Plan:
    """Who gets which projects."""
    plan = Plan()
    for reader in readers_of(run, whole):
        if reader.user is not None and not reader.user.is_active:
            plan.refused.append((reader, _("This person has no access any more.")))
            continue
        ids = ids_for(reader, whole)
        if whole.sheets and not ids:
            plan.refused.append((reader, _("May see none of the projects in this report.")))
            continue
        whole_office = scope.is_whole and reader.user is not None and may(reader.user, "project.view")
        plan.editions[ids, whole_office, sight_of(whole, _anew(reader))].append(reader)
    return plan


def _anew(reader: Reader) -> Any:
    """The reader with rights read at this moment; None for an address outside."""
    return None if reader.user is None else User.objects.get(pk=reader.user.pk)


def audience_of(ids: frozenset[int], everything: bool, sight: Sight) -> str:
    """The name of an edition within its run."""
    return sha256(f"{sorted(ids)} {everything} {sorted(sight.entries)} {sorted(sight.places)}".encode()).hexdigest()


def last_before(run: ReportRun) -> ReportRun | None:
    """The report that went out before this one."""
    found: ReportRun | None = (
        ReportRun.objects.filter(schedule=run.schedule, state=RunState.DONE, due_at__lt=run.due_at)
        .filter(purpose__in=[Purpose.SCHEDULED, Purpose.NOW])
        .order_by("-due_at")
        .first()
    )
    return found


def earlier_of(run: ReportRun, readers: list[Reader], ids: frozenset[int]) -> Snapshot | None:
    """What these readers had in hand last: the snapshot of the last report, cut to projects that they may see now or that
    every one of them was shown then."""
    last = last_before(run)
    if last is None:
        return None
    editions = list(last.editions.defer("snapshot"))
    if not editions:
        return None
    had = dict(last.deliveries.exclude(edition=None).values_list("address", "edition"))
    by_pk = {edition.pk: frozenset(edition.project_ids) for edition in editions}
    shown = [by_pk.get(had.get(reader.address, 0), frozenset()) for reader in readers]
    allowed = ids | frozenset.intersection(*shown)
    best = max(editions, key=lambda edition: len(allowed & by_pk[edition.pk]))
    before = from_data(ReportEdition.objects.values_list("snapshot", flat=True).get(pk=best.pk))
    return replace(before, sheets=tuple(sheet for sheet in before.sheets if sheet.pk in allowed))


def _store(run: ReportRun, rendered: drawing.Rendered) -> str:
    """Keep the file; returns its path. The name comes from the content, so a second try finds what the first left."""
    path = f"reports/{run.due_at:%Y/%m}/run-{run.pk}-{rendered.sha256[:16]}.pdf"
    if default_storage.exists(path):
        with default_storage.open(path, "rb") as file:
            if sha256(file.read()).hexdigest() == rendered.sha256:
                return path
        default_storage.delete(path)  # a worker died while it wrote
    return str(default_storage.save(path, ContentFile(rendered.content)))


def _finish(run: ReportRun, whole: Snapshot, plan: Plan, drawn: list[Drawn], *, at: datetime) -> None:
    """Store the editions and queue the mails, in one transaction with the run's end."""
    with transaction.atomic(), recorded("reporting.run.done"):
        mine = ReportRun.objects.select_for_update().filter(pk=run.pk, claim=run.claim, state=RunState.WORKING).first()
        if mine is None:  # given to another worker meanwhile: that one finishes
            return
        for one in drawn:
            edition = ReportEdition.objects.create(
                run=run,
                audience=audience_of(one.ids, one.everything, one.sight),
                snapshot=as_data(one.snapshot),
                finding=wording.finding(one.snapshot, one.changed)[:200],
                file=one.path,
                sha256=one.rendered.sha256,
                size=len(one.rendered.content),
                pages=one.rendered.pages,
                project_ids=sorted(one.ids),
                entry_ids=list(one.snapshot.entries),
                is_confidential=any(sheet.is_confidential for sheet in one.snapshot.sheets)
                or any(item.is_confidential for item in whole.items if item.pk in one.sight.entries),
            )
            if run.purpose != Purpose.PREVIEW:
                for reader in one.readers:
                    _deliver(run, edition, one, reader, whole, at=at)
        for reader, reason in plan.refused:
            ReportDelivery.objects.create(run=run, address=reader.address, user=reader.user, refusal=reason)
        mine.state, mine.finished_at, mine.error = RunState.DONE, at, ""
        mine.save(update_fields=["state", "finished_at", "error"])
        ReportSchedule.objects.filter(pk=run.schedule_id).exclude(failures=0).update(failures=0)


def _deliver(run: ReportRun, edition: ReportEdition, one: Drawn, reader: Reader, whole: Snapshot, *, at: datetime) -> None:
    """One recipient: rights are read once more, in the transaction that queues the mail."""
    refusal = ""
    if ids_for(reader, whole) != one.ids or (guarded(whole) and sight_of(whole, _anew(reader)) != one.sight):
        refusal = _("Rights changed while the report was made. Send it again.")
    elif reader.user is not None and not User.objects.filter(pk=reader.user.pk, is_active=True).exists():
        refusal = _("This person has no access any more.")
    mail = None
    if not refusal:
        try:
            mail = mail_report(run=run, edition=edition, snapshot=one.snapshot, changed=one.changed, to=reader, at=at)
        except ActionError as error:
            refusal = str(error)
    ReportDelivery.objects.create(
        run=run, address=reader.address, user=reader.user, edition=edition, mail=mail, refusal=refusal[:300]
    )


def _fail(run: ReportRun, reason: str, *, at: datetime) -> None:
    """The run ends here. The fifth in a row pauses the schedule and tells its owner."""
    with transaction.atomic(), recorded("reporting.run.failed"):
        mine = ReportRun.objects.filter(pk=run.pk, claim=run.claim, state=RunState.WORKING)
        if not mine.update(state=RunState.FAILED, error=reason, finished_at=at):
            return
        log.warning("report_run_failed", run=run.pk, schedule=run.schedule_id)
        if run.purpose != Purpose.SCHEDULED:
            return
        schedule = ReportSchedule.objects.select_for_update(of=("self",)).select_related("owner").get(pk=run.schedule_id)
        schedule.failures += 1
        paused = schedule.failures >= FAILURES_BEFORE_PAUSE and schedule.paused_at is None
        if paused:
            schedule.paused_at = at
            schedule.paused_reason = _("It failed %(n)s times in a row. %(reason)s") % {
                "n": schedule.failures,
                "reason": reason,
            }
            schedule.paused_reason = schedule.paused_reason[:300]
        schedule.save(update_fields=["failures", "paused_at", "paused_reason"])
        if paused and schedule.owner.is_active:
            mail_paused(schedule=schedule, run=run, at=at)


def _again(run: ReportRun, *, at: datetime) -> None:
    """Something passing was in the way: try again later, until there is no wait left."""
    if run.tries > len(WAITS):
        words = _("The database or the disk was away at each of %(n)s tries. Send the report again.")
        return _fail(run, words % {"n": run.tries}, at=at)
    ReportRun.objects.filter(pk=run.pk, claim=run.claim, state=RunState.WORKING).update(
        state=RunState.QUEUED, claim=None, next_try_at=at + WAITS[run.tries - 1]
    )
    return None


def _pause(tries: int) -> timedelta:
    """How long a run waits whose worker was killed at its try of this number."""
    return timedelta(0) if tries <= AT_ONCE else WAITS[tries - 1]


def recover_runs(*, at: datetime) -> int:
    """Give back what dead workers left; returns how many. A run whose worker lives is not touched."""
    found = 0
    for pk in ReportRun.objects.stuck().values_list("pk", flat=True):
        with transaction.atomic():
            run = ReportRun.objects.stuck().select_for_update(skip_locked=True).filter(pk=pk).first()
            if run is None or not is_free("run", pk):
                continue
            found += 1
            if run.tries > len(WAITS):
                run.schedule  # noqa: B018 - loaded for the mail below
                _fail(run, _("Its worker was killed %(n)s times while making it.") % {"n": run.tries}, at=at)
                continue
            run.state, run.claim, run.next_try_at = RunState.QUEUED, None, at + _pause(run.tries)
            run.save(update_fields=["state", "claim", "next_try_at"])
            soon(RUN_TASK)
    return found


def mail_report(
    *, run: ReportRun, edition: ReportEdition, snapshot: Snapshot, changed: Changes, to: Reader, at: datetime
) -> OutgoingMail:
    """The mail that carries an edition to one reader."""
    lines = change_lines(changed)[:6]
    decisions = wording.decisions_due(snapshot)[:4]
    is_test = run.purpose == Purpose.TEST
    reason = (
        _("You asked for this test of the report “%(name)s”.")
        if is_test
        else _("You get this because %(owner)s put you on the report “%(name)s”.")
    )
    subject = wording.subject(snapshot, changed)
    return queue_mail(
        key=f"report/{run.pk}/{to.address.lower()}",
        template="report",
        context={
            "heading": (_("Test: %(subject)s") % {"subject": subject}) if is_test else subject,
            "snapshot": snapshot,
            "changed": changed,
            "headline": wording.headline(snapshot, changed),
            "lines": lines,
            "decisions": decisions,
            "missed": run.passed_over,
            "reason": reason % {"name": run.schedule.name, "owner": run.schedule.owner},
            "how": _("To stop it, write to %(email)s.") % {"email": run.schedule.owner.email} if not is_test else "",
            "action_url": full_url(reverse("home")) if to.user else "",
            "action": _("Open the portfolio office"),
        },
        at=at,
        to=to.user,
        address=to.address,
        language=snapshot.language,
        about=run,
        files=[File(drawing.file_name(snapshot), "application/pdf", edition.file, edition.sha256, edition.size)],
        shows=[
            *Project.objects.filter(pk__in=edition.project_ids).only("pk", "is_confidential"),
            *Entry.objects.filter(pk__in=edition.entry_ids).only("pk", "is_confidential"),
        ],
        is_confidential=edition.is_confidential,
    )


def mail_paused(*, schedule: ReportSchedule, run: ReportRun, at: datetime) -> OutgoingMail:
    """Tell the owner that their schedule stopped, why, and what to do."""
    return queue_mail(
        key=f"report-paused/{schedule.pk}/{run.pk}",
        template="plain",
        context={
            "heading": _("The report “%(name)s” is paused") % {"name": schedule.name},
            "paragraphs": [schedule.paused_reason, _("Nothing is sent until somebody resumes it.")],
            "action": _("Open the schedule"),
            "action_url": full_url(reverse("reporting:schedule-detail", args=[schedule.pk])),
            "reason": _("You get this because you own the schedule."),
        },
        at=at,
        to=schedule.owner,
        about=schedule,
        shows=[],
    )
