"""The doors to what hangs on a project, and to the thresholds: key and action in, object out, or 404 unseen / 403 not allowed."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.access import may, require
from portfolio.access import project_for, roles_to_give
from portfolio.actions.thresholds import stored_for
from portfolio.models import HealthThreshold, Membership, Milestone, StatusUpdate
from portfolio.models.status import EVER_PUBLISHED, State, StatusUpdateQuerySet
from portfolio.models.structure import Tier
from portfolio.models.visibility import project_condition


def milestone_for(user: Any, pk: int, action: str = "project.view", *, reference: str = "") -> Milestone:
    """A milestone; `reference`: of this project only. 404 when the person may not see its project, 403 when they may not do
    `action` on it."""
    return _part(Milestone, user, pk, action, reference)  # type: ignore[no-any-return]


def member_for(user: Any, pk: int, action: str = "project.view", *, reference: str = "") -> Membership:
    """A membership of a project, as `milestone_for`. Nobody changes or takes a role that they could not give."""
    member: Membership = _part(Membership, user, pk, action, reference, "user")
    if action == "member.manage" and member.role not in roles_to_give(user, member.project):  # type: ignore[arg-type]
        raise PermissionDenied
    return member


def _part(model: Any, user: Any, pk: int, action: str, reference: str, *joined: str) -> Any:
    if not reference:
        reference = model.objects.filter(pk=pk).values_list("project__reference", flat=True).first()
        if not reference:
            raise Http404
    project = project_for(user, reference, action)
    return get_object_or_404(model.objects.filter(project=project).select_related("project", *joined), pk=pk)


def updates_to_review(user: Any) -> StatusUpdateQuerySet:
    """Updates of projects on which the person reviews, but for archived ones."""
    return StatusUpdate.objects.filter(project_condition(user, "status.review", "project__"), project__archived_at=None)


def updates_to_read(user: Any) -> StatusUpdateQuerySet:
    """What the list of status updates holds for the person: those to review. Who only reads the list finds what was published, as on
    the pages of projects; what they review or write themselves besides."""
    if may(user, "status.review"):
        return updates_to_review(user)
    own = project_condition(user, "status.review", "project__") | project_condition(user, "status.edit", "project__")
    listed = project_condition(user, "queue.view", "project__") & (Q(state__in=EVER_PUBLISHED) | own)
    return StatusUpdate.objects.filter(listed, project__archived_at=None)


def ready_to_publish(user: Any, keys: Collection[int]) -> StatusUpdateQuerySet:
    """Those of the chosen updates that the person may publish now: submitted, and by somebody else. 403 for those who do not review
    everywhere."""
    require(user, "status.review")
    waiting = updates_to_review(user).filter(pk__in=keys, state=State.SUBMITTED)
    return waiting.exclude(submitted_by=user.pk).order_by("project__reference", "pk")


def tier_of(key: str) -> int | None:
    """The tier in an address: its number, or "all" for every tier without its own. Else 404."""
    if key == "all":
        return None
    if key in {str(value) for value in Tier.values}:
        return int(key)
    raise Http404


def thresholds_for(user: Any, key: str, action: str = "threshold.manage") -> HealthThreshold:
    """The thresholds that a tier is rated by: its own, else those that it follows, with version 0 and without a key. 403 for
    those who may not do `action`."""
    require(user, action)
    return stored_for(tier_of(key))
