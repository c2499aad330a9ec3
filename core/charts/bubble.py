"""Value against risk: a bubble a project or request, its area the money, its tone the declared rating or what is said of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.charts.drawing import Chart, Drawing, head, shorten
from core.rag import rating_of

LABEL, LINE = 110, 11
"""Width and height of a name, in the drawing's units."""
APART = 18.0
"""How far two bubbles stand apart at least, so that the mark of each can be read."""
SPREAD = 150
"""Of more bubbles not every mark can be read: they stay where they are."""


@dataclass(frozen=True)
class Bubble:
    """A project or request: name, value 0-100, risk 0-100, size (>= 0, one currency), rating. What has no rating may have a
    `mark` (a letter or two in the bubble), a `word` for the table and a `tone` of its own."""

    label: str
    value: float
    risk: float
    size: Decimal
    rating: str | None = None
    mark: str = ""
    word: str = ""
    tone: str = ""


def value_risk_bubbles(
    *,
    title: str,
    subtitle: str,
    bubbles: Sequence[Bubble],
    words: Callable[[Decimal], str],
    heads: Sequence[str] = (),
    quadrants: Sequence[str] = (),
    width: int = 560,
    height: int = 360,
) -> Chart:
    """Risk to the right, value upwards, both 0 to 100; the twelve largest carry their names. Bubbles that would hide each
    other's mark are moved apart; the hint and the table hold the true figures. `heads` names the table's
    columns (thing, value, risk, size, state), `quadrants` the corners: top left, top right, bottom left, bottom right."""
    drawing = Drawing(width, height, title, subtitle)
    field = left, top, right, bottom = 34, 28, width - 16, height - 40
    _ground(drawing, field, quadrants)
    largest = max([bubble.size for bubble in bubbles] or [Decimal(1)]) or Decimal(1)
    ordered = sorted(bubbles, key=lambda bubble: -bubble.size)
    taken: list[tuple[float, float]] = []
    marks: list[tuple[float, float]] = []
    circles: list[tuple[float, float, float]] = []
    for bubble in ordered:
        rating = rating_of(bubble.rating)
        radius = max(4.0, 26 * math.sqrt(float(max(bubble.size, Decimal(0)) / largest)))
        x, y = _spread(
            left + (right - left) * min(max(bubble.risk, 0), 100) / 100,
            bottom - (bottom - top) * min(max(bubble.value, 0), 100) / 100,
            field,
            marks if len(ordered) <= SPREAD else None,
        )
        hint = (
            f"{bubble.label}: {_('value')} {bubble.value:g}, {_('risk')} {bubble.risk:g}, {words(bubble.size)}, "
            f"{bubble.word or rating.word}"
        )
        tone = bubble.tone or rating.tone
        drawing.circle(x, y, radius, f"c-{tone} c-{tone}-line", hint=hint, fill_opacity="0.35", stroke_width=1.5)
        drawing.text(x, y + 4, bubble.mark or rating.letter, "c-text", size=10, anchor="middle", bold=True)
        circles.append((x, y, radius))
    for bubble, circle in list(zip(ordered, circles, strict=True))[:12]:
        x, _y, radius = circle
        flip, level = _free_place(circle, right, taken, circles)
        begin = x - radius - 4 if flip else x + radius + 4
        drawing.text(begin, level + 4, shorten(bubble.label, 10, LABEL), "c-text2", size=10, anchor="end" if flip else None)
    names = heads or (_("Project"), _("Value"), _("Risk"), _("Budget"), _("Rating"))
    table = [head(name, kind) for name, kind in zip(names, ("", "num", "num", "num", ""), strict=True)]
    rows = [
        [item.label, f"{item.value:g}", f"{item.risk:g}", words(item.size), item.word or str(rating_of(item.rating).word)]
        for item in ordered
    ]
    return Chart(title, subtitle, drawing.svg(), table, rows)


def _ground(drawing: Drawing, field: tuple[int, int, int, int], quadrants: Sequence[str]) -> None:
    """The field's lines, both scales, and the words in its corners."""
    left, top, right, bottom = field
    for step in (0, 25, 50, 75, 100):
        x, y = left + (right - left) * step / 100, bottom - (bottom - top) * step / 100
        drawing.line(left, y, right, y, "c-axis" if step == 0 else "c-line")
        drawing.line(x, top, x, bottom, "c-axis" if step == 0 else "c-line")
        drawing.text(left - 6, y + 4, str(step), "c-text3", size=10, anchor="end")
        drawing.text(x, bottom + 14, str(step), "c-text3", size=10, anchor="middle")
    drawing.text(right, bottom + 32, _("Risk →"), "c-text2", size=11, anchor="end", bold=True)
    drawing.text(0, 12, _("Value ↑"), "c-text2", size=11, bold=True)
    for number, text in enumerate(quadrants):
        at_right, below = number % 2, number // 2
        x, y = right - 6 if at_right else left + 6, bottom - 8 if below else top + 14
        drawing.text(x, y, text, "c-text3", size=10, anchor="end" if at_right else None)


def _spread(
    x: float, y: float, field: tuple[int, int, int, int], marks: list[tuple[float, float]] | None
) -> tuple[float, float]:
    """Where a bubble goes so that its mark hides no other: its own place, else the nearest free one on rings around it, always
    the same for the same bubbles. After twelve rings, on top of the others: the table tells them apart."""
    if marks is None:
        return x, y
    left, top, right, bottom = field
    for ring in range(13):
        steps = max(1, 6 * ring)
        for step in range(steps):
            angle = math.tau * step / steps
            at_x, at_y = x + ring * APART * math.cos(angle), y - ring * APART * math.sin(angle)
            inside = left <= at_x <= right and top <= at_y <= bottom
            if (inside or not ring) and all(math.hypot(at_x - a, at_y - b) >= APART - 0.01 for a, b in marks):
                marks.append((at_x, at_y))
                return at_x, at_y
    return x, y


def _free_place(
    circle: tuple[float, float, float],
    right: float,
    taken: list[tuple[float, float]],
    circles: Sequence[tuple[float, float, float]],
) -> tuple[bool, float]:
    """Where a bubble's name goes so that no other name and no bubble lies under it: left of its bubble or not, and at what height.
    The nearest free place counts; where there is none, one without another name; else beside the bubble."""
    x, y, radius = circle
    flipped = x + radius + 90 > right
    for others in (circles, ()):
        for shift in (0, LINE, -LINE, 2 * LINE, -2 * LINE):
            for flip in (flipped, not flipped):
                begin = x - radius - 4 - LABEL if flip else x + radius + 4
                if begin < 0 or begin + LABEL > right + LINE or any(_under(one, begin, y + shift) for one in others):
                    continue
                if all(abs(begin - left) >= LABEL or abs(y + shift - level) >= LINE for left, level in taken):
                    taken.append((begin, y + shift))
                    return flip, y + shift
    return flipped, y


def _under(circle: tuple[float, float, float], begin: float, level: float) -> bool:
    """Whether a bubble lies under a name that begins there."""
    x, y, radius = circle
    return math.hypot(x - min(max(x, begin), begin + LABEL), y - min(max(y, level - LINE / 2), level + LINE / 2)) < radius
