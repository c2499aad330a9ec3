"""Verbs of decision meetings: prepare, vote, close."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.access import refuse_auditor
from core.actions.locking import assign, lock, save
from core.errors import ActionError
from core.history import recorded
from intake.models import AgendaItem, DecisionMeeting, MeetingMember, Request, Vote
from intake.models.requests import State
from intake.models.selection import Choice

EDITABLE = ["name", "held_on", "round", "quorum", "minutes"]


@transaction.atomic
def create_meeting(*, values: Mapping[str, Any], members: Iterable[Any]) -> DecisionMeeting:
    """A meeting with its voting members and an empty agenda."""
    with recorded("intake.meeting.created"):
        row = DecisionMeeting()
        assign(row, values, EDITABLE)
        row.save()
        _seat(row, members)
    return row


@transaction.atomic
def edit_meeting(
    meeting: DecisionMeeting, *, changes: Mapping[str, Any], members: Iterable[Any], version: int
) -> DecisionMeeting:
    """Change a meeting that is not closed. A member who voted stays a member."""
    with recorded("intake.meeting.edited"):
        row = _open(meeting, version)
        assign(row, changes, EDITABLE)
        _seat(row, members)
        save(row)
    return row


def _seat(meeting: DecisionMeeting, members: Iterable[Any]) -> None:
    chosen = {person.pk: person for person in members}
    if not chosen:
        raise ActionError(_("Name at least one member who votes."), field="members")
    there = {member.user_id: member for member in meeting.members.all()}
    voted = set(Vote.objects.filter(item__meeting=meeting).values_list("user_id", flat=True))
    for key, member in there.items():
        if key not in chosen:
            if key in voted:
                raise ActionError(_("%(name)s has voted and stays a member.") % {"name": member.user}, field="members")
            member.delete()
    for key, person in chosen.items():
        if key not in there:
            refuse_auditor(person, field="members")
            MeetingMember.objects.create(meeting=meeting, user=person)


@transaction.atomic
def put_on_agenda(meeting: DecisionMeeting, *, requests: Iterable[Request]) -> int:
    """Add requests that are ready for decision at the end of the agenda; returns how many were added."""
    with recorded("intake.meeting.item_added"):
        row = _open(meeting)
        there = set(row.items.values_list("request_id", flat=True))
        last = row.items.aggregate(last=Max("position"))["last"] or 0
        added = 0
        # As they stand now, in the order in which others lock several.
        keys = [request.pk for request in requests]
        now = {one.pk: one for one in Request.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
        for request in [now[key] for key in keys]:
            if request.pk in there:
                continue
            if request.state != State.READY:
                raise ActionError(
                    _("%(request)s is not ready for decision: it is in the state “%(state)s”.")
                    % {"request": request.reference, "state": request.get_state_display()}
                )
            added += 1
            AgendaItem.objects.create(meeting=row, request=request, position=last + added)
        save(row)
    return added


@transaction.atomic
def take_off_agenda(item: AgendaItem) -> None:
    """Remove an item that was not decided, with its votes."""
    with recorded("intake.meeting.item_removed"):
        _open(item.meeting)
        if hasattr(item, "decision"):
            raise ActionError(_("The item is decided and stays on the agenda."))
        item.delete()


@transaction.atomic
def move_item(item: AgendaItem, *, position: int) -> None:
    """Put an item at a place on the agenda (1 = first)."""
    with recorded("intake.meeting.item_moved"):
        row = _open(item.meeting)
        items = [other for other in row.items.all() if other.pk != item.pk]
        items.insert(min(max(position, 1), len(items) + 1) - 1, item)
        for number, other in enumerate(items, start=1):
            if other.position != number:
                other.position = number
                other.save()


@transaction.atomic
def cast_vote(item: AgendaItem, *, choice: str, comment: str, by: Any, at: datetime) -> Vote:
    """A member's vote, or its change, until the item is decided. Who asked for the project or would sponsor it takes no
    part. Raises ActionError for those who are no member."""
    with recorded("intake.vote.cast"):
        meeting = _open(item.meeting)
        if not meeting.members.filter(user=by).exists():
            raise ActionError(_("You are not a voting member of this meeting."))
        if hasattr(AgendaItem.objects.get(pk=item.pk), "decision"):
            raise ActionError(_("The item is decided: votes stay as they are."))
        if choice != Choice.RECUSED and by.pk in (item.request.requester_id, item.request.sponsor_id):
            raise ActionError(_("You asked for this project or would sponsor it: you take no part."), field="choice")
        vote, _made = Vote.objects.update_or_create(
            item=item, user=by, defaults={"choice": choice, "comment": comment.strip(), "voted_at": at}
        )
    return vote


@transaction.atomic
def close_meeting(meeting: DecisionMeeting, *, at: datetime, version: int | None = None) -> DecisionMeeting:
    """Close the meeting. Items that were not decided stay ready and can be put on the next agenda."""
    with recorded("intake.meeting.closed"):
        row = _open(meeting, version)
        row.closed_at = at
        save(row)
    return row


def _open(meeting: DecisionMeeting, version: int | None = None) -> DecisionMeeting:
    row = lock(DecisionMeeting.objects.all(), meeting.pk, version=version)
    if row.closed_at:
        raise ActionError(_("The meeting is closed."))
    return row
