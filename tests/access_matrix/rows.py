"""The kinds of row."""

from dataclasses import dataclass, field
from typing import Any

from tests.access_matrix.world import Argument


@dataclass(frozen=True)
class Row:
    """What one address (and method) asks for."""

    kind: str
    action: str = ""
    method: str = "get"
    arguments: dict[str, Argument] = field(default_factory=dict)
    query: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    roles: frozenset[str] | None = None
    unseen: int = 404


def row(kind: str, action: str = "", **options: Any) -> Row:
    """A row; see tests/access_matrix/__init__.py for the options."""
    if "roles" in options:
        options["roles"] = frozenset(options["roles"])
    return Row(kind, action, **options)


def public(**options: Any) -> Row:
    """Also without signing in."""
    return row("public", **options)


def everyone(**options: Any) -> Row:
    """Every signed-in person."""
    return row("everyone", **options)


def own(**options: Any) -> Row:
    """Every signed-in person, on what is theirs; with `roles=`, only they own the row of the address."""
    return row("own", **options)


def office(action: str, **options: Any) -> Row:
    """Those who hold the action everywhere."""
    return row("office", action, **options)


def project(action: str = "project.view", **options: Any) -> Row:
    """Those who hold the action on the project that the address is about."""
    return row("project", action, **options)


def request(action: str = "request.view", **options: Any) -> Row:
    """Those who hold the action on the request that the address is about."""
    return row("request", action, **options)
