"""The state that a row brings an entry into, and who goes on seeing what it makes confidential."""

from datetime import date
from typing import Any

from core.formulas.readings import note
from core.imports.records import ReadRow
from core.imports.registry import PlannedRow
from portfolio.actions.raid_import.known import Known, Scope
from portfolio.actions.raid_import.write import EntryWrite
from portfolio.models import Entry
from portfolio.registers import KINDS

NOT_BROUGHT = {"change": {"submitted", "approved", "implemented"}}
"""States that people bring about, by the steps that belong to them."""
MOVED_BY_PEOPLE = ("change", "dependency")
"""What is there of these registers is moved by its approvers or by both its sides, not by a file."""


def settle_state(
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


def settle_confidence(
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
