"""Change control of a project in figures: the budget bridge, and what all approved changes did to the first approval. The same for the
page that draws it and for the API."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet

from portfolio.formulas.changes import Approved, BudgetBridge, Cumulative, approved_of, budget_bridge, cumulative
from portfolio.models import Entry, HealthThreshold, Project


def approved_changes(user: Any, project: Project, at: Any = None, *, currency: str = "") -> list[Approved]:
    """The approved changes of a project that the reader sees, in the order of their approval; `at`: as of a moment. Those in
    another currency than the project's (`currency`, as it was then) are not added to it. One query."""
    rows: QuerySet[Entry] = Entry.objects.visible_to(user).filter(kind="change", project=project, change__after__isnull=False)
    rows = rows.filter(currency=currency or project.currency)
    if at is not None:
        rows = rows.filter(change__decided_at__lte=at)
    columns = (
        "reference",
        "title",
        "change__cost_change",
        "change__finish_change",
        "change__before",
        "change__cost_in_forecast",
        "change__finish_in_forecast",
    )
    found = rows.order_by("change__decided_at", "pk").values_list(*columns)
    return [
        approved_of(key, f"{key} {title}", cost, days, before, held=held) for key, title, cost, days, before, *held in found
    ]


def thresholds_of(project: Project) -> tuple[Decimal, Decimal]:
    """Where green and amber end for all changes of a project, in percent: of its tier, else of all tiers. One query."""
    rows = HealthThreshold.objects.filter(Q(tier=project.tier) | Q(tier=None)).order_by(F("tier").asc(nulls_last=True))
    row = rows.first() or HealthThreshold()
    return Decimal(row.change_green), Decimal(row.change_amber)


@dataclass(frozen=True)
class ProjectChanges:
    """The approved changes that a reader sees, the bridge from the first approval to the forecast (None without a budget), and all
    changes together."""

    changes: list[Approved]
    bridge: BudgetBridge | None
    together: Cumulative


def changes_told(user: Any, shown: Project, project: Project, at: Any = None) -> ProjectChanges:
    """The change control of a project as it is `shown` (today, or as it stood at a moment). One query."""
    changes = approved_changes(user, project, at, currency=shown.currency)
    together = cumulative(changes, budget=shown.budget, started_on=shown.planned_start_on, finish_on=shown.planned_finish_on)
    return ProjectChanges(changes, budget_bridge(changes, budget=shown.budget, forecast=shown.forecast), together)


def waiting_changes(user: Any, project: Project) -> tuple[int, Decimal]:
    """How many changes wait for approval, and what those in the project's currency cost together. One query."""
    rows = Entry.objects.visible_to(user).filter(kind="change", project=project, status="submitted")
    found = list(rows.values_list("change__cost_change", "currency"))
    return len(found), sum((cost for cost, currency in found if cost and currency == project.currency), Decimal(0))
