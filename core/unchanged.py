"""Answers kept until something changes. The history is the clock: every change of a business table adds an event row.

`read_clock(models)` is one query of about a millisecond; equal numbers mean equal tables. Nothing is kept while a
transaction is writing, because its events may carry lower numbers than those seen. `unchanged` keeps whole answers in
the cache that all processes share, until the day ends; `Memory` keeps what they are made of inside one process.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache as once
from pathlib import Path
from threading import Lock
from typing import Any

import structlog
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Model
from django.utils import timezone, translation
from redis.exceptions import RedisError

from core.office import office_day
from core.plans import Plan, ask

SECONDS = 24 * 3600
log = structlog.get_logger()

# Two statements, each with a snapshot of its own. First: nobody who works in this database holds a transaction number
# (a lock whose owner is unknown counts too), and how far numbers had ended. Then the newest events, and whether numbers
# still stood there. An event numbered below those seen, but not yet seen, would belong to somebody who held a number at
# first, or began later than that: then those seen were committed between the two, and the numbers moved.
QUIET = """SELECT set_config('pmo.quiet', CASE WHEN EXISTS (
    SELECT FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'transactionid' AND coalesce(a.datname = current_database(), true)
) THEN '' ELSE pg_snapshot_xmax(pg_current_snapshot())::text END, false);
"""
NEWEST = "SELECT current_setting('pmo.quiet') = pg_snapshot_xmax(pg_current_snapshot())::text, {newest}"


@dataclass(frozen=True)
class Clock:
    """The number of the newest event of each table, and whether no transaction was writing just then."""

    numbers: Mapping[type[Model], int]
    settled: bool
    # What was asked of this clock already, e.g. the rows that changed since an earlier one.
    asked: dict[Any, Any] = field(default_factory=dict)

    def of(self, models: Iterable[type[Model]]) -> tuple[int, ...]:
        """The numbers of these tables: equal numbers, equal tables."""
        return tuple(self.numbers[model] for model in models)


def events_of(model: type[Model]) -> str:
    """The quoted name of the table that holds the history of a model."""
    return connection.ops.quote_name(model.pgh_event_model._meta.db_table)  # type: ignore[attr-defined,no-any-return]


def read_clock(models: Sequence[type[Model]]) -> Clock:
    """What time it is for these tables. One query."""
    text, plan = _newest(tuple(models))
    with connection.cursor() as cursor:
        ask(cursor, plan, text, (), first=QUIET)
        settled, *numbers = cursor.fetchone()
    return Clock({model: number or 0 for model, number in zip(models, numbers, strict=True)}, bool(settled))


@once
def _newest(models: tuple[type[Model], ...]) -> tuple[str, Plan]:
    """The second statement for these tables: planning two dozen of its parts takes longer than answering them."""
    newest = ", ".join(f"(SELECT max(pgh_id) FROM {events_of(model)})" for model in models)  # noqa: S608 - names of our own tables
    text = NEWEST.format(newest=newest)
    return text, Plan(text, (), [], table="clock")


class Memory:
    """A few values kept in this process, each while the tables it was made of stay as they were; the longest unused goes first."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._kept: OrderedDict[Any, tuple[tuple[int, ...], Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Any, clock: Clock, models: Sequence[type[Model]], build: Callable[[], Any]) -> Any:
        """What `build` gave for this key, while none of `models` has changed since."""
        numbers = clock.of(models)
        with self._lock:
            kept = self._kept.get(key)
            if kept and kept[0] == numbers:
                self._kept.move_to_end(key)
                return kept[1]
        made = build()
        if clock.settled:
            with self._lock:
                self._kept[key] = numbers, made
                self._kept.move_to_end(key)
                while len(self._kept) > self.size:
                    self._kept.popitem(last=False)
        return made


def unchanged(name: str, clock: Clock, user: Any, query: str, build: Callable[[], Any]) -> Any:
    """What `build` gave for this person, address, language and day (theirs, and the office's, with which rights end), while none of the
    clock's tables has changed since.

    `build` is called when there is nothing kept, and when the cache cannot be reached: pages work without it. What
    another version of the program kept is not shown.
    """
    told = (name, clock.of(clock.numbers), user.pk, query, translation.get_language(), timezone.get_current_timezone_name())
    key = f"unchanged:{hashlib.sha256(repr((*told, timezone.localdate(), office_day(), program())).encode()).hexdigest()}"
    try:
        if (kept := cache.get(key)) is not None:
            return kept
    except RedisError:
        log.warning("cache_unreachable", name=name)
        return build()
    made = build()
    if clock.settled:
        try:
            cache.set(key, made, SECONDS)
        except RedisError:
            log.warning("cache_unreachable", name=name)
    return made


@once
def program() -> str:
    """The digest of the program's own code, templates and translations, read once a process (some 30 ms)."""
    digest = hashlib.sha256(settings.VERSION.encode())
    base = Path(settings.BASE_DIR)
    rooms = {Path(app.path).name for app in apps.get_app_configs() if Path(app.path).parent == base}
    for folder in sorted({*rooms, "pmo", "templates", "locale"}):
        for path in sorted((base / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".mo"):
                digest.update(str(path.relative_to(base)).encode() + path.read_bytes())
    return digest.hexdigest()
