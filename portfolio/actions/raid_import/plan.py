"""Plan an import of register entries (docs/adr/0005-import.md): one planner for all registers. It writes nothing.

A file adds entries, changes what they say and closes them; it opens none again and decides nothing: that is done by people, with
their reasons. A row that contradicts itself (low above high, 120 %) or that may not be written is refused as a whole; a cell that
could not be understood is left out, said, and kept under "… (as given)".
"""

from dataclasses import dataclass, field
from typing import Any

from core.formulas.readings import note
from core.imports.records import ReadRow
from core.imports.registry import ASK, CHANGE, LEAVE, REFUSE, Plan, PlannedRow, Work
from core.imports.values import further_values
from portfolio.actions.raid_import.differences import compare
from portfolio.actions.raid_import.known import Known, Places, Scope, has_ended, key_of, known_for
from portfolio.actions.raid_import.rights import Refused, keep_terms, refuse_carrying
from portfolio.actions.raid_import.risks import Levels, response_of
from portfolio.actions.raid_import.state import settle_confidence, settle_state
from portfolio.actions.raid_import.values import common_values, own_values
from portfolio.actions.raid_import.write import EntryWrite
from portfolio.formulas.titles import title_key
from portfolio.models import Entry
from portfolio.registers import KINDS


@dataclass
class Seen:
    """What earlier rows of the file said."""

    entries: dict[int, str] = field(default_factory=dict)
    identifiers: dict[tuple[Any, str], str] = field(default_factory=dict)
    titles: dict[tuple[Any, str], str] = field(default_factory=dict)


def plan_entries(kind: str, work: Work, places: Places) -> Plan:
    """What will become of every row: create, change, leave, a question, or refused with the reason."""
    known = known_for(kind, work, places)
    levels = Levels(work, known.scale)
    plan, seen = Plan([]), Seen()
    writes: list[EntryWrite] = []
    for row, planned in work.rows_into(plan):
        try:
            writes += _plan_row(row, planned, known, levels, work, seen)
        except Refused as refused:
            planned.verdict, planned.differences = REFUSE, []
            planned.notes.append(refused.note)
    work.table.assumptions.extend(levels.assumed())
    made: dict[str, str] = {}
    for write in writes:
        if write.category:
            made.setdefault(write.category.casefold(), write.category)
    plan.made = {"category": sorted(made.values())} if made else {}
    plan.payload = (writes, known, made)
    return plan


def _plan_row(row: ReadRow, planned: PlannedRow, known: Known, levels: Levels, work: Work, seen: Seen) -> list[EntryWrite]:
    scope = _scope_of(row, known, work)
    found = _match(row, scope, known, work, planned, seen)
    if planned.verdict == ASK:
        return []
    if found is not None:
        planned.reference = found.reference
        if not known.may_change(found):
            raise Refused("entry_forbidden", reference=found.reference)
        scope = scope if scope is not None and row.value("reference") else found.scope
    if scope is None:
        raise Refused("scope_missing")
    for place in {scope, found.scope if found is not None else scope}:
        if has_ended(place):
            raise Refused("scope_closed", scope=place)
    write = EntryWrite(found)
    values = common_values(row, scope, found, known, work, write)
    if found is not None and key_of(scope) != key_of(found.scope):
        refuse_carrying(found, scope, values, known)
    own = own_values(row, scope, found, known, levels, write)
    if known.kind == "dependency" and found is not None:
        keep_terms(row, found, values, own)
    settle_state(row, found, known, values, own, planned, write)
    settle_confidence(row, scope, found, values, known, write)
    compare(scope, found, values, own, _custom(row, known), planned, known, write)
    if known.kind == "change" and found is not None and found.status != KINDS["change"].first and write.changes:
        planned.notes.append(note("change_decided", state=found.state.label))
        planned.differences, write = [], EntryWrite(found)
    if known.kind == "risk":
        response_of(row, found, known, planned, write)
    if found is not None:
        planned.verdict = CHANGE if planned.differences else LEAVE
    return [write]


def _custom(row: ReadRow, known: Known) -> dict[str, Any]:
    found = further_values(row)
    if identifier := row.value("external_id"):
        found[known.identifier_key] = identifier
    return found


# --- Where it belongs, and which entry it is ------------------------------------------------------------------------


def _scope_of(row: ReadRow, known: Known, work: Work) -> Scope | None:
    """What the row belongs to: as its column says, else as the option for the whole file. None for neither."""
    text = row.value("scope") or work.options.scope
    if not text:
        return None
    found = known.find_scope(str(text))
    if not found:
        raise Refused("scope_unknown", text=text)
    if len(found) > 1:
        raise Refused("scope_ambiguous", text=text)
    return found[0]


def _match(row: ReadRow, scope: Scope | None, known: Known, work: Work, planned: PlannedRow, seen: Seen) -> Entry | None:
    """The entry that a row is about; the verdict ASK where that cannot be said."""
    reference, identifier, title = row.value("reference"), row.value("external_id"), row.value("title")
    if not (reference or identifier or title):
        raise Refused("row_without_name")
    place = key_of(scope) if scope is not None else None
    if identifier:
        if (place, identifier) in seen.identifiers:
            raise Refused("identifier_twice", identifier=identifier, line=seen.identifiers[place, identifier])
        seen.identifiers[place, identifier] = row.place
    pk = known.by_reference.get(reference or "")
    if reference and pk is None:
        raise Refused("entry_unknown", reference=reference)
    if pk is None and place is None:
        raise Refused("scope_missing")
    if pk is None and identifier and place:
        pk = known.by_identifier.get((place, identifier))
    if pk is None and title:
        pk = _match_title(row, title, identifier, place, known, work, planned, seen)
    if pk is None:
        return None
    if pk in seen.entries:
        raise Refused("entry_twice", line=seen.entries[pk], reference=known.entries[pk].reference)
    seen.entries[pk] = row.place
    return known.entries[pk]


def _match_title(
    row: ReadRow, title: str, identifier: str | None, place: Any, known: Known, work: Work, planned: PlannedRow, seen: Seen
) -> int | None:
    """The entry of the same title in the same scope. One that came from this very file is meant; of others it is asked. One with
    another identifier of this source is another entry."""
    key = (place, title_key(title))
    alike = [
        pk for pk in known.by_title.get(key, []) if not (identifier and known.entries[pk].custom.get(known.identifier_key))
    ]
    if not identifier:
        if key in seen.titles:
            raise Refused("title_twice", line=seen.titles[key])
        seen.titles[key] = row.place
    answer = work.options.answers.get(row.place, "")
    if not alike or answer == "new":
        return None
    if (chosen := known.by_reference.get(answer)) in alike:
        return chosen
    same = [pk for pk in alike if known.entries[pk].source == work.source[:255]] if not identifier else []
    if len(same) == 1:
        planned.notes.append(note("matched_by_title"))
        return same[0]
    if work.options.similar == "new":
        return None
    if work.options.similar == "same":
        planned.notes.append(note("matched_by_title"))
        return alike[0]
    planned.verdict = ASK
    planned.question = [(known.entries[pk].reference, known.entries[pk].title, "100%") for pk in alike]
    return None
