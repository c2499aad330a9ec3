"""Requests come in from files by the same engine as projects: preview, all or nothing, again changes nothing, nothing lost."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.actions.imports import confirm_import, map_import, run_import_now, start_import
from core.imports.registry import targets_for
from core.imports.words import say_all
from core.models import ImportJob, ImportState
from intake.models import FormVersion, Request, RequestMove, RequestType
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
FILE = (
    "Demand ID,Title,Request type,Status,Purpose,Business need,Benefit type,Requested by,Email,Department,Estimated cost,Needed by,Submitted,Colour\n"
    'D-1,Warm the hall,Works,New,Warmth,It is cold,"Reduces a risk, Cuts cost",Rhiannon Pugh,rp@outside.example,Works,£1.2m,31/03/2027,2026-09-01,red\n'
    "D-2,Dry the cellar,Castles,Approved,Dry walls,It is wet,Magic,Director,,Nowhere,TBC,,,\n"
)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path, db: None) -> None:
    settings.MEDIA_ROOT = tmp_path


def previewed(content: str, *, by: Any = None, name: str = "demands.csv", **options: Any) -> ImportJob:
    file = ContentFile(content.encode(), name=name)
    job = start_import(target="requests", file=file, name=name, by=by, options=options)
    job = run_import_now(job=job, at=timezone.now())
    assert job.state == ImportState.READ, job.error
    return run_import_now(job=map_import(job=job, mapping=job.mapping, options=job.options), at=timezone.now())


def imported(content: str, **options: Any) -> ImportJob:
    job = previewed(content, **options)
    assert job.state == ImportState.PREVIEWED, job.error
    job = run_import_now(job=confirm_import(job=job, by=job.started_by), at=timezone.now())
    assert job.state == ImportState.APPLIED, job.error
    return job


def test_a_file_brings_requests_in(cast: Cast) -> None:
    kind = factories.request_type("Works")
    factories.unit("Works")
    job = imported(FILE, by=cast.pmo_analyst)
    first, second = Request.objects.order_by("pk")
    assert (first.type, first.state, first.estimated_cost, first.currency) == (kind, "submitted", Decimal("1200000.00"), "GBP")
    assert (first.needed_by_on, sorted(first.helps)) == (date(2027, 3, 31), ["cost", "risk"])
    assert (first.requester, first.requester_name, first.requester_email) == (None, "Rhiannon Pugh", "rp@outside.example")
    assert first.unit.name == "Works"
    assert timezone.localdate(first.submitted_at) == date(2026, 9, 1)
    assert first.custom["Colour"] == "red"
    move = RequestMove.objects.get(request=first)
    assert (move.to_state, move.by) == ("submitted", cast.pmo_analyst)
    assert "demands.csv" in move.reason
    assert second.requester == cast.director
    assert (second.requester_name, second.requester_email) == (str(cast.director), cast.director.email)
    assert (second.state, second.type, second.unit) == ("submitted", kind, None)
    assert second.custom["Estimated cost (as given)"] == "TBC"
    lost = {loss["field"]: loss["text"] for row in job.rows.all() for loss in row.losses}
    assert lost == {"type": "Castles", "unit": "Nowhere", "helps": "Magic", "estimated_cost": "TBC", "state": "approved"}


def test_again_changes_nothing_and_a_change_changes_one(cast: Cast) -> None:
    factories.request_type("Works")
    imported(FILE, by=cast.pmo_analyst)
    again = previewed(FILE, by=cast.pmo_analyst)
    assert again.report["verdicts"] == {"leave": 2}
    assert Request.objects.count() == 2
    job = imported(FILE.replace("It is cold", "It is freezing"), by=cast.pmo_analyst)
    assert job.report["verdicts"] == {"change": 1, "leave": 1}
    row = Request.objects.get(title="Warm the hall")
    assert (row.need, row.version) == ("It is freezing", 2)


def test_files_move_nothing_and_change_nothing_decided(cast: Cast) -> None:
    row = factories.request("Warm the hall", by=cast.requester, state="approved")
    job = previewed(f"Reference,Title,Status,Purpose\n{row.reference},Warm the hall,New,Other\n", by=cast.pmo_analyst)
    planned = job.rows.get()
    assert planned.verdict == "leave"
    told = " ".join(say_all(planned.notes))
    assert "a decided request stays as it is" in told
    assert "people move requests" in told


def test_rows_that_cannot_be_placed_are_refused(cast: Cast) -> None:
    factories.request_type("Works")
    row = factories.request("Known", by=cast.requester, state="screening")
    job = previewed(
        f"Reference,Title\nREQ-9999,Unknown\n{row.reference},Known\n{row.reference},Known again\n,\n", by=cast.pmo_analyst
    )
    assert job.report["verdicts"] == {"refuse": 2, "leave": 1}


def test_like_titles_are_asked_about(cast: Cast) -> None:
    row = factories.request("Heating for the records hall", by=cast.requester, state="screening")
    job = previewed("Title\nHeating of the records hall\n", by=cast.pmo_analyst)
    assert job.rows.get().verdict == "ask"
    assert job.rows.get().question[0][0] == row.reference


def test_confidential_requests_are_not_shown_by_a_preview(cast: Cast) -> None:
    row = factories.request("Zanzibar", by=cast.director, state="screening", is_confidential=True)
    job = previewed(f"Reference,Title\n{row.reference},Other\n", by=cast.pmo_analyst)
    assert job.rows.get().verdict == "refuse"


QUESTION = {"key": "one", "label": "How many rooms?", "kind": "text"}


def test_the_export_comes_back_without_a_change(cast: Cast, signed_in: Any) -> None:
    factories.unit("Works")
    kind = RequestType.objects.create(name="Rooms")
    document = {"steps": [{"key": "a", "title": "A", "questions": [QUESTION]}]}
    FormVersion.objects.create(type=kind, number=1, document=document, published_at=timezone.now())
    for state in ("submitted", "screening", "ready", "approved"):
        factories.request(
            f"Request {state}",
            of=kind,
            by=cast.requester,
            state=state,
            owner=cast.pmo_analyst,
            estimated_cost=Decimal("1250000.00"),
            purpose="To keep the records warm, dry; and findable.",
            helps=["cost", "service"],
            tags=["archive", "heat"],
            answers={"one": "Forty rooms"},
        )
    whole = signed_in(cast.pmo_analyst).get(f"{reverse('intake:request-list')}?export=requests.csv")
    text = b"".join(whole.streaming_content).decode("utf-8-sig")
    assert "To keep the records warm, dry; and findable." in text
    assert '"Answer: How many rooms?"' in text.splitlines()[0]
    assert text.count("Forty rooms") == 4
    job = previewed(text, by=cast.pmo_analyst)
    assert not (told := [row.differences for row in job.rows.exclude(verdict="leave")]), told
    names = [
        "title",
        "reference",
        "state",
        "since",
        "type",
        "requester",
        "unit",
        "owner",
        "estimated_cost",
        "needed_by",
        "submitted",
    ]
    columns = "&".join(f"columns={name}" for name in names)
    response = signed_in(cast.pmo_analyst).get(f"{reverse('intake:request-list')}?export=csv&{columns}")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.count("REQ-") == 4
    job = previewed(text, by=cast.pmo_analyst)
    assert job.report["verdicts"] == {"leave": 4}


def test_the_plan_costs_the_same_for_any_length(cast: Cast) -> None:
    factories.request_type("Works")
    counts = []
    for rows in (2, 40):
        text = "Title,Purpose\n" + "".join(f"Quite another request {rows} {n} {'x' * n},Because\n" for n in range(rows))
        with CaptureQueriesContext(connection) as queries:
            previewed(text, by=cast.pmo_analyst, similar="new")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_who_may_import_requests(cast: Cast) -> None:
    may = {role for role, person in cast.people.items() if "requests" in {target.key for target in targets_for(person)}}
    assert may == {"pmo_analyst", "pmo_head"}
