"""Hostile files at every import that there is: refused with a sentence, nothing written, the next import works (B5)."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from core.actions.imports import run_import_now, start_import
from core.errors import ActionError
from core.imports import registry
from core.models import ImportJob
from intake.models import Request
from portfolio.models import Entry, Project
from tests.core.test_import_reading import hostile

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files that `core.imports.reading` refuses, by their reason."""
    return hostile(tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("target", sorted(registry._targets))
def test_no_target_takes_a_hostile_file(target: str, files: dict[str, Path], settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    before = (Project.objects.count(), Entry.objects.count(), Request.objects.count())
    for reason, path in files.items():
        name = f"<img src=x onerror=alert(1)>{path.name}"
        try:
            job = start_import(target=target, file=ContentFile(path.read_bytes()), name=name, by=None)
        except ActionError:  # with a sentence, at the file
            continue
        job = run_import_now(job=job, at=timezone.now())
        assert job.state == "failed", (reason, job.state)
        assert job.rows.count() == 0, reason
    assert (Project.objects.count(), Entry.objects.count(), Request.objects.count()) == before
    assert not ImportJob.objects.filter(state="working").exists()
