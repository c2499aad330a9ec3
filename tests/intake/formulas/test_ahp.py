"""Pairwise comparison: worked vectors, Saaty's published example, and what must hold for any answers.

The drinks: Saaty T. L. (2008), Decision making with the analytic hierarchy process, Int. J. Services Sciences 1(1), 83-98;
numeric facts, in the form of the tests of PhilipGriffith/AHPy (MIT licence).
"""

import time
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.formulas.ahp import (
    POSITIONS,
    JudgementError,
    Matrix,
    assess,
    assess_group,
    build_matrix,
    combine_judges,
    consistency_label,
    find_disagreement,
    missing_cells,
    principal_weights,
    smallest_repair,
    value_at,
    worst_triple,
)

DRINKS = ["coffee", "wine", "tea", "beer", "soda", "milk", "water"]
DRINK_JUDGEMENTS = [
    ("coffee", "wine", 9),
    ("coffee", "tea", 5),
    ("coffee", "beer", 2),
    ("coffee", "soda", 1),
    ("coffee", "milk", 1),
    ("water", "coffee", 2),
    ("water", "wine", 9),
    ("water", "tea", 9),
    ("water", "beer", 3),
    ("water", "soda", 2),
    ("water", "milk", 3),
    ("tea", "wine", 3),
    ("beer", "wine", 9),
    ("beer", "tea", 3),
    ("beer", "milk", 1),
    ("soda", "wine", 9),
    ("soda", "tea", 4),
    ("soda", "beer", 2),
    ("soda", "milk", 2),
    ("milk", "wine", 9),
    ("milk", "tea", 3),
]
DRINK_WEIGHTS = [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]

CONSISTENT_ENOUGH = build_matrix(3, {(0, 1): 3, (0, 2): 5, (1, 2): 3})
CONTRADICTORY = build_matrix(3, {(0, 1): 9, (0, 2): 1 / 9, (1, 2): 9})


@st.composite
def matrices(draw: st.DrawFn, least: int = 2, most: int = 7, gaps: bool = False) -> Matrix:
    """Any judge's answers on the scale."""
    size = draw(st.integers(least, most))
    positions = st.sampled_from(POSITIONS)
    answers = st.none() | positions if gaps else positions
    drawn = {cell: draw(answers) for cell in combinations(range(size), 2)}
    return build_matrix(size, {cell: value_at(position) for cell, position in drawn.items() if position is not None})


def eigen_ratio(matrix: Matrix, random_index: float) -> float:
    """CR by numpy's eigenvalues, the other way to it."""
    size = len(matrix)
    return float((np.linalg.eigvals(matrix).real.max() - size) / (size - 1) / random_index)


def test_vector_of_three_criteria() -> None:
    found = assess(CONSISTENT_ENOUGH)
    assert found.weights == pytest.approx((0.6370, 0.2583, 0.1047), abs=5e-5)
    assert found.lambda_max == pytest.approx(3.0385, abs=5e-5)
    assert found.index == pytest.approx(0.0193, abs=5e-5)
    assert found.ratio == pytest.approx(0.0332, abs=5e-5)
    assert (found.label, found.is_accepted, found.table, found.random_index) == ("acceptable", True, "saaty", 0.58)
    assert found.repair is None


def test_vector_of_a_circle_is_rejected_and_says_what_mends_it() -> None:
    found = assess(CONTRADICTORY)
    assert found.ratio == pytest.approx(6.13, abs=5e-3)
    assert found.label == "reject"
    assert found.weights == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert found.triple is not None
    assert (found.triple.i, found.triple.j, found.triple.k) == (0, 1, 2)
    assert found.triple.said == pytest.approx(1 / 9)
    assert found.triple.implied == pytest.approx(81)
    assert found.triple.factor == pytest.approx(729)
    assert found.repair is not None
    assert not found.repair.is_enough
    assert found.repair.ratio < 0.7


def test_published_example_of_saaty() -> None:
    places = {drink: number for number, drink in enumerate(DRINKS)}
    found = assess(build_matrix(7, {(places[a], places[b]): value for a, b, value in DRINK_JUDGEMENTS}))
    assert found.weights == pytest.approx(DRINK_WEIGHTS, abs=6e-4)
    assert found.lambda_max == pytest.approx(7.176629, abs=1e-6)
    assert found.ratio == pytest.approx(0.022, abs=5e-4)
    assert found.label == "acceptable"


def test_one_slip_is_named_with_the_fewest_steps_that_mend_it() -> None:
    """Importance 4 : 2 : 1 : 1, but the last two were told apart."""
    found = assess(build_matrix(4, {(0, 1): 2, (0, 2): 4, (0, 3): 4, (1, 2): 2, (1, 3): 2, (2, 3): 7}))
    assert found.label == "review"
    assert found.triple is not None
    assert {2, 3} < {found.triple.i, found.triple.j, found.triple.k}
    repair = found.repair
    assert repair is not None
    assert (repair.row, repair.column, repair.before, repair.is_enough) == (2, 3, 7, True)
    assert 1 < repair.after < 7
    assert repair.ratio <= 0.10


def test_incomplete_matrix_names_its_cells_and_weighs_provisionally() -> None:
    found = assess(build_matrix(3, {(0, 1): 2, (1, 2): 3}))
    assert found.missing == ((0, 2),)
    assert (found.label, found.ratio, found.lambda_max, found.index, found.repair) == ("incomplete", None, None, None, None)
    assert not found.is_complete
    # 2 and 3 imply 6.
    assert found.weights == pytest.approx((0.6, 0.3, 0.1))


def test_answers_that_do_not_connect_all_criteria_give_no_weights() -> None:
    found = assess(build_matrix(4, {(0, 1): 2, (2, 3): 3}))
    assert found.weights is None
    assert len(found.missing) == 4


@pytest.mark.parametrize(
    ("judgements", "code", "cell"),
    [
        ({(0, 3): 2}, "outside", (0, 3)),
        ({(0, 1): 10}, "scale", (0, 1)),
        ({(0, 1): 0}, "scale", (0, 1)),
        ({(0, 1): float("nan")}, "scale", (0, 1)),
        ({(1, 1): 2}, "diagonal", (1, 1)),
        ({(0, 1): 3, (1, 0): 3}, "contradiction", (1, 0)),
    ],
)
def test_unusable_answers_are_named(judgements: dict[tuple[int, int], float], code: str, cell: tuple[int, int]) -> None:
    with pytest.raises(JudgementError) as raised:
        build_matrix(3, judgements)
    assert (raised.value.code, raised.value.cell) == (code, cell)


def test_size_is_limited_by_the_random_index() -> None:
    with pytest.raises(JudgementError, match="too_many"):
        build_matrix(11, {})
    with pytest.raises(JudgementError, match="too_few"):
        build_matrix(0, {})


@pytest.mark.parametrize(
    ("ratio", "label"),
    [
        (0, "consistent"),
        (0.0049, "consistent"),
        (0.005, "acceptable"),
        (0.10, "acceptable"),
        (0.101, "review"),
        (0.20, "review"),
        (0.21, "reject"),
        (None, "incomplete"),
    ],
)
def test_label_of_the_ratio(ratio: float | None, label: str) -> None:
    assert consistency_label(ratio) == label


def test_steps_of_the_scale_are_ratios() -> None:
    assert [value_at(position) for position in (-8, -1, 0, 1, 8)] == [1 / 9, 1 / 2, 1, 2, 9]


def test_one_and_two_criteria_cannot_contradict() -> None:
    one, two = assess(build_matrix(1, {})), assess(build_matrix(2, {(0, 1): 9}))
    assert (one.weights, one.ratio, one.label) == ((1.0,), 0.0, "consistent")
    assert two.weights == pytest.approx((0.9, 0.1))
    assert (two.ratio, two.label) == (0.0, "consistent")


@given(matrices(most=8))
def test_weights_sum_to_one_and_the_matrix_is_reciprocal(matrix: Matrix) -> None:
    weights = principal_weights(matrix)
    assert weights is not None
    assert sum(weights) == pytest.approx(1)
    assert min(weights) > 0
    assert matrix * matrix.T == pytest.approx(np.ones_like(matrix))


@given(matrices(least=3, most=8))
def test_ratio_is_that_of_the_eigenvalues(matrix: Matrix) -> None:
    found = assess(matrix, with_repair=False)
    assert found.ratio == pytest.approx(max(0.0, eigen_ratio(matrix, found.random_index)), abs=1e-6)


@given(matrices(), st.randoms(use_true_random=False))
def test_order_of_the_criteria_does_not_matter(matrix: Matrix, random: object) -> None:
    order = list(range(len(matrix)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled, plain = assess(matrix[np.ix_(order, order)], with_repair=False), assess(matrix, with_repair=False)
    assert plain.weights is not None
    assert shuffled.weights == pytest.approx([plain.weights[place] for place in order])
    assert shuffled.ratio == pytest.approx(plain.ratio, abs=1e-8)


@given(st.lists(st.floats(1, 9), min_size=1, max_size=10))
def test_perfect_consistency_has_ratio_zero_and_gives_the_weights_back(importance: list[float]) -> None:
    cells = {(i, j): importance[i] / importance[j] for i, j in combinations(range(len(importance)), 2)}
    found = assess(build_matrix(len(importance), cells))
    assert found.ratio == pytest.approx(0, abs=1e-9)
    assert (found.label, found.triple, found.repair) == ("consistent", None, None)
    assert found.weights == pytest.approx([part / sum(importance) for part in importance])


@settings(max_examples=25)
@given(matrices(least=3, most=5))
def test_smallest_repair_is_found_by_trying_everything(matrix: Matrix) -> None:
    random_index = assess(matrix, with_repair=False).random_index
    if eigen_ratio(matrix, random_index) <= 0.10:
        assert smallest_repair(matrix) is None
        return
    tried = []
    for i, j in combinations(range(len(matrix)), 2):
        given = matrix[i, j]
        for position in POSITIONS:
            changed = matrix.copy()
            changed[i, j], changed[j, i] = value_at(position), 1 / value_at(position)
            tried.append((eigen_ratio(changed, random_index), abs(position - (given - 1 if given >= 1 else 1 - 1 / given))))
    enough = [steps for ratio, steps in tried if ratio <= 0.10]
    repair = smallest_repair(matrix)
    assert repair is not None
    assert repair.is_enough == bool(enough)
    if enough:
        assert repair.steps == pytest.approx(min(enough))
        assert repair.ratio == pytest.approx(min(ratio for ratio, steps in tried if steps - min(enough) < 1e-6), abs=1e-6)
    else:
        assert repair.ratio == pytest.approx(min(tried)[0], abs=1e-6)


@given(matrices(least=3, gaps=True))
def test_worst_triple_is_found_by_looking_at_all(matrix: Matrix) -> None:
    deviations = [
        abs(np.log(matrix[i, j] * matrix[j, k] / matrix[i, k]))
        for i, j, k in combinations(range(len(matrix)), 3)
        if not np.isnan([matrix[i, j], matrix[j, k], matrix[i, k]]).any()
    ]
    found = worst_triple(matrix)
    if found is None:
        assert max(deviations, default=0) < 1e-9
    else:
        assert np.log(found.factor) == pytest.approx(max(deviations))


@given(matrices(gaps=True), st.integers(1, 4))
def test_group_of_identical_judges_is_the_judge(matrix: Matrix, judges: int) -> None:
    assert combine_judges([matrix] * judges) == pytest.approx(matrix, nan_ok=True)
    found = find_disagreement([matrix] * judges)
    assert all(cell.spread == pytest.approx(1) for cell in found.cells)
    assert found.furthest is None


def test_group_is_the_geometric_mean_of_those_who_answered() -> None:
    one, other = build_matrix(3, {(0, 1): 2, (0, 2): 4}), build_matrix(3, {(0, 1): 8})
    together = combine_judges([one, other])
    assert together[0, 1] == pytest.approx(4)
    assert together[1, 0] == pytest.approx(1 / 4)
    assert together[0, 2] == pytest.approx(4)
    assert missing_cells(together) == ((1, 2),)
    assert combine_judges([one, other], [3, 1])[0, 1] == pytest.approx((2**3 * 8) ** 0.25)
    assert combine_judges([one, other], [0, 1])[0, 1] == pytest.approx(8)
    assert (0, 2) in missing_cells(combine_judges([one, other], [0, 1]))


@pytest.mark.parametrize("shares", [[1], [-1, 2], [0, 0], [float("nan"), 1]])
def test_weights_of_judges_must_make_sense(shares: list[float]) -> None:
    with pytest.raises(JudgementError, match="weights"):
        combine_judges([CONSISTENT_ENOUGH, CONTRADICTORY], shares)
    with pytest.raises(JudgementError, match="judges"):
        combine_judges([])
    with pytest.raises(JudgementError, match="judges"):
        combine_judges([CONSISTENT_ENOUGH, build_matrix(2, {})])


def test_disagreement_names_the_pair_of_criteria_and_the_judge() -> None:
    calm = build_matrix(3, {(0, 1): 2, (0, 2): 4, (1, 2): 2})
    near = build_matrix(3, {(0, 1): 3, (0, 2): 4, (1, 2): 2})
    far = build_matrix(3, {(0, 1): 2, (0, 2): 1 / 4, (1, 2): 2})
    found = find_disagreement([calm, near, far])
    worst = found.cells[0]
    assert (worst.row, worst.column, worst.answers) == (0, 2, 3)
    assert (worst.lowest_judge, worst.highest_judge) == (2, 0)
    assert (worst.lowest, worst.highest) == pytest.approx((1 / 4, 4))
    assert worst.spread == pytest.approx(np.exp(np.std(np.log([4, 4, 1 / 4]))))
    assert found.furthest == 2
    assert found.distances[0][1] == pytest.approx(np.exp(np.sqrt(np.log(1.5) ** 2 / 3)))
    assert found.distances[0][2] == found.distances[2][0]
    assert found.distances[1][1] == 1


def test_judges_without_a_pair_in_common_have_no_distance() -> None:
    found = find_disagreement([build_matrix(3, {(0, 1): 2}), build_matrix(3, {(1, 2): 2})])
    assert found.distances == ((1.0, None), (None, 1.0))
    assert (found.cells, found.remoteness, found.furthest) == ((), (None, None), None)


def test_nine_criteria_and_ten_judges_are_assessed_within_a_second() -> None:
    """Issue 3; the worst case: every judge contradicts himself, so that every repair is searched."""
    random = np.random.default_rng(7)
    cells = list(combinations(range(9), 2))
    judges = [build_matrix(9, {cell: value_at(int(random.choice(POSITIONS))) for cell in cells}) for _ in range(10)]
    begin = time.process_time()
    found = assess_group(judges)
    assert time.process_time() - begin < 1
    assert all(judge.repair is not None for judge in found.judges)
    assert found.group.repair is None
    assert sum(found.group.weights or ()) == pytest.approx(1)
