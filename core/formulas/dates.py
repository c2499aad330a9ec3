"""Days as people write them, with the rule for the unclear ones stated.

- A month, quarter, half or year without a day is its first day in a column of starts and its last day in a column
  of ends. The reading's `precision` says what was given: day, month, quarter, half, year.
- 03/04/2024 is read by what the rest of its column shows. A column that shows both orders leaves its unclear
  cells unread. A column that shows neither takes the order that was asked for, and every such cell says so.
- "2023-24" is a financial year when the second number follows the first; it begins in the month that was asked
  for (April unless told). "FY24" and "FY2024" end in 2024.
- Whole numbers from 20,000 to 80,000 are spreadsheet day numbers (30 December 1899 is 0).
- Years run from 1900 to 2200; of two digits, 00-69 are 20xx and 70-99 are 19xx.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.formulas.readings import VALUE, Cell, Note, Reading, clean_text, failed, folded, note, without_value

START, END = "start", "end"
_MONTHS = {name: number for number, names in enumerate(
    ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
     "sep sept september", "oct october", "nov november", "dec december"), start=1) for name in names.split()}  # fmt: skip
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_TIME = r"(?:[t ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:am|pm|a\.m\.|p\.m\.)?\s*(?:z|gmt|utc|bst|[+-]\d{2}:?\d{2})?)?"
_FISCAL = r"(?:fy|f/y|fiscal year|financial year|fin year)?\s*(?P<year>\d{4})\s*[-/]\s*(?P<next>\d{4}|\d{2})"
_WORDS_BEFORE = re.compile(
    r"^(by|from|on|end of|end|the end of|beginning of|start of|until|till|forecast|planned|expected|est\.?|circa|c\.|~)\s+",
    re.I,
)
_WEEKDAY = re.compile(r"\b(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\b,?\s*", re.I)
_VAGUE = re.compile(r"\b(early|mid|late|spring|summer|autumn|fall|winter|christmas|easter|tbc)\b", re.I)

_ISO = re.compile(rf"^(?P<year>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_TIME}$")
_COMPACT = re.compile(r"^(?P<year>(?:19|20)\d{2})(?P<m>\d{2})(?P<day>\d{2})$")
_NUMERIC = re.compile(rf"^(?P<one>\d{{1,2}})(?P<sep>[/.\- ])(?P<two>\d{{1,2}})(?P=sep)(?P<year>\d{{4}}|\d{{2}}){_TIME}$")
_DAY_MONTH_YEAR = re.compile(rf"^(?P<day>\d{{1,2}})[\s/.\-]*{_MONTH}[\s/.,\-']*(?P<year>\d{{4}}|\d{{2}}){_TIME}$")
_MONTH_DAY_YEAR = re.compile(rf"^{_MONTH}[\s.\-]*(?P<day>\d{{1,2}})[\s,.\-]+(?P<year>\d{{4}}){_TIME}$")
_YEAR_MONTH_DAY = re.compile(rf"^(?P<year>\d{{4}})[\s/.\-]{_MONTH}[\s/.\-](?P<day>\d{{1,2}}){_TIME}$")
_MONTH_YEAR = re.compile(rf"^{_MONTH}[\s/.,\-']*(?P<year>\d{{4}}|\d{{2}})$")
_YEAR_MONTH = re.compile(rf"^(?P<year>\d{{4}})[\s/.\-]*{_MONTH}$")
_MONTH_SLASH_YEAR = re.compile(r"^(?P<m>\d{1,2})[/\-.](?P<year>\d{4})$")
_FISCAL_YEAR = re.compile(rf"^{_FISCAL}$")
_FISCAL_SHORT = re.compile(r"^(?:fy|fiscal year|financial year)[\s'\-]*(?P<year>\d{4}|\d{2})$")
_QUARTER_FISCAL = re.compile(rf"^(?:q|0|quarter |)\s*(?P<q>[1-4])[\s,/\-]*(?:of )?{_FISCAL}$")
_FISCAL_QUARTER = re.compile(rf"^{_FISCAL}[\s,\-]*\(?q(?:uarter )?\s*(?P<q>[1-4])\)?$")
_QUARTER_SHORT = re.compile(r"^q(?:uarter )?\s*(?P<q>[1-4])[\s,/\-]*(?:of )?(?P<fy>fy)?[\s'\-]*(?P<year>\d{4}|\d{2})$")
_SHORT_QUARTER = re.compile(r"^(?P<fy>fy)?\s*(?P<year>\d{4}|(?<=fy)\d{2})[\s,/\-]*\(?q(?:uarter )?\s*(?P<q>[1-4])\)?$")
_HALF = re.compile(r"^h\s*(?P<h>[12])[\s,/\-]*(?P<year>\d{4})$|^(?P<year2>\d{4})[\s,/\-]*h\s*(?P<h2>[12])$")
_YEAR = re.compile(r"^(?P<year>\d{4})(?:\.0)?$")
_SERIAL = re.compile(r"^(?P<serial>\d{5})(?:\.\d+)?$")
_ANY_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{4}\b", re.I
)
_EPOCH = date(1899, 12, 30)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


@dataclass(frozen=True)
class DateStyle:
    """How one column writes its days. `order` is day, month, mixed, or "" when nothing shows it."""

    order: str = ""
    preferred: str = "day"
    edge: str = END
    fiscal_month: int = 4
    year_month: bool = False
    """The column holds months such as 2023-07, so that 2023-12 is a month there."""


def date_style(
    cells: Iterable[Cell], *, edge: str = END, preferred: str = "day", fiscal_month: int = 4, forced: str = ""
) -> DateStyle:
    """The style of a column, found from all its cells; `forced` (day or month) overrules what they show."""
    day_first = month_first = months = fiscal = 0
    for cell in cells:
        if not isinstance(cell, str) or len(cell) > 40:
            continue
        text = folded(cell).lower()
        match = _NUMERIC.match(text)
        if match:
            one, two = int(match["one"]), int(match["two"])
            day_first += one > 12 >= two
            month_first += two > 12 >= one
        pair = re.match(r"^(\d{4})-(\d{2})$", text)
        if pair:
            follows = (int(pair[1]) + 1) % 100 == int(pair[2])
            fiscal += follows
            months += not follows and 1 <= int(pair[2]) <= 12
    order = "mixed" if day_first and month_first else "day" if day_first else "month" if month_first else ""
    return DateStyle(forced or order, preferred, edge, fiscal_month, months > fiscal)


def read_date(cell: Cell, style: DateStyle) -> Reading:
    """A day between 1900 and 2200, as `date`."""
    if isinstance(cell, datetime):
        return _checked(cell.date(), clean_text(cell), None, "day")
    if isinstance(cell, date):
        return _checked(cell, clean_text(cell), None, "day")
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _from_number(float(cell), clean_text(cell), style)
    if cell is not None and not isinstance(cell, str):
        return failed(clean_text(cell), "not_a_date", text=clean_text(cell))
    text = clean_text(cell)
    plain = _plain(text)
    found = _read_plain(plain, text, style)
    if found:
        return found
    nothing = without_value(text)
    if nothing:
        return nothing
    if len(_ANY_DATE.findall(plain)) > 1:
        return failed(text, "several_dates", text=text)
    if _VAGUE.search(plain) and len(plain) < 40:
        return failed(text, "vague_date", text=text)
    return failed(text, "not_a_date", text=text)


def _plain(text: str) -> str:
    plain = folded(text).lower().strip("'\" ;,").rstrip(".")
    if len(plain) > 60:
        return plain
    plain = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", plain)
    plain = _WEEKDAY.sub("", plain)
    for _ in range(3):
        plain = _WORDS_BEFORE.sub("", plain)
    return re.sub(r"\s+of\s+", " ", plain).strip()


def _read_plain(plain: str, text: str, style: DateStyle) -> Reading | None:
    if not plain or len(plain) > 60 or not any(sign.isdigit() for sign in plain):
        return None
    try:
        return _whole_day(plain, text, style) or _financial(plain, text, style) or _part_of_year(plain, text, style)
    except ValueError:
        return failed(text, "no_such_day", text=text)


def _whole_day(plain: str, text: str, style: DateStyle) -> Reading | None:
    match = _ISO.match(plain) or _COMPACT.match(plain)
    if match:
        return _checked(date(int(match["year"]), int(match["m"]), int(match["day"])), text, None, "day")
    match = _NUMERIC.match(plain)
    if match:
        return _from_numeric(match, text, style)
    match = _DAY_MONTH_YEAR.match(plain) or _MONTH_DAY_YEAR.match(plain) or _YEAR_MONTH_DAY.match(plain)
    if match:
        year, assumed = _year(match["year"])
        return _checked(date(year, _MONTHS[match["month"]], int(match["day"])), text, assumed, "day")
    match = _SERIAL.match(plain)
    return _from_number(float(match["serial"]), text, style) if match else None


def _financial(plain: str, text: str, style: DateStyle) -> Reading | None:
    match = _QUARTER_FISCAL.match(plain) or _FISCAL_QUARTER.match(plain)
    if match and _follows(match):
        return _span(
            int(match["year"]), style.fiscal_month + 3 * (int(match["q"]) - 1), 3, text, style, "quarter", "financial_quarter"
        )
    match = _FISCAL_YEAR.match(plain)
    if match and _follows(match) and not (style.year_month and plain == f"{match['year']}-{match['next']}"):
        return _span(int(match["year"]), style.fiscal_month, 12, text, style, "year", "financial_year")
    match = _FISCAL_SHORT.match(plain)
    if match:
        year = _year(match["year"])[0]
        return _span(year - (style.fiscal_month > 1), style.fiscal_month, 12, text, style, "year", "financial_year_ends")
    match = _QUARTER_SHORT.match(plain) or _SHORT_QUARTER.match(plain)
    if match and match["fy"]:
        year, quarter = _year(match["year"])[0], int(match["q"])
        month = style.fiscal_month + 3 * (quarter - 1)
        return _span(year - (style.fiscal_month > 1), month, 3, text, style, "quarter", "financial_quarter")
    if match:
        return _span(_year(match["year"])[0], 3 * int(match["q"]) - 2, 3, text, style, "quarter", "calendar_quarter")
    return None


def _part_of_year(plain: str, text: str, style: DateStyle) -> Reading | None:
    match = _MONTH_YEAR.match(plain) or _YEAR_MONTH.match(plain)
    if match:
        return _span(_year(match["year"])[0], _MONTHS[match["month"]], 1, text, style, "month", "month_only")
    match = _MONTH_SLASH_YEAR.match(plain) or re.match(r"^(?P<year>\d{4})[-/.](?P<m>\d{1,2})$", plain)
    if match and 1 <= int(match["m"]) <= 12:
        return _span(int(match["year"]), int(match["m"]), 1, text, style, "month", "month_only")
    match = _HALF.match(plain)
    if match:
        year, half = int(match["year"] or match["year2"]), int(match["h"] or match["h2"])
        return _span(year, 6 * half - 5, 6, text, style, "half", "half_year")
    match = _YEAR.match(plain)
    if match and _FIRST_YEAR <= int(match["year"]) <= _LAST_YEAR:
        return _span(int(match["year"]), 1, 12, text, style, "year", "year_only")
    return None


def _from_numeric(match: re.Match[str], text: str, style: DateStyle) -> Reading:
    one, two = int(match["one"]), int(match["two"])
    year, assumed = _year(match["year"])
    if one > 12 and two > 12:
        return failed(text, "no_such_day", text=text)
    if one > 12 or two > 12 or one == two:
        day, month = (one, two) if one > 12 else (two, one)
        return _checked(date(year, month, day), text, assumed, "day")
    if style.order == "mixed":
        return failed(text, "day_or_month", text=text)
    order = style.order or style.preferred
    day, month = (one, two) if order == "day" else (two, one)
    if not style.order:
        assumed = note("day_first" if order == "day" else "month_first", text=text)
    elif not assumed:
        assumed = note("order_from_column", order=order)
    return _checked(date(year, month, day), text, assumed, "day")


def _from_number(number: float, text: str, style: DateStyle) -> Reading:
    if 20_000 <= number < 80_000:
        return _checked(_EPOCH + timedelta(days=int(number)), text, note("spreadsheet_day", text=text), "day")
    if number.is_integer():  # False too for infinity and not-a-number
        match = _COMPACT.match(str(int(number)))
        if match:
            try:
                day = date(int(match["year"]), int(match["m"]), int(match["day"]))
            except ValueError:
                return failed(text, "no_such_day", text=text)
            return _checked(day, text, None, "day")
        if _FIRST_YEAR <= number <= _LAST_YEAR:
            return _span(int(number), 1, 12, text, style, "year", "year_only")
    return failed(text, "not_a_date", text=text)


def _span(year: int, month: int, length: int, text: str, style: DateStyle, precision: str, code: str) -> Reading:
    """The first or last day of `length` months from `month` (which may run past 12)."""
    first = date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    last_month = month + length - 1
    year_of_last, month_of_last = year + (last_month - 1) // 12, (last_month - 1) % 12 + 1
    last = date(year_of_last, month_of_last, monthrange(year_of_last, month_of_last)[1])
    day = first if style.edge == START else last
    return _checked(day, text, note(code, text=text, day=day.isoformat(), edge=style.edge), precision)


def _checked(day: date, text: str, assumed: Note | None, precision: str) -> Reading:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return failed(text, "year_out_of_range", text=text)
    return Reading(VALUE, day, assumed, precision=precision)


def _follows(match: re.Match[str]) -> bool:
    """Whether the second year of a pair is the one after the first: 2023-24, 2023/2024, 1999-00."""
    following = int(match["year"]) + 1
    return int(match["next"]) == (following if len(match["next"]) == 4 else following % 100)


def _year(digits: str) -> tuple[int, Note | None]:
    if len(digits) == 4:
        return int(digits), None
    year = int(digits) + (2000 if int(digits) < 70 else 1900)
    return year, note("two_digit_year", text=digits, year=year)
