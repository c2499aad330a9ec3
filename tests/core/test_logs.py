"""One line an event, JSON in production, with the request that caused it: in the page and in the job it queued."""

import json
import logging
import logging.config
import os
import subprocess
import sys
from collections.abc import Callable

import structlog

from core import logs
from core.embedded.process import wait_until
from tests.servers import ROOT, Worker

WRITE = """
import logging, structlog, logging.config
from core import logs
logging.config.dictConfig(logs.configure(json={json}, level="INFO"))
structlog.contextvars.bind_contextvars(request_id="r-1")
structlog.get_logger("pmo.example").info("report_sent", run=7)
logging.getLogger("django.example").warning("plain %s", "words", extra={{"project": "PRJ-0001"}})
logging.getLogger("pmo").debug("not shown")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("pmo").exception("failed")
"""


def lines(*, as_json: bool) -> list[str]:
    """What a process writes to standard error."""
    answer = subprocess.run(
        [sys.executable, "-c", WRITE.format(json=as_json)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return answer.stderr.splitlines()


def test_production_writes_one_object_a_line() -> None:
    first, second, third = (json.loads(line) for line in lines(as_json=True))
    assert (first["event"], first["run"], first["request_id"], first["level"]) == ("report_sent", 7, "r-1", "info")
    assert (second["event"], second["logger"], second["project"]) == ("plain words", "django.example", "PRJ-0001")
    assert second["request_id"] == "r-1"
    assert third["exception"][0]["exc_type"] == "ZeroDivisionError"
    assert first["timestamp"].endswith("Z")


def test_other_places_write_words() -> None:
    found = "\n".join(lines(as_json=False))
    assert "report_sent" in found
    assert "request_id=r-1" in found
    assert "\x1b[" not in found


def test_both_kinds_of_loggers_share_one_handler() -> None:
    assert logs.configure(json=True, level="INFO")["root"] == {"handlers": ["stderr"], "level": "INFO"}


def test_request_id_reaches_the_job(worker_process: Callable[..., Worker]) -> None:
    """The id bound while a page queues a job stands in the worker's lines about it."""
    from pmo.celery import app

    worker = worker_process(LOG_LEVEL="INFO")
    with structlog.contextvars.bound_contextvars(request_id="click-4711"):
        job = app.send_task("celery.backend_cleanup")  # a job that every Celery has

    def lines() -> list[str]:  # of this job: others of earlier tests may be done first
        return [line for line in worker.output.splitlines() if "task_succeeded" in line and job.id in line]

    assert wait_until(lambda: bool(lines()), seconds=120), worker.output
    line = lines()[0]
    assert "request_id=click-4711" in line
    assert f"task_id={job.id}" in line


def test_environment_sets_the_level() -> None:
    script = "from django.conf import settings; print(settings.LOGGING['root']['level'])"
    answer = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"LOG_LEVEL": "ERROR", "DJANGO_SETTINGS_MODULE": "pmo.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == "ERROR"
    assert logging.getLogger("pmo").getEffectiveLevel() <= logging.WARNING
