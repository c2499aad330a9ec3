"""How long an import of 5,000 rows takes, step by step: `python -m tests.bench.imports` (starts its own servers).

The target is 15 s for the whole job (docs/adr/0005-import.md); the steps are those of the wizard.
"""

import io
import os
import random
import resource
import sys
import tempfile
import time
from typing import Any

ROWS = 5_000
WORDS = [
    "north",
    "south",
    "east",
    "west",
    "river",
    "bridge",
    "tunnel",
    "harbour",
    "school",
    "prison",
    "hospital",
    "data",
    "pension",
    "border",
    "rail",
    "road",
    "energy",
    "water",
]


def portfolio(rows: int, *, seed: int = 7, changed: int = 0) -> bytes:
    """A CSV of 20 columns; the first `changed` rows have another budget than without it."""
    chance = random.Random(seed)
    head = (
        "Project ID,Project name,Department,Category,Description,Start date,End date,Total budget (£m),Forecast cost (£m),Spend to date (£m),"
        "Financial Year Baseline (£m),Financial Year Forecast (£m),RAG status,IPA RAG rating,Commentary,Schedule narrative,% complete,Jobs,Region,Opened\n"
    )
    out = io.StringIO()
    out.write(head)
    for n in range(rows):
        title = f"{' '.join(chance.sample(WORDS, 3))} {n}"
        story = " ".join(chance.choices(WORDS, k=60))
        budget = chance.randint(10, 9000) / 10 + (1000 if n < changed else 0)
        out.write(
            f'B{n:06d},{title},Unit {n % 40},Category {n % 6},"{story}",{chance.randint(2015, 2024)}-04-01,31/03/{chance.randint(2025, 2040)},'
            f"{budget},{budget * 1.1:.1f},{budget / 3:.1f},{budget / 8:.2f},{budget / 9:.2f},{chance.choice(['Red', 'Amber', 'Green', 'TBC'])},"
            f'{chance.choice(["Amber/Green", "Amber", "Exempt under Section 43", "N/A"])},"{story[:200]}","{story[200:400]}",{n % 101}%,'
            f'"{n:,}",Region {n % 9},{n % 28 + 1} Feb 2021\n'
        )
    return out.getvalue().encode()


def measure(content: bytes, name: str) -> dict[str, Any]:
    """Seconds of each step, and the queries of each."""
    from django.core.files.base import ContentFile
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from core.actions.imports import confirm_import, map_import, run_import_now, start_import

    found: dict[str, Any] = {}

    def step(label: str, work: Any) -> Any:
        with CaptureQueriesContext(connection) as queries:
            begin = time.perf_counter()
            job = work()
            found[label] = (time.perf_counter() - begin, len(queries))
        return job

    options = {"as_at": "2024-03-31", "system": "Bench", "similar": "new"}
    job = step(
        "upload", lambda: start_import(target="projects", file=ContentFile(content), name=name, by=None, options=options)
    )
    job = step("read", lambda: run_import_now(job=job, at=timezone.now()))
    job = map_import(job=job, mapping=job.mapping, options=job.options)
    job = step("preview", lambda: run_import_now(job=job, at=timezone.now()))
    job = confirm_import(job=job, by=job.started_by)
    job = step("apply", lambda: run_import_now(job=job, at=timezone.now()))
    assert job.state == "applied", (job.state, job.error)
    found["verdicts"] = job.report["verdicts"]
    return found


def report() -> None:
    """Print the figures."""
    from django.conf import settings

    settings.MEDIA_ROOT = tempfile.mkdtemp()
    for label, content in (
        ("5,000 new rows", portfolio(ROWS)),
        ("the same file again", portfolio(ROWS)),
        ("2,500 of 5,000 changed", portfolio(ROWS, changed=2_500)),
    ):
        found = measure(content, f"{label}.csv")
        verdicts = found.pop("verdicts")
        total = sum(seconds for seconds, _ in found.values())
        steps = " · ".join(f"{name} {seconds:.2f} s ({queries} queries)" for name, (seconds, queries) in found.items())
        sys.stdout.write(f"import, {label}: {total:.2f} s  {steps}  {verdicts}\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"import, peak memory of the process: {peak:.0f} MB\n")


if __name__ == "__main__":
    # pytest starts the servers and gives an empty, migrated database: the measurement is one test of its own.
    import pytest

    os.environ["IMPORT_BENCH"] = "1"
    sys.exit(pytest.main(["-q", "-s", "-p", "no:cacheprovider", os.path.join(os.path.dirname(__file__), "test_imports.py")]))  # noqa: PTH118, PTH120
