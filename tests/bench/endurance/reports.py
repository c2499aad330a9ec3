"""Reports that fall due, are asked for, made and sent while everything is killed (BARS D1, D3, D4, D5)."""

import re
import shelve
import signal
import time
from collections import Counter
from contextlib import suppress
from typing import Any

from core.embedded.process import wait_until
from tests.bench.endurance.stage import PATIENCE, Stage, Verdict, judge_mail, patiently, say, settle

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


def schedules_of(runs: int, recipients: int, *, name: str) -> list[Any]:
    """So many schedules, each to so many addresses outside; only `fall_due` makes them due."""
    from datetime import UTC, date, datetime
    from datetime import time as clock

    from portfolio.models import Project
    from reporting.actions.schedules import Recipients, create_schedule
    from reporting.models import ReportSchedule
    from tests import factories

    head = factories.user("pmo_head")
    far = clock((datetime.now(UTC).hour + 12) % 24)
    for number in range(6 - Project.objects.count()):
        factories.project(f"Project {number}", purpose="Something worth doing.")
    return [
        create_schedule(
            schedule=ReportSchedule(name=f"{name} {number}", kind="daily", at=far, zone="UTC", starts_on=date(2026, 1, 1)),
            recipients=Recipients((), tuple(f"reader{one}@{name}{number}.example" for one in range(recipients))),
            by=head,
            at=datetime.now(UTC),
        )
        for number in range(runs)
    ]


def fall_due(schedule: Any) -> None:
    """Its moment has come."""
    from django.utils import timezone

    from reporting.models import ReportSchedule

    patiently(lambda: ReportSchedule.objects.filter(pk=schedule.pk).update(next_due_at=timezone.now()))


def ask_and_die(schedule: Any) -> None:
    """A process that stores that somebody asked for a report, and dies before it tells a worker."""
    from django.db import connection, transaction
    from django.utils import timezone

    from reporting.actions.schedules import RunExists, request_run

    def ask() -> None:
        with transaction.atomic(), suppress(RunExists):  # stored, and the database died before it said so
            request_run(schedule=schedule, purpose="now", by=schedule.owner, at=timezone.now())
            connection.run_on_commit.clear()

    patiently(ask)


def judge(verdict: Verdict, stage: Stage, schedules: list[Any], recipients: int, *, each: int = 1) -> Verdict:
    """Each schedule has `each` finished runs, each recipient of each got one message."""
    from reporting.models import ReportDelivery, ReportRun

    runs = ReportRun.objects.filter(schedule__in=schedules)
    made = Counter(runs.values_list("state", flat=True))
    if made != {"done": len(schedules) * each}:
        verdict.wrong.append(f"runs: {dict(made)} instead of {len(schedules) * each}")
    for run in runs.filter(state="failed"):
        verdict.wrong.append(f"failed: {run} after {run.tries} tries: {run.error}")
    deliveries = ReportDelivery.objects.filter(run__in=runs).exclude(mail=None).count()
    verdict.lost += max(0, verdict.asked - deliveries)
    verdict.doubled += max(0, deliveries - verdict.asked)
    judge_mail(verdict, stage, delivery__run__in=runs)
    if stage.ended:
        verdict.told = f"ended by themselves and started again: {dict(stage.ended)}"
    return verdict


def strike(stage: Stage, victim: str, pause: float) -> None:
    """Kill, wait, start again."""
    if victim == "worker child":
        stage.kill_child("worker")
    elif victim == "worker parent":
        stage.end("worker", group=False)
    elif victim == "worker, politely":
        stage.end("worker", signal.SIGTERM, group=False)
    elif victim in ("beat one", "beat two", "sink"):
        stage.end(victim)
    elif victim == "broker's memory":
        with suppress(Exception):
            stage.valkey._ask("FLUSHALL")
    else:
        stage.kill_server(stage.postgres if victim == "PostgreSQL" else stage.valkey, pause)
        return
    time.sleep(pause)
    name = "worker" if victim.startswith("worker") else victim
    if name not in stage.processes and name != "broker's memory":
        stage.start(name)
    if name == "worker":
        stage.wait_for("worker")


def fire(stage: Stage, times: int, recipients: int) -> Verdict:
    """D1: everything is killed `times` times; half of 25 reports fall due, the other half are asked for by a process that dies."""
    strikes = [victim for victim in VICTIMS for _ in range(times)]
    stage.chance.shuffle(strikes)
    schedules = schedules_of(25 if times > 2 else 4, recipients, name="fire")
    stage.start("sink", "worker", "beat one", "beat two")
    stage.wait_for("worker")
    released, struck = 0, Counter[str]()
    for number, victim in enumerate(strikes):
        if not stage.has_time:
            break
        while released < len(schedules) * (number + 1) // len(strikes):
            (fall_due if released % 2 else ask_and_die)(schedules[released])
            released += 1
        if number % 20 == 0:
            say(f"  kill {number + 1} of {len(strikes)}: {victim}")
        time.sleep(stage.chance.uniform(0.2, 2.5))
        stage.tend()
        strike(stage, victim, stage.chance.uniform(0.1, 1.5))
        struck[victim] += 1
    for schedule in schedules[released:]:
        fall_due(schedule)
    verdict = Verdict("D1 sent once, everything killed", struck.total(), len(schedules) * recipients)
    if not settle(stage, schedules):
        verdict.wrong.append("It did not settle.")
    judge(verdict, stage, schedules, recipients)
    verdict.told = "; ".join([", ".join(f"{count} {victim}" for victim, count in struck.items()), verdict.told]).strip("; ")
    return verdict


def beats(stage: Stage, times: int, recipients: int) -> Verdict:
    """D3: two beats started in the same moment, and a schedule that falls due every five seconds, `times` of them."""
    schedules = schedules_of(times, recipients, name="beats")
    stage.start("sink", "worker", "beat one", "beat two")
    stage.wait_for("worker")
    begin = time.monotonic()
    for number, schedule in enumerate(schedules):
        if not stage.has_time:
            schedules = schedules[:number]
            break
        fall_due(schedule)
        time.sleep(max(0.0, begin + 5 * (number + 1) - time.monotonic()))
    settled = settle(stage, schedules)
    verdict = judge(Verdict("D3 two beats, one run", 0, len(schedules) * recipients), stage, schedules, recipients)
    verdict.told = f"{len(schedules)} due moments in {time.monotonic() - begin:.0f} s"
    sent = [times_asked(stage, name) for name in ("beat one", "beat two")]
    verdict.told += f"; the beats asked for reports that are due {sent} times"
    return verdict if settled and min(sent) else _unsettled(verdict)


def times_asked(stage: Stage, beat: str) -> int:
    """How often this beat asked for what is due, as it writes down when it ends."""
    stage.end(beat, signal.SIGTERM)
    with shelve.open(str(stage.folder / beat), flag="r") as kept:  # noqa: S301 - our own process wrote it
        return int(kept["entries"]["reports due"].total_run_count)


def deploys(stage: Stage, times: int, recipients: int) -> Verdict:
    """D5: the worker is told to end in the middle of each of `times` reports, and the next one takes its place."""
    from portfolio.models import Project
    from reporting.models import ReportRun

    schedules = schedules_of(times, recipients, name="deploys")
    stage.start("sink", "beat one", "worker 0")
    stage.wait_for("worker 0")
    caught = 0
    for number, schedule in enumerate(schedules):
        if not stage.has_time:
            schedules = schedules[:number]
            break
        for project in Project.objects.all():  # nothing is found in the cache of drawn parts
            Project.objects.filter(pk=project.pk).update(purpose=f"Something worth doing, {number} times. " * 20)
        (fall_due if number % 2 else _ask)(schedule)
        run = ReportRun.objects.filter(schedule=schedule)
        wait_until(lambda: run.exclude(state="queued").exists(), seconds=60)  # noqa: B023 - of this round
        time.sleep(stage.chance.uniform(0, 1))
        caught += run.filter(state="working").exists()
        stage.start(f"worker {number + 1}")
        stage.end(f"worker {number}", signal.SIGTERM, group=False)
        stage.wait_for(f"worker {number + 1}")
    settled = settle(stage, schedules)
    verdict = judge(
        Verdict("D5 SIGTERM during reports", len(schedules), len(schedules) * recipients), stage, schedules, recipients
    )
    again = ReportRun.objects.filter(schedule__in=schedules, tries__gt=1).count()
    verdict.told = f"{caught} caught while drawing, {again} of them begun again by the next worker"
    return verdict if settled else _unsettled(verdict)


def _ask(schedule: Any) -> None:
    from django.utils import timezone

    from reporting.actions.schedules import request_run

    request_run(schedule=schedule, purpose="now", by=schedule.owner, at=timezone.now())


def long_jobs(stage: Stage, times: int, seconds: float) -> Verdict:
    """D4: a broker that gives a job to somebody else after five seconds, and `times` mails that take longer."""
    from django.utils import timezone

    from core.actions.mail import queue_mail
    from core.models import OutgoingMail

    stage.seconds = seconds
    stage.start("sink")
    for number in range(times):
        context = {"heading": "Slow", "paragraphs": ["Slow."]}
        queue_mail(
            key=f"slow/{number}", template="plain", context=context, at=timezone.now(), address=f"slow{number}@example.org",
            shows=[],
        )  # fmt: skip
    stage.start("impatient", "beat one")
    mails = OutgoingMail.objects.filter(key__startswith="slow/")
    done = wait_until(lambda: mails.filter(state="sent").count() == times, seconds=PATIENCE, every=1)
    ended = Counter(re.findall(r"task_succeeded.*task_id=([0-9a-f-]{36})", stage.log("impatient")))
    again = sum(count - 1 for count in ended.values())
    verdict = Verdict(f"D4 jobs of {seconds:.0f} s, visible again after 5 s", 0, times)
    judge_mail(verdict, stage, key__startswith="slow/")
    verdict.told = f"jobs handed out and done again {again} times"
    return verdict if done else _unsettled(verdict)


def _unsettled(verdict: Verdict) -> Verdict:
    verdict.wrong.append("It did not settle.")
    return verdict
