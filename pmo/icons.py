"""The icons of the navigation as one static file: every page points to it instead of carrying forty drawings.

The repository holds no drawing: the lucide package brings them. The file is written into DATA_DIR/icons when static files are
collected, or when the development server is asked for it.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from core.icons import SHEET, sheet_of
from pmo.context import NAVIGATION


def sheet() -> Path:
    """The path of the file, written anew where the navigation or the drawings changed."""
    target = Path(settings.DATA_DIR) / "icons" / SHEET
    drawn = sheet_of(sorted({entry.icon for _label, entries in NAVIGATION for entry in entries}))
    if not target.exists() or target.read_text() != drawn:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "w") as file:
            file.write(drawn)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    return target


class IconFinder(BaseFinder):
    """Gives the sheet of icons to collectstatic and to the development server."""

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to configure."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The sheet's path for its one static name."""
        found = str(sheet()) if path == SHEET else None
        if find_all:
            return [found] if found else []
        return found or []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """The one file, as collectstatic wants it."""
        yield SHEET, FileSystemStorage(location=sheet().parent)
