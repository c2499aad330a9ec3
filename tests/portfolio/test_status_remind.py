"""Reminders before, on and after the due day, escalation; each once, one mail a person and day."""

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import OutgoingMail
from portfolio.actions import status as actions
from portfolio.actions.reminders import send_reminders, send_review_digest
from portfolio.models import ReportingPeriod, StatusReminder
from tests import factories

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 5)


def at(day: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


def november(**fields: Any) -> ReportingPeriod:
    """A month due on 5 December: remind 2 days before, escalate 3 days after."""
    calendar = factories.calendar(remind_days_before=2, escalate_days_after=3)
    return factories.period(calendar, ends_on=date(2026, 11, 30), label="November 2026", **fields)


def mails() -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.order_by("pk").values_list("to_address", "subject"))


def test_each_reminder_goes_out_once_on_its_day() -> None:
    head, manager, sponsor = factories.user("pmo_head"), factories.user(), factories.user()
    project = factories.project("Bridge", manager=manager, sponsor=sponsor)
    period = november()
    factories.duty(project, period.calendar)
    story: dict[int, list[tuple[str, str]]] = {}
    for offset in range(-4, 8):
        before = len(mails())
        for hour in (8, 9, 15):
            send_reminders(at=at(DUE + timedelta(days=offset), hour))
        story[offset] = mails()[before:]
    assert {offset: sent for offset, sent in story.items() if sent} == {
        -2: [(manager.email, "1 status update is due soon")],
        0: [(manager.email, "1 status update is due today")],
        1: [(manager.email, "1 status update is overdue")],
        3: [(sponsor.email, "1 project has not reported"), (head.email, "1 project has not reported")],
    }
    assert list(StatusReminder.objects.order_by("pk").values_list("kind", flat=True)) == ["before", "due", "after", "escalated"]


def test_one_mail_a_day_lists_all_projects() -> None:
    manager = factories.user()
    period = november()
    for title in ("Bridge", "Tunnel"):
        factories.duty(factories.project(title, manager=manager), period.calendar)
    send_reminders(at=at(DUE))
    mail = OutgoingMail.objects.get()
    assert mail.subject == "2 status updates are due, the first today"
    for body in (mail.text, mail.html):
        assert "Bridge" in body
        assert "Tunnel" in body
        assert "You get this because you write the status updates" in body
    # A project that joins later in the day does not bring a second mail.
    factories.duty(factories.project("Late", manager=manager), period.calendar)
    send_reminders(at=at(DUE, 16))
    assert OutgoingMail.objects.count() == 1


def test_nobody_is_reminded_of_what_is_submitted_or_of_projects_at_rest() -> None:
    manager = factories.user()
    period = november()
    done, resting = factories.project(manager=manager), factories.project(manager=manager, phase="closed")
    for project in (done, resting):
        factories.duty(project, period.calendar)
    factories.update(done, period, state="submitted")
    assert send_reminders(at=at(DUE)) == 0


def test_head_does_not_hear_of_confidential_projects_and_the_inactive_hear_nothing() -> None:
    factories.user("pmo_head")
    gone, sponsor = factories.user(is_active=False), factories.user()
    period = november()
    factories.duty(factories.project("Zanzibar", manager=gone, sponsor=sponsor, is_confidential=True), period.calendar)
    send_reminders(at=at(DUE + timedelta(days=3)))
    assert [address for address, _subject in mails()] == [sponsor.email]


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_send_one() -> None:
    period = november()
    factories.duty(factories.project(manager=factories.user()), period.calendar)
    ready = threading.Barrier(4)
    sent: list[int] = []

    def sweep() -> None:
        try:
            ready.wait()
            sent.append(send_reminders(at=at(DUE)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == [0, 0, 0, 1]
    assert OutgoingMail.objects.count() == 1
    assert StatusReminder.objects.count() == 1


def test_reviewers_get_one_digest_a_day() -> None:
    analyst, writer = factories.user("pmo_analyst"), factories.user()
    now = at(DUE)
    for title in ("Bridge", "Tunnel"):
        factories.update(factories.project(title), state="submitted", submitted_by=writer, submitted_at=now)
    factories.update(factories.project("Zanzibar", is_confidential=True), state="submitted", submitted_at=now)
    assert send_review_digest(at=now) == 1
    assert send_review_digest(at=now + timedelta(hours=3)) == 0
    mail = OutgoingMail.objects.get()
    assert (mail.to_address, mail.subject) == (analyst.email, "2 status updates wait for review")
    assert "Zanzibar" not in mail.text + mail.html
    assert send_review_digest(at=now + timedelta(days=2)) == 0  # nothing new: nothing to say


def test_returned_update_is_mailed_to_its_writer() -> None:
    writer, analyst = factories.user(), factories.user("pmo_analyst")
    update = factories.update(factories.project("Bridge"), state="submitted", submitted_by=writer)
    actions.return_update(update=update, comment="Say <why>.", by=analyst, at=timezone.now())
    mail = OutgoingMail.objects.get()
    assert (mail.to_address, mail.subject[:8]) == (writer.email, "Returned")
    assert "Say <why>." in mail.text
    assert "Say &lt;why&gt;." in mail.html


@pytest.mark.parametrize("number", [1, 10])
def test_query_count_does_not_grow_with_projects_of_one_writer(number: int) -> None:
    manager = factories.user()
    period = november()
    for _ in range(number):
        factories.duty(factories.project(manager=manager), period.calendar)
    with CaptureQueriesContext(connection) as queries:
        send_reminders(at=at(DUE))
    assert len(queries) <= 14, [query["sql"][:100] for query in queries]
