"""Verbs of selection rounds: gather requests, rank them, say what must be done."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.actions.locking import assign, lock, save
from core.errors import ActionError
from core.history import recorded
from intake.models import RankedEntry, Request, SelectionRound
from intake.models.requests import ENDED, State

EDITABLE = ["name", "description", "model_version", "currency", "funding", "cut"]
NOT_RANKED = (State.DRAFT, *ENDED)


@transaction.atomic
def create_round(*, values: Mapping[str, Any]) -> SelectionRound:
    """A new round without requests."""
    with recorded("intake.round.created"):
        row = SelectionRound()
        assign(row, values, EDITABLE)
        row.save()
    return row


@transaction.atomic
def edit_round(chosen: SelectionRound, *, changes: Mapping[str, Any], version: int) -> SelectionRound:
    """Change the name, the funding line or how it cuts. Raises EditConflict when somebody saved since `version`."""
    with recorded("intake.round.edited"):
        row = _open(chosen, version)
        assign(row, changes, EDITABLE)
        save(row)
    return row


@transaction.atomic
def close_round(chosen: SelectionRound, *, at: datetime, version: int | None = None) -> SelectionRound:
    """Close the round: its ranking stays as it is."""
    with recorded("intake.round.closed"):
        row = _open(chosen, version)
        row.closed_at = at
        save(row)
    return row


@transaction.atomic
def gather_requests(chosen: SelectionRound, *, requests: Iterable[Request]) -> int:
    """Add requests at the end of the list, those left out that are in it; returns how many were added."""
    with recorded("intake.round.gathered"):
        row = _open(chosen)
        there = set(row.entries.values_list("request_id", flat=True))
        last = row.entries.aggregate(last=Max("position"))["last"] or 0
        new = [request for request in requests if request.pk not in there]
        for request in new:
            if request.state in NOT_RANKED:
                raise ActionError(
                    _("%(request)s is %(state)s: it cannot be ranked.")
                    % {"request": request.reference, "state": request.get_state_display().lower()}
                )
        RankedEntry.objects.bulk_create(
            RankedEntry(round=row, request=request, position=last + number) for number, request in enumerate(new, start=1)
        )
        save(row)
    return len(new)


@transaction.atomic
def drop_entry(entry: RankedEntry, *, version: int) -> SelectionRound:
    """Take a request out of the round; those below move up."""
    with recorded("intake.entry.dropped"):
        row = _open(entry.round, version)
        entry.delete()
        _write(list(row.entries.order_by("position")))
        save(row)
    return row


@transaction.atomic
def rank_entry(entry: RankedEntry, *, position: int, reason: str, version: int) -> SelectionRound:
    """Put a request at a place (1 = first; what must be done stays in front); the others make room. Raises ActionError without a reason, and EditConflict when
    somebody changed the ranking since `version`."""
    with recorded("intake.entry.ranked"):
        row = _open(entry.round, version)
        if not reason.strip():
            raise ActionError(_("Give a reason for the new place: it stands beside the request."), field="reason")
        entries = list(row.entries.order_by("position"))
        moved = next((other for other in entries if other.pk == entry.pk), None)
        if moved is None:
            raise ActionError(_("Somebody took the request out of this round."))
        entries.remove(moved)
        entries.insert(min(max(position, 1), len(entries) + 1) - 1, moved)
        moved.reason = reason.strip()
        _write(entries, changed={moved.pk})
        save(row)
    return row


@transaction.atomic
def mark_must_do(entry: RankedEntry, *, must_do: bool, reason: str, version: int) -> SelectionRound:
    """Force a request in (or no longer): it is funded before all others. A reason is needed to force it in."""
    with recorded("intake.entry.forced" if must_do else "intake.entry.freed"):
        row = _open(entry.round, version)
        if must_do and not reason.strip():
            raise ActionError(_("Say why it must be done: a law, a contract, a running commitment …"), field="reason")
        it = row.entries.filter(pk=entry.pk).first()
        if it is None:
            raise ActionError(_("Somebody took the request out of this round."))
        it.must_do, it.reason = must_do, reason.strip()
        it.save()
        _write(list(row.entries.order_by("position")))
        save(row)
    return row


@transaction.atomic
def rank_by(chosen: SelectionRound, *, order: Mapping[int, int], version: int) -> SelectionRound:
    """Rank anew: `order` maps request ids to a rank (1 = first). Requests without one keep their order behind the others;
    reasons given for other places are dropped, those of must-do items stay."""
    with recorded("intake.round.ranked"):
        row = _open(chosen, version)
        entries = sorted(row.entries.all(), key=lambda entry: (order.get(entry.request_id, len(order) + 1), entry.position))
        for entry in entries:
            entry.reason = entry.reason if entry.must_do else ""
        _write(entries, changed={entry.pk for entry in entries})
        save(row)
    return row


def _open(chosen: SelectionRound, version: int | None = None) -> SelectionRound:
    row = lock(SelectionRound.objects.all(), chosen.pk, version=version)
    if row.closed_at:
        raise ActionError(_("The round is closed: its ranking stays as it is."))
    return row


def _write(entries: list[RankedEntry], changed: Collection[int] = ()) -> None:
    """Number the entries from 1 in this order, what must be done before all others, writing only those that moved."""
    moved = []
    for position, entry in enumerate(sorted(entries, key=lambda entry: not entry.must_do), start=1):
        if entry.position != position or entry.pk in changed:
            entry.position = position
            moved.append(entry)
    RankedEntry.objects.bulk_update(moved, ["position", "reason"])
