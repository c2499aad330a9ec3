"""Lines over time: the sparkline beside a figure, and counts by period with labels at the lines' ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.charts.drawing import Chart, Drawing, head, nice_steps, shorten, width_of


@dataclass(frozen=True)
class Line:
    """One line: its label, its tone (red, amber, green, blue, grey or accent), a value or None (no data) a period."""

    label: str
    tone: str
    values: Sequence[int | None]


def sparkline(
    values: Sequence[float | None], *, label: str, tone: str = "accent", width: int = 88, height: int = 28
) -> SafeString:
    """A small line without axes, its last point marked. None leaves a gap; fewer than two points draw only dots."""
    known = [value for value in values if value is not None]
    words = f"{label}: " + ", ".join("–" if value is None else f"{value:g}" for value in values)
    drawing = Drawing(width, height, words)
    if known:
        low, high = min(known), max(known)
        step = (width - 8) / max(len(values) - 1, 1)
        points = [
            None
            if value is None
            else (4 + index * step, height - 4 - (height - 8) * ((value - low) / (high - low) if high > low else 0.5))
            for index, value in enumerate(values)
        ]
        for run in _runs(points):
            if len(run) > 1:
                drawing.path(run, f"c-{tone}-line", width=1.5)
        last = next(point for point in reversed(points) if point is not None)
        drawing.circle(last[0], last[1], 2.5, f"c-{tone}")
    return drawing.svg()


def count_lines(
    *, title: str, subtitle: str, periods: Sequence[str], lines: Sequence[Line], width: int = 560, height: int = 260
) -> Chart:
    """Counts by period, axis from zero, each line named at its end. All lines have as many values as there are periods."""
    drawing = Drawing(width, height, title, subtitle)
    right = min(max([width_of(line.label, 12) + 46 for line in lines] or [60]), width * 0.4)
    left, top, bottom = 34, 14, height - 28
    steps = nice_steps(max([value for line in lines for value in line.values if value is not None] or [0]))
    wide = width - left - right

    def x(index: int) -> float:
        return left + (wide * index / (len(periods) - 1) if len(periods) > 1 else wide / 2)

    def y(value: float) -> float:
        return bottom - (bottom - top) * value / steps[-1]

    for value in steps:
        drawing.line(left, y(value), left + wide, y(value), "c-axis" if value == 0 else "c-line")
        drawing.text(left - 6, y(value) + 4, f"{value:g}", "c-text3", size=11, anchor="end")
    every = max(1, -(-len(periods) * 60 // max(int(wide), 1)))
    for index, period in enumerate(periods):
        if (len(periods) - 1 - index) % every == 0:
            drawing.text(x(index), bottom + 18, shorten(period, 11, 80), "c-text3", size=11, anchor="middle")
    ends: list[tuple[float, Line, int]] = []
    for line in lines:
        points = [None if value is None else (x(index), y(value)) for index, value in enumerate(line.values)]
        for run in _runs(points):
            if len(run) > 1:
                drawing.path(run, f"c-{line.tone}-line", width=2)
            else:
                drawing.circle(run[0][0], run[0][1], 3, f"c-{line.tone}")
        last = next(((index, value) for index, value in reversed(list(enumerate(line.values))) if value is not None), None)
        if last is not None:
            drawing.circle(x(last[0]), y(last[1]), 3, f"c-{line.tone}", hint=f"{line.label} {last[1]}")
            ends.append((y(last[1]), line, last[1]))
    for place, (_at, line, value) in zip(
        _apart([end[0] for end in sorted(ends, key=_height)], 15), sorted(ends, key=_height), strict=True
    ):
        tone = f"c-{line.tone}-text" if line.tone != "accent" else "c-text"
        drawing.text(left + wide + 8, place + 4, f"{value} {shorten(line.label, 12, right - 40)}", tone, size=12, bold=True)
    heads = [head(_("Period")), *[head(line.label, "num") for line in lines]]
    rows = [
        [period, *["–" if line.values[index] is None else str(line.values[index]) for line in lines]]
        for index, period in enumerate(periods)
    ]
    return Chart(title, subtitle, drawing.svg(), heads, rows, newest_right=True)


def _height(end: tuple[float, Line, int]) -> float:
    return end[0]


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The unbroken stretches between gaps."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _apart(places: Sequence[float], gap: float) -> list[float]:
    """Ascending places pushed apart to at least `gap`, kept around where they belong."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + gap) if moved else place)
    overshoot = (moved[-1] - places[-1]) / 2 if moved else 0
    return [place - overshoot for place in moved]
