"""A worker killed in the middle of an import of a register leaves nothing, and the import ends once it is back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from core.actions.imports import confirm_import, map_import, run_import_now, start_import
from core.embedded.process import wait_until
from core.models import ImportJob, ImportState
from core.tasks import sweep_imports
from portfolio.models import Category, Entry, Risk, RiskReading
from tests import factories
from tests.servers import held

ROWS = 500


def register() -> bytes:
    """A register of this many risks, each with something done about it."""
    head = "Risk ID,Risk,Likelihood,Impact,Cost impact,Status,Mitigation,Category\n"
    lines = (
        f"K{n:05d},Risk {n} of the works,{n % 5 + 1},{n % 4 + 1},£{n + 1}k,{'Closed' if n % 9 == 0 else 'Open'},Do {n},Kind {n % 7}\n"
        for n in range(ROWS)
    )
    return (head + "".join(lines)).encode()


@pytest.mark.slow
def test_killed_worker_leaves_nothing_and_the_next_everything(worker_process: Any) -> None:
    scope = factories.project("Works")
    options = {"system": "K", "scope": scope.reference}
    job = start_import(target="risks", file=ContentFile(register()), name="kill.csv", by=None, options=options)
    job = run_import_now(job=job, at=timezone.now())
    job = run_import_now(job=map_import(job=job, mapping=job.mapping, options=job.options), at=timezone.now())
    assert job.report["verdicts"] == {"create": ROWS}

    def state() -> str:
        return ImportJob.objects.values_list("state", flat=True).get(pk=job.pk)

    confirm_import(job=job, by=None)
    # When the entries are there and what makes them risks is not, and close to the end.
    for table in (Risk, RiskReading):
        with held(table):
            worker = worker_process(LOG_LEVEL="INFO")
            worker.kill_when_writing(table)
        worker.kill()
        assert state() == ImportState.APPLYING
        assert not any(model.objects.exists() for model in (Entry, Risk, RiskReading, Category))
        ImportJob.objects.filter(pk=job.pk).update(updated_at=timezone.now() - timedelta(minutes=1))
        sweep_imports()
    worker = worker_process(LOG_LEVEL="INFO")
    assert wait_until(lambda: state() == ImportState.APPLIED, seconds=240), worker.output
    assert (Risk.objects.count(), RiskReading.objects.count(), Entry.objects.count()) == (ROWS, ROWS, 2 * ROWS)
    assert Category.objects.count() == 7
