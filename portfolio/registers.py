"""The registers as plain data: what each kind of entry is called, its states, who may be moved where, what may become what.

One shape for all of them (docs/adr/0011-registers.md): pages, API, import and reports read this table instead of asking
"is it a risk?". Moves are allowed to those who hold `register.edit` on the entry, unless the move names another action.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class State:
    """Where an entry stands. `tone` is how it is drawn: a RAG value, "" for plain. An entry that is not open is history."""

    key: str
    label: Any
    is_open: bool = True
    tone: str = ""


@dataclass(frozen=True)
class Move:
    """One way from state to state. `reason`: it must be given in words, and is kept as the entry's outcome when it closes."""

    verb: str
    sources: tuple[str, ...]
    target: str
    label: Any
    reason: bool = False
    action: str = "register.edit"
    icon: str = "arrow-right"
    own_page: bool = False
    """The kind's own page does it, because it asks for more than a reason."""


@dataclass(frozen=True)
class Kind:
    """One register. `due` is what `due_on` is called in it."""

    key: str
    prefix: str
    noun: Any
    plural: Any
    icon: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    becomes: tuple[str, ...] = ()
    """The kinds that one click makes of an entry, linked "became"."""
    due: Any = ""
    empty: Any = ""
    further: tuple[str, ...] = ()
    """Text fields of the kind's own table that search reads."""

    @property
    def path(self) -> str:
        """The register's name in addresses."""
        return PATHS[self.key]

    @property
    def first(self) -> str:
        """The state of a new entry."""
        return self.states[0].key

    def state(self, key: str) -> State:
        """The state of this key. Raises KeyError for an unknown one."""
        for state in self.states:
            if state.key == key:
                return state
        raise KeyError(f"{self.key} has no state {key!r}")

    def has(self, key: str) -> bool:
        """Whether the register knows the state."""
        return any(state.key == key for state in self.states)

    def move(self, verb: str) -> Move | None:
        """The move of this name."""
        return next((move for move in self.moves if move.verb == verb), None)

    def moves_from(self, state: str) -> list[Move]:
        """The moves that lead out of a state."""
        return [move for move in self.moves if state in move.sources]


RISK = Kind(
    "risk", "RSK", _("risk"), _("Risks"), "triangle-alert",
    (
        State("open", _("Open")),
        State("treating", _("In treatment")),
        State("accepted", _("Accepted as it is")),
        State("happened", _("Happened"), is_open=False),
        State("closed", _("Closed"), is_open=False),
    ),
    (
        Move("treat", ("open", "accepted"), "treating", _("Start treatment"), icon="shield"),
        Move("tolerate", ("open", "treating"), "accepted", _("Accept as it is"), reason=True, icon="check"),
        Move("happen", ("open", "treating", "accepted"), "happened", _("It happened"), reason=True, icon="zap", own_page=True),
        Move("close", ("open", "treating", "accepted"), "closed", _("Close"), reason=True, icon="x", own_page=True),
        Move("reopen", ("happened", "closed"), "open", _("Open again"), reason=True, icon="rotate-ccw"),
    ),
    becomes=("issue", "assumption", "action", "decision", "change"),
    due=_("Response due"),
    empty=_("What may go wrong, or better than planned, and what is done about it."),
    further=("cause", "effect"),
)  # fmt: skip

ISSUE = Kind(
    "issue", "ISS", _("issue"), _("Issues"), "octagon-alert",
    (
        State("open", _("Open")),
        State("in_progress", _("In progress")),
        State("resolved", _("Resolved"), is_open=False, tone="blue"),
        State("closed", _("Closed without resolution"), is_open=False),
    ),
    (
        Move("start", ("open",), "in_progress", _("Start work"), icon="play"),
        Move("resolve", ("open", "in_progress"), "resolved", _("Resolve"), reason=True, icon="check"),
        Move("close", ("open", "in_progress"), "closed", _("Close without resolution"), reason=True, icon="x"),
        Move("reopen", ("resolved", "closed"), "open", _("Open again"), reason=True, icon="rotate-ccw"),
    ),
    becomes=("decision", "action", "change", "risk"),
    due=_("Resolve by"),
    empty=_("What has happened that the plan did not foresee, and who sorts it out."),
    further=("impact",),
)  # fmt: skip

ASSUMPTION = Kind(
    "assumption", "ASM", _("assumption"), _("Assumptions"), "circle-question-mark",
    (
        State("open", _("To be validated")),
        State("confirmed", _("Confirmed"), is_open=False, tone="green"),
        State("false", _("Proven false"), is_open=False, tone="red"),
        State("dropped", _("Not needed any more"), is_open=False),
    ),
    (
        Move("confirm", ("open",), "confirmed", _("Confirm"), reason=True, icon="check"),
        Move("refute", ("open",), "false", _("Proven false"), reason=True, icon="x"),
        Move("drop", ("open",), "dropped", _("Not needed any more"), reason=True, icon="archive"),
        Move("reopen", ("confirmed", "false", "dropped"), "open", _("Validate again"), reason=True, icon="rotate-ccw"),
    ),
    becomes=("risk", "issue", "action", "decision"),
    due=_("Validate by"),
    empty=_("What the plan takes for granted, by when it is checked, and what follows if it is wrong."),
    further=("consequence",),
)  # fmt: skip

DECISION = Kind(
    "decision", "DEC", _("decision"), _("Decisions"), "gavel",
    (
        State("needed", _("Needed"), tone="amber"),
        State("decided", _("Decided"), is_open=False, tone="green"),
        State("superseded", _("Superseded"), is_open=False),
        State("dropped", _("Not needed any more"), is_open=False),
    ),
    (
        Move("decide", ("needed",), "decided", _("Record the decision"), icon="gavel", own_page=True),
        Move("supersede", ("decided",), "superseded", _("Supersede"), reason=True, icon="replace"),
        Move("drop", ("needed",), "dropped", _("Not needed any more"), reason=True, icon="archive"),
        Move("reopen", ("decided", "superseded", "dropped"), "needed", _("Decide again"), reason=True, icon="rotate-ccw"),
    ),
    becomes=("action", "change", "risk", "issue"),
    due=_("Decide by"),
    empty=_("What was decided, by whom, why, and what else was considered."),
    further=("rationale", "chosen"),
)  # fmt: skip

ACTION = Kind(
    "action", "ACT", _("action"), _("Actions"), "circle-check-big",
    (
        State("open", _("Open")),
        State("in_progress", _("In progress")),
        State("done", _("Done"), is_open=False, tone="green"),
        State("cancelled", _("Cancelled"), is_open=False),
    ),
    (
        Move("start", ("open",), "in_progress", _("Start"), icon="play"),
        Move("finish", ("open", "in_progress"), "done", _("Done"), icon="check"),
        Move("cancel", ("open", "in_progress"), "cancelled", _("Cancel"), reason=True, icon="x"),
        Move("reopen", ("done", "cancelled"), "open", _("Open again"), reason=True, icon="rotate-ccw"),
    ),
    becomes=("issue", "risk", "decision", "change"),
    due=_("Due"),
    empty=_("What somebody has to do by a day, whatever it came from."),
)  # fmt: skip

DEPENDENCY = Kind(
    "dependency", "DEP", _("dependency"), _("Dependencies"), "git-pull-request-arrow",
    (
        State("proposed", _("Proposed")),
        State("agreed", _("Agreed"), tone="green"),
        State("at_risk", _("At risk"), tone="amber"),
        State("delivered", _("Delivered"), tone="blue"),
        State("accepted", _("Accepted"), is_open=False, tone="blue"),
        State("broken", _("Broken"), tone="red"),
        State("withdrawn", _("Withdrawn"), is_open=False),
    ),
    (
        Move("agree", ("proposed", "broken"), "agreed", _("Agree"), icon="handshake", own_page=True),
        Move("endanger", ("agreed",), "at_risk", _("At risk"), reason=True, icon="triangle-alert", own_page=True),
        Move("restore", ("at_risk",), "agreed", _("Back on track"), reason=True, icon="rotate-ccw", own_page=True),
        Move("deliver", ("agreed", "at_risk"), "delivered", _("Delivered"), icon="package-check", own_page=True),
        Move("accept", ("delivered",), "accepted", _("Accept the delivery"), icon="check", own_page=True),
        Move("return", ("delivered",), "at_risk", _("Not as agreed"), reason=True, icon="undo-2", own_page=True),
        Move("break", ("proposed", "agreed", "at_risk"), "broken", _("Broken"), reason=True, icon="unlink", own_page=True),
        Move("withdraw", ("proposed", "agreed", "at_risk", "broken"), "withdrawn", _("Not needed any more"), reason=True, icon="archive", own_page=True),
        Move("reopen", ("accepted", "withdrawn"), "proposed", _("Propose again"), reason=True, icon="rotate-ccw", own_page=True),
    ),
    becomes=("risk", "issue", "action", "decision"),
    due=_("Needed by"),
    empty=_("What one project gives and another one gets: what exactly, by when, and how it is accepted."),
    further=("acceptance",),
)  # fmt: skip

CHANGE = Kind(
    "change", "CHG", _("change request"), _("Change requests"), "git-compare-arrows",
    (
        State("draft", _("Draft")),
        State("submitted", _("Waiting for approval"), tone="amber"),
        State("approved", _("Approved"), tone="green"),
        State("implemented", _("Implemented"), is_open=False, tone="blue"),
        State("rejected", _("Rejected"), is_open=False, tone="red"),
        State("withdrawn", _("Withdrawn"), is_open=False),
    ),
    (
        Move("submit", ("draft",), "submitted", _("Submit for approval"), icon="send", own_page=True),
        Move("approve", ("submitted",), "approved", _("Approve"), action="change.decide", icon="check", own_page=True),
        Move("reject", ("submitted",), "rejected", _("Reject"), action="change.decide", icon="x", own_page=True),
        Move("recall", ("submitted",), "draft", _("Back to draft"), reason=True, icon="undo-2"),
        Move("implement", ("approved",), "implemented", _("Implemented"), reason=True, icon="package-check"),
        Move("withdraw", ("draft", "submitted"), "withdrawn", _("Withdraw"), reason=True, icon="archive"),
        Move("reopen", ("rejected", "withdrawn"), "draft", _("Draft again"), reason=True, icon="rotate-ccw"),
    ),
    becomes=("action", "decision", "risk", "issue"),
    due=_("Decide by"),
    empty=_("What is to be changed in scope, cost or dates, and who approves it."),
    further=("reason", "scope_impact", "quality_impact", "risk_impact"),
)  # fmt: skip

KINDS: dict[str, Kind] = {kind.key: kind for kind in (RISK, ISSUE, ASSUMPTION, DECISION, ACTION, DEPENDENCY, CHANGE)}

# What the registers are called in addresses, of pages and API, and by imports.
PATHS = {
    "risk": "risks",
    "issue": "issues",
    "assumption": "assumptions",
    "decision": "decisions",
    "action": "actions",
    "dependency": "dependencies",
    "change": "changes",
}

STATES = list({state.key: (state.key, state.label) for kind in KINDS.values() for state in kind.states}.values())
"""Every state's key of any register, for the column's choices; what it is called in one register says `Kind.state`."""

MEANINGS: dict[str, tuple[Any, Any]] = {
    "causes": (_("Causes"), _("Is caused by")),
    "mitigates": (_("Mitigates"), _("Is mitigated by")),
    "duplicates": (_("Duplicates"), _("Is duplicated by")),
    "blocks": (_("Blocks"), _("Is blocked by")),
    "became": (_("Became"), _("Came from")),
    "relates": (_("Belongs with"), _("Belongs with")),
}
"""What a link says, read from its source and from its target."""

ESCALATES = ("risk", "issue", "decision", "assumption")
"""Registers whose entries are offered to a programme or portfolio above, where they cannot be dealt with where they are."""
CONTRACTED = ("agreed", "at_risk")
"""The states of a dependency in which both sides hold each other to their days."""
RESPONSE_FIELDS = ("strategy", "cost", "probability_effect", "impact_effect")
"""Of an action about a risk: any of them makes it a response, whose effect is in the risk's exposure."""
THREAT_STRATEGIES = {"avoid": _("Avoid"), "transfer": _("Transfer or share"), "reduce": _("Reduce"), "accept": _("Accept")}
OPPORTUNITY_STRATEGIES = {"exploit": _("Exploit"), "enhance": _("Enhance"), "share": _("Share"), "accept": _("Accept")}
