"""Registers of a given size, written in bulk: what their pages, the matrix and the network are measured on.

50,000 entries over all projects, programmes and portfolios: 15,000 risks with three readings each, 2,000 dependencies, the others
issues, assumptions, decisions, actions (a fifth answer risks) and change requests. Three in five are open, one in a hundred
is confidential. The pages do not read these tables' events, so that none are written.
"""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from core.models import ReferenceCounter
from portfolio.formulas.exposure import emv, expected_impact
from portfolio.formulas.scales import DEFAULT, Scale, read_scale
from portfolio.models import (
    Action,
    Assumption,
    Category,
    ChangeRequest,
    Decision,
    Dependency,
    Entry,
    EntryLink,
    Issue,
    Portfolio,
    Programme,
    Project,
    Risk,
    RiskReading,
    SharedImpact,
)
from portfolio.registers import KINDS

PARTS = {"risk": 0.3, "issue": 0.2, "action": 0.24, "assumption": 0.08, "decision": 0.08, "dependency": 0.04, "change": 0.06}
TABLES: dict[str, Any] = {
    "risk": Risk,
    "issue": Issue,
    "action": Action,
    "assumption": Assumption,
    "decision": Decision,
    "dependency": Dependency,
    "change": ChangeRequest,
}
CATEGORIES = {"Technical": ["Design", "Interfaces", "Ground"], "Commercial": ["Prices", "Suppliers"], "External": ["Permits"]}
WORDS = ["Supplier is late", "Prices rise", "Ground is soft", "Permit is refused", "Staff leave", "Interface changes"]
TEXT = "Because the design is not frozen, work may have to be done twice, which would move the opening by a quarter. "
CENT = Decimal("0.01")


class Seed:
    """What the rows are made of."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.today = timezone.localdate()
        self.now = timezone.now()
        self.people = list(User.objects.filter(email__startswith="person"))
        self.own = list(User.objects.filter(email__in=["head@bench.example.org", "manager@bench.example.org"]))
        self.projects = list(Project.objects.order_by("pk").only("pk", "currency"))
        self.programmes = list(Programme.objects.order_by("pk"))
        self.portfolios = list(Portfolio.objects.order_by("pk"))
        self.scale: Scale = read_scale(DEFAULT)
        self.categories: list[Category] = []
        for name, children in CATEGORIES.items():
            top = Category.objects.create(name=name, appetite=12)
            self.categories += [Category.objects.create(name=child, parent=top) for child in children]

    def entry(self, kind: str, number: int) -> Entry:
        """One row that all registers share."""
        chance, register = self.chance, KINDS[kind]
        is_open = chance.random() < 0.6
        state = chance.choice([state for state in register.states if state.is_open == is_open])
        raised = self.today - timedelta(days=chance.randrange(20, 700))
        project = chance.choice(self.projects)
        place: dict[str, Any] = {"project": project}
        if kind != "dependency" and (part := chance.random()) > 0.9:
            place = (
                {"programme": chance.choice(self.programmes)} if part < 0.98 else {"portfolio": chance.choice(self.portfolios)}
            )
        return Entry(
            kind=kind,
            reference=f"{register.prefix}-{number:04d}",
            title=f"{chance.choice(WORDS)} {number:05d}",
            description=TEXT * 2,
            owner=chance.choice(self.own) if number % 400 == 0 else chance.choice(self.people),
            raised_by=chance.choice(self.people),
            raised_on=raised,
            due_on=self.today + timedelta(days=chance.randrange(-30, 200)),
            review_on=self.today + timedelta(days=chance.randrange(-20, 60)) if kind == "risk" else None,
            status=state.key,
            is_open=is_open,
            closed_on=None if is_open else raised + timedelta(days=chance.randrange(1, 20)),
            category=chance.choice(self.categories) if number % 4 else None,
            is_confidential=number % 100 == 0,
            currency=project.currency if place.get("project") else "GBP",
            rank=chance.randrange(100),
            **place,
        )

    def detail(self, entry: Entry) -> Any:
        """The row of its kind's own table."""
        make = getattr(self, f"_{entry.kind}", None)
        return make(entry) if make else TABLES[entry.kind](entry=entry)

    def _risk(self, entry: Entry) -> Risk:
        chance = self.chance
        likely = Decimal(chance.randrange(5, 2_000)) * 1_000
        likelihood, impact = chance.randrange(1, 6), chance.randrange(1, 6)
        band = self.scale.band_of(likelihood, impact)
        entry.rank = self.scale.rank(likelihood, impact)
        amounts = (
            {"impact_low": likely / 2, "impact_likely": likely, "impact_high": likely * 3} if chance.random() < 0.8 else {}
        )
        return Risk(
            entry=entry,
            sign="opportunity" if chance.random() < 0.12 else "threat",
            cause=TEXT,
            effect=TEXT,
            impacts={"current": {"cost": impact, "time": max(impact - 1, 1)}},
            inherent_likelihood=min(likelihood + 1, 5),
            inherent_impact=impact,
            current_likelihood=likelihood,
            current_impact=impact,
            target_likelihood=max(likelihood - 1, 1),
            target_impact=impact,
            band=band.key if band else "",
            probability=Decimal(chance.randrange(1, 95)) if chance.random() < 0.7 else None,
            correlation_group=f"group {entry.reference[-1]}" if chance.random() < 0.1 else "",
            **amounts,
        )

    def _issue(self, entry: Entry) -> Issue:
        return Issue(entry=entry, severity=self.chance.randrange(1, 5), impact=TEXT)

    def _dependency(self, entry: Entry) -> Dependency:
        giver = self.chance.choice(self.projects)
        while giver.pk == entry.project_id:
            giver = self.chance.choice(self.projects)
        committed = (entry.due_on or self.today) - timedelta(days=self.chance.randrange(-20, 60))
        rags = [self.chance.choice(["green", "green", "amber", "red", ""]) for _side in range(2)]
        return Dependency(
            entry=entry,
            giver=giver,
            receiver=entry.project,
            acceptance=TEXT,
            committed_on=committed,
            giver_rag=rags[0],
            receiver_rag=rags[1],
        )

    def _change(self, entry: Entry) -> ChangeRequest:
        return ChangeRequest(
            entry=entry,
            reason=TEXT,
            cost_change=Decimal(self.chance.randrange(-50, 400)) * 1_000,
            finish_change=self.chance.randrange(0, 90),
            approver=self.chance.choice(["manager", "sponsor", "board"]),
        )

    def readings(self, entry: Entry, risk: Risk) -> list[RiskReading]:
        """How a risk stood when it was raised, and after two changes since."""
        probability = risk.probability if risk.probability is not None else self.scale.middle(risk.current_likelihood)
        worth = emv(risk.sign, probability, expected_impact(risk.impact_low, risk.impact_likely, risk.impact_high))
        levels = {
            name: getattr(risk, name)
            for name in ("inherent_likelihood", "inherent_impact", "current_impact", "target_likelihood", "target_impact")
        }
        common = levels | {"entry_id": entry.pk, "exposure": worth and worth.quantize(CENT)}
        age = (self.today - entry.raised_on).days
        moments = [
            self.now - timedelta(days=days) for days in (age, self.chance.randrange(1, age), self.chance.randrange(1, age))
        ]
        likelihoods = [risk.inherent_likelihood, self.chance.randrange(1, 6), risk.current_likelihood]
        return [
            RiskReading(
                at=at,
                current_likelihood=likelihood,
                probability=risk.probability if last else None,
                is_open=entry.is_open or not last,
                **common,
            )
            for last, at, likelihood in zip((False, False, True), sorted(moments), likelihoods, strict=True)
        ]


def fill_registers(count: int = 50_000, *, seed: int = 13) -> None:
    """Write the registers. Needs people, projects, programmes and portfolios (tests/bench/seed.py)."""
    with transaction.atomic(), connection.cursor() as cursor:
        made = Seed(seed)
        cursor.execute("SET LOCAL session_replication_role = replica")
        rows: dict[str, list[tuple[Entry, Any]]] = {}
        for kind, part in PARTS.items():
            entries = [made.entry(kind, number) for number in range(1, round(count * part) + 1)]
            details = [made.detail(entry) for entry in entries]  # before the entries: a risk sets its rank
            Entry.objects.bulk_create(entries, batch_size=2_000)
            for entry, detail in zip(entries, details, strict=True):
                detail.entry_id = entry.pk
            rows[kind] = list(zip(entries, details, strict=True))
            if kind == "action":
                _answer(made, rows)
            TABLES[kind].objects.bulk_create(details, batch_size=2_000)
            ReferenceCounter.objects.update_or_create(prefix=KINDS[kind].prefix, defaults={"last": len(entries)})
        readings = [reading for entry, risk in rows["risk"] for reading in made.readings(entry, risk)]
        RiskReading.objects.bulk_create(readings, batch_size=5_000)
        _share(made, rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _answer(made: Seed, rows: dict[str, list[tuple[Entry, Any]]]) -> None:
    """A fifth of the actions answer risks."""
    threats = [entry for entry, risk in rows["risk"] if risk.sign == "threat"]
    for _entry, action in rows["action"][::5]:
        action.about = made.chance.choice(threats)
        action.strategy, action.cost = "reduce", Decimal(5_000)
        action.probability_effect = Decimal(made.chance.randrange(1, 20))


def _share(made: Seed, rows: dict[str, list[tuple[Entry, Any]]]) -> None:
    """Risks of programmes and portfolios hit three projects; every tenth issue came from a risk."""
    above = [entry for entry, _risk in rows["risk"] if entry.project_id is None][:500]
    shares = [
        SharedImpact(entry=entry, project=project, impact=3, impact_likely=Decimal(40_000))
        for entry in above
        for project in made.chance.sample(made.projects, min(3, len(made.projects)))
    ]
    SharedImpact.objects.bulk_create(shares, batch_size=2_000)
    pairs = zip((entry for entry, _risk in rows["risk"]), (entry for entry, _issue in rows["issue"][::10]), strict=False)
    links = [EntryLink(source=risk, target=issue, meaning="became", made_at=made.now) for risk, issue in pairs]
    EntryLink.objects.bulk_create(links, batch_size=2_000)
