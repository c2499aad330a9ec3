"""Promised against now, as the page and the API tell it: cost, benefits, start and finish of a project that was a request."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core import money
from intake.formulas.promises import Variance
from intake.models import Conversion
from intake.wording_conversion import day_variance, money_variance
from portfolio.models import Project


def conversion_of(project: Project) -> Conversion:
    """How the project came about. 404 where it was no request."""
    found = (
        Conversion.objects.select_related(
            "request__type", "request__requester", "approved_case", "template", "converted_by", "charter"
        )
        .filter(project=project)
        .first()
    )
    if found is None:
        raise Http404
    return found


def lines_of(project: Project, conversion: Conversion) -> list[dict[str, Any]]:
    """Cost, benefits, start and finish: promised, now, the difference in words, and how each is found. No queries."""
    promised, case = conversion.document["promised"], conversion.approved_case
    currency = promised["currency"] or project.currency
    began = _("Set when the project began, %(day)s") % {"day": day_of(conversion.converted_at)}
    frozen = _("%(case)s, “%(option)s”, frozen %(day)s")
    source = frozen % {"case": case, "option": case.option, "day": day_of(case.frozen_at)} if case else began
    same = project.currency == currency
    now_cost = project.forecast if project.forecast is not None else project.budget
    cost = Variance(number(promised["cost"]), now_cost if same else None)
    benefit = Variance(number(promised["benefit"]), project.benefits if same else None)
    finish_now = project.actual_finish_on or project.forecast_finish_on or project.planned_finish_on
    start_now = project.actual_start_on or project.forecast_start_on or project.planned_start_on
    as_at = _("as last changed %(day)s") % {"day": day_of(project.updated_at)}
    forecast = _("Forecast of the project")
    budget = _("Budget of the project: it has no forecast yet")
    cost_how = f"{forecast if project.forecast is not None else budget}, {as_at}"
    benefit_how = _("Benefits of the project, %(as_at)s") % {"as_at": as_at}
    return [
        _money_line("cost", _("Cost, whole life"), cost, currency, source, cost_how, up_is_good=False),
        _money_line("benefits", _("Benefits, whole life"), benefit, currency, source, benefit_how, up_is_good=True),
        _day_line("start", _("Start"), day(promised["start_on"]), start_now, project.actual_start_on, began, as_at),
        _day_line("finish", _("Finish"), day(promised["finish_on"]), finish_now, project.actual_finish_on, began, as_at),
    ]


def _money_line(
    key: str, label: str, found: Variance, currency: str, source: str, how: str, *, up_is_good: bool
) -> dict[str, Any]:
    return {
        "key": key,
        "values": (found.promised, found.now),
        "label": label,
        "promised": money.short(found.promised, currency),
        "promised_exact": money.exact(found.promised, currency),
        "now": money.short(found.now, currency),
        "now_exact": money.exact(found.now, currency),
        "said": money_variance(found, currency, up_is_good=up_is_good),
        "tone": tone(found.change, up_is_good=up_is_good),
        "source": source,
        "how": how,
        "formula": _("now − promised, as a part of what was promised"),
    }


def _day_line(
    key: str, label: str, promised: date | None, now: date | None, actual: date | None, source: str, as_at: str
) -> dict[str, Any]:
    later = (now - promised).days if promised and now else None
    return {
        "key": key,
        "values": (promised, now),
        "label": label,
        "promised": day_of(promised) if promised else "",
        "now": day_of(now) if now else "",
        "said": day_variance(promised, now),
        "tone": tone(Decimal(later) if later is not None else None, up_is_good=False),
        "source": source,
        "how": (_("Actual day") if actual else _("Forecast, else planned day of the project")) + f", {as_at}",
        "formula": _("days from the promised day to the day now"),
    }


def tone(change: Decimal | None, *, up_is_good: bool) -> str:
    """good, bad, or nothing: how the difference is drawn beside its words."""
    if not change:
        return ""
    return "good" if (change > 0) == up_is_good else "bad"


def headline(lines: list[dict[str, Any]]) -> str:
    """The finding in one sentence."""
    bad = [line for line in lines if line["tone"] == "bad"]
    if bad:
        return "; ".join(f"{line['label']}: {line['said']}" for line in bad)
    if any(line["tone"] == "good" for line in lines):
        return _("Nothing is worse than promised")
    return _("All as promised so far")


def day_of(moment: Any) -> str:
    """22 Nov 2026."""
    return date_format(localtime(moment) if hasattr(moment, "hour") else moment, "j M Y")


def number(text: str | None) -> Decimal | None:
    """An amount of the frozen document."""
    return None if text is None else Decimal(text)


def day(text: str | None) -> date | None:
    """A day of the frozen document."""
    return None if text is None else date.fromisoformat(text)
