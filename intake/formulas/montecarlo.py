"""How likely is it to pay? The distribution of the NPV, drawn from the lines' low, likely and high amounts.

Each line moves as a whole: one pair of random numbers places all its years, for who is too hopeful is so every year.
Lines are independent of each other. Triangular: with u and v uniform on 0..1, low + (high - likely) min(u, v)
+ (likely - low) max(u, v) has the triangular distribution with these points; being linear in them it holds for the line's
present value as for each year. PERT: low + (high - low) Beta(1 + 4m, 5 - 4m) of the line's present value, m = (likely -
low) / (high - low). Random numbers come from numpy's default Generator (PCG64); the seed is stored with the case, and the
same lines in the same order, seed and number of draws give the same result. Computed in floats, given to the cent.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from intake.formulas.appraisal import Basis
from intake.formulas.cashflows import CaseError, Line, check_lines, counted
from intake.formulas.sensitivity import present_value

TRIANGULAR, PERT = "triangular", "pert"
DRAWS = 10_000
MOST_DRAWS = 1_000_000
# Settled: from half the draws to all, no quantile moves by more than this part of P90 - P10.
SETTLED = 0.02
_CENT = Decimal("0.01")
_STEPS = np.arange(5, 100, 5) / 100
_NODES = 2048
_MAIN = [1, 9, 17]  # where P10, P50 and P90 stand among the steps
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bin:
    """How many draws fell from `start` to before `end` (in the last bin: to its end)."""

    start: Decimal
    end: Decimal
    count: int


@dataclass(frozen=True)
class Simulation:
    """The drawn NPVs in figures. P10 is the value that one draw in ten falls below (P90: nine in ten).

    `exact_mean` and `exact_deviation` are what infinitely many draws would give, `standard_error` what the drawn mean is
    uncertain by. `percentiles` are (5, NPV) .. (95, NPV) for the S-curve. `is_settled` is False where more draws would
    still move P10, P50 or P90 visibly. `chance_of_loss`, 0 to 1, is the part of draws with NPV < 0.
    """

    shape: str
    seed: int
    draws: int
    mean: Decimal
    deviation: Decimal
    exact_mean: Decimal
    exact_deviation: Decimal
    standard_error: Decimal
    p10: Decimal
    p50: Decimal
    p90: Decimal
    least: Decimal
    most: Decimal
    chance_of_loss: Decimal
    percentiles: tuple[tuple[int, Decimal], ...]
    bins: tuple[Bin, ...]
    is_settled: bool


def simulate(
    lines: Iterable[Line],
    basis: Basis,
    *,
    seed: int,
    draws: int = DRAWS,
    shape: str = TRIANGULAR,
    bins: int = 20,
    cashable_only: bool = False,
) -> Simulation:
    """The distribution of the case's NPV. Lines without a range are fine, all of them too: then it is one value.

    Raises CaseError: bad lines or rates, seed_negative, unknown_shape, draws_out_of_range (100 to MOST_DRAWS).
    """
    if seed < 0:
        raise CaseError("seed_negative")
    if shape not in (TRIANGULAR, PERT):
        raise CaseError("unknown_shape")
    if not 100 <= draws <= MOST_DRAWS:
        raise CaseError("draws_out_of_range")
    lines = counted(lines, cashable_only=cashable_only)
    check_lines(lines, base_year=basis.base_year)
    points = [_points(line, basis) for line in lines]
    values = _drawn(points, np.random.default_rng(seed), draws, shape)
    mean, variance = _exact(points, shape)
    return _figures(values, mean, math.sqrt(variance), shape=shape, seed=seed, bins=bins)


def _points(line: Line, basis: Basis) -> tuple[float, float, float]:
    """The line's present value at its low, likely and high amounts, signed: for a cost the first is the least negative."""
    low, likely, high = (float(present_value(line, basis, point)) for point in ("low", "likely", "high"))
    return low, likely, high


def _drawn(points: Sequence[tuple[float, float, float]], rng: np.random.Generator, draws: int, shape: str) -> Floats:
    values = np.full(draws, math.fsum(low for low, _, _ in points))
    for low, likely, high in points:
        if low == high:
            continue
        if shape == PERT:
            values += (high - low) * _pert((likely - low) / (high - low), rng.random(draws))
        else:
            one, other = rng.random((2, draws))
            values += (high - likely) * np.minimum(one, other) + (likely - low) * np.maximum(one, other)
    return values


def _pert(mode: float, uniform: Floats) -> Floats:
    """Beta(1 + 4 mode, 5 - 4 mode) at these probabilities, read from a table of its quantiles: four times as fast as numpy's
    own draws, which may also change between its versions. Off by less than 0.0005 of the range, 10,000 draws by 0.004."""
    grid = np.linspace(0, 1, _NODES + 1)
    mode = min(max(mode, 0.0), 1.0)  # a rounding error outside would make a power of 0 infinite
    density = grid ** (4 * mode) * (1 - grid) ** (4 - 4 * mode)
    chance = np.concatenate(([0.0], np.cumsum(density[1:] + density[:-1])))
    quantiles = np.interp(grid, chance / chance[-1], grid)
    place = uniform * _NODES
    node = place.astype(np.intp)
    below: Floats = quantiles[node]
    return below + (place - node) * (quantiles[node + 1] - below)


def _exact(points: Sequence[tuple[float, float, float]], shape: str) -> tuple[float, float]:
    """Mean and variance of the sum. Triangular: (a + m + b)/3, (a² + m² + b² - am - ab - mb)/18; PERT: mean (a + 4m + b)/6,
    variance (mean - a)(b - mean)/7."""
    if shape == PERT:
        means = [(low + 4 * likely + high) / 6 for low, likely, high in points]
        spread = [(mean - low) * (high - mean) / 7 for mean, (low, _, high) in zip(means, points, strict=True)]
    else:
        means = [(low + likely + high) / 3 for low, likely, high in points]
        # Written with differences: large amounts with small ranges must not cancel.
        spread = [
            ((high - low) ** 2 + (likely - low) ** 2 - (high - low) * (likely - low)) / 18 for low, likely, high in points
        ]
    return math.fsum(means), math.fsum(spread)


def _money(value: float) -> Decimal:
    return Decimal(float(value)).quantize(_CENT)


def _figures(values: Floats, exact_mean: float, exact_deviation: float, *, shape: str, seed: int, bins: int) -> Simulation:
    draws = len(values)
    curve, half = (np.quantile(part, _STEPS, overwrite_input=True) for part in (values.copy(), values[: draws // 2].copy()))
    p10, p50, p90 = curve[_MAIN]
    deviation = float(values.std())
    return Simulation(
        shape=shape,
        seed=seed,
        draws=draws,
        mean=_money(values.mean()),
        deviation=_money(deviation),
        exact_mean=_money(exact_mean),
        exact_deviation=_money(exact_deviation),
        standard_error=_money(deviation / math.sqrt(draws)),
        p10=_money(p10),
        p50=_money(p50),
        p90=_money(p90),
        least=_money(values.min()),
        most=_money(values.max()),
        chance_of_loss=Decimal(int((values < 0).sum())) / draws,
        percentiles=tuple((step, _money(value)) for step, value in zip(range(5, 100, 5), curve, strict=True)),
        bins=_bins(values, bins),
        is_settled=bool(np.abs(half - curve)[_MAIN].max() <= SETTLED * (p90 - p10)),
    )


def _bins(values: Floats, about: int) -> tuple[Bin, ...]:
    """About so many bins of one round width (1, 2 or 5 of a power of ten, at least a cent), 0 being an edge wherever it is
    within: losses and gains never share a bin. A single one where all values are the same to the cent."""
    least, most = float(values.min()), float(values.max())
    if _money(least) == _money(most):
        return (Bin(_money(least), _money(least), len(values)),)
    width = _round_width((most - least) / about)
    first, last = math.floor(least / float(width)), math.ceil(most / float(width))
    edges = [width * i for i in range(first, last + 1)]
    counts, _ = np.histogram(values, bins=np.array([float(edge) for edge in edges]))
    return tuple(Bin(start, end, int(count)) for (start, end), count in zip(pairwise(edges), counts, strict=True))


def _round_width(width: float) -> Decimal:
    """The least 1, 2 or 5 of a power of ten that is not less than `width`."""
    power = Decimal(10) ** max(math.floor(math.log10(width)), -2)
    return next((power * step for step in (1, 2, 5) if float(power * step) >= width), power * 10)
