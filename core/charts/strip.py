"""The trend of every rating: one row a dimension, one cell a period, the letter in the cell."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.charts.drawing import Chart, Drawing, head, shorten, width_of
from core.rag import rating_of


def rag_strip(
    *, title: str, subtitle: str, periods: Sequence[str], rows: Sequence[tuple[str, Sequence[str | None]]], width: int = 560
) -> Chart:
    """`rows`: (dimension, a rating or None for each period). More than 24 periods show the newest 24."""
    periods = list(periods)[-24:]
    rows = [(label, list(values)[-24:]) for label, values in rows]
    left = min(max([width_of(label, 12) for label, _values in rows] or [60]) + 12, 150)
    cell = min((width - left) / max(len(periods), 1), 46)
    tall, gap, top = 24, 2, 4
    drawing = Drawing(width, top + len(rows) * (tall + gap) + 22, title, subtitle)
    for number, (label, values) in enumerate(rows):
        y = top + number * (tall + gap)
        drawing.text(0, y + tall / 2 + 4, shorten(label, 12, left - 8), "c-text2")
        for index, value in enumerate(values):
            rating = rating_of(value)
            x = left + index * cell
            hint = f"{label}, {periods[index]}: {rating.word}"
            if rating.tone == "grey":
                drawing.rect(x + 0.5, y + 0.5, cell - gap - 1, tall - 1, "c-surface c-line", radius=3, hint=hint)
                drawing.text(x + (cell - gap) / 2, y + tall / 2 + 4, rating.letter, "c-text3", size=11, anchor="middle")
            else:
                drawing.rect(x, y, cell - gap, tall, f"c-{rating.tone}", radius=3, hint=hint)
                drawing.text(
                    x + (cell - gap) / 2,
                    y + tall / 2 + 4,
                    rating.letter,
                    f"c-on-{rating.tone}",
                    size=11,
                    anchor="middle",
                    bold=True,
                )
    every = max(1, -(-56 // max(int(cell), 1)))
    for index, period in enumerate(periods):
        if (len(periods) - 1 - index) % every == 0:
            x = left + index * cell + (cell - gap) / 2
            last = index == len(periods) - 1 and x + width_of(period, 11) / 2 > width
            drawing.text(
                width if last else x,
                drawing.height - 5,
                shorten(period, 11, every * cell),
                "c-text3",
                size=11,
                anchor="end" if last else "middle",
            )
    table = [[label, *[str(rating_of(value).word) for value in values]] for label, values in rows]
    return Chart(
        title, subtitle, drawing.svg(), [head(_("Dimension")), *[head(period) for period in periods]], table, newest_right=True
    )
