"""What begins like a formula in any text of any row is a text in every file that the pages offer, and comes back as it was."""

import csv
import io
import re
from typing import Any

import openpyxl
import pytest
from django.test import Client

from core.formulas.defuse import restore
from tests.access_matrix import World
from tests.poison import poison
from tests.test_access_matrix import ADDRESSES, address_of, clients, rows_of, undone, world  # noqa: F401 - fixtures

FORMULAS = (
    "=HYPERLINK(\"http://x.example\",\"a\")", "@SUM(1+9)*cmd|' /C calc'!A0", "=cmd|'/C calc'!A0", "+1+cmd|' '!A0", "\t=1+1", "=1+1", "@", "-",
)  # fmt: skip
RUNS = re.compile(r"^[=+\-@\t\r\n\0＝＋－＠]")
NUMBER = re.compile(r"^[+-]?\d[\d.,]*%?$")


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def cells_that_run(name: str, content: bytes) -> list[str]:
    """Cells that a spreadsheet would run."""
    if name.endswith("csv"):
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        return [cell for row in rows for cell in row if RUNS.match(cell) and not NUMBER.match(cell)]
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [
        str(cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" or (isinstance(cell.value, str) and RUNS.match(cell.value))
    ]


@pytest.mark.slow
def test_no_cell_of_any_export_runs(world: World, clients: dict[str, Client]) -> None:  # noqa: F811
    client, wrong, files, defused = clients["pmo_head"], {}, set(), 0
    with undone():
        count, _refused = poison(FORMULAS)
        assert count > 500
        for name in sorted(ADDRESSES):
            if name.startswith("api:"):
                continue
            for row in rows_of(name)[:1]:
                if row.method != "get":
                    continue
                address = address_of(name, row, world, world.cast.own).partition("?")[0]
                with undone():
                    page = client.get(address)
                if page.status_code != 200 or page.streaming or "html" not in page.headers.get("Content-Type", ""):
                    continue
                offered = {
                    part for part in re.findall(r"export=([\w.-]+)", page.content.decode()) if part.endswith(("csv", "xlsx"))
                }
                for form in sorted(offered | ({"csv", "xlsx"} if name.endswith("-list") else set())):
                    with undone():
                        answer = client.get(address, {"export": form, "open": "all"})
                    if answer.status_code != 200 or "html" in answer.headers.get("Content-Type", ""):
                        continue
                    content = body_of(answer)
                    files.add(f"{name} {form}")
                    defused += content.count(b"'=") + content.count(b"'@")
                    if found := cells_that_run(form, content):
                        wrong[f"{address}?export={form}"] = found[:3]
    print(f"{len(files)} files, {defused} cells defused")  # noqa: T201
    assert not wrong, wrong
    assert len(files) > 30
    assert defused > 50
    for text in FORMULAS:
        assert restore("'" + text) == text
