"""A whole business case as plain data: the inputs as JSON, and everything that follows from them.

Inputs are {"currency", "terms": {…}, "rates": [{"role", "rate"}], "options": [{"key", "name", "is_do_nothing",
"is_preferred", "lines": [{"key", "name", "kind", "is_cashable", "group", "amounts": [{"year", "low", "likely", "high"}]}],
"efforts": [{"role", "month", "hours"}]}], …}; numbers are decimal texts, rates of terms in per cent, months ISO days, an
empty low or high is the likely amount. `appraised` gives them back with every figure beside them, so that one document is
what a page shows, the API answers and a decision freezes: money to the hundredth, rates and ratios as fractions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from intake.formulas.appraisal import Appraisal, Basis, Irr, Measure
from intake.formulas.cashflows import REVENUE, CaseError, Line, Points, counted
from intake.formulas.effort import Effort, EffortSummary, cost_by_year, summarise_effort
from intake.formulas.montecarlo import Simulation, simulate
from intake.formulas.options import Option, RankedOption, compare_options
from intake.formulas.sensitivity import BreakEven, Tornado, break_even, npv_at_rate, tornado

HUNDRED = Decimal(100)
EFFORT = "effort"
_CENT, _FINE = Decimal("0.01"), Decimal("1e-10")


def appraised(inputs: Mapping[str, Any], *, effort_name: str = "Effort") -> dict[str, Any]:
    """The inputs with `effective_rate`, a comparison of the options and each option's figures; or `problem` instead.

    A problem is {"code", "option", "line", "name", "year"} of the CaseError (`intake/formulas/cashflows.py`).
    """
    found: dict[str, Any] = {**inputs, "problem": None}
    reading = ""
    try:
        basis = basis_of(inputs["terms"])
        found["effective_rate"] = _fine(basis.effective_rate)
        options = []
        for option in inputs["options"]:
            reading = option["key"]
            options.append(option_of(option, inputs, effort_name))
        reading = ""
        comparison = compare_options(options, basis)
        ranked = {row.option.key: row for row in comparison.ranked}
        found["best"] = comparison.preferred
        found["has_do_nothing"] = comparison.has_do_nothing
        lines = {option.key: option.lines for option in options}
        found["options"] = [
            {**option, **_figures(ranked[option["key"]], lines[option["key"]], option, inputs, basis)}
            for option in inputs["options"]
        ]
    except CaseError as error:
        found["problem"] = {
            "code": error.code,
            "option": reading,
            "line": error.line,
            "name": error.name,
            "year": error.year,
        }
    return found


def basis_of(terms: Mapping[str, Any]) -> Basis:
    """The terms as the formulas take them: fractions instead of per cent."""
    return Basis(
        rate=Decimal(terms["rate"]) / HUNDRED,
        base_year=int(terms["base_year"]),
        rate_terms=terms["rate_terms"],
        price_terms=terms["price_terms"],
        inflation=None if terms.get("inflation") in (None, "") else Decimal(terms["inflation"]) / HUNDRED,
    )


def option_of(option: Mapping[str, Any], inputs: Mapping[str, Any], effort_name: str) -> Option:
    """An option with its lines; its effort is one of them where the terms say so."""
    lines = [line_of(line) for line in option["lines"]]
    terms = inputs["terms"]
    if terms.get("counts_effort") and option.get("efforts"):
        rates = rates_of(inputs)
        by_year = cost_by_year(efforts_of(option), rates, first_month=int(terms.get("first_month") or 1))
        points = tuple(Points.exact(year, amount) for year, amount in by_year.items())
        lines.append(Line(EFFORT, effort_name, REVENUE, points))
    return Option(option["key"], option["name"], tuple(lines), bool(option.get("is_do_nothing")))


def line_of(line: Mapping[str, Any]) -> Line:
    """One line with its points."""
    points = []
    for amount in line["amounts"]:
        likely = Decimal(amount["likely"])
        low, high = (likely if amount.get(end) in (None, "") else Decimal(amount[end]) for end in ("low", "high"))
        points.append(Points(int(amount["year"]), low, likely, high))
    return Line(
        line["key"], line["name"], line["kind"], tuple(points), bool(line.get("is_cashable", True)), line.get("group") or ""
    )


def efforts_of(option: Mapping[str, Any]) -> list[Effort]:
    """The effort rows of an option."""
    return [Effort(row["role"], date.fromisoformat(row["month"]), Decimal(row["hours"])) for row in option.get("efforts") or []]


def rates_of(inputs: Mapping[str, Any]) -> dict[str, Decimal]:
    """Money an hour by role."""
    return {row["role"]: Decimal(row["rate"]) for row in inputs.get("rates") or []}


def _figures(
    row: RankedOption, lines: Sequence[Line], option: Mapping[str, Any], inputs: Mapping[str, Any], basis: Basis
) -> dict[str, Any]:
    terms, found = inputs["terms"], row.appraisal
    low, high = terms.get("rate_low"), terms.get("rate_high")
    rates = (Decimal(low) / HUNDRED, Decimal(high) / HUNDRED) if low not in (None, "") and high not in (None, "") else None
    ranged = any(points.low != points.high for line in lines for points in line.points)
    drawn = simulate(lines, basis, seed=int(terms["seed"]), draws=int(terms["draws"]), shape=terms["shape"]) if ranged else None
    return {
        "rank": row.rank,
        "against_nothing": None if row.incremental_npv is None else _cents(row.incremental_npv),
        "irr_against_nothing": None if row.incremental_irr is None else _irr(row.incremental_irr),
        "figures": _appraisal(found),
        "cashable_npv": _cents(_cashable_npv(lines, basis)),
        "years": [_year(year) for year in found.years],
        "tornado": _tornado(tornado(lines, basis, rates=rates)),
        "groups": _tornado(tornado(lines, basis, by="group")) if any(line.group for line in lines) else None,
        "break_even": _break_even(break_even(lines, basis)),
        "simulation": None if drawn is None else _simulation(drawn),
        "effort": _effort(summarise_effort(efforts_of(option), rates_of(inputs))) if option.get("efforts") else None,
        "curve": [[_fine(rate), _cents(npv_at_rate(lines, basis, rate))] for rate in _rates_around(basis.rate)],
    }


def _cashable_npv(lines: Sequence[Line], basis: Basis) -> Decimal:
    return npv_at_rate(counted(lines, cashable_only=True), basis, basis.rate)


def _rates_around(rate: Decimal) -> list[Decimal]:
    """0 % to twice the rate (at least 10 %), in five steps: what another rate would make of the NPV."""
    top = max(rate * 2, Decimal("0.1"))
    return [top * step / 5 for step in range(6)]


def _appraisal(found: Appraisal) -> dict[str, Any]:
    money = ("cost", "benefit", "pv_cost", "pv_benefit", "npv", "npv_excel")
    measures = ("payback", "discounted_payback", "roi", "profitability_index", "benefit_cost_ratio")
    return {
        **{name: _cents(getattr(found, name)) for name in money},
        **{name: _measure(getattr(found, name)) for name in measures},
        "irr": _irr(found.irr),
    }


def _year(row: Any) -> dict[str, Any]:
    flow = row.flow
    return {
        "t": flow.t,
        "year": flow.year,
        **{name: _cents(getattr(flow, name)) for name in ("capital", "revenue", "cashable", "non_cashable", "net")},
        "factor": _fine(row.factor),
        **{name: _cents(getattr(row, name)) for name in ("present_value", "cumulative", "cumulative_present_value")},
    }


def _tornado(found: Tornado) -> dict[str, Any]:
    bars = [
        {"key": bar.key, "name": bar.name, "at_low": _cents(bar.npv_at_low), "at_high": _cents(bar.npv_at_high)}
        for bar in found.bars
        if bar.swing
    ]
    return {"npv": _cents(found.npv), "bars": bars}


def _break_even(found: BreakEven) -> dict[str, Any]:
    return {
        "costs_rise": _measure(found.costs_rise),
        "benefits_fall": _measure(found.benefits_fall),
        "rate": _irr(found.rate),
        "delay": _measure(found.delay),
        "lines": [
            {
                "key": line.key,
                "name": line.name,
                "kind": line.kind,
                "total": _cents(line.total),
                "change": _measure(line.change),
                "total_at_break_even": None if line.total_at_break_even is None else _cents(line.total_at_break_even),
                "is_reachable": line.is_reachable,
            }
            for line in found.lines
        ],
        "delays": [
            {"years": delay.years, "npv": _cents(delay.npv), "npv_cut_off": _cents(delay.npv_cut_off)} for delay in found.delays
        ],
    }


def _simulation(found: Simulation) -> dict[str, Any]:
    plain = {field.name: getattr(found, field.name) for field in fields(found)}
    return {
        **{name: str(value) if isinstance(value, Decimal) else value for name, value in plain.items()},
        "percentiles": [[step, str(value)] for step, value in found.percentiles],
        "bins": [[str(one.start), str(one.end), one.count] for one in found.bins],
    }


def _effort(found: EffortSummary) -> dict[str, Any]:
    return {
        "months": [month.isoformat() for month in found.months],
        "roles": [
            {
                "role": role.role,
                "by_month": [_fine(hours) for hours in role.by_month],
                "hours": _fine(role.hours),
                "fte_months": _fine(role.fte_months),
                "cost": None if role.cost is None else _cents(role.cost),
            }
            for role in found.roles
        ],
        "hours_by_month": [_fine(hours) for hours in found.hours_by_month],
        "fte_by_month": [_fine(fte) for fte in found.fte_by_month],
        "hours": _fine(found.hours),
        "fte_months": _fine(found.fte_months),
        "cost": _cents(found.cost),
        "without_rate": list(found.without_rate),
        "peak_month": found.peak_month.isoformat() if found.peak_month else None,
    }


def _measure(found: Measure) -> dict[str, Any]:
    return {"value": None if found.value is None else _fine(found.value), "reason": found.reason}


def _irr(found: Irr) -> dict[str, Any]:
    return {
        "value": None if found.value is None else _fine(found.value),
        "rates": [_fine(rate) for rate in found.rates],
        "sign_changes": found.sign_changes,
        "reason": found.reason,
        "warning": found.warning,
    }


def _cents(value: Decimal) -> str:
    return str(value.quantize(_CENT))


def _fine(value: Decimal) -> str:
    """At most ten places, without zeros at the end."""
    return format(value.quantize(_FINE).normalize(), "f") if value else "0"
