"""Errors that an action raises and a page, the API or a job shows to a person."""

from typing import Any


class ActionError(Exception):
    """An action was refused. `str(error)` is a sentence a user may read; `field` names the input it belongs to."""

    def __init__(self, message: Any, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class EditConflict(ActionError):
    """Somebody else saved the object since this person opened it. `current` is the object as it is now."""

    def __init__(self, message: Any, *, current: Any) -> None:
        super().__init__(message)
        self.current = current
