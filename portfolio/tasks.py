"""Jobs of the portfolio. Each calls one action; the beat table is in pmo/celery.py."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from core.jobs import attempt, soon
from portfolio.actions.calendars import AHEAD, assign_duties, ensure_periods
from portfolio.actions.change_records import ask_again, fail_record, record_change
from portfolio.actions.change_reminders import send_change_reminders
from portfolio.actions.changes import RECORD_TASK
from portfolio.actions.raid_letters import send_register_reminders
from portfolio.actions.reminders import send_reminders, send_review_digest
from portfolio.actions.simulations import TASK, fail_simulation, run_simulation
from portfolio.models import Simulation

# Nobody is mailed in the night (settings.TIME_ZONE).
FIRST_HOUR = 7


@shared_task(name="portfolio.ensure_periods")
def sweep_periods() -> int:
    """Lay out the periods that come, and say which project reports where. Running it again changes nothing."""
    today = timezone.localdate()
    return ensure_periods(until=today + AHEAD) + assign_duties(on=today)


@shared_task(name="portfolio.remind")
def sweep_reminders() -> int:
    """Every hour from seven on: reminders, escalations and the reviewers' digest that have not gone out today."""
    now = timezone.now()
    if timezone.localtime(now).hour < FIRST_HOUR:
        return 0
    told = send_reminders(at=now) + send_review_digest(at=now)
    return told + send_change_reminders(at=now) + send_register_reminders(at=now)


@shared_task(name=RECORD_TASK, bind=True, max_retries=5)
def make_change_record(self: Any, entry_id: int) -> None:
    """The PDF of one change request. A lost database connection is retried; anything unforeseen is written on the change."""
    attempt(
        self,
        lambda: record_change(entry_id=entry_id, at=timezone.now()),
        failed=lambda why: fail_record(entry_id=entry_id, reason=why),
    )


@shared_task(name="portfolio.sweep_change_records")
def sweep_change_records() -> int:
    """Ask again for the PDFs of changes that no worker has made."""
    return ask_again(before=timezone.now() - timedelta(seconds=60))


@shared_task(name=TASK, bind=True, max_retries=5)
def simulate(self: Any, simulation_id: int) -> None:
    """One simulation. A lost database connection is retried; anything unforeseen ends it with a sentence."""
    attempt(
        self,
        lambda: run_simulation(simulation_id=simulation_id, clock=timezone.now),
        failed=lambda _why: fail_simulation(simulation_id=simulation_id, at=timezone.now()),
    )


@shared_task(name="portfolio.sweep_simulations")
def sweep_simulations() -> None:
    """Ask again for what no worker has made or a killed one left. Harmless for one in hand: its lock is held."""
    since = timezone.now() - timedelta(seconds=20)
    waiting = Simulation.objects.exclude(state__in=("done", "failed")).filter(asked_at__lt=since)
    for pk in waiting.values_list("pk", flat=True):
        soon(TASK, pk)
