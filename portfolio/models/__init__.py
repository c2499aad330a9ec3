"""Tables of the portfolio, by topic. Import from here: `from portfolio.models import Project`."""

from portfolio.models.access import Membership
from portfolio.models.calendars import ReportingCalendar, ReportingPeriod, StatusDuty, StatusReminder, StatusSeries
from portfolio.models.changes import ApprovalDelegation, ApprovalRoute, ChangeRequest, ChangeVote
from portfolio.models.dependencies import DateOffer, Dependency
from portfolio.models.raid import (
    Action,
    Assumption,
    Category,
    Decision,
    Entry,
    EntryLink,
    EntryReminder,
    EntryWatcher,
    Escalation,
    Issue,
)
from portfolio.models.risks import Risk, RiskReading, RiskScale, SharedImpact, Simulation
from portfolio.models.schedule import Milestone
from portfolio.models.status import DIMENSIONS, AssuranceRating, HealthThreshold, StatusDecision, StatusUpdate, TrendPoint
from portfolio.models.structure import (
    CustomField,
    ExternalIdentifier,
    Objective,
    Portfolio,
    Programme,
    Project,
    ProjectObjective,
)

__all__ = [
    "DIMENSIONS",
    "Action",
    "ApprovalDelegation",
    "ApprovalRoute",
    "Assumption",
    "AssuranceRating",
    "Category",
    "ChangeRequest",
    "ChangeVote",
    "CustomField",
    "DateOffer",
    "Decision",
    "Dependency",
    "Entry",
    "EntryLink",
    "EntryReminder",
    "EntryWatcher",
    "Escalation",
    "ExternalIdentifier",
    "HealthThreshold",
    "Issue",
    "Membership",
    "Milestone",
    "Objective",
    "Portfolio",
    "Programme",
    "Project",
    "ProjectObjective",
    "ReportingCalendar",
    "ReportingPeriod",
    "Risk",
    "RiskReading",
    "RiskScale",
    "SharedImpact",
    "Simulation",
    "StatusDecision",
    "StatusDuty",
    "StatusReminder",
    "StatusSeries",
    "StatusUpdate",
    "TrendPoint",
]
