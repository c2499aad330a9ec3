"""Whether a person may do something, asked from the plumbing. `accounts` gives the answer at start-up.

Only for pages of `core` that have no object of a room; everything else asks its own room's access module.
"""

from collections.abc import Callable
from typing import Any

_answers: list[Callable[[Any, str], bool]] = []


def answer_with(answer: Callable[[Any, str], bool]) -> None:
    """Called once, by `accounts`, with the function that answers."""
    _answers[:] = [answer]


def may(user: Any, action: str) -> bool:
    """Whether the person may do this everywhere. Nobody may anything until `accounts` is there."""
    return any(answer(user, action) for answer in _answers)
