"""Who takes over what is confidential when the last person named on it can no longer sign in."""

from typing import Any

from django.db.models import Q
from django.utils.translation import ngettext

from core.actions.locking import check, save
from core.history import recorded
from portfolio.models import Membership, Project
from portfolio.models.visibility import readers_of


def projects_left(person: Any) -> list[Project]:
    """The confidential projects that name this person and nobody who can sign in, archived ones too. Two queries a project."""
    named = Q(manager=person) | Q(sponsor=person) | Q(memberships__user=person)
    rows = Project.objects.filter(named, is_confidential=True).select_for_update(of=("self",)).order_by("pk")
    found = {row.pk: row for row in rows}  # a person may be named twice
    return [row for row in found.values() if not readers_of(row).exists()]


def words_of_projects(count: int) -> str:
    """So many, without a name."""
    return ngettext("%(count)d confidential project", "%(count)d confidential projects", count) % {"count": count}


def hand_project_over(project: Project, person: Any, successor: Any) -> None:
    """Name the successor on the project, in the part that the person had. Manager and sponsor stay as they are written."""
    held = Membership.objects.filter(project=project, user=person).values_list("role", flat=True).first()
    role = "project_manager" if project.manager_id == person.pk else "sponsor" if project.sponsor_id == person.pk else held
    with recorded("portfolio.member.succeeded"):
        known = Membership.objects.select_for_update().filter(project=project, user=successor, role=role).first()
        member = known or Membership(project=project, user=successor, role=role or "sponsor", version=0)
        member.starts_on = member.ends_on = None
        check(member)
        save(member)
