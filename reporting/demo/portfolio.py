"""Put the imported projects into portfolios, give them people, objectives, tiers and milestones."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from core.references import next_references
from portfolio.models import Membership, Milestone, Objective, Portfolio, Project, ProjectObjective, StatusUpdate
from reporting.demo.people import People

TOP = "Government Major Projects Portfolio"
OBJECTIVES = {
    "Modern, digital public services": ("ICT", "Government Transformation and Service Delivery"),
    "Infrastructure for growth": ("Infrastructure and Construction",),
    "National security and defence": ("Military Capability",),
    "Net zero by 2050": (),
    "Better value for the taxpayer": (),
}
NET_ZERO = ("DESNZ", "DEFRA", "DFT")
LEFT = "left-gmpp-2023-24"
BILLION = Decimal(10) ** 9


def arrange(people: People, at: datetime) -> list[Project]:
    """Structure and people for every project that is still in the portfolio; returns those, in order of reference.

    Projects that were in the first year's file only are archived: they left the portfolio.
    """
    on = timezone.localdate(at)
    projects = list(Project.objects.select_related("unit", "current_update").order_by("reference"))
    portfolios = _portfolios(people, sorted({project.category for project in projects if project.category}))
    last = StatusUpdate.objects.published().latest("effective_at").effective_at
    units = sorted({project.unit_id for project in projects if project.unit_id})
    for number, project in enumerate(projects):
        project.portfolio = portfolios.get(project.category)
        project.tier = _tier(project.budget)
        project.manager = people.managers[number % len(people.managers)]
        project.sponsor = people.sponsors[(units.index(project.unit_id) if project.unit_id else 0) % len(people.sponsors)]
        if project.current_update and project.current_update.effective_at != last:
            project.tags, project.archived_at = [LEFT], last
        _dates(project, on)
    Project.objects.bulk_update(
        projects,
        [
            "portfolio",
            "tier",
            "manager",
            "sponsor",
            "tags",
            "archived_at",
            "phase",
            "forecast_finish_on",
            "actual_finish_on",
            "actual_start_on",
        ],
    )
    running = [project for project in projects if LEFT not in project.tags]
    _objectives(running)
    _milestones([project for project in running if project.phase == "delivery"], on)
    _confidential(running, people)
    return running


def _portfolios(people: People, categories: Sequence[str]) -> dict[str, Portfolio]:
    references = next_references("PFO", 1 + len(categories))
    top = Portfolio.objects.create(reference=references[0], name=TOP, owner=people.head)
    return {
        category: Portfolio.objects.create(reference=reference, name=category, parent=top, owner=people.head)
        for category, reference in zip(categories, references[1:], strict=True)
    }


def _tier(budget: Decimal | None) -> int:
    if budget is None:
        return 2
    return 1 if budget >= BILLION else 2 if budget >= BILLION / 5 else 3


def _dates(project: Project, on: date) -> None:
    """Made up: what should have finished by now either has, or has a new forecast."""
    chance = random.Random(project.reference)  # noqa: S311 - the same demonstration every time
    project.actual_start_on = project.planned_start_on if project.planned_start_on and project.planned_start_on < on else None
    finish = project.planned_finish_on
    if LEFT in project.tags:
        return
    if finish and finish < on and chance.random() < 0.65:
        project.phase = "closed"
        project.actual_finish_on = min(
            finish + timedelta(days=chance.randrange(0, 200)), on - timedelta(days=chance.randrange(40, 400))
        )
    elif finish and finish < on:
        project.forecast_finish_on = on + timedelta(days=chance.randrange(60, 500))
    elif project.planned_start_on and project.planned_start_on > on:
        project.phase = "planning"


def _objectives(projects: Sequence[Project]) -> None:
    objectives = {name: Objective.objects.create(name=name) for name in OBJECTIVES}
    links = []
    for project in projects:
        main = next((name for name, categories in OBJECTIVES.items() if project.category in categories), None)
        names = [main] if main else []
        if project.unit and project.unit.name in NET_ZERO:
            names.append("Net zero by 2050")
        if int(project.reference[-2:]) % 5 == 0:
            names.append("Better value for the taxpayer")
        links += [ProjectObjective(project=project, objective=objectives[name], weight=100 // len(names)) for name in names]
    ProjectObjective.objects.bulk_create(links)


MILESTONES = (
    "Outline business case approved",
    "Full business case approved",
    "Contract awarded",
    "First release live",
    "Handover to operations",
)


def _milestones(projects: Sequence[Project], on: date) -> None:
    rows = []
    for project in projects:
        chance = random.Random(f"{project.reference} milestones")  # noqa: S311
        first = on - timedelta(days=chance.randrange(200, 420))
        for title in chance.sample(MILESTONES, 3):
            planned = first + timedelta(days=chance.randrange(-20, 20))
            slip = chance.choice([0, 0, 0, 14, 28, 60])
            expected = planned + timedelta(days=slip)
            reached = expected < on and chance.random() < 0.93
            rows.append(
                Milestone(
                    project=project,
                    title=title,
                    planned_on=planned,
                    forecast_on=expected if slip else None,
                    actual_on=expected if reached else None,
                )
            )
            first += timedelta(days=chance.randrange(120, 220))
    Milestone.objects.bulk_create(rows)


def _confidential(projects: Sequence[Project], people: People) -> None:
    """Two military projects are confidential: only their manager, their sponsor and the head of the office see them."""
    chosen = [project for project in projects if project.category == "Military Capability"][:2]
    for project in chosen:
        project.is_confidential = True
        project.manager = people.managers[-1]
        project.sponsor = people.sponsors[-1]
    Project.objects.bulk_update(chosen, ["is_confidential", "manager", "sponsor"])
    Membership.objects.bulk_create(Membership(user=people.head, project=project, role="pmo_head") for project in chosen)
