"""The portfolio overview: everything the page says, from a number of queries that does not grow with the portfolio.

`read_picture` takes the projects that the reader may see as they stood; `overview` narrows them to a selection and
computes. What is read of all projects is kept in the process and only brought up to date (portfolio/models/kept.py);
who sees what is asked anew each time. Confidential projects that the reader may not see count in the totals of the whole portfolio without their
name; a selection leaves them out, because narrowing would tell what they are.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from typing import Any, ClassVar

from django.db.models import BigIntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from accounts.access import below
from accounts.models import OrganisationUnit, User
from core.prepared import Prepared
from core.unchanged import Clock, Memory, read_clock
from portfolio.formulas.discretion import priced_together, rated_together
from portfolio.models import (
    DIMENSIONS,
    ChangeRequest,
    Entry,
    HealthThreshold,
    Milestone,
    Objective,
    Portfolio,
    Programme,
    Project,
    ReportingCalendar,
    ReportingPeriod,
    StatusDecision,
    StatusDuty,
    StatusSeries,
    StatusUpdate,
)
from portfolio.models.asof import Standing, late_updates_at, milestones_at, objective_links_at
from portfolio.models.kept import CLOCKED, ratings_kept, standings_kept
from portfolio.models.visibility import ProjectQuerySet, scopes_of, somebody
from reporting.collect.blocks import by_block
from reporting.collect.overview_compared import attention_of, compared
from reporting.collect.overview_counts import (
    Freshness,
    Ratings,
    dimensions_of,
    freshness_of,
    freshness_together,
    ratings_of,
    ratings_together,
)
from reporting.collect.since import Since, end_of
from reporting.formulas.attention import Attention, Limits
from reporting.formulas.health import Counts, together
from reporting.formulas.movement import Movement, movement
from reporting.formulas.totals import Bridge, Money, bridge, bridges_together, totals, totals_together
from reporting.formulas.trend import Point, month_ends, trend, until_over

ENDED = {"closed", "cancelled"}
MILESTONE_DAYS = 60
SHOWN = 8
# What the names, the milestones and the late updates rest on: each is kept until one of its tables changes.
NAMED = (Portfolio, Programme, OrganisationUnit, Objective, User, HealthThreshold)
OWED = (StatusUpdate, StatusDuty, ReportingCalendar, ReportingPeriod, StatusSeries)
# What was approved by change requests; an entry that becomes confidential is not told of any more.
CHANGED = (ChangeRequest, Entry)
TABLES = tuple(dict.fromkeys((*CLOCKED, *NAMED, *OWED, Milestone, *CHANGED)))
MEMORY = Memory(12)


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
    clock: Clock
    # The projects that the reader sees; None where a role lets them see, or count, all.
    mine: frozenset[int] | None = None

    @cached_property
    def seen(self) -> tuple[Standing, ...]:
        """Those that may be shown by name."""
        return tuple(row for row in self.rows if row.pk not in self.hidden) if self.hidden else self.rows

    def rows_at(self, at: datetime | None) -> tuple[Standing, ...]:
        """The same projects as they stood at another moment."""
        return _rows(self.clock, self.mine, at)


def _rows(clock: Clock, mine: frozenset[int] | None, at: datetime | None) -> tuple[Standing, ...]:
    found = standings_kept(clock, at)
    return tuple(found if mine is None else (row for row in found if row.pk in mine))


HIDDEN = Prepared(
    lambda scopes, user: Project.objects.hidden_in_totals(somebody(user, scopes)).order_by().values_list("pk"), user=int
)


def read_picture(user: Any, at: datetime | None = None, clock: Clock | None = None) -> Picture:
    """The reader's projects as they stood. Five queries at most, six in the past; fewer where little changed since the last."""
    clock = clock or read_clock(TABLES)
    hidden: frozenset[int] = frozenset()
    mine = None
    projects = Project.objects.all()
    # Asked of today's table: who sees what follows today's rights and today's confidentiality.
    if scopes_of(user).rights.everywhere_may("project.view"):
        hidden = frozenset(pk for (pk,) in HIDDEN(scopes_of(user), user=user.pk))
    else:
        projects = projects.visible_to(user)
        mine = frozenset(projects.order_by().values_list("pk", flat=True))
    names = MEMORY.get("names", clock, NAMED, read_names)
    today = timezone.localtime(at).date() if at else timezone.localdate()
    return Picture(projects, _rows(clock, mine, at), hidden, names, at, today, clock, mine)


def read_names() -> Names:
    """The names behind the ids of the rows, and the thresholds of each tier (0: the rest). One query."""

    def named(kind: str, queryset: Any, name: Any, parent: Any) -> Any:
        return queryset.order_by().values_list(Value(kind), "pk", name, parent)

    queries = [
        named("portfolio", Portfolio.objects, "name", "parent_id"),
        named("programme", Programme.objects, "name", "portfolio_id"),
        named("unit", OrganisationUnit.objects, "name", "parent_id"),
        named("objective", Objective.objects, "name", "parent_id"),
        named(
            "person",
            User.objects,
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
class Approved:
    """What approved change requests added to the budgets of some projects: the sum, how many changes, on how many projects."""

    amount: Decimal
    changes: int
    projects: int


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
    late: dict[int, int]
    freshness: Freshness
    attention: list[Attention]
    movement: Movement
    milestones_near: list[
        tuple[int, str, date, date]
    ]  # the key of its project and what MilestoneLine takes, the earliest first
    milestones_missed: int
    decisions: list[DecisionLine]
    trend: list[Point]
    limits: dict[int, Limits] = field(default_factory=dict)

    @cached_property
    def milestones(self) -> list[MilestoneLine]:
        """The next ones to come."""
        return self.milestone_lines(self.milestones_near[self.milestones_missed :][:SHOWN])

    @cached_property
    def milestones_open(self) -> list[MilestoneLine]:
        """All that are missed or near."""
        return self.milestone_lines(self.milestones_near)

    @property
    def milestones_ahead(self) -> int:
        """How many come near and are not missed."""
        return len(self.milestones_near) - self.milestones_missed

    def milestone_lines(self, near: Iterable[tuple[int, str, date, date]]) -> list[MilestoneLine]:
        """With their projects."""
        rows = {row.pk: row for row in self.seen}
        return [MilestoneLine(rows[project], title, planned, due) for project, title, planned, due in near]

    @cached_property
    def bridges(self) -> list[Bridge]:
        """From budget to forecast, one a currency, the largest first."""
        return [self.bridge_in(line.currency) for line in self.money]

    def bridge_in(self, currency: str) -> Bridge:
        """From budget to forecast in one currency."""
        named = frozenset(row.pk for row in self.seen) if self.hidden_count else None
        key = (self.picture.mine, named, self.selection, "bridge", currency)
        parts = by_block(key, self.priced, lambda rows: bridge(rows, currency, named=named))
        return bridges_together(parts)

    def changed_in(self, currency: str) -> "Approved":
        """What change requests added to the budgets that the bridge starts from, in one currency, as far as it was approved
        then. Confidential changes, and those of projects without a name, are told of nowhere. One query at most."""
        known = approved_changes(self.picture)
        amount, count, projects = Decimal(0), 0, 0
        if known:
            for row in self.seen:
                there = known.get((row.pk, currency))
                if there and row.currency == currency and row.budget is not None and row.forecast is not None:
                    amount += there[0]
                    count += there[1]
                    projects += 1
        return Approved(amount, count, projects)

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


def alive(rows: Iterable[Standing], selection: Selection) -> tuple[Standing, ...]:
    """Those whose ratings count: projects that are not over, as in the packs; all, where a phase is chosen."""
    return tuple(rows) if selection.phase else tuple([row for row in rows if row.phase not in ENDED])


def told(picture: Picture, rows: Iterable[Standing]) -> tuple[Standing, ...]:
    """The rows whose ratings count: those without a name only where there are enough of them."""
    if not picture.hidden:
        return tuple(rows)
    rows = tuple(rows)
    unnamed = [row for row in rows if row.pk in picture.hidden]
    told_of = rated_together(unnamed, lambda _row: True)
    return rows if len(told_of) == len(unnamed) else tuple(row for row in rows if row.pk not in picture.hidden)


def told_amounts(picture: Picture, rows: Iterable[Standing]) -> tuple[Standing, ...]:
    """The rows whose amounts count: those without a name only where enough of them share a currency and state the amount."""
    if not picture.hidden:
        return tuple(rows)
    rows = tuple(rows)
    unnamed = [row for row in rows if row.pk in picture.hidden]
    if not unnamed:
        return rows
    told_of = priced_together(unnamed, lambda _row: True, lambda row, names: row._replace(**dict.fromkeys(names)))
    return (*(row for row in rows if row.pk not in picture.hidden), *told_of)


def overview(picture: Picture, selection: Selection, since: Since) -> Overview:
    """Everything on the page, and what changed after `since`. Six queries at most, one more with an objective."""
    rows = narrowed(picture, selection)
    past = narrowed(picture, selection, picture.rows_at(since.moment))
    was = {row.pk: row for row in past if row.pk not in picture.hidden}
    rated = told(picture, alive(rows, selection))
    priced = told_amounts(picture, rows)
    seen = tuple(row for row in rows if row.pk not in picture.hidden) if picture.hidden else rows
    running = tuple([row for row in seen if row.phase not in ENDED])
    limits = picture.names.limits
    late = late_updates(picture, running)
    decisions = read_decisions(picture, running)
    waiting = Counter([line.row.pk for line in decisions if line.overdue])
    of, aged = (picture.mine, picture.hidden, selection), (picture.today, *limits.items())
    ratings = ratings_together(by_block((*of, "ratings"), rated, ratings_of))
    dimensions = by_block((*of, "dimensions"), rated, dimensions_of)
    milestones = read_milestones(picture, running)
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
        ratings=ratings,
        ratings_before=ratings_together(
            by_block((*of, "ratings", since.moment), told(picture, alive(past, selection)), ratings_of)
        ),
        dimensions={"overall": ratings.declared} | {name: together(part[name] for part in dimensions) for name in DIMENSIONS},
        money=totals_together(by_block((*of, "money"), priced, totals)),
        late=late,
        freshness=freshness_together(
            by_block((*of, "freshness", *aged), running, lambda rows: freshness_of(rows, limits, picture.today))
        ),
        attention=attention_of(running, was, picture.today, limits, late, waiting, compared("attention", since.moment, *aged)),
        movement=movement(seen, was, compared("movement", since.moment)),
        milestones_near=milestones,
        milestones_missed=bisect_left(milestones, picture.today, key=itemgetter(3)),
        decisions=decisions,
        trend=read_trend(picture, selection, told(picture, rows), ratings),
        limits=limits,
    )


def read_trend(picture: Picture, selection: Selection, rows: Sequence[Standing], ratings: Ratings) -> list[Point]:
    """The ratings of these projects at the last month ends and now (`ratings`), the oldest first. One query at most."""
    *days, today = month_ends(picture.today)
    ends = [(day, end_of(day).moment) for day in days]
    kept = ratings_kept(picture.clock, tuple(moment for _day, moment in ends))

    def known(pairs: Iterable[tuple[Standing, bytes | None]]) -> bytes:
        return b"".join(
            until_over(found, ends, row.actual_finish_on, row.reported_at)
            if row.phase in ENDED and not selection.phase
            else found
            for row, found in pairs
            if found
        )

    pairs = tuple([(row, kept.get(row.pk)) for row in rows])
    packed = by_block((picture.mine, picture.hidden, selection, "trend", *ends), pairs, known)
    declared = ratings.declared
    now = Point(today, declared.red, declared.amber, declared.green, ratings.computed_worse, declared.rated)
    return [*trend(packed, days), now]


def approved_changes(picture: Picture) -> dict[tuple[int, str], tuple[Decimal, int]]:
    """(project, currency) -> the sum and the number of its approved changes in it that moved its budget, as known at the picture's
    moment. One query at most."""
    found: dict[tuple[int, str], tuple[Decimal, int]] = {}
    for project, currency, decided_at, cost in MEMORY.get("changes", picture.clock, CHANGED, read_changes):
        if picture.at is None or decided_at <= picture.at:
            amount, count = found.get((project, currency), (Decimal(0), 0))
            found[project, currency] = (amount + cost, count + 1)
    return found


def read_changes() -> list[tuple[int, str, datetime, Decimal]]:
    """(project, currency, when it was approved, cost) of every approved change that is not confidential and moved a budget. Nothing
    of the project itself, so that it need not be read again when a project changes. One query."""
    rows = ChangeRequest.objects.filter(
        after__budget__isnull=False, entry__is_confidential=False, cost_change__isnull=False, decided_at__isnull=False
    ).exclude(cost_change=0)
    rows = rows.filter(entry__project__isnull=False).exclude(before__budget=None)
    return list(rows.values_list("entry__project", "entry__currency", "decided_at", "cost_change"))  # type: ignore[arg-type]


def late_updates(picture: Picture, running: Iterable[Standing]) -> dict[int, int]:
    """Project -> days since its update was due, for those that owe one. One query at most."""
    owed = (
        late_updates_at(picture.today, picture.at)
        if picture.at
        else MEMORY.get(("late", picture.today), picture.clock, OWED, lambda: late_updates_at(picture.today))
    )
    named = {row.pk for row in running}
    found: dict[int, int] = {}
    for project, due in owed:
        if project in named:
            found[project] = max(found.get(project, 0), (picture.today - due).days)
    return found


class Decided:
    """What published updates asked for, by update. They are frozen with their decisions, so this cannot become wrong. `lines`: what
    was told of those that asked for something, of a row on a day."""

    most = 50_000
    kept: ClassVar[dict[int, tuple[Any, ...]]] = {}
    lines: ClassVar[dict[int, tuple[Any, Any, tuple[Any, ...], list[tuple[date, int, DecisionLine]]]]] = {}


def read_decisions(picture: Picture, running: Iterable[Standing]) -> list[DecisionLine]:
    """Every decision the newest updates ask for, those without a day last. One query at most."""
    rows = {row.update_id: row for row in running if row.update_id}
    kept, told_of = Decided.kept, Decided.lines
    asking = rows.keys() & told_of.keys()
    known: dict[int, Any] = dict.fromkeys(rows.keys() - kept.keys(), ())
    if known:
        asked = StatusDecision.objects.filter(update__in=list(known)).order_by("pk")
        for update, *decision in asked.values_list("update_id", "due_on", "pk", "text", "decider"):
            known[update] = (*known[update], tuple(decision))
        if picture.clock.settled:
            if len(kept) > Decided.most:
                Decided.kept, Decided.lines = {}, {}
            # Lines first: another thread believes that what is kept asked for nothing if it has none.
            Decided.lines.update((update, (None, None, found, [])) for update, found in known.items() if found)
            Decided.kept.update(known)
    lines = []
    for update in asking:
        row, (same, day, found, made) = rows[update], told_of[update]
        if same is not row or day != picture.today:
            made = decision_lines(row, found, picture.today)
            told_of[update] = (row, picture.today, found, made)
        lines += made
    for update in known.keys() - asking:
        lines += decision_lines(rows[update], known[update], picture.today)
    return [line for _due, _pk, line in sorted(lines, key=itemgetter(0, 1))]


def decision_lines(row: Standing, asked: Iterable[tuple[Any, ...]], today: date) -> list[tuple[date, int, DecisionLine]]:
    """The decisions of one update, each after what it is sorted by."""
    return [
        (due or date.max, pk, DecisionLine(row, text, decider, due, bool(due and due < today)))
        for due, pk, text, decider in asked
    ]


def read_milestones(picture: Picture, running: Sequence[Standing]) -> list[tuple[int, str, date, date]]:
    """Open milestones that are missed or come within MILESTONE_DAYS, the earliest first: (project, title, planned, due). One query
    at most."""
    rows = {row.pk for row in running}
    until = picture.today + timedelta(days=MILESTONE_DAYS)
    found = (
        open_milestones(until, milestones_at(list(rows), picture.at))
        if picture.at
        else MEMORY.get(("milestones", until), picture.clock, (Milestone,), lambda: open_milestones(until, milestones_at()))
    )
    return [line for line in found if line[0] in rows]


def open_milestones(until: date, milestones: QuerySet[Any]) -> list[tuple[int, str, date, date]]:
    """(project, title, planned, due) of those not done and due by `until`, the earliest first. One query."""
    found = milestones.filter(actual_on=None).annotate(due_on=Coalesce("forecast_on", "planned_on"))
    found = found.filter(due_on__lte=until).order_by("due_on", "milestone_id")
    return list(found.values_list("project_id", "title", "planned_on", "due_on"))
