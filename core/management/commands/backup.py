"""`manage.py backup FILE`: database and uploads in one file that can prove itself."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.backup import BackupError, serving, write_backup


class Command(BaseCommand):
    """While the product runs, or while it does not."""

    help = "Write the database and all uploads to one new file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("file", help="The file to be written; it must not exist.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Says what the file holds."""
        if not options["file"]:
            raise CommandError("Say where: make backup FILE=/safe/place/pmo.tar")
        target = Path(options["file"]).resolve()
        try:
            with serving():
                manifest = write_backup(target, at=timezone.now())
        except BackupError as error:
            raise CommandError(str(error)) from None
        size = target.stat().st_size / 2**20
        self.stdout.write(
            f"{target}: {manifest.rows:,} rows of {len(manifest.tables)} tables and {manifest.uploads:,} files, {size:.1f} MB."
        )
        self.stdout.write("Keep the SECRET_KEY (var/secret-key under make run) elsewhere: it is not in it.")
