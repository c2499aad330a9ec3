"""The registers on the portfolio overview: numbers of the reader's own view, what needs attention, and what it costs."""

from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portfolio.models import Dependency, Entry, Escalation
from tests import factories

URL = "/reports/overview/registers/"
RED = {"current_likelihood": 5, "current_impact": 5}


def test_fragment_tells_numbers_and_what_needs_somebody(cast, signed_in):
    yesterday = timezone.localdate() - timedelta(days=1)
    risk = factories.entry(
        "risk", cast.own, "Steel", **RED, impact_likely=Decimal(1000), probability=Decimal(50), review_on=yesterday
    )
    factories.entry("issue", cast.other, due_on=yesterday)
    Escalation.objects.create(
        entry=risk, portfolio=factories.portfolio(), reason="Large", offered_by=cast.pmo_head, offered_at=timezone.now()
    )
    client = signed_in(cast.pmo_head)
    page = client.get(URL).content.decode()
    for words in (
        "1 red risk without a response",
        "1 risk review overdue",
        "1 issue overdue",
        "1 escalation waits",
        "Steel",
        "−£500",
    ):
        assert words in page, words
    assert f'hx-get="{URL}"' in client.get(reverse("reporting:overview")).content.decode()


def test_confidential_entries_and_unseen_projects_are_not_counted(cast, signed_in):
    factories.entry("risk", cast.own, "Secret canary", is_confidential=True, **RED)
    factories.entry("risk", cast.confidential, "Zanzibar canary", **RED)
    assert signed_in(cast.pmo_head).get(URL).content.decode() == ""
    assert "Secret canary" in signed_in(cast.project_manager).get(URL).content.decode()
    assert signed_in(cast.stranger).get(URL).content.decode() == ""


def test_a_selection_narrows_it(cast, signed_in):
    programme = factories.programme()
    inside = factories.project(programme=programme)
    factories.entry("risk", inside, "Inside", **RED)
    factories.entry("risk", programme, "Of the programme", **RED)
    factories.entry("risk", cast.own, "Outside", **RED)
    page = signed_in(cast.pmo_head).get(f"{URL}?programme={programme.pk}").content.decode()
    assert "Inside" in page
    assert "Of the programme" in page
    assert "Outside" not in page


def test_cost_does_not_grow(cast, signed_in):
    client = signed_in(cast.pmo_head)

    def cost():
        with CaptureQueriesContext(connection) as found:
            assert client.get(URL).status_code == 200
        return len(found)

    factories.entry("risk", cast.own, **RED)
    cost()
    few = cost()
    for kind in ("risk", "issue", "change", "action") * 4:
        factories.entry(kind, cast.own)
    assert cost() == few <= 18


def test_overdue_commitments_need_somebody(cast, signed_in):
    row = factories.entry("dependency", cast.own, "A crane", giver=cast.other)
    Entry.objects.filter(pk=row.pk).update(status="at_risk")
    Dependency.objects.update(committed_on=timezone.localdate() - timedelta(days=1))
    client = signed_in(cast.pmo_head)
    page = client.get(URL).content.decode()
    assert "1 commitment between projects overdue" in page
    assert "/portfolio/dependencies/?overdue=on" in page
    Entry.objects.filter(pk=row.pk).update(status="delivered")
    assert "commitment between projects overdue" not in client.get(URL).content.decode()
