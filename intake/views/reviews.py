"""My reviews: what I am asked to score, and the page where I do it, blind."""

from typing import Any

import django_filters as filters
from django.contrib import messages
from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.columns import Column, title_cell
from core.errors import ActionError, EditConflict
from core.lists import Empty, Register
from core.views.autosave import autosaving, not_kept
from core.views.editing import answer_button, answer_form, conflict_of, typed
from intake.access import review_for
from intake.actions import assessments as actions
from intake.forms.assessments import ReviewForm, WithdrawForm
from intake.models import Request, Reviewer
from intake.models.assessments import Phase
from intake.views.requests import request_url

STATES = [
    ("open", gettext_lazy("To do")),
    ("submitted", gettext_lazy("Submitted")),
    ("revealed", gettext_lazy("Revealed")),
    ("missed", gettext_lazy("Revealed without you")),
    ("withdrawn", gettext_lazy("Withdrawn")),
]


class ReviewFilters(filters.FilterSet):
    """Filters of my reviews."""

    q = filters.CharFilter(label=gettext_lazy("Search"), field_name="assessment__request__title", lookup_expr="icontains")
    state = filters.ChoiceFilter(label=gettext_lazy("State"), choices=STATES)

    class Meta:
        model = Reviewer
        fields: list[str] = []


def review_url(row: Reviewer) -> str:
    """Where a review is written and read."""
    return reverse("intake:review-edit", args=[row.pk])


def reviews(user: Any) -> "QuerySet[Reviewer]":
    """The person's own invitations to requests that they still see, with their state."""
    phase = F("assessment__phase")
    state = Case(
        When(withdrawn_at__isnull=False, then=Value("withdrawn")),
        When(assessment__phase=Phase.OPEN, submitted_at=None, then=Value("open")),
        When(assessment__phase=Phase.OPEN, then=Value("submitted")),
        When(submitted_at=None, then=Value("missed")),
        default=Value("revealed"),
        output_field=CharField(),
    )
    turns = [When(state=name, then=Value(number)) for number, (name, _label) in enumerate(STATES)]
    visible = Request.objects.visible_to(user).active().values("pk")
    return (
        Reviewer.objects.filter(user=user, assessment__request__in=visible)
        .annotate(state=state, phase=phase)
        .annotate(turn=Case(*turns, default=Value(len(STATES))))
    )


def state_words(row: Any) -> str:
    """The state of a review in words."""
    return str(dict(STATES)[row.state])


REVIEWS = Register(
    name="intake:review-list",
    title=gettext_lazy("My reviews"),
    file_name="my-reviews",
    rows=reviews,
    filters=ReviewFilters,
    link=review_url,
    order="state",
    empty=Empty(
        gettext_lazy("Nothing to review"),
        gettext_lazy("When you are asked to score a request, it stands here until your scores are in."),
        "star",
    ),
    columns=[
        Column(
            "request",
            gettext_lazy("Request"),
            "assessment.request.title",
            draw=lambda row: title_cell(review_url(row), row.assessment.request.title, row.assessment.request.reference),
            order="assessment__request__title",
            join="assessment__request",
        ),
        Column("state", gettext_lazy("State"), state_words, "choice", order="turn"),
        Column("due", gettext_lazy("Due"), "assessment.due_on", "date", order="assessment__due_on", join="assessment"),
        Column(
            "model",
            gettext_lazy("Scoring model"),
            "assessment.model_version.model",
            order="assessment__model_version__model__name",
            join="assessment__model_version__model",
        ),
        Column("invited_by", gettext_lazy("Invited by"), "invited_by", order="invited_by__name", join="invited_by"),
        Column("invited", gettext_lazy("Invited"), "invited_at", "date", order="invited_at"),
        Column("submitted", gettext_lazy("Submitted"), "submitted_at", "date", order="submitted_at"),
    ],
)


@require_GET
def review_list(request: HttpRequest) -> HttpResponseBase:
    """What the reader is asked to score, and has scored."""
    return REVIEWS.answer(request, no_as_of=True)


@require_http_methods(["GET", "HEAD", "POST"])
def review_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Score a request by each criterion. Saves itself; "Submit" hands it in. Read only once it is submitted.

    422 with what was typed, 409 with both versions when the same person saved in another window.
    """
    row = review_for(request.user, pk)
    form = form_of(row)
    is_open = row.assessment.phase == Phase.OPEN and row.submitted_at is None and row.withdrawn_at is None
    if request.method != "POST":
        return page(request, row, form, is_open=is_open)
    form = form_of(row, typed(request, lambda: form_of(row)))
    if not form.is_valid():
        return failed(request, row, form, 422)
    sent = form.cleaned_data["version"] if form.cleaned_data["version"] is not None else -1
    try:
        if "submit" in request.POST and not autosaving(request):
            # What was typed is kept even where something is missing.
            row = actions.save_review(row, answers=form.answers(), version=sent)
            sent = row.version
            saved = actions.submit_review(row, answers=form.answers(), version=sent, at=timezone.now())
        else:
            saved = actions.save_review(row, answers=form.answers(), version=sent)
    except EditConflict as error:
        current = review_for(request.user, pk)
        conflict = conflict_of(form, form_of(current), error.current)
        with_newer(form, conflict.version)
        return failed(request, row, form, 409, conflict=conflict)
    except ActionError as error:
        with_newer(form, row.version)
        problems = error.problems if isinstance(error, actions.NotAnswered) else {error.field: str(error)}
        for name, words in problems.items():
            form.add_error(name if name in form.fields else None, words)
        return failed(request, row, form, 422)
    if autosaving(request):
        answered = sum(1 for answer in form.answers().values() if answer.get("level") or answer.get("measure") is not None)
        return JsonResponse({"saved_at": saved.updated_at.isoformat(), "version": saved.version, "answered": answered})
    if saved.submitted_at is not None:
        messages.success(request, _("Your scores are in. They are shown when all are revealed."))
        return redirect("intake:review-list")
    messages.success(request, _("Saved. Nobody sees it before you submit and all scores are revealed."))
    return redirect(review_url(saved))


def with_newer(form: Any, version: int) -> None:
    """The form builds on this version from now on."""
    form.data = form.data.copy()
    form.data["version"] = version


def form_of(row: Reviewer, data: Any = None) -> ReviewForm:
    """The form as the review stands, or with what was typed."""
    criteria = list(row.assessment.model_version.criteria.select_related("group"))
    return ReviewForm(data, reviewer=row, criteria=criteria)


def page(
    request: HttpRequest, row: Reviewer, form: ReviewForm, *, is_open: bool, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a review."""
    asked = row.assessment.request
    rows = form.rows
    groups: list[dict[str, Any]] = []
    for line in rows:
        group = line["criterion"].group
        if not groups or groups[-1]["group"] != group:
            groups.append({"group": group, "rows": []})
        groups[-1]["rows"].append(line)
    answered = sum(1 for line in rows if line["field"].value() not in (None, ""))
    context = {
        "seat": row,
        "it": asked,
        "assessment": row.assessment,
        "form": form,
        "groups": groups,
        "answered": answered,
        "all": len(rows),
        "is_open": is_open,
        "may_reopen": row.submitted_at is not None and row.withdrawn_at is None and row.assessment.phase == Phase.OPEN,
        "request_url": request_url(asked),
        "page_title": asked.title,
        "autosave_key": f"review:{request.user.pk}:{row.pk}",
        "no_as_of": True,
    }
    return render(request, "intake/assessments/review_form.html", context | more, status=status)


def failed(request: HttpRequest, row: Reviewer, form: ReviewForm, status: int, **more: Any) -> HttpResponse:
    """The page again with what was typed; an autosave gets the errors as JSON."""
    if autosaving(request):
        return not_kept(form, status=status)
    is_open = row.assessment.phase == Phase.OPEN and row.submitted_at is None and row.withdrawn_at is None
    return page(request, row, form, is_open=is_open, status=status, **more)


@require_POST
def review_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was submitted, to change it."""
    row = review_for(request.user, pk)
    return answer_button(
        request,
        lambda: actions.reopen_review(row),
        back=review_url(row),
        said=_("You can change your scores. Submit them again when you are done."),
    )


def review_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one does not review this request."""
    row = review_for(request.user, pk)
    return answer_form(
        request,
        WithdrawForm(request.POST or None),
        lambda valid: actions.withdraw_reviewer(row, reason=valid.cleaned_data["reason"], at=timezone.now()),
        done=lambda _row: reverse("intake:review-list"),
        template="intake/assessments/assessment_form.html",
        context={
            "it": row.assessment.request,
            "page_title": _("Step back from this review"),
            "lede": _("The office sees that you do not score it, and why."),
            "submit": _("Step back"),
            "cancel_url": review_url(row),
            "no_as_of": True,
        },
        said=_("You do not review this request any more."),
    )
