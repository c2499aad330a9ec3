"""What is in the database, as far as the plan of an import of status updates needs it: a fixed number of queries, whatever the rows."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from core.imports.records import ReadRow
from core.imports.registry import Work
from core.imports.values import name_key
from portfolio.models import (
    AssuranceRating,
    ExternalIdentifier,
    Membership,
    Project,
    ReportingPeriod,
    StatusDuty,
    StatusSeries,
    StatusUpdate,
)

ACTIONS = ("status.review", "status.correct", "status.edit", "assurance.rate")
SERIES = "main"


@dataclass
class Known:
    """What is in the database, as far as a plan needs it."""

    today: date
    references: dict[str, int] = field(default_factory=dict)
    """Of the projects that the person may see; likewise identifiers and titles."""
    identifiers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    projects: dict[int, Project] = field(default_factory=dict)
    """Those that the file names."""
    allowed: dict[str, set[int]] = field(default_factory=dict)
    """Action -> the projects that the file names on which the person may do it."""
    led: set[int] = field(default_factory=set)
    """The projects that the file names on which the person is a project manager, of the project or by a role on it."""
    series: dict[str, StatusSeries] = field(default_factory=dict)
    """By key and by name."""
    periods: dict[tuple[int, int], list[ReportingPeriod]] = field(default_factory=lambda: defaultdict(list))
    """(project, series) -> the periods for which it reports, or for which it has an update."""
    updates: dict[tuple[int, int, int], list[StatusUpdate]] = field(default_factory=lambda: defaultdict(list))
    """(project, series, period) -> its updates in any state, by revision."""
    ratings: dict[int, list[tuple[datetime, str]]] = field(default_factory=lambda: defaultdict(list))
    """Assurance ratings of each project, oldest first."""
    seen: dict[Any, str] = field(default_factory=dict)
    """The update, by project, series and period or day -> the row of the file that is about it."""

    def find_projects(self, text: str) -> list[int]:
        """The projects that a text can mean: a reference (with or without the title behind it), an identifier, or a title."""
        found = self.references.get(text.split(" ", maxsplit=1)[0].upper().rstrip(":,"))
        return [found] if found else self.identifiers.get(text) or self.titles.get(name_key(text), [])

    def may(self, project: Project, action: str) -> bool:
        """Whether the person may do this on the project."""
        return project.pk in self.allowed[action]

    def rating_at(self, project: int, at: datetime) -> str:
        """The assurance rating that stood at a moment, "" for none."""
        return next((rating for moment, rating in reversed(self.ratings[project]) if moment <= at), "")


def project_text(row: ReadRow) -> str:
    """What a row says of its project: the reference goes before the title."""
    return str(row.value("reference") or row.value("title") or "").strip()


def known_for(work: Work) -> Known:
    """A fixed number of queries. Nothing of a project that the person may not see is read."""
    known = Known(timezone.localdate(work.at))
    visible = Project.objects.all() if work.user is None else Project.objects.visible_to(work.user)
    for pk, reference, title in visible.order_by("pk").values_list("pk", "reference", "title"):
        known.references[reference] = pk
        known.titles[name_key(title)].append(pk)
    seen = set(known.references.values())
    for pk, value in ExternalIdentifier.objects.values_list("project_id", "value"):
        if pk in seen and pk not in known.identifiers[value]:
            known.identifiers[value].append(pk)
    wanted = {pk for text in {project_text(row) for row in work.table.rows} if text for pk in known.find_projects(text)}
    held = Project.objects.filter(pk__in=wanted).order_by("pk").defer("search")
    if work.lock:
        held = held.select_for_update(of=("self",))
    known.projects = {project.pk: project for project in held}
    for action in ACTIONS:
        known.allowed[action] = wanted
        if work.user is not None:
            allowed = Project.objects.allowed(work.user, action).filter(pk__in=wanted).order_by()
            known.allowed[action] = set(allowed.values_list("pk", flat=True))
    if work.user is not None:
        roles = Membership.objects.active(known.today).filter(user=work.user, role="project_manager", project__in=wanted)
        known.led = {pk for pk, project in known.projects.items() if project.manager_id == work.user.pk}
        known.led |= set(roles.values_list("project_id", flat=True))
    for series in StatusSeries.objects.order_by("pk"):
        known.series.setdefault(name_key(series.name), series)
        known.series[name_key(series.key)] = series
    _know_updates(known, wanted)
    for project, moment, rating in (
        AssuranceRating.objects.filter(project__in=wanted)
        .order_by("effective_at", "pk")
        .values_list("project_id", "effective_at", "rating")
    ):
        known.ratings[project].append((moment, rating))
    return known


def _know_updates(known: Known, wanted: set[int]) -> None:
    """The updates of these projects, and the periods that they have one for or report for. Four queries."""
    updates = StatusUpdate.objects.filter(project__in=wanted).select_related("period__calendar").prefetch_related("decisions")
    for update in updates.defer("facts", "computed", "thresholds").order_by("revision", "pk"):
        key = update.project_id, update.series_id
        if not (held := known.updates[(*key, update.period_id)]):
            known.periods[key].append(update.period)
        held.append(update)
    duties = list(StatusDuty.objects.filter(project__in=wanted).values_list("project_id", "calendar_id", "calendar__series_id"))
    laid_out: dict[int, list[ReportingPeriod]] = defaultdict(list)
    calendars = {calendar for _project, calendar, _series in duties}
    for period in ReportingPeriod.objects.filter(calendar__in=calendars).select_related("calendar").order_by("ends_on", "pk"):
        laid_out[period.calendar_id].append(period)
    for project, calendar, series in duties:
        mine = {period.pk for period in known.periods[project, series]}
        known.periods[project, series] += [period for period in laid_out[calendar] if period.pk not in mine]
