"""It stays up (BARS H1): fifty people browse, five change things, one report after the other is made; then PostgreSQL and Redis go away."""

import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.embedded.process import wait_until
from tests.bench.endurance.stage import Stage, Verdict, children_of, judge_mail, patiently, settle
from tests.bench.endurance.web import Caller
from tests.bench.load import percentile

BROWSERS, EDITORS, PROJECTS = 50, 5, 300
THINKS = (5.0, 15.0)  # seconds between two pages of one person
PAGES = (
    "/", "/reports/overview/", "/portfolio/projects/", "/portfolio/projects/?page_size=100", "/portfolio/projects/?q=data",
    "/portfolio/projects/PRJ-0106/", "/portfolio/projects/PRJ-0106/history/", "/portfolio/projects/PRJ-0107/registers/",
    "/portfolio/risks/", "/portfolio/risk-matrix/", "/portfolio/dependencies/map/", "/intake/requests/", "/intake/pipeline/",
    "/search/?q=network", "/reports/schedules/", "/api/v1/portfolio/projects/?limit=100",
)  # fmt: skip


@dataclass
class Crowd:
    """What everybody was answered: (moment, status, seconds, what)."""

    chance: Any
    answers: list[tuple[float, int, float, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def ask(self, who: Caller, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        """One request, kept in `answers`."""
        begin = time.monotonic()
        found = who.ask(method, path, body, **headers)
        self.answers.append((begin, found[0], time.monotonic() - begin, f"{method} {path}"))
        return found

    def start(self, work: Callable[[], None], seconds: tuple[float, float]) -> None:
        """Do it again and again with such pauses, in a thread."""

        def run() -> None:
            while not self.over.wait(self.chance.uniform(*seconds)):
                work()

        self.threads.append(threading.Thread(target=run, daemon=True))
        self.threads[-1].start()

    def stop(self) -> None:
        """Everybody goes home."""
        self.over.set()
        for thread in self.threads:
            thread.join(90)

    def between(self, begin: float, end: float) -> list[tuple[float, int, float, str]]:
        """What was asked for within these moments."""
        return [one for one in self.answers if begin <= one[0] < end]


def failures(answers: list[tuple[float, int, float, str]], allowed: tuple[int, ...] = ()) -> Counter[str]:
    """What was not answered as it should, and how often."""
    fine = (200, 201, 412, *allowed)
    return Counter(f"{status} {what}" for _moment, status, _seconds, what in answers if status not in fine)


def memory_of(pid: int) -> float:
    """MB of a process and its children, shared pages once."""
    kilobytes = 0
    for one in (pid, *children_of(pid)):
        with suppress(OSError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            kilobytes += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024


def make_crowd(stage: Stage) -> tuple[Crowd, Any]:
    """Everybody begins; returned with the schedule whose report is made again and again."""
    from django.db import connections
    from django.utils import timezone

    from accounts.models import RoleGrant, User
    from reporting.actions.schedules import RunExists, request_run
    from tests.bench.__main__ import api_token, sign_in
    from tests.bench.endurance.reports import schedules_of

    crowd = Crowd(stage.chance)
    roles = ("board_member", "pmo_analyst", "pmo_head", "", "")
    people = list(User.objects.filter(email__startswith="person").order_by("pk")[: BROWSERS + EDITORS])
    for number, person in enumerate(people):
        role = "pmo_head" if number >= BROWSERS else roles[number % len(roles)]
        if role:
            RoleGrant.objects.create(user=person, role=role)
    seen: dict[str, set[str]] = {}
    for number, person in enumerate(people[:BROWSERS]):
        who = Caller(stage.web_port, {"Cookie": f"sessionid={sign_in(person.email)}"})
        role = roles[number % len(roles)]
        if role not in seen:  # what this role may see
            seen[role] = {page for page in PAGES if who.ask("GET", page)[0] == 200}
        crowd.start(lambda who=who, pages=tuple(seen[role]): crowd.ask(who, "GET", stage.chance.choice(pages)), THINKS)  # type: ignore[misc]
    for number, person in enumerate(people[BROWSERS:]):
        who = Caller(stage.web_port, {"Authorization": f"Bearer {api_token(person.email)}"})
        crowd.start(lambda who=who, number=number: edit(crowd, who, number), (2.0, 6.0))  # type: ignore[misc]
    (schedule,) = schedules_of(1, 3, name="soak")

    def report() -> None:
        try:
            with suppress(RunExists):
                request_run(schedule=schedule, purpose="now", by=schedule.owner, at=timezone.now())
        except Exception:  # noqa: BLE001 - the database is away
            connections.close_all()

    crowd.start(report, (2.0, 4.0))
    return crowd, schedule


def edit(crowd: Crowd, who: Caller, number: int) -> None:
    """Read a project, change what it is for, and say something about it. Two at once: one of them is told (412)."""
    path = f"/api/v1/portfolio/projects/PRJ-{crowd.chance.randrange(101, 131):04d}/"
    status, _body, headers = crowd.ask(who, "GET", path)
    if status == 200:
        words = {"purpose": f"{number} says at {time.monotonic():.3f} what it is for."}
        crowd.ask(who, "PATCH", path, words, **{"If-Match": headers["ETag"]})
        crowd.ask(who, "POST", f"{path}comments/", {"text": f"@board@bench.example.org Changed by {number}."})


def soak(stage: Stage, minutes: float, times: int) -> Iterator[Verdict]:
    """The verdicts on `minutes` of everything at once, on `times` restarts of PostgreSQL, and on a minute without Redis."""
    from core.models import OutgoingMail
    from reporting.models import ReportRun
    from tests.bench.seed import fill

    fill(PROJECTS, updates_each=6, milestones_each=4)
    stage.start("sink", "web", "worker", "beat one")
    stage.wait_for("worker")
    Caller(stage.web_port, {}).wait()
    crowd, schedule = make_crowd(stage)
    memory: dict[str, list[float]] = {"web": [], "worker": []}
    begin = time.monotonic()
    while time.monotonic() < begin + minutes * 60:
        for name, values in memory.items():
            values.append(memory_of(stage.processes[name].pid))
        time.sleep(5)
    end = time.monotonic()
    calm = crowd.between(begin, end)
    spent = sorted(one[2] * 1000 for one in calm)
    half, last = len(memory["web"]) // 2, max(1, len(memory["web"]) // 10)
    grown = {
        name: statistics.median(values[-last:]) / statistics.median(values[half : half + last])
        for name, values in memory.items()
    }
    reports = ReportRun.objects.filter(state="done").count()
    verdict = Verdict(f"H1 {minutes:g} minutes of company", 0, len(calm), sum(failures(calm).values()))
    verdict.wrong += [f"{count} × {what}" for what, count in failures(calm).most_common(5)]
    verdict.wrong += [f"{name} grew by {share - 1:.0%} in the second half" for name, share in grown.items() if share > 1.1]
    p50, p95 = percentile(spent, 50), percentile(spent, 95)
    sizes = ", ".join(f"{name} {values[half]:.0f} → {values[-1]:.0f} MB" for name, values in memory.items())
    verdict.told = f"p50 {p50:.0f} ms, p95 {p95:.0f} ms ({p95 / p50:.1f}×), {reports} reports; second half: {sizes}"
    yield verdict
    yield without_database(stage, crowd, times)
    yield without_redis(stage, crowd)
    crowd.stop()
    settled = settle(stage, [schedule])
    mails = Verdict("H1 mails of all that", times + 1, OutgoingMail.objects.count())
    judge_mail(mails, stage)
    if not settled:
        mails.wrong.append("It did not settle.")
    yield mails


def without_database(stage: Stage, crowd: Crowd, times: int) -> Verdict:
    """PostgreSQL ends, by kill -9 and politely in turn, and is back after a second or two: so are the pages, in the same processes."""
    verdict = Verdict("H1 PostgreSQL restarted", times, 0)
    watch = Caller(stage.web_port, {"Authorization": api_key()})
    pids = {stage.processes["web"].pid, *children_of(stage.processes["web"].pid), stage.processes["worker"].pid}
    begin, waits, ups = time.monotonic(), [], []
    for number in range(times):
        if number % 2:
            stage.postgres.stop()
            time.sleep(1)
            stage.postgres.start()
        else:
            stage.kill_server(stage.postgres, 1)
        back = time.monotonic()
        if not wait_until(lambda: watch.ask("GET", "/api/v1/portfolio/projects/?limit=1")[0] == 200, seconds=30):
            verdict.wrong.append("The pages did not come back within 30 s.")
        waits.append(time.monotonic() - back)
        time.sleep(3)
        ups.append(time.monotonic())
        time.sleep(7)
    answers = crowd.between(begin, time.monotonic())
    verdict.asked = len(answers)
    verdict.wrong += [f"{count} × {what}" for what, count in failures(answers, allowed=(503,)).most_common(5)]
    late = [one for one in answers if one[1] == 503 and any(up <= one[0] < up + 6 for up in ups)]
    verdict.wrong += [f"{len(late)} × 503 more than three seconds after it was back"] * bool(late)
    now = {stage.processes["web"].pid, *children_of(stage.processes["web"].pid), stage.processes["worker"].pid}
    if pids != now or stage.processes["worker"].poll() is not None:
        verdict.wrong.append(f"processes were replaced: {pids ^ now}")
    away = sum(one[1] == 503 for one in answers)
    verdict.told = f"back {max(waits):.1f} s after it at most, {away} answers said so (503) meanwhile"
    return verdict


def api_key() -> str:
    """Of the head of the PMO."""
    from tests.bench.__main__ import api_token

    return f"Bearer {api_token('head@bench.example.org')}"


def without_redis(stage: Stage, crowd: Crowd) -> Verdict:
    """Redis is away for a minute: pages and changes work, mail waits and goes out once it is back."""
    from core.models import OutgoingMail

    verdict = Verdict("H1 Redis away for a minute", 1, 0)
    stage.valkey.stop()
    begin = time.monotonic()
    time.sleep(60)
    waiting = patiently(lambda: OutgoingMail.objects.filter(state="queued").count())  # our connection met the restarts, too
    answers = crowd.between(begin, time.monotonic())
    stage.valkey.start()
    back = time.monotonic()
    newest = OutgoingMail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    old = OutgoingMail.objects.filter(pk__lte=newest, state__in=["queued", "sending"])

    def is_sent() -> bool:
        stage.tend()  # the worker ends with its broker, and is started again as Compose does
        return not old.exists()

    if not wait_until(is_sent, seconds=120, every=0.5):
        verdict.wrong.append(f"{old.count()} mails still wait after two minutes")
    verdict.asked, verdict.lost = len(answers), sum(failures(answers).values())
    verdict.wrong += [f"{count} × {what}" for what, count in failures(answers).most_common(5)]
    spent = sorted(one[2] * 1000 for one in answers)
    p50, p95 = percentile(spent, 50), percentile(spent, 95)
    verdict.told = (
        f"p50 {p50:.0f} ms, p95 {p95:.0f} ms; {waiting} mails waited, sent {time.monotonic() - back:.0f} s after it was back;"
        f" ended by themselves: {dict(stage.ended)}"
    )
    return verdict
