"""Drawings of risk: the matrix of threats and opportunities with movement, one risk's way over it, causes and effects, and what
is shared by whom."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.charts.drawing import Chart, Drawing, head, shorten, side_by_side, width_of

WIDE, TALL = 430, 280
"""A side of the matrix, whatever its number of levels."""
Place = tuple[int, int]  # likelihood, impact: levels from 1


@dataclass(frozen=True)
class MatrixCell:
    """One cell: its band in words and as a tone (red, amber, green), or a depth of the accent (0 to 1) where bands are no
    status; how many lie in it now and lay in it before; where its rows are."""

    band: str
    tone: str = ""
    depth: float = 0
    count: int = 0
    before: int | None = None
    url: str = ""


@dataclass(frozen=True)
class Moved:
    """So many went from one cell to another."""

    start: Place
    end: Place
    count: int


@dataclass(frozen=True)
class MatrixSide:
    """One side of the matrix. `fields[likelihood - 1][impact - 1]`; mirrored: the highest impact to the left."""

    label: str
    noun: str
    fields: Sequence[Sequence[MatrixCell]]
    moves: Sequence[Moved] = ()
    mirrored: bool = False


def risk_matrix(
    *,
    title: str,
    subtitle: str,
    likelihood: Sequence[str],
    impact: Sequence[str],
    sides: Sequence[MatrixSide],
    before: str = "",
    most_moves: int = 8,
) -> Chart:
    """Grids side by side, likelihood upwards, with how many lie in each cell and arrows for the largest movements. `before` names
    the day the movement is counted from."""
    size = len(likelihood)
    left = min(max([width_of(label, 11) for label in likelihood] or [40]) + 22, 130)
    gap, top, foot = 26, 42, 34
    drawing = Drawing(left + len(sides) * WIDE + (len(sides) - 1) * gap, top + TALL + foot, title, subtitle)
    tall = TALL / size
    for level, label in enumerate(likelihood):
        y = top + TALL - (level + 0.5) * tall
        drawing.text(left - 8, y + 4, shorten(label, 11, left - 20), "c-text2", size=11, anchor="end", hint=label)
    drawing.text(0, 34, _("Likelihood ↑"), "c-text3", size=10)
    linked = False
    for number, side in enumerate(sides):
        x = left + number * (WIDE + gap)
        drawing.text(x, 14, side.label, "c-text", size=13, bold=True)
        words = _("← Impact") if side.mirrored else _("Impact →")
        drawing.text(x if side.mirrored else x + WIDE, 34, words, "c-text3", size=10, anchor=None if side.mirrored else "end")
        linked |= _side(drawing, x, top, likelihood, impact, side, most_moves)
    heads = [head(_("What")), head(_("Likelihood")), head(_("Impact")), head(_("Band")), head(_("Now"), "num")]
    if before:
        heads.append(head(before, "num"))
    rows = []
    for side in sides:
        for row in reversed(range(size)):
            for column in reversed(range(size)):
                it = side.fields[row][column]
                if it.count or it.before:
                    count: str | SafeString = str(it.count)
                    if it.url and it.count:
                        count = format_html('<a href="{}">{}</a>', it.url, it.count)
                    line = [side.noun, likelihood[row], impact[column], it.band, count]
                    rows.append([*line, "–" if it.before is None else str(it.before)] if before else line)
    return Chart(title, subtitle, drawing.svg(role="group" if linked else "img"), heads, rows)


def _side(
    drawing: Drawing, x: float, top: float, likelihood: Sequence[str], impact: Sequence[str], side: MatrixSide, most_moves: int
) -> bool:
    """One side of the matrix: cells, arrows, figures above both. Says whether it holds links."""
    size = len(likelihood)
    tall, wide = TALL / size, WIDE / size
    linked = False

    def corner(place: Place) -> tuple[float, float]:
        column = size - place[1] if side.mirrored else place[1] - 1
        return x + column * wide, top + TALL - place[0] * tall

    def centre(place: Place) -> tuple[float, float]:
        left, upper = corner(place)
        return left + wide / 2, upper + tall / 2

    def name(place: Place) -> str:
        return f"{likelihood[place[0] - 1]}, {impact[place[1] - 1]}"

    places = [(row, column) for row in range(1, size + 1) for column in range(1, size + 1)]
    for level, label in enumerate(impact, 1):
        words = shorten(label, 11, wide - 4)
        drawing.text(centre((1, level))[0], top + TALL + 16, words, "c-text2", size=11, anchor="middle", hint=label)
    for place in places:
        linked |= _cell(drawing, *corner(place), wide, tall, side.fields[place[0] - 1][place[1] - 1], name(place))
    _letters(drawing, [(*corner(place), side.fields[place[0] - 1][place[1] - 1].band[:1]) for place in places])
    moves = sorted(side.moves, key=lambda move: -move.count)[:most_moves]
    for move in moves:
        words = _("%(count)d from %(start)s to %(end)s")
        hint = words % {"count": move.count, "start": name(move.start), "end": name(move.end)}
        _arrow(drawing, centre(move.start), centre(move.end), move.count, hint)
    crossed = {place for move in moves for place in (move.start, move.end)}
    for place in places:
        if count := side.fields[place[0] - 1][place[1] - 1].count:
            across, down = centre(place)
            if place in crossed:
                drawing.circle(across, down, 12, "c-surface c-over")
            drawing.text(across, down + 5, f"{count:,}", "c-text c-over", size=15, anchor="middle", bold=True)
    return linked


def _cell(drawing: Drawing, x: float, y: float, wide: float, tall: float, it: MatrixCell, name: str) -> bool:
    """One cell; says whether it is a link."""
    linked = bool(it.url and it.count)
    said = f"{name}: {it.count} ({it.band})"
    # A link says it itself; what it would repeat is 25 times a page.
    with drawing.link(it.url if linked else "", said):
        tone, strength = (f"c-{it.tone}", 0.46 if it.count else 0.2) if it.tone else ("c-accent", it.depth)
        hint = "" if linked else said
        drawing.rect(x + 1, y + 1, wide - 2, tall - 2, tone, radius=3, fill_opacity=f"{strength:.2f}", hint=hint)
    return linked


def _letters(drawing: Drawing, places: Sequence[tuple[float, float, str]]) -> None:
    """The first letters of the bands in the corners of their cells: a text element a letter, not a cell."""
    found: dict[str, list[tuple[float, float]]] = {}
    for x, y, letter in places:
        found.setdefault(letter, []).append((x + 5, y + 12))
    for letter, corners in found.items():
        if letter:
            drawing.text_at(corners, letter, "c-text3", size=9)


def _arrow(drawing: Drawing, start: tuple[float, float], end: tuple[float, float], count: int, hint: str) -> None:
    """From one cell to another, keeping off both figures; the more went, the thicker."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = math.hypot(across, down)
    if not length:
        return
    one, other = across / length, down / length
    # Beside the straight way, so that there and back do not cover each other.
    aside = (-other * 5, one * 5)
    keep = min(15.0, length / 3)
    x1, y1 = start[0] + one * keep + aside[0], start[1] + other * keep + aside[1]
    x2, y2 = end[0] - one * keep + aside[0], end[1] - other * keep + aside[1]
    width = 1.25 + min(math.log2(count + 1) / 2, 2.5)
    tip = 5 + width
    drawing.path([(x1, y1), (x2 - one * tip, y2 - other * tip)], "c-text-line", width=width, stroke_opacity="0.7")
    drawing.path(
        [
            (x2, y2),
            (x2 - one * tip - other * tip * 0.55, y2 - other * tip + one * tip * 0.55),
            (x2 - one * tip + other * tip * 0.55, y2 - other * tip - one * tip * 0.55),
        ],
        "c-text",
        close=True,
    )
    if count > 1:
        x, y = (x1 + x2) / 2 + aside[0] * 1.6, (y1 + y2) / 2 + aside[1] * 1.6 + 3
        drawing.circle(x, y - 3, 8, "c-surface", hint=hint, fill_opacity="0.85")
        drawing.text(x, y, str(count), "c-text", size=9, anchor="middle", bold=True)


@dataclass(frozen=True)
class RatingMark:
    """One rating of a risk: a letter for the drawing, a word, its place."""

    letter: str
    word: str
    place: Place


def rating_way(
    *,
    title: str,
    subtitle: str,
    likelihood: Sequence[str],
    impact: Sequence[str],
    fields: Sequence[Sequence[MatrixCell]],
    marks: Sequence[RatingMark],
    mirrored: bool = False,
) -> Chart:
    """One risk on a small matrix: its ratings in order, an arrow from each to the next."""
    size, wide, tall, left, top = len(likelihood), 54, 34, 96, 8
    drawing = Drawing(left + size * wide, top + size * tall + 24, title, subtitle)

    def at(column: int) -> int:
        return size - 1 - column if mirrored else column

    for level, label in enumerate(likelihood):
        y = top + (size - level - 0.5) * tall + 4
        drawing.text(left - 8, y, shorten(label, 11, left - 10), "c-text2", size=11, anchor="end", hint=label)
    for level, label in enumerate(impact):
        x, y = left + (at(level) + 0.5) * wide, top + size * tall + 16
        drawing.text(x, y, shorten(label, 10, wide - 4), "c-text2", size=10, anchor="middle", hint=label)
    corners = [(row, column) for row in range(size) for column in range(size)]
    for row, column in corners:
        x, y = left + at(column) * wide, top + (size - row - 1) * tall
        _cell(drawing, x, y, wide, tall, fields[row][column], f"{likelihood[row]}, {impact[column]}")
    bands = [(left + at(column) * wide, top + (size - row - 1) * tall, fields[row][column].band[:1]) for row, column in corners]
    _letters(drawing, bands)
    places = [mark.place for mark in marks]
    spots = [
        (left + (at(place[1] - 1) + 0.5) * wide + aside * 17, top + (size - place[0] + 0.5) * tall)
        for place, aside in zip(places, side_by_side(places), strict=True)
    ]
    for start, end in pairwise(spots):
        if math.hypot(end[0] - start[0], end[1] - start[1]) > 20:
            _arrow(drawing, start, end, 1, "")
    for mark, (x, y) in zip(marks, spots, strict=True):
        drawing.circle(x, y, 10, "c-surface")
        drawing.circle(x, y, 8.5, "c-accent", hint=f"{mark.word}: {likelihood[mark.place[0] - 1]}, {impact[mark.place[1] - 1]}")
        drawing.text(x, y + 3.5, mark.letter, "c-on-accent", size=10, anchor="middle", bold=True)
    heads = [head(_("Rating")), head(_("Likelihood")), head(_("Impact")), head(_("Score"), "num"), head(_("Band"))]
    rows = [
        [
            mark.word,
            likelihood[mark.place[0] - 1],
            impact[mark.place[1] - 1],
            str(mark.place[0] * mark.place[1]),
            fields[mark.place[0] - 1][mark.place[1] - 1].band,
        ]
        for mark in marks
    ]
    return Chart(title, subtitle, drawing.svg(), heads, rows)


@dataclass(frozen=True)
class Knot:
    """One box of a bow-tie: what it is (Cause, Response …), its words, what kind of edge it has (solid, or "2 2" for barriers)."""

    noun: str
    label: str
    url: str = ""
    barrier: bool = False


def bow_tie(*, title: str, subtitle: str, event: str, causes: Sequence[Knot], effects: Sequence[Knot]) -> Chart:
    """What leads to an event on the left, what follows from it on the right; barriers stand on the way, marked."""
    box, tall, gap, middle = 216, 44, 10, 170
    width = 2 * box + middle + 120
    count = max(len(causes), len(effects), 1)
    height = count * (tall + gap) + 4
    drawing = Drawing(width, height, title, subtitle)
    cx, cy = width / 2, height / 2
    for side, knots in ((0, causes), (1, effects)):
        first = cy - (len(knots) * (tall + gap) - gap) / 2
        for number, knot in enumerate(knots):
            x, y = (0 if side == 0 else width - box), first + number * (tall + gap)
            near = x + box if side == 0 else x
            edge = cx - middle / 2 if side == 0 else cx + middle / 2
            drawing.line(near, y + tall / 2, edge, cy, "c-axis", width=1.5, dash="3 3" if knot.barrier else None)
            drawing.rect(x, y, box, tall, "c-neutral", radius=6, hint=knot.label, fill_opacity="0.6")
            if knot.barrier:
                drawing.rect(x, y, 4, tall, "c-accent", radius=2)
            drawing.text(x + 10, y + 16, knot.noun, "c-text3", size=10)
            drawing.text(x + 10, y + 33, shorten(knot.label, 12, box - 20), "c-text", hint=knot.label)
    drawing.rect(cx - middle / 2, cy - 32, middle, 64, "c-surface", radius=32)
    drawing.rect(cx - middle / 2, cy - 32, middle, 64, "c-accent", radius=32)
    lines = _lines(event, 12, middle - 36, 3)
    for number, line in enumerate(lines):
        drawing.text(cx, cy + 4 + (number - (len(lines) - 1) / 2) * 15, line, "c-on-accent", anchor="middle", bold=True)
    heads = [head(_("Side")), head(_("What it is")), head(_("In words"))]
    rows = [
        [side, knot.noun, format_html('<a href="{}">{}</a>', knot.url, knot.label) if knot.url else knot.label]
        for side, knots in ((_("Before"), causes), (_("After"), effects))
        for knot in knots
    ]
    return Chart(title, subtitle, drawing.svg(), heads, rows)


def _lines(words: str, size: float, room: float, most: int) -> list[str]:
    """Words broken into at most so many lines; the last one is cut."""
    lines: list[str] = []
    for word in words.split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        elif len(lines) < most:
            lines.append(word)
        else:
            lines[-1] += f" {word}"
            break
    return [shorten(line, size, room) for line in lines] or [""]


@dataclass(frozen=True)
class SharedRow:
    """One risk of a shared-risk map: column -> (level, tone, words)."""

    label: str
    url: str
    hits: Mapping[int, tuple[str, str, str]] = field(default_factory=dict)


LEAST_WIDTH = 704
"""What a wide drawing takes at least on a page."""


def shared_map(*, title: str, subtitle: str, columns: Sequence[tuple[str, str]], rows: Sequence[SharedRow]) -> Chart:
    """Risks by projects: the level of the impact in each cell. `columns` are (short name, name)."""
    wide, tall, top = 58, 30, 26
    # Few projects leave room for whole titles, and a drawing that is not blown up on the page.
    left = max(230, min(420, LEAST_WIDTH - max(len(columns), 1) * wide))
    drawing = Drawing(max(left + max(len(columns), 1) * wide, LEAST_WIDTH), top + max(len(rows), 1) * tall + 2, title, subtitle)
    for number, (short, name) in enumerate(columns):
        drawing.text(
            left + (number + 0.5) * wide, 14, shorten(short, 10, wide - 4), "c-text2", size=10, anchor="middle", hint=name
        )
    for number, row in enumerate(rows):
        y = top + number * tall
        drawing.line(0, y, drawing.width, y, "c-line")
        drawing.text(0, y + 19, shorten(row.label, 12, left - 12), "c-text", hint=row.label)
        for column, (level, tone, words) in row.hits.items():
            x = left + column * wide
            hint = f"{columns[column][1]}: {words}"
            drawing.rect(
                x + 4, y + 3, wide - 8, tall - 6, f"c-{tone}" if tone else "c-neutral", radius=4, hint=hint, fill_opacity="0.46"
            )
            drawing.text(x + wide / 2, y + 19, level, "c-text", size=11, anchor="middle", bold=True)
    heads = [head(_("Risk")), head(_("Project")), head(_("Impact"))]
    table: list[list[str]] = [
        [format_html('<a href="{}">{}</a>', row.url, row.label), columns[column][1], words]
        for row in rows
        for column, (_level, _tone, words) in row.hits.items()
    ]
    return Chart(title, subtitle, drawing.svg(), heads, table)
