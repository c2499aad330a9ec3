"""Tables of intake, by topic. Import from here: `from intake.models import Request`."""

from intake.models.assessments import Assessment, ModeratedScore, RequestScore, Reviewer, ReviewScore
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
from intake.models.scoring import Criterion, CriterionGroup, ScoringModel, ScoringModelVersion
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
from intake.models.weighting import Judge, Judgement, WeightingRound

__all__ = [
    "AgendaItem",
    "ApprovedCase",
    "Assessment",
    "BusinessCase",
    "CaseAmount",
    "CaseEffort",
    "CaseLine",
    "CaseOption",
    "CaseRate",
    "Charter",
    "Condition",
    "Conversion",
    "Criterion",
    "CriterionGroup",
    "Decision",
    "DecisionMeeting",
    "FormVersion",
    "Judge",
    "Judgement",
    "MeetingMember",
    "ModeratedScore",
    "OpeningRisk",
    "ProjectTemplate",
    "RankedEntry",
    "Request",
    "RequestMove",
    "RequestObjective",
    "RequestParty",
    "RequestQuestion",
    "RequestScore",
    "RequestType",
    "ReviewScore",
    "Reviewer",
    "ScoringModel",
    "ScoringModelVersion",
    "SelectionRound",
    "TieringVersion",
    "Vote",
    "WeightingRound",
]
