"""One way to give any list away as a file: `export_response(columns, rows, name=..., form="csv" | "xlsx")`.

    from core.exports import Column, export_response

    COLUMNS = [
        Column("Reference", "reference", kind="id"),
        Column("Title", "title"),
        Column("Sponsor", lambda project: project.sponsor and project.sponsor.name),
        Column("Whole-life budget", "budget", kind="money"),
        Column("Currency", "currency"),
        Column("Forecast finish", "forecast_finish", kind="date"),
    ]
    return export_response(COLUMNS, queryset.iterator(chunk_size=500), name="projects", form="csv")

`value` is an attribute path ("org_unit.name", None anywhere gives an empty cell), a mapping key, or a
function of the row. Kinds: text, id, long, choice, list, money, number, percent, date, moment, boolean.
Headers are what the import recognises, so a file goes out and comes back without a change.
CSV is UTF-8 with a byte-order mark (Excel then reads it right) and is streamed row by row; XLSX is written
row by row into a temporary file. Text that a spreadsheet would run as a formula is defused; the import
undoes it. Money and numbers are exact in CSV; XLSX keeps 15 digits, as every spreadsheet does.
"""

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from typing import IO, Any, Self

from django.http import FileResponse, QueryDict, StreamingHttpResponse
from django.utils import timezone

from core.formulas.defuse import defuse

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_CELL_LIMIT = 32_767
"""Characters that Excel takes in one cell; a longer text is cut there and says so."""
_CUT_MARK = "… [cut: the CSV export holds the whole text]"
_WIDTHS = {"id": 14, "text": 28, "long": 60, "money": 18, "date": 13, "moment": 19, "boolean": 9, "list": 28}
_FORMATS = {"money": "#,##0.00", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss", "percent": '0.##"%"'}
_NUMERIC = (int, float, Decimal)
_FIRST_SPREADSHEET_YEAR = 1901
"""Before it spreadsheets disagree about dates; such days are written as ISO text."""


@dataclass(frozen=True)
class Column:
    """One column of an export: its header, where its value comes from, and what kind of value it is."""

    header: Any  # words, translated when the file is asked for
    value: str | Callable[[Any], Any]
    kind: str = "text"

    @cached_property
    def _getter(self) -> Callable[[Any], Any]:
        return attrgetter(str(self.value))

    def read(self, row: Any) -> Any:
        """The value of this column in `row`, or None."""
        if callable(self.value):
            return self.value(row)
        if isinstance(row, dict):
            return row.get(self.value)
        try:
            return self._getter(row)
        except AttributeError:
            if _path_ends_in_none(row, self.value):
                return None
            raise


def export_response(
    columns: Iterable[Column], rows: Iterable[Any], *, name: str, form: str
) -> StreamingHttpResponse | FileResponse:
    """Answer a request with the rows as a download called `name` plus its ending; `form` is csv or xlsx."""
    columns = [replace(column, header=str(column.header)) for column in columns]  # in the reader's language, now
    stem = re.sub(r"[^\w.-]+", "-", name).strip("-.") or "export"
    if form == "xlsx":
        return FileResponse(
            export_xlsx(columns, rows, sheet=name), as_attachment=True, filename=f"{stem}.xlsx", content_type=XLSX_TYPE
        )
    response = StreamingHttpResponse(export_csv(columns, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{stem}.csv"'
    return response


FORMS = ("csv", "xlsx")


def form_of(asked: str) -> str:
    """The form that `?export=projects.xlsx` (or just `xlsx`) asks for; csv where it names none."""
    return "xlsx" if asked.lower().endswith("xlsx") else "csv"


def export_urls(query: QueryDict, name: str) -> list[tuple[str, str]]:
    """Every form with the address, relative to a list, of the file of what the list shows with this query."""
    asked = query.copy()
    asked.pop("page", None)
    urls = []
    for form, file in export_names(name):
        asked["export"] = file
        urls.append((form, f"?{asked.urlencode()}"))
    return urls


def export_names(name: str) -> list[tuple[str, str]]:
    """Every form with the file name that links to it carry: people and tools then see in the address that it is a download."""
    return [(form, f"{name}.{form}") for form in FORMS]


def export_csv(columns: Iterable[Column], rows: Iterable[Any]) -> Iterator[bytes]:
    """The rows as CSV, in pieces of about 64 kB. Every text is quoted, so that no reader splits it into cells."""
    columns = list(columns)
    lines = _Lines()
    writer = csv.writer(lines, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    lines.pieces.append("\ufeff")
    writer.writerow([defuse(column.header) for column in columns])
    for row in rows:
        writer.writerow([_csv_value(column.read(row)) for column in columns])
        if lines.size > 65_536:
            yield lines.take()
    yield lines.take()


def export_xlsx(columns: Iterable[Column], rows: Iterable[Any], *, sheet: str = "Export") -> IO[bytes]:
    """The rows as a workbook with typed cells, in an open temporary file set to its beginning."""
    import xlsxwriter  # not needed by a web process until somebody exports

    columns = list(columns)
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", sheet)[:31].strip() or "Export")
    formats = {kind: book.add_format({"num_format": code}) for kind, code in _FORMATS.items()}
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for index, column in enumerate(columns):
        page.set_column(index, index, _WIDTHS.get(column.kind, 16))
        page.write_string(0, index, defuse(column.header), head)
    page.freeze_panes(1, 0)
    last = 0
    for last, row in enumerate(rows, start=1):
        for index, column in enumerate(columns):
            _write_cell(page, last, index, column.read(row), formats, column.kind)
    if columns:
        page.autofilter(0, 0, last, len(columns) - 1)
    book.close()
    target.seek(0)
    return target


class _Lines:
    """Collects what the CSV writer writes until somebody takes it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.size = 0

    def write(self, text: str) -> None:
        self.pieces.append(text)
        self.size += len(text)

    def take(self) -> bytes:
        data = "".join(self.pieces).encode("utf-8", "replace")
        self.pieces.clear()
        self.size = 0
        return data


def _path_ends_in_none(row: Any, path: str) -> bool:
    for step in path.split("."):
        row = getattr(row, step)
        if row is None:
            return True
    return False


def _plain(value: Any) -> Any:
    """The value as number, date, moment or text; None when there is nothing to write."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).replace(tzinfo=None, microsecond=0)
    if isinstance(value, (*_NUMERIC, date)):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return "; ".join(str(item) for item in value) or None
    return str(value)


def _csv_value(value: Any) -> Any:
    value = _plain(value)
    if isinstance(value, Decimal):
        return _Exact(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return defuse(value) if isinstance(value, str) else value


class _Exact(float):
    """A Decimal that the CSV writer takes for a number (unquoted) and writes exactly."""

    text: str

    def __new__(cls, value: Decimal) -> Self:
        number = super().__new__(cls, value)
        number.text = format(value, "f")
        return number

    def __repr__(self) -> str:
        return self.text

    __str__ = __repr__


def _write_cell(page: Any, line: int, index: int, value: Any, formats: dict[str, Any], kind: str) -> None:
    value = _plain(value)
    if value is None:
        return
    if isinstance(value, _NUMERIC):
        if Decimal(str(value)).is_finite():
            page.write_number(line, index, value, formats.get(kind))
        else:
            page.write_string(line, index, str(value))
    elif isinstance(value, date) and value.year >= _FIRST_SPREADSHEET_YEAR:
        page.write_datetime(line, index, value, formats["moment" if isinstance(value, datetime) else "date"])
    else:
        text = defuse(str(value))
        if len(text) > XLSX_CELL_LIMIT:
            text = text[: XLSX_CELL_LIMIT - len(_CUT_MARK)] + _CUT_MARK
        page.write_string(line, index, text)
