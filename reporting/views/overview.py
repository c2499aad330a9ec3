"""The portfolio overview and the rows behind each of its figures."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import may
from core.exports import Column, export_response, export_urls, form_of
from core.rag import rating_of
from core.templatetags.pmo import changed
from core.unchanged import Clock, read_clock, unchanged
from portfolio.formulas.discretion import FEWEST
from portfolio.models.asof import moment_of, read_day
from portfolio.wording import as_of_problem
from reporting.collect import overview_charts as charts
from reporting.collect import overview_parts as parts
from reporting.collect import overview_registers
from reporting.collect import overview_words as words
from reporting.collect.overview import SHOWN, Overview
from reporting.collect.overview_address import REGISTER_TABLES, TABLES, overview_asked, registers_asked
from reporting.collect.overview_picture import read_picture
from reporting.collect.overview_rows import FIGURES, rows_behind
from reporting.forms.overview import OverviewForm
from reporting.formulas.rating_counts import worst_of
from reporting.formulas.totals import totals

PAGE_SIZE = 50


def overview_page(request: HttpRequest) -> HttpResponse:
    """The whole portfolio on one page, made anew when something changed since this person looked last."""

    clock = read_clock(TABLES)

    def build() -> dict[str, Any]:
        context = _page(request, clock)
        body = render_to_string("reporting/overview/_page.html", context, request)
        return {name: context[name] for name in ("lede", "as_of", "data_fresh_at", "unnamed_words")} | {"body": body}

    context = unchanged("overview", clock, request.user, request.GET.urlencode(), build) | _problem(request)
    return render(request, "reporting/overview/overview_detail.html", context)


def _problem(request: HttpRequest) -> dict[str, str]:
    """What the page says where the address names no day that it could show."""
    return {"as_of_problem": as_of_problem(request.GET.get("as_of", ""), timezone.localdate())}


def _page(request: HttpRequest, clock: Clock) -> dict[str, Any]:
    found, context = _collect(request, clock)
    link = context["link"]
    moved = found.movement
    return (
        context
        | _money(request, found, link)
        | {
            "figures": parts.figures(found, link),
            "attention": parts.attention_lines(found),
            "attention_title": words.attention_title(found.attention, found.freshness.total),
            "attention_note": words.attention_note(found),
            "attention_more": _more(len(found.attention), parts.ATTENTION),
            "health_chart": charts.health_chart(found),
            "trend_chart": charts.trend_chart(found),
            "dimension_chart": charts.dimension_chart(found),
            "dimension_url": link(worst_of(found.dimensions)[0], "red"),
            "changes": () if moved.is_empty else parts.changes(found, link),
            "changes_title": words.movement_title(moved),
            "milestones": tuple(found.milestones),
            "milestones_title": words.milestones_title(found),
            "milestones_more": found.milestones_ahead > len(found.milestones) or found.milestones_missed > 0,
            "decisions": tuple(found.decisions[:SHOWN]),
            "decisions_title": words.decisions_title(found),
            "decisions_more": _more(len(found.decisions), SHOWN),
            "registers_query": request.GET.urlencode(),
            "may_read_reports": may(request.user, "report.view"),
        }
    )


def _more(number: int, shown: int) -> str:
    return _("See all %(n)s") % {"n": words.count(number)} if number > shown else ""


def overview_registers_fragment(request: HttpRequest) -> HttpResponse:
    """The registers of the same selection, as they stand today: loaded by the page, made anew when something changed."""
    clock = read_clock(REGISTER_TABLES)

    def build() -> str:
        found, since, _form = registers_asked(request.user, request.GET, clock)
        context = {
            "registers": found, "title": overview_registers.title_of(found), "since_words": words.since_words(since),
        }  # fmt: skip
        return render_to_string("reporting/overview/_registers.html", context, request) if found.rows else ""

    return HttpResponse(unchanged("overview-registers", clock, request.user, request.GET.urlencode(), build))


def overview_filters(request: HttpRequest) -> HttpResponse:
    """The filters with their choices: loaded when they are opened, because hundreds of names weigh more than the page."""
    as_of = request.GET.get("as_of", "")
    form = OverviewForm(request.GET, picture=read_picture(request.user, moment_of(read_day(as_of))), every=True)
    context = {"filter_form": form, "kept": [("as_of", as_of)] if as_of else [], "no_as_of": True}
    name = "_fields" if request.htmx else "overview_filters"  # type: ignore[attr-defined]
    return render(request, f"reporting/overview/{name}.html", context)


def overview_rows(request: HttpRequest) -> HttpResponseBase:
    """The projects behind one figure: formula, inputs, data date, rows and their totals."""
    key, value = request.GET.get("figure", ""), request.GET.get("value", "")
    figure = FIGURES.get(key)
    if figure is None or (figure.values and value not in figure.values):
        raise Http404
    found, context = _collect(request)
    if figure.by_currency and value not in {line.currency for line in found.money}:
        raise Http404
    rows, unnamed = rows_behind(found, key, value)
    if form := request.GET.get("export"):
        return export_response(ROWS, rows, name=key, form=form_of(form))
    reasons = {item.row.pk: item for item in found.attention}
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context |= {
        "figure": figure,
        "exports": export_urls(request.GET, key),
        "value_word": rating_of(value).word if figure.values else value,
        "value_rag": value if figure.values else "",
        "page": page,
        "rows": [
            {
                "row": row,
                "manager": context["people"].get(row.manager_id),
                "why": parts.reasons_of(reasons[row.pk]) if row.pk in reasons else (),
            }
            for row in page
        ],
        "row_totals": totals(rows),
        "unnamed": unnamed,
        "kept": [(name, text) for name, text in request.GET.items() if name not in ("page", "figure", "value")],
    }
    return render(request, "reporting/overview/overview_rows.html", context)


def overview_items(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Every decision that is needed, or every open milestone that is missed or near, in the selection."""
    found, context = _collect(request)
    lines: list[Any] = found.decisions if kind == "decisions" else found.milestones_open
    context |= {
        "kind": kind,
        "exports": export_urls(request.GET, kind),
        "heading": _("Decisions needed") if kind == "decisions" else _("Milestones"),
        "column": _("Decision") if kind == "decisions" else _("Milestone"),
        "title": words.decisions_title(found) if kind == "decisions" else words.milestones_title(found),
        "page": Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    if form := request.GET.get("export"):
        return export_response(DECISIONS if kind == "decisions" else MILESTONES, lines, name=kind, form=form_of(form))
    return render(request, "reporting/overview/overview_items.html", context)


_PROJECT = [
    Column(gettext_lazy("Project"), "row.title"),
    Column(gettext_lazy("Reference"), "row.reference", "id"),
]
DECISIONS = [
    Column(gettext_lazy("Decision"), "text", "long"),
    *_PROJECT,
    Column(gettext_lazy("Decider"), "decider"),
    Column(gettext_lazy("Due"), "due_on", "date"),
]
MILESTONES = [
    Column(gettext_lazy("Milestone"), "title"),
    *_PROJECT,
    Column(gettext_lazy("Planned"), "planned_on", "date"),
    Column(gettext_lazy("Due"), "due_on", "date"),
]
ROWS = [
    Column(gettext_lazy("Project"), "title"),
    Column(gettext_lazy("Reference"), "reference", "id"),
    Column(gettext_lazy("Declared"), "overall", "choice"),
    Column(gettext_lazy("Computed"), "computed_overall", "choice"),
    Column(gettext_lazy("Assured"), "assurance", "choice"),
    Column(gettext_lazy("Budget"), "budget", "money"),
    Column(gettext_lazy("Forecast"), "forecast", "money"),
    Column(gettext_lazy("Spend to date"), "spend", "money"),
    Column(gettext_lazy("Currency"), "currency"),
    Column(gettext_lazy("Finish"), "finish_on", "date"),
    Column(gettext_lazy("Reported"), "reported_at", "date"),
]


def _collect(request: HttpRequest, clock: Clock | None = None) -> tuple[Overview, dict[str, Any]]:
    asked = overview_asked(request.user, request.GET, clock)
    found, form, picture = asked.found, asked.form, asked.found.picture
    return found, {
        "found": found,
        "filter_form": form,
        "filters_set": [(name, request.GET[name]) for name in form.fields if name != "since" and request.GET.get(name)],
        "as_of": asked.as_of,
        "today": picture.today,
        "since": found.since,
        "since_words": words.since_words(found.since),
        "people": picture.names.people,
        "link": _Link(request),
        "lede": _lede(found),
        "unnamed_words": _unnamed(found),
        "data_fresh_at": found.freshness.newest,
        "is_narrowed": not found.selection.is_empty,
    } | _problem(request)


class _Link:
    """Addresses of the rows behind a figure, with the filters in force: `link("declared", "red")`, `{{ link.declared__red }}`."""

    do_not_call_in_templates = True

    def __init__(self, request: HttpRequest) -> None:
        query = request.GET.copy()
        for name in ("figure", "value", "page", "currency"):
            query.pop(name, None)
        self.start = f"{reverse('reporting:overview-rows')}?{query.urlencode()}{'&' if query else ''}"

    def __call__(self, figure: str, value: str = "") -> str:
        return self.start + urlencode({"figure": figure, "value": value} if value else {"figure": figure})

    def __getitem__(self, name: str) -> str:
        figure, _separator, value = name.partition("__")
        return self(figure.replace("_", "-"), value)


def _lede(found: Overview) -> str:
    count = len(found.rows)
    text = ngettext("%(n)s project, %(running)s running.", "%(n)s projects, %(running)s running.", count)
    return text % {"n": words.count(count), "running": words.count(found.running_count)}


def _unnamed(found: Overview) -> str:
    if 0 < found.hidden_count < FEWEST:
        return ngettext(
            "%(n)s confidential project is counted; its rating and amounts are left out of all figures.",
            "%(n)s confidential projects are counted; their ratings and amounts are left out of all figures, being so few.",
            found.hidden_count,
        ) % {"n": found.hidden_count}
    if found.hidden_count:
        return ngettext(
            "%(n)s confidential project is included in totals.",
            "%(n)s confidential projects are included in totals.",
            found.hidden_count,
        ) % {"n": found.hidden_count}
    if found.picture.hidden and not found.selection.is_empty:
        return _("Confidential projects are left out while filters are set.")
    return ""


def _money(request: HttpRequest, found: Overview, link: _Link) -> dict[str, Any]:
    chosen = request.GET.get("currency", "")
    currencies = [line.currency for line in found.money]
    if not currencies:
        return {}
    bridge = found.bridge_in(chosen if chosen in currencies else currencies[0])
    return {
        "bridge": parts.bridge_lines(bridge),
        "bridge_changes": parts.changes_lines(bridge, found.changed_in(bridge.currency)) if bridge.projects else (),
        "bridge_ends": (bridge.budget, bridge.forecast, bridge.currency) if bridge.projects else (),
        "bridge_title": words.bridge_title(bridge),
        "bridge_subtitle": words.bridge_subtitle(bridge, found.picture.today),
        "bridge_url": link("variance", bridge.currency),
        "currencies": tuple((code, changed(request.GET, currency=code), code == bridge.currency) for code in currencies)
        if len(currencies) > 1
        else (),
        "money_lines": parts.money_lines(found, link),
    }
