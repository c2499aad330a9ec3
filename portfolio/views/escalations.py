"""Pages of escalation: offer an entry to a programme or portfolio above it, accept or return it there, take the offer back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.prepared import PreparedObjects
from core.views.editing import answer_button, answer_form
from portfolio.access_entries import answers_for, entry_for, open_offer, targets_for
from portfolio.actions.escalations import (
    accept_escalation,
    offer_escalation,
    return_escalation,
    withdraw_escalation,
)
from portfolio.actions.raid import entry_url
from portfolio.forms.escalations import AcceptForm, OfferForm, ReturnForm
from portfolio.models import Entry, Escalation
from portfolio.views.raid_steps import page_of

FORM = "portfolio/risks/escalation_form.html"


ESCALATIONS = PreparedObjects(
    lambda entry: Escalation.objects.filter(entry=entry).select_related("programme", "portfolio", "offered_by", "answered_by"),
    entry=int,
)


def escalation_of(request: HttpRequest, entry: Entry, actions: frozenset[str]) -> dict[str, Any]:
    """What an entry's page says of its escalations, and what this reader may do about the open one. One query where there
    are any."""
    rows = ESCALATIONS(entry=entry.pk) if entry.was_escalated else []  # type: ignore[attr-defined]  # an annotation
    offer = next((row for row in rows if row.answer == Escalation.Answer.OFFERED), None)
    found: dict[str, Any] = {"escalations": [row for row in rows if row is not offer], "offer": offer}
    if offer is not None:
        found["may_answer"] = answers_for(request.user, offer)
        found["may_withdraw"] = "register.edit" in actions
    return found


def entry_escalate(request: HttpRequest, reference: str) -> HttpResponse:
    """Offer an entry to a programme or portfolio above it."""
    entry = entry_for(request.user, reference, "register.edit")
    targets = targets_for(request.user, entry)
    if not targets:
        messages.info(request, _("There is no programme or portfolio above it."))
        return redirect(entry_url(entry))
    return answer_form(
        request,
        OfferForm(request.POST or None, targets=targets),
        lambda valid: offer_escalation(
            entry,
            to=valid.target(),
            reason=valid.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),  # type: ignore[arg-type]
        ),
        done=lambda offer: entry_url(entry),
        template=FORM,
        context=page_of(entry, _("Escalate")) | {"submit": _("Offer it")},
        said=_("Offered. Those who answer for it were told."),
    )


def offer_for(request: HttpRequest, reference: str) -> tuple[Entry, Escalation]:
    """The open offer of an entry that the person may see; 404 without one."""
    entry = entry_for(request.user, reference)
    return entry, open_offer(entry)


def escalation_answer(request: HttpRequest, reference: str, answer: str) -> HttpResponse:
    """Accept or return what is offered: for those who answer for the programme or portfolio."""
    entry, offer = offer_for(request, reference)
    if not answers_for(request.user, offer):
        raise PermissionDenied
    accepts = answer == "accept"
    form: Any = AcceptForm(request.POST if request.method == "POST" else None) if accepts else ReturnForm(request.POST or None)

    def act(valid: Any) -> Any:
        if accepts:
            sent = valid.cleaned_data
            return accept_escalation(offer, by=request.user, at=timezone.now(), words=sent["words"], owner=sent["owner"])  # type: ignore[arg-type]
        return return_escalation(offer, words=valid.cleaned_data["words"], by=request.user, at=timezone.now())  # type: ignore[arg-type]

    place = offer.programme or offer.portfolio
    return answer_form(
        request,
        form,
        act,
        done=lambda result: entry_url(entry),
        template=FORM,
        context=page_of(entry, _("Accept for %(place)s") % {"place": place} if accepts else _("Return it"))
        | {"submit": _("Accept") if accepts else _("Return"), "offer": offer},
        said=_("It belongs to %(place)s now.") % {"place": place} if accepts else _("Returned. Who offered it was told."),
    )


@require_POST
def escalation_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the offer back."""
    entry, offer = offer_for(request, reference)
    entry_for(request.user, reference, "register.edit")
    return answer_button(
        request,
        lambda: withdraw_escalation(offer, by=request.user, at=timezone.now()),  # type: ignore[arg-type]
        back=entry_url(entry),
        said=_("The offer was taken back."),
    )
