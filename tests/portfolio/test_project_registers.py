"""The registers on the page of a project, programme and portfolio."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portfolio.models import SharedImpact
from tests import factories

RED = {"current_likelihood": 5, "current_impact": 5}


def page(client, project):
    return client.get(reverse("portfolio:project-registers", args=[project.reference]))


def panel(client, project):
    return client.get(reverse("portfolio:project-registers-panel", args=[project.reference]))


def test_project_manager_sees_every_register_and_can_add(cast, signed_in):
    factories.entry("risk", cast.own, "The steel is late", **RED)
    factories.entry("dependency", cast.own, "Steel frame", giver=cast.other)
    factories.entry("dependency", cast.other, "Soil report", giver=cast.own)
    found = page(signed_in(cast.project_manager), cast.own)
    assert found.status_code == 200
    for words in ("The steel is late", "Steel frame", "Gets", "Soil report", "Gives", "1 open, 1 new"):
        assert words in found.content.decode()
    assert f"{reverse('portfolio:issue-create')}?scope={cast.own.reference}" in found.content.decode()


def test_shared_risk_stands_on_each_project_that_shares_it(cast, signed_in):
    above = factories.portfolio()
    SharedImpact.objects.create(entry=factories.entry("risk", above, "Price of steel", **RED), project=cast.own)
    found = page(signed_in(cast.project_manager), cast.own).content.decode()
    assert "Price of steel" in found
    # Its manager does not see the portfolio, which is not named then.
    assert "shared" in found
    assert above.reference not in found
    assert f"shared, {above.reference}" in page(signed_in(cast.pmo_head), cast.own).content.decode()


def test_who_may_not_write_is_not_offered_to(cast, signed_in):
    found = page(signed_in(cast.auditor), cast.own).content.decode()
    assert "register-risk" in found
    assert reverse("portfolio:issue-create") not in found
    assert page(signed_in(cast.stranger), cast.own).status_code == 404
    assert panel(signed_in(cast.stranger), cast.own).status_code == 404
    assert page(signed_in(cast.pmo_head), cast.confidential).status_code == 404


def test_confidential_entry_is_not_counted_for_others(cast, signed_in):
    factories.entry("issue", cast.own, "Secret canary", is_confidential=True)
    for person, seen in ((cast.pmo_head, False), (cast.project_manager, True)):
        client = signed_in(person)
        assert ("Secret canary" in page(client, cast.own).content.decode()) is seen
        assert ("1 open" in panel(client, cast.own).content.decode()) is seen


def test_a_late_review_is_not_told_of_the_day_that_is_due(cast, signed_in):
    today = timezone.localdate()
    days = {"due_on": today + timedelta(days=90), "review_on": today - timedelta(days=1)}
    factories.entry("risk", cast.own, "Steel", **RED, **days)
    found = page(signed_in(cast.pmo_head), cast.own).content.decode()
    assert "review overdue" in found
    assert "<small>overdue</small>" not in found


def test_overview_loads_the_panel_with_the_top_risks(cast, signed_in):
    for number in range(4):
        factories.entry("risk", cast.own, f"Risk number {number}", current_likelihood=number + 1, current_impact=5)
    client = signed_in(cast.project_manager)
    overview = client.get(reverse("portfolio:project-detail", args=[cast.own.reference])).content.decode()
    assert reverse("portfolio:project-registers-panel", args=[cast.own.reference]) in overview
    found = panel(client, cast.own).content.decode()
    assert "Risk number 3" in found
    assert "Risk number 0" not in found


def test_page_costs_the_same_with_many_entries(cast, signed_in):
    client = signed_in(cast.project_manager)

    def cost():
        with CaptureQueriesContext(connection) as found:
            page(client, cast.own)
        return len(found)

    factories.entry("risk", cast.own, **RED)
    page(client, cast.own)
    one = cost()
    for kind in ("risk", "issue", "action", "decision", "change") * 3:
        factories.entry(kind, cast.own)
    assert cost() == one
    assert one <= 11


def test_portfolio_shows_its_own_entries_and_leads_to_the_lists(cast, signed_in):
    above = factories.portfolio()
    factories.entry("risk", above, "Price of steel", **RED)
    factories.entry("risk", factories.project(portfolio=above), "Only the project's", **RED)
    found = signed_in(cast.pmo_head).get(reverse("portfolio:portfolio-detail", args=[above.reference])).content.decode()
    assert "Price of steel" in found
    assert "Only the project" not in found
    assert f"{reverse('portfolio:risk-list')}?portfolio={above.pk}" in found
