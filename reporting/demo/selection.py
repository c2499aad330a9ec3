"""A selection round and a decision meeting of the demonstration."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from intake.actions.meetings import cast_vote, create_meeting, put_on_agenda
from intake.actions.rounds import create_round, gather_requests, mark_must_do, rank_by, rank_entry
from intake.models import Request, RequestScore, ScoringModelVersion
from intake.models.requests import State
from intake.models.selection import Choice, Cut
from reporting.demo.ideas import LAW
from reporting.demo.people import People

FUNDED = Decimal("0.55")  # of what all requests of the round ask for


def load_selection(requests: Sequence[Request], people: People, at: datetime, version: ScoringModelVersion) -> None:
    """A round of what is in assessment or ready, one request forced in by law and one put elsewhere; the board meets on it
    within a week, and one member has voted."""
    ranked = [request for request in requests if request.state in (State.ASSESSMENT, State.READY)]
    ready = [request for request in ranked if request.state == State.READY]
    asked = sum((request.estimated_cost or Decimal(0) for request in ranked), Decimal(0))
    values = {
        "name": "Change fund 2027/28",
        "description": "Demonstration. What the fund can pay for next year, against what was asked for.",
        "model_version": version,
        "currency": "GBP",
        "funding": (asked * FUNDED).quantize(Decimal(100_000)),
        "cut": Cut.STOP,
    }
    chosen = create_round(values=values)
    gather_requests(chosen, requests=ranked)
    scores = dict(RequestScore.objects.filter(model_version=version).values_list("request", "percent"))
    worth = sorted(ranked, key=lambda request: -(scores.get(request.pk) or 0))
    order = {request.pk: place for place, request in enumerate(worth, 1)}
    chosen = rank_by(chosen, order=order, version=2)
    forced = next((request for request in worth[::-1] if request.type.name == LAW), worth[-1])
    reason = "The law asks for it from April; there is no choice about whether, only about when."
    entry = chosen.entries.get(request=forced)
    chosen = mark_must_do(entry, must_do=True, reason=reason, version=chosen.version)
    moved = next(entry for entry in chosen.entries.order_by("-position") if not entry.must_do)
    reason = "The building work it depends on starts in May."
    rank_entry(moved, position=3, reason=reason, version=chosen.version)
    board = User.objects.get(email="board@demo.example")
    day = timezone.localdate(at) + timedelta(days=6)
    values = {"name": f"Investment board, {day:%B %Y}", "held_on": day, "round": chosen, "quorum": 2, "minutes": ""}
    held = create_meeting(values=values, members=[board, people.head])
    put_on_agenda(held, requests=sorted(ready, key=lambda request: order[request.pk]))
    first = held.items.first()
    if first is not None:
        comment = "If the supplier's price is confirmed first."
        cast_vote(first, choice=Choice.CONDITIONS, comment=comment, by=board, at=at - timedelta(hours=3))
