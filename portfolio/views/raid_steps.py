"""What all pages about one step with an entry have in common: what they show, and the answer where it cannot be taken now."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portfolio.actions.raid import entry_url
from portfolio.models import Entry
from portfolio.views.raid_lists import list_url


def page_of(entry: Entry, title: Any) -> dict[str, Any]:
    """What a page about one step with an entry shows."""
    return {
        "entry": entry,
        "register": entry.register,
        "state": entry.state,
        "page_title": title,
        "list_url": list_url(entry.kind),
        "cancel_url": entry_url(entry),
        "no_as_of": True,
    }


def not_now(request: HttpRequest, entry: Entry) -> HttpResponse:
    """The entry has moved on since the page was made: say where it is."""
    messages.info(request, _("It is in the state “%(state)s” now.") % {"state": entry.state.label})
    return redirect(entry_url(entry))
