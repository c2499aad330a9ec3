"""The database role of docs/operations.md that owns no table, as a test takes it on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from core.database_role import grant_to

NAME = f"pmo_app_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@contextmanager
def app_role() -> Iterator[str]:
    """What happens inside has only the rights of that role. For a test in a transaction, whose end takes the role away."""
    assert connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE ROLE "{NAME}" LOGIN')
        grant_to(NAME, connection.alias)
        cursor.execute(f'SET LOCAL ROLE "{NAME}"')
        try:
            yield NAME
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute(f'DROP OWNED BY "{NAME}"; DROP ROLE "{NAME}"')
