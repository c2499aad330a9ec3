"""The answers of a request in one piece: its own fields, those that questions fill, and the rest of the form."""

from datetime import date
from decimal import Decimal
from typing import Any

from intake.formulas.questions import CORE, Missing, completeness, missing_for, questions_of
from intake.models.requests import Request


def answers_of(request: Request) -> dict[str, Any]:
    """Every answer by its key, as `intake/formulas/questions.py` reads them: CORE by field name, then the form's. One query
    where a question fills the unit or the sponsor and they are not read yet; one for the form version likewise."""
    found = {**(request.answers or {})}
    for _step, question in questions_of(request.form_version.document):
        if target := question.get("maps_to"):
            value = stored_of(getattr(request, target))
            if value is None and target in ("unit", "sponsor"):
                value = found.get(question["key"])  # typed by somebody who cannot choose from our lists
            found[question["key"]] = value
    return found | {name: getattr(request, name) for name in CORE}


def stored_of(value: Any) -> Any:
    """A field's value as an answer is stored in JSON."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is not None and hasattr(value, "pk"):
        return {"id": value.pk, "name": str(value)}
    return value


def missing_of(request: Request, state: str) -> list[Missing]:
    """What must be answered before the request comes into `state`."""
    return missing_for(request.form_version.document, answers_of(request), state)


def completeness_of(request: Request) -> int:
    """How complete the request is, 0 to 100 %."""
    return completeness(request.form_version.document, answers_of(request))
