"""Pages of a request's scores: invite reviewers, follow, reveal, read, moderate."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core.views.editing import answer_button, answer_form
from intake.access import assessment_for, knows_reviewers
from intake.actions import assessments as actions
from intake.forms.assessments import AssessmentForm, ModerateForm, PeopleForm, WithdrawForm
from intake.models import Assessment, Request
from intake.models.assessments import Phase
from intake.models.requests import OPEN
from intake.views.requests import request_page
from intake.views.score_reading import reading_of

FORM = "intake/assessments/assessment_form.html"


def scores_url(row: Request | Assessment) -> str:
    """The "Scores" tab, of one assessment where it is given."""
    if isinstance(row, Assessment):
        return reverse("intake:request-scores", args=[row.request.reference]) + f"?assessment={row.pk}"
    return reverse("intake:request-scores", args=[row.reference])


@require_GET
def request_scores(request: HttpRequest, reference: str) -> HttpResponse:
    """Who scores the request, how far that is, and what came out once it is revealed. Nothing of it before."""
    found, context = request_page(request, reference, "scores")
    rows = list(found.assessments.select_related("model_version__model", "opened_by", "revealed_by"))
    asked = request.GET.get("assessment", "")
    chosen = next((row for row in rows if str(row.pk) == asked), rows[0] if rows else None)
    may_moderate = "scoring.moderate" in context["actions"]
    names = knows_reviewers(request.user, found)
    context |= {
        "assessments": rows,
        "chosen": chosen,
        "may_moderate": may_moderate,
        "may_open": may_moderate and found.state in OPEN,
    }
    if chosen is not None:
        chosen.request = found
        context |= progress_of(chosen, request.user, names=names)
        if chosen.phase != Phase.OPEN:
            context |= reading_of(chosen, names=names, may_moderate=may_moderate)
    return render(request, "intake/assessments/request_scores.html", context)


def progress_of(chosen: Assessment, user: Any, *, names: bool) -> dict[str, Any]:
    """Who was invited and who is done: never what they said. One query."""
    seats = list(chosen.reviewers.select_related("user", "invited_by"))
    active = [seat for seat in seats if seat.withdrawn_at is None]
    done = sum(seat.submitted_at is not None for seat in active)
    return {
        "seats": seats if names else [],
        "own_seat": next((seat for seat in active if seat.user_id == user.pk), None),
        "done": done,
        "asked": len(active),
        "progress_words": ngettext("%(done)d of %(all)d is in", "%(done)d of %(all)d are in", len(active))
        % {"done": done, "all": len(active)},
    }


def score_open(request: HttpRequest, reference: str) -> HttpResponse:
    """Have the request scored: model, reviewers, until when."""
    found, context = request_page(request, reference, "scores", "scoring.moderate")
    form = AssessmentForm(request.POST or None, request=found)
    context |= {"cancel_url": scores_url(found), "submit": _("Invite and open"), "page_title": _("Have it scored")}
    context |= {"lede": _("Everybody scores alone; all scores are revealed together.")}
    return answer_form(
        request,
        form,
        lambda valid: actions.open_assessment(
            found,
            model_version=valid.cleaned_data["model_version"],
            reviewers=valid.chosen(),
            due_on=valid.cleaned_data["due_on"],
            reveals_itself=valid.cleaned_data["reveals_itself"],
            by=request.user,
            at=timezone.now(),
        ),
        done=scores_url,
        template=FORM,
        context=context,
        said=_("The reviewers are invited."),
    )


def score_invite(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Invite more reviewers."""
    found, chosen = assessment_for(request.user, reference, pk, "scoring.moderate")
    there = list(chosen.reviewers.filter(withdrawn_at=None).values_list("user", flat=True))
    but = [*there, found.requester_id] if found.requester_id else there
    return answer_form(
        request,
        PeopleForm(request.POST or None, but=but),
        lambda valid: actions.invite_reviewers(chosen, reviewers=valid.chosen(), by=request.user, at=timezone.now()),
        done=lambda _count: scores_url(chosen),
        template=FORM,
        context={
            "it": found,
            "page_title": _("Invite reviewers"),
            "submit": _("Invite"),
            "cancel_url": scores_url(chosen),
            "no_as_of": True,
        },
        said=_("The reviewers are invited."),
    )


@require_POST
def score_remind(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Remind those who have not submitted."""
    _found, chosen = assessment_for(request.user, reference, pk, "scoring.moderate")

    def act() -> str:
        count = actions.remind_reviewers(chosen, at=timezone.now())
        return ngettext("%(count)d reviewer is reminded.", "%(count)d reviewers are reminded.", count) % {"count": count}

    return said(request, chosen, act)


@require_POST
def score_reveal(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Reveal all scores together."""
    _found, chosen = assessment_for(request.user, reference, pk, "scoring.moderate")

    def act() -> str:
        actions.reveal_scores(chosen, by=request.user, at=timezone.now())
        return _("The scores are revealed.")

    return said(request, chosen, act)


@require_POST
def score_settle(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Say that the scores were talked through."""
    _found, chosen = assessment_for(request.user, reference, pk, "scoring.moderate")

    def act() -> str:
        actions.settle_scores(chosen, at=timezone.now())
        return _("The scores stand.")

    return said(request, chosen, act)


def score_withdraw(request: HttpRequest, reference: str, pk: int, reviewer: int) -> HttpResponse:
    """Take a reviewer out: the scores stay, marked, and do not count."""
    found, chosen = assessment_for(request.user, reference, pk, "scoring.moderate")
    seat = get_object_or_404(chosen.reviewers.select_related("user"), pk=reviewer)
    return answer_form(
        request,
        WithdrawForm(request.POST or None),
        lambda valid: actions.withdraw_reviewer(seat, reason=valid.cleaned_data["reason"], at=timezone.now()),
        done=lambda _row: scores_url(chosen),
        template=FORM,
        context={
            "it": found,
            "page_title": _("Withdraw %(person)s as reviewer") % {"person": seat.user},
            "lede": _("What they scored is kept and marked, and does not count any more."),
            "submit": _("Withdraw"),
            "danger": True,
            "cancel_url": scores_url(chosen),
            "no_as_of": True,
        },
        said=_("The reviewer is withdrawn."),
    )


def score_moderate(request: HttpRequest, reference: str, pk: int, criterion: int) -> HttpResponse:
    """Put an agreed answer in place of the mean; `clear` takes it back."""
    found, chosen = assessment_for(request.user, reference, pk, "scoring.moderate")
    one = get_object_or_404(chosen.model_version.criteria.select_related("model_version__model"), pk=criterion)
    if request.method == "POST" and "clear" in request.POST:

        def clear() -> str:
            actions.moderate_score(chosen, criterion=one, measure=None, reason="", by=request.user, at=timezone.now())
            return _("The reviewers' own scores count again.")

        return said(request, chosen, clear)
    held = chosen.moderated.filter(criterion=one).first()
    context: dict[str, Any] = {
        "it": found,
        "criterion": one,
        "held": held,
        "page_title": _("Agree on “%(name)s”") % {"name": one.name},
        "lede": one.question,
        "submit": _("Save the agreed score"),
        "cancel_url": scores_url(chosen),
        "no_as_of": True,
    }
    if chosen.phase != Phase.OPEN:
        names = knows_reviewers(request.user, found)
        reading = reading_of(chosen, names=names, may_moderate=False)
        context["row"] = next(row for row in reading["rows"] if row.criterion.pk == one.pk)
    return answer_form(
        request,
        ModerateForm(
            request.POST or None,
            criterion=one,
            measure=held.measure if held else None,
            initial={"reason": held.reason} if held else {},
        ),
        lambda valid: actions.moderate_score(
            chosen,
            criterion=one,
            measure=valid.measure(),
            reason=valid.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        ),
        done=scores_url,
        template="intake/assessments/moderate_form.html",
        context=context,
        said=_("The agreed score counts from now on."),
    )


def said(request: HttpRequest, chosen: Assessment, act: Any) -> HttpResponse:
    """Do it and say so, or say why not; back to the scores."""
    return answer_button(request, act, back=scores_url(chosen), said=str)
