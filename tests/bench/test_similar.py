"""Similar requests and projects while typing: under 50 ms for both together, at 2,000 requests and 2,000 projects.

    python -m pytest tests/bench/test_similar.py -q -s

Told and held is the time on the processor, of this process and of its database server together: other work on the machine
does not count then. The best of five for each text; the median over the texts.
"""

import random
import statistics
import sys
import time
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from core.references import next_references
from intake.models import Request
from intake.search import similar_projects, similar_requests
from portfolio.models import Project
from tests import factories
from tests.cast import Cast

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
ROWS = 2000
MOST_MS = 50
VERBS = ["Replace", "Renew", "Build", "Move", "Share", "Automate", "Protect", "Publish", "Measure", "Warm", "Dry", "Open"]
THINGS = ["the records hall", "licensing cases", "appointment booking", "the data platform", "payroll", "the reading room", "flood walls",
          "procurement notices", "map data", "digital letters", "the help desk", "inspection vans", "identity checks", "fire doors"]  # fmt: skip
WHERE = ["Cardiff", "Leeds", "Hull", "Kew", "Worthing", "the north", "all depots", "six courts", "the college", "headquarters"]
NEEDS = ["The supplier ends support in March and nobody mends it after that.", "Callers wait eleven minutes for an appointment.",
         "The audit has raised it twice in two years.", "Two thirds of the letters could be sent without paper.",
         "The river rose to the door in January and insurers ask for a wall."]  # fmt: skip
TYPED = [
    ("Warm the reading room in Cardiff", "People can work in winter and paper lasts."),
    ("Replace licensing", ""),
    ("Digital leters to companies", "Letters arrive at once, and their reading is confirmed."),
    ("New identity checks for company directors", "Directors prove who they are, from next autumn the Act asks for it."),
    ("Something quite different about bees", "Count the bees on the roof of the town hall."),
    ("Flood", "The hall stays dry in a flood of the century; insurers ask for a wall."),
]


def fill(cast: Cast) -> None:
    """Texts of everyday words, so that many rows share some of them."""
    chance = random.Random(7)
    kind = factories.request_type("Works")
    form = kind.form_versions.get()
    references = next_references("PRJ", 2 * ROWS)
    rows: list[Model] = []
    for number in range(ROWS):
        title = f"{chance.choice(VERBS)} {chance.choice(THINGS)} in {chance.choice(WHERE)}"
        rows.append(
            Request(
                reference=f"REQ-{number:05d}", type=kind, form_version=form, title=title, purpose=f"{title} for everybody who needs it.",
                need=" ".join(chance.sample(NEEDS, 3)), helps_how="Saves time and money.", state="screening",
                moved_at=timezone.now(), requester=cast.requester,
            )
        )  # fmt: skip
    Request.objects.bulk_create(rows, batch_size=500)
    Project.objects.bulk_create(
        [
            Project(
                reference=reference, title=f"{chance.choice(VERBS)} {chance.choice(THINGS)}", description=chance.choice(NEEDS)
            )
            for reference in references[:ROWS]
        ],
        batch_size=500,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE intake_request; ANALYZE portfolio_project")


def worked(server: int) -> float:
    """Seconds on the processor so far, of this process and of the server's process."""
    return time.process_time() + int(Path(f"/proc/{server}/schedstat").read_text().split()[0]) / 1e9


def test_similar_is_found_while_typing(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    fill(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = cursor.fetchone()[0]
    best, lines = [], []
    for title, text in TYPED:
        times = []
        for _time in range(5):
            start = worked(server)
            requests = similar_requests(cast.pmo_analyst, title, text)
            projects = similar_projects(cast.pmo_analyst, title, text)
            times.append((worked(server) - start) * 1000)
        best.append(min(times))
        lines.append(f"{min(times):6.1f} ms  {title}: {[row.title for row in [*requests, *projects]][:3]}")
    lines.append(f"median {statistics.median(best):.1f} ms, worst {max(best):.1f} ms")
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert statistics.median(best) < MOST_MS
    assert max(best) < 2 * MOST_MS
