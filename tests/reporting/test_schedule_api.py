"""Schedules and calendars through the API: checked as on the page, written by the same actions."""

import pytest
from django.core.cache import cache

from portfolio.models import Objective, ReportingCalendar
from reporting.forms.schedules import ScheduleForm
from reporting.models import ReportRun, ReportSchedule
from tests import factories

SCHEDULES, CALENDARS = "/api/v1/reporting/schedules/", "/api/v1/portfolio/reporting-calendars/"


def patch(client, address, data, etag=""):
    return client.patch(address, data, content_type="application/json", headers={"If-Match": etag} if etag else {})


def test_schedule_is_made_and_changed(cast, signed_in):
    client = signed_in(cast.pmo_head)
    portfolio = factories.portfolio("Roads")
    body = {
        "name": "Board pack", "report": "pack", "kind": "weekly", "weekday": 0, "at": "08:00", "zone": "Europe/London",
        "starts_on": "2026-01-01", "portfolio": portfolio.reference, "users": [cast.sponsor.email],
        "addresses": ["chair@board.example"], "roles": ["sponsors"],
    }  # fmt: skip
    made = client.post(SCHEDULES, body, content_type="application/json")
    assert made.status_code == 201, made.json()
    schedule = ReportSchedule.objects.get()
    assert (schedule.owner, schedule.portfolio, schedule.roles) == (cast.pmo_head, portfolio, ["sponsors"])
    assert schedule.next_due_at
    address = f"{SCHEDULES}{schedule.pk}/"
    assert (made.json()["users"], made.json()["addresses"]) == ([cast.sponsor.email], ["chair@board.example"])
    assert patch(client, address, {"name": "Blind"}).status_code == 428
    changed = patch(client, address, {"weekday": 2, "addresses": []}, made["ETag"])
    assert changed.status_code == 200, changed.json()
    assert (changed.json()["weekday"], changed.json()["addresses"], changed.json()["users"]) == (2, [], [cast.sponsor.email])
    assert patch(client, address, {"name": "Stale"}, made["ETag"]).status_code == 412
    assert client.post(f"{address}pause/").json()["paused_at"]
    assert client.post(f"{address}resume/").json()["paused_at"] is None
    event = ReportSchedule.pgh_event_model.objects.filter(pgh_obj_id=schedule.pk).earliest("pgh_id")
    assert event.pgh_context.metadata["action"] == "reporting.schedule.created"


def test_schedule_is_narrowed_by_sponsor_and_objective(cast, signed_in):
    client, objective = signed_in(cast.pmo_head), Objective.objects.create(name="Cleaner rivers")
    sponsor = cast.own.sponsor or cast.sponsor
    type(cast.own).objects.filter(pk=cast.own.pk).update(sponsor=sponsor)
    body = {
        "name": "Sponsor's pack", "report": "pack", "kind": "weekly", "weekday": 0, "at": "08:00", "zone": "Europe/London",
        "starts_on": "2026-01-01", "sponsor": sponsor.email, "objective": objective.pk, "users": [cast.sponsor.email],
    }  # fmt: skip
    made = client.post(SCHEDULES, body, content_type="application/json")
    assert made.status_code == 201, made.json()
    assert (made.json()["sponsor"], made.json()["objective"]) == (sponsor.email, objective.pk)
    address = f"{SCHEDULES}{made.json()['id']}/"
    refused = patch(client, address, {"sponsor": cast.auditor.email}, made["ETag"])  # sponsors nothing
    assert refused.status_code == 400
    assert "sponsor" in refused.content.decode()
    changed = patch(client, address, {"sponsor": None, "name": "Objective's pack"}, made["ETag"])
    assert (changed.json()["sponsor"], changed.json()["objective"]) == (None, objective.pk)
    page = client.get(f"/reports/schedules/{made.json()['id']}/").content.decode()
    assert "objective “Cleaner rivers”" in page


def test_a_sponsor_of_projects_that_one_may_not_see_is_no_choice(cast, signed_in):
    hidden = factories.user(name="Hidden Sponsor")
    type(cast.confidential).objects.filter(pk=cast.confidential.pk).update(sponsor=hidden)
    open_ = factories.user(name="Open Sponsor")
    factories.project("Open", sponsor=open_)
    form = ScheduleForm(instance=ReportSchedule(), user=cast.pmo_head)
    assert {open_, hidden} & set(form.fields["sponsor"].queryset) == {open_}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"weekday": None}, "weekday"), ({"users": [], "roles": []}, "users"), ({"kind": "monthly"}, "monthday"),
        ({"portfolio": "PFO-9999"}, "portfolio"), ({"zone": "Mars/Olympus"}, "zone"), ({"users": ["nobody@example.org"]}, "users"),
    ],
)  # fmt: skip
def test_what_the_form_refuses_the_api_refuses_at_the_field(cast, signed_in, wrong, field):
    body = {"name": "Board pack", "kind": "weekly", "weekday": 0, "at": "08:00", "zone": "UTC", "starts_on": "2026-01-01"}
    body |= {"users": [cast.sponsor.email]} | wrong
    answer = signed_in(cast.pmo_head).post(SCHEDULES, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"].split(".")[0] == field
    assert not ReportSchedule.objects.exists()


def test_the_page_shows_what_the_chosen_rhythm_uses_and_forgets_the_rest(cast, signed_in):
    """Without scripts all fields are there: what another rhythm would use counts for nothing."""
    client = signed_in(cast.pmo_head)
    page = client.get("/reports/schedules/new/").content.decode()
    assert "js/conditions.js" in page
    for name in ("nth", "weekday", "monthday", "quarter_month", "country"):
        assert f'data-question="{name}" data-show-if="' in page
    body = {"name": "Weekly pack", "report": "pack", "classification": "official", "language": "en-gb", "paper": "A4"}
    body |= {"kind": "weekly", "weekday": 2, "nth": 1, "monthday": 15, "quarter_month": 3, "at": "08:00", "zone": "UTC"}
    body |= {"starts_on": "2026-01-01", "holiday_rule": "ignore", "country": "", "users": [cast.pmo_head.pk]}
    answer = client.post("/reports/schedules/new/", body)
    assert answer.status_code == 302, answer.context["form"].errors
    made = ReportSchedule.objects.get(name="Weekly pack")
    assert (made.kind, made.weekday, made.nth, made.monthday) == ("weekly", 2, None, None)


def test_a_reader_of_reports_changes_nothing(cast, signed_in):
    schedule = factories.report(cast.pmo_head)["schedule"]
    client = signed_in(cast.board_member)
    read = client.get(f"{SCHEDULES}{schedule.pk}/")
    assert read.status_code == 200
    assert patch(client, f"{SCHEDULES}{schedule.pk}/", {"name": "Mine"}, read["ETag"]).status_code == 403


def test_calendar_is_made_and_changed_with_its_periods(cast, signed_in):
    factories.series()
    client = signed_in(cast.pmo_head)
    made = client.post(CALENDARS, {"name": "Monthly", "series": "main"}, content_type="application/json")
    assert made.status_code == 201, made.json()
    calendar = ReportingCalendar.objects.get()
    assert calendar.periods.exists()
    address = f"{CALENDARS}{calendar.pk}/"
    changed = patch(client, address, {"cadence": "weekly", "tier": 1}, made["ETag"])
    assert (changed.status_code, changed.json()["cadence"]) == (200, "weekly")
    for wrong in ({"cadence": "irregular"}, {"remind_days_before": 61}, {"name": ""}):
        answer = patch(client, address, wrong, changed["ETag"])
        assert answer.status_code == 400, wrong
    twin = client.post(CALENDARS, {"name": "Monthly", "series": "main"}, content_type="application/json")
    assert (twin.status_code, twin.json()["errors"][0]["attr"]) == (400, "name")
    assert signed_in(cast.pmo_analyst).get(CALENDARS).status_code == 403


def test_many_reports_asked_for_within_a_minute_are_refused(cast, signed_in):
    """Each is up to a minute of a core: five a minute and person, whichever way they are asked for; others are not held up."""
    cache.clear()
    schedules = [factories.report(cast.pmo_head)["schedule"] for _ in range(8)]
    before = ReportRun.objects.count()
    client, answers = signed_in(cast.pmo_head), []
    for number in range(24):
        schedule = schedules[number % 8]
        if number % 3:
            answers.append(client.post(f"{SCHEDULES}{schedule.pk}/send/").status_code)
        else:
            page = client.post(f"/reports/schedules/{schedule.pk}/preview/", follow=True)
            answers.append(429 if "Wait a minute" in page.content.decode() else page.status_code)
    assert answers.count(429) == 19, answers
    assert set(answers[5:]) == {429}
    assert ReportRun.objects.count() - before <= 5
    refused = client.post(f"{SCHEDULES}{schedules[0].pk}/send/")
    assert refused.headers["Retry-After"] == "60"
    assert signed_in(cast.pmo_analyst).post(f"{SCHEDULES}{schedules[7].pk}/test/").status_code == 202
