"""How long an import of 5,000 rows takes, step by step: `python -m tests.bench.imports` (starts its own servers).

Projects first, then risks of these projects. The target is 15 s for the whole job (docs/adr/0005-import.md); the steps are those
of the wizard. Beside the seconds on the clock stand those that the processor spent on this process and on the database's (where it
runs here), which company on the machine does not change: without company the clock shows their sum.
"""

import io
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
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


def risks(rows: int, *, projects: int, seed: int = 11, changed: int = 0) -> bytes:
    """A CSV of 18 columns of the projects of `portfolio`, as a risk register is kept by hand: levels in words, percentages,
    amounts, people that nobody knows. The first `changed` rows have another likelihood than without it."""
    chance = random.Random(seed)
    out = io.StringIO()
    out.write(
        "Risk ID,Project ID,Risk title,Description,Cause,Effect,Category,Status,Probability,Impact,Residual likelihood,Residual impact,"
        "Exposure (£k),Owner,Date raised,Review date,Response,Mitigation\n"
    )
    levels = ["Very low", "Low", "Medium", "High", "Very high"]
    for n in range(rows):
        title = f"{' '.join(chance.sample(WORDS, 3))} {n}"
        story = " ".join(chance.choices(WORDS, k=40))
        likelihood = chance.randint(1, 90)
        likelihood = 95 if n < changed else likelihood
        out.write(
            f'R{n:06d},B{n % projects:06d},{title},"{story}","{story[:90]}","{story[90:180]}",Category {n % 9},'
            f"{chance.choice(['Open', 'Open', 'Closed'])},{likelihood}%,{chance.choice(levels)},{chance.choice(levels)},{chance.choice(levels)},"
            f"{chance.randint(5, 900)},Owner {n % 60},{n % 28 + 1} Feb 2024,{n % 28 + 1} Mar 2025,"
            f'{chance.choice(["Reduce", "Accept", "Transfer", "Avoid"])},"{story[:120]}"\n'
        )
    return out.getvalue().encode()


def database_cpu() -> float:
    """Seconds that the processor has spent on our connection's own process of PostgreSQL; 0 where it runs elsewhere."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(content: bytes, name: str, target: str = "projects") -> dict[str, Any]:
    """Seconds of each step on the clock and on the processor (ours and the database's), and the queries of each."""
    from django.core.files.base import ContentFile
    from django.db import connection
    from django.utils import timezone

    from core.actions.imports import confirm_import, map_import, run_import_now, start_import

    found: dict[str, Any] = {}

    def step(label: str, work: Any) -> Any:
        queries: list[None] = []

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # keeps no text, unlike a capture
            queries.append(None)
            return execute(sql, params, many, context)

        theirs, begin, busy = database_cpu(), time.perf_counter(), time.process_time()
        with connection.execute_wrapper(count):
            job = work()
        clock, busy = time.perf_counter() - begin, time.process_time() - busy
        found[label] = (clock, busy, database_cpu() - theirs, len(queries))
        return job

    options = {"as_at": "2024-03-31", "system": "Bench", "similar": "new"}
    job = step("upload", lambda: start_import(target=target, file=ContentFile(content), name=name, by=None, options=options))
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
    for label, content, target in (
        ("5,000 new projects", portfolio(ROWS), "projects"),
        ("the same file again", portfolio(ROWS), "projects"),
        ("2,500 of 5,000 projects changed", portfolio(ROWS, changed=2_500), "projects"),
        ("5,000 new risks", risks(ROWS, projects=ROWS), "risks"),
        ("the same risks again", risks(ROWS, projects=ROWS), "risks"),
        ("2,500 of 5,000 risks changed", risks(ROWS, projects=ROWS, changed=2_500), "risks"),
    ):
        found = measure(content, f"{label}.csv", target)
        verdicts = found.pop("verdicts")
        total, busy = sum(one[0] for one in found.values()), sum(one[1] + one[2] for one in found.values())
        steps = " · ".join(
            f"{name} {seconds:.2f} s (CPU {ours:.2f} + {theirs:.2f}, {queries} queries)"
            for name, (seconds, ours, theirs, queries) in found.items()
        )
        sys.stdout.write(f"import, {label}: {total:.2f} s, CPU {busy:.2f} s  {steps}  {verdicts}\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"import, peak memory of the process: {peak:.0f} MB\n")


if __name__ == "__main__":
    # pytest starts the servers and gives an empty, migrated database: the measurement is one test of its own.
    import pytest

    os.environ["IMPORT_BENCH"] = "1"
    sys.exit(pytest.main(["-q", "-s", "-p", "no:cacheprovider", os.path.join(os.path.dirname(__file__), "test_imports.py")]))  # noqa: PTH118, PTH120
