"""The register entries of a scope as one reader sees them, with what changed since a moment: one query at any size.

`portfolio/formulas/raid_counts.py` adds them up. Only what the reader may see is read; without a reader only what is not
confidential, as it stands in an update that everybody on the project reads.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from core.prepared import Prepared
from portfolio.formulas.raid_counts import Item
from portfolio.formulas.scales import Scale
from portfolio.models.changes import Approver
from portfolio.models.dependencies import Dependency
from portfolio.models.raid import Action, Entry
from portfolio.models.raid_visibility import OneOf
from portfolio.models.risk_figures import impact_sql, probability_sql
from portfolio.models.risks import RiskReading, SharedImpact
from portfolio.models.structure import Portfolio, Programme
from portfolio.models.visibility import Scopes, scopes_of, somebody

AMOUNT = DecimalField(max_digits=20, decimal_places=4)
COLUMNS = (
    "pk", "kind", "reference", "title", "status", "is_open", "raised_on", "created_at", "closed_on", "updated_at", "project_id",
    "programme_id", "portfolio_id", "place", "above", "owner_called", "due_on", "review_on", "rank", "currency", "is_confidential", "outcome",
    "risk__sign", "risk__band", "score_now", "score_then", "worth", "answered", "change__cost_change", "change__finish_change",
    "change__decided_at", "change__approver",
)  # fmt: skip


def read_items(
    user: Any, inside: Q, *, since: datetime, scale: Scale, project: int | None = None, at: datetime | None = None
) -> list[Item]:
    """The entries of `inside` that the reader may see (None: those not confidential): open ones, and those closed since the moment.
    `project`: the one whose page it is, others' risks are marked as shared. `at`: as they stood at that moment, as far as days
    and readings tell. One query."""
    rows = Entry.objects.filter(is_confidential=False) if user is None else Entry.objects.visible_to(user)
    day, end = _days(since, at)
    found = _lately(rows.filter(inside), day, end if at else None)
    return _items(_told(found, since, scale, at, user), since=since, scale=scale, project=project, at=at)


def read_project_items(user: Any, project: int, *, since: datetime, scale: Scale, at: datetime | None = None) -> list[Item]:
    """The same for one project that the reader is known to see, its own entries and those that it shares or gives: whoever sees
    a project sees those, but for confidential ones. One query, put together once for readers of equal rights."""
    day, end = _days(since, at)
    scopes, key = (None, 0) if user is None else (scopes_of(user), user.pk)
    lines = ON_PROJECT(scopes, scale, at is not None, user=key, project=project, day=day, end=end, since=since, at=at or since)
    return _items(lines, since=since, scale=scale, project=project, at=at)


def _on_project(
    scopes: Scopes | None,
    scale: Scale,
    is_past: bool,
    *,
    user: int,
    project: int,
    day: date,
    end: date,
    since: datetime,
    at: datetime,
) -> QuerySet[Any, Any]:
    reader = None if scopes is None else somebody(user, scopes)
    rows = Entry.objects.filter(OneOf(F("pk"), ArraySubquery(_keys([project]))))
    if reader is None:
        rows = rows.filter(is_confidential=False)
    else:
        rows = rows.filter(Q(project=project) | Q(kind__in=["risk", "dependency"])).told_to(reader)
    return _told(_lately(rows, day, end if is_past else None), since, scale, at if is_past else None, reader)


def _days(since: datetime, at: datetime | None) -> tuple[date, date]:
    """The days of both moments."""
    day = timezone.localtime(since).date()
    return day, timezone.localtime(at).date() if at else day


def _lately(rows: Any, day: date, end: date | None) -> Any:
    """Open, or closed since the day; and there on the last day."""
    rows = rows.filter(Q(is_open=True) | Q(closed_on__gte=day))
    return rows if end is None else rows.filter(raised_on__lte=end)


def _items(
    lines: Iterable[tuple[Any, ...]], *, since: datetime, scale: Scale, project: int | None, at: datetime | None
) -> list[Item]:
    day, end = _days(since, at)
    tones = {band.key: (band.tone, band.label) for band in scale.bands}
    found = []
    for line in lines:
        row = dict(zip(COLUMNS, line, strict=True))
        tone, band = tones.get(row["risk__band"] or "", ("", ""))
        was_open = row["is_open"] or (at is not None and row["closed_on"] is not None and row["closed_on"] > end)
        found.append(
            Item(
                pk=row["pk"],
                kind=row["kind"],
                reference=row["reference"],
                title=row["title"],
                status=row["status"],
                is_open=was_open,
                is_new=_after(row["raised_on"], row["created_at"], day, since),
                is_closed_since=not was_open and _after(row["closed_on"], row["updated_at"], day, since),
                project=row["project_id"],
                place=row["place"] or "",
                above=row["above"] or "",
                owner=row["owner_called"] or "",
                decider=str(Approver(row["change__approver"]).label) if row["change__approver"] else row["owner_called"] or "",
                due_on=row["due_on"],
                review_on=row["review_on"],
                rank=row["rank"],
                currency=row["currency"],
                sign=row["risk__sign"] or "",
                score=row["score_now"],
                score_before=row["score_then"],
                tone=tone,
                band=band,
                exposure=row["worth"].quantize(Decimal("0.01")) if row["worth"] is not None else None,
                is_answered=bool(row["answered"]) or row["status"] == "accepted",
                is_shared=project is not None and row["kind"] == "risk" and row["project_id"] != project,
                is_confidential=row["is_confidential"],
                outcome=row["outcome"],
                is_decided_since=row["change__decided_at"] is not None and row["change__decided_at"] > since,
                cost_change=row["change__cost_change"],
                finish_change=row["change__finish_change"],
            )
        )
    return found


def _higher(name: str, of: str, user: Any) -> Any:
    """What a programme or portfolio is called, as SQL; nothing where the reader sees the risk only from a project that shares it."""
    if user is None or scopes_of(user).rights.everywhere_may("portfolio.view"):
        return F(f"{name}__{of}")
    model = {"programme": Programme, "portfolio": Portfolio}[name]
    seen = model.objects.visible_to(user).filter(pk=OuterRef(name)).order_by()  # type: ignore[attr-defined]
    return Case(
        When(Q(**{f"{name}__isnull": False}) & Exists(seen), then=F(f"{name}__{of}")), default=None, output_field=TextField()
    )


def _told(rows: Any, since: datetime, scale: Scale, at: datetime | None, user: Any) -> Any:
    readings = RiskReading.objects.filter(entry=OuterRef("pk"))
    product = ExpressionWrapper(F("current_likelihood") * F("current_impact"), output_field=IntegerField())
    then = readings.filter(at__lte=since, is_open=True).order_by("-at", "-pk").annotate(score=product).values("score")[:1]
    now: Any = ExpressionWrapper(F("risk__current_likelihood") * F("risk__current_impact"), output_field=IntegerField())
    if at is not None:
        now = Subquery(readings.filter(at__lte=at).order_by("-at", "-pk").annotate(score=product).values("score")[:1])
    sign = Case(When(risk__sign="threat", then=Value(-1)), default=Value(1), output_field=IntegerField())
    # A confidential response would be told by what is not unanswered any more.
    answers = Action.objects.filter(about=OuterRef("pk"), entry__is_confidential=False).exclude(entry__status="cancelled")
    return (
        rows.annotate(
            place=Coalesce(
                "project__reference",
                _higher("programme", "reference", user),
                _higher("portfolio", "reference", user),
                output_field=TextField(),
            ),
            above=Coalesce(_higher("programme", "name", user), _higher("portfolio", "name", user), output_field=TextField()),
            owner_called=Coalesce(NullIf("owner__name", Value("")), "owner__email", output_field=TextField()),
            score_now=now,
            # Subqueries only where they can find something: an entry of another kind costs nothing.
            score_then=Case(When(kind="risk", then=Subquery(then)), default=None, output_field=IntegerField()),
            answered=Case(When(kind="risk", then=Exists(answers)), default=Value(False)),
            worth=ExpressionWrapper(sign * probability_sql(scale) * impact_sql() / 100, output_field=AMOUNT),
        )
        .order_by()
        .values_list(*COLUMNS)
    )


ON_PROJECT = Prepared(_on_project, user=int, project=int, day=date, end=date, since=datetime, at=datetime)


def _after(day: date | None, kept_at: datetime, since_day: date, since: datetime) -> bool:
    """Whether it was later than the moment; on its very day the moment of writing decides."""
    return day is not None and (day > since_day or (day == since_day and kept_at > since))


def of_projects(ids: Iterable[int]) -> Q:
    """The condition that an entry belongs to one of these projects, is shared by one, or given by one to another."""
    return Q(pk__in=_keys(ids))


def _keys(projects: Iterable[int]) -> Any:
    """Three lists of keys, each by its index: an "or" over three tables would read every entry."""
    ids = list(projects)
    own = Entry.objects.filter(project__in=ids).order_by().values("pk")
    shared = SharedImpact.objects.filter(project__in=ids).order_by().values("entry")
    given = Dependency.objects.filter(giver__in=ids).order_by().values("entry")
    return own.union(shared, given)


def with_sharers(items: Iterable[Item], ids: Iterable[int]) -> list[Item]:
    """The same items, each with those of these projects that share it. One query."""
    rows = list(items)
    risks = [item.pk for item in rows if item.kind == "risk"]
    sharers: dict[int, list[int]] = defaultdict(list)
    for entry, project in (
        SharedImpact.objects.filter(entry__in=risks, project__in=list(ids))
        .order_by("project")
        .values_list("entry_id", "project_id")
    ):
        sharers[entry].append(project)
    return [replace(item, shared_by=tuple(sharers[item.pk])) if item.pk in sharers else item for item in rows]
