"""Ratings over time, on updates small enough to follow by hand."""

from datetime import UTC, date, datetime

from reporting.formulas.trend import month_ends, trend, until_over

RED, GREEN, DOUBTED = ("red", "red"), ("green", ""), ("green", "amber")
DAYS = [date(2026, month, 28) for month in (1, 2, 3, 4)]
ENDS = [(day, datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC)) for day in DAYS]


def test_month_ends_of_a_year_lead_to_today() -> None:
    ends = month_ends(date(2026, 3, 15))
    assert (len(ends), ends[0], ends[-3:]) == (13, date(2025, 3, 31), [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 15)])


def test_projects_are_counted_by_what_they_were_rated() -> None:
    points = trend([(None, RED, RED, GREEN), (None, None, RED, RED), (None, None, DOUBTED, DOUBTED)], DAYS)
    assert [(point.on, point.red, point.green, point.disagree, point.rated) for point in points] == [
        (DAYS[0], 0, 0, 0, 0),
        (DAYS[1], 1, 0, 0, 1),
        (DAYS[2], 2, 1, 1, 3),
        (DAYS[3], 1, 2, 1, 3),
    ]


def test_what_is_not_on_the_scale_is_not_rated() -> None:
    assert [point.rated for point in trend([(("", "red"), ("grey", ""), ("blue", "blue"), None)], DAYS)] == [0, 0, 1, 0]


def test_without_projects_nothing_is_known() -> None:
    assert [point.rated for point in trend([], DAYS)] == [0, 0, 0, 0]


def test_a_project_that_is_over_counts_until_it_finished() -> None:
    known = datetime(2026, 3, 3, tzinfo=UTC)
    assert until_over((RED,) * 4, ENDS, date(2026, 3, 28), known) == (RED, RED, None, None)
    assert until_over((RED,) * 4, ENDS, None, known) == (RED, RED, None, None)
    assert until_over((RED,) * 4, ENDS, date(2027, 1, 1), known) == (RED,) * 4
