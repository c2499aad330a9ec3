"""Verbs of memberships: give a role on a project, change its dates, take it back."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.locking import check, lock, save
from core.errors import ActionError
from core.history import recorded
from portfolio.actions.projects import refuse_archived, refuse_unnamed
from portfolio.models import Membership, Project


@transaction.atomic
def add_member(
    project: Project, *, user: Any, role: str, by: Any, starts_on: date | None = None, ends_on: date | None = None
) -> Membership:
    """Give a person a role on the project, from and to a day (both included, empty = open). Raises ActionError for oneself."""
    _refuse_own(user, by)
    with recorded("portfolio.member.added"):
        refuse_archived(project)
        member = Membership(project=project, user=user, role=role, starts_on=starts_on, ends_on=ends_on)
        check(member)
        member.save()
    return member


@transaction.atomic
def edit_member(member: Membership, *, starts_on: date | None, ends_on: date | None, version: int, by: Any) -> Membership:
    """Change from and until when a role is held. Raises EditConflict when it is not at `version` any more, ActionError for one's
    own, and when nobody would see a confidential project."""
    _refuse_own(member.user, by)
    with recorded("portfolio.member.edited"):
        project = lock(Project.objects.all(), member.project_id)  # type: ignore[arg-type]
        row = lock(Membership.objects.all(), member.pk, version=version)
        row.starts_on, row.ends_on = starts_on, ends_on
        check(row)
        save(row)
        refuse_unnamed(project)
    return row


@transaction.atomic
def remove_member(member: Membership, *, version: int | None = None) -> None:
    """Take the role back at once; its history stays. Raises EditConflict when it is not at `version` any more, RemovedMeanwhile when
    it was taken already, ActionError when nobody would see a confidential project."""
    with recorded("portfolio.member.removed"):
        project = lock(Project.objects.all(), member.project_id)  # type: ignore[arg-type]
        lock(Membership.objects.all(), member.pk, version=version).delete()
        refuse_unnamed(project)


def _refuse_own(user: Any, by: Any) -> None:
    if user.pk == by.pk:
        raise ActionError(_("Nobody gives a role to themselves: ask somebody else who may change the team."), field="user")
