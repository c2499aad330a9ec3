"""How long reports take on paper: `python -m tests.bench.reports` (needs no database).

A pack of 50 projects: laid out from nothing, again from the cache, and with one project changed; then 200 one-pagers;
with the peak memory of this process and of its children. The targets are those of BARS T11 and T9: 9 s on two idle
cores, 2 s, and 400 MB a worker. CPU seconds are told beside, because wall time means little on a busy machine.
"""

import dataclasses
import os
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

WORDS = [
    "the",
    "supplier",
    "has",
    "confirmed",
    "that",
    "delivery",
    "of",
    "the",
    "second",
    "release",
    "will",
    "follow",
    "the",
    "revised",
    "plan",
    "and",
    "its",
    "cost",
]


def say(line: str) -> None:
    """A line of the result."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def figures(count: int, report: str = "pack", *, seed: int = 7) -> Any:
    """A snapshot of `count` projects with narratives, tables, milestones and a trend each."""
    from reporting.formulas.snapshot import Decision, Milestone, Sheet, Snapshot

    chance = random.Random(seed)

    def rated() -> str:
        return chance.choice(["red", "amber", "amber", "green", "green", "green"])

    def told(sentences: int) -> str:
        return " ".join(" ".join(chance.choices(WORDS, k=18)).capitalize() + "." for _ in range(sentences))

    names = ("overall", "schedule", "cost", "scope", "benefits", "risk", "resources")
    start = date(2026, 1, 31)
    sheets = tuple(
        Sheet(
            pk=number,
            reference=f"PRJ-{number:04d}",
            title=f"Project {number} {told(1)[:40]}",
            portfolio="Transformation",
            sponsor="Ada Lovelace",
            manager="Grace Hopper",
            phase="Delivery",
            planned_start_on=date(2024, 4, 1),
            planned_finish_on=date(2027, 3, 31),
            forecast_finish_on=date(2027, 3, 31) + timedelta(days=chance.randrange(200)),
            budget=Decimal(chance.randrange(10**6, 10**9)),
            forecast=Decimal(chance.randrange(10**6, 10**9)),
            spend=Decimal(chance.randrange(10**6, 10**8)),
            ratings={name: rated() for name in names},
            computed=rated(),
            assurance=rated(),
            reported_on=date(2026, 11, 5),
            summary=told(4),
            achieved=f"- {told(1)}\n- {told(1)}",
            planned_next=f"- {told(1)}\n- {told(1)}",
            comments={"schedule": told(1), "cost": told(1)},
            decisions=(Decision(told(1)[:120], "Investment board", date(2026, 12, 1)),) if number % 5 == 0 else (),
            milestones=tuple(Milestone(f"Stage {one}", start + timedelta(days=90 * one)) for one in range(1, 6)),
            trail=tuple(
                ((start + timedelta(days=30 * one)).isoformat(), {name: rated() for name in names}) for one in range(8)
            ),
        )
        for number in range(1, count + 1)
    )
    return Snapshot(
        report=report,
        title="Board portfolio report",
        organisation="Portfolio office",
        scope="All running projects",
        as_at=date(2026, 11, 22),
        made_at=datetime(2026, 11, 22, 8, tzinfo=UTC),
        period="week 47, 2026",
        sheets=sheets,
    )


def measured(label: str, snapshot: Any) -> None:
    """Render once; print pages, size, wall and CPU seconds (ours and the children's)."""
    from core.pdf.layout import stop_children
    from reporting.formulas.changes import Changes
    from reporting.render import render

    started, own = time.perf_counter(), time.process_time()
    done = render(snapshot, Changes())
    wall, cpu = time.perf_counter() - started, time.process_time() - own
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    stop_children()  # their time counts when they end
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    say(f"{label:32} {done.pages:4} pages {len(done.content) // 1024:6} KB {wall:7.2f} s wall {cpu:7.2f} s CPU")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="pmo.settings", DATA_DIR=folder, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none"
        )
        import django

        django.setup()
        from core.fonts import print_faces

        print_faces()  # once an installation
        pack = figures(50)
        changed = dataclasses.replace(
            pack, sheets=(dataclasses.replace(pack.sheets[0], summary="It changed."), *pack.sheets[1:])
        )
        say(f"load average {Path('/proc/loadavg').read_text().split()[0]}" if Path("/proc/loadavg").exists() else "")
        measured("50-project pack, cold", pack)
        measured("50-project pack, from the cache", pack)
        measured("one project changed", changed)
        measured("200 one-pagers, cold", figures(200, "one_pager", seed=8))
        peak = [resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        say(f"peak memory: {peak[0]} MB here, {peak[1]} MB in the largest child")


if __name__ == "__main__":
    sys.exit(main())
