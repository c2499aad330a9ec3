"""The editor of a request type's form: steps and questions, preview, what changed, publish."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import ActionError, EditConflict
from core.views.editing import answer_button, sent_version
from intake.access import type_for
from intake.actions.types import begin_form, discard_form, draft_form, publish_form, published_form, write_form
from intake.forms.questions import AnswersForm
from intake.forms.types import QuestionForm, StepForm
from intake.formulas.questions import (
    labels_of,
    new_key,
    problems_of,
    question_of,
    questions_of,
    shifted,
    steps_of,
    with_step,
    without,
)
from intake.models import FormVersion, RequestType
from intake.views.questions import asked_of
from intake.views.types import type_url
from intake.wording import KINDS, MAPS_TO, change_words, condition_words, needed_words, problem_sentence


def editor_url(kind: RequestType) -> str:
    """The editor of a type's form."""
    return reverse("intake:type-form", args=[kind.pk])


def outline_of(document: Any) -> list[dict[str, Any]]:
    """The steps with their questions as the editor lists them: kind, when needed, condition, all in words."""
    labels = labels_of(document)
    return [
        {
            **step,
            "rows": [
                {
                    **question,
                    "kind_words": KINDS.get(question["kind"], question["kind"]),
                    "needed": needed_words(question.get("required_at", "")),
                    "condition": condition_words(question.get("show_if"), labels),
                    "fills": MAPS_TO.get(question.get("maps_to", ""), ""),
                }
                for question in step["questions"]
            ],
        }
        for step in steps_of(document)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def type_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that is being changed; POST begins a new version where there is none."""
    kind = type_for(request.user, pk)
    if request.method == "POST":
        begin_form(kind)
        return redirect(editor_url(kind))
    draft = draft_form(kind)
    shown = draft or published_form(kind)
    document = shown.document if shown else {"steps": []}
    context = {
        "kind": kind,
        "draft": draft,
        "shown": shown,
        "outline": outline_of(document),
        "problems": [problem_sentence(one) for one in problems_of(document)] if draft else [],
        "page_title": _("Questions of “%(type)s”") % {"type": kind},
        "no_as_of": True,
    }
    return render(request, "intake/types/type_form.html", context)


def draft_or_404(kind: RequestType) -> FormVersion:
    """The draft; 404 where nothing is being changed."""
    draft = draft_form(kind)
    if draft is None:
        raise Http404
    return draft


def changed(request: HttpRequest, kind: RequestType, draft: FormVersion, document: Any) -> HttpResponse | None:
    """Write the draft, or say that somebody else changed it meanwhile. None when it was written."""
    try:
        write_form(draft, document=document, version=sent_version(request))
    except EditConflict:
        messages.warning(request, _("Somebody else changed the form meanwhile. This is how it stands now; do it again."))
        return redirect(editor_url(kind))
    except ActionError as error:
        messages.error(request, str(error))
        return redirect(editor_url(kind))
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def type_step(request: HttpRequest, pk: int, key: str = "") -> HttpResponse:
    """Add a step, or change its title and help."""
    kind = type_for(request.user, pk)
    draft = draft_or_404(kind)
    step = next((one for one in steps_of(draft.document) if one["key"] == key), None)
    if key and step is None:
        raise Http404
    initial = {"version": draft.version} | ({"title": step["title"], "help": step.get("help", "")} if step else {})
    form = StepForm(request.POST or None, initial=initial)

    def document() -> Any:
        words = {"title": form.cleaned_data["title"], "help": form.cleaned_data["help"]}
        return with_step(draft.document, {"key": key or new_key(draft.document, words["title"]), **words}, key)

    return part_page(
        request, kind, draft, form, document, title=_("Change a step") if key else _("Add a step"), template="part_form"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def type_question(request: HttpRequest, pk: int, key: str = "") -> HttpResponse:
    """Add a question, or change one."""
    kind = type_for(request.user, pk)
    draft = draft_or_404(kind)
    if (key and question_of(draft.document, key) is None) or not steps_of(draft.document):
        raise Http404
    form = QuestionForm(
        request.POST or None,
        document=draft.document,
        key=key,
        step=request.GET.get("step", ""),
        initial={"version": draft.version},
    )
    return part_page(
        request,
        kind,
        draft,
        form,
        form.changed_document,
        title=_("Change a question") if key else _("Add a question"),
        template="question_form",
    )


def part_page(
    request: HttpRequest,
    kind: RequestType,
    draft: FormVersion,
    form: Any,
    document: Callable[[], Any],
    *,
    title: str,
    template: str,
) -> HttpResponse:
    """A page that changes one part of the draft. What was typed is kept when it cannot be taken (422, 409)."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                write_form(draft, document=document(), version=sent_version(request))
            except EditConflict as error:
                status = 409
                form.add_error(
                    None, _("Somebody else changed the form meanwhile. Your words are kept: look at them, then save again.")
                )
                form.data = form.data.copy()
                form.data["version"] = error.current.version
            except ActionError as error:
                form.add_error(None, str(error))
            else:
                if "again" in request.POST:
                    return redirect(
                        f"{reverse('intake:type-question-create', args=[kind.pk])}?step={form.cleaned_data['step']}"
                    )
                return redirect(editor_url(kind))
    context = {"kind": kind, "draft": draft, "form": form, "page_title": title, "no_as_of": True}
    return render(request, f"intake/types/{template}.html", context, status=status)


@require_POST
def type_arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a step or question one place, or take it out of the draft."""
    kind = type_for(request.user, pk)
    draft = draft_or_404(kind)
    key, verb = request.POST.get("key", ""), request.POST.get("do", "")
    if key not in labels_of(draft.document) or verb not in ("up", "down", "remove"):
        raise Http404
    document = without(draft.document, key) if verb == "remove" else shifted(draft.document, key, -1 if verb == "up" else 1)
    refused = changed(request, kind, draft, document)
    return refused or redirect(f"{editor_url(kind)}#part-{key}")


def type_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The form as people will see it. Nothing can be sent."""
    kind = type_for(request.user, pk, "setup.view")
    shown = draft_form(kind) or published_form(kind)
    document = shown.document if shown else {"steps": []}
    if problems_of(document):
        messages.warning(request, _("The form has problems: mend them first, then look at it."))
        return redirect(editor_url(kind))
    form = AnswersForm(questions=[question for _step, question in questions_of(document)], prefix="a")
    context = {
        "kind": kind,
        "shown": shown,
        "steps": [(step, asked_of(document, step, form, {}, currency="GBP")) for step in steps_of(document)],
        "page_title": _("Preview of “%(type)s”") % {"type": kind},
        "no_as_of": True,
    }
    return render(request, "intake/types/type_preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def type_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """What changes with the draft, and publishing it."""
    kind = type_for(request.user, pk)
    draft = draft_or_404(kind)
    before = published_form(kind)
    refused = ""
    if request.method == "POST":
        try:
            publish_form(draft, version=sent_version(request), by=request.user, at=timezone.now())
        except EditConflict:
            refused = _("Somebody else changed the form meanwhile. Look at the changes again, then publish.")
        except ActionError as error:
            refused = str(error)
        else:
            messages.success(request, _("Published. New requests are asked with it; those that were begun keep their form."))
            return redirect(type_url(kind))
        draft = draft_or_404(kind)
    context = {
        "kind": kind,
        "draft": draft,
        "before": before,
        "refused": refused,
        "problems": [problem_sentence(one) for one in problems_of(draft.document)],
        "changes": change_words(before.document if before else {"steps": []}, draft.document),
        "page_title": _("Publish version %(number)s") % {"number": draft.number},
        "no_as_of": True,
    }
    return render(request, "intake/types/type_publish.html", context, status=422 if refused else 200)


@require_POST
def type_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    kind = type_for(request.user, pk)
    draft = draft_or_404(kind)
    return answer_button(
        request,
        lambda: discard_form(draft, version=sent_version(request)),
        back=editor_url(kind),
        said=_("The draft is gone. The published form stays as it was."),
        done=lambda gone: type_url(kind),
    )


def type_version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A published version as it was asked, and what it changed."""
    kind = type_for(request.user, pk, "setup.view")
    shown = get_object_or_404(kind.form_versions.exclude(published_at=None).select_related("published_by"), number=number)
    before = kind.form_versions.exclude(published_at=None).filter(number__lt=number).first()
    context = {
        "kind": kind,
        "shown": shown,
        "before": before,
        "outline": outline_of(shown.document),
        "changes": change_words(before.document, shown.document) if before else [],
        "page_title": _("Version %(number)s") % {"number": number},
        "no_as_of": True,
    }
    return render(request, "intake/types/type_version.html", context)
