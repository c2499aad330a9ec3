"""Seeing risk: the matrix of any scope with movement, exposure against contingency, the course over months, shared risks."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import OrganisationUnit, RoleGrant, User
from core import money
from core.charts import Chart, Line, MatrixSide, Moved, SharedRow, count_lines, risk_matrix, shared_map
from core.prepared import Prepared
from core.unchanged import read_clock, unchanged
from portfolio.actions.risks import current_scale
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
from portfolio.models.visibility import scopes_of, somebody
from portfolio.risk_map import (
    MOST_PROJECTS,
    SIGNS,
    STAGES,
    Asked,
    Matrix,
    asked_of,
    course_of,
    day_asked,
    matrix_of,
    shared_of,
)
from portfolio.views.risks import look_of

TABS = (
    ("portfolio:risk-matrix", gettext_lazy("Matrix")),
    ("portfolio:risk-exposure", gettext_lazy("Exposure")),
    ("portfolio:risk-trend", gettext_lazy("Over time")),
    ("portfolio:risk-shared", gettext_lazy("Shared risks")),
)
SIMULATIONS = ("portfolio:simulation-list", gettext_lazy("My simulations"))
"""The last tab: what one asked for oneself, of whatever scope."""

TABLES = (
    *(Entry, Risk, RiskReading, RiskScale, Category, Action, SharedImpact, EntryWatcher, Project, Programme, Portfolio),
    *(Membership, RoleGrant, OrganisationUnit, User),
)
"""What these pages are made of, rights included: nothing of it changed, nothing is drawn anew."""


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


def answer(
    request: HttpRequest, name: str, build: Callable[[Asked, Scale], tuple[str, dict[str, Any]]], **more: Any
) -> HttpResponse:
    """A page of the risk map. What `build` gives (a template and its context) is drawn once until something changes."""
    asked, scale = asked_of(request.user, request.GET.get("scope", "")), current_scale()

    def drawn() -> str:
        template, context = build(asked, scale)
        return render_to_string(template, context | {"register_url": asked.rows_url()})

    query = f"{name}?{request.GET.urlencode()}"
    body = unchanged("risk-map", read_clock(TABLES), request.user, query, drawn)
    template = "portfolio/risks/risk_matrix.html" if name == "portfolio:risk-matrix" else "portfolio/risks/risk_base.html"
    return render(request, template, page_of(request, asked, name) | more | {"body": body})


def risk_matrix_page(request: HttpRequest) -> HttpResponse:
    """The matrix with movement, the top risks and those above the appetite."""
    since = day_asked(request.GET.get("since", ""), timezone.localdate())
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
    found = matrix_of(asked, scale, stage, since)
    return "portfolio/risks/_matrix.html", {
        "chart": matrix_chart(found, asked),
        "movement": found.movement.words,
        "since": since,
        "unrated": found.unrated,
        "unrated_url": asked.rows_url(unrated="on"),
        "top": found.top,
        "breaches": found.breached,
        "breach_count": found.breach_count,
    }


def matrix_chart(found: Matrix, asked: Asked) -> Chart:
    """Threats and opportunities mirrored side by side."""
    scale, cells, moves, stage, since = found.scale, found.cells, found.moves, found.stage, found.since
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
        title=found.finding,
        subtitle=_("%(rating)s of open risks; %(scope)s; arrows: moved since %(day)s.")
        % {"rating": STAGES[stage], "scope": asked.name, "day": date_format(since, "j M Y")},
        likelihood=[level.label for level in scale.likelihood],
        impact=list(scale.impact),
        sides=sides,
        before=date_format(since, "j M Y"),
    )


def risk_trend(request: HttpRequest) -> HttpResponse:
    """The burn-down: how many were open, and their exposure, at the end of each of twelve months and today."""
    return answer(request, "portfolio:risk-trend", trend_body)


def trend_body(asked: Asked, scale: Scale) -> tuple[str, dict[str, Any]]:
    """What the page over time shows. One query."""
    found = course_of(asked, timezone.now())
    moments = found.moments
    return "portfolio/risks/_trend.html", {
        "chart": trend_chart(moments, found.counts, asked),
        "exposure": exposure_rows(moments, found.exposure),
        "heads": [label for _at, label in moments],
    }


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
    return answer(request, "portfolio:risk-shared", shared_body)


def shared_body(asked: Asked, scale: Scale) -> tuple[str, dict[str, Any]]:
    """What the page of shared risks shows. Two queries."""
    keys, impacts = shared_of(asked)
    return "portfolio/risks/_shared.html", {"chart": shared_chart(impacts, len(keys), asked, scale) if keys else None}


def shared_chart(impacts: list[SharedImpact], total: int, asked: Asked, scale: Scale) -> Chart:
    """Risks by projects; the projects that share most come first."""
    often = Counter(impact.project for impact in impacts)
    columns = sorted(often, key=lambda project: (-often[project], project.reference))[:MOST_PROJECTS]
    places = {project.pk: number for number, project in enumerate(columns)}
    rows: dict[int, SharedRow] = {}
    for impact in impacts:
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
            total,
        ) % {"project": most.title, "count": count, "all": total},
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
