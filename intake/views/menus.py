"""What the page of a request offers: the usual next step as its button, everything else in its menu."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from intake.actions.requests import editable_in
from intake.models import Request
from intake.models.requests import ENDED, State
from intake.transitions import Transition, transitions_from

# Moves that have a page of their own: the questions of the form, the answer, the decision, the conversion.
OWN_PAGES = {
    "submit": "intake:request-submit",
    "answer": "intake:request-answer",
    "approve": "intake:request-decide",
    "defer": "intake:request-decide",
    "reject": "intake:request-decide",
    "convert": "intake:request-convert",
}
# The usual way; every other move of a state is in the menu.
USUAL = {"screen", "assess", "ready", "resume", "reopen"}
ICONS = {
    "screen": "search",
    "ask": "message-circle-question-mark",
    "resume": "rotate-ccw",
    "assess": "scale",
    "rescreen": "undo-2",
    "ready": "check",
    "reassess": "undo-2",
    "refuse": "circle-x",
    "postpone": "calendar-clock",
    "withdraw": "archive",
    "reopen": "rotate-ccw",
}


def moves_of(it: Request, actions: frozenset[str]) -> list[Transition]:
    """The moves that this reader may make now on the page for moves."""
    return [one for one in transitions_from(it.state) if one.verb not in OWN_PAGES and one.action in actions]


def move_item(it: Request, one: Transition) -> dict[str, Any]:
    """A move as a line of the menu or as the button."""
    url = reverse("intake:request-move", args=[it.reference, one.verb])
    return {"label": one.label, "url": url, "icon": ICONS.get(one.verb, "arrow-right")}


def offers_of(it: Request, actions: frozenset[str], *, follows: bool | None = None) -> dict[str, Any]:
    """`primary` and `menu_items` of templates/intake/requests/request_base.html. `follows`: whether the reader does; None
    where they cannot choose. No queries."""
    moves = moves_of(it, actions)
    usual = next((one for one in moves if one.verb in USUAL), None)
    items = [move_item(it, one) for one in moves if one is not usual]

    def add(action: str, label: str, name: str, icon: str) -> None:
        if action in actions:
            items.append({"label": label, "url": reverse(name, args=[it.reference]), "icon": icon})

    if it.merged_into_id:
        usual, items = None, []
        add("request.triage", _("Undo the merge"), "intake:request-unmerge", "undo-2")
    if it.state not in (*ENDED, State.DRAFT):
        add("request.triage", _("Assign an owner"), "intake:request-assign", "user-check")
        add("request.triage", _("Objectives"), "intake:request-objectives", "target")
        add("request.triage", _("Merge with another"), "intake:request-merge", "merge")
        add("request.triage", _("Split into parts"), "intake:request-split", "split")
    primary = move_item(it, usual) if usual else None
    if it.state == State.READY and "request.decide" in actions:
        primary = {"label": _("Decide"), "url": reverse("intake:request-decide", args=[it.reference]), "icon": "gavel"}
    if it.state == State.APPROVED and "request.convert" in actions:
        url = reverse("intake:request-convert", args=[it.reference])
        primary = {"label": _("Make it a project"), "url": url, "icon": "folder-plus"}
    if it.state == State.NEEDS_INFORMATION and "request.triage" not in actions and "request.answer" in actions:
        url = reverse("intake:request-answer", args=[it.reference])
        primary = {"label": _("Answer the questions"), "url": url, "icon": "reply"}
    if it.state in editable_in(actions):
        url = reverse("intake:request-resume", args=[it.reference])
        if it.state == State.DRAFT:
            primary = {"label": _("Go on writing"), "url": url, "icon": "pencil"}
        else:
            items.insert(0, {"label": _("Edit"), "url": url, "icon": "pencil"})
    if follows is not None and it.state != State.DRAFT and not it.merged_into_id:
        url = reverse("intake:request-follow", args=[it.reference])
        if follows:
            items.append({"label": _("Stop following"), "url": f"{url}?stop=1", "icon": "bell-off", "method": "post"})
        else:
            items.append({"label": _("Follow"), "url": url, "icon": "bell", "method": "post"})
    if it.state != State.DRAFT and "request.answer" in actions:
        items.append(
            {"label": _("Tracking page"), "url": reverse("intake:request-track", args=[it.tracking_key]), "icon": "route"}
        )
    return {"primary": primary, "menu_items": items}
