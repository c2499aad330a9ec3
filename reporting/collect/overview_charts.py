"""The overview's drawings, for page and paper."""

from functools import partial

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import charts, money
from portfolio.models import DIMENSIONS
from reporting.collect import overview_words as words
from reporting.collect.overview import Overview
from reporting.formulas.health import ORDER, Counts
from reporting.formulas.totals import Bridge

# The charts stand in the narrow column, and on a telephone: drawn for that width, so that nothing scrolls.
NARROW = 400


def _mapping(counted: Counts) -> dict[str, int]:
    return {rating: counted.of(rating) for rating in ORDER}


def health_chart(found: Overview) -> charts.Chart:
    """Overall as declared, computed and assured."""
    ratings = found.ratings
    subtitle = ngettext(
        "Overall rating, %(n)s running project, as at %(day)s",
        "Overall rating, %(n)s running projects, as at %(day)s",
        len(found.rated),
    )
    return charts.health_bars(
        title=words.health_title(ratings.declared, found.ratings_before.declared),
        subtitle=subtitle % {"n": words.count(len(found.rated)), "day": words.day(found.picture.today)},
        rows=[
            (_("Declared"), _mapping(ratings.declared)),
            (_("Computed"), _mapping(ratings.computed)),
            (_("Assured"), _mapping(ratings.assured)),
        ],
        width=NARROW,
    )


def dimension_chart(found: Overview) -> charts.Chart:
    """Every dimension as declared."""
    subtitle = ngettext(
        "Declared rating, %(n)s running project, as at %(day)s",
        "Declared rating, %(n)s running projects, as at %(day)s",
        len(found.rated),
    )
    return charts.health_bars(
        title=words.dimension_title(found.dimensions),
        subtitle=subtitle % {"n": words.count(len(found.rated)), "day": words.day(found.picture.today)},
        rows=[(str(label), _mapping(found.dimensions[name])) for name, label in DIMENSIONS.items()],
        width=NARROW,
    )


def trend_chart(found: Overview) -> charts.Chart | None:
    """Running projects by declared rating at each month end. None where fewer than two months are known."""
    points = found.trend
    if sum(bool(point.rated) for point in points) < 2:
        return None
    return charts.count_lines(
        title=words.trend_title(points),
        subtitle=_("Declared rating, running projects at month ends, to %(day)s") % {"day": words.day(found.picture.today)},
        periods=[words.month(point.on) for point in points[:-1]] + [words.day_month(points[-1].on)],
        lines=[
            charts.Line(label, tone, [getattr(point, tone) if point.rated else None for point in points])
            for tone, label in (("red", _("Red")), ("amber", _("Amber")), ("green", _("Green")))
        ],
        width=NARROW,
        height=200,
    )


def spark(found: Overview, name: str, label: str) -> SafeString | str:
    """One of the trend's counts as a small line; nothing where it would be a dot."""
    values = [getattr(point, name) if point.rated else None for point in found.trend]
    if sum(value is not None for value in values) < 2:
        return ""
    return charts.sparkline(values, label=label)


def bridge_chart(bridge: Bridge, found: Overview) -> charts.Chart:
    """From budget to forecast by the largest contributions."""
    changes = []
    for step in bridge.steps:
        if step.row is None:
            label = ngettext("%(n)s other", "%(n)s others", step.projects) % {"n": words.count(step.projects)}
        else:
            label = step.row.reference
        changes.append((label, step.amount))
    return charts.budget_bridge(
        title=words.bridge_title(bridge),
        subtitle=words.bridge_subtitle(bridge, found.picture.today),
        approved=bridge.budget,
        changes=changes,
        words=partial(money.short, currency=bridge.currency),
        exact=partial(money.exact, currency=bridge.currency),
        labels=(_("Budget"), _("Forecast")),
        width=640,
    )
