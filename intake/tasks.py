"""Jobs of intake. Each calls one action; the beat table is in pmo/celery.py."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from core.jobs import attempt, soon
from intake.actions.charters import fail_charter, make_charter
from intake.actions.conversion import CHARTER_TASK
from intake.actions.decisions import RECORD_TASK, fail_record, record_decision
from intake.actions.reminders import send_service_digest
from intake.models import Charter, Decision


@shared_task(name=RECORD_TASK, bind=True, max_retries=5)
def make_decision_record(self: Any, decision_id: int) -> None:
    """The record of one decision. A lost database connection is retried; anything unforeseen is written on the decision."""
    attempt(
        self,
        lambda: record_decision(decision_id=decision_id, at=timezone.now()),
        failed=lambda why: fail_record(decision_id=decision_id, reason=why),
    )


@shared_task(name="intake.sweep_decisions")
def sweep_decisions() -> None:
    """Ask again for the records that no worker has made."""
    since = timezone.now() - timedelta(seconds=60)
    for pk in Decision.objects.filter(recorded_at=None, failure="", decided_at__lt=since).values_list("pk", flat=True):
        soon(RECORD_TASK, pk)


# Nobody is mailed in the night or at the weekend (settings.TIME_ZONE).
FIRST_HOUR = 7


@shared_task(name="intake.remind")
def remind_owners() -> int:
    """From seven on, Monday to Friday: owners hear what has passed its service time or was deferred until now."""
    now = timezone.now()
    here = timezone.localtime(now)
    if here.hour < FIRST_HOUR or here.isoweekday() > 5:
        return 0
    return send_service_digest(at=now)


@shared_task(name=CHARTER_TASK, bind=True, max_retries=5)
def write_charter(self: Any, charter_id: int) -> None:
    """One charter. A lost database connection is retried; anything unforeseen is written on the charter."""
    attempt(
        self,
        lambda: make_charter(charter_id=charter_id, at=timezone.now()),
        failed=lambda why: fail_charter(charter_id=charter_id, reason=why),
    )


@shared_task(name="intake.sweep_charters")
def sweep_charters() -> None:
    """Ask again for the charters that no worker has made."""
    since = timezone.now() - timedelta(seconds=60)
    for pk in Charter.objects.filter(made_at=None, failure="", asked_at__lt=since).values_list("pk", flat=True):
        soon(CHARTER_TASK, pk)
