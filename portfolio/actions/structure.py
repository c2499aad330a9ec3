"""Verbs of portfolios, programmes and objectives: create, edit, archive."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import below
from core.actions.locking import assign, lock, save
from core.errors import ActionError
from core.history import recorded
from core.references import next_reference
from portfolio.models import Objective, Portfolio, Programme

PORTFOLIO_FIELDS = ("name", "description", "parent", "owner")
PROGRAMME_FIELDS = ("name", "description", "portfolio", "manager", "sponsor")
OBJECTIVE_FIELDS = ("name", "description", "parent", "is_active")


@transaction.atomic
def create_portfolio(*, values: Mapping[str, Any]) -> Portfolio:
    """A new portfolio with the next reference."""
    with recorded("portfolio.portfolio.created"):
        portfolio = Portfolio(reference=next_reference("PFO"))
        assign(portfolio, values, PORTFOLIO_FIELDS)
        portfolio.save()
    return portfolio


@transaction.atomic
def edit_portfolio(portfolio: Portfolio, *, changes: Mapping[str, Any], version: int) -> Portfolio:
    """Change a portfolio. Raises ActionError where it would come to lie inside itself."""
    with recorded("portfolio.portfolio.edited"):
        row = lock(Portfolio.objects.all(), portfolio.pk, version=version)
        _refuse_loop(row, changes.get("parent"))
        assign(row, changes, PORTFOLIO_FIELDS)
        save(row)
    return row


@transaction.atomic
def create_programme(*, values: Mapping[str, Any]) -> Programme:
    """A new programme with the next reference."""
    with recorded("portfolio.programme.created"):
        programme = Programme(reference=next_reference("PRG"))
        assign(programme, values, PROGRAMME_FIELDS)
        programme.save()
    return programme


@transaction.atomic
def edit_programme(programme: Programme, *, changes: Mapping[str, Any], version: int) -> Programme:
    """Change a programme."""
    with recorded("portfolio.programme.edited"):
        row = lock(Programme.objects.all(), programme.pk, version=version)
        assign(row, changes, PROGRAMME_FIELDS)
        save(row)
    return row


@transaction.atomic
def create_objective(*, values: Mapping[str, Any]) -> Objective:
    """A new strategic objective."""
    with recorded("portfolio.objective.created"):
        objective = Objective()
        assign(objective, values, OBJECTIVE_FIELDS)
        objective.save()
    return objective


@transaction.atomic
def edit_objective(objective: Objective, *, changes: Mapping[str, Any], version: int) -> Objective:
    """Change an objective. Raises ActionError where it would come to lie inside itself."""
    with recorded("portfolio.objective.edited"):
        row = lock(Objective.objects.all(), objective.pk, version=version)
        _refuse_loop(row, changes.get("parent"))
        assign(row, changes, OBJECTIVE_FIELDS)
        save(row)
    return row


@transaction.atomic
def archive_structure(row: Portfolio | Programme, *, archived: bool, at: datetime) -> Portfolio | Programme:
    """Take a portfolio or programme out of lists, or bring it back. Refused while projects that are not archived are in it."""
    noun = "portfolio" if isinstance(row, Portfolio) else "programme"
    with recorded(f"portfolio.{noun}.{'archived' if archived else 'unarchived'}"):
        locked: Any = lock(type(row).objects.all(), row.pk)
        if archived and locked.projects.filter(archived_at=None).exists():
            raise ActionError(_("%(it)s still holds projects. Move or archive them first.") % {"it": locked})
        locked.archived_at = at if archived else None
        save(locked)
    return locked


def _refuse_loop(row: Portfolio | Objective, parent: Any) -> None:
    if parent is None:
        return
    parents = dict(type(row).objects.values_list("pk", "parent_id"))
    if parent.pk in below(parents, {row.pk}):
        raise ActionError(_("%(it)s cannot be part of itself.") % {"it": row}, field="parent")
