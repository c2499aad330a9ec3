"""Seeing risk: the matrix of any scope with movement, exposure against contingency, the course over months, shared risks."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import OrganisationUnit, RoleGrant, User
from core import money
from core.charts import Chart, Line, MatrixSide, Moved, SharedRow, count_lines, risk_matrix, shared_map
from core.prepared import Prepared
from core.unchanged import read_clock, unchanged
from portfolio.access import portfolio_for, programme_for, project_for
from portfolio.actions.risks import appetites, current_scale
from portfolio.formulas.exposure import appetite_of, breaches
from portfolio.formulas.scales import Scale
from portfolio.models import (
    Action,
    Category,
    Entry,
    EntryWatcher,
    Membership,
    Portfolio,
    Programme,
    Project,
    Risk,
    RiskReading,
    RiskScale,
    SharedImpact,
)
from portfolio.models.risk_figures import (
    CellCount,
    MoveCount,
    cells_of,
    moves_of,
    over_appetite,
    risks_of,
    standing_at,
    with_exposure,
    within,
)
from portfolio.models.visibility import scopes_of, somebody
from portfolio.views.risks import look_of

STAGES = {
    "current": gettext_lazy("Current rating"),
    "inherent": gettext_lazy("Inherent rating"),
    "target": gettext_lazy("Target rating"),
}
SIGNS = (
    ("threat", gettext_lazy("Threats"), gettext_lazy("Threat")),
    ("opportunity", gettext_lazy("Opportunities"), gettext_lazy("Opportunity")),
)
TABS = (
    ("portfolio:risk-matrix", gettext_lazy("Matrix")),
    ("portfolio:risk-exposure", gettext_lazy("Exposure")),
    ("portfolio:risk-trend", gettext_lazy("Over time")),
    ("portfolio:risk-shared", gettext_lazy("Shared risks")),
)
SIMULATIONS = ("portfolio:simulation-list", gettext_lazy("My simulations"))
"""The last tab: what one asked for oneself, of whatever scope."""
DAYS_BACK = 30
MOST_DAYS_BACK = 3650
TOP, MOST_BREACHES, MOST_SHARED, MOST_PROJECTS = 10, 8, 25, 16
MONTHS = 12

TABLES = (
    *(Entry, Risk, RiskReading, RiskScale, Category, Action, SharedImpact, EntryWatcher, Project, Programme, Portfolio),
    *(Membership, RoleGrant, OrganisationUnit, User),
)
"""What these pages are made of, rights included: nothing of it changed, nothing is drawn anew."""

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


def asked_of(request: HttpRequest) -> Asked:
    """The scope of the page: `?scope=` with a reference that the person may see, else the whole organisation. 404 unseen."""
    reference = request.GET.get("scope", "").strip().upper()
    scope: Scope = None
    if reference.startswith("PRJ-"):
        scope = project_for(request.user, reference, "project.view")
    elif reference.startswith("PRG-"):
        scope = programme_for(request.user, reference)
    elif reference.startswith("PFO-"):
        scope = portfolio_for(request.user, reference)
    elif reference:
        raise Http404
    drill: dict[str, Any] = {}
    if isinstance(scope, Project):
        drill = {"project": scope.reference}
    elif scope is not None:
        drill = {"programme" if isinstance(scope, Programme) else "portfolio": scope.pk}
    rows = risks_of(request.user, within(scope))
    return Asked(
        scope,
        str(scope) if scope else _("All that you may see"),
        {"scope": reference} if reference else {},
        rows,
        drill,
        request.user,
    )


PLACES = Prepared(
    lambda scopes, user: (
        Portfolio.objects.visible_to(somebody(user, scopes))
        .active()
        .order_by()
        .values_list(Value("portfolio"), "reference", "name")
        .union(
            Programme.objects.visible_to(somebody(user, scopes))
            .active()
            .order_by()
            .values_list(Value("programme"), "reference", "name"),
            all=True,
        )
        .order_by("name")
    ),
    user=int,
)


def page_of(request: HttpRequest, asked: Asked, name: str) -> dict[str, Any]:
    """What all these pages show. One query."""
    places = PLACES(scopes_of(request.user), user=request.user.pk)
    query = f"?{urlencode(asked.query)}" if asked.query else ""
    return {
        "page_title": _("Risk matrix"),
        "no_as_of": True,
        "asked": asked,
        "portfolios": [(reference, label) for kind, reference, label in places if kind == "portfolio"],
        "programmes": [(reference, label) for kind, reference, label in places if kind == "programme"],
        "tabs": tabs_of(name, query),
        "register_url": asked.rows_url(),
    }


def tabs_of(active: str, query: str = "") -> list[dict[str, Any]]:
    """The pages that show many risks at once; `query` is the scope that they keep."""
    tabs = [(tab, label, reverse(tab) + query) for tab, label in TABS]
    tabs.append((*SIMULATIONS, reverse(SIMULATIONS[0])))
    return [{"label": label, "url": url, "active": tab == active} for tab, label, url in tabs]


def day_asked(request: HttpRequest, today: date) -> date:
    """The day from which movement is counted: `?since=`, 30 days ago unless told."""
    day = None
    try:
        day = parse_date(request.GET.get("since", ""))
    except ValueError:
        day = None
    if day is None or not today - timedelta(days=MOST_DAYS_BACK) <= day <= today:
        return today - timedelta(days=DAYS_BACK)
    return day


def answer(
    request: HttpRequest, name: str, build: Callable[[Asked, Scale], tuple[str, dict[str, Any]]], **more: Any
) -> HttpResponse:
    """A page of the risk map. What `build` gives (a template and its context) is drawn once until something changes."""
    asked, scale = asked_of(request), current_scale()

    def drawn() -> str:
        template, context = build(asked, scale)
        return render_to_string(template, context | {"register_url": asked.rows_url()})

    query = f"{name}?{request.GET.urlencode()}"
    body = unchanged("risk-map", read_clock(TABLES), request.user, query, drawn)
    template = "portfolio/risks/risk_matrix.html" if name == "portfolio:risk-matrix" else "portfolio/risks/risk_base.html"
    return render(request, template, page_of(request, asked, name) | more | {"body": body})


def risk_matrix_page(request: HttpRequest) -> HttpResponse:
    """The matrix with movement, the top risks and those above the appetite."""
    since = day_asked(request, timezone.localdate())
    stage = request.GET.get("rating", "current")
    stage = stage if stage in STAGES else "current"
    stages = [(key, label, key == stage) for key, label in STAGES.items()]
    return answer(
        request,
        "portfolio:risk-matrix",
        lambda asked, scale: matrix_body(asked, scale, stage, since),
        stages=stages,
        since=since,
    )


def matrix_body(asked: Asked, scale: Scale, stage: str, since: date) -> tuple[str, dict[str, Any]]:
    """What the matrix page shows below its bar. Six queries."""
    cells, moves = cells_of(asked.rows, stage), moves_of(asked.rows, stage, moment(since))
    breached, breach_count = breaches_in(asked.rows, cells if stage == "current" else None)
    top = top_risks(asked.rows, scale)
    name_scopes(asked.reader, [*top, *breached])
    return "portfolio/risks/_matrix.html", {
        "chart": matrix_chart(scale, cells, moves, asked, stage=stage, since=since),
        "movement": movement_words(scale, moves, since),
        "since": since,
        "unrated": sum(cell.count for cell in cells if not cell.likelihood or not cell.impact),
        "unrated_url": asked.rows_url(unrated="on"),
        "top": top,
        "breaches": breached,
        "breach_count": breach_count,
    }


def moment(day: date) -> datetime:
    """The start of a day, here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def matrix_chart(
    scale: Scale, cells: list[CellCount], moves: list[MoveCount], asked: Asked, *, stage: str, since: date
) -> Chart:
    """Threats and opportunities mirrored side by side."""
    counts: Counter[tuple[str, int | None, int | None]] = Counter()
    for cell in cells:
        counts[cell.sign, cell.likelihood, cell.impact] += cell.count
    sides = []
    for sign, label, noun in SIGNS:
        before: Counter[tuple[int, int]] = Counter(
            {
                (likelihood, impact): count
                for (of, likelihood, impact), count in counts.items()
                if of == sign and likelihood and impact
            }
        )
        for move in moves:
            if move.sign == sign:
                if move.start:
                    before[move.start] += move.count
                if move.end:
                    before[move.end] -= move.count
        total = sum(count for (of, _l, _i), count in counts.items() if of == sign)
        fields = [
            [
                replace(
                    look_of(scale, likelihood, impact, sign),
                    count=counts.get((sign, likelihood, impact), 0),
                    before=before[likelihood, impact],
                    url=asked.rows_url(sign=sign, likelihood=likelihood, impact=impact) if stage == "current" else "",
                )
                for impact in range(1, scale.size + 1)
            ]
            for likelihood in range(1, scale.size + 1)
        ]
        arrows = [Moved(move.start, move.end, move.count) for move in moves if move.sign == sign and move.start and move.end]
        sides.append(MatrixSide(f"{label}: {total}", str(noun), fields, arrows, mirrored=sign == "opportunity"))
    return risk_matrix(
        title=matrix_finding(scale, cells, moves, since),
        subtitle=_("%(rating)s of open risks; %(scope)s; arrows: moved since %(day)s.")
        % {"rating": STAGES[stage], "scope": asked.name, "day": date_format(since, "j M Y")},
        likelihood=[level.label for level in scale.likelihood],
        impact=list(scale.impact),
        sides=sides,
        before=date_format(since, "j M Y"),
    )


def matrix_finding(scale: Scale, cells: list[CellCount], moves: list[MoveCount], since: date) -> str:
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


def movement_words(scale: Scale, moves: list[MoveCount], since: date) -> list[str]:
    """What changed since the day: worse, better, new, closed. For threats and opportunities together."""
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
    return [
        ngettext("%(count)d rated higher", "%(count)d rated higher", worse) % {"count": worse},
        ngettext("%(count)d rated lower", "%(count)d rated lower", better) % {"count": better},
        ngettext("%(count)d new", "%(count)d new", new) % {"count": new},
        ngettext("%(count)d closed", "%(count)d closed", gone) % {"count": gone},
    ]


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


def name_scopes(reader: Any, lines: list[dict[str, Any]]) -> None:
    """Give each row its `scope`: what the risk belongs to, or "" where the reader sees it only from a project that shares it.
    One query at most."""
    entries: list[Entry] = [line["entry"] for line in lines]
    keys = {
        name: sorted({key for entry in entries if (key := getattr(entry, f"{name}_id"))}) for name in ("programme", "portfolio")
    }
    seen = set[tuple[str, int]]()
    if any(keys.values()):
        seen.update(ABOVE_SEEN(scopes_of(reader), user=reader.pk, programmes=keys["programme"], portfolios=keys["portfolio"]))
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


def risk_trend(request: HttpRequest) -> HttpResponse:
    """The burn-down: how many were open, and their exposure, at the end of each of twelve months and today."""
    return answer(request, "portfolio:risk-trend", trend_body)


def trend_body(asked: Asked, scale: Scale) -> tuple[str, dict[str, Any]]:
    """What the page over time shows. One query."""
    moments = month_ends(timezone.now())
    lines = standing_at(asked.rows, [at for at, _label in moments])
    counts: dict[tuple[datetime, str], int] = Counter()
    exposure: dict[str, dict[datetime, Decimal]] = defaultdict(dict)
    for at, sign, currency, count, amount in lines:
        counts[at, sign] += count
        if amount is not None:
            exposure[currency][at] = exposure[currency].get(at, Decimal(0)) + amount
    return "portfolio/risks/_trend.html", {
        "chart": trend_chart(moments, counts, asked),
        "exposure": exposure_rows(moments, exposure),
        "heads": [label for _at, label in moments],
    }


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


def trend_chart(moments: list[tuple[datetime, str]], counts: dict[tuple[datetime, str], int], asked: Asked) -> Chart:
    """Open threats and opportunities by month."""
    ends = [at for at, _label in moments]
    lines = [
        Line(str(label), tone, [counts.get((at, sign), 0) for at in ends])
        for (sign, label, _noun), tone in zip(SIGNS, ("red", "accent"), strict=True)
    ]
    first, last = lines[0].values[0] or 0, lines[0].values[-1] or 0
    words = {"first": first, "last": last, "month": moments[0][1]}
    if last > first:
        title = _("Open threats went from %(first)d to %(last)d since %(month)s") % words
    elif last < first:
        title = _("Open threats came down from %(first)d to %(last)d since %(month)s") % words
    else:
        title = _("As many open threats as in %(month)s: %(last)d") % words
    return count_lines(
        title=title,
        subtitle=_("Open risks at the end of each month; %(scope)s; as at %(day)s.")
        % {"scope": asked.name, "day": date_format(moments[-1][0], "j M Y")},
        periods=[label for _at, label in moments],
        lines=lines,
        width=860,
    )


def exposure_rows(moments: list[tuple[datetime, str]], exposure: dict[str, dict[datetime, Decimal]]) -> list[dict[str, Any]]:
    """Net exposure by month, a row a currency."""
    return [
        {"currency": currency, "amounts": [amounts.get(at) for at, _label in moments]}
        for currency, amounts in sorted(exposure.items())
    ]


def risk_shared(request: HttpRequest) -> HttpResponse:
    """Which projects share which risks, and how hard each would be hit."""
    projects = Project.objects.visible_to(request.user).active()
    return answer(request, "portfolio:risk-shared", lambda asked, scale: shared_body(asked, scale, projects))


def shared_body(asked: Asked, scale: Scale, projects: "QuerySet[Project]") -> tuple[str, dict[str, Any]]:
    """What the page of shared risks shows. Two queries."""
    impacts = SharedImpact.objects.filter(project__in=projects, entry__in=asked.rows.filter(is_open=True).values("pk"))
    keys = list(
        impacts.order_by()
        .values("entry")
        .annotate(count=Count("pk"))
        .order_by("-entry__rank", "-count", "entry")
        .values_list("entry", flat=True)
    )
    shown = impacts.filter(entry__in=keys[:MOST_SHARED]).select_related("entry__risk", "project")
    chart = shared_chart(list(shown), keys, asked, scale) if keys else None
    return "portfolio/risks/_shared.html", {"chart": chart}


def shared_chart(impacts: list[SharedImpact], keys: list[int], asked: Asked, scale: Scale) -> Chart:
    """Risks by projects; the projects that share most come first."""
    often = Counter(impact.project for impact in impacts)
    columns = sorted(often, key=lambda project: (-often[project], project.reference))[:MOST_PROJECTS]
    places = {project.pk: number for number, project in enumerate(columns)}
    rows: dict[int, SharedRow] = {}
    for impact in sorted(impacts, key=lambda impact: keys.index(impact.entry_id)):
        entry = impact.entry
        url = reverse("portfolio:risk-detail", args=[entry.reference])
        row = rows.setdefault(entry.pk, SharedRow(f"{entry.reference} {entry.title}", url, {}))
        if impact.project_id in places:
            row.hits[places[impact.project_id]] = hit_of(impact, scale)  # type: ignore[index]
    most, count = columns[0], often[columns[0]]
    return shared_map(
        title=ngettext(
            "%(project)s shares most: %(count)d of %(all)d shared risk",
            "%(project)s shares most: %(count)d of %(all)d shared risks",
            len(keys),
        ) % {"project": most.title, "count": count, "all": len(keys)},
        subtitle=_("Impact of open shared risks on each project, level 1 to %(size)d; %(scope)s; as at %(day)s.")
        % {"size": scale.size, "scope": asked.name, "day": date_format(timezone.localdate(), "j M Y")},
        columns=[(project.reference, str(project)) for project in columns],
        rows=list(rows.values()),
    )  # fmt: skip


def hit_of(impact: SharedImpact, scale: Scale) -> tuple[str, str, str]:
    """Level, tone and words of a shared impact, at the risk's current likelihood."""
    band = scale.band_of(impact.entry.risk.current_likelihood, impact.impact)
    words = scale.impact[impact.impact - 1] if impact.impact and impact.impact <= scale.size else _("not rated")
    if impact.impact_likely is not None:
        words += f", {money.short(impact.impact_likely, impact.entry.currency)}"
    tone = band.tone if band and impact.entry.risk.sign == "threat" else ""
    return str(impact.impact or "?"), tone, words
