"""Files through the import as the wizard takes them: read, previewed with the columns it proposes, confirmed."""

from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from core.actions.imports import confirm_import, map_import, run_import_now, start_import
from core.imports.words import say, say_all
from core.models import ImportJob, ImportState


def previewed(target: str, content: str | bytes, *, by: Any = None, name: str = "file.csv", **options: Any) -> ImportJob:
    """The import after its preview, or refused in it; it must at least have been read."""
    data = content.encode() if isinstance(content, str) else content
    job = start_import(target=target, file=ContentFile(data, name=name), name=name, by=by, options=options)
    job = run_import_now(job=job, at=timezone.now())
    assert job.state == ImportState.READ, say(job.error)
    return run_import_now(job=map_import(job=job, mapping=job.mapping, options=job.options, by=by), at=timezone.now())


def imported(target: str, content: str | bytes, *, by: Any = None, **options: Any) -> ImportJob:
    """The import after everything was written."""
    job = previewed(target, content, by=by, **options)
    assert job.state == ImportState.PREVIEWED, say(job.error)
    job = run_import_now(job=confirm_import(job=job, by=by), at=timezone.now())
    assert job.state == ImportState.APPLIED, say(job.error)
    return job


def told(job: ImportJob) -> dict[str, str]:
    """Of each refused row: why."""
    return {row.place: " ".join(say_all(row.notes)) for row in job.rows.filter(verdict="refuse")}
