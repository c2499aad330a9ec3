"""What was read of every project, kept in this process and brought up to date by the history.

The overview looks at all projects at once: as they stand, as they stood on the day compared with, and how they were
rated at past month ends. Reading 2,000 of them anew costs a tenth of a second each time, although a handful changed.
So each such reading is kept, with the newest event numbers that it rests on, and only the projects that have newer
events are read again. Nothing here decides who sees what: the callers narrow the rows by today's rights.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache as once
from functools import cached_property
from operator import itemgetter
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import Model

from core.unchanged import Clock, events_of
from portfolio.models.asof import Standing, ratings_at, standings, standings_of
from portfolio.models.calendars import ReportingPeriod, StatusSeries
from portfolio.models.status import AssuranceRating, StatusUpdate
from portfolio.models.structure import Project

# An event of these tells which project changed; one of the others, unless a row is new, may concern any.
TOUCHING = ((Project, "pgh_obj_id"), (StatusUpdate, "project_id"), (AssuranceRating, "project_id"))
TOUCHED = tuple(model for model, _column in TOUCHING)
ORDERING = (ReportingPeriod, StatusSeries)
CLOCKED = (*TOUCHED, *ORDERING)
SHELF = 6  # readings: now, two or three days compared with, month ends, days looked back at; 2 MB each at 2,000 projects
MANY = 500  # beyond so many changed projects all are read again


@dataclass(frozen=True)
class _Reading:
    """Rows by project, and the numbers of CLOCKED that they rest on."""

    numbers: tuple[int, ...]
    rows: dict[int, Any]

    @cached_property
    def by_reference(self) -> tuple[Standing, ...]:
        """Standings in the order of lists."""
        return tuple(sorted(self.rows.values(), key=itemgetter(1)))


_shelf: OrderedDict[Any, _Reading] = OrderedDict()
_lock = Lock()


def standings_kept(clock: Clock, at: datetime | None = None) -> tuple[Standing, ...]:
    """Every project as it stood at `at`, by reference, without those archived then. No query where nothing changed,
    else one for all readings and one or two for each, as `standings`."""

    def read(ids: Collection[int] | None) -> dict[int, Standing]:
        return {row.pk: row for row in (standings(Project.objects.all(), at) if ids is None else standings_of(ids, at))}

    return kept(("standings", at), clock, read, at=at).by_reference


def ratings_kept(clock: Clock, moments: tuple[datetime, ...]) -> Mapping[int, bytes]:
    """For every project what it was rated at each of `moments` (ascending), as `ratings_at` tells. Queries as above."""
    return kept(("ratings", moments), clock, lambda ids: ratings_at(moments, ids), of=(StatusUpdate,)).rows


def kept(
    key: Any,
    clock: Clock,
    read: Callable[[Collection[int] | None], dict[int, Any]],
    of: tuple[type[Model], ...] = TOUCHED,
    at: datetime | None = None,
) -> _Reading:
    """What `read` gave for every project (None), with the projects that changed since read again (their ids).

    `of`: which of TOUCHED say something about these rows. `at`: the moment they tell of, where what happened to a project later
    says nothing about them.

    While a transaction writes, its events may carry lower numbers than those seen: what is read then serves this
    answer, and the next one starts again from what was kept before.
    """
    numbers = clock.of(CLOCKED)
    with _lock:
        reading = _shelf.get(key)
        if reading:
            _shelf.move_to_end(key)
    if reading and reading.numbers == numbers:
        return reading
    changed = _changed(clock, reading.numbers, of, at) if reading else None
    if reading is None or changed is None or len(changed) > MANY:
        found = _Reading(numbers, read(None))
    elif changed:
        again = read(changed)
        rows = reading.rows | again  # in the same order, so that little is left to sort
        for pk in changed - again.keys():
            rows.pop(pk, None)
        found = _Reading(numbers, rows)
    else:
        found = _Reading(numbers, reading.rows)
    if clock.settled and numbers[0]:
        with _lock:
            _shelf[key] = found
            _shelf.move_to_end(key)
            while len(_shelf) > SHELF:
                _shelf.popitem(last=False)
    return found


def _changed(clock: Clock, since: tuple[int, ...], of: tuple[type[Model], ...], at: datetime | None) -> frozenset[int] | None:
    """The projects with events of these tables after those numbers; None where that cannot be told. One query a clock
    and numbers, one more for a moment in the past."""
    if since not in clock.asked:
        clock.asked[since] = _ask(since)
    found: dict[type[Model], list[int]] | None = clock.asked[since]
    if found is None:
        return None
    rated = frozenset().union(*(found[model] for model in of if model is not Project))
    edited = frozenset(found[Project]) - rated if Project in of else frozenset()
    return rated | (_reached(edited, since[0], at) if edited and at else edited)


def _reached(ids: frozenset[int], since: int, at: datetime) -> frozenset[int]:
    """Those of these edited projects that may stand otherwise at `at` than before their events after that number: an event says so,
    or nothing was recorded by then and today's row stands in (`standings`), or the project is gone."""
    with connection.cursor() as cursor:
        cursor.execute(REACHED, [list(ids), at, since, at])
        return frozenset(pk for (pk,) in cursor.fetchall())


REACHED = """
SELECT p.id FROM unnest(%s) p (id)
WHERE EXISTS (SELECT FROM portfolio_projectevent e WHERE e.pgh_obj_id = p.id AND e.pgh_created_at <= %s AND e.pgh_id > %s)
   OR NOT EXISTS (SELECT FROM portfolio_projectevent e WHERE e.pgh_obj_id = p.id AND e.pgh_created_at <= %s)
   OR NOT EXISTS (SELECT FROM portfolio_project o WHERE o.id = p.id)
"""


def _ask(since: tuple[int, ...]) -> dict[type[Model], list[int]] | None:
    touched, ordered = since[: len(TOUCHED)], since[len(TOUCHED) :]
    with connection.cursor() as cursor:
        # Not by a kept plan: without the numbers PostgreSQL expects a third of all events behind each, and reads them all.
        cursor.execute(_asking(), [*(number for number in since for _twice in range(2)), *ordered, *touched])
        tellable, *changed = cursor.fetchone()
    return dict(zip(TOUCHED, changed, strict=True)) if tellable else None


@once
def _asking() -> str:
    """What `_ask` sends."""
    touching = ", ".join(f"ARRAY(SELECT {column} FROM {events_of(model)} WHERE pgh_id > %s)" for model, column in TOUCHING)  # noqa: S608 - names of our own tables
    # The numbers kept must still be those of events: not so where the database was emptied or restored beneath us.
    there = " AND ".join(f"(%s = 0 OR EXISTS (SELECT FROM {events_of(model)} WHERE pgh_id = %s))" for model in CLOCKED)
    same = " AND ".join(
        f"NOT EXISTS (SELECT FROM {events_of(model)} WHERE pgh_id > %s AND pgh_label <> 'insert')" for model in ORDERING
    )
    return f"SELECT {there} AND {same}, {touching}"
