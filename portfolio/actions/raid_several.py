"""Several entries of a register at once: the same changes to each, or many new ones; all or none."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import ActionError
from portfolio.actions.raid import create_entry, edit_entry, move_entry
from portfolio.models import Entry


class RowError(ActionError):
    """A row of many was refused. `number` counts from 1, `problem` is the error of that row."""

    def __init__(self, number: int, problem: ActionError) -> None:
        super().__init__(_("Row %(number)d: %(error)s") % {"number": number, "error": problem}, field=problem.field)
        self.number, self.problem = number, problem


@transaction.atomic
def change_several(entries: Sequence[Entry], wanted: Mapping[str, Any], *, by: Any, at: datetime) -> int:
    """The same changes to each: `owner`, `due_on`, a `tag` to add, a `move` with its `reason`; what is empty stays."""
    for each in entries:
        entry = each
        changes = {name: wanted[name] for name in ("owner", "due_on") if wanted[name]}
        if tag := wanted["tag"].strip().lower():
            changes["tags"] = [*entry.tags, tag]
        if changes:
            entry = edit_entry(entry, changes=changes, version=entry.version, by=by, at=at)
        if wanted["move"]:
            move_entry(entry, wanted["move"], by=by, at=at, reason=wanted["reason"])
    return len(entries)


@transaction.atomic
def create_entries(
    kind: str, rows: Iterable[tuple[int, Mapping[str, Any]]], *, scope: Any, by: Any, at: datetime
) -> list[Entry]:
    """Add every row (its number, its values) to the register of a scope. Raises RowError at the first that is refused, ActionError
    where there is none."""
    made = []
    for number, values in rows:
        try:
            made.append(create_entry(kind, values={**values, scope._meta.model_name: scope}, by=by, at=at))
        except ActionError as error:
            raise RowError(number, error) from error
    if not made:
        raise ActionError(_("Fill in at least one row."))
    return made
