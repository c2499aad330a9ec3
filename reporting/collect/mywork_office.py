"""What the office looks after, on My work: imports, mail that did not go out, reports that failed or stopped, locked sign-ins,
a history that could not be sealed or differs from its seals."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateTimeField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from core.access import mails_visible_to
from core.imports.registry import private_targets
from core.models.imports import ImportJob, ImportState
from core.models.mail import MailState
from core.models.seals import HistoryTrouble
from core.prepared import Prepared
from portfolio.models.visibility import Scopes, somebody
from reporting.access import schedules_for
from reporting.models import Purpose, ReportRun, RunState

IMPORTS_SHOWN = 5
SHOWN = 10
# part: whose rights open it
PARTS = {"import": "import", "mail": "mail", "reports": "reports", "people": "people", "history": "people"}


class Import(NamedTuple):
    """An import that waits for a person, or failed."""

    pk: int
    name: str
    state: str
    updated_at: datetime

    @property
    def state_words(self) -> str:
        """The state as people read it."""
        return str(ImportState(self.state).label)


class Unsent(NamedTuple):
    """A mail that did not go out, or nobody knows."""

    pk: int
    subject: str
    to_address: str
    state: str

    @property
    def state_words(self) -> str:
        """The state as people read it."""
        return str(MailState(self.state).label)


class Stopped(NamedTuple):
    """A schedule that is paused, or whose last run failed: then with `failed_run`, its `failed_at` and `reason`."""

    pk: int
    name: str
    paused_at: datetime | None
    paused_reason: str
    failed_run: int | None
    failed_at: datetime | None
    reason: str | None


class Locked(NamedTuple):
    """A sign-in that is locked out."""

    username: str
    ip_address: str | None
    attempt_time: datetime


class Unsealed(NamedTuple):
    """The history could not be sealed (`kind` "sealing"), or is not what was sealed ("verifying")."""

    kind: str
    reason: str
    since: datetime
    last_at: datetime
    times: int

    @property
    def title(self) -> str:
        """What happened."""
        if self.kind == "sealing":
            return _("The history could not be sealed.")
        return _("The history is not what was sealed.")

    @property
    def next_step(self) -> str:
        """What to do about it."""
        if self.kind == "sealing":
            return _(
                "Everything is recorded all the same; it only has no seal yet. Ask whoever runs the server to look up"
                " “history_seal_failed” in the worker’s log and to mend the cause: the next run, within half an hour, goes on from there."
            )
        return _(
            "Keep the database as it is. Ask whoever runs the server to compare these parts with a backup, and who had the"
            " database owner’s password; then to run “manage.py verify_history” again, which takes this away once all is as it was sealed."
        )


class Office(NamedTuple):
    """All of it; a part that the person does not look after is empty."""

    imports: list[Import]
    mails: list[Unsent]
    reports: list[Stopped]
    locked: list[Locked]
    history: list[Unsealed]


def office_of(user: int, scopes: Scopes, may: dict[str, bool], *, since: datetime) -> Office:
    """What waits for who looks after these parts; sign-ins locked since a moment. One query, none for somebody else."""
    parts = [name for name, right in PARTS.items() if may[right]]
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in PARTS}
    if parts:
        for part, *row in sorted(OFFICE(scopes, *parts, user=user, since=since), key=lambda row: row[-2:], reverse=True):
            rows[part].append(tuple(row))
    return Office(
        [Import(pk, name, state, at) for name, state, _c, at, _at, _other, _sort, pk in rows["import"]],
        [Unsent(pk, subject, to, state) for subject, to, state, _at, _other_at, _other, _sort, pk in rows["mail"]],
        [
            Stopped(pk, name, paused_at, why, run, failed_at, error)
            for name, why, error, paused_at, failed_at, run, _sort, pk in rows["reports"]
        ],
        [Locked(name, address or None, at) for name, address, _c, at, _at, _other, _sort, _pk in rows["people"]],
        [Unsealed(kind, why, since, last, times) for kind, why, _c, since, last, times, _sort, _pk in rows["history"]],
    )


def _office(scopes: Scopes, *parts: str, user: int, since: datetime) -> QuerySet[Any, Any]:
    """One row for each thing: its part, three words, two moments, another key, the moment it is sorted by, its key."""
    makers = {"import": _imports, "mail": _unsent, "reports": _stopped, "people": _locked, "history": _unsealed}
    first, *others = (makers[part](part, somebody(user, scopes), "people" in parts, since) for part in parts)
    return first.union(*others, all=True) if others else first


def _told(
    rows: Any, part: str, words: Iterable[Any], moments: Iterable[Any], sort: Any, *, other: Any = None, limit: int
) -> Any:
    nothing = Cast(Value(None), DateTimeField())
    words = [*(Cast(word, TextField()) for word in words), Value("", TextField()), Value("", TextField())][:3]
    moments = [*(Cast(moment, DateTimeField()) for moment in moments), nothing, nothing][:2]
    other = Cast(Value(None) if other is None else other, BigIntegerField())
    ends = (other, Cast(sort, DateTimeField()), Cast("pk", BigIntegerField()))
    return rows.values_list(Value(part, CharField()), *words, *moments, *ends)[:limit]


def _imports(part: str, user: Any, everybodys: bool, since: datetime) -> Any:
    found = ImportJob.objects.filter(state__in=[ImportState.READ, ImportState.PREVIEWED, ImportState.FAILED])
    own = Q(started_by=user)
    found = found.filter(own | ~Q(target__in=private_targets()) if everybodys else own)
    return _told(found, part, ("name", "state"), ("updated_at",), "created_at", limit=IMPORTS_SHOWN)


def _unsent(part: str, user: Any, everybodys: bool, since: datetime) -> Any:
    found = mails_visible_to(user).filter(state__in=[MailState.FAILED, MailState.UNKNOWN], is_confidential=False)
    return _told(found, part, ("subject", "to_address", "state"), (), "created_at", limit=SHOWN)


def _stopped(part: str, user: Any, everybodys: bool, since: datetime) -> Any:
    ended = ReportRun.objects.filter(
        schedule=OuterRef("pk"), purpose__in=[Purpose.SCHEDULED, Purpose.NOW], state__in=[RunState.DONE, RunState.FAILED]
    ).order_by("-created_at", "-pk")
    failed = {"last_state": RunState.FAILED}

    def of_last(name: str) -> Case:
        return Case(When(**failed, then=Subquery(ended.values(name)[:1])))

    found = schedules_for(user).annotate(last_state=Subquery(ended.values("state")[:1]))
    found = (
        found.filter(Q(paused_at__isnull=False) | Q(**failed))
        .annotate(failed_run=of_last("pk"), failed_at=of_last("due_at"), reason=of_last("error"))
        .order_by(Coalesce("failed_at", "paused_at").desc(), "pk")
    )
    words, moments = ("name", "paused_reason", "reason"), ("paused_at", "failed_at")
    return _told(found, part, words, moments, Coalesce("failed_at", "paused_at"), other=F("failed_run"), limit=SHOWN)


def _locked(part: str, user: Any, everybodys: bool, since: datetime) -> Any:
    found = AccessAttempt.objects.filter(
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gte=since
    ).order_by("-attempt_time")
    return _told(found, part, ("username", "ip_address"), ("attempt_time",), "attempt_time", limit=SHOWN)


def _unsealed(part: str, user: Any, everybodys: bool, since: datetime) -> Any:
    words, moments = ("kind", "reason"), ("first_at", "last_at")
    return _told(HistoryTrouble.objects.order_by("first_at"), part, words, moments, "first_at", other=F("times"), limit=SHOWN)


OFFICE = Prepared(_office, user=int, since=datetime)
