"""`manage.py verify_history`: whether the history is what was sealed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.actions.seals import check_history, contains, head, note_trouble, settle_trouble, unsealed


class Command(BaseCommand):
    """Reads every sealed event again; while the product runs, or on a restored backup."""

    help = "Hold the history to its seals; tell every part that differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """What was written down elsewhere."""
        parser.add_argument(
            "--expect", metavar="NUMBER:DIGEST", help="A seal noted down before (this command and the log tell the newest)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ends with 1 where anything differs; administrators read it on My work, too, until it is verified again."""
        wrong = list(check_history())
        if options["expect"] and not contains(options["expect"]):
            wrong.insert(
                0, f"There is no seal {options['expect']}: seals were removed or all written anew since it was noted down."
            )
        if wrong:
            note_trouble("verifying", "\n".join(wrong), at=timezone.now())
            raise CommandError("\n".join(wrong))
        settle_trouble("verifying")
        newest = head()
        self.stdout.write(f"The history is as it was sealed. Newest seal: {newest}" if newest else "Nothing is sealed yet.")
        self.stdout.write(f"Not sealed yet: {unsealed():,} events.")
