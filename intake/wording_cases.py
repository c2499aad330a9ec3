"""Sentences for what the formulas of a business case found: codes in, words in the reader's language out."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from core import money

_PROBLEMS = {
    "low_above_likely": gettext_noop("low is above likely"),
    "likely_above_high": gettext_noop("likely is above high"),
    "not_finite": gettext_noop("a figure is not a number"),
    "unknown_kind": gettext_noop("the kind of the line is unknown"),
    "duplicate_key": gettext_noop("the line stands there twice"),
    "year_before_base": gettext_noop("a figure lies before the first year"),
    "year_too_far": gettext_noop("a figure lies more than 100 years off"),
    "rate_too_low": gettext_noop("The discount rate must be above −100%."),
    "inflation_too_low": gettext_noop("Inflation must be above −100%."),
    "inflation_missing": gettext_noop("Rate and amounts are on different terms: say how high inflation is."),
    "several_do_nothing": gettext_noop("Only one option can be to do nothing."),
    "seed_negative": gettext_noop("The seed of the simulation is below zero."),
    "unknown_shape": gettext_noop("The shape of the simulation is unknown."),
    "draws_out_of_range": gettext_noop("The number of draws is out of range."),
}


REASONS: dict[str, Any] = {
    "never": gettext_lazy("never within the years of the case"),
    "no_cost": gettext_lazy("n/a: no costs"),
    "no_benefit": gettext_lazy("n/a: no benefits"),
    "no_initial_outlay": gettext_lazy("n/a: no outlay in the first year"),
    "no_discounting": gettext_lazy("n/a: at a rate of 0% waiting costs nothing"),
    "no_flows": gettext_lazy("n/a: no figures"),
    "no_sign_change": gettext_lazy("n/a: no sign change"),
    "no_real_root": gettext_lazy("n/a: no rate makes it zero"),
    "several_roots": gettext_lazy("n/a: several rates"),
}
"""Why a measure has no value."""


def problem_words(problem: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """What is wrong with a case, and where."""
    said = _(_PROBLEMS.get(problem["code"], "something is wrong"))
    if not problem.get("name"):
        return said
    option = next((one["name"] for one in document["options"] if one["key"] == problem["option"]), "")
    where = _("“%(line)s” of “%(option)s”") % {"line": problem["name"], "option": option}
    if problem.get("year"):
        where = _("%(where)s, %(year)s") % {"where": where, "year": problem["year"]}
    return _("%(where)s: %(problem)s.") % {"where": where, "problem": said}


def decimal_of(value: Any) -> Decimal | None:
    """A number of a document; None where there is none."""
    return None if value in (None, "") else Decimal(str(value))


def rate_words(value: Any, places: int = 1) -> str:
    """A fraction as per cent: 0.153 is 15.3%."""
    found = decimal_of(value)
    return money.percent(found * 100, places) if found is not None else ""


def ratio_words(value: Any, places: int = 2) -> str:
    """A ratio to two places."""
    found = decimal_of(value)
    if found is None:
        return ""
    size = abs(found).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)  # number_format cuts off
    return f"{money.MINUS if found < 0 else ''}{number_format(size, decimal_pos=places, use_l10n=True)}"


def years_words(value: Any) -> str:
    """2.6 years."""
    found = decimal_of(value)
    if found is None:
        return ""
    count = abs(found).quantize(Decimal("0.1"))
    words = ngettext("%(count)s year", "%(count)s years", 1 if count == 1 else 2) % {
        "count": number_format(count, decimal_pos=1, use_l10n=True)
    }
    return f"{money.MINUS}{words}" if found < 0 else words


def measure_words(measure: Mapping[str, Any], kind: str) -> str:
    """A measure ("years", "ratio" or "rate"), or why there is none."""
    if measure["value"] is None:
        return str(REASONS.get(measure["reason"], _("n/a")))
    return {"years": years_words, "ratio": ratio_words, "rate": rate_words}[kind](measure["value"])


def irr_words(irr: Mapping[str, Any]) -> str:
    """The internal rate of return, or why there is none; several are all told."""
    if irr["value"] is not None:
        return rate_words(irr["value"])
    if irr["reason"] == "several_roots":
        return _("n/a: %(count)d rates (%(rates)s)") % {
            "count": len(irr["rates"]),
            "rates": ", ".join(rate_words(rate) for rate in irr["rates"]),
        }
    return str(REASONS.get(irr["reason"], _("n/a")))
