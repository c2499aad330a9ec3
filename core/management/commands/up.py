"""`manage.py up`: everything under one supervisor, as `make run` does."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Replaces itself by the supervisor, which loads nothing of Django."""

    help = "Start PostgreSQL, Redis, web server, worker and beat under one supervisor."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Does not return."""
        os.chdir(settings.BASE_DIR)
        os.execv(sys.executable, [sys.executable, "-m", "core.supervisor"])  # noqa: S606
