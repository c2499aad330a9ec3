"""Plan an import of register entries (docs/adr/0005-import.md): one planner for all registers. It writes nothing.

A file adds entries, changes what they say and closes them; it opens none again and decides nothing: that is done by people, with
their reasons. A row that contradicts itself (low above high, 120 %) or that may not be written is refused as a whole; a cell that
could not be understood is left out, said, and kept under "… (as given)".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from core.formulas.readings import FAILED, UNKNOWN, WITHHELD, note
from core.imports.records import ReadRow
from core.imports.registry import ASK, CHANGE, CREATE, LEAVE, REFUSE, Plan, PlannedRow, Work
from portfolio.actions.raid_import_known import Known, Places, Scope, has_ended, key_of, known_for
from portfolio.actions.raid_import_rights import Refused, keep_part, keep_terms, refuse_carrying, refuse_response
from portfolio.actions.raid_import_risks import Levels, response_of, risk_values
from portfolio.actions.raid_import_write import EntryWrite, apply_entries
from portfolio.formulas.levels import read_level
from portfolio.formulas.titles import title_key
from portfolio.models import Entry
from portfolio.models.raid import Severity
from portfolio.registers import KINDS

__all__ = ["Places", "apply_entries", "plan_entries"]

COMMON = ("title", "description", "due_on", "review_on", "raised_on", "tags", "is_confidential")
OWN: dict[str, tuple[str, ...]] = {
    "risk": ("sign", "cause", "effect", "proximity", "strategy"),
    "issue": ("impact",),
    "assumption": ("consequence",),
    "decision": ("chosen", "rationale", "decided_on"),
    "action": ("strategy", "cost"),
    "dependency": ("acceptance", "committed_on", "giver_rag", "receiver_rag"),
    "change": (
        "reason",
        "cost_change",
        "finish_change",
        "benefits_change",
        "cost_in_forecast",
        "finish_in_forecast",
        "scope_impact",
        "quality_impact",
        "risk_impact",
    ),
}
"""Fields of the kind's own table that a row says as they are kept."""
MONEY = {"action": ("cost",), "change": ("cost_change", "benefits_change", "cost_in_forecast")}
AMOUNTS = (
    "cost",
    "cost_change",
    "benefits_change",
    "cost_in_forecast",
    "impact_low",
    "impact_likely",
    "impact_high",
    "exposure",
)
NEVER_NEGATIVE = {"action": ("cost",)}
NOT_BROUGHT = {"change": {"submitted", "approved", "implemented"}}
"""States that people bring about, by the steps that belong to them."""
MOVED_BY_PEOPLE = ("change", "dependency")
"""What is there of these registers is moved by its approvers or by both its sides, not by a file."""


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
    total = len(work.table.rows)
    for number, row in enumerate(work.table.rows):
        if number % 250 == 0:
            work.progress(number, total)
        planned = PlannedRow(
            row.place, CREATE, str(row.value("title") or row.value("external_id") or row.value("reference") or "")
        )
        plan.rows.append(planned)
        try:
            writes += _plan_row(row, planned, known, levels, work, seen)
        except Refused as refused:
            planned.verdict, planned.differences = REFUSE, []
            planned.notes.append(refused.note)
        planned.losses = [loss.as_json() for loss in row.losses]
    work.progress(total, total)
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
    values = _common_values(row, scope, found, known, work, write)
    if found is not None and key_of(scope) != key_of(found.scope):
        refuse_carrying(found, scope, values, known)
    own = _own_values(row, scope, found, known, levels, write)
    if known.kind == "dependency" and found is not None:
        keep_terms(row, found, values, own)
    _settle_state(row, found, known, values, own, planned, write)
    _settle_confidence(row, scope, found, values, known, write)
    _compare(scope, found, values, own, _custom(row, work, known), planned, known, write)
    if known.kind == "change" and found is not None and found.status != KINDS["change"].first and write.changes:
        planned.notes.append(note("change_decided", state=found.state.label))
        planned.differences, write = [], EntryWrite(found)
    if known.kind == "risk":
        response_of(row, found, known, planned, write)
    if found is not None:
        planned.verdict = CHANGE if planned.differences else LEAVE
    return [write]


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


# --- What it says ---------------------------------------------------------------------------------------------------


def _common_values(
    row: ReadRow, scope: Scope, found: Entry | None, known: Known, work: Work, write: EntryWrite
) -> dict[str, Any]:
    """The fields that all registers share, by the names of the entry's columns."""
    values: dict[str, Any] = {key: value for key in COMMON if (value := row.value(key)) is not None}
    if "tags" in values:
        values["tags"] = sorted({tag.strip().lower() for tag in values["tags"] if tag.strip()})
    title = values.get("title") or (None if found else row.value("external_id"))
    if title:
        values["title"] = title if len(title) <= 300 else f"{title[:299]}…"
        if len(title) > 300 and not values.get("description"):
            values["description"] = title
    giver = _giver(row, scope, known) if known.kind == "dependency" else None
    for key in ("owner", "raised_by"):
        if (person := _person(row, key, known)) is not None:
            if key == "owner" and not _may_own(row, person, scope, giver, found, known):
                continue
            values[f"{key}_id"] = person.pk
    if category := row.value("category"):
        pk = known.categories.get(category.casefold())
        if pk is None:
            write.category = category
        else:
            values["category_id"] = pk
    values |= {f"{name}_id": scope.pk if key_of(scope)[0] == name else None for name in ("project", "programme", "portfolio")}
    values["currency"] = _currency(row, scope, found, work)
    if giver is not None:
        write.giver_id = giver.pk
    return values


def _person(row: ReadRow, key: str, known: Known) -> User | None:
    """The active person that a cell names, by e-mail address or name."""
    text = row.value(key)
    if text is None:
        return None
    match = re.search(r"[^\s<>@]+@[^\s<>@]+", text)
    person = known.people.get((match[0] if match else text).casefold().strip())
    if person is None:
        row.refuse(key, "person_unknown", text=text)
    return person


def _may_own(row: ReadRow, person: User, scope: Scope, giver: Any, found: Entry | None, known: Known) -> bool:
    """An owner sees the entry and may change something; else the row comes without one, and says so."""
    if found is not None and found.owner_id == person.pk:
        return True
    if not known.sees(person, scope) and not (giver is not None and known.sees(person, giver)):
        row.refuse("owner", "owner_cannot_see", person=person, scope=scope)
        return False
    if known.only_reads(person):
        row.refuse("owner", "owner_only_reads", person=person)
        return False
    return True


def _currency(row: ReadRow, scope: Scope, found: Entry | None, work: Work) -> str:
    """That of the project; else as the row, its amounts or the file say. What is there keeps its own where the row brings no
    amount: the amounts that stand are not in the project's new currency."""
    own = getattr(scope, "currency", "")
    if found is not None and own and not any(_has_value(row, key) for key in AMOUNTS):
        return found.currency
    stated = row.value("currency") or next((r.currency for r in row.values.values() if r.has_value and r.currency), "")
    return own or stated or (found.currency if found else "") or work.options.currency or "GBP"


def _has_value(row: ReadRow, key: str) -> bool:
    reading = row.values.get(key)
    return reading is not None and bool(reading.has_value)


def _amounts_fit(row: ReadRow, currency: str, keys: tuple[str, ...]) -> None:
    """An amount in another currency than the project's is left out."""
    stated = row.value("currency")
    for key in keys:
        reading = row.values.get(key)
        if reading is not None and reading.has_value and (reading.currency or stated or currency) != currency:
            row.refuse(key, "currency_differs", currency=reading.currency or stated, expected=currency)


def _giver(row: ReadRow, scope: Scope, known: Known) -> Any:
    """The giving project of a dependency, of those that the person sees."""
    text = row.value("giver")
    if text is None:
        return None
    found = known.find_giver(text)
    if len(found) != 1:
        raise Refused("giver_unknown" if not found else "scope_ambiguous", text=text)
    if key_of(found[0]) == key_of(scope):
        raise Refused("giver_itself")
    return found[0]


def _own_values(
    row: ReadRow, scope: Scope, found: Entry | None, known: Known, levels: Levels, write: EntryWrite
) -> dict[str, Any]:
    """The fields of the kind's own table."""
    kind = known.kind
    currency = getattr(scope, "currency", "")
    if currency:
        _amounts_fit(row, currency, MONEY.get(kind, ()))
    own: dict[str, Any] = {key: value for key in OWN[kind] if (value := row.value(key)) is not None}
    for key in NEVER_NEGATIVE.get(kind, ()):
        if own.get(key, 0) < 0:
            raise Refused("amount_negative", text=row.values[key].text or own[key])
    if kind == "risk":
        if currency:
            _amounts_fit(row, currency, ("impact_low", "impact_likely", "impact_high", "exposure"))
        own |= risk_values(row, found, levels, known, Refused)
    elif kind == "issue" and (text := row.value("severity")) is not None:
        level = read_level(text, [str(label) for label in Severity.labels], levels.style_of("severity"))
        if level is None or level.level is None or levels.is_unclear(row, "severity", text):
            row.refuse("severity", "level_unknown", text=text)
        else:
            own["severity"] = level.level
            levels.assume(row, "severity", text, level, Severity(level.level).label)
    elif kind == "decision":
        if (person := _person(row, "decided_by", known)) is not None:
            own["decided_by_id"] = person.pk
        if own.get("decided_on", known.today) > known.today:
            row.refuse("decided_on", "day_to_come")
            del own["decided_on"]
    elif kind == "action" and (text := row.value("about")) is not None:
        about = known.about.get(text.split(" ")[0].upper())
        if about is None:
            row.refuse("about", "entry_unknown", reference=text)
        elif found is None or not found.action.about_id or found.action.about_id in known.abouts:
            own["about_id"] = about.pk  # what the person may not see stays as it is
    elif kind == "dependency":
        _own_dependency(scope, found, own, write)
    if kind == "action":
        refuse_response(row, found, own, known)
    for name in ("finish_change", "finish_in_forecast"):
        if isinstance(own.get(name), Decimal):
            own[name] = int(own[name])
    if kind == "change":
        keep_part(row, found, own)
    return own


def _own_dependency(scope: Scope, found: Entry | None, own: dict[str, Any], write: EntryWrite) -> None:
    if key_of(scope)[0] != "project":
        raise Refused("receiver_no_project")
    if write.giver_id is not None:
        own["giver_id"] = write.giver_id
    elif found is None:
        raise Refused("giver_missing")
    elif found.dependency.giver_id == scope.pk:
        raise Refused("giver_itself")
    own["receiver_id"] = scope.pk


# --- State ----------------------------------------------------------------------------------------------------------


def _settle_state(
    row: ReadRow,
    found: Entry | None,
    known: Known,
    values: dict[str, Any],
    own: dict[str, Any],
    planned: PlannedRow,
    write: EntryWrite,
) -> None:
    """The state that the row brings a new entry into, or closes one with."""
    register = KINDS[known.kind]
    wanted = row.value("status")
    outcome = row.value("outcome")
    by_people = wanted in NOT_BROUGHT.get(known.kind, set()) or (found is not None and known.kind in MOVED_BY_PEOPLE)
    if wanted and by_people and (found is None or found.status != wanted):
        stays = register.state(found.status if found else register.first).label
        row.refuse("status", "entry_state_not_brought", state=stays)
        wanted = None
    if found is None:
        state = register.state(wanted or register.first)
    elif wanted is None or wanted == found.status:
        if outcome and not found.is_open:
            values["outcome"] = outcome
        return
    else:
        state = register.state(wanted)
        if state.is_open and not found.is_open:
            planned.notes.append(note("state_kept", state=found.state.label))
            return
        if state.is_open == found.is_open and not (found.is_open and found.status == register.first):
            return
        if not state.is_open and any(one.is_open and not one.source for one in known.responses.get(found.pk, [])):
            row.refuse("status", "open_responses")
            return
    values |= {"status": state.key, "is_open": state.is_open, "closed_on": None}
    if state.is_open:
        return
    write.closes = True
    values["closed_on"] = _closing_day(row, own, known, planned)
    if outcome:
        values["outcome"] = outcome
    if known.kind == "decision":
        own.setdefault("decided_on", values["closed_on"])
    if known.kind == "dependency" and state.key == "accepted":
        own |= {"delivered_on": values["closed_on"], "accepted_on": values["closed_on"]}


def _closing_day(row: ReadRow, own: dict[str, Any], known: Known, planned: PlannedRow) -> date:
    """When it was closed, as the row says; else today, and that is said."""
    day: date | None = row.value("closed_on") or own.get("decided_on")
    if day is not None and day > known.today:
        if row.value("closed_on"):
            row.refuse("closed_on", "day_to_come")
        day = None
    if day is None:
        planned.notes.append(note("closed_day_taken", day=known.today))
    return day or known.today


def _settle_confidence(
    row: ReadRow, scope: Scope, found: Entry | None, values: dict[str, Any], known: Known, write: EntryWrite
) -> None:
    """Who makes an entry confidential goes on seeing it; a file that nobody stands behind needs somebody who is named."""
    if not values.get("is_confidential") or (found is not None and found.is_confidential):
        return
    named = {
        values.get("owner_id"),
        values.get("raised_by_id"),
        found.owner_id if found else None,
        found.raised_by_id if found else None,
    }
    named |= {getattr(scope, f"{name}_id", None) for name in ("manager", "sponsor", "owner")}
    if known.user is not None:
        write.watches = known.user.pk not in named
    elif not named - {None}:
        row.refuse("is_confidential", "confidential_unnamed_entry")
        del values["is_confidential"]
