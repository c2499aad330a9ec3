"""The rights that the database condition, the reasons of one object and an independent oracle give are the same.

Random trees of units and portfolios, grants of every scope with and without dates, confidential projects.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import OrganisationUnit, RoleGrant, User
from accounts.roles import ACTIONS, ROLES
from core.office import office_day
from portfolio.access import project_actions
from portfolio.models import Membership, Portfolio, Programme, Project
from portfolio.models.visibility import readers_of
from tests import factories

N = 4
SCOPES = ("everywhere", "unit", "portfolio", "programme", "project")
ASKED = ("project.view", "project.edit", "status.review", "assurance.rate", "project.archive")


@dataclass
class Grant:
    """One role of the person: scope, which one, first and last day relative to today."""

    role: str
    scope: str
    which: int
    starts: int | None
    ends: int | None

    def holds(self) -> bool:
        return (self.starts is None or self.starts <= 0) and (self.ends is None or self.ends >= 0)


@dataclass
class Case:
    unit_parents: list[int | None]
    portfolio_parents: list[int | None]
    programme_portfolios: list[int | None]
    projects: list[dict[str, Any]]
    grants: list[Grant] = field(default_factory=list)


days = st.one_of(st.none(), st.integers(-2, 2))
place = st.one_of(st.none(), st.integers(0, N - 1))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    def tree() -> list[int | None]:
        return [draw(st.one_of(st.none(), st.integers(0, i - 1))) if i else None for i in range(N)]

    projects = [
        {
            "unit": draw(place),
            "portfolio": draw(place),
            "programme": draw(place),
            "confidential": draw(st.booleans()),
            "manager": draw(st.booleans()),
            "sponsor": draw(st.booleans()),
        }
        for _ in range(N)
    ]
    grants: dict[tuple[str, str, int], Grant] = {}
    for _ in range(draw(st.integers(0, 5))):
        starts, ends = draw(days), draw(days)
        if starts is not None and ends is not None and ends < starts:
            starts, ends = ends, starts
        scope = draw(st.sampled_from(SCOPES))
        which = 0 if scope == "everywhere" else draw(st.integers(0, N - 1))
        role = draw(st.sampled_from(sorted(ROLES)))
        grants[role, scope, which] = Grant(role, scope, which, starts, ends)
    return Case(tree(), tree(), [draw(place) for _ in range(N)], projects, list(grants.values()))


def at_or_below(parents: list[int | None], node: int | None, root: int) -> bool:
    """The oracle climbs; the product descends."""
    while node is not None:
        if node == root:
            return True
        node = parents[node]
    return False


def oracle(case: Case, index: int) -> set[str]:
    """What the person may do on a project, told in the words of ADR 1."""
    project = case.projects[index]
    named, other = set(), set()
    if project["manager"]:
        named |= ACTIONS["project_manager"]
    if project["sponsor"]:
        named |= ACTIONS["sponsor"]
    programme = project["programme"]
    through = case.programme_portfolios[programme] if programme is not None else None
    for grant in case.grants:
        if not grant.holds():
            continue
        if grant.scope == "project" and grant.which == index:
            named |= ACTIONS[grant.role]
        reached = {
            "everywhere": True,
            "unit": at_or_below(case.unit_parents, project["unit"], grant.which),
            "portfolio": at_or_below(case.portfolio_parents, project["portfolio"], grant.which)
            or at_or_below(case.portfolio_parents, through, grant.which),
            "programme": programme is not None and programme == grant.which,
            "project": False,
        }[grant.scope]
        if reached:
            other |= ACTIONS[grant.role]
    return named if project["confidential"] else named | other


def build(case: Case) -> tuple[User, list[Project]]:
    person, today = factories.user(), timezone.localdate()
    units: list[OrganisationUnit] = []
    portfolios: list[Portfolio] = []
    for i in range(N):
        unit_parent, portfolio_parent = case.unit_parents[i], case.portfolio_parents[i]
        units.append(factories.unit(parent=None if unit_parent is None else units[unit_parent]))
        portfolios.append(factories.portfolio(parent=None if portfolio_parent is None else portfolios[portfolio_parent]))

    def pick(rows: list[Any], which: int | None) -> Any:
        return None if which is None else rows[which]

    programmes: list[Programme] = [
        factories.programme(portfolio=pick(portfolios, which)) for which in case.programme_portfolios
    ]
    projects = [
        factories.project(
            unit=pick(units, made["unit"]),
            portfolio=pick(portfolios, made["portfolio"]),
            programme=pick(programmes, made["programme"]),
            is_confidential=made["confidential"],
            manager=person if made["manager"] else None,
            sponsor=person if made["sponsor"] else None,
        )
        for made in case.projects
    ]
    rows = {"portfolio": portfolios, "programme": programmes, "project": projects}

    def day(offset: int | None) -> date | None:
        return None if offset is None else today + timedelta(days=offset)

    for grant in case.grants:
        dates = {"starts_on": day(grant.starts), "ends_on": day(grant.ends)}
        if grant.scope in ("everywhere", "unit"):
            unit = units[grant.which] if grant.scope == "unit" else None
            RoleGrant.objects.create(user=person, role=grant.role, unit=unit, **dates)
        else:
            Membership.objects.create(user=person, role=grant.role, **{grant.scope: rows[grant.scope][grant.which]}, **dates)
    return person, projects


def fresh(person: User) -> User:
    """The person as the next request loads them: nothing remembered."""
    return User.objects.get(pk=person.pk)


@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(case=cases())
def test_rights_are_what_the_oracle_says_in_lists_and_on_objects(case: Case) -> None:
    with transaction.atomic():
        person, projects = build(case)
        reader = fresh(person)
        for index, project in enumerate(projects):
            assert set(project_actions(reader, project)) == oracle(case, index), (case, index)
            seen = readers_of(Project.objects.get(pk=project.pk)).filter(pk=person.pk).exists()
            assert seen == ("project.view" in oracle(case, index)), (case, index)
        for action in ASKED:
            listed = set(Project.objects.allowed(fresh(person), action).values_list("pk", flat=True))
            assert listed == {project.pk for index, project in enumerate(projects) if action in oracle(case, index)}, (
                case,
                action,
            )
        # Taking everything away acts with the next request.
        RoleGrant.objects.filter(user=person).delete()
        Membership.objects.filter(user=person).delete()
        Project.objects.update(manager=None, sponsor=None)
        assert not Project.objects.visible_to(fresh(person)).exists()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_disabled_person_may_nothing() -> None:
    person = factories.user("pmo_head")
    project = factories.project(manager=person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert not Project.objects.visible_to(fresh(person)).exists()
    assert not project_actions(fresh(person), Project.objects.get(pk=project.pk))


@pytest.mark.django_db
def test_roles_begin_and_end_by_the_day_of_the_organisation_not_of_a_profile(client: Any) -> None:
    """Somebody who moves their profile to Niue or Kiritimati neither keeps a role that ended nor has one before its day: at any
    moment it is another day at one of the two."""
    project, today = factories.project("Zanzibar"), office_day()
    for zone in ("Pacific/Niue", "Pacific/Kiritimati"):
        person = factories.user(time_zone=zone)
        RoleGrant.objects.create(user=person, role="pmo_head", ends_on=today - timedelta(days=1))
        RoleGrant.objects.create(user=person, role="administrator", starts_on=today + timedelta(days=1))
        Membership.objects.create(user=person, role="sponsor", project=project, ends_on=today - timedelta(days=1))
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get("/accounts/people/").status_code == 403
        assert client.get(f"/portfolio/projects/{project.reference}/").status_code == 404
        RoleGrant.objects.create(user=person, role="auditor", starts_on=today, ends_on=today)
        assert client.get("/accounts/people/").status_code == 200
        assert client.get(f"/portfolio/projects/{project.reference}/").status_code == 200
