"""A portfolio of a given size, written in bulk: what the pages are measured on.

The history triggers stay on for people, units and projects. They are off for status updates and milestones
(`session_replication_role`), because writing 70,000 event rows through row triggers would take longer than the
measurement; the pages read the events of projects, so those are written too: one for each published update, as
the publishing action leaves them.
"""

import random
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import OrganisationUnit, RoleGrant, User
from core.models import ReferenceCounter
from portfolio.models import (
    AssuranceRating,
    HealthThreshold,
    Objective,
    Portfolio,
    Programme,
    Project,
    ProjectObjective,
    ReportingCalendar,
    ReportingPeriod,
    StatusDuty,
    StatusSeries,
)

PASSWORD = "bench-secret-word"
PEOPLE = {"head": "pmo_head", "analyst": "pmo_analyst", "manager": "", "board": "board_member"}
WORDS = ["ERP rollout", "Data platform", "Branch refit", "Network refresh", "CRM upgrade", "Payments", "Rail link", "Hospital"]
TEXT = "The supplier was late with the interface; a mitigation is under way and the next review will confirm the date. "


def fill(projects: int = 2000, updates_each: int = 25, milestones_each: int = 10, *, seed: int = 7) -> None:
    """Write the portfolio. The same seed gives the same rows."""
    chance = random.Random(seed)
    with transaction.atomic():
        people = _people()
        units, portfolios, programmes, objectives = _structure()
        made = _projects(projects, chance, people, units, portfolios, programmes)
        _objectives(made, objectives, chance)
        calendar = _calendar(updates_each)
        StatusDuty.objects.bulk_create([StatusDuty(project=project, calendar=calendar) for project in made])
        for tier in (None, 1, 2, 3):
            HealthThreshold.objects.get_or_create(tier=tier)
    _status(milestones_each)


def _people() -> dict[str, User]:
    secret = make_password(PASSWORD)
    found = {}
    for name, role in PEOPLE.items():
        found[name] = User.objects.create(email=f"{name}@bench.example.org", name=f"Bench {name.title()}", password=secret)
        if role:
            RoleGrant.objects.create(user=found[name], role=role)
    others = [User(email=f"person{n}@bench.example.org", name=f"Person {n:03d}", password=secret) for n in range(200)]
    for person in User.objects.bulk_create(others):
        found[person.email] = person
    return found


def _structure() -> tuple[list[OrganisationUnit], list[Portfolio], list[Programme], list[Objective]]:
    top = OrganisationUnit.objects.create(name="Bench group")
    divisions = [OrganisationUnit.objects.create(name=f"Division {n}", parent=top) for n in range(8)]
    units = [OrganisationUnit.objects.create(name=f"Unit {n:02d}", parent=divisions[n % 8]) for n in range(40)]
    portfolios = [Portfolio.objects.create(reference=f"PFO-{n:04d}", name=f"Portfolio {n}") for n in range(1, 11)]
    programmes = [
        Programme.objects.create(reference=f"PRG-{n:04d}", name=f"Programme {n}", portfolio=portfolios[n % 10])
        for n in range(1, 31)
    ]
    return units, portfolios, programmes, [Objective.objects.create(name=f"Objective {n}") for n in range(1, 9)]


def _projects(
    count: int,
    chance: random.Random,
    people: dict[str, User],
    units: list[OrganisationUnit],
    portfolios: list[Portfolio],
    programmes: list[Programme],
) -> list[Project]:
    crowd = [person for email, person in people.items() if "@" in email]
    rows = []
    for n in range(1, count + 1):
        budget = Decimal(chance.randrange(1, 5_000)) * 10_000
        start = date(2024, 1, 1) + timedelta(days=chance.randrange(600))
        finish = start + timedelta(days=chance.randrange(200, 2000))
        rows.append(
            Project(
                reference=f"PRJ-{n:04d}",
                title=f"{WORDS[n % 8]} {n:05d}",
                purpose=TEXT,
                description=TEXT * 6,
                portfolio=portfolios[n % 10],
                programme=programmes[n % 30] if n % 3 == 0 else None,
                unit=units[n % 40],
                sponsor=crowd[n % 40],
                manager=people["manager"] if n % 100 in (5, 6) else crowd[n % 200],
                category=["IT", "Infrastructure", "Transformation", "Property"][n % 4],
                phase="closed" if n % 20 == 0 else ["planning", "delivery", "delivery", "closing"][n % 4],
                tier=1 + n % 3,
                planned_start_on=start,
                planned_finish_on=finish,
                forecast_finish_on=finish + timedelta(days=chance.choice([0, 0, 0, 14, 45, 120])),
                currency=["GBP", "GBP", "GBP", "EUR", "USD"][n % 5],
                budget=budget,
                forecast=(budget * Decimal(chance.choice(["0.95", "1", "1", "1.04", "1.12", "1.3"]))).quantize(Decimal("0.01")),
                spend=(budget * Decimal(chance.randrange(10, 90)) / 100).quantize(Decimal("0.01")),
                is_confidential=n % 500 == 1,
            )
        )
    made = Project.objects.bulk_create(rows, batch_size=500)
    ReferenceCounter.objects.update_or_create(prefix="PRJ", defaults={"last": count})
    return made


def _objectives(projects: list[Project], objectives: list[Objective], chance: random.Random) -> None:
    ProjectObjective.objects.bulk_create(
        [ProjectObjective(project=project, objective=chance.choice(objectives), weight=100) for project in projects],
        batch_size=1000,
    )


def _calendar(periods: int) -> ReportingCalendar:
    """Monthly periods, the newest ended some days ago and is due today or soon."""
    series, _ = StatusSeries.objects.get_or_create(key="main", defaults={"name": "Main"})
    calendar = ReportingCalendar.objects.create(name="Bench monthly", series=series)
    end = timezone.localdate() - timedelta(days=6)
    rows = []
    for n in range(periods + 1):
        last = end - timedelta(days=30 * n)
        rows.append(
            ReportingPeriod(
                calendar=calendar,
                label=f"Period to {last:%d %b %Y}",
                starts_on=last - timedelta(days=29),
                ends_on=last,
                opens_on=last - timedelta(days=5),
                due_on=last + timedelta(days=5),
            )
        )
    ReportingPeriod.objects.bulk_create(rows)
    return calendar


def _status(milestones_each: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers, see the top
        cursor.execute(UPDATES, {"text": TEXT, "series": StatusSeries.objects.get(key="main").pk})
        cursor.execute(MILESTONES, {"each": milestones_each})
        cursor.execute(POINTERS)
        cursor.execute(EVENTS % {"columns": ", ".join(f'"{name}"' for name in _event_columns()), "values": _event_values()})
        cursor.execute(DECISIONS, [])
    ratings = [
        AssuranceRating(project_id=pk, rating=["green", "amber", "amber", "red", "exempt"][pk % 5], effective_at=timezone.now())
        for pk in Project.objects.values_list("pk", flat=True)
    ]
    AssuranceRating.objects.bulk_create(ratings, batch_size=1000)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE portfolio_project p SET current_assurance_id = r.id FROM portfolio_assurancerating r WHERE r.project_id = p.id"
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _event_columns() -> list[str]:
    model = Project.pgh_event_model
    skipped = {"pgh_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context_id", "current_update_id"}
    return [field.column for field in model._meta.concrete_fields if field.column not in skipped]


def _event_values() -> str:
    return ", ".join(f'p."{name}"' for name in _event_columns())


# Every project reports for every period but the newest, which one in five still owes; the ratings wander.
UPDATES = """
INSERT INTO portfolio_statusupdate (project_id, series_id, period_id, revision, state, version, created_at, updated_at,
    overall, schedule, cost, scope, benefits, risk, resources, computed_overall, comments, reasons, computed, thresholds, facts,
    summary, achieved, planned_next, percent_complete, forecast_finish_on, forecast_cost, review_comment,
    submitted_at, published_at, effective_at, source)
SELECT p.id, %(series)s, r.id, 1, 'published', 1, r.ends_on, r.ends_on,
    w.rag[1 + (p.id * 7 + r.id * 3) %% 8], w.rag[1 + (p.id * 5 + r.id) %% 8], w.rag[1 + (p.id * 3 + r.id) %% 8],
    w.rag[1 + (p.id + r.id * 5) %% 8], w.rag[1 + (p.id + r.id * 7) %% 8], w.rag[1 + (p.id * 11 + r.id) %% 8],
    w.rag[1 + (p.id * 13 + r.id) %% 8], w.rag[1 + (p.id * 7 + r.id * 3 + p.id %% 9 / 8) %% 8],
    '{"schedule": "Two weeks behind."}', '{}', '{}', '{}', '{}',
    repeat(%(text)s, 3), %(text)s, %(text)s, (p.id + r.id) %% 100, p.forecast_finish_on, p.forecast, '',
    r.ends_on + 2, r.ends_on + 3, r.ends_on + 3, ''
FROM portfolio_project p
CROSS JOIN portfolio_reportingperiod r
CROSS JOIN (SELECT ARRAY['green', 'green', 'green', 'amber', 'green', 'amber', 'green', 'red'] AS rag) w
WHERE r.ends_on < (SELECT max(ends_on) FROM portfolio_reportingperiod) OR p.id %% 5 > 0
"""
MILESTONES = """
INSERT INTO portfolio_milestone (project_id, title, planned_on, forecast_on, actual_on, version, created_at, updated_at)
SELECT p.id, 'Milestone ' || n, d.on_day, CASE WHEN (p.id + n) %% 4 = 0 THEN d.on_day + 20 END,
    CASE WHEN d.on_day < CURRENT_DATE AND (p.id + n) %% 50 > 0 THEN d.on_day END, 1, now(), now()
FROM portfolio_project p CROSS JOIN generate_series(1, %(each)s) n
CROSS JOIN LATERAL (SELECT CURRENT_DATE + ((n - 6) * 90 + p.id %% 90)::int AS on_day) d
"""
POINTERS = """
UPDATE portfolio_project p SET current_update_id = u.id FROM (
    SELECT DISTINCT ON (project_id) project_id, id FROM portfolio_statusupdate ORDER BY project_id, effective_at DESC
) u WHERE u.project_id = p.id
"""
# What publishing leaves in the history of projects; the budget of earlier months a little lower, so that money moves.
EVENTS = """
INSERT INTO portfolio_projectevent (pgh_created_at, pgh_label, pgh_obj_id, current_update_id, %(columns)s)
SELECT u.effective_at, 'update', p.id, u.id, %(values)s
FROM portfolio_statusupdate u JOIN portfolio_project p ON p.id = u.project_id
"""
DECISIONS = """
INSERT INTO portfolio_statusdecision (update_id, text, decider, due_on)
SELECT p.current_update_id, 'Approve the release of contingency', 'Investment board', CURRENT_DATE + (p.id %% 60)::int - 20
FROM portfolio_project p WHERE p.id %% 4 = 0
"""
