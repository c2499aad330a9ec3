"""The trend of every rating: one row a dimension, one cell a period, the letter in the cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.charts.drawing import Chart, Drawing, head, number, shorten, width_of
from core.rag import rating_of

Rows = Sequence[tuple[str, Sequence[str | None]]]
GAP, TOP = 2, 4


def rag_strip(*, title: str, subtitle: str, periods: Sequence[str], rows: Rows, width: int = 560, paper: bool = False) -> Chart:
    """`rows`: (dimension, a rating or None for each period). More than 24 periods show the newest 24.

    On `paper` the rows are lower and nothing can be hovered over, so cells of one colour are one shape: the PDF engine
    takes as long for a shape as for a line of text.
    """
    periods = list(periods)[-24:]
    rows = [(label, list(values)[-24:]) for label, values in rows]
    left = min(max([width_of(label, 12) for label, _values in rows] or [60]) + 12, 150)
    cell = min((width - left) / max(len(periods), 1), 46)
    tall = 16 if paper else 24
    if not paper:
        width = min(width, round(left + len(periods) * cell + 20))  # few periods: no empty room to scroll to
    drawing = Drawing(width, TOP + len(rows) * (tall + GAP) + (18 if paper else 22), title, subtitle)
    for index, (label, _values) in enumerate(rows):
        drawing.text(0, TOP + index * (tall + GAP) + tall / 2 + 4, shorten(label, 12, left - 8), "c-text2")
    if paper:
        _cells_by_colour(drawing, rows, left, cell, tall)
    else:
        _cells(drawing, rows, periods, left, cell, tall)
    every = max(1, -(-56 // max(int(cell), 1)))
    for index, period in enumerate(periods):
        if (len(periods) - 1 - index) % every == 0:
            x = left + index * cell + (cell - GAP) / 2
            last = index == len(periods) - 1 and x + width_of(period, 11) / 2 > width
            drawing.text(
                width if last else x,
                drawing.height - 5,
                shorten(period, 11, every * cell),
                "c-text3",
                size=11,
                anchor="end" if last else "middle",
            )
    words = {value: str(rating_of(value).word) for _label, values in rows for value in set(values)}
    table = [[label, *[words[value] for value in values]] for label, values in rows]
    return Chart(
        title,
        subtitle,
        drawing.svg("" if paper else " is-own-size"),
        [head(_("Dimension")), *[head(period) for period in periods]],
        table,
        newest_right=True,
    )


def _cells(drawing: Drawing, rows: Rows, periods: Sequence[str], left: float, cell: float, tall: int) -> None:
    """A shape, a letter and a hint for every cell."""
    looks = {value: _look(value) for _label, values in rows for value in set(values)}
    for row, (label, values) in enumerate(rows):
        y = TOP + row * (tall + GAP)
        for index, value in enumerate(values):
            tone, letter, word = looks[value]
            x = left + index * cell
            hint = f"{label}, {periods[index]}: {word}"
            middle, base = x + (cell - GAP) / 2, y + tall / 2 + 4
            if tone == "grey":
                drawing.rect(x + 0.5, y + 0.5, cell - GAP - 1, tall - 1, "c-surface c-line", radius=3, hint=hint)
                drawing.text(middle, base, letter, "c-text3", size=11, anchor="middle")
            else:
                drawing.rect(x, y, cell - GAP, tall, f"c-{tone}", radius=3, hint=hint)
                drawing.text(middle, base, letter, f"c-on-{tone}", size=11, anchor="middle", bold=True)


def _look(value: str | None) -> tuple[str, str, str]:
    """Tone, letter and word, translated once a drawing rather than once a cell."""
    rating = rating_of(value)
    return rating.tone, str(rating.letter), str(rating.word)


def _cells_by_colour(drawing: Drawing, rows: Rows, left: float, cell: float, tall: int) -> None:
    """One shape and one run of letters for all cells of a rating; thick round joins make the round corners."""
    places: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row, (_label, ratings) in enumerate(rows):
        for index, value in enumerate(ratings):
            places[rating_of(value).value].append((left + index * cell, TOP + row * (tall + GAP)))
    for value, corners in places.items():
        rating = rating_of(value)
        is_grey = rating.tone == "grey"
        line = 1 if is_grey else 3
        wide, high = cell - GAP - line, tall - line
        drawing.path_of(
            " ".join(
                f"M{number(x + line / 2)} {number(y + line / 2)} h{number(wide)} v{number(high)} h-{number(wide)} z"
                for x, y in corners
            ),
            "c-surface c-line" if is_grey else f"c-{rating.tone} c-{rating.tone}-line",
            stroke_width=line,
            stroke_linejoin="round",
        )
        letter = str(rating.letter)[:1]
        shift = (cell - GAP - width_of(letter, 10)) / 2
        drawing.text_at(
            [(x + shift, y + tall / 2 + 3.6) for x, y in corners],
            letter,
            "c-text3" if is_grey else f"c-on-{rating.tone}",
            size=10,
            bold=not is_grey,
        )
