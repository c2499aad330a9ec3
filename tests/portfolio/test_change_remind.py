"""A change that waits: reminded of once before its day, escalated once after it; nobody who cannot see it is told."""

import threading
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from core.models import Notification, OutgoingMail
from portfolio.actions.change_reminders import send_change_reminders
from portfolio.actions.changes import decide_change, submit_change, vote_change
from portfolio.actions.raid import move_entry
from portfolio.models import ApprovalDelegation, Entry
from portfolio.tasks import sweep_reminders
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def submitted(cast: Cast, **values: Any) -> Entry:
    values = {"reason": "So.", "cost_change": Decimal(30_000)} | values
    entry = factories.entry("change", cast.own, "Deeper piles", by=cast.project_manager, **values)
    return submit_change(entry, by=cast.project_manager, at=timezone.now())


def mails(subject: str) -> set[str]:
    return set(OutgoingMail.objects.filter(subject__startswith=subject).values_list("to_address", flat=True))


def test_it_is_reminded_of_and_escalated_once_each(cast: Cast) -> None:
    entry = submitted(cast)  # medium: ten days
    assert entry.due_on is not None
    noon = timezone.make_aware(datetime.combine(entry.due_on - timedelta(days=10), time(12)))
    story: dict[int, int] = {}
    for day in range(14):
        for hour in (0, 3):
            told = send_change_reminders(at=noon + timedelta(days=day, hours=hour))
            if told:
                story[day] = story.get(day, 0) + told
    assert story == {8: 1, 11: 1}
    assert mails("To be decided by") == {cast.sponsor.email}
    assert mails("Not decided by") == {cast.sponsor.email, cast.project_manager.email, cast.pmo_head.email}
    assert Notification.objects.filter(user=cast.pmo_head, url__contains=entry.reference).count() == 1
    body = OutgoingMail.objects.filter(subject__startswith="Not decided by").first()
    assert body is not None
    assert "It waits for: Sponsor." in body.text


def test_who_voted_is_not_reminded_and_delegates_are(cast: Cast) -> None:
    today = timezone.localdate()
    people = [factories.user("board_member", name=f"Board {letter}") for letter in "AB"]
    delegate = factories.user("pmo_analyst", name="Deputy")
    ApprovalDelegation.objects.create(user=people[1], delegate=delegate, starts_on=today, ends_on=today + timedelta(days=40))
    # Somebody who does not see the project is not told of it, even as a delegate.
    ApprovalDelegation.objects.create(
        user=people[1], delegate=cast.stranger, starts_on=today, ends_on=today + timedelta(days=40)
    )
    entry = submitted(cast, finish_change=90)
    vote_change(entry, choice="abstain", by=people[0], at=timezone.now())
    send_change_reminders(at=timezone.now() + timedelta(days=14))
    assert mails("To be decided by") == {people[1].email, delegate.email, cast.board_member.email, cast.pmo_head.email}


def test_nothing_is_said_of_what_is_decided_or_taken_back(cast: Cast) -> None:
    decided, taken = submitted(cast), submitted(cast)
    decide_change(decided, verb="reject", reason="No.", by=cast.sponsor, at=timezone.now())
    move_entry(taken, "recall", reason="Later.", by=cast.project_manager, at=timezone.now())
    assert send_change_reminders(at=timezone.now() + timedelta(days=40)) == 0
    # Submitted again it is a new event.
    again = submit_change(Entry.objects.get(pk=taken.pk), by=cast.project_manager, at=timezone.now())
    assert again.change.reminded_at is None
    assert send_change_reminders(at=timezone.now() + timedelta(days=9)) == 1


def test_a_confidential_change_is_escalated_only_to_who_sees_it(cast: Cast) -> None:
    submitted(cast, is_confidential=True)
    send_change_reminders(at=timezone.now() + timedelta(days=20))
    assert mails("Not decided by") == {cast.sponsor.email, cast.project_manager.email}


def test_the_sweep_runs_it(cast: Cast) -> None:
    entry = submitted(cast)
    Entry.objects.filter(pk=entry.pk).update(due_on=timezone.localdate())
    told = sweep_reminders()
    assert told in (0, 1)  # nobody is mailed in the night


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_the_same_moment_tell_once() -> None:
    manager, sponsor = factories.user(), factories.user()
    project = factories.project(manager=manager, sponsor=sponsor)
    entry = factories.entry("change", project, by=manager, reason="So.", cost_change=Decimal(30_000))
    submit_change(entry, by=manager, at=timezone.now())
    at, line, told = timezone.now() + timedelta(days=9), threading.Barrier(4), []

    def sweep() -> None:
        try:
            line.wait(60)
            told.append(send_change_reminders(at=at))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sum(told) == 1
    assert mails("To be decided by") == {sponsor.email}
