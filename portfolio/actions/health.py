"""Gather what is recorded about a project, and rate it. The rules are in `portfolio/formulas/health.py`."""

import json
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from core.prepared import Prepared, PreparedObjects
from portfolio.actions.risks import current_scale
from portfolio.formulas.changes import approved_of, cumulative
from portfolio.formulas.health import Computed, Facts, RiskFacts, ScopeFacts, Thresholds, compute, compute_risk, compute_scope
from portfolio.formulas.raid_counts import Registers, add_up, as_numbers
from portfolio.models import Entry, HealthThreshold, Milestone, Project, StatusUpdate
from portfolio.models.asof import frozen_facts
from portfolio.models.raid_counts import read_project_items

FIRST_DAYS = 30


@dataclass(frozen=True)
class MilestoneFact:
    """A milestone as it stands, and the day it was expected on before (`was_on`; None: not moved, or not known)."""

    title: str
    planned_on: date
    forecast_on: date | None
    actual_on: date | None
    was_on: date | None
    is_overdue: bool

    @property
    def expected_on(self) -> date:
        """When it happened, or is expected, or was planned."""
        return self.actual_on or self.forecast_on or self.planned_on

    @property
    def moved_days(self) -> int | None:
        """How far it moved since last time: later is positive."""
        return (self.expected_on - self.was_on).days if self.was_on and self.was_on != self.expected_on else None

    @property
    def slip_days(self) -> int:
        """How far it is from the approved plan: later is positive."""
        return (self.expected_on - self.planned_on).days


@dataclass(frozen=True)
class Story:
    """The facts of a project on a day, with what changed since the last published update."""

    facts: Facts
    milestones: tuple[MilestoneFact, ...]
    last: StatusUpdate | None
    thresholds: Thresholds
    stale_after_days: int
    registers: Registers = field(default_factory=Registers)
    contingency: Decimal | None = None
    changes: ScopeFacts = field(default_factory=ScopeFacts)

    @property
    def moved(self) -> tuple[MilestoneFact, ...]:
        """Milestones that moved or were reached since last time, or are overdue."""
        return tuple(item for item in self.milestones if item.moved_days is not None or item.is_overdue)

    def computed(self) -> dict[str, Computed]:
        """The computed rating of each dimension and overall."""
        known = {
            "risk": compute_risk(self.risks(), self.thresholds),
            "scope": compute_scope(self.changes, self.thresholds),
        }
        return compute(self.facts, self.thresholds, known)

    def risks(self) -> RiskFacts:
        """What the register of risks says, without what is confidential: everybody on the project reads the rating."""
        told = self.registers
        loss = max(-sum((line.net for line in told.exposure), Decimal(0)), Decimal(0)) if told.exposure else None
        overdue = told.reviews_overdue + told.responses_overdue
        return RiskFacts(told.rated, told.red, told.red_unanswered, overdue, loss, self.contingency)

    def as_data(self, project: Project) -> dict[str, Any]:
        """As frozen with an update: the project's facts (with the forecasts of the update), days in ISO form, money as text."""
        stated = {"forecast_finish_on": _text(self.facts.forecast_finish_on), "forecast": _text(self.facts.forecast)}
        data: dict[str, Any] = {"on": self.facts.on.isoformat(), "project": frozen_facts(project) | stated}
        if not self.registers.is_empty:
            data["registers"] = as_numbers(self.registers)
        data |= {name: _text(getattr(project, name)) for name in ("year_label", "year_budget", "year_forecast")}
        data["milestones"] = [
            {
                "title": item.title,
                "planned_on": _text(item.planned_on),
                "forecast_on": _text(item.forecast_on),
                "actual_on": _text(item.actual_on),
                "was_on": _text(item.was_on),
                "is_overdue": item.is_overdue,
            }
            for item in self.milestones
        ]
        return data


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


def thresholds_for(tier: int) -> tuple[Thresholds, int]:
    """The thresholds of a tier and after how many days a rating is stale: its own row, the row for the rest, or ours."""
    rows = {row.tier: row for row in OF_TIER(tier=tier)}
    row = rows.get(tier) or rows.get(None) or HealthThreshold()
    numbers = {entry.name: Decimal(str(getattr(row, entry.name))) for entry in fields(Thresholds)}
    return Thresholds(**numbers), row.stale_after_days


OF_TIER = PreparedObjects(lambda tier: HealthThreshold.objects.filter(Q(tier=tier) | Q(tier=None)), tier=int)


def gather(
    project: Project,
    *,
    on: date,
    last: StatusUpdate | None,
    forecast_finish_on: date | None = None,
    forecast_cost: Decimal | None = None,
) -> Story:
    """The facts of the project on a day; the forecasts given here stand before the project's own. Six queries."""
    milestones = tuple(_milestones(project, on=on, since=last.effective_at if last else None))
    facts = Facts(
        on=on,
        is_closed=project.phase == "closed",
        is_cancelled=project.phase == "cancelled",
        planned_start_on=project.planned_start_on,
        planned_finish_on=project.planned_finish_on,
        forecast_finish_on=forecast_finish_on or project.forecast_finish_on,
        actual_finish_on=project.actual_finish_on,
        milestones_overdue=tuple(item.expected_on for item in milestones if item.is_overdue),
        budget=project.budget,
        forecast=project.forecast if forecast_cost is None else forecast_cost,
        spend=project.spend,
        year_budget=project.year_budget,
        year_forecast=project.year_forecast,
    )
    thresholds, stale_after_days = thresholds_for(project.tier)
    since = last.effective_at if last and last.effective_at else None
    registers = registers_on(project, on=on, since=since)
    return Story(
        facts, milestones, last, thresholds, stale_after_days, registers, project.contingency, changes_on(project, on=on)
    )


def registers_on(project: Project, *, on: date, since: datetime | None) -> Registers:
    """The numbers of a project's registers at the end of a day, since a moment (None: FIRST_DAYS before), as everybody on the
    project may read them: without confidential entries. Two queries."""
    end = timezone.make_aware(datetime.combine(on, time.max))
    since = since or end - timedelta(days=FIRST_DAYS)
    items = read_project_items(None, project.pk, since=since, scale=current_scale(), at=end)
    return add_up(items, on=on)


def changes_on(project: Project, *, on: date) -> ScopeFacts:
    """What change control says at the end of a day, as everybody on the project may read it: without confidential requests. One
    query."""
    end = timezone.make_aware(datetime.combine(on, time.max))
    rows = CHANGES(project=project.pk, currency=project.currency, at=end)
    approved = [
        approved_of(key, "", cost, days, json.loads(before))
        for key, status, _due, cost, days, before in rows
        if status != "submitted"
    ]
    found = cumulative(
        approved, budget=project.budget, started_on=project.planned_start_on, finish_on=project.planned_finish_on
    )
    late = sum(status == "submitted" and due is not None and due < on for _key, status, due, *_rest in rows)
    return ScopeFacts(found.count, found.cost, found.days, found.percent, found.days_percent, late)


CHANGES = Prepared(
    lambda project, currency, at: (
        Entry.objects.filter(kind="change", project=project, is_confidential=False)
        .filter(Q(status="submitted") | Q(change__after__isnull=False, change__decided_at__lte=at, currency=currency))
        .order_by("change__decided_at", "pk")
        .values_list("pk", "status", "due_on", "change__cost_change", "change__finish_change", "change__before")
    ),
    project=int,
    currency=str,
    at=datetime,
)


def _milestones(project: Project, *, on: date, since: datetime | None) -> list[MilestoneFact]:
    before: dict[int, date] = {}
    if since:
        for pk, *days in BEFORE(project=project.pk, since=since):
            before[pk] = next(filter(None, days))
    return [
        MilestoneFact(
            title=title,
            planned_on=planned_on,
            forecast_on=forecast_on,
            actual_on=actual_on,
            was_on=before.get(pk),
            is_overdue=actual_on is None and (forecast_on or planned_on) < on,
        )
        for pk, title, planned_on, forecast_on, actual_on in MILESTONES(project=project.pk)
    ]


MILESTONES = Prepared(
    lambda project: Milestone.objects.filter(project=project).values_list(
        "pk", "title", "planned_on", "forecast_on", "actual_on"
    ),
    project=int,
)
BEFORE = Prepared(
    lambda project, since: (
        Milestone.pgh_event_model.objects.filter(project_id=project, pgh_created_at__lte=since)  # type: ignore[attr-defined]
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
        .values_list("pgh_obj_id", "actual_on", "forecast_on", "planned_on")
    ),
    project=int,
    since=datetime,
)
