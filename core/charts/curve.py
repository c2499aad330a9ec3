"""S-curve: which part of all outcomes stays at or below an amount, with percentiles marked and an amount in store drawn across."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from core.charts.drawing import Chart, Drawing, head, width_of
from core.charts.histogram import Mark, value_ticks
from core.money import percent


def s_curve(
    *,
    title: str,
    subtitle: str,
    points: Sequence[tuple[int, Decimal]],
    marks: Sequence[tuple[Decimal, Decimal]],
    words: Callable[[Decimal], str],
    exact: Callable[[Decimal], str] | None = None,
    store: Mark | None = None,
    chosen: Decimal | None = None,
    value_head: str = "",
    width: int = 640,
    height: int = 320,
) -> Chart:
    """`points` are (per cent, value), rising from 0 to 100 per cent; `marks` (per cent, value) get a dot and a label, the
    `chosen` per cent a filled one. `store` is a line across; it is left out where it would squeeze the curve to a third."""
    exact = exact or words
    drawing = Drawing(width, height, title, subtitle)
    low, high = points[0][1], points[-1][1]
    if store is not None and not low - 2 * (high - low) <= store.value <= high + 2 * (high - low):
        store = None
    if store is not None:
        low, high = min(low, store.value), max(high, store.value)
    span = (high - low) or Decimal(1)
    left, right, top, bottom = 44, width - 14, 26, height - 30

    def x(value: Decimal) -> float:
        return left + (right - left) * float((value - low) / span)

    def y(part: Decimal | int) -> float:
        return bottom - (bottom - top) * float(part) / 100

    for part in (0, 25, 50, 75, 100):
        drawing.line(left, y(part), right, y(part), "c-axis" if part == 0 else "c-line")
        drawing.text(left - 6, y(part) + 4, percent(Decimal(part)), "c-text3", size=11, anchor="end")
    for value in value_ticks(low, high):
        drawing.line(x(value), bottom, x(value), bottom + 4, "c-axis")
        anchor = "start" if x(value) < left + 20 else "end" if x(value) > right - 20 else "middle"
        drawing.text(x(value), bottom + 18, words(value), "c-text2", size=11, anchor=anchor)
    if store is not None:
        _store_line(drawing, x(store.value), top, bottom, f"{store.label} {words(store.value)}", right)
    drawing.path([(x(value), y(part)) for part, value in points], "c-accent-line", width=2.2)
    for step, value in marks:
        if step == chosen:
            drawing.line(x(value), y(step), x(value), bottom, "c-neutral-line", width=1.2, dash="4 3")
            drawing.line(left, y(step), x(value), y(step), "c-neutral-line", width=1.2, dash="4 3")
        _dot(drawing, x(value), y(step), f"P{step.normalize():f} {words(value)}", right, is_chosen=step == chosen)
    heads = [head(_("Outcomes at or below it"), "num"), head(value_head or _("Amount"), "num"), head(_("Above it"), "num")]
    known = {Decimal(part): value for part, value in points if part % 5 == 0} | dict(marks)
    rows = [
        [percent(part, 1), exact(value), percent(100 - part, 1)]
        for part, value in sorted(known.items(), key=lambda row: row[0])
    ]
    return Chart(title, subtitle, drawing.svg(), heads, rows)


def _store_line(drawing: Drawing, at: float, top: float, bottom: float, label: str, right: float) -> None:
    """The amount in store, across the curve, its words on the side where there is room."""
    drawing.line(at, top - 6, at, bottom, "c-axis", width=1.6)
    fits = at + width_of(label, 12) < right
    drawing.text(at + (5 if fits else -5), top - 10, label, "c-text", size=12, anchor="start" if fits else "end", bold=True)


def _dot(drawing: Drawing, x: float, y: float, label: str, right: float, *, is_chosen: bool) -> None:
    """A percentile on the curve, its words below it or, where they would leave the drawing, above."""
    drawing.circle(x, y, 5 if is_chosen else 4, "c-surface")
    drawing.circle(x, y, 4 if is_chosen else 3, "c-accent", hint=label)
    inside = x + 10 + width_of(label, 12) < right
    place = (x + 9, y + 13) if inside else (x - 9, y - 7)
    drawing.text(*place, label, "c-text", size=12, anchor=None if inside else "end", bold=is_chosen)
