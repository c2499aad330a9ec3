"""The only doors to a project and to what it lies in: reference and action in, object out, or 404 unseen / 403 seen but not allowed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import may
from accounts.models import User
from accounts.roles import ACTIONS, READ, ROLES, TALK, roles_with
from core.errors import ActionError
from core.office import office_day
from core.prepared import PreparedObjects
from portfolio.models import (
    Membership,
    Objective,
    Portfolio,
    Programme,
    Project,
    ReportingPeriod,
    Simulation,
    StatusDuty,
    StatusUpdate,
)
from portfolio.models.status import EVER_PUBLISHED
from portfolio.models.visibility import scopes_of, somebody

# Where a project stands and who leads it: what rights on it follow from.
PLACES = ("unit", "portfolio", "programme", "manager", "sponsor")


# Put together once for all who have the same rights: every page of a project begins with it.
ONE = PreparedObjects(
    lambda scopes, user, reference: (
        Project.objects.visible_to(somebody(user, scopes))
        .filter(reference=reference)
        .select_related("portfolio", "programme", "unit", "manager", "sponsor", "current_update__period", "current_assurance")
    ),
    user=int,
    reference=str,
)


def project_for(user: Any, reference: str, action: str, **select: Any) -> Project:
    """The project of this reference. 404 when the person may not see it, 403 when they may not do `action`."""
    found = ONE(scopes_of(user), user=user.pk, reference=reference) if user.is_active else []
    if not found:
        raise Http404
    project: Project = found[0]
    if action not in project_actions(user, project):
        raise PermissionDenied
    return project


def project_by_id(user: Any, pk: int, action: str) -> Project:
    """As `project_for`, by primary key (for rows that point to a project)."""
    reference = Project.objects.filter(pk=pk).values_list("reference", flat=True).first()
    if reference is None:
        raise Http404
    return project_for(user, reference, action)


def portfolio_for(user: Any, reference: str, action: str = "portfolio.view") -> Portfolio:
    """The portfolio of this reference, or 404 / 403. Actions other than viewing must be held everywhere or on it."""
    found: Portfolio = get_object_or_404(
        Portfolio.objects.visible_to(user).select_related("parent", "owner"), reference=reference
    )
    if action != "portfolio.view" and action not in structure_actions(user, found):
        raise PermissionDenied
    return found


def programme_for(user: Any, reference: str, action: str = "portfolio.view") -> Programme:
    """The programme of this reference, or 404 / 403. Actions other than viewing must be held everywhere, on it or on its
    portfolio."""
    rows = Programme.objects.visible_to(user).select_related("portfolio", "manager", "sponsor")
    found: Programme = get_object_or_404(rows, reference=reference)
    if action != "portfolio.view" and action not in structure_actions(user, found):
        raise PermissionDenied
    return found


def objective_for(user: Any, pk: int, action: str = "") -> Objective:
    """The objective of this number, or 404; 403 where `action` is not held everywhere. Everybody signed in may read them."""
    found: Objective = get_object_or_404(Objective.objects.select_related("parent"), pk=pk)
    if action and not may(user, action):
        raise PermissionDenied
    return found


def structure_actions(user: Any, it: Portfolio | Programme | Objective) -> frozenset[str]:
    """What the person may do on a portfolio, programme or objective: by roles held everywhere, on it, or on what it lies in."""
    scopes = scopes_of(user)
    portfolio = it.pk if isinstance(it, Portfolio) else getattr(it, "portfolio_id", None)
    roles = set(scopes.rights.everywhere)
    roles |= {role for role, ids in scopes.portfolios.items() if portfolio in ids}
    if isinstance(it, Programme):
        roles |= {role for role, ids in scopes.programmes.items() if it.pk in ids}
    return frozenset().union(*(ACTIONS[role] for role in roles))


def update_for(user: Any, reference: str, pk: int, action: str = "status.view") -> StatusUpdate:
    """The status update of this project. 404 / 403 as `project_for`; 404 too for one that is not published, unless the
    person may write or review it. `project` is read along with it."""
    project = project_for(user, reference, action)
    rows = StatusUpdate.objects.select_related("period__calendar", "series", "written_by", "submitted_by", "reviewed_by")
    found: StatusUpdate = get_object_or_404(rows, project=project, pk=pk)
    if found.state not in EVER_PUBLISHED and not ({"status.edit", "status.review"} & project_actions(user, project)):
        raise Http404
    found.project = project
    return found


def period_for(project: Project, pk: int) -> ReportingPeriod:
    """A period in which the project reports: of one of its calendars, or one it has an update for. Else 404."""
    found = PERIOD(project=project.pk, pk=pk) if pk < 1 << 63 else []
    if not found:
        raise Http404
    period: ReportingPeriod = found[0]
    return period


def _period(project: int, pk: int) -> "QuerySet[ReportingPeriod]":
    # Two probes, no joins: joined, every duty of the calendar would meet every update of the period.
    mine = Exists(StatusDuty.objects.filter(project=project, calendar=OuterRef("calendar"))) | Exists(
        StatusUpdate.objects.filter(project=project, period=OuterRef("pk"))
    )
    return ReportingPeriod.objects.select_related("calendar__series").filter(mine, pk=pk)


PERIOD = PreparedObjects(_period, project=int, pk=int)


@dataclass(frozen=True)
class Ground:
    """Why a person holds a role on a project: one sentence, and what the role lets them do."""

    role: str
    sentence: str
    actions: frozenset[str]
    named: bool


def grounds(user: Any, project: Project, *, told_to_others: bool = False) -> list[Ground]:
    """Every reason for which the person has rights on the project, confidential ones already filtered.

    The sentences address the person, or speak about them when `told_to_others`.
    """
    if not user.is_active:
        return []
    scopes = scopes_of(user)
    found: list[Ground] = []

    def add(role: str, yours: str, theirs: str, *, named: bool = False) -> None:
        sentence = (theirs if told_to_others else yours) % {"role": ROLES[role], "name": user}
        found.append(Ground(role, sentence, frozenset(ACTIONS[role]), named))

    if project.manager_id == user.pk:
        add("project_manager", _("You manage this project."), _("%(name)s manages this project."), named=True)
    if project.sponsor_id == user.pk:
        add("sponsor", _("You sponsor this project."), _("%(name)s sponsors this project."), named=True)
    for role, ids in scopes.projects.items():
        if project.pk in ids:
            yours = _("You are a member of this project as %(role)s.")
            add(role, yours, _("%(name)s is a member of this project as %(role)s."), named=True)
    for role in sorted(scopes.rights.everywhere):
        add(role, _("You are %(role)s everywhere."), _("%(name)s is %(role)s everywhere."))
    for role, ids in scopes.rights.units.items():
        if project.unit_id in ids:
            add(role, _("You are %(role)s for its organisation unit."), _("%(name)s is %(role)s for its organisation unit."))
    portfolios = {project.portfolio_id, project.programme.portfolio_id if project.programme else None} - {None}
    for role, ids in scopes.portfolios.items():
        if portfolios & ids:
            add(role, _("You are %(role)s for its portfolio."), _("%(name)s is %(role)s for its portfolio."))
    for role, ids in scopes.programmes.items():
        if project.programme_id in ids:
            add(role, _("You are %(role)s for its programme."), _("%(name)s is %(role)s for its programme."))
    return [ground for ground in found if ground.named or not project.is_confidential]


def project_actions(user: Any, project: Project) -> frozenset[str]:
    """Everything the person may do on the project."""
    return frozenset().union(*(ground.actions for ground in grounds(user, project)))


def may_create_project(user: Any) -> bool:
    """Whether the person may add projects (everywhere or for a unit)."""
    rights = scopes_of(user).rights
    return bool(roles_with("project.create") & rights.everywhere) or bool(rights.units_with("project.create"))


def units_to_create_in(user: Any) -> frozenset[int] | None:
    """The units in which the person may put projects; None means any."""
    rights = scopes_of(user).rights
    return None if rights.everywhere_may("project.create") else rights.units_with("project.create")


def check_move(user: Any, project: Project, changes: Mapping[str, Any]) -> None:
    """Raise ActionError where an edit puts the project into a unit that is not the editor's to choose, or gives the
    editor rights on it that they do not have: by its unit, portfolio, programme, manager or sponsor. Two queries."""
    row = Project.objects.select_related("programme").get(pk=project.pk)
    before, units = project_actions(user, row), units_to_create_in(user)
    unit = changes.get("unit")
    if unit is not None and units is not None and unit.pk not in {*units, row.unit_id}:
        raise ActionError(_("Choose a unit for which you may add projects."), field="unit")
    for name in [name for name in PLACES if name in changes]:
        setattr(row, name, changes[name])
        if project_actions(user, row) - before:
            raise ActionError(_("This would give you rights on the project that you do not have."), field=name)


# What holds on a project; the other actions of a role are an office's and hold only everywhere.
ON_A_PROJECT = (
    READ
    | TALK
    | {"project.edit", "project.archive", "project.confide", "member.manage", "milestone.edit"}
    | {"register.edit", "register.accept", "change.decide"}
    | {"status.edit", "status.submit", "status.review", "status.correct", "assurance.rate"}
)


def roles_to_give(user: Any, project: Project) -> list[str]:
    """The roles that the person may give others on the project: what they may do there themselves; any, if they grant roles."""
    held = ON_A_PROJECT if may(user, "grant.manage") else project_actions(user, project)
    return [role for role, actions in ACTIONS.items() if "project.view" in actions and actions & ON_A_PROJECT <= held]


def roles_in_words(people: Iterable[User], reader: User) -> dict[int, list[str]]:
    """Person -> their roles on portfolios, programmes and those projects that the reader may see. Two queries."""
    people = list(people)
    seen, held = Project.objects.visible_to(reader).active(), defaultdict[tuple[int, str], int](int)
    keys = {person.pk for person in people}
    led = seen.filter(Q(manager__in=people) | Q(sponsor__in=people)).order_by()
    for leads in led.values_list("manager", "sponsor"):
        for person, role in zip(leads, ("project_manager", "sponsor"), strict=True):
            if person in keys:
                held[person, role] += 1
    found: dict[int, list[str]] = defaultdict(list)
    members = Membership.objects.active(office_day()).filter(user__in=people)
    for member in members.filter(Q(project=None) | Q(project__in=seen)).select_related("portfolio", "programme"):
        place = member.portfolio or member.programme
        if place is None:
            held[member.user_id, member.role] += 1
        else:
            found[member.user_id].append(f"{member.get_role_display()} · {place}")
    for (person, role), count in held.items():
        projects = ngettext("%(count)d project", "%(count)d projects", count) % {"count": count}
        found[person].append(f"{ROLES[role]} · {projects}")
    return found


def holders_of(role: str) -> Any:
    """Those who hold a role on a portfolio, programme or open project today, as a subquery of their keys."""
    open_projects = Project.objects.active().filter(is_confidential=False)
    condition = Q(pk__in=Membership.objects.active(office_day()).filter(role=role).filter(
        Q(project=None) | Q(project__in=open_projects)).values("user"))  # fmt: skip
    for name, leads in (("manager", "project_manager"), ("sponsor", "sponsor")):
        if role == leads:
            condition |= Q(pk__in=open_projects.order_by().values(name))
    return User.objects.filter(condition).order_by().values("pk")


def simulation_for(user: Any, pk: int) -> Simulation:
    """A simulation that the person asked for themselves, or 404: its result names what they saw."""
    rows = Simulation.objects.select_related("portfolio", "programme", "project", "asked_by")
    found: Simulation = get_object_or_404(rows.filter(asked_by=user), pk=pk)
    return found


def scope_to_simulate(user: Any, text: str) -> Portfolio | Programme | Project | None:
    """The project, programme or portfolio of this reference that the person sees; None for an empty text: all they see.
    Raises ActionError (field "scope") for any other."""
    reference = (text or "").strip().split(" ")[0].upper()
    if not reference:
        return None
    for model in (Project, Programme, Portfolio):
        found = model.objects.visible_to(user).filter(reference=reference).first()
        if found is not None:
            return found  # type: ignore[no-any-return]
    words = _("There is no “%(text)s” that you may see: give the reference of a project, programme or portfolio.")
    raise ActionError(words % {"text": text}, field="scope")
