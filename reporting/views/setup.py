"""Setting up an empty installation: what an office does first, and what of it is done."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import may
from accounts.models import OrganisationUnit, User
from intake.models import RequestType
from portfolio.access import may_create_project
from portfolio.models import Project, ReportingCalendar
from reporting.models import ReportSchedule


@dataclass(frozen=True)
class Step:
    """One thing to set up. `action`: held everywhere by whoever can do it."""

    key: str
    title: Any
    text: Any
    verb: Any
    url_name: str
    action: str


STEPS = (
    Step(
        "people",
        _("Invite people"),
        _(
            "Everybody gets a mail with a link to choose a password. Managers and sponsors get their rights from their projects."
        ),
        _("Invite a person"),
        "accounts:user-create",
        "user.manage",
    ),
    Step(
        "units",
        _("Add your organisation’s units"),
        _("Departments, divisions or teams: to filter and total by them, and to give roles on a part of the organisation."),
        _("Add a unit"),
        "accounts:unit-create",
        "unit.manage",
    ),
    Step(
        "projects",
        _("Load your projects"),
        _("From the spreadsheet they live in today. You see what every row will do before anything is written."),
        _("Import a file"),
        "core:import-list",
        "import.run",
    ),
    Step(
        "calendars",
        _("Say how often projects report"),
        _("A reporting calendar opens the status updates and reminds managers. Without one, nobody is asked."),
        _("Add a calendar"),
        "portfolio:calendar-create",
        "calendar.manage",
    ),
    Step(
        "schedules",
        _("Schedule the first report"),
        _("The status pack as a PDF, by mail, to whom and when you say."),
        _("Schedule a report"),
        "reporting:schedule-create",
        "report.manage",
    ),
    Step(
        "types",
        _("Open the door for requests"),
        _("A request type holds the questions that people answer when they ask for a project."),
        _("Add a request type"),
        "intake:type-create",
        "intake.manage",
    ),
)


@require_safe
def setup_steps(request: HttpRequest) -> HttpResponse:
    """The steps with what is done, as a fragment; nothing for those who do not set up, and nothing once all is done. One query."""
    user = request.user
    if not may_create_project(user):
        return HttpResponse("")
    there = {
        "people": User.objects.filter(is_active=True).exclude(pk=user.pk),
        "units": OrganisationUnit.objects.all(),
        "projects": Project.objects.all(),
        "calendars": ReportingCalendar.objects.all(),
        "schedules": ReportSchedule.objects.all(),
        "types": RequestType.objects.all(),
    }
    done: dict[str, bool] = User.objects.values(**{f"has_{key}": Exists(rows.order_by()) for key, rows in there.items()}).get(
        pk=user.pk
    )
    steps = [
        {
            "title": step.title,
            "text": step.text,
            "verb": step.verb,
            "done": done[f"has_{step.key}"],
            "url": reverse(step.url_name) if may(user, step.action) else "",
        }
        for step in STEPS
    ]
    if all(step["done"] for step in steps):
        return HttpResponse("")
    number = sum(step["done"] for step in steps)
    return render(request, "reporting/mywork/_setup.html", {"steps": steps, "done": number, "all": len(steps)})
