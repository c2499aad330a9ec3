"""The form for people without an account, at an address that the office gives out. Nothing else can be read from here."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from core.errors import ActionError
from core.limits import within
from intake.actions.requests import RequestIncomplete, ask_openly
from intake.forms.questions import AnswersForm
from intake.forms.requests import EXAMPLES, AskerForm
from intake.formulas.questions import CORE_STEP, missing_for, questions_of, steps_of
from intake.models import FormVersion, Request, RequestType
from intake.models.answers import completeness_of
from intake.models.requests import State
from intake.views.asking import CHECK_STEP
from intake.views.questions import asked_of, reading_of

HOUR = 3600
ASKED_BY_ONE, ASKED_BY_ALL = 10, 300
"""How many requests one address may send in an hour, and all together through one link."""
TRIES_OF_ONE, LOOKS_OF_ONE = 120, 1200
"""How often one address may send anything in an hour, and have what it typed looked over; what is more is not read."""
YOU_STEP = "you-who-ask"  # no step of a type is called so: theirs have no hyphens
REFUSED = "intake/public/refused.html"
LARGEST_BODY = 32 * 2**20
LARGEST_FILE = 10 * 2**20


def outside(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for people without an account: a body that is too large, or one too many, is refused before it is read (so the
    check of the form's token, which reads it, comes after)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            sentence = _(
                "What you sent is too large to be taken: up to three files of %(size)s each. Go back, your words are still "
                "there, and send smaller files."
            ) % {"size": filesizeformat(LARGEST_FILE)}
            return render(request, REFUSED, {"page_title": _("Too large"), "sentence": sentence}, status=413)
        what, most = ("looks", LOOKS_OF_ONE) if only_looks(request) else ("tries", TRIES_OF_ONE)
        if request.method == "POST" and not within(f"{what}:{get_client_ip_address(request)}", most=most, seconds=HOUR):
            sentence = _(
                "Very much was sent from your place within this hour. Go back, your words are still there, and send later."
            )
            return render(request, REFUSED, {"page_title": _("Too often"), "sentence": sentence}, status=429)
        return csrf_protect(view)(request, *args, **kwargs)

    return login_not_required(never_cache(csrf_exempt(guarded)))


def only_looks(request: HttpRequest) -> bool:
    """Whether static/js/steps.js asks how what was typed so far stands, before its reader goes on to the next step."""
    return request.headers.get("X-Requested-With") == "steps"


@outside
@require_http_methods(["GET", "HEAD", "POST"])
def request_ask(request: HttpRequest, key: str) -> HttpResponse:
    """The three questions and the type's own, step by step (without scripts all on one page). 422 with what was typed, 429
    when it is sent too often."""
    kind = get_object_or_404(RequestType.objects.filter(is_active=True, is_public=True), public_key=key)
    version = get_object_or_404(kind.form_versions.exclude(published_at=None)[:1])
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AskerForm(data, files)
    if request.user.is_authenticated:
        del form.fields["name"], form.fields["email"]
    answers = AnswersForm(
        data, questions=[question for _step, question in questions_of(version.document)], outside=True, prefix="a"
    )
    if data is None:
        return ask_page(request, kind, version, form, answers)
    is_ready = form.is_valid() & is_complete(answers, version.document)
    if only_looks(request):
        return looked_over(kind, version, form, answers)
    if not is_ready:
        return ask_page(request, kind, version, form, answers, status=422)
    if form.cleaned_data["website"]:  # a field that no person sees
        form.add_error(None, _("This could not be taken. Reload the page and try again."))
        return ask_page(request, kind, version, form, answers, status=422)
    address = get_client_ip_address(request)
    often = not within(f"ask:{address}", most=ASKED_BY_ONE, seconds=HOUR)
    if often or not within(f"ask:{kind.pk}", most=ASKED_BY_ALL, seconds=HOUR):
        form.add_error(None, _("Many requests came in within this hour. Nothing is lost: leave this page open and send later."))
        return ask_page(request, kind, version, form, answers, status=429)
    row = sent(request, kind, form, answers)
    if row is None:
        return ask_page(request, kind, version, form, answers, status=422)
    messages.success(request, _("Thank you. Keep the address of this page: it shows where your request stands."))
    return redirect("intake:request-track", row.tracking_key)


def is_complete(answers: AnswersForm, document: Any) -> bool:
    """Whether the type's own questions are answered as far as submitting needs; names all that are not, at once."""
    valid = answers.is_valid()
    for one in missing_for(document, answers.stored(), State.SUBMITTED):
        if one.key in answers.fields and one.key not in answers.errors:
            answers.add_error(one.key, _("Answer this question."))
            valid = False
    return valid


def looked_over(kind: RequestType, version: FormVersion, form: AskerForm, answers: AnswersForm) -> JsonResponse:
    """What is wrong in what was typed so far, how complete it is, and how it reads. Nothing is kept."""
    said = {name: form.cleaned_data.get(name) for name in form.NAMES} | answers.changes()
    row = Request(type=kind, form_version=version, **{name: value for name, value in said.items() if value is not None})
    wrong = [field for field in Together(form, answers) if field.errors]
    return JsonResponse({
        "errors": {field.html_name: list(field.errors) for field in wrong},
        "complete": completeness_of(row),
        "reading": render_to_string("intake/public/_reading.html", {"it": row, "wrong": wrong, **reading_of(row)}),
    })  # fmt: skip


def sent(request: HttpRequest, kind: RequestType, form: AskerForm, answers: AnswersForm) -> Request | None:
    """The request, or None with what is wrong in the forms."""
    values = form.changes() | answers.changes()
    if "name" in form.fields:
        values |= {"requester_name": form.cleaned_data["name"], "requester_email": form.cleaned_data["email"]}
    large = [file.name for file in form.cleaned_data["files"] if file.size > LARGEST_FILE]
    if large:
        form.add_error("files", _("Too large: %(names)s. Up to 10 MB each.") % {"names": ", ".join(large)})
        return None
    by = request.user if request.user.is_authenticated else None
    try:
        return ask_openly(type=kind, values=values, files=form.cleaned_data["files"], by=by, at=timezone.now())
    except RequestIncomplete as error:
        for name in error.problems:
            place: Any = answers if name in answers.fields else form
            place.add_error(name if name in place.fields else None, _("Answer this question."))
    except ActionError as error:
        field = {"file": "files", "requester_email": "email"}.get(error.field or "", error.field)
        form.add_error(field if field in form.fields else None, str(error))
    return None


class Together:
    """Several forms on one page, as one for the summary of errors."""

    def __init__(self, *forms: BaseForm) -> None:
        self.forms = forms

    @property
    def errors(self) -> bool:
        """Whether any has errors."""
        return any(form.errors for form in self.forms)

    def non_field_errors(self) -> list[str]:
        """The errors of the forms themselves."""
        return [str(error) for form in self.forms for error in form.non_field_errors()]

    def __iter__(self) -> Iterator[Any]:
        return (field for form in self.forms for field in form)


def ask_page(
    request: HttpRequest, kind: RequestType, version: FormVersion, form: AskerForm, answers: AnswersForm, *, status: int = 200
) -> HttpResponse:
    """The page with these forms."""
    typed = answers.stored() if answers.is_bound and hasattr(answers, "cleaned_data") else {}
    steps = steps_of(version.document)
    parts = [(CORE_STEP, _("The idea")), *((step["key"], step["title"]) for step in steps)]
    parts += [(YOU_STEP, _("You"))] if "email" in form.fields else []
    context = {
        "kind": kind,
        "form": form,
        "together": Together(form, answers),
        "steps": [(step, asked_of(version.document, step, answers, typed, currency="GBP", outside=True)) for step in steps],
        "parts": [*parts, (CHECK_STEP, _("Look it over and send"))],
        "examples": EXAMPLES,
        "page_title": kind.name,
        "action": reverse("intake:request-ask", args=[kind.public_key]),
    }
    return render(request, "intake/public/request_ask.html", context, status=status)
