"""What a row of an import may not do, as its page may not: carry an entry away, answer a risk of others, change what was agreed.

What a whole row may not do raises `Refused`; what one cell may not say is left out and told.
"""

from typing import Any

from core.formulas.readings import note
from core.imports.records import ReadRow
from portfolio.actions.raid_import.known import Known, Scope, key_of
from portfolio.models import Entry
from portfolio.registers import KINDS, RESPONSE_FIELDS


class Refused(Exception):
    """The row is not written. Carries the note that says why."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.note = note(code, **params)


def refuse_carrying(found: Entry, scope: Scope, values: dict[str, Any], known: Known) -> None:
    """An entry goes elsewhere by a file as by its page: see `portfolio.access_entries.scope_for_entries` and `edit_entry`."""
    if not known.writes_in(found.scope):
        raise Refused("entry_not_moved", reference=found.reference)
    if found.pk in known.shared and key_of(scope)[0] == "project":
        raise Refused("risk_is_shared", reference=found.reference)
    if known.kind == "dependency" and found.status != KINDS["dependency"].first:
        raise Refused("terms_agreed", reference=found.reference)
    owner = known.persons.get(found.owner_id or 0)
    if "owner_id" not in values and owner is not None and not known.sees(owner, scope):
        raise Refused("owner_left_behind", person=owner, scope=scope)


def keep_part(row: ReadRow, found: Entry | None, own: dict[str, Any]) -> None:
    """What the forecast holds already is a part of the change; what is more, or of the other sign, is left out."""
    for part, whole in (("cost_in_forecast", "cost_change"), ("finish_in_forecast", "finish_change")):
        held = own.get(part, getattr(found.change, part) if found else None) or 0
        full = own.get(whole, getattr(found.change, whole) if found else None) or 0
        if held and (held * full <= 0 or abs(held) > abs(full)):
            if part in own:
                row.refuse(part, "not_a_part", text=row.values[part].text or held)
            own[part] = None


def refuse_response(row: ReadRow, found: Entry | None, own: dict[str, Any], known: Known) -> None:
    """Only who may change a risk answers it, as in `portfolio.access_entries.check_response`: what the action is about is left out, or
    its effect where it is about that already."""
    held = found.action if found is not None else None
    pk = own.get("about_id", held.about_id if held else None)
    if pk is None or not any(own.get(name) or (held and getattr(held, name)) for name in ("strategy", "cost")):
        return
    if held is not None and held.about_id == pk and any(getattr(held, name) for name in RESPONSE_FIELDS):
        return
    about = known.abouts.get(pk) or next((one for one in known.about.values() if one.pk == pk), None)
    if about is not None and known.may_change(about):
        return
    for name in ("about",) if "about_id" in own and own["about_id"] != (held and held.about_id) else ("strategy", "cost"):
        if own.pop("about_id" if name == "about" else name, None):
            row.refuse(name, "response_forbidden", reference=about.reference if about is not None else "…")


def keep_terms(row: ReadRow, found: Entry, values: dict[str, Any], own: dict[str, Any]) -> None:
    """What each side says for itself is not said by a file, nor is changed what both agreed to: see
    `portfolio.actions.dependency_terms`."""
    agreed = found.status != KINDS["dependency"].first
    stands: list[tuple[dict[str, Any], str, str, Any, str]] = [
        (own, name, name, getattr(found.dependency, name), "side_says_itself")
        for name in ("giver_rag", "receiver_rag", "committed_on")
    ]
    if agreed:
        stands.append((values, "due_on", "due_on", found.due_on, "terms_agreed"))
        stands.append((own, "giver_id", "giver", found.dependency.giver_id, "terms_agreed"))
    if found.status == "delivered":
        stands.append((own, "acceptance", "acceptance", found.dependency.acceptance, "terms_agreed"))
    for kept, name, key, value, code in stands:
        if name in kept and kept[name] != value:
            row.refuse(key, code, reference=found.reference)
            del kept[name]
