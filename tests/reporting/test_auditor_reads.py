"""An auditor reads the lists of the office (status updates, triage, finished imports) and finds nothing to change there."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actions.imports import confirm_import, map_import, run_import_now
from core.models import ImportJob
from portfolio.models import Project
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def imported(by: Any) -> ImportJob:
    """A finished import of two projects, each with a budget that is no amount; one has become confidential and changed its title."""
    text = "Project name,Manager,Budget\nHarbour bridge,,plenty of florins\nZanzibar canary,,heaps of ducats\n"
    job = run_import_now(job=factories.import_job(text, by=by), at=timezone.now())
    job = run_import_now(
        job=map_import(job=job, mapping=job.mapping | {"Budget": "budget"}, options=job.options), at=timezone.now()
    )
    job = run_import_now(job=confirm_import(job=job, by=by), at=timezone.now())
    assert job.state == "applied"
    Project.objects.filter(title="Zanzibar canary").update(title="Quiet works", manager=by, is_confidential=True)
    return job


def test_auditor_reads_the_lists_of_the_office_and_changes_nothing(cast: Cast, signed_in: Any) -> None:
    open_one, secret = (
        factories.project(title="Harbour tunnel"),
        factories.project(title="Zanzibar lagoon", is_confidential=True),
    )
    factories.update(open_one, summary="Published words of the tunnel")
    factories.update(open_one, factories.period(), state="submitted", summary="Words that wait for review")
    factories.update(secret, factories.period())
    factories.request("Warm the archive", by=cast.requester, state="screening")
    factories.request("Zanzibar palace", by=cast.requester, state="screening", is_confidential=True)
    job, waiting = imported(cast.pmo_head), factories.import_job(by=cast.pmo_head, name="not-finished.csv")
    updates, queue, imports = (reverse(name) for name in ("portfolio:update-list", "intake:queue", "core:import-list"))
    result, losses = (reverse(f"core:import-{step}", args=[job.pk]) for step in ("result", "losses"))
    auditor = signed_in(cast.auditor)
    bare = auditor.get(reverse("portfolio:update-people")).content.decode().count('method="post"')
    for address, shown in (
        (f"{updates}?columns=project,summary", "Harbour tunnel"),
        (queue, "Warm the archive"),
        (imports, job.name),
        (result, "plenty of florins"),
    ):
        page = auditor.get(address)
        words = page.content.decode()
        assert page.status_code == 200, address
        assert shown in words, address
        for unseen in ("Zanzibar", "Quiet works", "heaps of ducats", "that wait for review", waiting.name):
            assert unseen not in words, (address, unseen)
        for tool in ("bulk-bar", "data-bulk-all", 'type="file"', 'name="pk"', f'href="{imports}?target', "Import another file"):
            assert tool not in words, (address, tool)
        assert words.count('method="post"') == bare, "No form but those of the shell."
        for entry in (updates, queue, imports):
            assert f'href="{entry}"' in words, "The navigation leads there."
    told = b"".join(auditor.get(losses).streaming_content).decode()
    assert "plenty of florins" in told
    assert "ducats" not in told
    told = b"".join(auditor.get(f"{updates}?export=updates.csv").streaming_content).decode()
    assert "Published words of the tunnel" in told
    assert "that wait for review" not in told
    assert "Zanzibar" not in auditor.get(reverse("api:import-detail", args=[job.pk])).content.decode()
    rows = auditor.get(reverse("api:import-rows", args=[job.pk])).json()["results"]
    assert [row["title"] for row in rows] == ["Harbour bridge"]
    assert [row["title"] for row in auditor.get(reverse("api:triage-list")).json()["results"]] == ["Warm the archive"]
    for name, pk in (
        ("core:import-list", None),
        ("portfolio:update-bulk", None),
        ("intake:queue-assign", None),
        ("core:import-cancel", waiting.pk),
        ("core:import-columns", waiting.pk),
    ):
        assert auditor.post(reverse(name, args=[pk] if pk else [])).status_code == 403, name
    assert auditor.get(reverse("core:import-detail", args=[waiting.pk])).status_code == 404
    everything = signed_in(cast.pmo_head).get(result).content.decode()
    assert "heaps of ducats" in everything
    assert "Import another file" in everything
