"""The component gallery at /_gallery/, for developers: the address exists only with DEBUG. Needs no database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from core import charts, money
from core.rag import RATINGS
from core.widgets import DayInput, RagChoice

# The gallery speaks to developers: its words are not translated.
PROJECTS = [
    (
        "PRJ-0042",
        "Emergency Services Mobile Communications Programme",
        "amber",
        "red",
        "amber",
        Decimal(11300000000),
        Decimal(11950000000),
    ),
    ("PRJ-0007", "Borders and trade: single window", "green", "green", "green", Decimal(349800000), Decimal(349800000)),
    ("PRJ-0113", "Health data platform", "red", "red", "exempt", Decimal(480000000), Decimal(512400000)),
    ("PRJ-0009", "Flood defences, east coast", "blue", "green", "green", Decimal(2100000), Decimal(1950000)),
    ("PRJ-0201", "Prison estate expansion", "grey", "", "amber", Decimal(5200000000), None),
]


class Person:
    """A stand-in for a user, so that the gallery needs no database."""

    is_authenticated = True
    email = "ada.okafor@example.org"

    def __str__(self) -> str:
        return "Ada Okafor"


class ExampleForm(forms.Form):
    """Every kind of field."""

    title = forms.CharField(label="Title", help_text="As people say it, for example “Move payroll to the new system”.")
    purpose = forms.CharField(label="Purpose", widget=forms.Textarea, required=False)
    rating = forms.ChoiceField(
        label="Schedule",
        widget=RagChoice,
        choices=[(value, RATINGS[value].word) for value in ("green", "amber", "red", "grey")],
        help_text="The system suggests amber: two milestones moved since last month.",
    )
    finish_on = forms.DateField(label="Forecast finish", widget=DayInput)
    budget = forms.DecimalField(label="Approved budget", help_text="Whole-life, in pounds, for example 1200000.")
    tier = forms.ChoiceField(label="Tier", choices=[("1", "Tier 1"), ("2", "Tier 2")])
    recipients = forms.MultipleChoiceField(
        label="Recipients",
        widget=forms.CheckboxSelectMultiple,
        choices=[("s", "Sponsors"), ("b", "Board members")],
        required=False,
    )
    paper = forms.ChoiceField(label="Paper", widget=forms.RadioSelect, choices=[("a4", "A4"), ("letter", "Letter")])
    case = forms.FileField(label="Business case", required=False)
    confidential = forms.BooleanField(label="Confidential", help_text="Only the people named on it see it.", required=False)


class FilterForm(forms.Form):
    """A register's filters."""

    q = forms.CharField(label="Search", required=False)
    tier = forms.ChoiceField(label="Tier", choices=[("", "Any"), ("1", "Tier 1"), ("2", "Tier 2")], required=False)
    overdue = forms.BooleanField(label="Overdue only", required=False)


def _context(request: HttpRequest) -> dict[str, Any]:
    entries = [("My work", "inbox"), ("Overview", "layout-dashboard"), ("Projects", "folder-kanban"), ("Programmes", "layers")]
    today = dt.date(2026, 11, 22)
    filters = FilterForm(QueryDict("q=health&tier=1&overdue=on"))
    filters.is_valid()
    return {
        "user": Person(),
        "navigation": {
            "groups": [
                {"label": "Portfolio", "open": True, "entries": [{"label": w, "url": f"#{w}", "icon": i} for w, i in entries]},
                {"label": "Reports", "entries": [{"label": "Schedules", "url": "#s", "icon": "calendar-clock"}]},
            ],
            "here": "#Projects",
        },
        "search_url": "/search/",
        "notifications_url": "/notifications/",
        "unread_count": 3,
        "data_fresh_at": dt.datetime(2026, 11, 20, 16, 5, tzinfo=dt.UTC),
        "crumbs": [{"label": "Portfolio", "url": "#"}, {"label": "Digital programme", "url": "#"}],
        "tabs": [
            {"label": "Overview", "url": "?", "active": True},
            {"label": "Updates", "url": "?tab=updates", "count": 14},
            {"label": "Risks", "url": "?tab=risks", "count": 3},
            {"label": "Documents", "url": "?tab=documents"},
            {"label": "History", "url": "?tab=history"},
        ],
        "items": [
            {"label": "Edit", "url": "#", "icon": "pencil"},
            {"label": "Archive", "url": "#", "icon": "archive", "method": "post", "danger": True, "confirm": "Archive PRJ-0042? It leaves every list; you can bring it back."},
        ],
        "ratings_three": [
            {"label": "Computed", "value": "amber", "on": today, "note": "2 milestones late", "url": "#"},
            {"label": "Declared", "value": "red", "on": dt.date(2026, 9, 30), "stale": True, "days": 53},
            {"label": "Assurance", "value": "exempt", "on": today},
        ],
        "all_ratings": list(RATINGS),
        "rows": PROJECTS,
        "page": Paginator(range(1240), 25).page(4),
        "page_sizes": [25, 50, 100],
        "page_size": 25,
        "filter_form": filters,
        "saved_views": [{"label": "Red and overdue", "url": "#", "shared": True, "active": True}],
        "save_view_url": "#",
        "exports": [("csv", "#"), ("xlsx", "#")],
        "column_choices": [{"name": "budget", "label": "Budget", "shown": True}],
        "facts": [
            {"label": "Sponsor", "value": "Permanent Secretary"},
            {"label": "Manager", "value": "Ada Okafor", "url": "#"},
            {"label": "Unit", "value": "Home Office"},
            {"label": "Category", "value": ""},
        ],
        "events": [
            {"title": "October 2026 published", "rating": "amber", "at": dt.datetime(2026, 11, 4, 9, 0, tzinfo=dt.UTC), "by": "Ada Okafor", "text": "Contract **signed**. Site works start in March."},
            {"title": "Returned for comment", "at": dt.datetime(2026, 11, 2, 15, 0, tzinfo=dt.UTC), "by": "PMO", "tag": "Review"},
        ],
        "conflict": {
            "by": "Tom Reyes", "at": dt.datetime(2026, 11, 22, 9, 3, tzinfo=dt.UTC), "version": 7,
            "rows": [{"name": "summary", "label": "Executive summary", "mine": "Contract signed on 3 November.", "theirs": "Contract expected in December."}],
        },
        "autosave_url": "/_gallery/autosave/" if request.GET.get("autosave") else "",
        "as_of": today if request.GET.get("as_of") else None,
    }  # fmt: skip


MONTHS = [
    "Dec 2025", "Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026", "May 2026", "Jun 2026", "Jul 2026", "Aug 2026", "Sep 2026", "Oct 2026",
]  # fmt: skip
DIMENSIONS = ["Overall", "Schedule", "Cost", "Scope", "Benefits", "Risk", "Resources"]


def _portfolio_charts() -> list[charts.Chart]:
    return [
        charts.health_bars(
            title="One project in ten is red on schedule",
            subtitle="Projects by declared rating and dimension, all 227, as at 31 Oct 2026",
            rows=[
                (name, {"red": 24 - i * 2, "amber": 90 + i * 3, "green": 80 - i, "blue": 9, "grey": 24})
                for i, name in enumerate(DIMENSIONS)
            ],
        ),
        charts.count_lines(
            title="Red projects doubled since spring",
            subtitle="Number of projects by overall rating, all units, to Oct 2026",
            periods=MONTHS,
            lines=[
                charts.Line("Red", "red", [12, 12, 13, 12, 14, 17, 19, None, 22, 23, 24]),
                charts.Line("Amber", "amber", [100, 101, 99, 98, 96, 97, 95, 93, 91, 90, 90]),
                charts.Line("Green", "green", [70, 71, 72, 74, 77, 78, 80, 80, 80, 81, 82]),
            ],
        ),
        charts.value_risk_bubbles(
            title="The two most valuable projects are also the riskiest",
            subtitle="Value and risk score 0 to 100, area = whole-life budget in GBP",
            bubbles=[charts.Bubble(row[1], 90 - i * 17, 80 - i * 14, row[5], row[2]) for i, row in enumerate(PROJECTS)],
            words=partial(money.short, currency="GBP"),
        ),
    ]


def _project_charts() -> list[charts.Chart]:
    strip = ["green", "green", "amber", "amber", "red", "red", None, "amber", "amber", "green", "blue"]
    return [
        charts.rag_strip(
            title="Schedule recovered, cost has not",
            subtitle="Declared rating by period, PRJ-0042",
            periods=MONTHS,
            rows=[(name, strip[i:] + strip[:i]) for i, name in enumerate(DIMENSIONS)],
        ),
        charts.budget_bridge(
            title="Scope changes add £650m to the approved budget",
            subtitle="Whole-life cost in GBP, PRJ-0042, as at 31 Oct 2026",
            approved=Decimal(11300000000),
            changes=[("Scope", Decimal(900000000)), ("Inflation", Decimal(150000000)), ("Efficiency", Decimal(-400000000))],
            words=partial(money.short, currency="GBP"),
            exact=partial(money.exact, currency="GBP"),
        ),
        charts.milestone_timeline(
            title="Three of five milestones have slipped",
            subtitle="Next six months; hollow mark is the baseline",
            today=dt.date(2026, 11, 22),
            milestones=[
                charts.Milestone(
                    "Full business case approved",
                    "PRJ-0042 Emergency Services Mobile",
                    dt.date(2026, 12, 18),
                    dt.date(2026, 10, 30),
                ),
                charts.Milestone("Contract award", "PRJ-0007 Borders", dt.date(2027, 1, 15), dt.date(2027, 1, 15)),
                charts.Milestone(
                    "Site acceptance of the very long named northern data centre",
                    "PRJ-0113",
                    dt.date(2027, 3, 2),
                    dt.date(2026, 12, 1),
                ),
                charts.Milestone("Pilot live", "PRJ-0009", dt.date(2027, 2, 1), dt.date(2027, 2, 20)),
                charts.Milestone("Gate 3", "PRJ-0201", dt.date(2027, 4, 30), None),
            ],
        ),
    ]


@login_not_required
def gallery(request: HttpRequest, page: str = "") -> HttpResponse:
    """One page of the gallery: components, forms, or charts."""
    form = ExampleForm({"title": "", "purpose": "Words that stay."}) if request.GET.get("errors") else ExampleForm()
    if page == "":
        messages.success(request, "The update for October 2026 is submitted. The PMO has been told.")
        messages.error(request, "The file could not be read: line 14, column “Budget”.")
    more = (
        {"charts": [*_portfolio_charts(), *_project_charts()]}
        if page == "charts"
        else {"spark": charts.sparkline([3, 5, 4, None, 6, 8, 7, 9], label="Projects")}
    )
    return render(request, f"_gallery/{page or 'components'}.html", _context(request) | {"form": form} | more)
