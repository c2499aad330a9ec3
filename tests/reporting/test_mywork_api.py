"""My work through the API: each line of the page, for the same reader, with its address and its day."""

from datetime import timedelta
from html import unescape

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone

from core.models import Notification, OutgoingMail
from core.models.imports import ImportJob
from portfolio.models import Milestone, Project
from reporting.collect.mywork import my_work_of
from tests import factories

API = "/api/v1/reporting/my-work/"
PARTS = {
    "owed", "queue", "tasks", "chores", "decisions", "projects", "requests", "turned_red", "milestones", "notifications",
    "late_by_manager", "imports", "mails", "reports", "locked", "history",
}  # fmt: skip


@pytest.fixture
def busy(cast):
    """Something waits for everybody."""
    today, now = timezone.localdate(), timezone.now()
    calendar = factories.calendar()
    period = factories.period(calendar, ends_on=today - timedelta(days=8))
    for project in (cast.own, cast.other):
        factories.duty(project, calendar)
    earlier = factories.period(calendar, ends_on=today - timedelta(days=40))
    factories.update(cast.other, earlier, overall="green", effective_at=now - timedelta(days=35))
    factories.update(cast.other, period, overall="red", decisions=["Which bank?"])
    Project.objects.filter(pk=cast.other.pk).update(sponsor=cast.pmo_head)
    Milestone.objects.create(project=cast.other, title="Roof & walls", planned_on=today + timedelta(days=3))
    Milestone.objects.create(project=cast.own, title="Late one", planned_on=today - timedelta(days=3))
    factories.entry("action", cast.own, "Call the bank", owner=cast.project_manager, due_on=today - timedelta(days=1))
    factories.entry("action", cast.confidential, "Zanzibar", owner=cast.director)
    for state in ("draft", "needs_information", "screening"):
        factories.request(f"Asked {state}", by=cast.requester, state=state)
    Notification.objects.create(user=cast.requester, key="one", text="Look here", url="/somewhere/", created_at=now)
    ImportJob.objects.filter(pk=factories.import_job(by=cast.pmo_head).pk).update(state="previewed")
    private = factories.import_job(by=cast.pmo_head)
    ImportJob.objects.filter(pk=private.pk).update(
        state="previewed", target="status-updates", name="Private to who started it.csv"
    )
    OutgoingMail.objects.filter(pk=factories.mail().pk).update(state="failed", error="Refused")
    AccessAttempt.objects.create(
        username="x@example.org", ip_address="10.0.0.9", user_agent="", failures_since_start=settings.AXES_FAILURE_LIMIT, attempt_time=now
    )  # fmt: skip


@pytest.mark.parametrize("role", ["project_manager", "pmo_head", "administrator", "requester", "stranger"])
def test_each_line_of_the_page_with_its_address_and_day(cast, busy, signed_in, role):
    client, person = signed_in(getattr(cast, role)), getattr(cast, role)
    page, told = unescape(client.get("/").content.decode()), client.get(API).json()
    work = my_work_of(person, today=timezone.localdate(), at=timezone.now())
    assert told["summary"] in page
    for part in PARTS:
        assert len(told[part]) == len(getattr(work, part)), part
        for line in told[part]:
            assert line["title"] in page, (part, line)
            assert f'href="{line["url"]}"' in page or part == "owed", (part, line)
    assert [line["due_on"] for line in told["owed"]] == [one.due_on.isoformat() for one in work.owed]
    assert all(line["due_on"] for part in ("owed", "milestones") for line in told[part])
    filled = {
        "project_manager": {"owed", "projects", "tasks", "milestones"},
        "pmo_head": {"late_by_manager", "turned_red", "decisions", "projects", "milestones", "imports", "mails"},
        "administrator": {"locked", "turned_red"},
        "requester": {"requests", "notifications"},
        "stranger": set(),
    }[role]
    assert filled <= {part for part in PARTS if told[part]}, {part: len(told[part]) for part in PARTS}
    assert "Zanzibar" not in str(told)
    assert ("Private to" in page, "Private to" in str(told)) == (role == "pmo_head", role == "pmo_head")
