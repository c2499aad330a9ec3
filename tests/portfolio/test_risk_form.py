"""The form of a risk: ratings by dimension, amounts as people write them, a strategy that fits the sign."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from portfolio.models import Entry
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NEW = "/portfolio/risks/new/"


def typed(project: Any, **values: Any) -> dict[str, Any]:
    """A filled-in form."""
    return {"title": "Supplier delivers late", "scope": project.reference, "sign": "threat", "raised_on": "2026-11-01"} | values


def test_manager_rates_by_dimension(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    values = typed(
        cast.own, current_likelihood="4", current_cost="2", current_time="4", inherent_likelihood="5", inherent_impact="5",
        impact_low="10k", impact_likely="£50,000", impact_high="1.2m", strategy="reduce",
    )  # fmt: skip
    answer = signed_in(cast.project_manager).post(NEW, values)
    assert answer.status_code == 302
    risk = Entry.objects.get(kind="risk").risk
    assert (risk.current_likelihood, risk.current_impact, risk.band) == (4, 4, "high")
    assert (risk.inherent_likelihood, risk.inherent_impact) == (5, 5)
    assert risk.impacts == {"current": {"cost": 2, "time": 4}}
    assert (risk.impact_low, risk.impact_high) == (Decimal(10_000), Decimal(1_200_000))


def test_stranger_cannot_rate_in_a_project_of_others(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    answer = signed_in(cast.project_manager).post(NEW, typed(cast.other, current_likelihood="4"))
    assert answer.status_code == 422
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"current_likelihood": "9"}, "Choose a level from 1 to 5."),
        ({"current_cost": "many"}, "Choose a level from 1 to 5."),
        ({"probability": "120"}, "0 to 100"),
        ({"impact_low": "5", "impact_likely": "4"}, "Low must not be above likely."),
        ({"impact_high": "5"}, "Give the likely amount, too."),
        ({"impact_likely": "-5"}, "greater than or equal to 0"),
        ({"strategy": "exploit"}, "Choose one for a threat."),
        ({"sign": "opportunity", "strategy": "avoid"}, "Choose one for an opportunity."),
    ],
)
def test_wrong_values_keep_what_was_typed(values: dict[str, str], words: str, cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    answer = signed_in(cast.project_manager).post(NEW, typed(cast.own, current_time="3", **values))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert '<option value="3" selected>3 Medium' in page
    assert not Entry.objects.exists()


def test_two_editors_are_shown_both_ratings(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    entry = factories.entry("risk", cast.own, "Late", current_likelihood=2, current_impact=2, by=cast.project_manager)
    client = signed_in(cast.project_manager)
    url = f"/portfolio/risks/{entry.reference}/edit/"
    first = typed(cast.own, title="Late", current_likelihood="5", current_impact="5", version=str(entry.version))
    assert client.post(url, first).status_code == 302
    second = typed(cast.own, title="Late", current_likelihood="3", current_impact="3", version=str(entry.version))
    answer = client.post(url, second)
    assert answer.status_code == 409
    assert "5 × 5 = 25" in answer.content.decode()
    assert "3 × 3 = 9" in answer.content.decode()
    answer = client.post(url, second | {"version": str(entry.version + 1), "choice-current": "theirs"})
    assert answer.status_code == 302
    assert Entry.objects.get(pk=entry.pk).risk.current_likelihood == 5


@pytest.mark.parametrize("odd", ["x", "9" * 5_000, "-1", "1.5", "99", "\0", "٣٣"])
def test_a_level_that_is_none_is_refused_and_the_page_drawn_again(odd: str, cast: Cast, client: Client) -> None:
    client.force_login(cast.project_manager, backend="django.contrib.auth.backends.ModelBackend")
    values = {"title": "Flood", "scope": cast.own.reference, "raised_on": "2026-11-22", "sign": "threat", "currency": "GBP"}
    for name in ("current_likelihood", "current_impact", "inherent_likelihood", "target_impact"):
        assert client.post("/portfolio/risks/new/", values | {name: odd}).status_code == 422, name


def test_a_reference_that_no_database_can_hold_is_unknown(cast: Cast, client: Client) -> None:
    risk = factories.entry("risk", cast.own, "Flood", by=cast.project_manager)
    client.force_login(cast.project_manager, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(f"/portfolio/risks/{risk.reference}/link/", {"meaning": "relates", "target": "RSK-\0001"})
    assert "There is no" in answer.content.decode()
