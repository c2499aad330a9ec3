"""Plan and write an import of milestones (docs/adr/0005-import.md): a row is a milestone of a project.

A milestone is known by its number, which only the product's own files hold, else by its title within its project. A file adds and
changes, it removes nothing; an empty cell changes nothing. What is written goes through the verbs of the page.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from core.formulas.readings import FAILED
from core.imports.records import ReadRow
from core.imports.registry import CHANGE, CREATE, LEAVE, Plan, PlannedRow, Refused, Work, note_columns_left_out
from core.imports.values import in_words, name_key, same
from portfolio.actions.milestones import EDITABLE, add_milestone, edit_milestone
from portfolio.models import Milestone, Project


@dataclass
class MilestoneWrite:
    """What one row writes."""

    project: Project
    row: Milestone | None
    values: dict[str, Any]


@dataclass
class Known:
    """What is in the database, as far as a plan needs it."""

    references: dict[str, int] = field(default_factory=dict)
    """Of the projects that the person may see."""
    titles: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    editable: set[int] = field(default_factory=set)
    projects: dict[int, Project] = field(default_factory=dict)
    """Those that the file names."""
    milestones: dict[int, Milestone] = field(default_factory=dict)
    """Of the projects that the file names, and those that it names by number."""
    by_title: dict[tuple[int, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[Any, str] = field(default_factory=dict)
    """The milestone, or the project and title of a new one -> the row of the file that is about it."""

    def find_projects(self, text: str) -> list[int]:
        """The projects that a text can mean: a reference (with or without the title behind it), or a title."""
        found = self.references.get(text.split(" ", maxsplit=1)[0].upper().rstrip(":,"))
        return [found] if found else self.titles.get(name_key(text), [])


def plan_milestones(work: Work) -> Plan:
    """What will become of every row: create, change, leave, or refused with the reason."""
    known, plan = _known(work), Plan([])
    writes: list[MilestoneWrite] = []
    for row, planned in work.rows_into(plan):
        try:
            write = _plan_row(row, planned, known, work)
        except Refused as refused:
            planned.refuse(refused)
            continue
        if planned.verdict != LEAVE:
            writes.append(write)
    note_columns_left_out(plan, work)
    plan.payload = writes
    return plan


def apply_milestones(plan: Plan, work: Work) -> dict[str, int]:
    """Write the plan by the verbs of the page."""
    made = {"created": 0, "changed": 0}
    writes: list[MilestoneWrite] = plan.payload
    for number, write in enumerate(writes):
        if number % 100 == 0:
            work.progress(number, len(writes))
        if write.row is None:
            add_milestone(write.project, values=write.values)
            made["created"] += 1
        else:
            write.row.project = write.project
            edit_milestone(write.row, changes=write.values, version=write.row.version)
            made["changed"] += 1
    return made


# --- What exists ----------------------------------------------------------------------------------------------------


def _known(work: Work) -> Known:
    """Five queries, whatever the number of rows. Nothing of a project that the person may not see is read."""
    known = Known()
    projects = Project.objects.all() if work.user is None else Project.objects.visible_to(work.user)
    for pk, reference, title in projects.order_by("pk").values_list("pk", "reference", "title"):
        known.references[reference] = pk
        known.titles[name_key(title)].append(pk)
    visible = set(known.references.values())
    known.editable = visible
    if work.user is not None:
        known.editable = set(Project.objects.allowed(work.user, "milestone.edit").order_by().values_list("pk", flat=True))
    texts = {text for row in work.table.rows if (text := _scope(row, work))}
    wanted = {pk for text in texts for pk in known.find_projects(text)}
    numbers = {int(number) for row in work.table.rows if (number := row.value("reference"))}
    named = Milestone.objects.filter(pk__in=numbers).values_list("project_id", flat=True) if numbers else []
    wanted |= visible & set(named)
    held = Project.objects.filter(pk__in=wanted).order_by("pk").defer("search")
    rows = Milestone.objects.filter(project__in=wanted).order_by("pk")
    if work.lock:
        held, rows = held.select_for_update(of=("self",)), rows.select_for_update(of=("self",))
    known.projects = {project.pk: project for project in held}
    for milestone in rows:
        known.milestones[milestone.pk] = milestone
        known.by_title[milestone.project_id, name_key(milestone.title)].append(milestone.pk)
    return known


def _scope(row: ReadRow, work: Work) -> str:
    return str(row.value("scope") or work.options.scope or "").strip()


# --- One row --------------------------------------------------------------------------------------------------------


def _plan_row(row: ReadRow, planned: PlannedRow, known: Known, work: Work) -> MilestoneWrite:
    if any(key in row.values and row.values[key].state == FAILED for key in ("reference", "scope")):
        raise Refused("case_cell_wrong")
    found, project = _match(row, known, work)
    planned.reference = project.reference
    values = {key: row.value(key) for key in EDITABLE if row.value(key) is not None}
    if found is None:
        planned.differences = [(key, "", in_words(value)) for key, value in values.items()]
    else:
        planned.title = found.title
        values = {key: value for key, value in values.items() if not same(getattr(found, key), value)}
        planned.differences = [(key, in_words(getattr(found, key)), in_words(value)) for key, value in values.items()]
        planned.verdict = CHANGE if values else LEAVE
    if planned.verdict != LEAVE:
        if project.pk not in known.editable:
            raise Refused("milestones_forbidden", reference=project.reference)
        if project.archived_at:
            raise Refused("project_archived", reference=project.reference)
    if planned.verdict == CREATE and "planned_on" not in values:
        raise Refused("milestone_without_day")
    return MilestoneWrite(project, found, values)


def _match(row: ReadRow, known: Known, work: Work) -> tuple[Milestone | None, Project]:
    """The milestone that a row is about, None for a new one, and its project."""
    number, title, text = row.value("reference"), str(row.value("title") or "").strip(), _scope(row, work)
    found = known.milestones.get(int(number)) if number else None
    if number and found is None:
        raise Refused("milestone_unknown", number=number)
    if not text and found is None:
        raise Refused("milestone_without_project")
    projects = known.find_projects(text) if text else [found.project_id] if found else []
    if found is not None and projects and found.project_id not in projects:
        raise Refused("milestone_elsewhere", number=number)
    if not projects:
        raise Refused("project_unknown", text=text)
    if found is None and len(projects) > 1:
        raise Refused("scope_ambiguous", text=text)
    project = known.projects[found.project_id if found else projects[0]]
    if found is None:
        if not title:
            raise Refused("row_without_name")
        called = known.by_title.get((project.pk, name_key(title)), [])
        if len(called) > 1:
            raise Refused("milestone_ambiguous", text=title)
        found = known.milestones[called[0]] if called else None
    key = found.pk if found else (project.pk, name_key(title))
    if key in known.seen:
        raise Refused("milestone_twice", line=known.seen[key])
    known.seen[key] = row.place
    return found, project
