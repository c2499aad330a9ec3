"""Finding the table inside a sheet: its header, its records, and what stands around them.

A sheet may open with titles, notes and blank rows, may hold its projects as columns (transposed), may repeat its
header, may end with totals and sources. `find_header` says where the header is, `make_table` cuts the table out.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from core.formulas.amounts import currency_of, unit_of
from core.formulas.readings import Cell, Note, clean_text, folded, is_not_applicable, note

_LOOK_AT_ROWS = 40
_LONGEST_GROUP = 60
_TOTAL = re.compile(r"^(grand |sub-?)?totals?\b\s*:?$|^sum$", re.I)
_DAY = re.compile(r"^(\d{4}-\d{2}(-\d{2})?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})$")
_FIGURE = re.compile(r"^[£$€(+-]*\d[\d.,%) /:-]*[a-z%]{0,3}$", re.I)


@dataclass(frozen=True)
class Grid:
    """A sheet as it stands in the file: rows of cells, each with its line number (1 is the first)."""

    rows: list[tuple[int, list[Cell]]]
    sheet: str = ""
    notes: tuple[Note, ...] = ()
    formulas: tuple[str, ...] = ()
    """Addresses of cells that hold a formula, such as "C7": what was read is the result kept in the file."""
    unworked: tuple[str, ...] = ()
    """Addresses of formulas whose result the file does not hold, as programs write them that do not calculate."""


@dataclass(frozen=True)
class Header:
    """Where the header is: a row (or, transposed, a column) of the grid, by its index from 0."""

    index: int
    transposed: bool = False


@dataclass(frozen=True)
class TableColumn:
    """A column of the table: its place as a letter ("F"; a line number when transposed) and its name, never empty."""

    place: str
    name: str
    above: str = ""
    """What stands above the name and says in which unit or currency the figures are: "Money £m", "All figures in £ million"."""
    in_group: bool = False
    """`above` is a group name over some of the columns; else a line that holds for the whole table."""


@dataclass(frozen=True)
class Record:
    """One row of the table. `place` is its line number, or its column letter when transposed."""

    place: str
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """A table with named columns."""

    columns: list[TableColumn]
    records: list[Record]
    notes: list[Note] = field(default_factory=list)
    transposed: bool = False


def letter(index: int) -> str:
    """The letter of a column by its index from 0: A, B, ... Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=8_192)
def header_key(name: str) -> str:
    """A header for comparing: its head without remarks in brackets or after a line break, in plain small words."""
    head = re.split(r"\n", name.strip(), maxsplit=1)[0]
    bare = re.sub(r"[(\[][^)\]]*[)\]]?", " ", head) or head
    if not re.search(r"\w", bare):
        bare = name
    bare = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare)
    return re.sub(r"[^\w%]+", " ", folded(bare).lower().replace("_", " ")).strip()


def find_header(grid: Grid, vocabulary: Collection[str] = ()) -> Header | None:
    """The likeliest header among the first 40 rows, or a column of them; None when there is no table.

    `vocabulary` holds header keys that the target knows; it decides between rows that look alike and is what
    shows that a sheet is transposed.
    """
    rows = [cells for _, cells in grid.rows]
    if not rows:
        return None
    known = set(vocabulary)
    best, best_score = None, 0.0
    for index, row in enumerate(rows[:_LOOK_AT_ROWS]):
        score = _header_score(row, rows[index + 1 : index + 60], known)
        if score > best_score:
            best, best_score = index, score
    sideways = _transposed_header(rows, known)
    if sideways and sideways[1] > _known_words(rows[best] if best is not None else [], known):
        return Header(sideways[0], transposed=True)
    return Header(best) if best is not None else None


def _texts(row: Sequence[Cell]) -> list[str]:
    return [text for text in (clean_text(cell) for cell in row) if text]


def _known_words(row: Sequence[Cell], known: Collection[str]) -> int:
    return len({header_key(text) for text in _texts(row)} & set(known))


def _header_score(row: Sequence[Cell], below: Sequence[Sequence[Cell]], known: Collection[str]) -> float:
    texts = _texts(row)
    width = max((len(_texts(other)) for other in below), default=0)
    if not texts or (not below and len(texts) < 2):
        return 0.0
    filled = min(1.0, len(texts) / max(width, 1)) if len(texts) > 1 else 0.2 / max(width, 1)
    hits = _known_words(row, known)
    words = [isinstance(cell, str) and not _FIGURE.match(cell.strip()) for cell in row if clean_text(cell)]
    wordy = (sum(words) + (_days_above(row, below) if hits else 0)) / len(texts)
    distinct = len(set(texts)) / len(texts)
    short = sum(len(header_key(text)) <= 90 for text in texts) / len(texts)
    return filled * wordy**2 * distinct * short + 0.35 * min(hits, 8)


def _days_above(row: Sequence[Cell], below: Sequence[Sequence[Cell]]) -> int:
    """How many days stand over columns without any: a sheet with a column a month has such a header."""
    found = [index for index, cell in enumerate(row) if _is_day(cell)]
    return sum(not any(index < len(other) and _is_day(other[index]) for other in below) for index in found)


def _is_day(cell: Cell) -> bool:
    return isinstance(cell, date) or (isinstance(cell, str) and bool(_DAY.match(cell.strip())))


def _transposed_header(rows: Sequence[Sequence[Cell]], known: Collection[str]) -> tuple[int, int] | None:
    """The column among the first three that holds most known header words, if it holds at least three."""
    best = None
    for index in range(3):
        column = [row[index] for row in rows[:200] if index < len(row)]
        hits = _known_words(column, known)
        if hits >= 3 and (best is None or hits > best[1]):
            best = (index, hits)
    return best


def make_table(grid: Grid, header: Header) -> Table:
    """The table under (or beside) the header, without blank rows, repeated headers, totals and closing remarks."""
    if header.transposed:
        return _transposed_table(grid, header)
    notes: list[Note] = []
    above = grid.rows[header.index - 1][1] if header.index else []
    head = grid.rows[header.index][1]
    body = [(line, cells) for line, cells in grid.rows[header.index + 1 :] if any(clean_text(cell) for cell in cells)]
    width = max([len(head), *(len(cells) for _, cells in body)], default=0)
    names = [clean_text(head[index]) if index < len(head) else "" for index in range(width)]
    used = Counter(index for _, cells in body for index, cell in enumerate(cells) if cell not in ("", None))
    # a bundle of stray cells right of the table is data without a name: kept, named by its letter
    keep = [index for index in range(width) if names[index] or used[index]]
    groups = _groups(above, width)
    named = _distinct_names(names, groups, keep)
    records, left_out = _records(body, [names[index] for index in keep], keep)
    notes.extend(left_out)
    longer = [line for line, cells in body if len(_trimmed(cells)) > max(len(head), 1)]
    if longer:
        notes.append(note("rows_wider_than_header", count=len(longer), line=longer[0]))
    are_groups = len(set(groups.values()) - {""}) > 1  # one text over all columns is a title
    titles = [clean_text(cell) for _, cells in grid.rows[: header.index - are_groups] for cell in cells] if header.index else []
    whole = next((text for text in titles if _tells_unit(text)), "")
    groups = groups if are_groups else dict.fromkeys(groups, "")
    columns = [TableColumn(letter(index), named[index], *_unit_above(named[index], groups[index], whole)) for index in keep]
    return Table(columns, records, notes)


_SAYS_SO = re.compile(
    r"(?i)\b(figures?|amounts?|values?|costs?|budgets?|numbers?|money|currency|units?|stated|shown|expressed)\b"
)
_WORDS_OF_A_LABEL = 5


def _tells_unit(text: str) -> bool:
    """Whether a line above a table says in which unit its money is: "£m", "All figures in £ million"."""
    return unit_of(text)[1] != 1 and (bool(_SAYS_SO.search(text)) or len(text.split()) <= _WORDS_OF_A_LABEL)


def _unit_above(name: str, group: str, whole: str) -> tuple[str, bool]:
    """What says in which unit a column is whose own name does not, and whether that is its group. A name with a currency of its
    own ("Budget (£)") means whole units."""
    if unit_of(name)[1] != 1 or currency_of(name):
        return "", False
    if len(group) <= _LONGEST_GROUP and (unit_of(group)[1] != 1 or currency_of(group)):
        return group, True
    return whole, False


def _trimmed(cells: Sequence[Cell]) -> list[Cell]:
    cells = list(cells)
    while cells and clean_text(cells[-1]) == "":
        cells.pop()
    return cells


def _groups(above: Sequence[Cell], width: int) -> dict[int, str]:
    """The group name that stands above each column: it reaches to the next one."""
    groups: dict[int, str] = {}
    current = ""
    for index in range(width):
        current = (clean_text(above[index]) if index < len(above) else "") or current
        groups[index] = current
    return groups


def _distinct_names(names: list[str], groups: Mapping[int, str], keep: Sequence[int]) -> dict[int, str]:
    """A name for each kept column: twins take the group name that stands above them, else a number."""
    counts = Counter(names[index].lower() for index in keep if names[index])
    named: dict[int, str] = {}
    taken: set[str] = set()
    for index in keep:
        name = names[index] or f"Column {letter(index)}"
        if counts[name.lower()] > 1 and groups[index] and len(set(groups.values()) - {""}) > 1:
            name = f"{groups[index]}: {name}"
        base, number = name, 2
        while name.lower() in taken:
            name = f"{base} ({number})"
            number += 1
        taken.add(name.lower())
        named[index] = name
    return named


def _records(
    body: Sequence[tuple[int, list[Cell]]], names: Sequence[str], keep: Sequence[int]
) -> tuple[list[Record], list[Note]]:
    records: list[Record] = []
    notes: list[Note] = []
    head = [name.lower() for name in names if name]
    for line, cells in body:
        picked = [cells[index] if index < len(cells) else "" for index in keep]
        texts = [clean_text(cell) for cell in picked]
        filled = [text for text in texts if text]
        if len(filled) > 1 and [text.lower() for text in filled] == head:
            notes.append(note("header_repeated", line=line))
        elif _TOTAL.match(filled[0]) and len(keep) > 1:
            notes.append(note("total_row", line=line, text=filled[0]))
        elif len(filled) == 1 and len(keep) > 2 and (len(filled[0]) > 60 or re.match(r"(?i)^(source|notes?|\*|©)", filled[0])):
            notes.append(note("remark_row", line=line, text=filled[0][:200]))
        else:
            records.append(Record(str(line), picked))
    return records, notes


def _transposed_table(grid: Grid, header: Header) -> Table:
    labelled: list[tuple[int, list[Cell]]] = [
        (line, cells) for line, cells in grid.rows if header.index < len(cells) and clean_text(cells[header.index])
    ]
    width = max((len(cells) for _, cells in labelled), default=0)
    names = [clean_text(cells[header.index]) for _, cells in labelled]
    named = _distinct_names(names, dict.fromkeys(range(len(names)), ""), range(len(names)))
    columns = [TableColumn(str(line), named[index]) for index, (line, _) in enumerate(labelled)]
    records = []
    for index in range(header.index + 1, width):
        cells = [row[index] if index < len(row) else "" for _, row in labelled]
        if sum(not is_not_applicable(clean_text(cell)) for cell in cells) > 0:
            records.append(Record(letter(index), cells))
    # titles above the labels sit in one row of one cell: such labels have no cell in any record
    used = [index for index in range(len(columns)) if any(clean_text(record.cells[index]) for record in records)]
    records = [Record(record.place, [record.cells[index] for index in used]) for record in records]
    return Table([columns[index] for index in used], records, [note("transposed")], transposed=True)
