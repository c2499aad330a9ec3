"""Lock a row and refuse a stale edit."""

from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import EditConflict
from core.models import Versioned

Row = TypeVar("Row", bound=Versioned)


def lock(rows: "QuerySet[Row]", pk: int, *, version: int | None = None) -> Row:
    """The row, locked until the transaction ends. Raises `EditConflict` when it is not at `version` any more.

    `rows` must not join nullable tables (PostgreSQL cannot lock them): pass `Model.objects.all()`.
    """
    row = rows.select_for_update().get(pk=pk)
    if version is not None and row.version != version:
        raise EditConflict(_("Somebody else changed this since you opened it. Compare both versions and choose."), current=row)
    return row


def save(row: Versioned) -> None:
    """Save a locked row as its next version."""
    row.version += 1
    row.save()
