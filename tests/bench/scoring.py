"""Working all scores out anew, and weights from pairs: `python -m tests.bench.scoring` (starts its own servers).

The targets: 2,000 requests x 10 criteria x 5 reviewers, and 9 criteria x 10 judges, each under a second on a machine that does
nothing else. Beside the time on the clock stands that of this process: the rest is the database.
"""

import os
import random
import sys
import time
from collections.abc import Callable
from typing import Any

REQUESTS, CRITERIA, REVIEWERS = 2_000, 10, 5
ITEMS, JUDGES = 9, 10


def fill(requests: int, reviewers: int = 5, criteria: int = 10) -> Any:
    """Many assessed requests, written at once."""
    from django.utils import timezone

    from intake.models import Assessment, Criterion, FormVersion, Request, Reviewer, ReviewScore
    from tests import factories

    head, now = factories.user("pmo_head"), timezone.now()
    version = factories.scoring_version({f"c{n}": n + 1 for n in range(criteria)}, risk=["c0", "c1"])
    people = [factories.user() for _ in range(reviewers)]
    of = factories.request_type()
    form = FormVersion.objects.get(type=of)
    made = Request.objects.bulk_create(
        [
            Request(
                reference=f"REQ-9{n:05}",
                type=of,
                form_version=form,
                title=f"R{n}",
                state="assessment",
                moved_at=now,
                requester_email="a@example.org",
            )
            for n in range(requests)
        ]
    )
    shown = {"phase": "revealed", "revealed_at": now, "revealed_by": head}
    opened = Assessment.objects.bulk_create(
        [Assessment(request=one, model_version=version, opened_by=head, opened_at=now, **shown) for one in made]
    )
    seats = Reviewer.objects.bulk_create(
        [
            Reviewer(assessment=one, user=person, invited_by=head, invited_at=now, submitted_at=now)
            for one in opened
            for person in people
        ]
    )
    asked = list(Criterion.objects.filter(model_version=version))
    ReviewScore.objects.bulk_create(
        [
            ReviewScore(reviewer=seat, criterion=criterion, measure=(seat.pk * 7 + criterion.pk * 3) % 5 * 2.5)
            for seat in seats
            for criterion in asked
        ],
        batch_size=10000,
    )
    return version


def timed(work: Callable[[], Any], turns: int = 3) -> tuple[float, float]:
    """The best of some turns: seconds on the clock, seconds of this process."""
    found = []
    for _turn in range(turns):
        began, busy = time.perf_counter(), time.process_time()
        work()
        found.append((time.perf_counter() - began, time.process_time() - busy))
    return min(found)


def report() -> None:
    """Print the figures."""
    from django.db import connection
    from django.utils import timezone

    from intake.actions.scores import rescore
    from intake.formulas import ahp

    with connection.cursor() as cursor:
        # History and frozen versions have their own tests; here they would take minutes.
        cursor.execute("SET session_replication_role = replica")
    version = fill(REQUESTS, REVIEWERS, CRITERIA)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
    rescore(version, at=timezone.now())
    clock, busy = timed(lambda: rescore(version, at=timezone.now()))
    size = f"{REQUESTS:,} x {CRITERIA} x {REVIEWERS}"
    sys.stdout.write(f"rescore {size}: {clock:.2f} s, of which this process {busy:.2f} s; target 1 s\n")
    chance = random.Random(7)
    matrices = [
        ahp.build_matrix(
            ITEMS, {(i, j): ahp.value_at(chance.randint(-8, 8)) for i in range(ITEMS) for j in range(i + 1, ITEMS)}
        )
        for _judge in range(JUDGES)
    ]
    clock, busy = timed(lambda: ahp.assess_group(matrices))
    sys.stdout.write(f"AHP {ITEMS} x {JUDGES}: {clock:.2f} s, of which this process {busy:.2f} s; target 1 s\n")


if __name__ == "__main__":
    import pytest

    here = os.path.dirname(__file__)  # noqa: PTH120
    sys.exit(pytest.main(["-q", "-s", "-p", "no:cacheprovider", os.path.join(here, "test_scoring.py")]))  # noqa: PTH118
