"""Jobs of reporting. Each calls one action; the beat table is in pmo/celery.py."""

import time

from celery import shared_task
from django.utils import timezone

from core.pdf.layout import sweep_cache
from reporting.actions.runs import recover_runs, work_on_runs
from reporting.actions.schedules import dispatch_due

CACHE_DAYS = 30


@shared_task(name="reporting.dispatch")
def dispatch() -> int:
    """Every few seconds: make the runs that are due."""
    return len(dispatch_due(timezone.now()))


@shared_task(name="reporting.work_on_runs")
def make_runs() -> int:
    """Make what waits. Asked for after each commit that queued a run, and by the sweep."""
    return work_on_runs(clock=timezone.now)


@shared_task(name="reporting.sweep_runs")
def sweep_runs() -> int:
    """Every few seconds: give back what dead workers left, then make what waits."""
    recover_runs(at=timezone.now())
    return work_on_runs(clock=timezone.now)


@shared_task(name="reporting.sweep_cache")
def sweep_parts() -> int:
    """Once a day: forget parts of reports that nobody used for a month."""
    return sweep_cache(older_than=time.time() - CACHE_DAYS * 86_400)
