"""Made-up status updates for the last months, so that trends, changes and staleness have something to show.

Each says so: its source is "Demonstration". Ratings are computed by the product's own rules from made-up forecasts.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from portfolio.actions.health import Story, gather
from portfolio.models import AssuranceRating, Project, ReportingPeriod, StatusDecision, StatusUpdate
from portfolio.models.status import DIMENSIONS

SOURCE = "Demonstration"
BASE = {"red": (8, 16), "amber": (2, 8), "green": (-4, 3)}
BETTER = {"red": "amber", "amber": "green", "green": "green", "blue": "blue"}
DECISIONS = [
    "Approve the revised baseline for cost and schedule",
    "Release the contingency for the supplier's claim",
    "Choose between the two delivery options for phase 2",
    "Agree to extend the contract by six months",
    "Confirm the funding for the next financial year",
]
SUMMARIES = {
    "green": [
        "On course. {facts} No matter needs the sponsor this month.",
        "Delivery goes to plan. {facts} The next stage is staffed.",
    ],
    "amber": [
        "Delivery is feasible but needs attention. {facts} A recovery plan is agreed with the supplier.",
        "Two work streams compete for the same specialists. {facts} The sequence is being re-planned.",
    ],
    "red": [
        "Delivery to the approved plan is in doubt. {facts} Options go to the board.",
        "The present plan cannot be met. {facts} Scope and baseline are under review.",
    ],
    "blue": ["The project is complete. {facts} Handover is accepted."],
}
ACHIEVED = [
    "Design review passed.",
    "Supplier mobilised for the next stage.",
    "Pilot extended to two more sites.",
    "Business case refreshed.",
    "Integration tests of the second release finished.",
]
NEXT = [
    "Complete user acceptance of release 2.",
    "Agree the benefits profile with finance.",
    "Close the open audit actions.",
    "Start the regional roll-out.",
    "Hold the stage review.",
]
COMMENTS = {
    "scope": {
        "green": "Scope is stable.",
        "amber": "Two changes are being assessed.",
        "red": "Scope must be cut to fit the budget.",
    },
    "benefits": {
        "green": "Benefits are on profile.",
        "amber": "First benefits arrive a quarter later.",
        "red": "The benefits case no longer holds as approved.",
    },
    "risk": {
        "green": "No risk is outside appetite.",
        "amber": "One risk is outside appetite and has a plan.",
        "red": "Three risks are outside appetite.",
    },
    "resources": {
        "green": "The team is complete.",
        "amber": "Two key posts are vacant.",
        "red": "A third of the posts are vacant.",
    },
}


@dataclass
class Course:
    """How one project's forecasts drift, month by month; the same every time for the same project."""

    chance: random.Random
    slip: float  # of the planned duration, percent
    overrun: float  # of the budget, percent
    mood: str

    @classmethod
    def of(cls, project: Project) -> "Course":
        """Begin from what the last real year said."""
        chance = random.Random(f"{project.reference} months")  # noqa: S311 - the same demonstration every time
        real = project.current_update.overall if project.current_update else ""
        mood = real if real in BASE else "amber"
        if mood == "amber":  # most of the real portfolio is amber; let the made-up months spread
            mood = chance.choices(["green", "amber", "red"], [58, 33, 9])[0]
        low, high = BASE[mood]
        return cls(chance, chance.uniform(low, high), chance.uniform(low, high) * 0.8, mood)

    def month(self) -> None:
        """One month on."""
        self.slip += self.chance.choices([0, 1, 3, -1.5], [66, 16, 6, 12])[0]
        self.overrun += self.chance.choices([0, 1, 2.5, -1], [68, 16, 5, 11])[0]
        if self.chance.random() < 0.1:
            self.mood = self.chance.choice(["green", "amber", "red"])


def tell_months(projects: Sequence[Project], periods: Sequence[ReportingPeriod], analyst: User) -> int:
    """Publish an update of each project for each of the periods (oldest first); returns how many."""
    courses = {project.pk: Course.of(project) for project in projects}
    updates: list[StatusUpdate] = []
    for period in periods:
        for project in projects:
            course = courses[project.pk]
            course.month()
            if course.chance.random() < 0.06:  # some miss a month
                continue
            updates.append(_update(project, period, course, analyst))
    StatusUpdate.objects.bulk_create(updates, batch_size=500)
    _decisions(updates, courses)
    StatusUpdate.objects.filter(source=SOURCE, state="submitted").update(state="published")
    newest = {update.project_id: update for update in updates}
    for project in projects:
        if update := newest.get(project.pk):
            project.current_update = update
            project.forecast_finish_on = update.forecast_finish_on or project.forecast_finish_on
            project.forecast = update.forecast_cost
            if project.budget:
                project.spend = (project.budget * Decimal(update.percent_complete or 0) / 100).quantize(Decimal("1E4"))
    Project.objects.bulk_update(projects, ["current_update", "forecast_finish_on", "forecast", "spend"], batch_size=500)
    _assure(projects, courses, analyst, updates)
    return len(updates)


def _update(project: Project, period: ReportingPeriod, course: Course, analyst: User) -> StatusUpdate:
    finish, cost = _forecasts(project, period.ends_on, course)
    story = gather(project, on=period.ends_on, last=None, forecast_finish_on=finish, forecast_cost=cost)
    computed = story.computed()
    published = _moment(min(period.due_on, timezone.localdate() - timedelta(days=1)), 15)
    update = StatusUpdate(
        project=project,
        series_id=period.calendar.series_id,
        period=period,
        state="submitted",  # published together once their decisions stand: what is published is frozen
        forecast_finish_on=finish,
        forecast_cost=cost,
        percent_complete=_percent_complete(project, period.ends_on, finish),
        computed={name: found.as_data() for name, found in computed.items()},
        computed_overall=computed["overall"].rag,
        thresholds=story.thresholds.as_data() | {"tier": project.tier, "stale_after_days": story.stale_after_days},
        facts=story.as_data(project),
        written_by_id=project.manager_id,
        submitted_by_id=project.manager_id,
        submitted_at=published - timedelta(days=2),
        reviewed_by=analyst,
        published_at=published,
        effective_at=published,
        source=SOURCE,
    )
    _declare(update, {name: found.rag for name, found in computed.items()}, course)
    _write(update, story, course)
    return update


def _forecasts(project: Project, on: date, course: Course) -> tuple[date | None, Decimal | None]:
    cost = (project.budget * Decimal(100 + course.overrun) / 100).quantize(Decimal("1E5")) if project.budget else None
    planned, start = project.planned_finish_on, project.planned_start_on
    if project.actual_finish_on or not planned:
        return project.actual_finish_on, cost
    duration = (planned - start).days if start and planned > start else 1000
    finish = planned + timedelta(days=int(duration * max(course.slip, 0) / 100))
    if finish <= on:
        finish = on + timedelta(days=course.chance.randrange(60, 400))
    return finish, cost


def _percent_complete(project: Project, on: date, finish: date | None) -> int | None:
    start = project.planned_start_on
    if not start or not finish or finish <= start:
        return None
    return max(0, min(100 if finish <= on else 97, round(100 * (on - start).days / (finish - start).days)))


def _declare(update: StatusUpdate, computed: dict[str, str], course: Course) -> None:
    for name in (*DIMENSIONS, "overall"):
        suggested = computed.get(name, "").replace("grey", "")
        declared = suggested or (course.mood if course.chance.random() < 0.6 else "green")
        if suggested in ("red", "amber") and course.chance.random() < 0.2:
            declared = BETTER[suggested]
            update.reasons[name] = (
                "The recovery plan agreed with the sponsor brings this back within tolerance by the next report."
            )
        setattr(update, name, declared)
        if declared in COMMENTS.get(name, {}):
            update.comments[name] = COMMENTS[name][declared]


def _write(update: StatusUpdate, story: Story, course: Course) -> None:
    planned = story.facts.planned_finish_on
    facts = ""
    if update.forecast_finish_on and planned and (days := (update.forecast_finish_on - planned).days) > 0:
        facts = f"The finish is forecast {days} days after the approved date."
    if story.facts.budget and update.forecast_cost and update.forecast_cost > story.facts.budget:
        over = 100 * (update.forecast_cost - story.facts.budget) / story.facts.budget
        facts = f"{facts} The forecast cost is {over:.1f}% over the approved budget.".strip()
    choice = course.chance.choice
    update.summary = choice(SUMMARIES[update.overall]).format(facts=facts).replace("  ", " ")
    update.achieved = choice(ACHIEVED)
    update.planned_next = choice(NEXT)


def _decisions(updates: Sequence[StatusUpdate], courses: dict[int, Course]) -> None:
    rows = []
    for update in updates:
        chance = courses[update.project_id].chance
        if update.overall in ("red", "amber") and chance.random() < 0.16:
            due = update.period.ends_on + timedelta(days=chance.randrange(15, 75))
            rows.append(
                StatusDecision(
                    update=update,
                    text=chance.choice(DECISIONS),
                    decider=chance.choice(["Investment board", "Sponsor"]),
                    due_on=due,
                )
            )
    StatusDecision.objects.bulk_create(rows)


def _assure(projects: Sequence[Project], courses: dict[int, Course], analyst: User, updates: Sequence[StatusUpdate]) -> None:
    """The PMO looked at a third of the projects after the last report; it is not always of the manager's opinion."""
    at = max(update.effective_at for update in updates if update.effective_at) + timedelta(hours=2)
    ratings = []
    for project in projects:
        chance = courses[project.pk].chance
        rating = project.current_update.overall if project.current_update else ""
        if chance.random() < 0.35 and rating in ("green", "amber", "red"):
            worse = {"green": "amber", "amber": "red", "red": "red"}[rating]
            ratings.append(
                AssuranceRating(
                    project=project,
                    rating=worse if chance.random() < 0.3 else rating,
                    comment=_("Judged from the last report, the plan and a talk with the manager."),
                    rated_by=analyst,
                    effective_at=at,
                    source=SOURCE,
                )
            )
    for made in AssuranceRating.objects.bulk_create(ratings):
        Project.objects.filter(pk=made.project_id).update(current_assurance=made)


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
