"""My work: what waits for one person, by what they may do. Each part is one query, and only asked of those it concerns."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import starmap
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import may
from core.actions.notifications import hidden_of
from portfolio.access import may_create_project
from portfolio.models.visibility import scopes_of
from reporting.collect import mywork_parts as parts
from reporting.collect.mywork_intake import Asked, Chore, asked_and_chores
from reporting.collect.mywork_office import Import, Locked, Stopped, Unsealed, Unsent, office_of
from reporting.collect.mywork_registers import Task, tasks_of

Row = TypeVar("Row")
MILESTONE_DAYS = 30
RED_DAYS = 45


@dataclass(frozen=True)
class MyWork:
    """What waits for one person. Empty parts are either empty or none of their business: `may` tells which."""

    today: date
    may: dict[str, bool]
    owed: list[parts.Owed] = field(default_factory=list)
    projects: list[parts.Own] = field(default_factory=list)
    milestones: list[parts.Ahead] = field(default_factory=list)
    decisions: list[parts.Needed] = field(default_factory=list)
    notifications: list[parts.News] = field(default_factory=list)
    unread_count: int = 0
    queue: list[parts.Submitted] = field(default_factory=list)
    queue_count: int = 0
    late_by_manager: list[tuple[str, int, int]] = field(default_factory=list)
    late_count: int = 0
    turned_red: list[parts.Reddened] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    mails: list[Unsent] = field(default_factory=list)
    reports: list[Stopped] = field(default_factory=list)
    locked: list[Locked] = field(default_factory=list)
    history: list[Unsealed] = field(default_factory=list)
    chores: list[Chore] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    requests: list[Asked] = field(default_factory=list)

    @property
    def requests_waiting(self) -> int:
        """Own requests that wait for the person: drafts, and questions to answer."""
        return sum(request.waits for request in self.requests)

    @property
    def tasks_late(self) -> int:
        """Tasks of the registers whose day has passed."""
        return sum(task.is_late for task in self.tasks)

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
                self.history,
                self.requests,
                self.chores,
                self.tasks,
            )
        )


def my_work_of(user: Any, *, today: date, at: datetime) -> MyWork:
    """Everything that waits for this person; at most fifteen queries, and one for each kind of object that unread lines name,
    whatever the portfolio's size."""
    scopes, me = scopes_of(user), user.pk
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
    queue = _rows(parts.Submitted, parts.QUEUE(scopes, user=me)) if rights["review"] else []
    news = news_of(user)
    late = late_by_manager(user, today) if rights["review"] else []
    projects = own_projects(me)
    soon = today + timedelta(days=MILESTONE_DAYS)
    lately, locked_since = at - timedelta(days=RED_DAYS), at - timedelta(hours=settings.AXES_COOLOFF_TIME)
    office = office_of(me, scopes, rights, since=locked_since)
    requests, chores = asked_and_chores(user, today)
    return MyWork(
        today=today,
        may=rights,
        owed=owed_by(me, today),
        projects=projects,
        milestones=_rows(parts.Ahead, parts.AHEAD(user=me, on=today, until=soon)) if projects else [],
        decisions=_rows(parts.Needed, parts.NEEDED(user=me)),
        notifications=news,
        unread_count=news[0].in_all if news else 0,
        queue=queue,
        queue_count=queue[0].in_all if queue else 0,
        late_by_manager=late[: parts.QUEUE_SHOWN],
        late_count=sum(number for _who, number, _days in late),
        turned_red=_rows(parts.Reddened, parts.REDDENED(scopes, user=me, since=lately)) if rights["all"] else [],
        imports=office.imports,
        mails=office.mails,
        reports=office.reports,
        locked=office.locked,
        history=office.history,
        requests=requests,
        chores=chores,
        tasks=tasks_of(user, today),
    )


def _rows(kind: type[Row], found: list[tuple[Any, ...]]) -> list[Row]:
    return list(starmap(kind, found))


def news_of(user: Any) -> list[parts.News]:
    """What the person has not read, the newest first. One query, and one for each kind of object that it names."""
    found = _rows(parts.News, parts.NEWS(user=user.pk))
    hidden = hidden_of(user, [news.shows for news in found])
    found = [news._replace(shows=tuple(news.shows)) for news in found]
    return [news._replace(text="", url="") if gone else news for news, gone in zip(found, hidden, strict=True)]


def owed_by(user: int, today: date) -> list[parts.Owed]:
    """The updates this person is to write, the most urgent first. One query."""
    found = _rows(parts.Owed, parts.OWED(user=user, on=today))
    return [owed._replace(days_left=(owed.due_on - today).days) for owed in found]


def own_projects(user: int) -> list[parts.Own]:
    """The running projects this person manages or sponsors, the worst first. One query."""
    worst = {"red": 0, "amber": 1, "green": 2}
    found = _rows(parts.Own, parts.OWN(user=user))
    return sorted(found, key=lambda project: (worst.get(project.declared or "", 3), project.reference))


def late_by_manager(user: Any, today: date) -> list[tuple[str, int, int]]:
    """(manager, updates overdue, days the oldest is overdue), those with the most first. One query."""
    late = parts.LATE(scopes_of(user), user=user.pk, on=today)
    return [(name or email or "", number, (today - oldest).days) for name, email, number, oldest in late]


def summary_of(work: MyWork) -> str:
    """One line: the most pressing things first."""
    late = sum(item.is_late for item in work.owed)
    failed = sum(bool(schedule.failed_run) for schedule in work.reports)
    paused = len(work.reports) - failed
    waiting = len(work.tasks) - work.tasks_late
    parts = []
    for number, words in (
        (len(work.history), ngettext("%(n)s trouble with the history", "%(n)s troubles with the history", len(work.history))),
        (late, ngettext("%(n)s update is overdue", "%(n)s updates are overdue", late)),
        (len(work.owed) - late, ngettext("%(n)s update to write", "%(n)s updates to write", len(work.owed) - late)),
        (work.queue_count, ngettext("%(n)s update to review", "%(n)s updates to review", work.queue_count)),
        (
            work.milestones_missed,
            ngettext("%(n)s milestone is overdue", "%(n)s milestones are overdue", work.milestones_missed),
        ),
        (len(work.decisions), ngettext("%(n)s decision needed", "%(n)s decisions needed", len(work.decisions))),
        (
            work.requests_waiting,
            ngettext("%(n)s request waits for you", "%(n)s requests wait for you", work.requests_waiting),
        ),
        (len(work.chores), ngettext("%(n)s to score, vote or settle", "%(n)s to score, vote or settle", len(work.chores))),
        (waiting, ngettext("%(n)s to do in the registers", "%(n)s to do in the registers", waiting)),
        (work.tasks_late, ngettext("%(n)s task is overdue", "%(n)s tasks are overdue", work.tasks_late)),
        (len(work.mails), ngettext("%(n)s mail failed", "%(n)s mails failed", len(work.mails))),
        (failed, ngettext("%(n)s report failed", "%(n)s reports failed", failed)),
        (paused, ngettext("%(n)s report is paused", "%(n)s reports are paused", paused)),
    ):
        if number:
            parts.append(words % {"n": number})
    return ", ".join(parts) or _("Nothing is waiting for you.")
