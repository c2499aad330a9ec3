"""Pages of decisions: the tab of a request, deciding outside a meeting, conditions, the record."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import ActionError
from core.views.editing import answer_form
from intake.access import condition_to_meet, knows_reviewers, request_for
from intake.actions.decisions import decide_request, meet_condition, retry_record
from intake.forms.decisions import ConditionFormSet, DecisionForm, MetForm
from intake.models import AgendaItem, Conversion, Decision, Request
from intake.models.requests import State
from intake.models.selection import Choice
from intake.views.requests import request_page

FORM = "intake/decisions/decision_form.html"


def decision_url(request: Request) -> str:
    """The decision tab of a request."""
    return reverse("intake:request-decision", args=[request.reference])


def request_decision(request: HttpRequest, reference: str) -> HttpResponse:
    """What was decided on the request, on what grounds, under which conditions."""
    found, context = request_page(request, reference, "decision")
    decisions = list(found.decisions.select_related("decided_by", "item__meeting").prefetch_related("conditions__owner"))
    context |= {
        "decisions": [(decision, basis_lines(decision, votes=knows_reviewers(request.user, found))) for decision in decisions],
        "may_read_record": knows_reviewers(request.user, found),
        "may_decide": "request.decide" in context["actions"] and found.state == State.READY,
        "may_confirm": {"request.triage", "request.decide"} & context["actions"],
        "agenda": found.agenda_items.filter(meeting__closed_at=None, decision=None).select_related("meeting"),
    }
    if found.project_id:
        conversion = Conversion.objects.select_related("project", "charter", "template", "converted_by").filter(request=found)
        context |= {"conversion": conversion.first(), "risks": found.opening_risks.told_to(request.user)}
    return render(request, "intake/decisions/request_decision.html", context)


def basis_lines(decision: Decision, *, votes: bool) -> dict[str, Any]:
    """What the decision was taken on, for reading: its places, and the votes in words for those whom they concern: who
    asked for the project reads the decision and its reasons, not who voted how."""
    choices = dict(Choice.choices)
    return {
        "places": decision.basis.get("places", []),
        "votes": [vote | {"word": choices.get(vote["choice"], vote["choice"])} for vote in decision.basis.get("votes", [])]
        if votes
        else [],
        "score": decision.basis.get("score"),
        "case": decision.basis.get("case"),
    }


def answer_decision(
    request: HttpRequest, asked: Request, *, item: AgendaItem | None, done: str, template: str, context: dict[str, Any]
) -> HttpResponse:
    """The form of a decision, with its conditions as rows."""
    posted = request.POST if request.method == "POST" and "outcome" in request.POST else None
    rows = ConditionFormSet(posted, prefix="conditions")

    def act(valid: Any) -> Decision:
        if not rows.is_unused and not rows.is_valid():  # type: ignore[attr-defined]
            raise ActionError(_("Complete the conditions, or empty their rows."))
        data = valid.cleaned_data
        return decide_request(
            asked,
            outcome=data["outcome"],
            reason=data["reason"],
            until=data["until"],
            letter=data["letter"],
            demands=rows.demands(),  # type: ignore[attr-defined]
            by=request.user,
            at=timezone.now(),
            item=item,
        )

    return answer_form(
        request,
        DecisionForm(posted),
        act,
        done=lambda decision: done,
        template=template,
        context=context
        | {"rows": rows, "it": asked, "submit": _("Record the decision")}
        | {"told_rows": None if rows.is_unused else rows},
        said=_("The decision is recorded: “%(it)s”. The letter is on its way."),
    )


def request_decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Decide on a request outside a meeting."""
    asked = request_for(request.user, reference, "request.decide")
    context = {"page_title": _("Decide on %(request)s") % {"request": asked.reference}, "cancel_url": decision_url(asked)}
    return answer_decision(
        request, asked, item=None, done=decision_url(asked), template=FORM, context=context | {"no_as_of": True}
    )


def condition_meet(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Say how a condition was met: its owner, or the office."""
    asked = request_for(request.user, reference)
    condition = condition_to_meet(request.user, asked, pk)
    return answer_form(
        request,
        MetForm(request.POST or None, initial={"version": condition.version}),
        lambda valid: meet_condition(condition, by=request.user, at=timezone.now(), **valid.cleaned_data),
        done=lambda met: decision_url(asked),
        template="intake/decisions/condition_form.html",
        context={"page_title": _("Condition met"), "it": asked, "condition": condition, "no_as_of": True}
        | {"cancel_url": decision_url(asked), "submit": _("Confirm")},
        said=_("The condition is met."),
    )


def decision_of(request: HttpRequest, reference: str, pk: int, action: str = "request.view") -> Decision:
    """A decision on a request that the person may see."""
    asked = request_for(request.user, reference, action)
    return get_object_or_404(Decision.objects.select_related("request"), pk=pk, request=asked)


@require_GET
def decision_record(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """The record of a decision as PDF, with who voted how: not for those who only asked for the project or follow it."""
    decision = decision_of(request, reference, pk)
    if not knows_reviewers(request.user, decision.request):
        raise PermissionDenied
    if not decision.record:
        raise Http404
    name = f"{reference} {_('decision')} {timezone.localtime(decision.decided_at):%Y-%m-%d}.pdf"
    return FileResponse(default_storage.open(decision.record), content_type="application/pdf", filename=name)


@require_POST
def decision_retry(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Have the record made again after a failure."""
    decision = decision_of(request, reference, pk, "request.triage")
    retry_record(decision)
    messages.success(request, _("A worker is making the record."))
    return redirect(decision_url(decision.request))
