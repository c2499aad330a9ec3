"""Verbs of portfolios, programmes and objectives: create, edit, archive."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import below
from core.actions.locking import assign, lock, save
from core.errors import ActionError
from core.history import recorded
from core.references import next_reference
from portfolio.models import Objective, Portfolio, Programme

Place = TypeVar("Place", Portfolio, Programme, Objective)

EDITABLE: dict[type[Any], tuple[str, ...]] = {
    Portfolio: ("name", "description", "parent", "owner"),
    Programme: ("name", "description", "portfolio", "manager", "sponsor"),
    Objective: ("name", "description", "parent", "is_active"),
}
PREFIXES: dict[type[Any], str] = {Portfolio: "PFO", Programme: "PRG"}
"""How references begin; an objective has none."""


@transaction.atomic
def create_structure(model: type[Place], *, values: Mapping[str, Any]) -> Place:
    """A new portfolio or programme with the next reference, or a new objective. `values` are EDITABLE fields by name."""
    with recorded(f"portfolio.{model._meta.model_name}.created"):
        row = model()
        if model in PREFIXES:
            row.reference = next_reference(PREFIXES[model])  # type: ignore[attr-defined]
        assign(row, values, EDITABLE[model])
        row.save()
    return row


@transaction.atomic
def edit_structure(it: Place, *, changes: Mapping[str, Any], version: int) -> Place:
    """Change EDITABLE fields. Raises EditConflict when somebody saved since `version`, ActionError where a portfolio or an
    objective would come to lie inside itself."""
    model = type(it)
    with recorded(f"portfolio.{model._meta.model_name}.edited"):
        parents = _locked_tree(model) if changes.get("parent") else {}
        row = lock(model.objects.all(), it.pk, version=version)
        _refuse_loop(row, changes.get("parent"), parents)
        assign(row, changes, EDITABLE[model])
        save(row)
    return row


@transaction.atomic
def archive_structure(row: Portfolio | Programme, *, archived: bool, at: datetime) -> Portfolio | Programme:
    """Take a portfolio or programme out of lists, or bring it back. Refused while projects that are not archived are in it."""
    noun = "portfolio" if isinstance(row, Portfolio) else "programme"
    with recorded(f"portfolio.{noun}.{'archived' if archived else 'unarchived'}"):
        locked: Any = lock(type(row).objects.all(), row.pk)
        if archived and locked.projects.filter(archived_at=None).exists():
            raise ActionError(_("%(it)s still holds projects. Move or archive them first.") % {"it": locked})
        locked.archived_at = at if archived else None
        save(locked)
    return locked


def _locked_tree(model: Any) -> dict[int, int | None]:
    """The whole (small) tree, locked before the row: two moves at one moment could close a circle that neither sees."""
    rows = model.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    return dict(rows.values_list("pk", "parent_id"))


def _refuse_loop(row: Any, parent: Any, parents: Mapping[int, int | None]) -> None:
    if parent is not None and parent.pk in below(parents, {row.pk}):
        raise ActionError(_("%(it)s cannot be part of itself.") % {"it": row}, field="parent")
