"""Is it worth it? Net present value and its kin.

Flows are amounts by year, t = 0 first; rates and ratios are fractions (0.08 is 8 %), times are years counted from t = 0.
Year 0 is **not** discounted (a spreadsheet's NPV() discounts it). Decimal throughout, nothing rounded. A measure that does not exist has no value but a
`reason`, a code that the page words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np

from intake.formulas.cashflows import ZERO, CaseError, Line, YearFlow, counted, flows_by_year

ONE = Decimal(1)
NOMINAL, REAL = "nominal", "real"
# Two roots nearer than this (relative, as 1 + rate) are one; a sum of flows smaller than this part of its terms is zero.
_SAME = Decimal("1e-9")
_NOTHING = Decimal("1e-18")


@dataclass(frozen=True)
class Measure:
    """A figure, or why there is none. Reasons: never, no_cost, no_initial_outlay, no_benefit, no_discounting."""

    value: Decimal | None
    reason: str = ""


@dataclass(frozen=True)
class Irr:
    """The internal rates of return, ascending, and how often the flows change their sign.

    Reasons for no value: no_flows (all zero), no_sign_change, no_real_root, several_roots (`rates` has them, none of
    which is *the* rate). The warning "several_sign_changes" says that a rate, even a single one, may mislead.
    """

    rates: tuple[Decimal, ...]
    sign_changes: int
    reason: str = ""

    @property
    def value(self) -> Decimal | None:
        """The rate if there is exactly one."""
        return self.rates[0] if len(self.rates) == 1 else None

    @property
    def warning(self) -> str:
        """ "several_sign_changes", or nothing."""
        return "several_sign_changes" if self.sign_changes > 1 else ""


@dataclass(frozen=True)
class Basis:
    """On what terms a case is judged: discount rate, year 0, and whether rate and amounts include inflation.

    Amounts stay as they are typed; where the terms differ the rate is brought to those of the amounts, which needs
    the yearly `inflation` (a fraction). NPV is then the same as if the amounts had been deflated.
    """

    rate: Decimal
    base_year: int = 0
    rate_terms: str = REAL
    price_terms: str = REAL
    inflation: Decimal | None = None

    @property
    def effective_rate(self) -> Decimal:
        """The rate in the terms of the amounts. Raises CaseError: rate_too_low, inflation_missing, inflation_too_low."""
        if self.rate_terms == self.price_terms:
            return _checked(self.rate)
        if self.inflation is None:
            raise CaseError("inflation_missing")
        return (nominal_rate if self.price_terms == NOMINAL else real_rate)(self.rate, self.inflation)


@dataclass(frozen=True)
class AppraisalYear:
    """One row of the table that explains an NPV: flow x factor = present value, and the sums so far."""

    flow: YearFlow
    factor: Decimal
    present_value: Decimal
    cumulative: Decimal
    cumulative_present_value: Decimal


@dataclass(frozen=True)
class Appraisal:
    """Every measure of one case under one basis, with the years behind it.

    `npv_excel` is what a spreadsheet's NPV() shows, which discounts year 0 too: for comparing, never for ranking.
    """

    basis: Basis
    rate: Decimal
    scenario: str
    cashable_only: bool
    years: tuple[AppraisalYear, ...]
    cost: Decimal
    benefit: Decimal
    pv_cost: Decimal
    pv_benefit: Decimal
    npv: Decimal
    npv_excel: Decimal
    irr: Irr
    payback: Measure
    discounted_payback: Measure
    roi: Measure
    profitability_index: Measure
    benefit_cost_ratio: Measure


def _checked(rate: Decimal, code: str = "rate_too_low") -> Decimal:
    if not rate.is_finite() or rate <= -1:
        raise CaseError(code)
    return rate


def real_rate(nominal: Decimal, inflation: Decimal) -> Decimal:
    """(1 + nominal) / (1 + inflation) - 1 (Fisher). All fractions > -1, else CaseError."""
    return (ONE + _checked(nominal)) / (ONE + _checked(inflation, "inflation_too_low")) - ONE


def nominal_rate(real: Decimal, inflation: Decimal) -> Decimal:
    """(1 + real)(1 + inflation) - 1. All fractions > -1, else CaseError."""
    return (ONE + _checked(real)) * (ONE + _checked(inflation, "inflation_too_low")) - ONE


def discount_factor(rate: Decimal, t: int) -> Decimal:
    """1 / (1 + rate)^t; 1 for t = 0. Raises CaseError (rate_too_low) unless rate > -1."""
    return (ONE + _checked(rate)) ** -t


def npv(flows: Sequence[Decimal], rate: Decimal) -> Decimal:
    """Net present value, sum of CF_t / (1 + rate)^t with t = 0 undiscounted. Raises CaseError unless rate > -1."""
    _checked(rate)
    return sum((flow * discount_factor(rate, t) for t, flow in enumerate(flows)), ZERO)


def npv_excel(flows: Sequence[Decimal], rate: Decimal) -> Decimal:
    """What a spreadsheet's NPV() answers: the first flow is discounted too, NPV / (1 + rate)."""
    return npv(flows, rate) / (ONE + rate)


def sign_changes(flows: Iterable[Decimal]) -> int:
    """How often the sign changes along the flows, zeros left out."""
    signs = [flow > 0 for flow in flows if flow]
    return sum(one != following for one, following in pairwise(signs))


def irr(flows: Sequence[Decimal]) -> Irr:
    """The rates > -1 at which NPV is 0: with x = 1 / (1 + rate), the positive roots of the sum of CF_t x^t.

    One sign change has exactly one root (Descartes), which is bracketed and halved; more may have several or none: numpy's
    roots, polished in Decimal. See Irr for what there is when there is none.
    """
    used = [t for t, flow in enumerate(flows) if flow]
    if not used:
        return Irr((), 0, "no_flows")
    terms = [Decimal(flow) for flow in flows[used[0] : used[-1] + 1]]  # years without flows at either end only multiply by x^k
    changes = sign_changes(terms)
    if not changes:
        return Irr((), 0, "no_sign_change")
    roots = [_only_root(terms)] if changes == 1 else _positive_roots(terms)
    rates = tuple(sorted(ONE / root - ONE for root in roots))
    return Irr(rates, changes, "" if len(rates) == 1 else "several_roots" if rates else "no_real_root")


def _at(terms: Sequence[Decimal], x: Decimal) -> Decimal:
    """The polynomial with these coefficients, constant first, at x."""
    found = ZERO
    for term in reversed(terms):
        found = found * x + term
    return found


def _slope(terms: Sequence[Decimal]) -> list[Decimal]:
    return [t * term for t, term in enumerate(terms)][1:]


def _only_root(terms: Sequence[Decimal]) -> Decimal:
    low, high, starts_above = ONE, ONE, terms[0] > 0
    while (_at(terms, low) > 0) != starts_above:
        low /= 2
    while (_at(terms, high) > 0) == starts_above:
        high *= 2
    while high - low > high * Decimal("1e-24"):
        middle = (low + high) / 2
        if (_at(terms, middle) > 0) == starts_above:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _polished(terms: Sequence[Decimal], x: Decimal) -> Decimal:
    """Newton's method from x; linear but still good where two roots fall together."""
    slope = _slope(terms)
    for _ in range(80):
        if not (steep := _at(slope, x)):
            break
        step = _at(terms, x) / steep
        if x - step <= 0 or abs(step) <= x * Decimal("1e-24"):
            break
        x -= step
    return x


def _positive_roots(terms: Sequence[Decimal]) -> list[Decimal]:
    """All positive roots, each once. A pair of roots that nearly touch comes from numpy as a complex pair: there the turning
    point decides whether they are two, one or none."""
    scale = max(abs(term) for term in terms)
    found: list[Decimal] = []
    for root in np.polynomial.polynomial.polyroots([float(term / scale) for term in terms]):
        if root.real <= 0 or abs(root.imag) > 1e-3 * root.real:
            continue
        if not root.imag:
            found.append(_polished(terms, Decimal(float(root.real))))
            continue
        turn = _polished(_slope(terms), Decimal(float(root.real)))
        height, bend = _at(terms, turn), _at(_slope(_slope(terms)), turn)
        if abs(height) <= _NOTHING * _size(terms, turn):
            found.append(turn)
        elif height * bend < 0:
            apart = (-2 * height / bend).sqrt()
            found += [_polished(terms, turn - apart), _polished(terms, turn + apart)]
    distinct: list[Decimal] = []
    for x in sorted(found):
        is_root = x > 0 and abs(_at(terms, x)) <= _SAME * _size(terms, x)
        if is_root and not (distinct and x - distinct[-1] <= _SAME * x):
            distinct.append(x)
    return distinct


def _size(terms: Sequence[Decimal], x: Decimal) -> Decimal:
    return _at([abs(term) for term in terms], x)


def payback(flows: Sequence[Decimal]) -> Measure:
    """Years until the cumulative flow is no longer negative and stays so: the last year with a negative sum, plus the part
    of the next year's flow that is still missing. 0 if the sum is never negative; reason "never" if it ends negative, "no_flows"
    if all are zero."""
    if not any(flows):
        return Measure(None, "no_flows")
    cumulative, last, missing = ZERO, -1, ZERO
    for t, flow in enumerate(flows):
        cumulative += flow
        if cumulative < 0:
            last, missing = t, -cumulative
    if last < 0:
        return Measure(ZERO)
    if last == len(flows) - 1:
        return Measure(None, "never")
    return Measure(last + missing / flows[last + 1])


def discounted_payback(flows: Sequence[Decimal], rate: Decimal) -> Measure:
    """Payback of the present values. Raises CaseError unless rate > -1."""
    return payback([flow * discount_factor(rate, t) for t, flow in enumerate(flows)])


def roi(benefit: Decimal, cost: Decimal) -> Measure:
    """Return on investment, (benefit - cost) / cost, a fraction, undiscounted; reason "no_cost" unless cost > 0."""
    return Measure((benefit - cost) / cost) if cost > 0 else Measure(None, "no_cost")


def profitability_index(flows: Sequence[Decimal], rate: Decimal) -> Measure:
    """Present value of the net flows after year 0 / |CF_0|, so that more than 1 means NPV > 0; reason "no_initial_outlay"
    unless year 0 is an outflow."""
    if not flows or flows[0] >= 0:
        return Measure(None, "no_initial_outlay")
    return Measure((npv(flows, rate) - flows[0]) / -flows[0])


def benefit_cost_ratio(pv_benefit: Decimal, pv_cost: Decimal) -> Measure:
    """Present value of benefits / present value of costs; reason "no_cost" unless there are costs."""
    return Measure(pv_benefit / pv_cost) if pv_cost > 0 else Measure(None, "no_cost")


def appraise(lines: Iterable[Line], basis: Basis, *, scenario: str = "likely", cashable_only: bool = False) -> Appraisal:
    """Every measure of the case, with the table by year that explains them. Raises CaseError for bad lines or rates."""
    rate = basis.effective_rate
    flows = flows_by_year(counted(lines, cashable_only=cashable_only), base_year=basis.base_year, scenario=scenario)
    net = [flow.net for flow in flows]
    factors = [discount_factor(rate, flow.t) for flow in flows]
    years: list[AppraisalYear] = []
    cumulative = cumulative_pv = ZERO
    for flow, factor in zip(flows, factors, strict=True):
        cumulative += flow.net
        cumulative_pv += flow.net * factor
        years.append(AppraisalYear(flow, factor, flow.net * factor, cumulative, cumulative_pv))
    cost, benefit = sum((flow.cost for flow in flows), ZERO), sum((flow.benefit for flow in flows), ZERO)
    pv_cost = sum((flow.cost * factor for flow, factor in zip(flows, factors, strict=True)), ZERO)
    pv_benefit = sum((flow.benefit * factor for flow, factor in zip(flows, factors, strict=True)), ZERO)
    return Appraisal(
        basis=basis,
        rate=rate,
        scenario=scenario,
        cashable_only=cashable_only,
        years=tuple(years),
        cost=cost,
        benefit=benefit,
        pv_cost=pv_cost,
        pv_benefit=pv_benefit,
        npv=cumulative_pv,
        npv_excel=cumulative_pv / (ONE + rate),
        irr=irr(net),
        payback=payback(net),
        discounted_payback=discounted_payback(net, rate),
        roi=roi(benefit, cost),
        profitability_index=profitability_index(net, rate),
        benefit_cost_ratio=benefit_cost_ratio(pv_benefit, pv_cost),
    )
