"""What a request form may hold, which of its questions apply, what is missing for a state, and how complete the answers are.

A form document is {"steps": [{"key", "title", "help", "questions": [question]}]}. A question is a dictionary:
`key` and `kind` always, and `label`; then, where they help, `help`, `example`, `choices` (texts), `required_at` (the state
from which the answer must be there), `show_if` ({"question", "test", "value"}: asked only then) and `maps_to` (the field of
the request that holds the answer). Documents come from people and from the API, so that nothing about their shape is sure
before `problems_of` found nothing.

Before the form's own steps every request answers the three questions (`CORE`): purpose, need, how it helps.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

KINDS = (
    "short_text", "long_text", "number", "money", "date", "yes_no", "choice", "choices", "person", "unit", "files", "heading",
)  # fmt: skip
"""`files` asks for attachments and `heading` explains: neither holds an answer."""
WITHOUT_ANSWER = ("files", "heading")
WITH_CHOICES = ("choice", "choices")
MAPS_TO = {
    "estimated_cost": "money",
    "estimated_benefit": "money",
    "needed_by_on": "date",
    "unit": "unit",
    "sponsor": "person",
}
"""Fields of a request that a question can fill, and the kind of question that can."""
TESTS = ("is", "is_not", "answered", "at_least", "at_most")
REQUIRED_AT = ("submitted", "assessment", "ready")
CORE_STEP = "idea"
CORE = ("title", "purpose", "need", "helps")
"""What every request says before the form's own questions; all needed to submit."""
MOST_STEPS, MOST_QUESTIONS, MOST_CHOICES = 12, 100, 60
LONGEST_LABEL, LONGEST_HELP, LONGEST_CHOICE = 300, 2000, 200
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ORDER = ("draft", "submitted", "screening", "needs_information", "assessment", "ready")


@dataclass(frozen=True)
class Problem:
    """Something wrong with a document: a code and its parameters; `intake/wording.py` holds the sentences. `step` and
    `question` are their words; `place` is the way to it in the document: "steps.0.questions.2.choices"."""

    code: str
    step: str = ""
    question: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True)
class Missing:
    """An answer that is not there: its key, and the step where it can be given."""

    key: str
    label: str
    step: str


def steps_of(document: Any) -> list[dict[str, Any]]:
    """The steps of a document that has no problems."""
    return list(document.get("steps", [])) if isinstance(document, Mapping) else []


def questions_of(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """(key of its step, question) in order."""
    for step in steps_of(document):
        for question in step.get("questions", []):
            yield step["key"], question


def question_of(document: Any, key: str) -> dict[str, Any] | None:
    """The question of this key."""
    return next((question for _step, question in questions_of(document) if question["key"] == key), None)


# Is it a form at all?


def problems_of(document: Any) -> list[Problem]:
    """Everything that is wrong with a document, in its order; empty when it may be published."""
    if not isinstance(document, Mapping) or set(document) != {"steps"} or not isinstance(document["steps"], list):
        return [Problem("not_a_form")]
    steps = document["steps"]
    found: list[Problem] = []
    if len(steps) > MOST_STEPS:
        found.append(Problem("too_many_steps", params={"most": MOST_STEPS}, place="steps"))
    keys: set[str] = {CORE_STEP}
    named = {step["key"] for step in steps if isinstance(step, Mapping) and isinstance(step.get("key"), str)}
    earlier: dict[str, Mapping[str, Any]] = {}
    mapped: set[str] = set()
    for number, step in enumerate(steps):
        place = f"steps.{number}"
        if not isinstance(step, Mapping):
            found.append(Problem("not_a_form", place=place))
            continue
        name = str(step.get("title") or number + 1)
        found += _step_problems(step, name, keys, place)
        questions = step.get("questions", [])
        if not isinstance(questions, list):
            found.append(Problem("not_a_form", step=name, place=f"{place}.questions"))
            continue
        for count, question in enumerate(questions):
            where = f"{place}.questions.{count}"
            if not isinstance(question, Mapping):
                found.append(Problem("not_a_form", step=name, place=where))
                continue
            found += _question_problems(question, name, where, (earlier, mapped, named))
            earlier.setdefault(str(question.get("key")), question)
    if len(earlier) > MOST_QUESTIONS:
        found.append(Problem("too_many_questions", params={"most": MOST_QUESTIONS}, place="steps"))
    return found


def _step_problems(step: Mapping[str, Any], name: str, keys: set[str], place: str) -> Iterator[Problem]:
    def problem(code: str, cell: str, /, **params: Any) -> Problem:
        return Problem(code, step=name, params=params, place=f"{place}.{cell}")

    key = step.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        yield problem("bad_key", "key")
    elif key in keys or key == "check":
        yield problem("key_twice", "key", key=key)
    else:
        keys.add(key)
    if not isinstance(step.get("title"), str) or not step["title"].strip():
        yield problem("step_without_title", "title")
    elif len(step["title"]) > LONGEST_LABEL:
        yield problem("too_long", "title", most=LONGEST_LABEL)
    if not _is_text(step.get("help", ""), LONGEST_HELP):
        yield problem("too_long", "help", most=LONGEST_HELP)
    if unknown := set(step) - {"key", "title", "help", "questions"}:
        part = min(map(str, unknown))
        yield problem("unknown_part", part, part=part)


Others = tuple[Mapping[str, Mapping[str, Any]], set[str], set[str]]
"""The earlier questions by key, the fields that they fill, and the keys of all steps."""


def _question_problems(question: Mapping[str, Any], step: str, place: str, others: Others) -> Iterator[Problem]:
    earlier, mapped, steps = others
    label = question.get("label")
    name = label[:80] if isinstance(label, str) and label.strip() else str(question.get("key", ""))[:40]

    def problem(code: str, cell: str, /, **params: Any) -> Problem:
        return Problem(code, step=step, question=name, params=params, place=f"{place}.{cell}")

    key, kind = question.get("key"), question.get("kind")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        yield problem("bad_key", "key")
    elif key in earlier or key in CORE or key in ("helps_how", "version") or key in steps:
        yield problem("key_twice", "key", key=key)
    if not isinstance(label, str) or not label.strip():
        yield problem("question_without_label", "label")
    elif len(label) > LONGEST_LABEL:
        yield problem("too_long", "label", most=LONGEST_LABEL)
    if kind not in KINDS:
        yield problem("unknown_kind", "kind", kind=str(kind)[:40])
        return
    for part in ("help", "example"):
        if not _is_text(question.get(part, ""), LONGEST_HELP):
            yield problem("too_long", part, most=LONGEST_HELP)
    known = {"key", "label", "kind", "help", "example", "choices", "required_at", "show_if", "maps_to"}
    if unknown := set(question) - known:
        part = min(map(str, unknown))
        yield problem("unknown_part", part, part=part)
    yield from (problem(code, "choices", **params) for code, params in _choice_problems(question))
    required = question.get("required_at", "")
    if required not in ("", *REQUIRED_AT):
        yield problem("unknown_state", "required_at", state=str(required)[:40])
    elif required and kind in WITHOUT_ANSWER:
        yield problem("cannot_be_required", "required_at")
    target = question.get("maps_to", "")
    if target:
        if MAPS_TO.get(target if isinstance(target, str) else "") != kind:
            yield problem("cannot_map", "maps_to", target=str(target)[:40])
        elif target in mapped:
            yield problem("mapped_twice", "maps_to", target=target)
        mapped.add(str(target))
    if question.get("show_if"):
        yield from (problem(code, "show_if", **params) for code, params in _condition_problems(question["show_if"], earlier))


def _choice_problems(question: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    choices = question.get("choices", [])
    if not isinstance(choices, list) or not all(isinstance(choice, str) and choice.strip() for choice in choices):
        yield "bad_choices", {}
        return
    if question["kind"] in WITH_CHOICES and len(choices) < 2:
        yield "few_choices", {}
    if question["kind"] not in WITH_CHOICES and choices:
        yield "needless_choices", {}
    if len(set(choices)) < len(choices):
        yield "choice_twice", {}
    if len(choices) > MOST_CHOICES or any(len(choice) > LONGEST_CHOICE for choice in choices):
        yield "many_choices", {"most": MOST_CHOICES, "longest": LONGEST_CHOICE}


def _condition_problems(condition: Any, earlier: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(condition, Mapping) or condition.get("test") not in TESTS:
        yield "bad_condition", {}
        return
    other = earlier.get(str(condition.get("question")))
    if other is None or other.get("kind") in WITHOUT_ANSWER:
        yield "condition_not_earlier", {}
        return
    kind, test, value = other.get("kind"), condition["test"], condition.get("value")
    if test in ("at_least", "at_most") and (kind not in ("number", "money") or number_of(value) is None):
        yield "condition_not_a_number", {}
    if test in ("is", "is_not"):
        if (kind in WITH_CHOICES and value not in (other.get("choices") or [])) or (
            kind == "yes_no" and not isinstance(value, bool)
        ):
            yield "condition_unknown_choice", {}
        elif kind not in WITH_CHOICES and kind != "yes_no":
            yield "bad_condition", {}


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest


# Which questions apply, and which of them are answered?


def is_answered(value: Any) -> bool:
    """Whether a value says something: "no" and 0 do, blanks do not."""
    return value not in (None, "", [], {}) and not (isinstance(value, str) and not value.strip())


def number_of(value: Any) -> Decimal | None:
    """A stored number; None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def holds(condition: Mapping[str, Any] | None, answers: Mapping[str, Any]) -> bool:
    """Whether a question with this condition is asked, given the answers to visible earlier questions."""
    if not condition:
        return True
    answer, test, value = answers.get(condition["question"]), condition["test"], condition.get("value")
    if test == "answered":
        return is_answered(answer)
    if test == "is_not":
        return is_answered(answer) and not _is(answer, value)
    if test == "is":
        return _is(answer, value)
    number, bound = number_of(answer), number_of(value)
    if number is None or bound is None:
        return False
    return number >= bound if test == "at_least" else number <= bound


def _is(answer: Any, value: Any) -> bool:
    return value in answer if isinstance(answer, list) else answer == value


def visible(document: Any, answers: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """(step, question) of the questions that apply. What a hidden question was answered counts for nothing, so a question
    that depends on a hidden one is hidden too."""
    shown: list[tuple[str, dict[str, Any]]] = []
    counted: dict[str, Any] = {}
    for step, question in questions_of(document):
        if holds(question.get("show_if"), counted):
            shown.append((step, question))
            counted[question["key"]] = answers.get(question["key"])
    return shown


def is_required(question: Mapping[str, Any], state: str) -> bool:
    """Whether the answer must be there for a request to come into `state`."""
    required = question.get("required_at")
    return bool(required) and state in _ORDER and _ORDER.index(state) >= _ORDER.index(str(required))


def missing_for(document: Any, answers: Mapping[str, Any], state: str) -> list[Missing]:
    """What must be answered before the request comes into `state`. `answers` holds CORE's too, by field name."""
    found = [Missing(key, "", CORE_STEP) for key in CORE if not is_answered(answers.get(key))] if state != "draft" else []
    found += [
        Missing(question["key"], question["label"], step)
        for step, question in visible(document, answers)
        if is_required(question, state) and not is_answered(answers.get(question["key"]))
    ]
    return found


def completeness(document: Any, answers: Mapping[str, Any]) -> int:
    """How much of what a decision needs is there, 0 to 100 %: answered ÷ asked, over the three questions, the title, and
    the visible questions that are required at any state. Optional ones do not count. Rounded down: 100 means all."""
    needed = [answers.get(key) for key in CORE]
    needed += [answers.get(question["key"]) for _step, question in visible(document, answers) if question.get("required_at")]
    return sum(map(is_answered, needed)) * 100 // len(needed)


def steps_done(document: Any, answers: Mapping[str, Any], state: str = "submitted") -> dict[str, bool]:
    """For each step, whether nothing is missing in it for `state`."""
    lacking = {missing.step for missing in missing_for(document, answers, state)}
    return {key: key not in lacking for key in [CORE_STEP, *(step["key"] for step in steps_of(document))]}


# What changed from version to version?


def labels_of(document: Any) -> dict[str, str]:
    """The words of steps and questions by key."""
    return {step["key"]: step["title"] for step in steps_of(document)} | {
        question["key"]: question["label"] for _step, question in questions_of(document)
    }


@dataclass(frozen=True)
class Difference:
    """One change between two versions: `what` is added, removed, moved or changed; `part` and both values where changed."""

    what: str
    noun: str  # step or question
    label: str
    part: str = ""
    before: Any = None
    after: Any = None


def differences(before: Any, after: Any) -> list[Difference]:
    """What changed from one valid document to the other, steps first, in the new one's order."""
    found: list[Difference] = []
    old_steps = {step["key"]: step for step in steps_of(before)}
    new_steps = {step["key"]: step for step in steps_of(after)}
    found += _compared("step", old_steps, new_steps, ("title", "help"), "title")
    old = {question["key"]: {**question, "step": step} for step, question in questions_of(before)}
    new = {question["key"]: {**question, "step": step} for step, question in questions_of(after)}
    parts = ("label", "kind", "help", "example", "choices", "required_at", "show_if", "maps_to", "step")
    return found + _compared("question", old, new, parts, "label")


def _compared(noun: str, old: dict[str, Any], new: dict[str, Any], parts: tuple[str, ...], name: str) -> list[Difference]:
    found = [Difference("removed", noun, row[name]) for key, row in old.items() if key not in new]
    kept_old = [key for key in old if key in new]
    kept_new = [key for key in new if key in old]
    moved = _moved(kept_old, kept_new)
    for key, row in new.items():
        if key not in old:
            found.append(Difference("added", noun, row[name]))
            continue
        for part in parts:
            was, now = old[key].get(part) or None, row.get(part) or None
            if was != now:
                found.append(Difference("changed", noun, row[name], part, was, now))
        if key in moved:
            found.append(Difference("moved", noun, row[name]))
    return found


def _moved(before: list[str], after: list[str]) -> set[str]:
    """The fewest keys that were moved: all outside the longest run that kept its order."""
    places = {key: place for place, key in enumerate(before)}
    best: list[list[str]] = []
    for key in after:
        runs = [run for run in best if places[run[-1]] < places[key]]
        longest = max(runs, key=len) if runs else []
        best.append([*longest, key])
    kept = max(best, key=len) if best else []
    return set(after) - set(kept)


# Changing a draft: each gives a new document


def with_step(document: Any, step: Mapping[str, Any], key: str = "") -> dict[str, Any]:
    """The document with a step added at the end, or the step `key` replaced by it (its questions stay)."""
    steps = steps_of(document)
    if not key:
        return {"steps": [*steps, {**step, "questions": []}]}
    return {"steps": [{**row, **step, "questions": row["questions"]} if row["key"] == key else row for row in steps]}


def with_question(document: Any, step: str, question: Mapping[str, Any], key: str = "") -> dict[str, Any]:
    """The document with a question added at the end of a step, or the question `key` replaced, moved where `step` differs."""
    here = next((row["key"] for row in steps_of(document) if any(q["key"] == key for q in row["questions"])), "") if key else ""
    steps = []
    for row in steps_of(document):
        rows = list(row["questions"])
        if here == row["key"] == step:
            rows = [question if q["key"] == key else q for q in rows]
        else:
            rows = [q for q in rows if not key or q["key"] != key] + ([question] if row["key"] == step else [])
        steps.append({**row, "questions": rows})
    return {"steps": steps}


def without(document: Any, key: str) -> dict[str, Any]:
    """The document without the step or question of this key."""
    return {
        "steps": [
            {**row, "questions": [q for q in row["questions"] if q["key"] != key]}
            for row in steps_of(document)
            if row["key"] != key
        ]
    }


def shifted(document: Any, key: str, by: int) -> dict[str, Any]:
    """The document with a step or question one place up (-1) or down (1); a question goes over the edge of its step into
    the next one. At the very end nothing changes."""
    steps = [{**row, "questions": list(row["questions"])} for row in steps_of(document)]
    for place, row in enumerate(steps):
        if row["key"] == key:
            if 0 <= place + by < len(steps):
                steps[place], steps[place + by] = steps[place + by], row
            break
        keys = [q["key"] for q in row["questions"]]
        if key in keys:
            at = keys.index(key)
            question = row["questions"].pop(at)
            if 0 <= at + by <= len(row["questions"]):
                row["questions"].insert(at + by, question)
            elif 0 <= place + by < len(steps):
                target = steps[place + by]["questions"]
                target.insert(len(target) if by < 0 else 0, question)
            else:
                row["questions"].insert(at, question)
            break
    return {"steps": steps}


def new_key(document: Any, label: str) -> str:
    """A key for a new step or question, made from its label, that the document does not hold yet."""
    words = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:32] or "question"
    base = words if words[0].isalpha() else f"q_{words}"[:32]
    taken = {CORE_STEP, "check", "helps_how", "version", *CORE}
    taken |= {step["key"] for step in steps_of(document)} | {q["key"] for _step, q in questions_of(document)}
    key, number = base.rstrip("_"), 2
    while key in taken:
        key, number = f"{base[:32]}_{number}", number + 1
    return key
