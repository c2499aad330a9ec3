"""Work scores out: of everything that reviewers said and revealed, for all requests at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Exists, FloatField, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from core.errors import ActionError
from intake.formulas import ready_models, scoring
from intake.models import (
    Assessment,
    Criterion,
    ModeratedScore,
    Request,
    RequestScore,
    ReviewScore,
    ScoringModel,
    ScoringModelVersion,
)
from intake.models.scoring import Axis, Kind, Method
from intake.wording import score_sentence, scoring_problem

# Digits that are kept: percents that differ by less are the same (`ranking.SAME_SCORE_DIGITS`).
DIGITS = 6
WRITTEN = ["assessment", "percent", "figure", "value", "risk", "eligibility", "coverage", "parts", "calculated_at"]


def build_model(version: ScoringModelVersion, criteria: Sequence[Criterion] | None = None) -> scoring.Model:
    """The version as the formulas know it. A ready model's criteria get points only to tell how far reviewers differ:
    between zero and the highest of its own numbers. Queries: criteria and groups, unless prefetched."""
    criteria = list(version.criteria.all()) if criteria is None else criteria
    groups = {group.pk: group for group in version.groups.all()}
    is_weighted = version.model.kind == Kind.WEIGHTED
    return scoring.Model(
        criteria=tuple(
            _weighted(criterion, groups[criterion.group_id].key if criterion.group_id else "")
            if is_weighted
            else _ready(criterion)
            for criterion in criteria
        ),
        groups={group.key: float(group.weight) for group in groups.values()} if is_weighted else {},
        average="median" if version.average == "median" else "mean",
        reference="midpoint" if version.reference == "midpoint" else "mean",
        disputed_from=float(version.disputed_from),
    )


def _weighted(criterion: Criterion, group: str) -> scoring.Criterion:
    return scoring.Criterion(
        key=criterion.key,
        weight=float(criterion.weight),
        group=group,
        method=criterion.method,  # type: ignore[arg-type]
        levels={level["key"]: float(level["measure"]) for level in criterion.levels} if criterion.method == "levels" else {},
        at_zero=None if criterion.at_zero is None else float(criterion.at_zero),
        at_ten=None if criterion.at_ten is None else float(criterion.at_ten),
        lower_is_better=criterion.lower_is_better,
        must_meet=criterion.must_meet,
        minimum=float(criterion.minimum),
        missing=criterion.missing,  # type: ignore[arg-type]
    )


def _ready(criterion: Criterion) -> scoring.Criterion:
    highest = max((float(level["measure"]) for level in criterion.levels), default=0.0)
    if not highest:
        return scoring.Criterion(key=criterion.key, method="min_max", lower_is_better=criterion.lower_is_better)
    ends = (highest, 0.0) if criterion.lower_is_better else (0.0, highest)
    return scoring.Criterion(key=criterion.key, method="anchors", at_zero=ends[0], at_ten=ends[1])


@transaction.atomic
def rescore(version: ScoringModelVersion, requests: Iterable[Request] | None = None, *, at: datetime) -> int:
    """Work out the scores of all requests by this version; returns how many were written.

    Counted is what submitted reviewers who did not withdraw said in revealed assessments, by this version or by another one
    of the same model: answers to a criterion whose scale is the same hold for the new weights too. `requests` limits what
    is written, not the set that relative criteria and means are taken over. About eight queries, whatever the number.
    """
    # One at a time: two that run beside each other would each miss what the other one reveals.
    ScoringModel.objects.select_for_update(no_key=True).get(pk=version.model_id)
    criteria = list(version.criteria.all())
    chosen = _assessments(version)
    order = list(chosen)
    answers, moderated = _answers(version, criteria, chosen)
    try:
        scores = scoring.score_all(build_model(version, criteria), answers, moderated)
    except scoring.ScoringError as error:
        raise ActionError(scoring_problem(error)) from error
    only = None if requests is None else {request.pk for request in requests}
    rows = list(_rows(version, criteria, chosen, scores, only, at))
    if only is None:
        RequestScore.objects.filter(model_version=version).exclude(request__in=order).delete()
    RequestScore.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["request", "model_version"], update_fields=WRITTEN, batch_size=2000
    )
    return len(rows)


def _assessments(version: ScoringModelVersion) -> dict[int, int]:
    """Request -> the revealed assessment that counts: by this version, else the one revealed last by another of the model."""
    rows = (
        Assessment.objects.shown()
        .filter(model_version__model=version.model_id, request__merged_into=None)
        .order_by("request", "revealed_at")
        .values_list("request", "pk", "model_version")
    )
    found: dict[int, int] = {}
    own: set[int] = set()
    for request, pk, of in rows:
        if of == version.pk or request not in own:
            found[request] = pk
        if of == version.pk:
            own.add(request)
    return found


def scale_of(criterion: Criterion) -> tuple[Any, ...]:
    """What an answer means: answers on equal scales can be taken over from one version to the next."""
    if criterion.method == Method.LEVELS:
        return ("levels", *sorted((level["key"], float(level["measure"])) for level in criterion.levels))
    return ("number", criterion.unit)


def _answers(version: ScoringModelVersion, criteria: Sequence[Criterion], chosen: Mapping[int, int]) -> tuple[Any, Any]:
    """Measures R x C x V of the reviewers and R x C of moderation, requests in the order of `chosen`."""
    column_of = {criterion.key: column for column, criterion in enumerate(criteria)}
    scales = {criterion.key: scale_of(criterion) for criterion in criteria}
    # A criterion of any version of the model -> the column it answers.
    columns = {
        other.pk: column_of[other.key]
        for other in Criterion.objects.filter(model_version__model=version.model_id, key__in=scales)
        if scale_of(other) == scales[other.key]
    }
    row_of = {assessment: row for row, assessment in enumerate(chosen.values())}
    all_of_them = Q(reviewer__assessment__in=list(row_of)) if len(row_of) < 200 else Q()
    rows = list(
        ReviewScore.objects.filter(
            all_of_them,
            reviewer__assessment__model_version__model=version.model_id,
            reviewer__submitted_at__isnull=False,
            reviewer__withdrawn_at=None,
            measure__isnull=False,
        )
        .order_by()
        .values_list("reviewer__assessment", "criterion", "reviewer", Cast("measure", FloatField()))
    )
    answers = _as_array(rows, row_of, columns, len(criteria))
    moderated = np.full((len(row_of), len(criteria)), np.nan)
    settled = ModeratedScore.objects.filter(assessment__in=list(row_of)).values_list("assessment", "criterion", "measure")
    for assessment, criterion, measure in settled:
        if criterion in columns:
            moderated[row_of[assessment], columns[criterion]] = float(measure)
    return answers, moderated


def _as_array(
    rows: Sequence[tuple[int, int, int, float]], row_of: Mapping[int, int], columns: Mapping[int, int], width: int
) -> Any:
    """(assessment, criterion, reviewer, measure) as R x C x V. Does what `scoring.gather` does, for keys that are numbers,
    without a step of Python a row: a hundred thousand rows are usual here."""
    if not rows or not row_of:
        return np.full((len(row_of), width, 1), np.nan)
    found = np.array(rows, dtype=np.float64)
    keys = found[:, :3].astype(np.int64)
    places, columns_found = _looked_up(keys[:, 0], row_of), _looked_up(keys[:, 1], columns)
    known = (places >= 0) & (columns_found >= 0)
    places, columns_found, reviewers, measures = places[known], columns_found[known], keys[known, 2], found[known, 3]
    # A reviewer belongs to one assessment: their place is their number among its reviewers.
    pairs, which = np.unique(np.stack([places, reviewers]), axis=1, return_inverse=True)
    if not pairs.size:
        return np.full((len(row_of), width, 1), np.nan)
    seats = np.arange(pairs.shape[1]) - np.searchsorted(pairs[0], pairs[0])
    answers = np.full((len(row_of), width, int(seats.max()) + 1), np.nan)
    answers[places, columns_found, seats[which.reshape(-1)]] = measures
    return answers


def _looked_up(keys: Any, places: Mapping[int, int]) -> Any:
    """The place of each key; -1 where it has none."""
    if not places:
        return np.full(len(keys), -1)
    known = np.array(sorted(places))
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    held = np.array([places[key] for key in known.tolist()])
    return np.where(known[at] == keys, held[at], -1)


def _rows(
    version: ScoringModelVersion,
    criteria: Sequence[Criterion],
    chosen: Mapping[int, int],
    scores: scoring.Scores,
    only: Collection[int] | None,
    at: datetime,
) -> Iterable[RequestScore]:
    kind = Kind(version.model.kind)
    is_weighted = kind == Kind.WEIGHTED
    figures = [None] * len(chosen) if is_weighted else _figures(kind, scores)
    best = max((figure for figure in figures if figure is not None), default=0.0)
    percents = _plain(scores.percent) if is_weighted else [_share(figure, best) for figure in figures]
    shares = np.array([scores.model_weights.criteria[criterion.key] for criterion in criteria])
    good, bad = (np.array([criterion.axis == axis for criterion in criteria]) for axis in (Axis.VALUE, Axis.RISK))
    value, safety = _plain(_mean_of(scores.points, shares * good)), _plain(_mean_of(scores.points, shares * bad))
    parts = _parts(kind, criteria, scores)
    coverage = scores.coverage.tolist()
    for row, (request, assessment) in enumerate(chosen.items()):
        if only is not None and request not in only:
            continue
        percent = percents[row]
        held, safe = value[row] if is_weighted else None if percent is None else percent / 10, safety[row]
        yield RequestScore(
            request_id=request,
            model_version=version,
            assessment_id=assessment,
            percent=_exact(percent),
            figure=_exact(figures[row]),
            value=_exact(held),
            risk=_exact(None if safe is None or not is_weighted else 10 - safe),
            eligibility=scores.eligibility(row),
            coverage=Decimal(f"{coverage[row]:.4f}"),
            parts={"kind": kind.value, "figure": figures[row], **parts[row]},
            calculated_at=at,
        )


def _parts(kind: Kind, criteria: Sequence[Criterion], scores: scoring.Scores) -> list[dict[str, Any]]:
    """One entry a request; what is false or empty is left out, which makes two thousand of them half as large."""
    numbers = {
        "measure": scores.measure,
        "points": scores.points,
        "weight": scores.weights,
        "contribution": scores.contributions,
        "spread": scores.spread,
    }
    if kind != Kind.WEIGHTED:
        del numbers["weight"], numbers["contribution"]
    lists = {name: np.round(array, DIGITS).tolist() for name, array in numbers.items()}
    answers = scores.answers.tolist()
    flags = {
        "disputed": scores.is_disputed.tolist(),
        "moderated": scores.is_moderated.tolist(),
        "excluded": scores.is_excluded.tolist(),
        "failed": scores.failed.tolist(),
        "unanswered": scores.unanswered.tolist(),
    }
    marked = {name: {row for row, cells in enumerate(rows) if True in cells} for name, rows in flags.items()}
    ends: list[dict[str, float]] = [{} for _ in criteria]
    for column, criterion in enumerate(criteria):
        if criterion.method == Method.MIN_MAX and kind == Kind.WEIGHTED and not np.isnan(scores.at_zero[column]):
            ends[column] = {"at_zero": float(scores.at_zero[column]), "at_ten": float(scores.at_ten[column])}
    base = np.round(scores.base, DIGITS).tolist()
    keys = [criterion.key for criterion in criteria]
    found = []
    for row in range(len(answers)):
        entries = []
        for column, key in enumerate(keys):
            entry: dict[str, Any] = {"key": key, "answers": answers[row][column]}
            for name, table in lists.items():
                number = table[row][column]
                entry[name] = None if number != number else number
            for name, rows in marked.items():
                if row in rows and flags[name][row][column]:
                    entry[name] = True
            if ends[column]:
                entry |= ends[column]
            entries.append(entry)
        found.append({"base": None if base[row] != base[row] else base[row], "criteria": entries})
    return found


def _figures(kind: Kind, scores: scoring.Scores) -> list[float | None]:
    formula: Any = {
        Kind.WSJF: (ready_models.wsjf, ready_models.WSJF_COLUMNS),
        Kind.RICE: (ready_models.rice, ("reach", "impact", "confidence", "effort")),
        Kind.VALUE_EFFORT: (ready_models.value_per_effort, ("value", "effort")),
    }[kind]
    work_out, columns = formula
    place = {key: column for column, key in enumerate(scores.model.keys)}
    inputs = [[None if number != number else number for number in row] for row in scores.measure.tolist()]
    return [work_out(*(row[place[key]] for key in columns)) for row in inputs]


def _share(figure: float | None, best: float) -> float | None:
    return None if figure is None else 100 * figure / best if best > 0 else 0.0


def _mean_of(points: Any, shares: Any) -> Any:
    counted = np.where(np.isnan(points), 0.0, shares)
    total = counted.sum(axis=1)
    summed = (counted * np.nan_to_num(points)).sum(axis=1)
    return np.divide(summed, total, out=np.full(len(points), np.nan), where=total > 0)


def _plain(numbers: Any) -> list[float | None]:
    return [None if number != number else number for number in numbers.tolist()]


def _exact(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(f"{number:.{DIGITS}f}")


# What stands


def score_of(request: Request, version: ScoringModelVersion | None = None) -> RequestScore | None:
    """The score that stands for a request: by `version`; else by the newest version of its type's model; else the newest
    there is. One query."""
    rows = RequestScore.objects.filter(request=request).select_related("model_version__model", "assessment")
    if version is not None:
        return rows.filter(model_version=version).first()
    usual = request.type.scoring_model_id
    found = list(rows.order_by("-model_version__published_at", "-pk"))
    return next((row for row in found if row.model_version.model_id == usual), found[0] if found else None)


def score_basis(request: Request, version: ScoringModelVersion | None = None) -> dict[str, Any]:
    """The score as it stands, ready for JSON, to be frozen with a decision; {} where there is none.

    `criteria` holds names, weights as used and the measures that gave 0 and 10 points: what was relative to the other
    requests can be worked out again from it alone.
    """
    score = score_of(request, version)
    if score is None:
        return {}
    criteria = {criterion.key: criterion for criterion in score.model_version.criteria.all()}
    entries = []
    for part in score.parts["criteria"]:
        criterion = criteria[part["key"]]
        ends = {"at_zero": 0.0, "at_ten": 10.0}
        if criterion.method == Method.ANCHORS:
            ends = {"at_zero": float(criterion.at_zero or 0), "at_ten": float(criterion.at_ten or 0)}
        entries.append({"name": criterion.name, "unit": criterion.unit, "axis": criterion.axis, **ends, **part})
    return {
        "model": score.model_version.model.name,
        "kind": score.model_version.model.kind,
        "version": score.model_version.number,
        "model_version_id": score.model_version_id,
        "assessment_id": score.assessment_id,
        "percent": _text(score.percent),
        "figure": _text(score.figure),
        "value": _text(score.value),
        "risk": _text(score.risk),
        "eligibility": score.eligibility,
        "coverage": _text(score.coverage),
        "sentence": score_sentence(score.parts, score.model_version),
        "base": score.parts.get("base"),
        "criteria": entries,
        "calculated_at": score.calculated_at.isoformat(),
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def newest_versions() -> "QuerySet[ScoringModelVersion]":
    """The newest published version of every model in use: what can be chosen to score by."""
    published = ScoringModelVersion.objects.exclude(published_at=None)
    newer = published.filter(model=OuterRef("model"), number__gt=OuterRef("number"))
    rows = published.filter(~Exists(newer), model__is_active=True)
    return rows.select_related("model").order_by("model__name")
