"""A worker killed at any point of an import of a register leaves nothing or everything, and the import ends once it is back."""

import random
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from core.actions.imports import confirm_import, map_import, run_import_now, start_import
from core.models import ImportJob, ImportState
from core.tasks import sweep_imports
from portfolio.models import Category, Entry, Risk, RiskReading
from tests import factories
from tests.core.test_import_kill import until

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
def test_killed_worker_leaves_nothing_or_everything(worker_process: Any) -> None:
    scope = factories.project("Works")
    options = {"system": "K", "scope": scope.reference}
    job = start_import(target="risks", file=ContentFile(register()), name="kill.csv", by=None, options=options)
    job = run_import_now(job=job, at=timezone.now())
    job = run_import_now(job=map_import(job=job, mapping=job.mapping, options=job.options), at=timezone.now())
    assert job.report["verdicts"] == {"create": ROWS}

    def state() -> str:
        return ImportJob.objects.values_list("state", flat=True).get(pk=job.pk)

    confirm_import(job=job, by=None)
    for attempt in range(2):
        worker = worker_process(LOG_LEVEL="INFO")
        assert until(lambda: state() != ImportState.CONFIRMED), worker.output
        time.sleep(random.uniform(0, 0.5) * (attempt + 1))
        worker.kill()
        risks = Risk.objects.count()
        assert risks in (0, ROWS)
        assert Entry.objects.count() == 2 * risks
        assert RiskReading.objects.count() == risks
        assert Category.objects.count() == (7 if risks else 0)
        if state() == ImportState.APPLIED:
            break
        ImportJob.objects.filter(pk=job.pk).update(updated_at=timezone.now() - timedelta(minutes=1))
        sweep_imports()
    worker = worker_process(LOG_LEVEL="INFO")
    assert until(lambda: state() == ImportState.APPLIED), worker.output
    assert (Risk.objects.count(), RiskReading.objects.count(), Entry.objects.count()) == (ROWS, ROWS, 2 * ROWS)
