"""The service clock in SQL, the twin of `intake/formulas/service.py`; a test holds both equal."""

from datetime import date
from typing import Any

from django.db.models import DateField, ExpressionWrapper, F, Func, IntegerField, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, ExtractIsoWeekDay, Greatest, Least, TruncDate

from intake.formulas.service import last_working_day


def allowed_days() -> Any:
    """The working days that the request's type allows in its state; NULL where it sets none."""
    text = Func(F("type__service_days"), F("state"), template="(%(expressions)s)", arg_joiner=" ->> ")
    return Cast(text, IntegerField())


def due_on() -> Any:
    """The last day on which the request is in time; NULL without a service time."""
    return _plus_working_days(TruncDate("moved_at"), ExtractIsoWeekDay("moved_at"), F("allowed_days"))


def _plus_working_days(day: Any, weekday: Any, days: Any) -> ExpressionWrapper:
    weekday = Cast(weekday, IntegerField())  # EXTRACT gives a numeric, which no date can be moved by
    friday: Combinable = day - Greatest(weekday - 5, 0)
    return ExpressionWrapper(friday + days + 2 * ((Least(weekday, 5) - 1 + days) / 5), DateField())


def overdue(on: date) -> Q:
    """The condition that more working days were used than allowed. Needs the annotations of `with_clock`."""
    return Q(due_on__lt=last_working_day(on))


def due_soon(on: date) -> Q:
    """The condition that it is due soon and not over. Needs the annotations of `with_clock`."""
    today = last_working_day(on)
    few = Greatest(Value(1), F("allowed_days") / 4)
    edge = _plus_working_days(Cast(Value(today), DateField()), Value(today.isoweekday()), few)
    return Q(due_on__gte=today, due_on__lte=edge)
