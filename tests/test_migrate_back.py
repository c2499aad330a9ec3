"""Every migration of ours goes back to nothing and forward again, and leaves the schema that it made the first time."""

import difflib
import subprocess
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from core.backup import environment, program
from tests.servers import TEMPLATE, Servers, database_name


def schema(using: str) -> list[str]:
    command = [program("pg_dump", server=15), "--schema-only", "--no-owner"]
    text = subprocess.run(command, env=environment(using), capture_output=True, text=True, check=True).stdout
    return [line for line in text.splitlines() if not line.startswith("\\")]  # a key that is new each time


@pytest.mark.slow
def test_forward_back_and_forward_leaves_the_same_schema(servers: Servers, django_db_blocker: Any) -> None:
    """Before the first release there is one migration a room; those that follow are tried here without further words."""
    name = f"{database_name()}_back"
    servers.postgres.ensure_database(name, template=TEMPLATE)
    connections.settings["back"] = connections.settings["default"] | {"NAME": name}
    try:
        with django_db_blocker.unblock():
            before = schema("back")
            for app in ("core", "accounts"):  # all others stand on these
                call_command("migrate", app, "zero", database="back", verbosity=0)
            with connections["back"].cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_class WHERE relname ~ '^(core|accounts|portfolio|intake|reporting)_'")
                assert cursor.fetchone() == (0,)
            call_command("migrate", database="back", verbosity=0)
            connections["back"].close()
            after = schema("back")
        difference = list(difflib.unified_diff(before, after, "first", "again", lineterm="", n=1))
        assert not difference, "\n".join(difference[:60])
    finally:
        connections.close_all()
        del connections.settings["back"]
        servers.postgres.sql(f'DROP DATABASE "{name}" WITH (FORCE)')
