"""What a row says: the fields that all registers share, and those of each kind."""

import re
from decimal import Decimal
from typing import Any

from accounts.models import User
from core.imports.records import ReadRow
from core.imports.registry import Work
from portfolio.actions.raid_import.known import Known, Scope, key_of
from portfolio.actions.raid_import.rights import Refused, keep_part, refuse_response
from portfolio.actions.raid_import.risks import Levels, risk_values
from portfolio.actions.raid_import.write import EntryWrite
from portfolio.formulas.levels import read_level
from portfolio.models import Entry
from portfolio.models.raid import Severity

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


def common_values(
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


def own_values(
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
        own |= risk_values(row, found, levels)
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
