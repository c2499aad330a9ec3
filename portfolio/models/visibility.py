"""Who sees which rows: the queryset words `allowed(user, action)` and `visible_to(user)`.

The same rules, told for one object, are in `portfolio/access.py`; a test holds both equal.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Q, QuerySet

from accounts.access import Rights, above, below, rights_from
from accounts.models import HELD, OrganisationUnit, RoleGrant, User
from accounts.roles import roles_with
from core.office import office_day
from core.plans import Statement


@dataclass(frozen=True)
class Scopes:
    """Where a person's roles hold: role -> ids, with nested portfolios spelled out."""

    rights: Rights
    portfolios: dict[str, frozenset[int]] = field(default_factory=dict)
    programmes: dict[str, frozenset[int]] = field(default_factory=dict)
    projects: dict[str, frozenset[int]] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.rights, *(frozenset(held.items()) for held in (self.portfolios, self.programmes, self.projects))))

    def ids(self, scope: str, action: str) -> frozenset[int]:
        """The ids of one kind of scope in which a role holds the action."""
        by_role: dict[str, frozenset[int]] = getattr(self, scope)
        return frozenset().union(*(by_role.get(role, frozenset()) for role in roles_with(action)))

    def show_something(self) -> bool:
        """Whether a role lets the person see projects, programmes or portfolios somewhere. No queries."""
        return any(
            self.rights.everywhere_may(action)
            or self.rights.units_with(action)
            or any(self.ids(scope, action) for scope in ("portfolios", "programmes", "projects"))
            for action in ("project.view", "portfolio.view")
        )


def scopes_of(user: Any) -> Scopes:
    """The person's scopes and rights today, read once per request (one query; one more where units or portfolios are granted)."""
    if not user.is_authenticated or not user.is_active:
        return Scopes(Rights())
    if not hasattr(user, "_scopes"):
        user._scopes = _read(user)
    return user._scopes  # type: ignore[no-any-return]


LEADS = """SELECT EXISTS (SELECT FROM portfolio_project WHERE manager_id = %(user)s)
    OR EXISTS (SELECT FROM portfolio_project WHERE sponsor_id = %(user)s)
    OR EXISTS (SELECT FROM portfolio_programme WHERE manager_id = %(user)s OR sponsor_id = %(user)s)
    OR EXISTS (SELECT FROM portfolio_portfolio WHERE owner_id = %(user)s)"""
_led_on: dict[int, date] = {}
LED_AT_MOST = 10_000


def may_see_something(user: Any) -> bool:
    """Whether there may be a project, programme or portfolio for the person; False: there is none, and no entry of a register.

    No query for whom a role answers; for others one, and none for the rest of the day once something names them: what was
    taken from them since shows as empty lists.
    """
    if not user.is_authenticated or not user.is_active:
        return False
    if scopes_of(user).show_something():
        return True
    today = office_day()
    if _led_on.get(user.pk) != today:
        with connection.cursor() as cursor:
            cursor.execute(LEADS, {"user": user.pk})
            if not cursor.fetchone()[0]:
                return False
        if len(_led_on) >= LED_AT_MOST:
            _led_on.clear()
        _led_on[user.pk] = today
    return True


def somebody(pk: int, scopes: Scopes) -> User:
    """A person of this number with these scopes, for queries that are put together once for all who have them (core/prepared.py)."""
    user = User(pk=pk)
    user._scopes, user._rights = scopes, scopes.rights  # type: ignore[attr-defined]
    return user


# Grants everywhere and on units, then memberships. The first column tells which: the id that it names is of that kind.
SCOPES = Statement(
    f"""
SELECT CASE WHEN unit_id IS NULL THEN 'everywhere' ELSE 'unit' END, role, unit_id FROM accounts_rolegrant WHERE {HELD}
UNION ALL
SELECT CASE WHEN project_id IS NOT NULL THEN 'project' WHEN programme_id IS NOT NULL THEN 'programme' ELSE 'portfolio' END,
    role, coalesce(project_id, programme_id, portfolio_id) FROM portfolio_membership WHERE {HELD}
""",  # noqa: S608 - our own words
    table="accounts_rolegrant",
    user="bigint",
    on="date",
)


def _read(user: Any) -> Scopes:
    grants: list[tuple[str, int | None]] = []
    held: dict[str, dict[str, set[int]]] = {"portfolio": {}, "programme": {}, "project": {}}
    with connection.cursor() as cursor:
        SCOPES.ask(cursor, user=user.pk, on=office_day())
        for kind, role, pk in cursor.fetchall():
            if kind in held:
                held[kind].setdefault(role, set()).add(pk)
            else:
                grants.append((role, pk))
    user._rights = rights_from(grants)
    portfolios = {}
    if held["portfolio"]:
        parents = dict(apps.get_model("portfolio", "Portfolio").objects.values_list("pk", "parent_id"))
        portfolios = {role: below(parents, ids) for role, ids in held["portfolio"].items()}
    return Scopes(
        user._rights,
        portfolios,
        {role: frozenset(ids) for role, ids in held["programme"].items()},
        {role: frozenset(ids) for role, ids in held["project"].items()},
    )


def project_condition(user: Any, action: str, prefix: str = "") -> Q:
    """The condition under which a project lets the person do `action`; `prefix` leads to the project ("project__")."""
    if not user.is_authenticated or not user.is_active:
        return Q(pk__in=[])
    scopes, roles = scopes_of(user), roles_with(action)

    def on(**lookups: Any) -> Q:
        return Q(**{prefix + name: value for name, value in lookups.items()})

    named = on(pk__in=scopes.ids("projects", action))
    if "project_manager" in roles:
        named |= on(manager=user)
    if "sponsor" in roles:
        named |= on(sponsor=user)
    if scopes.rights.everywhere_may(action):
        return on(is_confidential=False) | named
    scoped = Q(pk__in=[])
    for lookup, ids in (
        ("unit__in", scopes.rights.units_with(action)),
        ("portfolio__in", scopes.ids("portfolios", action)),
        ("programme__portfolio__in", scopes.ids("portfolios", action)),
        ("programme__in", scopes.ids("programmes", action)),
    ):
        if ids:
            scoped |= on(**{lookup: ids})
    return (on(is_confidential=False) & scoped) | named


def readers_of(project: Any) -> "QuerySet[Any]":
    """The active people who may see the project today: the same rule, asked from the other side. Three queries at most."""
    today, roles = office_day(), roles_with("project.view")
    memberships = apps.get_model("portfolio", "Membership").objects.active(today).filter(role__in=roles)
    named = Q(pk__in=memberships.filter(project=project).values("user"))
    named |= Q(pk__in=[pk for pk in (project.manager_id, project.sponsor_id) if pk])
    people = User.objects.filter(is_active=True)
    if project.is_confidential:
        return people.filter(named)
    grants = RoleGrant.objects.active(today).filter(role__in=roles)
    units = above(dict(OrganisationUnit.objects.values_list("pk", "parent_id")), {project.unit_id})
    through = project.programme.portfolio_id if project.programme else None
    parents = dict(apps.get_model("portfolio", "Portfolio").objects.values_list("pk", "parent_id"))
    portfolios = above(parents, {project.portfolio_id, through})
    return people.filter(
        named
        | Q(pk__in=grants.filter(Q(unit=None) | Q(unit__in=units)).values("user"))
        | Q(pk__in=memberships.filter(portfolio__in=portfolios).values("user"))
        | Q(pk__in=memberships.filter(programme__isnull=False, programme=project.programme_id).values("user"))
    )


class ProjectQuerySet(QuerySet[Any]):
    """Words for projects."""

    def allowed(self, user: Any, action: str) -> "ProjectQuerySet":
        """Those on which the person may do `action`."""
        return self.filter(project_condition(user, action))

    def visible_to(self, user: Any) -> "ProjectQuerySet":
        """Those the person may see."""
        return self.allowed(user, "project.view")

    def hidden_in_totals(self, user: Any) -> "ProjectQuerySet":
        """Confidential projects that the person would see if they were open: counted in totals, without a name."""
        open_condition = project_condition(user, "project.view")
        if not scopes_of(user).rights.everywhere_may("project.view"):
            return self.none()
        return self.filter(is_confidential=True).exclude(open_condition)

    def active(self) -> "ProjectQuerySet":
        """Not archived."""
        return self.filter(archived_at=None)

    def running(self) -> "ProjectQuerySet":
        """Not archived, closed or cancelled."""
        return self.active().exclude(phase__in=["closed", "cancelled"])


class ProgrammeQuerySet(QuerySet[Any]):
    """Words for programmes."""

    def visible_to(self, user: Any) -> "ProgrammeQuerySet":
        """Those the person may see: by role, as its manager or sponsor, or because they see a project in it."""
        if not user.is_authenticated:
            return self.none()
        scopes = scopes_of(user)
        if scopes.rights.everywhere_may("portfolio.view"):
            return self
        projects = apps.get_model("portfolio", "Project").objects.visible_to(user)
        return self.filter(
            Q(manager=user)
            | Q(sponsor=user)
            | Q(pk__in=scopes.ids("programmes", "portfolio.view"))
            | Q(portfolio__in=scopes.ids("portfolios", "portfolio.view"))
            | Q(pk__in=projects.filter(programme__isnull=False).values("programme"))
        )

    def active(self) -> "ProgrammeQuerySet":
        """Not archived."""
        return self.filter(archived_at=None)


class PortfolioQuerySet(QuerySet[Any]):
    """Words for portfolios."""

    def visible_to(self, user: Any) -> "PortfolioQuerySet":
        """Those the person may see: by role, as its owner, or because they see a project in it."""
        if not user.is_authenticated:
            return self.none()
        scopes = scopes_of(user)
        if scopes.rights.everywhere_may("portfolio.view"):
            return self
        projects = apps.get_model("portfolio", "Project").objects.visible_to(user)
        return self.filter(
            Q(owner=user)
            | Q(pk__in=scopes.ids("portfolios", "portfolio.view"))
            | Q(pk__in=projects.filter(portfolio__isnull=False).values("portfolio"))
        )

    def active(self) -> "PortfolioQuerySet":
        """Not archived."""
        return self.filter(archived_at=None)


def nested_in(portfolio: Any) -> frozenset[int]:
    """The ids of a portfolio and all portfolios inside it. One query."""
    parents = dict(type(portfolio).objects.values_list("pk", "parent_id"))
    return below(parents, {portfolio.pk})
