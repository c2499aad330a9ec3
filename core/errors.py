"""Errors that an action raises and a page, the API or a job shows to a person."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _


class ActionError(Exception):
    """An action was refused. `str(error)` is a sentence a user may read; `field` names the input it belongs to."""

    def __init__(self, message: Any, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(PermissionDenied):
    """Seen but not allowed (403). `words`: who may, and what to do instead, for the page that refuses."""

    def __init__(self, words: Any) -> None:
        super().__init__(words)
        self.words = words


class EditConflict(ActionError):
    """Somebody else saved the object since this person opened it. `current` is the object as it is now."""

    def __init__(self, message: Any, *, current: Any) -> None:
        super().__init__(message)
        self.current = current


class SavedMeanwhile(ActionError):
    """Somebody else wrote, in the same moment, what may be there only once."""

    def __init__(self) -> None:
        super().__init__(_("Somebody saved the same at this moment. Look at it before you save again."))


class RemovedMeanwhile(ActionError):
    """Somebody else removed the object since this person opened it."""

    def __init__(self) -> None:
        super().__init__(_("Somebody removed this since you opened it."))


class ReferredMeanwhile(ActionError):
    """Somebody removed, in the same moment, what this names; or this removes what somebody named."""

    def __init__(self) -> None:
        super().__init__(_("Somebody changed at this moment what this refers to. Look at it, then try again."))


UNIQUE_VIOLATION, FOREIGN_KEY_VIOLATION = "23505", "23503"


def is_there_already(error: BaseException) -> bool:
    """Whether the database refused a row because the same is there."""
    return getattr(error.__cause__, "pgcode", "") == UNIQUE_VIOLATION


def refusal_of(error: BaseException) -> ActionError | None:
    """What to say of a row that the database refused because of what somebody else wrote in the same moment; None where that is not
    why."""
    code = getattr(error.__cause__, "pgcode", "")
    return SavedMeanwhile() if code == UNIQUE_VIOLATION else ReferredMeanwhile() if code == FOREIGN_KEY_VIOLATION else None
