"""What hangs on a project, through the API: milestones, team, objectives, identifiers, confidentiality; and the thresholds."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.api.base import etag_of
from core.errors import EditConflict
from portfolio.actions.thresholds import FIELDS, set_thresholds
from portfolio.models import HealthThreshold, Membership, Milestone, Objective, Project
from tests import factories

BASE = "/api/v1/portfolio/"


def send(client, verb, address, data=None, etag=""):
    options = {"content_type": "application/json", "headers": {"If-Match": etag} if etag else {}}
    return getattr(client, verb)(f"{BASE}{address}", data or {}, **options)


def said(answer):
    return [(error["attr"], error["detail"]) for error in answer.json()["errors"]]


def done_last(model, pk):
    return model.pgh_event_model.objects.filter(pgh_obj_id=pk).latest("pgh_id").pgh_context.metadata["action"]


def test_manager_plans_moves_and_removes_a_milestone(cast, signed_in):
    client = signed_in(cast.project_manager)
    body = {"project": cast.own.reference, "title": "Contract signed", "planned_on": "2027-01-31"}
    made = send(client, "post", "milestones/", body)
    assert made.status_code == 201, made.json()
    assert (made.json()["slip_days"], made.json()["version"]) == (None, 1)
    one = f"milestones/{made.json()['id']}/"
    assert send(client, "patch", one, {"title": "Blind"}).status_code == 428
    moved = send(client, "patch", one, {"forecast_on": "2027-02-10"}, made["ETag"])
    assert (moved.status_code, moved.json()["slip_days"]) == (200, 10)
    assert "10" in client.get(reverse("portfolio:project-milestones", args=[cast.own.reference])).content.decode()
    assert send(client, "patch", one, {"title": "Late"}, made["ETag"]).status_code == 412
    assert send(client, "delete", one).status_code == 428
    assert send(client, "delete", one, etag=made["ETag"]).status_code == 412
    assert send(client, "delete", one, etag=moved["ETag"]).status_code == 204
    assert not Milestone.objects.exists()
    assert done_last(Milestone, made.json()["id"]) == "portfolio.milestone.removed"


def test_a_milestone_stays_with_its_project(cast, signed_in):
    theirs = Milestone.objects.create(project=cast.other, title="Theirs", planned_on="2027-01-01")
    client = signed_in(cast.project_manager)
    assert client.get(f"{BASE}milestones/{theirs.pk}/").status_code == 404
    body = {"project": cast.other.reference, "title": "Mine", "planned_on": "2027-01-01"}
    assert said(send(client, "post", "milestones/", body))[0][0] == "project"
    assert send(signed_in(cast.sponsor), "post", "milestones/", body | {"project": cast.own.reference}).status_code == 403
    head = signed_in(cast.pmo_head)
    read = head.get(f"{BASE}milestones/{theirs.pk}/")
    kept = send(head, "patch", f"milestones/{theirs.pk}/", {"project": cast.own.reference}, read["ETag"])
    assert (kept.status_code, kept.json()["project"]) == (200, cast.other.reference)


def test_an_archived_project_takes_no_milestone(cast, signed_in):
    Project.objects.filter(pk=cast.own.pk).update(archived_at="2026-01-01T00:00Z")
    body = {"project": cast.own.reference, "title": "Late", "planned_on": "2027-01-31"}
    answer = send(signed_in(cast.project_manager), "post", "milestones/", body)
    assert (answer.status_code, said(answer)[0][0]) == (400, "non_field_errors")


def test_a_team_is_kept_as_on_the_page(cast, signed_in):
    client = signed_in(cast.project_manager)
    body = {"project": cast.own.reference, "user": cast.stranger.email, "role": "sponsor"}
    made = send(client, "post", "memberships/", body)
    assert made.status_code == 201, made.json()
    one = f"memberships/{made.json()['id']}/"
    assert said(send(client, "post", "memberships/", body))[0][1] == "This person holds the role here already."
    assert said(send(client, "post", "memberships/", body | {"role": "pmo_head"}))[0][0] == "role"
    assert said(send(client, "post", "memberships/", body | {"user": cast.project_manager.email}))[0][0] == "user"
    assert send(client, "patch", one, {"ends_on": "2030-12-31"}).status_code == 428
    changed = send(client, "patch", one, {"ends_on": "2030-12-31", "role": "pmo_head"}, made["ETag"])
    assert (changed.status_code, changed.json()["ends_on"], changed.json()["role"]) == (200, "2030-12-31", "sponsor")
    assert send(client, "patch", one, {"ends_on": None}, made["ETag"]).status_code == 412
    assert send(client, "delete", one, etag=made["ETag"]).status_code == 412
    assert said(send(client, "patch", one, {"starts_on": "2031-01-01"}, changed["ETag"]))
    assert signed_in(cast.stranger).get(f"{BASE}projects/{cast.own.reference}/").status_code == 200
    assert send(signed_in(cast.sponsor), "delete", one, etag=changed["ETag"]).status_code == 403
    assert send(signed_in(cast.project_manager), "delete", one, etag=changed["ETag"]).status_code == 204
    assert send(signed_in(cast.project_manager), "delete", one, etag=changed["ETag"]).status_code == 404
    assert signed_in(cast.stranger).get(f"{BASE}projects/{cast.own.reference}/").status_code == 404


def test_nobody_takes_a_role_that_they_could_not_give(cast, signed_in):
    member = factories.member(cast.stranger, "pmo_head", project=cast.own)
    client = signed_in(cast.project_manager)
    assert send(client, "delete", f"memberships/{member.pk}/").status_code == 403
    assert send(client, "patch", f"memberships/{member.pk}/", {"ends_on": "2020-01-01"}).status_code == 403


def test_the_last_one_named_on_a_confidential_project_stays(cast, signed_in):
    factories.member(cast.administrator, "pmo_head", project=cast.confidential)
    member = factories.member(cast.stranger, "sponsor", project=cast.confidential)
    Project.objects.filter(pk=cast.confidential.pk).update(manager=None)
    Membership.objects.filter(user=cast.administrator).update(starts_on="2020-01-01")
    client = signed_in(cast.administrator)
    assert send(client, "delete", f"memberships/{member.pk}/", etag=etag_of(member)).status_code == 204
    own = Membership.objects.get(project=cast.confidential)
    assert send(client, "delete", f"memberships/{own.pk}/", etag=etag_of(own)).status_code == 400


def test_objectives_and_identifiers(cast, signed_in):
    warm = Objective.objects.create(name="Warmer homes")
    client = signed_in(cast.project_manager)
    links = f"projects/{cast.own.reference}/objectives/"
    assert send(client, "post", links, {"objective": warm.pk, "weight": 60}).status_code == 201
    assert send(client, "post", links, {"objective": warm.pk, "weight": 40}).json()["weight"] == 40
    other = Objective.objects.create(name="Cleaner air")
    assert said(send(client, "post", links, {"objective": other.pk, "weight": 61}))[0] == (
        "weight",
        "All weights of a project add up to at most 100%; 60% are left.",
    )
    read = signed_in(cast.sponsor).get(f"{BASE}{links}").json()
    assert read == [{"objective": warm.pk, "name": "Warmer homes", "weight": 40}]
    assert send(signed_in(cast.sponsor), "delete", f"{links}{warm.pk}/").status_code == 403
    client = signed_in(cast.project_manager)
    assert send(client, "delete", f"{links}{warm.pk}/").status_code == 204
    assert send(client, "delete", f"{links}{warm.pk}/").status_code == 404
    names = f"projects/{cast.own.reference}/identifiers/"
    made = send(client, "post", names, {"system": "Finance", "value": "4711"})
    assert (made.status_code, made.json()["value"]) == (201, "4711")
    assert said(send(client, "post", names, {"system": "Finance", "value": "4711"}))
    assert [one["value"] for one in client.get(f"{BASE}{names}").json()] == ["4711"]
    assert send(client, "delete", f"{names}{made.json()['id']}/").status_code == 204


def test_a_project_is_made_confidential(cast, signed_in):
    client = signed_in(cast.pmo_head)
    etag = client.get(f"{BASE}projects/{cast.own.reference}/")["ETag"]
    address = f"projects/{cast.own.reference}/confide/"
    assert send(client, "post", address, {"is_confidential": True}).status_code == 428
    answer = send(client, "post", address, {"is_confidential": True, "stay_named": True}, etag)
    assert (answer.status_code, answer.json()["is_confidential"]) == (200, True)
    assert send(client, "post", address, {"is_confidential": False}, etag).status_code == 412
    assert signed_in(cast.pmo_analyst).get(f"{BASE}projects/{cast.own.reference}/").status_code == 404


def test_thresholds_are_those_of_the_page(cast, signed_in):
    HealthThreshold.objects.create(tier=None, cost_green=7)
    client = signed_in(cast.pmo_head)
    listed = {row["tier"]: row for row in client.get(f"{BASE}thresholds/").json()["results"]}
    assert {tier: (row["is_own"], row["cost_green"]) for tier, row in listed.items()} == {
        1: (False, "7.00"), 2: (False, "7.00"), 3: (False, "7.00"), None: (True, "7.00"),
    }  # fmt: skip
    read = client.get(f"{BASE}thresholds/2/")
    assert send(client, "patch", "thresholds/2/", {"cost_amber": "30"}).status_code == 428
    made = send(client, "patch", "thresholds/2/", {"cost_amber": "30"}, read["ETag"])
    assert (made.status_code, made.json()["is_own"], made.json()["cost_green"]) == (200, True, "7.00")
    assert send(client, "patch", "thresholds/2/", {"cost_amber": "31"}, read["ETag"]).status_code == 412
    wrong = send(client, "patch", "thresholds/2/", {"cost_amber": "1"}, made["ETag"])
    assert said(wrong)[0] == ("cost_amber", "Amber must end where green ends or later.")
    assert "30" in client.get(reverse("portfolio:threshold-edit", args=["2"])).content.decode()
    assert send(client, "delete", "thresholds/2/", etag=made["ETag"]).status_code == 204
    assert client.get(f"{BASE}thresholds/2/").json() == read.json()
    assert send(client, "delete", "thresholds/2/", etag=read["ETag"]).status_code == 404
    gone = {name: getattr(HealthThreshold(), name) for name in FIELDS}
    for version in (1, 2):  # of the row that is gone: removed between finding and setting, nothing is made anew
        with pytest.raises(EditConflict):
            set_thresholds(tier=2, values=gone, version=version)
    assert send(client, "patch", "thresholds/2/", {"cost_amber": "31"}, made["ETag"]).status_code == 412
    anew = send(client, "patch", "thresholds/2/", {"cost_amber": "31"}, read["ETag"])
    assert (anew.status_code, anew.json()["version"]) == (200, made.json()["version"] + 1)  # no page of before fits it
    assert client.get(f"{BASE}thresholds/9/").status_code == 404
    assert signed_in(cast.project_manager).get(f"{BASE}thresholds/").status_code == 403


@pytest.mark.parametrize("count", [1, 10])
@pytest.mark.parametrize("what", ["milestones", "memberships"])
def test_lists_cost_the_same_at_any_length(cast, signed_in, count, what):
    for _number in range(count):
        project = factories.project(manager=cast.director)
        Milestone.objects.create(project=project, title="One", planned_on="2027-01-01")
        factories.member(cast.director, "sponsor", project=project)
    client = signed_in(cast.pmo_head)
    client.get(f"{BASE}{what}/")
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"{BASE}{what}/")
    assert len(answer.json()["results"]) == count
    assert len(captured) <= 8


def test_the_trend_is_the_one_that_the_page_draws(cast, signed_in):
    calendar = factories.calendar()
    for month, rating in ((8, "green"), (9, "amber"), (10, "red")):
        factories.update(cast.own, factories.period(calendar, ends_on=date(2026, month, 28)), overall=rating, schedule=rating)
    factories.update(cast.confidential, overall="red")
    client = signed_in(cast.sponsor)
    points = client.get(f"{BASE}projects/{cast.own.reference}/trend/").json()
    assert [point["overall"] for point in points] == ["red", "amber", "green"]
    page = client.get(reverse("portfolio:project-detail", args=[cast.own.reference])).content.decode()
    assert all(point["period"] in page for point in points)
    assert client.get(f"{BASE}projects/{cast.own.reference}/trend/?as_of=2020-01-01").json() == []
    assert client.get(f"{BASE}projects/{cast.own.reference}/trend/?as_of=x").status_code == 400
    assert client.get(f"{BASE}projects/{cast.confidential.reference}/trend/").status_code == 404


def test_several_projects_are_tagged_and_archived_all_or_none(cast, signed_in):
    client = signed_in(cast.pmo_head)
    both = [cast.own.reference, cast.other.reference]
    done = send(client, "post", "projects/several/", {"references": both, "action": "tag", "tag": "Flood"})
    assert (done.status_code, done.json()) == (200, {"changed": 2})
    assert send(client, "post", "projects/several/", {"references": both, "action": "tag", "tag": "flood"}).json() == {
        "changed": 0
    }
    assert said(send(client, "post", "projects/several/", {"references": both, "action": "tag"}))[0][0] == "tag"
    secret = [*both, cast.confidential.reference]
    [(field, words)] = said(send(client, "post", "projects/several/", {"references": secret, "action": "archive"}))
    assert (field, words) == ("references", f"You cannot change: {cast.confidential.reference}.")
    assert Project.objects.filter(archived_at=None).count() == 3
    own = signed_in(cast.project_manager)
    assert said(send(own, "post", "projects/several/", {"references": both, "action": "tag", "tag": "x"}))[0][0] == "references"
    assert send(signed_in(cast.pmo_head), "post", "projects/several/", {"references": both, "action": "archive"}).json() == {
        "changed": 2
    }
    cast.own.refresh_from_db()
    assert (cast.own.tags, bool(cast.own.archived_at)) == (["flood"], True)


def test_an_update_is_taken_back_and_a_draft_thrown_away(cast, signed_in):
    calendar = factories.calendar()
    factories.duty(cast.own, calendar)
    period = factories.period(calendar)
    sent = factories.update(cast.own, period, state="submitted", submitted_by=cast.project_manager)
    client = signed_in(cast.project_manager)
    assert send(signed_in(cast.sponsor), "post", f"status-updates/{sent.pk}/withdraw/").status_code in (403, 404)
    client = signed_in(cast.project_manager)
    back = send(client, "post", f"status-updates/{sent.pk}/withdraw/")
    assert (back.status_code, back.json()["state"]) == (200, "draft")
    assert send(client, "post", f"status-updates/{sent.pk}/withdraw/").status_code == 400
    draft = factories.update(cast.own, factories.period(calendar, ends_on=date(2026, 8, 28)), state="draft")
    etag = client.get(f"{BASE}status-updates/{draft.pk}/")["ETag"]
    assert send(client, "delete", f"status-updates/{draft.pk}/").status_code == 428
    assert send(client, "delete", f"status-updates/{draft.pk}/", etag=etag).status_code == 204
    assert client.get(f"{BASE}status-updates/{draft.pk}/").status_code == 404


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_an_infinite_number_is_no_key(number, cast, signed_in):
    """Python reads 1e999 as infinity: any field that takes the id of a row failed of it."""
    body = f'{{"objective": {number}, "weight": 5}}'
    address = f"/api/v1/portfolio/projects/{cast.own.reference}/objectives/"
    answer = signed_in(cast.project_manager).post(address, body, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "parse_error")
