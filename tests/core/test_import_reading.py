"""Files that are broken, locked, hostile or only unusual: one sentence each, nothing unpacked that should not be."""

import resource
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from core.formulas.delimited import Unreadable
from core.formulas.mapping import vocabulary
from core.formulas.tabular import find_header, make_table
from core.imports import words
from core.imports.reading import Limits, read_source
from core.imports.records import ImportOptions, read_records
from core.imports.tables import as_at_in, describe, open_table, system_of
from core.imports.words import SENTENCES, say
from portfolio.project_imports import FIELDS

LIMITS = Limits(bytes=1 << 20)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def workbook(path: Path, *sheets: list[list[Any]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for rows in sheets:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    book.close()
    return path


def with_part(path: Path, name: str, content: bytes) -> Path:
    """The workbook with one part replaced or added."""
    source = workbook(path.with_suffix(".plain.xlsx"), [["Project name", "Budget"], ["Bridge", 5]])
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return path


def hostile(path: Path) -> dict[str, Path]:
    """Twenty files by the code they are refused with and a word."""
    cells = '<row r="{}"><c r="{}{}"><v>1</v></c></row>'
    sheet = "xl/worksheets/sheet1.xml"
    made = {
        "zip_bomb sheet": with_part(path / "1.xlsx", sheet, SHEET.format("<row>" + " " * 400_000_000).encode()),
        "zip_bomb strings": with_part(path / "2.xlsx", "xl/sharedStrings.xml", b"<sst>" + b"a" * 400_000_000),
        "too_many_rows far": with_part(path / "3.xlsx", sheet, SHEET.format(cells.format(1048576, "A", 1048576)).encode()),
        "too_many_columns far": with_part(path / "4.xlsx", sheet, SHEET.format(cells.format(1, "XFD", 1)).encode()),
        "xml_entities bomb": with_part(
            path / "5.xlsx", sheet, b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + SHEET.format("").encode()
        ),
        "xml_entities file": with_part(
            path / "6.xlsx", "xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><x>&f;</x>'
        ),
        "file_broken cut": path / "7.xlsx",
        "file_encrypted ole": path / "8.xlsx",
        "wrong_kind project": path / "9.mpp",
        "wrong_kind pdf": path / "10.csv",
        "wrong_kind html": path / "11.xls",
        "wrong_kind zip": path / "12.xlsx",
        "wrong_kind word": path / "13.xlsx",
        "file_empty": path / "14.csv",
        "file_empty blanks": path / "15.csv",
        "not_text": path / "16.csv",
        "cell_too_long": path / "17.csv",
        "too_many_columns csv": path / "18.csv",
        "too_many_rows csv": path / "19.csv",
        "file_empty book": workbook(path / "20.xlsx", [[]]),
        "wrong_kind json": path / "21.json",
        "file_too_large": path / "22.csv",
    }
    good = workbook(path / "good.xlsx", [["Project name"], ["Bridge"]]).read_bytes()
    made["file_broken cut"].write_bytes(good[:-200])
    made["file_encrypted ole"].write_bytes(OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500)
    made["wrong_kind project"].write_bytes(OLE + b"\0" * 1000)
    made["wrong_kind pdf"].write_bytes(b"%PDF-1.7 nothing")
    made["wrong_kind html"].write_bytes(b"<html><table><tr><td>Project name</td></tr></table></html>")
    for name, entry in (("wrong_kind zip", "../../evil.csv"), ("wrong_kind word", "word/document.xml")):
        with zipfile.ZipFile(made[name], "w") as archive:
            archive.writestr(entry, b"x")
    made["file_empty"].write_bytes(b"\n \n")
    made["file_empty blanks"].write_bytes(b"x"[:0] + b",,,\n" * 10)
    made["not_text"].write_bytes(bytes(range(1, 32)) * 50)
    made["cell_too_long"].write_text("Project name\n" + "x" * 200_000)
    made["too_many_columns csv"].write_text(",".join(map(str, range(1000))) + "\n")
    made["too_many_rows csv"].write_text("Project name\n" + "Bridge\n" * 60_000)
    made["wrong_kind json"].write_text('[{"Project name": "Bridge"}]')
    made["file_too_large"].write_bytes(b"x,y\n" * 8_000_000)
    return made


@pytest.mark.slow
def test_hostile_files_are_refused_with_a_sentence_and_without_memory(tmp_path: Path) -> None:
    files = hostile(tmp_path)
    wrong = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, path in files.items():
        begin = time.process_time()
        try:
            read_source(path)
            wrong.append(f"{name}: was read")
        except Unreadable as refused:
            sentence = say(refused.note.as_json())
            if refused.note.code != name.split()[0] or "%(" in sentence or not sentence.endswith((".", "?")):
                wrong.append(f"{name}: {refused.note.code} {sentence}")
        if time.process_time() - begin > 10:
            wrong.append(f"{name}: {time.process_time() - begin:.1f} s")
    assert not wrong, "\n".join(wrong)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024  # kilobytes


def test_formula_cells_are_named_and_their_results_read(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "f.xlsx"))
    page = book.add_worksheet("Portfolio")
    page.write_row(0, 0, ["Project name", "Budget"])
    page.write_row(1, 0, ["Bridge", 5])
    page.write(2, 0, "Tunnel")
    page.write_formula("B3", "=B2*2", None, 10)
    book.close()
    source = read_source(tmp_path / "f.xlsx")
    assert source.grids[0].formulas == ("B3",)
    assert source.grids[0].rows[2] == (3, ["Tunnel", 10.0])


def test_formulas_without_a_result_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()  # writes formulas, works nothing out
    for row in (["Project name", "Budget", "Forecast"], ["Bridge", 5, "=B2*1.1"], ["Tunnel", 7, "=B3*1.1"]):
        book.active.append(row)
    book.save(tmp_path / "f.xlsx")
    opened = open_table(tmp_path / "f.xlsx", FIELDS, limits=LIMITS)
    assert (opened.grid.formulas, opened.grid.unworked) == ((), ("C2", "C3"))
    notes = describe(opened, FIELDS, name="f.xlsx", currency="GBP")["notes"]
    (told,) = [say(each) for each in notes if each[0] == "formulas_without_result"]
    assert told.startswith("2 cells hold formulas whose results are not in the file (C2, C3); they were read as empty.")


def test_unit_in_a_merged_group_or_a_title_is_applied_and_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in (
        ["Portfolio list"],
        ["Identity", None, "Money £m"],
        ["ID", "Project name", "Budget", "Tolerance"],
        ["A-1", "Bridge", 6, 0.5],
    ):
        page.append(row)
    page.merge_cells("A2:B2")
    page.merge_cells("C2:D2")
    book.save(tmp_path / "m.xlsx")
    titled = tmp_path / "t.csv"
    titled.write_text(
        "All figures in £ thousand\nID,Project name,Budget,Spend to date (£)\nA-1,Bridge,6,900\n", encoding="utf-8"
    )
    for path, money, further in ((tmp_path / "m.xlsx", {"budget": 6_000_000}, {"Tolerance": 500_000}),
                                 (titled, {"budget": 6_000, "spend": 900}, {})):  # fmt: skip
        opened = open_table(path, FIELDS, limits=LIMITS)
        about = describe(opened, FIELDS, name=path.name, currency="USD")
        mapping = {column["name"]: column["field"] for column in about["columns"]}
        read = read_records(opened.table, mapping, FIELDS, ImportOptions(currency="USD"))
        row = read.rows[0]
        assert {key: row.value(key) for key in money} == money
        assert {name: reading.value for name, reading in row.custom.items()} == further
        assert row.values["budget"].currency == about["suggested"]["currency"] == "GBP"
        assert "unit_from_above" in [each["note"][0] for each in read.assumptions]


def test_merged_rows_are_filled_and_hidden_sheets_left(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in (["Department", "Project name"], ["MOD", "Ships"], [None, "Boats"], ["DFT", "Rails"]):
        page.append(row)
    page.merge_cells("A2:A3")
    book.create_sheet("Secret").sheet_state = "hidden"
    book.save(tmp_path / "m.xlsx")
    source = read_source(tmp_path / "m.xlsx")
    assert source.grids[0].rows[2] == (3, ["MOD", "Boats"])
    assert ([each.code for each in source.grids[0].notes], source.hidden) == (["merged_filled"], ["Secret"])


def test_the_sheet_with_the_portfolio_is_chosen(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "s.xlsx",
        [["Read me", ""], ["This workbook", "is about projects"]],
        [["Code list", "Meaning"], ["R", "Red"], ["A", "Amber"]],
        [["Portfolio 2024"], [], ["Project ID", "Project name", "Department", "RAG"], ["A1", "Bridge", "MOD", "Red"]],
    )
    opened = open_table(path, FIELDS, limits=Limits())
    assert (opened.grid.sheet, opened.header.index) == ("Sheet3", 1)
    chosen = open_table(path, FIELDS, limits=Limits(), sheet="Sheet2", header_line=1)
    assert [column.name for column in chosen.table.columns] == ["Code list", "Meaning"]


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-16", "\t"), ("cp1252", ";"), ("utf-8-sig", ","), ("mac_roman", "|")])
def test_text_files_of_other_offices_are_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["Café projects", "", ""], ["", "", ""], ["Project name", "Budget", "Note"], ["L’Été", "£5m", "one\ntwo"]]
    quoted = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    (tmp_path / "x.csv").write_bytes(quoted.encode(encoding))
    grid = read_source(tmp_path / "x.csv").grids[0]
    header = find_header(grid, vocabulary(FIELDS))
    assert header is not None
    assert make_table(grid, header).records[0].cells == ["L’Été", "£5m", "one\ntwo"]


def test_ods_is_read(tmp_path: Path) -> None:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="P"><table:table-row>'
        '<table:table-cell office:value-type="string"><text:p>Project name</text:p></table:table-cell></table:table-row><table:table-row>'
        '<table:table-cell office:value-type="string"><text:p>Bridge</text:p></table:table-cell></table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "x.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    assert read_source(tmp_path / "x.ods").grids[0].rows == [(1, ["Project name"]), (2, ["Bridge"])]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("gmpp_2022_23.csv", "2023-03-31"), ("GMPP 2023-24 data.xlsx", "2024-03-31"), ("report 31 March 2024.csv", "2024-03-31"),
        ("status_2024-05-17.csv", "2024-05-17"), ("Q2 2023/24 return.xlsx", "2023-09-30"), ("DfT September 2013.csv", "2013-09-30"),
        ("export 20240517.csv", "2024-05-17"), ("projects.csv", ""), ("gc-it-projects-2019.csv", ""),
    ],
)  # fmt: skip
def test_as_at_day_is_found_in_names(name: str, day: str) -> None:
    found = as_at_in(name)
    assert (found.isoformat() if found else "") == day


@pytest.mark.parametrize(
    ("header", "name", "system"),
    [
        ("GMPP ID Number", "x.csv", "GMPP"), ("GMPP ID", "y.xlsx", "GMPP"), ("uniqueId", "gc-it-projects-2019.csv", "gc it projects"),
        ("Project ID", "Portfolio_2024 v2.xlsx", "Portfolio"),
    ],
)  # fmt: skip
def test_source_of_identifiers_stays_the_same_next_year(header: str, name: str, system: str) -> None:
    assert system_of(header, name) == system


def test_every_code_has_a_sentence() -> None:
    import re

    root = Path(words.__file__).parent.parent.parent
    sources = [*root.glob("core/formulas/*.py"), *root.glob("core/imports/*.py"), *root.glob("portfolio/actions/*_import/*.py")]
    calls = r'(?:failed\([^"\n]*|\bnote\(|Refused\(|Unreadable\(|row\.refuse\([^,\n]*, |_refused\(planned, )'
    pattern = re.compile(calls + r'"(\w+)"')
    codes = {code for source in sources for code in pattern.findall(source.read_text())}
    assert codes > {"a_range", "zip_bomb", "identifier_twice", "currency_differs"}
    assert not codes - set(SENTENCES)


def test_sentences_are_filled_from_their_notes() -> None:
    assert say(["row_without_name"]) == "There is neither a title nor an identifier."
    assert say(["newer_facts", {"day": "2024-03-31"}]).startswith("Newer facts are known (31 Mar 2024)")
    assert say(["percent_out_of_range", {"text": "x"}]) == "not between 0 and 100%"
    assert say([]) == ""


@pytest.mark.parametrize(
    ("titles", "day"),
    [
        (["Programme approved 12 March 2019"], ""),
        (["Projects started since 1 January 2015", "Printed on 4 May 2024"], ""),
        (["Approved 12 March 2019", "Status as at 30 September 2023"], "2023-09-30"),
        (["Portfolio report, March 2024"], "2024-03-31"),
        (["Data at 30 June 2024 (published 12 August 2024)"], "2024-06-30"),
        (["Published 12 August 2024, data at 30 June 2024"], "2024-06-30"),
        (["31/03/2024"], ""),
        (["31 March 2024"], "2024-03-31"),
        (["The programme board met and took note of the plan that it had seen on 4 May 2024"], ""),
    ],
)
def test_as_at_day_is_taken_from_a_title_that_says_so(tmp_path: Path, titles: list[str], day: str) -> None:
    file = tmp_path / "portfolio.csv"
    file.write_text(
        "\n".join(f'"{title}",,' for title in titles) + "\nProject name,Budget,RAG status\nBridge,5,Green\nTunnel,6,Red\n"
    )
    opened = open_table(file, FIELDS, limits=LIMITS)
    reading = describe(opened, FIELDS, name=file.name, currency="")
    assert reading["suggested"]["as_at"] == day
    assert bool([each for each in reading["notes"] if each[0] == "as_at_from_title"]) == bool(day)


def test_columns_look_like_the_field_they_are_placed_on(tmp_path: Path) -> None:
    file = tmp_path / "portfolio.csv"
    file.write_text(
        "Project name,Budget,RAG status,End date,Odd days,Remarks\nBridge,5,Green,TBC,1 May 2024,fine\nTunnel,TBC,Red,TBC,TBC,TBC\nRoad,N/A,N/A,31/12/2026,TBC,ok\n"
    )
    reading = describe(open_table(file, FIELDS, limits=LIMITS), FIELDS, name=file.name, currency="")
    assert [column["kind"] for column in reading["columns"]] == ["text", "money", "rag", "finish", "date", "text"]
