"""Sentences for what intake's formulas found: codes and values in, words in the reader's language out."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from intake.formulas.questions import Difference, Missing, Problem, differences, labels_of, number_of
from intake.formulas.scoring import leading_contributions
from intake.models.requests import State

KINDS: dict[str, Any] = {
    "short_text": gettext_lazy("Short text"),
    "long_text": gettext_lazy("Long text"),
    "number": gettext_lazy("Number"),
    "money": gettext_lazy("Amount of money"),
    "date": gettext_lazy("Day"),
    "yes_no": gettext_lazy("Yes or no"),
    "choice": gettext_lazy("One of several choices"),
    "choices": gettext_lazy("Any of several choices"),
    "person": gettext_lazy("Person"),
    "unit": gettext_lazy("Organisation unit"),
    "files": gettext_lazy("Files (a hint what to attach)"),
    "heading": gettext_lazy("Heading and explanation"),
}
"""Kinds of question in words, in the order of the editor's list."""

PARTS: dict[str, Any] = {
    "label": gettext_lazy("Question"),
    "title": gettext_lazy("Title"),
    "kind": gettext_lazy("Kind of answer"),
    "help": gettext_lazy("Help"),
    "example": gettext_lazy("Example"),
    "choices": gettext_lazy("Choices"),
    "required_at": gettext_lazy("Needed before"),
    "show_if": gettext_lazy("Asked only if"),
    "maps_to": gettext_lazy("Fills the field"),
    "step": gettext_lazy("Step"),
}

MAPS_TO: dict[str, Any] = {
    "estimated_cost": gettext_lazy("Estimated cost, whole life"),
    "estimated_benefit": gettext_lazy("Estimated benefit, whole life"),
    "needed_by_on": gettext_lazy("Needed by"),
    "unit": gettext_lazy("Organisation unit"),
    "sponsor": gettext_lazy("Sponsor"),
}

CORE_LABELS: dict[str, Any] = {
    "title": gettext_lazy("A short name for it"),
    "purpose": gettext_lazy("What is the purpose?"),
    "need": gettext_lazy("Why is it needed?"),
    "helps": gettext_lazy("How does it help?"),
}
"""What every request answers, as the form asks it."""

_PROBLEMS = {
    "not_a_form": gettext_noop("This is not a form: it needs a list of steps, each with a list of questions."),
    "too_many_steps": gettext_noop("A form has at most %(most)s steps."),
    "too_many_questions": gettext_noop("A form has at most %(most)s questions."),
    "bad_key": gettext_noop("A key starts with a small letter and holds only small letters, digits and _, at most 40."),
    "key_twice": gettext_noop("The key “%(key)s” is used already."),
    "step_without_title": gettext_noop("The step needs a title."),
    "question_without_label": gettext_noop("The question needs its words."),
    "too_long": gettext_noop("The text is too long: at most %(most)s characters."),
    "unknown_part": gettext_noop("“%(part)s” is no part of a form."),
    "unknown_kind": gettext_noop("“%(kind)s” is no kind of question."),
    "unknown_state": gettext_noop("An answer can be needed before submitting, assessment or decision, not “%(state)s”."),
    "cannot_be_required": gettext_noop("A heading and a hint for files hold no answer, so none can be needed."),
    "cannot_map": gettext_noop("This kind of question cannot fill the field “%(target)s”."),
    "mapped_twice": gettext_noop("Another question fills the field “%(target)s” already."),
    "bad_choices": gettext_noop("Choices are a list of texts."),
    "few_choices": gettext_noop("Give at least two choices."),
    "needless_choices": gettext_noop("This kind of question has no choices."),
    "choice_twice": gettext_noop("A choice stands there twice."),
    "many_choices": gettext_noop("At most %(most)s choices of at most %(longest)s characters each."),
    "bad_condition": gettext_noop("The condition cannot be understood."),
    "condition_not_earlier": gettext_noop("The condition must ask for the answer to an earlier question."),
    "condition_not_a_number": gettext_noop("“At least” and “at most” need a question for a number, and a number."),
    "condition_unknown_choice": gettext_noop("The condition names an answer that the other question does not offer."),
}


def problem_sentence(problem: Problem) -> str:
    """What is wrong with a form, and where."""
    sentence = _(_PROBLEMS[problem.code]) % dict(problem.params)
    if problem.question:
        return _("Step “%(step)s”, question “%(question)s”: %(problem)s") % {
            "step": problem.step,
            "question": problem.question,
            "problem": sentence,
        }
    if problem.step:
        return _("Step “%(step)s”: %(problem)s") % {"step": problem.step, "problem": sentence}
    return sentence


def missing_label(missing: Missing) -> str:
    """The words of a question that is not answered."""
    return missing.label or str(CORE_LABELS[missing.key])


def needed_words(state: str) -> str:
    """When an answer is needed."""
    return {
        "submitted": _("to submit"),
        "assessment": _("before assessment"),
        "ready": _("before the decision"),
    }.get(state, "")


def condition_words(condition: Mapping[str, Any] | None, labels: Mapping[str, str]) -> str:
    """A condition as a sentence part; `labels` are the questions' words by key."""
    if not condition:
        return ""
    value = condition.get("value")
    words = {
        "question": labels.get(condition["question"], condition["question"]),
        "value": (_("yes") if value else _("no")) if isinstance(value, bool) else _number_words(condition["test"], value),
    }
    return {
        "is": _("“%(question)s” is “%(value)s”"),
        "is_not": _("“%(question)s” is answered and not “%(value)s”"),
        "answered": _("“%(question)s” is answered"),
        "at_least": _("“%(question)s” is at least %(value)s"),
        "at_most": _("“%(question)s” is at most %(value)s"),
    }[condition["test"]] % words


def _number_words(test: str, value: Any) -> Any:
    number = number_of(value) if test in ("at_least", "at_most") else None
    return value if number is None else number_format(number, use_l10n=True, force_grouping=True)


def difference_words(difference: Difference, labels: Mapping[str, str]) -> dict[str, str]:
    """One change between two versions of a form: what happened, to what, and both values in words."""
    step = difference.noun == "step"
    happened = {
        "added": _("Step added") if step else _("Question added"),
        "removed": _("Step removed") if step else _("Question removed"),
        "moved": _("Step moved") if step else _("Question moved"),
        "changed": _("Step changed") if step else _("Question changed"),
    }[difference.what]
    return {
        "what": difference.what,
        "happened": happened,
        "label": difference.label,
        "part": str(PARTS.get(difference.part, "")),
        "before": _value_words(difference.part, difference.before, labels),
        "after": _value_words(difference.part, difference.after, labels),
    }


def change_words(before: Any, after: Any) -> list[dict[str, str]]:
    """What changed between two documents, in words."""
    labels = labels_of(before) | labels_of(after)
    return [difference_words(one, labels) for one in differences(before, after)]


def _value_words(part: str, value: Any, labels: Mapping[str, str]) -> str:
    if not value:
        return ""
    if part == "show_if":
        return condition_words(value, labels)
    if part == "required_at":
        return needed_words(value)
    if part == "kind":
        return str(KINDS.get(value, value))
    if part == "maps_to":
        return str(MAPS_TO.get(value, value))
    return ", ".join(value) if isinstance(value, list) else str(labels.get(value, value) if part == "step" else value)


def next_step_sentence(state: str) -> str:
    """What happens next, told to the requester."""
    return {
        State.DRAFT: _("Nobody sees it yet. Submit it when it says what you mean."),
        State.SUBMITTED: _("Somebody in the portfolio office reads it, and asks you if something is not clear."),
        State.SCREENING: _("The office checks that it is complete and not asked for already, then has it assessed."),
        State.NEEDS_INFORMATION: _("Answer the questions below; then the office goes on."),
        State.ASSESSMENT: _("People who know the matter judge its value, cost and risk."),
        State.READY: _("It is on the list for the next decision meeting."),
        State.APPROVED: _("The office sets up a project for it."),
        State.DEFERRED: _("It stays on record and comes up again then."),
        State.REJECTED: _("It stays on record. If things change, ask again and name this request."),
        State.WITHDRAWN: _("Nothing more happens."),
        State.CONVERTED: _("The project's manager goes on from here."),
    }.get(State(state), "")


# Scores

_SCORING_PROBLEMS = {
    "no_criteria": gettext_noop("The model has no criteria yet."),
    "duplicate": gettext_noop("Two criteria have the key “%(name)s”."),
    "group": gettext_noop("The criterion “%(name)s” belongs to no group: where there are groups, every criterion needs one."),
    "weights": gettext_noop("A weight is a number, and not below zero (“%(name)s”)."),
    "no_weight": gettext_noop("The weights add up to zero: at least one must count."),
    "anchors": gettext_noop("“%(name)s” needs two different values: one that gets 0 points and one that gets 10."),
    "level": gettext_noop("The points of the levels of “%(name)s” lie between 0 and 10."),
    "must_meet": gettext_noop("“%(name)s” is relative to the other requests, so it cannot be a must."),
    "shape": gettext_noop("The answers do not fit the model."),
}


def scoring_problem(error: Any, names: Mapping[str, str] | None = None) -> str:
    """What is wrong with a scoring model (`scoring.ScoringError`), in a sentence; `names` by key."""
    if error.code == "no_weight" and error.name:
        return _("The weights in the group “%(name)s” add up to zero.") % {"name": (names or {}).get(error.name, error.name)}
    return _(_SCORING_PROBLEMS[error.code]) % {"name": (names or {}).get(error.name, error.name)}


def score_sentence(parts: Mapping[str, Any], version: Any) -> str:
    """A score in words: "+18 strategic fit, −6 delivery risk", points of 100 against the mean or the middle; of a ready model
    its formula with the numbers put in. `version` names the criteria (a query, unless they are prefetched)."""
    return sentence_of(parts, criterion_names(version))


def criterion_names(version: Any) -> dict[str, str]:
    """Key -> name as it stands within a sentence, of the criteria of a version."""
    return {criterion.key: in_a_sentence(criterion.name) for criterion in version.criteria.all()}


def sentence_of(parts: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """`score_sentence`, for many scores of one version: the names are made once."""
    entries = parts.get("criteria", [])
    if parts.get("kind", "weighted") != "weighted":
        return ready_sentence(parts)
    said = leading_contributions({entry["key"]: entry.get("contribution") or 0.0 for entry in entries})
    if said:
        return ", ".join(f"{signed(points)} {names.get(key, key)}" for key, points in said)
    return _("about the same as the others on every criterion") if any(entry.get("answers") for entry in entries) else ""


def ready_sentence(parts: Mapping[str, Any]) -> str:
    """A ready model's formula with its numbers: "(8 + 5 + 3) / 5 = 3.2"."""
    held = {entry["key"]: entry.get("measure") for entry in parts.get("criteria", [])}
    if parts.get("figure") is None or None in held.values():
        return _("n/a: an estimate is missing, or the size is zero")
    number = {key: f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}" for key, value in held.items()}
    number["figure"] = f"{parts['figure']:,.2f}" if parts["figure"] < 100 else f"{parts['figure']:,.0f}"
    forms = {
        "wsjf": "({value} + {time_criticality} + {risk_reduction}) / {size} = {figure}",
        "rice": "{reach} × {impact} × {confidence} / {effort} = {figure}",
        "value_effort": "{value} / {effort} = {figure}",
    }
    return forms[parts["kind"]].format(**number)


def signed(points: float) -> str:
    """Points of a contribution with their sign: +18, −6."""
    rounded = round(points)
    return f"+{rounded}" if rounded > 0 else f"−{-rounded}" if rounded < 0 else "0"


def in_a_sentence(name: str) -> str:
    """A name inside a sentence: its first letter small, unless it is an abbreviation."""
    return name if len(name) > 1 and name[1].isupper() else name[:1].lower() + name[1:]


# Comparisons in pairs

CONSISTENCY: dict[str, Any] = {
    "consistent": gettext_lazy("Consistent"),
    "acceptable": gettext_lazy("Acceptable"),
    "review": gettext_lazy("To be looked at again"),
    "reject": gettext_lazy("Contradicts itself"),
    "incomplete": gettext_lazy("Not complete"),
}
"""Labels of the consistency ratio."""

STEPS: dict[int, Any] = {
    1: gettext_lazy("the same"),
    2: gettext_lazy("a little more"),
    3: gettext_lazy("moderately more"),
    4: gettext_lazy("clearly more"),
    5: gettext_lazy("strongly more"),
    6: gettext_lazy("even more strongly"),
    7: gettext_lazy("very strongly more"),
    8: gettext_lazy("nearly extremely more"),
    9: gettext_lazy("extremely more"),
}
"""Saaty's scale in words."""


def times(value: float) -> str:
    """A ratio as people say it: "5×", "2.4×"."""
    return f"{value:.1f}".removesuffix(".0") + "×"


def comparison_words(first: str, second: str, value: float) -> str:
    """One comparison: "“Fit” is 5× “Risk”"; below one the other way round; equal: both weigh the same."""
    if abs(value - 1) < 0.05:
        return _("“%(first)s” and “%(second)s” weigh the same") % {"first": first, "second": second}
    if value < 1:
        first, second, value = second, first, 1 / value
    return _("“%(first)s” is %(times)s “%(second)s”") % {"first": first, "second": second, "times": times(value)}


def triple_sentence(triple: Any, names: Any, matrix: Any, who: str = "") -> str:
    """Which three answers of the matrix conflict: what was said of two pairs, what follows for the third, what was said of
    it. `who` said so; empty: the reader."""
    i, j, k = names[triple.i], names[triple.j], names[triple.k]
    words = {
        "who": who,
        "one": comparison_words(i, j, matrix[triple.i][triple.j]),
        "two": comparison_words(j, k, matrix[triple.j][triple.k]),
        "implied": comparison_words(i, k, triple.implied),
        "said": comparison_words(i, k, triple.said),
    }
    if who:
        return (
            _(
                "%(who)s said that %(one)s and that %(two)s. Together that means that %(implied)s; but the answer given is: %(said)s."
            )
            % words
        )
    return (
        _("You said that %(one)s and that %(two)s. Together that means that %(implied)s; but you said that %(said)s.") % words
    )


def repair_sentence(repair: Any, names: Any) -> str:
    """The smallest change that mends the answers."""
    words = {
        "after": comparison_words(names[repair.row], names[repair.column], repair.after),
        "before": comparison_words(names[repair.row], names[repair.column], repair.before),
        "ratio": f"{repair.ratio:.2f}",
    }
    if repair.is_enough:
        return _("The smallest change that mends it: %(after)s, instead of: %(before)s. The ratio is %(ratio)s then.") % words
    return (
        _("One change alone does not mend it. The best one: %(after)s, instead of: %(before)s. The ratio is %(ratio)s then.")
        % words
    )


def ratio_sentence(label: str) -> str:
    """What the label of a consistency ratio means for the reader."""
    return {
        "consistent": _("The answers fit together without a contradiction."),
        "acceptable": _("The answers fit together well enough to be used."),
        "review": _("Some answers contradict each other: look at them again before the weights decide anything."),
        "reject": _("The answers contradict each other too much to be used."),
        "incomplete": _("Answers are missing: weights are provisional until all pairs are compared."),
    }[label]
