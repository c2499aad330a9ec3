"""The API of projects: the same access and actions as the pages, versions as ETags."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portfolio.models import Project
from tests import factories
from tests.cast import Cast

LIST = "/api/v1/portfolio/projects/"


def address(project: Project) -> str:
    return f"{LIST}{project.reference}/"


def patch(client: Client, project: Project, data: dict[str, object], etag: str | None = None):  # type: ignore[no-untyped-def]
    headers = {"If-Match": etag} if etag else {}
    return client.patch(address(project), data, content_type="application/json", headers=headers)


def test_manager_changes_own_project_with_its_etag(cast: Cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(cast.project_manager)
    read = client.get(address(cast.own))
    answer = patch(client, cast.own, {"title": "Renamed", "budget": "1234567.89"}, read["ETag"])
    assert answer.status_code == 200
    assert (answer.json()["title"], answer.json()["budget"]) == ("Renamed", "1234567.89")
    assert answer["ETag"] != read["ETag"]
    event = Project.pgh_event_model.objects.filter(pgh_obj_id=cast.own.pk).latest("pgh_id")
    assert event.pgh_context.metadata["action"] == "portfolio.project.edited"
    assert event.pgh_context.metadata["user"] == cast.project_manager.pk


def test_a_change_without_version_is_428_and_a_stale_one_412(cast: Cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(cast.project_manager)
    assert patch(client, cast.own, {"title": "Blind"}).status_code == 428
    etag = client.get(address(cast.own))["ETag"]
    assert patch(client, cast.own, {"title": "First"}, etag).status_code == 200
    late = patch(client, cast.own, {"title": "Second"}, etag)
    assert late.status_code == 412
    assert late.json()["errors"][0]["code"] == "stale"
    cast.own.refresh_from_db()
    assert cast.own.title == "First"


def test_stranger_gets_404_and_sponsor_403(cast: Cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    assert signed_in(cast.stranger).get(address(cast.own)).status_code == 404
    sponsor = signed_in(cast.sponsor)
    etag = sponsor.get(address(cast.own))["ETag"]
    assert patch(sponsor, cast.own, {"title": "No"}, etag).status_code == 403


def test_bad_input_names_the_field(cast: Cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(cast.project_manager)
    etag = client.get(address(cast.own))["ETag"]
    body = patch(client, cast.own, {"planned_start_on": "2027-02-01", "planned_finish_on": "2027-01-01"}, etag)
    assert body.status_code == 400
    assert body.json()["errors"][0]["attr"] == "planned_finish_on"
    unseen = factories.portfolio()
    body = patch(client, cast.own, {"portfolio": unseen.reference}, etag)
    assert body.json()["errors"][0]["attr"] == "portfolio"


def test_analyst_creates_and_pm_may_not(cast: Cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    made = signed_in(cast.pmo_analyst).post(LIST, {"title": "From outside"}, content_type="application/json")
    assert made.status_code == 201
    assert Project.objects.get(reference=made.json()["reference"]).title == "From outside"
    refused = signed_in(cast.project_manager).post(LIST, {"title": "No"}, content_type="application/json")
    assert refused.status_code == 403


@pytest.mark.parametrize("count", [1, 10])
def test_list_costs_the_same_at_any_length(cast: Cast, signed_in, count: int) -> None:  # type: ignore[no-untyped-def]
    for _number in range(count):
        factories.update(factories.project(manager=cast.director, portfolio=factories.portfolio()))
    client = signed_in(cast.pmo_head)
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = client.get(LIST)
    assert len(answer.json()["results"]) == count + 2
    assert len(captured) <= 8


def test_confidential_project_is_in_no_list(cast: Cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    assert cast.confidential.reference not in signed_in(cast.administrator).get(LIST).content.decode()
    assert signed_in(cast.administrator).get(address(cast.confidential)).status_code == 404


def test_the_list_says_of_each_project_what_its_own_address_says(cast: Cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    full = factories.project("Full", portfolio=factories.portfolio(), budget="1000000.50", tags=["a", "b"], tier=1)
    factories.update(full, factories.period(), state="published")
    client = signed_in(cast.pmo_head)
    listed = client.get(LIST).json()["results"]
    assert len(listed) == 3
    assert {row["declared"] for row in listed} == {"", "green"}
    for row in listed:
        assert row == client.get(f"{LIST}{row['reference']}/").json()
    assert client.get(f"{LIST}?q=nothing-is-called-so").json()["results"] == []
