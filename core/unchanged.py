"""Answers kept until something changes. The history is the clock: every change of a business table adds an event row.

`state_of(models)` is one query of some milliseconds; equal states mean equal tables. What is kept is thrown away with
the day, and nothing is kept while a transaction is writing, because its events may carry lower numbers than those seen.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Model
from django.utils import timezone, translation
from redis.exceptions import RedisError

SECONDS = 24 * 3600
log = structlog.get_logger()


def state_of(models: Sequence[type[Model]]) -> tuple[str, bool]:
    """The newest event of each table as text, and whether no transaction was writing just then. One query."""
    quote = connection.ops.quote_name
    newest = ", ".join(f"(SELECT max(pgh_id) FROM {quote(model.pgh_event_model._meta.db_table)})" for model in models)  # type: ignore[attr-defined]  # noqa: S608 - names of our own tables
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT NOT EXISTS (SELECT pg_snapshot_xip(pg_current_snapshot())), {newest}")
        settled, *numbers = cursor.fetchone()
    return "-".join(str(number or 0) for number in numbers), bool(settled)


def unchanged(name: str, models: Sequence[type[Model]], user: Any, query: str, build: Callable[[], Any]) -> Any:
    """What `build` gave for this person, address, language and day, while none of the tables has changed since.

    `build` is called when there is nothing kept, and when the cache cannot be reached: pages work without it.
    """
    state, settled = state_of(models)
    told = (name, state, user.pk, query, translation.get_language(), timezone.get_current_timezone_name(), timezone.localdate())
    key = f"unchanged:{hashlib.sha256(repr((*told, settings.VERSION)).encode()).hexdigest()}"
    try:
        if (kept := cache.get(key)) is not None:
            return kept
    except RedisError:
        log.warning("cache_unreachable", name=name)
        return build()
    made = build()
    if settled:
        try:
            cache.set(key, made, SECONDS)
        except RedisError:
            log.warning("cache_unreachable", name=name)
    return made
