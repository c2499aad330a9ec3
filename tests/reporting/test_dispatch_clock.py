"""Schedules under a clock that stands still, jumps ahead for days and is set back: each due moment is told of once."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import DAILY, MO, TU, WE, WEEKLY, rrule

from reporting.actions.schedules import Recipients, create_schedule, dispatch_due, edit_schedule
from reporting.models import ReportRun, ReportSchedule

pytestmark = pytest.mark.django_db
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "UTC")
BEGIN = datetime(2026, 10, 10, tzinfo=UTC)  # the nights of all clock changes of the autumn lie ahead
DAYS = {"daily": None, "weekly": (MO, TU, WE)}


def schedules(chance, head, count):
    made = []
    for number in range(count):
        kind = chance.choice(sorted(DAYS))
        made.append(
            create_schedule(
                schedule=ReportSchedule(
                    name=f"Report {number}", kind=kind, weekday=chance.randrange(3) if kind == "weekly" else None,
                    at=time(chance.randrange(5, 24), chance.randrange(60)), zone=chance.choice(ZONES), starts_on=date(2026, 1, 1),
                ),
                recipients=Recipients((head,)), by=head, at=BEGIN,
            )
        )  # fmt: skip
    return made


def due_moments(schedule, until):
    """What the rules of calendars say, by another library: local times of day, outside the hours that a clock change moves."""
    zone = ZoneInfo(schedule.zone)
    rule = rrule(
        DAILY if schedule.kind == "daily" else WEEKLY,
        byweekday=DAYS[schedule.kind][schedule.weekday] if schedule.kind == "weekly" else None,
        dtstart=datetime.combine(BEGIN.date() - timedelta(days=8), schedule.at),
        until=until.replace(tzinfo=None) + timedelta(days=2),
    )
    moments = [local.replace(tzinfo=zone).astimezone(UTC) for local in rule]
    return [moment for moment in moments if BEGIN < moment <= until]


def test_each_due_moment_has_one_run_or_is_passed_over_by_one(cast):
    chance = random.Random(7)
    rows = schedules(chance, cast.pmo_head, 16)
    now = latest = BEGIN
    for _step in range(80):
        jump = chance.choice(["on", "on", "on", "back", "a day", "a weekend"])
        now += {
            "on": timedelta(minutes=chance.randrange(1, 600)),
            "back": -timedelta(minutes=chance.randrange(1, 121)),
            "a day": timedelta(hours=chance.randrange(20, 30)),
            "a weekend": timedelta(hours=chance.randrange(50, 70)),
        }[jump]
        latest = max(latest, now)
        while dispatch_due(now):  # two beats, or one that is late: the second finds nothing
            pass
        assert dispatch_due(now) == []
    total = 0
    for row in rows:
        runs = list(ReportRun.objects.filter(schedule=row).order_by("due_at"))
        moments = due_moments(row, latest)
        assert {run.due_at for run in runs} <= set(moments)
        assert sum(1 + run.passed_over for run in runs) == len([one for one in moments if one <= runs[-1].due_at])
        # What lies after the last run was never reached by the clock, but for what it was set back from.
        assert all(one > now - timedelta(hours=3) for one in moments if one > runs[-1].due_at)
        total += len(runs)
    assert total > 200


def test_an_edit_does_not_pass_over_a_moment_that_has_come(cast):
    """The beat was away, or has not come yet: the report that was due goes out, and what runs wrote meanwhile stays."""
    row = schedules(random.Random(7), cast.pmo_head, 1)[0]
    stale, due = ReportSchedule.objects.get(pk=row.pk), row.next_due_at
    ReportSchedule.objects.filter(pk=row.pk).update(failures=3)
    at = due + timedelta(minutes=5)
    edit_schedule(changed=stale, recipients=Recipients((cast.pmo_head,)), version=row.version, at=at)
    assert [run.due_at for run in ReportRun.objects.filter(schedule=row)] == [due]
    assert dispatch_due(at) == []
    row.refresh_from_db()
    assert (row.next_due_at > at, row.failures) == (True, 3)
