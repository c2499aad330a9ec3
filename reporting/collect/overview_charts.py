"""The overview's drawings, each drawn once for equal figures."""

from datetime import date
from functools import lru_cache

from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core import charts
from portfolio.models import DIMENSIONS
from reporting.collect import overview_words as words
from reporting.collect.overview import Overview
from reporting.formulas.rating_counts import ORDER, Counts
from reporting.formulas.trend import Point

# The charts stand in the narrow column, and on a telephone: drawn for that width, so that nothing scrolls.
NARROW = 400


def _mapping(counted: Counts) -> dict[str, int]:
    return {rating: counted.of(rating) for rating in ORDER}


@lru_cache(maxsize=256)
def _bars(_language: str | None, title: str, subtitle: str, rows: tuple[tuple[str, Counts], ...]) -> charts.Chart:
    return charts.health_bars(
        title=title, subtitle=subtitle, rows=[(label, _mapping(counted)) for label, counted in rows], width=NARROW
    )


def health_chart(found: Overview) -> charts.Chart:
    """Overall as declared, computed and assured."""
    ratings = found.ratings
    subtitle = ngettext(
        "Overall rating, %(n)s running project, as at %(day)s",
        "Overall rating, %(n)s running projects, as at %(day)s",
        len(found.rated),
    )
    return _bars(
        get_language(),
        words.health_title(ratings.declared, found.ratings_before.declared),
        subtitle % {"n": words.count(len(found.rated)), "day": words.day(found.picture.today)},
        ((_("Declared"), ratings.declared), (_("Computed"), ratings.computed), (_("Assured"), ratings.assured)),
    )


def dimension_chart(found: Overview) -> charts.Chart:
    """Every dimension as declared."""
    subtitle = ngettext(
        "Declared rating, %(n)s running project, as at %(day)s",
        "Declared rating, %(n)s running projects, as at %(day)s",
        len(found.rated),
    )
    return _bars(
        get_language(),
        words.dimension_title(found.dimensions),
        subtitle % {"n": words.count(len(found.rated)), "day": words.day(found.picture.today)},
        tuple((str(label), found.dimensions[name]) for name, label in DIMENSIONS.items()),
    )


def trend_chart(found: Overview) -> charts.Chart | None:
    """Running projects by declared rating at each month end. None where fewer than two months are known."""
    if sum(bool(point.rated) for point in found.trend) < 2:
        return None
    return _lines(get_language(), tuple(found.trend), found.picture.today)


@lru_cache(maxsize=128)
def _lines(_language: str | None, points: tuple[Point, ...], today: date) -> charts.Chart:
    return charts.count_lines(
        title=words.trend_title(points),
        subtitle=_("Declared rating, running projects at month ends, to %(day)s") % {"day": words.day(today)},
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
