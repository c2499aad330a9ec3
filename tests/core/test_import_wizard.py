"""The wizard: each step is an address, nothing is written before the confirmation, everything refused says why."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.actions.imports import map_import, run_import_now
from core.models import ImportJob, ImportState
from portfolio.models import Project
from tests import factories
from tests.cast import Cast

SignIn = Callable[[Any], Client]
FILE = "Project name,Budget,RAG status\nBridge,£3m-£5m,Green\n=Tunnel,£4m,Red\n"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(client: Client, content: bytes, name: str = "portfolio 2023-24.csv") -> Any:
    return client.post(reverse("core:import-list"), {"target": "projects", "file": SimpleUploadedFile(name, content)})


def go_on(job: ImportJob) -> ImportJob:
    return run_import_now(job=job, at=timezone.now())


def test_file_to_result_step_by_step(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_analyst)
    answer = upload(client, FILE.encode())
    job = ImportJob.objects.get()
    detail = reverse("core:import-detail", args=[job.pk])
    assert (answer.status_code, answer.url) == (302, detail)
    assert "Waiting for a worker to read the file" in client.get(detail).content.decode()
    job = go_on(job)
    assert client.get(detail).url == reverse("core:import-columns", args=[job.pk])
    page = client.get(reverse("core:import-columns", args=[job.pk])).content.decode()
    assert "2024-03-31" in page  # as at, from the file's name
    data = {f"column-{number}": job.mapping[column["name"]] for number, column in enumerate(job.reading["columns"])}
    form = data | {"as_at": "", "currency": "GBP", "fiscal_month": "4", "version": job.version}
    refused = client.post(reverse("core:import-columns", args=[job.pk]), form)
    assert refused.status_code == 422
    assert "which day the file tells about" in refused.content.decode()
    assert client.post(reverse("core:import-columns", args=[job.pk]), form | {"as_at": "2024-03-31"}).status_code == 302
    before = Project.objects.count()
    job = go_on(job)
    preview = client.get(reverse("core:import-preview", args=[job.pk])).content.decode()
    for words in ("Import 2 rows", "£3m-£5m", "a range; one figure is needed", "B2", "31 Mar 2024"):
        assert words in preview
    assert Project.objects.count() == before
    job.refresh_from_db()
    assert client.post(reverse("core:import-confirm", args=[job.pk]), {"version": job.version}).status_code == 302
    job = go_on(job)
    result = client.get(reverse("core:import-result", args=[job.pk])).content.decode()
    assert "Everything was written" in result
    assert Project.objects.count() == before + 2
    report = b"".join(client.get(reverse("core:import-losses", args=[job.pk])).streaming_content).decode("utf-8-sig")
    assert '"B2","Budget","Bridge","Could not be read","£3m-£5m","a range; one figure is needed"' in report


def test_rows_are_filtered_and_paged_with_the_same_queries(cast: Cast, signed_in: SignIn) -> None:
    counts = []
    for rows in (3, 120):
        text = "Project name,Budget\n" + "".join(f"Alone {'xyzw'[n % 4]}{n},{'TBC' if n % 3 else n}\n" for n in range(rows))
        job = go_on(factories.import_job(text))
        job = go_on(map_import(job=job, mapping=job.mapping, options=job.options))
        client = signed_in(cast.pmo_head)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("core:import-preview", args=[job.pk]), {"loss": "1", "q": "Alone"})
        counts.append(len(queries))
        assert page.context["page"].paginator.count == sum(1 for n in range(rows) if n % 3)
    assert counts[0] == counts[1]


def test_progress_tells_the_state(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.administrator)
    job = factories.import_job()
    address = reverse("core:import-progress", args=[job.pk])
    assert client.get(address).json()["state"] == "running"
    go_on(job)
    assert client.get(address).json() == {
        "state": "finished", "done": 0, "total": 0, "message": "", "redirect": reverse("core:import-detail", args=[job.pk]),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7", "This is a PDF file"),
        (b'a,b\n1,"open\n', "Line 2: a quotation mark opens here and is never closed."),
        (b"just one line", "No table was found"),
    ],
)
def test_unreadable_file_says_why_on_its_page(cast: Cast, signed_in: SignIn, content: bytes, words: str) -> None:
    client = signed_in(cast.pmo_analyst)
    upload(client, content)
    job = go_on(ImportJob.objects.get())
    assert job.state == ImportState.FAILED
    assert words in client.get(reverse("core:import-detail", args=[job.pk])).content.decode()


def test_empty_and_too_large_files_are_refused_at_the_field(cast: Cast, signed_in: SignIn, settings: Any) -> None:
    client = signed_in(cast.pmo_analyst)
    settings.UPLOAD_MAX_BYTES = 1 << 20
    for content in (b"", b"x" * (2 << 20)):
        answer = upload(client, content)
        assert answer.status_code == 422
        assert answer.context["form"].errors["file"]
    assert not ImportJob.objects.exists()


def test_cancelled_import_writes_nothing_and_cannot_go_on(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_analyst)
    job = go_on(factories.import_job())
    before = Project.objects.count()
    client.post(reverse("core:import-cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == ImportState.CANCELLED
    client.post(reverse("core:import-confirm", args=[job.pk]))
    assert go_on(job).state == ImportState.CANCELLED
    assert Project.objects.count() == before


def test_stale_columns_page_is_refused(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_analyst)
    job = go_on(factories.import_job())
    form = {"column-0": "title", "column-1": "budget", "currency": "GBP", "fiscal_month": "4", "version": job.version - 1}
    answer = client.post(reverse("core:import-columns", args=[job.pk]), form)
    assert answer.status_code == 422
    assert "Somebody else changed this" in answer.content.decode()


def test_another_header_line_is_read_again(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_analyst)
    job = go_on(factories.import_job("Project name,Budget\nProject name 2,Cost 2\nBridge,5\n"))
    client.post(reverse("core:import-table", args=[job.pk]), {"header_line": 2, "sheet": ""})
    job = go_on(job)
    assert [column["name"] for column in job.reading["columns"]] == ["Project name 2", "Cost 2"]


def test_two_columns_on_one_field_are_refused(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_analyst)
    job = go_on(factories.import_job("Project name,Budget,Cost\nBridge,5,6\n"))
    form = {
        "column-0": "title",
        "column-1": "budget",
        "column-2": "budget",
        "currency": "GBP",
        "fiscal_month": "4",
        "version": job.version,
    }
    answer = client.post(reverse("core:import-columns", args=[job.pk]), form)
    assert answer.status_code == 422
    assert "has two columns" in answer.content.decode()


def test_confidential_values_stay_out_of_the_preview(cast: Cast, signed_in: SignIn) -> None:
    cast.confidential.manager = cast.pmo_analyst
    cast.confidential.budget = 777_777
    cast.confidential.save()
    factories.member(cast.pmo_analyst, "pmo_analyst", project=cast.confidential)
    job = go_on(factories.import_job(f"Reference,Budget\n{cast.confidential.reference},5\n", by=cast.pmo_analyst))
    job = go_on(map_import(job=job, mapping=job.mapping, options=job.options))
    assert job.rows.get().verdict == "change"
    page = signed_in(cast.pmo_head).get(reverse("core:import-preview", args=[job.pk])).content.decode()
    assert "777,777" not in page
    assert "777777" not in page
    assert "Zanzibar" not in page


def test_a_target_that_is_unknown_is_said_and_nothing_is_chosen(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_analyst)
    page = client.get(reverse("core:import-list") + "?target=unheard-of").content.decode()
    assert "asks for an import of “unheard-of”" in page
    assert '<option value="" selected' in page
    page = client.get(reverse("core:import-list") + "?target=milestones").content.decode()
    assert "asks for an import of" not in page
    assert '<option value="milestones" selected' in page


def test_a_project_manager_is_told_who_loads_files_and_is_led_there_by_no_page(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.project_manager)
    refused = client.get(reverse("core:import-list"))
    assert refused.status_code == 403
    assert "Files are loaded by the portfolio office: PMO analysts, the PMO head and administrators" in refused.content.decode()
    own = [reverse(f"portfolio:{name}", args=[cast.own.reference]) for name in ("project-detail", "project-milestones")]
    lists = ["portfolio:project-list", "portfolio:programme-list", "portfolio:risk-list"]
    for address in ["/", *own, *(reverse(name) for name in lists)]:
        page = client.get(address)
        assert page.status_code == 200, address
        assert f'href="{reverse("core:import-list")}' not in page.content.decode(), address
