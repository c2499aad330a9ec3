"""Pages of change control: submit, decide, vote, the PDF of a change, the route that it would take."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import ActionError, EditConflict
from core.office import office_day
from core.views.editing import answer_button, answer_form, sent_version
from portfolio.access_entries import entry_for, scope_for_entries
from portfolio.actions.approval_routes import route_for
from portfolio.actions.change_records import retry_record
from portfolio.actions.changes import current_deciders, decide_change, record_result, submit_change, tally_of, vote_change
from portfolio.actions.raid import entry_url
from portfolio.forms.changes import DecideForm, SubmitForm, VoteForm
from portfolio.forms.status import AmountField
from portfolio.formulas.changes import size_of
from portfolio.models import Entry, Project
from portfolio.models.approvals import Deciders, deciders_of, voices_of
from portfolio.models.changes import ChangeVote
from portfolio.views.change_panel import approval_of, held_of, impacts_of, votes_of
from portfolio.views.raid_steps import not_now, page_of
from portfolio.wording_changes import deciders_words, option_rows, route_words, tally_words

# --- Submitting -----------------------------------------------------------------------------------------------------


def change_submit(request: HttpRequest, reference: str) -> HttpResponse:
    """Submit a change request, after a look at who will decide it."""
    entry = entry_for(request.user, reference, "register.edit", kind="change")
    if entry.status != "draft":
        return not_now(request, entry)
    approval = approval_of(request, entry, frozenset())
    return answer_form(
        request,
        SubmitForm(request.POST or None, initial={"version": entry.version}),
        lambda valid: unchanged(
            lambda: submit_change(
                entry, by=request.user, at=timezone.now(), version=valid.cleaned_data["version"] or 0
            )
        ),
        done=entry_url,
        template="portfolio/changes/change_submit.html",
        context=page_of(entry, _("Submit for approval")) | approval
        | {"impacts": impacts_of(entry), "held_words": held_of(entry), "change": entry.change, "submit": _("Submit for approval"), "moves_nothing": entry.project_id is None},
        said=_("Submitted. Those who decide were told."),
    )  # fmt: skip


def unchanged(act: Any) -> Any:
    """Do it unless somebody changed the entry since the page was made: it must be read again then, not merged."""
    try:
        return act()
    except EditConflict as error:
        raise ActionError(
            _("Somebody changed this since you opened the page. Open it again and read what it says now.")
        ) from error


# --- Deciding -------------------------------------------------------------------------------------------------------


def change_decide(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Approve or reject as manager or sponsor, or for who delegated; what the board decides is voted on."""
    entry = entry_for(request.user, reference, "change.decide", kind="change")
    if entry.status != "submitted":
        return not_now(request, entry)
    found = current_deciders(entry)
    if found.is_board:
        return redirect(f"{reverse('portfolio:change-vote', args=[reference])}?choice={verb}")
    words = _("Approve the change") if verb == "approve" else _("Reject the change")

    def act(valid: Any) -> Entry:
        data = valid.cleaned_data
        return decide_change(
            entry, verb=verb, reason=data["reason"], by=request.user, at=timezone.now(), voter=valid.voter, version=data["version"] or 0
        )  # fmt: skip

    form = DecideForm(request.POST or None, **voices_in(request, entry, found))
    said = _("The change is approved.") if verb == "approve" else _("The change is rejected.")
    return answer_decision(request, entry, form, act, words, said=said, danger=verb == "reject")


def change_vote(request: HttpRequest, reference: str) -> HttpResponse:
    """Vote as a member of the board, or for one who delegated."""
    entry = entry_for(request.user, reference, "change.decide", kind="change")
    if entry.status != "submitted":
        return not_now(request, entry)
    found = current_deciders(entry)
    if not found.is_board:
        return redirect("portfolio:change-approve", reference)

    def act(valid: Any) -> Entry:
        data = valid.cleaned_data
        return vote_change(
            entry, choice=data["choice"], reason=data["reason"], by=request.user, at=timezone.now(), voter=valid.voter,
            version=data["version"] or 0,
        )  # fmt: skip

    form = VoteForm(request.POST or None, **voices_in(request, entry, found))
    form.initial["choice"] = request.GET.get("choice") or form.initial.get("choice")
    context = {
        "tally_words": tally_words(tally_of(entry, found)),
        "votes": votes_of(entry, {person.pk for person in found.people}),
    }
    return answer_decision(request, entry, form, act, _("Vote"), said=_("Your vote was counted."), further=context)


@require_POST
def change_result(request: HttpRequest, reference: str) -> HttpResponse:
    """Decide by the votes as they stand, where the board has become smaller and they are enough."""
    entry = entry_for(request.user, reference, "change.decide", kind="change")
    if entry.status != "submitted":
        return not_now(request, entry)
    return answer_button(
        request,
        lambda: unchanged(lambda: record_result(entry, by=request.user, at=timezone.now(), version=sent_version(request))),
        back=entry_url(entry),
        said=lambda row: _("The result is recorded: %(state)s.") % {"state": row.state.label},
    )


def voices_in(request: HttpRequest, entry: Entry, found: Deciders) -> dict[str, Any]:
    """For whom the reader may speak, as the forms take it; what they said before."""
    voices = voices_of(request.user, found, on=office_day(), submitter=entry.change.submitted_by)
    initial: dict[str, Any] = {"version": entry.version}
    own = ChangeVote.objects.filter(change=entry.change, user=voices[0]).first() if voices else None
    if own is not None:
        initial |= {"choice": own.choice, "reason": own.reason}
    return {"voices": voices, "user": request.user, "initial": initial}


def answer_decision(
    request: HttpRequest, entry: Entry, form: forms.Form, act: Any, title: str, *, said: str, danger: bool = False,
    further: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """The page of a decision or a vote: what is asked for above, the form below."""
    change = entry.change
    context = page_of(entry, title) | {
        "change": change,
        "impacts": impacts_of(entry),
        "held_words": held_of(entry),
        "change_options": option_rows(change.options, entry.currency),
        "moves_nothing": entry.project_id is None,
        "submit": title,
        "danger": danger,
        "record_url": reverse("portfolio:change-record", args=[entry.reference]) if change.record else "",
    }
    return answer_form(
        request,
        form,
        lambda valid: unchanged(lambda: act(valid)),
        done=entry_url,
        template="portfolio/changes/change_decide.html",
        context=context | (further or {}),
        said=said,
    )


# --- Its PDF --------------------------------------------------------------------------------------------------------


@require_GET
def change_record(request: HttpRequest, reference: str) -> FileResponse:
    """The PDF of the request, with the decision once there is one."""
    entry = entry_for(request.user, reference, kind="change")
    if not entry.change.record:
        raise Http404
    name = f"{entry.reference} {entry.title[:80]}.pdf"
    return FileResponse(default_storage.open(entry.change.record), content_type="application/pdf", filename=name)


@require_POST
def change_retry(request: HttpRequest, reference: str) -> HttpResponse:
    """Have the PDF made again after a failure."""
    entry = entry_for(request.user, reference, "register.edit", kind="change")
    retry_record(entry)
    messages.success(request, _("A worker is making the PDF."))
    return redirect(entry_url(entry))


# --- The route while one types --------------------------------------------------------------------------------------


@require_GET
def change_route(request: HttpRequest) -> HttpResponse:
    """Which route a change of these figures would take, and who would decide it: beside the form. `scope`, `cost_change` and
    `finish_change` are what was typed so far."""
    context: dict[str, Any] = {}
    try:
        scope = scope_for_entries(request.user, request.GET.get("scope", ""))
        cost = AmountField(required=False, max_digits=18, decimal_places=2).clean(request.GET.get("cost_change"))
        days = forms.IntegerField(required=False, min_value=-36_500, max_value=36_500).clean(request.GET.get("finish_change"))
    except (ActionError, forms.ValidationError):
        return render(request, "portfolio/changes/_route.html", context)
    entry = Entry(kind="change", **{str(scope._meta.model_name): scope})
    size = size_of(cost, days, scope.budget if isinstance(scope, Project) else None)
    route = route_for(size)
    found = deciders_of(entry, route.approver if route else "board", request.user)
    context = {
        "route_words": route_words(route, size),
        "deciders_words": deciders_words(found) if found.people else "",
        "days": route.days_to_decide if route else 10,
        "moves_nothing": not isinstance(scope, Project),
    }
    return render(request, "portfolio/changes/_route.html", context)
