"""Projects as they stood at a moment: the one reader behind the overview, the project page and the packs.

At `None` the live tables answer, through the pointers to what stands now. At an earlier moment a project's facts
are its last recorded event at or before it, joined with the status update and the assurance rating effective then
(docs/adr/0003-history-and-as-of.md). A project that was recorded later, but has an imported update effective by
then, shows the facts frozen in that update. Both ways give the same shape. Who sees what is decided by the caller's
queryset, so by today's rights and today's confidentiality.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache as once
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_date

from core.plans import Plan, ask
from core.prepared import Prepared
from portfolio.formulas.packed_ratings import UNKNOWN, packed
from portfolio.models.calendars import ReportingPeriod, StatusDuty
from portfolio.models.schedule import Milestone
from portfolio.models.status import DIMENSIONS, StatusUpdate, TrendPoint
from portfolio.models.structure import Project, ProjectObjective
from portfolio.models.visibility import ProjectQuerySet

MAIN_SERIES = "main"


class Standing(NamedTuple):
    """What was known of one project at a moment. Money is in `currency`; ratings are RAG values, "" where none was given."""

    pk: int
    reference: str
    title: str
    portfolio_id: int | None
    programme_id: int | None
    unit_id: int | None
    sponsor_id: int | None
    manager_id: int | None
    category: str
    phase: str
    tier: int
    planned_start_on: date | None
    planned_finish_on: date | None
    forecast_finish_on: date | None
    actual_finish_on: date | None
    currency: str
    budget: Decimal | None
    forecast: Decimal | None
    spend: Decimal | None
    benefits: Decimal | None
    is_confidential: bool
    update_id: int | None
    period_ends_on: date | None
    reported_at: datetime | None
    overall: str | None
    schedule: str | None
    cost: str | None
    scope: str | None
    benefits_rag: str | None
    risk: str | None
    resources: str | None
    computed_overall: str | None
    percent_complete: int | None
    assurance: str | None
    assured_at: datetime | None

    @property
    def finish_on(self) -> date | None:
        """When the project finished, else is forecast to, else is planned to."""
        return self.actual_finish_on or self.forecast_finish_on or self.planned_finish_on

    def rating(self, dimension: str) -> str:
        """The declared rating of "overall" or of a dimension; "" where there is none."""
        return getattr(self, "benefits_rag" if dimension == "benefits" else dimension) or ""


FACTS = Standing._fields[: Standing._fields.index("update_id")]
# Long texts and rarely read columns: only the page of one project asks for them.
TEXTS = (
    "purpose",
    "description",
    "tags",
    "forecast_start_on",
    "actual_start_on",
    "year_label",
    "year_budget",
    "year_forecast",
    "benefits_summary",
    "custom",
)
STATUS = ("pk", "period__ends_on", "effective_at", "overall", *DIMENSIONS, "computed_overall", "percent_complete")
ASSURANCE = ("rating", "effective_at")
UPDATE = Standing._fields.index("update_id")
LIVE = (
    *FACTS,
    *(f"current_update__{name}" for name in STATUS),
    *(f"current_assurance__{name}" for name in ASSURANCE),
)


FIRST_YEAR = 1900


def read_day(text: str) -> date | None:
    """The day that an address names (`?as_of=2026-11-22`); None for none and for nonsense."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def moment_of(day: date | None) -> datetime | None:
    """The end of that day in the reader's time zone; None (now) for no day, today, a day to come, and one before any record."""
    if day is None or day >= timezone.localdate() or day.year < FIRST_YEAR:
        return None
    return timezone.make_aware(datetime.combine(day, time.max))


def standings(projects: ProjectQuerySet, at: datetime | None = None) -> list[Standing]:
    """The given projects as they stood at `at`, by reference, without those archived then.

    Give every project the reader may see, archived ones too: what is archived now may not have been. Costs one query
    now and one in the past (two where projects were recorded later than their imported status), at any size.
    """
    if at is None:
        rows = projects.filter(archived_at=None).order_by("reference").values_list(*LIVE)
        return [Standing._make(row) for row in rows]
    scope, parameters = projects.order_by().values("pk").query.sql_with_params()
    return _stood(scope, parameters, at)


def standings_of(ids: Collection[int], at: datetime | None = None) -> list[Standing]:
    """As `standings` for some projects, without the work of making a statement: the same columns, asked for by id."""
    if at is not None:
        return _stood("SELECT unnest(%s)", [list(ids)], at)
    statement, plan = _live()
    with connection.cursor() as cursor:
        ask(cursor, plan, statement, [list(ids)])
        return [Standing._make(row) for row in cursor.fetchall()]


@once
def _live() -> tuple[str, Plan]:
    """The statement that `standings` makes for now, narrowed to the ids given. It does not change while the process lives."""
    statement, parameters = (
        Project.objects.filter(archived_at=None, pk=0).order_by("reference").values_list(*LIVE).query.sql_with_params()
    )
    table, column = map(connection.ops.quote_name, (Project._meta.db_table, "id"))
    narrowed = statement.replace(f"{table}.{column} = %s", f"{table}.{column} = ANY(%s)")
    assert parameters == (0,)
    assert narrowed != statement
    return narrowed, Plan(narrowed, [[]], [(0, "ids", "bigint[]")], table=Project._meta.db_table)


def _stood(scope: str, parameters: Sequence[Any], at: datetime) -> list[Standing]:
    found, unrecorded = [], []
    for archived_at, *row in _past_rows(scope, parameters, at):
        if row[0] is None:  # no event yet
            if row[UPDATE] is not None:
                unrecorded.append(row)
        elif archived_at is None:
            found.append(Standing._make(row))
    if unrecorded:
        of_update = {row[UPDATE]: row[UPDATE:] for row in unrecorded}
        # What is recorded as archived before that day had left by then.
        updates = StatusUpdate.objects.filter(pk__in=of_update).exclude(project__archived_at__lte=at).order_by()
        for pk, frozen, *live in updates.values_list("pk", "facts", *(f"project__{name}" for name in FACTS)):
            found.append(Standing(*_thaw(live, frozen), *of_update[pk]))
    found.sort(key=lambda standing: standing.reference)
    return found


def standing_of(project: Project, at: datetime | None = None) -> Standing | None:
    """One project as it stood; None where it was archived or nothing was known of it yet. At most four queries."""
    return next(iter(standings(Project.objects.filter(pk=project.pk), at)), None)


def texts_of(project: Project, at: datetime | None = None) -> dict[str, Any]:
    """The long texts and further columns (TEXTS) of one project as they stood. One query in the past."""
    if at is not None:
        events = _events(Project.objects.filter(pk=project.pk), at)
        if found := events.values(*TEXTS).first():
            return found
    return {name: getattr(project, name) for name in TEXTS}


def milestones_at(project_ids: Iterable[int] | None = None, at: datetime | None = None) -> QuerySet[Any]:
    """Milestones of these projects (None: of all, now) as they stood: rows with `milestone_id`, `project_id`, `title`, `planned_on`,
    `forecast_on`, `actual_on`. A queryset: filter, order and slice it; one query."""
    if project_ids is None or at is None:
        now = Milestone.objects.all() if project_ids is None else Milestone.objects.filter(project__in=project_ids)
        return now.annotate(milestone_id=F("pk"))
    event = apps.get_model("portfolio", "MilestoneEvent")
    last = (
        event.objects.filter(project__in=project_ids, pgh_created_at__lte=at)
        .order_by("pgh_obj_id", "-pgh_created_at", "-pgh_id")
        .distinct("pgh_obj_id")
    )
    known = event.objects.filter(pgh_id__in=last.values("pgh_id")).exclude(pgh_label="delete")
    return known.annotate(milestone_id=F("pgh_obj_id"))


def ratings_at(moments: Sequence[datetime], project_ids: Collection[int] | None = None) -> dict[int, bytes]:
    """For each project (None: all) the declared and the computed overall rating that stood at each of `moments` (ascending):
    a byte each, as portfolio/formulas/packed_ratings.py packs them.

    Projects without an update known by the last of them are left out. One query: the database keeps the latest update of
    each project and stretch between two moments, and the latest of these so far stands.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            RATINGS.format(scope="" if project_ids is None else "AND u.project_id = ANY(%s)"),
            [list(moments), MAIN_SERIES, moments[-1], *([] if project_ids is None else [list(project_ids)])],
        )
        rows = cursor.fetchall()
    found: dict[int, bytearray] = {}
    standing: tuple[Any, ...] = ()
    for project, stretch, *order, declared, computed in rows:  # by project and stretch
        ratings = found.get(project)
        if ratings is None:
            ratings, standing = found.setdefault(project, bytearray([UNKNOWN]) * len(moments)), ()
        # A late update of an earlier period does not replace what is known of a later one.
        if not standing or tuple(order) > standing:
            standing = tuple(order)
            ratings[stretch:] = bytes([packed(declared, computed)]) * (len(moments) - stretch)
    return {project: bytes(ratings) for project, ratings in found.items()}


def late_updates_at(on: date, at: datetime | None = None) -> list[tuple[int, date]]:
    """(project, due day) of every update of the main series that was due before `on` and not submitted at `at`.

    Of each calendar only the newest period that has opened counts, as in `StatusDuty.objects.overdue`. One query.
    """
    newest = ReportingPeriod.objects.filter(opens_on__lte=on).order_by("calendar_id", "-ends_on").distinct("calendar_id")
    submitted = StatusUpdate.objects.filter(
        project=OuterRef("project"), series=OuterRef("calendar__series"), period=OuterRef("period_id")
    ).order_by()
    if at is None:
        submitted = submitted.exclude(state__in=["draft", "returned"])
    else:
        submitted = submitted.filter(Q(submitted_at__lte=at) | Q(effective_at__lte=at))
    duties = (
        StatusDuty.objects.filter(
            Q(starts_on=None) | Q(calendar__periods__ends_on__gte=F("starts_on")),
            calendar__is_active=True,
            calendar__series__key=MAIN_SERIES,
            calendar__periods__in=newest.values("pk"),
            calendar__periods__due_on__lt=on,
        )
        .annotate(period_id=F("calendar__periods"), due_on=F("calendar__periods__due_on"))
        # As in `StatusDuty.objects.owed`: one probe a duty, not a join with every update there ever was.
        .alias(submitted=Subquery(submitted.values("pk")[:1]))
        .filter(submitted=None)
        .order_by()
    )
    return list(duties.values_list("project_id", "due_on"))


def objective_links_at(at: datetime | None = None) -> list[tuple[int, int]]:
    """(project, objective) of every link as it stood. One query."""
    if at is None:
        return list(ProjectObjective.objects.values_list("project_id", "objective_id"))
    event = apps.get_model("portfolio", "ProjectObjectiveEvent")
    last = (
        event.objects.filter(pgh_created_at__lte=at).order_by("pgh_obj_id", "-pgh_created_at", "-pgh_id").distinct("pgh_obj_id")
    )
    return [(row[1], row[2]) for row in last.values_list("pgh_label", "project_id", "objective_id") if row[0] != "delete"]


def frozen_facts(project: Project) -> dict[str, Any]:
    """The project's facts as a status update keeps them under `facts["project"]`: what `standings` reads back.

    Money and days as text, so that JSON loses nothing.
    """
    return {name: _frozen(getattr(project, name)) for name in FACTS if name not in ("pk", "reference")}


def _events(projects: ProjectQuerySet, at: datetime) -> QuerySet[Any]:
    """The last event of each project at or before `at`."""
    event = apps.get_model("portfolio", "ProjectEvent")
    last = (
        event.objects.filter(pgh_obj_id=OuterRef("pk"), pgh_created_at__lte=at)
        .order_by("-pgh_created_at", "-pgh_id")
        .values("pgh_id")[:1]
    )
    return event.objects.filter(pgh_id__in=projects.annotate(last_event=Subquery(last)).values("last_event")).exclude(
        pgh_label="delete"
    )


def _past_rows(scope: str, parameters: Sequence[Any], at: datetime) -> list[tuple[Any, ...]]:
    """For each project of the scope (a statement of ids): when archived, its facts, its update and its rating at `at`; None for what was not there.

    Three index probes a project (project_event_known, status_update_once, assurance_known). The ORM has no lateral join, and
    without it PostgreSQL reads the whole history.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            PAST.format(
                scope=scope,
                archived=_columns("e", ("archived_at",)),
                facts=_columns("e", ("pgh_obj_id", *FACTS[1:])),
                status=f'u."id", r."ends_on", {_columns("u", STATUS[2:])}',
                assurance=_columns("a", ASSURANCE),
            ),
            [*parameters, at, MAIN_SERIES, at, at],
        )
        return cursor.fetchall()


def _columns(table: str, names: tuple[str, ...]) -> str:
    return ", ".join(f"{table}.{connection.ops.quote_name(name)}" for name in names)


PAST = """
SELECT {archived}, {facts}, {status}, {assurance}
FROM ({scope}) p (id)
LEFT JOIN LATERAL (
    SELECT * FROM portfolio_projectevent
    WHERE pgh_obj_id = p.id AND pgh_created_at <= %s
    ORDER BY pgh_created_at DESC, pgh_id DESC LIMIT 1
) e ON e.pgh_label <> 'delete'
LEFT JOIN LATERAL (
    SELECT s.id FROM portfolio_statusupdate s JOIN portfolio_reportingperiod d ON d.id = s.period_id
    WHERE s.project_id = p.id AND s.series_id = (SELECT id FROM portfolio_statusseries WHERE key = %s)
      AND s.effective_at <= %s AND s.state IN ('published', 'superseded')
    ORDER BY d.ends_on DESC, s.revision DESC, s.effective_at DESC, s.id DESC LIMIT 1
) k ON true
LEFT JOIN portfolio_statusupdate u ON u.id = k.id
LEFT JOIN portfolio_reportingperiod r ON r.id = u.period_id
LEFT JOIN LATERAL (
    SELECT rating, effective_at FROM portfolio_assurancerating
    WHERE project_id = p.id AND effective_at <= %s
    ORDER BY effective_at DESC, id DESC LIMIT 1
) a ON true
"""


def _frozen(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


# The stretch of an update: how many of the moments lie before it became known (a moment counts what is known in it).
RATINGS = """
SELECT DISTINCT ON (u.project_id, stretch)
    u.project_id, width_bucket(u.effective_at - interval '1 microsecond', %s::timestamptz[]) AS stretch,
    r.ends_on, u.revision, u.effective_at, u.id, u.overall, u.computed_overall
FROM portfolio_statusupdate u JOIN portfolio_reportingperiod r ON r.id = u.period_id
WHERE u.series_id = (SELECT id FROM portfolio_statusseries WHERE key = %s)
  AND u.state IN ('published', 'superseded') AND u.effective_at <= %s {scope}
ORDER BY u.project_id, stretch, r.ends_on DESC, u.revision DESC, u.effective_at DESC, u.id DESC
"""


# What today's row may say of a project at a time before it was recorded: who it is, not how it stood.
TIMELESS = {
    "pk",
    "reference",
    "title",
    "portfolio_id",
    "programme_id",
    "unit_id",
    "category",
    "tier",
    "currency",
    "is_confidential",
}
DAYS = {name for name in FACTS if name.endswith("_on")}
MONEY = {"budget", "forecast", "spend", "benefits"}


def _thaw(live: Iterable[Any], facts: dict[str, Any]) -> list[Any]:
    """The frozen facts over today's identity. A fact that the update does not hold is unknown, not today's value."""
    known = {"phase": "delivery"} | facts.get("project", {})  # what reported then was running
    return [
        _thawed(name, known[name])
        if name in known and name not in ("pk", "reference")
        else (value if name in TIMELESS else None)
        for name, value in zip(FACTS, live, strict=True)
    ]


def _thawed(name: str, value: Any) -> Any:
    if value in (None, ""):
        return "" if name == "category" else None
    if name in DAYS:
        return date.fromisoformat(value)
    return Decimal(str(value)) if name in MONEY else value


# Today's, which most ask for.
TREND = Prepared(StatusUpdate.objects.for_trend, project=int)


def trend_points(project: Project, at: datetime | None) -> list[TrendPoint]:
    """The ratings of the last periods, newest first, as they stand or stood at a moment. One query."""
    rows = TREND(project=project.pk) if at is None else StatusUpdate.objects.for_trend(project, at)
    return [TrendPoint(*row) for row in rows]
