"""Bars: health by dimension, stacked with counts; and the bridge from approved budget to forecast."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from core.charts.drawing import Chart, Drawing, head, shorten, width_of
from core.rag import rating_of

_ORDER = ("red", "amber", "green", "blue", "grey")


def health_bars(*, title: str, subtitle: str, rows: Sequence[tuple[str, Mapping[str, int]]], width: int = 560) -> Chart:
    """`rows`: (dimension, rating -> count). Every bar is as long as the row's share of the largest row."""
    left = min(max([width_of(label, 12) for label, _counts in rows] or [60]) + 12, 150)
    tall, gap, top = 22, 8, 24
    drawing = Drawing(width, top + len(rows) * (tall + gap), title, subtitle)
    biggest = max([sum(max(count, 0) for count in counts.values()) for _label, counts in rows] or [0]) or 1
    wide = width - left
    used = [tone for tone in _ORDER if any(counts.get(tone) for _label, counts in rows)]
    x: float = left
    for tone in used:
        rating = rating_of(tone)
        drawing.rect(x, 4, 11, 11, f"c-{tone}", radius=2)
        drawing.text(x + 16, 14, rating.word, "c-text2", size=11)
        x += 30 + width_of(str(rating.word), 11)
    for number, (label, counts) in enumerate(rows):
        y = top + number * (tall + gap)
        drawing.text(0, y + tall / 2 + 4, shorten(label, 12, left - 8), "c-text2")
        x = left
        for tone in _ORDER:
            count = counts.get(tone, 0)
            if count <= 0:
                continue
            share = wide * count / biggest
            drawing.rect(x, y, max(share - 1, 0.5), tall, f"c-{tone}", hint=f"{label}, {rating_of(tone).word}: {count}")
            if share > width_of(str(count), 11) + 6:
                drawing.text(x + share / 2, y + tall / 2 + 4, str(count), f"c-on-{tone}", size=11, anchor="middle", bold=True)
            x += share
    heads = [head(_("Dimension")), *[head(rating_of(tone).word, "num") for tone in _ORDER]]
    table = [[label, *[str(counts.get(tone, 0)) for tone in _ORDER]] for label, counts in rows]
    return Chart(title, subtitle, drawing.svg(), heads, table)


def budget_bridge(
    *,
    title: str,
    subtitle: str,
    approved: Decimal,
    changes: Sequence[tuple[str, Decimal]],
    words: Callable[[Decimal], str],
    exact: Callable[[Decimal], str] | None = None,
    labels: tuple[str, str] | None = None,
    stop: tuple[int, str] | None = None,
    width: int = 560,
    height: int = 260,
) -> Chart:
    """Approved → changes → forecast, in one currency, axis from zero. The forecast is the sum: it cannot disagree.

    `words` writes an amount short, `exact` in full for the table; `labels` name the two ends. `stop` is a further total on the way:
    after so many changes, under this name.
    """
    exact = exact or words
    steps = _steps(approved, changes, labels or (_("Approved"), _("Forecast")), stop)
    high = max([Decimal(0), *[max(start, end) for _label, start, end, _total in steps]])
    low = min([Decimal(0), *[min(start, end) for _label, start, end, _total in steps]])
    span = (high - low) or Decimal(1)
    top, bottom = 22, height - 34
    drawing = Drawing(width, height, title, subtitle)
    slot = width / len(steps)
    bar = min(slot * 0.62, 74)

    def y(value: Decimal) -> float:
        return bottom - (bottom - top) * float((value - low) / span)

    for index, (label, start, end, total) in enumerate(steps):
        x = index * slot + (slot - bar) / 2
        change = end - start
        upper = min(y(start), y(end))
        said = words(end) if total else ("+" if change > 0 else "") + words(change)
        # Up costs more: neutral colours, because red and green mean ratings and nothing else.
        tall, tone = max(abs(y(end) - y(start)), 1.5), "c-accent" if total else "c-grey"
        drawing.rect(x, upper, bar, tall, tone, radius=1, hint=f"{label}: {said}")
        drawing.text(x + bar / 2, upper - 6, said, "c-text", size=12, anchor="middle", bold=True)
        drawing.text(x + bar / 2, height - 14, shorten(label, 11, slot - 4), "c-text2", size=11, anchor="middle", hint=label)
        if index < len(steps) - 1:
            drawing.line(x + bar, y(end), x + slot, y(end), "c-axis", dash="2 2")
    drawing.line(0, y(Decimal(0)), width, y(Decimal(0)), "c-axis")
    table = [
        [label, exact(end) if total else ("+" if end > start else "") + exact(end - start), exact(end)]
        for label, start, end, total in steps
    ]
    heads = [head(_("Step")), head(_("Amount"), "num"), head(_("Running total"), "num")]
    return Chart(title, subtitle, drawing.svg(), heads, table)


def _steps(
    approved: Decimal, changes: Sequence[tuple[str, Decimal]], labels: tuple[str, str], stop: tuple[int, str] | None
) -> list[tuple[str, Decimal, Decimal, bool]]:
    """Each bar of a bridge: label, where it starts and ends, whether it is a total."""
    steps = [(labels[0], Decimal(0), approved, True)]
    level = approved
    for number, (label, amount) in enumerate(changes, start=1):
        steps.append((label, level, level + amount, False))
        level += amount
        if stop and number == stop[0]:
            steps.append((stop[1], Decimal(0), level, True))
    return [*steps, (labels[1], Decimal(0), level, True)]
