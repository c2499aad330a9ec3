"""Pages of responses to a risk, and of its end: add, edit, close, it happened."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.views.editing import answer_form, typed
from portfolio.access_entries import entry_for
from portfolio.actions.raid import entry_url
from portfolio.actions.responses import add_response, close_risk, edit_response, happen_risk, open_responses
from portfolio.forms.responses import EndRiskForm, HappenForm, ResponseForm
from portfolio.models import Entry
from portfolio.views.raid_steps import not_now, page_of

FORM = "portfolio/risks/response_form.html"
STEP = "portfolio/risks/risk_end.html"


def response_create(request: HttpRequest, reference: str) -> HttpResponse:
    """Add a response to a risk."""
    risk = entry_for(request.user, reference, "register.edit", kind="risk")
    return answer_form(
        request,
        ResponseForm(request.POST or None, risk=risk, initial={"owner": risk.owner_id}),
        lambda valid: add_response(risk, values=valid.values(), by=request.user, at=timezone.now()),
        done=lambda made: entry_url(risk) + "#responses",
        template=FORM,
        context=page_of(risk, _("Add response")) | {"submit": _("Add response")},
        said=_("“%(it)s” was added."),
    )


def response_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Change a response: its own words, cost and effect."""
    response = entry_for(request.user, reference, "register.edit", kind="action")
    risk = get_object_or_404(Entry.objects.visible_to(request.user).of_kind("risk").with_scope(), pk=response.action.about_id)

    def remake(current: Entry) -> ResponseForm:
        return ResponseForm(instance=Entry.objects.of_kind("action").get(pk=current.pk), risk=risk)

    return answer_form(
        request,
        ResponseForm(typed(request, lambda: remake(response)), instance=response, risk=risk),
        lambda valid: edit_response(
            response, changes=valid.values(), version=valid.cleaned_data["version"] or 0, by=request.user, at=timezone.now()
        ),
        done=lambda changed: entry_url(risk) + "#responses",
        template=FORM,
        context=page_of(risk, _("Edit response")) | {"submit": _("Save")},
        said=_("“%(it)s” was saved."),
        remake=remake,
    )


def _may_move(risk: Entry, verb: str) -> bool:
    move = risk.register.move(verb)
    return move is not None and risk.status in move.sources


def risk_close(request: HttpRequest, reference: str) -> HttpResponse:
    """Close a risk; asks what becomes of its open responses."""
    risk = entry_for(request.user, reference, "register.edit", kind="risk")
    if not _may_move(risk, "close"):
        return not_now(request, risk)
    responses = open_responses(risk, request.user)

    def act(form: Any) -> Entry:
        sent = form.cleaned_data
        return close_risk(
            risk,
            reason=sent["reason"],
            fate=sent.get("fate", ""),
            by=request.user,
            at=timezone.now(),
            expected=sent["expected"],
        )

    return answer_form(
        request,
        EndRiskForm(request.POST or None, count=len(responses), initial={"expected": risk.status}),
        act,
        done=entry_url,
        template=STEP,
        context=page_of(risk, _("Close the risk")) | {"submit": _("Close"), "target": _("Closed"), "responses": responses},
        said=_("“%(it)s” was closed."),
    )


def risk_happen(request: HttpRequest, reference: str) -> HttpResponse:
    """The risk happened; offers to make an issue of it."""
    risk = entry_for(request.user, reference, "register.edit", kind="risk")
    if not _may_move(risk, "happen"):
        return not_now(request, risk)
    responses = open_responses(risk, request.user)

    def act(form: Any) -> Entry:
        sent = form.cleaned_data
        return happen_risk(
            risk, reason=sent["reason"], fate=sent.get("fate", ""), makes_issue=sent["makes_issue"], by=request.user,
            at=timezone.now(), severity=sent["severity"] or None, expected=sent["expected"],
        )  # fmt: skip

    return answer_form(
        request,
        HappenForm(request.POST or None, count=len(responses), initial={"expected": risk.status}),
        act,
        done=lambda made: reverse(f"portfolio:{made.kind}-detail", args=[made.reference]),
        template=STEP,
        context=page_of(risk, _("It happened"))
        | {"submit": _("Record that it happened"), "target": _("Happened"), "responses": responses},
        said=_("Recorded that it happened."),
    )
