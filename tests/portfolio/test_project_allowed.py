"""The two tellings of one rule agree: which projects a list lets somebody act on, and why one project lets them."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.roles import ACTIONS, ROLES
from portfolio.access import project_actions
from portfolio.models import Project
from tests import factories

SCOPES = ["everywhere", "unit", "outer", "portfolio", "programme", "project", "manager", "sponsor"]
GRANTS = some.lists(some.tuples(some.sampled_from(sorted(ROLES)), some.sampled_from(SCOPES)), max_size=4)
CHECKED = [
    "project.view",
    "project.edit",
    "project.archive",
    "project.confide",
    "status.submit",
    "history.view",
    "member.manage",
]


def world():
    """Projects in and outside of every kind of scope, open and confidential."""
    outer_unit = factories.unit()
    unit = factories.unit(parent=outer_unit)
    outer = factories.portfolio()
    portfolio = factories.portfolio(parent=outer)
    programme = factories.programme(portfolio=portfolio)
    projects = [
        factories.project(unit=unit if where == "unit" else None, portfolio=portfolio if where == "portfolio" else None,
                          programme=programme if where == "programme" else None, is_confidential=hidden)
        for where in ("unit", "portfolio", "programme", "nowhere") for hidden in (False, True)
    ]  # fmt: skip
    return outer_unit, outer, portfolio, programme, projects


def grant(person, role, scope, place):
    unit, outer, portfolio, programme, projects = place
    if scope in ("everywhere", "unit"):
        person.role_grants.get_or_create(role=role, unit=unit if scope == "unit" else None)
    elif scope in ("manager", "sponsor"):
        for project in projects[::3]:
            setattr(project, scope, person)
            project.save()
    else:
        where = {"outer": {"portfolio": outer}, "portfolio": {"portfolio": portfolio}, "programme": {"programme": programme}}
        person.memberships.get_or_create(role=role, **where.get(scope, {"project": projects[1]}))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(grants=GRANTS)
def test_list_and_object_agree(db, grants):
    place = world()
    person = factories.user()
    for role, scope in grants:
        grant(person, role, scope, place)
    person = type(person).objects.get(pk=person.pk)  # without rights read before
    projects = list(Project.objects.filter(pk__in=[p.pk for p in place[-1]]).select_related("programme"))
    for action in CHECKED:
        assert action in set().union(*ACTIONS.values())
        listed = set(Project.objects.allowed(person, action).values_list("pk", flat=True))
        told = {project.pk for project in projects if action in project_actions(person, project)}
        assert listed & {project.pk for project in projects} == told, (action, grants)
