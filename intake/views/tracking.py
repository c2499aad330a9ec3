"""The tracking page: where a request stands, for whoever has its secret address. Nothing else can be read from here."""

from typing import Any

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.actions.conversation import about, attach_file
from core.errors import ActionError
from core.holidays import office_holidays
from core.limits import within
from core.models import Attachment
from intake.access import request_actions
from intake.actions.letters import state_sentence
from intake.actions.moves import move_request
from intake.actions.questions import answer_question
from intake.forms.requests import AnswerForm, TrackFileForm, WithdrawForm
from intake.formulas.service import plus_working_days
from intake.models import Request
from intake.models.requests import ENDED, OPEN, State
from intake.transitions import TRANSITIONS
from intake.views.public import HOUR, outside
from intake.wording import next_step_sentence

WAY = (State.SUBMITTED, State.SCREENING, State.ASSESSMENT, State.READY)
"""The states ahead of everybody who asks; the decision comes after."""
WRITES_AN_HOUR = 30
MOST_FILES = 10


@outside
@require_http_methods(["GET", "HEAD", "POST"])
def request_track(request: HttpRequest, key: str) -> HttpResponse:
    """Title, state, what happens next, questions asked, the decision. 404 for a key that is none. Who asked without an
    account answers here, adds a file or takes the request back; others do that where they are signed in."""
    row = get_object_or_404(Request.objects.select_related("type", "requester"), tracking_key=key)
    forms: dict[str, Any] = {}
    if request.method == "POST":
        if not may_write(request, row):
            messages.error(request, _("Sign in to do that."))
            return redirect("intake:request-track", key)
        if not within(f"track:{row.pk}:{get_client_ip_address(request)}", most=WRITES_AN_HOUR, seconds=HOUR):
            return track_page(request, row, {}, status=429, refused=_("That was often. Wait a while, then try again."))
        verb = request.POST.get("do", "")
        if verb in ACTS:
            forms = ACTS[verb](request, row)
            if not forms:
                return redirect("intake:request-track", key)
        return track_page(request, row, forms, status=422)
    return track_page(request, row, forms)


def may_write(request: HttpRequest, row: Request) -> bool:
    """Whether who looks at the page may act for the requester: the requester themselves, or whoever has the address of a
    request that nobody with an account asked for."""
    if row.requester_id is None:
        return True
    return "request.answer" in request_actions(request.user, row)


def answer(request: HttpRequest, row: Request) -> dict[str, Any]:
    """Answer one question; the form again when that failed."""
    question = row.questions.filter(pk=_number(request.POST.get("question")), answered_at=None).first()
    if question is None:
        messages.info(request, _("This question has been answered already."))
        return {}
    form = AnswerForm(request.POST, auto_id=f"id_{question.pk}_%s")
    if form.is_valid():
        try:
            answer_question(question, text=form.cleaned_data["text"], by=_who(request), at=timezone.now())
        except ActionError as error:
            form.add_error("text" if error.field == "text" else None, str(error))
        else:
            messages.success(request, _("Answered. Thank you."))
            return {}
    return {"answer": (question.pk, form), "failed": form}


def add_file(request: HttpRequest, row: Request) -> dict[str, Any]:
    """Keep a file with the request; the form again when that failed."""
    form = TrackFileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            if row.state not in OPEN:
                raise ActionError(_("The request is decided: nothing can be added any more."))
            if Attachment.objects.filter(**about(row), removed_at=None).count() >= MOST_FILES:
                raise ActionError(_("There are %(most)s files already: no more can be added here.") % {"most": MOST_FILES})
            attach_file(row, file=file, name=file.name, by=_who(request))
        except ActionError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("“%(file)s” was added.") % {"file": file.name})
            return {}
    return {"file": form, "failed": form}


def withdraw(request: HttpRequest, row: Request) -> dict[str, Any]:
    """Take the request back; the form again when that failed."""
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            if not may_withdraw(row):
                raise ActionError(_("This request cannot be taken back here: ask the portfolio office."))
            move_request(row, verb="withdraw", by=_who(request), at=timezone.now(), reason=form.cleaned_data["reason"])
        except ActionError as error:
            form.add_error("reason" if error.field == "reason" else None, str(error))
        else:
            messages.success(request, _("Taken back. Nothing more happens with it."))
            return {}
    return {"withdraw": form, "failed": form}


ACTS = {"answer": answer, "file": add_file, "withdraw": withdraw}


def may_withdraw(row: Request) -> bool:
    """Whether it can be taken back from here: not once others have joined it, who have the address, too."""
    return row.state in TRANSITIONS["withdraw"].sources and not row.parties.exclude(part="reviewer").exists()


def _who(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def track_page(
    request: HttpRequest, row: Request, forms: dict[str, Any], *, status: int = 200, refused: str = ""
) -> HttpResponse:
    """The page as it stands."""
    shown = row
    while shown.merged_into_id:  # what it was merged into may have been merged in its turn
        shown = Request.objects.select_related("type").get(pk=shown.merged_into_id)
    writes = may_write(request, row) and row.merged_into_id is None
    last = shown.moves.last()
    failed, form = forms.get("answer", (None, None))
    decision = shown.decisions.first() if shown.state in (*DECIDED, State.CONVERTED) else None
    context = {
        "it": row,
        "shown": shown,
        "is_merged": row.merged_into_id is not None,
        "sentence": state_sentence(shown),
        "next_sentence": next_step_sentence(shown.state),
        "expected_on": expected_on(shown),
        "today": timezone.localdate(),
        "way": way_of(shown),
        "questions": [
            (one, (form if one.pk == failed else AnswerForm(auto_id=f"id_{one.pk}_%s")) if writes and not one.answered_at else None)
            for one in (row.questions.all() if row.merged_into_id is None else [])
        ],
        "decision": decision,
        "reason": last.reason if last and decision is None and shown.state in (*DECIDED, *ENDED) else "",
        "file_form": (forms.get("file") or TrackFileForm()) if writes and row.state in OPEN else None,
        "files": files_of(row) if writes else [],
        "withdraw_form": (forms.get("withdraw") or WithdrawForm()) if writes and may_withdraw(row) else None,
        "withdraw_open": "withdraw" in forms,
        "form": forms.get("failed"),
        "refused": refused,
        "signs_in": row.requester_id is not None and not request.user.is_authenticated,
        "page_title": row.title,
    }  # fmt: skip
    return render(request, "intake/tracking/request_track.html", context, status=status)


def files_of(row: Request) -> list[str]:
    """The names of the files that the requester added; those of the office are its own."""
    theirs = Q(uploaded_by=None) | Q(uploaded_by=row.requester_id) if row.requester_id else Q(uploaded_by=None)
    return list(Attachment.objects.filter(theirs, **about(row), removed_at=None).values_list("name", flat=True))


def expected_on(row: Request) -> Any:
    """The day until which the office means to have moved on; None where it has set itself no time, or waits for others."""
    days = (row.type.service_days or {}).get(row.state)
    if row.state not in OPEN or row.state == State.NEEDS_INFORMATION or days is None:
        return None
    return plus_working_days(timezone.localdate(row.moved_at), int(days), office_holidays())


DECIDED = (State.APPROVED, State.REJECTED, State.DEFERRED)


def way_of(row: Request) -> list[dict[str, Any]]:
    """The states on the way, with the day each was first reached; what is ahead has none. A request that waits for an answer
    stands in screening; a withdrawn one ends where it was taken back."""
    reached: dict[str, Any] = {}
    for move in row.moves.all():
        reached.setdefault(move.to_state, move.at)
    here = State.SCREENING if row.state == State.NEEDS_INFORMATION else State(row.state)
    steps = [
        {"label": state.label, "at": reached.get(state), "here": state == here, "done": state in reached and state != here}
        for state in WAY
    ]
    if here in (*DECIDED, State.CONVERTED):
        for step in steps:
            step["done"] = True
    if here == State.CONVERTED:
        steps.append({"label": State.APPROVED.label, "at": reached.get(State.APPROVED), "here": False, "done": True})
    ends = here in (*DECIDED, *ENDED)
    if here == State.WITHDRAWN:
        steps = [step for step in steps if step["at"]]
    label = here.label if ends else _("Decision")
    return [*steps, {"label": label, "at": reached.get(here) if ends else None, "here": ends, "done": False}]
