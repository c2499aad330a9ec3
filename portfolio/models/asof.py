"""Projects as they stood at a moment: the one reader behind the overview, the project page and the packs.

At `None` the live tables answer, through the pointers to what stands now. At an earlier moment a project's facts
are its last recorded event at or before it, joined with the status update and the assurance rating effective then
(docs/adr/0003-history-and-as-of.md). A project that was recorded later, but has an imported update effective by
then, shows the facts frozen in that update. Both ways give the same shape. Who sees what is decided by the caller's
queryset, so by today's rights and today's confidentiality.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from portfolio.models.schedule import Milestone
from portfolio.models.status import DIMENSIONS, AssuranceRating, StatusUpdate
from portfolio.models.structure import Project, ProjectObjective
from portfolio.models.visibility import ProjectQuerySet

MAIN_SERIES = "main"
# The later of two updates, and of two ratings. The actions that move `Project.current_update` follow the same order.
LATEST_UPDATE = ("-effective_at", "-revision", "-pk")
LATEST_RATING = ("-effective_at", "-pk")


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
NO_STATUS: tuple[Any, ...] = (None,) * len(STATUS)
NO_ASSURANCE: tuple[Any, ...] = (None,) * len(ASSURANCE)
LIVE = (
    *FACTS,
    *(f"current_update__{name}" for name in STATUS),
    *(f"current_assurance__{name}" for name in ASSURANCE),
)


def moment_of(day: date | None) -> datetime | None:
    """The end of that day in the reader's time zone; None (now) for no day, for today and for a day to come."""
    if day is None or day >= timezone.localdate():
        return None
    return timezone.make_aware(datetime.combine(day, time.max))


def standings(projects: ProjectQuerySet, at: datetime | None = None) -> list[Standing]:
    """The given projects as they stood at `at`, by reference, without those archived then.

    Give every project the reader may see, archived ones too: what is archived now may not have been. Costs one query
    now, three in the past (a fourth where projects were recorded later than their imported status), at any size.
    """
    if at is None:
        rows = projects.filter(archived_at=None).order_by("reference").values_list(*LIVE)
        return [Standing._make(row) for row in rows]
    projects = projects.order_by()
    facts = {row[0]: row[1:] for row in _events(projects, at).values_list("pgh_obj_id", "archived_at", *FACTS[1:])}
    statuses = {row[0]: row[1:] for row in _updates(projects, at).values_list("project_id", *STATUS)}
    assurances = {row[0]: row[1:] for row in _assurances(projects, at).values_list("project_id", *ASSURANCE)}
    found = [
        Standing(pk, *known[1:], *statuses.get(pk, NO_STATUS), *assurances.get(pk, NO_ASSURANCE))
        for pk, known in facts.items()
        if known[0] is None
    ]
    frozen = {pk: statuses[pk] for pk in statuses if pk not in facts}
    if frozen:
        updates = dict(StatusUpdate.objects.filter(pk__in=[row[0] for row in frozen.values()]).values_list("pk", "facts"))
        for row in Project.objects.filter(pk__in=frozen).values_list(*FACTS):
            pk = row[0]
            known = _thaw(row, updates[frozen[pk][0]])
            found.append(Standing(*known, *frozen[pk], *assurances.get(pk, NO_ASSURANCE)))
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


def milestones_at(project_ids: Iterable[int], at: datetime | None = None) -> QuerySet[Any]:
    """Milestones of these projects as they stood: rows with `milestone_id`, `project_id`, `title`, `planned_on`,
    `forecast_on`, `actual_on`. A queryset: filter, order and slice it; one query."""
    if at is None:
        return Milestone.objects.filter(project__in=project_ids).annotate(milestone_id=F("pk"))
    event = apps.get_model("portfolio", "MilestoneEvent")
    last = (
        event.objects.filter(project__in=project_ids, pgh_created_at__lte=at)
        .order_by("pgh_obj_id", "-pgh_created_at", "-pgh_id")
        .distinct("pgh_obj_id")
    )
    known = event.objects.filter(pgh_id__in=last.values("pgh_id")).exclude(pgh_label="delete")
    return known.annotate(milestone_id=F("pgh_obj_id"))


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


def _updates(projects: ProjectQuerySet, at: datetime) -> QuerySet[Any]:
    """The update of each project that was the latest one known at `at`, corrected since or not."""
    last = (
        StatusUpdate.objects.ever_published()
        .filter(project=OuterRef("pk"), series__key=MAIN_SERIES, effective_at__lte=at)
        .order_by(*LATEST_UPDATE)
        .values("pk")[:1]
    )
    ids = projects.annotate(last_update=Subquery(last)).values("last_update")
    return StatusUpdate.objects.filter(pk__in=ids).order_by()


def _assurances(projects: ProjectQuerySet, at: datetime) -> QuerySet[Any]:
    last = (
        AssuranceRating.objects.filter(project=OuterRef("pk"), effective_at__lte=at).order_by(*LATEST_RATING).values("pk")[:1]
    )
    ids = projects.annotate(last_rating=Subquery(last)).values("last_rating")
    return AssuranceRating.objects.filter(pk__in=ids).order_by()


def _frozen(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


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
    "phase",
    "is_confidential",
}
DAYS = {name for name in FACTS if name.endswith("_on")}
MONEY = {"budget", "forecast", "spend", "benefits"}


def _thaw(live: tuple[Any, ...], facts: dict[str, Any]) -> list[Any]:
    """The frozen facts over today's identity. A fact that the update does not hold is unknown, not today's value."""
    known = facts.get("project", facts)
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
