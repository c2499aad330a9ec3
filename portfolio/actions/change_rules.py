"""What holds of every change request however it is written: its options, its size, and that it is not changed once submitted."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from core.errors import ActionError
from portfolio.formulas.changes import size_of
from portfolio.models import ChangeRequest, Entry

MOST_DAYS = 36_500
MOST_OPTIONS = 20
# What was submitted stays as it is until it is taken back: who approves must know what.
FROZEN = (
    "reason", "options", "cost_change", "finish_change", "benefits_change", "cost_in_forecast", "finish_in_forecast",
    "scope_impact", "quality_impact", "risk_impact",
)  # fmt: skip
FROZEN_ENTRY = ("title", "description", "project_id", "programme_id", "portfolio_id", "currency", "due_on")


def settle_change(entry: Entry, change: ChangeRequest, at: datetime) -> None:
    """Check what a change request says before it is saved, and weigh it. One query where it is not a draft any more."""
    change.options = clean_options(change.options)
    if change.finish_change is not None and abs(change.finish_change) > MOST_DAYS:
        raise ActionError(_("Give the days by which the finish moves: at most 36,500."), field="finish_change")
    _check_in_forecast(change)
    size = size_of(change.cost_change, change.finish_change, entry.project.budget if entry.project else None)
    # A fifth of the budget, or a hundred days, weigh most.
    entry.rank = int(min(100, max((size.percent or 0) * 5, size.days)))
    if entry.status == entry.register.first:
        _forget_approval(change)
    elif not entry._state.adding:
        _refuse_changes(entry, change)


def _check_in_forecast(change: ChangeRequest) -> None:
    """What the forecast holds already is a part of the change itself: of its sign, and not more."""
    pairs = (
        (
            "cost_in_forecast",
            change.cost_change,
            _("This is a part of the change of cost: of the same sign, and not more than it."),
        ),
        (
            "finish_in_forecast",
            change.finish_change,
            _("This is a part of the days above: of the same sign, and not more than they."),
        ),
    )
    for field, whole, words in pairs:
        part = getattr(change, field) or 0
        if part and (not whole or part * whole < 0 or abs(part) > abs(whole)):
            raise ActionError(words, field=field)


def _forget_approval(change: ChangeRequest) -> None:
    """A draft, new or taken back, was not submitted to anybody; history keeps that it was."""
    change.route, change.approver, change.quorum = None, "", 1
    change.submitted_by = change.submitted_at = change.decided_by = change.decided_at = None
    change.decision_reason = change.record = change.sha256 = change.failure = ""
    change.recorded_at = change.reminded_at = change.escalated_at = None


def _refuse_changes(entry: Entry, change: ChangeRequest) -> None:
    kept = (
        ChangeRequest.objects.filter(pk=entry.pk)
        .values("entry__status", "entry__is_confidential", *FROZEN, *(f"entry__{name}" for name in FROZEN_ENTRY))
        .get()
    )
    if kept["entry__status"] != entry.status:
        return _refuse_move(entry, change)
    different = [name for name in FROZEN if kept[name] != getattr(change, name)]
    different += [name for name in FROZEN_ENTRY if kept[f"entry__{name}"] != getattr(entry, name)]
    if entry.status == "submitted" and kept["entry__is_confidential"] != entry.is_confidential:
        # It would choose who votes: of a confidential change only those of the board who stand on it.
        different.append("is_confidential")
    if different:
        words = {
            "submitted": _("It waits for approval and stays as it was submitted: take it back to draft first."),
            "rejected": _("It was rejected and stays as it was decided: make it a draft again first."),
            "withdrawn": _("It was withdrawn: make it a draft again first."),
        }.get(entry.status, _("It was approved and stays as it was decided: ask for a further change instead."))
        raise ActionError(words, field=different[0].removesuffix("_id"))
    return None


def _refuse_move(entry: Entry, change: ChangeRequest) -> None:
    """A change is submitted and decided by the verbs of change control only, never by a plain move."""
    if entry.status == "submitted" and change.submitted_at is None:
        raise ActionError(_("Submit it by “Submit for approval”: it takes its route there."))
    if entry.status in ("approved", "rejected") and change.decided_at is None:
        raise ActionError(_("It is decided by those whom its route names."))


def clean_options(options: Any) -> list[dict[str, Any]]:
    """Options as they are kept: {"name", "text", "cost" (text of a Decimal, or None), "days" (or None)}. Rows without any words
    or figures are dropped. Raises ActionError for anything else."""
    if options in (None, ""):
        return []
    if not isinstance(options, list) or not all(isinstance(option, dict) for option in options):
        raise ActionError(_("Options are a list, each with a name."), field="options")
    found = [option for option in map(_clean_option, options) if option is not None]
    if len(found) > MOST_OPTIONS:
        raise ActionError(_("Give at most 20 options."), field="options")
    return found


def _clean_option(option: dict[str, Any]) -> dict[str, Any] | None:
    name, text = (str(option.get(key) or "").strip()[:limit] for key, limit in (("name", 200), ("text", 4000)))
    cost, days = option.get("cost"), option.get("days")
    if not name:
        if text or cost not in (None, "") or days not in (None, ""):
            raise ActionError(_("Name the option."), field="options")
        return None
    try:
        amount = None if cost in (None, "") else Decimal(str(cost)).quantize(Decimal("0.01"))
        number = None if days in (None, "") else int(str(days))
    except (InvalidOperation, ValueError) as error:
        raise ActionError(
            _("The cost and the days of “%(option)s” are numbers.") % {"option": name}, field="options"
        ) from error
    if amount is not None and (not amount.is_finite() or abs(amount) >= 10**16):
        raise ActionError(_("The cost of “%(option)s” is too large.") % {"option": name}, field="options")
    return {"name": name, "text": text, "cost": None if amount is None else str(amount), "days": number}


def has_impact(change: ChangeRequest) -> bool:
    """Whether it says what it would change: a figure, or a sentence on scope, quality or risk."""
    figures: Iterable[Any] = (change.cost_change, change.finish_change, change.benefits_change)
    return any(figures) or any(text.strip() for text in (change.scope_impact, change.quality_impact, change.risk_impact))
