"""Where a request stands against its service time, in words."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.holidays import office_holidays
from intake.formulas.service import clock_of
from intake.models import Request
from intake.models.requests import OPEN, State


def clock_words(left: int | None) -> str:
    """How many working days are left, or how many it is over. Empty without a service time."""
    if left is None:
        return ""
    if left < 0:
        return ngettext("%(days)d day over", "%(days)d days over", -left) % {"days": -left}
    if left == 0:
        return _("Due today")
    return ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}


def service_of(request: Request) -> dict[str, Any] | None:
    """Tone and words of the service clock of one request; None where no clock runs."""
    today = timezone.localdate()
    if request.state == State.DEFERRED and request.resume_on is not None and request.resume_on <= today:
        return {"tone": "amber", "words": _("Take up again"), "allowed": None}
    if request.state not in OPEN:
        return None
    allowed = request.type.service_days.get(request.state)
    clock = clock_of(timezone.localtime(request.moved_at).date(), today, allowed, office_holidays())
    return None if clock.left is None else {"tone": clock.tone, "words": clock_words(clock.left), "allowed": allowed}
