"""What the NPV hangs on: the tornado (one thing at a time) and the break-even points ("switching values").

NPV is linear in every amount, so all of it is closed form: a line's part is its present value. Rates and changes are
fractions (0.25 is 25 %), money as in the case, times years.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from intake.formulas.appraisal import ONE, Basis, Irr, Measure, discount_factor, irr, npv
from intake.formulas.cashflows import BENEFIT, ZERO, Line, check_lines, counted, delayed, flows_by_year

RATE = "rate"


@dataclass(frozen=True)
class Bar:
    """One bar: the NPV with this item at its low and at its high amount, everything else likely.

    For a cost `npv_at_low` is the better end. `key` is the line's key or the group's name, "rate" for the discount rate.
    """

    key: str
    name: str
    npv_at_low: Decimal
    npv_at_high: Decimal

    @property
    def worst(self) -> Decimal:
        """The bar's left end."""
        return min(self.npv_at_low, self.npv_at_high)

    @property
    def best(self) -> Decimal:
        """The bar's right end."""
        return max(self.npv_at_low, self.npv_at_high)

    @property
    def swing(self) -> Decimal:
        """The bar's length."""
        return abs(self.npv_at_high - self.npv_at_low)


@dataclass(frozen=True)
class Tornado:
    """The bars, widest first, around the NPV with everything likely."""

    npv: Decimal
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class LineBreakEven:
    """By which part every amount of one line must change (-0.2: fall by a fifth) until NPV = 0, and to which total that
    brings it. Reason "no_benefit" or "no_cost" where the line has no present value. A change below -1 would turn the
    line's sign: it alone cannot bring the NPV to 0, and `is_reachable` says so."""

    key: str
    name: str
    kind: str
    total: Decimal
    change: Measure
    total_at_break_even: Decimal | None

    @property
    def is_reachable(self) -> bool:
        """Whether the line can change so far without turning its sign."""
        return self.change.value is not None and self.change.value >= -1


@dataclass(frozen=True)
class Delay:
    """The NPV if all benefits come `years` later: as long as planned, or cut off at the case's last year."""

    years: int
    npv: Decimal
    npv_cut_off: Decimal


@dataclass(frozen=True)
class BreakEven:
    """Where NPV = 0.

    `costs_rise`: all costs may rise by this fraction (negative: must fall). `benefits_fall`: all benefits may fall by this
    fraction (negative: must rise). `rate`: the discount rate, which is the IRR. `delay`: benefits may come this many years
    later (negative: must come earlier). `lines`: the nearest to break-even first. `delays`: whole years as a table.
    """

    npv: Decimal
    costs_rise: Measure
    benefits_fall: Measure
    rate: Irr
    delay: Measure
    lines: tuple[LineBreakEven, ...]
    delays: tuple[Delay, ...]


def present_value(line: Line, basis: Basis, scenario: str = "likely") -> Decimal:
    """The line's part of the NPV: negative for a cost. Raises CaseError for a bad rate."""
    rate = basis.effective_rate
    amounts = line.amounts(scenario).items()
    return line.sign * sum((amount * discount_factor(rate, year - basis.base_year) for year, amount in amounts), ZERO)


def tornado(
    lines: Iterable[Line],
    basis: Basis,
    *,
    by: str = "line",
    rates: tuple[Decimal, Decimal] | None = None,
    cashable_only: bool = False,
) -> Tornado:
    """The tornado by "line" or by "group" (the lines of a group move together; a line without one stands for itself).

    `rates` (low, high), in the basis's terms, adds a bar for the discount rate. Raises CaseError for bad lines or rates.
    """
    lines = counted(lines, cashable_only=cashable_only)
    check_lines(lines, base_year=basis.base_year)
    names: dict[str, str] = {}
    sums: dict[str, tuple[Decimal, Decimal, Decimal]] = {}
    for line in lines:
        is_group = by == "group" and bool(line.group)
        key = f"group:{line.group}" if is_group else line.key
        names[key] = line.group if is_group else line.name
        low, likely, high = sums.get(key, (ZERO, ZERO, ZERO))
        sums[key] = (
            low + present_value(line, basis, "low"),
            likely + present_value(line, basis),
            high + present_value(line, basis, "high"),
        )
    base = sum((likely for _, likely, _ in sums.values()), ZERO)
    # The difference first: at the edge of 28 digits, base + low - likely is not base where low and likely are the same.
    bars = [Bar(key, names[key], base + (low - likely), base + (high - likely)) for key, (low, likely, high) in sums.items()]
    if rates:
        low, high = (npv_at_rate(lines, basis, rate) for rate in rates)
        bars.append(Bar(RATE, "", low, high))
    return Tornado(base, tuple(sorted(bars, key=lambda bar: -bar.swing)))


def npv_at_rate(lines: Iterable[Line], basis: Basis, rate: Decimal) -> Decimal:
    """The NPV if the basis had another rate (in the same terms). Raises CaseError for bad lines or rates."""
    other = Basis(rate, basis.base_year, basis.rate_terms, basis.price_terms, basis.inflation)
    return npv([flow.net for flow in flows_by_year(lines, base_year=basis.base_year)], other.effective_rate)


def break_even(lines: Iterable[Line], basis: Basis, *, cashable_only: bool = False, longest_delay: int = 5) -> BreakEven:
    """The break-even points of the likely case; see BreakEven. Raises CaseError for bad lines or rates.

    costs_rise = NPV / PV(costs); benefits_fall = NPV / PV(benefits); one line: change = -NPV / PV(line);
    delay = ln(PV(benefits) / PV(costs)) / ln(1 + rate).
    """
    lines = counted(lines, cashable_only=cashable_only)
    check_lines(lines, base_year=basis.base_year)
    rate = basis.effective_rate
    values = [(line, present_value(line, basis)) for line in lines]
    benefits = sum((value for line, value in values if line.kind == BENEFIT), ZERO)
    costs = -sum((value for line, value in values if line.kind != BENEFIT), ZERO)
    worth = benefits - costs
    flows = flows_by_year(lines, base_year=basis.base_year)
    single = [_line_break_even(line, value, worth) for line, value in values]
    return BreakEven(
        npv=worth,
        costs_rise=Measure(worth / costs) if costs > 0 else Measure(None, "no_cost"),
        benefits_fall=Measure(worth / benefits) if benefits > 0 else Measure(None, "no_benefit"),
        rate=irr([flow.net for flow in flows]),
        delay=_delay(benefits, costs, rate),
        lines=tuple(sorted(single, key=lambda found: (found.change.value is None, abs(found.change.value or ZERO)))),
        delays=tuple(_delayed(lines, basis, years, flows[-1].year) for years in range(1, longest_delay + 1)),
    )


def _line_break_even(line: Line, value: Decimal, worth: Decimal) -> LineBreakEven:
    if not value:
        reason = "no_benefit" if line.kind == BENEFIT else "no_cost"
        return LineBreakEven(line.key, line.name, line.kind, line.total(), Measure(None, reason), None)
    change = -worth / value
    return LineBreakEven(line.key, line.name, line.kind, line.total(), Measure(change), line.total() * (ONE + change))


def _delay(benefits: Decimal, costs: Decimal, rate: Decimal) -> Measure:
    """Reasons: no_cost (no delay can undo it), no_benefit, no_discounting (at rate 0 waiting costs nothing)."""
    if costs <= 0:
        return Measure(None, "no_cost")
    if benefits <= 0:
        return Measure(None, "no_benefit")
    if not rate:
        return Measure(None, "no_discounting")
    return Measure((benefits / costs).ln() / (ONE + rate).ln())


def _delayed(lines: tuple[Line, ...], basis: Basis, years: int, last_year: int) -> Delay:
    rate = basis.effective_rate

    def worth(last: int | None) -> Decimal:
        moved = delayed(lines, years, last_year=last)
        return sum((present_value(line, Basis(rate, basis.base_year)) for line in moved), ZERO)

    return Delay(years, worth(None), worth(last_year))
