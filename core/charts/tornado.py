"""Tornado: what one number hangs on, the widest first; each bar runs from the low to the high end of one thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.charts.drawing import Chart, Drawing, head, shorten, width_of


@dataclass(frozen=True)
class Swing:
    """One bar: the number with this thing at its low and at its high end, everything else as it is.

    `low_words` and `high_words` say how low and high that is ("£90k"); they stand in the table only.
    """

    label: str
    at_low: Decimal
    at_high: Decimal
    low_words: str = ""
    high_words: str = ""


def tornado_chart(
    *,
    title: str,
    subtitle: str,
    base: Decimal,
    swings: Sequence[Swing],
    words: Callable[[Decimal], str],
    exact: Callable[[Decimal], str] | None = None,
    base_label: str = "",
    width: int = 640,
) -> Chart:
    """`base` is the number with everything likely. Zero is drawn where it lies within; the worse end is dashed grey, the
    better end solid: colours of ratings mean ratings and nothing else."""
    exact = exact or words
    left = min(max([width_of(swing.label, 12) for swing in swings] or [60]) + 14, width * 0.3)
    tall, gap, top = 22, 10, 30
    height = top + len(swings) * (tall + gap) + 20
    drawing = Drawing(width, height, title, subtitle)
    ends = [value for swing in swings for value in (swing.at_low, swing.at_high)] + [base]
    low, high = min(ends), max(ends)
    if low > 0 and low < (high - low):
        low = Decimal(0)
    if high < 0 and -high < (high - low):
        high = Decimal(0)
    span = (high - low) or Decimal(1)
    side = 62
    wide = width - left - 2 * side

    def x(value: Decimal) -> float:
        return left + side + wide * float((value - low) / span)

    bottom = top + len(swings) * (tall + gap)
    if low <= 0 <= high:
        drawing.line(x(Decimal(0)), top - 6, x(Decimal(0)), bottom, "c-axis", dash="2 3")
        if abs(x(Decimal(0)) - x(base)) > 60:
            drawing.text(x(Decimal(0)), bottom + 14, words(Decimal(0)), "c-text3", size=11, anchor="middle")
    for number, swing in enumerate(swings):
        y = top + number * (tall + gap)
        drawing.text(0, y + tall / 2 + 4, shorten(swing.label, 12, left - 10), "c-text2", hint=swing.label)
        worst, best = sorted((swing.at_low, swing.at_high))
        hint = f"{swing.label}: {words(worst)} – {words(best)}"
        drawing.rect(x(worst), y, x(base) - x(worst), tall, "c-grey", radius=1, hint=hint)
        drawing.rect(x(base), y, x(best) - x(base), tall, "c-accent", radius=1, hint=hint)
        drawing.text(x(worst) - 6, y + tall / 2 + 4, words(worst), "c-text", size=11, anchor="end")
        drawing.text(x(best) + 6, y + tall / 2 + 4, words(best), "c-text", size=11)
    drawing.line(x(base), top - 10, x(base), bottom, "c-axis", width=1.4)
    drawing.text(
        x(base), top - 16, f"{base_label or _('Likely')}: {words(base)}", "c-text", size=12, anchor="middle", bold=True
    )
    return Chart(title, subtitle, drawing.svg(), *_table(swings, exact))


def _table(swings: Sequence[Swing], exact: Callable[[Decimal], str]) -> tuple[list[dict[str, str]], list[list[str]]]:
    """Heads and rows of a tornado's table; without the columns for words where no swing has any."""
    heads = [head(_("What varies")), head(_("Low"), "num"), head(_("High"), "num"), head(_("At low"), "num")]
    heads += [head(_("At high"), "num"), head(_("Swing"), "num")]
    rows = [
        [
            swing.label,
            swing.low_words,
            swing.high_words,
            exact(swing.at_low),
            exact(swing.at_high),
            exact(abs(swing.at_high - swing.at_low)),
        ]
        for swing in swings
    ]
    if not any(swing.low_words or swing.high_words for swing in swings):
        heads, rows = [heads[0], *heads[3:]], [[row[0], *row[3:]] for row in rows]
    return heads, rows
