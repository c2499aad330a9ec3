"""Drawings of risk: well-formed, escaped, the same figures in drawing and table."""

import re
from xml.etree import ElementTree as ET

import pytest

from core.charts import (
    Chart,
    Knot,
    MatrixCell,
    MatrixSide,
    Moved,
    RatingMark,
    SharedRow,
    bow_tie,
    rating_way,
    risk_matrix,
    shared_map,
)

EVIL = '<script>alert("1")</script> & \x07'
LEVELS = ["Low", "Middle", EVIL]


def fields(count: int = 0, url: str = "") -> list[list[MatrixCell]]:
    """A map of three levels with so many in the highest cell."""
    made = [[MatrixCell("Low", "green") for _column in range(3)] for _row in range(3)]
    made[2][2] = MatrixCell(EVIL, "red", count=count, before=1, url=url)
    return made


def matrix(**values: object) -> Chart:
    sides = [
        MatrixSide("Threats", "Threat", fields(7, "/rows/?a=1&b=2"), [Moved((1, 1), (3, 3), 4), Moved((3, 3), (1, 1), 1)]),
        MatrixSide("Opportunities", "Opportunity", fields(0), mirrored=True),
    ]
    options = {"title": EVIL, "subtitle": EVIL, "likelihood": LEVELS, "impact": LEVELS, "sides": sides, "before": "1 Oct 2026"}
    return risk_matrix(**{**options, **values})  # type: ignore[arg-type]


CHARTS = [
    matrix(),
    rating_way(
        title=EVIL, subtitle="", likelihood=LEVELS, impact=LEVELS, fields=fields(), mirrored=True,
        marks=[RatingMark("I", EVIL, (3, 3)), RatingMark("C", "Current", (3, 3)), RatingMark("T", "Target", (1, 1))],
    ),
    bow_tie(title=EVIL, subtitle="", event=EVIL * 9, causes=[Knot("Cause", EVIL, "/x/?a=1&b=2"), Knot("Barrier", "b", barrier=True)], effects=[]),
    shared_map(title=EVIL, subtitle="", columns=[("PRJ-1", EVIL)], rows=[SharedRow(EVIL, "/x/", {0: ("4", "red", EVIL)})]),
]  # fmt: skip


@pytest.mark.parametrize("chart", CHARTS)
def test_drawings_are_well_formed_and_escaped(chart: Chart) -> None:
    ET.fromstring(chart.svg)  # noqa: S314 - our own drawing
    ET.fromstring(chart.on_screen.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))  # noqa: S314
    assert "<script" not in chart.svg + chart.twin
    assert "\x07" not in chart.svg
    assert "style=" not in chart.svg


@pytest.mark.parametrize("chart", CHARTS)
def test_every_row_of_the_table_is_as_wide_as_its_head(chart: Chart) -> None:
    assert chart.rows
    assert {len(row) for row in chart.rows} == {len(chart.heads)}


def test_a_cell_with_rows_is_a_link_in_drawing_and_table() -> None:
    chart = matrix()
    assert 'role="group"' in chart.svg
    assert '<a href="/rows/?a=1&amp;b=2"' in chart.svg
    assert '<a href="/rows/?a=1&amp;b=2">7</a>' in chart.twin
    assert [row[-1] for row in chart.rows] == ["1", "1"]


def test_without_links_it_is_an_image() -> None:
    chart = matrix(sides=[MatrixSide("Threats", "Threat", fields(3))], before="")
    assert 'role="img"' in chart.svg
    assert "<a " not in chart.svg
    assert len(chart.heads) == 5


def test_the_mirrored_side_has_the_highest_impact_at_the_left() -> None:
    plain = matrix(sides=[MatrixSide("T", "T", fields(3))])
    mirrored = matrix(sides=[MatrixSide("T", "T", fields(3), mirrored=True)])

    def left_of_figure(chart: Chart) -> float:
        found = re.search(
            r'<text class="c-text c-over" fill="#1a1b1f" pointer-events="none" x="([\d.]+)"[^>]*font-size="15"', chart.svg
        )
        assert found
        return float(found[1])

    assert left_of_figure(mirrored) < left_of_figure(plain)
