"""The parts of My work: their rows, and the queries that find them, each put together once for all readers of equal rights.

`user` is a person's key, `scopes` what they may see (asked anew in every request).
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, TextField, Value, Window
from django.db.models.functions import Coalesce, NullIf

from accounts.models import User
from core.models import Notification
from core.prepared import Prepared
from portfolio.models import Milestone, Project, StatusDecision, StatusDuty, StatusUpdate
from portfolio.models.status import State
from portfolio.models.visibility import Scopes, project_condition, somebody

SHOWN = 10
QUEUE_SHOWN = 8
MANY = 200


def _own(user: int, prefix: str = "") -> Q:
    return Q(**{f"{prefix}manager": user}) | Q(**{f"{prefix}sponsor": user})


def _own_projects(user: int) -> QuerySet[Any, Any]:
    return Project.objects.running().filter(_own(user))


def _name(prefix: str = "") -> Coalesce:
    """What a person is called, as `str` of them says; `prefix` leads to the person ("manager__")."""
    return Coalesce(NullIf(f"{prefix}name", Value("")), f"{prefix}email", output_field=TextField())


class Owed(NamedTuple):
    """An update that a person owes. `draft`: "" nothing written yet, "draft", or "returned"."""

    reference: str
    title: str
    period_id: int
    period: str
    due_on: date
    draft: str
    days_left: int = 0

    @property
    def is_late(self) -> bool:
        """Whether its day has passed."""
        return self.days_left < 0

    @property
    def days_late(self) -> int:
        """Days since it was due."""
        return max(-self.days_left, 0)


OWED = Prepared(
    lambda user, on: (
        StatusDuty.objects.owed(on)
        .of_writer(user)
        .values_list("project__reference", "project__title", "period_id", "period_label", "period_due_on", "draft_state")
    ),
    user=int,
    on=date,
)


class Own(NamedTuple):
    """A running project that the person manages or sponsors, with its three ratings."""

    reference: str
    title: str
    manager_id: int | None
    reported_at: datetime | None
    declared: str | None
    computed: str | None
    assured: str | None


OWN = Prepared(
    lambda user: _own_projects(user).values_list(
        "reference",
        "title",
        "manager",
        "current_update__effective_at",
        "current_update__overall",
        "current_update__computed_overall",
        "current_assurance__rating",
    )[:MANY],
    user=int,
)


class Ahead(NamedTuple):
    """An open milestone of an own project; `missed_in_all` of them are past their day."""

    title: str
    due_on: date
    reference: str
    project: str
    missed_in_all: int


AHEAD = Prepared(
    lambda user, on, until: (
        # Their few projects first, and milestones by their index: joined, it is the open milestones of all that are read.
        Milestone.objects.filter(project__pk__among=ArraySubquery(_own_projects(user).order_by().values("pk")), actual_on=None)
        .annotate(due_on=Coalesce("forecast_on", "planned_on"))
        .filter(due_on__lte=until)
        .annotate(missed_in_all=Window(Count("pk", filter=Q(due_on__lt=on))))
        .order_by("due_on", "pk")
        .values_list("title", "due_on", "project__reference", "project__title", "missed_in_all")[:SHOWN]
    ),
    user=int,
    on=date,
    until=date,
)


class Needed(NamedTuple):
    """A decision that the newest update of an own project asks for."""

    text: str
    decider: str
    due_on: date | None
    reference: str
    title: str


NEEDED = Prepared(
    lambda user: (
        StatusDecision.objects.filter(_own(user, "update__project__"), update__project__current_update=F("update"))
        .filter(update__project__archived_at=None)
        .order_by(F("due_on").asc(nulls_last=True), "pk")
        .values_list("text", "decider", "due_on", "update__project__reference", "update__project__title")[:MANY]
    ),
    user=int,
)


class News(NamedTuple):
    """Something that the person has not read; `in_all` of them there are. Without text and address where they may not see it
    any more."""

    text: str
    url: str
    shows: Sequence[str]
    created_at: datetime
    in_all: int


NEWS = Prepared(
    lambda user: (
        Notification.objects.filter(user=user, read_at=None)
        .annotate(in_all=Window(Count("pk")))
        .values_list("text", "url", "shows", "created_at", "in_all")[:SHOWN]
    ),
    user=int,
)


class Submitted(NamedTuple):
    """An update that waits for its review; `in_all` of them there are."""

    pk: int
    reference: str
    title: str
    period: str
    submitted_by: str | None
    submitted_at: datetime
    overall: str
    computed_overall: str
    in_all: int


QUEUE = Prepared(
    lambda scopes, user: (
        StatusUpdate.objects.filter(project_condition(somebody(user, scopes), "status.review", "project__"))
        .filter(state=State.SUBMITTED, project__archived_at=None)
        .exclude(submitted_by=user)
        .order_by("submitted_at", "pk")
        .annotate(in_all=Window(Count("pk")))
        .values_list(
            "pk",
            "project__reference",
            "project__title",
            "period__label",
            _name("submitted_by__"),
            "submitted_at",
            "overall",
            "computed_overall",
            "in_all",
        )[:QUEUE_SHOWN]
    ),
    user=int,
)

LATE = Prepared(
    lambda scopes, user, on: (
        StatusDuty.objects.overdue(on, of_many=True)
        .visible_to(somebody(user, scopes))
        .order_by()
        .values_list("project__manager__name", "project__manager__email")
        .annotate(number=Count("pk"), oldest=Min("period_due_on"))
        .order_by("-number", "oldest", "project__manager__name", "project__manager__email")
    ),
    user=int,
    on=date,
)


class Reddened(NamedTuple):
    """A project whose newest update is red while the one before said `was`."""

    reference: str
    title: str
    manager: str | None
    reported_at: datetime
    was: str


def _turned_red(scopes: Scopes, user: int, since: datetime) -> QuerySet[Any, Any]:
    before = (
        StatusUpdate.objects.published()
        .filter(project=OuterRef("pk"), series=OuterRef("current_update__series"))
        .filter(effective_at__lt=OuterRef("current_update__effective_at"))
        .order_by("-effective_at", "-revision", "-pk")
    )
    # Looked up for the rows shown only, not joined to all that count.
    manager = User.objects.filter(pk=OuterRef("manager")).order_by().values(called=_name())
    return (
        Project.objects.visible_to(somebody(user, scopes))
        .running()
        .filter(current_update__overall="red", current_update__effective_at__gte=since)
        .annotate(was=Subquery(before.values("overall")[:1]))
        # As what it was not: so PostgreSQL expects many, and reads the newest until there are enough.
        .filter(~Q(was__in=["red", ""]))
        .order_by("-current_update__effective_at", "reference")
        .values_list("reference", "title", Subquery(manager), "current_update__effective_at", "was")[:QUEUE_SHOWN]
    )


REDDENED = Prepared(_turned_red, user=int, since=datetime)
