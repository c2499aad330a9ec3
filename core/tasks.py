"""Jobs of the plumbing. Each loads, claims and calls one action; the beat table is in pmo/celery.py."""

from datetime import timedelta
from typing import Any

import structlog
from celery import shared_task
from django.utils import timezone

from core.actions.imports import advance_import, fail_import, send_to_worker
from core.actions.mail import recover_mail, send_due_mail
from core.actions.preferences import send_digests
from core.actions.seals import note_trouble, seal_history, settle_trouble
from core.fonts import print_faces
from core.jobs import attempt
from core.models import ImportJob

log = structlog.get_logger(__name__)


@shared_task(name="core.send_mail")
def send_mail() -> int:
    """Send what is due. Asked for after each commit that queued mail, and by the sweep."""
    return send_due_mail(clock=timezone.now)


@shared_task(name="core.sweep_mail")
def sweep_mail() -> int:
    """Every few seconds: settle what a killed sender left, then send what is due (retries, and what no worker was told of)."""
    recover_mail(at=timezone.now())
    return send_due_mail(clock=timezone.now)


@shared_task(name="core.send_digests")
def mail_digests() -> int:
    """Every quarter of an hour: the daily mails of those whose morning has come."""
    return send_digests(at=timezone.now())


@shared_task(name="core.run_import", bind=True, max_retries=5)
def run_import(self: Any, job_id: int) -> None:
    """The next step of an import. A lost database connection is retried; anything unforeseen ends the job with a sentence."""
    attempt(
        self,
        lambda: advance_import(job_id=job_id, at=timezone.now()),
        failed=lambda _why: fail_import(job_id=job_id, at=timezone.now()),
    )


@shared_task(name="core.sweep_imports")
def sweep_imports() -> None:
    """Queue again what waits for a worker or was left by a killed one. Harmless for a job in hand: its lock is held."""
    since = timezone.now() - timedelta(seconds=20)
    for job_id in ImportJob.objects.unfinished().filter(updated_at__lt=since).values_list("pk", flat=True):
        send_to_worker(job_id)


@shared_task(name="core.seal_history")
def seal() -> list[str]:
    """Twice an hour: seal what was added to the history. A table in which somebody writes just now is left for the next time.
    A run that fails stands on My work of the administrators until one succeeds."""
    at = timezone.now()
    try:
        busy = seal_history(at=at)
    except Exception as error:
        log.exception("history_seal_failed")
        note_trouble("sealing", f"{type(error).__name__}: {error}".strip(), at=at)
        raise
    settle_trouble("sealing")
    return busy


@shared_task(name="core.prepare_paper")
def prepare_paper() -> None:
    """Cut the fonts for paper, once an installation, before a first report waits for them."""
    print_faces()
