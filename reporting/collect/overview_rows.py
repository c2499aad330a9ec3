"""The rows behind each figure of the overview: which projects, by what formula."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portfolio.models import DIMENSIONS
from portfolio.models.asof import Standing
from reporting.collect.overview import Overview
from reporting.collect.overview_counts import ENDED
from reporting.formulas.attention import age_in_days
from reporting.formulas.rating_counts import ORDER, is_worse


@dataclass(frozen=True)
class Figure:
    """One figure: its name, how it comes about in words, and its rows. `values`: what it may be asked for, if anything."""

    label: Any
    formula: Any
    pick: Callable[[Overview, str], Iterable[Standing]]
    values: tuple[str, ...] = ()
    by_currency: bool = False


def _rated(read: Callable[[Standing], str | None]) -> Callable[[Overview, str], Iterable[Standing]]:
    def pick(found: Overview, value: str) -> Iterable[Standing]:
        return (row for row in found.rated if _shade(read(row)) == value)

    return pick


def _shade(rating: str | None) -> str:
    return rating if rating in ORDER else "grey"


def _money(found: Overview, currency: str) -> Iterable[Standing]:
    return (row for row in found.priced if row.currency == currency)


def _both(found: Overview, currency: str) -> Iterable[Standing]:
    return (row for row in _money(found, currency) if row.budget is not None and row.forecast is not None)


def _running(found: Overview) -> list[Standing]:
    return [row for row in found.seen if row.phase not in ENDED]


def _aged(kind: str) -> Callable[[Overview, str], Iterable[Standing]]:
    def pick(found: Overview, value: str) -> Iterable[Standing]:
        zone = timezone.get_current_timezone()
        for row in _running(found):
            age = age_in_days(row, found.picture.today, zone)
            limit = found.limits.get(row.tier, found.limits[0]).stale_days
            state = "never" if age is None else "stale" if age > limit else "fresh"
            if state == kind:
                yield row

    return pick


FIGURES: dict[str, Figure] = {
    "projects": Figure(
        _("Projects"),
        _("Every project that is not archived, closed and cancelled ones included."),
        lambda found, _value: found.rows,
    ),
    "declared": Figure(
        _("Declared rating"),
        _(
            "Running projects by the overall rating that the manager declared in the newest published update. No rating counts as no data."
        ),
        _rated(lambda row: row.overall),
        ORDER,
    ),
    "computed": Figure(
        _("Computed rating"),
        _("Running projects by the overall rating that the facts and thresholds gave when the newest update was submitted."),
        _rated(lambda row: row.computed_overall),
        ORDER,
    ),
    "assured": Figure(
        _("Assured rating"),
        _("Running projects by the delivery confidence that the PMO gave last. Exempt counts as no data."),
        _rated(lambda row: row.assurance),
        ORDER,
    ),
    "disagree": Figure(
        _("Facts worse than declared"),
        _("Running projects whose computed overall rating is worse than the declared one (green, amber, red)."),
        lambda found, _value: (row for row in found.rated if is_worse(row.computed_overall, row.overall)),
    ),
    "assured-worse": Figure(
        _("Assurance worse than declared"),
        _("Running projects whose delivery confidence is worse than the declared overall rating."),
        lambda found, _value: (row for row in found.rated if is_worse(row.assurance, row.overall)),
    ),
    "money": Figure(
        _("Budget, forecast and spend"),
        _("Sums of the projects in this currency. An empty amount adds nothing. Currencies are never added together."),
        _money,
        by_currency=True,
    ),
    "variance": Figure(
        _("Forecast against budget"),
        _("Forecast minus budget of the projects in this currency that have both."),
        _both,
        by_currency=True,
    ),
    "late": Figure(
        _("Updates overdue"),
        _("Running projects whose update for the newest open period was due before the date shown and is not submitted."),
        lambda found, _value: (row for row in found.seen if row.pk in found.late),
    ),
    "fresh": Figure(
        _("Fresh ratings"),
        _("Running projects whose newest published update is not older than the threshold of their tier allows."),
        _aged("fresh"),
    ),
    "stale": Figure(
        _("Stale ratings"),
        _("Running projects whose newest published update is older than the threshold of their tier allows."),
        _aged("stale"),
    ),
    "never": Figure(
        _("Never reported"),
        _("Running projects without any published update."),
        _aged("never"),
    ),
    "attention": Figure(
        _("Needs attention"),
        _("Running projects with at least one reason, the most pressing first. Each reason has a weight; the sum ranks."),
        lambda found, _value: (item.row for item in found.attention),
    ),
    "worse": Figure(
        _("Ratings that got worse"),
        _("Projects whose declared or assured rating is worse than on the day compared with."),
        lambda found, _value: _once(turn.row for turn in found.movement.worse),
    ),
    "better": Figure(
        _("Ratings that got better"),
        _("Projects whose declared or assured rating is better than on the day compared with."),
        lambda found, _value: _once(turn.row for turn in found.movement.better),
    ),
    "moved-finish": Figure(
        _("Finish dates that moved"),
        _("Projects whose finish (actual, else forecast, else planned) differs from the day compared with, the latest first."),
        lambda found, _value: (slip.row for slip in found.movement.slips),
    ),
    "moved-money": Figure(
        _("Money that moved"),
        _("Projects whose forecast or budget differs from the day compared with, the largest change first."),
        lambda found, _value: _once(shift.row for shift in found.movement.shifts),
    ),
    "entered": Figure(
        _("Entered"),
        _("Projects that were not in this selection on the day compared with."),
        lambda found, _value: found.movement.entered,
    ),
    "left": Figure(
        _("Left"),
        _("Projects that were in this selection on the day compared with and are not any more; shown as they stood then."),
        lambda found, _value: found.movement.left,
    ),
}


def _dimension(name: str) -> Callable[[Overview, str], Iterable[Standing]]:
    return _rated(lambda row: row.rating(name))


for _name, _label in DIMENSIONS.items():
    FIGURES[_name] = Figure(
        _label,
        _("Running projects by the rating that the manager declared for this dimension in the newest published update."),
        _dimension(_name),
        ORDER,
    )


def _once(rows: Iterable[Standing]) -> list[Standing]:
    return list({row.pk: row for row in rows}.values())


def rows_behind(found: Overview, key: str, value: str) -> tuple[list[Standing], int]:
    """The rows of a figure that may be named, and how many count without a name. KeyError for an unknown figure."""
    figure = FIGURES[key]
    rows = list(figure.pick(found, value))
    named = [row for row in rows if row.pk not in found.picture.hidden]
    return named, len(rows) - len(named)
