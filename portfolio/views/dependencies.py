"""Dependencies: the contract on the page of its entry, its moves, other days offered and answered, each side's rating."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.prepared import PreparedObjects
from core.views.editing import answer_button, answer_form
from portfolio.access_entries import ends_seen, entry_for, side_of_offer, sides_of
from portfolio.actions.dependencies import (
    GIVER,
    MAY_MOVE,
    OTHER,
    RECEIVER,
    answer_offer,
    move_dependency,
    offer_date,
    rate_dependency,
    withdraw_offer,
)
from portfolio.actions.raid import entry_url
from portfolio.forms.dependencies import AnswerForm, ContractMoveForm, OfferForm, SideRatingForm
from portfolio.formulas.dependencies import buffer_of, standing_of
from portfolio.models import DateOffer, Entry, Project
from portfolio.models.contracts import contracts_of_project
from portfolio.registers import CONTRACTED, DEPENDENCY, Move
from portfolio.views.raid import PANELS, menu_of, move_item
from portfolio.views.raid_steps import not_now, page_of
from portfolio.wording import days_words, standing_sentence, unseen_project

USUAL = ("agree", "deliver", "accept", "reopen")
"""The moves that take a contract on its way: one of them is the button, the others are in the menu."""
SIDE_WORDS = {GIVER: gettext_lazy("Giver"), RECEIVER: gettext_lazy("Receiver")}


@dataclass(frozen=True)
class Side:
    """One column of the contract: the project (None where it may not be seen), its day, its rating, and whether it is the
    reader's to speak for."""

    key: str
    label: Any
    project: Project | None
    name: str
    day_label: Any
    day: Any
    rag: str
    mine: bool
    rate_url: str


OFFERS = PreparedObjects(
    lambda entry: DateOffer.objects.filter(dependency=entry).select_related("offered_by", "answered_by"), entry=int
)


def panel_of(request: HttpRequest, entry: Entry, actions: frozenset[str]) -> dict[str, Any]:
    """The contract in two columns, other days that were offered, and what this reader may do now. One query."""
    contract = entry.dependency
    sides = sides_of(request.user, contract) if "register.edit" in actions else frozenset()
    seen = ends_seen(request.user, entry.dependency)
    offers = OFFERS(entry=entry.pk)
    moves = moves_for(entry, sides)
    buffer = buffer_of(entry.due_on, contract.delivered_on or contract.committed_on)
    standing = standing_of(
        entry.status,
        needed_on=entry.due_on,
        committed_on=contract.committed_on,
        delivered_on=contract.delivered_on,
        ratings=(contract.giver_rag, contract.receiver_rag),
        on=timezone.localdate(),
    )
    known = move_urls(entry)
    further = [item for item in menu_of(request.user, entry, actions) if item["url"] not in known]
    waiting = next((offer for offer in offers if offer.answer == DateOffer.Answer.OFFERED), None)
    return {
        "contract": contract,
        "contract_sides": [side_of(key, entry, seen, sides) for key in (GIVER, RECEIVER)],
        "buffer": buffer,
        "buffer_words": buffer_words(buffer, delivered=contract.delivered_on is not None),
        "standing": standing,
        "standing_words": standing_sentence(standing),
        "offers": [offer_line(entry, offer, sides) for offer in offers],
        "acts_for_both": len(sides) == len(SIDE_WORDS),
        "may_offer": bool(sides) and entry.status in CONTRACTED and waiting is None,
        "may_rate": entry.is_open,
        "primary": moves[0] if moves and moves[0]["usual"] else None,
        "menu_items": [*(moves[1:] if moves and moves[0]["usual"] else moves), *further],
        "map_url": map_url(contract.receiver if contract.receiver_id in seen else contract.giver),
    }


PANELS["dependency"] = ("portfolio/dependencies/_dependency_panel.html", panel_of)


def map_url(project: Project) -> str:
    """The network around a project."""
    return f"{reverse('portfolio:dependency-map')}?scope={project.reference}"


def side_of(key: str, entry: Entry, seen: set[int], sides: frozenset[str]) -> Side:
    """One column of the contract."""
    contract = entry.dependency
    project = contract.giver if key == GIVER else contract.receiver
    shown = project if project.pk in seen else None
    name = project.title if shown else unseen_project()
    mine, rate_url = key in sides, reverse(f"portfolio:dependency-rate-{key}", args=[entry.reference])
    if key == GIVER:
        words, day, rag = _("Committed for"), contract.committed_on, contract.giver_rag
    else:
        words, day, rag = _("Needed by"), entry.due_on, contract.receiver_rag
    return Side(key, SIDE_WORDS[key], shown, name, words, day, rag, mine, rate_url)


def buffer_words(buffer: int | None, *, delivered: bool) -> str:
    """The buffer as a sentence."""
    if buffer is None:
        return _("No buffer yet: the giver has not committed to a day.")
    if delivered:
        early = _("Delivered %(days)s before it was needed.") if buffer >= 0 else _("Delivered %(days)s after it was needed.")
        return early % {"days": days_words(abs(buffer))}
    if buffer < 0:
        return _("It will come %(days)s too late.") % {"days": days_words(-buffer)}
    return _("%(days)s of buffer") % {"days": days_words(buffer)}


def offer_line(entry: Entry, offer: DateOffer, sides: frozenset[str]) -> dict[str, Any]:
    """One offered day as a line of the conversation, with what this reader may answer."""
    is_open = offer.answer == DateOffer.Answer.OFFERED
    needed = offer.offered_on if offer.side == RECEIVER else entry.due_on
    committed = offer.offered_on if offer.side == GIVER else entry.dependency.committed_on
    return {
        "it": offer,
        "is_open": is_open,
        "side": SIDE_WORDS[DateOffer.Side(offer.side)],
        "buffer": buffer_words(buffer_of(needed, committed), delivered=False) if is_open else "",
        "may_answer": is_open and OTHER[offer.side] in sides,
        "may_withdraw": is_open and offer.side in sides,
    }


def moves_for(entry: Entry, sides: frozenset[str]) -> list[dict[str, Any]]:
    """The moves that somebody of these sides may make now, the usual one first. No queries."""
    moves = [move for move in entry.register.moves_from(entry.status) if MAY_MOVE[move.verb] & sides]
    items = [move_item(entry, move) | {"usual": move.verb in USUAL} for move in moves]
    return sorted(items, key=lambda item: not item["usual"])


def move_urls(entry: Entry) -> set[str]:
    """The addresses of all moves."""
    return {move_item(entry, move)["url"] for move in entry.register.moves}


def dependency_move(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Make one move, on behalf of the side whose it is."""
    move = DEPENDENCY.move(verb)
    assert move is not None, verb
    entry = entry_for(request.user, reference, "register.edit", kind="dependency")
    sides = sides_of(request.user, entry.dependency)
    if not MAY_MOVE[verb] & sides:
        raise PermissionDenied
    if request.method == "GET" and entry.status not in move.sources:
        return not_now(request, entry)
    state = entry.register.state(move.target)
    return answer_form(
        request,
        ContractMoveForm(posted(request), move=move, initial=_initial(entry, move)),
        lambda valid: move_dependency(
            entry, verb, sides=sides, by=request.user, at=timezone.now(), day=valid.cleaned_data.get("day"),
            reason=valid.cleaned_data.get("reason", ""), expected=valid.cleaned_data["expected"],
        ),
        done=entry_url,
        template="portfolio/dependencies/dependency_move.html",
        context=page_of(entry, move.label) | contract_of(request, entry, sides) | {"target": state.label, "submit": move.label},
        said=_("Moved to “%(state)s”.") % {"state": state.label},
    )  # fmt: skip


def _initial(entry: Entry, move: Move) -> dict[str, Any]:
    day = entry.dependency.committed_on or entry.due_on if move.verb == "agree" else timezone.localdate()
    return {"expected": entry.status, "day": day}


def posted(request: HttpRequest) -> Any:
    """What was posted, also where every field was left empty; None for a GET."""
    return request.POST if request.method == "POST" else None


def contract_of(request: HttpRequest, entry: Entry, sides: frozenset[str]) -> dict[str, Any]:
    """The two columns, for pages of one step."""
    seen = ends_seen(request.user, entry.dependency)
    return {
        "contract_sides": [side_of(key, entry, seen, sides) for key in (GIVER, RECEIVER)],
        "acts_for_both": len(sides) == len(SIDE_WORDS),
        "entry": entry,
    }


def dependency_offer(request: HttpRequest, reference: str) -> HttpResponse:
    """Offer the other side another day."""
    entry = entry_for(request.user, reference, "register.edit", kind="dependency")
    sides = sides_of(request.user, entry.dependency)
    if not sides:
        raise PermissionDenied
    words = {GIVER: _("The giver: another commitment"), RECEIVER: _("The receiver: another need")}
    return answer_form(
        request,
        OfferForm(posted(request), sides=[(side, words[side]) for side in (GIVER, RECEIVER) if side in sides]),
        lambda valid: offer_date(
            entry, side=valid.cleaned_data["side"], day=valid.cleaned_data["offered_on"], reason=valid.cleaned_data["reason"],
            sides=sides, by=request.user, at=timezone.now(),
        ),
        done=lambda _made: entry_url(entry),
        template="portfolio/dependencies/dependency_move.html",
        context=page_of(entry, _("Offer another day")) | contract_of(request, entry, sides) | {"submit": _("Offer this day")},
        said=_("The day is offered. Until the other side accepts it, the contract stands as it is."),
    )  # fmt: skip


def dependency_answer(request: HttpRequest, reference: str, pk: int, answer: str) -> HttpResponse:
    """Accept or refuse what the other side offered."""
    accept = answer == "accept"
    entry = entry_for(request.user, reference, "register.edit", kind="dependency")
    offer, sides = side_of_offer(request.user, entry, pk)
    if OTHER[offer.side] not in sides:
        raise PermissionDenied
    title = _("Accept the new day") if accept else _("Refuse the new day")
    return answer_form(
        request,
        AnswerForm(posted(request), needed=not accept),
        lambda valid: answer_offer(
            offer, accept=accept, sides=sides, by=request.user, at=timezone.now(), words=valid.cleaned_data["words"]
        ),
        done=lambda _answered: entry_url(entry),
        template="portfolio/dependencies/dependency_move.html",
        context=page_of(entry, title)
        | contract_of(request, entry, sides)
        | {"submit": title, "offer": offer_line(entry, offer, sides), "own_offer": offer.offered_by_id == request.user.pk},
        said=_("The new day holds.") if accept else _("The offer is refused. The contract stands as it was."),
    )


@require_POST
def dependency_retract(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take an own offer back."""
    entry = entry_for(request.user, reference, "register.edit", kind="dependency")
    offer, sides = side_of_offer(request.user, entry, pk)
    if offer.side not in sides:
        raise PermissionDenied
    return answer_button(
        request,
        lambda: withdraw_offer(offer, sides=sides, by=request.user, at=timezone.now()),
        back=entry_url(entry),
        said=_("The offer is withdrawn."),
    )


def dependency_rate(request: HttpRequest, reference: str, side: str) -> HttpResponse:
    """One side's rating of the contract."""
    entry = entry_for(request.user, reference, "register.edit", kind="dependency")
    sides = sides_of(request.user, entry.dependency)
    if side not in sides:
        raise PermissionDenied
    title = _("How the giver sees it") if side == GIVER else _("How the receiver sees it")
    initial = {"rag": getattr(entry.dependency, f"{side}_rag")}
    return answer_form(
        request,
        SideRatingForm(posted(request), initial=initial),
        lambda valid: rate_dependency(entry, side=side, rag=valid.cleaned_data["rag"], sides=sides),
        done=entry_url,
        template="portfolio/dependencies/dependency_move.html",
        context=page_of(entry, title) | contract_of(request, entry, sides) | {"submit": _("Save the rating")},
        said=_("The rating is saved."),
    )


# What a project gives and gets


def contracts_of(user: Any, project: Project, *, ended: bool = False) -> dict[str, list[dict[str, Any]]]:
    """What a project gives to others and gets from them, as its page lists it: `gives` and `gets`, each a list of lines with
    `contract`, `url`, `other` (the other project's name, `other_url` where it may be seen), `tone`, `words`. One query."""
    contracts, parties = contracts_of_project(user, project.pk, ended=ended)
    found: dict[str, list[dict[str, Any]]] = {"gives": [], "gets": []}
    today = timezone.localdate()
    for contract in sorted(contracts, key=lambda one: (one.needed_on is None, one.needed_on, one.pk)):
        gives = contract.giver == project.pk
        other = parties.get(contract.receiver if gives else contract.giver)
        standing = contract.standing(today)
        found["gives" if gives else "gets"].append(
            {
                "contract": contract,
                "url": reverse("portfolio:dependency-detail", args=[contract.reference]),
                "other": other.title if other else unseen_project(),
                "other_url": reverse("portfolio:project-detail", args=[other.reference]) if other else "",
                "tone": standing.tone,
                "words": standing_sentence(standing),
            }
        )
    return found


MOST_LISTED = 8


def contract_columns(user: Any, project: Project) -> list[dict[str, Any]]:
    """What a project gives and gets, as two columns: the most urgent open contracts of each, and how many more. One query."""
    found = contracts_of(user, project)
    return [
        {"title": title, "other": other, "none": none, "lines": found[key][:MOST_LISTED], "more": len(found[key][MOST_LISTED:])}
        for key, title, other, none in (
            ("gives", _("Gives"), _("To"), _("Gives nothing to other projects.")),
            ("gets", _("Gets"), _("From"), _("Gets nothing from other projects.")),
        )
    ]
