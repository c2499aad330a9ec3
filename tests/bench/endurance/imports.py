"""An import whose worker is killed again and again (BARS E3): nothing of it is there, or all, and it ends."""

import re
import time
from typing import Any

from core.embedded.process import wait_until
from tests.bench.endurance.stage import PATIENCE, Stage, Verdict


def imports(stage: Stage, times: int, rows: int) -> Verdict:
    """A child of the worker is killed `times` times at random moments of the writing of a file; a file that was written all the same
    is followed by the next one."""
    from django.core.files.base import ContentFile

    from core.actions.imports import confirm_import, map_import, start_import
    from core.models import ImportJob
    from portfolio.models import Project, StatusUpdate
    from tests.bench.imports import portfolio

    content, before = portfolio(rows), Project.objects.count()
    named = re.compile(rb"^(B\d+),", re.MULTILINE)
    stage.start("worker", "beat one")
    stage.wait_for("worker")
    verdict = Verdict(f"E3 import of {rows:,} rows, killed", 0, 0)

    def plan(file: int) -> Any:
        """A file of its own source of identifiers, ready to be confirmed."""
        options = {"as_at": "2024-03-31", "system": f"Source {file}", "similar": "new"}
        text = named.sub(rb"\1,File %d " % file, content)  # projects of the same title would be the same
        job = start_import(target="projects", file=ContentFile(text), name=f"{file}.csv", by=None, options=options)
        assert wait_until(lambda: now(job)[0] == "read", seconds=PATIENCE, every=0.1)
        job.refresh_from_db()
        job = map_import(job=job, mapping=job.mapping, options=job.options)
        assert wait_until(lambda: now(job)[0] == "previewed", seconds=PATIENCE, every=0.1)
        job.refresh_from_db()
        return job

    def now(job: Any) -> tuple[str, Any]:
        return ImportJob.objects.values_list("state", "claimed_at").get(pk=job.pk)

    def is_quiet() -> bool:
        """Whether no connection but ours is in the middle of something: what was killed is rolled back, or committed."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname = 'portfolio_project'"
                " AND l.mode = 'RowExclusiveLock' AND l.pid <> pg_backend_pid()"
            )
            return not cursor.fetchone()[0]

    written, longest, moments = 0, 6.0, []
    while verdict.kills < times and stage.has_time:
        job = plan(written)
        claimed = now(job)[1]
        confirm_import(job=job, by=None)
        while True:
            begun = wait_until(lambda: now(job)[1] != claimed or now(job)[0] == "applied", seconds=120)  # noqa: B023 - of this round
            if not begun:
                verdict.wrong.append(f"Nobody took it again: {now(job)}")
                return verdict
            claimed, begin = now(job)[1], time.monotonic()
            moment = stage.chance.uniform(0, longest)
            wait_until(lambda: now(job)[0] == "applied" or time.monotonic() - begin > moment, seconds=PATIENCE)  # noqa: B023
            if now(job)[0] == "applied":
                longest = max(2.0, time.monotonic() - begin)
                break
            stage.kill_child("worker")
            verdict.kills += 1
            moments.append(moment)
            found = Project.objects.count() - before
            if found not in (written * rows, (written + 1) * rows):
                verdict.wrong.append(f"{found} rows after kill {verdict.kills}")
            if verdict.kills == times or not stage.has_time:
                break
        if not wait_until(lambda: now(job)[0] == "applied", seconds=PATIENCE):  # noqa: B023
            verdict.wrong.append(f"It did not end: {now(job)}")
            break
        written += 1
        found = Project.objects.count() - before
        verdict.asked, verdict.lost, verdict.doubled = (
            written * rows,
            max(0, written * rows - found),
            max(0, found - written * rows),
        )
        if StatusUpdate.objects.count() != found:
            verdict.wrong.append(f"{StatusUpdate.objects.count()} updates of {found} projects")
    again = plan(0)
    if again.report["verdicts"] != {"leave": rows}:
        verdict.wrong.append(f"the same file again: {again.report['verdicts']}")
    if not wait_until(is_quiet, seconds=30):
        verdict.wrong.append("Somebody still writes.")
    verdict.told = (
        f"{written} files; killed {min(moments, default=0):.1f} to {max(moments, default=0):.1f} s after they were begun"
    )
    return verdict
