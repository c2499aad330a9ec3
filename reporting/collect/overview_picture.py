"""What the portfolio overview is made from: the projects that the reader may see as they stood, the names behind their ids, and the
selection that narrows them.

What is read of all projects is kept in the process and only brought up to date (portfolio/models/kept.py); who sees what is asked
anew each time. Confidential projects that the reader may not see count in the totals of the whole portfolio without their name; a
selection leaves them out, because narrowing would tell what they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import BigIntegerField, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from accounts.access import below
from accounts.models import OrganisationUnit, User
from core.prepared import Prepared
from core.unchanged import Clock, Memory, read_clock
from portfolio.models import (
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
    StatusDuty,
    StatusSeries,
    StatusUpdate,
)
from portfolio.models.asof import Standing, objective_links_at
from portfolio.models.kept import CLOCKED, standings_kept
from portfolio.models.visibility import ProjectQuerySet, scopes_of, somebody
from reporting.formulas.attention import Limits

# What the names and the late updates rest on: each is kept until one of its tables changes.
NAMED = (Portfolio, Programme, OrganisationUnit, Objective, User, HealthThreshold)
OWED = (StatusUpdate, StatusDuty, ReportingCalendar, ReportingPeriod, StatusSeries)
# What was approved by change requests; an entry that becomes confidential is not told of any more.
CHANGED = (ChangeRequest, Entry)
# Everything that an overview rests on.
TABLES = tuple(dict.fromkeys((*CLOCKED, *NAMED, *OWED, Milestone, *CHANGED)))
MEMORY = Memory(2)


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

    @property
    def fits_nothing(self) -> bool:
        """Something was asked for that no project has."""
        return any(getattr(self, entry.name) in (NOT_THERE, str(NOT_THERE)) for entry in fields(self))


NOT_THERE = -1
"""The key of nothing: what a selection holds for a value that no project has."""


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
    return found if mine is None else tuple([row for row in found if row.pk in mine])


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
