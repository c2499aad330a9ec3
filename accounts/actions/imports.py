"""Plan and write an import of people (docs/adr/0005-import.md): a row is a person, known by their e-mail address.

A file adds people, changes what is known of them, gives roles, and lets people sign in or bars them. It takes no role away and removes
nobody; an empty cell changes nothing. What is written goes through the verbs of the pages, with their rules.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from accounts.actions.grants import give_role, lock_administrators
from accounts.actions.people import disable_person, edit_person, enable_person, invite_person, refusals_to_disable
from accounts.models import OrganisationUnit, RoleGrant, User, zones
from accounts.wording import GivenRole, RoleUnreadable, UnitNames, read_roles, role_told, roles_told
from core.actions.mail import check_address
from core.errors import ActionError
from core.formulas.readings import FAILED, note
from core.imports.records import ReadRow
from core.imports.registry import CHANGE, CREATE, LEAVE, Plan, PlannedRow, Refused, Work, note_columns_left_out
from core.imports.values import in_words, same

TEXTS = ("name", "job_title", "language")
"""Fields of the person that are taken as they are."""
REFERENCE_SHOWN = 40


@dataclass
class PersonWrite:
    """What one row writes. `is_active` None: as it is."""

    email: str
    row: User | None
    planned: PlannedRow
    values: dict[str, Any] = field(default_factory=dict)
    unit: int | None = None
    roles: list[GivenRole] = field(default_factory=list)
    is_active: bool | None = None


@dataclass
class Known:
    """What is in the database, as far as a plan needs it."""

    people: dict[str, User]
    units: UnitNames
    zones: dict[str, str]
    """Time zones by their name in small letters."""
    grants: dict[int, list[RoleGrant]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[str, str] = field(default_factory=dict)
    """E-mail address -> the row of the file that is about the person."""
    may_grant: bool = True


def plan_people(may_grant: bool, work: Work) -> Plan:
    """What will become of every row: create, change, leave, or refused with the reason."""
    plan, known = Plan([]), _known(work, may_grant)
    found: list[tuple[ReadRow, PersonWrite]] = []
    for row, planned in work.rows_into(plan):
        try:
            found.append((row, _match(row, planned, known)))
        except Refused as refused:
            planned.refuse(refused)
    leaving = [write.row.pk for row, write in found if write.row and write.row.is_active and row.value("is_active") is False]
    refusals = refusals_to_disable(leaving, by=work.user, at=work.at) if leaving else {}
    for row, write in found:
        if write.row and write.row.pk in refusals:
            row.refuse("is_active", "sentence", text=refusals[write.row.pk])
        try:
            _fill(row, write, known, work)
        except Refused as refused:
            write.planned.refuse(refused)
        write.planned.losses = [loss.as_json() for loss in row.losses]
    note_columns_left_out(plan, work)
    plan.payload = [write for _row, write in found if write.planned.verdict in (CREATE, CHANGE)]
    return plan


def apply_people(plan: Plan, work: Work) -> dict[str, int]:
    """Write the plan by the verbs of the pages: who comes and changes first, then who may sign in no more."""
    made = {"created": 0, "changed": 0, "invited": 0, "roles": 0}
    writes: list[PersonWrite] = plan.payload
    units = OrganisationUnit.objects.in_bulk()
    for number, write in enumerate(writes):
        if number % 50 == 0:
            work.progress(number, len(writes))
        values = write.values | ({"unit": units[write.unit]} if write.unit is not None else {})
        if write.row is None:
            active = write.is_active is not False
            person = invite_person(email=write.email, by=work.user, at=work.at, is_active=active, **values)
            made["created"] += 1
            made["invited"] += active
        else:
            person = write.row
            if values:
                edit_person(pk=person.pk, version=person.version, changes=values)
            if write.is_active:
                enable_person(pk=person.pk)
            made["changed"] += 1
        for given in write.roles:
            unit = units[given.unit] if given.unit is not None else None
            days = {"starts_on": given.starts_on, "ends_on": given.ends_on}
            give_role(user=person, role=given.role, unit=unit, by=work.user, **days)
            made["roles"] += 1
    for write in writes:
        if write.row is not None and write.is_active is False:
            disable_person(pk=write.row.pk, by=work.user, at=work.at)
    return made


# --- What exists ----------------------------------------------------------------------------------------------------


def _known(work: Work, may_grant: bool) -> Known:
    """Three queries, whatever the number of rows. Locked are those whom the file names: everybody else goes on signing in.
    A file that bars somebody locks in the order in which the page does: the administrators' grants first."""
    named = {_email(row) for row in work.table.rows}
    if work.lock and any(row.value("is_active") is False for row in work.table.rows):
        lock_administrators()
    people = User.objects.filter(email__in=named).order_by("pk")
    if work.lock:
        people = people.select_for_update(of=("self",), no_key=True)
    known = Known(
        {person.email: person for person in people},
        UnitNames.of_all(),
        {zone.casefold(): zone for zone, _label in zones()},
        may_grant=may_grant,
    )
    for grant in RoleGrant.objects.filter(user__email__in=named).order_by("role", "pk"):
        known.grants[grant.user_id].append(grant)
    return known


# --- One row --------------------------------------------------------------------------------------------------------


def _email(row: ReadRow) -> str:
    return str(row.value("reference") or "").strip().lower()


def _match(row: ReadRow, planned: PlannedRow, known: Known) -> PersonWrite:
    """The person that a row is about, or somebody new."""
    email = _email(row)
    if email:
        try:
            check_address(email)
        except ActionError:
            row.refuse("reference", "not_an_email")
            email = ""
    if not email:
        given = "reference" in row.values and row.values["reference"].state == FAILED
        raise Refused("case_cell_wrong" if given else "person_without_email")
    planned.reference = email if len(email) <= REFERENCE_SHOWN else f"{email[: REFERENCE_SHOWN - 1]}…"
    if email in known.seen:
        raise Refused("person_twice", line=known.seen[email])
    known.seen[email] = row.place
    found = known.people.get(email)
    planned.title = str(found or _name(row) or email)
    return PersonWrite(email, found, planned)


def _fill(row: ReadRow, write: PersonWrite, known: Known, work: Work) -> None:
    """What the row writes, with the differences for the preview."""
    found, planned = write.row, write.planned
    if found is None and not _name(row):
        raise Refused("person_without_name")
    for name in TEXTS:
        value = _name(row) if name == "name" else row.value(name)
        if value is not None and (found is None or not same(getattr(found, name), value)):
            _set(write, "title" if name == "name" else name, name, value)
    if (zone := _zone(row, known)) and (found is None or found.time_zone != zone):
        _set(write, "time_zone", "time_zone", zone)
    _unit(row, write, known)
    _roles(row, write, known, work)
    active = row.value("is_active")
    if active is not None and active != (found.is_active if found else True):
        write.is_active = active
        before = in_words(found.is_active) if found else ""
        planned.differences.append(("is_active", _yes_no(before), _yes_no(in_words(active))))
    if found is not None:
        planned.verdict = CHANGE if planned.differences else LEAVE
    else:
        planned.notes.append(note("person_invited" if write.is_active is not False else "person_comes_disabled"))


def _name(row: ReadRow) -> str | None:
    """The name, of one column or of two."""
    parts = [row.value("first_name"), row.value("last_name")]
    return row.value("title") or (" ".join(parts)[:150] if all(parts) else None)


def _yes_no(text: str) -> str:
    return {"True": "yes", "False": "no"}.get(text, text)


def _set(write: PersonWrite, key: str, name: str, value: Any) -> None:
    write.values[name] = value
    before = getattr(write.row, name) if write.row is not None else ""
    write.planned.differences.append((key, in_words(before), in_words(value)))


def _zone(row: ReadRow, known: Known) -> str:
    text = row.value("time_zone")
    if text is None:
        return ""
    zone = known.zones.get("_".join(text.split()).casefold(), "")
    if not zone:
        row.refuse("time_zone", "zone_unknown")
    return zone


def _unit(row: ReadRow, write: PersonWrite, known: Known) -> None:
    text = row.value("unit")
    if text is None:
        return
    meant, current = known.units.meant(text), write.row.unit_id if write.row is not None else None
    if current is not None and current in meant:
        return
    if len(meant) != 1:
        row.refuse("unit", "unit_ambiguous" if meant else "unit_unknown")
        return
    write.unit = meant[0]
    write.planned.differences.append(("unit", known.units.told(current), known.units.told(meant[0])))


def _roles(row: ReadRow, write: PersonWrite, known: Known, work: Work) -> None:
    """The roles that the person does not hold yet. A cell that cannot be given whole gives none."""
    text = row.value("roles")
    if text is None:
        return
    held = known.grants.get(write.row.pk, []) if write.row is not None else []
    try:
        new = _new_roles(read_roles(text, known.units), held)
    except RoleUnreadable as wrong:
        row.refuse("roles", wrong.code, text=wrong.text)
        return
    if not new:
        return
    if not known.may_grant:
        row.refuse("roles", "role_not_yours")
    elif work.user is not None and write.row is not None and write.row.pk == work.user.pk:
        row.refuse("roles", "role_own")
    else:
        write.roles = new
        added = [
            role_told(RoleGrant(role=one.role, unit_id=one.unit, starts_on=one.starts_on, ends_on=one.ends_on), known.units)
            for one in new
        ]
        before = roles_told(held, known.units)
        write.planned.differences.append(("roles", before, "; ".join(filter(None, [before, *added]))))


def _new_roles(given: list[GivenRole], held: list[RoleGrant]) -> list[GivenRole]:
    """Those that are not held. Raises RoleUnreadable for one that is held with other days, twice there, or held nowhere but
    everywhere."""
    places = {(grant.role, grant.unit_id): grant for grant in held}
    new: dict[tuple[str, int | None], GivenRole] = {}
    for one in given:
        grant = places.get((one.role, one.unit))
        if grant is not None:
            if (one.starts_on or one.ends_on) and (one.starts_on, one.ends_on) != (grant.starts_on, grant.ends_on):
                raise RoleUnreadable("role_days_differ", one.role)
            continue
        if one.role == "administrator" and one.unit is not None:
            raise RoleUnreadable("role_everywhere_only", one.role)
        if one.starts_on and one.ends_on and one.ends_on < one.starts_on:
            raise RoleUnreadable("role_days_order", one.role)
        new.setdefault((one.role, one.unit), one)
    return list(new.values())
