"""Pages that move a request from state to state, and the page that says who may."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import ROLES, roles_with
from core.charts import Arrow, Box, state_diagram
from core.views.editing import answer_form
from intake.access import request_actions, request_for
from intake.actions.letters import addressees
from intake.actions.moves import MovedMeanwhile, move_request
from intake.actions.questions import ask_question
from intake.forms.moves import MoveForm
from intake.models import Request
from intake.models.requests import State
from intake.transitions import REQUESTER_MAY, TRANSITIONS
from intake.views.menus import OWN_PAGES, USUAL, move_item, moves_of
from intake.views.requests import request_url


def request_move(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Make one move. Who comes second is told who moved the request, and when, and keeps what was typed (409)."""
    transition = TRANSITIONS.get(verb)
    if transition is None or verb in OWN_PAGES:
        raise Http404
    found = request_for(request.user, reference, transition.action)
    if found.merged_into_id:
        return redirect("intake:request-unmerge", reference=found.reference)
    if request.method == "GET" and found.state not in transition.sources:
        messages.info(request, _("The request is in “%(state)s” now.") % {"state": found.get_state_display()})
        return redirect(request_url(found))
    context = page_of(found, verb)

    def act(valid: MoveForm) -> Request:
        words = valid.cleaned_data
        try:
            if verb == "ask":
                if words["expected"] not in ("", found.state):
                    raise MovedMeanwhile(found)
                return ask_question(found, text=words["reason"], by=request.user, at=timezone.now()).request
            return move_request(
                found,
                verb=verb,
                by=request.user,
                at=timezone.now(),
                reason=words["reason"],
                until=words.get("until"),
                expected=words["expected"],
            )
        except MovedMeanwhile as error:
            current = error.current
            moves = moves_of(current, request_actions(request.user, current))
            context["moved"], context["instead"] = current, [move_item(current, one) for one in moves]
            raise

    response = answer_form(
        request,
        MoveForm(request.POST or None, transition=transition, initial={"expected": found.state}),
        act,
        done=request_url,
        template="intake/moves/request_move.html",
        context=context,
        said=_("Moved to “%(state)s”.") % {"state": State(transition.target).label},
    )
    if "moved" in context:
        response.status_code = 409
    return response


def request_moves(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the request can be moved to now, the usual move first: what the cards of the board lead to."""
    found = request_for(request.user, reference)
    actions = request_actions(request.user, found)
    moves = sorted(moves_of(found, actions), key=lambda one: one.verb not in USUAL)
    context = {
        "it": found,
        "moves": [
            move_item(found, one) | {"target": State(one.target).label, "consequence": consequence_of(one.verb)}
            for one in moves
        ],
        "page_title": _("Move the request"),
        "cancel_url": request_url(found),
        "no_as_of": True,
    }
    return render(request, "intake/moves/request_moves.html", context)


def page_of(found: Request, verb: str) -> dict[str, Any]:
    """What the page of a move shows."""
    transition = TRANSITIONS[verb]
    told = [str(user or name or email) for user, name, email in addressees(found)] if transition.tells else []
    return {
        "it": found,
        "page_title": transition.label,
        "target": State(transition.target).label,
        "consequence": consequence_of(verb),
        "told": told,
        "danger": verb in ("refuse", "withdraw"),
        "cancel_url": request_url(found),
        "no_as_of": True,
    }


def consequence_of(verb: str) -> str:
    """What the move means, in a sentence; empty where the states say enough."""
    return {
        "refuse": _("It leaves the queue for good. You can open it again later."),
        "withdraw": _("It leaves the queue. The office can open it again later."),
        "postpone": _("It leaves the queue until the day you choose."),
        "ask": _("The clock of the office stops until the requester answers."),
        "ready": _("From then on it can be put on the agenda of a decision meeting."),
        "reopen": _("It comes back to the queue."),
    }.get(verb, "")


# Who may move what

PLACES = {
    "draft": (0, 1),
    "submitted": (1, 1),
    "screening": (2, 1),
    "needs_information": (2, 0),
    "assessment": (3, 1),
    "ready": (4, 1),
    "approved": (5, 1),
    "converted": (6, 1),
    "deferred": (5, 0),
    "rejected": (5, 2),
    "withdrawn": (2, 2),
}
"""Column and line of each state in the drawing."""


def transition_list(request: HttpRequest) -> HttpResponse:
    """Who may move a request from where to where: `intake/transitions.py` as a drawing and a table."""
    lines = [
        {
            "label": one.label,
            "sources": [State(state).label for state in one.sources],
            "target": State(one.target).label,
            "who": [ROLES[role] for role in ROLES if role in roles_with(one.action)],
            "requester": one.action in REQUESTER_MAY,
            "reason": one.reason,
            "tells": one.tells,
        }
        for one in TRANSITIONS.values()
    ]
    arrows: dict[tuple[str, str], list[str]] = {}
    for one in TRANSITIONS.values():
        for source in one.sources if one.verb != "withdraw" else ():
            arrows.setdefault((source, one.target), []).append(str(one.label))
    drawing = state_diagram(
        title=_("The way of a request"),
        subtitle=_("States and moves. Withdrawing, possible from every state before the decision, is left out of the drawing."),
        boxes=[Box(key, str(State(key).label), *place) for key, place in PLACES.items()],
        arrows=[Arrow(source, target, ", ".join(labels)) for (source, target), labels in arrows.items()],
    )
    context = {"lines": lines, "chart": drawing, "page_title": _("Who may move what"), "no_as_of": True}
    return render(request, "intake/moves/transition_list.html", context)
