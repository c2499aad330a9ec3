"""Registers in status updates: facts above the form, the computed rating of risk, frozen with the update."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolio.actions.raid import edit_entry
from portfolio.models import StatusUpdate
from tests import factories

RED = {"current_likelihood": 5, "current_impact": 5}


@pytest.fixture
def write_url(cast):
    period = factories.period()
    factories.duty(cast.own, period.calendar)
    return reverse("portfolio:update-write", args=[cast.own.reference, period.pk])


def posted(**values):
    empty = {"version": 0, "decisions-TOTAL_FORMS": 0, "decisions-INITIAL_FORMS": 0}
    return empty | {"overall": "red", "risk": "red", "summary": "All is said.", "submit": ""} | values


def test_form_names_what_the_registers_have_to_tell(cast, signed_in, write_url):
    factories.entry("risk", cast.own, "Steel", **RED)
    factories.entry("issue", cast.own, due_on=timezone.localdate() - timedelta(days=1))
    factories.entry("issue", cast.own, "Secret canary", is_confidential=True)
    page = signed_in(cast.project_manager).get(write_url).content.decode()
    assert "1 red risk without a response" in page
    assert "1 issue overdue" in page
    assert "2 new issues" not in page
    assert f"{reverse('portfolio:issue-list')}?project={cast.own.reference}&amp;due=overdue" in page
    # The comment on risk starts with it, and the rating is suggested with its reason.
    assert "1 red risk without a response, 1 issue overdue" in page
    assert "1 red risk has no response." in page


def test_without_entries_risk_has_no_rating(cast, signed_in, write_url):
    page = signed_in(cast.project_manager).get(write_url).content.decode()
    assert "In the registers" not in page
    client = signed_in(cast.project_manager)
    client.post(write_url, posted(overall="green", risk=""))
    frozen = StatusUpdate.objects.get()
    assert frozen.computed["risk"]["rag"] == ""
    assert "registers" not in frozen.facts


def test_numbers_and_rating_are_frozen_with_the_update(cast, signed_in, write_url):
    risk = factories.entry("risk", cast.own, "Steel", **RED, impact_likely=Decimal(1000), probability=Decimal(50))
    client = signed_in(cast.project_manager)
    assert client.post(write_url, posted()).status_code == 302
    update = StatusUpdate.objects.get()
    assert update.computed["risk"]["rag"] == "red"
    assert update.computed["risk"]["reason"]["code"] == "risks"
    assert update.facts["registers"]["exposure"] == [["GBP", "-500.00", "0"]]
    assert update.thresholds["exposure_amber"] == "100"
    edit_entry(risk, changes={"current_likelihood": 1, "current_impact": 1, "probability": None}, version=risk.version,
        by=cast.pmo_head, at=timezone.now())  # fmt: skip
    page = client.get(reverse("portfolio:update-detail", args=[cast.own.reference, update.pk])).content.decode()
    assert "1 red risk without a response" in page
    assert "1 red risk has no response." in page


def test_disagreeing_with_the_computed_rating_needs_a_sentence(cast, signed_in, write_url):
    factories.entry("risk", cast.own, "Steel", **RED)
    answer = signed_in(cast.project_manager).post(write_url, posted(risk="green"))
    assert answer.status_code == 422
    assert "differs from the computed one" in answer.content.decode()


def test_a_confidential_risk_rates_nothing_that_others_read(cast, signed_in, write_url):
    factories.entry("risk", cast.own, "Secret canary", is_confidential=True, **RED)
    client = signed_in(cast.project_manager)
    client.post(write_url, posted(overall="green", risk=""))
    assert StatusUpdate.objects.get().computed["risk"]["rag"] == ""
