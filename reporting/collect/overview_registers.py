"""The registers on the portfolio overview, added up in the database: counts, exposure, what needs attention. Registers show today.

A fragment of its own, loaded after the page, so that the page costs what it did. Only what the reader may see is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portfolio.actions.risks import current_scale
from portfolio.formulas.raid_counts import Exposure, KindCount
from portfolio.models import (
    Action,
    ChangeRequest,
    Dependency,
    Entry,
    EntryWatcher,
    Escalation,
    Risk,
    RiskReading,
    RiskScale,
    SharedImpact,
)
from portfolio.models.risk_figures import exposure_by, moves_of
from portfolio.registers import CONTRACTED, KINDS, Kind
from portfolio.risk_map import above_seen
from portfolio.wording_raid import exposure_words

TABLES = (Entry, Risk, Action, ChangeRequest, Dependency, EntryWatcher, Escalation, RiskReading, RiskScale, SharedImpact)
SHOWN = 5
ZERO = Decimal(0)


@dataclass(frozen=True)
class Row:
    """The numbers of one register with its list."""

    kind: Kind
    count: KindCount
    url: str


@dataclass(frozen=True)
class Need:
    """Something that needs somebody: how many, in words, and where they are."""

    words: str
    url: str
    number: int = 0


@dataclass(frozen=True)
class Pressing:
    """A red risk that nobody answers."""

    reference: str
    title: str
    place: str
    score: int | None
    url: str


@dataclass(frozen=True)
class RegistersFound:
    """What the fragment shows."""

    rows: tuple[Row, ...]
    needs: tuple[Need, ...]
    pressing: tuple[Pressing, ...]
    exposure: str
    worth: tuple[Exposure, ...]
    raised: int
    lowered: int


def registers_found(user: Any, *, inside: Q | None, since: datetime, today: date, query: dict[str, Any]) -> RegistersFound:
    """Everything the fragment shows. `inside` narrows entries, `query` the lists that links lead to. Eight queries at any size."""
    rows = Entry.objects.visible_to(user).order_by()
    if inside is not None:
        rows = rows.filter(inside)
    counts, reviews = _counts(rows, since, today)
    scale = current_scale()
    risks = rows.filter(kind="risk")
    raised, lowered = _moved(risks, since)
    red = [band.key for band in scale.bands if band.tone == "red"]
    pressing, unanswered = _unanswered(user, risks, red)
    escalated = Escalation.objects.filter(answer="offered", entry__in=rows.values("pk")).count()

    def link(kind: str, **more: str) -> str:
        return f"{reverse(f'portfolio:{kind}-list')}?{urlencode(query | more)}"

    waiting, broken = _waiting(rows, today)
    found = {count.kind: count for count in counts}
    overdue = {kind: found[kind].overdue for kind in found}
    needs = [
        (unanswered, ngettext("%(n)s red risk without a response", "%(n)s red risks without a response", unanswered), link("risk", band=red[-1] if red else "")),
        (escalated, ngettext("%(n)s escalation waits for an answer", "%(n)s escalations wait for an answer", escalated), link("risk")),
        (reviews, ngettext("%(n)s risk review overdue", "%(n)s risk reviews overdue", reviews), link("risk", review="overdue")),
        (n := overdue.get("issue", 0), ngettext("%(n)s issue overdue", "%(n)s issues overdue", n), link("issue", due="overdue")),
        (n := overdue.get("decision", 0), ngettext("%(n)s decision overdue", "%(n)s decisions overdue", n), link("decision", due="overdue")),
        (broken, ngettext("%(n)s commitment between projects overdue", "%(n)s commitments between projects overdue", broken), link("dependency", overdue="on")),
        (waiting, ngettext("%(n)s change request waits for approval", "%(n)s change requests wait for approval", waiting), link("change", status="submitted")),
    ]  # fmt: skip
    worth = [
        Exposure(line["currency"], line["threats"] or ZERO, line["opportunities"] or ZERO)
        for line in exposure_by(risks, scale)
        if line["stated"]
    ]
    return RegistersFound(
        rows=tuple(Row(kind, found[key], link(key)) for key, kind in KINDS.items() if key in found),
        needs=tuple(Need(words % {"n": number}, url, number) for number, words, url in needs if number),
        pressing=pressing,
        exposure=exposure_words(worth),
        worth=tuple(worth),
        raised=raised,
        lowered=lowered,
    )


def _moved(risks: Any, since: datetime) -> tuple[int, int]:
    """How many threats are rated higher, and how many lower, than they were."""

    def score(place: tuple[int, int] | None) -> int:
        return place[0] * place[1] if place else 0

    both = [move for move in moves_of(risks, "current", since) if move.sign == "threat" and move.start and move.end]
    raised = sum(move.count for move in both if score(move.end) > score(move.start))
    return raised, sum(move.count for move in both if score(move.end) < score(move.start))


def _unanswered(user: Any, risks: Any, red: Sequence[str]) -> tuple[tuple[Pressing, ...], int]:
    """Open threats in a red band that nothing is done about: the worst of them, and how many there are. A second query where there
    are more than are shown, one more where one belongs to a programme or portfolio: it is named as far as the reader sees it."""
    answers = Action.objects.filter(about=OuterRef("pk")).exclude(entry__status="cancelled")
    bare = (
        risks.filter(is_open=True, risk__sign="threat", risk__band__in=red).exclude(status="accepted").filter(~Exists(answers))
    )
    found = list(
        bare.order_by("-rank", "pk").values_list(
            "reference", "title", "project__title", "programme", "programme__name", "portfolio", "portfolio__name",
            "risk__current_likelihood", "risk__current_impact",
        )[: SHOWN + 1]
    )  # fmt: skip
    seen = above_seen(user, programmes=[row[3] for row in found], portfolios=[row[5] for row in found])
    shown = tuple(
        Pressing(
            reference, title, project or (("programme", above) in seen and programme) or (("portfolio", top) in seen and portfolio) or "",
            likelihood * impact if likelihood and impact else None, reverse("portfolio:risk-detail", args=[reference]),
        )
        for reference, title, project, above, programme, top, portfolio, likelihood, impact in found[:SHOWN]
    )  # fmt: skip
    return shown, len(found) if len(found) <= SHOWN else bare.count()


def _waiting(rows: Any, today: date) -> tuple[int, int]:
    """Change requests submitted; dependencies whose committed day has passed. One query."""
    kinds = rows.filter(Q(kind="change", status="submitted") | Q(kind="dependency", status__in=CONTRACTED))
    overdue = Q(kind="change") | Q(dependency__committed_on__lt=today)
    found = dict(kinds.values_list("kind").annotate(count=Count("pk", filter=overdue)))
    return found.get("change", 0), found.get("dependency", 0)


def _counts(rows: Any, since: datetime, today: date) -> tuple[list[KindCount], int]:
    """The numbers of each register, and risk reviews overdue. One query. New and closed by the day: later than that of `since`,
    or on it and written down after it."""
    day = timezone.localtime(since).date()
    lines = rows.filter(Q(is_open=True) | Q(closed_on__gte=day) | Q(raised_on__gte=day)).values_list("kind").annotate(
        now=Count("pk", filter=Q(is_open=True)),
        new=Count("pk", filter=Q(raised_on__gt=day) | Q(raised_on=day, created_at__gt=since)),
        closed=Count("pk", filter=Q(is_open=False) & (Q(closed_on__gt=day) | Q(closed_on=day, updated_at__gt=since))),
        overdue=Count("pk", filter=Q(is_open=True, due_on__lt=today)),
        reviews=Count("pk", filter=Q(is_open=True, kind="risk", review_on__lt=today)),
    )  # fmt: skip
    found = [(KindCount(kind, *numbers), reviews) for kind, *numbers, reviews in lines]
    return [count for count, _reviews in found], sum(reviews for _count, reviews in found)


def title_of(found: RegistersFound) -> str:
    """The finding: what is most pressing."""
    if found.needs:
        return found.needs[0].words
    return _("Nothing in the registers is overdue")
