"""Who may see and do what with reports.

A schedule is seen by its owner and by those who manage reports everywhere; the archive holds what was made for others,
so a run is seen by them and by the people it went to. An edition may name projects that the reader may not see: it is
given only to somebody who may see each of them (or who received it).
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.access import may, require
from core.limits import within
from portfolio.models import Entry, Project
from reporting.models import Purpose, ReportEdition, ReportRun, ReportSchedule

ASKED_A_MINUTE = 5  # each is up to a minute of a core


def asks_too_often(user: Any) -> bool:
    """Count one more report that the person asks for; True once there were too many within a minute."""
    return not within(f"reports:{user.pk}", most=ASKED_A_MINUTE, seconds=60)


def schedules_for(user: Any) -> "QuerySet[ReportSchedule]":
    """The schedules the person may see: all for those who may see reports."""
    require(user, "report.view")
    seen = Q(project=None) | Q(project__in=Project.objects.visible_to(user))
    return ReportSchedule.objects.kept().filter(seen).select_related("owner")


def schedule_for(user: Any, pk: int, action: str = "report.view") -> ReportSchedule:
    """One schedule: 404 unseen, 403 seen but not allowed. Changing somebody else's needs `report.manage`, as does one's own."""
    if not may(user, "report.view"):
        raise PermissionDenied
    schedule: ReportSchedule = get_object_or_404(
        schedules_for(user).select_related("portfolio", "programme", "project", "unit", "objective", "sponsor"), pk=pk
    )
    if not may(user, action):
        raise PermissionDenied
    return schedule


def runs_for(user: Any) -> "QuerySet[ReportRun]":
    """The runs the person may see."""
    require(user, "report.view")
    seen = Q(schedule__project=None) | Q(schedule__project__in=Project.objects.visible_to(user))
    return ReportRun.objects.filter(seen).filter(~Q(purpose=Purpose.PREVIEW) | Q(requested_by=user))


def run_for(user: Any, pk: int, action: str = "report.view") -> ReportRun:
    """One run with its schedule: 404 unseen, 403 not allowed."""
    if not may(user, "report.view"):
        raise PermissionDenied
    run: ReportRun = get_object_or_404(runs_for(user).select_related("schedule__owner", "requested_by"), pk=pk)
    if not may(user, action):
        raise PermissionDenied
    return run


def editions_for(user: Any, run: ReportRun) -> list[ReportEdition]:
    """The editions of a run that the person may read: each project and register entry in it seen by them today. Two queries for
    all."""
    editions = list(run.editions.defer("snapshot"))
    wanted = {pk for edition in editions for pk in edition.project_ids}
    seen = set(Project.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True))
    named = {pk for edition in editions for pk in edition.entry_ids}
    read = set(Entry.objects.visible_to(user).filter(pk__in=named).values_list("pk", flat=True)) if named else set()
    return [edition for edition in editions if set(edition.project_ids) <= seen and set(edition.entry_ids) <= read]


def edition_for(user: Any, pk: int) -> ReportEdition:
    """One edition, or 404."""
    edition: ReportEdition = get_object_or_404(ReportEdition.objects.select_related("run__schedule"), pk=pk)
    if edition.pk not in {one.pk for one in editions_for(user, run_for(user, edition.run_id))}:
        raise Http404
    return edition
