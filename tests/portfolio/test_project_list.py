"""The list of projects: what it shows, to whom, at what cost; filters, order, totals, exports."""

import csv
import io
import re
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.lists import joined
from portfolio.filters.projects import ProjectFilters
from portfolio.models import Project
from portfolio.views.project_list import PROJECTS
from tests import factories

URL = reverse("portfolio:project-list")


def read_csv(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_project_manager_sees_own_project_only(cast, signed_in):
    page = signed_in(cast.project_manager).get(URL).content.decode()
    assert "Own project" in page
    assert "Other project" not in page
    assert "Zanzibar" not in page


def test_analyst_sees_all_but_confidential_and_is_told_how_many_are_left_out(cast, signed_in):
    page = signed_in(cast.pmo_analyst).get(URL).content.decode()
    assert "Own project" in page
    assert "Other project" in page
    assert "Zanzibar" not in page
    assert "1 confidential project" in page


def test_a_sum_never_tells_the_budget_of_one_confidential_project(cast, signed_in):
    programme = factories.programme()
    Project.objects.filter(pk=cast.confidential.pk).update(budget=7_654_321, programme=programme)
    client = signed_in(cast.pmo_analyst)
    page = client.get(reverse("portfolio:programme-detail", args=[programme.reference])).content.decode()
    assert "and 1 confidential project" in page
    assert "7.65" not in page + client.get(URL).content.decode()


def test_stranger_sees_an_empty_list(cast, signed_in):
    page = signed_in(cast.stranger).get(URL).content.decode()
    assert "Own project" not in page
    assert "No project that you may see" in page


def test_filtered_search_does_not_tell_of_confidential_projects(cast, signed_in):
    page = signed_in(cast.pmo_analyst).get(URL, {"q": "Zanzibar"}).content.decode()
    assert "Zanzibar canary" not in page
    assert "confidential project" not in page


@pytest.mark.parametrize("typed", ["hospital", "hosp", "Hopsital upgrade", "PRJ-", "upgrade hospital"])
def test_search_finds_words_beginnings_and_typing_mistakes(cast, signed_in, typed):
    factories.project("Hospital upgrade", purpose="New wards")
    page = signed_in(cast.pmo_analyst).get(URL, {"q": typed}).content.decode()
    assert "Hospital upgrade" in page


def test_search_leaves_out_what_does_not_fit(cast, signed_in):
    factories.project("Hospital upgrade")
    page = signed_in(cast.pmo_analyst).get(URL, {"q": "hospital"}).content.decode()
    assert "Other project" not in page
    assert "Remove filter Search hospital" in page


def test_filters_by_everything(cast, signed_in):
    unit = factories.unit("Works")
    outer = factories.portfolio("Outer")
    inner = factories.portfolio("Inner", parent=outer)
    programme = factories.programme("Rails", portfolio=inner)
    wanted = factories.project(
        "Wanted", unit=unit, programme=programme, manager=cast.director, sponsor=cast.sponsor, tier=1, phase="planning",
        category="ICT", tags=["digital"],
    )  # fmt: skip
    factories.update(wanted, overall="red")
    client = signed_in(cast.pmo_analyst)
    for query in (
        {"unit": unit.pk}, {"portfolio": outer.pk}, {"programme": programme.pk}, {"tier": "1"}, {"phase": "planning"}, {"category": "ict"},
        {"tag": "Digital"}, {"rating": "red"}, {"rating": ["red", "amber"]}, {"stale": "false"},
    ):  # fmt: skip
        page = client.get(URL, query).content.decode()
        assert "Wanted" in page, query
        assert "Other project" not in page, query
    never = client.get(URL, {"rating": "none"}).content.decode()
    assert "Wanted" not in never
    assert "Other project" in never


def test_nonsense_in_the_address_is_no_error(cast, signed_in):
    client = signed_in(cast.pmo_analyst)
    for query in (
        "unit=999999",
        "unit=x",
        "page=zzz",
        "page=99",
        "sort=password",
        "columns=nothing",
        "rating=pink",
        "q=%00",
        "page_size=7",
        "q='%3A*",
    ):
        assert client.get(f"{URL}?{query}").status_code == 200, query


def test_archived_projects_stay_out_unless_asked_for(cast, signed_in):
    factories.project("Long gone", archived_at="2026-01-01T00:00Z")
    client = signed_in(cast.pmo_analyst)
    assert "Long gone" not in client.get(URL).content.decode()
    assert "Long gone" in client.get(URL, {"archived": "yes"}).content.decode()


def test_ratings_sort_by_how_bad_they_are(cast, signed_in):
    for title, overall in (("Aa", "green"), ("Bb", "red"), ("Cc", "amber")):
        factories.update(factories.project(title), overall=overall)
    page = signed_in(cast.pmo_analyst).get(URL, {"sort": "rating"}).content.decode()
    assert page.index(">Bb<") < page.index(">Cc<") < page.index(">Aa<") < page.index("Other project")


def test_totals_are_a_line_per_currency(cast, signed_in):
    factories.project("In euro", currency="EUR", budget=2_500_000)
    page = signed_in(cast.pmo_analyst).get(URL).content.decode()
    assert "€2.5m" in page
    assert "£2m" in page


def test_export_holds_exactly_the_filtered_rows(cast, signed_in):
    factories.project("=cmd|calc", budget="1234567.89", tags=["b", "a"])
    rows = read_csv(signed_in(cast.pmo_analyst).get(URL, {"q": "calc", "export": "csv"}))
    assert [row["Project"] for row in rows] == ["'=cmd|calc"]
    assert rows[0]["Budget"] == "1234567.89"
    assert rows[0]["Tags"] == "b; a"
    assert signed_in(cast.pmo_analyst).get(URL, {"export": "xlsx"}).status_code == 200


@pytest.mark.parametrize("phase", ["closed", "cancelled"])
def test_a_project_that_is_over_is_not_out_of_date(phase, cast, signed_in):
    factories.project("Old bridge", phase=phase)
    client = signed_in(cast.pmo_analyst)
    assert "Old bridge" not in [row["Project"] for row in read_csv(client.get(URL, {"stale": "true", "export": "csv"}))]
    assert "never reported" not in client.get(URL, {"q": "Old bridge"}).content.decode()


def test_a_rating_ages_from_day_to_day(cast, signed_in):
    """As on the project's page and the overview: of two updates of the same day none is stale before the other."""
    begin = timezone.make_aware(datetime.combine(timezone.localdate() - timedelta(days=45), time.min))
    for title, known in (("Allowed bridge", begin), ("Stale bridge", begin - timedelta(seconds=1))):
        factories.update(factories.project(title), effective_at=known)
    shown = read_csv(signed_in(cast.pmo_analyst).get(URL, {"q": "bridge", "stale": "true", "export": "csv"}))
    assert [row["Project"] for row in shown] == ["Stale bridge"]


def test_chosen_columns_are_shown_and_exported(cast, signed_in):
    client = signed_in(cast.pmo_analyst)
    rows = read_csv(client.get(URL, {"columns": ["spend", "tier"], "export": "csv"}))
    assert list(rows[0]) == ["Project", "Tier", "Spend to date"]


def test_htmx_gets_the_part_that_the_page_includes(cast, signed_in):
    client = signed_in(cast.pmo_analyst)
    part = client.get(URL, headers={"HX-Request": "true", "HX-Target": "register"}).content.decode()
    assert "<html" not in part
    assert "Own project" in part
    back = client.get(URL, headers={"HX-Request": "true", "HX-Target": "register", "HX-History-Restore-Request": "true"})
    assert "<html" in back.content.decode()
    panel = client.get(URL, {"panel": "filters"}, headers={"HX-Request": "true"}).content.decode()
    assert "Organisation unit" in panel
    assert "<html" not in panel
    columns = client.get(URL, {"panel": "columns", "columns": "tier"}, headers={"HX-Request": "true"}).content.decode()
    assert 'value="tier" checked' in columns
    assert "<html" not in columns


@pytest.mark.parametrize(("panel", "word"), [("filters", "Organisation unit"), ("columns", "Spend to date")])
def test_panels_open_without_a_script(panel, word, cast, signed_in):
    page = signed_in(cast.pmo_analyst).get(URL, {"panel": panel}).content.decode()
    assert "<html" in page
    assert word in page.partition("menu-panel is-form")[2]


def test_the_address_names_all_filters_that_are_made(cast, signed_in):
    """A filter that is not in the address is not made, and would have changed nothing."""
    every = dict.fromkeys(ProjectFilters.base_filters, "")
    client = signed_in(cast.pmo_analyst)
    for query in ({}, {"archived": "all"}, {"tier": ["1", "2"], "stale": "true"}, {"q": "own"}, {"phase": "delivery"}):
        found = read_csv(client.get(URL, query | {"export": "csv"}))
        assert found == read_csv(client.get(URL, every | query | {"export": "csv"})), query


@pytest.mark.parametrize("column", [column.name for column in PROJECTS.columns])
def test_each_column_says_what_it_reads(column, cast):
    """Drawn alone beside the first column, it fetches no row again for a field that was left out."""
    factories.update(factories.project("Bridge", manager=cast.sponsor, sponsor=cast.sponsor), overall="red")
    shown = [PROJECTS.columns[0], PROJECTS.by_name[column]]
    with CaptureQueriesContext(connection) as queries:
        drawn = list(PROJECTS.drawn(joined(PROJECTS.rows(cast.pmo_head), shown), shown))
    assert len(drawn) > 1
    tables = [query["sql"].partition(" FROM ")[2].split()[0] for query in queries if " FROM " in query["sql"]]
    assert tables.count('"portfolio_project"') == 1
    assert tables.count('"portfolio_statusupdate"') + tables.count('"accounts_user"') == 0


def test_queries_do_not_grow_with_rows(cast, signed_in):
    client = signed_in(cast.pmo_analyst)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(URL, {"page_size": 100})
        return len(queries)

    few = cost()
    for _number in range(10):
        made = factories.project(
            unit=factories.unit(),
            manager=factories.user(),
            sponsor=factories.user(),
            portfolio=factories.portfolio(),
            programme=factories.programme(),
        )
        factories.update(made, factories.period())
    assert cost() == few
    assert few <= 10


def test_a_filter_that_cannot_be_read_gives_no_file_of_everything(cast, signed_in):
    client = signed_in(cast.pmo_head)
    for query in ({"unit": "999999"}, {"phase": "zzz"}):
        answer = client.get(reverse("portfolio:project-list"), query | {"export": "projects.csv"})
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "Select a valid choice" in answer.content.decode()
    assert client.get(reverse("portfolio:project-list"), {"export": "csv"}).headers["Content-Type"].startswith("text/csv")


def test_finish_is_sorted_by_the_day_that_its_cell_shows(cast, signed_in):
    def day(number):
        return date(2027, 1, number)

    factories.project("Ended early", forecast_finish_on=day(30), actual_finish_on=day(2))
    factories.project("Ended late", forecast_finish_on=day(1), actual_finish_on=day(20))
    factories.project("Under way", forecast_finish_on=day(10))
    factories.project("Nothing known")
    client = signed_in(cast.pmo_head)
    for sort, order in (
        ("finish", ["Ended early", "Under way", "Ended late", "Nothing known"]),
        ("-finish", ["Ended late", "Under way", "Ended early", "Nothing known"]),
    ):
        page = client.get(URL, {"sort": sort}).content.decode()
        assert sorted(order, key=page.index) == order
        shown = [int(number) for number in re.findall(r"\b(\d+)\sJan\s2027", page)]
        assert shown == sorted([2, 10, 20], reverse=sort.startswith("-"))
