"""Reports under fire: `python -m tests.bench.endurance` (starts its own servers; minutes).

Real processes (PostgreSQL, Valkey, a worker with two children, two beats, an SMTP server) are killed with -9 at random
moments while reports fall due, are asked for and are sent, and the broker forgets everything now and then. What counts:
each (schedule, due time) is one run, each recipient of it got one message, and a message of which nobody can know whether
it arrived is shown as unknown: at most one a kill. Targets: BARS D1 to D5.
"""

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.embedded import Place, Postgres, Valkey
from core.embedded.process import alive, spawn, wait_until
from tests.servers import CACHE, TEMPLATE, free_port, start_cluster

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 900  # seconds until everything has settled after the last kill


def say(line: str) -> None:
    """A line of the result."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def children_of(pid: int) -> list[int]:
    """The processes that this one started and that live."""
    with suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split() if alive(int(one))]
    return []


@dataclass
class Stage:
    """The processes of one run and how each of them ends and comes back."""

    folder: Path
    postgres: Postgres
    valkey: Valkey
    port: int
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    ended: Counter[str] = field(default_factory=Counter)  # by itself
    begun: int = 0  # where the log of the worker that was started last begins

    @property
    def taken(self) -> Path:
        """The Message-IDs that the SMTP server took."""
        return self.folder / "taken"

    def start(self, name: str, **environment: str) -> None:
        """One of sink, worker, beat one, beat two."""
        commands = {
            "sink": [sys.executable, "-m", "tests.bench.sink", str(self.port), str(self.taken)],
            "slow sink": [sys.executable, "-m", "tests.bench.sink", str(self.port), str(self.taken), "4"],
            "worker": [sys.executable, "-m", "celery", "-A", "pmo", "worker", "--concurrency", "2", "--without-gossip"],
            "impatient": [sys.executable, "-m", "celery", "-A", "tests.bench.impatient", "worker", "--concurrency", "4"],
        } | {
            f"beat {one}": [sys.executable, "-m", "celery", "-A", "pmo", "beat", "-s", str(self.folder / f"beat-{one}")]
            for one in ("one", "two")
        }
        log = self.folder / f"{name.replace(' ', '-')}.log"
        command = [*commands[name], *(["--loglevel", "INFO"] if "celery" in commands[name] else [])]
        if name in ("worker", "impatient"):
            self.begun = len(log.read_text()) if log.exists() else 0
        self.processes[name] = spawn(command, log=log, cwd=ROOT, env=os.environ | environment)

    def tend(self) -> None:
        """Start again what ended by itself, as the supervisor and Compose do (a worker ends when its broker does)."""
        for name, process in list(self.processes.items()):
            if process.poll() is not None:
                self.ended[name] += 1
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                self.start(name)

    def log(self, name: str) -> str:
        """What it wrote."""
        return (self.folder / f"{name.replace(' ', '-')}.log").read_text()

    def wait_for(self, worker: str) -> None:
        """Until the worker takes jobs: one that is killed before it does anything proves nothing."""

        def is_ready() -> bool:
            self.tend()
            return " ready." in self.log(worker)[self.begun :]

        assert wait_until(is_ready, seconds=PATIENCE, every=0.1), self.log(worker)[-3000:]

    def end(self, name: str, number: int = signal.SIGKILL, *, group: bool = True) -> None:
        """End a process, with what it started unless `group` is false."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(40)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL if group else 0)

    def strike(self, victim: str, pause: float) -> None:
        """Kill, wait, start again."""
        if victim == "worker child":
            children = children_of(self.processes["worker"].pid)
            if children:
                os.kill(random.choice(children), signal.SIGKILL)
        elif victim == "worker parent":
            self.end("worker", group=False)
        elif victim == "worker, politely":
            self.end("worker", signal.SIGTERM, group=False)
        elif victim in ("beat one", "beat two", "sink"):
            self.end(victim)
        elif victim == "broker's memory":
            with suppress(Exception):
                self.valkey._ask("FLUSHALL")
        else:
            server: Postgres | Valkey = self.postgres if victim == "PostgreSQL" else self.valkey
            assert server.process
            server.process.kill()
            server.process.wait(20)
            time.sleep(pause)
            server.start()
            return
        time.sleep(pause)
        name = "worker" if victim.startswith("worker") else victim
        if name not in self.processes and name != "broker's memory":
            self.start(name)
        if name == "worker":
            self.wait_for("worker")

    def stop(self) -> None:
        """Everything, gently first."""
        for name in list(self.processes):
            self.end(name, signal.SIGTERM)
        self.valkey.stop()
        self.postgres.stop()


VICTIMS = (
    "worker child",
    "worker parent",
    "worker, politely",
    "beat one",
    "beat two",
    "sink",
    "Valkey",
    "broker's memory",
    "PostgreSQL",
)


def patiently(work: Callable[[], Any]) -> Any:
    """Do it as soon as the database is there."""
    from django.db import InterfaceError, OperationalError, connection

    deadline = time.monotonic() + 60
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def fill(runs: int, recipients: int) -> list[Any]:
    """One schedule a run, each to so many addresses outside."""
    from datetime import UTC, date, datetime
    from datetime import time as clock

    from reporting.actions.schedules import Recipients, create_schedule
    from reporting.models import ReportSchedule
    from tests import factories

    head = factories.user("pmo_head")
    far = clock((datetime.now(UTC).hour + 12) % 24)  # so that only `release` makes them due
    for number in range(6):
        factories.project(f"Project {number}", purpose="Something worth doing.")
    return [
        create_schedule(
            schedule=ReportSchedule(name=f"Pack {number}", kind="daily", at=far, zone="UTC", starts_on=date(2026, 1, 1)),
            recipients=Recipients((), tuple(f"reader{one}@outside{number}.example" for one in range(recipients))),
            by=head,
            at=datetime.now(UTC),
        )
        for number in range(runs)
    ]


def release(schedule: Any, number: int) -> None:
    """Half of the reports fall due; the other half are asked for by a process that dies before it tells a worker."""
    from django.db import connection
    from django.utils import timezone

    from reporting.actions.schedules import RunExists, request_run
    from reporting.models import ReportSchedule

    if number % 2:
        patiently(lambda: ReportSchedule.objects.filter(pk=schedule.pk).update(next_due_at=timezone.now()))
        return

    def ask() -> None:
        from django.db import transaction

        with transaction.atomic(), suppress(RunExists):  # stored, and the database died before it said so
            request_run(schedule=schedule, purpose="now", by=schedule.owner, at=timezone.now())
            connection.run_on_commit.clear()

    patiently(ask)


def settle(stage: Stage, runs: int) -> bool:
    """Wait until nothing is open. Waits between tries are cut short: they are hours of which nothing would be learned."""
    from django.utils import timezone

    from core.models import OutgoingMail
    from reporting.models import ReportRun

    def is_over() -> bool:
        stage.tend()
        soon = timezone.now() + timedelta(seconds=1)
        ReportRun.objects.filter(state="queued", next_try_at__gt=soon).update(next_try_at=timezone.now())
        OutgoingMail.objects.filter(state="queued", next_try_at__gt=soon).update(next_try_at=timezone.now())
        open_runs = ReportRun.objects.filter(state__in=["queued", "working"]).count()
        open_mail = OutgoingMail.objects.filter(state__in=["queued", "sending"]).count()
        return not open_runs and not open_mail and ReportRun.objects.count() >= runs

    return wait_until(lambda: bool(patiently(is_over)), seconds=PATIENCE, every=1)


def judge(stage: Stage, runs: int, recipients: int, kills: int) -> bool:
    """Compare what the outbox says with what the SMTP server took; print it."""
    from core.models import OutgoingMail
    from reporting.models import ReportDelivery, ReportRun

    got = Counter(stage.taken.read_text().split())
    mails = dict(OutgoingMail.objects.filter(kind="report").values_list("message_id", "state"))
    states = Counter(mails.values())
    lost = [one for one, state in mails.items() if state != "unknown" and got[one] == 0]
    doubled = [one for one, count in got.items() if count > 1]
    strange = set(got) - set(OutgoingMail.objects.values_list("message_id", flat=True))
    made = Counter(ReportRun.objects.values_list("state", flat=True))
    deliveries = ReportDelivery.objects.exclude(mail=None).count()
    say(f"runs: {dict(made)} of {runs}; deliveries: {deliveries} of {runs * recipients}; mails: {dict(states)}")
    say(f"{len(lost)} lost, {len(doubled)} doubled, {len(strange)} unheard of, {states['unknown']} unknown after {kills} kills")
    for run in ReportRun.objects.filter(state="failed"):
        say(f"  failed: {run} after {run.tries} tries: {run.error}")
    for mail in OutgoingMail.objects.filter(state="failed")[:5]:
        say(f"  failed: {mail.to_address}: {mail.error}")
    complete = made["done"] == runs and sum(made.values()) == runs and deliveries == runs * recipients
    return complete and not lost and not doubled and not strange and states["unknown"] <= kills


def under_fire(stage: Stage, *, runs: int, recipients: int, kills: int, chance: random.Random) -> bool:
    """D1, D2, D3, D5."""
    strikes = [victim for victim in VICTIMS for _ in range(kills)]
    chance.shuffle(strikes)
    schedules = patiently(lambda: fill(runs, recipients))
    for name in ("sink", "worker", "beat one", "beat two"):
        stage.start(name)
    stage.wait_for("worker")
    begin, released = time.monotonic(), 0
    for number, victim in enumerate(strikes):
        while released < runs * (number + 1) // len(strikes):
            release(schedules[released], released)
            released += 1
        if number % 10 == 0:
            say(f"kill {number + 1} of {len(strikes)}")
        time.sleep(chance.uniform(0.2, 2.5))
        stage.tend()
        stage.strike(victim, chance.uniform(0.1, 1.5))
    say(f"{len(strikes)} kills in {time.monotonic() - begin:.0f} s: {kills} each of {', '.join(VICTIMS)}")
    settled = settle(stage, runs)
    if stage.ended:
        say(f"ended by themselves and started again: {dict(stage.ended)}")
    if not settled:
        say("It did not settle.")
    return judge(stage, runs, recipients, len(strikes)) and settled


def long_jobs(stage: Stage, count: int) -> bool:
    """D4: a broker that gives a job to somebody else after three seconds, and jobs that take longer."""
    from django.utils import timezone

    from core.actions.mail import queue_mail
    from core.models import OutgoingMail

    for name in list(stage.processes):
        stage.end(name)
    stage.ended.clear()
    stage.taken.write_text("")
    stage.start("slow sink")
    for number in range(count):
        context = {"heading": "Slow", "paragraphs": ["Slow."]}
        queue_mail(
            key=f"slow/{number}", template="plain", context=context, at=timezone.now(), address=f"slow{number}@example.org",
            shows=[],
        )  # fmt: skip
    stage.start("impatient")
    stage.start("beat one")
    done = wait_until(
        lambda: OutgoingMail.objects.filter(key__startswith="slow/", state="sent").count() == count, seconds=PATIENCE, every=1
    )
    ended = Counter(re.findall(r"task_succeeded.*task_id=([0-9a-f-]{36})", stage.log("impatient")))
    again = sum(times - 1 for times in ended.values())
    got = Counter(stage.taken.read_text().split())
    doubled = sum(times > 1 for times in got.values())
    say(f"{count} mails of 4 s, visible again after 3 s: jobs done twice {again} times, {doubled} mails doubled")
    return done and not doubled and len(got) == count


def main() -> int:
    """Print the figures; 1 when something was lost or doubled."""
    parser = argparse.ArgumentParser(prog="tests.bench.endurance")
    parser.add_argument("--runs", type=int, default=25)
    parser.add_argument("--recipients", type=int, default=20)
    parser.add_argument("--kills", type=int, default=20, help="of each kind")
    parser.add_argument("--slow", type=int, default=24, help="mails that take longer than the broker waits")
    parser.add_argument("--rounds", type=int, default=200, help="random revokes of rights (A4)")
    parser.add_argument("--seed", type=int, default=20261122)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pmo-endurance-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        place = Place(folder)
        stage = Stage(folder, Postgres(place), Valkey(place), free_port())
        os.environ.update(
            PMO_ENV="test", DEMO="0", DATA_DIR=name, DATABASE_URL=stage.postgres.url_of("endurance"), REDIS_URL=stage.valkey.url,
            EMAIL_URL=f"smtp://127.0.0.1:{stage.port}", DJANGO_SETTINGS_MODULE="pmo.settings", LOG_LEVEL="INFO",
        )  # fmt: skip
        if (CACHE / "fonts").exists():
            (folder / "fonts").symlink_to(CACHE / "fonts")
        try:
            start_cluster(folder).stop()  # with the tables in it; from here on it keeps what it says it keeps
            stage.postgres.start()
            stage.valkey.start()
            stage.postgres.ensure_database("endurance", template=TEMPLATE)
            import django

            django.setup()
            chance = random.Random(options.seed)
            fine = under_fire(stage, runs=options.runs, recipients=options.recipients, kills=options.kills, chance=chance)
            fine = long_jobs(stage, options.slow) and fine
        finally:
            stage.stop()
    if options.rounds:
        command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/reporting/test_run_rights.py"]
        answer = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | {"ENDURANCE_ROUNDS": str(options.rounds)},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        say(next((line for line in answer.stdout.splitlines() if "random revokes" in line), answer.stdout[-2000:]))
        fine = fine and answer.returncode == 0
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
