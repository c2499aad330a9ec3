"""What we promise, while real processes are killed: `python -m tests.bench.endurance --campaign fire --times 20 --seed 1`.

Starts its own servers. Prints a line for each promise: how often something was killed, what had to happen once each, how much of
it was lost or done twice, what is shown as unknown, and a verdict; the seed makes the same choices again (the moments depend on the
machine too). Without --campaign all run, one after the other, as often as BARS (D1 to D5, E1 to E3, F1, H1) asks for: hours.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from core.embedded import Place, Postgres, Valkey
from tests.bench.endurance.imports import imports
from tests.bench.endurance.reports import beats, deploys, fire, long_jobs
from tests.bench.endurance.soak import soak
from tests.bench.endurance.stage import HEAD, ROOT, Stage, Verdict, say
from tests.bench.endurance.web import commits
from tests.servers import CACHE, TEMPLATE, free_port, start_cluster

# name: (how often where --times does not say, what it does)
CAMPAIGNS: dict[str, tuple[int, Callable[[Stage, int, argparse.Namespace], Iterable[Verdict]]]] = {
    "fire": (20, lambda stage, times, options: [fire(stage, times, options.recipients)]),
    "commits": (50, lambda stage, times, options: [commits(stage, times, 2)]),
    "beats": (120, lambda stage, times, options: [beats(stage, times, 2)]),
    "long": (200, lambda stage, times, options: [long_jobs(stage, times, options.seconds)]),
    "deploys": (50, lambda stage, times, options: [deploys(stage, times, 2)]),
    "imports": (20, lambda stage, times, options: [imports(stage, times, options.rows)]),
    "soak": (6, lambda stage, times, options: soak(stage, options.minutes, times)),
}
# Tests that are repeated: name: (promise, how often, the environment that says so, the tests, the sentence that they print)
TESTS = {
    "rights": ("A4 rights when sent", 200, "ENDURANCE_ROUNDS", "tests/reporting/test_run_rights.py", r"\d+ random revokes.*"),
    "writers": ("E1, E2 eight writers at once", 100, "AT_ONCE_ROUNDS", "tests/test_eight_at_once.py", r"\d+ passed.*"),
    "postmaster": ("F1 acknowledged is there", 20, "ENDURANCE_ROUNDS", "tests/test_servers_fail.py", r"\d+ acknowledged.*"),
}


def on_stage(name: str, options: argparse.Namespace) -> Iterator[Verdict]:
    """A campaign on fresh servers: nothing of another one is in its way."""
    times, play = CAMPAIGNS[name]
    with tempfile.TemporaryDirectory(prefix="pmo-endurance-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        place = Place(folder)
        stage = Stage(folder, Postgres(place), Valkey(place), free_port(), free_port(), random.Random(options.seed))
        os.environ.update(
            PMO_ENV="test", DEMO="0", DATA_DIR=temporary, DATABASE_URL=stage.postgres.url_of("endurance"), REDIS_URL=stage.valkey.url,
            EMAIL_URL=f"smtp://127.0.0.1:{stage.port}", DJANGO_SETTINGS_MODULE="pmo.settings", LOG_LEVEL="INFO",
        )  # fmt: skip
        if (CACHE / "fonts").exists():
            (folder / "fonts").symlink_to(CACHE / "fonts")
        stage.taken.touch()
        try:
            start_cluster(folder).stop()  # with the tables in it; from here on it keeps what it says it keeps
            stage.postgres.start()
            stage.valkey.start()
            stage.postgres.ensure_database("endurance", template=TEMPLATE)
            import django

            django.setup()
            begin = time.monotonic()
            stage.until = begin + options.within * 60
            for verdict in play(stage, options.times or times, options):
                verdict.seconds = time.monotonic() - begin
                yield verdict
        finally:
            stage.stop()


def in_tests(name: str, options: argparse.Namespace) -> Iterator[Verdict]:
    """Tests of the suite, repeated."""
    promise, usual, variable, tests, sentence = TESTS[name]
    times, begin = options.times or usual, time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", tests]
    answer = subprocess.run(
        command, cwd=ROOT, env=os.environ | {variable: str(times)}, stdout=subprocess.PIPE, text=True, check=False
    )
    told = re.findall(sentence, answer.stdout)
    verdict = Verdict(promise, times if name == "postmaster" else 0, times, told=told[-1] if told else "")
    if answer.returncode:
        verdict.wrong.append(answer.stdout[-2000:])
    verdict.seconds = time.monotonic() - begin
    yield verdict


def main() -> int:
    """Print the lines; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="tests.bench.endurance")
    parser.add_argument("--campaign", choices=[*CAMPAIGNS, *TESTS], help="only this one")
    parser.add_argument(
        "--times", type=int, help="kills (of each kind), rounds, due moments; each campaign has its own usual one"
    )
    parser.add_argument(
        "--within", type=float, default=1e6, help="minutes: then no more kills; what was begun is settled and judged"
    )
    parser.add_argument("--recipients", type=int, default=20, help="fire: of each of 25 reports (4 below three kills)")
    parser.add_argument("--seconds", type=float, default=20, help="long: how long a mail takes")
    parser.add_argument("--rows", type=int, default=5_000, help="imports: of a file")
    parser.add_argument("--minutes", type=float, default=10, help="soak: how long")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    if options.campaign is None:  # each in a process of its own: a process of Django has one database
        return max(
            subprocess.run([sys.executable, "-m", "tests.bench.endurance", "--campaign", name, *sys.argv[1:]], cwd=ROOT, check=False).returncode
            for name in (*CAMPAIGNS, *TESTS)
        )  # fmt: skip
    say(f"{options.campaign}, seed {options.seed}, {options.times or 'the usual'} times")
    kept = True
    say(HEAD)
    for verdict in (on_stage if options.campaign in CAMPAIGNS else in_tests)(options.campaign, options):
        say(str(verdict))
        kept = kept and verdict.kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
