"""Plans that PostgreSQL keeps: what is asked again on a connection is sent by name, with its values alone.

Reading, rewriting and planning a statement that joins ten tables takes PostgreSQL longer than answering it. After `PREPARE` that is
done once a connection, and `EXECUTE` only answers. Plans belong to their connection and end with it, so none is kept where
connections are not (`CONN_MAX_AGE=0`). A name follows from its text and can never stand for another one.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from psycopg2.extensions import AsIs  # type: ignore[import-untyped]

PREFIX = "kept_"
AFTER = 1  # times that a connection answers a statement as it is; from the next time on its plan is kept
AT_MOST = 100  # plans a connection, some 250 kB each in its server process; the longest unused goes first
COUNTED = 2_000  # statements that were asked too seldom so far
# PostgreSQL knows no such name (any more); a migration changed the type of what the statement gives.
GONE = ("26000", "0A000")
NAMED = re.compile(r"%\((\w+)\)s")


class Plan:
    """How a statement is made known, and how it is asked from then on.

    `places` says which of its constants are parameters: place, what makes two places one, type. All other constants stay in the text,
    where the planner sees them. `table` only makes the name readable.
    """

    def __init__(self, statement: str, constants: Sequence[Any], places: list[tuple[int, Any, str]], *, table: str) -> None:
        types = {key: kind for _place, key, kind in places}
        first, numbers = {key: place for place, key, _kind in reversed(places)}, list(types)
        self.taken = [first[key] for key in types]
        constants = list(constants)
        for place, key, _kind in places:
            constants[place] = AsIs(f"${numbers.index(key) + 1}")
        with connection.cursor() as cursor:
            text = cursor.mogrify(statement, constants).decode()
        kinds = f" ({', '.join(types.values())})" if types else ""
        self.name = f"{PREFIX}{table[:36]}_{hashlib.sha256(f'{kinds}{text}'.encode()).hexdigest()[:16]}"
        self.execute = f"EXECUTE {self.name}" + (f" ({', '.join(['%s'] * len(types))})" if types else "")
        self.prepare = f"PREPARE {self.name}{kinds} AS {text};"
        if types:
            self.prepare = self.prepare.replace("%", "%%")  # it is sent with values, whose places "%s" marks


class Statement:
    """A text of our own whose values have names, as in `%(round)s`, with the type that each of them is to PostgreSQL."""

    def __init__(self, text: str, *, table: str, **types: str) -> None:
        self.names, self.text = NAMED.findall(text), NAMED.sub("%s", text)
        self.types, self.table = types, table

    @cached_property
    def plan(self) -> Plan:
        """How it is sent once it is asked again."""
        places = [(place, name, self.types[name]) for place, name in enumerate(self.names)]
        return Plan(self.text, self.names, places, table=self.table)

    def ask(self, cursor: Any, **values: Any) -> None:
        """Have the cursor answer it for these values."""
        ask(cursor, self.plan, self.text, [values[name] for name in self.names])


class Known:
    """What one connection knows: names, the longest unused first; how often others were asked; what it could not take."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.names: OrderedDict[str, None] = OrderedDict()
        self.asked: dict[str, int] = {}
        self.refused: set[str] = set()

    def is_worth(self, name: str) -> bool:
        """Whether this is asked often enough; counts."""
        if len(self.asked) > COUNTED:
            self.asked.clear()
        times = self.asked[name] = self.asked.get(name, 0) + 1
        return times > AFTER and name not in self.refused


def known() -> Known | None:
    """What the connection of this thread knows; None where nothing is to be kept."""
    if settings.DATABASES["default"]["CONN_MAX_AGE"] == 0:
        return None
    connection.ensure_connection()
    found: Known | None = getattr(connection, "kept_plans", None)
    if found is None or found.raw is not connection.connection:
        found = Known(connection.connection)
        connection.kept_plans = found  # type: ignore[attr-defined]  # goes with the thread's wrapper; another connection, another one
    return found


def ask(cursor: Any, plan: Plan | None, text: str, constants: Sequence[Any], *, first: str = "") -> None:
    """Have the cursor answer a statement with these constants, by its plan where that is kept. `first`: a statement that goes with
    it and is planned each time."""
    here = known() if plan is not None else None
    if here is None or plan is None or (plan.name not in here.names and not here.is_worth(plan.name)):
        cursor.execute(first + text, constants)
        return
    statement, given = plan.execute, [constants[place] for place in plan.taken] or None
    is_new = plan.name not in here.names
    if is_new:
        going = f" DEALLOCATE {here.names.popitem(last=False)[0]};" if len(here.names) >= AT_MOST else ""
        statement = f"{plan.prepare}{going} {statement}"
    here.names[plan.name] = None
    here.names.move_to_end(plan.name)
    try:
        cursor.execute(first + statement, given)
    except DatabaseError as error:
        # Nobody knows how far it came: as it is from now on.
        with suppress(KeyError):
            del here.names[plan.name]
        here.refused.add(plan.name)
        if is_new or connection.in_atomic_block or getattr(error.__cause__, "pgcode", "") not in GONE:
            raise
        cursor.execute(first + text, constants)
