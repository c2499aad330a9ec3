"""The table of all projects, the sheet of one, and what is missing in them."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import money
from core.charts import Chart, health_bars, rag_strip
from core.charts.milestones import slip_words
from portfolio.models import DIMENSIONS
from portfolio.wording_raid import exposure_words
from reporting import wording
from reporting.formulas.snapshot import Sheet, Snapshot
from reporting.pdf.risks import top_risks
from reporting.pdf.summary import ORDER

SHORT = 240
"""Letters: as many words as stand under the trend without making it longer than the facts beside it."""


def table(snapshot: Snapshot, common: Mapping[str, Any]) -> str:
    """Every project in one line, the worst first, with the counts by dimension."""
    worst_first = sorted(snapshot.sheets, key=lambda sheet: (ORDER.index(sheet.overall), sheet.title))
    rows = [
        {
            "sheet": sheet,
            "marks": [sheet.ratings.get(name) or "grey" for name in DIMENSIONS],
            "budget": money.short(sheet.budget, sheet.currency) or "–",
            "forecast": money.short(sheet.forecast, sheet.currency) or "–",
            "slip": wording.slip_of(sheet),
        }
        for sheet in worst_first
    ]
    return render_to_string(
        "reports/portfolio_table.html",
        {**common, "rows": rows, "dimensions": list(DIMENSIONS.values()), "chart": _health(snapshot)},
    )


def _health(snapshot: Snapshot) -> Chart | None:
    """Counts by dimension, where anybody rates dimensions at all."""
    rows = [
        (str(name), Counter(sheet.ratings.get(key) or "grey" for sheet in snapshot.sheets))
        for key, name in {"overall": _("Overall"), **DIMENSIONS}.items()
    ]
    rated = [(name, count) for name, count in rows if count["grey"] < len(snapshot.sheets)]
    if len(rated) < 2:
        return None
    worst, count = max(rated, key=lambda row: (row[1]["red"], row[1]["amber"]))
    title = _("%(dimension)s has the most red: %(n)s of %(total)s") if count["red"] else _("No dimension is red")
    return health_bars(
        title=title % {"dimension": worst, "n": count["red"], "total": len(snapshot.sheets)},
        subtitle=_("Number of projects by declared rating · %(scope)s · as at %(day)s")
        % {"scope": snapshot.scope, "day": wording.day(snapshot.as_at)},
        rows=rated,
    )


def sheet_page(sheet: Sheet, snapshot: Snapshot, common: Mapping[str, Any]) -> str:
    """All of one project: ratings, words, money, milestones, decisions, risks."""
    facts = [
        (_("Sponsor"), sheet.sponsor),
        (_("Project manager"), sheet.manager),
        (_("Organisation unit"), sheet.unit),
        (_("Portfolio"), sheet.portfolio),
        (_("Planned start"), wording.day(sheet.planned_start_on)),
        (_("Planned finish"), wording.day(sheet.planned_finish_on)),
        (_("Budget, whole life"), money.exact(sheet.budget, sheet.currency)),
        (_("Forecast, whole life"), money.exact(sheet.forecast, sheet.currency)),
        (_("Spent to date"), money.exact(sheet.spend, sheet.currency)),
        (_("Contingency"), money.exact(sheet.contingency, sheet.currency)),
        (_("Planned benefits"), money.exact(sheet.benefits, sheet.currency)),
        (_("Percent complete"), "" if sheet.percent_complete is None else f"{sheet.percent_complete}%"),
        (_("Tier"), str(sheet.tier)),
    ]
    context = {
        **common,
        "sheet": sheet,
        "slip": wording.slip_of(sheet),
        "decisions": wording.asked_of(sheet),
        "registers": wording.registers_line(sheet.registers),
        "worth": exposure_words(sheet.registers.exposure) if sheet.registers else "",
        "top": top_risks(sheet.registers.top, snapshot) if sheet.registers else [],
        "forecast": money.short(sheet.forecast, sheet.currency),
        "variance": wording.sheet_variance_words(sheet),
        "dimensions": [
            {"name": name, "rating": sheet.ratings.get(key) or "grey", "comment": sheet.comments.get(key, "")}
            for key, name in DIMENSIONS.items()
        ]
        if any(sheet.ratings.get(key) for key in DIMENSIONS) or sheet.comments
        else [],
        "strip": _strip(sheet),
        "short_words": len(sheet.achieved) + len(sheet.planned_next) <= SHORT,
        "milestones": [
            {"milestone": one, "slip": slip_words((one.expected_on - one.planned_on).days)} for one in sheet.milestones
        ],
        "facts": [{"label": label, "value": value} for label, value in facts if value],
    }
    return render_to_string("reports/sheet.html", context)


def tighter(page: str) -> str:
    """The same page set closer, where it would run over onto a second one by a few lines."""
    return page.replace('<div class="sheet">', '<div class="sheet is-tight">', 1)


def _strip(sheet: Sheet) -> Chart | None:
    """The trend of every rating, from the second update on."""
    if len(sheet.trail) < 2:
        return None
    names = {"overall": _("Overall"), **DIMENSIONS}
    used = {key: name for key, name in names.items() if any(ratings.get(key) for _label, ratings in sheet.trail)}
    first, last = sheet.trail[0][1].get("overall", ""), sheet.trail[-1][1].get("overall", "")
    if first == last:
        title = _("The overall rating is what it was %(n)s updates ago") % {"n": len(sheet.trail) - 1}
    else:
        words = {"red": _("Red"), "amber": _("Amber"), "green": _("Green"), "blue": _("Complete")}
        title = _("From %(before)s to %(now)s in %(n)s updates") % {
            "before": words.get(first, _("No data")).lower(),
            "now": words.get(last, _("No data")).lower(),
            "n": len(sheet.trail),
        }
    return rag_strip(
        title=title,
        subtitle=_("Declared ratings by reporting period, newest right"),
        periods=[date_format(date.fromisoformat(label), "M y") for label, _ratings in sheet.trail],
        rows=[(str(name), [ratings.get(key) or None for _label, ratings in sheet.trail]) for key, name in used.items()],
        width=410,
        paper=True,
    )


def gaps(snapshot: Snapshot, common: Mapping[str, Any]) -> str:
    """What is missing or out of date, how old the ratings are, and what the words mean."""
    found = [(sheet, wording.gaps(sheet)) for sheet in snapshot.sheets]
    rows = [{"sheet": sheet, "words": ", ".join(words)} for sheet, words in found if words]
    complete = len(snapshot.sheets) - len(rows)
    lead = (
        _("Nothing is missing: every project has reported in time and states its budget, forecast, finish and sponsor.")
        if not rows
        else _("%(complete)s of %(total)s projects are complete and up to date.")
        % {"complete": complete, "total": len(snapshot.sheets)}
    )
    context = {
        "title": last_title(snapshot),
        "gaps": rows,
        "lead": lead,
        "ages": _ages(snapshot),
        "words": [{"term": term, "meaning": meaning} for term, meaning in wording.terms(snapshot)],
    }
    return render_to_string("reports/gaps.html", {**common, **context})


def last_title(snapshot: Snapshot) -> str:
    """What the last page is about."""
    missing = any(wording.gaps(sheet) for sheet in snapshot.sheets)
    return _("What is missing or out of date") if missing else _("About this report")


def _ages(snapshot: Snapshot) -> list[dict[str, Any]]:
    """How many projects reported how long ago."""
    ages = [(snapshot.as_at - sheet.reported_on).days for sheet in snapshot.sheets if sheet.reported_on]
    bounds = sorted({7, 30, snapshot.stale_after_days})
    rows = [
        (_("%(first)s to %(last)s days before") % {"first": first, "last": last}, sum(first <= age <= last for age in ages))
        for first, last in zip([0, *(bound + 1 for bound in bounds)], bounds, strict=False)
    ]
    rows.append((_("More than %(n)s days before") % {"n": bounds[-1]}, sum(age > bounds[-1] for age in ages)))
    rows.append((_("Never"), sum(sheet.reported_on is None for sheet in snapshot.sheets)))
    return [{"label": label, "number": number} for label, number in rows]
