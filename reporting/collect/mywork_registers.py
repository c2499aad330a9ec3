"""What the registers ask of one person: actions to do, risks to review, issues, assumptions, decisions; offers to answer; changes
to decide."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.urls import reverse

from accounts.models import User
from accounts.roles import roles_with
from core.prepared import Prepared
from portfolio.models import DateOffer, Dependency, Entry, Escalation, Membership, Project
from portfolio.models.approvals import changes_waiting_for, delegations_to, waiting_changes
from portfolio.models.raid_visibility import OneOf
from portfolio.models.visibility import Scopes, scopes_of, somebody
from portfolio.registers import CONTRACTED, KINDS

SHOWN = 60
# Risks to review and assumptions to validate are told so many days ahead.
AHEAD = 7
OWNED = ("action", "issue", "decision", "assumption", "risk")
# what, kind, reference, title, due, entry
Row = tuple[str, str, str, str, date | None, int]


@dataclass(frozen=True)
class Task:
    """One thing to do. `what`: action, issue, decision, assumption, risk (to be reviewed), escalation, date, change,
    give (what a project of theirs committed to) or get (what is overdue from another)."""

    what: str
    kind: str
    reference: str
    title: str
    due_on: date | None
    is_late: bool

    @property
    def icon(self) -> str:
        """The icon of its register."""
        return KINDS[self.kind].icon

    @property
    def noun(self) -> str:
        """What its register calls it."""
        return str(KINDS[self.kind].noun)

    @property
    def url(self) -> str:
        """Its page."""
        return reverse(f"portfolio:{self.kind}-detail", args=[self.reference])

    @property
    def done_url(self) -> str:
        """Where one click ends it: for actions."""
        return reverse("portfolio:action-move", args=[self.reference, "finish"]) if self.what == "action" else ""


def tasks_of(user: Any, today: date) -> list[Task]:
    """Everything, the most urgent first. One query; one more where something is found, because what the person may not see is not
    theirs to do; and one where changes wait for anybody, three and more for somebody's delegate."""
    scopes = scopes_of(user)
    rows: list[Row] = WAITING(scopes, user=user.pk, on=today, until=today + timedelta(days=AHEAD))  # type: ignore[assignment]
    found = [row for row in rows if row[0] not in ("change", "delegation")]
    if found:
        seen = {pk for (pk,) in SEEN(scopes, user=user.pk, keys=[row[5] for row in found])}
        found = [row for row in found if row[5] in seen]
    if any(row[0] == "change" for row in rows):
        speaks_for_others = any(row[0] == "delegation" for row in rows)
        changes = _told_changes(changes_waiting_for(user, on=today)) if speaks_for_others else CHANGES(scopes, user=user.pk)
        found += [("change", "change", reference, title, due, pk) for reference, title, due, pk in changes]
    tasks = [
        Task(what, kind, reference, title, due, bool(due and due < today)) for what, kind, reference, title, due, _pk in found
    ]
    return sorted(tasks, key=lambda task: (task.due_on or date.max, task.reference))


def _told_changes(rows: Any) -> Any:
    return rows.values_list("reference", "title", "due_on", "pk")[:SHOWN]


CHANGES = Prepared(lambda scopes, user: _told_changes(waiting_changes(somebody(user, scopes))), user=int)


def _seen(scopes: Scopes, user: int, keys: list[int]) -> QuerySet[Any, Any]:
    reader, array = somebody(user, scopes), Value(keys, ArrayField(BigIntegerField()))
    return Entry.objects.filter(OneOf(F("pk"), array)).in_sight_of(reader).told_to(reader).order_by().values_list("pk")


SEEN = Prepared(_seen, user=int, keys=list)


def _offered(scopes: Scopes, user: int, on: date) -> QuerySet[Any]:
    """What is escalated to a place that the person leads or holds a role on, as `may_answer` finds them; to the office, what went
    to it for want of somebody nearer, and what nobody there could answer any more."""
    leads = Q(programme__manager=user) | Q(programme__sponsor=user) | Q(portfolio__owner=user)
    portfolios, programmes = scopes.ids("portfolios", "register.accept"), scopes.ids("programmes", "register.accept")
    mine = leads
    for lookup, ids in (
        ("portfolio__in", portfolios),
        ("programme__portfolio__in", portfolios),
        ("programme__in", programmes),
    ):
        if ids:
            mine |= Q(**{lookup: ids})
    if scopes.rights.everywhere_may("register.accept"):
        roles = roles_with("register.accept")
        here = Q(portfolio=OuterRef("portfolio")) | Q(programme=OuterRef("programme"))
        here |= Q(portfolio=OuterRef("programme__portfolio"))
        members = Membership.objects.active(on).filter(here, role__in=roles, user__is_active=True)
        gone, nobody = User.objects.filter(is_active=False).order_by().values("pk"), Q()
        for path in ("programme__manager", "programme__sponsor", "portfolio__owner"):
            nobody &= Q(**{path: None}) | Q(**{f"{path}__in": gone})
        mine |= Q(is_for_office=True) | nobody & ~Q(Exists(members))
    return Escalation.objects.filter(mine, answer="offered").exclude(offered_by=user).order_by()


def _waiting(scopes: Scopes, user: int, on: date, until: date) -> QuerySet[Any, Any]:
    """All that waits, each part by an index of its own. Of submitted changes one, and who delegated: whose they are is asked only
    if there are any."""
    mine = Entry.objects.filter(owner=user, is_open=True, kind__in=OWNED)
    mine = mine.filter(
        ~Q(kind__in=["risk", "assumption"]) | Q(kind="risk", review_on__lte=until) | Q(kind="assumption", due_on__lte=until)
    )
    due = Case(When(kind="risk", then=F("review_on")), default=F("due_on"), output_field=DateField())
    nothing: Any = Value("", CharField())

    def told(rows: Any, what: Any, day: Any, prefix: str = "") -> Any:
        words = [
            Cast(f"{prefix}{name}", kind)
            for name, kind in (("kind", CharField()), ("reference", CharField()), ("title", TextField()))
        ]
        return rows.values_list(Cast(what, CharField()), *words, Cast(day, DateField()), F(f"{prefix}pk"))[:SHOWN]

    def exists(rows: Any, what: str) -> Any:
        words = (nothing, nothing, Value("", TextField()), Value(None, DateField()))
        return rows.order_by().values_list(Value(what, CharField()), *words, F("pk"))[:1]

    managed = Project.objects.filter(manager=user).order_by().values("pk")  # not joined twice: that takes long to plan
    side = Q(side="giver", dependency__receiver__in=managed) | Q(side="receiver", dependency__giver__in=managed)
    dates = DateOffer.objects.filter(side, answer="offered").order_by()
    # A commitment is told to who leads the giver ahead of its day, to who leads the receiver once it has passed.
    running = Dependency.objects.filter(entry__status__in=CONTRACTED).order_by()
    gives = running.filter(giver__manager=user, committed_on__lte=until)
    gets = running.filter(receiver__manager=user, committed_on__lt=on)
    return told(mine.order_by(due.asc(nulls_last=True)), F("kind"), due).union(
        told(_offered(scopes, user, on), Value("escalation"), Value(None, DateField()), "entry__"),
        told(dates, Value("date"), Value(None, DateField()), "dependency__entry__"),
        told(gives, Value("give"), F("committed_on"), "entry__"),
        told(gets, Value("get"), F("committed_on"), "entry__"),
        exists(Entry.objects.filter(kind="change", status="submitted"), "change"),
        exists(delegations_to(user, on), "delegation"),
        all=True,
    )


WAITING = Prepared(_waiting, user=int, on=date, until=date)
