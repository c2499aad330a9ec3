"""The portfolio overview: everything the page says, from a number of queries that does not grow with the portfolio.

`read_picture` reads the projects that the reader may see as they stood; `overview` narrows them to a selection and
computes. Confidential projects that the reader may not see count in the totals of the whole portfolio without their
name; a selection leaves them out, because narrowing would tell what they are.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import BigIntegerField, F, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from accounts.access import below
from accounts.models import OrganisationUnit, User
from portfolio.formulas.discretion import priced_together, rated_together
from portfolio.models import (
    DIMENSIONS,
    HealthThreshold,
    Objective,
    Portfolio,
    Programme,
    Project,
    StatusDecision,
)
from portfolio.models.asof import Standing, late_updates_at, milestones_at, objective_links_at, ratings_known, standings
from portfolio.models.visibility import ProjectQuerySet, scopes_of
from reporting.collect.since import Since, end_of
from reporting.formulas.attention import Attention, Limits, age_in_days, ranked, reasons_for
from reporting.formulas.health import Counts, counts, is_worse
from reporting.formulas.movement import Movement, movement
from reporting.formulas.totals import Bridge, Money, bridge, totals
from reporting.formulas.trend import Point, Rated, month_ends, trend

ENDED = {"closed", "cancelled"}
MILESTONE_DAYS = 60
SHOWN = 8


@dataclass(frozen=True)
class Selection:
    """What the overview is narrowed to; empty = everything. Portfolios and units include what lies below them."""

    portfolio: int | None = None
    programme: int | None = None
    unit: int | None = None
    objective: int | None = None
    sponsor: int | None = None
    manager: int | None = None
    tier: int | None = None
    phase: str = ""
    category: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing is narrowed."""
        return not any(getattr(self, entry.name) for entry in fields(self))


@dataclass(frozen=True)
class Names:
    """What the ids in the rows are called today, and which portfolio and unit is part of which."""

    portfolios: dict[int, str]
    portfolio_parents: dict[int, int | None]
    programmes: dict[int, str]
    programme_portfolios: dict[int, int | None]
    units: dict[int, str]
    unit_parents: dict[int, int | None]
    objectives: dict[int, str]
    people: dict[int, str]
    limits: dict[int, Limits]


@dataclass(frozen=True)
class Picture:
    """All projects that the reader may see, or that count for them without a name, as they stood at `at` (None: now)."""

    projects: ProjectQuerySet
    rows: tuple[Standing, ...]
    hidden: frozenset[int]
    names: Names
    at: datetime | None
    today: date

    @cached_property
    def seen(self) -> tuple[Standing, ...]:
        """Those that may be shown by name."""
        return tuple(row for row in self.rows if row.pk not in self.hidden) if self.hidden else self.rows


def _projects(user: Any) -> tuple[ProjectQuerySet, bool]:
    """The projects that are shown or counted, and whether some of them may have to stay without a name."""
    everywhere = scopes_of(user).rights.everywhere_may("project.view")
    return (Project.objects.all() if everywhere else Project.objects.visible_to(user)), everywhere


def read_picture(user: Any, at: datetime | None = None) -> Picture:
    """The reader's projects as they stood. Three queries now, four at most in the past."""
    projects, everywhere = _projects(user)
    rows = tuple(standings(projects, at))
    hidden: frozenset[int] = frozenset()
    # Asked of today's table: who sees what follows today's rights and today's confidentiality.
    if everywhere:
        hidden = frozenset(Project.objects.hidden_in_totals(user).values_list("pk", flat=True))
    today = timezone.localtime(at).date() if at else timezone.localdate()
    return Picture(projects, rows, hidden, read_names(), at, today)


def read_names() -> Names:
    """The names behind the ids of all rows, and the thresholds of each tier (0: the rest). One query."""
    people = User.objects.filter(
        Q(pk__in=Project.objects.order_by().values("manager")) | Q(pk__in=Project.objects.order_by().values("sponsor"))
    )

    def named(kind: str, queryset: Any, name: Any, parent: Any) -> Any:
        return queryset.order_by().values_list(Value(kind), "pk", name, parent)

    queries = [
        named("portfolio", Portfolio.objects, "name", "parent_id"),
        named("programme", Programme.objects, "name", "portfolio_id"),
        named("unit", OrganisationUnit.objects, "name", "parent_id"),
        named("objective", Objective.objects, "name", "parent_id"),
        named(
            "person",
            people,
            Coalesce(NullIf("name", Value("")), "email", output_field=TextField()),
            Value(None, output_field=BigIntegerField()),
        ),
        # A handful of rows that would cost a query of their own: the name is the percentage, the parent the days.
        HealthThreshold.objects.order_by().values_list(
            Value("limit"),
            Coalesce("tier", Value(0), output_field=BigIntegerField()),
            Cast("cost_amber", TextField()),
            Cast("stale_after_days", BigIntegerField()),
        ),
    ]
    kinds = ("limit", "portfolio", "programme", "unit", "objective", "person")
    found: dict[str, dict[int, str]] = {kind: {} for kind in kinds}
    parents: dict[str, dict[int, int | None]] = {kind: {} for kind in kinds}
    for kind, pk, name, parent in queries[0].union(*queries[1:], all=True):
        found[kind][pk] = name
        parents[kind][pk] = parent
    return Names(
        portfolios=found["portfolio"],
        portfolio_parents=parents["portfolio"],
        programmes=found["programme"],
        programme_portfolios=parents["programme"],
        units=found["unit"],
        unit_parents=parents["unit"],
        objectives=found["objective"],
        people=found["person"],
        limits={0: Limits()}
        | {tier: Limits(Decimal(percent), parents["limit"][tier] or 0) for tier, percent in found["limit"].items()},
    )


def narrowed(picture: Picture, selection: Selection, rows: Iterable[Standing] | None = None) -> tuple[Standing, ...]:
    """The rows that fit the selection, as they stood: without those that may not be named, unless nothing is narrowed.

    `rows`: other rows than the picture's own, e.g. of an earlier picture. One query more where an objective is chosen.
    """
    if selection.is_empty:
        return tuple(picture.rows if rows is None else rows)
    names = picture.names
    found = [row for row in (picture.rows if rows is None else rows) if row.pk not in picture.hidden]
    if selection.portfolio:
        inside = below(names.portfolio_parents, {selection.portfolio})
        programmes = {pk for pk, portfolio in names.programme_portfolios.items() if portfolio in inside}
        found = [row for row in found if row.portfolio_id in inside or row.programme_id in programmes]
    if selection.unit:
        units = below(names.unit_parents, {selection.unit})
        found = [row for row in found if row.unit_id in units]
    if selection.objective:
        linked = {project for project, objective in objective_links_at(picture.at) if objective == selection.objective}
        found = [row for row in found if row.pk in linked]
    for name, column in (
        ("programme", "programme_id"),
        ("sponsor", "sponsor_id"),
        ("manager", "manager_id"),
        ("tier", "tier"),
        ("phase", "phase"),
        ("category", "category"),
    ):
        if wanted := getattr(selection, name):
            index = Standing._fields.index(column)
            found = [row for row in found if row[index] == wanted]
    return tuple(found)


@dataclass(frozen=True)
class Ratings:
    """Projects by rating: what managers declared, what the facts say, what the PMO assured; and where they disagree."""

    declared: Counts
    computed: Counts
    assured: Counts
    computed_worse: int
    assured_worse: int


@dataclass(frozen=True)
class Freshness:
    """How old the ratings of the running projects are."""

    fresh: int
    stale: int
    never: int
    newest: datetime | None
    oldest: datetime | None

    @property
    def total(self) -> int:
        """All running projects."""
        return self.fresh + self.stale + self.never


@dataclass(frozen=True)
class MilestoneLine:
    """A milestone to come or missed. `due_on` is its forecast, else its plan."""

    row: Standing
    title: str
    planned_on: date
    due_on: date

    @property
    def slip_days(self) -> int:
        """Days later than planned; below zero earlier."""
        return (self.due_on - self.planned_on).days


@dataclass(frozen=True)
class DecisionLine:
    """A decision that the newest update of a project asks for."""

    row: Standing
    text: str
    decider: str
    due_on: date | None
    overdue: bool


@dataclass(frozen=True)
class Overview:
    """What the page says, and from what."""

    picture: Picture
    selection: Selection
    since: Since
    rows: tuple[Standing, ...]
    before: tuple[Standing, ...]
    seen: tuple[Standing, ...]
    rated: tuple[Standing, ...]
    priced: tuple[Standing, ...]
    hidden_count: int
    running_count: int
    ratings: Ratings
    ratings_before: Ratings
    dimensions: dict[str, Counts]
    money: list[Money]
    money_before: dict[str, Money]
    late: dict[int, int]
    freshness: Freshness
    attention: list[Attention]
    movement: Movement
    bridges: list[Bridge]
    milestones: list[MilestoneLine]
    milestones_open: list[MilestoneLine]
    milestones_ahead: int
    milestones_missed: int
    decisions: list[DecisionLine]
    trend: list[Point]
    limits: dict[int, Limits] = field(default_factory=dict)

    @property
    def late_count(self) -> int:
        """Projects whose update is overdue."""
        return len(self.late)

    @property
    def decisions_overdue(self) -> int:
        """Decisions whose day has passed."""
        return sum(line.overdue for line in self.decisions)

    @property
    def has_figures(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.rows)


def ratings_of(rows: Iterable[Standing]) -> Ratings:
    """Counted over the rows given."""
    rows = list(rows)
    return Ratings(
        declared=counts(row.overall for row in rows),
        computed=counts(row.computed_overall for row in rows),
        assured=counts(row.assurance for row in rows),
        computed_worse=sum(is_worse(row.computed_overall, row.overall) for row in rows),
        assured_worse=sum(is_worse(row.assurance, row.overall) for row in rows),
    )


def alive(rows: Iterable[Standing], selection: Selection) -> tuple[Standing, ...]:
    """Those whose ratings count: projects that are not over, as in the packs; all, where a phase is chosen."""
    return tuple(row for row in rows if selection.phase or row.phase not in ENDED)


def told(picture: Picture, rows: Iterable[Standing]) -> tuple[Standing, ...]:
    """The rows whose ratings count: those without a name only where there are enough of them."""
    return rated_together(rows, lambda row: row.pk in picture.hidden) if picture.hidden else tuple(rows)


def told_amounts(picture: Picture, rows: Iterable[Standing]) -> tuple[Standing, ...]:
    """The rows whose amounts count: those without a name only where enough of them share a currency and state the amount."""
    if not picture.hidden:
        return tuple(rows)
    return priced_together(rows, lambda row: row.pk in picture.hidden, lambda row, names: row._replace(**dict.fromkeys(names)))


def overview(picture: Picture, selection: Selection, since: Since) -> Overview:
    """Everything on the page, and what changed after `since`. Five queries, six in the past or with an objective."""
    rows = narrowed(picture, selection)
    past = narrowed(picture, selection, standings(picture.projects, since.moment))
    rated = told(picture, alive(rows, selection))
    priced = told_amounts(picture, rows)
    seen = tuple(row for row in rows if row.pk not in picture.hidden) if picture.hidden else rows
    running = [row for row in seen if row.phase not in ENDED]
    limits = picture.names.limits
    late = late_updates(picture, running)
    decisions = read_decisions(picture, selection, running)
    money = totals(priced)
    milestones = read_milestones(picture, selection, running)
    ahead = [line for line in milestones if line.due_on >= picture.today]
    return Overview(
        picture=picture,
        selection=selection,
        since=since,
        rows=rows,
        before=past,
        seen=seen,
        rated=rated,
        priced=priced,
        hidden_count=len(rows) - len(seen),
        running_count=sum(row.phase not in ENDED for row in rows),
        ratings=ratings_of(rated),
        ratings_before=ratings_of(told(picture, alive(past, selection))),
        dimensions={"overall": counts(row.overall for row in rated)}
        | {name: counts(row.rating(name) for row in rated) for name in DIMENSIONS},
        money=money,
        money_before={line.currency: line for line in totals(told_amounts(picture, past))},
        late=late,
        freshness=freshness_of(running, limits, picture.today),
        attention=attention_of(running, past, picture.today, limits, late, decisions),
        movement=movement(seen, (row for row in past if row.pk not in picture.hidden)),
        bridges=[bridge(priced, line.currency, named=frozenset(row.pk for row in seen)) for line in money],
        milestones=ahead[:SHOWN],
        milestones_open=milestones,
        milestones_ahead=len(ahead),
        milestones_missed=len(milestones) - len(ahead),
        decisions=decisions,
        trend=read_trend(picture, selection, told(picture, rows)),
        limits=limits,
    )


def read_trend(picture: Picture, selection: Selection, rows: Iterable[Standing]) -> list[Point]:
    """The ratings of these projects at the last month ends and now, the oldest first. One query."""
    rows = list(rows)
    now = picture.at or timezone.now()
    *months, today = month_ends(picture.today)
    over = {row.pk: row.actual_finish_on for row in rows if row.phase in ENDED and not selection.phase}
    known = map(Rated._make, ratings_known([row.pk for row in rows], now))
    return trend(known, [*((day, end_of(day).moment) for day in months), (today, now)], over)


def late_updates(picture: Picture, running: Iterable[Standing]) -> dict[int, int]:
    """Project -> days since its update was due, for those that owe one. One query."""
    named = {row.pk for row in running}
    found: dict[int, int] = {}
    for project, due in late_updates_at(picture.today, picture.at):
        if project in named:
            found[project] = max(found.get(project, 0), (picture.today - due).days)
    return found


def read_decisions(picture: Picture, selection: Selection, running: list[Standing]) -> list[DecisionLine]:
    """Every decision the newest updates ask for, those without a day last. One query."""
    rows = {row.update_id: row for row in running if row.update_id}
    wanted: Any = list(rows)
    if picture.at is None and selection.is_empty:
        wanted = picture.projects.running().order_by().values("current_update")
    found = StatusDecision.objects.filter(update__in=wanted).order_by(F("due_on").asc(nulls_last=True), "pk")
    return [
        DecisionLine(rows[update], text, decider, due, bool(due and due < picture.today))
        for update, text, decider, due in found.values_list("update_id", "text", "decider", "due_on")
        if update in rows
    ]


def read_milestones(picture: Picture, selection: Selection, running: list[Standing]) -> list[MilestoneLine]:
    """Open milestones that are missed or come within MILESTONE_DAYS, the earliest first. One query."""
    rows = {row.pk: row for row in running}
    wanted: Any = list(rows)
    if picture.at is None and selection.is_empty:
        wanted = picture.projects.running().order_by().values("pk")
    until = picture.today + timedelta(days=MILESTONE_DAYS)
    found = milestones_at(wanted, picture.at).filter(actual_on=None).annotate(due_on=Coalesce("forecast_on", "planned_on"))
    found = found.filter(due_on__lte=until).order_by("due_on", "milestone_id")
    return [
        MilestoneLine(rows[project], title, planned, due)
        for project, title, planned, due in found.values_list("project_id", "title", "planned_on", "due_on")
        if project in rows
    ]


def freshness_of(running: list[Standing], limits: dict[int, Limits], today: date) -> Freshness:
    """Fresh or stale by the limit of each project's tier."""
    moments = [row.reported_at for row in running if row.reported_at]
    stale = sum(
        (age_in_days(row, today) or 0) > limits.get(row.tier, limits[0]).stale_days for row in running if row.reported_at
    )
    return Freshness(
        fresh=len(moments) - stale,
        stale=stale,
        never=len(running) - len(moments),
        newest=max(moments, default=None),
        oldest=min(moments, default=None),
    )


def attention_of(
    running: list[Standing],
    past: Iterable[Standing],
    today: date,
    limits: dict[int, Limits],
    late: dict[int, int],
    decisions: list[DecisionLine],
) -> list[Attention]:
    """Every running project that has a reason, ranked."""
    was = {row.pk: row for row in past}
    waiting = Counter(line.row.pk for line in decisions if line.overdue)
    return ranked(
        Attention(
            row,
            reasons_for(
                row,
                was.get(row.pk),
                today=today,
                limits=limits.get(row.tier, limits[0]),
                update_overdue_days=late.get(row.pk, 0),
                decisions_overdue=waiting[row.pk],
            ),
        )
        for row in running
    )
