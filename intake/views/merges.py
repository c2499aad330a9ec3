"""Pages that merge two requests, undo it, and split one into several."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.views.editing import answer_form
from intake.access import request_for
from intake.actions.merges import MERGEABLE, merge_requests, split_request, unmerge_request
from intake.forms.merges import MergeForm, SplitForm
from intake.forms.moves import MoveForm
from intake.merging import is_confidential, lines_of, others_like, stays_first
from intake.models import Request
from intake.transitions import TRANSITIONS
from intake.views.requests import request_url


def request_merge(request: HttpRequest, reference: str) -> HttpResponse:
    """Find the other request, see both side by side, choose which one stays."""
    found = request_for(request.user, reference, "request.triage")
    if found.state not in MERGEABLE or found.merged_into_id:
        messages.info(request, _("The request is in “%(state)s” now.") % {"state": found.get_state_display()})
        return redirect(request_url(found))
    context: dict[str, Any] = {
        "it": found,
        "page_title": _("Merge with another request"),
        "cancel_url": request_url(found),
        "no_as_of": True,
    }
    sent = request.POST if request.method == "POST" else request.GET
    if not sent.get("other"):
        query = request.GET.get("q", "").strip()
        return render(
            request,
            "intake/merges/request_find.html",
            context | {"query": query, "found": others_like(request.user, found, query)},
        )
    other = request_for(request.user, sent["other"], "request.triage")
    pair = (found, other)

    def act(valid: MergeForm) -> Request:
        kept, merged = pair if valid.cleaned_data["keep"] == str(found.pk) else (other, found)
        return merge_requests(kept, other=merged, reason=valid.cleaned_data["reason"], by=request.user, at=timezone.now())

    context |= {"other": other, "pair": pair, "lines": lines_of(pair), "confidential": is_confidential(pair)}
    return answer_form(
        request,
        MergeForm(request.POST or None, pair=pair, initial={"keep": str(stays_first(pair).pk)}),
        act,
        done=request_url,
        template="intake/merges/request_merge.html",
        context=context,
        said=_("Merged. %(it)s stays, and everybody who asked is told how it goes on."),
    )


def request_unmerge(request: HttpRequest, reference: str) -> HttpResponse:
    """Undo a merge: the request stands on its own again."""
    found = request_for(request.user, reference, "request.triage")
    if found.merged_into is None:
        return redirect(request_url(found))
    return answer_form(
        request,
        MoveForm(request.POST or None, transition=TRANSITIONS["reopen"]),
        lambda valid: unmerge_request(found, reason=valid.cleaned_data["reason"], by=request.user, at=timezone.now()),
        done=request_url,
        template="intake/moves/request_form.html",
        context={
            "it": found,
            "page_title": _("Undo the merge"),
            "explained": _("It was merged into %(kept)s. It comes back to the queue, and its requester follows it alone again.")
            % {"kept": found.merged_into},
            "submit": _("Undo the merge"),
            "cancel_url": request_url(found),
            "no_as_of": True,
        },
        said=_("%(it)s stands on its own again."),
    )


def request_split(request: HttpRequest, reference: str) -> HttpResponse:
    """Split a request into parts that go their own ways."""
    found = request_for(request.user, reference, "request.triage")

    def act(valid: SplitForm) -> str:
        words = valid.cleaned_data
        parts = split_request(
            found,
            titles=words["titles"].splitlines(),
            keep_open=words["keep_open"],
            reason=words["reason"],
            by=request.user,
            at=timezone.now(),
        )
        return ngettext("%(count)d part was made: %(parts)s.", "%(count)d parts were made: %(parts)s.", len(parts)) % {
            "count": len(parts),
            "parts": ", ".join(part.reference for part in parts),
        }

    return answer_form(
        request,
        SplitForm(request.POST or None),
        act,
        done=lambda _said: request_url(found),
        template="intake/moves/request_form.html",
        context={
            "it": found,
            "page_title": _("Split into parts"),
            "explained": _(
                "Each part becomes a request in the same state, with the same requester, answers, owner, objectives and "
                "followers. Estimates are left empty, comments and files stay here; every part links back."
            ),
            "submit": _("Split"),
            "cancel_url": request_url(found),
            "no_as_of": True,
        },
        said="%(it)s",
    )
