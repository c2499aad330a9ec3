"""Jobs of people and access."""

from celery import shared_task
from django.utils import timezone

from accounts.actions.passwords import send_password_reset


@shared_task(name="accounts.send_password_reset")
def password_reset_task(email: str) -> bool:
    """Mail the link to the person with this address, if there is one."""
    return send_password_reset(email=email, at=timezone.now())
