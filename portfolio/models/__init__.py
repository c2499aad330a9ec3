"""Tables of the portfolio, by topic. Import from here: `from portfolio.models import Project`."""

from portfolio.models.access import Membership
from portfolio.models.calendars import ReportingCalendar, ReportingPeriod, StatusDuty, StatusReminder, StatusSeries
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
    "AssuranceRating",
    "CustomField",
    "ExternalIdentifier",
    "HealthThreshold",
    "Membership",
    "Milestone",
    "Objective",
    "Portfolio",
    "Programme",
    "Project",
    "ProjectObjective",
    "ReportingCalendar",
    "ReportingPeriod",
    "StatusDecision",
    "StatusDuty",
    "StatusReminder",
    "StatusSeries",
    "StatusUpdate",
    "TrendPoint",
]
