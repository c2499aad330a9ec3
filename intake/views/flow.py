"""How requests flow: the funnel, time in state, ages, objectives and units, each as a chart that says its finding."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import money
from core.charts import Bar, Chart, Span, count_bars, span_bars
from core.unchanged import read_clock, unchanged
from intake.flow import EDGES, SPANS, Flow, flow_of
from intake.formulas.flow import Dwell, Step
from intake.models import Request
from intake.models.requests import State
from intake.pipeline import narrowed
from intake.views.pipeline import TABLES, list_url, page_of

MOST_BARS = 10


def pipeline_flow(request: HttpRequest) -> HttpResponse:
    """The figures of the pipeline over a chosen span."""
    rows, found = narrowed(request.user, request.GET)
    if request.GET.get("panel") == "filters" and getattr(request, "htmx", False):
        return render(request, "core/register/_filters.html", {"filter_form": found.form, "kept": []})
    span = request.GET.get("span", "365")
    span = span if span in SPANS else "365"

    def build() -> str:
        charts = charts_of(rows, request, int(span))
        return render_to_string("intake/pipeline/_flow.html", {"charts": charts})

    choices = request.GET.copy()
    context = page_of(request, found, "flow") | {
        "body": unchanged("pipeline-flow", read_clock(TABLES), request.user, request.GET.urlencode(), build),
        "spans": [(label, span_url(request, choices, key), key == span) for key, label in SPANS.items()],
        "lede": _("Of what you may see. Merged requests count once."),
    }
    return render(request, "intake/pipeline/pipeline.html", context)


def charts_of(rows: "QuerySet[Request]", request: HttpRequest, days: int) -> list[dict[str, Any]]:
    """The charts with the addresses of their rows. Six queries."""
    found = flow_of(rows, days=days, now=timezone.now())
    charts = [
        (funnel_chart(found.steps, found.since), list_url(request)),
        (dwell_chart(found.dwells, found.since), ""),
        (age_chart(found), list_url(request, open="true", sort="submitted")),
        (objective_chart(found, request), list_url(request, open="true")),
        (unit_chart(found, request), list_url(request, open="true", sort="unit")),
    ]
    return [{"chart": chart, "url": url} for chart, url in charts]


def span_url(request: HttpRequest, query: Any, span: str) -> str:
    query["span"] = span
    return f"{request.path}?{query.urlencode()}"


def share(value: float | None) -> str:
    """A share as whole percent."""
    return "–" if value is None else money.percent(100 * value)


def words_of(state: str) -> str:
    return str(State(state).label)


def funnel_chart(steps: list[Step], since: datetime) -> Chart:
    """How many came how far, and what became of the others."""
    begun, approved = steps[0].reached, next(step for step in steps if step.state == "approved")
    title = (
        _("%(count)d of %(all)d submitted requests were approved (%(share)s)")
        % {"count": approved.reached, "all": begun, "share": share(approved.of_all)}
        if begun
        else _("Nothing was submitted in this span")
    )
    bars = []
    for step in steps:
        lost = ", ".join(f"{words_of(state)} {count}" for state, count in sorted((step.lost or {}).items()))
        note = f"· {share(step.of_last)}" if step.of_last is not None else ""
        bars.append(
            Bar(
                words_of(step.state), step.reached, note, (share(step.of_last), share(step.of_all), str(step.here), lost or "–")
            )
        )
    return count_bars(
        title=title,
        subtitle=_(
            "Requests submitted since %(day)s, by the furthest step they ever reached; the percentage is of the step before."
        )
        % {"day": date_format(since, "j M Y")},
        noun=_("Step"),
        counted=_("Reached"),
        bars=bars,
        heads=[_("Of the step before"), _("Of all"), _("Still there"), _("Left the way here")],
    )


def dwell_chart(found: list[Dwell], since: datetime) -> Chart:
    """How long each state takes."""
    timed = [one for one in found if one.median is not None]
    slowest = max(timed, key=lambda one: one.median or 0, default=None)
    title = _("No request left a state in this span")
    if slowest is not None and slowest.median is not None:
        title = ngettext(
            "“%(state)s” takes longest: half of the requests stay %(days)d day or more",
            "“%(state)s” takes longest: half of the requests stay %(days)d days or more",
            round(slowest.median),
        ) % {"state": words_of(slowest.state), "days": round(slowest.median)}
    return span_bars(
        title=title,
        subtitle=_(
            "Calendar days in the state, of stays that ended since %(day)s. Those still in it are only counted, in the table."
        )
        % {"day": date_format(since, "j M Y")},
        noun=_("State"),
        spans=[Span(words_of(one.state), one.median, one.p90, one.ended, one.here) for one in found],
    )


def age_chart(found: Flow) -> Chart:
    """How old the open requests are."""
    counts = found.ages
    labels = [
        _("%(from)d–%(to)d days") % {"from": low, "to": high}
        for low, high in zip([0, *[edge + 1 for edge in EDGES]], EDGES, strict=False)
    ]
    labels.append(_("over %(days)d days") % {"days": EDGES[-1]})
    old = sum(counts[EDGES.index(90) + 1 :])
    title = ngettext(
        "%(old)d of %(all)d open request was submitted more than 90 days ago",
        "%(old)d of %(all)d open requests were submitted more than 90 days ago",
        found.aged,
    ) % {"old": old, "all": found.aged}
    return count_bars(
        title=title if found.aged else _("No request is open"),
        subtitle=_("Open requests by calendar days since they were submitted, today."),
        noun=_("Age"),
        counted=_("Requests"),
        bars=[Bar(label, count) for label, count in zip(labels, counts, strict=True)],
    )


Group = tuple[Any, str, str]
"""Key, what it is called, where its rows are."""


def grouped_chart(
    counts: Counter[Group],
    amounts: dict[Group, dict[str, Decimal]],
    *,
    noun: str,
    subtitle: str,
    finding: str,
    none: str,
    total: int | None = None,
) -> Chart:
    """Counts by group, the largest first; the table holds all of them, with their amounts. `total`: of how many, where one
    counts in several groups."""
    ordered = sorted(counts, key=lambda group: (-counts[group], group[0] is None, group[1]))
    total = sum(counts.values()) if total is None else total
    named = next((group for group in ordered if group[0] is not None), None)
    title = finding % {"name": named[1], "count": counts[named], "all": total} if named else none
    bars = [Bar(group[1], counts[group], quiet=group[0] is None) for group in ordered[:MOST_BARS]]
    if len(ordered) > MOST_BARS:
        subtitle = f"{subtitle} {_('The ten largest; the table holds all.')}"
    drawn = count_bars(title=title, subtitle=subtitle, noun=noun, counted=_("Requests"), bars=bars, heads=[_("Estimated cost")])
    rows = [
        [
            format_html('<a href="{}">{}</a>', group[2], group[1]),
            str(counts[group]),
            ", ".join(money.short(cost, currency) for currency, cost in amounts[group].items()) or "–",
        ]
        for group in ordered
    ]
    return Chart(drawn.title, drawn.subtitle, drawn.svg, drawn.heads, rows)


def tallied(lines: Iterable[dict[str, Any]], name_of: Any) -> tuple[Counter[Group], dict[Group, dict[str, Decimal]]]:
    """Counts and amounts by group, of lines by group and currency."""
    counts: Counter[Group] = Counter()
    amounts: dict[Group, dict[str, Decimal]] = defaultdict(dict)
    for line in lines:
        group = name_of(line)
        counts[group] += line["count"]
        if line["cost"]:
            amounts[group][line["currency"]] = line["cost"]
    return counts, amounts


def objective_chart(found: Flow, request: HttpRequest) -> Chart:
    """Open requests by objective. One that serves several counts for each."""

    def name_of(line: dict[str, Any]) -> Group:
        if line["key"] is None:
            return None, _("No objective"), list_url(request, open="true")
        return line["key"], line["name"], list_url(request, open="true", objective=line["key"])

    counts, amounts = tallied(found.objectives, name_of)
    return grouped_chart(
        counts,
        amounts,
        noun=_("Objective"),
        subtitle=_("Open requests by objective, today. One that serves several counts for each."),
        finding=_("Most is asked for “%(name)s”: %(count)d of %(all)d open requests"),
        none=_("No open request is linked to an objective"),
        total=found.opened,
    )


def unit_chart(found: Flow, request: HttpRequest) -> Chart:
    """Open requests by organisation unit."""

    def name_of(line: dict[str, Any]) -> Group:
        if line["key"] is None:
            return None, _("No unit"), list_url(request, open="true")
        return line["key"], line["name"], list_url(request, open="true", unit=line["key"])

    counts, amounts = tallied(found.units, name_of)
    return grouped_chart(
        counts,
        amounts,
        noun=_("Unit"),
        subtitle=_("Open requests by the unit that asks, today."),
        finding=_("%(name)s asks for most: %(count)d of %(all)d open requests"),
        none=_("No open request belongs to a unit"),
    )
