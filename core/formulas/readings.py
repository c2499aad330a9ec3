"""What became of one cell: its value, or why there is none, and what was taken for granted on the way.

Codes instead of sentences: `core/imports/words.py` holds the sentence of every code, in the reader's language.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from core.formulas.defuse import restore

Cell = str | int | float | bool | date | datetime | time | timedelta | None
"""What a file gives for one cell. A CSV file gives text only."""

VALUE, EMPTY, WITHHELD, UNKNOWN, FAILED = "value", "empty", "withheld", "unknown", "failed"
"""withheld: the source says that it may not be told · unknown: the source says that nobody knows yet ·
failed: there is something, and it could not be understood."""


@dataclass(frozen=True, slots=True)
class Note:
    """A remark as code and parameters: ("day_first", {"text": "03/04/2024"})."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> list[Any]:
        return [self.code, {key: str(value) for key, value in self.params.items()}]


def note(code: str, /, **params: Any) -> Note:
    """Short for a Note."""
    return Note(code, params)


@dataclass(frozen=True, slots=True)
class Reading:
    """One cell as understood. `currency` is set for money only, `precision` for dates only."""

    state: str
    value: Any = None
    assumed: Note | None = None
    problem: Note | None = None
    text: str = ""
    currency: str = ""
    precision: str = ""

    @property
    def has_value(self) -> bool:
        return self.state == VALUE


NOTHING = Reading(EMPTY)


def failed(text: str, code: str, /, **params: Any) -> Reading:
    """A cell that holds something which could not be understood."""
    return Reading(FAILED, problem=note(code, **params), text=text)


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff]")
_SPREADSHEET_RETURN = re.compile(r"_x000[dD]_\n?")
_DASHES = re.compile(r"[‐‑‒–—―−﹣－]")
_LONGEST_NOTHING = 16
_NOT_APPLICABLE = {
    "",
    "-",
    "--",
    "–",
    "—",
    ".",
    "n/a",
    "na",
    "n.a.",
    "n.a",
    "n\\a",
    "#n/a",
    "null",
    "(blank)",
    "not applicable",
}
_NO_ANSWER = {"none", "nan", "nat", "n/k", "(none)", "not required", "not relevant"}
_WITHHELD = re.compile(
    r"\b(exempt|withheld|redacted|undisclosed|not disclosed|not published|not for publication|restricted|classified"
    r"|commercial(ly)?[ -](in[ -])?(confidence|confidential|sensitive)|confidential|freedom of information|foia?)\b",
    re.I,
)
_UNKNOWN = re.compile(
    r"^\?+$|\b(tb[acd]|to be (confirmed|determined|advised|agreed|announced|decided|defined|set|finali[sz]ed)"
    r"|not (yet )?(known|available|determined|set|agreed|decided|confirmed|defined|provided|baselined|assessed|rated)"
    r"|not yet|unknown|undetermined|awaiting|pending|early planning|did not provide|no data|under review|ongoing"
    r"|on hold|in development|various|unspecified|reset|no rating|not rated|unrated)\b",
    re.I,
)
_SPREADSHEET_ERROR = re.compile(r"^#(ref!|value!|div/0!|name\?|null!|num!|spill!|calc!|getting_data|error!?)$", re.I)


def clean_text(cell: Cell) -> str:
    """The cell as text: no control characters, no spreadsheet artefacts, line ends as \\n, outer space gone."""
    if isinstance(cell, str) and cell.isascii() and cell.isprintable() and cell[:1] != "'" and "_x000" not in cell:
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        if cell != cell or cell in (float("inf"), float("-inf")):
            return str(cell)
        return str(int(cell)) if cell == int(cell) and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, (datetime, date, time)):
        return plain_moment(cell)
    text = str(cell)
    if not text.isascii() or not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = _CONTROL.sub("", text)
    if "_x000" in text:
        text = _SPREADSHEET_RETURN.sub("\n", text)
    return restore(text.strip()) if text[:1] != "'" else restore(text.rstrip())


def plain_moment(cell: date | time) -> str:
    """A date or moment as ISO text; midnight is left out, because spreadsheets add it to every date."""
    if isinstance(cell, datetime):
        if (cell.hour, cell.minute, cell.second) == (0, 0, 0):
            return cell.date().isoformat()
        return cell.isoformat(sep=" ", timespec="seconds")
    return cell.isoformat()


def folded(text: str) -> str:
    """Text for comparing: compatibility forms folded, one kind of space, one kind of dash."""
    if not text.isascii():
        text = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    return " ".join(text.split())


def without_value(text: str) -> Reading | None:
    """The reading of a text that says "there is no figure here", or None when it may hold one."""
    plain = folded(text).lower()
    if plain in _NOT_APPLICABLE or plain in _NO_ANSWER:
        return NOTHING
    if _SPREADSHEET_ERROR.match(plain):
        return failed(text, "spreadsheet_error", text=text)
    if _WITHHELD.search(plain):
        return Reading(WITHHELD, text=text)
    if _UNKNOWN.search(plain):
        return Reading(UNKNOWN, text=text)
    return None


def is_not_applicable(text: str) -> bool:
    """Whether a text stands for nothing at all: N/A, a dash, null."""
    return len(text) <= _LONGEST_NOTHING and folded(text).lower() in _NOT_APPLICABLE


def exact(number: float | Decimal) -> Decimal:
    """A number from a file as Decimal, as it is written there."""
    return number if isinstance(number, Decimal) else Decimal(str(number))
