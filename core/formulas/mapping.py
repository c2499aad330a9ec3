"""Which column of a file is which field: proposals from header names and from what the cells hold.

Confidence: 1 is the very name; 0.9 the name with more words around it; below 0.6 nothing is proposed. The share of
sample cells that read as the field's kind is the other half: a column of money is never proposed as a date.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from core.formulas.cells import ReadingOptions, profile_column, read_cell
from core.formulas.readings import EMPTY, FAILED, Cell, clean_text, folded, is_not_applicable
from core.formulas.tabular import Table, header_key

LEAST = 0.6
"""Below this confidence a column is left for the person to place."""
_SAMPLE = 60
_FILLERS = {
    "the",
    "of",
    "a",
    "an",
    "for",
    "to",
    "and",
    "in",
    "on",
    "at",
    "by",
    "or",
    "s",
    "this",
    "latest",
    "approved",
    "current",
    "custom",
    "field",
}
_SAME = {
    "programme": "project", "program": "project", "investment": "project", "initiative": "project", "est": "estimated",
    "completion": "finish", "end": "finish", "finished": "finish", "completed": "finish", "complete": "finish",
    "begin": "start", "beginning": "start", "commencement": "start", "costs": "cost", "dept": "department", "desc": "description",
    "pct": "percent", "%": "percent", "ref": "reference", "no": "number", "num": "number", "mgr": "manager",
    "benefits": "benefit", "objectives": "objective", "aims": "aim", "dates": "date", "titles": "title", "names": "name",
    "assessment": "rating", "assesment": "rating", "evaluation": "rating", "organization": "organisation", "rag": "rating",
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A field that columns can be placed on. `synonyms` are header names that mean it, likeliest first."""

    key: str
    label: Any
    """What a person reads, possibly translated when shown; proposals go by `synonyms` only."""
    kind: str
    synonyms: tuple[str, ...] = ()
    never: str = ""
    """A pattern that a header of this field never matches, e.g. "narrative" for an amount."""
    group: Any = ""
    many: bool = False
    """Several columns may be placed on it; their texts stand one under the other."""
    longest: int = 0
    """Characters that fit; 0 for no limit."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """For kind choice: what people write (plain small words) -> the value."""
    pattern: str = ""
    """What every value looks like, where that tells the field from others, e.g. a reference."""
    needed: bool = False
    """When no column was left for it, it takes one from another field: a table without a title makes little sense."""
    exact: bool = False
    """Only the whole name means it: "Type" does, "Type of contract" does not."""
    unique: bool = False
    """No value stands twice in a column of it: an identifier."""
    dated: bool = False
    """It says how things stood on a day: without an as-at day it cannot be kept."""


@dataclass(frozen=True)
class Proposal:
    """What one column is likely to be; `field` is "" when nothing fits."""

    column: int
    field: str
    confidence: float
    agreeing: int = 0
    """Sample cells that could be read as the field's kind, of `sampled`."""
    sampled: int = 0


@lru_cache(maxsize=4_096)
def words(text: str) -> tuple[str, ...]:
    """The words of a header for comparing, with common variants made one."""
    found = re.findall(r"[^\W_]+|%", header_key(text))
    return tuple(_SAME.get(word, word) for word in found if word not in _FILLERS)


def vocabulary(fields: Sequence[Field]) -> set[str]:
    """Every header key that the fields know, for `tabular.find_header`."""
    return {header_key(name) for one in fields for name in one.synonyms}


def fingerprint(headers: Sequence[str]) -> str:
    """The same for files with the same columns, whatever their order, remarks and years: files match by it."""
    keys = sorted(re.sub(r"\d+", "9", " ".join(words(header))) for header in headers)
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


def propose(table: Table, fields: Sequence[Field], options: ReadingOptions | None = None) -> list[Proposal]:
    """One proposal per column, in order; no field is given to two columns."""
    candidates: list[tuple[float, int, int, int, Field]] = []
    samples = [_sample([record.cells[index] for record in table.records]) for index in range(len(table.columns))]
    for index, column in enumerate(table.columns):
        for one in fields:
            likeness = name_likeness(column.name, one)
            if likeness < LEAST:
                continue
            agreeing = _agreeing(column.name, samples[index], one, options)
            total = len(samples[index])
            if total and agreeing < 0.3 * total:
                continue
            share = agreeing / total if total else 0.5
            if one.unique:
                likeness *= _distinct([record.cells[index] for record in table.records])
            candidates.append((likeness * (0.7 + 0.3 * share), index, agreeing, total, one))
    candidates.sort(key=lambda found: (-found[0], found[1]))
    taken: dict[int, Proposal] = {}
    used: set[str] = set()
    for confidence, index, agreeing, total, one in candidates:
        if index not in taken and (one.many or one.key not in used) and confidence >= LEAST:
            taken[index] = Proposal(index, one.key, round(confidence, 2), agreeing, total)
            used.add(one.key)
    for confidence, index, agreeing, total, one in candidates:
        if one.needed and one.key not in used and confidence >= LEAST:
            taken[index] = Proposal(index, one.key, round(confidence, 2), agreeing, total)
            used.add(one.key)
    return [taken.get(index, Proposal(index, "", 0.0)) for index in range(len(table.columns))]


def name_likeness(header: str, one: Field) -> float:
    """How much a header's name says that it is this field: 0 to 1."""
    if one.never and re.search(one.never, header_key(header), re.I):
        return 0.0
    whole = words(header)
    best = 0.0
    for order, synonym in enumerate(one.synonyms):
        likeness = _likeness(whole, words(synonym), header_key(header) == header_key(synonym))
        best = max(best, likeness - 0.001 * order)
    return 0.0 if one.exact and best < 0.9 else best


def _likeness(whole: tuple[str, ...], synonym: tuple[str, ...], same: bool) -> float:
    if same:
        return 1.0
    if not whole or not synonym:
        return 0.0
    if whole == synonym:
        return 0.98
    ours, theirs = set(whole), set(synonym)
    if ours == theirs:
        return 0.96
    shared = ours & theirs
    if theirs <= ours:
        # every word of the name is there, with others around it; one common word alone says little
        weight = len(theirs) / len(ours)
        return (0.62 if len(theirs) == 1 else 0.74) + 0.2 * weight if weight > 0.3 else 0.5 * weight
    if ours < theirs and len(ours) > 1:
        return 0.6 + 0.2 * len(ours) / len(theirs)
    spelled = SequenceMatcher(None, " ".join(whole), " ".join(synonym)).ratio()
    if spelled > 0.87:
        return 0.9 * spelled
    return 0.8 * len(shared) / len(ours | theirs)


def _distinct(cells: Sequence[Cell]) -> float:
    """The share of different values among the filled cells, 0 to 1."""
    texts = [text for text in map(clean_text, cells) if text]
    return len(set(texts)) / len(texts) if texts else 1.0


def _sample(cells: Sequence[Cell]) -> list[Cell]:
    """Up to 60 filled cells from the whole column, evenly."""
    filled = [cell for cell in cells if not is_not_applicable(clean_text(cell))]
    step = max(1, len(filled) // _SAMPLE)
    return filled[::step][:_SAMPLE]


def _agreeing(header: str, cells: Sequence[Cell], one: Field, options: ReadingOptions | None) -> int:
    profile = profile_column(one.kind, header, cells, options)
    agreeing = 0
    for cell in cells:
        reading = read_cell(cell, profile)
        state = reading.state
        if one.pattern and not re.match(one.pattern, str(reading.value)):
            state = FAILED
        if one.choices and folded(str(reading.value)).lower() not in one.choices:
            state = FAILED
        if one.kind in ("text", "id", "choice") and len(clean_text(cell)) > 300:
            state = FAILED
        agreeing += state not in (FAILED, EMPTY) or (state == EMPTY and one.kind not in ("text", "id", "choice", "long"))
    return agreeing


def column_samples(table: Table, index: int, count: int = 3) -> list[str]:
    """A few different filled cells of a column, for showing."""
    seen: list[str] = []
    for record in table.records:
        text = clean_text(record.cells[index])
        if text and text not in seen:
            seen.append(text)
            if len(seen) == count:
                break
    return seen


def align(remembered: Sequence[str], headers: Sequence[str]) -> dict[int, int]:
    """For a remembered list of headers, which column of a new file each one is (by name, then by likeness)."""
    found: dict[int, int] = {}
    keys = [" ".join(words(header)) for header in headers]
    for old, name in enumerate(remembered):
        key = " ".join(words(name))
        exact = [new for new, other in enumerate(keys) if re.sub(r"\d+", "9", other) == re.sub(r"\d+", "9", key)]
        free = [new for new in exact if new not in found.values()]
        if free:
            found[old] = free[0]
    return found
