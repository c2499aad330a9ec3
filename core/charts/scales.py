"""Rows on one scale: contributions to a score, reviewers beside each other, shares, how far a weight may move; and a map of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.charts.drawing import Chart, Drawing, head, shorten, side_by_side, width_of

_ROW = 30
_TOP = 26


def _left(labels: Sequence[str]) -> float:
    return min(max([width_of(label, 12) for label in labels] or [60]) + 14, 210)


@dataclass(frozen=True)
class Step:
    """One contribution. `note` is shown on hover and in the table."""

    label: str
    points: float
    note: str = ""


def score_waterfall(
    *, title: str, subtitle: str, base: tuple[str, float], steps: Sequence[Step], total: tuple[str, float], width: int = 640
) -> Chart:
    """From where a score starts (a mean, or the middle) over each criterion to the score; points of 100, axis from zero."""
    rows = [(base[0], 0.0, base[1], "")]
    level = base[1]
    for step in steps:
        rows.append((step.label, level, level + step.points, step.note))
        level += step.points
    rows.append((total[0], 0.0, total[1], ""))
    left, right = _left([row[0] for row in rows]), 52
    high = max(100.0, *[max(start, end) for _label, start, end, _note in rows])
    low = min(0.0, *[min(start, end) for _label, start, end, _note in rows])
    drawing = Drawing(width, _TOP + len(rows) * _ROW, title, subtitle)

    def x(value: float) -> float:
        return left + (width - left - right) * (value - low) / (high - low)

    for mark in (0, 25, 50, 75, 100):
        drawing.line(x(mark), 18, x(mark), drawing.height, "c-line")
        drawing.text(x(mark), 12, str(mark), "c-text3", size=11, anchor="middle")
    for number, (label, start, end, note) in enumerate(rows):
        y = _TOP + number * _ROW
        is_end = number in (0, len(rows) - 1)
        change = end - start
        said = f"{end:.0f}" if is_end else f"{'+' if change > 0 else '−' if change < 0 else ''}{abs(change):.1f}"
        drawing.text(0, y + 15, shorten(label, 12, left - 10), "c-text" if is_end else "c-text2", bold=is_end, hint=label)
        upper, lower = x(max(start, end)), x(min(start, end))
        tone = "c-grey" if number == 0 else "c-accent" if is_end or change >= 0 else "c-neutral"
        drawing.rect(lower, y, max(upper - lower, 1.5), 20, tone, radius=2, hint=f"{label}: {said} {note}".strip())
        if tone == "c-neutral":
            drawing.rect(lower, y, max(upper - lower, 1.5), 20, "c-axis", radius=2, fill="none")
        drawing.text(upper + 6, y + 14, said, "c-text", size=12, bold=is_end)
        if number < len(rows) - 1:
            drawing.line(x(end), y + 20, x(end), y + _ROW, "c-axis", dash="2 2")
    table = [
        [label, f"{end - start:+.1f}" if 0 < n < len(rows) - 1 else f"{end:.1f}", f"{end:.1f}", note]
        for n, (label, start, end, note) in enumerate(rows)
    ]
    heads = [head(_("Criterion")), head(_("Points of 100"), "num"), head(_("Running total"), "num"), head(_("How"))]
    return Chart(title, subtitle, drawing.svg(), heads, table)


@dataclass(frozen=True)
class Dot:
    """One reviewer's points (0 to 10) on one criterion. `mark` is short (initials), `is_out`: not counted."""

    mark: str
    name: str
    points: float
    is_out: bool = False


@dataclass(frozen=True)
class Dots:
    """All reviewers on one criterion; `mean` of those that count, `settled` where it was moderated."""

    label: str
    dots: Sequence[Dot]
    mean: float | None
    settled: float | None = None
    is_disputed: bool = False


def dot_plot(*, title: str, subtitle: str, rows: Sequence[Dots], width: int = 640) -> Chart:
    """Reviewers beside each other, criterion by criterion, on the scale 0 to 10. The line is the spread, the bar the mean."""
    labels = [row.label for row in rows]
    left, right = _left(labels), 104
    tall = [_ROW + 4] * len(rows)
    drawing = Drawing(width, _TOP + sum(tall) + 4, title, subtitle)

    def x(points: float) -> float:
        return left + 26 + (width - left - right - 26) * points / 10

    for mark in (0, 2, 4, 6, 8, 10):
        drawing.line(x(mark), 18, x(mark), drawing.height, "c-line")
        drawing.text(x(mark), 12, str(mark), "c-text3", size=11, anchor="middle")
    y: float = _TOP
    for row, height in zip(rows, tall, strict=True):
        middle = y + height / 2
        drawing.text(0, middle + 4, shorten(row.label, 12, left - 10), "c-text", bold=row.is_disputed, hint=row.label)
        counted = [dot.points for dot in row.dots if not dot.is_out]
        if counted:
            drawing.line(x(min(counted)), middle, x(max(counted)), middle, "c-axis", width=2 if row.is_disputed else 1)
            spread = max(counted) - min(counted)
            words = _("spread %(points)s") % {"points": f"{spread:.1f}".removesuffix(".0")}
            tone = "c-text" if row.is_disputed else "c-text3"
            drawing.text(width, middle + 4, words, tone, size=11, anchor="end", bold=row.is_disputed)
        stands = row.settled if row.settled is not None else row.mean
        if stands is not None:
            drawing.line(x(stands), y + 2, x(stands), y + height - 2, "c-accent-line", width=2.5)
        # Who says the same stands side by side.
        for dot, aside in zip(row.dots, side_by_side([round(dot.points * 2) / 2 for dot in row.dots]), strict=True):
            across = x(dot.points) + 16 * aside
            hint = f"{dot.name}: {dot.points:.1f}".removesuffix(".0")
            drawing.circle(across, middle, 10, "c-surface")
            drawing.circle(across, middle, 9, "c-grey" if dot.is_out else "c-accent", hint=hint)
            tone = "c-on-grey" if dot.is_out else "c-on-accent"
            drawing.text(across, middle + 3.5, dot.mark, tone, size=9, anchor="middle", bold=True)
        y += height
    table = [
        [
            row.label,
            ", ".join(f"{dot.name} {dot.points:.1f}" + (f" ({_('not counted')})" if dot.is_out else "") for dot in row.dots),
            "" if row.mean is None else f"{row.mean:.1f}",
            "" if row.settled is None else f"{row.settled:.1f}",
        ]
        for row in rows
    ]
    heads = [head(_("Criterion")), head(_("Reviewers, points of 10")), head(_("Mean"), "num"), head(_("Moderated"), "num")]
    return Chart(title, subtitle, drawing.svg(), heads, table)


@dataclass(frozen=True)
class Share:
    """One part of a whole, 0 to 1, with the same part as each of several people sees it: (initials, name, share)."""

    label: str
    share: float
    others: Sequence[tuple[str, str, float]] = ()


def share_bars(*, title: str, subtitle: str, rows: Sequence[Share], width: int = 640) -> Chart:
    """Parts of a whole in percent, axis from zero; a tick a person."""
    left, right = _left([row.label for row in rows]), 60
    most = max([row.share for row in rows] + [other for row in rows for _mark, _name, other in row.others] + [0.01])
    drawing = Drawing(width, 6 + len(rows) * _ROW, title, subtitle)

    def x(share: float) -> float:
        return left + (width - left - right) * share / most

    for number, row in enumerate(rows):
        y = 6 + number * _ROW
        drawing.text(0, y + 15, shorten(row.label, 12, left - 10), "c-text2", hint=row.label)
        drawing.rect(left, y, x(row.share) - left, 20, "c-accent", radius=2, hint=f"{row.label}: {100 * row.share:.1f}%")
        for _mark, name, other in row.others:
            drawing.rect(x(other) - 4, y - 2, 8, 24, "c-surface", hint=f"{name}: {100 * other:.1f}%", fill_opacity="0")
            drawing.line(x(other), y - 1, x(other), y + 21, "c-axis", width=2)
        furthest = max([row.share, *[other for _mark, _name, other in row.others]])
        drawing.text(x(furthest) + 7, y + 14, f"{100 * row.share:.0f}%", "c-text", size=12, bold=True)
    heads = [
        head(_("Criterion")),
        head(_("Weight"), "num"),
        *[head(name, "num") for _m, name, _s in (rows[0].others if rows else ())],
    ]
    table = [
        [row.label, f"{100 * row.share:.1f}%", *[f"{100 * other:.1f}%" for _mark, _name, other in row.others]] for row in rows
    ]
    return Chart(title, subtitle, drawing.svg(), heads, table)


@dataclass(frozen=True)
class Range:
    """How far a share (0 to 1) can move: from `low` to `high`; `says` in words."""

    label: str
    share: float
    low: float
    high: float
    says: str = ""


def range_bars(*, title: str, subtitle: str, rows: Sequence[Range], width: int = 640) -> Chart:
    """Intervals around a mark, in percent, axis 0 to 100."""
    left, right = _left([row.label for row in rows]), 84
    drawing = Drawing(width, _TOP + len(rows) * _ROW, title, subtitle)

    def x(share: float) -> float:
        return left + 6 + (width - left - right - 6) * share

    for mark in (0, 25, 50, 75, 100):
        drawing.line(x(mark / 100), 18, x(mark / 100), drawing.height, "c-line")
        drawing.text(x(mark / 100), 12, f"{mark}%", "c-text3", size=11, anchor="middle")
    for number, row in enumerate(rows):
        y = _TOP + number * _ROW
        drawing.text(0, y + 15, shorten(row.label, 12, left - 10), "c-text2", hint=row.label)
        drawing.rect(x(0), y + 7, x(1) - x(0), 6, "c-neutral", radius=3)
        drawing.rect(x(row.low), y + 5, max(x(row.high) - x(row.low), 3), 10, "c-accent", radius=3, hint=row.says)
        drawing.circle(x(row.share), y + 10, 7, "c-surface")
        drawing.circle(x(row.share), y + 10, 5, "c-accent", hint=f"{row.label}: {100 * row.share:.0f}%")
        words = f"{100 * row.low:.0f}–{100 * row.high:.0f}%"
        drawing.text(width, y + 14, words, "c-text2", size=12, anchor="end")
    heads = [
        head(_("Criterion")),
        head(_("Weight"), "num"),
        head(_("From"), "num"),
        head(_("To"), "num"),
        head(_("Beyond that")),
    ]
    table = [
        [row.label, f"{100 * row.share:.1f}%", f"{100 * row.low:.1f}%", f"{100 * row.high:.1f}%", row.says] for row in rows
    ]
    return Chart(title, subtitle, drawing.svg(), heads, table)


@dataclass(frozen=True)
class Meeting:
    """One pair of a map: how strong (0 to 1, drawn as depth of colour), its figure and its words."""

    row: int
    column: int
    strength: float
    figure: str
    says: str = ""


def pair_map(
    *,
    title: str,
    subtitle: str,
    names: Sequence[str],
    cells: Sequence[Meeting],
    heads: Sequence[dict[str, str]] = (),
    width: int = 640,
) -> Chart:
    """A triangle of pairs, the stronger the darker; the figure stands in each cell."""
    left = _left(names)
    side = min((width - left) / max(len(names), 1), 92.0)
    tall = 34
    top = 40
    drawing = Drawing(width, top + tall * max(len(names) - 1, 1), title, subtitle)
    for column in range(1, len(names)):
        drawing.text(
            left + (column - 0.5) * side,
            26,
            shorten(names[column], 11, side - 6),
            "c-text2",
            size=11,
            anchor="middle",
            hint=names[column],
        )
    for row in range(len(names) - 1):
        drawing.text(0, top + row * tall + 21, shorten(names[row], 12, left - 10), "c-text2", hint=names[row])
    for cell in cells:
        x, y = left + (cell.column - 1) * side, top + cell.row * tall
        drawing.rect(x + 1, y + 1, side - 2, tall - 2, "c-neutral", radius=3)
        drawing.rect(
            x + 1, y + 1, side - 2, tall - 2, "c-accent", radius=3, hint=cell.says, fill_opacity=f"{cell.strength:.2f}"
        )
        tone = "c-on-accent" if cell.strength > 0.55 else "c-text"
        drawing.text(x + side / 2, y + 21, cell.figure, tone, size=11, anchor="middle", bold=cell.strength > 0.55)
    table = [[names[cell.row], names[cell.column], cell.figure, cell.says] for cell in cells]
    return Chart(
        title,
        subtitle,
        drawing.svg(),
        list(heads) or [head(_("This")), head(_("Against")), head(_("Factor"), "num"), head(_("Who"))],
        table,
    )
