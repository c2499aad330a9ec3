"""The history of projects, entries and the structure through the API: what the pages tell, to whom they tell it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.actions.projects import edit_project
from portfolio.actions.structure import edit_structure
from portfolio.models import Milestone, Project
from tests import factories

BASE = "/api/v1/portfolio/"


def told(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_project_tells_what_its_page_tells(cast, signed_in):
    client = signed_in(cast.project_manager)
    etag = client.get(f"{BASE}projects/{cast.own.reference}/")["ETag"]
    address = f"{BASE}projects/{cast.own.reference}/"
    client.patch(address, {"title": "Renamed"}, content_type="application/json", headers={"If-Match": etag})
    Milestone.objects.create(project=cast.own, title="Handed over", planned_on="2027-01-01")
    found = told(client, f"{address}history/")
    page = client.get(f"/portfolio/projects/{cast.own.reference}/history/").content.decode()
    edited = next(row for row in found["results"] if row["changes"] and row["changes"][0]["after"] == "Renamed")
    assert (edited["by"], edited["changes"][0]["before"]) == (cast.project_manager.email, "Own project")
    assert (edited["action"], edited["what"]) == ("portfolio.project.edited", "update")
    assert edited["source"] == address
    assert all(row["said"] in page for row in found["results"])
    assert any(row["name"] == "Handed over" for row in found["results"])
    assert found["count"] == len(found["results"])


def test_who_may_not_read_it_does_not(cast, signed_in):
    theirs = f"{BASE}projects/{cast.other.reference}/history/"
    assert signed_in(cast.project_manager).get(theirs).status_code == 404
    assert signed_in(cast.pmo_head).get(f"{BASE}projects/{cast.confidential.reference}/history/").status_code == 404
    # Moved under a programme that the reader may not see: it is not named.
    programme = factories.programme("Zanzibar canary")
    edit_project(Project.objects.get(pk=cast.own.pk), changes={"programme": programme}, version=1)
    manager = signed_in(cast.project_manager)
    page = manager.get(f"/portfolio/projects/{cast.own.reference}/history/").content.decode()
    text = manager.get(f"{BASE}projects/{cast.own.reference}/history/").content.decode()
    assert ("Zanzibar" in text) == ("Zanzibar" in page)


def test_entries_and_the_structure_have_theirs(cast, signed_in):
    entry = factories.entry("risk", cast.own, "Steel", current_likelihood=4, current_impact=4)
    portfolio = factories.portfolio("Digital")
    edit_structure(portfolio, changes={"name": "Digital services"}, version=1)
    client = signed_in(cast.pmo_head)
    for api, page in (
        (f"{BASE}risks/{entry.reference}/history/", f"/portfolio/risks/{entry.reference}/history/"),
        (f"{BASE}portfolios/{portfolio.reference}/history/", f"/portfolio/portfolios/{portfolio.reference}/history/"),
    ):
        found, body = told(client, api), client.get(page).content.decode()
        assert found["count"] > 0, api
        assert all(row["noun"] and row["what"] for row in found["results"])
        assert all(row["said"] in body for row in found["results"]), api
    assert signed_in(cast.stranger).get(f"{BASE}risks/{entry.reference}/history/").status_code == 404


@pytest.mark.parametrize("limit", [2, 40])
def test_a_page_at_a_time_costs_the_same(cast, signed_in, limit):
    for number in range(30):
        Milestone.objects.create(project=cast.own, title=f"Number {number}", planned_on="2027-01-01")
    client = signed_in(cast.pmo_head)
    address = f"{BASE}projects/{cast.own.reference}/history/?limit={limit}"
    told(client, address)
    with CaptureQueriesContext(connection) as captured:
        found = told(client, address)
    assert len(found["results"]) == min(limit, found["count"])
    assert len(captured) <= 40
