"""The portfolio's bridge begins before the approved changes: each reader's own, as of a day, without confidential ones."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portfolio.actions.changes import decide_change, submit_change
from portfolio.models import ChangeRequest, Entry, Project
from reporting.collect.overview import overview
from reporting.collect.overview_picture import Selection, read_picture
from reporting.collect.since import end_of
from tests import factories

pytestmark = pytest.mark.django_db


def approved(project: Project, cost: int, **values: Any) -> Entry:
    by, at = project.manager, timezone.now()
    entry = factories.entry("change", project, by=by, reason="So.", cost_change=Decimal(cost), **values)
    submit_change(entry, by=by, at=at)
    return decide_change(entry, verb="approve", reason="Yes.", by=project.sponsor, at=at)


@pytest.fixture
def projects(db: None) -> list[Project]:
    people = [factories.user() for _ in range(4)]
    first = factories.project("Wing", manager=people[0], sponsor=people[1], forecast=1_100_000)
    second = factories.project("Pier", manager=people[2], sponsor=people[3], forecast=900_000)
    approved(first, 50_000)
    approved(first, 20_000, is_confidential=True)
    approved(second, -10_000)
    return [first, second]


def told(person: Any, at: Any = None) -> tuple[Decimal, int, int]:
    cache.clear()
    picture = read_picture(person, at)
    found = overview(picture, Selection(), end_of(timezone.localdate() - timedelta(days=30))).changed_in("GBP")
    return found.amount, found.changes, found.projects


def test_the_bridge_begins_before_the_approved_changes(projects: list[Project]) -> None:
    head = factories.user("pmo_head")
    assert told(head) == (40_000, 2, 2)
    assert told(projects[1].manager) == (-10_000, 1, 1)
    assert told(factories.user()) == (0, 0, 0)
    client = Client()
    client.force_login(head, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/reports/overview/").content.decode()
    # 2,060,000 now, of which 20,000 came by a confidential change that is told of nowhere.
    assert "Before approved changes" in page
    assert "2 approved changes on 2 projects" in page
    assert 'title="£2,020,000"' in page


def test_a_change_that_becomes_confidential_is_told_no_more(projects: list[Project]) -> None:
    head = factories.user("pmo_head")
    assert told(head)[1] == 2
    Entry.objects.filter(project=projects[0]).update(is_confidential=True)
    assert told(head) == (-10_000, 1, 1)


def test_as_of_a_day_only_what_was_approved_then_counts(projects: list[Project]) -> None:
    later = timezone.now() + timedelta(days=3)
    ChangeRequest.objects.filter(entry__project=projects[1]).update(decided_at=later)
    assert told(factories.user("pmo_head"), timezone.now())[1:] == (1, 1)


def test_changes_in_a_currency_of_before_are_not_added(projects: list[Project]) -> None:
    head = factories.user("pmo_head")
    Project.objects.filter(pk=projects[0].pk).update(currency="EUR")
    assert told(head) == (-10_000, 1, 1)
    cache.clear()
    found = overview(read_picture(head, None), Selection(), end_of(timezone.localdate() - timedelta(days=30)))
    assert found.changed_in("EUR").amount == 0
