"""Money, numbers and percentages as people write them.

Amounts come back in whole units of the currency: "1.2bn" is 1200000000, and 34 in a column headed "(£m)" is
34000000. The largest amount that is kept is 999,999,999,999,999.99 (within the width of the database's columns).
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from core.formulas.readings import VALUE, Cell, Note, Reading, clean_text, exact, failed, folded, note, without_value

LARGEST = Decimal("999999999999999.99")

_SYMBOLS = {
    "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "CAN$": "CAD",
    "US$": "USD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "R$": "BRL", "₩": "KRW", "₺": "TRY", "₪": "ILS",
}  # fmt: skip
_DOLLARS = {"USD", "CAD", "AUD", "NZD", "HKD", "SGD"}
CURRENCIES = frozenset(_SYMBOLS.values()) | frozenset(
    [
        "CHF",
        "SEK",
        "NOK",
        "DKK",
        "ISK",
        "PLN",
        "CZK",
        "HUF",
        "RON",
        "BGN",
        "ZAR",
        "CNY",
        "MXN",
        "AED",
        "SAR",
        "THB",
        "MYR",
        "IDR",
        "PHP",
        "NGN",
        "KES",
        "EGP",
        "CLP",
        "COP",
        "ARS",
        "UAH",
        "VND",
    ]
)
_TIMES = {
    "k": 3, "'000": 3, "000": 3, "000s": 3, "'000s": 3, "thousand": 3, "thousands": 3, "tsd": 3,
    "m": 6, "mn": 6, "mm": 6, "mio": 6, "mil": 6, "mill": 6, "mln": 6, "million": 6, "millions": 6,
    "b": 9, "bn": 9, "bln": 9, "mrd": 9, "billion": 9, "billions": 9, "tn": 12, "trn": 12, "trillion": 12, "trillions": 12,
}  # fmt: skip
_CURRENCY = (
    r"(?:(?:AU|CAN|CA|US|NZ|HK|A|C|S|R)?\$|£|€|¥|₹|₩|₺|₪|(?<![A-Za-z])(?:" + "|".join(sorted(CURRENCIES)) + r")(?![A-Za-z]))"
)
_AMOUNT = re.compile(
    rf"^(?P<sign>[+-])?\s*(?P<before>{_CURRENCY})?\s*(?P<sign2>[+-])?\s*"
    r"(?P<digits>\d[\d.,' ’]*|[.,]\d+)(?P<power>e[+-]?\d{1,2})?"
    r"\s*(?P<times>'?000s?|thousands?|tsd|k|millions?|mill|mio|mil|mln|mn|mm|m|billions?|bln|bn|mrd|b|trillions?|trn|tn)?\.?"
    rf"\s*(?P<after>{_CURRENCY})?\s*(?P<minus>-)?$",
    re.I,
)
_TWO_FIGURES = re.compile(r"\d\s*[a-z£$€%]*\s*(-|to|and|/|–)\s*[£$€a-z]*\s*\d", re.I)
_ABOUT = re.compile(r"^(~|≈|c\.|ca\.|circa|approx\.?|approximately|about|around|est\.|estimated( at)?)\s*", re.I)
_BOUND = re.compile(r"^([<>≤≥]|up to|over|under|more than|less than|at least|at most|between|from|in excess of)\b", re.I)
_TAIL = re.compile(r"(?<=\S)\s*[(\[][^)\]]*[)\]]\s*$")
_HEADER_UNIT = re.compile(
    r"(?:£|€|\$|¥|\b(?:gbp|eur|usd|cad|aud|nzd|chf))\s*'?(bn|b|billions?|mn|mm|mio|m|millions?|k|000s?|thousands?)\b"
    r"|\((?:in |figures in )?'?(bn|b|billions?|mn|mm|mio|m|millions?|k|000s?|thousands?)(?: (?:of )?[£$€a-z]+)?\)"
    r"|\b(?:in|of) (billions|millions|thousands)\b|\b(billions?|millions?|thousands?|000s) (?:of )?(?:£|€|\$|gbp|eur|usd)",
    re.I,
)
_HEADER_CURRENCY = re.compile(r"£|€|¥|₹|(?:AU|CAN|CA|US|NZ|HK|A|C|S|R)\$|\b(?:" + "|".join(sorted(CURRENCIES)) + r")\b", re.I)


@dataclass(frozen=True)
class AmountStyle:
    """How one column writes its figures, found from its header and from its cells together."""

    decimal: str = "."
    times: Decimal = Decimal(1)
    unit: str = ""
    currency: str = ""
    default_currency: str = ""
    above: str = ""
    """What stands above the header and names the unit, where the header does not."""
    fractions: bool = False
    """Percent cells are fractions of one (0.45 for 45 %), as spreadsheets keep them."""


def amount_style(
    header: str, cells: Iterable[Cell], *, currency: str = "", percent: bool = False, above: str = ""
) -> AmountStyle:
    """The style of a column; `currency` is what to take when nothing in the file names one. `above` stands above a header that
    names neither unit nor currency, and does."""
    unit, times = unit_of(above or header)
    votes: Counter[str] = Counter()
    numbers: list[float] = []
    for cell in cells:
        if isinstance(cell, str):
            _vote_decimal(cell, votes)
            if "%" in cell:
                numbers.append(100)
        elif isinstance(cell, (int, float)) and not isinstance(cell, bool):
            numbers.append(abs(cell))
    fractions = percent and bool(numbers) and max(numbers) <= 1.5 and any(n % 1 for n in numbers)
    decimal = "," if votes[","] > votes["."] else "."
    return AmountStyle(decimal, times, unit, currency_of(above or header, currency), currency, above, fractions)


def unit_of(header: str) -> tuple[str, Decimal]:
    """The unit that a header names: ("m", 1000000) for "Whole life cost (£m)"; ("", 1) when it names none."""
    match = _HEADER_UNIT.search(folded(header.replace("_", " ")))
    if not match:
        return "", Decimal(1)
    unit = next(group for group in match.groups() if group).lower()
    power = _TIMES[unit]
    return {3: "thousand", 6: "million", 9: "billion"}[power], Decimal(10) ** power


def currency_of(text: str, default: str = "") -> str:
    """The currency that a header or a sign names; a bare $ is the default where that is a kind of dollar."""
    text = folded(text.replace("_", " "))
    match = _HEADER_CURRENCY.search(text)
    if match:
        found = match.group().upper()
        return _SYMBOLS.get(found, found if found in CURRENCIES else "")
    if "$" in text:
        return default if default in _DOLLARS else "USD"
    return ""


def read_money(cell: Cell, style: AmountStyle) -> Reading:
    """An amount in whole currency units, with the currency where the cell or its header names one."""
    reading = _read_figure(cell, style, scale=True)
    if reading.has_value:
        if abs(reading.value) > LARGEST:
            return failed(clean_text(cell), "amount_too_large", text=clean_text(cell))
        rounded = reading.value.quantize(Decimal("0.01"))
        assumed = reading.assumed
        if rounded != reading.value and abs(rounded - reading.value) > Decimal("0.0001"):
            assumed = assumed or note("rounded_to_pence", text=clean_text(cell))
        return Reading(VALUE, rounded, assumed, currency=reading.currency)
    return reading


def read_number(cell: Cell, style: AmountStyle) -> Reading:
    """A plain number, e.g. a count of jobs."""
    reading = _read_figure(cell, style, scale=False)
    if reading.has_value and abs(reading.value) > LARGEST:
        return failed(clean_text(cell), "amount_too_large", text=clean_text(cell))
    return reading


def read_percent(cell: Cell, style: AmountStyle) -> Reading:
    """Percentage points: 45 for "45%", and for 0.45 in a column of fractions."""
    if isinstance(cell, str):
        text = clean_text(cell)
        plain = re.sub(r"\s*(%|per ?cent|percent|pct)\s*(?=\)?$)", "", text, flags=re.I)
        reading = _read_figure(plain, style, scale=False)
        if reading.state == "failed":
            return failed(text, "not_a_percentage", text=text)
    else:
        reading = _read_figure(cell, style, scale=False)
        if reading.has_value and style.fractions:
            return Reading(VALUE, reading.value * 100, note("fraction_as_percent"))
    if reading.has_value and abs(reading.value) > 1_000_000:
        return failed(clean_text(cell), "not_a_percentage", text=clean_text(cell))
    return reading


def _read_figure(cell: Cell, style: AmountStyle, *, scale: bool) -> Reading:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        number = exact(cell)
        if not number.is_finite():
            return failed(str(cell), "not_a_number", text=str(cell))
        return _scaled(number, style, scale, "", None)
    if cell is not None and not isinstance(cell, str):
        return failed(clean_text(cell), "not_a_number", text=clean_text(cell))
    text = clean_text(cell)
    plain = folded(text).lstrip("'")
    match = _AMOUNT.match(plain)
    if not match:
        nothing = without_value(text)
        if nothing:
            return nothing
        if plain.lower() == "nil":
            return Reading(VALUE, Decimal(0), note("nil_is_zero"), currency=style.currency)
        return _read_dressed(text, plain, style, scale)
    return _from_match(match, text, style, scale, None, negative=False)


def _read_dressed(text: str, plain: str, style: AmountStyle, scale: bool) -> Reading:
    """A figure in brackets (negative), with "about" before it or a remark in brackets behind it."""
    negative, assumed = False, None
    inner = re.match(r"^(.*?)\(([^()]*\d[^()]*)\)\s*([a-z%]*)$", plain, re.I)
    if inner and not re.search(r"[\d\w]", inner.group(1).strip("£$€ -")):
        plain = f"{inner.group(1)} {inner.group(2)}{inner.group(3)}".strip()
        negative, assumed = True, note("brackets_are_negative")
    else:
        tail = _TAIL.search(plain)
        if tail and re.search(r"\d", plain[: tail.start()]):
            assumed = note("remark_left_out", text=tail.group().strip())
            plain = plain[: tail.start()].strip()
        about = _ABOUT.match(plain)
        if about:
            assumed = note("about", text=text)
            plain = plain[about.end() :]
    match = _AMOUNT.match(plain)
    if match:
        return _from_match(match, text, style, scale, assumed, negative=negative)
    if _BOUND.match(plain) and re.search(r"\d", plain):
        return failed(text, "a_bound", text=text)
    if _TWO_FIGURES.search(plain) and len(plain) < 60:
        return failed(text, "a_range", text=text)
    return failed(text, "not_a_number", text=text)


def _from_match(
    match: re.Match[str], text: str, style: AmountStyle, scale: bool, assumed: Note | None, *, negative: bool
) -> Reading:
    number, how = _digits(match["digits"], style.decimal)
    if number is None:
        return failed(text, "digits_unclear", text=text)
    if match["power"]:
        number = number.scaleb(int(match["power"][1:]))
    if match["sign"] == "-" or match["sign2"] == "-" or match["minus"]:
        negative = not negative
    number = -number if negative else number
    sign = match["before"] or match["after"] or ""
    if match["times"]:
        number = number.scaleb(_TIMES[match["times"].lower()])
        currency = currency_of(sign, style.default_currency) or style.currency
        return Reading(VALUE, number, assumed or how, currency=currency)
    return _scaled(number, style, scale, sign, assumed or how)


def _scaled(number: Decimal, style: AmountStyle, scale: bool, sign: str, assumed: Note | None) -> Reading:
    currency = currency_of(sign, style.default_currency) or style.currency
    if scale and style.times != 1:
        told = note("unit_from_above", unit=style.unit, text=style.above) if style.above else None
        why = told or assumed or note("unit_from_header", unit=style.unit)
        return Reading(VALUE, number * style.times, why, currency=currency)
    return Reading(VALUE, number, assumed, currency=currency)


def _digits(digits: str, decimal: str) -> tuple[Decimal | None, Note | None]:
    """The number that digits with separators stand for, and what was assumed about an unclear separator."""
    digits = re.sub(r"(?<=\d)[ '’](?=\d{3}(\D|$))", "", digits.strip().rstrip(".,"))
    assumed = None
    if "," in digits and "." in digits:
        point = max(",", ".", key=digits.rfind)
    elif "," in digits:
        head, _, rest = digits.rpartition(",")
        grouped = len(rest) == 3 and head and (decimal == "." or "," in head)
        point = "." if grouped else ","
        if grouped and "," not in head and len(head) <= 3:
            assumed = None
        elif not grouped:
            assumed = note("comma_is_decimal", text=digits)
    elif "." in digits and decimal == "," and re.match(r"^\d{1,3}(\.\d{3})+$", digits):
        point = ","
        assumed = note("point_groups_thousands", text=digits)
    elif digits.count(".") > 1:
        point = ","
    else:
        point = "."
    group = "," if point == "." else "."
    whole, _, fraction = digits.partition(point)
    if group in whole and not re.match(rf"^\d{{1,3}}(\{group}\d{{2,3}})*\{group}\d{{3}}$", whole):
        return None, None
    whole = whole.replace(group, "")
    if not re.match(r"^\d*$", whole + fraction) or not whole + fraction or len(whole) > 18:
        return None, None
    try:
        return Decimal(f"{whole or '0'}.{fraction}" if fraction else whole), assumed
    except InvalidOperation:
        return None, None


def _vote_decimal(cell: str, votes: Counter[str]) -> None:
    """Count what one cell says for sure about the decimal sign of its column."""
    for number in re.findall(r"\d[\d.,  ' ]*\d", cell[:40]):
        if "," in number and "." in number:
            votes[max(",", ".", key=number.rfind)] += 1
        elif number.count(",") == 1 and len(number.rpartition(",")[2]) != 3:
            votes[","] += 1
        elif number.count(".") == 1 and len(number.rpartition(".")[2]) != 3:
            votes["."] += 1
