"""Templates run no queries: what a page shows is read before it is drawn."""

from datetime import timedelta

import pytest
from django.db import connection
from django.template.base import Template
from django.urls import reverse
from django.utils import timezone

from core import money
from portfolio.models import AssuranceRating, HealthThreshold, ProjectObjective
from portfolio.views.standing import ratings_of
from tests import factories


def refuse(execute, sql, params, many, context):
    raise AssertionError(f"A template runs a query: {sql[:300]}")


@pytest.fixture
def no_queries_while_rendering(monkeypatch):
    """Every query inside a template fails the test; context processors run before."""
    drawn = Template._render
    depth = []

    def render(self, context):
        if depth:
            return drawn(self, context)
        depth.append(1)
        try:
            with connection.execute_wrapper(refuse):
                return drawn(self, context)
        finally:
            depth.pop()

    monkeypatch.setattr(Template, "_render", render)


def test_pages_read_everything_before_they_are_drawn(cast, signed_in, no_queries_while_rendering):
    portfolio = factories.portfolio(owner=cast.director)
    programme = factories.programme(portfolio=portfolio, manager=cast.director)
    project = factories.project(portfolio=portfolio, programme=programme, unit=factories.unit(), manager=cast.project_manager)
    objective = cast_objective(project)
    factories.update(project)
    factories.member(cast.stranger, "sponsor", project=project)
    factories.comment(project, cast.sponsor)
    factories.attachment(project, cast.sponsor)
    client = signed_in(cast.pmo_head)
    names = ["project-list", "portfolio-list", "programme-list", "objective-list"]
    addresses = [reverse(f"portfolio:{name}") for name in names]
    addresses += [
        reverse(f"portfolio:project-{tab}", args=[project.reference])
        for tab in ("detail", "milestones", "members", "talk", "history", "access")
    ]
    addresses += [
        reverse("portfolio:portfolio-detail", args=[portfolio.reference]),
        reverse("portfolio:programme-detail", args=[programme.reference]),
        reverse("portfolio:objective-detail", args=[objective.pk]),
        reverse("core:search") + "?q=project",
        reverse("core:notification-list"),
    ]
    for address in addresses:
        assert client.get(address).status_code == 200, address


def cast_objective(project):
    from portfolio.models import Objective

    objective = Objective.objects.create(name="Warmer homes")
    ProjectObjective.objects.create(project=project, objective=objective, weight=60)
    return objective


def test_project_page_costs_few_queries(cast, signed_in, django_assert_max_num_queries):
    project = factories.project(portfolio=factories.portfolio(), programme=factories.programme(), unit=factories.unit())
    for _month in range(3):
        factories.update(project, factories.period())
    client = signed_in(cast.pmo_head)
    address = reverse("portfolio:project-detail", args=[project.reference])
    with django_assert_max_num_queries(15):
        client.get(address)


def test_exempt_does_not_grow_old(cast):
    long_ago = timezone.now() - timedelta(days=900)
    for rating, stale in (("amber", True), ("exempt", False)):
        found = AssuranceRating.objects.create(project=cast.own, rating=rating, effective_at=long_ago + timedelta(days=stale))
        cast.own.current_assurance = found
        assert [one["stale"] for one in ratings_of(cast.own, today=timezone.localdate())][2] is stale


def test_percentages_have_no_empty_decimals(cast, signed_in):
    HealthThreshold.objects.create(tier=1, schedule_amber="7.25")
    page = signed_in(cast.pmo_head).get(reverse("portfolio:threshold-list")).content.decode()
    assert "5.00" not in page
    assert ">5%<" in page
    assert ">7.25%<" in page
    assert money.percent(3.14, 1) == "3.1%"
    assert money.percent(5, 1) == "5%"
