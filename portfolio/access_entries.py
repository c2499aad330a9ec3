"""The doors to the entries of the registers and to what hangs on them: reference and action in, object out, or 404 unseen / 403 not
allowed; who may act on an entry, for a side of it, and where entries may go."""

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.access import changes_nothing, may
from accounts.models import User
from accounts.roles import READ, TALK, roles_with
from core.errors import ActionError
from core.office import office_day
from core.prepared import Prepared, PreparedObjects
from portfolio.access import project_actions, structure_actions
from portfolio.actions.escalations import targets_of
from portfolio.models import (
    ApprovalDelegation,
    Category,
    DateOffer,
    Dependency,
    Entry,
    EntryWatcher,
    Escalation,
    Portfolio,
    Programme,
    Project,
    SharedImpact,
)
from portfolio.models.approvals import deciders_of, voices_of
from portfolio.models.visibility import scopes_of, somebody
from portfolio.registers import KINDS, RESPONSE_FIELDS

# What whoever leads a programme or portfolio may do with the entries in it.
LEADS_MAY = frozenset(READ | TALK | {"register.edit", "register.accept"})
# What whoever owns an entry may do with it.
OWNER_MAY = frozenset({"register.edit"}) | TALK
# What holds for those who see an entry only from a project that shares the risk, or from the giving side.
FROM_ASIDE = frozenset(READ | TALK)


# What an entry's page and its rights read of it: what it belongs to and who leads that, and its kind's own row.
ENTRY_READS = ("project__programme", "programme", "portfolio", "owner", "raised_by", "category")
KIND_READS = {
    "decision": ("decision__decided_by",),
    "dependency": ("dependency__giver__programme",),
    "change": ("change__route", "change__submitted_by", "change__decided_by", "project__manager", "project__sponsor"),
}  # fmt: skip
# Of rows that are joined, what pages and rights read; a step that needs more of one reads it then.
COLUMNS: dict[type, tuple[str, ...]] = {
    User: ("name", "email", "is_active"),
    Category: ("name", "parent"),
    Portfolio: ("reference", "name", "parent", "owner", "archived_at"),
    Programme: ("reference", "name", "portfolio", "manager", "sponsor", "archived_at"),
    Project: (
        "reference", "title", "portfolio", "programme", "unit", "manager", "sponsor", "is_confidential", "archived_at", "currency",
        "budget", "phase", "tier",
    ),
}  # fmt: skip


def _unread(joined: tuple[str, ...]) -> list[str]:
    """The columns of these relations that are not read."""
    found = []
    for path in joined:
        model: Any = Entry
        steps = path.split("__")
        for place, step in enumerate(steps, 1):
            model = model._meta.get_field(step).related_model
            if model in COLUMNS:
                names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
                found += ["__".join([*steps[:place], name]) for name in names if name not in COLUMNS[model]]
    return found


def _entries(scopes: Any, kind: str, user: int, reference: str) -> Any:
    followers = EntryWatcher.objects.filter(entry=OuterRef("pk")).order_by("pk")
    person = JSONObject(pk="user_id", name="user__name", email="user__email")
    joined = (*ENTRY_READS, *KIND_READS.get(kind, ()))
    return (
        Entry.objects.visible_to(somebody(user, scopes))
        .filter(reference=reference, **({"kind": kind} if kind else {}))
        .select_related(*joined, *([kind] if kind else KINDS))
        .defer("search", "further", *_unread(joined))
        .annotate(
            follower_rows=ArraySubquery(followers.values(row=person)),
            was_escalated=Exists(Escalation.objects.filter(entry=OuterRef("pk"))),
            is_shared=Exists(SharedImpact.objects.filter(entry=OuterRef("pk"))),
        )
    )


# Put together once for all who have the same rights: every page of an entry begins with it.
ONE_ENTRY = PreparedObjects(_entries, user=int, reference=str)


def entry_for(user: Any, reference: str, action: str = "project.view", *, kind: str = "") -> Entry:
    """The register entry of this reference, with its scope, its kind's own row, its followers (`followers_of`), and whether it
    `was_escalated` or `is_shared` with projects. 404 when the person may not see it, 403 when they may not do `action`. `kind`: of
    this register only."""
    return entry_and_actions(user, reference, action, kind=kind)[0]


def entry_and_actions(
    user: Any, reference: str, action: str = "project.view", *, kind: str = ""
) -> tuple[Entry, frozenset[str]]:
    """As `entry_for`, with everything that the person may do with it."""
    rows = ONE_ENTRY(scopes_of(user), kind, user=user.pk, reference=reference) if user.is_active else []
    if not rows:
        raise Http404
    found: Entry = rows[0]
    if kind == "dependency" and found.project and found.dependency.receiver_id == found.project_id:
        found.dependency.receiver = found.project
    actions = entry_actions(user, found)
    if action not in actions:
        raise PermissionDenied
    return found, actions


def followers_of(entry: Entry) -> list[User]:
    """Who follows an entry that `entry_for` found, with their names. No query."""
    return [User(**row) for row in entry.follower_rows]  # type: ignore[attr-defined]  # an annotation


def entry_by_id(user: Any, pk: int, action: str) -> Entry:
    """As `entry_for`, by primary key (for rows that point to an entry)."""
    reference = Entry.objects.filter(pk=pk).values_list("reference", flat=True).first()
    return entry_for(user, reference or "", action)


def scope_actions(user: Any, scope: Portfolio | Programme | Project) -> frozenset[str]:
    """Everything the person may do with the registers of a project, programme or portfolio that they may see."""
    if isinstance(scope, Project):
        return project_actions(user, scope)
    found = structure_actions(user, scope)
    leads = {getattr(scope, f"{name}_id", None) for name in ("owner", "manager", "sponsor")} - {None}
    return found | LEADS_MAY if user.pk in leads else found


def entry_actions(user: Any, entry: Entry) -> frozenset[str]:
    """Everything the person may do with an entry that they may see: by its scope, or because they own it. No queries where
    `entry_for` read it; a submitted change asks who decides it (`decides`)."""
    found = scope_actions(user, entry.scope)
    if entry.kind == "dependency" and entry.dependency.giver_id != entry.project_id:
        held = project_actions(user, entry.dependency.giver)
        found |= held & (FROM_ASIDE | {"register.edit"}) if "project.view" in held else frozenset()
    if "project.view" not in found:
        found |= {"project.view", "history.view"}
        if not changes_nothing(user):
            found |= TALK
    if entry.owner_id == user.pk and not changes_nothing(user):
        found |= OWNER_MAY
    if entry.kind == "change":
        leads = {getattr(entry.scope, f"{name}_id", None) for name in ("owner", "manager", "sponsor")}
        if entry.status != "submitted":
            found |= {"change.decide"} if user.pk in leads else set()
        else:
            found = found - {"change.decide"} | ({"change.decide"} if decides(user, entry) else set())
    return found


def may_delegate(user: Any) -> bool:
    """Whether the person can come to decide changes, and so has something to delegate: by a role anywhere, or because they lead a
    project, programme or portfolio. Three queries at most."""
    scopes, roles = scopes_of(user), roles_with("change.decide") | roles_with("register.manage")
    held = {*scopes.rights.everywhere, *scopes.rights.units, *scopes.portfolios, *scopes.programmes, *scopes.projects}
    if held & roles:
        return True
    leads = Q(manager=user) | Q(sponsor=user)
    return (
        Project.objects.active().filter(leads).exists()
        or Programme.objects.active().filter(leads).exists()
        or Portfolio.objects.active().filter(owner=user).exists()
    )


def decides(user: Any, entry: Entry) -> bool:
    """Whether a submitted change waits for this person: its route names them or who delegated to them, and they did not submit
    it. Six queries at most."""
    if changes_nothing(user):  # delegated to before they became an auditor
        return False
    deciders = deciders_of(entry, entry.change.approver, entry.change.submitted_by)
    entry.deciders_then = deciders  # type: ignore[attr-defined]  # for the page, which tells them, too
    return bool(voices_of(user, deciders, on=office_day(), submitter=entry.change.submitted_by))


def sides_of(user: Any, dependency: Dependency) -> frozenset[str]:
    """For which sides of a dependency the person may act: "giver", "receiver" where they edit the registers of that project. Who
    owns the entry and acts for neither acts for the receiver that they see. No queries where `entry_for` read it."""
    held = {"giver": project_actions(user, dependency.giver), "receiver": project_actions(user, dependency.receiver)}
    found = frozenset(side for side, actions in held.items() if "register.edit" in actions)
    if not found and dependency.entry.owner_id == user.pk and not changes_nothing(user):
        # One whom the giver's side named, and who sees no more than that side, does not answer it for the other.
        return frozenset({"receiver"}) if "project.view" in held["receiver"] else found
    return found


def ends_seen(user: Any, dependency: Dependency) -> set[int]:
    """Which of both projects the person may see. No queries where `entry_for` read it."""
    return {end.pk for end in (dependency.giver, dependency.receiver) if "project.view" in project_actions(user, end)}


def sees_scope(user: Any, entry: Entry) -> bool:
    """Whether the person sees what an entry belongs to, or the entry only from aside. One query for those who see a programme
    or portfolio only because of what lies in it."""
    scope = entry.scope
    if isinstance(scope, Project):
        return "project.view" in project_actions(user, scope)
    if "portfolio.view" in scope_actions(user, scope):
        return True
    return bool(type(scope).objects.visible_to(user).filter(pk=scope.pk).exists())


def home_of_next(user: Any, entry: Entry) -> dict[str, Any]:
    """Where what the person makes of an entry belongs, if elsewhere than the entry: who acts for the giver of a dependency only
    writes in the giver's register. Two queries for a dependency."""
    if entry.kind != "dependency" or sides_of(user, entry.dependency) != {"giver"}:
        return {}
    return {"project": entry.dependency.giver}


def side_of_offer(user: Any, entry: Entry, pk: int) -> tuple[DateOffer, frozenset[str]]:
    """An offer of another day of this dependency, with the sides for which the person may act; 404 for one of another."""
    offer: DateOffer = get_object_or_404(DateOffer.objects.select_related("offered_by"), dependency=entry.pk, pk=pk)
    return offer, sides_of(user, entry.dependency)


def targets_for(user: Any, entry: Entry) -> list[Any]:
    """Where the person may offer an entry to: what stands above it, if they see what it belongs to. Who sees it from aside, such as
    the owner of a shared risk, is not told what stands above. A query a level, and one."""
    return targets_of(entry) if sees_scope(user, entry) else []


def open_offer(entry: Entry) -> Escalation:
    """The open offer of an entry that the person may see, with its place; 404 without one."""
    rows = Escalation.objects.select_related("entry", "programme", "portfolio__owner", "project", "offered_by")
    return get_object_or_404(rows, entry=entry, answer=Escalation.Answer.OFFERED)


def answers_for(user: Any, offer: Escalation) -> bool:
    """Whether the person answers for the place that an entry is offered to."""
    place = offer.programme or offer.portfolio
    return place is not None and "register.accept" in scope_actions(user, place)


def shared_impact_for(user: Any, risk: Entry, pk: int) -> SharedImpact:
    """A shared impact on a project that the person sees, of a risk that they may change; else 404 or 403."""
    seen = SharedImpact.objects.filter(entry=risk, project__in=Project.objects.visible_to(user))
    impact = get_object_or_404(seen.select_related("project", "entry"), pk=pk)
    if "register.edit" not in entry_actions(user, risk):
        raise PermissionDenied
    return impact


def delegations_of(user: Any) -> Any:
    """The delegations that the person gave or got; all of them for the office."""
    rows = ApprovalDelegation.objects.select_related("user", "delegate").order_by("-ends_on", "pk")
    return rows if may(user, "register.manage") else rows.filter(Q(user=user) | Q(delegate=user))


def delegation_to_end(user: Any, pk: int) -> ApprovalDelegation:
    """A delegation that the person gave; any for the office. Else 404."""
    rows = delegations_of(user)
    rows = rows if may(user, "register.manage") else rows.filter(user=user)
    found: ApprovalDelegation = get_object_or_404(rows, pk=pk)
    return found


def scopes_for_entries(user: Any) -> tuple[Any, Any, Any]:
    """The projects, programmes and portfolios in whose registers the person may write, as querysets. Two queries at most."""
    projects = Project.objects.allowed(user, "register.edit").running()
    programmes, portfolios = Programme.objects.visible_to(user).active(), Portfolio.objects.visible_to(user).active()
    scopes = scopes_of(user)
    if not scopes.rights.everywhere_may("register.edit"):
        inside = Q(portfolio__in=scopes.ids("portfolios", "register.edit")) | Q(
            pk__in=scopes.ids("programmes", "register.edit")
        )
        programmes = programmes.filter(inside | Q(manager=user) | Q(sponsor=user))
        portfolios = portfolios.filter(Q(pk__in=scopes.ids("portfolios", "register.edit")) | Q(owner=user))
    return projects, programmes, portfolios


def scope_for_entries(user: Any, text: str, *, current: Entry | None = None) -> Portfolio | Programme | Project:
    """The project, programme or portfolio of this reference in whose registers the person may write. `current` is the entry
    being edited: it may stay where it is. Raises ActionError (field "scope") for one that they may not see or write in."""
    reference = (text or "").strip().split(" ")[0].upper()
    if current is not None and current.scope.reference == reference:
        return current.scope
    found: Any = None
    for model in (Project, Programme, Portfolio):
        found = found or model.objects.visible_to(user).filter(reference=reference).first()
    if found is None:
        words = _("There is no “%(text)s” that you may see: give the reference of a project, programme or portfolio.")
        raise ActionError(words % {"text": text}, field="scope")
    if "register.edit" not in scope_actions(user, found):
        raise ActionError(_("You may not write in the registers of %(scope)s.") % {"scope": found}, field="scope")
    if current is not None and "register.edit" not in scope_actions(user, current.scope):
        raise ActionError(_("Only who writes in the registers of where it is may move it elsewhere."), field="scope")
    return found  # type: ignore[no-any-return]


def check_response(user: Any, values: Mapping[str, Any], *, current: Entry | None = None) -> None:
    """Raise ActionError (field "about") where an action would become a response to a risk that the person may not edit: its
    effect is in the risk's exposure. `current` is the action being edited; what it answers already it goes on answering."""
    held = current.action if current is not None else None
    about = values.get("about", held.about if held else None)
    if about is None or not any(values.get(name, getattr(held, name, None)) for name in RESPONSE_FIELDS):
        return
    if held is not None and held.about_id == about.pk and any(getattr(held, name) for name in RESPONSE_FIELDS):
        return
    if "register.edit" not in entry_actions(user, about):
        raise ActionError(_("You may not add a response to %(entry)s.") % {"entry": about.reference}, field="about")


# One project, programme or portfolio, as `scopes_for_entries` gives them, in whose registers a person may write.
WRITABLE = Prepared(
    lambda scopes, which, user: scopes_for_entries(somebody(user, scopes))[which].order_by().values_list("pk")[:1], user=int
)


def may_add_entries(user: Any) -> bool:
    """Whether the person may add entries to any register. Up to three queries."""
    if scopes_of(user).rights.everywhere_may("register.edit"):
        return True
    return user.is_active and any(WRITABLE(scopes_of(user), which, user=user.pk) for which in range(3))
