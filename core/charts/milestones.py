"""Upcoming milestones on a time axis; an arrow shows each slip from the baseline to the forecast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.charts.drawing import Chart, Drawing, head, shorten, width_of


@dataclass(frozen=True)
class Milestone:
    """A milestone: what, whose, baseline day (None: never baselined), forecast day, done or not."""

    label: str
    project: str
    forecast_on: dt.date
    baseline_on: dt.date | None = None
    done: bool = False

    @property
    def slip_days(self) -> int:
        """Days later (positive) or earlier (negative) than the baseline; 0 without one."""
        return (self.forecast_on - self.baseline_on).days if self.baseline_on else 0


def slip_words(days: int) -> str:
    """`12 days late`, `3 days early`, `on plan`."""
    if days > 0:
        return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}
    if days < 0:
        return ngettext("%(n)s day early", "%(n)s days early", -days) % {"n": -days}
    return _("on plan")


def milestone_timeline(
    *, title: str, subtitle: str, milestones: Sequence[Milestone], today: dt.date, width: int = 640
) -> Chart:
    """One row a milestone, in the order given; hollow mark = baseline, full = forecast, line = today."""
    left, right, tall, top = 216, 92, 32, 26
    drawing = Drawing(width, top + max(len(milestones), 1) * tall + 8, title, subtitle)
    days = [today, *[item.forecast_on for item in milestones], *[item.baseline_on for item in milestones if item.baseline_on]]
    first, last = min(days) - dt.timedelta(days=5), max(days) + dt.timedelta(days=5)
    span = max((last - first).days, 1)
    wide = width - left - right

    def x(day: dt.date) -> float:
        return left + wide * (day - first).days / span

    for month in _marks(first, last):
        drawing.line(x(month), top - 4, x(month), drawing.height - 6, "c-line")
        drawing.text(x(month) + 3, 14, date_format(month, "M Y"), "c-text3", size=10)
    drawing.line(x(today), top - 6, x(today), drawing.height - 6, "c-accent-line", width=1.5, dash="3 3")
    for index, item in enumerate(milestones):
        y = top + index * tall + tall / 2
        drawing.text(0, y - 2, shorten(item.label, 12, left - 14), "c-text", size=12, hint=item.label)
        drawing.text(0, y + 11, shorten(item.project, 10, left - 14), "c-text3", size=10)
        late = item.slip_days
        if item.baseline_on and late:
            a, b = x(item.baseline_on), x(item.forecast_on)
            sign = 1 if b > a else -1
            drawing.line(a, y, b - sign * 7, y, "c-neutral-line", width=1.5)
            if abs(b - a) > 14:
                drawing.path([(b - sign * 6, y), (b - sign * 11, y - 3.5), (b - sign * 11, y + 3.5)], "c-grey", close=True)
            drawing.circle(a, y, 4, "c-surface c-neutral-line", stroke_width=1.5)
        at = x(item.forecast_on)
        drawing.path(
            [(at, y - 6), (at + 6, y), (at, y + 6), (at - 6, y)], "c-blue" if item.done else "c-accent", close=True
        )  # a diamond, as plans draw milestones
        slip = slip_words(late) if item.baseline_on else "–"
        drawing.text(width, y + 4, slip, "c-text" if late > 0 else "c-text3", size=11, anchor="end", bold=late > 0)
    drawing.text(min(x(today) + 4, width - width_of(_("Today"), 10)), drawing.height - 1, _("Today"), "c-text2", size=10)
    rows = [
        [
            item.label,
            item.project,
            date_format(item.baseline_on, "j M Y") if item.baseline_on else "–",
            date_format(item.forecast_on, "j M Y"),
            slip_words(item.slip_days) if item.baseline_on else "–",
        ]
        for item in milestones
    ]
    heads = [head(_("Milestone")), head(_("Project")), head(_("Baseline")), head(_("Forecast")), head(_("Slip"))]
    return Chart(title, subtitle, drawing.svg(), heads, rows)


def _marks(first: dt.date, last: dt.date) -> list[dt.date]:
    """First days of months (or of every third, sixth, twelfth month) between two days: at most some eight."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next((size for size in (1, 2, 3, 6, 12, 24, 60, 120) if months <= size * 7), 240)
    offsets = range(first.year * 12 + first.month, last.year * 12 + last.month)
    marks = [dt.date(offset // 12, offset % 12 + 1, 1) for offset in offsets if offset % step == 0]
    return [mark for mark in marks if first <= mark <= last]
