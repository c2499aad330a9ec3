"""What upper rooms add to the page of a project: a tab, a panel on its overview, further history.

They say so once, at start-up (`apps.ready`), because a lower room cannot import an upper one. The pages themselves live in
the room that adds them, and check access by `portfolio.access.project_for`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portfolio.models import Project


@dataclass(frozen=True)
class Addition:
    """One addition. `belongs(project)` says whether the project has it at all (it may cost a query, asked once a page).

    `url_name` is the tab's address and `panel_url_name` that of a fragment which the overview loads; both take the
    project's reference. `action` is what the reader must be allowed to do on the project. `history(user, project)` gives
    further rows for the history page, as `core.history.history_of` takes them.
    """

    key: str
    label: Any
    url_name: str
    action: str
    belongs: Callable[[Project], bool]
    panel_url_name: str = ""
    history: Callable[[Any, Project], list[tuple[Any, dict[str, Any]]]] | None = None


_additions: dict[str, Addition] = {}


def add_to_projects(addition: Addition) -> None:
    """Make an addition known; a second one of the same key replaces the first."""
    _additions[addition.key] = addition


def additions_of(project: Project, actions: frozenset[str]) -> list[Addition]:
    """What is added to this project for a reader with these rights. Asked once for each project object."""
    known: list[Addition] | None = getattr(project, "_additions", None)
    if known is None:
        known = [addition for addition in _additions.values() if addition.belongs(project)]
        project._additions = known  # type: ignore[attr-defined]
    return [addition for addition in known if addition.action in actions]
