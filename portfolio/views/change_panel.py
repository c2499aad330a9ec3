"""What a change request adds to its page: what it would change, who decides and why they, the votes, what it moved."""

from collections.abc import Collection, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.prepared import PreparedObjects
from portfolio.actions.approval_routes import route_for
from portfolio.actions.changes import change_size, current_deciders, tally_of
from portfolio.models import Entry
from portfolio.models.approvals import deciders_of, delegates_of
from portfolio.models.changes import ChangeVote
from portfolio.wording_changes import (
    amount_words,
    days_words,
    deciders_words,
    figures_rows,
    held_words,
    option_rows,
    route_words,
    tally_words,
)

CHOICE_TONES = {ChangeVote.Choice.APPROVE: "is-green", ChangeVote.Choice.REJECT: "is-red", ChangeVote.Choice.ABSTAIN: ""}


def change_panel(request: HttpRequest, entry: Entry, actions: frozenset[str]) -> dict[str, Any]:
    """What it would change, who decides and why they, how the votes stand, what it moved. Five queries at most."""
    change = entry.change
    waits = entry.status in ("draft", "submitted")
    cast = VOTES(change=entry.pk)
    approval = approval_of(request, entry, actions, cast) if waits else {}
    votes = votes_of(entry, approval["seats"] if entry.status == "submitted" else None, cast)
    context: dict[str, Any] = {
        "change": change,
        # One vote of one's own is the decision itself, told above.
        "by_votes": change.decided_at is None or len(votes) > 1 or any(vote["by"] for vote in votes),
        "impacts": impacts_of(entry),
        "held_words": held_of(entry),
        "change_options": option_rows(change.options, entry.currency),
        "moves_nothing": entry.project_id is None,
        "votes": votes,
        "figures": figures_rows(change.before, change.after, entry.currency),
        "record_url": reverse("portfolio:change-record", args=[entry.reference]) if change.record else "",
        "retry_url": reverse("portfolio:change-retry", args=[entry.reference]),
        "may_retry": "register.edit" in actions,
    }
    if approval and approval["may_decide"] and approval["deciders"].is_board:
        approval |= vote_offered(request, approval)
    return context | approval


def vote_offered(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the board decides is voted on: the page offers the vote, and neither "Approve" nor "Reject"."""
    urls = context["decide_urls"]
    has_voted = any(one["voted"] and one["person"].pk == request.user.pk for one in context["people"])
    label = _("Change your vote") if has_voted else _("Vote")
    return {"primary": {"label": label, "url": urls["vote"], "icon": "vote"}, "not_offered": {urls["approve"], urls["reject"]}}


def impacts_of(entry: Entry) -> list[dict[str, str]]:
    """The figures that it would change, in words."""
    change = entry.change
    return [
        {"label": _("Cost"), "value": amount_words(change.cost_change, entry.currency)},
        {"label": _("Finish"), "value": days_words(change.finish_change)},
        {"label": _("Benefits"), "value": amount_words(change.benefits_change, entry.currency)},
    ]


def held_of(entry: Entry) -> str:
    """What of it the forecast holds already, in words."""
    return held_words(entry.change.cost_in_forecast, entry.change.finish_in_forecast, entry.currency)


VOTES = PreparedObjects(lambda change: ChangeVote.objects.filter(change=change).select_related("user", "cast_by"), change=int)


def votes_of(
    entry: Entry, seats: Collection[int] | None = None, cast: Sequence[ChangeVote] | None = None
) -> list[dict[str, Any]]:
    """Who voted what, who cast it for them, and whether it counts: once decided as it did then, before by who has a seat now
    (`seats`). One query where the votes that were cast are not given."""
    return [
        {
            "person": vote.user,
            "by": vote.cast_by if vote.cast_by_id != vote.user_id else None,
            "word": vote.get_choice_display(),
            "tone": CHOICE_TONES[ChangeVote.Choice(vote.choice)],
            "reason": vote.reason,
            "at": vote.cast_at,
            "is_counted": vote.is_counted and (seats is None or vote.user_id in seats),
        }
        for vote in (VOTES(change=entry.pk) if cast is None else cast)
    ]


def approval_of(request: HttpRequest, entry: Entry, actions: frozenset[str], cast: Sequence[ChangeVote] = ()) -> dict[str, Any]:
    """The route and its people: as they are for a submitted change with the votes cast, as they would be for a draft."""
    change, size, today = entry.change, change_size(entry), timezone.localdate()
    draft = entry.status == "draft"
    route = route_for(size) if draft else change.route
    if draft:
        found = deciders_of(entry, route.approver if route else "board", request.user)
    else:
        found = getattr(entry, "deciders_then", None) or current_deciders(entry)
    voted = set[int]() if draft else {vote.user_id for vote in cast}
    delegates = delegates_of(found.people, on=today)
    tally = tally_of(entry, found, [(vote.user_id, vote.choice) for vote in cast]) if not draft and found.is_board else None
    return {
        "is_draft": draft,
        "route_words": route_words(route, size),
        "deciders": found,
        "deciders_words": deciders_words(found) if found.people else "",
        "seats": {one.pk for one in found.people},
        "people": [
            {"person": one, "delegates": delegates.get(one.pk, []), "voted": one.pk in voted} for one in found.people[:20]
        ],
        "tally_words": tally_words(tally) if tally else "",
        "is_enough": bool(tally and tally.result),
        "quorum": tally.quorum if tally else 0,
        "overdue": not draft and entry.due_on is not None and entry.due_on < today,
        "may_decide": not draft and "change.decide" in actions,
        "decide_urls": {
            "vote": reverse("portfolio:change-vote", args=[entry.reference]),
            "approve": reverse("portfolio:change-approve", args=[entry.reference]),
            "reject": reverse("portfolio:change-reject", args=[entry.reference]),
            "result": reverse("portfolio:change-result", args=[entry.reference]),
        },
    }
