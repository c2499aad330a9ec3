"""Rights are taken away at random between a report's due time and its delivery: nobody gets what they lost.

`ENDURANCE_ROUNDS=200` is what `make bench ARGS="--only endurance"` asks for; the suite runs a few.
"""

import os
import random
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import RoleGrant, User
from core.actions.mail import send_due_mail
from core.models import OutgoingMail
from portfolio.models import Membership, Project
from reporting.actions.runs import work_on_runs
from reporting.actions.schedules import Recipients, create_schedule, request_run
from reporting.models import ReportDelivery, ReportRecipient, ReportSchedule
from tests import factories

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
ROUNDS = int(os.environ.get("ENDURANCE_ROUNDS", "9"))
OUTSIDE = "exec@outside.example"


@pytest.fixture
def office():
    """Readers who see the six projects in different ways, and a schedule that sends to all of them."""
    unit, other = factories.unit("Rail"), factories.unit("Roads")
    folder = factories.portfolio("Transformation")
    everywhere, local, sponsor, member, named = (factories.user() for _ in range(5))
    RoleGrant.objects.create(user=everywhere, role="board_member")
    RoleGrant.objects.create(user=local, role="board_member", unit=unit)
    projects = [factories.project(f"Project {n}", unit=unit if n % 2 else other) for n in range(6)]
    Project.objects.filter(pk__in=[projects[0].pk, projects[1].pk]).update(sponsor=sponsor)
    Project.objects.filter(pk__in=[projects[2].pk, projects[3].pk]).update(portfolio=folder)
    Project.objects.filter(pk=projects[5].pk).update(is_confidential=True)
    factories.member(member, "board_member", portfolio=folder)
    factories.member(named, "project_manager", project=projects[5])
    factories.member(named, "project_manager", project=projects[4])
    head = factories.user("pmo_head")
    factories.member(head, "project_manager", project=projects[5])
    schedule = create_schedule(
        schedule=ReportSchedule(name="Board report", kind="daily", at=time(8), zone="UTC", starts_on=date(2026, 1, 1)),
        recipients=Recipients((everywhere, local, sponsor, member, named), (OUTSIDE,)),
        by=head,
        at=datetime(2026, 11, 22, tzinfo=UTC),
    )
    return schedule, [everywhere, local, sponsor, member, named]


def take_something_away(chance, people):
    """One random change that narrows what somebody may see or get; returns its name."""
    person, project = chance.choice(people), chance.choice(list(Project.objects.all()))
    changes = {
        "role removed": lambda: RoleGrant.objects.filter(user=person).delete(),
        "role ended": lambda: RoleGrant.objects.filter(user=person).update(ends_on=timezone.localdate() - timedelta(days=1)),
        "membership removed": lambda: Membership.objects.filter(user=person).delete(),
        "membership ended": lambda: Membership.objects.filter(user=person).update(
            ends_on=timezone.localdate() - timedelta(days=1)
        ),
        "sponsor changed": lambda: Project.objects.filter(pk=project.pk).update(sponsor=None),
        "made confidential": lambda: Project.objects.filter(pk=project.pk).update(is_confidential=True),
        "moved to another unit": lambda: Project.objects.filter(pk=project.pk).update(unit=None),
        "taken out of the portfolio": lambda: Project.objects.filter(pk=project.pk).update(portfolio=None),
        "person disabled": lambda: User.objects.filter(pk=person.pk).update(is_active=False),
        "recipient removed": lambda: ReportRecipient.objects.filter(user=person).delete(),
    }
    name = chance.choice(sorted(changes))
    changes[name]()
    return name


def visible_now(user):
    """What the recipient may see at this moment; None is the address outside."""
    if user is None:
        return set(Project.objects.filter(is_confidential=False).values_list("pk", flat=True))
    person = User.objects.get(pk=user.pk)
    return set(Project.objects.visible_to(person).values_list("pk", flat=True)) if person.is_active else set()


def test_nobody_gets_what_they_lost_before_it_was_sent(office):
    schedule, people = office
    chance = random.Random(20261122)
    moments, sent, stopped = Counter(), 0, 0
    for number in range(ROUNDS):
        moment = chance.choice(["before it is made", "while it is drawn", "before it is sent"])
        with transaction.atomic():
            asked = 0

            def clock():
                nonlocal asked
                asked += 1
                if asked == 2 and moment == "while it is drawn":  # noqa: B023 - asked again when the pages are there
                    take_something_away(chance, people)
                return timezone.now()

            request_run(schedule=schedule, purpose="now", by=schedule.owner, at=timezone.now())
            if moment == "before it is made":
                take_something_away(chance, people)
            getting = set(ReportRecipient.objects.values_list("user", flat=True))
            work_on_runs(clock=clock)
            if moment == "before it is made":
                assert set(ReportDelivery.objects.values_list("user", flat=True)) <= getting
            while OutgoingMail.objects.filter(state="queued").exists():
                if moment == "before it is sent":
                    take_something_away(chance, people)
                (mail,) = OutgoingMail.objects.due(timezone.now())[:1]
                send_due_mail(clock=timezone.now, limit=1)
                mail.refresh_from_db()
                delivery = ReportDelivery.objects.get(mail=mail)
                if mail.state == "sent":
                    assert set(delivery.edition.project_ids) <= visible_now(delivery.user), (number, moment)
                    sent += 1
                else:
                    assert mail.state == "failed"
                    assert not set(delivery.edition.project_ids) <= visible_now(delivery.user), "stopped without need"
                    stopped += 1
            stopped += ReportDelivery.objects.exclude(refusal="").count()
            moments[moment] += 1
            transaction.set_rollback(True)
    print(f"{ROUNDS} random revokes ({dict(moments)}): {sent} mails sent, {stopped} stopped, 0 with anything lost before")  # noqa: T201
    assert sent > ROUNDS
    assert stopped > ROUNDS / 4
