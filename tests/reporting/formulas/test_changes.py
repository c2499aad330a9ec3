"""What changed between two snapshots, and snapshots as data."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reporting.formulas.changes import changes
from reporting.formulas.snapshot import Decision, Hidden, Sheet, Snapshot, as_data, from_data, totals

money = st.none() | st.decimals(min_value=-(10**12), max_value=10**12, places=2)
days = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
ratings = st.sampled_from(["red", "amber", "green", "blue", "grey", ""])
sheets = st.builds(
    Sheet,
    pk=st.integers(1, 8),
    reference=st.just("PRJ-0001"),
    title=st.text(max_size=20),
    currency=st.sampled_from(["GBP", "EUR"]),
    budget=money,
    forecast=money,
    spend=money,
    forecast_finish_on=days,
    planned_finish_on=days,
    ratings=st.fixed_dictionaries({"overall": ratings}),
    decisions=st.lists(st.builds(Decision, text=st.sampled_from("abc"), due_on=days), max_size=3).map(tuple),
)
snapshots = st.builds(
    Snapshot,
    report=st.just("pack"),
    title=st.text(max_size=10),
    organisation=st.just("Office"),
    scope=st.just("All"),
    as_at=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    made_at=st.just(datetime(2026, 11, 22, tzinfo=UTC)),
    sheets=st.lists(sheets, max_size=6, unique_by=lambda sheet: sheet.pk).map(tuple),
)


@given(snapshots)
def test_data_loses_nothing(snapshot):
    assert from_data(as_data(snapshot)) == snapshot


@given(snapshots)
def test_nothing_changes_against_itself(snapshot):
    assert changes(snapshot, snapshot).is_empty


@given(snapshots, snapshots)
def test_the_way_back_is_the_opposite(before, now):
    there, back = changes(before, now), changes(now, before)
    assert {sheet.pk for sheet in there.entered} == {sheet.pk for sheet in back.left}
    assert sorted((turn.sheet.pk, turn.before, turn.now) for turn in there.turned) == sorted(
        (turn.sheet.pk, turn.now, turn.before) for turn in back.turned
    )
    assert sum(turn.is_worse for turn in there.turned) == sum(turn.is_better for turn in back.turned)
    assert sorted((move.sheet.pk, move.days) for move in there.finishes) == sorted(
        (move.sheet.pk, -move.days) for move in back.finishes
    )
    assert sorted((move.sheet.pk, move.figure, move.by) for move in there.money) == sorted(
        (move.sheet.pk, move.figure, -move.by) for move in back.money
    )


@given(st.lists(sheets, max_size=20))
def test_money_adds_up_within_its_currency(rows):
    found = {total.currency: total for total in totals(rows)}
    for currency in {row.currency for row in rows}:
        mine = [row for row in rows if row.currency == currency]
        assert found[currency].budget == sum((row.budget or Decimal(0) for row in mine), Decimal(0))
        assert found[currency].projects == len(mine)
        assert found[currency].variance == sum((row.variance or Decimal(0) for row in mine), Decimal(0))


def test_a_hand_made_case():
    one = Sheet(1, "PRJ-0001", "One", ratings={"overall": "green"}, planned_finish_on=date(2026, 1, 1), forecast=Decimal(5))
    before = Snapshot(
        "pack", "T", "O", "S", date(2026, 11, 15), datetime(2026, 11, 15, tzinfo=UTC), sheets=(one, Sheet(2, "PRJ-0002", "Two"))
    )
    worse = replace(
        one,
        ratings={"overall": "red"},
        forecast_finish_on=date(2026, 3, 2),
        forecast=Decimal(7),
        decisions=(Decision("Now", due_on=None),),
    )
    found = changes(before, replace(before, as_at=date(2026, 11, 22), sheets=(worse, Sheet(3, "PRJ-0003", "Three"))))
    assert found.since == date(2026, 11, 15)
    assert [(turn.before, turn.now, turn.is_worse) for turn in found.turned_red] == [("green", "red", True)]
    assert found.finishes[0].days == 60
    assert found.money[0].by == 2
    assert [asked.decision.text for asked in found.asked] == ["Now"]
    assert [sheet.title for sheet in found.entered] == ["Three"]
    assert [sheet.title for sheet in found.left] == ["Two"]


def test_hidden_projects_count_without_a_name():
    rows = (Sheet(1, "PRJ-0001", "One", budget=Decimal(10)), Hidden("red", "GBP", Decimal(5)))
    (total,) = totals(rows)
    assert (total.budget, total.projects) == (Decimal(15), 2)
