"""States and the moves between them, as boxes on a grid and arrows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.charts.drawing import Chart, Drawing, head, shorten

WIDE, TALL, GAP_X, GAP_Y, MARGIN = 126, 40, 34, 62, 14


@dataclass(frozen=True)
class Box:
    """A state at a column and a line of the grid, both from 0."""

    key: str
    label: str
    column: int
    line: int


@dataclass(frozen=True)
class Arrow:
    """A move between two states; `label` is what it is called, shown on hover and in the table."""

    source: str
    target: str
    label: str


def state_diagram(*, title: str, subtitle: str, boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Chart:
    """Two moves that go both ways share one line with two heads."""
    columns, lines = max(box.column for box in boxes) + 1, max(box.line for box in boxes) + 1
    width = 2 * MARGIN + columns * WIDE + (columns - 1) * GAP_X
    height = 2 * MARGIN + lines * TALL + (lines - 1) * GAP_Y
    drawing = Drawing(width, height, title, subtitle)
    at = {box.key: box for box in boxes}
    ways: dict[tuple[str, str], bool] = {}
    for arrow in arrows:
        if (arrow.target, arrow.source) in ways:
            ways[arrow.target, arrow.source] = True
        else:
            ways.setdefault((arrow.source, arrow.target), False)
    for (source, target), both in ways.items():
        _arrow(drawing, at[source], at[target], both=both)
    for box in boxes:
        x, y = _place(box)
        drawing.rect(x, y, WIDE, TALL, "c-surface c-neutral-line", radius=6)
        drawing.text(
            x + WIDE / 2, y + TALL / 2 + 4, shorten(box.label, 12, WIDE - 8), "c-text", anchor="middle", hint=box.label
        )
    words = {box.key: box.label for box in boxes}
    heads = [head(_("From")), head(_("Move")), head(_("To"))]
    rows = [[words[arrow.source], arrow.label, words[arrow.target]] for arrow in arrows]
    return Chart(title, subtitle, drawing.svg(), heads, rows)


def _place(box: Box) -> tuple[float, float]:
    return MARGIN + box.column * (WIDE + GAP_X), MARGIN + box.line * (TALL + GAP_Y)


def _arrow(drawing: Drawing, source: Box, target: Box, *, both: bool) -> None:
    """From edge to edge: straight beside or below each other, else up or down first so that no box is crossed."""
    (x1, y1), (x2, y2) = _place(source), _place(target)
    if source.line == target.line and abs(source.column - target.column) == 1:
        right = x2 > x1
        start = (x1 + WIDE if right else x1, y1 + TALL / 2)
        end = (x2 if right else x2 + WIDE, y2 + TALL / 2)
    else:
        down = y2 > y1
        shift = 12 * (source.column - target.column)
        start = (x1 + WIDE / 2 - shift / 2, y1 + TALL if down else y1)
        end = (x2 + WIDE / 2 + shift / 2, y2 if down else y2 + TALL)
    drawing.path([start, end], "c-axis", width=1.2)
    _tip(drawing, start, end)
    if both:
        _tip(drawing, end, start)


def _tip(drawing: Drawing, start: tuple[float, float], end: tuple[float, float]) -> None:
    """The head of an arrow that ends at `end`."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1
    ux, uy = dx / length, dy / length
    base = (end[0] - 8 * ux, end[1] - 8 * uy)
    drawing.path([end, (base[0] - 4 * uy, base[1] + 4 * ux), (base[0] + 4 * uy, base[1] - 4 * ux)], "c-text3", close=True)
