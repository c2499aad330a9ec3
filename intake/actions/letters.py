"""Mail about requests: to the requester and to everybody who follows them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.actions.mail import queue_mail
from core.actions.notifications import notify
from intake.models import Request


def tell_parties(request: Request, *, reason: str, at: datetime, but: Any = None) -> None:
    """Tell requester and followers that the request moved: under the bell, and one mail each. `but` did it themselves."""
    for user, name, email in addressees(request):
        if user is not None and but is not None and user.pk == but.pk:
            continue
        language = (user.language if user else "") or settings.LANGUAGE_CODE
        with translation.override(language):
            context = {
                "heading": _("“%(title)s”: %(state)s") % {"title": request.title, "state": request.get_state_display()},
                "paragraphs": [line for line in (state_sentence(request), reason) if line],
                "reason": _("You get this because you asked for it or follow the request %(reference)s.")
                % {"reference": request.reference},
                "action": _("See where it stands"),
                "action_url": settings.SITE_URL.rstrip("/") + reverse("intake:request-track", args=[request.tracking_key]),
            }
        key = f"request:{request.pk}:{request.version}:{user.pk if user else email}"
        queue_mail(
            key=key,
            template="plain",
            context=context,
            at=at,
            about=request,
            shows=[request],
            is_secret=user is None,
            **({"to": user} if user else {"address": email, "name": name, "language": language}),
        )
    told = [user for user, _name, _email in addressees(request) if user is not None and (but is None or user.pk != but.pk)]
    url = reverse("intake:request-detail", args=[request.reference])
    text = _("%(request)s: %(state)s") % {"request": request, "state": request.get_state_display()}
    notify(users=told, key=f"request:{request.pk}:{request.version}", text=text, url=url, at=at)


def addressees(request: Request) -> Iterator[tuple[Any, str, str]]:
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
    """What the state means to the requester, in one sentence."""
    return {
        "submitted": _("We have your request and will look at it."),
        "screening": _("We are looking at your request."),
        "needs_information": _("We need to know more before we can go on."),
        "assessment": _("Your request is being assessed."),
        "ready": _("Your request is ready and waits for a decision."),
        "approved": _("Your request was approved."),
        "deferred": _("Your request was put off."),
        "rejected": _("Your request was turned down."),
        "withdrawn": _("The request was withdrawn."),
        "converted": _("Your request has become a project."),
    }.get(request.state, "")
