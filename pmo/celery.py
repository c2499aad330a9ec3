"""The Celery application and the beat table: sweeps only, every schedule a user makes is a row."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready, worker_shutting_down
from celery.worker.state import active_requests
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmo.settings")

app = Celery("pmo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Threads of the web server and of tests see this application too, not an empty default one.
app.set_default()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_logging(**_kwargs: object) -> None:
    """Listening is enough: Celery then leaves the logging of settings.LOGGING alone."""


@worker_ready.connect
def prepare_paper(**_kwargs: object) -> None:
    """A new installation cuts its fonts while nobody waits. Tests share fonts that were cut before."""
    if not settings.TESTING:
        app.send_task("core.prepare_paper")


# Jobs that begin anew at the next start, with what they finished kept: nobody waits for them at the end.
LEFT_AT_THE_END = {"core.prepare_paper"}
_pools: list[Any] = []  # the one pool of this worker, once it is ready


@worker_ready.connect
def know_pool(sender: Any, **_kwargs: object) -> None:
    """The signal of the end tells no more than the worker's name."""
    _pools[:] = [sender.pool] if hasattr(sender, "pool") else []


@worker_shutting_down.connect
def leave_off(**_kwargs: object) -> None:
    """A worker that is told to end leaves these off, and waits only for what somebody asked for."""
    for request in tuple(active_requests):
        if request.name in LEFT_AT_THE_END:
            for pool in _pools:
                request.terminate(pool)


# name: (task, every how many seconds)
SWEEPS: dict[str, tuple[str, float]] = {
    "mail": ("core.sweep_mail", 10),
    "daily mails": ("core.send_digests", 900),
    "imports": ("core.sweep_imports", 30),
    "history": ("core.seal_history", 1800),
    "periods": ("portfolio.ensure_periods", 6 * 3600),
    "reminders": ("portfolio.remind", 900),
    "change records": ("portfolio.sweep_change_records", 60),
    "simulations": ("portfolio.sweep_simulations", 30),
    "service times": ("intake.remind", 900),
    "decision records": ("intake.sweep_decisions", 60),
    "charters": ("intake.sweep_charters", 60),
    "reports due": ("reporting.dispatch", 10),
    "report runs": ("reporting.sweep_runs", 15),
    "report parts": ("reporting.sweep_cache", 86_400),
}
app.conf.beat_schedule = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds}} for name, (task, seconds) in SWEEPS.items()
}
