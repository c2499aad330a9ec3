"""`manage.py prepare`: bring the database to what this version expects."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import NotSupportedError, connection
from django.db.migrations.loader import MigrationLoader

from core.catalogues import compile_catalogues
from core.database_role import grant_to
from core.processes import EMPTY
from core.triggers import keep_whole

OLDEST = 15  # the major version of PostgreSQL: rules that hold empty values for equal (UNIQUE NULLS NOT DISTINCT) came with it


class Command(BaseCommand):
    """Refuses a server that is too old and a database that a newer version wrote, migrates otherwise; grants the application's role what it needs."""

    help = "Migrate the database; refuse one that a newer version wrote."

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs in seconds when there is nothing to do."""
        self._check_server()
        compile_catalogues()
        loader = MigrationLoader(connection)
        ours = set(loader.migrated_apps)
        unknown = sorted(
            f"{app}.{name}"
            for app, name in loader.applied_migrations
            if app in ours and (app, name) not in loader.disk_migrations
        )
        unknown = [name for name in unknown if not self._replaced(loader, name)]
        if unknown:
            raise CommandError(
                f"A newer version of this product wrote the database (it knows {unknown[0]}, this one does not). "
                "Update the product, restore an older backup, or choose another DATA_DIR or DATABASE_URL."
            )
        pending = sum(1 for key in loader.graph.nodes if key not in loader.applied_migrations)
        if pending:
            self.stdout.write(f"Migrating the database ({pending} steps) …")
            self.stdout.flush()
            call_command("migrate", verbosity=0, interactive=False)
        keep_whole(connection.alias)
        if settings.DATABASE_APP_ROLE:
            grant_to(settings.DATABASE_APP_ROLE, connection.alias)
        if not get_user_model().objects.exists():
            self.stdout.write(EMPTY)

    @staticmethod
    def _check_server() -> None:
        try:
            version = connection.pg_version  # type: ignore[attr-defined]  # the stubs know no vendor
        except NotSupportedError as error:  # Django knows it for too old
            raise CommandError(f"{error} This product needs PostgreSQL {OLDEST} or newer.") from error
        if version // 10_000 < OLDEST:
            raise CommandError(
                f"The database server is PostgreSQL {version // 10_000}, and {OLDEST} or newer is needed. Name another server in "
                "DATABASE_URL, or upgrade that one (docs/operations.md, Upgrade)."
            )

    @staticmethod
    def _replaced(loader: MigrationLoader, name: str) -> bool:
        """Whether a squashed migration stands for this one."""
        key = tuple(name.split(".", 1))
        return any(key in migration.replaces for migration in loader.replacements.values())
