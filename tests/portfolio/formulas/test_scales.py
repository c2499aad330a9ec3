"""The risk scales: what a document may say, the map, levels and what becomes of them on another scale."""

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.formulas.scales import (
    DEFAULT,
    LARGEST,
    SMALLEST,
    ScaleError,
    highest,
    mapping,
    product_cells,
    read_scale,
    resized,
    scaled,
    score,
)

sizes = st.integers(SMALLEST, LARGEST)
STANDARD = read_scale(DEFAULT)


def changed(path: list[Any], value: Any) -> dict[str, Any]:
    """The default document with one value changed."""
    document = copy.deepcopy(DEFAULT)
    target: Any = document
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return document


def test_default_bands_follow_the_published_limits() -> None:
    """Green 0-4, amber 5-12, red 15-25."""
    for likelihood in range(1, 6):
        for impact in range(1, 6):
            product = likelihood * impact
            expected = "low" if product <= 4 else "medium" if product <= 12 else "high"
            band = STANDARD.band_of(likelihood, impact)
            assert band is not None
            assert band.key == expected
    assert {cell for row in product_cells(5, ("a", "b"), (4,)) for cell in row} == {"a", "b"}


@pytest.mark.parametrize(("percent", "level"), [("0", 1), ("10", 1), ("10.01", 2), ("30", 2), ("50", 3), ("70", 4), ("100", 5)])
def test_percent_belongs_to_the_suggested_anchor(percent: str, level: int) -> None:
    assert STANDARD.level_of(Decimal(percent)) == level


def test_probability_outside_is_refused() -> None:
    for percent in ("-0.01", "100.01"):
        with pytest.raises(ValueError, match="0 to 100"):
            STANDARD.level_of(Decimal(percent))


def test_middle_of_anchor() -> None:
    assert [STANDARD.middle(level) for level in (1, 3, 5)] == [Decimal(5), Decimal(40), Decimal(85)]
    assert STANDARD.middle(None) is None
    assert STANDARD.middle(6) is None


def test_missing_level_has_no_band_no_score_no_rank() -> None:
    assert STANDARD.band_of(None, 3) is None
    assert STANDARD.band_of(6, 1) is None
    assert score(None, 3) is None
    assert score(4, 5) == 20
    assert STANDARD.rank(None, 5) == 0
    assert STANDARD.rank(5, 5) == 100


def test_impact_is_the_highest_dimension() -> None:
    assert highest({"cost": 2, "time": 4, "safety": None}) == 4
    assert highest({}) is None


@pytest.mark.parametrize(
    ("document", "code", "place"),
    [
        ([], "not_a_scale", "likelihood"),
        ({}, "missing", "likelihood"),
        (changed(["likelihood"], DEFAULT["likelihood"][:2]), "size", "likelihood"),
        (changed(["likelihood", 1, "low"], 12), "gap", "likelihood"),
        (changed(["likelihood", 0, "low"], 1), "gap", "likelihood"),
        (changed(["likelihood", 4, "high"], 99), "end", "likelihood"),
        (changed(["likelihood", 4, "high"], 60), "order", "likelihood"),
        (changed(["likelihood", 2, "high"], "many"), "percent", "likelihood"),
        (changed(["likelihood", 2, "high"], "NaN"), "percent", "likelihood"),
        (changed(["likelihood", 2, "high"], 101), "percent", "likelihood"),
        (changed(["likelihood", 2, "label"], " "), "label", "likelihood"),
        (changed(["likelihood", 2, "label"], "UNLIKELY"), "twice", "likelihood"),
        (changed(["impact"], ["a", "b", "c"]), "not_square", "impact"),
        (changed(["dimensions", 0, "anchors"], ["a"]), "anchors", "dimensions"),
        (changed(["dimensions", 0, "key"], "Cost €"), "anchors", "dimensions"),
        (changed(["dimensions", 1, "key"], "cost"), "twice", "dimensions"),
        (changed(["bands", 0, "tone"], "blue"), "tone", "bands"),
        (changed(["cells", 0, 0], "none"), "cells", "cells"),
        (changed(["cells", 0, 0], {}), "cells", "cells"),
        (changed(["cells"], DEFAULT["cells"][:4]), "cells", "cells"),
    ],
)
def test_bad_document_is_refused(document: Any, code: str, place: str) -> None:
    with pytest.raises(ScaleError) as refused:
        read_scale(document)
    assert (refused.value.code, refused.value.place) == (code, place)


def test_document_reads_back() -> None:
    assert STANDARD.document() == DEFAULT
    assert read_scale(STANDARD.document()) == STANDARD


@given(size=sizes)
def test_another_size_is_a_scale(size: int) -> None:
    made = resized(STANDARD, size)
    assert read_scale(made.document()) == made
    assert made.size == size
    assert made.cells[0][0] == "low"
    assert made.cells[-1][-1] == "high"


@given(before=sizes, after=sizes)
def test_levels_keep_order_and_ends(before: int, after: int) -> None:
    levels = [scaled(level, before, after) for level in range(1, before + 1)]
    assert levels == sorted(levels)
    assert levels[0] == 1
    assert levels[-1] == after


@given(before=sizes, after=sizes)
def test_mapping_keeps_order_and_stays_on_the_scale(before: int, after: int) -> None:
    for levels in mapping(resized(STANDARD, before), resized(STANDARD, after)):
        values = [levels[level] for level in range(1, before + 1)]
        assert values == sorted(values)
        assert all(1 <= value <= after for value in values)
    if before == after:
        assert values == list(range(1, before + 1))


@given(size=sizes, data=st.data())
def test_rank_grows_with_the_band_first(size: int, data: st.DataObject) -> None:
    scale = resized(STANDARD, size)
    one, other = (tuple(data.draw(st.integers(1, size)) for _side in range(2)) for _rating in range(2))
    keys = [band.key for band in scale.bands]
    bands = [keys.index(scale.band_of(*rating).key) for rating in (one, other)]  # type: ignore[union-attr]
    ranks = [scale.rank(*rating) for rating in (one, other)]
    assert all(0 < rank <= 100 for rank in ranks)
    if bands[0] < bands[1]:
        assert ranks[0] <= ranks[1]
