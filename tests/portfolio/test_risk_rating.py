"""Rating a risk: what follows from the levels, and the readings that keep how it stood."""

from decimal import Decimal

import pytest
from django.utils import timezone

from core.errors import ActionError
from portfolio.actions.raid import edit_entry, move_entry
from portfolio.models import RiskReading
from tests import factories

pytestmark = pytest.mark.django_db


def test_impact_is_the_highest_dimension_and_gives_band_and_rank() -> None:
    entry = factories.entry(
        "risk", factories.project(), current_likelihood=4, impacts={"current": {"cost": 2, "time": 5, "safety": None}}
    )
    entry.refresh_from_db()
    assert (entry.risk.current_impact, entry.risk.band) == (5, "high")
    assert entry.risk.impacts == {"current": {"cost": 2, "time": 5}}
    assert entry.rank == 94  # the third band of three, 20 of 25 within it


def test_probability_alone_gives_the_level() -> None:
    entry = factories.entry("risk", factories.project(), probability=Decimal(45), current_impact=2)
    assert (entry.risk.current_likelihood, entry.risk.band) == (3, "medium")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"current_likelihood": 6}, "current_likelihood"),
        ({"target_impact": 0}, "target_impact"),
        ({"probability": Decimal(101)}, "probability"),
        ({"probability": Decimal(-1)}, "probability"),
        ({"impacts": {"current": {"cost": 9}}}, "current_impact"),
        ({"impacts": {"current": {"fame": 1}}}, "impacts"),
        ({"impact_low": Decimal(5), "impact_likely": Decimal(4)}, None),
        ({"sign": "opportunity", "strategy": "avoid"}, None),
    ],
)
def test_wrong_values_are_refused_at_their_field(values: dict[str, object], field: str | None) -> None:
    with pytest.raises(ActionError) as refused:
        factories.entry("risk", factories.project(), **values)
    assert refused.value.field == field


def test_every_change_of_rating_money_or_state_is_read_once(cast) -> None:  # type: ignore[no-untyped-def]
    entry = factories.entry(
        "risk", cast.own, current_likelihood=2, current_impact=3, impact_likely=Decimal(1000), by=cast.project_manager
    )
    assert RiskReading.objects.get(entry=entry).exposure == Decimal("-200.00")
    entry = edit_entry(
        entry, changes={"title": "Another word"}, version=entry.version, by=cast.project_manager, at=timezone.now()
    )
    assert RiskReading.objects.filter(entry=entry).count() == 1
    entry = edit_entry(
        entry, changes={"current_likelihood": 4}, version=entry.version, by=cast.project_manager, at=timezone.now()
    )
    move_entry(entry, "treat", by=cast.project_manager, at=timezone.now())
    readings = list(RiskReading.objects.filter(entry=entry).order_by("pk"))
    assert [reading.current_likelihood for reading in readings] == [2, 4]
    assert readings[-1].exposure == Decimal("-600.00")
    assert all(reading.is_open for reading in readings)
