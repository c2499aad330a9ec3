"""Held while a process works on a row; let go by the database when that process dies.

A time-out cannot tell a slow worker from a dead one. PostgreSQL's session locks can: they end with the
connection, so a sweep that gets the lock knows that nobody is at work. (Behind a pooler in transaction mode
they would not hold: connect workers directly.)
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def _key(kind: str, pk: int) -> tuple[int, int]:
    """Two signed 32-bit numbers: the kind of row, and which."""
    return zlib.crc32(kind.encode()) - 2**31, (pk % 2**32) - 2**31


@contextmanager
def held(kind: str, pk: int) -> Iterator[bool]:
    """Hold the lock on one row of a kind for the block. Yields False when another process holds it."""
    key = _key(kind, pk)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", key)
        got = bool(cursor.fetchone()[0])
    try:
        yield got
    finally:
        # A lost connection has let go already.
        if got and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", key)


def is_free(kind: str, pk: int) -> bool:
    """Whether no living process holds it. Call inside a transaction: the answer stays true until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s, %s)", _key(kind, pk))
        return bool(cursor.fetchone()[0])
