"""The processes that a campaign kills, how each of them ends and comes back, and the line that tells how it went."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.embedded import Postgres, Valkey
from core.embedded.process import alive, spawn, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent.parent
PATIENCE = 900  # seconds until everything has settled after the last kill


@dataclass
class Verdict:
    """One line of the result. `asked` are the things that had to happen once each (mails, rows, runs)."""

    promise: str
    kills: int
    asked: int
    lost: int = 0
    doubled: int = 0
    unknown: int = 0  # may have happened, shown as such to a person
    wrong: list[str] = field(default_factory=list)  # whatever else must not be
    told: str = ""
    seconds: float = 0

    @property
    def kept(self) -> bool:
        """At most one doubt a kill."""
        return not self.lost and not self.doubled and not self.wrong and self.unknown <= self.kills

    def __str__(self) -> str:
        words = "kept" if self.kept else "BROKEN"
        figures = f"{self.kills:>6} {self.asked:>7} {self.lost:>5} {self.doubled:>8} {self.unknown:>8} {self.seconds:>6.0f}"
        return "\n".join([f"{self.promise:<44} {figures}  {words}  {self.told}".rstrip(), *(f"  {one}" for one in self.wrong)])


HEAD = f"{'promise':<44} {'kills':>6} {'asked':>7} {'lost':>5} {'doubled':>8} {'unknown':>8} {'s':>6}"


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
    """The processes of one run."""

    folder: Path
    postgres: Postgres
    valkey: Valkey
    port: int  # of the SMTP server
    web_port: int
    chance: random.Random
    until: float = float(
        "inf"
    )  # on the monotonic clock: from then on nothing is killed any more, what was begun is settled and judged
    seconds: float = 0  # that the SMTP server thinks about a message
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    ended: Counter[str] = field(default_factory=Counter)  # by itself
    begun: dict[str, int] = field(default_factory=dict)  # where the log of what was started last begins

    @property
    def has_time(self) -> bool:
        """Whether there may be another kill."""
        return time.monotonic() < self.until

    @property
    def taken(self) -> Path:
        """The Message-IDs that the SMTP server took."""
        return self.folder / "taken"

    def command(self, name: str) -> list[str]:
        """How it is started: sink, web, "worker" or "beat" with any second word."""
        python = [sys.executable, "-m"]
        celery = [*python, "celery", "-A", "pmo"]
        kind = name.split(maxsplit=1)[0]
        return {
            "sink": [*python, "tests.bench.endurance.sink", str(self.port), str(self.taken), str(self.seconds)],
            "web": [*python, "gunicorn", "tests.bench.endurance.mortal:application", "--config", "python:pmo.gunicorn"],
            "worker": [
                *celery, "worker", "--concurrency", "2", "--without-gossip", "--loglevel", "INFO", "--hostname", f"{name.replace(' ', '-')}@%h",
            ],
            "impatient": [
                *python, "celery", "-A", "tests.bench.endurance.impatient", "worker", "--pool", "threads", "--concurrency", "40", "--loglevel", "INFO",
            ],
            "beat": [*celery, "beat", "-s", str(self.folder / name), "--loglevel", "INFO"],
        }[kind]  # fmt: skip

    def start(self, *names: str) -> None:
        """Start these and go on at once."""
        for name in names:
            log = self.log_of(name)
            self.begun[name] = log.stat().st_size if log.exists() else 0
            environment = {"PORT": str(self.web_port), "WEB_WORKERS": "2", "WEB_THREADS": "3"} if name == "web" else {}
            self.processes[name] = spawn(self.command(name), log=log, cwd=ROOT, env=os.environ | environment)

    def tend(self) -> None:
        """Start again what ended by itself, as the supervisor and Compose do (a worker ends when its broker does)."""
        for name, process in list(self.processes.items()):
            if process.poll() is not None:
                self.ended[name] += 1
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                self.start(name)

    def log_of(self, name: str) -> Path:
        """Where it writes."""
        return self.folder / f"{name.replace(' ', '-')}.log"

    def log(self, name: str) -> str:
        """What it wrote, all lives together."""
        return self.log_of(name).read_text()

    def wait_for(self, worker: str) -> None:
        """Until the worker takes jobs: one that is killed before it does anything proves nothing."""

        def is_ready() -> bool:
            self.tend()
            return " ready." in self.log(worker)[self.begun[worker] :]

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

    def kill_child(self, name: str) -> bool:
        """Kill -9 one child of a process, as the out-of-memory killer does; say whether there was one."""
        children = children_of(self.processes[name].pid)
        if children:
            with suppress(ProcessLookupError):
                os.kill(self.chance.choice(children), signal.SIGKILL)
        return bool(children)

    def kill_server(self, server: Postgres | Valkey, pause: float) -> None:
        """Kill -9 PostgreSQL or Valkey; it is back after so many seconds."""
        assert server.process
        server.process.kill()
        server.process.wait(20)
        time.sleep(pause)
        server.start()

    def stop(self) -> None:
        """Everything, gently first."""
        for name in list(self.processes):
            self.end(name, signal.SIGTERM)
        self.valkey.stop()
        self.postgres.stop()


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


def settle(stage: Stage, runs: Iterable[Any] = ()) -> bool:
    """Wait until nothing is open, and each of these schedules has a run. Waits between tries are cut short: they are hours
    of which nothing would be learned."""
    from django.utils import timezone

    from core.models import OutgoingMail
    from reporting.models import ReportRun

    wanted = [one.pk for one in runs]

    def is_over() -> bool:
        stage.tend()
        soon = timezone.now() + timedelta(seconds=1)
        ReportRun.objects.filter(state="queued", next_try_at__gt=soon).update(next_try_at=timezone.now())
        OutgoingMail.objects.filter(state="queued", next_try_at__gt=soon).update(next_try_at=timezone.now())
        open_runs = ReportRun.objects.filter(state__in=["queued", "working"]).count()
        open_mail = OutgoingMail.objects.filter(state__in=["queued", "sending"]).count()
        begun = ReportRun.objects.filter(schedule__in=wanted).values("schedule").distinct().count()
        return not open_runs and not open_mail and begun == len(wanted)

    return wait_until(lambda: bool(patiently(is_over)), seconds=PATIENCE, every=1)


def judge_mail(verdict: Verdict, stage: Stage, **which: Any) -> None:
    """Compare what the outbox says with what the SMTP server took, and write it into the verdict."""
    from core.models import OutgoingMail

    got = Counter(stage.taken.read_text().split())
    mails = dict(OutgoingMail.objects.filter(**which).values_list("message_id", "state"))
    states = Counter(mails.values())
    verdict.lost += sum(got[one] == 0 for one, state in mails.items() if state != "unknown")
    verdict.doubled += sum(count > 1 for count in got.values())
    verdict.unknown += states["unknown"]
    if strange := set(got) - set(OutgoingMail.objects.values_list("message_id", flat=True)):
        verdict.wrong.append(f"{len(strange)} mails that nobody queued")
    for mail in OutgoingMail.objects.filter(**which, state="failed")[:5]:
        verdict.wrong.append(f"failed: {mail.to_address}: {mail.error}")
