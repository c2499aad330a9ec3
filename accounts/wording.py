"""Units and roles in words that a file can bring back: "PMO analyst · Transport › Rail (until 2026-12-31)"."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import Grant, OrganisationUnit
from accounts.roles import ROLES
from core.formulas.dates import START, DateStyle, read_date
from core.formulas.readings import folded

INSIDE = " › "
"""Between a unit and what is part of it, as files write it; they may also say / or >."""
_EVERYWHERE = {"everywhere", "all units", "whole organisation"}


def _key(text: str) -> str:
    """A name for finding it again. Roles are separated by semicolons, so a unit's name in a file holds none."""
    return " ".join(folded(text).replace(";", ",").casefold().split())


@dataclass(frozen=True)
class UnitNames:
    """What each organisation unit is called: found by path, code or name, and told so that it is found again."""

    names: dict[int, str] = field(default_factory=dict)
    paths: dict[int, str] = field(default_factory=dict)
    found: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """By code and by name."""
    by_path: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of_all(cls) -> "UnitNames":
        """Those of all units. One query."""
        units = cls()
        rows = {pk: (name, parent, code) for pk, name, parent, code in _units()}
        for pk, (name, _parent, code) in rows.items():
            line, node = [name], rows[pk][1]
            while node is not None and len(line) <= len(rows):
                line.insert(0, rows[node][0])
                node = rows[node][1]
            units.names[pk], units.paths[pk] = name, INSIDE.join(line)
            units.by_path[_key(INSIDE.join(line))] = pk
            for key in {_key(code), _key(name)} - {""}:
                units.found[key].append(pk)
        return units

    def told(self, pk: int | None) -> str:
        """Its name where nothing else is called so, else its path. "" for none."""
        if pk is None:
            return ""
        alone = len(self.found[_key(self.names[pk])]) == 1
        return (self.names[pk] if alone else self.paths[pk]).replace(";", ",")

    def meant(self, text: str) -> list[int]:
        """The units that a text can mean: by path, else by code or name. An exact path goes before a name further down."""
        path = self.by_path.get(_key(re.sub(r"\s*[/>›]\s*", INSIDE, text)))
        if path is not None:
            return [path]
        return self.found.get(_key(text), [])


def _units() -> Any:
    return OrganisationUnit.objects.order_by("pk").values_list("pk", "name", "parent_id", "code")


@dataclass(frozen=True)
class GivenRole:
    """A role as a file names it. `unit`: None for everywhere."""

    role: str
    unit: int | None
    starts_on: date | None = None
    ends_on: date | None = None


def role_told(grant: Any, units: UnitNames) -> str:
    """One grant: role, unit, days."""
    words = str(ROLES[grant.role])
    if grant.unit_id is not None:
        words = f"{words} · {units.told(grant.unit_id)}"
    days = [f"{name} {day.isoformat()}" for name, day in (("from", grant.starts_on), ("until", grant.ends_on)) if day]
    return f"{words} ({' '.join(days)})" if days else words


def roles_told(grants: Iterable[Grant], units: UnitNames) -> str:
    """All of them, as a cell of a file."""
    return "; ".join(role_told(grant, units) for grant in grants)


class RoleUnreadable(Exception):
    """A part of a cell names no role. Carries the code of the sentence and the text."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code, self.text = code, text


_DAYS = re.compile(r"\s*\((?:from (?P<from>[^()]+?))?\s*(?:(?:until|to) (?P<until>[^()]+?))?\)$", re.I)
_BETWEEN = re.compile(r"^\s*(?:[·@:,–-]|(?:at|on|in|for|of)\b)?\s*", re.I)


def read_roles(text: str, units: UnitNames) -> list[GivenRole]:
    """The roles that a cell names, separated by semicolons or lines (commas will do where only roles stand between them).

    Raises RoleUnreadable for a part that names no role, or a unit that is not there or not clear.
    """
    parts = [part.strip() for part in re.split(r"[;\n|]", text) if part.strip()]
    if len(parts) == 1 and "," in text:
        bare = [part.strip() for part in text.split(",") if part.strip()]
        if all(_key(part) in _roles() for part in bare):
            parts = bare
    return [_read_role(part, units) for part in parts]


def _roles() -> dict[str, str]:
    """Every way to write a role -> the role."""
    words = {_key(str(label)): role for role, label in ROLES.items()}
    return words | {role: role for role in ROLES} | {role.replace("_", " "): role for role in ROLES}


def _read_role(part: str, units: UnitNames) -> GivenRole:
    known, plain = _roles(), " ".join(folded(part).split())
    days = _DAYS.search(plain)
    if days:
        plain = plain[: days.start()]
    name = next(
        (word for word in sorted(known, key=len, reverse=True) if re.match(rf"{re.escape(word)}(?!\w)", plain, re.I)), ""
    )
    if not name:
        raise RoleUnreadable("role_unknown", part)
    where = _BETWEEN.sub("", plain[len(name) :])
    if where.startswith("(") and where.endswith(")"):
        where = where[1:-1]
    starts_on, ends_on = (_day(part, days[name]) if days else None for name in ("from", "until"))
    if not where or _key(where) in _EVERYWHERE:
        return GivenRole(known[name.casefold()], None, starts_on, ends_on)
    found = units.meant(where)
    if len(found) != 1:
        raise RoleUnreadable("unit_ambiguous" if found else "unit_unknown", where)
    return GivenRole(known[name.casefold()], found[0], starts_on, ends_on)


def _day(part: str, text: str | None) -> date | None:
    if not text:
        return None
    reading = read_date(text, DateStyle(edge=START))
    if not reading.has_value:
        raise RoleUnreadable("not_a_date", part)
    return reading.value  # type: ignore[no-any-return]
