"""A business case as its page shows it, made from its document alone: so that a frozen case reads as it did then."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import money
from core.charts import Chart, Swing, histogram_chart, tornado_chart
from core.charts.histogram import Column, Mark
from intake.actions.case_documents import preferred_of
from intake.formulas.sensitivity import RATE
from intake.models.cases import LineKind, Shape, Terms
from intake.wording_cases import (
    decimal_of,
    irr_words,
    measure_words,
    problem_words,
    rate_words,
    ratio_words,
    years_words,
)

MOST_BARS = 10


def case_page(document: dict[str, Any], chosen: str = "") -> dict[str, Any]:
    """Context of templates/intake/cases/_case.html. `chosen` is the key of the option to look at."""
    currency, terms = document["currency"], document["terms"]
    context: dict[str, Any] = {
        "document": document,
        "currency": currency,
        "terms_sentence": terms_sentence(document),
    }
    if document["problem"]:
        return context | {"problem": problem_words(document["problem"], document)}
    preferred = preferred_of(document)
    option = next((one for one in document["options"] if one["key"] == chosen), preferred)
    if option is None:
        return context
    reader = Reader(currency, terms, document.get("effective_rate", "0"))
    return context | {
        "options": [_compared(one, document) for one in document["options"]],
        "option": option,
        "figures": reader.figures(option),
        "years": option["years"],
        "totals": _totals(option["years"]),
        "tornado": reader.tornado(option),
        "histogram": reader.histogram(option),
        "simulation_note": reader.simulation_note(option),
        "break_even": reader.break_even(option),
        "break_even_lines": reader.break_even_lines(option),
        "delays": option["break_even"]["delays"],
        "effort": _effort(option),
        "curve": [(rate_words(rate), npv) for rate, npv in option["curve"]],
    }


def terms_sentence(document: Mapping[str, Any]) -> str:
    """On what terms the figures stand."""
    terms = document["terms"]
    words = {
        "currency": document["currency"],
        "year": terms["base_year"],
        "rate": money.percent(Decimal(terms["rate"]), 1),
        "terms": _("real") if terms["rate_terms"] == Terms.REAL else _("nominal"),
    }
    said = (
        _("Amounts in %(currency)s at the prices of %(year)s (real, without inflation)")
        if terms["price_terms"] == Terms.REAL
        else _("Amounts in %(currency)s at the prices of each year (nominal, with inflation)")
    ) % words
    said += _("; discounted at %(rate)s a year (%(terms)s)") % words
    if terms["rate_terms"] != terms["price_terms"] and document.get("effective_rate"):
        said += _(", which with inflation of %(inflation)s makes %(effective)s") % {
            "inflation": money.percent(Decimal(terms["inflation"]), 1),
            "effective": rate_words(document["effective_rate"], 2),
        }
    said += _(" from %(year)s on; that first year is not discounted.") % words
    if terms["first_month"] != 1:
        month = date_format(date(2000, terms["first_month"], 1), "F")
        said += " " + _("A year starts in %(month)s.") % {"month": month}
    if terms["counts_effort"]:
        said += " " + _("The effort counts as a running cost.")
    return said + " " + (_("Tax: %(tax)s.") % {"tax": terms["tax_note"].rstrip(".")} if terms["tax_note"] else _("Before tax."))


def _compared(option: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    figures, drawn = option["figures"], option["simulation"]
    return {
        "key": option["key"],
        "name": option["name"],
        "description": option["description"],
        "is_preferred": option["is_preferred"],
        "is_do_nothing": option["is_do_nothing"],
        "is_best": option["key"] == document["best"] and len(document["options"]) > 1,
        "cost": figures["cost"],
        "benefit": figures["benefit"],
        "npv": figures["npv"],
        "against_nothing": option["against_nothing"],
        "irr": irr_words(figures["irr"]),
        "payback": measure_words(figures["payback"], "years"),
        "bcr": measure_words(figures["benefit_cost_ratio"], "ratio"),
        "p10": drawn and drawn["p10"],
        "p90": drawn and drawn["p90"],
    }


def _totals(years: Sequence[Mapping[str, Any]]) -> dict[str, Decimal]:
    names = ("capital", "revenue", "cashable", "non_cashable", "net", "present_value")
    return {name: sum((Decimal(year[name]) for year in years), Decimal(0)) for name in names}


def _effort(option: Mapping[str, Any]) -> dict[str, Any] | None:
    found = option["effort"]
    if not found:
        return None
    months = [date.fromisoformat(month) for month in found["months"]]
    peak = found["peak_month"]
    return found | {
        "month_names": [date_format(month, "M Y") for month in months],
        "peak": date_format(date.fromisoformat(peak), "F Y") if peak else "",
        "peak_fte": max((Decimal(fte) for fte in found["fte_by_month"]), default=Decimal(0)),
    }


class Reader:
    """Says the figures of one option in words. `rate` is the effective discount rate, a fraction as text."""

    def __init__(self, currency: str, terms: Mapping[str, Any], rate: str) -> None:
        self.currency, self.terms, self.rate = currency, terms, rate

    def short(self, amount: Any) -> str:
        return money.short(Decimal(amount), self.currency)

    def exact(self, amount: Any) -> str:
        return money.exact(Decimal(amount), self.currency)

    def figures(self, option: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The measures, each with its formula and what went into it."""
        found, years = option["figures"], option["years"]
        whole_life = {
            "label": _("Whole-life cost"),
            "value": self.short(found["cost"]),
            "exact": self.exact(found["cost"]),
            "note": _("benefits %(benefit)s, to %(year)s")
            % {"benefit": self.short(found["benefit"]), "year": years[-1]["year"]},
            "formula": _("Sum of all capital and running costs, undiscounted"),
            "inputs": " + ".join(self.exact(Decimal(year["capital"]) + Decimal(year["revenue"])) for year in years),
        }
        return [self._npv(option), self._irr(option), *self._paybacks(option), *self._ratios(option), whole_life]

    def _npv(self, option: Mapping[str, Any]) -> dict[str, Any]:
        found = option["figures"]
        return {
            "label": _("Net present value (NPV)"),
            "value": self.short(found["npv"]),
            "exact": self.exact(found["npv"]),
            "note": _("at %(rate)s a year") % {"rate": rate_words(self.rate, 2)},
            "formula": _("Sum over the years of: net flow × factor, where factor = 1 ÷ (1 + rate) to the power of t"),
            "inputs": self._sum_words(option["years"]),
            "remark": _(
                "A spreadsheet's NPV() shows %(other)s for the same flows: it discounts the first year, too. "
                "Cashable benefits alone give %(cashable)s."
            )
            % {"other": self.exact(found["npv_excel"]), "cashable": self.exact(option["cashable_npv"])},
        }

    def _irr(self, option: Mapping[str, Any]) -> dict[str, Any]:
        irr, flows = option["figures"]["irr"], ", ".join(self.exact(year["net"]) for year in option["years"])
        remarks = {
            "no_sign_change": _("No sign change: costs and benefits do not cross, so no rate makes the NPV zero."),
            "several_roots": _("Several rates make the NPV zero, none of them is the rate of return: use the NPV."),
            "no_real_root": _("The flows change their sign, but no rate makes the NPV zero."),
        }
        usual = _("Compare it with the discount rate of %(rate)s.") % {"rate": rate_words(self.rate, 2)}
        return {
            "label": _("Internal rate of return (IRR)"),
            "value": irr_words(irr),
            "note": _("the flows change their sign several times: a single rate may mislead") if irr["warning"] else "",
            "formula": _("The rate at which the NPV is zero"),
            "inputs": _("Net flows: %(flows)s") % {"flows": flows},
            "remark": remarks.get(irr["reason"], usual),
        }

    def _paybacks(self, option: Mapping[str, Any]) -> list[dict[str, Any]]:
        found, years = option["figures"], option["years"]

        def totals(name: str) -> str:
            words = ", ".join(f"{year['year']} {self.exact(year[name])}" for year in years)
            return _("Running total: %(totals)s") % {"totals": words}

        return [
            {
                "label": _("Payback"),
                "value": measure_words(found["payback"], "years"),
                "note": _("undiscounted, from the start of %(year)s") % {"year": years[0]["year"]},
                "formula": _("Last year with a negative running total + what is missing then ÷ the next year's net flow"),
                "inputs": totals("cumulative"),
            },
            {
                "label": _("Discounted payback"),
                "value": measure_words(found["discounted_payback"], "years"),
                "note": _("at %(rate)s a year") % {"rate": rate_words(self.rate, 2)},
                "formula": _("As payback, on the discounted flows"),
                "inputs": totals("cumulative_present_value"),
            },
        ]

    def _ratios(self, option: Mapping[str, Any]) -> list[dict[str, Any]]:
        found, years = option["figures"], option["years"]
        return [
            {
                "label": _("Benefit–cost ratio (BCR)"),
                "value": measure_words(found["benefit_cost_ratio"], "ratio"),
                "note": _("above 1 pays"),
                "formula": _("Present value of benefits ÷ present value of costs"),
                "inputs": f"{self.exact(found['pv_benefit'])} ÷ {self.exact(found['pv_cost'])}",
            },
            {
                "label": _("Profitability index (PI)"),
                "value": measure_words(found["profitability_index"], "ratio"),
                "note": _("above 1 pays"),
                "formula": _("Present value of the net flows after the first year ÷ outlay of the first year"),
                "inputs": _("%(npv)s − (%(first)s), divided by the outlay of %(year)s")
                % {"npv": self.exact(found["npv"]), "first": self.exact(years[0]["net"]), "year": years[0]["year"]},
            },
            {
                "label": _("Return on investment (ROI)"),
                "value": measure_words(found["roi"], "rate"),
                "note": _("undiscounted"),
                "formula": _("(Benefits − costs) ÷ costs"),
                "inputs": f"({self.exact(found['benefit'])} − {self.exact(found['cost'])}) ÷ {self.exact(found['cost'])}",
            },
        ]

    def _sum_words(self, years: Sequence[Mapping[str, Any]]) -> str:
        parts = [f"({self.exact(year['net'])} × {ratio_words(year['factor'], 4)})" for year in years]
        return " + ".join(parts)

    def tornado(self, option: Mapping[str, Any]) -> Chart | None:
        """What the NPV hangs on; None where nothing has a range."""
        bars = option["tornado"]["bars"][:MOST_BARS]
        if not bars:
            return None
        points = {line["key"]: line for line in option["lines"]}
        swings = [
            Swing(
                _("Discount rate") if bar["key"] == RATE else bar["name"],
                Decimal(bar["at_low"]),
                Decimal(bar["at_high"]),
                *self._ends(bar["key"], points),
            )
            for bar in bars
        ]
        base, widest = Decimal(option["tornado"]["npv"]), swings[0]
        worst = min(widest.at_low, widest.at_high)
        words = {"what": widest.label, "worst": self.short(worst), "base": self.short(base)}
        title = (
            _("“%(what)s” alone can turn the case: the NPV falls to %(worst)s")
            if worst < 0 <= base
            else _("The NPV hangs most on “%(what)s”: at worst it is %(worst)s")
        ) % words
        return tornado_chart(
            title=title,
            subtitle=_("NPV of “%(option)s” in %(currency)s with one line at its low and high end, all others likely")
            % {"option": option["name"], "currency": self.currency},
            base=base,
            swings=swings,
            words=self.short,
            exact=self.exact,
        )

    def _ends(self, key: str, lines: Mapping[str, Any]) -> tuple[str, str]:
        if key == RATE:
            return tuple(money.percent(Decimal(self.terms[end]), 1) for end in ("rate_low", "rate_high"))  # type: ignore[return-value]
        if key not in lines:
            return "", ""
        amounts = lines[key]["amounts"]
        low, high = (
            sum((Decimal(one[end] if one[end] is not None else one["likely"]) for one in amounts), Decimal(0))
            for end in ("low", "high")
        )
        return self.exact(low), self.exact(high)

    def histogram(self, option: Mapping[str, Any]) -> Chart | None:
        """How likely it is to pay; None without ranges."""
        found = option["simulation"]
        if not found:
            return None
        loss = Decimal(found["chance_of_loss"]) * 100
        if loss >= Decimal("99.95"):
            title = _("It does not pay in any of the draws")
        elif loss < Decimal("0.05"):
            title = _("It pays in all of the draws; one in ten stays below %(p10)s") % {"p10": self.short(found["p10"])}
        else:
            title = _("Loses money in %(loss)s of the draws; half of them reach %(p50)s") % {
                "loss": money.percent(loss, 0 if loss >= 1 else 1),
                "p50": self.short(found["p50"]),
            }
        return histogram_chart(
            title=title,
            subtitle=_("NPV of “%(option)s” in %(currency)s, %(draws)s draws from the low, likely and high amounts")
            % {"option": option["name"], "currency": self.currency, "draws": f"{found['draws']:,}"},
            columns=[Column(Decimal(start), Decimal(end), count) for start, end, count in found["bins"]],
            marks=[Mark(f"P{step}", Decimal(found[f"p{step}"])) for step in (10, 50, 90)],
            words=self.short,
            exact=self.exact,
        )

    def simulation_note(self, option: Mapping[str, Any]) -> str:
        """How the draws were made, so that they can be made again."""
        found = option["simulation"]
        if not found:
            return ""
        shape = Shape(found["shape"]).label
        said = _("Seed %(seed)s, %(shape)s; mean %(mean)s, standard deviation %(deviation)s.") % {
            "seed": found["seed"],
            "shape": shape,
            "mean": self.exact(found["mean"]),
            "deviation": self.exact(found["deviation"]),
        }
        return said if found["is_settled"] else said + " " + _("More draws would still move the percentiles.")

    def break_even(self, option: Mapping[str, Any]) -> list[str]:
        """Where the NPV becomes zero, as sentences."""
        found = option["break_even"]
        return [
            self._change(
                found["costs_rise"],
                _("All costs may rise by %(part)s before the NPV is zero."),
                _("All costs must fall by %(part)s before the NPV is zero."),
                _("Costs: %(reason)s."),
            ),
            self._change(
                found["benefits_fall"],
                _("All benefits may fall by %(part)s before the NPV is zero."),
                _("All benefits must rise by %(part)s before the NPV is zero."),
                _("Benefits: %(reason)s."),
            ),
            self._delay(found["delay"]),
        ]

    def _change(self, measure: Mapping[str, Any], up: str, down: str, none: str) -> str:
        value = decimal_of(measure["value"])
        if value is None:
            return none % {"reason": measure_words(measure, "rate")}
        return (up if value >= 0 else down) % {"part": rate_words(abs(value))}

    def _delay(self, measure: Mapping[str, Any]) -> str:
        value = decimal_of(measure["value"])
        if value is None:
            return _("Delay of the benefits: %(reason)s.") % {"reason": measure_words(measure, "years")}
        if value >= 0:
            return _("The benefits may come %(years)s later before the NPV is zero.") % {"years": years_words(value)}
        return _("The benefits would have to come %(years)s earlier for the NPV to be zero.") % {
            "years": years_words(abs(value))
        }

    def break_even_lines(self, option: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Each line alone: how far it must go until the NPV is zero."""
        rows = []
        for line in option["break_even"]["lines"]:
            change = decimal_of(line["change"]["value"])
            said = (
                measure_words(line["change"], "rate")
                if change is None
                else ("+" if change > 0 else "") + rate_words(change)
                if line["is_reachable"]
                else _("cannot alone")
            )
            rows.append(
                {
                    "name": line["name"],
                    "kind": LineKind(line["kind"]).label,
                    "total": line["total"],
                    "change": said,
                    "at": line["total_at_break_even"] if line["is_reachable"] else None,
                }
            )
        return rows
