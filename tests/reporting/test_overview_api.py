"""The overview through the API: the page's figures for the same reader, nothing confidential, the same cost at any size."""

import re
from collections import OrderedDict
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.money import exact
from portfolio.models import Milestone, Project, kept
from tests import factories
from tests.reporting.test_overview import publish_asking, read, small  # noqa: F401 - fixture
from tests.reporting.test_overview_registers import RED

API, PAGE = "/api/v1/reporting/overview/", "/reports/overview/"
PARTS = ("", "attention/", "changes/", "milestones/", "decisions/", "rows/?figure=projects", "registers/")


def told(client, address=""):
    answer = client.get(f"{API}{address}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_figures_are_those_computed_by_hand(small, signed_in):  # noqa: F811
    found = told(signed_in(factories.user("pmo_head")))
    assert (found["projects"], found["running"], found["unnamed"], found["rated"]) == (6, 6, 0, 6)
    assert found["ratings"]["declared"] == {"red": 1, "amber": 1, "green": 3, "blue": 0, "grey": 1}
    assert found["ratings"]["computed_worse"] == 1
    assert found["dimensions"]["overall"] == found["ratings"]["declared"]
    money = {line["currency"]: line for line in found["money"]}
    assert (money["GBP"]["budget"], money["GBP"]["forecast"], money["GBP"]["variance"]) == ("600.60", "310.40", "10.10")
    bridge = next(one for one in found["bridges"] if one["currency"] == "GBP")
    steps = sum(Decimal(step["amount"]) for step in bridge["steps"])
    assert Decimal(bridge["budget"]) + steps == Decimal(bridge["forecast"])
    assert found["trend"][-1]["red"] == 1
    assert found["attention"][0]["title"] == "Canal"
    assert found["attention"][0]["reasons"][0]["words"]


@pytest.mark.parametrize("role", ["pmo_head", "board_member", "project_manager"])
@pytest.mark.parametrize("query", ["", "?tier=2", "?phase=delivery"])
def test_the_page_shows_the_same(cast, small, signed_in, role, query):  # noqa: F811
    Project.objects.filter(pk=small["Canal"].pk).update(manager=cast.project_manager)
    client = signed_in(getattr(cast, role))
    found, page = told(client, query), client.get(f"{PAGE}{query}").content.decode()
    assert f"{found['projects']} project" in page
    assert f"{found['running']} running" in page
    for line in found["money"]:
        for name in ("budget", "forecast"):
            assert line[name] is None or f'title="{exact(Decimal(line[name]), line["currency"])}"' in page
    lines = told(client, "?tier=2")["money"]
    if role == "project_manager":  # none of theirs in tier 2 states a forecast: that is not £0
        assert lines[0]["forecast"] is None
    for line in found["attention"]:
        assert line["title"] in page
        assert all(reason["words"] in page for reason in line["reasons"])
    rows = told(client, f"rows/{query + '&' if query else '?'}figure=declared&value=red")
    assert rows["count"] + rows["unnamed"] == found["ratings"]["declared"]["red"]
    listed = client.get(f"{PAGE}rows/{query + '&' if query else '?'}figure=declared&value=red").content.decode()
    assert all(row["reference"] in listed for row in rows["results"])
    assert rows["formula"] in listed


def test_a_manager_gets_figures_of_their_own_projects_only(cast, signed_in):
    factories.entry("risk", cast.other, "Theirs", **RED)
    client = signed_in(cast.project_manager)
    assert (told(client)["projects"], told(client)["unnamed"]) == (1, 0)
    assert [row["reference"] for row in told(client, "rows/?figure=projects")["results"]] == [cast.own.reference]
    assert told(client, "registers/")["pressing"] == []
    assert told(signed_in(cast.stranger))["projects"] == 0


@pytest.mark.parametrize("role", ["pmo_head", "administrator", "auditor", "board_member", "project_manager", "sponsor"])
def test_confidential_projects_leave_no_trace(cast, signed_in, role):
    Milestone.objects.create(project=cast.confidential, title="Zanzibar landing", planned_on=timezone.localdate())
    publish_asking(cast.confidential, "Zanzibar fee", timezone.localdate(), overall="red")
    factories.entry("risk", cast.confidential, "Zanzibar flood", **RED)
    client = signed_in(getattr(cast, role))
    for part in PARTS:
        text = client.get(f"{API}{part}").content.decode()
        assert "Zanzibar" not in text, part
        assert cast.confidential.reference not in text, part
    found = told(client)
    assert found["ratings"]["declared"]["red"] == 0
    assert found["unnamed"] == read(getattr(cast, role)).hidden_count
    assert "Zanzibar" in signed_in(cast.director).get(f"{API}rows/?figure=projects").content.decode()


def test_lists_and_registers(cast, signed_in):
    today = timezone.localdate()
    Milestone.objects.create(project=cast.own, title="Handed over", planned_on=today, forecast_on=today + timedelta(days=9))
    publish_asking(cast.own, "Which bank?", today - timedelta(days=1), overall="red")
    factories.entry("risk", cast.own, "Steel", **RED, impact_likely=Decimal(1000), probability=Decimal(50))
    client = signed_in(cast.pmo_head)
    assert told(client)["decisions_overdue"] == 1
    [milestone] = told(client, "milestones/")["results"]
    assert (milestone["reference"], milestone["slip_days"]) == (cast.own.reference, 9)
    [decision] = told(client, "decisions/")["results"]
    assert (decision["text"], decision["overdue"]) == ("Which bank?", True)
    codes = [reason["code"] for reason in told(client, "attention/")["results"][0]["reasons"]]
    assert "decision_overdue" in codes
    registers = told(client, "registers/")
    assert registers["registers"] == [{"kind": "risk", "open": 1, "new": 1, "closed": 0, "overdue": 0}]
    assert (registers["needs"][0]["count"], registers["pressing"][0]["title"]) == (1, "Steel")
    assert registers["exposure"] == [{"currency": "GBP", "threats": "-500.00", "opportunities": "0.00", "net": "-500.00"}]
    assert told(client, "changes/")["worse"] == []


def test_the_past_and_what_moved_since(cast, signed_in):
    client = signed_in(cast.pmo_head)
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    then = told(client, f"?as_of={yesterday}")
    assert then["as_of"] == yesterday
    assert then["projects"] == 0  # nothing was recorded then
    moved = told(client, f"changes/?since={yesterday}")
    assert moved["since"] == {"day": yesterday, "report": ""}
    assert {row["reference"] for row in moved["entered"]} == {cast.own.reference, cast.other.reference}
    assert told(client, f"?since={yesterday}")["changes"]["entered"] == 2


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?as_of=yesterday", 400),
        ("?since=2026-02-30", 400),
        ("?tier=9", 400),
        ("?portfolio=99999999", 400),
        ("?sponsor=x", 400),
        ("rows/", 404),
        ("rows/?figure=nothing", 404),
        ("rows/?figure=declared&value=violet", 404),
        ("rows/?figure=money&value=XXX", 404),
    ],
)
def test_what_does_not_fit_is_said(cast, signed_in, query, status):
    answer = signed_in(cast.pmo_head).get(f"{API}{query}")
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["errors"][0]["attr"] == re.search(r"\?(\w+)", query)[1]


def test_the_cost_is_the_same_at_any_size(cast, signed_in, monkeypatch):
    # What other tests kept in this process is out of sight: where something is kept, one statement asks what changed since, below.
    monkeypatch.setattr(kept, "_shelf", OrderedDict())
    client = signed_in(cast.pmo_head)
    calendar = factories.calendar()
    period = factories.period(calendar, ends_on=timezone.localdate() - timedelta(days=10))

    def grow(count):
        for _number in range(count):
            project = factories.project(manager=factories.user(), unit=factories.unit(), portfolio=factories.portfolio())
            publish_asking(project, "Decide", timezone.localdate(), period, overall="red")
            Milestone.objects.create(project=project, title="Open", planned_on=timezone.localdate())
            factories.entry("risk", project, **RED)

    def cost(part):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{API}{part}")
        return len(queries)

    grow(6)
    few = [(cost(part), cost(part))[1] for part in PARTS]
    grow(12)
    many = [(cost(part), cost(part))[1] for part in PARTS]
    assert many == few
    assert max(many) <= 16
    kept._shelf["standings", None] = kept._Reading((0,) * len(kept.CLOCKED), {})
    assert cost("registers/") == many[-1] + 1
