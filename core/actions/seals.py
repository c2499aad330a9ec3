"""The hash chain over the history: sealing what has settled, and holding the history to its seals (ADR 12).

An event's number is given out before its transaction ends, so a lower number may turn up after a higher one. Who writes events
holds a lock on their table (ROW EXCLUSIVE) from before the number until the end. So: read the highest number, then look who
holds such a lock; where nobody does, every number up to that one is in the table by now or never will be.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, F, OuterRef

from core.locks import held
from core.models import HistorySeal, HistoryTrouble
from core.triggers import EVENTS_OF_ALL, event_tables

log = structlog.get_logger(__name__)

ROWS_A_SEAL = 1000
"""At most: as closely as a difference is told."""
LOWEST = -(2**63)
START = hashlib.sha256(b"the beginning").hexdigest()
SETTLES_IN = timedelta(days=2)
"""Contexts are added to within a day (core/triggers.py), by transactions that take less than another."""
WRITING = ("RowExclusiveLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")
CONTEXT = ["id", "created_at", "updated_at", "metadata"]
# How values look as text must not depend on who asks.
_PLAIN = (
    "SELECT set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, YMD', true), set_config('bytea_output', 'hex', true),"
    " set_config('intervalstyle', 'postgres', true), set_config('extra_float_digits', '1', true)"
)


def seal_history(*, at: datetime, most: int = ROWS_A_SEAL) -> list[str]:
    """Seal what was added to the history and has settled. Returns the tables in which somebody writes at this moment: theirs
    is left for the next time. May be killed and run again; two at once do not disturb each other."""
    with held("history_seal", 0) as mine:
        if not mine:
            return []
        tables = existing(event_tables())
        highest = highest_ids(tables)
        busy = being_written(tables)
        ends = {row["table"]: row["last_id"] for row in _ends()}
        sealed = 0
        for table in tables:
            last = ends.get(table, LOWEST)
            if table not in busy:
                while last < highest.get(table, LOWEST) and (seal := _seal_rows(table, last, highest[table], most, at)):
                    last, sealed = seal.last_id, sealed + 1
        sealed += _seal_contexts(at)
        if sealed and (newest := HistorySeal.objects.order_by("pk").last()):
            # Kept outside of the database, it tells whether the end of the chain was cut off or all of it written anew.
            log.info("history_sealed", seals=sealed, head=f"{newest.pk}:{newest.digest}")
        return sorted(busy)


def check_history() -> Iterator[str]:
    """What is not as it was sealed, in sentences; nothing where all is well. Reads the whole history, a seal at a time."""
    previous = START
    ends: dict[str, int] = {}
    columns: dict[str, set[str]] = {EVENTS_OF_ALL: set(columns_of(EVENTS_OF_ALL))}
    for seal in _all_seals():
        if seal.previous != previous or seal.digest != digest_of(seal):
            yield f"Seal {seal.pk} ({seal.table}) was changed, or a seal before it was removed or added."
        previous = seal.digest
        if seal.kind == "rows":
            if seal.after_id != ends.get(seal.table, LOWEST):
                yield f"{seal.table}: a seal is missing before number {seal.after_id}."
            ends[seal.table] = seal.last_id
        if seal.table not in columns:
            columns[seal.table] = set(columns_of(seal.table))
        named, source = seal.columns.split(","), EVENTS_OF_ALL if seal.kind == "who" else seal.table
        if gone := sorted(set(named) - columns[source]) or sorted({"pgh_id"} - columns[seal.table]):
            yield f"{source}: {', '.join(gone)} is gone since; seal {seal.pk} can no longer be held against it."
            continue
        with transaction.atomic():
            rows, content, _last = digest_rows(seal.table, seal.kind, named, seal.after_id, seal.last_id)
        if (rows, content) != (seal.rows, seal.content):
            yield _difference(seal, rows)


def _difference(seal: HistorySeal, rows: int) -> str:
    first = "the first" if seal.after_id == LOWEST else seal.after_id + 1
    what = "who and why of the events" if seal.kind == "who" else "the events"
    count = f"{seal.rows:,} rows then and now" if rows == seal.rows else f"{seal.rows:,} rows then, {rows:,} now"
    return f"{seal.table}: {what} from {first} to {seal.last_id} are not what was sealed at {seal.sealed_at:%Y-%m-%d %H:%M} UTC ({count})."


def note_trouble(kind: str, reason: str, *, at: datetime) -> None:
    """Keep for the administrators that a run of this kind ("sealing", "verifying") failed. Where the database cannot be
    written to, the log alone has it."""
    try:
        with transaction.atomic():
            row, is_new = HistoryTrouble.objects.get_or_create(
                kind=kind, defaults={"first_at": at, "last_at": at, "reason": reason}
            )
            if not is_new:
                HistoryTrouble.objects.filter(pk=row.pk).update(last_at=at, reason=reason, times=F("times") + 1)
    except DatabaseError as error:
        log.warning("history_trouble_not_kept", kind=kind, error=type(error).__name__)


def settle_trouble(kind: str) -> None:
    """A run of this kind succeeded."""
    if HistoryTrouble.objects.filter(kind=kind).exists():  # mostly none: also where the database can only be read
        HistoryTrouble.objects.filter(kind=kind).delete()


def head() -> str:
    """The newest seal: its number and digest. Empty where there is none."""
    newest = HistorySeal.objects.order_by("pk").last()
    return f"{newest.pk}:{newest.digest}" if newest else ""


def contains(expected: str) -> bool:
    """Whether the chain holds the seal that was written down as `number:digest`."""
    number, _colon, digest = expected.partition(":")
    return number.isdecimal() and HistorySeal.objects.filter(pk=int(number), digest=digest).exists()


def unsealed() -> int:
    """How many events have no seal yet."""
    tables, ends = existing(event_tables()), {row["table"]: row["last_id"] for row in _ends()}
    with connection.cursor() as cursor:
        parts = (f"SELECT count(*) FROM {_quoted(table)} WHERE pgh_id > {ends.get(table, LOWEST)}" for table in tables)  # noqa: S608 - our own tables
        cursor.execute(" UNION ALL ".join(parts))
        return sum(count for (count,) in cursor.fetchall())


# ---- steps


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def existing(tables: list[str]) -> list[str]:
    """Those that are in the database."""
    there = set(connection.introspection.table_names())
    return [table for table in tables if table in there]


def highest_ids(tables: list[str]) -> dict[str, int]:
    """The highest number of each table that holds any. One query."""
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', max(pgh_id) FROM {_quoted(table)}" for table in tables))  # noqa: S608 - our own tables
        return {table: number for table, number in cursor.fetchall() if number is not None}


def being_written(tables: list[str]) -> set[str]:
    """Tables that a transaction, prepared ones included, has written to and that has not ended. To be asked after `highest_ids`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
            " WHERE l.locktype = 'relation' AND l.mode = ANY(%s) AND c.relnamespace = current_schema()::regnamespace"
            " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND c.relname = ANY(%s)",
            [list(WRITING), tables],
        )
        return {name for (name,) in cursor.fetchall()}


def columns_of(table: str) -> list[str]:
    """The columns of a table in the order they have; none where it is gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [_quoted(table)],
        )
        return [name for (name,) in cursor.fetchall()]


def digest_rows(
    table: str, kind: str, columns: list[str], after: int, last: int, most: int | None = None
) -> tuple[int, str, int | None]:
    """Count, SHA-256 and highest number of the events after one number up to another, or of the contexts they refer to."""
    text = f"sha256(convert_to(ROW({', '.join('r.' + _quoted(name) for name in columns)})::text, 'UTF8'))"
    events = f"SELECT * FROM {_quoted(table)} WHERE pgh_id > %s AND pgh_id <= %s ORDER BY pgh_id"  # noqa: S608 - our own names
    source, key = (
        (f"({events}{' LIMIT ' + str(most) if most else ''})", "pgh_id") if kind == "rows" else (_contexts(table), "id")
    )
    highest = "max(r.pgh_id)" if kind == "rows" else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN)
        cursor.execute(
            f"SELECT count(*), encode(sha256(coalesce(string_agg({text}, ''::bytea ORDER BY r.{key}), ''::bytea)), 'hex'), {highest}"  # noqa: S608 - our own names
            f" FROM {source} r",
            [after, last],
        )
        return cursor.fetchone()  # type: ignore[no-any-return]


def _contexts(table: str) -> str:
    return (
        f"(SELECT * FROM {EVENTS_OF_ALL} WHERE id IN"  # noqa: S608 - our own names
        f" (SELECT pgh_context_id FROM {_quoted(table)} WHERE pgh_id > %s AND pgh_id <= %s))"
    )


def digest_of(seal: HistorySeal) -> str:
    """What binds a seal to the one before: SHA-256 of all it says."""
    said = [seal.previous, seal.table, seal.kind, seal.after_id, seal.last_id, seal.rows, seal.columns, seal.content]
    return hashlib.sha256("\n".join(map(str, [*said, seal.sealed_at.astimezone(UTC).isoformat()])).encode()).hexdigest()


def _ends() -> Any:
    return HistorySeal.objects.filter(kind="rows").order_by("table", "-after_id").distinct("table").values("table", "last_id")


def _all_seals(batch: int = 500) -> Iterator[HistorySeal]:
    last = LOWEST
    while found := list(HistorySeal.objects.filter(pk__gt=last).order_by("pk")[:batch]):
        yield from found
        last = found[-1].pk


@transaction.atomic
def _seal_rows(table: str, after: int, highest: int, most: int, at: datetime) -> HistorySeal | None:
    columns = columns_of(table)
    rows, content, last = digest_rows(table, "rows", columns, after, highest, most)
    if not rows or last is None:
        return None
    return _add(HistorySeal(table=table, kind="rows", after_id=after, last_id=last, rows=rows, content=content), columns, at)


def _seal_contexts(at: datetime) -> int:
    """Contexts of what was sealed long enough ago for nobody to add to them."""
    done = HistorySeal.objects.filter(kind="who", table=OuterRef("table"), after_id=OuterRef("after_id"))
    waiting = HistorySeal.objects.filter(~Exists(done), kind="rows", sealed_at__lt=at - SETTLES_IN)
    count = 0
    for seal in list(waiting.order_by("pk")):
        with transaction.atomic():
            rows, content, _last = digest_rows(seal.table, "who", CONTEXT, seal.after_id, seal.last_id)
            who = HistorySeal(
                table=seal.table, kind="who", after_id=seal.after_id, last_id=seal.last_id, rows=rows, content=content
            )
            _add(who, CONTEXT, at)
        count += 1
    return count


def _add(seal: HistorySeal, columns: list[str], at: datetime) -> HistorySeal:
    newest = HistorySeal.objects.order_by("pk").last()
    seal.columns, seal.sealed_at, seal.previous = ",".join(columns), at, newest.digest if newest else START
    seal.digest = digest_of(seal)
    seal.save(force_insert=True)
    return seal
