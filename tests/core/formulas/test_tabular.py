"""Finding the table in a sheet, its header, what is left out, and which column is which field."""

from typing import Any

import pytest

from core.formulas.delimited import Unreadable, decode, find_delimiter, read_rows
from core.formulas.mapping import Field, align, fingerprint, propose
from core.formulas.tabular import Grid, Header, Table, find_header, letter, make_table
from portfolio.project_imports import FIELDS


def grid(*rows: list[Any]) -> Grid:
    return Grid([(line, list(cells)) for line, cells in enumerate(rows, start=1) if any(str(cell) for cell in cells)])


def table(*rows: list[Any], **options: Any) -> Table:
    sheet = grid(*rows)
    header = find_header(sheet, **options)
    assert header is not None
    return make_table(sheet, header)


ROWS = (["A1", "Bridge", 5.0, "Green"], ["A2", "Tunnel", 7.5, "Red"], ["A3", "Ferry", "", "Amber"])
HEAD = ["ID", "Project name", "Budget (£m)", "RAG"]


def test_header_below_titles_and_blank_rows_is_found() -> None:
    found = table(["Major projects 2024", "", "", ""], [""] * 4, ["Source: the office", "", "", ""], HEAD, *ROWS)
    assert [column.name for column in found.columns] == HEAD
    assert [record.place for record in found.records] == ["5", "6", "7"]


def test_totals_repeated_headers_and_sources_are_left_out_and_told() -> None:
    found = table(HEAD, ROWS[0], HEAD, ROWS[1], ["Total", "", 12.5, ""], ["Source: annual report", "", "", ""])
    assert len(found.records) == 2
    assert [each.code for each in found.notes] == ["header_repeated", "total_row", "remark_row"]


def test_twin_headers_take_the_group_above_or_a_number() -> None:
    grouped = make_table(
        grid(["", "Cost", "", "Dates", ""], ["Name", "Plan", "Now", "Plan", "Now"], ["x", 1, 2, 3, 4]), Header(1)
    )
    assert [column.name for column in grouped.columns] == ["Name", "Cost: Plan", "Cost: Now", "Dates: Plan", "Dates: Now"]
    numbered = make_table(grid(["Name", "Note", "Note"], ["x", "a", "b"]), Header(0))
    assert [column.name for column in numbered.columns] == ["Name", "Note", "Note (2)"]


def test_columns_without_a_name_are_kept_only_where_something_stands() -> None:
    found = make_table(grid(["Name", "", ""], ["x", "kept", ""]), Header(0))
    assert [column.name for column in found.columns] == ["Name", "Column B"]


def test_projects_as_columns_are_turned() -> None:
    found = table(
        ["Department", "MOD", "DFT"], ["Project Name", "Ships", "Rails"], ["Start Date", "2020-01-01", "2021-01-01"], ["End Date", "2030-01-01", ""],
        ["Description", "Boats that float", "Trains that run"], vocabulary={"department", "project name", "start date", "end date", "description"},
    )  # fmt: skip
    assert found.transposed
    assert [record.place for record in found.records] == ["B", "C"]
    assert found.records[1].cells[:2] == ["DFT", "Rails"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in (["a", "b, with; both", "c"], ["1", "x", "3"], ["4", "y", "6"]))
    quoted = text.replace("b, with; both", '"b, with; both"')
    assert find_delimiter(quoted) == delimiter


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1", "mac_roman", "cp850"]
)
def test_encoding_is_found(encoding: str) -> None:
    text = "Name,Cost\nCafé Zürich à l’été — façade,£5m\nÎle d’Orléans,£6m\n"
    if encoding in ("latin-1", "cp850"):
        text = text.replace("’", "'").replace("—", "-")
    assert decode(text.encode(encoding)).text == text


def test_lines_are_numbered_as_in_the_file() -> None:
    rows = list(read_rows('a,b\n"one\ntwo",2\n\nx,y\n', ",", longest_cell=1000))
    assert [(line, cells[:1]) for line, cells in rows] == [(1, ["a"]), (2, ["one\ntwo"]), (4, []), (5, ["x"])]


def test_open_quotation_mark_names_its_line() -> None:
    with pytest.raises(Unreadable) as caught:
        list(read_rows('a,b\n1,2\n3,"never closed\n4,5\n', ",", longest_cell=1000))
    assert (caught.value.note.code, caught.value.note.params) == ("quote_never_closed", {"line": 3})


def placed(*headers: str, rows: tuple[list[Any], ...]) -> dict[str, str]:
    found = make_table(grid(list(headers), *rows), Header(0))
    return {headers[each.column]: each.field for each in propose(found, FIELDS)}


def test_gmpp_headers_of_several_years_are_placed() -> None:
    old = placed(
        "GMPP ID", "Project Name", "Department", "IPA RAG Rating", "Project Start Date", "Project End Date", "Whole Life Cost Baseline (£m)",
        rows=(["A", "Ships", "MOD", "Amber/Red", "2013-04-01", "2030-01-01", "5"], ["B", "Rails", "DFT", "Green", "2015-01-01", "TBC", "Exempt under Section 43"]),
    )  # fmt: skip
    assert list(old.values()) == [
        "external_id",
        "title",
        "unit",
        "assurance",
        "planned_start_on",
        "planned_finish_on",
        "budget",
    ]


@pytest.mark.parametrize(
    ("headers", "row", "expected"),
    [
        (
            ["Issue key", "Summary", "Status", "Assignee", "Due date", "Created"],
            ["PT-2", "Move the office", "In Progress", "User One", "10/Jan/24 12:00 AM", "09/Jan/24 3:54 PM"],
            {"Issue key": "external_id", "Summary": "title", "Status": "phase", "Assignee": "manager", "Due date": "planned_finish_on"},
        ),
        (
            ["Project Name", "Project Owner", "Start", "Finish", "% Complete", "Cost", "Actual Cost", "Project UID"],
            ["Move", "Ann", "01/02/2024", "31/12/2024", "45%", "£5,000.00", "£2,000.00", "7f-1"],
            {"Start": "planned_start_on", "Finish": "planned_finish_on", "% Complete": "percent_complete", "Actual Cost": "spend",
             "Project UID": "external_id", "Project Owner": "manager"},
        ),
        (
            ["Task Name", "Health", "Schedule Health", "Budget", "Target End Date", "Comments"],
            ["Move", "Yellow", "Green", "$5,000", "12/31/24", "All well"],
            {"Task Name": "title", "Health": "overall", "Schedule Health": "schedule", "Budget": "budget", "Comments": "summary",
             "Target End Date": "planned_finish_on"},
        ),
        (
            ["Work ID", "Work Name", "Lifecycle Stage", "Baseline Start", "Baseline Finish", "EAC", "BAC", "Sponsor"],
            ["W1", "Move", "Execution", "2024-01-01", "2024-12-31", "5000", "4500", "Bo"],
            {"Work ID": "external_id", "Work Name": "title", "Lifecycle Stage": "phase", "EAC": "forecast", "BAC": "budget", "Sponsor": "sponsor"},
        ),
    ],
)  # fmt: skip
def test_exports_of_other_tools_are_placed(headers: list[str], row: list[str], expected: dict[str, str]) -> None:
    found = placed(*headers, rows=(row,))
    assert {header: found[header] for header in expected} == expected


def test_money_is_never_placed_on_a_date() -> None:
    assert placed("End date", "Project name", rows=(["£5m", "x"], ["£6m", "y"]))["End date"] == ""


def test_column_with_repeated_values_is_no_identifier() -> None:
    found = placed("project_id", "activity_id", "activity_name", rows=tuple([["1", str(n), f"Step {n}"] for n in range(20)]))
    assert found["activity_id"] == "external_id"


def test_fingerprint_ignores_years_order_and_remarks() -> None:
    first = fingerprint(["Project Name", "Variance for 2021/22 (if more than 5%)"])
    assert first == fingerprint(["Variance for 2023/24", "Project name "])
    assert first != fingerprint(["Project Name", "Budget"])


def test_remembered_columns_are_found_again() -> None:
    assert align(["Name", "Variance 2021/22"], ["Variance 2023/24", "Name"]) == {0: 1, 1: 0}


def test_every_synonym_of_a_field_means_that_field() -> None:
    unclear = []
    for one in FIELDS:
        for synonym in one.synonyms[:1]:
            if one.never:
                assert not _forbidden(one, synonym), (one.key, synonym)
    assert not unclear


def _forbidden(one: Field, synonym: str) -> bool:
    import re

    from core.formulas.tabular import header_key

    return bool(re.search(one.never, header_key(synonym), re.I))


def test_letters_count_like_a_spreadsheet() -> None:
    assert [letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_unit_above_the_header_reaches_the_columns_that_name_none() -> None:
    banded = make_table(
        grid(
            ["Portfolio 2026"], ["Identity", "", "Money £m", "", ""],
            ["ID", "Name", "Budget", "Forecast (£)", "Spend £k"], ["1", "x", 6, 7, 8],
        ), Header(2)
    )  # fmt: skip
    assert [(column.above, column.in_group) for column in banded.columns] == [
        ("", False), ("", False), ("Money £m", True), ("", False), ("", False),
    ]  # fmt: skip
    titled = make_table(grid(["Portfolio 2026"], ["All figures in £ million"], ["Name", "Budget"], ["x", 6]), Header(2))
    assert [(column.above, column.in_group) for column in titled.columns] == [("All figures in £ million", False)] * 2
    story = make_table(
        grid(["A portfolio that saves the public millions of pounds every year"], ["Name", "Budget"], ["x", 6]), Header(1)
    )
    assert [column.above for column in story.columns] == ["", ""]
