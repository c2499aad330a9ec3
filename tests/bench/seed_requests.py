"""Requests of a given number, written in bulk: what the pages of intake are measured on."""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import OrganisationUnit, User
from core.models import ReferenceCounter
from intake.models import (
    Assessment,
    Criterion,
    FormVersion,
    RankedEntry,
    Request,
    RequestMove,
    RequestObjective,
    RequestScore,
    RequestType,
    ScoringModel,
    ScoringModelVersion,
    SelectionRound,
)
from intake.models.requests import request_reference
from portfolio.models import Objective

WAYS = {
    "submitted": ["draft", "submitted"],
    "screening": ["draft", "submitted", "screening"],
    "needs_information": ["draft", "submitted", "screening", "needs_information"],
    "assessment": ["draft", "submitted", "screening", "assessment"],
    "ready": ["draft", "submitted", "screening", "assessment", "ready"],
    "approved": ["draft", "submitted", "screening", "assessment", "ready", "approved"],
    "deferred": ["draft", "submitted", "screening", "assessment", "deferred"],
    "rejected": ["draft", "submitted", "screening", "rejected"],
}
# Four in five wait for the office: the queue is measured full.
STATES = ["submitted", "screening", "screening", "assessment", "assessment", "ready", "needs_information", "screening"]
ENDS = ["approved", "deferred", "rejected"]
WORDS = [
    "Booking portal",
    "Case system",
    "Depot solar",
    "Fleet sensors",
    "Rota tool",
    "Data platform",
    "Library app",
    "Permits",
]
TEXT = "The present way takes three days and fails every winter; people wait and staff type everything twice. "


def fill_requests(count: int = 2000, *, seed: int = 11) -> None:
    """Write requests with their moves and objectives. Needs people, units and objectives (tests/bench/seed.py)."""
    chance = random.Random(seed)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the pages do not read these tables' events
        made = Request.objects.bulk_create(_rows(count, chance), batch_size=500)
        RequestMove.objects.bulk_create([move for row in made for move in _moves(row)], batch_size=2000)
        version = _scores(made, chance)
        chosen = SelectionRound.objects.create(name="Bench round", funding=50_000_000, model_version=version)
        places = enumerate((row for row in made if row.state != "draft"), start=1)
        RankedEntry.objects.bulk_create(RankedEntry(round=chosen, request=row, position=place) for place, row in places)
        objectives = list(Objective.objects.all())
        links = [RequestObjective(request=row, objective=chance.choice(objectives)) for row in made if row.pk % 4]
        RequestObjective.objects.bulk_create(links, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _scores(rows: list[Request], chance: random.Random) -> ScoringModelVersion:
    """A score of ten criteria for each of these requests."""
    now, by = timezone.now(), User.objects.get(email="head@bench.example.org")
    version = ScoringModelVersion.objects.create(model=ScoringModel.objects.create(name="Bench model"), number=1)
    keys = [f"criterion-{number}" for number in range(10)]
    Criterion.objects.bulk_create(
        Criterion(model_version=version, key=key, name=key.replace("-", " ").capitalize(), position=place)
        for place, key in enumerate(keys)
    )
    values = {"model_version": version, "opened_by": by, "opened_at": now, "phase": "revealed", "revealed_at": now}
    made = Assessment.objects.bulk_create([Assessment(request=row, **values) for row in rows], batch_size=1000)

    def parts() -> dict[str, Any]:
        criteria = [
            {"key": key, "measure": 5.0, "points": 5.0, "weight": 0.1, "answers": 5, "spread": 1.0}
            | {"contribution": chance.uniform(-5, 5)}
            for key in keys
        ]
        return {"kind": "weighted", "figure": None, "base": 50.0, "criteria": criteria}

    scores = [
        RequestScore(
            request=one.request, model_version=version, assessment=one, percent=chance.randrange(100), value=chance.randrange(10),
            risk=chance.randrange(10), coverage=1, parts=parts(), calculated_at=now,
        )
        for one in made
    ]  # fmt: skip
    RequestScore.objects.bulk_create(scores, batch_size=500)
    return version


def _types() -> list[RequestType]:
    found = []
    for number in range(5):
        days = {"submitted": 2, "screening": 5 + number, "assessment": 15, "ready": 20} if number else {}
        kind = RequestType.objects.create(name=f"Bench type {number}", position=number, service_days=days)
        FormVersion.objects.create(type=kind, number=1, document=_document(), published_at=timezone.now())
        found.append(kind)
    return found


def _document() -> dict[str, Any]:
    def question(step: int, number: int) -> dict[str, Any]:
        required = ("submitted", "assessment", "ready", "")[number % 4]
        return {"key": f"q{step}_{number}", "label": f"Question {step}.{number}", "kind": "long_text", "required_at": required}

    return {
        "steps": [
            {"key": f"step{step}", "title": f"Step {step}", "questions": [question(step, number) for number in range(6)]}
            for step in range(2)
        ]
    }


def _rows(count: int, chance: random.Random) -> list[Request]:
    now = timezone.now()
    counter = ReferenceCounter.objects.get(prefix="PRJ")
    people = list(User.objects.filter(email__startswith="person"))
    office = list(User.objects.filter(email__in=["head@bench.example.org", "analyst@bench.example.org"]))
    units = list(OrganisationUnit.objects.all())
    types = [(kind, kind.form_versions.get()) for kind in _types()]
    rows = []
    for number in range(count):
        kind, version = types[number % 5]
        asker = chance.choice(people)
        submitted = now - timedelta(days=chance.randrange(5, 400), hours=chance.randrange(24))
        rows.append(
            Request(
                reference=request_reference(f"PRJ-{counter.last + number + 1:04d}"),
                type=kind,
                form_version=version,
                title=f"{WORDS[number % 8]} {number:05d}",
                purpose=TEXT,
                need=TEXT if number % 3 else "",
                helps=["service"],
                helps_how=TEXT,
                answers={f"q{step}_{n}": TEXT for step in range(2) for n in range(6) if chance.random() < 0.7},
                state=chance.choice(ENDS) if number % 5 == 0 else chance.choice(STATES),
                submitted_at=submitted,
                moved_at=submitted + (now - submitted) * chance.random(),
                requester=asker,
                requester_name=asker.name,
                requester_email=asker.email,
                unit=units[number % len(units)],
                owner=chance.choice([*office, None]),
                currency=["GBP", "GBP", "GBP", "EUR", "USD"][number % 5],
                estimated_cost=Decimal(chance.randrange(1, 500)) * 10_000 if number % 6 else None,
                is_confidential=number % 500 == 1,
            )
        )
    ReferenceCounter.objects.filter(prefix="PRJ").update(last=counter.last + count)
    return rows


def _moves(row: Request) -> list[RequestMove]:
    """The way into the row's state, spread between submission and its last move."""
    way = WAYS[row.state]
    begun: Any = row.submitted_at
    span = (row.moved_at - begun) / max(len(way) - 2, 1)
    moments: list[Any] = [begun - timedelta(days=1), *[begun + span * step for step in range(len(way) - 1)]]
    return [
        RequestMove(request=row, from_state=before, to_state=state, at=at, by_id=row.owner_id)
        for before, state, at in zip(["", *way], way, moments, strict=False)
    ]
