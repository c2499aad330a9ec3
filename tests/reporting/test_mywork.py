"""My work: each role finds what waits for it, nobody else's, at a flat cost."""

from datetime import time, timedelta

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import Notification, OutgoingMail
from core.tasks import seal
from intake.actions.weightings import open_weighting, pairs_of, submit_judgements, withdraw_judge
from intake.models import Judge
from portfolio.models import Milestone, Project, StatusDecision, StatusUpdate
from reporting.collect.mywork import my_work_of
from reporting.models import ReportRun, ReportSchedule
from tests import factories


def work_of(user):
    return my_work_of(user, today=timezone.localdate(), at=timezone.now())


@pytest.fixture
def reporting(cast):
    """A calendar whose newest period is three days overdue, and the three projects report in it."""
    calendar = factories.calendar()
    period = factories.period(calendar, ends_on=timezone.localdate() - timedelta(days=8))
    for project in (cast.own, cast.other, cast.confidential):
        factories.duty(project, calendar)
    return period


def test_a_manager_finds_the_updates_they_owe(cast, reporting, signed_in):
    owed = work_of(cast.project_manager).owed
    assert [(item.reference, item.days_late, item.draft) for item in owed] == [(cast.own.reference, 3, "")]
    page = signed_in(cast.project_manager).get("/").content.decode()
    assert "1 update is overdue" in page
    assert f"/portfolio/projects/{cast.own.reference}/updates/write/{reporting.pk}/" in page
    assert "Other project" not in page


def test_a_returned_update_says_so_and_a_submitted_one_is_gone(cast, reporting):
    update = factories.update(cast.own, reporting, state="returned")
    assert [item.draft for item in work_of(cast.project_manager).owed] == ["returned"]
    StatusUpdate.objects.filter(pk=update.pk).update(state="submitted", submitted_at=timezone.now())
    assert work_of(cast.project_manager).owed == []


def test_a_sponsor_who_reviews_elsewhere_does_not_read_what_is_not_published(cast, reporting):
    Project.objects.filter(pk=cast.confidential.pk).update(sponsor=cast.pmo_analyst)
    factories.update(cast.confidential, reporting, state="submitted", submitted_at=timezone.now(), submitted_by=cast.director)
    assert work_of(cast.pmo_analyst).queue == []


def test_a_mail_with_a_sign_in_link_that_failed_is_not_for_those_who_look_after_mail(cast):
    factories.mail(is_secret=True)
    OutgoingMail.objects.update(state="failed", error="Refused")
    assert work_of(cast.pmo_analyst).mails == []
    assert len(work_of(cast.administrator).mails) == 1


def test_a_reviewer_finds_the_queue_but_not_what_they_submitted_themselves(cast, reporting):
    factories.update(cast.own, reporting, state="submitted", submitted_at=timezone.now(), submitted_by=cast.project_manager)
    factories.update(cast.other, reporting, state="submitted", submitted_at=timezone.now(), submitted_by=cast.pmo_analyst)
    found = work_of(cast.pmo_analyst)
    assert [update.title for update in found.queue] == ["Own project"]
    assert found.queue_count == 1
    assert work_of(cast.pmo_head).queue_count == 2
    assert work_of(cast.sponsor).queue == []


def test_overdue_updates_by_manager_leave_confidential_projects_out(cast, reporting):
    found = work_of(cast.pmo_head)
    assert found.late_by_manager == [("Project Manager", 1, 3), ("Director", 1, 3)] or found.late_by_manager == [
        ("Director", 1, 3),
        ("Project Manager", 1, 3),
    ]
    assert found.late_count == 2


def test_a_sponsor_finds_decisions_and_their_projects(cast):
    update = factories.update(cast.own, state="submitted", overall="red")
    StatusDecision.objects.create(update=update, text="Release the reserve", due_on=timezone.localdate())
    other = factories.update(cast.other, state="submitted")
    StatusDecision.objects.create(update=other, text="Not theirs")
    for made in (update, other):
        now = timezone.now()
        StatusUpdate.objects.filter(pk=made.pk).update(state="published", published_at=now, effective_at=now)
        Project.objects.filter(pk=made.project_id).update(current_update=made)
    found = work_of(cast.sponsor)
    assert [decision.text for decision in found.decisions] == ["Release the reserve"]
    assert [project.title for project in found.projects] == ["Own project"]


def test_what_turned_red_counts_only_when_it_was_not_red_before(cast):
    earlier = timezone.now() - timedelta(days=30)
    period, last = factories.period(), factories.period(ends_on=timezone.localdate() - timedelta(days=30))
    for project, before in ((cast.own, "green"), (cast.other, "red"), (cast.confidential, "green")):
        factories.update(project, last, overall=before, published_at=earlier, effective_at=earlier)
        factories.update(project, period, overall="red")
    assert [project.title for project in work_of(cast.board_member).turned_red] == ["Own project"]
    assert work_of(cast.project_manager).turned_red == []


def test_milestones_missed_and_soon_on_own_projects(cast):
    today = timezone.localdate()
    for title, days in (("Missed", -2), ("Soon", 10), ("Far", 90)):
        Milestone.objects.create(project=cast.own, title=title, planned_on=today + timedelta(days=days))
    Milestone.objects.create(project=cast.other, title="Theirs", planned_on=today)
    assert [milestone.title for milestone in work_of(cast.project_manager).milestones] == ["Missed", "Soon"]


def test_an_administrator_finds_locked_sign_ins(cast, settings):
    AccessAttempt.objects.create(
        username="locked@example.org", ip_address="127.0.0.1", failures_since_start=settings.AXES_FAILURE_LIMIT,
        user_agent="", get_data="", post_data="", http_accept="", path_info="",
    )  # fmt: skip
    assert [attempt.username for attempt in work_of(cast.administrator).locked] == ["locked@example.org"]
    assert work_of(cast.pmo_head).locked == []


def test_an_administrator_reads_that_the_history_could_not_be_sealed_until_it_is(cast, client, monkeypatch):
    def locked(**_moment):
        raise RuntimeError("could not open the events of milestones")

    monkeypatch.setattr("core.tasks.seal_history", locked)
    for _run in range(2):
        with pytest.raises(RuntimeError):
            seal()
    (trouble,) = work_of(cast.administrator).history
    assert (trouble.kind, trouble.times) == ("sealing", 2)
    assert work_of(cast.pmo_head).history == []
    client.force_login(cast.administrator)
    page = client.get("/").content.decode()
    for words in ("The history could not be sealed.", "2 runs failed", "could not open the events of milestones"):
        assert words in page
    assert list(client.get("/readyz").json()["notes"]) == ["history, sealing"]
    (line,) = client.get("/api/v1/reporting/my-work/").json()["history"]
    assert line["reason"] == "RuntimeError: could not open the events of milestones"
    monkeypatch.undo()
    seal()
    assert work_of(cast.administrator).history == []
    assert "notes" not in client.get("/readyz").json()


def a_schedule(name, by, **fields):
    fields = {"at": time(8), "zone": "UTC", "weekday": 0, "starts_on": timezone.localdate()} | fields
    return ReportSchedule.objects.create(name=name, owner=by, **fields)


def a_run(schedule, days, state, **fields):
    made = timezone.now() - timedelta(days=days)
    return ReportRun.objects.create(
        schedule=schedule, due_at=made, created_at=made, next_try_at=made, state=state,
        error="The disk is full." if state == "failed" else "", **fields,
    )  # fmt: skip


@pytest.mark.parametrize("role", ["administrator", "pmo_analyst"])
def test_reports_that_failed_or_stopped_are_told_to_the_office(cast, signed_in, role):
    broken, mended = a_schedule("Broken report", cast.pmo_head), a_schedule("Mended report", cast.pmo_head)
    a_run(broken, 9, "failed")
    last = a_run(broken, 2, "failed")
    a_run(broken, 1, "failed", purpose="preview")
    a_run(mended, 2, "failed")
    a_run(mended, 1, "done")
    a_schedule("Stopped report", cast.pmo_head, paused_at=timezone.now(), paused_reason="Failed five times in a row.")
    a_schedule("Secret report", cast.pmo_head, paused_at=timezone.now(), project=cast.confidential)
    found = work_of(cast.people[role]).reports
    assert {schedule.name: schedule.failed_run for schedule in found} == {"Broken report": last.pk, "Stopped report": None}
    page = signed_in(cast.people[role]).get("/").content.decode()
    assert "Reports that failed or are paused" in page
    assert "The disk is full." in page
    assert f"/reports/archive/{last.pk}/" in page
    assert "Failed five times in a row." in page
    assert "1 report failed, 1 report is paused" in page
    assert "Mended report" not in page
    assert "Secret report" not in page
    for other in ("project_manager", "board_member", "stranger"):
        assert "Broken report" not in signed_in(cast.people[other]).get("/").content.decode()


def test_what_is_new_is_the_readers_own(cast):
    Notification.objects.create(user=cast.sponsor, key="a", text="You were mentioned", url="/")
    assert [item.text for item in work_of(cast.sponsor).notifications] == ["You were mentioned"]
    assert work_of(cast.pmo_head).notifications == []


def test_somebody_without_any_task_is_told_where_to_go(cast, signed_in):
    for person, where in ((cast.requester, "/intake/requests/new/"), (cast.auditor, "/reports/overview/")):
        page = signed_in(person).get("/").content.decode()
        assert "Nothing is waiting for you" in page
        assert where in page


@pytest.mark.parametrize("role", ["project_manager", "sponsor", "pmo_head", "administrator", "auditor", "stranger"])
def test_nobody_reads_of_the_confidential_project(cast, reporting, signed_in, role):
    factories.update(cast.confidential, reporting, state="submitted", submitted_at=timezone.now())
    assert "Zanzibar" not in signed_in(cast.people[role]).get("/").content.decode()


@pytest.mark.parametrize("role", ["project_manager", "pmo_head", "administrator"])
def test_the_page_costs_the_same_at_any_size(cast, reporting, signed_in, role):
    client = signed_in(cast.people[role])

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        return len(queries)

    def grow(count: int) -> None:
        for _ in range(count):
            project = factories.project(manager=cast.project_manager, sponsor=cast.sponsor)
            factories.duty(project, reporting.calendar)
            factories.update(project, overall="red")
            Milestone.objects.create(project=project, title="Open", planned_on=timezone.localdate())
            waiting = factories.project()
            factories.update(waiting, reporting, state="submitted", submitted_at=timezone.now())

    grow(4)
    cost()
    few = cost()
    grow(20)
    assert cost() == few <= 15


def test_a_sponsor_is_told_of_overdue_milestones_at_once(cast, signed_in):
    for number in range(12):
        Milestone.objects.create(
            project=cast.own, title=f"Gate {number}", planned_on=timezone.localdate() - timedelta(days=number)
        )
    page = signed_in(cast.sponsor).get(reverse("home")).content.decode()
    assert "11 milestones are overdue" in page
    assert "Nothing is waiting for you" not in page


def test_a_judge_finds_the_criteria_to_compare_until_it_is_done(cast, signed_in):
    draft = factories.scoring_version({"fit": 1, "benefit": 1, "risk": 1}, published=False)
    judge, other = factories.user(name="Judge One"), factories.user(name="Judge Two")
    made = open_weighting(
        draft, name="Weights 2027", judges=[judge, other], due_on=timezone.localdate(), by=cast.pmo_head, at=timezone.now()
    )
    (chore,) = work_of(judge).chores
    assert (chore.kind, chore.title, chore.count) == ("compare", "Weights 2027", 1)
    page = signed_in(judge).get("/").content.decode()
    assert "Criteria to compare in pairs" in page
    assert signed_in(judge).get(chore.url).status_code == 200
    seat = Judge.objects.get(user=judge)
    submit_judgements(seat, answers=dict.fromkeys(pairs_of(made), 0), version=None, at=timezone.now())
    withdraw_judge(Judge.objects.get(user=other), at=timezone.now())
    assert [work_of(person).chores for person in (judge, other)] == [[], []]
