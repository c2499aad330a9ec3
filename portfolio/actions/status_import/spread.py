"""A sheet with a row a project and a column a month, the common way to keep ratings: each of its cells becomes a row of its own."""

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date
from typing import Any

from core.formulas.dates import DateStyle, read_date
from core.formulas.delimited import Unreadable
from core.formulas.ratings import read_rag
from core.formulas.readings import FAILED, UNKNOWN, VALUE, WITHHELD, Reading, clean_text
from core.formulas.tabular import TableColumn
from core.imports.records import Loss, ReadRow
from core.imports.registry import Work

IDENTITY = ("reference", "title", "series", "is_correction")
"""What holds for every cell of a line."""
MOST = 50_000
"""Ratings in one file: as many as it may have rows."""
_WORDS = re.compile(r"\b(overall|rag|status|rating|health|update|dca)\b", re.I)


def spread(work: Work) -> tuple[Work, dict[str, date]]:
    """The work with a row for each cell in a column that is headed by a day or a month, and the days by name of these columns. Raises
    Unreadable for more than MOST such cells."""
    days = _days({name for row in work.table.rows for name in row.custom}, work.options.date_order)
    days = {name: day for name, day in days.items() if _tells_ratings(work, name)}
    if not days:
        return work, {}
    count = sum(row.custom[name].has_value for row in work.table.rows for name in days)
    if count > MOST:
        raise Unreadable("too_many_ratings", count=count, limit=MOST)
    rows: list[ReadRow] = []
    for row in work.table.rows:
        filled = [_narrow(row, name, day) for name, day in days.items() if row.custom[name].has_value]
        narrow = [one for one in filled if one.values["overall"].state in (VALUE, FAILED)] or filled[:1]
        says_more = any(reading.has_value for key, reading in row.values.items() if key not in IDENTITY)
        if says_more or not narrow:
            rows.append(row)
        else:
            others = {id(one) for one in narrow[1:]}
            narrow[0].losses = row.losses + [loss for one in filled if id(one) not in others for loss in one.losses]
        rows += narrow
    return replace(work, table=replace(work.table, rows=rows)), days


def _days(names: set[str], order: str) -> dict[str, date]:
    """The day of each name that is one, oldest first. A month means its last day; so does its first day, where all are such: it is
    how spreadsheets keep months."""
    style, found = DateStyle(order=order), {}
    for name in names:
        reading = read_date(_WORDS.sub(" ", name).strip(), style)
        if reading.has_value and reading.precision in ("day", "month", "quarter"):
            found[name] = reading.value
    if all(day.day == 1 for day in found.values()):
        found = {name: day.replace(day=monthrange(day.year, day.month)[1]) for name, day in found.items()}
    return dict(sorted(found.items(), key=lambda each: (each[1], each[0])))


def _rating(reading: Reading) -> Reading:
    """The rating in a cell that was kept as whatever it looked like."""
    return read_rag(clean_text(reading.value))


def _tells_ratings(work: Work, name: str) -> bool:
    """Whether at least half of what a column holds are ratings; "TBC" says nothing against it."""
    read = [_rating(row.custom[name]) for row in work.table.rows if name in row.custom and row.custom[name].has_value]
    against = sum(reading.state == FAILED for reading in read)
    return bool(read) and 2 * against <= len(read)


def _narrow(row: ReadRow, name: str, day: date) -> ReadRow:
    """One cell, with what says whose it is."""
    reading, column = _rating(row.custom[name]), TableColumn("", name)
    values: dict[str, Any] = {key: row.values[key] for key in IDENTITY if key in row.values}
    columns = {key: row.columns[key] for key in IDENTITY if key in row.columns} | {"overall": column, "as_at": column}
    found = ReadRow(row.place, values | {"overall": reading, "as_at": Reading(VALUE, day)}, {}, [], columns)
    if reading.state in (WITHHELD, UNKNOWN, FAILED):
        found.losses.append(Loss(name, row.place, "overall", reading.state, reading.text, reading.problem))
    return found
