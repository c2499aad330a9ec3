"""Cells as people write them: what each means, what was assumed, why it cannot be read."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formulas.cells import KINDS, ReadingOptions, kind_of_column, profile_column, read_cell
from core.formulas.defuse import defuse, restore
from core.formulas.ratings import read_rag


def read(kind: str, cell: Any, *, header: str = "Column", among: tuple[Any, ...] = (), **options: Any) -> Any:
    return read_cell(cell, profile_column(kind, header, [cell, *among], ReadingOptions(**options)))


@pytest.mark.parametrize(
    ("cell", "header", "amount", "currency"),
    [
        ("£1,234.56m", "Cost", "1234560000", "GBP"),
        ("1.2bn", "Cost", "1200000000", ""),
        ("(500)", "Cost", "-500", ""),
        ("£(12.5)m", "Cost", "-12500000", "GBP"),
        ("-5k", "Cost", "-5000", ""),
        ("500-", "Cost", "-500", ""),
        ("−42", "Cost", "-42", ""),
        ("$214,474,730", "Cost", "214474730", "USD"),
        ("1 234,56 €", "Cost", "1234.56", "EUR"),
        ("1.234,56 €", "Cost", "1234.56", "EUR"),
        ("A$3.5 billion", "Cost", "3500000000", "AUD"),
        ("CHF 1'234.50", "Cost", "1234.50", "CHF"),
        ("GBP5m", "Cost", "5000000", "GBP"),
        ("12,34,567", "Cost", "1234567", ""),
        ("34", "TOTAL Baseline Whole Life Costs (£m) (including Non-Government Costs)", "34000000", "GBP"),
        (7.9, "FY baseline £m", "7900000", "GBP"),
        ("£5bn", "Whole life cost (£m)", "5000000000", "GBP"),
        ("0.143", "planned_cost_usd_m", "143000", "USD"),
        ("250", "Budget ($000)", "250000", "USD"),
        ("nil", "Cost", "0", ""),
    ],
)
def test_money_is_read(cell: Any, header: str, amount: str, currency: str) -> None:
    reading = read("money", cell, header=header)
    assert (reading.value, reading.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("N/A", "empty"), ("NA", "empty"), ("-", "empty"), ("", "empty"), ("Not Applicable ", "empty"), (None, "empty"),
        ("TBC", "unknown"), ("TBD", "unknown"), ("To be determined", "unknown"), ("Not available at this point of time", "unknown"),
        ("Early planning GMPP project \n\n(The project has not yet passed SOC)", "unknown"),
        ("Exempt under Section 43 of the Freedom of Information Act 2000 (Commercial Interests)", "withheld"),
        ("Commercial in confidence", "withheld"), ("Redacted", "withheld"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["money", "finish", "rag", "percent"])
def test_words_for_no_value_are_told_apart(cell: Any, state: str, kind: str) -> None:
    reading = read(kind, cell)
    assert (reading.state, reading.value) == (state, None)
    if state in ("withheld", "unknown"):
        assert reading.text == str(cell).strip()


@pytest.mark.parametrize(
    ("kind", "cell", "code"),
    [
        ("money", "£3m-£5m", "a_range"), ("money", "3 to 5", "a_range"), ("money", "up to £5m", "a_bound"), ("money", "Inf", "not_a_number"),
        ("money", "#REF!", "spreadsheet_error"), ("money", 1e300, "amount_too_large"), ("money", "1,2,3", "digits_unclear"),
        ("finish", "31 Feb 2024", "no_such_day"), ("finish", "early 2025", "vague_date"), ("finish", "soon", "not_a_date"),
        ("finish", "1 Mar 2024 or 1 Apr 2024", "several_dates"), ("finish", "0999-01-01", "year_out_of_range"),
        ("rag", "purple", "not_a_rating"), ("rag", "Red or Green", "not_a_rating"), ("percent", "lots", "not_a_percentage"),
        ("boolean", "perhaps", "not_yes_or_no"), ("currency", "shells", "not_a_currency"), ("email", "nobody", "not_an_email"),
    ],
)  # fmt: skip
def test_unreadable_cell_says_why(kind: str, cell: Any, code: str) -> None:
    reading = read(kind, cell)
    assert (reading.state, reading.problem.code) == ("failed", code)
    assert reading.text


@pytest.mark.parametrize(
    ("cell", "finish", "start"),
    [
        ("2024-03-31", "2024-03-31", "2024-03-31"),
        ("2025-02-28 00:00:00", "2025-02-28", "2025-02-28"),
        (date(2024, 3, 31), "2024-03-31", "2024-03-31"),
        (datetime(2024, 3, 31, 9), "2024-03-31", "2024-03-31"),
        ("March 31, 2024", "2024-03-31", "2024-03-31"),
        ("31/03/2024", "2024-03-31", "2024-03-31"),
        ("12/31/2024", "2024-12-31", "2024-12-31"),
        ("20 Feb 2024", "2024-02-20", "2024-02-20"),
        ("3rd of June 2025", "2025-06-03", "2025-06-03"),
        ("09/Jan/24 3:54 PM", "2024-01-09", "2024-01-09"),
        (45292, "2024-01-01", "2024-01-01"),
        ("45292", "2024-01-01", "2024-01-01"),
        ("2023-24", "2024-03-31", "2023-04-01"),
        ("Fiscal Year 2020-2021", "2021-03-31", "2020-04-01"),
        ("FY 2019/2020", "2020-03-31", "2019-04-01"),
        ("FY24", "2024-03-31", "2023-04-01"),
        ("Q3 2023/24", "2023-12-31", "2023-10-01"),
        ("2020-21 (Q1)", "2020-06-30", "2020-04-01"),
        ("04 2019/20", "2020-03-31", "2020-01-01"),
        ("Q4 2024", "2024-12-31", "2024-10-01"),
        ("H1 2024", "2024-06-30", "2024-01-01"),
        ("March 2020", "2020-03-31", "2020-03-01"),
        ("April2020", "2020-04-30", "2020-04-01"),
        ("Mar-21", "2021-03-31", "2021-03-01"),
        ("2021", "2021-12-31", "2021-01-01"),
    ],
)
def test_date_is_read_and_spans_have_an_edge(cell: Any, finish: str, start: str) -> None:
    assert str(read("finish", cell).value) == finish
    assert str(read("start", cell).value) == start


def test_every_span_says_what_was_assumed() -> None:
    for cell in ("2023-24", "Q3 2023/24", "March 2020", "2021", "H1 2024", 45292):
        assert read("finish", cell).assumed, cell


def test_day_and_month_are_told_by_the_column() -> None:
    assert str(read("finish", "03/04/2024", among=("25/04/2024",)).value) == "2024-04-03"
    assert str(read("finish", "03/04/2024", among=("04/25/2024",)).value) == "2024-03-04"
    mixed = read("finish", "03/04/2024", among=("04/25/2024", "25/04/2024"))
    assert mixed.problem.code == "day_or_month"
    alone = read("finish", "03/04/2024")
    assert (str(alone.value), alone.assumed.code) == ("2024-04-03", "day_first")
    assert str(read("finish", "03/04/2024", date_order="month").value) == "2024-03-04"


def test_financial_year_begins_when_told() -> None:
    assert str(read("finish", "2023-24", fiscal_month=7).value) == "2024-06-30"
    assert str(read("start", "FY2025", fiscal_month=10).value) == "2024-10-01"


@pytest.mark.parametrize(
    ("cell", "rating"),
    [
        ("Red", "red"), ("AMBER", "amber"), ("g", "green"), ("Amber/Green", "amber"), ("Amber / Red", "amber"), ("A/G", "amber"), ("🟢", "green"),
        ("On track", "green"), ("Amber (SRO rating)", "amber"), ("Complete", "blue"), ("Not started", "grey"), ("yellow", "amber"),
    ],
)  # fmt: skip
def test_rating_is_read(cell: str, rating: str) -> None:
    assert read("rag", cell).value == rating


def test_two_colours_say_so() -> None:
    assert read("rag", "Amber/Red").assumed.code == "two_colours"


def test_assurance_knows_exempt_and_one_to_five() -> None:
    assert read("assurance", "Exempt under Section 24 of the Freedom of Information Act 2000").value == "exempt"
    values = [
        read("assurance", cell, header="CIO evaluation", among=(1, 2, 3, 4, 5)).value for cell in ("1", 2, "3.0", 4.0, "5")
    ]
    assert values == ["red", "red", "amber", "green", "green"]
    assert read("assurance", "Blue").problem.code == "not_an_assurance_rating"


def test_fractions_in_a_percent_column_are_percent() -> None:
    assert read("percent", 0.45, among=(0.5, 1.0)).value == Decimal(45)
    assert read("percent", 45, among=(50,)).value == 45
    assert read("percent", "12.5 %").value == Decimal("12.5")


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        ("Flag", ["yes", "no"], "boolean"), ("Cost", ["£5m", "£6m"], "money"), ("Variance (%)", ["-5", "6"], "percent"), ("Jobs", ["1,200", "3"], "number"),
        ("When", ["20 Feb 2024", "1 Mar 2025"], "date"), ("Story", ["x" * 300], "long"), ("Code", ["007", "012"], "text"), ("Year", ["2020", "2021"], "number"),
    ],
)  # fmt: skip
def test_a_column_without_target_gets_the_kind_it_looks_like(header: str, cells: list[str], kind: str) -> None:
    assert kind_of_column(header, cells) == kind


CELLS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789.,-/()£$€%kmbn QFY:T'", max_size=24),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@given(st.sampled_from(KINDS), st.text(max_size=40), st.lists(CELLS, min_size=1, max_size=4))
def test_no_cell_ever_raises(kind: str, header: str, cells: list[Any]) -> None:
    profile = profile_column(kind, header, cells)
    for cell in cells:
        reading = read_cell(cell, profile)
        assert reading.state in ("value", "empty", "withheld", "unknown", "failed")
        assert (reading.value is None) == (reading.state != "value")
        assert (reading.problem is not None) == (reading.state == "failed")
    kind_of_column(header, cells)


@given(st.decimals(min_value=-(10**14), max_value=10**14, places=2))
def test_amount_written_plainly_comes_back(amount: Decimal) -> None:
    assert read("money", format(amount, "f")).value == amount
    assert read("money", f"£{amount:,.2f}").value == amount


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2199, 12, 31)))
def test_day_written_any_plain_way_comes_back(day: date) -> None:
    for text in (day.isoformat(), f"{day.day} {day:%b %Y}", f"{day:%B} {day.day}, {day.year}", f"{day:%d/%m/%Y}"):
        assert read("finish", text, date_order="day").value == day


@given(st.text(max_size=30))
def test_defused_text_is_no_formula_and_comes_back(text: str) -> None:
    assert restore(defuse(text)) == text
    assert defuse(text)[:1] not in tuple("=+-@\t\r\n\0")


@pytest.mark.parametrize(
    ("text", "colour"), [("Rot", "red"), ("grün", "green"), ("ORANGE", "amber"), ("vert", "green"), ("gelb ", "amber")]
)
def test_colours_of_other_languages_are_ratings_too(text: str, colour: str) -> None:
    reading = read_rag(text)
    assert (reading.value, reading.assumed.code if reading.assumed else "") == (colour, "word_as_colour")
