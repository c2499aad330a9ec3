"""What people asked for on a page or by the API is done although the page's process died, or the broker was away (BARS D2)."""

import http.client
import json
import time
from dataclasses import dataclass
from typing import Any

from core.embedded.process import wait_until
from tests.bench.endurance.reports import schedules_of
from tests.bench.endurance.stage import Stage, Verdict, judge_mail, settle

AWAY = 60  # seconds without a broker


@dataclass
class Caller:
    """Somebody who uses the API, one connection a request as behind a proxy."""

    port: int
    headers: dict[str, str]

    def ask(self, method: str, path: str, body: Any = None, **more: str) -> tuple[int, bytes, dict[str, str]]:
        """Status (0 where the process died), body and headers of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = self.headers | more | ({"Content-Type": "application/json"} if body is not None else {})
        try:
            connection.request(method, path, body=None if body is None else json.dumps(body), headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())
        except (OSError, http.client.HTTPException):
            return 0, b"", {}
        finally:
            connection.close()

    def wait(self) -> None:
        """Until the web answers."""
        assert wait_until(lambda: self.ask("GET", "/healthz")[0] == 200, seconds=60, every=0.1), "The web does not answer."


def caller(stage: Stage, person: Any) -> Caller:
    """This person with a key of their own."""
    from tests.bench.__main__ import api_token

    return Caller(stage.web_port, {"Authorization": f"Bearer {api_token(person.email)}", "Connection": "close"})


def commits(stage: Stage, times: int, recipients: int) -> Verdict:
    """The process is killed between COMMIT and the queue, `times` times; then everything is asked for while the broker is away."""
    from core.models import Comment, OutgoingMail
    from reporting.models import ReportRun
    from tests import factories

    schedules = schedules_of(times // 2, recipients, name="commits")
    head = schedules[0].owner
    project = factories.project("Talked about", manager=factories.user(email="manager@commits.example"))
    stage.start("sink", "web", "worker", "beat one")
    stage.wait_for("worker")
    web = caller(stage, head)
    web.wait()
    comments = f"/api/v1/portfolio/projects/{project.reference}/comments/"
    verdict = Verdict("D2 killed between COMMIT and queue", 0, 0)
    for number in range(times):
        if not stage.has_time:
            times = number
            break
        if number % 2:
            asks = caller(stage, factories.user("pmo_head"))  # nobody may ask for many reports within a minute
            path, body = f"/api/v1/reporting/schedules/{schedules[number // 2].pk}/send/", {}
        else:
            asks = web
            path, body = comments, {"text": f"@manager@commits.example Look at {number}."}
        status, answer, _headers = asks.ask("POST", path, body, **{"X-Die": "1"})
        verdict.kills += status == 0
        if status:
            verdict.wrong.append(f"{path}: did not die: {status} {answer[:200]!r}")
        web.wait()
    begin = time.monotonic()
    settled = settle(stage, schedules[: times // 2])
    verdict.told = f"all sent {time.monotonic() - begin:.0f} s after the last kill"
    # Redis is away for a minute: what is asked for is accepted, and sent once it is back.
    stage.valkey.stop()
    away, slowest = time.monotonic(), 0.0
    for number in range(10):
        asked = time.monotonic()
        status, answer, _headers = web.ask("POST", comments, {"text": f"@manager@commits.example Away {number}."})
        slowest = max(slowest, time.monotonic() - asked)
        if status != 201:
            verdict.wrong.append(f"without Redis: {status} {answer[:200]!r}")
        refused = web.ask("POST", comments, {"text": ""})[0]  # rolled back: no mail of it
        if refused != 400:
            verdict.wrong.append(f"an empty comment: {refused}")
        time.sleep(max(0.0, away + AWAY * (number + 1) / 10 - time.monotonic()))
    stage.valkey.start()
    back = time.monotonic()
    settled = settle(stage, schedules[: times // 2]) and settled
    waited = time.monotonic() - back
    verdict.told += (
        f"; Redis away for {AWAY} s: comments answered within {slowest:.1f} s, sent {waited:.0f} s after it was back"
    )
    if waited > 60 or not settled:
        verdict.wrong.append("It did not settle within a minute.")
    judge_asked(verdict, OutgoingMail, Comment, ReportRun, times, recipients)
    judge_mail(verdict, stage)
    return verdict


def judge_asked(verdict: Verdict, mails: Any, comments: Any, runs: Any, times: int, recipients: int) -> None:
    """Every comment has its mail, every report that was asked for its own to each recipient."""
    said, reports = times - times // 2 + 10, times // 2
    verdict.asked = said + reports * recipients
    found = mails.objects.filter(kind="report").count(), mails.objects.exclude(kind="report").count()
    if comments.objects.count() != said or runs.objects.filter(state="done").count() != reports:
        verdict.wrong.append(f"{comments.objects.count()} comments of {said}, {runs.objects.count()} runs of {reports}")
    verdict.lost += max(0, reports * recipients - found[0]) + max(0, said - found[1])
    verdict.doubled += max(0, found[0] - reports * recipients) + max(0, found[1] - said)
