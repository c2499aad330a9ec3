"""Cases for the tests of the formulas: one by hand, any by hypothesis."""

from decimal import Decimal

from hypothesis import strategies as st

from intake.formulas.cashflows import BENEFIT, CAPITAL, KINDS, REVENUE, Line, Points


def line(key: str, kind: str, *points: tuple[int, int, int, int], cashable: bool = True, group: str = "") -> Line:
    """A line of (year, low, likely, high)."""
    amounts = tuple(Points(year, Decimal(low), Decimal(likely), Decimal(high)) for year, low, likely, high in points)
    return Line(key, key.capitalize(), kind, amounts, cashable, group)


# Likely nets: -1000, 300, 400, 500, 200.
CASE = (
    line("build", CAPITAL, (0, 900, 1000, 1300), group="delivery"),
    line("licences", REVENUE, (1, 90, 100, 120), (2, 90, 100, 120), (3, 90, 100, 120), (4, 90, 100, 120), group="delivery"),
    line("savings", BENEFIT, (1, 200, 300, 350), (2, 200, 400, 450), (3, 300, 500, 550), (4, 100, 200, 250)),
    line("time", BENEFIT, (1, 0, 100, 150), (2, 0, 100, 150), (3, 0, 100, 150), (4, 0, 100, 150), cashable=False),
)

money = st.decimals(min_value=0, max_value=1_000_000, places=2)
flows = st.lists(st.decimals(min_value=-1_000_000, max_value=1_000_000, places=2), min_size=1, max_size=12)
rates = st.decimals(min_value=Decimal("-0.5"), max_value=2, places=4)


@st.composite
def points(draw: st.DrawFn) -> Points:
    low, likely, high = sorted(draw(st.tuples(money, money, money)))
    return Points(draw(st.integers(0, 10)), low, likely, high)


@st.composite
def any_lines(draw: st.DrawFn) -> tuple[Line, ...]:
    drawn = draw(st.lists(st.tuples(st.sampled_from(KINDS), st.lists(points(), max_size=4), st.booleans()), max_size=6))
    return tuple(
        Line(f"line{i}", f"Line {i}", kind, tuple(amounts), cashable, group="one" if i % 2 else "")
        for i, (kind, amounts, cashable) in enumerate(drawn)
    )
