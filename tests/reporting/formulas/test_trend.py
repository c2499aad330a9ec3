"""Ratings over time, on updates small enough to follow by hand."""

from datetime import UTC, date, datetime

from portfolio.formulas.packed_ratings import PAIRS, UNKNOWN, packed, tallied
from reporting.formulas.trend import month_ends, trend, until_over

NONE, RED, GREEN, DOUBTED = UNKNOWN, packed("red", "red"), packed("green", ""), packed("green", "amber")
DAYS = tuple(date(2026, month, 28) for month in (1, 2, 3, 4))
ENDS = [(day, datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC)) for day in DAYS]


def test_month_ends_of_a_year_lead_to_today() -> None:
    ends = month_ends(date(2026, 3, 15))
    assert (len(ends), ends[0], ends[-3:]) == (13, date(2025, 3, 31), [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 15)])


def test_projects_are_counted_by_what_they_were_rated() -> None:
    rows = [(NONE, RED, RED, GREEN), (NONE, NONE, RED, RED), (NONE, NONE, DOUBTED, DOUBTED)]
    points = trend(b"".join(map(bytes, rows)), DAYS)
    assert [(point.on, point.red, point.green, point.disagree, point.rated) for point in points] == [
        (DAYS[0], 0, 0, 0, 0),
        (DAYS[1], 1, 0, 0, 1),
        (DAYS[2], 2, 1, 1, 3),
        (DAYS[3], 1, 2, 1, 3),
    ]


def test_what_is_not_on_the_scale_is_not_rated() -> None:
    assert [
        point.rated
        for point in trend(bytes([packed("", "red"), packed("grey", None), packed("blue", "blue"), packed("x", "y")]), DAYS)
    ] == [0, 0, 1, 0]


def test_packing_loses_no_rating() -> None:
    assert [packed(*pair) for pair in PAIRS] == list(range(36))
    assert tallied(bytes([packed("red", None), packed("red", ""), UNKNOWN])) == {("red", ""): 2}


def test_without_projects_nothing_is_known() -> None:
    assert [point.rated for point in trend(b"", DAYS)] == [0, 0, 0, 0]


def test_a_project_that_is_over_counts_until_it_finished() -> None:
    known = datetime(2026, 3, 3, tzinfo=UTC)
    red = bytes([RED]) * 4
    assert until_over(red, ENDS, date(2026, 3, 28), known) == bytes([RED, RED, NONE, NONE])
    assert until_over(red, ENDS, None, known) == bytes([RED, RED, NONE, NONE])
    assert until_over(red, ENDS, date(2027, 1, 1), known) == red
