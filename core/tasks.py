"""Jobs of the plumbing. Each loads, claims and calls one action; the beat table is in pmo/celery.py."""

from celery import shared_task
from django.utils import timezone

from core.actions.mail import recover_mail, send_due_mail


@shared_task(name="core.send_mail")
def send_mail() -> int:
    """Send what is due. Asked for after each commit that queued mail, and by the sweep."""
    return send_due_mail(clock=timezone.now)


@shared_task(name="core.sweep_mail")
def sweep_mail() -> int:
    """Every few seconds: settle what a killed sender left, then send what is due (retries, and what no worker was told of)."""
    recover_mail(at=timezone.now())
    return send_due_mail(clock=timezone.now)
