"""Lock a row, refuse a stale edit, check what is written."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from core.errors import ActionError, EditConflict, RemovedMeanwhile, SavedMeanwhile, is_there_already
from core.models import Versioned

Row = TypeVar("Row", bound=Versioned)


def lock(rows: "QuerySet[Row]", pk: int, *, version: int | None = None) -> Row:
    """The row, locked until the transaction ends. Raises `EditConflict` when it is not at `version` any more, `RemovedMeanwhile`
    when it is gone.

    `rows` must not join nullable tables (PostgreSQL cannot lock them): pass `Model.objects.all()`.
    """
    row = rows.select_for_update().filter(pk=pk).first()
    if row is None:
        raise RemovedMeanwhile
    if version is not None and row.version != version:
        raise EditConflict(_("Somebody else changed this since you opened it. Compare both versions and choose."), current=row)
    return row


def save(row: Versioned) -> None:
    """Save a locked row as its next version."""
    row.version += 1
    row.save()


def assign(row: Model, changes: Mapping[str, Any], allowed: Collection[str]) -> None:
    """Set the changed fields of a row and check them. Raises `ActionError` with the first thing that is wrong.

    `allowed` names the fields that this action may write: a key outside is a mistake of the program, not of the person.
    """
    if unknown := set(changes) - set(allowed):
        raise TypeError(f"Not to be changed here: {', '.join(sorted(unknown))}")
    for name, value in changes.items():
        setattr(row, name, value)
    check(row)


def check(row: Model) -> None:
    """Check a row against its fields and constraints. Raises `ActionError` with the first thing that is wrong."""
    try:
        row.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise ActionError(messages[0], field=None if field == NON_FIELD_ERRORS else field) from error


@contextmanager
def once() -> Iterator[None]:
    """Around writing a row that may be there only once. A check before it sees what is committed; where somebody commits the same
    in this very moment, SavedMeanwhile is raised, and the transaction goes on."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not is_there_already(error):
            raise
        raise SavedMeanwhile from error
