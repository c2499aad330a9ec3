"""Lists as files: typed cells, no formula ever runs, and what goes out comes back."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.grants import give_role
from accounts.actions.sessions import record_sign_in
from core.actions.imports import map_import, run_import_now, start_import
from core.exports import Column, export_csv, export_response, export_xlsx
from core.formulas.defuse import restore
from portfolio.models import CustomField, ExternalIdentifier, Project
from tests import factories
from tests.cast import Cast

NAUGHTY = [text for text in json.loads((Path(__file__).parent.parent / "data/imports/blns.json").read_text()) if text]
PAYLOADS = [
    "=1+1", "+1+1", "-1+1", "@SUM(1+9)*cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "\n=1+1", "=cmd|'/C notepad'!'A1'", "＝1+1", "'=1+1",
    "=HYPERLINK(\"http://x.example\";\"a\")", "a;=1+1", 'a",=1+1', "=IMPORTXML(CONCAT(\"http://x\"))", "-2+3+cmd|' /C calc'!A0", "''=1",
]  # fmt: skip
COLUMNS = [
    Column("Text", "text"), Column("Money", "money", kind="money"), Column("Day", "day", kind="date"), Column("Moment", "moment", kind="moment"),
    Column("Tags", "tags", kind="list"), Column("Yes", "yes", kind="boolean"), Column("Name", lambda row: row["text"][:3]),
]  # fmt: skip
ROW = {
    "text": "Bridge", "money": Decimal("-123456789012.30"), "day": date(2024, 2, 29), "moment": datetime(2024, 7, 1, 12, tzinfo=UTC),
    "tags": ["a", "b"], "yes": True,
}  # fmt: skip


def test_csv_is_exact_and_typed() -> None:
    data = b"".join(export_csv(COLUMNS, [ROW, {"text": ""}]))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[1] == ["Bridge", "-123456789012.30", "2024-02-29", "2024-07-01 13:00:00", "a; b", "yes", "Bri"]
    assert rows[2] == [""] * 7


def test_xlsx_is_typed() -> None:
    rows = python_calamine.load_workbook(export_xlsx(COLUMNS, [ROW])).get_sheet_by_index(0).to_python()
    assert rows[1] == ["Bridge", -123456789012.3, date(2024, 2, 29), datetime(2024, 7, 1, 13), "a; b", "yes", "Bri"]


@pytest.mark.parametrize("texts", [PAYLOADS, NAUGHTY], ids=["payloads", "blns"])
def test_no_text_is_a_formula_and_every_text_comes_back(texts: list[str]) -> None:
    rows = [{"text": text} for text in texts]
    columns = [Column("Text", "text")]
    book = openpyxl.load_workbook(export_xlsx(columns, rows))
    cells = [row[0] for row in book.active.iter_rows(min_row=2)]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    read = python_calamine.load_workbook(export_xlsx(columns, rows)).get_sheet_by_index(0).to_python()[1:]
    from_csv = list(csv.reader(io.StringIO(b"".join(export_csv(columns, rows)).decode("utf-8-sig"), newline="")))[1:]
    for text, in_csv, in_book in zip(texts, from_csv, read, strict=True):
        assert in_csv[0][:1] not in tuple("=+-@\t\r\n＝")
        assert restore(in_csv[0]) == text.encode("utf-8", "replace").decode()
        if not set(text) & {"\ufffe", "\x00"}:  # no XML file can hold these two
            assert restore(str(in_book[0])).split() == text.split()  # XML makes one line end of \r and \r\n


def test_negative_number_stays_a_number() -> None:
    columns = [Column("Slip", "slip", kind="number")]
    assert b"-5\r\n" in b"".join(export_csv(columns, [{"slip": -5}]))
    assert python_calamine.load_workbook(export_xlsx(columns, [{"slip": -5}])).get_sheet_by_index(0).to_python()[1] == [-5.0]


def test_text_too_long_for_a_workbook_says_so() -> None:
    cell = python_calamine.load_workbook(export_xlsx([Column("Text", "text")], [{"text": "x" * 40_000}])).get_sheet_by_index(0)
    assert cell.to_python()[1][0].endswith("[cut: the CSV export holds the whole text]")


def test_download_names_are_plain() -> None:
    response = export_response(COLUMNS, [], name='pro"jects\r\nX: y/../z', form="csv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="pro-jects-X-y-..-z.csv"'


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_exported_projects_come_back_without_a_change(
    form: str, cast: Cast, client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    project = factories.project(
        "=HYPERLINK(1)", unit=factories.unit("-Works"), category="+A", tags=["@x", "b"], budget=Decimal("34000000.55"), manager=cast.director,
        portfolio=factories.portfolio("Capital"), programme=factories.programme("Bridges"), phase="planning", tier=1, spend=Decimal(-5),
    )  # fmt: skip
    Project.objects.filter(pk=project.pk).update(
        purpose="Why", description="One\ntwo", actual_start_on=date(2025, 2, 1), actual_finish_on=date(2026, 3, 1), benefits=Decimal(7),
        benefits_summary="Less noise", contingency=Decimal("2.50"), year_label="2025-26", year_budget=Decimal(3), custom={"jobs": "12", "gone-as-given": "TBC"},
    )  # fmt: skip
    for key, label in (("jobs", "Jobs"), ("gone-as-given", "End Date (as given)")):
        CustomField.objects.create(key=key, label=label, kind="text")
    ExternalIdentifier.objects.create(project=project, system="GMPP", value="A1")
    factories.update(cast.own)
    client.force_login(cast.pmo_head, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("portfolio:project-list")
    content = b"".join(client.get(address, {"export": form}).streaming_content)
    before = list(Project.objects.order_by("pk").values())
    job = start_import(target="projects", file=ContentFile(content), name=f"projects.{form}", by=cast.pmo_head)
    job = run_import_now(job=job, at=timezone.now())
    job = run_import_now(job=map_import(job=job, mapping=job.mapping, options=job.options), at=timezone.now())
    changes = [row.differences for row in job.rows.all() if row.differences]
    assert (job.report["verdicts"], changes) == ({"leave": len(before) - 1}, [])  # the confidential one is not in the list
    assert list(Project.objects.order_by("pk").values()) == before
    assert {"forecast_finish_on", "actual_finish_on", "purpose", "description", "benefits", "contingency"} <= set(
        job.mapping.values()
    )
    assert (job.mapping["Jobs"], "End Date (as given)" in job.mapping) == ("custom", False)


def test_the_address_of_an_export_names_the_file(cast: Cast, client: Client) -> None:
    client.force_login(cast.pmo_head, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("portfolio:project-list")
    assert "export=projects.xlsx" in client.get(address).content.decode()
    for name in ("projects.csv", "projects.xlsx"):
        assert f'filename="{name}"' in client.get(address, {"export": name}).headers["Content-Disposition"]


def test_the_lists_of_the_office_are_files_as_well(cast: Cast, client: Client) -> None:
    """Each holds what its page shows to this reader, filtered in the same way; who may not see the page gets no file."""
    factories.update(cast.own)
    administrator, auditor = cast.people["administrator"], cast.people["auditor"]
    give_role(
        user=cast.pmo_head,
        role="auditor",
        unit=None,
        starts_on=date(2030, 1, 1),
        ends_on=None,
        by=administrator,
    )
    record_sign_in(user=auditor, session_key="k", address="10.0.0.7", device="=cmd()", at=timezone.now())

    def file(person: Any, name: str, **query: str) -> str:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(reverse(name), query | {"export": "x.csv"})
        if answer.status_code != 200:
            return str(answer.status_code)
        assert answer.headers["Content-Type"].startswith("text/csv")
        return b"".join(answer.streaming_content).decode("utf-8-sig")

    people = file(auditor, "accounts:user-list")
    assert all(person.email in people for person in (administrator, auditor, cast.pmo_head))
    assert auditor.email not in file(auditor, "accounts:user-list", q="Pmo Head")
    signed = file(administrator, "accounts:signin-list", q="10.0.0.7")
    assert "10.0.0.7" in signed
    assert '"=cmd()' not in signed, "defused"
    assert "2030-01-01" in file(auditor, "portfolio:access-holders")
    assert '"Subject"' in file(auditor, "core:mail-list")
    overview = reverse("reporting:overview-rows")
    client.force_login(cast.pmo_head, backend="django.contrib.auth.backends.ModelBackend")
    assert (
        cast.own.reference in b"".join(client.get(overview, {"figure": "projects", "export": "csv"}).streaming_content).decode()
    )
    assert '"Milestone"' in file(cast.pmo_head, "reporting:overview-milestones")
    for name in ("accounts:user-list", "accounts:signin-list", "portfolio:access-holders"):
        assert file(cast.project_manager, name) == "403"
