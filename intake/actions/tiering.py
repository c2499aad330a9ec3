"""The tiering questionnaire: the one in force, and a new version of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.locking import check
from core.errors import ActionError
from core.history import recorded
from intake.formulas.tiering import TieringError, from_text
from intake.models import ApprovedCase, Request, TieringVersion
from intake.wording_conversion import tiering_problem


def standard_document() -> dict[str, Any]:
    """The questionnaire that holds until somebody publishes another: seven questions, 20 points at most."""
    return {
        "questions": [
            _question(
                "q1",
                "size",
                _("What does it cost, whole life?"),
                (_("Less than 250 thousand"), 0),
                (_("250 thousand to 1 million"), 1),
                (_("1 to 5 million"), 3),
                (_("5 million or more"), 4),
                suggest={"fact": "cost", "bounds": ["250000", "1000000", "5000000"]},
            ),
            _question(
                "q2",
                "size",
                _("How many years does the case run?"),
                (_("Up to 2 years"), 0),
                (_("3 to 5 years"), 1),
                (_("6 years or more"), 2),
                suggest={"fact": "years", "bounds": ["3", "6"]},
            ),
            _question(
                "q3",
                "complexity",
                _("How many units must work together?"),
                (_("One"), 0),
                (_("Two or three"), 1),
                (_("More"), 3),
            ),
            _question(
                "q4",
                "complexity",
                _("How new is what it builds on?"),
                (_("We have done it before"), 0),
                (_("Others have done it"), 1),
                (_("Nobody we know of"), 3),
            ),
            _question("q5", "complexity", _("How many suppliers deliver?"), (_("None or one"), 0), (_("Several"), 2)),
            _question(
                "q6",
                "risk",
                _("Who notices if it goes wrong?"),
                (_("Our team"), 0),
                (_("The whole organisation"), 2),
                (_("Citizens or customers"), 3),
            ),
            _question("q7", "risk", _("Does a law or a regulator set the date?"), (_("No"), 0), (_("Yes"), 3)),
        ],
        "bands": [{"tier": 1, "from": 13}, {"tier": 2, "from": 6}, {"tier": 3, "from": 0}],
    }


def _question(key: str, dimension: str, label: str, *choices: tuple[str, int], **more: Any) -> dict[str, Any]:
    found = [{"label": words, "points": points} for words, points in choices]
    return {"key": key, "label": label, "dimension": dimension, "choices": found, **more}


def current_tiering() -> TieringVersion:
    """The questionnaire in force; the standard one (number 0, not saved) until one was published. One query."""
    found = TieringVersion.objects.exclude(published_at=None).first()
    return found or TieringVersion(number=0, document=standard_document())


@transaction.atomic
def publish_tiering(*, text: str, by: Any, at: datetime, expected: int) -> TieringVersion:
    """Put a new version in force. `expected` is the number of the version that the text was made from; raises ActionError
    with the line that cannot be read, and when somebody published meanwhile."""
    with recorded("intake.tiering.published"):
        last = TieringVersion.objects.select_for_update().first()
        number = last.number if last else 0
        if number != expected:
            raise ActionError(_("Somebody published version %(number)d meanwhile: start from that one.") % {"number": number})
        try:
            document = from_text(text)
        except TieringError as error:
            raise ActionError(tiering_problem(error), field="text") from error
        version = TieringVersion(number=number + 1, document=document, published_at=at, published_by=by)
        check(version)
        version.save()
    return version


def facts_of(request: Request, frozen: ApprovedCase | None) -> dict[str, Decimal | None]:
    """What is known and answers questions by itself: cost and years of the approved case, else the estimate."""
    if frozen is not None:
        return {"cost": frozen.cost, "years": Decimal(len(_years(frozen)))}
    return {"cost": request.estimated_cost, "years": None}


def _years(frozen: ApprovedCase) -> list[Any]:
    option: dict[str, Any] = next((one for one in frozen.document["options"] if one["name"] == frozen.option), {})
    return list(option.get("years", []))
