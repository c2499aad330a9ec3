"""Sentences for what formulas found: a reason's code and values in, words in the reader's language out."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from core import money
from portfolio.formulas.dependencies import Standing
from portfolio.formulas.health import Computed
from portfolio.models import DIMENSIONS
from portfolio.models.asof import FIRST_YEAR, read_day
from portfolio.wording_changes import change_reason
from portfolio.wording_raid import risk_reason


def label_of(name: str) -> str:
    """The word for a dimension or "overall"."""
    return _("Overall") if name == "overall" else str(DIMENSIONS[name])


def reason_sentence(reason: Mapping[str, Any], currency: str = "") -> str:
    """Why a rating was computed, from `{"code": …, values…}` as stored; empty for a code that this version does not know."""
    writer = SENTENCES.get(str(reason.get("code", "")))
    return writer(reason, currency) if writer else ""


def computed_sentence(computed: Computed, currency: str = "") -> str:
    """The same for a rating that was just computed."""
    return reason_sentence({"code": computed.code, **computed.values}, currency)


def _day(text: Any) -> str:
    return date_format(date.fromisoformat(str(text)), "j M Y")


TOLD_OF_A_DAY = 20  # letters of a day that was not understood


def as_of_problem(text: str, today: date) -> str:
    """Why a page shows today although its address (`?as_of=…`) names something else; empty where it does what it says."""
    if not text.strip():
        return ""
    day = read_day(text)
    if day is None:
        cut = text if len(text) <= TOLD_OF_A_DAY else f"{text[:TOLD_OF_A_DAY]}…"
        return _("“%(text)s” in the address is not a day; you see today.") % {"text": cut}
    if day > today:
        return _("%(day)s lies in the future; you see today.") % {"day": date_format(day, "j M Y")}
    if day.year < FIRST_YEAR:
        return _("%(day)s lies before any record; you see today.") % {"day": date_format(day, "j M Y")}
    return ""


def days_words(number: Any) -> str:
    return ngettext("%(days)d day", "%(days)d days", int(number)) % {"days": int(number)}


def _percent(text: Any) -> str:
    return money.percent(abs(Decimal(str(text))), 1)


def _slip(reason: Mapping[str, Any], currency: str) -> str:
    values = {"finish": _day(reason["finish"]), "days": days_words(reason["days"]), "planned": _day(reason["planned"])}
    if "percent" not in reason:
        return _("Finish %(finish)s is %(days)s after the planned %(planned)s.") % values
    values["percent"] = _percent(reason["percent"])
    return _("Finish %(finish)s is %(days)s after the planned %(planned)s: %(percent)s of the planned duration.") % values


def _on_time(reason: Mapping[str, Any], currency: str) -> str:
    if int(reason["days"]) == 0:
        return _("Finish %(finish)s is as planned.") % {"finish": _day(reason["finish"])}
    early = days_words(-int(reason["days"]))
    return _("Finish %(finish)s is %(days)s before the plan.") % {"finish": _day(reason["finish"]), "days": early}


def _finish_passed(reason: Mapping[str, Any], currency: str) -> str:
    values = {"finish": _day(reason["finish"]), "days": days_words(reason["late"])}
    return _("The finish of %(finish)s passed %(days)s ago and nobody recorded that it was reached.") % values


def _milestones(reason: Mapping[str, Any], currency: str) -> str:
    count = int(reason["count"])
    sentence = ngettext(
        "%(count)d milestone is overdue, by %(days)s.", "%(count)d milestones are overdue, the oldest by %(days)s.", count
    )
    return sentence % {"count": count, "days": days_words(reason["days"])}


def _variance(over: str, under: str, level: str) -> Any:
    def sentence(reason: Mapping[str, Any], currency: str) -> str:
        amount = Decimal(str(reason["over"]))
        values = {"amount": money.short(abs(amount), currency), "percent": _percent(reason["percent"])}
        return _(over if amount > 0 else under if amount < 0 else level) % values

    return sentence


def _worst(reason: Mapping[str, Any], currency: str) -> str:
    names = [label_of(name) for name in str(reason["dimensions"]).split(",") if name in DIMENSIONS]
    return ngettext("The worst dimension is %(names)s.", "The worst dimensions are %(names)s.", len(names)) % {
        "names": ", ".join(names)
    }


SENTENCES = {
    "no_facts": lambda reason, currency: _("No records to compute a rating from."),
    "no_data": lambda reason, currency: _("No dimension has facts to rate it by."),
    "cancelled": lambda reason, currency: _("The project is cancelled."),
    "closed": lambda reason, currency: _("The project is closed."),
    "finished": lambda reason, currency: _("Finished on %(day)s.") % {"day": _day(reason["on"])},
    "slip": _slip,
    "on_time": _on_time,
    "finish_passed": _finish_passed,
    "milestones_overdue": _milestones,
    "spend_over_budget": _variance(
        gettext_noop("Spend is %(amount)s (%(percent)s) over the approved budget."),
        gettext_noop("Spend is within the approved budget."),
        gettext_noop("Spend is within the approved budget."),
    ),
    "cost_variance": _variance(
        gettext_noop("Forecast cost is %(amount)s (%(percent)s) over the approved budget."),
        gettext_noop("Forecast cost is %(amount)s (%(percent)s) under the approved budget."),
        gettext_noop("Forecast cost equals the approved budget."),
    ),
    "year_variance": _variance(
        gettext_noop("This financial year's forecast is %(amount)s (%(percent)s) over its budget."),
        gettext_noop("This financial year's forecast is %(amount)s (%(percent)s) under its budget."),
        gettext_noop("This financial year's forecast equals its budget."),
    ),
    "risks": risk_reason,
    "changes": change_reason,
    "worst": _worst,
    "none_worse": lambda reason, currency: _("No dimension that the facts rate is amber or red."),
}


# Dependencies

STANDS = {
    "broken": gettext_noop("Broken"),
    "late": gettext_noop("%(days)s too late"),
    "overdue": gettext_noop("Overdue by %(days)s"),
    "unanswered": gettext_noop("Needed %(days)s ago, nobody has committed"),
    "rated": gettext_noop("Rated by a side"),
    "at_risk": gettext_noop("At risk"),
    "open": gettext_noop("Nobody has committed yet"),
    "thin": gettext_noop("Only %(days)s of buffer"),
    "delivered_late": gettext_noop("Delivered %(days)s late"),
    "delivered": gettext_noop("Delivered, to be accepted"),
    "accepted": gettext_noop("Accepted"),
    "withdrawn": gettext_noop("Withdrawn"),
    "": gettext_noop("As agreed"),
}
TONES = {
    "red": gettext_noop("Late, broken or rated red"),
    "amber": gettext_noop("At risk"),
    "grey": gettext_noop("Nobody has committed yet"),
    "green": gettext_noop("As agreed"),
    "blue": gettext_noop("Delivered"),
}


def standing_sentence(standing: Standing) -> str:
    """Why a dependency stands as it does, in a few words."""
    if standing.hint == "thin" and not standing.days:
        return _("No day of buffer")
    words = _(STANDS[standing.hint])
    return words % {"days": days_words(standing.days)} if standing.days else words


def tone_words(tone: str) -> str:
    """What a colour says of a dependency."""
    return _(TONES[tone]) if tone in TONES else ""


def unseen_project() -> str:
    """What stands for a project that the reader may not see."""
    return _("a project that you may not see")
