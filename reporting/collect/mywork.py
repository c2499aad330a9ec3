"""My work: what waits for one person, by what they may do. Each part is one query, and only asked of those it concerns."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Case, Count, F, Min, OuterRef, Q, Subquery, When, Window
from django.db.models.functions import Coalesce

from accounts.access import may
from core.access import mails_visible_to
from core.models import Notification
from core.models.imports import ImportJob, ImportState
from portfolio.access import may_create_project
from portfolio.models import Milestone, Project, StatusDecision, StatusDuty, StatusUpdate
from portfolio.models.status import State
from portfolio.models.visibility import project_condition
from reporting.access import schedules_for
from reporting.collect.mywork_intake import Asked, Chore, asked_and_chores
from reporting.models import Purpose, ReportRun, RunState

MILESTONE_DAYS = 30
SHOWN = 10
QUEUE_SHOWN = 8
RED_DAYS = 45


@dataclass(frozen=True)
class Owed:
    """An update that a person owes. `draft`: "" nothing written yet, "draft", or "returned"."""

    reference: str
    title: str
    period_id: int
    period: str
    due_on: date
    draft: str
    days_left: int

    @property
    def is_late(self) -> bool:
        """Whether its day has passed."""
        return self.days_left < 0

    @property
    def days_late(self) -> int:
        """Days since it was due."""
        return max(-self.days_left, 0)


@dataclass(frozen=True)
class MyWork:
    """What waits for one person. Empty parts are either empty or none of their business: `may` tells which."""

    today: date
    may: dict[str, bool]
    owed: list[Owed] = field(default_factory=list)
    projects: list[Any] = field(default_factory=list)
    milestones: list[Any] = field(default_factory=list)
    decisions: list[Any] = field(default_factory=list)
    notifications: list[Any] = field(default_factory=list)
    unread_count: int = 0
    queue: list[Any] = field(default_factory=list)
    queue_count: int = 0
    late_by_manager: list[tuple[str, int, int]] = field(default_factory=list)
    late_count: int = 0
    turned_red: list[Any] = field(default_factory=list)
    imports: list[Any] = field(default_factory=list)
    mails: list[Any] = field(default_factory=list)
    reports: list[Any] = field(default_factory=list)
    locked: list[Any] = field(default_factory=list)
    chores: list[Chore] = field(default_factory=list)
    requests: list[Asked] = field(default_factory=list)

    @property
    def requests_waiting(self) -> int:
        """Own requests that wait for the person: drafts, and questions to answer."""
        return sum(request.waits for request in self.requests)

    @property
    def milestones_missed(self) -> int:
        """Milestones of own projects whose day has passed."""
        return self.milestones[0].missed_in_all if self.milestones else 0

    @property
    def is_empty(self) -> bool:
        """Nothing waits."""
        return not any(
            (
                self.owed,
                self.milestones,
                self.decisions,
                self.notifications,
                self.queue,
                self.late_by_manager,
                self.turned_red,
                self.imports,
                self.mails,
                self.reports,
                self.locked,
                self.requests,
                self.chores,
            )
        )


def my_work_of(user: Any, *, today: date, at: datetime) -> MyWork:
    """Everything that waits for this person; at most twelve queries, whatever the portfolio's size."""
    rights = {
        name: may(user, action)
        for name, action in {
            "review": "status.review",
            "import": "import.run",
            "mail": "mail.view",
            "reports": "report.manage",
            "people": "user.manage",
            "all": "project.view",
        }.items()
    }
    rights["create"] = may_create_project(user)
    queue, queue_count = review_queue(user) if rights["review"] else ([], 0)
    unread = Notification.objects.filter(user=user, read_at=None).annotate(in_all=Window(Count("pk")))[:SHOWN]
    late, late_count = late_by_manager(user, today) if rights["review"] else ([], 0)
    projects = own_projects(user)
    requests, chores = asked_and_chores(user, today)
    return MyWork(
        today=today,
        may=rights,
        owed=owed_by(user, today),
        projects=projects,
        milestones=own_milestones(user, today) if projects else [],
        decisions=decisions_for(user),
        notifications=list(unread),
        unread_count=unread[0].in_all if unread else 0,
        queue=queue,
        queue_count=queue_count,
        late_by_manager=late,
        late_count=late_count,
        turned_red=turned_red(user, at) if rights["all"] else [],
        imports=imports_of(user) if rights["import"] else [],
        mails=list(mails_visible_to(user).filter(state__in=["failed", "unknown"], is_confidential=False)[:SHOWN])
        if rights["mail"]
        else [],
        reports=reports_in_trouble(user) if rights["reports"] else [],
        locked=locked_accounts(at) if rights["people"] else [],
        requests=requests,
        chores=chores,
    )


def owed_by(user: Any, today: date) -> list[Owed]:
    """The updates this person is to write, the most urgent first. One query."""
    rows = StatusDuty.objects.owed(today).of_writer(user)
    return [
        Owed(reference, title, period, label, due, draft, (due - today).days)
        for reference, title, period, label, due, draft in rows.values_list(
            "project__reference", "project__title", "period_id", "period_label", "period_due_on", "draft_state"
        )
    ]


def _own(user: Any, prefix: str = "") -> Q:
    return Q(**{f"{prefix}manager": user}) | Q(**{f"{prefix}sponsor": user})


def own_projects(user: Any) -> list[Any]:
    """The running projects this person manages or sponsors, the worst first. One query."""
    found = (
        Project.objects.running()
        .filter(_own(user))
        .select_related("current_update__period", "current_assurance")
        .only(
            "reference",
            "title",
            "manager",
            "sponsor",
            "current_update__overall",
            "current_update__computed_overall",
            "current_update__effective_at",
            "current_update__period__label",
            "current_assurance__rating",
        )
    )
    worst = {"red": 0, "amber": 1, "green": 2}
    return sorted(
        found[:200],
        key=lambda project: (worst.get(project.current_update.overall, 3) if project.current_update else 3, project.reference),
    )


def own_milestones(user: Any, today: date) -> list[Any]:
    """Open milestones of own projects, missed or due within MILESTONE_DAYS. One query."""
    return list(
        Milestone.objects.filter(_own(user, "project__"), actual_on=None, project__archived_at=None)
        .exclude(project__phase__in=["closed", "cancelled"])
        .annotate(due_on=Coalesce("forecast_on", "planned_on"))
        .filter(due_on__lte=today + timedelta(days=MILESTONE_DAYS))
        .annotate(missed_in_all=Window(Count("pk", filter=Q(due_on__lt=today))))
        .select_related("project")
        .only("title", "planned_on", "project__reference", "project__title")
        .order_by("due_on", "pk")[:SHOWN]
    )


def decisions_for(user: Any) -> list[Any]:
    """Decisions that the newest updates of the projects this person sponsors or manages ask for. One query."""
    return list(
        StatusDecision.objects.filter(_own(user, "update__project__"), update__project__current_update=F("update"))
        .filter(update__project__archived_at=None)
        .select_related("update__project")
        .only("text", "decider", "due_on", "update__project__reference", "update__project__title", "update__project__sponsor")
        .order_by(F("due_on").asc(nulls_last=True), "pk")[:200]
    )


def review_queue(user: Any) -> tuple[list[Any], int]:
    """Submitted updates that this person may publish or return, the longest waiting first. One query."""
    found = (
        StatusUpdate.objects.filter(project_condition(user, "status.review", "project__"))
        .filter(state=State.SUBMITTED, project__archived_at=None)
        .exclude(submitted_by=user)
        .order_by("submitted_at", "pk")
    )
    rows = found.select_related("project", "period", "submitted_by").only(
        "overall",
        "computed_overall",
        "submitted_at",
        "period__label",
        "project__reference",
        "project__title",
        "submitted_by__name",
        "submitted_by__email",
    )
    shown = list(rows.annotate(in_all=Window(Count("pk")))[:QUEUE_SHOWN])
    return shown, shown[0].in_all if shown else 0


def late_by_manager(user: Any, today: date) -> tuple[list[tuple[str, int, int]], int]:
    """(manager, updates overdue, days the oldest is overdue), those with the most first; and how many in all. One query."""
    late = StatusDuty.objects.overdue(today).visible_to(user).order_by()
    found = (
        late.values_list("project__manager__name", "project__manager__email")
        .annotate(number=Count("pk"), oldest=Min("period_due_on"))
        .order_by("-number", "oldest", "project__manager__name", "project__manager__email")
    )
    rows = [(name or email or "", number, (today - oldest).days) for name, email, number, oldest in found]
    return rows[:QUEUE_SHOWN], sum(number for _who, number, _days in rows)


def turned_red(user: Any, at: datetime) -> list[Any]:
    """Projects whose newest update, published in the last RED_DAYS, is red while the one before was not. One query."""
    before = (
        StatusUpdate.objects.published()
        .filter(project=OuterRef("pk"), series=OuterRef("current_update__series"))
        .filter(effective_at__lt=OuterRef("current_update__effective_at"))
        .order_by("-effective_at", "-pk")
    )
    return list(
        Project.objects.visible_to(user)
        .running()
        .filter(current_update__overall="red", current_update__effective_at__gte=at - timedelta(days=RED_DAYS))
        .annotate(was=Subquery(before.values("overall")[:1]))
        .filter(was__in=["green", "amber", "blue", "grey"])
        .select_related("current_update", "manager")
        .only("reference", "title", "manager__name", "manager__email", "current_update__effective_at")
        .order_by("-current_update__effective_at", "reference")[:QUEUE_SHOWN]
    )


def imports_of(user: Any) -> list[Any]:
    """Imports that wait for a person, and those that failed lately: own ones, and everybody's for administrators. One query."""
    waiting = [ImportState.READ, ImportState.PREVIEWED, ImportState.FAILED]
    found = ImportJob.objects.filter(state__in=waiting)
    if not may(user, "user.manage"):
        found = found.filter(started_by=user)
    return list(found.only("name", "state", "updated_at")[:5])


def reports_in_trouble(user: Any) -> list[Any]:
    """Schedules that are paused, or whose last run for readers failed: with `failed_run`, its `failed_at` and `reason`.

    Previews and tests do not count. One query.
    """
    ended = ReportRun.objects.filter(
        schedule=OuterRef("pk"), purpose__in=[Purpose.SCHEDULED, Purpose.NOW], state__in=[RunState.DONE, RunState.FAILED]
    ).order_by("-created_at", "-pk")
    failed = {"last_state": RunState.FAILED}

    def of_last(name: str) -> Case:
        return Case(When(**failed, then=Subquery(ended.values(name)[:1])))

    found = schedules_for(user).annotate(last_state=Subquery(ended.values("state")[:1]))
    return list(
        found.filter(Q(paused_at__isnull=False) | Q(**failed))
        .annotate(failed_run=of_last("pk"), failed_at=of_last("due_at"), reason=of_last("error"))
        .order_by(Coalesce("failed_at", "paused_at").desc(), "pk")[:SHOWN]
    )


def locked_accounts(at: datetime) -> list[Any]:
    """Sign-ins that are locked out now after repeated failures. One query."""
    since = at - timedelta(hours=settings.AXES_COOLOFF_TIME)
    return list(
        AccessAttempt.objects.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gte=since).order_by(
            "-attempt_time"
        )[:SHOWN]
    )
