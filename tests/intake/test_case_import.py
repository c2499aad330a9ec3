"""Business cases come in from files: the same wizard, errors at the cell, what was exported comes back without a change."""

import io
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from core.actions.imports import confirm_import, run_import_now
from core.errors import ActionError
from core.imports.registry import targets_for
from core.imports.words import say, say_all
from core.models import ImportJob, ImportState
from intake.actions.case_documents import case_of, document_of
from intake.models import BusinessCase, CaseAmount, CaseLine, CaseOption, Request
from tests import factories, loading
from tests.cast import Cast

pytestmark = pytest.mark.django_db
HEAD = "Request,Option,Line,Kind,Cashable,Group,Year,Low,Likely,High,Currency\n"
previewed, imported = partial(loading.previewed, "cases"), partial(loading.imported, "cases")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path, db: None) -> None:
    settings.MEDIA_ROOT = tmp_path


def asked_for(cast: Cast, title: str = "Warm homes", **fields: Any) -> Request:
    return factories.request(title, by=cast.requester, state="assessment", **fields)


def problems(job: ImportJob) -> dict[str, tuple[str, str]]:
    """Of each refused row: the cell and why."""
    found = {}
    for row in job.rows.filter(verdict="refuse"):
        loss = next((each for each in row.losses if each.get("problem")), None)
        found[row.place] = (loss["place"], say(loss["problem"])) if loss else ("", " ".join(say_all(row.notes)))
    return found


def figures(request: Request) -> dict[tuple[str, str, int], tuple[Any, ...]]:
    rows = CaseAmount.objects.filter(line__option__case__request=request).select_related("line__option")
    return {(one.line.option.name, one.line.name, one.year): (one.low, one.likely, one.high) for one in rows}


def test_a_new_case_is_begun_over_the_years_of_the_file(cast: Cast) -> None:
    asked = asked_for(cast, estimated_cost=5)
    job = imported(
        HEAD + f"{asked.reference},Rebuild,Build,Capital cost,yes,Supplier,2027,£90k,£100k,£140k,GBP\n"
        f"{asked.reference},Rebuild,Support,opex,yes,,2028,,5000,,GBP\n"
        f'{asked.reference},Rebuild,Time saved,Benefit,no,,2028/29,1000,"2,000.50",3000,GBP\n'
        f"{asked.reference},Do nothing,Repairs,Running cost,yes,,2029,7,7,7,\n",
        by=cast.pmo_analyst,
    )
    case = BusinessCase.objects.get(request=asked)
    assert (case.base_year, case.years) == (2027, 3)
    assert figures(asked) == {
        ("Rebuild", "Build", 2027): (90_000, 100_000, 140_000),
        ("Rebuild", "Support", 2028): (None, 5_000, None),
        ("Rebuild", "Time saved", 2028): (1_000, Decimal("2000.50"), 3_000),
        ("Do nothing", "Repairs", 2029): (None, 7, None),
    }
    assert list(CaseOption.objects.values_list("name", "is_preferred", "is_do_nothing")) == [
        ("Do nothing", False, True),
        ("Rebuild", True, False),
    ]
    lines = {line.name: (line.kind, line.is_cashable, line.group) for line in CaseLine.objects.all()}
    assert lines["Time saved"] == ("benefit", False, "")
    assert lines["Build"] == ("capital", True, "Supplier")
    assert job.report["verdicts"] == {"create": 4}
    assert job.report["made"]["cases"] == 1
    event = CaseAmount.pgh_event_model.objects.latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["user"] == cast.pmo_analyst.pk


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_exported_comes_back_without_a_change(form: str, cast: Cast) -> None:
    asked = asked_for(cast)
    case = factories.business_case(asked)["case"]
    before, version = figures(asked), CaseOption.objects.get(is_preferred=True).version
    client = Client()
    client.force_login(cast.pmo_analyst, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/intake/requests/{asked.reference}/case/?export=case.{form}")
    content = b"".join(page.streaming_content)  # type: ignore[attr-defined]
    job = imported(content, by=cast.pmo_analyst, name=f"case.{form}")
    assert job.report["verdicts"] == {"leave": 5}
    assert figures(asked) == before
    assert CaseOption.objects.get(is_preferred=True).version == version, "Nothing was written."
    document = document_of(case_of(asked))  # type: ignore[arg-type]
    other = asked_for(cast, "Warm schools")
    moved = (
        content.replace(asked.reference.encode(), other.reference.encode()) if form == "csv" else renamed(content, asked, other)
    )
    imported(moved, by=cast.pmo_analyst, name=f"case.{form}")
    copy = document_of(case_of(other))  # type: ignore[arg-type]
    assert figures(other) == before
    wanted = next(one for one in document["options"] if one["is_preferred"])["figures"]
    case.refresh_from_db()
    made = BusinessCase.objects.get(request=other)
    assert made.base_year == case.base_year
    assert next(one for one in copy["options"] if one["is_preferred"])["figures"]["cost"] == wanted["cost"]


def renamed(content: bytes, asked: Request, other: Request) -> bytes:
    """The workbook with another request in its first column."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in book.active.iter_rows():  # type: ignore[union-attr]
        if row[0].value == asked.reference:
            row[0].value = other.reference
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_file_changes_what_it_names_and_leaves_the_rest(cast: Cast) -> None:
    asked = asked_for(cast)
    year = factories.business_case(asked)["case"].base_year
    job = imported(
        "Line,Kind,Year,Low,Likely,High\n"
        f"Build,Capital cost,{year},900,1100,1300\n"
        f"Build,,{year + 1},,50,\n"
        f"Training,Running cost,{year + 1},,75,\n",
        by=cast.pmo_analyst,
        scope=asked.reference,
    )
    assert job.report["verdicts"] == {"change": 1, "create": 2}
    found = figures(asked)
    assert found["The proposal", "Build", year] == (900, 1100, 1300)
    assert found["The proposal", "Build", year + 1] == (None, 50, None)
    assert found["The proposal", "Training", year + 1] == (None, 75, None)
    assert found["The proposal", "Savings", year + 1] == (None, 300, None), "What the file does not name stays."
    row = job.rows.get(verdict="change")
    assert [tuple(one) for one in row.differences] == [("likely", "1000.00", "1100.00")]


def test_each_mistake_is_told_at_its_cell(cast: Cast) -> None:
    asked = asked_for(cast)
    year = factories.business_case(asked)["case"].base_year
    last, ref = year + 5, asked.reference
    job = previewed(
        HEAD + f"{ref},,Build,Capital cost,yes,,{year},1200,1100,1300,GBP\n"  # 2: low above likely
        f"{ref},,Build,Capital cost,yes,,{year},900,1100,1000,GBP\n"  # 3: high below likely
        f"{ref},,Build,Capital cost,yes,,{year},900,1100,,GBP\n"  # 4: half a range
        f"{ref},,Build,Capital cost,yes,,{last + 1},,1100,,GBP\n"  # 5: outside
        f"{ref},,Build,Capital cost,yes,,soon,,1100,,GBP\n"  # 6: no year
        f"{ref},,Build,Capital cost,yes,,{year},,a lot,,GBP\n"  # 7: no amount
        f"{ref},,Build,Benefit,yes,,{year},,1100,,GBP\n"  # 8: another kind
        f"{ref},,Build,Magic,yes,,{year},,1100,,GBP\n"  # 9: no kind
        f"{ref},,Paint,,yes,,{year},,1100,,GBP\n"  # 10: new without a kind
        f"{ref},,Build,Capital cost,yes,,{year},,1100,,EUR\n"  # 11: another currency
        f"{ref},,,Capital cost,yes,,{year},,1100,,GBP\n"  # 12: no line
        f"{ref},,Build,Capital cost,yes,,{year},,,,GBP\n"  # 13: no likely
        f"{ref},,Build,Capital cost,yes,,{year},,1100,,GBP\n"  # 14: fine
        f"{ref},,build,Capital cost,yes,,{year},,1200,,GBP\n"  # 15: twice
        f"REQ-9999,,Build,Capital cost,yes,,{year},,1200,,GBP\n",  # 16: no request
        by=cast.pmo_analyst,
    )
    assert problems(job) == {
        "2": ("H2", "low is above likely"),
        "3": ("J3", "high is below likely"),
        "4": ("H4", "give low and high, or neither"),
        "5": ("G5", f"the case runs from {year} to {last}; set its years first"),
        "6": ("G6", "not a year between 1990 and 2200"),
        "7": ("I7", "not an amount"),
        "8": ("D8", "the line is a Capital cost; a line has one kind"),
        "9": ("D9", "not one of the choices"),
        "10": ("", "A new line needs its kind: capital cost, running cost or benefit."),
        "11": ("K11", "in EUR, but the request is in GBP"),
        "12": ("", "It does not name the cost or benefit."),
        "13": ("", "There is no likely amount."),
        "15": ("", f"Line 14 says already what build · {year} amounts to."),
        "16": ("", "There is no request REQ-9999 whose business case you may write now."),
    }
    assert {row.verdict for row in job.rows.filter(place="14")} == {"change"}


def test_only_who_may_write_the_case_loads_it(cast: Cast) -> None:
    assert [target.key for target in targets_for(cast.pmo_analyst) if target.key == "cases"] == ["cases"]
    for person in (cast.project_manager, cast.requester, cast.board_member, cast.auditor, cast.stranger):
        assert "cases" not in [target.key for target in targets_for(person)]
    secret = asked_for(cast, "Zanzibar", is_confidential=True)
    ready = factories.request("Decided soon", by=cast.requester, state="ready")
    line = "Line,Kind,Year,Likely\nBuild,Capital cost,2027,5\n"
    for reference in (secret.reference, ready.reference, "REQ-9999"):
        with pytest.raises(ActionError, match="no request"):
            previewed(line, by=cast.pmo_analyst, scope=reference)
        job = previewed(HEAD + f"{reference},,Build,Capital cost,yes,,2027,,5,,GBP\n", by=cast.pmo_analyst)
        assert list(job.rows.values_list("verdict", flat=True)) == ["refuse"]
        assert "Zanzibar" not in str(list(job.rows.values_list("title", "notes", "losses")))
    with pytest.raises(ActionError, match="whose case"):
        previewed(line, by=cast.pmo_analyst)
    assert not BusinessCase.objects.exists()


def test_a_case_that_was_frozen_meanwhile_stays(cast: Cast) -> None:
    asked = asked_for(cast)
    year = factories.business_case(asked)["case"].base_year
    job = previewed(HEAD + f"{asked.reference},,Build,Capital cost,yes,,{year},,5,,GBP\n", by=cast.pmo_analyst)
    job = confirm_import(job=job, by=cast.pmo_analyst)
    Request.objects.filter(pk=asked.pk).update(state="ready")
    job = run_import_now(job=job, at=timezone.now())
    assert job.state == ImportState.PREVIEWED, "The preview is made again: it would do something else now."
    assert figures(asked)["The proposal", "Build", year] == (900, 1000, 1300)


def test_the_template_loads_as_it_is(cast: Cast, signed_in: Any) -> None:
    asked = asked_for(cast)
    client = signed_in(cast.pmo_analyst)
    for form in ("csv", "xlsx"):
        answer = client.get(f"/intake/cases/template/?request={asked.reference}&export=case.{form}")
        content = b"".join(answer.streaming_content)
        job = previewed(content, by=cast.pmo_analyst, name=f"template.{form}")
        assert {row.verdict for row in job.rows.all()} == {"create"}
        assert job.rows.count() == 6
    hidden = asked_for(cast, "Zanzibar", is_confidential=True, currency="EUR")
    blank = b"".join(client.get(f"/intake/cases/template/?request={hidden.reference}").streaming_content)
    assert hidden.reference.encode() not in blank
    assert b"EUR" not in blank
    assert asked.reference in client.get("/intake/cases/find/?q=Warm").content.decode()
    assert hidden.reference not in client.get("/intake/cases/find/?q=REQ").content.decode()
    page = client.get(f"/intake/requests/{asked.reference}/case/").content.decode()
    assert "?target=cases" in page
    assert "?target=cases" not in signed_in(cast.requester).get(f"/intake/requests/{asked.reference}/case/").content.decode()


def test_a_case_is_loaded_over_the_api(cast: Cast, signed_in: Any) -> None:
    asked = asked_for(cast)
    client = signed_in(cast.pmo_analyst)
    file = ContentFile((HEAD + f"{asked.reference},,Build,capex,,,2027,,5,,\n").encode(), name="case.csv")
    made = client.post("/api/v1/core/imports/", {"file": file, "target": "cases"})
    assert made.status_code == 201, made.content
    job = run_import_now(job=ImportJob.objects.get(), at=timezone.now())
    url = f"/api/v1/core/imports/{job.pk}/"
    tag = client.get(url).headers["ETag"]
    sent = {"mapping": job.mapping, "options": {"currency": "GBP"}}
    mapped = client.patch(url, sent, content_type="application/json", headers={"If-Match": tag})
    assert mapped.status_code == 200, mapped.content
    run_import_now(job=ImportJob.objects.get(), at=timezone.now())
    confirmed = client.post(f"{url}confirm/", headers={"If-Match": client.get(url).headers["ETag"]})
    assert confirmed.status_code == 200, confirmed.content
    assert run_import_now(job=ImportJob.objects.get(), at=timezone.now()).state == "applied"
    assert figures(asked) == {("The proposal", "Build", 2027): (None, 5, None)}
    assert signed_in(cast.pmo_head).get(url).status_code == 404, "Only who started it: its rows may be confidential."
