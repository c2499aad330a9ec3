"""`manage.py load_demo`: the first-run demonstration, into an empty database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import ActionError
from reporting.demo.load import load
from reporting.demo.people import PASSWORD, sign_in_lines


class Command(BaseCommand):
    """Load the demonstration and print the sign-ins."""

    help = "Load two years of the UK Government Major Projects Portfolio with made-up people and recent months."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses a database that holds projects."""
        try:
            load(at=timezone.now(), say=self.stdout.write)
        except ActionError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Sign in with the password {PASSWORD} as:")
        for line in sign_in_lines():
            self.stdout.write(f"  {line}")
