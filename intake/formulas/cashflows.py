"""A business case as lines of three-point amounts, and the cash flow of each year that they add up to.

Amounts are in one currency and one price base, costs and benefits both as positive numbers (a cost lowers the net flow); a
negative amount is a cost given back or a dis-benefit. `low` and `high` are the smallest and the largest amount, whatever
is better. Year 0 is the base year: t = year - base year. What was spent before it is sunk and no part of the case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

CAPITAL, REVENUE, BENEFIT = "capital", "revenue", "benefit"
KINDS = (CAPITAL, REVENUE, BENEFIT)
# Which amount each line stands for. In the worst case every cost is high and every benefit low.
SCENARIOS = ("likely", "low", "high", "worst", "best")
# A year further off than this is a slip of the pen; it also bounds the tables and the degree of the IRR's polynomial.
LAST_YEAR = 100
ZERO = Decimal(0)


class CaseError(ValueError):
    """A case that cannot be computed. `code` names what is wrong, `line` and `name` the line, `year` the year (where known).

    Codes: low_above_likely, likely_above_high, not_finite, unknown_kind, duplicate_key, year_before_base, year_too_far,
    rate_too_low, inflation_too_low, inflation_missing, several_do_nothing, seed_negative, unknown_shape,
    draws_out_of_range.
    """

    def __init__(self, code: str, *, line: str = "", name: str = "", year: int | None = None) -> None:
        self.code, self.line, self.name, self.year = code, line, name, year
        where = f" in “{name or line}”" if name or line else ""
        super().__init__(code.replace("_", " ").capitalize() + where + (f", year {year}" if year is not None else ""))


@dataclass(frozen=True)
class Points:
    """What a line amounts to in one year. low <= likely <= high."""

    year: int
    low: Decimal
    likely: Decimal
    high: Decimal

    @classmethod
    def exact(cls, year: int, amount: Decimal) -> "Points":
        """A figure without a range."""
        return cls(year, amount, amount, amount)


@dataclass(frozen=True)
class Line:
    """A cost or a benefit over the years. `key` is unique in the case; `group` gathers lines for the tornado ("" is none);
    `cashable` matters for benefits: money that leaves a budget, as against time saved or value to society."""

    key: str
    name: str
    kind: str
    points: tuple[Points, ...]
    cashable: bool = True
    group: str = ""

    @property
    def sign(self) -> int:
        """+1 for a benefit, -1 for a cost."""
        return 1 if self.kind == BENEFIT else -1

    def point_in(self, scenario: str) -> str:
        """The point that `scenario` means for this line: "worst" is the high end of a cost and the low end of a benefit."""
        if scenario in ("worst", "best"):
            return "high" if (scenario == "best") == (self.kind == BENEFIT) else "low"
        return scenario

    def amounts(self, scenario: str = "likely") -> dict[int, Decimal]:
        """Year -> amount, unsigned."""
        point = self.point_in(scenario)
        found: dict[int, Decimal] = {}
        for points in self.points:
            found[points.year] = found.get(points.year, ZERO) + getattr(points, point)
        return found

    def total(self, scenario: str = "likely") -> Decimal:
        """The undiscounted sum of all years, unsigned."""
        return sum(self.amounts(scenario).values(), ZERO)


@dataclass(frozen=True)
class YearFlow:
    """One year of a case. Costs and benefits unsigned; `t` years after the base year."""

    t: int
    year: int
    capital: Decimal = ZERO
    revenue: Decimal = ZERO
    cashable: Decimal = ZERO
    non_cashable: Decimal = ZERO

    @property
    def cost(self) -> Decimal:
        """Capital and revenue cost."""
        return self.capital + self.revenue

    @property
    def benefit(self) -> Decimal:
        """Cashable and other benefits."""
        return self.cashable + self.non_cashable

    @property
    def net(self) -> Decimal:
        """Benefit less cost."""
        return self.benefit - self.cost


def check_lines(lines: Iterable[Line], *, base_year: int = 0) -> None:
    """Raise CaseError for the first line that is not a line of a case that starts in `base_year`."""
    seen: set[str] = set()
    for line in lines:
        if line.key in seen:
            raise CaseError("duplicate_key", line=line.key, name=line.name)
        seen.add(line.key)
        if line.kind not in KINDS:
            raise CaseError("unknown_kind", line=line.key, name=line.name)
        for points in line.points:
            if code := _wrong(points, base_year):
                raise CaseError(code, line=line.key, name=line.name, year=points.year)


def _wrong(points: Points, base_year: int) -> str:
    if not all(amount.is_finite() for amount in (points.low, points.likely, points.high)):
        return "not_finite"
    if points.low > points.likely:
        return "low_above_likely"
    if points.likely > points.high:
        return "likely_above_high"
    if points.year < base_year:
        return "year_before_base"
    return "year_too_far" if points.year > base_year + LAST_YEAR else ""


def counted(lines: Iterable[Line], *, cashable_only: bool = False) -> tuple[Line, ...]:
    """The lines that count: all, or all costs and the cashable benefits only (the case as the budget sees it)."""
    return tuple(line for line in lines if line.cashable or line.kind != BENEFIT or not cashable_only)


def flows_by_year(lines: Iterable[Line], *, base_year: int = 0, scenario: str = "likely") -> tuple[YearFlow, ...]:
    """The flows of every year from the base year to the last with a figure, without gaps; without lines the base year alone.

    Raises CaseError (see check_lines).
    """
    lines = tuple(lines)
    check_lines(lines, base_year=base_year)
    sums: dict[int, dict[str, Decimal]] = {base_year: {}}
    for line in lines:
        column = line.kind if line.kind != BENEFIT else "cashable" if line.cashable else "non_cashable"
        for year, amount in line.amounts(scenario).items():
            in_year = sums.setdefault(year, {})
            in_year[column] = in_year.get(column, ZERO) + amount
    return tuple(YearFlow(year - base_year, year, **sums.get(year, {})) for year in range(base_year, max(sums) + 1))


def delayed(lines: Iterable[Line], years: int, *, last_year: int | None = None) -> tuple[Line, ...]:
    """The lines with every benefit `years` later; what then falls after `last_year` is lost (None: nothing is)."""
    return tuple(
        replace(
            line,
            points=tuple(
                replace(points, year=points.year + years)
                for points in line.points
                if last_year is None or points.year + years <= last_year
            ),
        )
        if line.kind == BENEFIT
        else line
        for line in lines
    )


def lines_of(net: Mapping[int, Decimal] | Iterable[Decimal]) -> tuple[Line, ...]:
    """Plain net flows (by year, or in order from year 0) as a case: inflows one benefit line, outflows one capital line."""
    by_year = dict(net) if isinstance(net, Mapping) else dict(enumerate(net))
    outflows = tuple(Points.exact(year, -amount) for year, amount in by_year.items() if amount < 0)
    inflows = tuple(Points.exact(year, amount) for year, amount in by_year.items() if amount >= 0)
    return (Line("outflow", "Outflow", CAPITAL, outflows), Line("inflow", "Inflow", BENEFIT, inflows))
