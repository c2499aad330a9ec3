"""Verbs of projects: create, edit, archive, confide, link to objectives, external identifiers."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.locking import assign, check, lock, save
from core.errors import ActionError
from core.history import recorded
from core.references import next_reference
from portfolio.models import ExternalIdentifier, Membership, Objective, Project, ProjectObjective
from portfolio.models.visibility import readers_of

EDITABLE = [
    "title",
    "purpose",
    "description",
    "portfolio",
    "programme",
    "unit",
    "sponsor",
    "manager",
    "category",
    "tags",
    "phase",
    "tier",
    "planned_start_on",
    "planned_finish_on",
    "forecast_start_on",
    "forecast_finish_on",
    "actual_start_on",
    "actual_finish_on",
    "currency",
    "budget",
    "forecast",
    "spend",
    "contingency",
    "year_label",
    "year_budget",
    "year_forecast",
    "benefits",
    "benefits_summary",
    "custom",
]
PAIRS = [
    ("planned_start_on", "planned_finish_on"),
    ("forecast_start_on", "forecast_finish_on"),
    ("actual_start_on", "actual_finish_on"),
]


@transaction.atomic
def create_project(*, values: Mapping[str, Any], reference: str = "") -> Project:
    """A new project with the next reference, or with `reference` where its number was given out before. `values` are
    EDITABLE fields by name."""
    with recorded("portfolio.project.created"):
        project = Project(reference=reference or next_reference("PRJ"))
        _write(project, values)
        project.save()
    return project


@transaction.atomic
def edit_project(project: Project, *, changes: Mapping[str, Any], version: int) -> Project:
    """Change EDITABLE fields. Raises EditConflict when somebody saved since `version`."""
    with recorded("portfolio.project.edited"):
        row = lock(Project.objects.all(), project.pk, version=version)
        refuse_archived(row)
        _write(row, changes)
        refuse_unnamed(row)
        save(row)
    return row


def _write(project: Project, changes: Mapping[str, Any]) -> None:
    changes = dict(changes)
    if "tags" in changes:
        changes["tags"] = sorted({tag.strip().lower() for tag in changes["tags"] if tag.strip()})
    assign(project, changes, EDITABLE)
    for start, finish in PAIRS:
        first, last = getattr(project, start), getattr(project, finish)
        if first and last and last < first and (start in changes or finish in changes):
            raise ActionError(_("The finish is before the start."), field=finish)


@transaction.atomic
def archive_project(project: Project, *, at: datetime) -> Project:
    """Take the project out of lists and totals; nothing is deleted and it can be brought back."""
    with recorded("portfolio.project.archived"):
        row = lock(Project.objects.all(), project.pk)
        if row.archived_at:
            raise ActionError(_("%(project)s is archived already.") % {"project": row.reference})
        row.archived_at = at
        save(row)
    return row


@transaction.atomic
def archive_projects(projects: Iterable[Project], *, at: datetime) -> None:
    """Archive several projects, all or none."""
    for project in projects:
        archive_project(project, at=at)


@transaction.atomic
def unarchive_project(project: Project) -> Project:
    """Bring an archived project back."""
    with recorded("portfolio.project.unarchived"):
        row = lock(Project.objects.all(), project.pk)
        if not row.archived_at:
            raise ActionError(_("%(project)s is not archived.") % {"project": row.reference})
        row.archived_at = None
        save(row)
    return row


@transaction.atomic
def confide_project(project: Project, *, confidential: bool, by: Any, stay_named: bool, version: int | None = None) -> Project:
    """Make the project confidential, or open again. `stay_named` makes the doer a member, so that they keep seeing it.

    Raises ActionError when nobody would see it any more.
    """
    with recorded("portfolio.project.confided" if confidential else "portfolio.project.opened"):
        row = lock(Project.objects.all(), project.pk, version=version)
        if confidential and stay_named and by.pk not in (row.manager_id, row.sponsor_id):
            Membership.objects.get_or_create(user=by, role="pmo_head", project=row)
        row.is_confidential = confidential
        refuse_unnamed(row)
        save(row)
    return row


def refuse_archived(project: Project) -> None:
    """Raise ActionError for an archived project: it and all that hangs on it stay as they were."""
    if project.archived_at:
        raise ActionError(_("The project is archived. Bring it back before you change it."))


def refuse_unnamed(project: Project) -> None:
    """Raise ActionError for a confidential project on which nobody is named who can sign in today: nobody could ever see
    it again."""
    if project.is_confidential and not readers_of(project).exists():
        raise ActionError(_("Nobody is named on the project who can sign in: name a manager, a sponsor or a member first."))


@transaction.atomic
def tag_projects(projects: Iterable[Project], *, tag: str) -> int:
    """Add a tag to each project; returns how many did not have it."""
    tag = tag.strip().lower()
    if not tag:
        raise ActionError(_("Write the tag to add."), field="tag")
    changed = 0
    with recorded("portfolio.project.tagged"):
        for project in projects:
            row = lock(Project.objects.all(), project.pk)
            if tag not in row.tags:
                assign(row, {"tags": sorted([*row.tags, tag])}, EDITABLE)
                save(row)
                changed += 1
    return changed


@transaction.atomic
def link_objective(project: Project, *, objective: Objective, weight: int) -> ProjectObjective:
    """Say how much the project contributes to an objective, in percent; linking again changes the weight."""
    with recorded("portfolio.project.linked"):
        lock(Project.objects.all(), project.pk)
        link = ProjectObjective.objects.filter(project=project, objective=objective).first()
        link = link or ProjectObjective(project=project, objective=objective)
        link.weight = weight
        check(link)
        others = ProjectObjective.objects.filter(project=project).exclude(pk=link.pk).values_list("weight", flat=True)
        if sum(others) + weight > 100:
            raise ActionError(
                _("All weights of a project add up to at most 100%%; %(left)d%% are left.") % {"left": 100 - sum(others)},
                field="weight",
            )
        link.save()
    return link


@transaction.atomic
def unlink_objective(link: ProjectObjective) -> None:
    """The project contributes to the objective no more."""
    with recorded("portfolio.project.unlinked"):
        link.delete()


@transaction.atomic
def identify_project(project: Project, *, system: str, value: str) -> ExternalIdentifier:
    """Record what another system calls the project."""
    with recorded("portfolio.project.identified"):
        identifier = ExternalIdentifier(project=project, system=system.strip(), value=value.strip())
        check(identifier)
        identifier.save()
    return identifier


@transaction.atomic
def forget_identifier(identifier: ExternalIdentifier) -> None:
    """Remove an external identifier."""
    with recorded("portfolio.project.unidentified"):
        identifier.delete()
