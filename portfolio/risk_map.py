"""What is shown of many risks at once: the matrix with movement, top risks and breaches, the months, shared risks. The same for the
pages that draw it and for the API."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, QuerySet, Value
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.prepared import Prepared
from portfolio.access import portfolio_for, programme_for, project_for
from portfolio.actions.risks import appetites
from portfolio.formulas.exposure import appetite_of, breaches
from portfolio.formulas.scales import Scale
from portfolio.models import (
    Entry,
    Portfolio,
    Programme,
    Project,
    SharedImpact,
)
from portfolio.models.risk_figures import (
    CellCount,
    MoveCount,
    cells_of,
    moves_of,
    over_appetite,
    risks_in,
    standing_at,
    with_exposure,
)
from portfolio.models.visibility import scopes_of, somebody

STAGES = {
    "current": gettext_lazy("Current rating"),
    "inherent": gettext_lazy("Inherent rating"),
    "target": gettext_lazy("Target rating"),
}


SIGNS = (
    ("threat", gettext_lazy("Threats"), gettext_lazy("Threat")),
    ("opportunity", gettext_lazy("Opportunities"), gettext_lazy("Opportunity")),
)


DAYS_BACK = 30


MOST_DAYS_BACK = 3650


TOP, MOST_BREACHES, MOST_SHARED, MOST_PROJECTS = 10, 8, 25, 16


MONTHS = 12


Scope = Portfolio | Programme | Project | None


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    scope: Scope
    name: str
    query: dict[str, str]
    rows: "QuerySet[Entry]"
    drill: dict[str, Any]
    reader: Any = None

    def rows_url(self, **more: Any) -> str:
        """The register, narrowed as this page is and further."""
        return f"{reverse('portfolio:risk-list')}?{urlencode({**self.drill, **more})}"


def asked_of(user: Any, reference: str) -> Asked:
    """A scope by its reference, which the person must see, else the whole organisation. 404 unseen."""
    reference = reference.strip().upper()
    scope: Scope = None
    if reference.startswith("PRJ-"):
        scope = project_for(user, reference, "project.view")
    elif reference.startswith("PRG-"):
        scope = programme_for(user, reference)
    elif reference.startswith("PFO-"):
        scope = portfolio_for(user, reference)
    elif reference:
        raise Http404
    drill: dict[str, Any] = {}
    if isinstance(scope, Project):
        drill = {"project": scope.reference}
    elif scope is not None:
        drill = {"programme" if isinstance(scope, Programme) else "portfolio": scope.pk}
    rows = risks_in(user, scope)
    return Asked(
        scope,
        str(scope) if scope else _("All that you may see"),
        {"scope": reference} if reference else {},
        rows,
        drill,
        user,
    )


def day_asked(text: str, today: date) -> date:
    """The day from which movement is counted: as told (ISO), 30 days ago for none, for nonsense and for a day to come."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not today - timedelta(days=MOST_DAYS_BACK) <= day <= today:
        return today - timedelta(days=DAYS_BACK)
    return day


def moment(day: date) -> datetime:
    """The start of a day, here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def matrix_finding(scale: Scale, cells: list[CellCount]) -> str:
    """What the matrix shows, in a sentence."""
    threats = sum(cell.count for cell in cells if cell.sign == "threat")
    worst = scale.bands[-1]
    high = sum(cell.count for cell in cells if cell.sign == "threat" and scale.band_of(cell.likelihood, cell.impact) == worst)
    if not threats:
        opportunities = sum(cell.count for cell in cells)
        if not opportunities:
            return _("No open risk")
        return ngettext(
            "No open threat, %(count)d open opportunity", "No open threat, %(count)d open opportunities", opportunities
        ) % {"count": opportunities}
    return ngettext(
        "%(high)d of %(count)d open threat is rated %(band)s",
        "%(high)d of %(count)d open threats are rated %(band)s",
        threats,
    ) % {"high": high, "count": threats, "band": worst.label.lower()}


@dataclass(frozen=True)
class Movement:
    """What changed since a day, threats and opportunities together: so many rated higher, lower, new, closed."""

    raised: int = 0
    lowered: int = 0
    new: int = 0
    closed: int = 0

    @property
    def words(self) -> list[str]:
        """Each in words."""
        return [
            ngettext("%(count)d rated higher", "%(count)d rated higher", self.raised) % {"count": self.raised},
            ngettext("%(count)d rated lower", "%(count)d rated lower", self.lowered) % {"count": self.lowered},
            ngettext("%(count)d new", "%(count)d new", self.new) % {"count": self.new},
            ngettext("%(count)d closed", "%(count)d closed", self.closed) % {"count": self.closed},
        ]


def movement_of(scale: Scale, moves: list[MoveCount]) -> Movement:
    """The moves added up."""
    worse = better = new = gone = 0
    for move in moves:
        if move.start is None:
            new += move.count
        elif move.end is None:
            gone += move.count
        else:
            rise = scale.rank(*move.end) - scale.rank(*move.start)
            worse += move.count if rise > 0 else 0
            better += move.count if rise < 0 else 0
    return Movement(worse, better, new, gone)


@dataclass(frozen=True)
class Matrix:
    """The matrix of a scope: what lies where, what moved since the day, the weightiest threats and those above the appetite, of
    which there are `breach_count`. `top`, `breached`: rows as `line_of` gives them, with their `scope`."""

    scale: Scale
    stage: str
    since: date
    cells: list[CellCount]
    moves: list[MoveCount]
    top: list[dict[str, Any]]
    breached: list[dict[str, Any]]
    breach_count: int

    @property
    def finding(self) -> str:
        """What it shows, in a sentence."""
        return matrix_finding(self.scale, self.cells)

    @property
    def movement(self) -> Movement:
        """What moved, added up."""
        return movement_of(self.scale, self.moves)

    @property
    def unrated(self) -> int:
        """Open risks without a place in it."""
        return sum(cell.count for cell in self.cells if not cell.likelihood or not cell.impact)


def matrix_of(asked: Asked, scale: Scale, stage: str, since: date) -> Matrix:
    """The matrix of this rating. Six queries."""
    cells, moves = cells_of(asked.rows, stage), moves_of(asked.rows, stage, moment(since))
    breached, breach_count = breaches_in(asked.rows, cells if stage == "current" else None)
    top = top_risks(asked.rows, scale)
    name_scopes(asked.reader, [*top, *breached])
    return Matrix(scale, stage, since, cells, moves, top, breached, breach_count)


def top_risks(rows: "QuerySet[Entry]", scale: Scale) -> list[dict[str, Any]]:
    """The weightiest open threats. Two queries."""
    keys = list(
        rows.filter(is_open=True, risk__sign="threat", rank__gt=0).order_by("-rank", "pk").values_list("pk", flat=True)[:TOP]
    )
    found = {
        entry.pk: entry
        for entry in with_exposure(Entry.objects.filter(pk__in=keys), scale).select_related(
            "risk", "owner", "project", "programme", "portfolio"
        )
    }
    return [line_of(found[key], scale) for key in keys if key in found]


def line_of(entry: Entry, scale: Scale) -> dict[str, Any]:
    """A risk as a row of these pages."""
    band = scale.band_of(entry.risk.current_likelihood, entry.risk.current_impact)
    return {
        "entry": entry,
        "url": reverse("portfolio:risk-detail", args=[entry.reference]),
        "band": band,
        "score": (entry.risk.current_likelihood or 0) * (entry.risk.current_impact or 0),
    }


ABOVE_SEEN = Prepared(
    lambda scopes, user, programmes, portfolios: (
        Programme.objects.visible_to(somebody(user, scopes))
        .filter(pk__among=programmes)
        .order_by()
        .values_list(Value("programme"), "pk")
        .union(
            Portfolio.objects.visible_to(somebody(user, scopes))
            .filter(pk__among=portfolios)
            .order_by()
            .values_list(Value("portfolio"), "pk"),
            all=True,
        )
    ),
    user=int,
    programmes=list,
    portfolios=list,
)


def above_seen(reader: Any, *, programmes: Iterable[int | None], portfolios: Iterable[int | None]) -> set[tuple[str, int]]:
    """Which of these programmes and portfolios the reader sees, as ("programme", key). One query at most."""
    keys = {
        "programmes": sorted({key for key in programmes if key}),
        "portfolios": sorted({key for key in portfolios if key}),
    }
    return set(ABOVE_SEEN(scopes_of(reader), user=reader.pk, **keys)) if any(keys.values()) else set()


def name_scopes(reader: Any, lines: list[dict[str, Any]]) -> None:
    """Give each row its `scope`: what the risk belongs to, or "" where the reader sees it only from a project that shares it.
    One query at most."""
    entries: list[Entry] = [line["entry"] for line in lines]
    seen = above_seen(
        reader,
        programmes=[entry.programme_id for entry in entries],
        portfolios=[entry.portfolio_id for entry in entries],
    )
    for line, entry in zip(lines, entries, strict=True):
        hidden = any(
            getattr(entry, f"{name}_id") and (name, getattr(entry, f"{name}_id")) not in seen
            for name in ("programme", "portfolio")
        )
        line["scope"] = "" if hidden else str(entry.scope)


def breaches_in(rows: "QuerySet[Entry]", cells: list[CellCount] | None) -> tuple[list[dict[str, Any]], int]:
    """Open threats above what their category bears: the highest, and how many there are, counted from the cells of the current
    rating where they are known. Three queries, four without cells; one without an appetite."""
    tree = appetites()
    limits = {key: limit for key in tree if (limit := appetite_of(key, tree)) is not None}
    if not limits:
        return [], 0
    count = None
    if cells is not None:
        count = sum(
            cell.count
            for cell in cells
            if cell.category in limits and breaches(cell.sign, cell.likelihood, cell.impact, limits[cell.category])
        )
        if not count:
            return [], 0
    found = over_appetite(rows, limits.items())
    # Keys first: sorting thousands of whole rows costs more than finding them.
    keys = list(found.order_by(F("score").desc(), "pk").values_list("pk", flat=True)[:MOST_BREACHES])
    whole = Entry.objects.select_related("risk", "category", "project", "programme", "portfolio", "owner").defer("search")
    entries = whole.in_bulk(keys)
    lines = [
        {
            "entry": entry,
            "url": reverse("portfolio:risk-detail", args=[entry.reference]),
            "score": (entry.risk.current_likelihood or 0) * (entry.risk.current_impact or 0),
            "appetite": limits[entry.category_id],
        }
        for entry in (entries[key] for key in keys if key in entries)
        if entry.category_id in limits
    ]
    return lines, found.count() if count is None else count


def month_ends(now: datetime) -> list[tuple[datetime, str]]:
    """The ends of the last twelve months and now, with their labels."""
    local = timezone.localtime(now)
    start = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = [(now, str(_("today")))]
    for _back in range(MONTHS):
        end = start - timedelta(microseconds=1)
        found.append((end, date_format(end, "M Y")))
        start = moment(end.date().replace(day=1))
    return found[::-1]


@dataclass(frozen=True)
class Course:
    """Open risks at the ends of months and now: `counts` by moment and sign, `exposure` by currency and moment (net, signed)."""

    moments: list[tuple[datetime, str]]
    counts: dict[tuple[datetime, str], int]
    exposure: dict[str, dict[datetime, Decimal]]


def course_of(asked: Asked, now: datetime) -> Course:
    """The burn-down of a scope. One query."""
    moments = month_ends(now)
    counts: dict[tuple[datetime, str], int] = Counter()
    exposure: dict[str, dict[datetime, Decimal]] = defaultdict(dict)
    for at, sign, currency, count, amount in standing_at(asked.rows, [at for at, _label in moments]):
        counts[at, sign] += count
        if amount is not None:
            exposure[currency][at] = exposure[currency].get(at, Decimal(0)) + amount
    return Course(moments, counts, exposure)


def shared_of(asked: Asked) -> tuple[list[int], list[SharedImpact]]:
    """The keys of the open shared risks, the weightiest first, and the impacts of the first of them on projects that the reader may
    see. Two queries."""
    projects = Project.objects.visible_to(asked.reader).active()
    impacts = SharedImpact.objects.filter(project__in=projects, entry__in=asked.rows.filter(is_open=True).values("pk"))
    keys = list(
        impacts.order_by()
        .values("entry")
        .annotate(count=Count("pk"))
        .order_by("-entry__rank", "-count", "entry")
        .values_list("entry", flat=True)
    )
    place = {key: number for number, key in enumerate(keys[:MOST_SHARED])}
    shown = impacts.filter(entry__in=list(place)).select_related("entry__risk", "project")
    return keys, sorted(shown, key=lambda impact: place[impact.entry_id])  # type: ignore[index]
