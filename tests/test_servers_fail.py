"""PostgreSQL is killed under writers and readers, Redis is away: what was acknowledged is there, and pages come back by themselves.

`ENDURANCE_ROUNDS=20` kills as often as BARS F1 asks for; the suite kills twice.
"""

import io
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from celery import Celery
from django.core.handlers.wsgi import WSGIHandler
from django.db import InterfaceError, OperationalError, connections, transaction
from django.test import Client
from django.utils import timezone

from core.actions.mail import send_due_mail
from core.embedded import Postgres
from core.embedded.process import wait_until
from core.history import recorded
from core.models import OutgoingMail
from portfolio.models import Membership, Project
from tests import factories
from tests.cast import Cast
from tests.core.test_embedded_servers import cluster, folder
from tests.servers import TEMPLATE, SmtpServer, free_port

__all__ = ["cluster", "folder"]
KILLS = min(int(os.environ.get("ENDURANCE_ROUNDS", "2")), 20)
WRITERS = 4
AWAY = (OperationalError, InterfaceError)


@contextmanager
def pointed_at(postgres: Postgres) -> Iterator[None]:
    """Every connection made inside goes to the migrated database of this server."""
    given = connections.settings["default"]
    before = {"HOST": given["HOST"], "NAME": given["NAME"]}
    connections.close_all()
    given.update(HOST=str(postgres.place.sockets), NAME=TEMPLATE)
    try:
        yield
    finally:
        connections.close_all()
        given.update(before)


@dataclass
class Traffic:
    """Writers who note what was acknowledged, and a reader who asks for a page again and again over one connection."""

    person: int
    acknowledged: list[int] = field(default_factory=list)
    answers: list[tuple[float, int]] = field(default_factory=list)
    unforeseen: list[BaseException] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    application: Any = field(default_factory=WSGIHandler)

    def start(self) -> None:
        self.threads = [threading.Thread(target=self.guarded, args=[work]) for work in (*[self.write] * WRITERS, self.read)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(120)

    def guarded(self, work: Any) -> None:
        try:
            while not self.over.is_set():
                work()
        except BaseException as error:  # noqa: BLE001 - told by the test
            self.unforeseen.append(error)
        finally:
            connections.close_all()

    def write(self) -> None:
        """A project with its manager, as one action writes it."""
        try:
            with transaction.atomic(), recorded("portfolio.project.created"):
                project = factories.project()
                Membership.objects.create(user_id=self.person, role="project_manager", project=project)
            self.acknowledged.append(project.pk)
        except AWAY:
            connections.close_all()
            self.over.wait(0.02)

    def read(self) -> None:
        """One request through the real WSGI application: it keeps its connection from request to request."""
        asked = {
            "REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "testserver", "SERVER_PORT": "80", "wsgi.input": io.BytesIO(),
            "wsgi.url_scheme": "http", "HTTP_COOKIE": "sessionid=0123456789abcdef0123456789abcdef",
        }  # fmt: skip
        said: list[str] = []
        answer = self.application(asked, lambda status, _headers: said.append(status))
        list(answer)
        answer.close()
        self.answers.append((time.monotonic(), int(said[0][:3])))
        self.over.wait(0.02)


@pytest.mark.slow
def test_what_was_acknowledged_survives_kill_9_and_pages_come_back(cluster: Postgres, django_db_blocker: Any) -> None:
    cluster.unsafe = False  # as in production: fsync on
    cluster.start()
    with django_db_blocker.unblock(), pointed_at(cluster):
        traffic = Traffic(factories.user().pk)
        traffic.start()
        try:
            for _ in range(KILLS):
                enough = len(traffic.acknowledged) + 40
                assert wait_until(lambda: len(traffic.acknowledged) >= enough, seconds=120), traffic.unforeseen  # noqa: B023
                assert cluster.process
                cluster.process.kill()
                cluster.process.wait()
                away = len(traffic.answers)
                assert wait_until(lambda: 503 in [code for _at, code in traffic.answers[away:]], seconds=60)  # noqa: B023
                cluster.start()
                back, there = time.monotonic(), len(traffic.answers)
                assert wait_until(lambda: 302 in [code for _at, code in traffic.answers[there:]], seconds=60)  # noqa: B023
                print(f"back after {time.monotonic() - back:.2f} s")  # noqa: T201
        finally:
            traffic.stop()
            connections.close_all()  # of this thread: of the server that was killed
        assert not traffic.unforeseen
        assert {code for _at, code in traffic.answers} == {302, 503}
        kept = set(Project.objects.values_list("pk", flat=True))
        assert set(traffic.acknowledged) <= kept, f"lost: {set(traffic.acknowledged) - kept}"
        # What was cut off is there as a whole (the answer was lost) or not at all, with its history.
        assert set(Membership.objects.values_list("project", flat=True)) == kept
        for model, owner in ((Project, "pgh_obj_id"), (Membership, "project_id")):
            events = model.pgh_event_model.objects.exclude(pgh_context=None)  # type: ignore[attr-defined]
            assert sorted(events.values_list(owner, flat=True)) == sorted(kept), model
    print(f"{len(traffic.acknowledged)} acknowledged, 0 lost in {KILLS} kills")  # noqa: T201


PAGES = (
    "/", "/reports/overview/", "/reports/overview/?q=own", "/portfolio/projects/", "/portfolio/projects/?q=own", "/portfolio/projects/{own}/",
    "/portfolio/projects/{own}/edit/", "/portfolio/projects/{own}/history/", "/portfolio/risks/", "/portfolio/risk-matrix/",
    "/portfolio/dependencies/map/", "/intake/requests/", "/intake/pipeline/", "/search/?q=project", "/reports/schedules/",
    "/mail/", "/accounts/profile/", "/api/v1/portfolio/projects/", "/api/v1/portfolio/risks/", "/api/v1/intake/requests/",
)  # fmt: skip


def test_without_redis_pages_work_and_mail_waits(
    cast: Cast, settings: Any, smtp_server: SmtpServer, django_capture_on_commit_callbacks: Any
) -> None:
    nobody = f"redis://127.0.0.1:{free_port()}/0"
    caches = settings.CACHES
    settings.CACHES = {"default": caches["default"] | {"LOCATION": nobody}}
    down = Celery("down", broker=nobody)
    down.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    down.set_current()
    client = Client(raise_request_exception=False)
    try:
        signing = client.post("/accounts/login/", {"username": cast.pmo_head.email, "password": "secret-word"})
        assert signing.status_code == 302
        answers = {page: client.get(page.format(own=cast.own.reference)).status_code for page in PAGES}
        assert set(answers.values()) == {200}, answers
        with django_capture_on_commit_callbacks(execute=True):
            comment = client.post(
                f"/api/v1/portfolio/projects/{cast.own.reference}/comments/",
                {"text": f"@{cast.project_manager.email} Look."},
                content_type="application/json",
            )
        assert comment.status_code == 201, comment.content
        assert OutgoingMail.objects.get().state == "queued"
    finally:
        from pmo.celery import app

        app.set_current()
        settings.CACHES = caches
    send_due_mail(clock=timezone.now)
    assert OutgoingMail.objects.get().state == "sent"
    assert smtp_server.recipients == [[cast.project_manager.email]]
