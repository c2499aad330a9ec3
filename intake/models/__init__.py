"""Tables of intake, by topic. Import from here: `from intake.models import Request`."""

from intake.models.cases import (
    ApprovedCase,
    BusinessCase,
    CaseAmount,
    CaseEffort,
    CaseLine,
    CaseOption,
    CaseRate,
)
from intake.models.conversion import (
    Charter,
    Conversion,
    OpeningRisk,
    ProjectTemplate,
    TieringVersion,
)
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
    "ApprovedCase",
    "BusinessCase",
    "CaseAmount",
    "CaseEffort",
    "CaseLine",
    "CaseOption",
    "CaseRate",
    "Charter",
    "Condition",
    "Conversion",
    "Decision",
    "DecisionMeeting",
    "FormVersion",
    "MeetingMember",
    "OpeningRisk",
    "ProjectTemplate",
    "RankedEntry",
    "Request",
    "RequestMove",
    "RequestObjective",
    "RequestParty",
    "RequestQuestion",
    "RequestType",
    "SelectionRound",
    "TieringVersion",
    "Vote",
]
