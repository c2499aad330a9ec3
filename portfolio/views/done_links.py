"""The page that a mail's "Done" leads to: one button, without signing in. Opening it changes nothing, because scanners of mail
follow links; the link does that one thing for that one person and nothing else."""

from dataclasses import dataclass

from axes.helpers import get_client_ip_address
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core.errors import ActionError
from core.limits import within
from portfolio.access_entries import entry_for
from portfolio.actions.done_links import finish_by_link
from portfolio.actions.raid_letters import read_link
from portfolio.models import Entry

# An office behind one address, and its mail scanner, share the count.
TRIES_AN_HOUR = 600
HOUR = 3600
REACHABLE = {"open": ("open",), "in_progress": ("open", "in_progress")}
"""State now -> the states in which a link may have been sent."""


@dataclass(frozen=True)
class Link:
    """What a link leads to. `refusal` says why it does nothing; `is_done`: because it was done."""

    entry: Entry | None = None
    person: User | None = None
    refusal: str = ""
    is_done: bool = False


def link_of(token: str) -> Link:
    """What the link may do at this moment, by the rights that its person has now."""
    try:
        found = read_link(token)
    except signing.SignatureExpired:
        return Link(refusal=_("This link is too old. Sign in and find the action in My work."))
    except signing.BadSignature:
        raise Http404 from None
    person = User.objects.filter(pk=found["person"], is_active=True).first()
    row = Entry.objects.filter(pk=found["entry"], kind="action").first()
    gone = Link(refusal=_("This link does nothing any more: the action belongs to somebody else, or was taken away."))
    if person is None or row is None or row.owner_id != person.pk:
        return gone
    try:
        entry = entry_for(person, row.reference, "register.edit", kind="action")
    except (Http404, PermissionDenied):
        return gone
    if entry.status == "done":
        return Link(entry, person, _("It is done already."), is_done=True)
    if found["state"] not in REACHABLE.get(entry.status, ()):
        return Link(entry, person, _("It is in the state “%(state)s” now.") % {"state": entry.state.label})
    if ended_since(entry, found["version"]):
        return Link(entry, person, _("It was opened again since this mail. Sign in and find it in My work."))
    return Link(entry, person)


def ended_since(entry: Entry, version: int) -> bool:
    """Whether the entry was ended after the version that a link was sent for: what was opened again is another task. One query."""
    events = Entry.pgh_event_model.objects  # type: ignore[attr-defined]
    return bool(events.filter(pgh_obj_id=entry.pk, version__gt=version, is_open=False).exists())


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def action_done(request: HttpRequest, token: str) -> HttpResponse:
    """Ask with one button, do it on POST, say so; a link that is used twice says that it is done already."""
    if not within(f"done:{get_client_ip_address(request)}", most=TRIES_AN_HOUR, seconds=HOUR):
        return answer(request, Link(refusal=_("That was often. Wait a while, then try again.")), status=429)
    link = link_of(token)
    with translation.override(link.person.language if link.person and link.person.language else translation.get_language()):
        done = False
        if request.method == "POST" and link.entry and link.person and not link.refusal:
            try:
                finish_by_link(link.entry, by=link.person, at=timezone.now())
                done = True
            except ActionError as error:
                link = Link(link.entry, link.person, str(error))
        # A second press, or a second mail, finds what was wanted: that is no error.
        failed = request.method == "POST" and bool(link.refusal) and not link.is_done and not done
        return answer(request, link, done=done, status=410 if failed else 200)


def answer(request: HttpRequest, link: Link, *, done: bool = False, status: int = 200) -> HttpResponse:
    """The page; its address stays out of what other pages are told."""
    context = {"entry": link.entry, "person": link.person, "refusal": link.refusal, "is_done": link.is_done, "done": done}
    page = render(request, "portfolio/raid/action_done.html", context, status=status)
    page["Referrer-Policy"] = "no-referrer"
    page["X-Robots-Tag"] = "noindex"
    return page
