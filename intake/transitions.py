"""Who may move a request from where to where: plain data, shown to readers as it stands here.

A transition is allowed to those who hold `action` on the request (`intake/access.py:request_actions`).
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

# What a requester may do with their own request, whatever their roles.
REQUESTER_MAY = frozenset({"request.view", "request.edit", "request.withdraw", "request.answer", "history.view"})
# What everybody who stands on a request (owner, sponsor, reviewer, follower) may do.
SEEN_BY_PARTIES = frozenset({"request.view", "history.view"})
# What an auditor may do: read.
READS = SEEN_BY_PARTIES | {"queue.view"}


@dataclass(frozen=True)
class Transition:
    """One move. `reason`: it must be given in words. `tells`: requester and followers get mail about it."""

    verb: str
    sources: tuple[str, ...]
    target: str
    action: str
    label: Any
    reason: bool = True
    tells: bool = True


UNDECIDED = ("submitted", "screening", "needs_information", "assessment", "ready")

TRANSITIONS: dict[str, Transition] = {
    transition.verb: transition
    for transition in [
        Transition("submit", ("draft",), "submitted", "request.edit", _("Submit"), reason=False),
        Transition("screen", ("submitted",), "screening", "request.triage", _("Start screening"), reason=False),
        Transition("ask", ("screening", "assessment"), "needs_information", "request.triage", _("Ask the requester")),
        Transition("answer", ("needs_information",), "screening", "request.answer", _("Answer"), reason=False, tells=False),
        Transition("resume", ("needs_information", "deferred"), "screening", "request.triage", _("Back to screening")),
        Transition("assess", ("screening",), "assessment", "request.triage", _("Start assessment"), reason=False),
        Transition("rescreen", ("assessment",), "screening", "request.triage", _("Back to screening")),
        Transition("ready", ("assessment",), "ready", "request.triage", _("Ready for decision"), reason=False),
        Transition("reassess", ("ready",), "assessment", "request.triage", _("Back to assessment")),
        Transition("approve", ("ready",), "approved", "request.decide", _("Approve")),
        Transition("defer", ("ready",), "deferred", "request.decide", _("Defer")),
        Transition("reject", ("ready",), "rejected", "request.decide", _("Reject")),
        Transition("refuse", ("submitted", "screening", "assessment"), "rejected", "request.triage", _("Reject")),
        Transition("postpone", ("screening", "assessment"), "deferred", "request.triage", _("Defer")),
        Transition("withdraw", ("draft", *UNDECIDED, "deferred"), "withdrawn", "request.withdraw", _("Withdraw")),
        Transition("reopen", ("rejected", "withdrawn"), "screening", "request.triage", _("Open again")),
        Transition("convert", ("approved",), "converted", "request.convert", _("Make it a project"), reason=False),
    ]
}

NEXT_NEEDS = {
    "draft": "submitted",
    "submitted": "assessment",
    "screening": "assessment",
    "needs_information": "assessment",
    "assessment": "ready",
}
"""The state for which answers must be there next."""


def transitions_from(state: str) -> list[Transition]:
    """The moves that lead out of a state."""
    return [transition for transition in TRANSITIONS.values() if state in transition.sources]
