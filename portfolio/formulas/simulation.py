"""What may the risks of a register cost together? The distribution of their sum, drawn by Monte-Carlo, beside exact figures.

A risk happens with its probability and then costs a draw from the triangle of its low, likely and high amount (low = high:
always that). Threats count positive (a cost), opportunities negative (a saving). Risks are independent of each other, except
those of one correlation group: they share the random number that decides whether they happen, so that the likelier one has
happened whenever the less likely one has (comonotonic, the strongest dependence that given probabilities allow: Dhaene,
Denuit, Goovaerts, Kaas, Vyncke, "The concept of comonotonicity in actuarial science and finance: theory", Insurance:
Mathematics and Economics 31, 2002). A group therefore states the worst case of "they happen together"; what each then costs
stays independent.

Known exactly, without drawing: with m = (a + b + c)/3 and v = (a² + b² + c² - ab - ac - bc)/18 of the triangle, the sum has
the mean Σ s p m and the variance Σ p (v + m²) - p² m², plus s s' m m' (min(p, p') - p p') for two of one group; s is 1 or -1.
The page shows the drawn mean beside this one.

What a percentile is uncertain by: the rank of the true q-quantile among n draws is binomial, so the draws of rank
nq ± 1.96 √(nq(1 - q)) enclose it in 95 of 100 runs, whatever the distribution (David & Nagaraja, "Order Statistics", 3rd ed.,
§7.1). A risk's share is its covariance with the sum, by the variance of the sum; its contribution to a percentile P is
p m + share · (P - mean), the covariance allocation (Dhaene, Tsanakas, Valdez, Vanduffel, "Optimal capital allocation
principles", Journal of Risk and Insurance 79, 2012): shares add up to 1, contributions to P; for
nearly normal sums it is what the risk costs on average in draws near P.

Random numbers come from numpy's PCG64; the same risks in the same order, seed and draws give the same result with the same
version of numpy. A chance is drawn to 2^-24 (float32), sums are in floats (53 bits), given to the cent.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

DRAWS = 100_000
FEWEST_DRAWS, MOST_DRAWS = 1_000, 1_000_000
LEAST_CONFIDENCE, MOST_CONFIDENCE = 50, 99
MOST_SEED = 2**63 - 1
NAMED = (5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95)
"""The percentiles that are given with their error; the chosen confidence is added to them."""

_BLOCK = 25_000  # draws at once: a few arrays of them stay in the processor's cache
_SPARSE = 0.35  # below it only the draws in which a risk happens get an amount
_Z95 = 1.959964
_BINS = 40
_CENT, _PART = Decimal("0.01"), Decimal("0.000001")
Floats = npt.NDArray[np.float64]


class ExposureError(ValueError):
    """The simulation cannot be made. `code`: no_risks, probability_out_of_range, amounts_out_of_order, seed_out_of_range,
    draws_out_of_range or confidence_out_of_range."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Peril:
    """One risk. `probability` 0 to 1; amounts not negative, low ≤ likely ≤ high; `group` "" stands alone."""

    probability: Decimal
    low: Decimal
    likely: Decimal
    high: Decimal
    is_opportunity: bool = False
    group: str = ""


@dataclass(frozen=True)
class Percentile:
    """So many per cent of the draws cost at most `value`; the true value lies from `low` to `high` (95 %)."""

    percent: Decimal
    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Part:
    """What one risk has in the sum, all exact but `contribution`, which rests on the drawn percentile.

    `mean`: probability × expected amount, signed. `share` of the variance, may be negative (it offsets others).
    `without`, `certain`: the mean of the sum if it cannot happen, or surely happens.
    """

    mean: Decimal
    share: Decimal
    contribution: Decimal
    without: Decimal
    certain: Decimal


@dataclass(frozen=True)
class Exposure:
    """The drawn sums in figures. `curve` is (0, least) .. (100, most), a point a per cent; `bins` (from, to, draws).

    `exact_*` is what infinitely many draws would give; `standard_error` what the drawn mean is uncertain by. `needed` is the
    percentile of the chosen confidence, at least 0. `covered`, 0 to 1: the part of draws that a given contingency pays for.
    """

    seed: int
    draws: int
    mean: Decimal
    deviation: Decimal
    standard_error: Decimal
    exact_mean: Decimal
    exact_deviation: Decimal
    chance_of_nothing: Decimal
    percentiles: tuple[Percentile, ...]
    chosen: Percentile
    needed: Decimal
    covered: Decimal | None
    covered_error: Decimal | None
    curve: tuple[tuple[int, Decimal], ...]
    bins: tuple[tuple[Decimal, Decimal, int], ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Moments:
    """What is known exactly of the sum, and of each risk: its signed mean, its expected amount, its covariance with the sum."""

    mean: float
    variance: float
    means: Floats
    amounts: Floats
    covariances: Floats


def simulate_exposure(
    perils: Iterable[Peril],
    *,
    seed: int,
    draws: int = DRAWS,
    confidence: Decimal | int = 80,
    contingency: Decimal | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Exposure:
    """Draw the sum of the risks. `progress(done, all)` is called now and then. Raises ExposureError."""
    perils = check_perils(perils)
    if not 0 <= seed <= MOST_SEED:
        raise ExposureError("seed_out_of_range")
    if not FEWEST_DRAWS <= draws <= MOST_DRAWS:
        raise ExposureError("draws_out_of_range")
    if not LEAST_CONFIDENCE <= confidence <= MOST_CONFIDENCE:
        raise ExposureError("confidence_out_of_range")
    values = drawn_sums(perils, seed=seed, draws=draws, progress=progress)
    return _figures(values, perils, exact_moments(perils), seed, Decimal(confidence), contingency)


def check_perils(perils: Iterable[Peril]) -> list[Peril]:
    """The risks as a list. Raises ExposureError for none, a bad probability or amounts out of order."""
    found = list(perils)
    if not found:
        raise ExposureError("no_risks")
    for peril in found:
        if not 0 <= peril.probability <= 1:
            raise ExposureError("probability_out_of_range")
        if not 0 <= peril.low <= peril.likely <= peril.high:
            raise ExposureError("amounts_out_of_order")
    return found


def exact_moments(perils: Sequence[Peril]) -> Moments:
    """Mean, variance and covariances of the sum, without drawing. Needs the square of a group's size in memory."""
    points = np.array([[float(one.low), float(one.likely), float(one.high)] for one in perils])
    chances = np.array([float(one.probability) for one in perils])
    signs = np.array([-1.0 if one.is_opportunity else 1.0 for one in perils])
    low, likely, high = points.T
    amounts = points.sum(axis=1) / 3
    # Written with differences: large amounts with small ranges must not cancel.
    spread = ((high - low) ** 2 + (likely - low) ** 2 - (high - low) * (likely - low)) / 18
    variances = chances * (spread + amounts**2 * (1 - chances))
    covariances = variances.copy()
    for members in groups_of(perils):
        if len(members) > 1:
            chance, signed = chances[members], (signs * amounts)[members]
            together = np.minimum.outer(chance, chance) - np.outer(chance, chance)
            np.fill_diagonal(together, 0)
            covariances[members] += signed * (together @ signed)
    means = signs * chances * amounts
    return Moments(math.fsum(means), max(math.fsum(covariances), 0.0), means, signs * amounts, covariances)


def groups_of(perils: Sequence[Peril]) -> list[list[int]]:
    """The places of those that happen together, in the order of their first; one without a group stands alone."""
    names: dict[str, list[int]] = {}
    for place, peril in enumerate(perils):
        names.setdefault(peril.group or f"\0{place}", []).append(place)
    return list(names.values())


def drawn_sums(perils: Sequence[Peril], *, seed: int, draws: int, progress: Callable[[int, int], None] | None = None) -> Floats:
    """One sum a draw. More draws of one seed begin with those of fewer, in steps of 25,000."""
    rng = np.random.Generator(np.random.PCG64(seed))
    clusters = [[_Drawer(perils[place]) for place in members] for members in groups_of(perils)]
    totals = np.zeros(draws)
    paper = _Paper()
    done, steps = 0, len(perils) * -(-draws // _BLOCK)
    for start in range(0, draws, _BLOCK):
        block = totals[start : start + _BLOCK]
        for cluster in clusters:
            _draw_cluster(cluster, block, rng, paper)
            done += len(cluster)
            if progress:
                progress(done, steps)
    return totals


class _Paper:
    """Arrays that are written over again and again: making new ones would cost as much as the drawing."""

    def __init__(self) -> None:
        self.happens = np.empty(_BLOCK, np.float32)
        self.one = np.empty(_BLOCK, np.float32)
        self.other = np.empty(_BLOCK, np.float32)
        self.amounts = np.empty(_BLOCK)


class _Drawer:
    """One risk as the numbers that drawing needs, signed."""

    def __init__(self, peril: Peril) -> None:
        sign = -1.0 if peril.is_opportunity else 1.0
        self.chance = float(peril.probability)
        self.base = sign * float(peril.low)
        self.width = sign * float(peril.high - peril.low)
        self.mode = float((peril.likely - peril.low) / (peril.high - peril.low)) if self.width else 0.0

    def amounts(self, count: int, rng: np.random.Generator, paper: _Paper) -> Floats:
        """So many draws of the triangle: with u, v uniform, mode · max(u, v) + (1 - mode) · min(u, v) has it on 0 to 1."""
        found = paper.amounts[:count]
        if not self.width:
            found[:] = self.base
            return found
        one, other = paper.one[:count], paper.other[:count]
        rng.random(dtype=np.float32, out=one)
        rng.random(dtype=np.float32, out=other)
        least = np.minimum(one, other)
        np.maximum(one, other, out=one)
        least *= np.float32(1 - self.mode)
        one *= np.float32(self.mode)
        one += least
        np.multiply(one, self.width, out=found)
        found += self.base
        return found


def _draw_cluster(cluster: Sequence[_Drawer], block: Floats, rng: np.random.Generator, paper: _Paper) -> None:
    """Add what the risks of one group (or one alone) cost in each draw of the block."""
    count = len(block)
    happens = paper.happens[:count]
    if any(0 < one.chance < 1 for one in cluster):
        rng.random(dtype=np.float32, out=happens)
    for one in cluster:
        if one.chance >= 1:
            block += one.amounts(count, rng, paper)
        elif one.chance >= _SPARSE:
            found = one.amounts(count, rng, paper)
            found *= happens < one.chance
            block += found
        elif one.chance > 0:
            places = np.flatnonzero(happens < one.chance)
            block[places] += one.amounts(len(places), rng, paper)


def _figures(
    values: Floats, perils: Sequence[Peril], exact: Moments, seed: int, confidence: Decimal, contingency: Decimal | None
) -> Exposure:
    draws = len(values)
    # Means of the draws as they came: after sorting, rounding errors would be of another order.
    mean, deviation = float(values.mean()), float(values.std())
    values.sort()
    chosen = _percentile(values, confidence)
    covered = None if contingency is None else int(np.searchsorted(values, float(contingency), side="right")) / draws
    shares = exact.covariances / exact.variance if exact.variance else np.zeros(len(perils))
    apart = float(chosen.value) - exact.mean
    parts = tuple(
        Part(
            mean=_money(own),
            share=Decimal(float(share)).quantize(_PART),
            contribution=_money(own + share * apart),
            without=_money(exact.mean - own),
            certain=_money(exact.mean - own + amount),
        )
        for own, share, amount in zip(exact.means, shares, exact.amounts, strict=True)
    )
    return Exposure(
        seed=seed,
        draws=draws,
        mean=_money(mean),
        deviation=_money(deviation),
        standard_error=_money(deviation / math.sqrt(draws)),
        exact_mean=_money(exact.mean),
        exact_deviation=_money(math.sqrt(exact.variance)),
        chance_of_nothing=Decimal(_chance_of_nothing(perils)).quantize(_PART),
        percentiles=tuple(_percentile(values, step) for step in sorted({*map(Decimal, NAMED), confidence})),
        chosen=chosen,
        needed=max(chosen.value, Decimal(0)),
        covered=None if covered is None else Decimal(covered).quantize(_PART),
        covered_error=None if covered is None else Decimal(math.sqrt(covered * (1 - covered) / draws)).quantize(_PART),
        curve=tuple((step, _money(values[_rank(Decimal(step), draws) - 1])) for step in range(101)),
        bins=_bins(values),
        parts=parts,
    )


def _chance_of_nothing(perils: Sequence[Peril]) -> float:
    """The chance that no risk happens: in a group none does when its likeliest one does not."""
    return math.prod(1 - float(max(perils[place].probability for place in members)) for members in groups_of(perils))


def _rank(percent: Decimal, draws: int) -> int:
    """Which of the sorted draws, counted from 1, is the percentile: the least that so many per cent do not exceed."""
    return min(max(math.ceil(percent * draws / 100), 1), draws)


def _percentile(values: Floats, percent: Decimal) -> Percentile:
    """A percentile of sorted draws with the draws that enclose the true one in 95 of 100 runs."""
    draws, part = len(values), float(percent) / 100
    reach = _Z95 * math.sqrt(draws * part * (1 - part))
    low = max(math.floor(draws * part - reach), 1)
    high = min(math.ceil(draws * part + reach) + 1, draws)
    ranks = (_rank(percent, draws), low, high)
    return Percentile(percent, *(_money(values[rank - 1]) for rank in ranks))


def _bins(values: Floats) -> tuple[tuple[Decimal, Decimal, int], ...]:
    """Columns of equal width from the least to the most of sorted draws; one column where all are the same."""
    least, most = float(values[0]), float(values[-1])
    if _money(most) - _money(least) < _BINS * _CENT:
        return ((_money(least), _money(most), len(values)),)
    counts, edges = np.histogram(values, bins=_BINS, range=(least, most))
    return tuple(
        (_money(start), _money(end), int(count)) for start, end, count in zip(edges[:-1], edges[1:], counts, strict=True)
    )


def _money(value: float) -> Decimal:
    return Decimal(float(value)).quantize(_CENT) + 0  # no minus zero
