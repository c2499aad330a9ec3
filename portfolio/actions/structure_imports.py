"""Plan and write an import of programmes, portfolios or objectives (docs/adr/0005-import.md): a row is one of them.

It is known by its reference, else by its name. What it lies in is there already, or is another row of the file, in whatever order. A file
adds and changes, it removes nothing; an empty cell changes nothing. What is written goes through the verbs of the pages.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from core.formulas.readings import FAILED
from core.imports.records import ReadRow
from core.imports.registry import CHANGE, CREATE, LEAVE, Plan, PlannedRow, Refused, Work, note_columns_left_out
from core.imports.values import in_words, name_key, same
from portfolio.actions.structure import EDITABLE, create_structure, edit_structure
from portfolio.models import Objective, Portfolio, Programme

PEOPLE = ("owner", "manager", "sponsor")


@dataclass(frozen=True)
class Rights:
    """What the person may do: add some, and change this one."""

    may_add: bool
    may_change: Callable[[Any], bool]


@dataclass
class StructureWrite:
    """What one row writes. `above`: what it comes to lie in where that is another row of the file."""

    row: Any
    planned: PlannedRow
    values: dict[str, Any] = field(default_factory=dict)
    above: "StructureWrite | None" = None

    @property
    def node(self) -> Any:
        """What it is called while the plan moves things about: its key, of a new one its row."""
        return self.row.pk if self.row is not None else f"row {self.planned.place}"


@dataclass
class Known:
    """What is in the database, as far as a plan needs it."""

    model: Any
    above: str
    """The field that says what one lies in."""
    rows: dict[int, Any]
    """Those that the person may see."""
    places: dict[int, Any]
    """What one may lie in, of what the person may see."""
    inside: dict[Any, Any]
    """What lies in what, of those that can lie in each other: of all there are, and of the rows of the file so far."""
    people: dict[int, User]
    new: dict[str, StructureWrite] = field(default_factory=dict)
    """The rows of the file that make something new, by name."""
    seen: dict[Any, str] = field(default_factory=dict)
    """What is there, or the name of a new one -> the row of the file that is about it."""
    names: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    place_names: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    persons: dict[str, list[User]] = field(default_factory=lambda: defaultdict(list))
    """Those who can sign in, by e-mail address and by name."""

    def __post_init__(self) -> None:
        for row in self.rows.values():
            self.names[name_key(row.name)].append(row)
        for row in self.places.values():
            if _is_in_use(row):
                self.place_names[name_key(row.name)].append(row)
        for person in self.people.values():
            if person.is_active:
                for key in {name_key(person.name), name_key(person.email)}:
                    self.persons[key].append(person)


def plan_structure(model: Any, rights: Rights, work: Work) -> Plan:
    """What will become of every row: create, change, leave, or refused with the reason."""
    plan, known = Plan([]), _known(model, work)
    found: list[tuple[ReadRow, StructureWrite]] = []
    for row, planned in work.rows_into(plan):
        try:
            found.append((row, _match(row, planned, known, rights)))
        except Refused as refused:
            planned.refuse(refused)
    # What is new first: it lies in nothing yet, and what is there may come to lie in it.
    for row, write in sorted(found, key=lambda each: each[1].row is not None):
        try:
            _fill(row, write, known, rights)
        except Refused as refused:
            write.planned.refuse(refused)
        write.planned.losses = [loss.as_json() for loss in row.losses]
    note_columns_left_out(plan, work)
    plan.payload = [write for _row, write in found if write.planned.verdict in (CREATE, CHANGE)]
    return plan


def apply_structure(model: Any, plan: Plan, work: Work) -> dict[str, int]:
    """Write the plan by the verbs of the pages: what is new, each after what it lies in, then what changes."""
    writes: list[StructureWrite] = plan.payload
    made: dict[str, Any] = {}
    new = [write for write in writes if write.row is None]
    for write in new:
        chain: list[StructureWrite] = []
        one: StructureWrite | None = write
        while one is not None and one.node not in made:
            chain.append(one)
            one = one.above
        for one in reversed(chain):
            made[one.node] = create_structure(model, values=_values(one, made))
    changed = [write for write in writes if write.row is not None]
    for number, write in enumerate(changed):
        work.progress(number, len(changed))
        edit_structure(write.row, changes=_values(write, made), version=write.row.version)
    return {"created": len(new), "changed": len(changed)}


def _values(write: StructureWrite, made: dict[str, Any]) -> dict[str, Any]:
    """With what the row comes to lie in, where the file made that. Only what lies in its own kind has such a row above it."""
    return write.values | ({"parent": made[write.above.node]} if write.above is not None else {})


# --- What exists ----------------------------------------------------------------------------------------------------


def _known(model: Any, work: Work) -> Known:
    """Four queries, whatever the number of rows."""
    rows = seen_by(model, work.user).order_by("pk")
    if work.lock:
        rows = rows.select_for_update(of=("self",))
    known = {row.pk: row for row in rows}
    if model is Programme:
        places, inside = {row.pk: row for row in seen_by(Portfolio, work.user).order_by("pk")}, {}
    else:
        places, inside = known, dict(model.objects.values_list("pk", "parent_id"))
    people = {person.pk: person for person in User.objects.only("name", "email", "is_active").order_by("pk")}
    return Known(model, "portfolio" if model is Programme else "parent", known, places, inside, people)


def seen_by(model: Any, user: Any) -> Any:
    """Those that the person may see; `user` None: the command line, all. Everybody may see objectives."""
    return model.objects.all() if user is None or model is Objective else model.objects.visible_to(user)


def _is_in_use(row: Any) -> bool:
    return row.is_active if isinstance(row, Objective) else row.archived_at is None


# --- One row --------------------------------------------------------------------------------------------------------


def _match(row: ReadRow, planned: PlannedRow, known: Known, rights: Rights) -> StructureWrite:
    """What a row is about: what is there, or something new."""
    if "reference" in row.values and row.values["reference"].state == FAILED:
        raise Refused("case_cell_wrong")
    reference, name = row.value("reference"), str(row.value("title") or "").strip()
    found = None
    if reference:
        found = next((one for one in known.rows.values() if one.reference == reference), None)
        if found is None:
            raise Refused("structure_unknown", reference=reference)
    elif not name:
        raise Refused("row_without_name")
    else:
        found = _called(name, known.names[name_key(name)])
    if found is None and not rights.may_add:
        raise Refused("structure_not_added")
    key = found.pk if found is not None else name_key(name)
    if key in known.seen:
        raise Refused("structure_twice", line=known.seen[key])
    known.seen[key] = row.place
    write = StructureWrite(found, planned)
    if found is None:
        known.new[name_key(name)] = write
    else:
        planned.title, planned.reference, planned.verdict = found.name, getattr(found, "reference", ""), LEAVE
    return write


def _called(name: str, rows: list[Any]) -> Any:
    """The one of these that is called so, None where none is: spelled just so, or in use, goes before."""
    for narrower in ([row for row in rows if row.name == name], rows):
        used = [row for row in narrower if _is_in_use(row)]
        for some in (used, narrower):
            if len(some) == 1:
                return some[0]
    if rows:
        raise Refused("structure_ambiguous", text=name)
    return None


def _fill(row: ReadRow, write: StructureWrite, known: Known, rights: Rights) -> None:
    """What the row writes, with the differences for the preview."""
    found, planned = write.row, write.planned
    for name in EDITABLE[known.model]:
        key = "title" if name == "name" else name
        value = row.value(key)
        if value is None:
            continue
        before = getattr(found, name) if found is not None and name not in (known.above, *PEOPLE) else None
        if name == known.above:
            _place(row, write, known)
        elif name in PEOPLE:
            _person(row, name, write, known)
        elif found is None or not same(before, value):
            write.values[name] = value
            planned.differences.append((key, in_words(before), in_words(value)))
    if found is None or not planned.differences:
        return
    if not rights.may_change(found):
        if found.pk in known.inside:
            known.inside[found.pk] = found.parent_id  # it stays where it is
        raise Refused("structure_forbidden", name=found.name)
    planned.verdict = CHANGE


def _person(row: ReadRow, name: str, write: StructureWrite, known: Known) -> None:
    text = name_key(row.value(name))
    current = known.people.get(getattr(write.row, f"{name}_id")) if write.row is not None else None
    if current is not None and text in (name_key(current.name), name_key(current.email)):
        return
    found = known.persons.get(text, [])
    if len(found) != 1:
        row.refuse(name, "person_unknown", text=row.value(name))
        return
    write.values[name] = found[0]
    write.planned.differences.append((name, str(current or ""), str(found[0])))


def _place(row: ReadRow, write: StructureWrite, known: Known) -> None:
    """What one comes to lie in: as it is, something else that is there, or another row of the file. Never itself."""
    text, name = str(row.value(known.above)), known.above
    held = getattr(write.row, f"{name}_id") if write.row is not None else None
    current = known.places.get(held) if held is not None else None
    if current is not None and _means(text, current):
        return
    found: list[Any] = [one for one in known.places.values() if _is_in_use(one) and _by_reference(text, one)]
    found = found or known.place_names.get(name_key(text), [])
    if not found and name == "parent" and (made := known.new.get(name_key(text))):
        found = [made]
    if len(found) != 1:
        row.refuse(name, "place_ambiguous" if found else "place_unknown", text=text)
        return
    target = found[0]
    is_new = isinstance(target, StructureWrite)
    if name == "parent":
        node = target.node if is_new else target.pk
        if write.node in _chain(known.inside, node):
            row.refuse(name, "inside_itself", text=text)
            return
        known.inside[write.node] = node
    if is_new:
        write.above = target
    else:
        write.values[name] = target
    before = "" if held is None else current.name if current is not None else "…"
    write.planned.differences.append((name, before, target.planned.title if is_new else target.name))


def _chain(inside: dict[Any, Any], node: Any) -> Iterable[Any]:
    """A node and all that it lies in."""
    chain: list[Any] = []
    while node is not None and node not in chain:
        chain.append(node)
        node = inside.get(node)
    return chain


def _means(text: str, row: Any) -> bool:
    return name_key(text) == name_key(row.name) or _by_reference(text, row)


def _by_reference(text: str, row: Any) -> bool:
    """Whether a text begins with its reference, or is it. An objective has none."""
    reference = getattr(row, "reference", "")
    return bool(reference) and text.split(" ", maxsplit=1)[0].upper().rstrip(":,") == reference
