"""Jobs of the portfolio. Each calls one action; the beat table is in pmo/celery.py."""

from celery import shared_task
from django.utils import timezone

from portfolio.actions.calendars import AHEAD, assign_duties, ensure_periods
from portfolio.actions.reminders import send_reminders, send_review_digest

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
    return send_reminders(at=now) + send_review_digest(at=now)
