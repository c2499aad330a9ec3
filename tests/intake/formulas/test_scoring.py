"""Weighted scoring: its rules, and what must hold for any answers."""

import time
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from intake.formulas.scoring import (
    Criterion,
    Floats,
    Model,
    ScoringError,
    gather,
    leading_contributions,
    normalise,
    points_of,
    score_all,
    weigh,
)

NAN = float("nan")
FIT = Criterion("fit", weight=60)
RISK = Criterion("risk", weight=40, method="min_max", lower_is_better=True)
MODEL = Model((FIT, RISK))


def test_weighted_score_by_levels_and_min_max() -> None:
    found = score_all(MODEL, np.array([[8.0, 100.0], [2.0, 300.0], [5.0, 150.0]]))
    assert found.points == pytest.approx(np.array([[8, 10], [2, 0], [5, 7.5]]))
    assert found.value == pytest.approx([0.6 * 8 + 0.4 * 10, 1.2, 0.6 * 5 + 0.4 * 7.5])
    assert found.percent == pytest.approx([88, 12, 60])
    # What was used, to be frozen as anchors: lower is better, so 10 points are at the lowest.
    assert (found.at_zero[1], found.at_ten[1]) == (300, 100)
    assert found.flat == ()
    assert found.model_weights.changed == {}


def test_frozen_ends_give_the_same_points_for_one_alone() -> None:
    together = score_all(MODEL, np.array([[8.0, 100.0], [2.0, 300.0], [5.0, 150.0]]))
    frozen = replace(RISK, method="anchors", at_zero=float(together.at_zero[1]), at_ten=float(together.at_ten[1]))
    alone = score_all(Model((FIT, frozen)), np.array([[5.0, 150.0]]))
    assert alone.value[0] == pytest.approx(together.value[2])


def test_equal_values_of_a_relative_criterion_have_five_points_and_say_so() -> None:
    found = score_all(MODEL, np.array([[8.0, 100.0], [2.0, 100.0]]))
    assert found.points[:, 1] == pytest.approx([5, 5])
    assert found.flat == ("risk",)


def test_anchors_are_swapped_for_lower_is_better_and_hold_the_ends() -> None:
    assert points_of(25, 0, 100) == 2.5
    assert points_of(Decimal(25), Decimal(100), Decimal(0)) == 7.5
    assert points_of(-5, 0, 100) == 0
    assert points_of(500, 0, 100) == 10
    with pytest.raises(ScoringError, match="anchors"):
        points_of(1, 5, 5)
    payback = Criterion("payback", method="anchors", at_zero=60, at_ten=12)
    found = score_all(Model((payback,)), np.array([[12.0], [36.0], [60.0], [90.0]]))
    assert found.points[:, 0] == pytest.approx([10, 5, 0, 0])


def test_weights_that_do_not_sum_are_normalised_and_shown_as_such() -> None:
    assert normalise([1, 1, 2]).shares == pytest.approx((0.25, 0.25, 0.5))
    assert normalise([1, 1, 2]).is_changed
    assert not normalise([0.25, 0.25, 0.5]).is_changed
    assert not normalise([Decimal(30), Decimal(70)]).is_changed
    assert normalise([Decimal(30), Decimal(60)]).total == 90


def test_groups_weigh_their_criteria() -> None:
    criteria = (
        Criterion("growth", weight=3, group="value"),
        Criterion("saving", weight=1, group="value"),
        Criterion("risk", weight=1, group="safety"),
        Criterion("lawful", weight=0, group="gate", must_meet=True),
    )
    found = weigh(Model(criteria, {"value": 60, "safety": 40, "gate": 0}))
    assert found.criteria == pytest.approx({"growth": 0.45, "saving": 0.15, "risk": 0.4, "lawful": 0})
    assert found.groups == pytest.approx({"value": 0.6, "safety": 0.4, "gate": 0})
    assert found.changed == {"value": 4}
    flat = weigh(Model(criteria))
    assert flat.groups == pytest.approx({"value": 0.8, "safety": 0.2, "gate": 0})
    assert flat.changed == {"": 5}


@pytest.mark.parametrize(
    ("model", "code", "name"),
    [
        (Model(()), "no_criteria", ""),
        (Model((FIT, FIT)), "duplicate", "fit"),
        (Model((FIT,), {"value": 1}), "group", "fit"),
        (Model((replace(FIT, weight=-1),)), "weights", "fit"),
        (Model((replace(FIT, weight=0),)), "no_weight", ""),
        (Model((replace(FIT, weight=0, group="a"),), {"a": 1}), "no_weight", "a"),
        (Model((replace(FIT, method="anchors", at_zero=1, at_ten=1),)), "anchors", "fit"),
        (Model((replace(RISK, must_meet=True),)), "must_meet", "risk"),
        (Model((replace(FIT, levels={"high": 11}),)), "level", "fit"),
    ],
)
def test_models_that_cannot_score_say_why(model: Model, code: str, name: str) -> None:
    with pytest.raises(ScoringError) as raised:
        score_all(model, np.full((1, len(model.criteria)), 5.0))
    assert (raised.value.code, raised.value.name) == (code, name)


def test_shapes_must_fit() -> None:
    with pytest.raises(ScoringError, match="shape"):
        score_all(MODEL, np.ones((2, 3)))
    with pytest.raises(ScoringError, match="shape"):
        score_all(MODEL, np.ones((2, 2)), np.ones((2, 3)))


def test_missing_answers_are_left_out_or_count_zero_and_are_named() -> None:
    other = Criterion("reach", weight=40)
    answers = np.array([[8.0, NAN]])
    excluded = score_all(Model((FIT, other)), answers).one(0)
    assert excluded.value == pytest.approx(8)
    assert excluded.excluded == ("reach",)
    assert excluded.coverage == pytest.approx(0.6)
    assert [criterion.weight for criterion in excluded.criteria] == pytest.approx([1, 0])
    zero = score_all(Model((FIT, replace(other, missing="zero"))), answers).one(0)
    assert zero.value == pytest.approx(4.8)
    assert zero.excluded == ()
    assert zero.coverage == pytest.approx(0.6)


def test_request_without_answers_has_no_score() -> None:
    found = score_all(MODEL, np.array([[NAN, NAN], [5.0, 3.0]])).one(0)
    assert (found.value, found.percent, found.base) == (None, None, None)
    assert found.coverage == 0
    assert score_all(MODEL, np.empty((0, 2))).value.shape == (0,)


def test_must_meet_names_what_failed() -> None:
    lawful = Criterion("lawful", weight=0, levels={"yes": 10, "no": 0}, must_meet=True)
    found = score_all(Model((FIT, lawful)), np.array([[8.0, 10.0], [8.0, 0.0], [8.0, NAN], [8.0, 5.0]]))
    assert [found.eligibility(number) for number in range(4)] == ["eligible", "not_eligible", "unknown", "eligible"]
    assert found.one(1).failed == ("lawful",)
    assert found.one(2).unanswered == ("lawful",)
    # A gate without weight moves no score.
    assert found.value == pytest.approx([8, 8, 8, 8])


def test_reviewers_are_averaged_and_their_spread_is_flagged() -> None:
    answers = np.array([[[2.0, 9.0, 10.0, NAN]], [[5.0, 6.0, NAN, NAN]]])
    mean = score_all(Model((FIT,)), answers)
    assert mean.measure[:, 0] == pytest.approx([7, 5.5])
    assert mean.answers[:, 0].tolist() == [3, 2]
    assert mean.spread[:, 0] == pytest.approx([8, 1])
    assert mean.is_disputed[:, 0].tolist() == [True, False]
    median = score_all(Model((FIT,), average="median"), answers)
    assert median.measure[:, 0] == pytest.approx([9, 5.5])


def test_moderated_score_replaces_and_keeps_the_disagreement() -> None:
    answers = np.array([[[2.0, 9.0]], [[5.0, 6.0]]])
    found = score_all(Model((FIT,)), answers, np.array([[4.0], [NAN]]))
    assert found.value == pytest.approx([4, 5.5])
    first = found.one(0).criteria[0]
    assert (first.is_moderated, first.is_disputed, first.spread) == (True, True, 7)
    assert not found.one(1).criteria[0].is_moderated


def test_score_reads_as_a_sentence() -> None:
    criteria = (Criterion("fit", 50, "value"), Criterion("saving", 20, "value"), Criterion("risk", 30))
    model = Model(criteria, reference="midpoint")
    found = score_all(model, np.array([[8.6, 5.0, 3.0]])).one(0)
    assert found.base == pytest.approx(50)
    assert found.percent == pytest.approx(50 + 18 - 6)
    assert found.contributions == pytest.approx({"fit": 18, "saving": 0, "risk": -6})
    assert leading_contributions(found.contributions) == [("fit", pytest.approx(18)), ("risk", pytest.approx(-6))]


def test_rows_are_gathered_by_request_criterion_and_reviewer() -> None:
    rows: list[tuple[int, str, str, float | Decimal]] = [
        (7, "fit", "ana", Decimal(8)),
        (7, "fit", "ben", 6),
        (7, "risk", "ben", 3),
        (9, "fit", "cy", 1),
        (9, "fit", "cy", 2),
        (8, "fit", "ana", 5),
        (7, "other", "ana", 5),
    ]
    answers, reviewers = gather(rows, requests=[9, 7], criteria=["fit", "risk"])
    assert reviewers == (("cy",), ("ana", "ben"))
    assert answers == pytest.approx(np.array([[[2, NAN], [NAN, NAN]], [[8, 6], [NAN, 3]]]), nan_ok=True)
    assert gather([], requests=[1], criteria=["fit"])[0].shape == (1, 1, 1)


def some_answers(least: float = 0, most: float = 10) -> st.SearchStrategy[Floats]:
    cells = st.integers(int(least), int(most)).map(float) | st.just(NAN)
    return arrays.arrays(np.float64, st.tuples(st.integers(1, 6), st.just(3), st.integers(1, 4)), elements=cells)


WEIGHTS = st.lists(st.floats(0.1, 100), min_size=3, max_size=3)
KINDS = (
    Criterion("a"),
    Criterion("b", method="min_max", lower_is_better=True),
    Criterion("c", method="anchors", at_zero=8, at_ten=1, missing="zero"),
)


def weighted(weights: list[float], **kind: str) -> Model:
    criteria = tuple(replace(criterion, weight=weight) for criterion, weight in zip(KINDS, weights, strict=True))
    return replace(Model(criteria), **kind)


@given(some_answers(), WEIGHTS, st.sampled_from(["mean", "median"]), st.sampled_from(["mean", "midpoint"]))
def test_scores_stay_in_range_and_are_explained_by_their_contributions(
    answers: Floats, weights: list[float], average: str, reference: str
) -> None:
    found = score_all(weighted(weights, average=average, reference=reference), answers)
    for number in range(len(answers)):
        score = found.one(number)
        assert sum(found.model_weights.criteria.values()) == pytest.approx(1)
        if score.percent is None:
            continue
        assert -1e-9 <= score.percent <= 100 + 1e-9
        assert sum(criterion.weight for criterion in score.criteria) == pytest.approx(1)
        assert score.base is not None
        assert score.base + sum(score.contributions.values()) == pytest.approx(score.percent)
        single = sum(c.weight * c.points for c in score.criteria if c.points is not None)
        assert score.value == pytest.approx(single)


@given(some_answers(), WEIGHTS, st.floats(0.01, 100))
def test_scaling_all_weights_changes_nothing(answers: Floats, weights: list[float], factor: float) -> None:
    plain, scaled = score_all(weighted(weights), answers), score_all(weighted([w * factor for w in weights]), answers)
    assert scaled.value == pytest.approx(plain.value, nan_ok=True)


@given(some_answers(), st.floats(0.1, 50), st.floats(-100, 100))
def test_relative_points_do_not_depend_on_the_unit(answers: Floats, factor: float, shift: float) -> None:
    model = Model(tuple(replace(criterion, method="min_max") for criterion in KINDS))
    plain, moved = score_all(model, answers), score_all(model, answers * factor + shift)
    assert moved.points == pytest.approx(plain.points, nan_ok=True, abs=1e-6)


@given(some_answers())
def test_median_is_numpys_of_those_who_answered(answers: Floats) -> None:
    found = score_all(weighted([1, 1, 1], average="median"), answers).measure
    for at in np.ndindex(found.shape):
        known = answers[at][~np.isnan(answers[at])]
        assert found[at] == pytest.approx(np.median(known) if len(known) else NAN, nan_ok=True)


def test_two_thousand_requests_are_scored_within_a_second() -> None:
    """Issue 3: 10 criteria, 5 reviewers each; from rows to scores."""
    random = np.random.default_rng(3)
    criteria = [f"c{number}" for number in range(10)]
    values = random.integers(0, 11, (2000, 10, 5)).astype(float)
    rows = [(int(r), criteria[c], int(v), float(value)) for (r, c, v), value in np.ndenumerate(values)]
    model = Model(tuple(Criterion(key, weight=10) for key in criteria), average="median")
    begin = time.process_time()
    answers, _ = gather(rows, requests=list(range(2000)), criteria=criteria)
    found = score_all(model, answers)
    assert time.process_time() - begin < 1
    assert found.value == pytest.approx(np.median(values, axis=2).mean(axis=1))
