"""What a form may hold, which questions apply, what is missing, how complete it is."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.formulas import questions as q
from intake.wording import _PROBLEMS, difference_words, problem_sentence

FORM: dict[str, Any] = {
    "steps": [
        {
            "key": "data",
            "title": "Data",
            "help": "",
            "questions": [
                {"key": "personal", "label": "Personal data?", "kind": "yes_no", "required_at": "submitted"},
                {
                    "key": "impact",
                    "label": "Whose?",
                    "kind": "choices",
                    "choices": ["Staff", "Citizens"],
                    "required_at": "assessment",
                    "show_if": {"question": "personal", "test": "is", "value": True},
                },
                {
                    "key": "children",
                    "label": "How many children?",
                    "kind": "number",
                    "required_at": "ready",
                    "show_if": {"question": "impact", "test": "is", "value": "Citizens"},
                },
            ],
        },
        {
            "key": "money",
            "title": "Money",
            "questions": [
                {"key": "words", "label": "About money", "kind": "heading"},
                {"key": "cost", "label": "Cost", "kind": "money", "maps_to": "estimated_cost", "required_at": "assessment"},
                {
                    "key": "funding",
                    "label": "Who pays?",
                    "kind": "short_text",
                    "show_if": {"question": "cost", "test": "at_least", "value": "100000"},
                },
            ],
        },
    ]
}
CORE = {"title": "Warm the hall", "purpose": "Warmth", "need": "It is cold", "helps": ["service"]}


def keys(document: Any, answers: dict[str, Any]) -> list[str]:
    return [question["key"] for _step, question in q.visible(document, answers)]


def test_a_good_form_has_no_problems() -> None:
    assert q.problems_of(FORM) == []
    assert q.problems_of({"steps": []}) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": "Personal"}, "bad_key"),
        ({"key": "purpose"}, "key_twice"),
        ({"label": "  "}, "question_without_label"),
        ({"label": "x" * 301}, "too_long"),
        ({"kind": "essay"}, "unknown_kind"),
        ({"kind": "choice"}, "few_choices"),
        ({"choices": ["a", "b"]}, "needless_choices"),
        ({"kind": "choice", "choices": ["a", "a"]}, "choice_twice"),
        ({"kind": "choice", "choices": ["a", 3]}, "bad_choices"),
        ({"required_at": "approved"}, "unknown_state"),
        ({"kind": "heading"}, "cannot_be_required"),
        ({"maps_to": "reference"}, "cannot_map"),
        ({"maps_to": "estimated_cost"}, "cannot_map"),
        ({"onclick": "x"}, "unknown_part"),
        ({"show_if": {"question": "cost", "test": "answered"}}, "condition_not_earlier"),
        ({"show_if": {"question": "impact", "test": "sometimes"}}, "bad_condition"),
    ],
)
def test_each_problem_is_found_and_told(change: dict[str, Any], code: str) -> None:
    document = copy.deepcopy(FORM)
    document["steps"][0]["questions"][0] |= change
    found = q.problems_of(document)
    assert code in {problem.code for problem in found}
    assert all(problem_sentence(problem) for problem in found)
    cells = {"few_choices": "choices", "choice_twice": "choices", "bad_choices": "choices", "cannot_be_required": "required_at"}
    cell = cells.get(code, next(iter(change)))
    assert f"steps.0.questions.0.{cell}" in {problem.place for problem in found if problem.code == code}


def test_every_problem_has_a_sentence() -> None:
    source = Path(q.__file__).read_text()
    codes = set(re.findall(r'(?:Problem\(|problem\(|yield )"([a-z_]+)"', source))
    assert codes <= set(_PROBLEMS), codes - set(_PROBLEMS)
    assert set(_PROBLEMS) <= codes, set(_PROBLEMS) - codes


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        [],
        {"steps": 3},
        {"steps": ["a"]},
        {"steps": [{"questions": 4}]},
        {"steps": [{"key": "a", "title": "A", "questions": [7]}]},
        {},
        {"steps": [], "x": 1},
    ],
)
def test_nonsense_is_no_form(nonsense: Any) -> None:
    assert q.problems_of(nonsense)


def test_a_question_that_depends_on_a_hidden_one_is_hidden_too() -> None:
    answers = {"personal": True, "impact": ["Citizens"], "children": "3"}
    assert keys(FORM, answers) == ["personal", "impact", "children", "words", "cost"]
    assert keys(FORM, answers | {"personal": False}) == ["personal", "words", "cost"]


def test_money_opens_a_question() -> None:
    assert "funding" in keys(FORM, {"cost": "100000.00"})
    assert "funding" not in keys(FORM, {"cost": "99999.99"})


def test_what_is_missing_grows_with_the_state() -> None:
    answers = CORE | {"personal": True}
    assert [m.key for m in q.missing_for(FORM, {}, "draft")] == []
    assert [m.key for m in q.missing_for(FORM, {}, "submitted")] == [*q.CORE, "personal"]
    assert q.missing_for(FORM, answers, "submitted") == []
    assert [m.key for m in q.missing_for(FORM, answers, "assessment")] == ["impact", "cost"]
    assert [m.key for m in q.missing_for(FORM, answers | {"impact": ["Citizens"]}, "ready")] == ["children", "cost"]
    assert q.steps_done(FORM, answers) == {"idea": True, "data": True, "money": True}
    assert q.steps_done(FORM, {"personal": False}) == {"idea": False, "data": True, "money": True}


def test_completeness_counts_what_a_decision_needs() -> None:
    assert q.completeness({"steps": []}, {}) == 0
    assert q.completeness({"steps": []}, CORE) == 100
    assert q.completeness(FORM, CORE) == 4 * 100 // 6  # personal and cost are asked and not answered
    assert q.completeness(FORM, CORE | {"personal": False, "cost": "1"}) == 100


def test_differences_name_what_changed() -> None:
    after = copy.deepcopy(FORM)
    data, money = after["steps"]
    data["questions"][0]["label"] = "Is personal data used?"
    moved = money["questions"].pop(1)
    data["questions"].insert(0, moved)
    money["questions"].append({"key": "end", "label": "Anything else?", "kind": "long_text"})
    del data["questions"][3]
    found = [(d.what, d.label, d.part) for d in q.differences(FORM, after)]
    assert ("changed", "Is personal data used?", "label") in found
    assert ("changed", "Cost", "step") in found
    assert ("added", "Anything else?", "") in found
    assert ("removed", "How many children?", "") in found
    assert q.differences(FORM, copy.deepcopy(FORM)) == []
    assert all(difference_words(d, {"data": "Data"})["happened"] for d in q.differences(FORM, after))


def test_moving_over_the_edge_of_a_step() -> None:
    down = q.shifted(FORM, "children", 1)
    assert [x["key"] for x in down["steps"][0]["questions"]] == ["personal", "impact"]
    assert down["steps"][1]["questions"][0]["key"] == "children"
    assert q.shifted(down, "children", -1) == q.shifted(FORM, "nothing", 1)
    assert q.shifted(FORM, "personal", -1) == q.shifted(FORM, "nothing", 1)


def test_editing_a_document_leaves_the_old_one() -> None:
    before = copy.deepcopy(FORM)
    changed = q.with_question(FORM, "money", {"key": "personal", "label": "P", "kind": "yes_no"}, "personal")
    assert [x["key"] for x in changed["steps"][1]["questions"]] == ["words", "cost", "funding", "personal"]
    assert len(changed["steps"][0]["questions"]) == 2
    assert len(list(q.questions_of(q.without(FORM, "data")))) == 3
    assert q.with_step(FORM, {"key": "end", "title": "End"})["steps"][-1] == {"key": "end", "title": "End", "questions": []}
    assert before == FORM


texts = st.text(max_size=12)
answers_of_form = st.fixed_dictionaries(
    {},
    optional={
        "personal": st.sampled_from([True, False, None, ""]),
        "impact": st.lists(st.sampled_from(["Staff", "Citizens"]), unique=True),
        "children": st.sampled_from(["", "0", "12", "many"]),
        "cost": st.one_of(st.none(), st.decimals(0, 10**9, places=2).map(str), texts),
        "funding": texts,
        **dict.fromkeys(("title", "purpose", "need"), texts),
        "helps": st.lists(st.sampled_from(["cost", "risk"])),
    },
)


@given(answers_of_form)
def test_complete_means_nothing_missing(answers: dict[str, Any]) -> None:
    percent = q.completeness(FORM, answers)
    assert 0 <= percent <= 100
    assert (percent == 100) == (not q.missing_for(FORM, answers, "ready"))
    assert {m.key for m in q.missing_for(FORM, answers, "submitted")} <= {m.key for m in q.missing_for(FORM, answers, "ready")}


@given(answers_of_form)
def test_hidden_answers_change_nothing(answers: dict[str, Any]) -> None:
    counted = {key: answers.get(key) for key in keys(FORM, answers)}
    core = {key: answers.get(key) for key in q.CORE}
    assert keys(FORM, counted) == keys(FORM, answers)
    assert q.completeness(FORM, {**counted, **core}) == q.completeness(FORM, answers)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | texts,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "steps",
                        "key",
                        "title",
                        "questions",
                        "kind",
                        "label",
                        "show_if",
                        "choices",
                        "maps_to",
                        "required_at",
                        "help",
                    ]
                )
                | texts,
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_no_document_breaks_the_check(document: Any) -> None:
    for problem in q.problems_of(document):
        assert problem_sentence(problem)


@given(texts)
def test_new_keys_are_keys(label: str) -> None:
    document = q.with_question(FORM, "data", {"key": q.new_key(FORM, label), "label": label or "x", "kind": "date"})
    assert {problem.code for problem in q.problems_of(document)} <= {"question_without_label"}
    assert q.new_key(document, label) != q.new_key(FORM, label)
