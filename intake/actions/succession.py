"""Who takes over confidential requests when the last person who sees them can no longer sign in."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import ngettext

from core.history import recorded
from intake.models import Request, RequestParty
from intake.models.requests import Part, State


def requests_left(person: Any) -> list[Request]:
    """The confidential requests on which this person stands and nobody who can sign in; drafts are their writer's alone. One
    query."""
    parties = RequestParty.objects.filter(request=OuterRef("pk"))
    named = Q(requester=person) | Q(owner=person) | Q(sponsor=person) | Exists(parties.filter(user=person))
    seen = Q(requester__is_active=True) | Q(owner__is_active=True) | Q(sponsor__is_active=True)
    rows = Request.objects.filter(named, is_confidential=True).exclude(state=State.DRAFT)
    return list(rows.exclude(seen).exclude(Exists(parties.filter(user__is_active=True))).order_by("pk"))


def words_of_requests(count: int) -> str:
    """So many, without a name."""
    return ngettext("%(count)d confidential request", "%(count)d confidential requests", count) % {"count": count}


def hand_request_over(request: Request, person: Any, successor: Any) -> None:
    """The successor follows the request: they see it, and do there what their roles let them do."""
    with recorded("intake.request.succeeded"):
        RequestParty.objects.get_or_create(request=request, user=successor, part=Part.FOLLOWER)
