"""Load the demonstration into an empty database, all or nothing."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from core.errors import ActionError
from core.history import recorded
from portfolio.actions.calendars import create_calendar
from portfolio.actions.health import gather
from portfolio.actions.status import FIELDS, RATINGS, last_published, prefilled, save_draft, submit_update
from portfolio.models import HealthThreshold, Portfolio, Project, ReportingCalendar, ReportingPeriod, StatusSeries
from portfolio.models.calendars import Cadence
from reporting.actions.schedules import Recipients, create_schedule
from reporting.demo.cases import convert_some
from reporting.demo.intake import load_requests
from reporting.demo.months import tell_months
from reporting.demo.people import People, make_people
from reporting.demo.portfolio import arrange
from reporting.demo.registers import load_registers
from reporting.demo.scoring import load_scoring
from reporting.demo.selection import load_selection
from reporting.models import Kind, RecipientRole, Report, ReportSchedule

DATA = Path(__file__).parent
FILES = ("gmpp_2022_23.csv", "gmpp_2023_24.csv")
MONTHS_TOLD = 3


def load(*, at: datetime, say: Callable[[str], None]) -> None:
    """Everything, in one transaction. Raises ActionError when the database holds projects already."""
    with transaction.atomic():
        if Project.objects.exists():
            raise ActionError("There are projects here already; the demonstration goes into an empty database only.")
        say("People in every role")
        people = make_people()
        for name in FILES:  # outside `recorded`: the import names its own actions and knows its rows by them
            say(f"Importing {name}")
            call_command(
                "import_portfolio",
                DATA / name,
                mapping="GMPP",
                system="GMPP",
                user=people.analyst.email,
                stdout=io.StringIO(),
            )
        with recorded("reporting.demo.loaded", job="load_demo"):
            live = _dress(people, at, say)
        say("Registers")
        load_registers(live, people, at)  # its story is told by actions that name themselves
        say("A report due within two minutes")
        with recorded("reporting.demo.loaded", job="load_demo"):
            _schedule(people, at)


def _dress(people: People, at: datetime, say: Callable[[str], None]) -> list[Project]:
    """What the real files do not have; the projects that are not closed."""
    on = timezone.localdate(at)
    say("Portfolios, objectives, milestones")
    projects = arrange(people, at)
    HealthThreshold.objects.create()
    say("Three months of status updates")
    periods = _calendar(people, on)
    live = [project for project in projects if project.phase != "closed"]
    tell_months(live, [period for period in periods if period.ends_on < on.replace(day=1)], people.analyst)
    _waiting(live, periods, people, at)
    say("Requests in every state")
    requests = load_requests(people, at)
    version = load_scoring(requests, people, at)
    load_selection(requests, people, at, version)
    convert_some(requests, people, at)
    return live


def _calendar(people: People, on: date) -> list[ReportingPeriod]:
    series = StatusSeries.objects.get(key="main")
    calendar = create_calendar(
        values={
            "name": "Monthly status",
            "series": series,
            "cadence": Cadence.MONTHLY,
            "first_period_starts_on": _months_before(on, MONTHS_TOLD),
            "opens_days_before_end": 30,
            "due_days_after_end": 5,
        },
        on=on,
    )
    return list(ReportingCalendar.objects.get(pk=calendar.pk).periods.select_related("calendar").order_by("ends_on"))


def _months_before(day: date, months: int) -> date:
    first = day.replace(day=1)
    for _month in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _waiting(projects: list[Project], periods: list[ReportingPeriod], people: People, at: datetime) -> None:
    """A few managers have written this month's update already: it waits for the PMO's review."""
    on = timezone.localdate(at)
    period = next(period for period in periods if period.starts_on <= on <= period.ends_on)
    mine = {people.managers[0].pk}
    chosen = [project for project in projects if project.manager_id not in mine and not project.is_confidential][:60:12]
    for project in chosen:
        writer = next(person for person in people.managers if person.pk == project.manager_id)
        story = gather(project, on=on, last=last_published(project, period))
        draft, decisions = prefilled(project, period, story)
        values = {name: getattr(draft, name) for name in FIELDS} | {
            "summary": "Carried on as reported last month; the details are below.",
            "reasons": dict.fromkeys(RATINGS, "The sponsor and the supplier have agreed a recovery plan."),
        }
        saved = save_draft(project=project, period=period, values=values, decisions=decisions, version=0, by=writer, at=at)
        submit_update(update=saved, version=saved.version, by=writer, at=at)


def _schedule(people: People, at: datetime) -> None:
    """The ICT portfolio's status pack every week, for the first time within two minutes."""
    first = timezone.localtime(at + timedelta(seconds=110)).replace(second=0, microsecond=0)
    schedule = ReportSchedule(
        name="ICT portfolio report",
        report=Report.PACK,
        classification="DEMONSTRATION",
        portfolio=Portfolio.objects.get(name="ICT"),
        kind=Kind.WEEKLY,
        weekday=first.weekday(),
        at=first.time(),
        zone=settings.TIME_ZONE,
        starts_on=first.date(),
        roles=[RecipientRole.SPONSORS],
    )
    recipients = Recipients(users=(people.head,), addresses=("executive@outside.example",))
    create_schedule(schedule=schedule, recipients=recipients, by=people.analyst, at=at)
