"""What is in the database, as far as the plan of an import of register entries needs it.

A number of queries that does not grow with the rows, but for two or three for each person that the file names as an owner. Nothing
that the person who imports may not see is read: it is not matched, named or counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.access import rights_of
from accounts.models import User
from core.imports.records import ReadRow
from core.imports.registry import Work
from portfolio.actions.raid import ENDED, SCOPES
from portfolio.actions.risks import current_scale, hold_scale
from portfolio.formulas.scales import Scale
from portfolio.formulas.titles import title_key
from portfolio.models import Category, Entry, ExternalIdentifier, Portfolio, Programme, Project, SharedImpact

Scope = Project | Programme | Portfolio
ScopeKey = tuple[str, int]


@dataclass(frozen=True)
class Places:
    """Where the person who imports may write, and the projects that they may see."""

    projects: "QuerySet[Project]"
    programmes: "QuerySet[Programme]"
    portfolios: "QuerySet[Portfolio]"
    seen: "QuerySet[Project]"


def key_of(scope: Scope) -> ScopeKey:
    """A scope as a key: ("project", 12)."""
    return str(scope._meta.model_name), scope.pk


def has_ended(scope: Scope) -> bool:
    """Whether its registers take no changes any more."""
    return scope.archived_at is not None or (isinstance(scope, Project) and scope.phase in ENDED)


def name_of(scope: Scope) -> str:
    """What it is called."""
    return scope.title if isinstance(scope, Project) else scope.name


@dataclass
class Known:
    """What a plan needs."""

    kind: str
    user: Any
    scale: Scale
    today: date
    identifier_key: str
    scopes: dict[str, Scope] = field(default_factory=dict)
    """By reference; those in which the person may write."""
    named: dict[str, list[Scope]] = field(default_factory=dict)
    """By title or name in small letters, and by an identifier of a project in its source."""
    givers: dict[str, list[Project]] = field(default_factory=dict)
    """Projects that the person may see, by reference, title and identifier in small letters. Dependencies only."""
    entries: dict[int, Entry] = field(default_factory=dict)
    by_reference: dict[str, int] = field(default_factory=dict)
    by_identifier: dict[tuple[ScopeKey, str], int] = field(default_factory=dict)
    by_title: dict[tuple[ScopeKey, str], list[int]] = field(default_factory=dict)
    about: dict[str, Entry] = field(default_factory=dict)
    responses: dict[int, list[Entry]] = field(default_factory=dict)
    """Actions about the known risks."""
    shared: set[int] = field(default_factory=set)
    """The known risks that projects share."""
    abouts: dict[int, Entry] = field(default_factory=dict)
    """What the known actions are about, of what the person sees."""
    categories: dict[str, int] = field(default_factory=dict)
    category_names: dict[int, str] = field(default_factory=dict)
    people: dict[str, User | None] = field(default_factory=dict)
    """By e-mail address and by name, in small letters; None where two have the same name."""
    names: dict[int, str] = field(default_factory=dict)
    persons: dict[int, User] = field(default_factory=dict)
    used: dict[str, set[int]] = field(default_factory=dict)
    """Scopes that the file names, by what they are."""
    _sight: dict[tuple[int, str], set[int]] = field(default_factory=dict)

    def find_scope(self, text: str) -> list[Scope]:
        """The scopes that a text can mean: a reference (with or without the name behind it), an identifier, a title."""
        first = text.split(" ", maxsplit=1)[0].upper().rstrip(":,")
        if first in self.scopes:
            return [self.scopes[first]]
        return self.named.get(text.casefold().strip(), [])

    def find_giver(self, text: str) -> list[Project]:
        """The projects that a text can mean, of those that the person may see."""
        return self.givers.get(text.split(" ", maxsplit=1)[0].casefold()) or self.givers.get(text.casefold().strip(), [])

    def may_change(self, entry: Entry) -> bool:
        """Whether the person may change an entry that they see."""
        return self.writes_in(entry.scope) or (entry.owner_id == self.user.pk and not has_ended(entry.scope))

    def writes_in(self, scope: Scope) -> bool:
        """Whether the person may write in the registers of a scope."""
        return self.user is None or scope.reference in self.scopes

    def sees(self, person: User, scope: Scope) -> bool:
        """Whether somebody sees what is in a scope. A query for each person and what kind of scope it is."""
        what, pk = key_of(scope)
        known = self._sight.get((person.pk, what))
        if known is None:
            wanted = self.used.setdefault(what, set()) | {pk}
            rows = type(scope)._default_manager.visible_to(person)  # type: ignore[attr-defined]
            known = self._sight[person.pk, what] = set(rows.filter(pk__in=wanted).values_list("pk", flat=True))
        return pk in known

    def only_reads(self, person: User) -> bool:
        """Whether somebody is an auditor and nothing else."""
        return rights_of(person).everywhere == frozenset({"auditor"})


def known_for(kind: str, work: Work, places: Places) -> Known:
    """Read what the rows of a file need."""
    if kind == "risk" and work.lock:
        hold_scale()
    known = Known(kind, work.user, current_scale(), timezone.localdate(work.at), f"{work.options.system} ID".strip())
    _read_scopes(known, places)
    _read_people(known)
    for pk, name in Category.objects.order_by("-pk").values_list("pk", "name"):
        known.categories[name.casefold()] = pk
        known.category_names[pk] = name
    used = {scope for text in _texts(work.table.rows, "scope") | {work.options.scope} for scope in known.find_scope(text)}
    for scope in used:
        what, pk = key_of(scope)
        known.used.setdefault(what, set()).add(pk)
    _read_entries(known, work)
    if kind == "dependency":
        rows = list(places.seen.defer("search"))
        _by_names(known.givers, rows)
        _by_identifiers(known.givers, {row.pk: row for row in rows})
    if references := {text.split(" ")[0].upper() for text in _texts(work.table.rows, "about")}:
        seen = Entry.objects.all() if work.user is None else Entry.objects.visible_to(work.user)
        known.about = {row.reference: row for row in seen.filter(reference__in=references).with_scope()}
    return known


def _texts(rows: Iterable[ReadRow], key: str) -> set[str]:
    return {str(text) for row in rows if (text := row.value(key))}


def _read_scopes(known: Known, places: Places) -> None:
    """Four queries: projects, programmes, portfolios, identifiers."""
    projects = list(places.projects.defer("search"))
    rows: list[Scope] = [*projects, *places.programmes, *places.portfolios]
    known.scopes = {row.reference: row for row in rows}
    for row in rows:
        known.named.setdefault(name_of(row).casefold(), []).append(row)
    _by_identifiers(known.named, {row.pk: row for row in projects})


def _by_names(found: dict[str, list[Project]], rows: Iterable[Project]) -> None:
    for row in rows:
        for text in (row.reference, row.title):
            found.setdefault(text.casefold(), []).append(row)


def _by_identifiers(found: dict[str, list[Any]], rows: Mapping[int, Project]) -> None:
    for pk, value in ExternalIdentifier.objects.values_list("project_id", "value"):
        if pk in rows and rows[pk] not in found.setdefault(value.casefold(), []):
            found[value.casefold()].append(rows[pk])


def _read_people(known: Known) -> None:
    for person in User.objects.filter(is_active=True).order_by("pk"):
        known.people[person.email.casefold()] = person
        if person.name:
            known.people[person.name.casefold()] = None if person.name.casefold() in known.people else person
        known.names[person.pk] = str(person)
        known.persons[person.pk] = person


def _read_entries(known: Known, work: Work) -> None:
    """The entries of the register in the scopes that the file names, those shared with them, and those that it names itself."""
    inside = Q(reference__in=_texts(work.table.rows, "reference"))
    for name in SCOPES:
        inside |= Q(**{f"{name}__in": known.used.get(name, set())})
    projects = known.used.get("project", set())
    shared: dict[int, list[int]] = {}
    if known.kind == "risk":
        for entry, project in SharedImpact.objects.filter(project__in=projects).values_list("entry_id", "project_id"):
            shared.setdefault(entry, []).append(project)
        inside |= Q(pk__in=list(shared))
    rows = Entry.objects.all() if work.user is None else Entry.objects.visible_to(work.user)
    rows = rows.of_kind(known.kind).filter(inside).select_related("project", "programme", "portfolio").order_by("pk")
    if work.lock:
        rows = rows.select_for_update(of=("self",))
    for row in rows.defer("search"):
        known.entries[row.pk] = row
        known.by_reference[row.reference] = row.pk
        known.by_title.setdefault((key_of(row.scope), title_key(row.title)), []).append(row.pk)
        if identifier := row.custom.get(known.identifier_key):
            for place in [key_of(row.scope), *(("project", pk) for pk in shared.get(row.pk, []))]:
                known.by_identifier.setdefault((place, str(identifier)), row.pk)
    seen = Entry.objects.all() if work.user is None else Entry.objects.visible_to(work.user)
    if known.kind == "risk":
        known.shared = set(SharedImpact.objects.filter(entry__in=list(known.entries)).values_list("entry_id", flat=True))
        about = seen.filter(action__about__in=list(known.entries)).with_scope().select_related("action").defer("search")
        for row in about.order_by("pk"):
            known.responses.setdefault(row.action.about_id or 0, []).append(row)
    elif known.kind == "action":
        held = {row.action.about_id: row for row in known.entries.values() if row.action.about_id}
        known.abouts = {row.pk: row for row in seen.filter(pk__in=list(held)).with_scope().defer("search")}
