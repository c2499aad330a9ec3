"""Weights from pairwise comparison: the analytic hierarchy process (Saaty 1980, 2008).

A judge says for pairs of criteria how much more the one matters than the other, on Saaty's scale: 1 equal, 3 moderate,
5 strong, 7 very strong, 9 extreme, 2-4-6-8 between, reciprocals for the opposite direction. Criteria are numbered from 0
in the caller's order. A matrix A holds a_ij = how many times i matters more than j, a_ji = 1 / a_ij, 1 on the diagonal,
and NaN where nobody has answered yet.

Weights: the principal eigenvector by power iteration, normalised to the sum 1. lambda_max = mean((Aw)_i / w_i);
CI = (lambda_max - n) / (n - 1); CR = CI / RI(n). RI differs by who simulated it, so an assessment names its table.
CR grows with contradiction (0 is perfect): the opposite direction of a "consistency of 80 %".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Cell = tuple[int, int]

# The 17 steps of Saaty's scale, -8 (1/9) to 8 (9); 0 is equal. A step is stored exactly, its ratio is not.
POSITIONS = range(-8, 9)
# Random index by number of criteria (1 to 10). Saaty's own table; the last value is 1.51 in some printings.
RANDOM_INDEX: dict[str, tuple[float, ...]] = {"saaty": (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)}
DEFAULT_TABLE = "saaty"
MOST_ITEMS = 10
# Saaty accepts up to 0.10. "review" up to 0.20 is a convention of this product: usable for talking, not for deciding.
ACCEPTED = 0.10
REVIEWED = 0.20
# Shown as 0.00.
PERFECT = 0.005
LABELS = ("consistent", "acceptable", "review", "reject", "incomplete")

_CLOSE = 1e-9
_PRECISE = 1e-13
_STEPS = 10_000


class JudgementError(ValueError):
    """An answer that cannot be used. `code`: too_many, too_few, outside, diagonal, scale, contradiction, judges, weights;
    `cell` is the pair concerned, if any."""

    def __init__(self, code: str, cell: Cell | None = None) -> None:
        super().__init__(code if cell is None else f"{code} at {cell}")
        self.code = code
        self.cell = cell


@dataclass(frozen=True)
class Triple:
    """Three answers that contradict each other: i over j and j over k imply `implied` for i over k; `said` was answered.
    `factor` (>= 1) is how far the two lie apart."""

    i: int
    j: int
    k: int
    said: float
    implied: float
    factor: float


@dataclass(frozen=True)
class Repair:
    """One answer to change: row over column (row < column) from `before` to `after`; then CR is `ratio`.
    `is_enough`: that CR is accepted. `steps`: how far on Saaty's scale."""

    row: int
    column: int
    before: float
    after: float
    steps: float
    ratio: float
    is_enough: bool


@dataclass(frozen=True)
class Assessment:
    """What a matrix says. `weights` sum to 1; of an incomplete matrix they are provisional (Harker 1987), and None while
    the answers do not connect all criteria. lambda_max, index (CI) and ratio (CR) are None while it is incomplete.
    `missing` are the unanswered pairs (row < column). `triple` and `repair` are None where nothing conflicts (or, for
    `repair`, where the ratio is accepted already)."""

    weights: tuple[float, ...] | None
    lambda_max: float | None
    index: float | None
    ratio: float | None
    label: str
    table: str
    random_index: float
    missing: tuple[Cell, ...]
    triple: Triple | None
    repair: Repair | None

    @property
    def is_complete(self) -> bool:
        """Every pair has an answer."""
        return not self.missing

    @property
    def is_accepted(self) -> bool:
        """Complete, and CR at most 0.10."""
        return self.label in ("consistent", "acceptable")


@dataclass(frozen=True)
class CellSpread:
    """How far the judges differ on one pair (row < column). `spread` is the geometric standard deviation, a factor >= 1
    (1: all the same); lowest and highest are answers, with the number of the (first) judge who gave them."""

    row: int
    column: int
    answers: int
    spread: float
    lowest: float
    lowest_judge: int
    highest: float
    highest_judge: int


@dataclass(frozen=True)
class Disagreement:
    """`cells`: pairs that two or more judges answered, the most disputed first. `distances[a][b]`: the factor by which two
    judges typically differ (1: the same; None: no pair in common). `remoteness[a]`: the same from judge a to all others
    taken together. `furthest`: who has the largest, None with fewer than three judges or where no one stands out."""

    cells: tuple[CellSpread, ...]
    distances: tuple[tuple[float | None, ...], ...]
    remoteness: tuple[float | None, ...]
    furthest: int | None


@dataclass(frozen=True)
class GroupAssessment:
    """Judges together: `group` of their geometric mean (it has no repair: no one gave those answers), each on their own,
    and where they differ."""

    group: Assessment
    judges: tuple[Assessment, ...]
    disagreement: Disagreement
    matrix: Matrix


def value_at(position: int) -> float:
    """The ratio at a step of the scale: -8 is 1/9, 0 is 1, 8 is 9. Raises JudgementError("scale") beyond."""
    if position not in POSITIONS:
        raise JudgementError("scale")
    return float(position + 1) if position >= 0 else 1 / (1 - position)


def build_matrix(size: int, judgements: Mapping[Cell, float]) -> Matrix:
    """The matrix of `size` criteria (1 to 10) from answers {(i, j): how much more i matters than j, 1/9 to 9}.

    Either direction may be given, or both where they agree; pairs without an answer stay NaN.
    Raises JudgementError naming the cell: outside, diagonal (not 1), scale (not 1/9 to 9), contradiction.
    """
    if size < 1:
        raise JudgementError("too_few")
    if size > MOST_ITEMS:
        raise JudgementError("too_many")
    matrix = np.full((size, size), np.nan)
    np.fill_diagonal(matrix, 1.0)
    for (i, j), given in judgements.items():
        value = float(given)
        if not (0 <= i < size and 0 <= j < size):
            raise JudgementError("outside", (i, j))
        if not 1 / 9 - _CLOSE <= value <= 9 + _CLOSE:
            raise JudgementError("scale", (i, j))
        if i == j:
            if value != 1:
                raise JudgementError("diagonal", (i, j))
        elif not np.isnan(matrix[i, j]) and abs(matrix[i, j] / value - 1) > 1e-6:
            raise JudgementError("contradiction", (i, j))
        else:
            matrix[i, j], matrix[j, i] = value, 1 / value
    return matrix


def missing_cells(matrix: Matrix) -> tuple[Cell, ...]:
    """The pairs (row < column) that have no answer."""
    return tuple((int(i), int(j)) for i, j in np.argwhere(np.isnan(np.triu(matrix, 1))))


def principal_weights(matrix: Matrix) -> tuple[float, ...] | None:
    """The weights (sum 1) of a matrix; of an incomplete one Harker's: a missing a_ij counts as w_i / w_j itself.
    None while the answers do not connect all criteria."""
    filled = _filled(matrix)
    if filled is None:
        return None
    return tuple(float(weight) for weight in _principal(filled[np.newaxis])[1][0])


def consistency_label(ratio: float | None) -> str:
    """consistent (CR shown as 0.00), acceptable (<= 0.10), review (<= 0.20), reject; incomplete for None."""
    if ratio is None:
        return "incomplete"
    if ratio < PERFECT:
        return "consistent"
    return "acceptable" if ratio <= ACCEPTED + _CLOSE else "review" if ratio <= REVIEWED + _CLOSE else "reject"


def worst_triple(matrix: Matrix) -> Triple | None:
    """The three answers i < j < k with the largest |log(a_ij a_jk / a_ik)|; None where no answered triple conflicts."""
    triples = np.array(list(combinations(range(len(matrix)), 3)))
    if not len(triples):
        return None
    i, j, k = triples.T
    logs = np.log(matrix)
    deviation = np.nan_to_num(np.abs(logs[i, j] + logs[j, k] - logs[i, k]))
    worst = int(deviation.argmax())
    if deviation[worst] < _CLOSE:
        return None
    a, b, c = (int(place) for place in triples[worst])
    implied = float(matrix[a, b] * matrix[b, c])
    return Triple(a, b, c, float(matrix[a, c]), implied, float(np.exp(deviation[worst])))


def smallest_repair(matrix: Matrix, table: str = DEFAULT_TABLE) -> Repair | None:
    """The one answer whose change by the fewest steps of the scale brings CR to 0.10 or less (among equals: the lowest CR
    after it); where no single change does, the one with the lowest CR. Every pair is tried with every value of the scale.
    None for a matrix that is incomplete or accepted already."""
    size = len(matrix)
    if size < 3 or missing_cells(matrix):
        return None
    random_index = _random_index(size, table)
    before, weights = _principal(matrix[np.newaxis], precision=1e-10)
    if _ratio(float(before[0]), size, random_index) <= ACCEPTED + _CLOSE:
        return None
    rows, columns = np.triu_indices(size, 1)
    values = np.array([value_at(position) for position in POSITIONS])
    row, column = np.repeat(rows, len(values)), np.repeat(columns, len(values))
    after = np.tile(values, len(rows))
    tried = np.broadcast_to(matrix, (len(after), size, size)).copy()
    number = np.arange(len(after))
    tried[number, row, column] = after
    tried[number, column, row] = 1 / after
    lambdas, _ = _principal(tried, start=np.broadcast_to(weights, (len(after), size)), precision=1e-9)
    ratios = np.maximum(0.0, (lambdas - size) / (size - 1)) / random_index
    current = matrix[row, column]
    places = np.where(after >= 1, after - 1, 1 - 1 / after)
    steps = np.abs(places - np.where(current >= 1, current - 1, 1 - 1 / current))
    # Fewest steps and then lowest ratio among those that suffice; lowest ratio and then fewest steps otherwise.
    enough = ratios <= ACCEPTED + _CLOSE
    order = np.lexsort((np.round(ratios, 9), np.round(steps, 9))) if enough.any() else np.lexsort((steps, np.round(ratios, 9)))
    best = int(order[enough[order]][0]) if enough.any() else int(order[0])
    return Repair(
        row=int(row[best]),
        column=int(column[best]),
        before=float(current[best]),
        after=float(after[best]),
        steps=float(steps[best]),
        ratio=float(ratios[best]),
        is_enough=bool(enough[best]),
    )


def assess(matrix: Matrix, *, table: str = DEFAULT_TABLE, with_repair: bool = True) -> Assessment:
    """Everything that one judge's (or a group's) matrix says. `table`: a name in RANDOM_INDEX (KeyError otherwise).
    CR of one or two criteria is 0. Without `with_repair` the search for the smallest change is left out."""
    size = len(matrix)
    random_index = _random_index(size, table)
    missing = missing_cells(matrix)
    triple = worst_triple(matrix)
    if missing:
        weights = principal_weights(matrix)
        return Assessment(weights, None, None, None, "incomplete", table, random_index, missing, triple, None)
    lambdas, vectors = _principal(matrix[np.newaxis])
    lambda_max = float(lambdas[0])
    ratio = _ratio(lambda_max, size, random_index)
    return Assessment(
        weights=tuple(float(weight) for weight in vectors[0]),
        lambda_max=lambda_max,
        index=max(0.0, (lambda_max - size) / (size - 1)) if size > 1 else 0.0,
        ratio=ratio,
        label=consistency_label(ratio),
        table=table,
        random_index=random_index,
        missing=(),
        triple=triple,
        repair=smallest_repair(matrix, table) if with_repair and ratio > ACCEPTED + _CLOSE else None,
    )


def combine_judges(matrices: Sequence[Matrix], judge_weights: Sequence[float] | None = None) -> Matrix:
    """The judges as one: the (weighted) geometric mean, pair by pair, of those who answered it; NaN where nobody did.
    Raises JudgementError: judges (none, or of different sizes), weights (not one a judge, below zero, or all zero)."""
    if not len(matrices) or len({matrix.shape for matrix in matrices}) != 1:
        raise JudgementError("judges")
    shares = np.ones(len(matrices)) if judge_weights is None else np.array([float(weight) for weight in judge_weights])
    if len(shares) != len(matrices) or not np.isfinite(shares).all() or (shares < 0).any() or not shares.any():
        raise JudgementError("weights")
    logs = np.log(np.stack(matrices))
    counted = np.where(np.isnan(logs), 0.0, shares[:, np.newaxis, np.newaxis])
    total = counted.sum(axis=0)
    summed = (np.nan_to_num(logs) * counted).sum(axis=0)
    together: Matrix = np.exp(np.divide(summed, total, out=np.full_like(total, np.nan), where=total > 0))
    np.fill_diagonal(together, 1.0)
    return together


def find_disagreement(matrices: Sequence[Matrix]) -> Disagreement:
    """Where judges differ, pair by pair and judge by judge. Spread of a pair = exp(standard deviation of the logarithms),
    over the judges who answered it (all there are, so divided by their number). Distance of two judges = exp(root mean
    square of the differences of logarithms) over the pairs that both answered. Judges have equal weight here."""
    if not len(matrices) or len({matrix.shape for matrix in matrices}) != 1:
        raise JudgementError("judges")
    rows, columns = np.triu_indices(len(matrices[0]), 1)
    logs = np.log(np.stack(matrices))[:, rows, columns]
    differences = (logs[:, np.newaxis, :] - logs[np.newaxis, :, :]) ** 2
    shared = ~np.isnan(differences)
    sums, counts = np.nan_to_num(differences).sum(axis=2), shared.sum(axis=2)
    np.fill_diagonal(counts, 0)
    others = np.divide(sums.sum(axis=1), counts.sum(axis=1), out=np.full(len(logs), np.nan), where=counts.sum(axis=1) > 0)
    remoteness = tuple(None if np.isnan(mean) else float(np.exp(np.sqrt(mean))) for mean in others)
    return Disagreement(_cell_spreads(logs, rows, columns), _distances(sums, counts), remoteness, _furthest(remoteness))


def assess_group(
    matrices: Sequence[Matrix], judge_weights: Sequence[float] | None = None, *, table: str = DEFAULT_TABLE
) -> GroupAssessment:
    """Several judges: together by geometric mean, each alone, and their disagreement. Raises as `combine_judges`."""
    together = combine_judges(matrices, judge_weights)
    return GroupAssessment(
        group=assess(together, table=table, with_repair=False),
        judges=tuple(assess(matrix, table=table) for matrix in matrices),
        disagreement=find_disagreement(matrices),
        matrix=together,
    )


def _random_index(size: int, table: str) -> float:
    if size > MOST_ITEMS:
        raise JudgementError("too_many")
    return RANDOM_INDEX[table][size - 1]


def _ratio(lambda_max: float, size: int, random_index: float) -> float:
    # Rounding can put lambda_max a hair below n, which it never is.
    return max(0.0, (lambda_max - size) / (size - 1)) / random_index if size > 2 else 0.0


def _filled(matrix: Matrix) -> Matrix | None:
    """Harker's matrix: 0 for what is missing, and on the diagonal one more for each of it in the row."""
    gaps = np.isnan(matrix)
    if not gaps.any():
        return matrix
    reached = ~gaps
    for _ in range(len(matrix)):
        reached = reached @ reached
    if not reached.all():
        return None
    filled: Matrix = np.where(gaps, 0.0, matrix)
    return filled + np.diag(gaps.sum(axis=1).astype(np.float64))


def _principal(
    matrices: Matrix, *, start: Matrix | None = None, precision: float = _PRECISE
) -> tuple[npt.NDArray[np.float64], Matrix]:
    """Power iteration of many matrices at once: (k, n, n) -> lambda_max (k,), eigenvectors of sum 1 (k, n)."""
    count, size = matrices.shape[:2]
    weights: Matrix = np.full((count, size), 1 / size) if start is None else np.asarray(start)
    for _ in range(_STEPS):
        following: Matrix = np.einsum("kij,kj->ki", matrices, weights)
        following /= following.sum(axis=1, keepdims=True)
        moved = float(np.abs(following - weights).max())
        weights = following
        if moved < precision:
            break
    lambdas = (np.einsum("kij,kj->ki", matrices, weights) / weights).mean(axis=1)
    return lambdas, weights


def _cell_spreads(logs: Matrix, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]) -> tuple[CellSpread, ...]:
    answered = (~np.isnan(logs)).sum(axis=0)
    found = []
    for place in np.flatnonzero(answered >= 2):
        column = logs[:, place]
        lowest, highest = int(np.nanargmin(column)), int(np.nanargmax(column))
        found.append(
            CellSpread(
                row=int(rows[place]),
                column=int(columns[place]),
                answers=int(answered[place]),
                spread=float(np.exp(np.nanstd(column))),
                lowest=float(np.exp(column[lowest])),
                lowest_judge=lowest,
                highest=float(np.exp(column[highest])),
                highest_judge=highest,
            )
        )
    return tuple(sorted(found, key=lambda cell: (-round(cell.spread, 9), cell.row, cell.column)))


def _distances(sums: Matrix, counts: npt.NDArray[np.int_]) -> tuple[tuple[float | None, ...], ...]:
    judges = range(len(sums))
    return tuple(
        tuple(1.0 if a == b else float(np.exp(np.sqrt(sums[a, b] / counts[a, b]))) if counts[a, b] else None for b in judges)
        for a in judges
    )


def _furthest(remoteness: Sequence[float | None]) -> int | None:
    known = sorted(((away, judge) for judge, away in enumerate(remoteness) if away is not None), reverse=True)
    # Of two, neither is further from the other; of three equals, none stands out.
    if len(known) < 3 or known[0][0] - known[1][0] < _CLOSE:
        return None
    return known[0][1]
