"""Tables of intake, by topic. Import from here: `from intake.models import Request`."""

from intake.models.requests import (
    FormVersion,
    Request,
    RequestMove,
    RequestObjective,
    RequestParty,
    RequestQuestion,
    RequestType,
)
from intake.models.selection import (
    AgendaItem,
    Condition,
    Decision,
    DecisionMeeting,
    MeetingMember,
    RankedEntry,
    SelectionRound,
    Vote,
)

__all__ = [
    "AgendaItem",
    "Condition",
    "Decision",
    "DecisionMeeting",
    "FormVersion",
    "MeetingMember",
    "RankedEntry",
    "Request",
    "RequestMove",
    "RequestObjective",
    "RequestParty",
    "RequestQuestion",
    "RequestType",
    "SelectionRound",
    "Vote",
]
