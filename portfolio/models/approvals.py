"""Who decides a change request: the approver that its route names, or the next one where there is nobody; and their delegates.

Told twice, as who sees a project is: for one entry (`deciders_of`), and as a database condition (`changes_waiting_for`).
`tests/portfolio/test_change_deciders.py` holds both equal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value

from accounts.access import above
from accounts.models import OrganisationUnit, RoleGrant, User
from core.office import office_day
from core.prepared import Prepared, PreparedObjects
from portfolio.models.access import Membership
from portfolio.models.changes import ApprovalDelegation, Approver, ChangeVote
from portfolio.models.raid import Entry
from portfolio.models.structure import Portfolio
from portfolio.models.visibility import scopes_of

# The roles that vote as the board.
BOARD_ROLES = frozenset({"board_member", "pmo_head"})
ORDER = (Approver.MANAGER, Approver.SPONSOR, Approver.BOARD)


@dataclass(frozen=True)
class Skipped:
    """An approver that the route named and who could not decide. `why`: "nobody", "inactive" or "submitter"."""

    approver: str
    why: str
    person: Any = None


@dataclass(frozen=True)
class Deciders:
    """Who decides: a kind of approver and its people (none: nobody can), and whom the route passed over."""

    approver: str
    people: tuple[Any, ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def is_board(self) -> bool:
        """Whether it is decided by votes."""
        return self.approver == Approver.BOARD


def leader_of(entry: Entry, approver: str) -> Any:
    """The manager or sponsor of what the entry belongs to; a portfolio's owner is both its manager and, to have no second say,
    not its sponsor. No queries where the scope is read along."""
    scope = entry.scope
    if isinstance(scope, Portfolio):
        return scope.owner if approver == Approver.MANAGER else None
    return getattr(scope, approver)


def deciders_of(entry: Entry, start: str, submitter: Any) -> Deciders:
    """Who decides the entry, from the approver `start` on: nobody decides what they submitted, so it goes to the next one then,
    as it does where there is none. Three queries at most where the leaders are read along."""
    skipped: list[Skipped] = []
    for approver in ORDER[ORDER.index(Approver(start or Approver.BOARD)) : -1]:
        person = leader_of(entry, approver)
        why = _why_not(person, submitter)
        if not why:
            return Deciders(approver, (person,), tuple(skipped))
        skipped.append(Skipped(approver, why, person))
    board = [person for person in board_of(entry) if submitter is None or person.pk != submitter.pk]
    return Deciders(Approver.BOARD, tuple(board), tuple(skipped))


def _why_not(person: Any, submitter: Any) -> str:
    if person is None:
        return "nobody"
    if not person.is_active:
        return "inactive"
    return "submitter" if submitter is not None and person.pk == submitter.pk else ""


def _board(within: str, project: int, programme: int, over: list[int], units: list[int], on: date) -> "QuerySet[User]":
    members = Membership.objects.active(on).filter(role__in=BOARD_ROLES)
    grants = RoleGrant.objects.active(on).filter(role__in=BOARD_ROLES)
    held = Q(pk__in=members.filter(project=project).values("user"))
    if within == "open":
        held |= Q(pk__in=members.filter(portfolio__pk__among=over).values("user"))
        held |= Q(pk__in=members.filter(programme=programme).values("user"))
        held |= Q(pk__in=grants.filter(unit=None).values("user")) | Q(
            pk__in=grants.filter(unit__pk__among=units).values("user")
        )
    return User.objects.filter(held, is_active=True).order_by("name", "pk")


BOARD = PreparedObjects(_board, project=int, programme=int, over=list, units=list, on=date)
# Portfolios and units with what they lie in, in one statement.
TREES = Prepared(
    lambda: (
        Portfolio.objects.order_by()
        .values_list(Value("portfolio"), "pk", "parent_id")
        .union(OrganisationUnit.objects.order_by().values_list(Value("unit"), "pk", "parent_id"), all=True)
    )
)
NOWHERE = -1


def board_of(entry: Entry) -> list[User]:
    """The active people who hold a role of the board where the entry belongs, and see it, by name. Two queries; one where its project is
    confidential, one more for a confidential entry."""
    project = entry.project
    programme = entry.programme or (project.programme if project else None)
    over, units = frozenset[int](), frozenset[int]()
    hidden = project is not None and project.is_confidential
    if not hidden:
        parents: dict[str, dict[int, int | None]] = {"portfolio": {}, "unit": {}}
        for tree, pk, parent in TREES():
            parents[tree][pk] = parent
        owning = {entry.portfolio_id, programme.portfolio_id if programme else None, project.portfolio_id if project else None}
        over = above(parents["portfolio"], owning)
        units = above(parents["unit"], {project.unit_id}) if project else units
    people = BOARD(
        "confidential" if hidden else "open",
        project=project.pk if project else NOWHERE,
        programme=programme.pk if programme else NOWHERE,
        over=sorted(over),
        units=sorted(units),
        on=office_day(),
    )
    if not entry.is_confidential:
        return people
    named = set(named_on(entry))
    return [person for person in people if person.pk in named]


def named_on(entry: Entry) -> list[int]:
    """Who sees a confidential entry: owner, raiser, followers, who leads its scope. One query."""
    scope = entry.scope
    leads = [getattr(scope, f"{name}_id", None) for name in ("manager", "sponsor", "owner")]
    return [
        *(pk for pk in (entry.owner_id, entry.raised_by_id, *leads) if pk),
        *entry.watchers.values_list("user_id", flat=True),
    ]


def delegations_to(user: Any, on: date) -> "QuerySet[ApprovalDelegation]":
    """Delegations to a person that hold on a day, from people who can still sign in."""
    return ApprovalDelegation.objects.filter(delegate=user, starts_on__lte=on, ends_on__gte=on, user__is_active=True)


GIVERS = Prepared(
    lambda user, on: delegations_to(user, on).order_by("user").values_list("user", flat=True).distinct(), user=int, on=date
)


def voices_of(user: Any, found: Deciders, *, on: date, submitter: Any) -> list[Any]:
    """Those of the deciders for whom the person may speak: themself first, then who delegated to them. Nobody who submitted it
    speaks for anybody. One query."""
    if submitter is not None and user.pk == submitter.pk:
        return []
    people = {person.pk: person for person in found.people}
    keys = [user.pk, *(pk for (pk,) in GIVERS(user=user.pk, on=on))]
    return [people[key] for key in keys if key in people]


DELEGATES = PreparedObjects(
    lambda people, on: ApprovalDelegation.objects.filter(
        user__pk__among=people, starts_on__lte=on, ends_on__gte=on, delegate__is_active=True
    ).select_related("delegate"),
    people=list,
    on=date,
)


def delegates_of(people: Any, *, on: date) -> dict[int, list[Any]]:
    """Person -> who decides for them on this day. One query."""
    found: dict[int, list[Any]] = {}
    for row in DELEGATES(people=[person.pk for person in people], on=on):
        found.setdefault(row.user_id, []).append(row.delegate)
    return found


# --- The same as a condition ----------------------------------------------------------------------------------------

LEADERS = {
    Approver.MANAGER: ("project__manager", "programme__manager", "portfolio__owner"),
    Approver.SPONSOR: ("project__sponsor", "programme__sponsor"),
}


def _cannot_decide(approver: Approver) -> Q:
    """The entry has no such leader, or one who left or submitted it. An entry has one scope, so of its leaders at most one is there."""
    gone = User.objects.filter(is_active=False).order_by().values("pk")
    found = Q()
    for path in LEADERS[approver]:
        found &= Q(**{path: None}) | Q(**{path: F("change__submitted_by")}) | Q(**{f"{path}__in": gone})
    return found


def _left_to_the_board() -> Q:
    """The condition that the board decides an entry now: `deciders_of` in SQL."""
    manager, sponsor = Approver.MANAGER, Approver.SPONSOR
    nobody_below = Q(change__approver=sponsor) | Q(change__approver=manager) & _cannot_decide(manager)
    return ~Q(change__approver__in=[manager, sponsor]) | nobody_below & _cannot_decide(sponsor)


def _decides_as_leader(person: Any) -> Q:
    """The condition that an active person decides an entry as who leads it: it is enough that they lead it and did not submit it."""
    leads = {}
    for approver, paths in LEADERS.items():
        leads[approver] = Q(pk__in=[])
        for path in paths:
            leads[approver] |= Q(**{path: person})
    manager, sponsor = Approver.MANAGER, Approver.SPONSOR
    passed_on = Q(change__approver=sponsor) | Q(change__approver=manager) & _cannot_decide(manager)
    return leads[manager] & Q(change__approver=manager) | leads[sponsor] & passed_on


def board_condition(user: Any) -> Q:
    """The condition that the person holds a role of the board where an entry belongs: `board_of` from the other side."""
    scopes = scopes_of(user)

    def held(by_role: dict[str, frozenset[int]]) -> frozenset[int]:
        return frozenset().union(*(by_role.get(role, frozenset()) for role in BOARD_ROLES))

    named = Q(project__in=held(scopes.projects))
    if BOARD_ROLES & scopes.rights.everywhere:
        return Q(project=None) | Q(project__is_confidential=False) | named
    units, portfolios, programmes = held(scopes.rights.units), held(scopes.portfolios), held(scopes.programmes)
    inside = Q(project__unit__in=units) | Q(project__portfolio__in=portfolios)
    inside |= Q(project__programme__portfolio__in=portfolios) | Q(project__programme__in=programmes)
    higher = Q(programme__in=programmes) | Q(programme__portfolio__in=portfolios) | Q(portfolio__in=portfolios)
    return (Q(project__is_confidential=False) & inside) | higher | named


def changes_waiting_for(user: Any, *, on: date | None = None) -> "QuerySet[Entry]":
    """The change requests that wait for this person: to decide, or to vote on, for themself or for who delegated to them.

    One query when it is read; one to know the delegations; up to two for each person who delegated.
    """
    if not user.is_authenticated or not user.is_active:
        return Entry.objects.none()
    rows = delegations_to(user, on or office_day()).select_related("user")
    return waiting_changes(user, [row.user for row in rows])


def waiting_changes(user: Any, givers: Iterable[Any] = ()) -> "QuerySet[Entry]":
    """The same, when it is known who delegated to the person."""
    rows: QuerySet[Entry] = Entry.objects.filter(kind="change", status="submitted").in_sight_of(user, aside=False).told_to(user)
    mine, to_board = Q(pk__in=[]), _left_to_the_board()
    for person in {person.pk: person for person in [user, *givers]}.values():
        votes = ChangeVote.objects.filter(change=OuterRef("pk"), user=person)
        voice = board_condition(person) & Q(~Exists(votes)) & to_board | _decides_as_leader(person)
        if person.pk != user.pk:
            # A delegate speaks for somebody who sees the entry, and did not submit it.
            voice &= Q(pk__in=Entry.objects.visible_to(person).filter(kind="change").values("pk"))
            voice &= Q(change__submitted_by=None) | ~Q(change__submitted_by=person)
        mine |= voice
    not_own = Q(change__submitted_by=None) | ~Q(change__submitted_by=user)
    return rows.filter(not_own).filter(mine).select_related("change").order_by("due_on", "pk")
