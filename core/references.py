"""Human references: PRJ-0042. Unique for ever, given out inside the caller's transaction."""

from django.db import connection


def next_references(prefix: str, count: int = 1) -> list[str]:
    """Reserve `count` consecutive references for `prefix`, e.g. `["PRJ-0042"]`. Holds the counter row until commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_referencecounter (prefix, last) VALUES (%s, %s) "
            "ON CONFLICT (prefix) DO UPDATE SET last = core_referencecounter.last + EXCLUDED.last RETURNING last",
            [prefix, count],
        )
        last: int = cursor.fetchone()[0]
    return [f"{prefix}-{number:04d}" for number in range(last - count + 1, last + 1)]


def next_reference(prefix: str) -> str:
    """Reserve one reference for `prefix`."""
    return next_references(prefix)[0]
