"""The rows of a table as readings of fields: what every target starts its plan from."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.formulas.cells import Profile, ReadingOptions, kind_of_column, profile_column, read_cell
from core.formulas.mapping import Field
from core.formulas.readings import (
    EMPTY,
    FAILED,
    NOTHING,
    UNKNOWN,
    VALUE,
    WITHHELD,
    Note,
    Reading,
    clean_text,
    failed,
    folded,
    note,
)
from core.formulas.tabular import Record, Table, TableColumn

CUSTOM = "custom"
LEFT_OUT = ""


@dataclass(frozen=True)
class ImportOptions:
    """What a person decided about a whole file. Kept as JSON on the job."""

    as_at: str = ""
    """The day the file tells about, ISO; "" when it has none or a column says it."""
    currency: str = ""
    system: str = ""
    """What the source of the identifiers is called, e.g. GMPP."""
    series: str = "main"
    date_order: str = ""
    fiscal_month: int = 4
    scope: str = ""
    """What rows belong to that do not say it themselves, for targets that ask for it: a reference."""
    similar: str = "ask"
    """What to do with a row whose title is like an existing one: ask, new or same."""
    answers: dict[str, str] = field(default_factory=dict)
    """Answers to questions: line -> "new" or the reference of the existing one."""

    @property
    def as_at_day(self) -> date | None:
        return date.fromisoformat(self.as_at) if self.as_at else None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ImportOptions":
        """From the job's JSON; unknown keys are left aside."""
        return cls(**{key: value for key, value in stored.items() if key in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Loss:
    """A cell that did not become a value of its field: withheld, unknown or failed, with its text."""

    column: str
    place: str
    field: str
    state: str
    text: str
    problem: Note | None = None

    def as_json(self) -> dict[str, Any]:
        stored: dict[str, Any] = {
            "column": self.column,
            "place": self.place,
            "field": self.field,
            "state": self.state,
            "text": self.text[:2000],
        }
        if self.problem:
            stored["problem"] = self.problem.as_json()
        return stored


@dataclass
class ReadRow:
    """One row. `values` by field key; `custom` by column name; `as_given` are texts of cells that have no value."""

    place: str
    values: dict[str, Reading] = field(default_factory=dict)
    custom: dict[str, Reading] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    columns: dict[str, TableColumn] = field(default_factory=dict)
    """The column that each field came from (the first, where several)."""

    def value(self, key: str) -> Any:
        """The value of a field, or None."""
        reading = self.values.get(key)
        return reading.value if reading is not None and reading.has_value else None

    def refuse(self, key: str, code: str, **params: Any) -> None:
        """Turn a field that was read into one that could not be, because it does not fit with the rest."""
        reading = self.values[key]
        column = self.columns[key]
        value = reading.value
        text = reading.text or (
            ", ".join(value) if isinstance(value, list) else clean_text(value) if isinstance(value, bool) else str(value)
        )
        problem = note(code, **params)
        self.values[key] = Reading(FAILED, problem=problem, text=text)
        self.losses.append(Loss(column.name, f"{column.place}{self.place}", key, FAILED, text, problem))


@dataclass(frozen=True)
class ReadTable:
    """All rows, the kinds of the columns kept as further fields, and how often what was assumed, with an example."""

    rows: list[ReadRow]
    custom_kinds: dict[str, str]
    assumptions: list[dict[str, Any]]


def read_records(table: Table, mapping: Mapping[str, str], fields: Sequence[Field], options: ImportOptions) -> ReadTable:
    """Read every cell of a table as the field its column is placed on (or as what it looks like, for "custom")."""
    by_key = {one.key: one for one in fields}
    reading_options = ReadingOptions(options.currency, options.date_order, options.fiscal_month)
    plans: list[tuple[int, TableColumn, Field | None, Profile]] = []
    custom_kinds: dict[str, str] = {}
    for index, column in enumerate(table.columns):
        key = mapping.get(column.name, CUSTOM)
        if key == LEFT_OUT:
            continue
        cells = [record.cells[index] for record in table.records]
        one = by_key.get(key)
        kind = one.kind if one else kind_of_column(kind_header(column), cells)
        if one is None:
            custom_kinds[column.name] = kind
        plans.append((index, column, one, profile_column(kind, column.name, cells, reading_options, above=column.above)))
    assumed: dict[tuple[str, str], dict[str, Any]] = {}
    rows = [_read_row(record, plans, assumed, transposed=table.transposed) for record in table.records]
    filled = {name for row in rows for name, reading in row.custom.items() if reading.has_value}
    custom_kinds = {name: kind for name, kind in custom_kinds.items() if name in filled}
    return ReadTable(rows, custom_kinds, list(assumed.values()))


def kind_header(column: TableColumn) -> str:
    """A column's name with the group above it where that names the money: "Money £m: Contingency"."""
    return f"{column.above}: {column.name}" if column.in_group else column.name


def _read_row(
    record: Record,
    plans: Iterable[tuple[int, TableColumn, Field | None, Profile]],
    assumed: dict[tuple[str, str], dict[str, Any]],
    *,
    transposed: bool,
) -> ReadRow:
    row = ReadRow(record.place)
    for index, column, one, profile in plans:
        reading = read_cell(record.cells[index], profile)
        if one is not None:
            reading = _fitting(reading, one)
        if reading.assumed:
            seen = assumed.setdefault(
                (column.name, reading.assumed.code), {"column": column.name, "note": reading.assumed.as_json(), "count": 0}
            )
            seen["count"] += 1
        if one is None:
            row.custom[column.name] = _kept(reading)
            continue
        if one.many and one.key in row.values and row.values[one.key].has_value:
            if reading.has_value:
                joined = f"{row.values[one.key].value}\n\n{reading.value}"
                row.values[one.key] = Reading(VALUE, joined)
            continue
        row.columns.setdefault(one.key, column)
        row.values[one.key] = reading
        if reading.state in (WITHHELD, UNKNOWN, FAILED):
            cell_place = f"{record.place}{column.place}" if transposed else f"{column.place}{record.place}"
            row.losses.append(Loss(column.name, cell_place, one.key, reading.state, reading.text, reading.problem))
    return row


def _kept(reading: Reading) -> Reading:
    """A further field keeps even what does not fit its kind, as text."""
    return reading if reading.state in (VALUE, EMPTY) else Reading(VALUE, reading.text)


def _fitting(reading: Reading, one: Field) -> Reading:
    if not reading.has_value:
        return reading
    if one.choices:
        words = re.sub(r"[\s_-]+", " ", folded(str(reading.value)).lower()).strip()
        value = one.choices.get(words)
        return Reading(VALUE, value) if value is not None else failed(str(reading.value), "not_a_choice", text=reading.value)
    if one.longest and isinstance(reading.value, str) and len(reading.value) > one.longest:
        return failed(reading.value, "text_too_long", limit=one.longest)
    if one.longest and isinstance(reading.value, list):
        kept = [item for item in reading.value if len(item) <= one.longest]
        return Reading(VALUE, kept) if kept else NOTHING
    if one.pattern and not re.match(one.pattern, str(reading.value)):
        return failed(str(reading.value), "does_not_look_like_it", text=reading.value)
    return reading
