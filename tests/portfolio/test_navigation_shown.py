"""The navigation shows projects and registers to those for whom there may be some."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
WORK = ("/portfolio/projects/", "/portfolio/risks/", "/portfolio/changes/", "/portfolio/dependencies/map/")


def shown(client: Any) -> set[str]:
    """Which of these lines the navigation of a page has."""
    page = client.get("/accounts/profile/").content.decode()
    navigation = page.partition('<nav class="nav"')[2].partition("</nav>")[0] or page
    return {url for url in WORK if f'href="{url}"' in navigation}


def test_who_sees_no_project_is_shown_no_registers(cast: Cast, signed_in: Any) -> None:
    for person in (cast.requester, cast.stranger):
        assert shown(signed_in(person)) == set()


@pytest.mark.parametrize("role", ["project_manager", "sponsor", "auditor", "pmo_head", "board_member", "administrator"])
def test_who_sees_projects_is_shown_them(role: str, cast: Cast, signed_in: Any) -> None:
    assert shown(signed_in(cast.people[role])) == set(WORK)


def test_who_is_named_on_a_project_is_shown_them_at_once(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.stranger)
    assert shown(client) == set()
    cast.own.sponsor = cast.stranger
    cast.own.save()
    assert shown(client) == set(WORK)


def test_a_member_and_a_role_on_a_unit_count(cast: Cast, signed_in: Any) -> None:
    member, local = factories.user(name="Member"), factories.user("auditor", unit=factories.unit("Here"), name="Local")
    factories.member(member, "sponsor", project=cast.own)
    assert shown(signed_in(member)) == set(WORK)
    assert shown(signed_in(local)) == set(WORK)


def test_a_manager_pays_no_query_for_it_twice(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.project_manager)
    shown(client)
    with CaptureQueriesContext(connection) as queries:
        shown(client)
    assert not [query for query in queries.captured_queries if "portfolio_programme" in query["sql"]]
