"""Ratings over time: how many projects stood red, amber and green at the end of each month."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, NamedTuple

from reporting.formulas.health import is_worse

MONTHS = 12


class Rated(NamedTuple):
    """One published update: what it rated, when it became known, and its place among the updates of its project."""

    project_id: int
    effective_at: datetime
    ends_on: date
    revision: int
    overall: str | None
    computed: str | None


@dataclass(frozen=True)
class Point:
    """Running projects at one moment by their newest rating. `rated` is 0 where nothing was known yet."""

    on: date
    red: int
    amber: int
    green: int
    disagree: int
    rated: int


def month_ends(today: date, months: int = MONTHS) -> list[date]:
    """The last days of the `months` months before that of `today`, the oldest first, then `today` itself."""
    found = [today]
    year, month = today.year, today.month
    for _ in range(months):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        found.append(date(year, month, monthrange(year, month)[1]))
    return found[::-1]


def trend(updates: Iterable[Rated], ends: Sequence[tuple[date, datetime]], over: Mapping[int, date | None]) -> list[Point]:
    """One point for each of `ends` (day and its last moment, ascending): the newest update of each project known then.

    `over`: projects that are closed or cancelled by now and the day they finished; they count until that day, or until
    their last update where it is unknown.
    """
    waiting = sorted(updates, key=attrgetter("effective_at"))
    last = {update.project_id: update.effective_at for update in waiting}
    newest: dict[int, Rated] = {}
    found, taken = [], 0
    for day, moment in ends:
        while taken < len(waiting) and waiting[taken].effective_at <= moment:
            update = waiting[taken]
            known = newest.get(update.project_id)
            # A late update of an earlier period does not replace what is known of a later one.
            if known is None or (update.ends_on, update.revision) >= (known.ends_on, known.revision):
                newest[update.project_id] = update
            taken += 1
        found.append(_point(day, [row for row in newest.values() if not _is_over(row.project_id, day, moment, over, last)]))
    return found


def _is_over(project: int, day: date, moment: datetime, over: Mapping[int, date | None], last: Mapping[int, datetime]) -> bool:
    if project not in over:
        return False
    finished = over[project]
    return finished <= day if finished else last[project] <= moment


def _point(day: date, rows: Sequence[Any]) -> Point:
    ratings = [row.overall for row in rows]
    return Point(
        on=day,
        red=ratings.count("red"),
        amber=ratings.count("amber"),
        green=ratings.count("green"),
        disagree=sum(is_worse(row.computed, row.overall) for row in rows),
        rated=sum(rating in ("red", "amber", "green", "blue") for rating in ratings),
    )
