"""A worker killed in the middle of an import leaves nothing, and the import ends once it is back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from core.actions.imports import confirm_import, map_import, run_import_now, start_import
from core.embedded.process import wait_until
from core.models import ImportJob, ImportState
from core.tasks import sweep_imports
from portfolio.models import ExternalIdentifier, Project, StatusUpdate
from tests.servers import held

ROWS = 600


def portfolio(rows: int) -> bytes:
    """A portfolio of this many projects with ratings."""
    head = "Project ID,Project name,Department,Budget (£m),Start date,End date,RAG status,Commentary\n"
    lines = (
        f"K{n:05d},Scheme {n} of the {n % 97} works,Unit {n % 23},{n % 300}.5,2024-01-01,2027-{n % 12 + 1:02d}-28,"
        f'{("Red", "Amber", "Green")[n % 3]},"Line one of {n}\nline two"\n'
        for n in range(rows)
    )
    return (head + "".join(lines)).encode()


@pytest.mark.slow
def test_killed_worker_leaves_nothing_and_the_next_everything(worker_process: Any) -> None:
    job = start_import(
        target="projects",
        file=ContentFile(portfolio(ROWS)),
        name="kill.csv",
        by=None,
        options={"as_at": "2024-03-31", "system": "K"},
    )
    job = run_import_now(job=job, at=timezone.now())
    job = run_import_now(job=map_import(job=job, mapping=job.mapping, options=job.options), at=timezone.now())
    assert job.report["verdicts"] == {"create": ROWS}

    def state() -> str:
        return ImportJob.objects.values_list("state", flat=True).get(pk=job.pk)

    confirm_import(job=job, by=job.started_by)
    # When the projects are there and what follows is not, and close to the end.
    for table in (ExternalIdentifier, StatusUpdate):
        with held(table):
            worker = worker_process(LOG_LEVEL="INFO")
            worker.kill_when_writing(table)
        worker.kill()
        assert state() == ImportState.APPLYING
        assert Project.objects.count() == ExternalIdentifier.objects.count() == StatusUpdate.objects.count() == 0
        ImportJob.objects.filter(pk=job.pk).update(updated_at=timezone.now() - timedelta(minutes=1))
        sweep_imports()
    worker = worker_process(LOG_LEVEL="INFO")
    assert wait_until(lambda: state() == ImportState.APPLIED, seconds=240), worker.output
    assert Project.objects.count() == ExternalIdentifier.objects.count() == StatusUpdate.objects.count() == ROWS
    again = start_import(
        target="projects",
        file=ContentFile(portfolio(ROWS)),
        name="kill.csv",
        by=None,
        options={"as_at": "2024-03-31", "system": "K"},
    )
    assert wait_until(lambda: ImportJob.objects.get(pk=again.pk).state == ImportState.READ, seconds=240), worker.output
    again.refresh_from_db()
    map_import(job=again, mapping=again.mapping, options=again.options)
    assert wait_until(lambda: ImportJob.objects.get(pk=again.pk).state == ImportState.PREVIEWED, seconds=240), worker.output
    again.refresh_from_db()
    assert again.report["verdicts"] == {"leave": ROWS}
