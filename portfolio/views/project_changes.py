"""Change control on the page of a project: the budget bridge, and what all approved changes did to the first approval."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import money
from core.charts import Chart
from core.charts import budget_bridge as draw_bridge
from portfolio.formulas.changes import BudgetBridge, Cumulative
from portfolio.models import Project
from portfolio.models.asof import moment_of
from portfolio.project_changes import changes_told, thresholds_of, waiting_changes
from portfolio.views.projects import project_page
from portfolio.wording_changes import amount_words, cumulative_title, days_words


def project_changes(request: HttpRequest, reference: str) -> HttpResponse:
    """The fragment that the overview of a project loads; nothing where there is nothing to tell."""
    project, context = project_page(request, reference, "overview")
    shown: Project = context["project"]
    at = moment_of(context["as_of"])
    found = changes_told(request.user, shown, project, at)
    changes, bridge, together = found.changes, found.bridge, found.together
    waiting = waiting_of(request.user, project) if at is None else ""
    if context["unknown_then"] or not (changes or waiting or (bridge and bridge.variance)):
        return HttpResponse()
    green, amber = thresholds_of(project)
    return render(
        request,
        "portfolio/changes/_project_changes.html",
        context
        | {
            "chart": chart_of(bridge, shown, cumulative_title(together, shown.currency), context["as_of"]) if bridge else None,
            "title": cumulative_title(together, shown.currency),
            "together": facts_of(together, shown.currency) if changes else [],
            "rating": together.rating(green, amber) if changes else "",
            "limits": _("Amber above %(green)s, red above %(amber)s of what was approved at first")
            % {"green": money.percent(green, 2), "amber": money.percent(amber, 2)},
            "waiting": waiting,
            "changes_url": f"{reverse('portfolio:change-list')}?project={project.reference}&open=all",
        },
    )


def waiting_of(user: Any, project: Project) -> str:
    """How many changes wait for approval, and for how much, in words. One query."""
    count, total = waiting_changes(user, project)
    if not count:
        return ""
    words = ngettext("%(n)d change waits for approval", "%(n)d changes wait for approval", count) % {"n": count}
    return f"{words} ({amount_words(total, project.currency)})" if total else words


def facts_of(found: Cumulative, currency: str) -> list[dict[str, str]]:
    """The cumulative change in money, percent and days, each with what it is measured by."""
    cost, days = amount_words(found.cost, currency), days_words(found.days)
    if found.percent is not None and found.cost:
        cost = _("%(cost)s, %(percent)s of %(original)s") % {
            "cost": cost,
            "percent": money.percent(abs(found.percent), 1),
            "original": money.exact(found.original_budget, currency),
        }
    if found.days_percent is not None and found.days:
        days = _("%(days)s, %(percent)s of %(duration)d days") % {
            "days": days,
            "percent": money.percent(abs(found.days_percent), 1),
            "duration": found.duration,
        }
    facts = [{"label": _("Cost"), "value": cost}, {"label": _("Finish"), "value": days}]
    if found.cost_held or found.days_held:
        held = [amount_words(found.cost_held, currency)] if found.cost_held else []
        held += [days_words(found.days_held)] if found.days_held else []
        facts.append({"label": _("Of it in the forecast before approval"), "value": ", ".join(held)})
    if found.original_finish:
        facts.append({"label": _("Finish first approved"), "value": date_format(found.original_finish, "j M Y")})
    return facts


def chart_of(bridge: BudgetBridge, project: Project, title: str, as_of: Any) -> Chart:
    """The bridge as a drawing with its table: approved at first, each change, the budget, the forecast."""
    currency = project.currency
    steps = [(str(key), amount) for key, _label, amount in bridge.steps]
    if bridge.rest_count:
        words = ngettext("%(n)d smaller change", "%(n)d smaller changes", bridge.rest_count) % {"n": bridge.rest_count}
        steps.append((words, bridge.rest))
    if bridge.unexplained:
        steps.append((_("Otherwise"), bridge.unexplained))
    stop = len(steps)
    variance = bridge.variance
    if variance is not None:
        steps.append((_("Over budget") if variance >= 0 else _("Under budget"), variance))
    else:
        stop = 0
    day = date_format(as_of or timezone.localdate(), "j M Y")
    chart = draw_bridge(
        title=title,
        subtitle=_("From the first approval to the forecast, whole life, %(currency)s, as at %(day)s")
        % {"currency": currency, "day": day},
        approved=bridge.original,
        changes=steps,
        words=lambda amount: money.short(amount, currency),
        exact=lambda amount: money.exact(amount, currency),
        labels=(_("First approved"), _("Forecast")) if variance is not None else (_("First approved"), _("Budget")),
        stop=(stop, _("Budget")) if stop else None,
        width=max(560, 90 * (len(steps) + 3)),
    )
    # The drawing has room for the references; the table names the changes and leads to them.
    titles = {
        str(key): format_html('<a href="{}">{}</a>', reverse("portfolio:change-detail", args=[key]), label)
        for key, label, _amount in bridge.steps
    }
    return replace(chart, rows=[[titles.get(row[0], row[0]), *row[1:]] for row in chart.rows])
