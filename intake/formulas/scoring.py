"""Weighted scoring of requests: criteria, reviewers, contributions.

A reviewer answers a criterion in its *measure*: the points of the chosen level (0 to 10), or a number in its own unit for
anchors and min-max. Answers of several reviewers become one measure (mean or median); a moderated measure replaces it.
Points, 0 to 10, are then
    levels    the measure itself
    anchors   10 (v - at_zero) / (at_ten - at_zero), held within 0 to 10; lower-is-better has at_ten below at_zero
    min_max   10 (v - min) / (max - min) over the set, 10 - that for lower-is-better; 5 where max = min
Min-max is relative: one more request moves all scores. `Scores.at_zero` and `Scores.at_ten` are what was used, to be
frozen with a decision as anchors.
Score = sum(w n) / sum(w), 0 to 10; times ten, 0 to 100. Contribution of a criterion, in points of 100 = 10 w (n - reference),
where the reference is the set's mean of the criterion or the midpoint 5; base + sum of contributions = score of 100.

Arrays: R requests x C criteria x V reviewers' places; NaN is "no answer". Reviewers whose answers do not count (withdrawn)
are left out by the caller.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Method = Literal["levels", "anchors", "min_max"]
Missing = Literal["exclude", "zero"]
Average = Literal["mean", "median"]
Reference = Literal["mean", "midpoint"]

TOP = 10.0
MIDPOINT = 5.0
# Reviewers' points that lie this far apart or further are a disagreement to talk about.
DISPUTED_FROM = 4.0

_CLOSE = 1e-9


class ScoringError(ValueError):
    """A model or answers that cannot be scored. `code`: no_criteria, duplicate, group (not among the groups), weights
    (below zero or not a number), no_weight (they sum to zero; `name` is the group), anchors (missing or equal), level (not
    0 to 10), must_meet (relative criteria cannot be must-meet), shape; `name`: the criterion or group concerned."""

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(f"{code}: {name}" if name else code)
        self.code = code
        self.name = name


@dataclass(frozen=True)
class Criterion:
    """One criterion. `weight` is relative, within its group where the model has group weights. `levels` (for the method of
    that name): key -> points 0 to 10. `lower_is_better` is for min_max only; anchors are simply swapped.
    `must_meet`: fewer points than `minimum` make a request not eligible. `missing`: an unanswered criterion is left out of
    the weights ("exclude") or counts zero points ("zero")."""

    key: str
    weight: float = 1.0
    group: str = ""
    method: Method = "levels"
    levels: Mapping[str, float] = field(default_factory=dict)
    at_zero: float | None = None
    at_ten: float | None = None
    lower_is_better: bool = False
    must_meet: bool = False
    minimum: float = MIDPOINT
    missing: Missing = "exclude"


@dataclass(frozen=True)
class Model:
    """A scoring model. `groups`: group -> weight; empty where criteria are weighted across the whole model."""

    criteria: tuple[Criterion, ...]
    groups: Mapping[str, float] = field(default_factory=dict)
    average: Average = "mean"
    reference: Reference = "mean"
    disputed_from: float = DISPUTED_FROM

    @property
    def keys(self) -> tuple[str, ...]:
        """The criteria's keys in order."""
        return tuple(criterion.key for criterion in self.criteria)


@dataclass(frozen=True)
class Normalised:
    """Shares that sum to 1, what the given weights summed to, and whether they had to be changed (they did not already
    sum to 1 or to 100)."""

    shares: tuple[float, ...]
    total: float
    is_changed: bool


@dataclass(frozen=True)
class ModelWeights:
    """`criteria`: key -> effective share of the whole (sum 1). `groups`: group -> its share. `changed`: what did not sum and
    was normalised, name -> the sum given; the name is a group, or "" for the groups' (without groups: the criteria's) own."""

    criteria: Mapping[str, float]
    groups: Mapping[str, float]
    changed: Mapping[str, float]


@dataclass(frozen=True)
class CriterionScore:
    """One criterion of one request. Points and spread 0 to 10 (None: no answer), `weight` as used for this request (sum 1;
    0 where left out), `contribution` in points of 100 against the reference."""

    key: str
    measure: float | None
    points: float | None
    weight: float
    contribution: float
    answers: int
    spread: float
    is_disputed: bool
    is_moderated: bool
    is_excluded: bool


@dataclass(frozen=True)
class Score:
    """One request. `value` 0 to 10, `percent` 0 to 100 (None: nothing answered); base + contributions = percent.
    `coverage`: the share of the weights that was answered. `failed` and `unanswered` name must-meet criteria."""

    value: float | None
    percent: float | None
    base: float | None
    coverage: float
    eligibility: str
    failed: tuple[str, ...]
    unanswered: tuple[str, ...]
    excluded: tuple[str, ...]
    disputed: tuple[str, ...]
    criteria: tuple[CriterionScore, ...]

    @property
    def contributions(self) -> dict[str, float]:
        """Criterion -> points of 100 above or below the reference."""
        return {criterion.key: criterion.contribution for criterion in self.criteria}


@dataclass(frozen=True)
class Scores:
    """All requests at once; R x C unless stated. `value` (R) 0 to 10, NaN where nothing counts.

    `measure`, `points`: after average, moderation and the missing rule. `spread`: highest less lowest of the reviewers'
    points. `weights`: as used. `contributions`, `base` (R): points of 100. `reference` (C): points compared with. `at_zero`,
    `at_ten` (C): the measures that gave 0 and 10 points. `flat`: min-max criteria where all are equal, so that all have 5.
    `failed`: must-meet not met.
    """

    model: Model
    model_weights: ModelWeights
    measure: Floats
    points: Floats
    value: Floats
    base: Floats
    coverage: Floats
    weights: Floats
    contributions: Floats
    reference: Floats
    answers: npt.NDArray[np.int_]
    spread: Floats
    is_disputed: Flags
    is_moderated: Flags
    is_excluded: Flags
    failed: Flags
    unanswered: Flags
    at_zero: Floats
    at_ten: Floats
    flat: tuple[str, ...]

    @property
    def percent(self) -> Floats:
        """Scores 0 to 100 (R)."""
        return self.value * 10

    def eligibility(self, number: int) -> str:
        """eligible, not_eligible (a must-meet criterion failed) or unknown (one is unanswered, none failed)."""
        if self.failed[number].any():
            return "not_eligible"
        return "unknown" if self.unanswered[number].any() else "eligible"

    def one(self, number: int) -> Score:
        """The request in place `number` as plain values."""
        keys = self.model.keys

        def named(flags: Flags) -> tuple[str, ...]:
            return tuple(key for key, flag in zip(keys, flags[number], strict=True) if flag)

        return Score(
            value=_plain(self.value[number]),
            percent=_plain(self.value[number] * 10),
            base=_plain(self.base[number]),
            coverage=float(self.coverage[number]),
            eligibility=self.eligibility(number),
            failed=named(self.failed),
            unanswered=named(self.unanswered),
            excluded=named(self.is_excluded),
            disputed=named(self.is_disputed),
            criteria=tuple(self._criterion(number, column, key) for column, key in enumerate(keys)),
        )

    def _criterion(self, number: int, column: int, key: str) -> CriterionScore:
        at = (number, column)
        return CriterionScore(
            key=key,
            measure=_plain(self.measure[at]),
            points=_plain(self.points[at]),
            weight=float(self.weights[at]),
            contribution=float(self.contributions[at]),
            answers=int(self.answers[at]),
            spread=float(self.spread[at]),
            is_disputed=bool(self.is_disputed[at]),
            is_moderated=bool(self.is_moderated[at]),
            is_excluded=bool(self.is_excluded[at]),
        )


def normalise(weights: Sequence[float | Decimal]) -> Normalised:
    """Weights divided by their sum. Raises ScoringError: weights (below zero or not a number), no_weight (sum zero)."""
    given = [float(weight) for weight in weights]
    if not all(np.isfinite(weight) and weight >= 0 for weight in given):
        raise ScoringError("weights")
    total = sum(given)
    if total <= 0:
        raise ScoringError("no_weight")
    # Shares written with two decimals (0.33 three times) do not sum, and are shown as normalised.
    is_changed = min(abs(total - 1), abs(total - 100) / 100) > _CLOSE
    return Normalised(tuple(weight / total for weight in given), total, is_changed)


def weigh(model: Model) -> ModelWeights:
    """Each criterion's share of the whole: its weight in its group times the group's weight, both normalised; without group
    weights its weight among all. A group whose own weight is zero may have criteria without weight (must-meet only)."""
    _check(model)
    changed: dict[str, float] = {}
    if not model.groups:
        flat = normalise([criterion.weight for criterion in model.criteria])
        if flat.is_changed:
            changed[""] = flat.total
        shares = dict(zip(model.keys, flat.shares, strict=True))
        groups: dict[str, float] = {}
        for criterion in model.criteria:
            groups[criterion.group] = groups.get(criterion.group, 0.0) + shares[criterion.key]
        return ModelWeights(shares, groups, changed)
    among = normalise(list(model.groups.values()))
    if among.is_changed:
        changed[""] = among.total
    shares = {}
    for (group, given), share in zip(model.groups.items(), among.shares, strict=True):
        inside = [criterion for criterion in model.criteria if criterion.group == group]
        if not given:
            shares |= {criterion.key: 0.0 for criterion in inside}
            continue
        try:
            within = normalise([criterion.weight for criterion in inside])
        except ScoringError as error:
            raise ScoringError(error.code, group) from error
        if within.is_changed:
            changed[group] = within.total
        shares |= {criterion.key: part * share for criterion, part in zip(inside, within.shares, strict=True)}
    return ModelWeights({key: shares[key] for key in model.keys}, dict(zip(model.groups, among.shares, strict=True)), changed)


def points_of(measure: float | Decimal, at_zero: float | Decimal, at_ten: float | Decimal) -> float:
    """10 (measure - at_zero) / (at_ten - at_zero), held within 0 to 10. at_ten below at_zero: lower is better.
    Raises ScoringError("anchors") where they are equal."""
    if at_zero == at_ten:
        raise ScoringError("anchors")
    return min(TOP, max(0.0, TOP * (float(measure) - float(at_zero)) / (float(at_ten) - float(at_zero))))


def gather(
    rows: Iterable[tuple[Hashable, str, Hashable, float | Decimal]], *, requests: Sequence[Hashable], criteria: Sequence[str]
) -> tuple[Floats, tuple[tuple[Hashable, ...], ...]]:
    """Rows (request, criterion, reviewer, measure) as an array R x C x V, and who holds each place, request by request.
    Rows of other requests or criteria are left out; of two rows for the same cell the later counts."""
    row_of = {request: number for number, request in enumerate(requests)}
    column_of = {criterion: number for number, criterion in enumerate(criteria)}
    places: list[dict[Hashable, int]] = [{} for _ in requests]
    found = []
    for request, criterion, reviewer, measure in rows:
        row, column = row_of.get(request), column_of.get(criterion)
        if row is not None and column is not None:
            place = places[row].setdefault(reviewer, len(places[row]))
            found.append((row, column, place, float(measure)))
    answers = np.full((len(requests), len(criteria), max((len(held) for held in places), default=0) or 1), np.nan)
    for row, column, place, value in found:
        answers[row, column, place] = value
    return answers, tuple(tuple(held) for held in places)


def _measure(model: Model, given: Floats, moderated: Floats | None) -> tuple[Floats, Flags]:
    """What is counted of each request and criterion (R x C): the moderated measure, else the reviewers' average; and which are
    moderated. Raises ScoringError("shape")."""
    if given.ndim != 3 or given.shape[1] != len(model.criteria):
        raise ScoringError("shape")
    measure = _median(given) if model.average == "median" else _mean(given)
    if moderated is None:
        return measure, np.zeros(measure.shape, dtype=np.bool_)
    if np.shape(moderated) != measure.shape:
        raise ScoringError("shape")
    is_moderated = ~np.isnan(moderated)
    return np.where(is_moderated, moderated, measure), is_moderated


def score_all(model: Model, answers: Floats, moderated: Floats | None = None) -> Scores:
    """Every request's score. `answers`: measures R x C x V (or R x C for one answer each); `moderated`: measures R x C that
    replace the reviewers', NaN where there is none. Raises ScoringError for the model (see `weigh`) and for shapes."""
    model_weights = weigh(model)
    given = np.asarray(answers, dtype=np.float64)
    given = given[:, :, np.newaxis] if given.ndim == 2 else given
    measure, is_moderated = _measure(model, given, moderated)
    at_zero, at_ten, is_flat = _ends(model, measure)
    points = _points(measure, at_zero, at_ten)
    answered = ~np.isnan(points)
    counts_zero = np.array([criterion.missing == "zero" for criterion in model.criteria])
    points = np.where(~answered & counts_zero, 0.0, points)
    shares = np.array([model_weights.criteria[key] for key in model.keys])
    value, weights = _weighted(points, shares)
    reference = np.full(len(shares), MIDPOINT) if model.reference == "midpoint" else _mean(points.T)
    base = 10 * (weights * np.nan_to_num(reference)).sum(axis=1)
    spread = _spread(_points(given, at_zero[:, np.newaxis], at_ten[:, np.newaxis]))
    must = np.array([criterion.must_meet for criterion in model.criteria])
    minimum = np.array([criterion.minimum for criterion in model.criteria])
    return Scores(
        model=model,
        model_weights=model_weights,
        measure=measure,
        points=points,
        value=value,
        base=np.where(np.isnan(value), np.nan, base),
        coverage=(answered * shares).sum(axis=1),
        weights=weights,
        contributions=10 * weights * np.nan_to_num(points - reference),
        reference=reference,
        answers=(~np.isnan(given)).sum(axis=2),
        spread=spread,
        is_disputed=spread >= model.disputed_from - _CLOSE,
        is_moderated=is_moderated,
        is_excluded=np.isnan(points),
        failed=must & answered & (np.nan_to_num(points) < minimum - _CLOSE),
        unanswered=must & ~answered,
        at_zero=at_zero,
        at_ten=at_ten,
        flat=tuple(key for key, flat in zip(model.keys, is_flat, strict=True) if flat),
    )


def leading_contributions(contributions: Mapping[str, float], most: int = 3, least: float = 0.5) -> list[tuple[str, float]]:
    """The criteria (or groups) that say most about a score, the largest first, for "+18 strategic fit, -6 delivery risk".
    Points of 100; those below `least`, which would show as 0, are left out."""
    ordered = sorted(contributions.items(), key=lambda item: -abs(item[1]))
    return [(name, points) for name, points in ordered[:most] if abs(points) >= least]


def _check(model: Model) -> None:
    if not model.criteria:
        raise ScoringError("no_criteria")
    seen: set[str] = set()
    for criterion in model.criteria:
        name = criterion.key
        if name in seen:
            raise ScoringError("duplicate", name)
        seen.add(name)
        if model.groups and criterion.group not in model.groups:
            raise ScoringError("group", name)
        if not (np.isfinite(criterion.weight) and criterion.weight >= 0):
            raise ScoringError("weights", name)
        if criterion.method == "anchors" and (
            criterion.at_zero is None or criterion.at_ten is None or criterion.at_zero == criterion.at_ten
        ):
            raise ScoringError("anchors", name)
        if criterion.method == "min_max" and criterion.must_meet:
            raise ScoringError("must_meet", name)
        if not all(0 <= points <= TOP for points in criterion.levels.values()):
            raise ScoringError("level", name)


def _ends(model: Model, measure: Floats) -> tuple[Floats, Floats, Flags]:
    """The measures that give 0 and 10 points, criterion by criterion, and where a set has no width."""
    known = ~np.isnan(measure)
    some = known.any(axis=0)
    lowest = np.where(some, np.where(known, measure, np.inf).min(axis=0, initial=np.inf), np.nan)
    highest = np.where(some, np.where(known, measure, -np.inf).max(axis=0, initial=-np.inf), np.nan)
    at_zero, at_ten = np.zeros(len(model.criteria)), np.full(len(model.criteria), TOP)
    is_flat = np.zeros(len(model.criteria), dtype=np.bool_)
    for column, criterion in enumerate(model.criteria):
        if criterion.method == "anchors" and criterion.at_zero is not None and criterion.at_ten is not None:
            at_zero[column], at_ten[column] = criterion.at_zero, criterion.at_ten
        elif criterion.method == "min_max":
            low, high = lowest[column], highest[column]
            at_zero[column], at_ten[column] = (high, low) if criterion.lower_is_better else (low, high)
            is_flat[column] = bool(low == high)
    return at_zero, at_ten, is_flat


def _points(measure: Floats, at_zero: Floats, at_ten: Floats) -> Floats:
    width = at_ten - at_zero
    sloped: Floats = np.clip(TOP * (measure - at_zero) / np.where(width == 0, 1.0, width), 0.0, TOP)
    return np.where((width == 0) & ~np.isnan(measure), MIDPOINT, sloped)


def _weighted(points: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """Weighted means along the last axis and the weights they used, both without what is NaN."""
    counted = np.where(np.isnan(points), 0.0, shares)
    total = counted.sum(axis=-1, keepdims=True)
    used: Floats = np.divide(counted, total, out=np.zeros_like(counted), where=total > 0)
    value: Floats = (used * np.nan_to_num(points)).sum(axis=-1)
    return np.where(total[..., 0] > 0, value, np.nan), used


def _mean(values: Floats) -> Floats:
    """Means along the last axis of what is not NaN; NaN where nothing is."""
    counts = (~np.isnan(values)).sum(axis=-1)
    sums: Floats = np.nan_to_num(values).sum(axis=-1)
    mean: Floats = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    return mean


def _median(values: Floats) -> Floats:
    """Medians along the last axis of what is not NaN; NaN where nothing is."""
    # Sorting puts NaN last, so the middle lies among the first `counts`.
    ordered = np.sort(values, axis=-1)
    counts = (~np.isnan(values)).sum(axis=-1, keepdims=True)
    lower = np.take_along_axis(ordered, np.maximum(counts - 1, 0) // 2, axis=-1)
    upper = np.take_along_axis(ordered, np.minimum(counts // 2, values.shape[-1] - 1), axis=-1)
    middle: Floats = ((lower + upper) / 2)[..., 0]
    return middle


def _spread(points: Floats) -> Floats:
    known = ~np.isnan(points)
    highest = np.where(known, points, -np.inf).max(axis=-1, initial=-np.inf)
    lowest = np.where(known, points, np.inf).min(axis=-1, initial=np.inf)
    return np.where(known.any(axis=-1), highest - lowest, 0.0)


def _plain(number: float) -> float | None:
    return None if np.isnan(number) else float(number)
