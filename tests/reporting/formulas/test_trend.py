"""Ratings over time, on updates small enough to follow by hand."""

from datetime import UTC, date, datetime

from reporting.formulas.trend import Rated, month_ends, trend


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


ENDS = [(date(2026, month, 28), datetime(2026, month, 28, 23, 59, tzinfo=UTC)) for month in (1, 2, 3, 4)]


def rated(project: int, known: datetime, ends: date, overall: str | None, computed: str | None = None, revision: int = 1):
    return Rated(project, known, ends, revision, overall, computed)


def reds(updates, over=None):
    return [point.red for point in trend(updates, ENDS, over or {})]


def test_month_ends_of_a_year_lead_to_today() -> None:
    ends = month_ends(date(2026, 3, 15))
    assert (len(ends), ends[0], ends[-3:]) == (13, date(2025, 3, 31), [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 15)])


def test_a_rating_holds_until_the_next_is_known() -> None:
    updates = [
        rated(1, at(2, 3), date(2026, 1, 31), "red"),
        rated(1, at(4, 3), date(2026, 3, 31), "green"),
        rated(2, at(3, 1), date(2026, 2, 28), "red", "red"),
        rated(3, at(3, 1), date(2026, 2, 28), "green", "amber"),
    ]
    points = trend(updates, ENDS, {})
    assert [(point.red, point.green, point.disagree, point.rated) for point in points] == [
        (0, 0, 0, 0),
        (1, 0, 0, 1),
        (2, 1, 1, 3),
        (1, 2, 1, 3),
    ]


def test_a_late_word_on_an_earlier_period_changes_nothing_but_a_correction_does() -> None:
    newest = rated(1, at(2, 3), date(2026, 1, 31), "red")
    assert reds([newest, rated(1, at(3, 3), date(2025, 12, 31), "green")]) == [0, 1, 1, 1]
    assert reds([newest, rated(1, at(3, 3), date(2026, 1, 31), "green", revision=2)]) == [0, 1, 0, 0]


def test_a_project_that_is_over_counts_until_it_finished() -> None:
    updates = [rated(1, at(1, 3), date(2025, 12, 31), "red"), rated(1, at(3, 3), date(2026, 2, 28), "red")]
    assert reds(updates, {1: date(2026, 3, 28)}) == [1, 1, 0, 0]
    assert reds(updates, {1: None}) == [1, 1, 0, 0]
    assert reds(updates) == [1, 1, 1, 1]
