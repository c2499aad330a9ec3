"""A network in layers, from left to right: boxes that are links, arrows with a word on them. Where things go is told, not found
here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from core.charts.drawing import Chart, Drawing, shorten, width_of

WIDE, TALL, GAP_X, GAP_Y, MARGIN = 168, 42, 104, 20, 12
LABEL = 18


@dataclass(frozen=True)
class Node:
    """A box at a layer (column, from 0) and a height (in rows, any fraction). `sub` is the line below its name; `href` empty: it
    leads nowhere and is drawn with a broken line. `strong` draws a thick line around it."""

    key: int
    label: str
    layer: int
    height: float
    sub: str = ""
    href: str = ""
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


def network_drawing(*, title: str, description: str, nodes: Sequence[Node], lines: Sequence[Line]) -> Chart:
    """The drawing: a group of links for those who do not see it. Its table twin is the page's to write."""
    columns = max([node.layer for node in nodes] + [layer for line in lines for layer, _height in line.way], default=0) + 1
    rows = max([node.height for node in nodes] + [height for line in lines for _layer, height in line.way], default=0) + 1
    width = 2 * MARGIN + columns * WIDE + (columns - 1) * GAP_X
    drawing = Drawing(width, 2 * MARGIN + rows * (TALL + GAP_Y) - GAP_Y, title, description)
    at = {node.key: node for node in nodes}
    leaving, coming = Counter(line.source for line in lines), Counter(line.target for line in lines)
    strokes: dict[tuple[str, bool, bool], list[str]] = defaultdict(list)
    heads: dict[str, list[str]] = defaultdict(list)
    places = []
    for line in lines:
        way, tip, spots = _course(line, at, coming[line.target] - leaving[line.source])
        strokes[line.tone, line.heavy, line.dashed].append(way)
        heads[line.tone].append(tip)
        places.append((line, spots))
    # One shape for all lines that look alike: a drawing of sixty would else weigh twice as much.
    for (tone, heavy, dashed), ways in sorted(strokes.items(), key=lambda one: one[0][1]):
        look = {"fill": "none", "stroke_width": 3 if heavy else 1.5, "stroke_dasharray": "5 4" if dashed else None}
        drawing.path_of("".join(ways), f"c-{tone}-line", **look)
    for tone, tips in heads.items():
        drawing.path_of("".join(tips), f"c-{tone}")
    taken: list[tuple[float, float, float]] = []
    for line, labels in places:
        wide = width_of(line.label, 12) + 8
        x, y = _free(labels, wide, taken)
        taken.append((x, y, wide))
        _label(drawing, line, x, y)
    for node in nodes:
        _box(drawing, node)
    return Chart(title, description, drawing.svg(" is-true-size", role="group"), [], [])


def _y(height: float) -> float:
    return MARGIN + height * (TALL + GAP_Y) + TALL / 2


def _x(layer: int) -> float:
    return MARGIN + layer * (WIDE + GAP_X)


Point = tuple[float, float]
PLACES = (0.5, 0.72, 0.28, 0.86, 0.14, 0.61, 0.39)
"""How far along its piece of an arrow a label may stand, in the order in which they are tried."""


def _course(line: Line, at: dict[int, Node], crowd: int) -> tuple[str, str, list[Point]]:
    """The commands of an arrow and of its head, and the places where its label could go, the best first. `crowd`: by how many
    more arrows come in at its end than go out at its beginning."""
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
    way = f"M{_whole(points[0])}"
    for place, ((x1, y1), (x2, y2)) in enumerate(pairwise(points)):
        if place % 2:
            way += f"L{_whole((x2, y2))}"
        else:
            middle = (x1 + x2) / 2
            way += f"C{_whole((middle, y1), (middle, y2), (x2, y2))}"
    # Near the end where fewer arrows meet, so that labels do not lie upon each other.
    (x1, y1), (x2, y2) = points[-2:] if crowd < 0 else points[:2]
    best = 0.5 if not crowd else 0.72 if crowd < 0 else 0.28
    labels = [
        (x1 + (x2 - x1) * (1.5 * t * (1 - t) + t**3), y1 + (y2 - y1) * (3 * t**2 - 2 * t**3))
        for t in sorted(PLACES, key=lambda t: t != best)
    ]
    return way, f"M{_whole(end)}l{-tip - 1} -4v8Z", labels


def _free(labels: list[Point], wide: float, taken: list[tuple[float, float, float]]) -> Point:
    """The first of the places where no other label (x, y, width) lies, else just below or above one; the best one where there
    is none."""
    for aside in (0, LABEL + 1, -LABEL - 1):
        for x, y in labels:
            if all(abs(x - left) * 2 >= wide + width or abs(y + aside - top) >= LABEL for left, top, width in taken):
                return x, y + aside
    return labels[0]


def _whole(*points: tuple[float, float]) -> str:
    """Points in whole pixels."""
    return " ".join(f"{x:.0f} {y:.0f}" for x, y in points)


def _label(drawing: Drawing, line: Line, x: float, y: float) -> None:
    """The word on an arrow, a link to what is behind it."""
    wide = width_of(line.label, 12) + 8
    x, y, wide = round(x), round(y), 2 * round(wide / 2)
    with drawing.link(line.href, line.hint, hover=True):
        drawing.rect(x - wide // 2, y - LABEL // 2, wide, LABEL, f"c-surface c-{line.tone}-line", radius=9)
        drawing.text(x, y + 4, line.label, f"c-{line.tone}-text", anchor="middle", bold=True)


def _box(drawing: Drawing, node: Node) -> None:
    x, y = _x(node.layer), round(_y(node.height) - TALL / 2)
    shown = shorten(node.label, 12, WIDE - 16)
    cut = shown != node.label
    with drawing.link(node.href, f"{node.label}, {node.sub}" if cut else "", hover=cut):
        drawing.rect(
            x,
            y,
            WIDE,
            TALL,
            "c-surface c-axis" if node.href else "c-surface c-neutral-line",
            radius=6,
            stroke_width=2.5 if node.strong else None,
            stroke_dasharray=None if node.href else "4 3",
        )
        drawing.text(x + 8, y + (18 if node.sub else 26), shown, "c-text" if node.href else "c-text3")
        if node.sub:
            drawing.text(x + 8, y + 34, shorten(node.sub, 12, WIDE - 16), "c-text3")
