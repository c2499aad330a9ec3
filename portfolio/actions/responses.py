"""Responses to a risk: actions with a strategy, a cost and an effect. And what becomes of them when the risk ends."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import ActionError
from core.history import recorded
from portfolio.actions.raid import (
    SCOPES,
    convert_entry,
    create_entry,
    edit_entry,
    link_entries,
    lock_entry,
    make_move,
    move_entry,
    save_moved,
)
from portfolio.models import Entry
from portfolio.registers import OPPORTUNITY_STRATEGIES, THREAT_STRATEGIES

FIELDS = ("title", "description", "owner", "due_on", "strategy", "cost", "probability_effect", "impact_effect")
FATES = ("finish", "cancel", "keep")


def fitting(sign: str) -> dict[str, Any]:
    """The strategies for a sign."""
    return OPPORTUNITY_STRATEGIES if sign == "opportunity" else THREAT_STRATEGIES


def _check(risk: Entry, strategy: str) -> None:
    if strategy not in fitting(risk.risk.sign):
        words = _("Choose one for an opportunity.") if risk.risk.sign == "opportunity" else _("Choose one for a threat.")
        raise ActionError(words, field="strategy")


@transaction.atomic
def add_response(risk: Entry, *, values: Mapping[str, Any], by: Any, at: datetime) -> Entry:
    """A new response: an action where the risk belongs. `values` name FIELDS. Raises ActionError when the risk has ended or the
    strategy is for the other sign."""
    with recorded("portfolio.response.added"):
        row = lock_entry(risk)
        if not row.is_open:
            raise ActionError(_("This risk has ended: open it again first."))
        _check(row, values.get("strategy", ""))
        where = {name: getattr(row, name) for name in SCOPES}
        common = {"about": row, "currency": row.currency, "is_confidential": row.is_confidential, "category": row.category}
        return create_entry("action", values={**where, **common, **values}, by=by, at=at)


@transaction.atomic
def edit_response(response: Entry, *, changes: Mapping[str, Any], version: int, by: Any, at: datetime) -> Entry:
    """Change a response. Raises EditConflict when somebody saved since `version`."""
    with recorded("portfolio.response.edited"):
        risk = response.action.about
        if "strategy" in changes and risk is not None:
            _check(lock_entry(risk), changes["strategy"])
        return edit_entry(response, changes=changes, version=version, by=by, at=at)


def open_responses(risk: Entry, by: Any) -> list[Entry]:
    """The open actions that answer a risk, of those that the person may see: nobody is asked about one that is hidden from them,
    nor ends it. One query."""
    rows = Entry.objects.visible_to(by).filter(action__about=risk, is_open=True)
    return list(rows.select_related("action").order_by("pk"))


@transaction.atomic
def close_risk(risk: Entry, *, reason: str, fate: str, by: Any, at: datetime, expected: str = "") -> Entry:
    """Close a risk. Raises ActionError when it has open responses that `by` sees and `fate` does not say what becomes of them: "finish",
    "cancel", or "keep" as actions of their own."""
    with recorded("portfolio.risk.close"):
        row = lock_entry(risk)
        make_move(row, "close", reason=reason, at=at, expected=expected)
        _end_responses(row, fate, reason, by, at)
        save_moved(row, by=by, at=at)
    return row


@transaction.atomic
def happen_risk(
    risk: Entry,
    *,
    reason: str,
    fate: str,
    makes_issue: bool,
    by: Any,
    at: datetime,
    severity: int | None = None,
    expected: str = "",
) -> Entry:
    """A risk happened. With `makes_issue` the issue that it became is made and linked in the same transaction, and returned;
    else the risk. `fate` as `close_risk`."""
    with recorded("portfolio.risk.happen"):
        row = lock_entry(risk)
        make_move(row, "happen", reason=reason, at=at, expected=expected)
        _end_responses(row, fate, reason, by, at)
        save_moved(row, by=by, at=at)
        if not makes_issue:
            return row
        values = {"raised_by": by} | ({"severity": severity} if severity else {})
        return convert_entry(row, "issue", by=by, at=at, values=values, move=False)


def _end_responses(risk: Entry, fate: str, reason: str, by: Any, at: datetime) -> None:
    responses = open_responses(risk, by)
    if not responses:
        return
    if fate not in FATES:
        raise ActionError(_("Say what becomes of the open responses."), field="fate")
    for response in responses:
        if fate == "keep":
            plain: dict[str, Any] = {"about": None, "strategy": "", "probability_effect": None, "impact_effect": None}
            edit_entry(response, changes=plain, version=response.version, by=by, at=at)
            link_entries(risk, response, meaning="relates", by=by, at=at)
        else:
            move_entry(response, fate, by=by, at=at, reason=reason)
