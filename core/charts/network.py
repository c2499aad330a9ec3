"""A network in layers, from left to right: boxes that are links, arrows with a word on them. Where things go is told, not found
here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.safestring import SafeString

from core.charts.drawing import Drawing, number, shorten, width_of

WIDE, TALL, GAP_X, GAP_Y, MARGIN = 168, 42, 104, 20, 12


@dataclass(frozen=True)
class Node:
    """A box at a layer (column, from 0) and a height (in rows, any fraction). `sub` is the line below its name, `badge` a short
    word at its right; `href` empty: it leads nowhere and is drawn with a broken line. `strong` draws a thick line around it."""

    key: int
    label: str
    layer: int
    height: float
    sub: str = ""
    badge: str = ""
    href: str = ""
    hint: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Line:
    """An arrow from box to box that passes `way`: (layer, height) of places between them. `tone` is a RAG value, `label` stands
    on it; `heavy` draws it thick, `dashed` broken."""

    source: int
    target: int
    tone: str
    label: str
    hint: str
    href: str = ""
    way: Sequence[tuple[int, float]] = field(default_factory=tuple)
    heavy: bool = False
    dashed: bool = False


def network_drawing(*, title: str, description: str, nodes: Sequence[Node], lines: Sequence[Line]) -> SafeString:
    """The drawing as SVG text: a group of links for those who do not see it."""
    columns = max([node.layer for node in nodes] + [layer for line in lines for layer, _height in line.way], default=0) + 1
    rows = max([node.height for node in nodes] + [height for line in lines for _layer, height in line.way], default=0) + 1
    width = 2 * MARGIN + columns * WIDE + (columns - 1) * GAP_X
    drawing = Drawing(width, 2 * MARGIN + rows * (TALL + GAP_Y) - GAP_Y, title, description)
    at = {node.key: node for node in nodes}
    leaving = {key: sum(line.source == key for line in lines) for key in at}
    coming = {key: sum(line.target == key for line in lines) for key in at}
    places = [_line(drawing, line, at, near_target=leaving[line.source] > coming[line.target]) for line in lines]
    for line, (x, y) in zip(lines, places, strict=True):
        _label(drawing, line, x, y)
    for node in nodes:
        _box(drawing, node)
    return drawing.svg(" is-true-size", role="group")


def _y(height: float) -> float:
    return MARGIN + height * (TALL + GAP_Y) + TALL / 2


def _x(layer: int) -> float:
    return MARGIN + layer * (WIDE + GAP_X)


def _line(drawing: Drawing, line: Line, at: dict[int, Node], *, near_target: bool) -> tuple[float, float]:
    """Draw an arrow; gives where its label goes."""
    source, target = at[line.source], at[line.target]
    forwards = source.layer < target.layer
    start = (_x(source.layer) + (WIDE if forwards else 0), _y(source.height))
    end = (_x(target.layer) + (0 if forwards else WIDE), _y(target.height))
    tip = 7 if forwards else -7
    # Each place between is a short straight piece, as wide as a box.
    points = [start]
    for layer, height in line.way:
        edges = (_x(layer), _x(layer) + WIDE)
        points += [(edge, _y(height)) for edge in (edges if forwards else reversed(edges))]
    points.append((end[0] - tip, end[1]))
    d = f"M{number(points[0][0])} {number(points[0][1])}"
    for place, ((x1, y1), (x2, y2)) in enumerate(pairwise(points)):
        if place % 2:
            d += f"L{number(x2)} {number(y2)}"
        else:
            bend = (x2 - x1) / 2
            d += f"C{number(x1 + bend)} {number(y1)} {number(x2 - bend)} {number(y2)} {number(x2)} {number(y2)}"
    drawing.path_of(
        d,
        f"c-{line.tone}-line",
        fill="none",
        stroke_width=3 if line.heavy else 1.5,
        stroke_dasharray="5 4" if line.dashed else None,
    )
    drawing.path([end, (end[0] - tip - 1, end[1] - 4), (end[0] - tip - 1, end[1] + 4)], f"c-{line.tone}", close=True)
    (x1, y1), (x2, y2) = points[-2:] if near_target else points[:2]
    return (x1 + x2) / 2, (y1 + y2) / 2


def _label(drawing: Drawing, line: Line, x: float, y: float) -> None:
    """The word on an arrow, a link to what is behind it."""
    wide = width_of(line.label, 11) + 8
    with drawing.link(line.href, line.hint):
        box = (x - wide / 2, y - 9, wide, 18)
        drawing.rect(*box, f"c-surface c-{line.tone}-line", radius=9, stroke_width=1, hint=line.hint)
        drawing.text(x, y + 4, line.label, f"c-{line.tone}-text", size=11, anchor="middle", bold=True)


def _box(drawing: Drawing, node: Node) -> None:
    x, y = _x(node.layer), _y(node.height) - TALL / 2
    with drawing.link(node.href, node.hint or node.label):
        drawing.rect(
            x,
            y,
            WIDE,
            TALL,
            "c-surface c-axis" if node.href else "c-surface c-neutral-line",
            radius=6,
            stroke_width=2.5 if node.strong else 1,
            stroke_dasharray=None if node.href else "4 3",
            hint=node.hint or node.label,
        )
        room: float = WIDE - 16
        drawing.text(x + 8, y + (18 if node.sub else 26), shorten(node.label, 12, room), "c-text" if node.href else "c-text3")
        if node.badge:
            drawing.text(x + WIDE - 8, y + 34, node.badge, "c-text2", size=11, anchor="end", bold=True)
            room -= width_of(node.badge, 11) + 6
        if node.sub:
            drawing.text(x + 8, y + 34, shorten(node.sub, 11, room), "c-text3", size=11)
