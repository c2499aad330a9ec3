"""What a person may do by the roles granted to them everywhere and on organisation units.

Scopes inside the portfolio (portfolio, programme, project) are added in `portfolio/access.py`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import HELD, OrganisationUnit, User
from accounts.roles import roles_with
from core.errors import ActionError
from core.office import office_day
from core.plans import Statement


@dataclass(frozen=True)
class Rights:
    """A person's granted roles today. `units` maps a role to the ids of units (with all below) it holds on."""

    everywhere: frozenset[str] = frozenset()
    units: dict[str, frozenset[int]] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.everywhere, frozenset(self.units.items())))

    def everywhere_may(self, action: str) -> bool:
        """Whether a role granted everywhere holds the action."""
        return bool(self.everywhere & roles_with(action))

    def units_with(self, action: str) -> frozenset[int]:
        """The units in which a granted role holds the action."""
        return frozenset().union(*(self.units.get(role, frozenset()) for role in roles_with(action)))


def below(parents: Mapping[int, int | None], roots: set[int]) -> frozenset[int]:
    """`roots` and everything under them, in a tree given as id -> parent id."""
    children: dict[int | None, list[int]] = {}
    for node, parent in parents.items():
        children.setdefault(parent, []).append(node)
    found: set[int] = set()
    queue = list(roots)
    while queue:
        node = queue.pop()
        if node not in found:
            found.add(node)
            queue.extend(children.get(node, []))
    return frozenset(found)


def above(parents: Mapping[int, int | None], nodes: set[int | None]) -> frozenset[int]:
    """`nodes` and everything over them, in a tree given as id -> parent id."""
    found: set[int] = set()
    for node in nodes:
        while node is not None and node not in found:
            found.add(node)
            node = parents.get(node)
    return frozenset(found)


def rights_of(user: Any) -> Rights:
    """The person's rights, read once per request (one query; a second where units are granted)."""
    if not user.is_authenticated or not user.is_active:
        return Rights()
    if not hasattr(user, "_rights"):
        user._rights = _read(user)
    return user._rights  # type: ignore[no-any-return]


GRANTS = Statement(
    f"SELECT role, unit_id FROM accounts_rolegrant WHERE {HELD}",  # noqa: S608 - our own words
    table="accounts_rolegrant",
    user="bigint",
    on="date",
)


def _read(user: User) -> Rights:
    with connection.cursor() as cursor:
        GRANTS.ask(cursor, user=user.pk, on=office_day())
        return rights_from(cursor.fetchall())


def rights_from(grants: Iterable[tuple[str, int | None]]) -> Rights:
    """The rights that follow from grants in force: pairs of role and unit, None for everywhere. One query where there is a unit."""
    everywhere: set[str] = set()
    roots: dict[str, set[int]] = {}
    for role, unit in grants:
        if unit is None:
            everywhere.add(role)
        else:
            roots.setdefault(role, set()).add(unit)
    if not roots:
        return Rights(frozenset(everywhere))
    parents = dict(OrganisationUnit.objects.values_list("pk", "parent_id"))
    return Rights(frozenset(everywhere), {role: below(parents, units) for role, units in roots.items()})


def may(user: Any, action: str) -> bool:
    """Whether the person may do this everywhere."""
    return rights_of(user).everywhere_may(action)


def may_anywhere(user: Any, action: str) -> bool:
    """Whether the person may do this everywhere or on some unit."""
    rights = rights_of(user)
    return rights.everywhere_may(action) or bool(rights.units_with(action))


@dataclass(frozen=True)
class RolesElsewhere:
    """What a room above says of roles that are held on its objects."""

    told: Callable[[Iterable[User], User], dict[int, list[str]]]
    """(people, reader) -> person's key -> words, such as "Project manager · 3 projects"."""
    holders: Callable[[str], Any]
    """role -> the keys of those who hold it, as a subquery."""


_elsewhere: list[RolesElsewhere] = []


def answer_roles_with(source: RolesElsewhere) -> None:
    """Called once per room at start-up."""
    _elsewhere.append(source)


def roles_elsewhere(people: Iterable[User], reader: User) -> dict[int, list[str]]:
    """Roles that these people hold on objects of other rooms, in words, as far as the reader may know of them."""
    people, found = list(people), dict[int, list[str]]()
    for source in _elsewhere:
        for pk, words in source.told(people, reader).items():
            found.setdefault(pk, []).extend(words)
    return found


def holders_elsewhere(role: str) -> list[Any]:
    """Who holds a role on objects of other rooms: subqueries of their keys."""
    return [source.holders(role) for source in _elsewhere]


def changes_nothing(user: Any) -> bool:
    """Whether the person is an auditor and nothing else: one who reads all and changes nothing."""
    rights = rights_of(user)
    return rights.everywhere | rights.units.keys() == {"auditor"}


def refuse_auditor(person: Any, *, field: str) -> None:
    """Raise ActionError at this field where somebody is named to do a thing who changes nothing."""
    if changes_nothing(person):
        raise ActionError(
            _("%(person)s is an auditor and changes nothing: choose somebody else.") % {"person": person}, field=field
        )


def require_to_open(request: Any, *, read: str, change: str) -> bool:
    """Whether the person may change what a form shows. False: they may only read it. 403 for those who may do neither, and for what
    a reader sends."""
    if may(request.user, change):
        return True
    if request.method not in ("GET", "HEAD"):
        raise PermissionDenied
    require(request.user, read)
    return False


def require(user: Any, action: str) -> None:
    """Raise PermissionDenied (403) unless the person may do this everywhere."""
    if not may(user, action):
        raise PermissionDenied
