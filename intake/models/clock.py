"""The service clock in SQL, the twin of `intake/formulas/service.py`; a test holds both equal."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import F, Func, IntegerField, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from intake.formulas.service import FIRST_MONDAY, day_number


class AllowedDays(Func):
    """The working days that the request's type allows in its state; NULL where it sets none."""

    template = "(%(expressions)s)::integer"
    arg_joiner = " ->> "
    output_field = IntegerField()

    def __init__(self) -> None:
        super().__init__(F("type__service_days"), F("state"))


class DueNumber(Func):
    """The number (`day_number`) of the last working day in time; NULL without a service time. One node instead of the twenty
    that its arithmetic has: putting those together costs more than PostgreSQL takes for all rows."""

    output_field = IntegerField()

    def __init__(self, holidays: Sequence[date]) -> None:
        super().__init__(F("moved_at"), AllowedDays())
        passed = [str(day) for day in holidays if day <= timezone.localdate()]  # nothing was moved later than today
        self.holidays = f"{{{','.join(passed)}}}" if passed else ""
        self.zone = timezone.get_current_timezone_name()

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> Any:  # type: ignore[override]
        """The weekdays since the first Monday, less the holidays among them, and the days allowed."""
        moved, given = compiler.compile(self.source_expressions[0])
        allowed, more = compiler.compile(self.source_expressions[1])
        day = f"({moved} AT TIME ZONE %s)::date"
        since = f"({day} - %s::date)"
        text = f"{since} / 7 * 5 + least({since} %% 7, 4) + 1"
        values = [*given, self.zone, FIRST_MONDAY] * 2
        if self.holidays:
            text += f" - width_bucket({day}, %s::date[])"
            values += [*given, self.zone, self.holidays]
        return f"({text} + {allowed})", [*values, *more]


def overdue(on: date, holidays: Sequence[date]) -> Q:
    """The condition that more working days were used than allowed. Needs the annotations of `with_clock`."""
    return Q(due_number__lt=day_number(on, holidays))


def due_soon(on: date, holidays: Sequence[date]) -> Q:
    """The condition that it is due soon and not over. Needs the annotations of `with_clock`."""
    today = day_number(on, holidays)
    return Q(due_number__gte=today, due_number__lte=Value(today) + Greatest(Value(1), F("allowed_days") / 4))
