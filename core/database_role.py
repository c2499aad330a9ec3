"""A database role for the application that does not own the tables: what is recorded stays out of its reach.

The owner migrates (`manage.py prepare`) and grants; web, worker and beat connect as this role. It may add to the tables of
events and their seals and read them, nothing else; it can neither alter a table nor switch a trigger off. docs/operations.md says how.
"""

from django.db import connections

from core.models import HistorySeal
from core.triggers import EVENTS_OF_ALL, event_tables

SEALS = HistorySeal._meta.db_table
# Written by migrations only.
READ_ONLY = ("django_migrations", "django_content_type", "auth_permission")


def grant_to(role: str, using: str) -> None:
    """Give an existing role exactly what the application needs. To be repeated after every migration; the connection is the
    owner's. Raises django.db.ProgrammingError where there is no such role."""
    connection = connections[using]
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_database()")
        schema, database = map(quote, cursor.fetchone())
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')"
        )
        tables = {name for (name,) in cursor.fetchall()}
        rights = {
            "SELECT": tables & set(READ_ONLY),
            "SELECT, INSERT": tables & {*event_tables(), SEALS},
            "SELECT, INSERT, UPDATE": tables & {EVENTS_OF_ALL},
        }
        rights["SELECT, INSERT, UPDATE, DELETE"] = tables - set().union(*rights.values())
        who = quote(role)
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {who}")
        cursor.execute(f"GRANT CONNECT ON DATABASE {database} TO {who}")
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {who}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {who}")
        for right, names in rights.items():
            if names:
                cursor.execute(f"GRANT {right} ON {', '.join(map(quote, sorted(names)))} TO {who}")
