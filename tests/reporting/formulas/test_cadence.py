"""Due instants against dateutil's rrule as an independent oracle, and hand-made nights in three zones."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays as public_holidays
import pytest
from dateutil import rrule, tz
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.formulas.cadence import LAST, Cadence, instants, is_working, latest_missed, upcoming

ZONES = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Apia",
    "America/Sao_Paulo",
]
WEEKDAYS = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def local(moment, zone):
    return moment.astimezone(ZoneInfo(zone)).strftime("%a %d %b %Y %H:%M")


def next_local(cadence, after, count=3, holidays=()):
    return [local(m, cadence.zone) for m in upcoming(cadence, after=after, count=count, holidays=holidays)]


# --- the oracle: rrule gives nominal wall-clock times; dateutil's own zone arithmetic makes instants of them


def oracle(cadence, after, count):
    start = datetime.combine(cadence.starts_on, cadence.at)
    day = {"byweekday": WEEKDAYS[cadence.weekday](cadence.nth)} if cadence.nth else {}
    if cadence.monthday:
        clip = LAST if cadence.monthday in (LAST, 31) else cadence.monthday
        # rrule drops months that lack the day; the last of the candidates up to it is the clipped day
        days = [LAST] if clip == LAST else list(range(min(28, clip), clip + 1))
        day = {"bymonthday": days, "bysetpos": LAST}
    months = {"bymonth": [cadence.quarter_month + 3 * q for q in range(4)]} if cadence.kind == "quarterly" else {}
    rules = {
        "daily": lambda: rrule.rrule(rrule.DAILY, dtstart=start),
        "weekdays": lambda: rrule.rrule(rrule.DAILY, dtstart=start, byweekday=WEEKDAYS[:5]),
        "weekly": lambda: rrule.rrule(rrule.WEEKLY, dtstart=start, byweekday=WEEKDAYS[cadence.weekday]),
        "fortnightly": lambda: rrule.rrule(
            rrule.WEEKLY, dtstart=start, interval=2, wkst=rrule.MO, byweekday=WEEKDAYS[cadence.weekday]
        ),
        "monthly": lambda: rrule.rrule(rrule.MONTHLY, dtstart=start, **day),
        "quarterly": lambda: rrule.rrule(rrule.MONTHLY, dtstart=start, **months, **day),
    }
    zone, found = tz.gettz(cadence.zone), []
    for wall in rules[cadence.kind]().xafter(after.replace(tzinfo=None) - timedelta(days=3), inc=True):
        aware = wall.replace(tzinfo=zone, fold=0)
        if not tz.datetime_exists(aware):
            minute = timedelta(minutes=1)
            while not tz.datetime_exists(aware):
                aware = (aware.replace(tzinfo=None) + minute).replace(tzinfo=zone)
        moment = aware.astimezone(UTC)
        if moment > after and moment not in found:
            found.append(moment)
        if len(found) == count:
            return found
    return found


@st.composite
def cadences(draw):
    kind = draw(st.sampled_from(["daily", "weekdays", "weekly", "fortnightly", "monthly", "quarterly"]))
    chosen = {"weekday": draw(st.integers(0, 6))} if kind in ("weekly", "fortnightly") else {}
    if kind in ("monthly", "quarterly"):
        if draw(st.booleans()):
            chosen = {"monthday": draw(st.integers(1, 31) | st.just(LAST))}
        else:
            chosen = {"nth": draw(st.sampled_from([1, 2, 3, 4, LAST])), "weekday": draw(st.integers(0, 6))}
        chosen["quarter_month"] = draw(st.integers(1, 3))
    return Cadence(
        kind=kind,
        at=time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 15, 30, 45, 59]))),
        zone=draw(st.sampled_from(ZONES)),
        starts_on=draw(st.dates(date(2019, 1, 1), date(2030, 12, 31))),
        **chosen,
    )


@settings(max_examples=400, deadline=None)
@given(cadences(), st.integers(-400, 400 * 24 * 60))
def test_every_cadence_agrees_with_rrule(cadence, minutes):
    after = datetime.combine(cadence.starts_on, time(), tzinfo=UTC) + timedelta(minutes=minutes)
    assert upcoming(cadence, after=after, count=6) == oracle(cadence, after, 6)


@settings(max_examples=200, deadline=None)
@given(cadences(), st.integers(0, 2000), st.sampled_from(["skip", "next", "previous"]))
def test_holiday_rule_only_drops_or_moves_free_days(cadence, days, rule):
    from dataclasses import replace

    closed = public_holidays.country_holidays("GB", subdiv="ENG")
    after = datetime.combine(cadence.starts_on, time(), tzinfo=UTC) + timedelta(days=days)
    due = upcoming(replace(cadence, holiday_rule=rule), after=after, count=8, holidays=closed)
    assert due == sorted(set(due))
    assert all(m > after for m in due)
    zone = ZoneInfo(cadence.zone)
    for moment in due:
        day = moment.astimezone(zone).date()
        if cadence.monthday:
            assert is_working(day, closed) or (day.month == 12 and cadence.zone == "Pacific/Apia")
        else:
            assert day not in closed or cadence.zone == "Pacific/Apia"


@settings(max_examples=100, deadline=None)
@given(cadences(), st.integers(0, 700), st.integers(0, 90))
def test_asking_step_by_step_gives_the_same_instants(cadence, days, gap):
    """The dispatcher asks for the next instant after the last one; a listing asks for many at once."""
    after = datetime.combine(cadence.starts_on, time(), tzinfo=UTC) + timedelta(days=days)
    at_once = upcoming(cadence, after=after, count=5)
    stepped, last = [], after
    for _ in range(5):
        (last,) = upcoming(cadence, after=last, count=1)
        stepped.append(last)
    assert stepped == at_once
    chosen, passed_over = latest_missed(cadence, first=at_once[0], until=at_once[0] + timedelta(days=gap))
    inside = [m for m in upcoming(cadence, after=after, count=100) if m <= at_once[0] + timedelta(days=gap)]
    assert (chosen, passed_over) == (inside[-1], len(inside) - 1)


# --- nights on which the clocks change


@pytest.mark.parametrize(
    ("zone", "night", "at", "expected"),
    [
        # London, 29 March 2026: 01:00 becomes 02:00. 01:30 does not exist: 02:00 BST = 01:00 UTC.
        ("Europe/London", date(2026, 3, 29), time(1, 30), utc(2026, 3, 29, 1, 0)),
        ("Europe/London", date(2026, 3, 29), time(0, 59), utc(2026, 3, 29, 0, 59)),
        ("Europe/London", date(2026, 3, 29), time(2, 0), utc(2026, 3, 29, 1, 0)),
        # 25 October 2026: 01:30 happens twice; the first is BST.
        ("Europe/London", date(2026, 10, 25), time(1, 30), utc(2026, 10, 25, 0, 30)),
        # New York, 8 March and 1 November 2026.
        ("America/New_York", date(2026, 3, 8), time(2, 30), utc(2026, 3, 8, 7, 0)),
        ("America/New_York", date(2026, 11, 1), time(1, 30), utc(2026, 11, 1, 5, 30)),
        # Lord Howe changes by half an hour: 4 October 2026 at 02:00 becomes 02:30; 5 April 02:00 becomes 01:30.
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), utc(2026, 10, 3, 15, 30)),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), utc(2026, 4, 4, 14, 45)),
    ],
)
def test_daily_over_a_night_of_clock_change_runs_once_a_day(zone, night, at, expected):
    cadence = Cadence(kind="daily", at=at, zone=zone, starts_on=night - timedelta(days=1))
    start = datetime.combine(night, time(), tzinfo=ZoneInfo(zone)) - timedelta(minutes=1)
    due = upcoming(cadence, after=start, count=3)
    assert due[0] == expected
    assert [m.astimezone(ZoneInfo(zone)).date() for m in due] == [night + timedelta(days=n) for n in range(3)]


def test_same_local_time_all_year_round():
    cadence = Cadence(kind="weekly", weekday=0, at=time(8), zone="Europe/London", starts_on=date(2026, 1, 1))
    year = upcoming(cadence, after=utc(2026, 1, 1), count=52)
    assert {m.astimezone(ZoneInfo("Europe/London")).time() for m in year} == {time(8)}
    assert {m.hour for m in year} == {7, 8}
    assert all(b - a in (timedelta(days=7), timedelta(days=7, hours=1), timedelta(days=7, hours=-1)) for a, b in pairwise(year))


def test_a_day_that_a_country_left_out_is_due_at_its_end():
    """Samoa had no 30 December 2011."""
    cadence = Cadence(kind="daily", at=time(9), zone="Pacific/Apia", starts_on=date(2011, 12, 1))
    assert next_local(cadence, utc(2011, 12, 29, 10)) == [
        "Thu 29 Dec 2011 09:00", "Sat 31 Dec 2011 00:00", "Sat 31 Dec 2011 09:00",
    ]  # fmt: skip


# --- month ends, weekdays of the month, quarters


def monthly(**day):
    return Cadence(kind="monthly", at=time(7, 30), zone="Europe/London", starts_on=date(2026, 1, 1), **day)


def test_the_31st_is_the_last_day_of_shorter_months():
    assert next_local(monthly(monthday=31), utc(2028, 1, 31, 12), 4) == [
        "Tue 29 Feb 2028 07:30", "Fri 31 Mar 2028 07:30", "Sun 30 Apr 2028 07:30", "Wed 31 May 2028 07:30",
    ]  # fmt: skip
    assert next_local(monthly(monthday=LAST), utc(2027, 2, 1)) == [
        "Sun 28 Feb 2027 07:30", "Wed 31 Mar 2027 07:30", "Fri 30 Apr 2027 07:30",
    ]  # fmt: skip


def test_the_30th_in_february():
    assert next_local(monthly(monthday=30), utc(2027, 2, 1), 2) == ["Sun 28 Feb 2027 07:30", "Tue 30 Mar 2027 07:30"]


def test_first_and_last_weekday_of_the_month():
    assert next_local(monthly(nth=1, weekday=0), utc(2026, 11, 22), 2) == [
        "Mon 07 Dec 2026 07:30",
        "Mon 04 Jan 2027 07:30",
    ]
    assert next_local(monthly(nth=LAST, weekday=4), utc(2026, 11, 22), 2) == [
        "Fri 27 Nov 2026 07:30",
        "Fri 25 Dec 2026 07:30",
    ]


def test_quarterly_in_its_month():
    cadence = Cadence(
        kind="quarterly", monthday=15, quarter_month=2, at=time(9), zone="Europe/Berlin", starts_on=date(2026, 1, 1)
    )
    assert next_local(cadence, utc(2026, 2, 15, 9)) == [
        "Fri 15 May 2026 09:00",
        "Sat 15 Aug 2026 09:00",
        "Sun 15 Nov 2026 09:00",
    ]


def test_fortnights_count_from_the_first_week():
    cadence = Cadence(kind="fortnightly", weekday=2, at=time(9), zone="UTC", starts_on=date(2026, 11, 26))  # a Thursday
    assert next_local(cadence, utc(2026, 11, 22), 2) == ["Wed 09 Dec 2026 09:00", "Wed 23 Dec 2026 09:00"]


# --- holidays

ENGLAND = public_holidays.country_holidays("GB", subdiv="ENG")


def test_weekdays_skip_christmas():
    cadence = Cadence(kind="weekdays", at=time(9), zone="Europe/London", starts_on=date(2026, 1, 1), holiday_rule="skip")
    assert next_local(cadence, utc(2026, 12, 24, 8), 4, ENGLAND) == [
        "Thu 24 Dec 2026 09:00", "Tue 29 Dec 2026 09:00", "Wed 30 Dec 2026 09:00", "Thu 31 Dec 2026 09:00",
    ]  # fmt: skip  # 26 December 2026 is a Saturday: Monday 28 is its substitute


def test_weekdays_moved_over_christmas_do_not_double():
    cadence = Cadence(kind="weekdays", at=time(9), zone="Europe/London", starts_on=date(2026, 1, 1), holiday_rule="next")
    assert next_local(cadence, utc(2026, 12, 24, 8), 3, ENGLAND) == [
        "Thu 24 Dec 2026 09:00", "Tue 29 Dec 2026 09:00", "Wed 30 Dec 2026 09:00",
    ]  # fmt: skip


def test_month_end_on_a_weekend_moves_to_the_working_day():
    assert next_local(monthly(monthday=LAST, holiday_rule="previous"), utc(2027, 1, 1), 2, ENGLAND) == [
        "Fri 29 Jan 2027 07:30", "Fri 26 Feb 2027 07:30",
    ]  # fmt: skip
    assert next_local(monthly(monthday=LAST, holiday_rule="next"), utc(2027, 1, 1), 2, ENGLAND) == [
        "Mon 01 Feb 2027 07:30", "Mon 01 Mar 2027 07:30",
    ]  # fmt: skip


def test_new_year_moved_back_is_still_found_from_the_old_year():
    cadence = monthly(monthday=1, holiday_rule="previous")
    assert next_local(cadence, utc(2026, 12, 30), 2, ENGLAND) == ["Thu 31 Dec 2026 07:30", "Mon 01 Feb 2027 07:30"]


def test_a_saturday_that_was_asked_for_is_kept():
    cadence = Cadence(kind="weekly", weekday=5, at=time(9), zone="UTC", starts_on=date(2026, 11, 1), holiday_rule="next")
    assert next_local(cadence, utc(2026, 11, 22), 1, ENGLAND) == ["Sat 28 Nov 2026 09:00"]


def test_when_every_day_is_a_holiday_nothing_hangs():
    class Always:
        def __contains__(self, day):
            return True

    cadence = monthly(monthday=1, holiday_rule="next")
    assert upcoming(cadence, after=utc(9990, 1, 1), count=3, holidays=Always()) == []


def test_the_end_of_the_calendar_is_the_end():
    cadence = Cadence(kind="daily", at=time(9), zone="UTC", starts_on=date(9999, 12, 30))
    assert len(upcoming(cadence, after=utc(2026, 1, 1), count=5)) == 2


# --- after downtime


def test_a_week_without_service_gives_one_run_and_says_how_many_it_passes_over():
    cadence = Cadence(kind="daily", at=time(8), zone="UTC", starts_on=date(2026, 11, 1))
    assert latest_missed(cadence, first=utc(2026, 11, 10, 8), until=utc(2026, 11, 17, 7)) == (utc(2026, 11, 16, 8), 6)
    assert latest_missed(cadence, first=utc(2026, 11, 10, 8), until=utc(2026, 11, 10, 9)) == (utc(2026, 11, 10, 8), 0)


# --- nonsense is refused with a sentence


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind": "hourly"}, "not a cadence"),
        ({"kind": "weekly"}, "day of the week"),
        ({"kind": "weekly", "weekday": 7}, "weekday"),
        ({"kind": "monthly"}, "either"),
        ({"kind": "monthly", "monthday": 1, "nth": 1, "weekday": 1}, "either"),
        ({"kind": "monthly", "monthday": 32}, "1 to 31"),
        ({"kind": "monthly", "nth": 5, "weekday": 1}, "first to fourth"),
        ({"kind": "quarterly", "monthday": 1, "quarter_month": 4}, "quarter"),
        ({"kind": "daily", "zone": "Mars/Olympus"}, "time zone"),
        ({"kind": "daily", "zone": "../../etc/passwd"}, "time zone"),
        ({"kind": "daily", "holiday_rule": "maybe"}, "holiday rule"),
        ({"kind": "daily", "at": time(1, tzinfo=UTC)}, "local"),
    ],
)
def test_a_cadence_that_means_nothing_is_refused(fields, says):
    with pytest.raises(ValueError, match=says):
        Cadence(**{"at": time(9), "zone": "UTC", "starts_on": date(2026, 1, 1), **fields})


def test_a_moment_without_zone_is_refused():
    cadence = Cadence(kind="daily", at=time(9), zone="UTC", starts_on=date(2026, 1, 1))
    with pytest.raises(ValueError, match="zone"):
        next(instants(cadence, after=datetime(2026, 1, 1)))
