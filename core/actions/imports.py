"""Imports from upload to result (docs/adr/0005-import.md). The wizard and the command line call the same verbs.

A person's verbs: start_import, choose_table, map_import, answer_import, confirm_import, cancel_import. The worker's
verb: advance_import, which does the one step that a job waits for. A step is claimed by conditional update and runs
under a PostgreSQL advisory lock that ends with its process, so that a killed step can be run again and none runs twice.
"""

import gc
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.actions.locking import lock, save
from core.errors import ActionError
from core.formulas.delimited import Unreadable
from core.formulas.mapping import align
from core.formulas.readings import note
from core.history import recorded
from core.imports import progress
from core.imports.reading import Limits
from core.imports.records import CUSTOM, ImportOptions, read_records
from core.imports.registry import ASK, REFUSE, Plan, Target, Work, target_of
from core.imports.tables import Opened, describe, open_table
from core.jobs import soon
from core.locks import held
from core.models import ImportJob, ImportMapping, ImportRow, ImportState

USUAL_COLLECTION = gc.get_threshold()
ONE_AT_A_TIME = 0x1A9047
"""Advisory lock of the transaction that writes: one import at a time."""


def limits() -> Limits:
    """The limits of one import, from the settings."""
    return Limits(bytes=settings.UPLOAD_MAX_BYTES)


@transaction.atomic
def start_import(
    *, target: str, file: "File[bytes]", name: str, by: Any, options: Mapping[str, Any] | None = None
) -> ImportJob:
    """Keep the file and queue the reading of it. Raises ActionError for an empty or too large one."""
    most = limits().bytes
    size = file.size or 0
    if size > most:
        message = _("The file has %(size).1f MB; at most %(most)d MB can be imported.") % {
            "size": size / 2**20,
            "most": most >> 20,
        }
        raise ActionError(message, field="file")
    if not size:
        raise ActionError(_("The file is empty."), field="file")
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    with recorded("core.import.started"):
        job = ImportJob(target=target, name=name[-255:], size=size, sha256=digest.hexdigest(), started_by=by)
        job.options = dict(options or {})
        job.file.save(f"{digest.hexdigest()[:16]}{Path(name).suffix.lower()[:8]}", file, save=False)
        job.save()
    _queue(job)
    return job


@transaction.atomic
def choose_table(*, job: ImportJob, sheet: str, header_line: int, transposed: bool, version: int | None = None) -> ImportJob:
    """Take another sheet or header line; the file is read again."""
    job = _locked(job, version, ImportState.READ, ImportState.PREVIEWED, ImportState.FAILED)
    job.sheet, job.header_line, job.transposed = sheet, header_line, transposed
    job.mapping, job.error = {}, []
    return _move(job, ImportState.UPLOADED, "core.import.table_chosen")


@transaction.atomic
def map_import(
    *,
    job: ImportJob,
    mapping: Mapping[str, str],
    options: Mapping[str, Any],
    name: str = "",
    by: Any = None,
    version: int | None = None,
) -> ImportJob:
    """Place the columns and queue the preview; with a `name` the mapping is remembered. Raises ActionError per field."""
    job = _locked(job, version, ImportState.READ, ImportState.PREVIEWED)
    target = target_of(job.target)
    used = [target.field(key) for key in mapping.values() if key not in (CUSTOM, "")]
    twice = Counter(one.key for one in used if one and not one.many)
    for key, count in twice.items():
        if count > 1:
            label = next(one.label for one in used if one and one.key == key)
            raise ActionError(_("%(field)s has two columns; choose one of them.") % {"field": label}, field="mapping")
    keys = {one.key for one in used if one}
    if not keys & {"title", "external_id", "reference"}:
        raise ActionError(_("Place a column on the title or on an identifier, else no row can be recognised."), field="mapping")
    if any(one.dated for one in used if one) and "as_at" not in keys and not options.get("as_at"):
        message = _("Say which day the file tells about: its ratings and narratives are kept as the status on that day.")
        raise ActionError(message, field="as_at")
    if "external_id" in keys and not str(options.get("system", "")).strip():
        raise ActionError(
            _("Name the source of the identifiers, so that next year's file finds the same records."), field="system"
        )
    if target.scope is not None:
        target.scope.check(keys, options, by)
    job.mapping, job.mapping_name = dict(mapping), name
    job.options = {**job.options, **options, "answers": {}}
    if name:
        remember_mapping(job=job, name=name, by=by)
    return _move(job, ImportState.MAPPED, "core.import.mapped")


def remember_mapping(*, job: ImportJob, name: str, by: Any) -> ImportMapping:
    """Keep the job's mapping under a name; the name's older mapping is replaced."""
    kept = {
        key: value
        for key, value in job.options.items()
        if key in ("currency", "system", "series", "date_order", "fiscal_month")
    }
    mapping, _made = ImportMapping.objects.update_or_create(
        target=job.target,
        name=name,
        defaults={"fingerprint": job.reading["fingerprint"], "fields": job.mapping, "options": kept, "made_by": by},
    )
    return mapping


@transaction.atomic
def answer_import(*, job: ImportJob, answers: Mapping[str, str], similar: str = "", version: int | None = None) -> ImportJob:
    """Answer questions about likeness (line -> "new" or a reference), or all of them by `similar`; the preview is made again."""
    job = _locked(job, version, ImportState.PREVIEWED)
    job.options = {**job.options, "answers": {**job.options.get("answers", {}), **answers}}
    if similar:
        job.options["similar"] = similar
    return _move(job, ImportState.MAPPED, "core.import.answered")


@transaction.atomic
def confirm_import(*, job: ImportJob, by: Any, version: int | None = None) -> ImportJob:
    """Say yes to what the preview shows: it is written under the name and with the rights of `by` (None: the command line).

    Raises ActionError while a question is open or when nothing would be written. Where their rights lead to another plan
    than the one shown, nothing is written and the preview is made again for them.
    """
    job = _locked(job, version, ImportState.PREVIEWED)
    counts = job.report.get("verdicts", {})
    if counts.get(ASK):
        raise ActionError(_("Answer the %(count)d open questions first.") % {"count": counts[ASK]})
    if not sum(count for verdict, count in counts.items() if verdict != REFUSE):
        raise ActionError(_("No row can be imported; see why at each row."))
    job.confirmed_by = by
    return _move(job, ImportState.CONFIRMED, "core.import.confirmed")


@transaction.atomic
def cancel_import(*, job: ImportJob, at: datetime) -> ImportJob:
    """End a job before anything is written."""
    waiting = [
        state for state in ImportState if state not in (ImportState.APPLYING, ImportState.APPLIED, ImportState.CANCELLED)
    ]
    job = _locked(job, None, *waiting)
    job.finished_at = at
    return _move(job, ImportState.CANCELLED, "core.import.cancelled")


def _locked(job: ImportJob, version: int | None, *allowed: ImportState) -> ImportJob:
    job = lock(ImportJob.objects.all(), job.pk, version=version)
    if job.state not in allowed:
        raise ActionError(_("This import has moved on: %(state)s. Open it again.") % {"state": job.get_state_display()})
    return job


def _move(job: ImportJob, state: ImportState, action: str) -> ImportJob:
    job.state = state
    with recorded(action, import_job=job.pk):
        save(job)
    _queue(job)
    return job


def _queue(job: ImportJob) -> None:
    """Ask a worker to go on once this transaction is safe. A message that is lost is made good by the sweeper."""
    if job.is_running:
        send_to_worker(job.pk)


def send_to_worker(job_id: int) -> None:
    """Queue the next step of a job after commit."""
    soon("core.run_import", job_id)


# --- The worker's side ----------------------------------------------------------------------------------------------


def advance_import(*, job_id: int, at: datetime) -> ImportState | None:
    """Do the step that the job waits for. None when there is none, or when another process is at it."""
    with held("import", job_id) as alone:
        if not alone:
            return None
        job = ImportJob.objects.get(pk=job_id)
        steps = {
            ImportState.UPLOADED: (ImportState.READING, _read),
            ImportState.MAPPED: (ImportState.PLANNING, _preview),
            ImportState.CONFIRMED: (ImportState.APPLYING, _apply),
        }
        # at work without a holder of the lock: its process died before it could write, so the step begins again
        again = {working: (working, step) for working, step in steps.values()}
        found = (steps | again).get(ImportState(job.state))
        if not found:
            return None
        working, step = found
        claimed = ImportJob.objects.filter(pk=job_id, state=job.state).update(state=working, claimed_at=at, updated_at=at)
        if claimed != 1:
            return None
        job.refresh_from_db()
        return _run(step, job, at)


@contextmanager
def _many_objects() -> Iterator[None]:
    """A step makes hundreds of thousands of objects that live until it ends: looking for garbage among them again and again takes
    a quarter of its time."""
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*USUAL_COLLECTION)


def _run(step: Any, job: ImportJob, at: datetime) -> ImportState:
    try:
        with (
            _many_objects(),
            recorded(
                "core.import.applied" if step is _apply else "core.import.read",
                user=job.confirmed_by_id or job.started_by_id,
                import_job=job.pk,
            ),
        ):
            state: ImportState = step(job, at)
            return state
    except Unreadable as unreadable:
        return _fail(job, unreadable.note.as_json(), at)
    except ActionError as refused:
        return _fail(job, ["sentence", {"text": str(refused)}], at)
    except FileNotFoundError:
        return _fail(job, note("file_gone").as_json(), at)


def fail_import(*, job_id: int, at: datetime) -> None:
    """Record that a step broke in a way nobody foresaw. Nothing of it was written."""
    _fail(ImportJob.objects.get(pk=job_id), note("unexpected").as_json(), at)


def _fail(job: ImportJob, error: list[Any], at: datetime) -> ImportState:
    ImportJob.objects.filter(pk=job.pk).update(state=ImportState.FAILED, error=error, finished_at=at, updated_at=at)
    return ImportState.FAILED


def _open(job: ImportJob, target: Target) -> Opened:
    path = Path(job.file.path)
    return open_table(
        path, target.fields, limits=limits(), sheet=job.sheet, header_line=job.header_line, transposed=job.transposed
    )


def _read(job: ImportJob, at: datetime) -> ImportState:
    """Read the file, propose a mapping: the remembered one whose headers fit, else one from the names."""
    target = target_of(job.target)
    opened = _open(job, target)
    currency = str(job.options.get("currency", ""))
    reading = describe(opened, target.fields, name=job.name, currency=currency, own=target.own, derived=target.derived)
    remembered = fitting_mapping(job, reading)
    options: dict[str, Any] = {key: value for key, value in reading["suggested"].items() if value}
    mapping = {column["name"]: column["field"] for column in reading["columns"]}
    if remembered:
        names = list(remembered.fields)
        headers = [column["name"] for column in reading["columns"]]
        for old, new in align(names, headers).items():
            mapping[headers[new]] = remembered.fields[names[old]]
        options |= remembered.options
        reading["remembered"] = remembered.name
    ImportJob.objects.filter(pk=job.pk, state=ImportState.READING).update(
        state=ImportState.READ,
        reading=reading,
        mapping=mapping,
        mapping_name=remembered.name if remembered else "",
        options=options | job.options,
        sheet=reading["sheet"],
        header_line=reading["header_line"],
        transposed=reading["transposed"],
        updated_at=at,
        version=job.version + 1,
    )
    return ImportState.READ


def fitting_mapping(job: ImportJob, reading: Mapping[str, Any]) -> ImportMapping | None:
    """The remembered mapping that was asked for by name, or whose headers are the file's."""
    kept = ImportMapping.objects.filter(target=job.target)
    if job.mapping_name:
        return kept.filter(name=job.mapping_name).first()
    return kept.filter(fingerprint=reading["fingerprint"]).order_by("-updated_at").first()


def _plan(job: ImportJob, at: datetime, *, lock_rows: bool) -> tuple[Target, Plan, Work, list[dict[str, Any]]]:
    target = target_of(job.target)
    opened = _open(job, target)
    options = ImportOptions.from_json(job.options)
    table = read_records(opened.table, job.mapping, target.fields, options)
    work = Work(
        table, job.mapping, options, job.written_by, job.name, at, lock_rows,
        progress=lambda done, total: progress.tell(job.pk, done, total),
    )  # fmt: skip
    return target, target.plan(work), work, table.assumptions


def _preview(job: ImportJob, at: datetime) -> ImportState:
    """Make the plan and keep it for looking at. Writes nothing else."""
    _target, plan, _work, assumptions = _plan(job, at, lock_rows=False)
    with transaction.atomic():
        _keep_rows(job, plan)
        ImportJob.objects.filter(pk=job.pk, state=ImportState.PLANNING).update(
            state=ImportState.PREVIEWED,
            plan_digest=plan.digest(),
            report=_report(plan, assumptions)
            | {"changed_since": job.report.get("again", ""), "for": job.written_by and job.written_by.pk},
            updated_at=at,
            version=job.version + 1,
        )
    return ImportState.PREVIEWED


def _apply(job: ImportJob, at: datetime) -> ImportState:
    """Make the plan again under locks; when it is the one that was confirmed, write it, all in one transaction."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        refuse_unallowed(job)
        target, plan, work, assumptions = _plan(job, at, lock_rows=True)
        if plan.digest() != job.plan_digest:
            other = job.report.get("for") != (job.written_by and job.written_by.pk)
            report = job.report | {"again": "rights" if other else "portfolio"}
            ImportJob.objects.filter(pk=job.pk).update(state=ImportState.MAPPED, report=report, updated_at=at)
            send_to_worker(job.pk)
            return ImportState.MAPPED
        made = target.apply(plan, work)
        done = ImportJob.objects.filter(pk=job.pk, state=ImportState.APPLYING).update(
            state=ImportState.APPLIED,
            report=_report(plan, assumptions) | {"made": made},
            finished_at=at,
            updated_at=at,
            version=job.version + 1,
        )
        if done != 1:
            raise ActionError(_("The import was ended meanwhile; nothing was written."))
    return ImportState.APPLIED


def refuse_unallowed(job: ImportJob) -> None:
    """Raise ActionError where who confirmed the import may run imports no more."""
    person = job.written_by
    if person is not None and not target_of(job.target).allowed(person):
        raise ActionError(_("%(person)s may not run imports any more; nothing was written.") % {"person": person})


def _keep_rows(job: ImportJob, plan: Plan) -> None:
    ImportRow.objects.filter(job=job).delete()
    rows = [
        ImportRow(
            job=job,
            number=number,
            place=row.place,
            verdict=row.verdict,
            title=row.title[:300],
            reference=row.reference[:40],
            differences=[list(each) for each in row.differences],
            losses=row.losses,
            notes=[each.as_json() for each in row.notes],
            question=[list(each) for each in row.question],
            loss_count=len(row.losses),
        )
        for number, row in enumerate(plan.rows, start=1)
    ]
    ImportRow.objects.bulk_create(rows, batch_size=1_000)


def _report(plan: Plan, assumptions: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts for the pages: rows by verdict, cells by kind of loss and by column, what is made, what was assumed."""
    losses: Counter[str] = Counter()
    columns: dict[str, Counter[str]] = {}
    for row in plan.rows:
        for loss in row.losses:
            losses[loss["state"]] += 1
            columns.setdefault(loss["column"], Counter())[loss["state"]] += 1
    return {
        "rows": len(plan.rows),
        "verdicts": dict(Counter(row.verdict for row in plan.rows)),
        "losses": dict(losses),
        "loss_columns": [{"column": column, **counts} for column, counts in columns.items()],
        "makes": {kind: names[:200] for kind, names in plan.made.items()},
        "notes": [each.as_json() for each in plan.notes],
        "assumptions": assumptions,
    }


def run_import_now(*, job: ImportJob, at: datetime) -> ImportJob:
    """Advance a job in this process until it waits for a person or has ended (the command line, the demo)."""
    for _step in range(6):
        if advance_import(job_id=job.pk, at=at) is None:
            break
        job.refresh_from_db()
        if not job.is_running:
            break
    job.refresh_from_db()
    return job
