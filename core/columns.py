"""Columns of a list: what a cell holds, how it looks, what it is sorted by. `core/lists.py` puts them together.

Cells are drawn here and not by templates, once per value: `docs/adr/0008-registers.md` says what that saves.
"""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import exports, money
from core.rag import rating_of
from core.templatetags import pmo

SEVERITY = ("red", "amber", "green", "blue", "grey", "exempt")
NUMBERS = {"money", "number", "percent"}

Row = Any
Cell = tuple[str, str]  # attributes of the <td>, its content as safe HTML


def severity(path: str) -> Case:
    """Sort ratings by how bad they are, not by the alphabet; rows without one come last."""
    return Case(
        *(When(**{path: rating}, then=Value(rank)) for rank, rating in enumerate(SEVERITY)),
        default=Value(len(SEVERITY)),
        output_field=IntegerField(),
    )


@dataclass(frozen=True)
class Column:
    """One column. `value`: attribute path or function of a row, what files hold. `note`: a small second line of the cell, as
    text. `draw`: the whole cell, where the kind's own look is not enough. `order`: field or expression to sort by ("" = not
    sortable). `shown` on the page unless the reader chooses otherwise; a file without chosen columns holds all of them.
    `join`: the relation it reads, joined only where the column is shown. `reads`: the fields it reads; where the columns say
    so, a page reads no others. `notes`, `draws`: make the `note`, the `draw` of one answer, which may remember what it read or
    drew."""

    name: str
    label: Any
    value: str | Callable[[Row], Any]
    kind: str = "text"  # text, id, long, choice, list, money, number, percent, date, moment, boolean, rag
    note: Callable[[Row], str] | None = None
    draw: Callable[[Row], Cell] | None = None
    order: Any = ""
    shown: bool = True
    currency: str = "currency"
    join: str = ""
    reads: Sequence[str] = ()
    notes: Callable[[], Callable[[Row], str]] | None = None
    draws: Callable[[], Callable[[Row], Cell]] | None = None

    @property
    def align(self) -> str:
        """The class of head and cells."""
        return "num" if self.kind in NUMBERS else ""

    def writer(self) -> Callable[[Row], Cell]:
        """What draws this column's cells in one answer. Equal values are drawn once: words are translated once, too."""
        if self.draws is not None:
            return self.draws()
        if self.draw is not None:
            return self.draw
        read = exports.Column("", self.value, self.kind).read
        look = LOOKS.get(self.kind, plain)
        currency = attrgetter(self.currency) if self.kind == "money" else None
        note = self.notes() if self.notes else self.note
        known: dict[Any, Any] = {}

        def write(row: Row) -> Cell:
            value = read(row)
            key = (value if currency is None else (value, currency(row))) if not isinstance(value, list) else tuple(value)
            cell = known.get(key)
            if cell is None:
                cell = known[key] = look(value) if currency is None else money_look(*key)
            if note is None or not (words := note(row)):
                return cell
            return cell[0], f"{cell[1]}<small>{escape(words)}</small>"

        return write


def escape(words: Any) -> str:
    """As Django's, which looks for lazy words among its arguments first and marks what it gives: twice the time, 300 times a page."""
    return html.escape(str(words))


UNBROKEN = 14  # letters: a state or a person's name stays on one line, so that rows are one line high


def plain(value: Any) -> Cell:
    """Text; a short one without a break."""
    words = "" if value is None else str(value)
    return "", breakable(words) if len(words) > UNBROKEN else escape(words).replace(" ", "\u00a0")


ENDLESS = re.compile(r"\S{25,}")


def breakable(words: str) -> str:
    """Words as HTML; one that is wider than a column may break, so that it does not push the others off the page."""
    if ENDLESS.search(words) is None:
        return escape(words)
    parts = ENDLESS.sub(lambda word: "\0".join(re.findall(r".{1,20}", word[0])), words)
    return escape(parts).replace("\0", "<wbr>")


def number_look(value: Any) -> Cell:
    """A number in the reader's locale, to the right."""
    if type(value) is int:
        return " class=num", _number_words(value, get_language())
    return " class=num", "" if value is None else str(pmo.number(value))


@lru_cache(maxsize=8192)
def _number_words(value: int, language: str | None) -> str:
    return str(pmo.number(value))


def money_look(value: Any, currency: str) -> Cell:
    """A short amount, the exact one on hover."""
    return (" class=num", "") if value is None else _money_look(value, currency, get_language())


@lru_cache(maxsize=8192)
def _money_look(value: Any, currency: str, _language: str | None) -> Cell:
    return f" class=num title={quoted(money.exact(value, currency))}", money.short(value, currency)


BARE = re.compile(r"[^\s\"'=<>`]+")


def quoted(words: str) -> str:
    """An attribute's escaped value, with quotes where HTML needs them: a page of 100 rows has 400 such."""
    return words if BARE.fullmatch(words) else f'"{words}"'


def rag_look(value: Any, word: str = "") -> Cell:
    """A rating: its word; the style sheet adds colour and shape."""
    if not value:
        return "", ""
    rating = rating_of(value)
    return f' class="r {rating.tone}"', escape(word or rating.word)


def day_look(value: Any) -> Cell:
    """A day, of a date or of a moment in the reader's zone."""
    if value is None:
        return "", ""
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return "", _day_words(day, get_language())


@lru_cache(maxsize=8192)
def _day_words(day: date, language: str | None) -> str:
    return date_format(day, "j M Y").replace(" ", "\u00a0")


LOOKS: dict[str, Callable[[Any], Cell]] = {
    "number": number_look,
    "percent": lambda value: (" class=num", "" if value is None else pmo.percent(value)),
    "rag": rag_look,
    "date": day_look,
    "moment": lambda value: ("", "" if value is None else str(pmo.moment(value))),
    "boolean": lambda value: ("", str(yes_no(value))),
    "list": lambda value: plain(", ".join(str(item) for item in value or ())),
}


def yes_no(value: Any) -> str:
    """Yes or No."""
    return _("Yes") if value else _("No")


def title_cell(url: str, title: str, sub: str = "") -> Cell:
    """The first cell of a row: its name as a link, something small below."""
    small = f"<small>{escape(sub)}</small>" if sub else ""
    return "", f"<a href={quoted(escape(url))}>{breakable(title)}</a>{small}"
