"""From a job's file to its table, and what the pages show of it: sheets, columns, samples, proposals."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from core.formulas.amounts import currency_of
from core.formulas.cells import ReadingOptions, kind_of_column
from core.formulas.dates import DateStyle, read_date
from core.formulas.delimited import Unreadable
from core.formulas.mapping import Field, column_samples, fingerprint, propose, vocabulary
from core.formulas.readings import Note, clean_text, folded, note
from core.formulas.tabular import Grid, Header, Table, find_header, header_key, make_table
from core.imports.reading import Limits, Source, read_source
from core.imports.records import CUSTOM, LEFT_OUT, kind_header

_SHOWN_LINES, _SHOWN_CELLS = 25, 14


@dataclass(frozen=True)
class Opened:
    """A file with the table that was chosen in it."""

    source: Source
    grid: Grid
    header: Header
    table: Table


def open_table(
    path: Path,
    fields: Sequence[Field],
    *,
    limits: Limits,
    sheet: str = "",
    header_line: int | None = None,
    transposed: bool = False,
) -> Opened:
    """Read a file and cut its table out; sheet and header line are found where they are not given.

    Raises `Unreadable` when there is no table.
    """
    source = read_source(path, limits=limits, sheet=sheet or None)
    known = vocabulary(fields)
    best: tuple[float, Grid, Header, Table] | None = None
    for grid in source.grids:
        header = _given(grid, header_line, transposed) if header_line is not None else find_header(grid, known)
        if header is None:
            continue
        table = make_table(grid, header)
        hits = len({header_key(column.name) for column in table.columns} & known)
        weight = hits * 10 + min(len(table.records), 50) / 50 + min(len(table.columns), 50) / 50
        if table.records and (best is None or weight > best[0]):
            best = (weight, grid, header, table)
    if best is None:
        raise Unreadable("no_table")
    _, grid, header, table = best
    return Opened(source, grid, header, table)


def _given(grid: Grid, line: int, transposed: bool) -> Header | None:
    if transposed:
        return Header(line, transposed=True)
    found = [index for index, (number, _) in enumerate(grid.rows) if number == line]
    if not found:
        raise Unreadable("header_line_blank", line=line)
    return Header(found[0])


def is_derived(header: str, derived: Collection[str]) -> bool:
    """Whether a column holds what no file can set. A name of `derived` that ends in * stands for all headers that begin so."""
    key = header_key(header)
    return any(key.startswith(one[:-1]) if one.endswith("*") else key == one for one in derived)


def describe(
    opened: Opened, fields: Sequence[Field], *, name: str, currency: str, own: str = "", derived: Collection[str] = ()
) -> dict[str, Any]:
    """What the wizard's pages and the command line show of a file, as JSON: proposals included."""
    table = opened.table
    proposals = propose(table, fields, ReadingOptions(currency))
    kinds = {one.key: one.kind for one in fields}
    comes_back = own and any(proposal.field == own for proposal in proposals)
    columns = []
    for index, (column, proposal) in enumerate(zip(table.columns, proposals, strict=True)):
        cells = [record.cells[index] for record in table.records]
        columns.append(
            {
                "place": column.place,
                "name": column.name,
                "samples": [text[:160] for text in column_samples(table, index)],
                "filled": sum(bool(clean_text(cell)) for cell in cells),
                "kind": kinds.get(proposal.field) or kind_of_column(kind_header(column), cells),
                "field": LEFT_OUT if comes_back and is_derived(column.name, derived) else proposal.field or CUSTOM,
                "confidence": proposal.confidence,
                "agreeing": proposal.agreeing,
                "sampled": proposal.sampled,
            }
        )
    found = as_at_of(opened, name)
    from_title = [note("as_at_from_title", day=found[0].isoformat(), text=found[1][:120])] if found and found[1] else []
    header_line = opened.header.index if opened.header.transposed else opened.grid.rows[opened.header.index][0]
    return {
        "form": opened.source.form,
        "encoding": opened.source.encoding,
        "delimiter": opened.source.delimiter,
        "sheets": [{"name": grid.sheet, "rows": len(grid.rows)} for grid in opened.source.grids],
        "hidden": opened.source.hidden,
        "refused": {sheet: why.as_json() for sheet, why in opened.source.refused.items()},
        "sheet": opened.grid.sheet,
        "header_line": header_line,
        "transposed": opened.header.transposed,
        "records": len(table.records),
        "columns": columns,
        "notes": [each.as_json() for each in [*_notes(opened), *from_title]],
        "lines": [
            {"line": line, "cells": [clean_text(cell)[:60] for cell in cells[:_SHOWN_CELLS]], "more": len(cells) > _SHOWN_CELLS}
            for line, cells in opened.grid.rows[:_SHOWN_LINES]
        ],
        "fingerprint": fingerprint([column.name for column in table.columns]),
        "suggested": suggest_options(opened, columns, name=name),
    }


def _notes(opened: Opened) -> list[Note]:
    notes = [*opened.source.notes, *opened.grid.notes, *opened.table.notes]
    for code, cells in (("formulas", opened.grid.formulas), ("formulas_without_result", opened.grid.unworked)):
        if cells:
            notes.append(note(code, count=len(cells), cells=", ".join(cells[:5])))
    if not opened.header.transposed and opened.header.index:
        notes.append(note("lines_above_header", count=opened.header.index, line=opened.grid.rows[opened.header.index][0]))
    return notes


def suggest_options(opened: Opened, columns: Sequence[Mapping[str, Any]], *, name: str) -> dict[str, str]:
    """The as-at day from the file's name or its title lines, the currency from headers and cells, the identifiers' system."""
    found = as_at_of(opened, name)
    day = found[0] if found else None
    identifier = next((str(column["name"]) for column in columns if column["field"] == "external_id"), "")
    return {
        "as_at": day.isoformat() if day else "",
        "currency": _currency(opened.table),
        "system": system_of(identifier, name) if identifier else "",
    }


# What stands before a day that a table tells about, and before one that it does not.
_TELLS_OF = re.compile(
    r"\b(as (at|of|on)|(status|data|position|figures|snapshot|report(ed|ing)?)( (at|on|for|to|as|day|date))*|at"
    r"|(period|quarter|month|year|week)?[ -]?(ending|ended)( on)?)[\s:–-]*$"
)
_TELLS_NOT = re.compile(
    r"\b(approv|since|start|begin|began|print|publi|creat|export|generat|launch|issu|version|due|target|from|until|till|by|"
    r"downloaded|revised|established|founded|agreed|signed|author|board)"
)
_WORDS_OF_A_TITLE = 6


def as_at_of(opened: Opened, name: str) -> tuple[date, str] | None:
    """The day that the file tells about, and the title line that says so ("" for the file's name): a line that says
    "as at", else the name, else a short line that holds nothing but a heading and a day."""
    titles: list[str] = []
    if not opened.header.transposed:
        lines = opened.grid.rows[: opened.header.index]
        titles = [clean_text(cell) for _, cells in lines for cell in cells if clean_text(cell)]
    plain_lines: list[tuple[date, str]] = []
    for title in titles:
        for day, before in _days_in(title):
            clause = re.split(r"[,;(]", before)[-1]
            if _TELLS_OF.search(clause):
                return day, title
            if not _TELLS_NOT.search(before) and len(title.split()) <= _WORDS_OF_A_TITLE:
                plain_lines.append((day, title))
    named = as_at_in(name)
    return (named, "") if named else next(iter(plain_lines), None)


def as_at_in(text: str) -> date | None:
    """The day that a file name tells about: "31 March 2024", "2024-03-31", "2023-24", "Q2 2023/24", "March 2024"."""
    return next((day for day, _before in _days_in(text)), None)


def _days_in(text: str) -> Iterator[tuple[date, str]]:
    """Each day in a text, the most exact way of writing it first, with the words before it."""
    plain = re.sub(r"\.\w{2,4}$", "", folded(text).lower().replace("_", " "))
    style = DateStyle(order="day")
    patterns = (
        r"\b\d{4}-\d{1,2}-\d{1,2}\b", r"\b\d{1,2}[ -](?:[a-z]{3,9})[ -,]+\d{4}\b", r"\b[a-z]{3,9} \d{1,2},? \d{4}\b",
        r"\bq[1-4] (?:fy)? ?\d{4}[-/ ]\d{2,4}\b", r"\b(?:19|20)\d{2}[-/ ](?:20)?\d{2}\b", r"\b(?:19|20)\d{2}(?:0[1-9]|1[0-2])[0-3]\d\b",
        r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{4}\b",
    )  # fmt: skip
    for pattern in patterns:
        for found in re.finditer(pattern, plain):
            reading = read_date(re.sub(r"^(\d{4}) (\d{2,4})$", r"\1-\2", found[0]), style)
            if reading.has_value:
                yield reading.value, plain[: found.start()]


def _currency(table: Table) -> str:
    votes: Counter[str] = Counter()
    for index, column in enumerate(table.columns):
        found = currency_of(column.name) or currency_of(column.above)
        if found:
            votes[found] += 50
        for record in table.records[:200]:
            cell = record.cells[index]
            if isinstance(cell, str) and len(cell) < 40 and re.search(r"\d", cell):
                found = currency_of(cell)
                if found:
                    votes[found] += 1
    return votes.most_common(1)[0][0] if votes else ""


def system_of(header: str, name: str) -> str:
    """What to call the source of identifiers: "GMPP" for "GMPP ID Number"; the file's name where the header is general."""
    general = {
        "id", "ids", "identifier", "unique", "number", "no", "code", "key", "ref", "reference", "project", "programme", "program",
        "record", "external", "investment", "issue", "item", "system",
    }  # fmt: skip
    kept = [
        word
        for word in re.findall(r"[^\W_]+", header.split("\n", maxsplit=1)[0])
        if header_key(word) not in general and len(word) > 1
    ]
    kept = [word for word in kept if not set(header_key(word).split()) <= general]
    if kept:
        return " ".join(kept)[:60]
    stem = re.sub(r"\.\w+$", "", name)
    stem = re.sub(r"[\d_\-.()]+", " ", stem)
    stem = re.sub(r"\b(v|q|fy|final|copy|export|as at)\b", " ", stem, flags=re.I)
    return re.sub(r"\s+", " ", stem).strip()[:60] or "File"
