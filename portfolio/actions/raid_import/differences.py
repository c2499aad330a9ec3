"""What is written of a row, and the differences for the preview."""

from collections.abc import Callable
from typing import Any

from core.imports.registry import PlannedRow
from core.imports.values import in_words
from portfolio.actions.raid_import.known import Known, Scope, key_of
from portfolio.actions.raid_import.write import EntryWrite
from portfolio.models import Entry
from portfolio.registers import KINDS

# The field of the file behind a column of the tables, where they are not called the same.
_FIELDS = {
    "current_likelihood": "likelihood", "current_impact": "impact", "project_id": "scope", "programme_id": "scope",
    "portfolio_id": "scope", "category_id": "category", "owner_id": "owner", "raised_by_id": "raised_by", "giver_id": "giver",
    "decided_by_id": "decided_by", "about_id": "about",
}  # fmt: skip
_SILENT = {"is_open", "receiver_id", "programme_id", "portfolio_id", "project_id"}


def compare(
    scope: Scope,
    found: Entry | None,
    values: dict[str, Any],
    own: dict[str, Any],
    custom: dict[str, Any],
    planned: PlannedRow,
    known: Known,
    write: EntryWrite,
) -> None:
    """What is written, and the differences for the preview."""
    told: Callable[[str, Any], str] = lambda name, value: _told(name, value, known)  # noqa: E731
    if found is None:
        write.values, write.own = values, own
        write.custom = {key: value for key, value in custom.items() if value not in (None, "")}
        shown = {
            key: value for key, value in (values | own).items() if key not in _SILENT and value not in (None, "", [], False)
        }
        planned.differences = [("scope", "", scope.reference)]
        planned.differences += [(_FIELDS.get(key, key), "", told(key, value)) for key, value in shown.items()]
        if write.category:
            planned.differences.append(("category", "", write.category))
        return
    for rows, new, kept in ((found, values, write.values), (found.detail, own, write.own)):
        for key, value in new.items():
            before = getattr(rows, key)
            if before != value:
                kept[key] = value
                if key not in _SILENT or (key.endswith("_id") and value is not None and key != "receiver_id"):
                    planned.differences.append((_FIELDS.get(key, key), told(key, before), told(key, value)))
    if write.category:
        planned.differences.append(("category", told("category_id", found.category_id), write.category))
    for key, value in custom.items():
        if found.custom.get(key) != value:
            write.custom[key] = value
            planned.differences.append((f"custom:{key}", in_words(found.custom.get(key)), in_words(value)))


def _told(name: str, value: Any, known: Known) -> str:
    if name == "category_id":
        return known.category_names.get(value, "")
    if name in ("owner_id", "raised_by_id", "decided_by_id"):
        return known.names.get(value, "…") if value else ""
    if name in ("project_id", "programme_id", "portfolio_id", "giver_id"):
        what = name.removesuffix("_id").replace("giver", "project")
        places = [*known.scopes.values(), *(one for found in known.givers.values() for one in found)] if value else []
        return next((one.reference for one in places if key_of(one) == (what, value)), "…" if value else "")
    if name == "about_id":
        return next((one.reference for one in known.about.values() if one.pk == value), "…" if value else "")
    if name == "status" and value:
        return str(KINDS[known.kind].state(value).label)
    return in_words(value)
