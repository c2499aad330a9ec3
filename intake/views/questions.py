"""How questions and answers of a form are shown: as controls to fill in, and as words to read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from core import money
from intake.formulas.questions import WITHOUT_ANSWER, is_answered, number_of, steps_of, visible
from intake.models import Request
from intake.models.answers import answers_of
from intake.models.requests import Help
from intake.wording import needed_words


@dataclass(frozen=True)
class Asked:
    """One question on a page: `field` is its control (None where it is read, or holds no answer), `text` its answer in
    words, `condition` what static/js/conditions.js shows and hides it by."""

    question: Mapping[str, Any]
    field: Any = None
    hidden: bool = False
    condition: str = ""
    optional: bool = False
    needed: str = ""
    currency: str = ""
    text: str = ""
    exact: str = ""

    @classmethod
    def read(cls, question: Mapping[str, Any], value: Any, currency: str) -> "Asked":
        """A question with its answer in words."""
        exact = money.exact(number_of(value), currency) if question["kind"] == "money" and is_answered(value) else ""
        return cls(question, text=answer_words(question, value, currency), exact=exact)


def answer_words(question: Mapping[str, Any], value: Any, currency: str) -> str:
    """An answer as a person reads it; empty for none."""
    kind = question["kind"]
    if not is_answered(value):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping):
        return str(value.get("name", ""))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if kind == "money" and (amount := number_of(value)) is not None:
        return money.short(amount, currency)
    if kind == "number" and (number := number_of(value)) is not None:
        return str(number_format(number, use_l10n=True, force_grouping=True))
    if kind == "date":
        day = value if isinstance(value, date) else parse_date(str(value))
        return date_format(day, "j M Y") if day else str(value)
    return str(value)


def asked_of(
    document: Any,
    step: Mapping[str, Any],
    form: forms.BaseForm,
    answers: Mapping[str, Any],
    *,
    currency: str,
    outside: bool = False,
) -> list[Asked]:
    """The questions of a step as controls. `answers` decide which are hidden at first; what was just typed goes before.
    `outside` the organisation, all steps are on one page, and what only a later state needs is optional."""
    now = dict(answers)
    if form.is_bound and hasattr(form, "stored"):
        now |= form.stored()
    shown = {question["key"] for _step, question in visible(document, now)}
    here = {question["key"] for question in step["questions"]}
    found = []
    for question in step["questions"]:
        condition, required = question.get("show_if"), question.get("required_at", "")
        found.append(
            Asked(
                question,
                field=form[question["key"]] if question["key"] in form.fields else None,
                hidden=question["key"] not in shown,
                condition=json.dumps(condition) if condition and (outside or condition["question"] in here) else "",
                optional=not required or (outside and required != "submitted"),
                needed=needed_words(required) if required != "submitted" else "",
                currency=currency if question["kind"] == "money" else "",
            )
        )
    return found


def reading_of(row: Request, answers: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What templates/intake/asking/_read.html shows: how it helps in words, and the form's own questions with their answers,
    a section a step, hidden questions left out."""
    document = row.form_version.document
    answers = answers_of(row) if answers is None else answers
    shown: dict[str, list[Asked]] = {}
    for step, question in visible(document, answers):
        if question["kind"] not in WITHOUT_ANSWER:
            shown.setdefault(step, []).append(Asked.read(question, answers.get(question["key"]), row.currency))
    sections = [
        {"key": step["key"], "title": step["title"], "rows": shown[step["key"]]}
        for step in steps_of(document)
        if step["key"] in shown
    ]
    return {"sections": sections, "help_words": [Help(value).label for value in row.helps if value in Help.values]}
