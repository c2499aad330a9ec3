"""Mail about requests: to the requester and to everybody who follows them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.actions.mail import full_url, queue_mail
from core.actions.notifications import notify
from core.actions.preferences import mail_person
from intake.models import Request
from intake.models.requests import State

Addressee = tuple[Any, str, str]
"""User or None, name, e-mail address."""


def tell_parties(request: Request, *, reason: str, at: datetime, but: Any = None) -> None:
    """Tell requester and followers that the request moved: under the bell, and one mail each. `but` did it themselves."""

    def words() -> tuple[str, list[str]]:
        if request.state == State.NEEDS_INFORMATION:
            heading = _("“%(title)s”: the office asks a question") % {"title": request.title}
            return heading, [state_sentence(request), reason]
        heading = _("“%(title)s”: %(state)s") % {"title": request.title, "state": request.get_state_display()}
        return heading, [state_sentence(request), reason]

    people = [one for one in addressees(request) if one[0] is None or but is None or one[0].pk != but.pk]
    for person in people:
        write_letter(request, person, key=f"request:{request.pk}:{request.version}", words=words, at=at)
    url = reverse("intake:request-detail", args=[request.reference])
    text = _("%(request)s: %(state)s") % {"request": request, "state": request.get_state_display()}
    told = [user for user, _name, _email in people if user is not None]
    notify(users=told, key=f"request:{request.pk}:{request.version}", text=text, url=url, at=at, shows=[request])


def write_letter(
    request: Request, person: Addressee, *, key: str, words: Callable[[], tuple[str, list[str]]], at: datetime
) -> None:
    """Mail one person about a request, with the address where they follow it. `words` gives heading and paragraphs, asked
    for in the person's language. The same `key` to the same person is sent once."""
    user, name, email = person
    is_asked = _asked_for(request, user, email) and request.state == State.NEEDS_INFORMATION
    language = (user.language if user else "") or settings.LANGUAGE_CODE
    with translation.override(language):
        heading, paragraphs = words()
        context = {
            "heading": heading,
            "paragraphs": [line for line in paragraphs if line],
            "reason": _("You get this because you asked for it or follow the request %(reference)s.")
            % {"reference": request.reference},
            "action": _("Answer the question") if is_asked else _("See where it stands"),
            "action_url": address_for(request, user, email),
        }
    letter: dict[str, Any] = {"key": f"{key}:{user.pk if user else email}", "template": "plain", "context": context, "at": at}
    if user is not None:
        mail_person(topic="request", to=user, about=request, shows=[request], **letter)
    else:
        queue_mail(address=email, name=name, language=language, about=request, shows=[request], is_secret=True, **letter)


def address_for(request: Request, user: Any, email: str) -> str:
    """Where a person follows a request. Who asked for it has its tracking page, and whose own request was merged into it that of
    their own, which shows how this one goes on: who has the address of a tracking page may act there for the requester, and still
    has it when the merge is undone. Others with an account have its page. Up to a query a level of what was merged."""
    key = request.tracking_key if _asked_for(request, user, email) else _own_key(request, user, email)
    if not key and user is not None:
        path = reverse("intake:request-detail", args=[request.reference])
    else:
        path = reverse("intake:request-track", args=[key or request.tracking_key])
    return full_url(path)


def _asked_for(request: Request, user: Any, email: str) -> bool:
    return user.pk == request.requester_id if user else email == request.requester_email


def _own_key(request: Request, user: Any, email: str) -> str:
    """The key of the tracking page of what this person asked for, where it was merged into the request; else ""."""
    level = [request.pk]
    while level:
        rows = list(Request.objects.filter(merged_into__in=level).only("requester", "requester_email", "tracking_key"))
        for row in rows:
            if _asked_for(row, user, email):
                return row.tracking_key
        level = [row.pk for row in rows]
    return ""


def addressees(request: Request) -> Iterator[Addressee]:
    """(user or None, name, e-mail address) of requester and parties, each person once. One query."""
    seen = set()
    rows = [(request.requester, request.requester_name, request.requester_email)]
    rows += [(party.user, party.name, party.email) for party in request.parties.select_related("user").exclude(part="reviewer")]
    for user, name, email in rows:
        address = user.email if user is not None else email
        if address and address not in seen and (user is None or user.is_active):
            seen.add(address)
            yield user, name, address


def state_sentence(request: Request) -> str:
    """What the state means to the requester, in one sentence, with the state's own word: one word for one thing everywhere."""
    return {
        "submitted": _("Your request was submitted. We will look at it."),
        "screening": _("Your request is in screening: we are looking at it."),
        "needs_information": _("Your request needs information before we can go on."),
        "assessment": _("Your request is in assessment."),
        "ready": _("Your request is ready for decision."),
        "approved": _("Your request was approved."),
        "deferred": _("Your request was deferred."),
        "rejected": _("Your request was rejected."),
        "withdrawn": _("The request was withdrawn."),
        "converted": _("Your request became a project."),
    }.get(request.state, "")
