"""Imports through the API: upload, place the columns, preview, confirm; nothing is written before."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.actions.imports import run_import_now
from core.models import ImportJob
from portfolio.models import Project

BASE = "/api/v1/core/imports/"
FILE = b"Project name,Budget,RAG status,Odd\nBridge,(500),Green,x\nTunnel,3-5,Red,y\n"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def go_on(pk):
    return run_import_now(job=ImportJob.objects.get(pk=pk), at=timezone.now())


def patch(client, address, data, etag):
    return client.patch(address, data, content_type="application/json", headers={"If-Match": etag})


def test_file_to_result(cast, signed_in):
    client, before = signed_in(cast.pmo_analyst), Project.objects.count()
    made = client.post(BASE, {"file": SimpleUploadedFile("portfolio.csv", FILE)})
    assert (made.status_code, made.json()["state"]) == (201, "uploaded")
    address = f"{BASE}{made.json()['id']}/"
    go_on(made.json()["id"])
    read = client.get(address)
    assert read.json()["mapping"] == {"Project name": "title", "Budget": "budget", "RAG status": "overall", "Odd": "custom"}
    assert [column["kind"] for column in read.json()["columns"]][:3] == ["text", "money", "rag"]
    wrong = patch(client, address, {"mapping": {"Budget": "wealth", "Colour": "title"}}, read["ETag"])
    assert (wrong.status_code, wrong.json()["errors"][0]["attr"]) == (400, "mapping")
    undated = patch(client, address, {"mapping": {"Odd": ""}}, read["ETag"])
    assert (undated.status_code, undated.json()["errors"][0]["attr"]) == (400, "as_at")
    placed = patch(
        client, address, {"mapping": {"Odd": ""}, "options": {"as_at": "2026-03-31", "currency": "EUR"}}, read["ETag"]
    )
    assert placed.status_code == 200, placed.json()
    assert patch(client, address, {"mapping": {}}, read["ETag"]).status_code == 412
    go_on(made.json()["id"])
    shown = client.get(address)
    assert (shown.json()["state"], shown.json()["report"]["verdicts"]) == ("previewed", {"create": 2})
    rows = client.get(f"{address}rows/?verdict=create").json()["results"]
    assert rows[1]["losses"][0]["why"] == "a range; one figure is needed"
    assert any("negative" in note for note in rows[0]["notes"])
    assert client.post(f"{address}confirm/").status_code == 428
    assert Project.objects.count() == before
    done = client.post(f"{address}confirm/", headers={"If-Match": shown["ETag"]})
    assert (done.status_code, done.json()["confirmed_by"]) == (200, cast.pmo_analyst.email)
    go_on(made.json()["id"])
    assert client.get(address).json()["state"] == "applied"
    assert Project.objects.get(title="Bridge").currency == "EUR"


def test_who_runs_no_imports_gets_nothing(cast, signed_in):
    client = signed_in(cast.project_manager)
    assert client.get(BASE).status_code == 403
    assert client.post(BASE, {"file": SimpleUploadedFile("portfolio.csv", FILE)}).status_code == 403
    assert not ImportJob.objects.exists()


def test_cancelled_import_says_so_and_broken_file_says_why(cast, signed_in):
    client = signed_in(cast.pmo_head)
    made = client.post(BASE, {"file": SimpleUploadedFile("portfolio.csv", b"%PDF-1.7")}).json()
    go_on(made["id"])
    assert "This is a PDF file" in client.get(f"{BASE}{made['id']}/").json()["error"]
    assert client.post(f"{BASE}{made['id']}/cancel/").json()["state"] == "cancelled"
    assert client.post(f"{BASE}{made['id']}/cancel/").status_code == 400
    assert client.post(BASE, {"file": SimpleUploadedFile("portfolio.csv", b"")}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        r'{"mapping": {"\ud800": ""}}',
        r'{"mapping": {"Odd\u0000": ""}}',
        '{"options": ' * 5000,
        '{"options": {"fiscal_month": 1e999}}',
    ],
    ids=["half a pair", "null", "deep", "infinite"],
)
def test_json_that_cannot_be_kept_is_refused_here_too(body, cast, signed_in):
    client = signed_in(cast.pmo_analyst)
    made = client.post(BASE, {"file": SimpleUploadedFile("portfolio.csv", FILE)})
    go_on(made.json()["id"])
    address = f"{BASE}{made.json()['id']}/"
    assert patch(client, address, body, client.get(address)["ETag"]).status_code == 400
