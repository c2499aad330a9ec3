"""Points make a tier and say how; templates are read from lines and written back."""

from datetime import date
from decimal import Decimal

import pytest

from intake.formulas.promises import Variance
from intake.formulas.templates import (
    TemplateError,
    due_on,
    milestones_from,
    milestones_text,
    risks_from,
    risks_text,
    roles_from,
    sections_from,
    sections_text,
)
from intake.formulas.tiering import TieringError, as_text, from_text, suggested, tier_of

TEXT = """size: What does it cost? [cost: 250000, 1000000]
- Little = 0
- Some = 3
- Much = 8

risk: Who notices?
- Nobody = 0
- Everybody = 12

tier 1 from 14
tier 2 from 6
tier 3 from 0"""


def test_points_make_a_tier_and_say_how() -> None:
    document = from_text(TEXT)
    found = tier_of(document, {"q1": 2, "q2": 1})
    assert (found.points, found.most, found.tier, found.starts_at) == (20, 20, 1, 14)
    assert found.by_dimension == {"size": (8, 8), "risk": (12, 12)}
    assert [one.answer for one in found.answers] == ["Much", "Everybody"]
    assert tier_of(document, {"q1": 2, "q2": 0}).tier == 2
    assert tier_of(document, {"q1": 1, "q2": 0}).tier == 3


def test_a_missing_answer_makes_no_tier() -> None:
    found = tier_of(from_text(TEXT), {"q1": 2, "q2": 7})
    assert found.tier is None
    assert found.missing == ("Who notices?",)


@pytest.mark.parametrize(("cost", "place"), [(None, None), ("249999", 0), ("250000", 1), ("1000000", 2), ("9e9", 2)])
def test_facts_answer_by_themselves(cost: str | None, place: int | None) -> None:
    found = suggested(from_text(TEXT), {"cost": Decimal(cost) if cost else None})
    assert found.get("q1") == place


def test_a_questionnaire_is_text_and_back() -> None:
    assert as_text(from_text(TEXT)) == TEXT


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("hello", "not_a_line", 1),
        ("colour: What?", "unknown_dimension", 1),
        ("- A = 1", "choice_first", 1),
        ("size: What? [age: 3]", "unknown_fact", 1),
        ("size: What? [cost: 3, 2]", "bad_bounds", 1),
        ("size: What? [cost: NaN]", "bad_bounds", 1),
        ("size: What?\n- A = 1\ntier 1 from 2", "few_choices", 0),
        ("size: What?\n- A = 1\n- B = 2\ntier 1 from 2", "bands_missing", 0),
        (TEXT + "\ntier 1 from 15", "band_twice", 13),
        (TEXT.replace("from 14", "from 6"), "bands_cross", 0),
    ],
)
def test_what_is_wrong_is_named(text: str, code: str, line: int) -> None:
    with pytest.raises(TieringError) as refused:
        from_text(text)
    assert (refused.value.code, refused.value.line) == (code, line)


def test_milestones_are_counted_from_the_start() -> None:
    rows = milestones_from("Contract signed | 3 months\nKick-off|10 days\n\nClosed | 2 years")
    assert [row["title"] for row in rows] == ["Kick-off", "Contract signed", "Closed"]
    assert [due_on(date(2026, 11, 30), row) for row in rows] == [date(2026, 12, 10), date(2027, 2, 28), date(2028, 11, 30)]
    assert milestones_from(milestones_text(rows)) == rows


def test_lines_that_cannot_be_read_are_named() -> None:
    for read, text, code in (
        (milestones_from, "A | 3 months\nB | soon", "bad_offset"),
        (milestones_from, "A\nB", "few_parts"),
        (risks_from, "a | b | c | 100 % | 3", "bad_likelihood"),
        (risks_from, "a | b | c | 10 % | 6", "bad_impact"),
        (roles_from, "a | b | c", "many_parts"),
        (sections_from, "text", "text_without_title"),
    ):
        with pytest.raises(TemplateError) as refused:
            read(text)
        assert refused.value.code == code
    rows = risks_from("cause | event | effect | 30 % | 4")
    assert risks_from(risks_text(rows)) == rows
    chapters = sections_from("## One\nText\n\n## Two\nMore\nlines")
    assert sections_from(sections_text(chapters)) == chapters


def test_variance() -> None:
    assert Variance(Decimal(100), Decimal(120)).part == Decimal("0.2")
    assert Variance(Decimal(-100), Decimal(-120)).part == Decimal("-0.2")
    assert Variance(Decimal(0), Decimal(5)).part is None
    assert Variance(None, Decimal(5)).change is None
