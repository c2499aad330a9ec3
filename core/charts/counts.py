"""Counts as horizontal bars, and spans of days: one line a thing, its name at the left, its number at the end of the bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.charts.drawing import Chart, Drawing, head, shorten, width_of

TALL, GAP, LEFT_MOST = 22, 10, 190


@dataclass(frozen=True)
class Bar:
    """`note` is told behind the number; `cells` are further cells of its line in the table; `quiet` draws it grey."""

    label: str
    count: int
    note: str = ""
    cells: tuple[str, ...] = ()
    quiet: bool = False


def count_bars(
    *, title: str, subtitle: str, noun: str, counted: str, bars: Sequence[Bar], heads: Sequence[str] = (), width: int = 560
) -> Chart:
    """Bars from zero, as long as their share of the largest. `noun` names what the bars stand for, `counted` what is counted,
    `heads` the further columns of the table."""
    left = _left([bar.label for bar in bars])
    drawing = Drawing(width, max(len(bars), 1) * (TALL + GAP), title, subtitle)
    biggest = max([bar.count for bar in bars] or [0]) or 1
    ends = max([width_of(_said(bar), 12) for bar in bars] or [0]) + 10
    room = max(width - left - ends, 80)
    for index, bar in enumerate(bars):
        y = index * (TALL + GAP)
        drawing.text(0, y + TALL / 2 + 4, shorten(bar.label, 12, left - 10), "c-text2", hint=bar.label)
        long = room * bar.count / biggest
        drawing.rect(
            left, y, max(long, 1.5), TALL, "c-grey" if bar.quiet else "c-accent", radius=2, hint=f"{bar.label}: {bar.count}"
        )
        drawing.text(left + long + 7, y + TALL / 2 + 4, _said(bar), "c-text")
    columns = [head(noun), head(counted, "num"), *[head(label) for label in heads]]
    rows = [[bar.label, str(bar.count), *bar.cells] for bar in bars]
    return Chart(title, subtitle, drawing.svg(), columns, rows)


def _said(bar: Bar) -> str:
    return f"{bar.count} {bar.note}".rstrip()


def _left(labels: Sequence[str]) -> float:
    return min(max([width_of(label, 12) for label in labels] or [60]) + 14, LEFT_MOST)


@dataclass(frozen=True)
class Span:
    """A thing that takes from nothing to `middle` in half of the cases and to `far` in nine of ten, in `counted` cases."""

    label: str
    middle: float | None
    far: float | None
    counted: int
    here: int = 0


def span_bars(*, title: str, subtitle: str, noun: str, spans: Sequence[Span], width: int = 560) -> Chart:
    """Half of the cases as a full bar, nine of ten as a pale one behind it, in days from zero."""
    left = _left([span.label for span in spans])
    top = 24
    drawing = Drawing(width, top + max(len(spans), 1) * (TALL + GAP), title, subtitle)
    biggest = max([span.far or span.middle or 0 for span in spans] or [0]) or 1
    x = left
    for words, classes in ((_("half of them"), "c-accent"), (_("nine of ten"), "c-neutral")):
        drawing.rect(x, 4, 11, 11, classes, radius=2)
        drawing.text(x + 16, 14, words, "c-text2", size=11)
        x += 32 + width_of(words, 11)
    room = width - left - 96
    for index, span in enumerate(spans):
        y = top + index * (TALL + GAP)
        drawing.text(0, y + TALL / 2 + 4, shorten(span.label, 12, left - 10), "c-text2", hint=span.label)
        if span.middle is None or span.far is None:
            drawing.text(left, y + TALL / 2 + 4, _("none ended"), "c-text3")
            continue
        hint = _("%(label)s: half within %(half)s days, nine of ten within %(most)s") % {
            "label": span.label,
            "half": days(span.middle),
            "most": days(span.far),
        }
        drawing.rect(left, y, max(room * span.far / biggest, 1.5), TALL, "c-neutral", radius=2, hint=hint)
        drawing.rect(left, y + 5, max(room * span.middle / biggest, 1.5), TALL - 10, "c-accent", radius=2, hint=hint)
        said = _("%(half)s / %(most)s d") % {"half": days(span.middle), "most": days(span.far)}
        drawing.text(left + room * span.far / biggest + 7, y + TALL / 2 + 4, said, "c-text")
    heads = [head(noun), head(_("Left it"), "num"), head(_("Median, days"), "num"), head(_("90th percentile, days"), "num")]
    heads.append(head(_("In it now"), "num"))
    rows = [
        [
            span.label,
            str(span.counted),
            "–" if span.middle is None else days(span.middle),
            "–" if span.far is None else days(span.far),
            str(span.here),
        ]
        for span in spans
    ]
    return Chart(title, subtitle, drawing.svg(), heads, rows)


def days(value: float) -> str:
    """Days as they are read: one decimal below ten."""
    return f"{value:.1f}".removesuffix(".0") if value < 10 else f"{value:.0f}"
