"""From a file on disk to grids of cells. Text files are read here, workbooks in a limited child process."""

import json
import re
import subprocess
import sys
import zipfile
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from core.formulas.delimited import Unreadable, decode, find_delimiter, read_rows
from core.formulas.readings import Cell, Note, clean_text, note
from core.formulas.tabular import Grid

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS = (
    (b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7-Zip"), (b"Rar!", "RAR"), (b"MZ", "Windows program"), (b"\x7fELF", "Linux program"),
    (b"SQLite format", "SQLite"), (b"PAR1", "Parquet"), (b"{\\rtf", "RTF"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"),
)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """What one import may hold. A file beyond a limit is refused with the limit in the sentence."""

    bytes: int = 25 << 20
    rows: int = 50_000
    columns: int = 400
    cell: int = 100_000
    unzipped: int = 300 << 20
    ratio: int = 150
    sheets: int = 20
    memory: int = 1_200 << 20
    seconds: int = 30


@dataclass(frozen=True)
class Source:
    """The sheets of a file (a text file is one), what was found about its form, and sheets that were refused."""

    grids: list[Grid]
    form: str
    encoding: str = ""
    delimiter: str = ""
    notes: tuple[Note, ...] = ()
    hidden: list[str] = field(default_factory=list)
    refused: dict[str, Note] = field(default_factory=dict)


def read_source(path: Path, *, limits: Limits | None = None, sheet: str | None = None) -> Source:
    """Read a CSV, TSV, XLSX, XLSM, XLSB, XLS or ODS file; `sheet` names one, else all visible ones are read.

    Raises `Unreadable` with the reason.
    """
    limits = limits or Limits()
    size = path.stat().st_size
    if size > limits.bytes:
        raise Unreadable("file_too_large", size=f"{size / 2**20:.1f}", limit=limits.bytes >> 20)
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise Unreadable("file_empty")
    if head.startswith(_ZIP):
        _refuse_other_zip(path)
        return _read_workbook(path, limits, sheet)
    if head.startswith(_OLE):
        _refuse_other_ole(path)
        return _read_workbook(path, limits, sheet)
    for magic, name in _OTHER_KINDS:
        if head.startswith(magic):
            raise Unreadable("wrong_kind", kind=name)
    return _read_text(path, limits)


def _refuse_other_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()[:5_000]}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable("file_broken") from None
    if "word/document.xml" in names:
        raise Unreadable("wrong_kind", kind="Word")
    if "ppt/presentation.xml" in names:
        raise Unreadable("wrong_kind", kind="PowerPoint")
    if not any(name.startswith("xl/") or name == "content.xml" for name in names):
        raise Unreadable("wrong_kind", kind="ZIP")


def _refuse_other_ole(path: Path) -> None:
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Unreadable("file_encrypted")
    if "Workbook".encode("utf-16-le") not in data and "Book".encode("utf-16-le") not in data:
        kind = "Word" if "WordDocument".encode("utf-16-le") in data else "Microsoft Project / OLE"
        raise Unreadable("wrong_kind", kind=kind)


def _read_text(path: Path, limits: Limits) -> Source:
    decoded = decode(path.read_bytes())
    text = decoded.text
    start = text[:2000].lstrip().lower()
    if start.startswith(("<!doctype html", "<html", "<table")):
        raise Unreadable("wrong_kind", kind="HTML")
    if start.startswith("<?xml"):
        raise Unreadable("wrong_kind", kind="XML")
    if start.startswith(("{", "[{")) and re.match(r'^[\[{\s]*"[^"]+"\s*:', start):
        raise Unreadable("wrong_kind", kind="JSON")
    strange = sum(ord(sign) < 32 and sign not in "\t\r\n\x1a" for sign in text[:4000])
    if strange * 20 > len(text[:4000]):
        raise Unreadable("not_text")
    delimiter = find_delimiter(text)
    rows: list[tuple[int, list[Cell]]] = []
    for line, cells in read_rows(text, delimiter, longest_cell=limits.cell):
        if len(rows) >= limits.rows:
            raise Unreadable("too_many_rows", rows=f"{limits.rows}+", limit=limits.rows)
        if len(cells) > limits.columns:
            raise Unreadable("too_many_columns", line=line, columns=len(cells), limit=limits.columns)
        rows.append((line, list(cells)))
    if not any(clean_text(cell) for _, cells in rows for cell in cells):
        raise Unreadable("file_empty")
    form = "TSV" if delimiter == "\t" else "CSV"
    return Source([Grid(rows)], form, decoded.encoding, delimiter, decoded.notes)


def _read_workbook(path: Path, limits: Limits, sheet: str | None) -> Source:
    answer = _ask_child(path, limits, sheet)
    if "error" in answer:
        raise Unreadable(answer["error"], **answer["params"])
    grids, hidden, refused = [], [], {}
    for found in answer["sheets"]:
        if "error" in found:
            refused[found["name"]] = note(found["error"], **found["params"])
        elif not found["visible"] and sheet is None:
            hidden.append(found["name"])
        else:
            grids.append(_grid(found))
    filled = [grid for grid in grids if grid.rows]
    if not filled:
        if refused:
            first = next(iter(refused.values()))
            raise Unreadable(first.code, **first.params)
        raise Unreadable("file_empty")
    return Source(filled, "workbook", hidden=hidden, refused=refused)


def _ask_child(path: Path, limits: Limits, sheet: str | None) -> dict[str, Any]:
    command = [sys.executable, "-I", str(Path(__file__).with_name("sheets.py")), str(path), json.dumps(asdict(limits))]
    try:
        done = subprocess.run(  # noqa: S603 (our own program, arguments as a list)
            [*command, *([sheet] if sheet is not None else [])], capture_output=True, timeout=limits.seconds * 2, check=False
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise Unreadable("takes_too_long") from None
    except ValueError:  # it died before it could answer: too little memory, too much time
        raise Unreadable("needs_too_much_memory") from None
    return answer


def _grid(found: dict[str, Any]) -> Grid:
    rows = [
        (number, [_cell(value) for value in row])
        for number, row in enumerate(found["rows"], start=1)
        if any(value != "" for value in row)
    ]
    notes = []
    if found["merged"]:
        notes.append(note("merged_filled", count=found["merged"]))
    return Grid(rows, found["name"], tuple(notes), tuple(found["formulas"]), tuple(found["unworked"]))


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        if "d" in value:
            return date.fromisoformat(value["d"])
        if "m" in value:
            return datetime.fromisoformat(value["m"])
        return bool(value["b"])
    return value  # type: ignore[no-any-return]
