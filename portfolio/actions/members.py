"""Verbs of memberships: give a role on a project, change its dates, take it back."""

from datetime import date
from typing import Any

from django.db import transaction

from core.actions.locking import check
from core.history import recorded
from portfolio.models import Membership, Project


@transaction.atomic
def add_member(
    project: Project, *, user: Any, role: str, starts_on: date | None = None, ends_on: date | None = None
) -> Membership:
    """Give a person a role on the project, from and to a day (both included, empty = open)."""
    with recorded("portfolio.member.added"):
        member = Membership(project=project, user=user, role=role, starts_on=starts_on, ends_on=ends_on)
        check(member)
        member.save()
    return member


@transaction.atomic
def edit_member(member: Membership, *, starts_on: date | None, ends_on: date | None) -> Membership:
    """Change from and until when a role is held."""
    with recorded("portfolio.member.edited"):
        row = Membership.objects.select_for_update().get(pk=member.pk)
        row.starts_on, row.ends_on = starts_on, ends_on
        check(row)
        row.save()
    return row


@transaction.atomic
def remove_member(member: Membership) -> None:
    """Take the role back at once; its history stays."""
    with recorded("portfolio.member.removed"):
        member.delete()
