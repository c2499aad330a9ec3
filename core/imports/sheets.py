"""A program of its own: reads a workbook in a child process whose memory and time are limited.

    python -I sheets.py FILE LIMITS-AS-JSON [SHEET]

Writes one JSON object: {"sheets": [{"name", "visible", "rows": [...], "formulas": [...], "unworked": [...], "merged": n, "error"}]} or
{"error": code, "params": {}}. A hostile file can end this process and nothing else. It imports no Django.
Dates are {"d": iso}, moments {"m": iso}, yes/no {"b": true}, all else is text or a number.
"""

import json
import re
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

_TAG = re.compile(rb"<(?:\w+:)?(row|c|f)\b([^>]*)>")
_AT = re.compile(rb'\br="([A-Z]*)(\d+)"')
_CHUNK = 1 << 20
_MOST_FORMULAS = 5_000


class Refused(Exception):
    """The file is refused: a code of core/imports/words.py and its parameters."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Extent:
    """How far the filled cells of one sheet reach, and which of them hold formulas; counted while inflating."""

    def __init__(self) -> None:
        self.row = self.column = self.rows = self.columns = 0
        self.formulas: list[str] = []

    def feed(self, piece: bytes) -> None:
        for match in _TAG.finditer(piece):
            tag, attributes = match[1], match[2]
            at = _AT.search(attributes)
            if tag == b"row":
                self.row = int(at[2]) if at else self.row + 1
                self.column = 0
            elif tag == b"c":
                self.column = _number(at[1]) if at and at[1] else self.column + 1
                if at:
                    self.row = int(at[2])
                if not attributes.endswith(b"/"):
                    self.rows = max(self.rows, self.row)
                    self.columns = max(self.columns, self.column)
            elif len(self.formulas) < _MOST_FORMULAS:
                self.formulas.append(f"{_letters(self.column)}{self.row}")


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def inspect(path: str, limits: dict[str, int]) -> dict[str, Extent]:
    """Inflate every XML part once without keeping it. Gives the extent of each sheet part by its name in the zip."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Refused("file_broken") from None
    extents: dict[str, Extent] = {}
    total = 0
    packed = max(1, sum(entry.compress_size for entry in archive.infolist()))
    if len(archive.infolist()) > 5_000:
        raise Refused("zip_too_many_parts", limit=5_000)
    for entry in archive.infolist():
        if entry.flag_bits & 1:
            raise Refused("file_encrypted")
        if not entry.filename.lower().endswith((".xml", ".rels")):
            continue
        extent = Extent() if "worksheets/" in entry.filename else None
        try:
            total = _inflate(archive, entry, extent, total, packed, limits)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
            raise Refused("file_broken") from None
        except Exception as error:
            if type(error).__module__ in ("zlib", "lzma"):
                raise Refused("file_broken") from None
            raise
        if extent is not None:
            extents[entry.filename.lower()] = extent
    return extents


def _inflate(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, extent: Extent | None, total: int, packed: int, limits: dict[str, int]
) -> int:
    tail = b""
    first = True
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            total += len(chunk)
            if total > limits["unzipped"] or (total > 30 * _CHUNK and total > limits["ratio"] * packed):
                raise Refused("zip_bomb", limit=limits["unzipped"] >> 20)
            if first and re.search(rb"<!(DOCTYPE|ENTITY)", chunk):
                raise Refused("xml_entities")
            first = False
            if extent is not None:
                chunk = tail + chunk
                cut = chunk.rfind(b"<")
                tail = chunk[cut:] if cut >= 0 and len(chunk) - cut < 4096 else b""
                extent.feed(chunk[: len(chunk) - len(tail)])
    if extent is not None and tail:
        extent.feed(tail)
    return total


def sheet_parts(path: str) -> dict[str, str]:
    """The part in the zip of each sheet of an XLSX workbook, by sheet name."""
    from defusedxml.ElementTree import fromstring

    with zipfile.ZipFile(path) as archive:
        names = {name.lower(): name for name in archive.namelist()}
        if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
            return {}
        targets = {}
        for relation in fromstring(archive.read(names["xl/_rels/workbook.xml.rels"])):
            target = relation.get("Target", "")
            targets[relation.get("Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        parts = {}
        for element in fromstring(archive.read(names["xl/workbook.xml"])).iter():
            if element.tag.rpartition("}")[2] == "sheet":
                key = next((value for name, value in element.attrib.items() if name.endswith("}id")), None)
                parts[element.get("name", "")] = targets.get(key, "").lower()
        return parts


def read(path: str, limits: dict[str, int], wanted: str | None) -> dict[str, Any]:
    """All visible sheets (or the wanted one) of a workbook."""
    import python_calamine as calamine

    zipped = zipfile.is_zipfile(path)
    extents = inspect(path, limits) if zipped else {}
    parts = sheet_parts(path) if zipped else {}
    try:
        book = calamine.load_workbook(path)
    except calamine.PasswordError:
        raise Refused("file_encrypted") from None
    sheets: list[dict[str, Any]] = []
    chosen = [
        meta for meta in book.sheets_metadata if (wanted is None or meta.name == wanted) and str(meta.typ).endswith("WorkSheet")
    ]
    if wanted is not None and not chosen:
        raise Refused("no_such_sheet", sheet=wanted)
    for meta in chosen[: limits["sheets"]]:
        visible = str(meta.visible).endswith(".Visible")
        sheet: dict[str, Any] = {"name": meta.name, "visible": visible, "rows": [], "formulas": [], "unworked": [], "merged": 0}
        sheets.append(sheet)
        if not visible and wanted is None:
            continue
        extent = extents.get(parts.get(meta.name, ""))
        try:
            if extent:
                _within(extent.rows, extent.columns, limits)
                sheet["formulas"] = extent.formulas
            _fill(sheet, book.get_sheet_by_name(meta.name), limits)
        except Refused as refused:
            sheet["error"], sheet["params"] = refused.code, refused.params
    return {"sheets": sheets}


def _within(rows: int, columns: int, limits: dict[str, int]) -> None:
    if rows > limits["rows"]:
        raise Refused("too_many_rows", rows=rows, limit=limits["rows"])
    if columns > limits["columns"]:
        raise Refused("too_many_columns", columns=columns, limit=limits["columns"])


def _fill(sheet: dict[str, Any], found: Any, limits: dict[str, int]) -> None:
    _within(found.total_height, found.total_width, limits)
    rows = [[_cell(value) for value in row] for row in found.to_python(skip_empty_area=False)]
    sheet["unworked"] = [place for place in sheet["formulas"] if _at(rows, place) == ""]
    sheet["formulas"] = [place for place in sheet["formulas"] if _at(rows, place) != ""]
    for (top, left), (bottom, right) in found.merged_cell_ranges or []:
        if left == right and bottom < len(rows) and top < bottom and left < len(rows[top]):
            for line in range(top + 1, bottom + 1):
                if rows[line][left] == "":
                    rows[line][left] = rows[top][left]
                    sheet["merged"] += 1
    for number, row in enumerate(rows, start=1):
        for index, value in enumerate(row):
            if isinstance(value, str) and len(value) > limits["cell"]:
                raise Refused("cell_too_long", line=number, column=_letters(index + 1), limit=limits["cell"])
    sheet["rows"] = rows


def _at(rows: list[list[Any]], place: str) -> Any:
    letters = place.rstrip("0123456789")
    line, index = int(place[len(letters) :]) - 1, _number(letters.encode()) - 1
    return rows[line][index] if line < len(rows) and index < len(rows[line]) else ""


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return {"b": value}
    if isinstance(value, datetime):
        return {"m": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, (time, timedelta)):
        return str(value)
    return "" if value is None else value


def main() -> None:
    """Read what the arguments name and write the answer to standard output."""
    path, limits = sys.argv[1], json.loads(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = read(path, limits, sys.argv[3] if len(sys.argv) > 3 else None)
    except Refused as refused:
        answer = {"error": refused.code, "params": refused.params}
    except MemoryError:
        answer = {"error": "needs_too_much_memory", "params": {}}
    except Exception as error:  # noqa: BLE001 - whatever a parser raises for a broken file: it is refused, and the kind is kept for the log
        answer = {"error": "file_broken", "params": {}, "kind": type(error).__name__}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
