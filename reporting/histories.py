"""Whose recorded changes are told where: what an office sets up, its rounds, meetings and schedules, and people.

Projects, entries, requests, their types and models tell their history on their own pages (portfolio/trail.py, intake/trail.py).
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.models import OrganisationUnit, RoleGrant, User
from intake.models import (
    AgendaItem,
    DecisionMeeting,
    MeetingMember,
    ProjectTemplate,
    RankedEntry,
    Request,
    SelectionRound,
    TieringVersion,
)
from portfolio.models import ApprovalRoute, Category, HealthThreshold, ReportingCalendar, RiskScale
from reporting.access import schedule_for
from reporting.models import ReportRecipient, ReportSchedule

Rows = list[tuple[Any, dict[str, Any]]]


@dataclass(frozen=True)
class Noun:
    """One kind of thing. `page`: the address of one of them, "" where they have none. `parts`: further tables, each with the field
    that holds the thing's key. `whole`: all of them have a common history, of which those that were removed are a part."""

    model: type[Model]
    title: Any
    action: str
    all_page: str
    page: str = ""
    parts: tuple[tuple[Any, str], ...] = ()
    whole: bool = True


NOUNS = {
    "calendars": Noun(
        ReportingCalendar, _("Reporting calendars"), "setup.view", "portfolio:calendar-list", "portfolio:calendar-edit"
    ),
    "thresholds": Noun(HealthThreshold, _("Health thresholds"), "setup.view", "portfolio:threshold-list"),
    "scales": Noun(RiskScale, _("Risk scales"), "setup.view", "portfolio:scale-edit"),
    "categories": Noun(Category, _("Risk categories"), "setup.view", "portfolio:category-list", "portfolio:category-edit"),
    "routes": Noun(ApprovalRoute, _("Approval routes"), "setup.view", "portfolio:route-list", "portfolio:route-edit"),
    "templates": Noun(ProjectTemplate, _("Project templates"), "setup.view", "intake:template-list", "intake:template-edit"),
    "tiering": Noun(TieringVersion, _("Tiering questionnaire"), "request.view", "intake:tiering-detail"),
    "units": Noun(OrganisationUnit, _("Organisation"), "access.view", "accounts:unit-list"),
    "people": Noun(
        User,
        _("People"),
        "access.view",
        "accounts:user-list",
        "accounts:user-detail",
        parts=((RoleGrant, "user_id"),),
        whole=False,
    ),
    "schedules": Noun(
        ReportSchedule,
        _("Report schedules"),
        "report.view",
        "reporting:schedule-list",
        "reporting:schedule-detail",
        parts=((ReportRecipient, "schedule_id"),),
        whole=False,
    ),
    "rounds": Noun(
        SelectionRound,
        _("Selection"),
        "request.view",
        "intake:round-list",
        "intake:round-detail",
        parts=((RankedEntry, "round_id"),),
        whole=False,
    ),
    "meetings": Noun(
        DecisionMeeting,
        _("Decision meetings"),
        "request.view",
        "intake:meeting-list",
        "intake:meeting-detail",
        parts=((MeetingMember, "meeting_id"), (AgendaItem, "meeting_id")),
        whole=False,
    ),
}
OF_REQUESTS = (RankedEntry, AgendaItem)
"""Parts that name a request: told of those that the reader sees."""


def noun_for(user: Any, key: str, *, whole: bool = False) -> Noun:
    """A kind of thing: 404 for one that there is not, 403 for those who may not read it."""
    noun = NOUNS.get(key)
    if noun is None or (whole and not noun.whole):
        raise Http404
    require(user, noun.action)
    return noun


def thing_for(user: Any, noun: Noun, pk: int) -> Any:
    """One of them: 404 where it is not there or not for the reader to see."""
    return schedule_for(user, pk) if noun.model is ReportSchedule else get_object_or_404(noun.model, pk=pk)


def trail_of_thing(user: Any, noun: Noun, it: Any) -> Rows:
    """The rows of its history, as `core.history.history_of` takes them."""
    rows: Rows = [(noun.model, {"pgh_obj_id": it.pk})]
    for model, field in noun.parts:
        picked: dict[str, Any] = {field: it.pk}
        if model in OF_REQUESTS:
            picked["request__in"] = Request.objects.visible_to(user).values("pk")
        rows.append((model, picked))
    return rows


def page_of_thing(noun: Noun, it: Any = None) -> str:
    """Where it is read; of all of them without `it`."""
    return reverse(noun.page, args=[it.pk]) if it is not None and noun.page else reverse(noun.all_page)
