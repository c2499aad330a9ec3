"""The guided form: begin, write step by step, look it over, submit."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.actions.conversation import about, attach_file
from core.errors import ActionError, EditConflict
from core.models import Attachment
from core.views.autosave import autosaving, not_kept
from core.views.editing import answer_form, conflict_of, sent_version, typed
from intake.access import may_ask, request_actions, request_for
from intake.actions.letters import state_sentence
from intake.actions.questions import answer_question
from intake.actions.requests import RequestIncomplete, create_request, edit_request, editable_in, submit_request
from intake.forms.questions import AnswersForm
from intake.forms.requests import EXAMPLES, AnswerForm, BeginForm, FilesField, IdeaForm
from intake.formulas.questions import (
    CORE_STEP,
    completeness,
    missing_for,
    questions_of,
    steps_done,
    steps_of,
    visible,
)
from intake.models import Request, RequestQuestion
from intake.models.answers import answers_of, completeness_of
from intake.models.requests import ENDED, OPEN, State
from intake.search import similar_to
from intake.views.questions import asked_of, reading_of
from intake.views.requests import request_url
from intake.wording import missing_label

CHECK_STEP = "check"


def request_create(request: HttpRequest) -> HttpResponse:
    """Begin: what kind, and what it is called."""
    if not may_ask(request.user):
        raise PermissionDenied
    form = BeginForm(request.POST or None, initial={"title": request.GET.get("title", "")[:300]})
    types = list(form.fields["type"].queryset)  # type: ignore[attr-defined]
    return answer_form(
        request,
        form,
        lambda valid: create_request(
            type=valid.cleaned_data["type"],
            values={"title": valid.cleaned_data["title"]},
            by=request.user,
            at=timezone.now(),
        ),
        done=lambda made: reverse("intake:request-write", args=[made.reference, CORE_STEP]),
        template="intake/asking/request_create.html",
        context={"page_title": _("Ask for a project"), "types": types, "no_as_of": True},
    )


@require_GET
def request_mine(request: HttpRequest) -> HttpResponse:
    """What the reader asked for, and what waits for them in it. Three queries, whatever their number."""
    rows = list(
        Request.objects.filter(requester=request.user)
        .select_related("type", "form_version", "unit", "sponsor", "owner", "merged_into")
        .annotate(open_questions=Count("questions", filter=Q(questions__answered_at=None)))
        .order_by("-moved_at")
    )
    for row in rows:
        row.sentence = state_sentence(row)  # type: ignore[attr-defined]
        if row.state == State.DRAFT:
            row.complete = completeness_of(row)  # type: ignore[attr-defined]
    waiting = (State.DRAFT, State.NEEDS_INFORMATION)
    context = {
        "waiting": sorted((row for row in rows if row.state in waiting), key=lambda row: row.state == State.DRAFT),
        "running": [row for row in rows if row.state in (*OPEN, State.APPROVED, State.DEFERRED) and row.state not in waiting],
        "ended": [row for row in rows if row.state in ENDED],
        "may_ask": may_ask(request.user),
        "page_title": _("My requests"),
        "no_as_of": True,
    }
    return render(request, "intake/asking/request_mine.html", context)


@require_GET
def request_similar(request: HttpRequest) -> HttpResponse:
    """What is like the title and purpose just typed, as a part of the page; only what the person may see."""
    requests, projects = similar_to(request.user, *(request.GET.get(name, "") for name in ("title", "purpose", "but")))
    found = {"requests": requests, "projects": projects}
    return render(request, "intake/asking/_similar.html", found)


@dataclass
class Writing:
    """A request being written, and what its reader may do with it."""

    row: Request
    actions: frozenset[str]
    states: tuple[State, ...]

    @property
    def document(self) -> Any:
        """The questions it was asked with."""
        return self.row.form_version.document

    @property
    def order(self) -> list[str]:
        """The keys of the steps, the check at the end."""
        return [CORE_STEP, *(step["key"] for step in steps_of(self.document)), CHECK_STEP]


def writing_for(request: HttpRequest, reference: str) -> Writing:
    """The request, through the door. 403 for whoever may never edit it; the state is looked at later."""
    row = request_for(request.user, reference, "request.edit")
    actions = request_actions(request.user, row)
    return Writing(row, actions, editable_in(actions))


def closed(request: HttpRequest, writing: Writing) -> HttpResponse:
    """The request moved on meanwhile: say so on its page; an autosave gets 409."""
    sentence = _("The request is in the state “%(state)s”: it stays as it is.") % {"state": writing.row.get_state_display()}
    if autosaving(request):
        return JsonResponse({"error": sentence}, status=409)
    messages.info(request, sentence)
    return redirect(request_url(writing.row))


@require_GET
def request_resume(request: HttpRequest, reference: str) -> HttpResponse:
    """Go on where something is missing."""
    writing = writing_for(request, reference)
    done = steps_done(writing.document, answers_of(writing.row))
    step = next((key for key, complete in done.items() if not complete), CHECK_STEP)
    name = "intake:request-check" if step == CHECK_STEP else "intake:request-write"
    return redirect(reverse(name, args=[reference] if step == CHECK_STEP else [reference, step]))


@require_http_methods(["GET", "HEAD", "POST"])
def request_write(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """One step of the form. Its buttons save and lead on, back, or to any step; an autosave answers in JSON.

    422 with what was typed when a field cannot be read, 409 with both versions when somebody else saved.
    """
    writing = writing_for(request, reference)
    if step not in writing.order[:-1]:
        raise Http404
    if writing.row.state not in writing.states:
        return closed(request, writing)
    if request.method != "POST":
        return step_page(request, writing, step, form_of(writing.row, step))
    form = form_of(writing.row, step, typed(request, lambda: form_of(writing.row, step)))
    if not form.is_valid():
        return step_page(request, writing, step, form, status=422)
    try:
        saved = edit_request(
            writing.row,
            changes=form.changes(),
            version=form.cleaned_data["version"] if form.cleaned_data["version"] is not None else -1,
            states=writing.states,
        )
    except EditConflict as error:
        conflict = conflict_of(form, form_of(error.current, step), error.current)
        form.data = form.data.copy()  # type: ignore[assignment]
        form.data["version"] = conflict.version  # type: ignore[index]
        return step_page(request, writing, step, form, status=409, conflict=conflict)
    except ActionError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return step_page(request, writing, step, form, status=422)
    if autosaving(request):
        answers = answers_of(saved)
        lacking = missing_for(writing.document, answers, State.SUBMITTED)
        return JsonResponse({
            "saved_at": saved.updated_at.isoformat(),
            "version": saved.version,
            "complete": completeness(writing.document, answers),
            "missing": [one.key for one in lacking],
        })  # fmt: skip
    return redirect(after_step(request, writing, step))


def form_of(row: Request, step: str, data: Any = None) -> Any:
    """The form of a step as the request stands, or with what was typed."""
    if step == CORE_STEP:
        return IdeaForm.of(row, data)
    return AnswersForm(
        data, questions=[one for key, one in questions_of(row.form_version.document) if key == step], request=row
    )


def after_step(request: HttpRequest, writing: Writing, step: str) -> str:
    """Where the pressed button leads."""
    order, reference = writing.order, writing.row.reference
    if "later" in request.POST:
        messages.success(request, _("Saved. Come back when you like: it waits under “My work”."))
        return request_url(writing.row)
    wanted = request.POST.get("go", "")
    if wanted not in order:
        wanted = order[order.index(step) + (-1 if "back" in request.POST else 1)]
    if wanted == CHECK_STEP:
        return reverse("intake:request-check", args=[reference])
    return reverse("intake:request-write", args=[reference, wanted])


def step_page(
    request: HttpRequest, writing: Writing, step: str, form: forms.Form, *, status: int = 200, conflict: Any = None
) -> HttpResponse:
    """A step with this form; an autosave gets the errors as JSON."""
    if autosaving(request):
        return not_kept(form, status=status)
    row = writing.row
    answers = answers_of(row)
    order = writing.order
    context = frame_of(writing, step, answers) | {
        "form": form,
        "conflict": conflict,
        "first": order.index(step) == 0,
        "last": order[order.index(step) + 1] == CHECK_STEP,
        "save_url": reverse("intake:request-write", args=[row.reference, step]),
        "autosave_key": f"request:{request.user.pk}:{row.pk}:{step}",
    }
    if step == CORE_STEP:
        for name in ("purpose", "need", "helps"):  # needed to submit, though a draft may lack them: not called optional
            form.fields[name].required = True
        form.use_required_attribute = False
        context |= {"examples": EXAMPLES, "but": row.reference}
        return render(request, "intake/asking/request_idea.html", context, status=status)
    here = next(one for one in steps_of(writing.document) if one["key"] == step)
    context |= {"step": here, "asked": asked_of(writing.document, here, form, answers, currency=row.currency)}
    return render(request, "intake/asking/request_step.html", context, status=status)


def frame_of(writing: Writing, active: str, answers: dict[str, Any]) -> dict[str, Any]:
    """What every page of the guided form shows around it: the steps, what is missing, how complete it is."""
    row, document = writing.row, writing.document
    done = steps_done(document, answers)
    names = {CORE_STEP: _("The idea"), CHECK_STEP: _("Check and submit") if row.state == State.DRAFT else _("Look it over")}
    names |= {one["key"]: one["title"] for one in steps_of(document)}
    answered = {key for key, value in answers.items() if value not in (None, "", [])}
    begun = {step for step, question in questions_of(document) if question["key"] in answered} | {CORE_STEP}
    steps = [
        {
            "key": key,
            "title": names[key],
            "active": key == active,
            "done": key != CHECK_STEP and done[key] and key in begun,
            "url": reverse("intake:request-check", args=[row.reference])
            if key == CHECK_STEP
            else reverse("intake:request-write", args=[row.reference, key]),
        }
        for key in writing.order
    ]
    return {
        "it": row,
        "steps": steps,
        "number": writing.order.index(active) + 1,
        "missing": missing_rows(writing, answers),
        "complete": completeness(document, answers),
        "page_title": row.title,
        "is_draft": row.state == State.DRAFT,
        "no_as_of": True,
    }


def missing_rows(writing: Writing, answers: dict[str, Any]) -> list[dict[str, str]]:
    """What submitting still needs: words, and where to answer."""
    return [
        {
            "key": one.key,
            "label": missing_label(one),
            "url": reverse("intake:request-write", args=[writing.row.reference, one.step]) + f"#id_{one.key}",
        }
        for one in missing_for(writing.document, answers, State.SUBMITTED)
    ]


# The last step


class FilesForm(forms.Form):
    """Files to keep with the request."""

    files = FilesField(most=10, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def request_check(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything on one page, with what is missing by name; files are added here."""
    writing = writing_for(request, reference)
    if writing.row.state not in writing.states:
        return closed(request, writing)
    if request.method == "POST":
        form = keep_files(request, writing)
        if form.errors:
            return check_page(request, writing, form, status=422)
        if form.cleaned_data["files"]:
            messages.success(request, _("Added."))
        return redirect("intake:request-check", reference)
    return check_page(request, writing, FilesForm())


def keep_files(request: HttpRequest, writing: Writing) -> FilesForm:
    """Attach the files that were sent along; the form says what was wrong with them."""
    form = FilesForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            for file in form.cleaned_data["files"]:
                attach_file(writing.row, file=file, name=file.name, by=request.user)
        except ActionError as error:
            form.add_error("files", str(error))
    return form


def check_page(request: HttpRequest, writing: Writing, form: forms.Form, *, status: int = 200) -> HttpResponse:
    """The review step."""
    row = writing.row
    answers = answers_of(row)
    later = missing_for(writing.document, answers, State.READY)
    now = {one.key for one in missing_for(writing.document, answers, State.SUBMITTED)}
    context = (
        frame_of(writing, CHECK_STEP, answers)
        | reading_of(row, answers)
        | {
            "form": form,
            "files": list(Attachment.objects.filter(**about(row), removed_at=None)),
            "file_hints": [question for _step, question in visible(writing.document, answers) if question["kind"] == "files"],
            "later": [missing_label(one) for one in later if one.key not in now],
            "open_questions": list(row.questions.filter(answered_at=None)) if row.state == State.NEEDS_INFORMATION else [],
            "may_answer": "request.answer" in writing.actions,
        }
    )
    return render(request, "intake/asking/request_check.html", context, status=status)


@require_POST
def request_submit(request: HttpRequest, reference: str) -> HttpResponse:
    """Submit the version that was looked over, with the files that were chosen last, or say what is missing."""
    writing = writing_for(request, reference)
    if writing.row.state == State.DRAFT:
        form = keep_files(request, writing)
        if form.errors:
            return check_page(request, writing, form, status=422)
    version = sent_version(request)
    if version not in (-1, writing.row.version):
        messages.warning(request, _("The request was changed meanwhile. Look it over again, then submit."))
        return redirect("intake:request-check", reference)
    try:
        row = submit_request(writing.row, by=request.user, at=timezone.now())
    except RequestIncomplete:
        return check_page(request, writing, FilesForm(), status=422)
    except ActionError as error:
        messages.error(request, str(error))
        return redirect(request_url(writing.row))
    messages.success(request, _("Submitted. You get a mail whenever it moves, and see here where it stands."))
    return redirect(request_url(row))


# Questions of the office


@require_http_methods(["GET", "HEAD", "POST"])
def request_answer(request: HttpRequest, reference: str) -> HttpResponse:
    """The office's open questions, each with a form for its answer."""
    row = request_for(request.user, reference, "request.answer")
    open_ones = list(row.questions.filter(answered_at=None).select_related("asked_by"))
    if request.method == "POST":
        question = next((one for one in open_ones if str(one.pk) == request.POST.get("question")), None)
        if question is None:
            messages.info(request, _("This question has been answered already."))
            return redirect("intake:request-answer", reference)
        form = AnswerForm(request.POST, auto_id=f"id_{question.pk}_%s")
        if form.is_valid():
            try:
                answer_question(question, text=form.cleaned_data["text"], by=request.user, at=timezone.now())
            except ActionError as error:
                form.add_error("text" if error.field == "text" else None, str(error))
            else:
                messages.success(request, _("Answered. Thank you."))
                rest = len(open_ones) > 1
                return redirect("intake:request-answer", reference) if rest else redirect(request_url(row))
        return answer_page(request, row, open_ones, failed=(question, form))
    return answer_page(request, row, open_ones)


def answer_page(
    request: HttpRequest, row: Request, open_ones: list[RequestQuestion], *, failed: tuple[RequestQuestion, Any] | None = None
) -> HttpResponse:
    """The questions with their forms."""
    rows = [
        (one, failed[1] if failed and failed[0].pk == one.pk else AnswerForm(auto_id=f"id_{one.pk}_%s")) for one in open_ones
    ]
    context = {
        "it": row,
        "rows": rows,
        "form": failed[1] if failed else None,
        "answered": row.questions.exclude(answered_at=None).select_related("asked_by", "answered_by"),
        "may_edit": row.state in editable_in(request_actions(request.user, row)),
        "page_title": _("Questions about %(request)s") % {"request": row.reference},
        "no_as_of": True,
    }
    return render(request, "intake/asking/request_answer.html", context, status=422 if failed else 200)
