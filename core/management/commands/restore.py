"""`manage.py restore FILE`: a backup into an empty installation, held to what was saved."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.backup import BackupError, check_backup, restore_backup, serving


class Command(BaseCommand):
    """Nothing is overwritten: database and folders of uploads must be empty."""

    help = "Check a backup and restore it into an empty database and empty folders; --check only reads it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, and whether only to look."""
        parser.add_argument("file", help="What `backup` wrote.")
        parser.add_argument("--check", action="store_true", help="Hold every byte of the file to its manifest; write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Checks the file, fills, compares, migrates what an older version wrote."""
        if not options["file"]:
            raise CommandError("Say what: make restore FILE=/safe/place/pmo.tar DATA_DIR=/new/folder")
        source = Path(options["file"]).resolve()
        try:
            if options["check"]:
                manifest = check_backup(source)
            else:
                with serving(new=True):
                    manifest = restore_backup(source)
                    call_command("prepare", stdout=self.stdout)
        except BackupError as error:
            raise CommandError(str(error)) from None
        done = "is whole" if options["check"] else "is restored and equals what was saved"
        self.stdout.write(
            f"{source} {done}: {manifest.rows:,} rows, {manifest.uploads:,} files, made {manifest.made_at[:16]} UTC."
        )
