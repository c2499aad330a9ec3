"""Ask the requester, and get the answer into the record."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.actions.locking import lock, save
from core.actions.mail import full_url, queue_mail
from core.actions.notifications import notify
from core.errors import ActionError
from core.history import recorded
from intake.actions.letters import tell_parties
from intake.actions.moves import move_request
from intake.models import Request, RequestQuestion
from intake.models.requests import OPEN, State
from intake.transitions import TRANSITIONS

LONGEST = 10_000


@transaction.atomic
def ask_question(request: Request, *, text: str, by: Any, at: datetime) -> RequestQuestion:
    """Ask the requester by mail. From screening and assessment the request moves to “needs information”; in the other open
    states it stays where it is. Raises ActionError when nobody waits for an answer any more, or nothing was asked."""
    text = _said(text, _("Write the question."))
    with recorded("intake.question.asked"):
        row = lock(Request.objects.all(), request.pk)
        if row.state not in OPEN:
            raise ActionError(
                _("The request is in the state “%(state)s”: there is nothing to ask any more.")
                % {"state": row.get_state_display()}
            )
        question = RequestQuestion.objects.create(request=row, text=text, asked_by=by, asked_at=at)
        if row.state in TRANSITIONS["ask"].sources:
            move_request(row, verb="ask", by=by, at=at, reason=text)
        else:
            save(row)  # a new version: the mail below is another one than the last
            tell_parties(row, reason=_("We have a question: %(text)s") % {"text": text}, at=at, but=by)
    return question


@transaction.atomic
def answer_question(question: RequestQuestion, *, text: str, by: Any, at: datetime) -> RequestQuestion:
    """Write the answer down and tell who asked. With the last answer the request goes back to screening by itself.

    `by` is None for a requester without an account. Raises ActionError when it is answered already, or nothing was said.
    """
    text = _said(text, _("Write the answer."))
    with recorded("intake.question.answered"):
        request = lock(Request.objects.all(), question.request_id)
        row = lock(RequestQuestion.objects.all(), question.pk)
        if row.answered_at is not None:
            raise ActionError(_("This question has been answered already."))
        if request.state not in OPEN:
            raise ActionError(
                _("The request is in the state “%(state)s”: the answer is not needed any more.")
                % {"state": request.get_state_display()}
            )
        row.answer, row.answered_by, row.answered_at = text, by, at
        save(row)
        if request.state == State.NEEDS_INFORMATION and not request.questions.filter(answered_at=None).exists():
            request = move_request(request, verb="answer", by=by, at=at)
        _tell_asker(request, row, by=by, at=at)
    return row


def _said(text: str, sentence: str) -> str:
    text = text.strip()
    if not text:
        raise ActionError(sentence, field="text")
    if len(text) > LONGEST:
        raise ActionError(_("At most %(most)s characters.") % {"most": LONGEST}, field="text")
    return text


def _tell_asker(request: Request, question: RequestQuestion, *, by: Any, at: datetime) -> None:
    """Who asked, and who looks after the request: a line under the bell for each, a mail to who asked."""
    told = {person.pk: person for person in (question.asked_by, request.owner) if person is not None and person != by}
    url = reverse("intake:request-detail", args=[request.reference])
    key = f"question:{question.pk}:answered"
    text = _("%(request)s: your question is answered") % {"request": request}
    notify(users=list(told.values()), key=key, text=text[:300], url=url, at=at, shows=[request])
    asker = told.get(question.asked_by_id)
    if asker is None or not asker.is_active:
        return
    with translation.override(asker.language or settings.LANGUAGE_CODE):
        queue_mail(
            key=key,
            template="plain",
            to=asker,
            at=at,
            about=request,
            shows=[request],
            context={
                "heading": _("Answer about %(request)s") % {"request": request},
                "paragraphs": [question.text, question.answer],
                "action": _("Open the request"),
                "action_url": full_url(url),
                "reason": _("You get this because you asked the requester."),
            },
        )
