"""Options of a case, ranked and held against doing nothing."""

from decimal import Decimal

import pytest

from intake.formulas.appraisal import Basis
from intake.formulas.cashflows import BENEFIT, CAPITAL, REVENUE, CaseError
from intake.formulas.options import Option, compare_options
from tests.intake.formulas.cases import CASE, line

BASIS = Basis(Decimal("0.08"))
NOTHING = Option("nothing", "Do nothing", (line("upkeep", REVENUE, *((year, 50, 50, 50) for year in range(5))),), True)
BUY = Option("buy", "Buy", CASE)
SMALL = Option("small", "Do the minimum", (line("build", CAPITAL, (0, 90, 100, 110)), line("save", BENEFIT, (1, 90, 120, 130))))


def test_options_are_ranked_by_npv_and_held_against_doing_nothing() -> None:
    found = compare_options([SMALL, NOTHING, BUY], BASIS)
    assert [(row.rank, row.option.key) for row in found.ranked] == [(1, "buy"), (2, "small"), (3, "nothing")]
    assert (found.preferred, found.has_do_nothing) == ("buy", True)
    buy, _, nothing = found.ranked
    assert buy.incremental_npv == buy.appraisal.npv - nothing.appraisal.npv
    assert nothing.appraisal.npv < 0
    assert (nothing.incremental_npv, nothing.incremental_irr) == (None, None)
    assert buy.incremental_irr is not None
    assert buy.incremental_irr.value is not None
    assert buy.appraisal.irr.value is not None
    assert buy.incremental_irr.value > buy.appraisal.irr.value  # what doing nothing costs is saved


def test_without_doing_nothing_there_is_no_increment() -> None:
    found = compare_options([SMALL, BUY], BASIS)
    assert not found.has_do_nothing
    assert {row.incremental_npv for row in found.ranked} == {None}


def test_equals_share_a_place_and_none_is_preferred() -> None:
    found = compare_options([BUY, Option("twin", "Twin", CASE), SMALL], BASIS)
    assert [row.rank for row in found.ranked] == [1, 1, 3]
    assert found.preferred is None
    assert compare_options([], BASIS).ranked == ()


def test_options_of_different_length_compare() -> None:
    found = compare_options([NOTHING, SMALL], BASIS)
    small = found.ranked[0]
    assert small.incremental_irr is not None
    assert small.incremental_irr.sign_changes == 1
    # The increment: -50, 170, 50, 50, 50.
    assert small.incremental_irr.value is not None
    assert small.incremental_irr.value > 2


def test_doing_nothing_twice_is_refused() -> None:
    with pytest.raises(CaseError) as caught:
        compare_options([NOTHING, Option("idle", "Idle", (), is_do_nothing=True)], BASIS)
    assert caught.value.code == "several_do_nothing"
