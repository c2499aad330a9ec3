"""The overview, which keeps what it read and works out anew only what changed, equals the plain sums over everything.

A random portfolio lives on; after each step every reader's overview is compared with figures that are made the long way:
from rows read anew, one loop a figure, and for the ratings over time from every update that was ever published.
"""

import random
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portfolio.models import AssuranceRating, Milestone, Project, StatusDecision, StatusUpdate
from portfolio.models.asof import Standing, late_updates_at, standings
from reporting.collect import blocks
from reporting.collect.overview import Overview, overview
from reporting.collect.overview_counts import ENDED, freshness_of
from reporting.collect.overview_picture import Selection, narrowed, read_picture
from reporting.collect.since import end_of
from reporting.formulas.attention import Limits, age_in_days, reasons_for
from reporting.formulas.rating_counts import SEVERITY
from reporting.formulas.trend import month_ends
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
RATINGS = ["red", "amber", "green", "blue", ""]
PHASES = ["planning", "delivery", "closed", "cancelled"]


def worse(rating: str | None, than: str | None) -> bool:
    return rating in SEVERITY and than in SEVERITY and SEVERITY[rating] > SEVERITY[than]


def counted(rows: list[Standing], name: str) -> Counter[str]:
    found = Counter(getattr(row, name) if getattr(row, name) in RATINGS[:4] else "grey" for row in rows)
    return +found


def shown(counts: Any) -> Counter[str]:
    return +Counter({rating: counts.of(rating) for rating in (*RATINGS[:4], "grey")})


def moved(now: list[Standing], before: dict[int, Standing]) -> dict[str, set[Any]]:
    """Turns, slips, shifts, entered and left of named rows, as sets."""
    found: dict[str, set[Any]] = {name: set() for name in ("turns", "slips", "shifts", "entered", "left")}
    for row in now:
        was = before.get(row.pk)
        if was is None:
            found["entered"].add(row.pk)
            continue
        for kind, name in (("declared", "overall"), ("assured", "assurance")):
            new, old = getattr(row, name), getattr(was, name)
            if worse(new, old) or worse(old, new):
                found["turns"].add((row.pk, kind, old, new))
        if row.finish_on and was.finish_on and row.finish_on != was.finish_on:
            found["slips"].add((row.pk, (row.finish_on - was.finish_on).days))
        for name in ("forecast", "budget"):
            new, old = getattr(row, name), getattr(was, name)
            if row.currency == was.currency and None not in (new, old) and new != old:
                found["shifts"].add((row.pk, name, old, new))
    found["left"] = set(before) - {row.pk for row in now}
    return found


def red_at(rows: list[Standing], day: Any, moment: datetime, selection: Selection) -> int:
    """How many of these projects were red at a month end, by every update that was ever published."""
    red = 0
    for row in rows:
        known = StatusUpdate.objects.ever_published().filter(project=row.pk, series__key="main", effective_at__lte=moment)
        if newest := known.order_by("-period__ends_on", "-revision", "-effective_at", "-pk").first():
            over = row.phase in ENDED and not selection.phase
            if over and row.actual_finish_on:
                over = row.actual_finish_on <= day
            elif over:
                over = row.reported_at is None or row.reported_at <= moment
            red += newest.overall == "red" and not over
    return red


def check(found: Overview, user: Any, selection: Selection) -> None:
    picture, today = found.picture, timezone.localdate()
    mine = set(Project.objects.visible_to(user).values_list("pk", flat=True))
    everywhere = user.role_grants.exists()
    every = [row for row in standings(Project.objects.all()) if everywhere or row.pk in mine]
    assert list(picture.rows) == every
    rows = list(narrowed(picture, selection, every))
    hidden = [row for row in rows if row.pk not in mine]
    assert {row.pk for row in hidden} == {row.pk for row in rows if row.is_confidential and row.pk not in mine}
    assert not (hidden and not selection.is_empty)
    assert list(found.rows) == rows
    named = [row for row in rows if row.pk in mine]
    running = [row for row in named if row.phase not in ENDED]
    rated = [row for row in rows if selection.phase or row.phase not in ENDED]
    if sum(row.pk not in mine for row in rated) < 3:
        rated = [row for row in rated if row.pk in mine]
    for name, counts in (
        ("overall", found.ratings.declared),
        ("computed_overall", found.ratings.computed),
        ("assurance", found.ratings.assured),
        ("schedule", found.dimensions["schedule"]),
        ("benefits_rag", found.dimensions["benefits"]),
    ):
        assert shown(counts) == counted(rated, name), name
    assert found.ratings.computed_worse == sum(worse(row.computed_overall, row.overall) for row in rated)
    assert found.ratings.assured_worse == sum(worse(row.assurance, row.overall) for row in rated)

    then = [row for row in standings(Project.objects.all(), found.since.moment) if everywhere or row.pk in mine]
    before = {row.pk: row for row in narrowed(picture, selection, then) if row.pk in mine}
    wanted, movement = moved(named, before), found.movement
    assert {(turn.row.pk, turn.kind, turn.before, turn.now) for turn in movement.turns} == wanted["turns"]
    assert {(slip.row.pk, slip.days) for slip in movement.slips} == wanted["slips"]
    assert {(shift.row.pk, shift.field, shift.before, shift.now) for shift in movement.shifts} == wanted["shifts"]
    assert {row.pk for row in movement.entered} == wanted["entered"]
    assert {row.pk for row in movement.left} == wanted["left"]

    decisions = StatusDecision.objects.filter(update__in=[row.update_id for row in running])
    assert sorted(line.text for line in found.decisions) == sorted(decisions.values_list("text", flat=True))
    waiting = Counter(decisions.filter(due_on__lt=today).values_list("update__project", flat=True))
    late = {pk: (today - due).days for pk, due in late_updates_at(today) if pk in {row.pk for row in running}}
    assert found.late == late
    reasons = {}
    for row in running:
        limits = found.limits.get(row.tier, found.limits[0])
        said = reasons_for(
            row,
            before.get(row.pk),
            today=today,
            zone=timezone.get_current_timezone(),
            limits=limits,
            update_overdue_days=late.get(row.pk, 0),
            decisions_overdue=waiting[row.pk],
        )
        if said:
            reasons[row.pk] = said
    assert {item.row.pk: item.reasons for item in found.attention} == reasons
    assert [item.rank for item in found.attention] == sorted((item.rank for item in found.attention), reverse=True)

    open_ones = Milestone.objects.filter(project__in=[row.pk for row in running], actual_on=None)
    near = [line for line in open_ones if (line.forecast_on or line.planned_on) <= today + timedelta(days=60)]
    assert sorted(line.title for line in found.milestones_open) == sorted(line.title for line in near)
    months = month_ends(today)[:-1]
    counted_over_time = rows if len(hidden) >= 3 else named
    assert [point.red for point in found.trend[:-1]] == [
        red_at(counted_over_time, day, end_of(day).moment, selection) for day in months
    ]
    assert found.trend[-1].red == found.ratings.declared.red


def live_on(chance: random.Random, projects: list[Project], periods: list[Any]) -> None:
    """Something happens."""
    project, today = chance.choice(projects), timezone.localdate()
    match chance.randrange(7):
        case 0:
            projects.append(factories.project(is_confidential=chance.random() < 0.4, tier=chance.choice([1, 2])))
        case 1:
            Project.objects.filter(pk=project.pk).update(
                forecast=chance.randrange(900), forecast_finish_on=today + timedelta(days=chance.randrange(300))
            )
        case 2:
            finished = chance.choice([None, today - timedelta(days=chance.randrange(300))])
            Project.objects.filter(pk=project.pk).update(phase=chance.choice(PHASES), actual_finish_on=finished)
        case 3:
            rating = AssuranceRating.objects.create(
                project=project, rating=chance.choice(RATINGS[:3]), effective_at=timezone.now()
            )
            Project.objects.filter(pk=project.pk).update(current_assurance=rating)
        case 4:
            Milestone.objects.create(
                project=project,
                title=f"Stone {chance.random()}",
                planned_on=today + timedelta(days=chance.randrange(-50, 150)),
                actual_on=chance.choice([None, None, today]),
            )
        case 5:
            Project.objects.filter(pk=project.pk).update(archived_at=chance.choice([None, None, timezone.now()]))
        case _:
            publish(chance, project, chance.choice(periods))


def publish(chance: random.Random, project: Project, period: Any) -> None:
    """An update of that period, known some days after its end; it becomes the current one if no later one is."""
    if StatusUpdate.objects.filter(project=project, period=period).exists():
        return
    known = datetime.combine(period.ends_on, time(12), tzinfo=UTC) + timedelta(days=chance.randrange(40))
    known = min(known, timezone.now())
    update = factories.update(
        project,
        period,
        state="submitted",
        overall=chance.choice(RATINGS),
        computed_overall=chance.choice(RATINGS),
        schedule=chance.choice(RATINGS),
        benefits=chance.choice(RATINGS),
    )
    if chance.random() < 0.5:
        StatusDecision.objects.create(update=update, text=f"Decide {chance.random()}", due_on=period.due_on)
    StatusUpdate.objects.filter(pk=update.pk).update(state="published", published_at=known, effective_at=known)
    newest = StatusUpdate.objects.known_at(timezone.now()).get(project=project)
    Project.objects.filter(pk=project.pk).update(current_update=newest)


@pytest.mark.parametrize("seed", range(3))
def test_the_overview_equals_the_plain_sums(seed, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", 2)  # of seven projects
    chance, calendar = random.Random(seed), factories.calendar()
    today = timezone.localdate()
    periods = [factories.period(calendar, ends_on=today - timedelta(days=number * 31 + 8)) for number in range(12)]
    manager, head = factories.user(), factories.user("pmo_head")
    projects = [
        factories.project(
            manager=manager if number < 2 else None,
            is_confidential=number in (1, 2, 3),
            tier=1 + number % 2,
            budget=chance.randrange(1, 900),
            forecast=chance.randrange(900),
        )
        for number in range(7)
    ]
    for project in projects:
        factories.duty(project, calendar)
        for period in chance.sample(periods, 5):
            publish(chance, project, period)
    for _step in range(6):
        for _ in range(chance.randrange(3)):
            live_on(chance, projects, periods)
        for user, selection in (
            (head, Selection()),
            (head, Selection(tier=1)),
            (manager, Selection()),
            (head, Selection(phase="closed")),
        ):
            reader = type(user).objects.get(pk=user.pk)
            since = end_of(today - timedelta(days=chance.choice([15, 45])))
            check(overview(read_picture(reader), selection, since), reader, selection)


@pytest.mark.parametrize(("zone", "days", "state"), [("Europe/London", 45, "fresh"), ("UTC", 46, "stale")])
def test_a_rating_ages_by_the_days_of_the_office(zone, days, state):
    """Published at half past midnight of a British summer's day, which is the day before by the clock of the server."""
    factories.update(factories.project("Bridge"), overall="green", effective_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    day = datetime(2026, 6, 30, tzinfo=UTC).date() + timedelta(days=46)
    with timezone.override(zone):
        (row,) = standings(Project.objects.all())
        assert age_in_days(row, day, timezone.get_current_timezone()) == days
        found = freshness_of([row], {0: Limits(stale_days=45)}, day)
    assert (found.fresh, found.stale) == ((1, 0) if state == "fresh" else (0, 1))
