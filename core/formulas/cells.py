"""One cell of a file, read by the kind of its column.

    profile = profile_column("money", "Whole life cost (£m)", cells, ReadingOptions(currency="GBP"))
    reading = read_cell("34", profile)      # Reading(value, Decimal("34000000.00"), assumed unit_from_header, GBP)

Nothing here ever raises for what a cell holds, and nothing is guessed without saying so in `Reading.assumed`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from core.formulas.amounts import AmountStyle, amount_style, currency_of, read_money, read_number, read_percent
from core.formulas.dates import END, START, DateStyle, date_style, read_date
from core.formulas.ratings import is_one_to_five, read_assurance, read_boolean, read_rag
from core.formulas.readings import FAILED, NOTHING, VALUE, Cell, Reading, clean_text, exact, failed, is_not_applicable, note

KINDS = (
    "text", "long", "id", "choice", "list", "money", "number", "percent", "date", "start", "finish", "rag", "assurance",
    "boolean", "currency", "email", "level",
)  # fmt: skip
"""start and finish are dates whose month or year alone means its first or last day; date means its last."""


@dataclass(frozen=True)
class ReadingOptions:
    """What a person may say about a whole file."""

    currency: str = ""
    date_order: str = ""
    """"day" or "month" for a file that writes 03/04/2024; "" to go by what each column shows."""
    fiscal_month: int = 4


@dataclass(frozen=True)
class Profile:
    """How one column is to be read."""

    kind: str
    amounts: AmountStyle = field(default_factory=AmountStyle)
    dates: DateStyle = field(default_factory=DateStyle)
    one_to_five: bool = False


def profile_column(
    kind: str, header: str, cells: Sequence[Cell], options: ReadingOptions | None = None, *, above: str = ""
) -> Profile:
    """Look at a whole column before any of its cells is read. `above`: what stands above the header and names the unit of money."""
    options = options or ReadingOptions()
    if kind in ("money", "number", "percent"):
        above = above if kind == "money" else ""
        style = amount_style(header, cells, currency=options.currency, percent=kind == "percent", above=above)
        return Profile(kind, amounts=style)
    if kind in ("date", "start", "finish"):
        edge = START if kind == "start" else END
        return Profile(kind, dates=date_style(cells, edge=edge, fiscal_month=options.fiscal_month, forced=options.date_order))
    if kind in ("rag", "assurance"):
        return Profile(kind, one_to_five=is_one_to_five(header, cells))
    return Profile(kind)


def read_cell(cell: Cell, profile: Profile) -> Reading:
    """One cell as its column's kind. Never raises for any cell."""
    return _READERS[profile.kind](cell, profile)


def kind_of_column(header: str, cells: Iterable[Cell]) -> str:
    """The kind that most cells of a column without a target have, for keeping it as a typed custom field."""
    filled = [cell for cell in cells if not is_not_applicable(clean_text(cell))][:300]
    if not filled:
        return "text"
    texts = [clean_text(cell) for cell in filled]
    if max(len(text) for text in texts) > 200:
        return "long"
    if all(re.match(r"^0\d", text) for text in texts):
        return "text"
    order = ["date", "percent", "money", "number", "boolean", "rag"]
    for kind in order:
        if kind == "percent" and "%" not in header and not any("%" in text for text in texts):
            continue
        if kind == "money" and not _speaks_of_money(header, texts):
            continue
        if kind == "date" and all(re.match(r"^-?\d+(\.\d+)?$", text) for text in texts):
            continue
        if kind == "boolean" and set(texts) <= {"1", "0"} and not re.match(r"(?i)^(is|has)[ _A-Z]", header):
            continue
        profile = profile_column(kind, header, filled)
        read = [read_cell(cell, profile) for cell in filled]
        good = sum(reading.has_value for reading in read)
        against = sum(reading.state == FAILED for reading in read)
        # "TBC" or "Exempt" in a column of dates says nothing against dates
        if good and good >= 0.8 * (good + against):
            return kind
    return "text"


def _speaks_of_money(header: str, texts: Sequence[str]) -> bool:
    return bool(currency_of(header)) or sum(bool(re.search(r"[£€$]", text)) for text in texts) * 2 > len(texts)


def _read_text(cell: Cell, profile: Profile) -> Reading:
    text = clean_text(cell)
    return NOTHING if is_not_applicable(text) else Reading(VALUE, text)


def _read_line(cell: Cell, profile: Profile) -> Reading:
    text = " ".join(clean_text(cell).split())
    return NOTHING if is_not_applicable(text) else Reading(VALUE, text)


def _read_list(cell: Cell, profile: Profile) -> Reading:
    text = clean_text(cell)
    separator = next((sign for sign in (";", "|", "\n", ",") if sign in text), None)
    items = [item.strip() for item in text.split(separator)] if separator else [text]
    items = list(dict.fromkeys(item for item in items if not is_not_applicable(item)))
    return Reading(VALUE, items) if items else NOTHING


def _read_email(cell: Cell, profile: Profile) -> Reading:
    text = clean_text(cell)
    if is_not_applicable(text):
        return NOTHING
    match = re.match(r"^(?:mailto:|[^<]*<)?\s*([^\s<>@]+@[^\s<>@]+\.[^\s<>@]+)\s*>?$", text)
    return Reading(VALUE, match[1].lower()) if match else failed(text, "not_an_email", text=text)


def _read_currency(cell: Cell, profile: Profile) -> Reading:
    text = clean_text(cell)
    if is_not_applicable(text):
        return NOTHING
    found = currency_of(text)
    if not found:
        return failed(text, "not_a_currency", text=text)
    return Reading(VALUE, found, None if found == text.upper() else note("currency_from_sign", text=text, currency=found))


_LONGEST_LEVEL = 40


def _read_level(cell: Cell, profile: Profile) -> Reading:
    """A level of a scale in any of its forms, as text: a word, a number, a percentage. What it means is the scale's to say."""
    text = " ".join(clean_text(cell).split())
    if is_not_applicable(text):
        return NOTHING
    fraction = isinstance(cell, float) and 0 < cell < 1
    if len(text) > _LONGEST_LEVEL or re.search(r"[£€$¥]|\b[A-Z]{3}\b ?\d|\d{4,}|\d[.,]?\d* ?[kKmM]\b|[.;]\s", text):
        return failed(text, "not_a_level", text=text)
    return Reading(VALUE, f"{exact(cell):f}" if fraction and isinstance(cell, float) else text)


_READERS: dict[str, Callable[[Cell, Profile], Reading]] = {
    "text": _read_line,
    "long": _read_text,
    "id": _read_line,
    "choice": _read_line,
    "list": _read_list,
    "money": lambda cell, profile: read_money(cell, profile.amounts),
    "number": lambda cell, profile: read_number(cell, profile.amounts),
    "percent": lambda cell, profile: read_percent(cell, profile.amounts),
    "date": lambda cell, profile: read_date(cell, profile.dates),
    "start": lambda cell, profile: read_date(cell, profile.dates),
    "finish": lambda cell, profile: read_date(cell, profile.dates),
    "rag": lambda cell, profile: read_rag(cell, one_to_five=profile.one_to_five),
    "assurance": lambda cell, profile: read_assurance(cell, one_to_five=profile.one_to_five),
    "boolean": lambda cell, profile: read_boolean(cell),
    "currency": _read_currency,
    "email": _read_email,
    "level": _read_level,
}
