"""Scores of the demonstration: a model whose weights three judges compared, blind reviews, disagreement, moderated scores."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from intake.actions.scores import rescore
from intake.actions.scoring import create_model, create_version, publish_version
from intake.actions.weightings import pairs_of, take_weights
from intake.models import (
    Assessment,
    Criterion,
    Judge,
    Judgement,
    ModeratedScore,
    Request,
    RequestParty,
    RequestType,
    Reviewer,
    ReviewScore,
    ScoringModelVersion,
    WeightingRound,
)
from intake.models.assessments import Phase
from intake.models.requests import Part, State
from intake.models.scoring import Axis, Kind, Method
from intake.ready import ready_models
from reporting.demo.people import People


def _levels(*rows: tuple[str, float, str]) -> list[dict[str, Any]]:
    return [
        {"key": label.lower().replace(" ", "_")[:40], "label": label, "measure": measure, "meaning": meaning}
        for label, measure, meaning in rows
    ]


CRITERIA: list[dict[str, Any]] = [
    {
        "key": "strategic_fit",
        "name": "Strategic fit",
        "question": "How well does it serve one of our objectives?",
        "levels": _levels(
            ("Not at all", 0, "No objective names anything like it."),
            ("Loosely", 3, "It helps an objective by a detour."),
            ("Well", 7, "An objective names it, among other ways."),
            ("Central", 10, "Without it the objective cannot be met."),
        ),
    },
    {
        "key": "public_benefit",
        "name": "Benefit to the public",
        "question": "How much better are citizens or businesses served, and how many of them?",
        "levels": _levels(
            ("None", 0, "Nobody outside would notice."),
            ("Little", 3, "A few people, or a small relief."),
            ("Much", 7, "Many people save time or money."),
            ("Very much", 10, "A large group gets what it could not get before."),
        ),
    },
    {
        "key": "savings",
        "name": "Savings",
        "question": "How much does it save or earn a year, once it runs?",
        "method": Method.ANCHORS,
        "unit": "thousand pounds a year",
        "at_zero": 0,
        "at_ten": 1000,
        "levels": [],
    },
    {
        "key": "urgency",
        "name": "Urgency",
        "question": "What happens if we wait for a year?",
        "levels": _levels(
            ("Nothing", 0, "It can be done as well next year."),
            ("It costs more", 4, "Waiting has a price, but no deadline passes."),
            ("A deadline passes", 8, "A contract, a grant or a supplier's support ends."),
            ("A duty is broken", 10, "The law asks for it before then."),
        ),
    },
    {
        "key": "deliverability",
        "name": "Deliverability",
        "question": "How sure are you that it can be delivered as described, by the people we have?",
        "axis": Axis.RISK,
        "levels": _levels(
            ("Doubtful", 0, "Nobody has done the like, and the people are not there."),
            ("Hard", 3, "Several things must go right that we do not control."),
            ("Likely", 7, "Done before; the usual risks."),
            ("Safe", 10, "Small, known, and the people are free."),
        ),
    },
    {
        "key": "lawful",
        "name": "Lawful and safe",
        "question": "Is it lawful, and can personal data be kept safe?",
        "weight": 0,
        "must_meet": True,
        "levels": _levels(
            ("No", 0, "It would break a law."),
            ("With conditions", 6, "Something must be settled first."),
            ("Yes", 10, "Checked, nothing open."),
        ),
    },
]
# How the judges see the pairs, as steps of the scale: the first two hold together, the third contradicts himself.
JUDGES = [
    {"sf-pb": -1, "sf-sa": 2, "sf-ur": 1, "sf-de": 1, "pb-sa": 3, "pb-ur": 2, "pb-de": 2, "sa-ur": -1, "sa-de": -1, "ur-de": 0},
    {"sf-pb": 0, "sf-sa": 3, "sf-ur": 2, "sf-de": 1, "pb-sa": 3, "pb-ur": 2, "pb-de": 1, "sa-ur": -1, "sa-de": -2, "ur-de": -1},
    {"sf-pb": 2, "sf-sa": -2, "sf-ur": 3, "sf-de": 0, "pb-sa": 2, "pb-ur": 1, "pb-de": -3, "sa-ur": 4, "sa-de": 1, "ur-de": -2},
]
SHORT = {"sf": "strategic_fit", "pb": "public_benefit", "sa": "savings", "ur": "urgency", "de": "deliverability"}
GOOD = {
    "strategic_fit": "It stands in the strategy by name; two of the measures hang on it.",
    "public_benefit": "The people who would use it ask for it in every survey.",
    "savings": "The figure is from the pilot; I took the lower end.",
    "urgency": "The contract ends, and a renewal would cost more than doing it.",
    "deliverability": "The team has done two of these, and the product exists.",
    "lawful": "The data protection officer has read it.",
}
BAD = {
    "strategic_fit": "I could not find the objective it serves; the text says “modernise” and nothing more.",
    "public_benefit": "Those who gain are mostly ourselves.",
    "savings": "Nothing that the budget would notice.",
    "urgency": "We have waited for six years. Another one does no harm.",
    "deliverability": "The same three people are in four other projects until summer.",
    "lawful": "The impact assessment is not done: it must come first.",
}


def load_scoring(requests: Sequence[Request], people: People, at: datetime) -> ScoringModelVersion:
    """The models and the scores; returns the version in force. Nobody gets mail about it."""
    board = User.objects.get(email="board@demo.example")
    judges = [people.head, board, people.sponsors[1]]
    version = _model(people, judges, at)
    seats = [board, *people.sponsors[:4], *people.managers[5:9]]
    told = (State.READY, State.APPROVED, State.DEFERRED, State.REJECTED)
    number = 0
    for request in requests:
        if request.state in told:
            _assess(request, version, seats, people, at - timedelta(days=12 + number % 9), number, waits=None)
            number += 1
        elif request.state == State.ASSESSMENT:
            # The board member still has to score some of them.
            waits = board if number % 3 else None
            _assess(request, version, seats, people, at - timedelta(days=4), number, waits=waits)
            number += 1
    rescore(version, at=at - timedelta(hours=20))
    _next_draft(version, judges, at)
    return version


def _model(people: People, judges: Sequence[User], at: datetime) -> ScoringModelVersion:
    values = {
        "name": "Public value",
        "kind": Kind.WEIGHTED,
        "description": "For everything that serves the public or runs the office. Weights by three judges, compared in pairs.",
    }
    model = create_model(values=values, criteria=CRITERIA, types=list(RequestType.objects.all()))
    version = model.versions.get()
    row = _round(version, "Weights 2026", people, at - timedelta(days=170))
    for judge, said in zip(judges, JUDGES, strict=True):
        _judge(row, judge, said, at - timedelta(days=160))
    take_weights(row, at=at - timedelta(days=155))
    version.refresh_from_db()
    version = publish_version(version, by=people.head, at=at - timedelta(days=154))
    ready = ready_models()[Kind.WSJF]
    wsjf = create_model(
        values={"name": str(ready["name"]), "kind": Kind.WSJF, "description": str(ready["said"])}, criteria=ready["criteria"]
    )
    publish_version(wsjf.versions.get(), by=people.head, at=at - timedelta(days=90))
    return version


def _round(version: ScoringModelVersion, name: str, people: People, at: datetime) -> WeightingRound:
    compared = version.criteria.exclude(must_meet=True, weight=0)
    items = [{"key": one.key, "name": one.name, "help": one.question} for one in compared]
    due_on = timezone.localdate(at) + timedelta(days=14)
    return WeightingRound.objects.create(
        model_version=version, name=name, items=items, opened_by=people.head, opened_at=at, due_on=due_on
    )


def _judge(row: WeightingRound, person: User, said: dict[str, int], at: datetime, *, submits: bool = True) -> Judge:
    judge = Judge.objects.create(round=row, user=person, invited_at=row.opened_at, submitted_at=at if submits else None)
    known = set(pairs_of(row))
    for pair, position in said.items():
        first, second = (SHORT[short] for short in pair.split("-"))
        if (first, second) in known:
            Judgement.objects.create(judge=judge, first=first, second=second, position=position)
    return judge


def _next_draft(version: ScoringModelVersion, judges: Sequence[User], at: datetime) -> None:
    """A second version is being prepared: one judge is done, the board member has begun."""
    draft = create_version(version.model)
    head, board, third = judges
    row = WeightingRound.objects.create(
        model_version=draft,
        name="Weights 2027",
        items=version.weightings.get().items,
        opened_by=head,
        opened_at=at - timedelta(days=3),
        due_on=timezone.localdate(at) + timedelta(days=9),
    )
    _judge(row, head, JUDGES[0], at - timedelta(days=2))
    _judge(row, third, JUDGES[2], at - timedelta(days=1))
    begun = {"sf-pb": 2, "sf-sa": 1, "pb-sa": 3, "sf-ur": 0}
    _judge(row, board, begun, at, submits=False)


def _assess(
    request: Request,
    version: ScoringModelVersion,
    people_asked: Sequence[User],
    people: People,
    at: datetime,
    number: int,
    *,
    waits: User | None,
) -> Assessment:
    """One assessment. With `waits` that person has not scored yet and nothing is revealed; else all are in."""
    chance = random.Random(number)  # noqa: S311 - the same demonstration each time
    asked = [person for person in people_asked if person.pk not in (request.requester_id, waits.pk if waits else None)]
    asked = chance.sample(asked, 3 + number % 2)
    made = Assessment.objects.create(
        request=request,
        model_version=version,
        opened_by=people.analyst,
        opened_at=at - timedelta(days=10),
        due_on=timezone.localdate(at) + timedelta(days=3 + number % 8 if waits else 0),
        reveals_itself=True,
        phase=Phase.OPEN if waits else Phase.REVEALED,
        revealed_at=None if waits else at,
    )
    worth = float((request.estimated_benefit or 0) / max(request.estimated_cost or 1, 1))
    views = {criterion.key: _leaning(criterion, request, worth, chance) for criterion in version.criteria.all()}
    disputed = chance.choice(["strategic_fit", "public_benefit", "deliverability"]) if number % 3 == 1 else ""
    for place, person in enumerate(asked + ([waits] if waits else [])):
        mine = person is waits
        seat = Reviewer.objects.create(
            assessment=made,
            user=person,
            invited_by=people.analyst,
            invited_at=made.opened_at,
            submitted_at=None if mine or (waits and place > 1) else at - timedelta(hours=5 * place + 1),
        )
        RequestParty.objects.get_or_create(request=request, part=Part.REVIEWER, user=person)
        if seat.submitted_at is not None:
            _review(seat, version, views, disputed, place, chance)
    if not waits and disputed and number % 2:
        _agree(made, version.criteria.get(key=disputed), people, at)
    return made


def _leaning(criterion: Criterion, request: Request, worth: float, chance: random.Random) -> float:
    """Where reviewers tend to, 0 to 1."""
    law = "regulation" in request.helps
    base = {
        "strategic_fit": 0.45 + 0.25 * ("service" in request.helps) + 0.1 * law,
        "public_benefit": 0.3 + 0.4 * ("service" in request.helps),
        "savings": min(worth / 10, 0.9),
        "urgency": 0.3 + 0.55 * law + 0.3 * ("risk" in request.helps),
        "deliverability": 0.75 - 0.1 * (float(request.estimated_cost or 0) > 900_000) * 4,
        "lawful": 0.9,
    }[criterion.key]
    if request.state == State.REJECTED:
        base -= 0.25
    return base + chance.uniform(-0.15, 0.15)


def _review(
    seat: Reviewer,
    version: ScoringModelVersion,
    views: dict[str, float],
    disputed: str,
    place: int,
    chance: random.Random,
) -> None:
    for criterion in version.criteria.all():
        leaning = views[criterion.key] + chance.uniform(-0.12, 0.12)
        if criterion.key == disputed:
            leaning = 0.95 if place % 2 else 0.05
        level = ""
        if criterion.levels:
            chosen = min(criterion.levels, key=lambda one: abs(float(one["measure"]) / 10 - leaning))
            level, measure = chosen["key"], Decimal(str(chosen["measure"]))
        else:
            measure = Decimal(max(0, round(leaning * 1000 / 25) * 25))
        says = criterion.key == disputed or chance.random() < 0.6
        good = float(measure) / (10 if criterion.levels else 1000) >= 0.5
        comment = (GOOD if good else BAD)[criterion.key] if says else ""
        ReviewScore.objects.create(reviewer=seat, criterion=criterion, measure=measure, level=level, comment=comment)


def _agree(made: Assessment, criterion: Criterion, people: People, at: datetime) -> None:
    """Talked through: the office writes down what was agreed."""
    middle = sorted(criterion.levels, key=lambda one: float(one["measure"]))[-2]
    ModeratedScore.objects.create(
        assessment=made,
        criterion=criterion,
        measure=Decimal(str(middle["measure"])),
        reason="Talked through on the telephone: one of us had read the first draft, which promised more. We agree on the present one.",
        by=people.analyst,
        at=at + timedelta(days=1),
    )
    made.phase, made.moderated_at = Phase.MODERATED, at + timedelta(days=1)
    made.save()
