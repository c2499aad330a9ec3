"""A real worker process, killed in the middle of a report: the run finishes after restart, sent once."""

from datetime import UTC, date, datetime, time

import pytest
from django.utils import timezone

from core.embedded.process import wait_until
from core.models import OutgoingMail
from pmo.celery import app
from reporting.actions.schedules import Recipients, create_schedule, request_run
from reporting.models import ReportDelivery, ReportEdition, ReportRun, ReportSchedule
from tests import factories
from tests.servers import held

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_worker_killed_while_drawing_leaves_a_run_that_is_finished_once(worker_process):
    head, reader = factories.user("pmo_head"), factories.user("board_member")
    for number in range(12):
        factories.project(f"Project {number}", purpose="Something worth doing.")
    schedule = create_schedule(
        schedule=ReportSchedule(name="Pack", kind="daily", at=time(8), zone="UTC", starts_on=date(2026, 1, 1)),
        recipients=Recipients((reader,), ("exec@outside.example",)),
        by=head,
        at=datetime(2026, 11, 22, tzinfo=UTC),
    )
    worker = worker_process(LOG_LEVEL="INFO")
    run = request_run(schedule=schedule, purpose="now", by=head, at=timezone.now())

    def is_drawing():
        return ReportRun.objects.filter(pk=run.pk, state="working").exists()

    with held(ReportEdition):  # so that it cannot end before it is killed
        assert wait_until(is_drawing, seconds=120), worker.output
        worker.strike()
    worker.kill()
    run.refresh_from_db()
    assert run.state == "working"
    assert not OutgoingMail.objects.exists()
    worker = worker_process(LOG_LEVEL="INFO")

    def is_sent():
        app.send_task("reporting.sweep_runs")
        app.send_task("core.sweep_mail")
        return OutgoingMail.objects.filter(state="sent").count() == 2

    assert wait_until(is_sent, seconds=300, every=2), worker.output
    run.refresh_from_db()
    assert (run.state, run.tries) == ("done", 2)
    assert ReportEdition.objects.count() == 2, "inside and outside: one each, from the try that ended"
    assert ReportDelivery.objects.count() == 2
    assert OutgoingMail.objects.count() == 2
