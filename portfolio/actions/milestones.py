"""Verbs of milestones: add, edit, remove."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core.actions.locking import assign, lock, save
from core.history import recorded
from portfolio.actions.projects import refuse_archived
from portfolio.models import Milestone, Project

EDITABLE = ("title", "planned_on", "forecast_on", "actual_on")


@transaction.atomic
def add_milestone(project: Project, *, values: Mapping[str, Any]) -> Milestone:
    """A new milestone of the project."""
    with recorded("portfolio.milestone.added"):
        refuse_archived(project)
        milestone = Milestone(project=project)
        assign(milestone, values, EDITABLE)
        milestone.save()
    return milestone


@transaction.atomic
def edit_milestone(milestone: Milestone, *, changes: Mapping[str, Any], version: int) -> Milestone:
    """Change a milestone: its plan, its forecast, or that it was reached."""
    with recorded("portfolio.milestone.edited"):
        refuse_archived(milestone.project)
        row = lock(Milestone.objects.all(), milestone.pk, version=version)
        assign(row, changes, EDITABLE)
        save(row)
    return row


@transaction.atomic
def remove_milestone(milestone: Milestone, *, version: int | None = None) -> None:
    """Remove a milestone; its history stays. Raises EditConflict when it is not at `version` any more."""
    with recorded("portfolio.milestone.removed"):
        refuse_archived(milestone.project)
        lock(Milestone.objects.all(), milestone.pk, version=version).delete()
