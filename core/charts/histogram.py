"""Histogram of draws, with marks where P10, P50 and P90 lie and the part below zero set apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.charts.drawing import Chart, Drawing, head
from core.money import percent


@dataclass(frozen=True)
class Column:
    """So many draws fell from `start` to `end`."""

    start: Decimal
    end: Decimal
    count: int


@dataclass(frozen=True)
class Mark:
    """A line across the histogram: its label ("P50") and where it stands."""

    label: str
    value: Decimal


def histogram_chart(
    *,
    title: str,
    subtitle: str,
    columns: Sequence[Column],
    marks: Sequence[Mark],
    words: Callable[[Decimal], str],
    exact: Callable[[Decimal], str] | None = None,
    width: int = 640,
    height: int = 270,
) -> Chart:
    """Columns touch and are in ascending order. Those below zero are grey, the others of the accent."""
    exact = exact or words
    drawing = Drawing(width, height, title, subtitle)
    low, high = columns[0].start, columns[-1].end
    span = (high - low) or Decimal(1)
    most = max(column.count for column in columns) or 1
    left, right, top, bottom = 10, width - 10, 46, height - 30

    def x(value: Decimal) -> float:
        return left + (right - left) * float((value - low) / span)

    total = sum(column.count for column in columns) or 1
    for column in columns:
        tall = (bottom - top) * column.count / most
        tone = "c-grey" if column.end <= 0 else "c-accent"
        hint = f"{words(column.start)} – {words(column.end)}: {percent(Decimal(100 * column.count) / total, 1)}"
        wide = max(x(column.end) - x(column.start) - 1, 1.5)
        drawing.rect(x(column.start), bottom - tall, wide, tall, tone, hint=hint)
    drawing.line(left, bottom, right, bottom, "c-axis")
    for value in value_ticks(low, high):
        drawing.line(x(value), bottom, x(value), bottom + 4, "c-axis")
        anchor = "start" if x(value) < left + 20 else "end" if x(value) > right - 20 else "middle"
        drawing.text(x(value), bottom + 18, words(value), "c-text2", size=11, anchor=anchor)
    last = -100.0
    for number, mark in enumerate(sorted(marks, key=lambda mark: mark.value)):
        at = x(mark.value)
        level = 14 if at - last > 90 or number == 0 else 30
        drawing.line(at, level + 4, at, bottom, "c-neutral-line", width=1.2, dash="4 3")
        anchor = "start" if at < 60 else "end" if at > width - 60 else "middle"
        drawing.text(at, level, f"{mark.label} {words(mark.value)}", "c-text", size=12, anchor=anchor, bold=True)
        last = at if level == 14 else -100.0
    heads = [head(_("From")), head(_("To"), "num"), head(_("Draws"), "num"), head(_("Share"), "num")]
    rows = [
        [exact(column.start), exact(column.end), str(column.count), percent(Decimal(100 * column.count) / total, 1)]
        for column in columns
    ]
    rows += [[f"{mark.label}: {exact(mark.value)}", "", "", ""] for mark in marks]
    return Chart(title, subtitle, drawing.svg(), heads, rows)


def value_ticks(low: Decimal, high: Decimal) -> list[Decimal]:
    """About five round values from low to high, zero among them where it lies within."""
    span = high - low
    if span <= 0:
        return [low]
    raw = span / 5
    power = Decimal(10) ** raw.adjusted()
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
    first = -((-low) // step) if low < 0 else (low + step - Decimal("1e-9")) // step
    value, found = Decimal(first) * step, []
    while value <= high:
        if value >= low:
            found.append(value)
        value += step
    return found
