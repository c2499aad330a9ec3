"""The organisation's own day. Rights, roles and delegations begin and end by it, wherever their holder is or says to be: the days
of a page are the reader's, who chooses a time zone in the profile."""

from datetime import date, datetime

from django.utils import timezone


def office_day(at: datetime | None = None) -> date:
    """The day that it is (or was at a moment) where the organisation is: in the time zone of the settings."""
    return timezone.localdate(at, timezone.get_default_timezone())
