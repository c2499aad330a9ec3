"""From a schedule to inboxes: once, to the right people, with the right projects."""

import io
import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from accounts.models import RoleGrant
from core.actions.mail import send_due_mail
from core.models import OutgoingMail
from core.pdf.check import check
from portfolio.models import Objective, Project, ProjectObjective, StatusDecision, StatusUpdate
from reporting.actions.runs import WAITS, claim_run, make_run, recover_runs, work_on_runs
from reporting.actions.schedules import Recipients, RunExists, create_schedule, dispatch_due, request_run, resume_schedule
from reporting.formulas.snapshot import from_data
from reporting.models import ReportDelivery, ReportEdition, ReportRun, ReportSchedule
from tests import factories
from tests.app_role import app_role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday


def scheduled(by, *users, addresses=(), **fields):
    fields = {
        "name": "Board report", "kind": "weekly", "weekday": 0, "at": time(8), "zone": "UTC", "starts_on": date(2026, 11, 1),
    } | fields  # fmt: skip
    return create_schedule(
        schedule=ReportSchedule(**fields), recipients=Recipients(users, tuple(addresses)), by=by, at=NOW - timedelta(days=2)
    )


def published(project, *decisions, **fields):
    """A published update; its decisions are written before it is frozen."""
    update = factories.update(project, fields.pop("period", None), state="draft", **fields)
    for decision in decisions:
        StatusDecision.objects.create(update=update, **decision)
    now = timezone.now()
    StatusUpdate.objects.filter(pk=update.pk).update(state="published", published_at=now, effective_at=now)
    Project.objects.filter(pk=project.pk).update(current_update=update)


def run_all(at=NOW):
    dispatch_due(at)
    work_on_runs(clock=lambda: at)


def text_of(edition):
    import subprocess

    with default_storage.open(edition.file, "rb") as file:
        return subprocess.run(
            ["pdftotext", "-layout", "-", "-"], input=file.read(), capture_output=True, check=True
        ).stdout.decode()


def titles(address):
    delivery = ReportDelivery.objects.get(address=address)
    return {sheet.title for sheet in from_data(delivery.edition.snapshot).sheets}


def test_a_due_schedule_reaches_an_inbox_with_a_tagged_pdf(cast, smtp_server):
    decision = {"text": "Replace the supplier", "decider": "Board", "due_on": date(2026, 12, 1)}
    published(cast.own, decision, overall="red", summary="The supplier has **failed**.")
    scheduled(cast.pmo_head, cast.board_member, addresses=["exec@outside.example"])
    with app_role():  # beat and worker may connect as a role that owns no table
        run_all()
        send_due_mail(clock=lambda: NOW + timedelta(minutes=1))
    run = ReportRun.objects.get()
    assert (run.state, run.error) == ("done", "")
    assert sorted(smtp_server.recipients) == sorted([[cast.board_member.email], ["exec@outside.example"]])
    message = smtp_server.messages[0]
    assert message["Subject"] == "Board report, week 48, 2026: 1 red, 1 decision due"
    for body in (message.get_body(("plain",)).get_content(), message.get_body(("html",)).get_content()):
        assert "Replace the supplier" in body
        assert "put you on the report" in body
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "Board report 2026-11-23.pdf"
    findings = check(io.BytesIO(attachment.get_payload(decode=True)))
    assert findings.problems == []
    text = text_of(run.editions.first())
    assert "Page 1 of" in text
    assert "The supplier has failed." in text
    assert {delivery.mail.state for delivery in run.deliveries.all()} == {"sent"}


def test_the_next_date_moves_on_and_the_same_moment_is_dispatched_once(cast):
    schedule = scheduled(cast.pmo_head, cast.board_member)
    assert len(dispatch_due(NOW)) == 1
    assert dispatch_due(NOW) == []
    assert dispatch_due(NOW + timedelta(days=1)) == []
    schedule.refresh_from_db()
    assert schedule.next_due_at == NOW + timedelta(days=7)
    assert ReportRun.objects.get().due_at == NOW


def test_after_downtime_one_run_for_the_latest_missed_instant(cast, smtp_server):
    schedule = scheduled(cast.pmo_head, cast.board_member, kind="daily", weekday=None)
    dispatch_due(NOW + timedelta(days=5, hours=3))
    run = ReportRun.objects.get()
    assert run.due_at == NOW + timedelta(days=5)
    assert run.passed_over == 6
    schedule.refresh_from_db()
    assert schedule.next_due_at == NOW + timedelta(days=6)
    work_on_runs(clock=lambda: NOW + timedelta(days=5, hours=3))
    assert "6 earlier reports were not sent" in OutgoingMail.objects.get().text


def test_a_clock_that_is_set_back_makes_no_second_run(cast):
    scheduled(cast.pmo_head, cast.board_member)
    dispatch_due(NOW)
    ReportSchedule.objects.update(next_due_at=NOW)  # as an old copy of the row would
    assert dispatch_due(NOW) == []
    assert ReportRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_dispatchers_and_workers_at_once_send_once(request, smtp_server):
    cast = request.getfixturevalue("cast")
    for number in range(4):
        scheduled(cast.pmo_head, cast.board_member, name=f"Report {number}")
    barrier = threading.Barrier(4)

    def work():
        barrier.wait()
        run_all()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work_on_runs(clock=lambda: NOW)
    assert ReportRun.objects.filter(state="done").count() == 4
    assert ReportDelivery.objects.count() == 4
    assert OutgoingMail.objects.count() == 4


# --- who gets what


def test_each_reader_gets_what_they_may_see(cast, smtp_server):
    scheduled(cast.pmo_head, cast.board_member, cast.sponsor, cast.director, cast.stranger, addresses=["exec@outside.example"])
    run_all()
    everybody = {"Own project", "Other project"}
    assert titles(cast.board_member.email) == everybody
    assert titles("exec@outside.example") == everybody
    assert titles(cast.sponsor.email) == {"Own project"}
    # The owner may not see the confidential project: nobody gets it, not even who may.
    assert titles(cast.director.email) == {"Other project"}
    refused = ReportDelivery.objects.get(address=cast.stranger.email)
    assert "none of the projects" in refused.refusal
    assert refused.mail is None
    assert "Zanzibar" not in "".join(str(edition.snapshot) + text_of(edition) for edition in ReportEdition.objects.all())


def test_a_confidential_project_goes_only_to_those_named_on_it(cast, smtp_server):
    RoleGrant.objects.create(user=cast.director, role="pmo_head")
    scheduled(cast.director, cast.director, cast.board_member, addresses=["exec@outside.example"])
    run_all()
    assert "Zanzibar canary" in titles(cast.director.email)
    assert "Zanzibar canary" not in titles(cast.board_member.email) | titles("exec@outside.example")
    assert OutgoingMail.objects.get(to_address=cast.director.email).is_confidential


def test_an_address_of_somebody_here_is_that_person(cast):
    scheduled(cast.pmo_head, addresses=[cast.stranger.email.upper()])
    run_all()
    assert "none of the projects" in ReportDelivery.objects.get().refusal


def test_sponsors_by_role_get_one_message_each(cast):
    Project.objects.filter(pk=cast.other.pk).update(sponsor=cast.sponsor)
    scheduled(cast.pmo_head, cast.sponsor, roles=["sponsors", "managers"])
    run_all()
    assert sorted(ReportDelivery.objects.values_list("address", flat=True)) == sorted(
        [cast.sponsor.email, cast.project_manager.email, cast.director.email]
    )
    assert titles(cast.project_manager.email) == {"Own project"}


def test_one_pagers_by_role_hold_the_own_projects(cast):
    RoleGrant.objects.create(user=cast.sponsor, role="board_member")  # may see all
    scheduled(cast.pmo_head, report="one_pager", roles=["sponsors"])
    run_all()
    assert titles(cast.sponsor.email) == {"Own project"}
    assert ReportEdition.objects.get().pages == 1


def test_an_owner_who_left_or_lost_the_right_sends_nothing(cast):
    schedule = scheduled(cast.pmo_head, cast.board_member)
    cast.pmo_head.role_grants.all().delete()
    run_all()
    run = ReportRun.objects.get()
    assert run.state == "failed"
    assert "may not send reports any more" in run.error
    cast.pmo_head.is_active = False
    cast.pmo_head.save()
    run_all(NOW + timedelta(days=7))
    assert "has no access any more" in ReportRun.objects.first().error
    assert not OutgoingMail.objects.exists()
    schedule.refresh_from_db()
    assert schedule.failures == 2


def test_rights_lost_while_the_report_was_made_stop_the_delivery(cast, monkeypatch):
    from reporting import render

    scheduled(cast.pmo_head, cast.sponsor)
    draw = render.render

    def slow(*args, **kwargs):
        Project.objects.filter(pk=cast.own.pk).update(sponsor=None)
        return draw(*args, **kwargs)

    monkeypatch.setattr(render, "render", slow)
    run_all()
    assert "Rights changed" in ReportDelivery.objects.get().refusal
    assert not OutgoingMail.objects.exists()


# --- trouble


def test_five_failures_pause_the_schedule_and_tell_the_owner(cast):
    schedule = scheduled(cast.pmo_head, cast.board_member)
    Project.objects.update(archived_at=timezone.now())
    ReportSchedule.objects.update(project=cast.own)
    for week in range(6):
        run_all(NOW + timedelta(days=7 * week))
    schedule.refresh_from_db()
    assert schedule.paused_at
    assert "5 times" in schedule.paused_reason
    assert ReportRun.objects.count() == 5
    mail = OutgoingMail.objects.get()
    assert mail.to_address == cast.pmo_head.email
    assert "is paused" in mail.subject
    resume_schedule(schedule=schedule, by=cast.pmo_head, at=NOW + timedelta(days=60))
    schedule.refresh_from_db()
    assert (schedule.paused_at, schedule.failures) == (None, 0)
    assert schedule.next_due_at > NOW + timedelta(days=60)


def test_a_run_of_a_dead_worker_is_finished_once(cast):
    scheduled(cast.pmo_head, cast.board_member)
    dispatch_due(NOW)
    dead = claim_run(at=NOW)
    assert work_on_runs(clock=lambda: NOW) == 0
    assert recover_runs(at=NOW) == 1
    work_on_runs(clock=lambda: NOW)
    make_run(dead, clock=lambda: NOW)  # the dead one was only slow: its claim is gone
    assert ReportRun.objects.get().state == "done"
    assert OutgoingMail.objects.count() == 1
    assert ReportEdition.objects.count() == 1


def test_a_run_whose_workers_are_killed_again_and_again_waits_longer_and_ends_at_last(cast):
    scheduled(cast.pmo_head, cast.board_member)
    dispatch_due(NOW)
    at, waits = NOW, []
    while claim_run(at=at):
        assert recover_runs(at=at) == 1
        run = ReportRun.objects.get()
        waits.append(run.next_try_at - at)
        at = run.next_try_at
    assert run.state == "failed"
    assert run.tries == len(WAITS) + 1
    assert "killed 7 times" in run.error
    assert waits[:2] == [timedelta(0)] * 2
    assert timedelta(hours=1) < sum(waits, timedelta(0)) < timedelta(hours=3)


def test_changes_since_the_last_report_are_told(cast, smtp_server):
    factories.update(cast.own, overall="green")
    scheduled(cast.pmo_head, cast.board_member)
    run_all()
    published(cast.own, period=factories.period(ends_on=date(2026, 11, 29)), overall="red")
    Project.objects.filter(pk=cast.other.pk).update(forecast=2_000_000, budget=1_500_000)
    factories.project("Newcomer")
    run_all(NOW + timedelta(days=7))
    mail = OutgoingMail.objects.order_by("pk").last()
    assert mail.subject.endswith("1 turned red, 2 not up to date")
    assert "Green → Red" in mail.text
    assert "budget £500k up" in mail.text
    assert "Newcomer: new in this report" in mail.text


def test_a_test_goes_to_who_asked_and_a_preview_to_nobody(cast):
    schedule = scheduled(cast.pmo_head, cast.board_member)
    request_run(schedule=schedule, purpose="test", by=cast.pmo_analyst, at=NOW)
    request_run(schedule=schedule, purpose="preview", by=cast.pmo_analyst, at=NOW + timedelta(seconds=1))
    work_on_runs(clock=lambda: NOW + timedelta(seconds=2))
    mail = OutgoingMail.objects.get()
    assert mail.to_address == cast.pmo_analyst.email
    assert mail.subject.startswith("Test: ")
    assert ReportEdition.objects.count() == 2


def test_two_people_who_press_send_now_land_on_one_run(cast, client):
    schedule = scheduled(cast.pmo_head, cast.board_member)
    page = f"/reports/schedules/{schedule.pk}/"
    client.force_login(cast.pmo_head)
    assert 'name="seen" value="0"' in client.get(page).content.decode()
    first = client.post(f"{page}send/", {"seen": "0"})
    client.force_login(cast.pmo_analyst)
    second = client.post(f"{page}send/", {"seen": "0"}, follow=True)
    run = ReportRun.objects.get()
    assert (first.url, second.redirect_chain[0][0]) == (f"/reports/archive/{run.pk}/",) * 2
    assert f"{cast.pmo_head} has just asked for this report" in second.content.decode()
    # Also when the first one's is over by then: the second one's page did not know of it.
    work_on_runs(clock=timezone.now)
    client.post(f"{page}send/", {"seen": "0"})
    assert ReportRun.objects.count() == OutgoingMail.objects.count() == 1
    # Whoever has seen it and wants another gets another.
    assert f'name="seen" value="{run.pk}"' in client.get(page).content.decode()
    client.post(f"{page}send/", {"seen": run.pk})
    assert ReportRun.objects.count() == 2


def test_what_failed_can_be_sent_at_once(cast, client):
    schedule = scheduled(cast.pmo_head, cast.board_member)
    run = request_run(schedule=schedule, purpose="now", by=cast.pmo_head, at=NOW)
    ReportRun.objects.update(state="failed", error="No paper.")
    assert request_run(schedule=schedule, purpose="now", by=cast.pmo_head, at=NOW + timedelta(1), seen=0).pk != run.pk


@pytest.mark.django_db(transaction=True)
def test_presses_at_the_same_moment_are_one_run(cast):
    from django.db import connections

    schedule = scheduled(cast.pmo_head, cast.board_member)
    people, runs, there = [cast.pmo_head, cast.pmo_analyst] * 4, [], []
    line = threading.Barrier(len(people))

    def press(person):
        line.wait(60)
        try:
            runs.append(request_run(schedule=schedule, purpose="now", by=person, at=timezone.now(), seen=0).pk)
        except RunExists as error:
            there.append(error.run.pk)
        connections.close_all()

    threads = [threading.Thread(target=press, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs) == 1
    assert there == runs * (len(people) - 1)
    assert ReportRun.objects.count() == 1


def test_the_stored_snapshot_makes_the_same_pdf_again(cast):
    from reporting.formulas.changes import Changes
    from reporting.render import render

    factories.update(cast.own)
    scheduled(cast.pmo_head, cast.board_member)
    run_all()
    edition = ReportEdition.objects.get()
    again = render(from_data(edition.snapshot), Changes())
    assert again.sha256 == edition.sha256
    assert again.pages == edition.pages


def test_a_report_is_narrowed_by_sponsor_and_objective_as_the_overview_is(cast):
    from reporting.collect.overview_picture import Selection, narrowed, read_picture
    from reporting.collect.pack import collect, projects_in, scope_of

    growth, other = factories.user(name="Grace Growth"), factories.user()
    aim = Objective.objects.create(name="Cleaner rivers")
    for number, (sponsor, *aims) in enumerate([(growth, aim), (growth,), (other, aim)]):
        project = factories.project(f"Aimed {number}", sponsor=sponsor)
        for one in aims:
            ProjectObjective.objects.create(project=project, objective=one)
    for narrowing, words in (
        ({"sponsor": growth}, "sponsored by Grace Growth"),
        ({"objective": aim}, "objective “Cleaner rivers”"),
        ({"objective": aim, "sponsor": growth}, "objective “Cleaner rivers” · sponsored by Grace Growth"),
    ):
        schedule = scheduled(cast.pmo_head, cast.board_member, name=words[:60], **narrowing)
        assert schedule.has_filters
        scope = scope_of(schedule)
        assert not scope.is_whole
        same = narrowed(read_picture(cast.pmo_head), Selection(**{name: one.pk for name, one in narrowing.items()}))
        found = {project.pk for project in projects_in(scope, cast.pmo_head)}
        assert found == {row.pk for row in same}
        assert len(found) == 3 - len(narrowing)
        snapshot = collect(scope, cast.pmo_head, at=NOW)
        assert (snapshot.scope, len(snapshot.sheets)) == (words, len(found))
    run_all()
    assert words in " ".join(text_of(ReportEdition.objects.get(run__schedule=schedule)).split())


def test_the_number_of_queries_does_not_grow_with_the_projects(cast, django_assert_max_num_queries):
    from reporting.collect.pack import collect, scope_of

    schedule = scheduled(cast.pmo_head, cast.board_member)
    for number in range(12):
        project = factories.project(f"More {number}", unit=factories.unit(), sponsor=cast.sponsor)
        published(project, {"text": "Decide"})
    with django_assert_max_num_queries(12):
        snapshot = collect(scope_of(schedule), cast.pmo_head, at=NOW)
    assert len(snapshot.sheets) == 14
