"""What many risks come to, added up in the database: cells of the matrix, movement since a day, exposure, months.

Everything starts from `Entry.objects.visible_to(user)`: confidential risks are in no figure of anybody else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, JSONObject, Least

from portfolio.formulas.scales import Scale
from portfolio.models.raid import Action, Entry
from portfolio.models.risks import RiskReading, SharedImpact
from portfolio.models.structure import Portfolio, Programme, Project
from portfolio.models.visibility import nested_in

AMOUNT = DecimalField(max_digits=20, decimal_places=4)
ZERO = Value(Decimal(0), output_field=AMOUNT)


def within(scope: Portfolio | Programme | Project | None) -> Q:
    """The condition that an entry lies in a scope, as the registers' filters narrow to it; a project has the risks that it
    shares, too. None is the whole organisation. A portfolio costs one query."""
    if scope is None:
        return Q()
    if isinstance(scope, Project):
        return Q(project=scope) | Q(pk__in=SharedImpact.objects.filter(project=scope).values("entry"))
    if isinstance(scope, Programme):
        return Q(programme=scope) | Q(project__programme=scope)
    ids = nested_in(scope)
    above = Q(portfolio__in=ids) | Q(programme__portfolio__in=ids)
    return above | Q(project__portfolio__in=ids) | Q(project__programme__portfolio__in=ids)


def projects_in(scope: Portfolio | Programme | Project | None) -> Q:
    """The condition that a project lies in a scope. A portfolio costs one query."""
    if scope is None:
        return Q()
    if isinstance(scope, Project):
        return Q(pk=scope.pk)
    if isinstance(scope, Programme):
        return Q(programme=scope)
    ids = nested_in(scope)
    return Q(portfolio__in=ids) | Q(programme__portfolio__in=ids)


def risks_of(user: Any, inside: Q) -> "QuerySet[Any]":
    """The risks of a scope that the person may see, open or not."""
    return Entry.objects.visible_to(user).filter(kind="risk").filter(inside).order_by()


def risks_in(user: Any, scope: Portfolio | Programme | Project | None) -> "QuerySet[Any]":
    """The risks in a scope that the person may see. Of a programme or portfolio without those seen only from a project that shares
    them: being among them would tell what they belong to."""
    rows: Any = risks_of(user, within(scope))
    return rows if scope is None or isinstance(scope, Project) else rows.in_sight_of(user, aside=False)


@dataclass(frozen=True)
class CellCount:
    """So many risks of a sign and category in a cell; levels are None where they are not rated."""

    sign: str
    likelihood: int | None
    impact: int | None
    category: int | None
    count: int


def cells_of(rows: "QuerySet[Any]", stage: str) -> list[CellCount]:
    """How many open risks lie in each cell, by category. One query."""
    names = ("risk__sign", f"risk__{stage}_likelihood", f"risk__{stage}_impact", "category")
    return [CellCount(*line) for line in rows.filter(is_open=True).values_list(*names).annotate(count=Count("pk"))]


@dataclass(frozen=True)
class MoveCount:
    """So many risks of a sign that went from one place to another; None: not open, not rated or not there at that time."""

    sign: str
    start: tuple[int, int] | None
    end: tuple[int, int] | None
    count: int


def moves_of(rows: "QuerySet[Any]", stage: str, since: datetime) -> list[MoveCount]:
    """What stands elsewhere than it stood at `since`. Reads the risks that have a newer reading only. One query."""
    likelihood, impact = f"{stage}_likelihood", f"{stage}_impact"
    last = RiskReading.objects.filter(entry=OuterRef("pk"), at__lt=since).order_by("-at", "-pk")
    was = last.values(place=JSONObject(likelihood=likelihood, impact=impact, is_open="is_open"))
    changed = rows.filter(Exists(RiskReading.objects.filter(entry=OuterRef("pk"), at__gte=since)))
    lines = (
        changed.annotate(was=Subquery(was[:1]))
        .values_list("risk__sign", "was", f"risk__{likelihood}", f"risk__{impact}", "is_open")
        .annotate(count=Count("pk"))
    )
    found = []
    for sign, before, to_likelihood, to_impact, is_open, count in lines:
        start = _place(before["likelihood"], before["impact"]) if before and before["is_open"] else None
        end = _place(to_likelihood, to_impact) if is_open else None
        if start != end:
            found.append(MoveCount(sign, start, end, count))
    return found


def _place(likelihood: int | None, impact: int | None) -> tuple[int, int] | None:
    return (likelihood, impact) if likelihood and impact else None


def probability_sql(scale: Scale, prefix: str = "risk__") -> Any:
    """The probability in percent as SQL: as given, or the middle of the current likelihood's anchor."""
    middles = [
        When(**{f"{prefix}current_likelihood": level}, then=Value(anchor.middle))
        for level, anchor in enumerate(scale.likelihood, 1)
    ]
    return Coalesce(F(f"{prefix}probability"), Case(*middles, output_field=AMOUNT), output_field=AMOUNT)


def impact_sql(prefix: str = "risk__") -> Any:
    """The expected impact as SQL: the mean of the triangle, missing ends being the likely amount."""
    likely = F(f"{prefix}impact_likely")
    total = Coalesce(F(f"{prefix}impact_low"), likely) + likely + Coalesce(F(f"{prefix}impact_high"), likely)
    return ExpressionWrapper(total / Value(Decimal(3)), output_field=AMOUNT)


def with_exposure(rows: "QuerySet[Any]", scale: Scale) -> "QuerySet[Any]":
    """Risks with `exposure` (signed, as it stands) and `exposure_after` (after their open responses), None without figures.

    The same sums as `portfolio/formulas/exposure.py`; a test holds both equal. Confidential responses are left out: the sum would
    tell others that they exist.
    """
    responses = (
        Action.objects.filter(about=OuterRef("pk"), entry__is_open=True, entry__is_confidential=False)
        .order_by()
        .values("about")
    )
    points = Coalesce(Subquery(responses.annotate(sum=Sum("probability_effect")).values("sum")), ZERO, output_field=AMOUNT)
    amount = Coalesce(Subquery(responses.annotate(sum=Sum("impact_effect")).values("sum")), ZERO, output_field=AMOUNT)
    sign = Case(When(risk__sign="threat", then=Value(-1)), default=Value(1), output_field=IntegerField())
    rows = rows.annotate(likely=probability_sql(scale), large=impact_sql(), signed=sign)
    return rows.annotate(
        exposure=ExpressionWrapper(F("signed") * F("likely") * F("large") / 100, output_field=AMOUNT),
        exposure_after=Case(
            When(large__isnull=True, then=Value(None, output_field=AMOUNT)),
            When(likely__isnull=True, then=Value(None, output_field=AMOUNT)),
            When(
                risk__sign="threat",
                then=-Greatest(F("likely") - points, ZERO, output_field=AMOUNT)
                * Greatest(F("large") - amount, ZERO, output_field=AMOUNT)
                / 100,
            ),
            default=Least(F("likely") + points, Value(Decimal(100), output_field=AMOUNT), output_field=AMOUNT)
            * (F("large") + amount)
            / 100,
            output_field=AMOUNT,
        ),
    )


def exposure_by(rows: "QuerySet[Any]", scale: Scale, *keys: str) -> list[dict[str, Any]]:
    """Exposure of open risks by currency and the keys: `count`, `stated` (with figures), `threats`, `opportunities`, `after`,
    `net`. One query."""
    threat, opportunity = Q(risk__sign="threat"), Q(risk__sign="opportunity")
    lines = (
        with_exposure(rows.filter(is_open=True), scale)
        .values("currency", *keys)
        .annotate(
            count=Count("pk"),
            stated=Count("exposure"),
            threats=Sum("exposure", filter=threat),
            opportunities=Sum("exposure", filter=opportunity),
            net=Sum("exposure"),
            after=Sum("exposure_after"),
        )
        .order_by("net")
    )
    return list(lines)


def contingency_by(projects: "QuerySet[Any]", *keys: str) -> list[dict[str, Any]]:
    """Contingency of projects by currency and the keys. One query."""
    stated = projects.filter(contingency__isnull=False).order_by()
    return list(stated.values("currency", *keys).annotate(contingency=Sum("contingency")))


MONTHS = """
WITH read AS (
    SELECT entry_id, at, is_open, exposure, lead(at) OVER (PARTITION BY entry_id ORDER BY at, id) AS ends
    FROM portfolio_riskreading WHERE entry_id IN ({rows})
)
SELECT ends.moment, risk.sign, entry.currency, count(*), sum(read.exposure)
FROM unnest(%s::timestamptz[]) AS ends(moment)
JOIN read ON read.at <= ends.moment AND (read.ends IS NULL OR read.ends > ends.moment)
JOIN portfolio_risk risk USING (entry_id)
JOIN portfolio_entry entry ON entry.id = read.entry_id
WHERE read.is_open GROUP BY 1, 2, 3
"""


def standing_at(rows: "QuerySet[Any]", moments: Sequence[datetime]) -> list[tuple[datetime, str, str, int, Decimal | None]]:
    """How many risks were open at each moment and their exposure: (moment, sign, currency, count, exposure). One query."""
    sql, parameters = rows.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(MONTHS.format(rows=sql), [*parameters, list(moments)])
        return list(cursor.fetchall())


def over_appetite(rows: "QuerySet[Any]", limits: Iterable[tuple[int, int]]) -> "QuerySet[Any]":
    """Open threats whose current score is above what their category bears: `limits` are (category, highest score)."""
    condition = Q(pk__in=[])
    for category, limit in limits:
        condition |= Q(category=category, score__gt=limit)
    score = ExpressionWrapper(F("risk__current_likelihood") * F("risk__current_impact"), output_field=IntegerField())
    return rows.filter(is_open=True, risk__sign="threat").annotate(score=score).filter(condition)
