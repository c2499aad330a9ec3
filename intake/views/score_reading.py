"""What the page of a score shows: the figure, the sentence, how it came about, where reviewers differ. Only revealed scores
come in here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import money
from core.charts import Dot, Dots, Step, dot_plot, score_waterfall
from core.templatetags.pmo import initials_of
from intake.actions.scores import score_of
from intake.formulas import scoring
from intake.models import Assessment, Criterion, ModeratedScore, RequestScore, Reviewer, ReviewScore
from intake.models.scoring import Kind, Method
from intake.wording import in_a_sentence, score_sentence, signed

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Said:
    """What one reviewer said on one criterion."""

    who: str
    mark: str
    answer: str
    points: float | None
    comment: str
    is_out: bool

    @property
    def points_words(self) -> str:
        """Points of 10."""
        return "" if self.points is None else f"{self.points:.1f}"


@dataclass
class CriterionRow:
    """One criterion of the page. `how` is its formula with the numbers put in."""

    criterion: Criterion
    part: Mapping[str, Any]
    answer: str
    how: str
    said: list[Said] = field(default_factory=list)
    moderated: ModeratedScore | None = None
    moderate_url: str = ""

    @property
    def is_disputed(self) -> bool:
        """Reviewers lie far apart and nothing was agreed yet."""
        return bool(self.part.get("disputed")) and self.moderated is None

    @property
    def points_words(self) -> str:
        """Points of 10."""
        points = self.part.get("points")
        return "–" if points is None else f"{points:.1f}"

    @property
    def weight_words(self) -> str:
        """The weight as used for this request."""
        weight = self.part.get("weight")
        return "" if weight is None else money.percent(100 * weight)

    @property
    def contribution_words(self) -> str:
        """Points of 100 above or below what it is told against."""
        points = self.part.get("contribution")
        return "" if points is None else f"{points:+.1f}".replace("-", "−").replace("+0.0", "0.0").replace("−0.0", "0.0")

    @property
    def spread(self) -> float:
        """Highest less lowest of the reviewers' points, 0 to 10."""
        return float(self.part.get("spread") or 0)


def reading_of(assessment: Assessment, *, names: bool, may_moderate: bool) -> dict[str, Any]:
    """The context of a revealed assessment. Eight queries."""
    version = assessment.model_version
    criteria = list(version.criteria.select_related("group"))
    score = score_of(assessment.request, version)
    reviewers = list(assessment.reviewers.exclude(submitted_at=None).select_related("user"))
    marks = marks_of(reviewers, names=names)
    moderated = {row.criterion_id: row for row in assessment.moderated.select_related("by")}
    scores: dict[int, list[ReviewScore]] = {}
    for row in ReviewScore.objects.filter(reviewer__in=reviewers).order_by("reviewer"):
        scores.setdefault(row.criterion_id, []).append(row)
    parts = {part["key"]: part for part in (score.parts["criteria"] if score else [])}
    is_weighted = version.model.kind == Kind.WEIGHTED
    rows = []
    for criterion in criteria:
        part = parts.get(criterion.key, {})
        said = [_said(criterion, part, one, marks[one.reviewer_id]) for one in scores.get(criterion.pk, [])]
        row = CriterionRow(
            criterion=criterion,
            part=part,
            answer=words_of(criterion, part.get("measure")),
            how=how_of(part, said, assessment) if is_weighted else "",
            said=said,
            moderated=moderated.get(criterion.pk),
        )
        if may_moderate:
            place = [assessment.request.reference, assessment.pk, criterion.pk]
            row.moderate_url = reverse("intake:request-score-moderate", args=place)
        rows.append(row)
    disputed = [row for row in rows if row.is_disputed]
    return {
        "score": score,
        "rows": rows,
        "talked": sorted([row for row in rows if row.said], key=lambda row: -row.spread),
        "disputed": disputed,
        "sentence": score_sentence(score.parts, version) if score else "",
        "headline": headline_of(score, assessment),
        "place": place_of(score) if score else "",
        "waterfall": waterfall_of(score, rows, assessment) if score and score.percent is not None and is_weighted else None,
        "dots": dots_of(rows, disputed) if any(len(row.said) > 1 for row in rows) else None,
        "left_out": [one for one in reviewers if one.withdrawn_at is not None] if names else [],
        "counted": sum(one.withdrawn_at is None for one in reviewers),
        "is_weighted": is_weighted,
        "names": names,
    }


@dataclass(frozen=True)
class Mark:
    """How a reviewer is called on the page."""

    name: str
    letters: str
    is_out: bool


def marks_of(reviewers: Sequence[Reviewer], *, names: bool) -> dict[int, Mark]:
    """Names and initials; letters where the reader may not know who it was."""
    found = {}
    for number, one in enumerate(reviewers):
        letter = LETTERS[number % 26]
        name = str(one.user) if names else _("Reviewer %(letter)s") % {"letter": letter}
        found[one.pk] = Mark(name, initials_of(name) if names else letter, one.withdrawn_at is not None)
    return found


def _said(criterion: Criterion, part: Mapping[str, Any], score: ReviewScore, mark: Mark) -> Said:
    level = next((one["label"] for one in criterion.levels if one["key"] == score.level), "")
    answer = level or words_of(criterion, score.measure)
    points = None if score.measure is None else points_at(criterion, part, score.measure)
    return Said(mark.name, mark.letters, answer, points, score.comment, mark.is_out)


def ends_of(criterion: Criterion, part: Mapping[str, Any]) -> tuple[float, float]:
    """The measures that give 0 and 10 points."""
    if criterion.model_version.model.kind != Kind.WEIGHTED:
        highest = max((float(level["measure"]) for level in criterion.levels), default=10.0)
        return (highest, 0.0) if criterion.lower_is_better else (0.0, highest)
    if criterion.method == Method.ANCHORS:
        return float(criterion.at_zero or 0), float(criterion.at_ten or 0)
    return float(part.get("at_zero", 0.0)), float(part.get("at_ten", 10.0))


def points_at(criterion: Criterion, part: Mapping[str, Any], measure: Decimal) -> float:
    """A measure as points, 0 to 10; 5 where all requests are the same."""
    at_zero, at_ten = ends_of(criterion, part)
    return scoring.MIDPOINT if at_zero == at_ten else scoring.points_of(measure, at_zero, at_ten)


def words_of(criterion: Criterion, measure: Any) -> str:
    """An answer as people say it: the level's name where it is one, else the number with its unit."""
    if measure is None:
        return _("cannot judge")
    for level in criterion.levels:
        if abs(float(level["measure"]) - float(measure)) < 1e-6:
            return str(level["label"])
    return f"{plain(float(measure))} {criterion.unit}".strip()


def plain(number: float) -> str:
    """A number without needless digits."""
    return f"{number:,.2f}".rstrip("0").rstrip(".") if abs(number) < 1000 else f"{number:,.0f}"


def how_of(part: Mapping[str, Any], said: Sequence[Said], assessment: Assessment) -> str:
    """How the criterion's contribution came about, in one line."""
    points = part.get("points")
    if points is None:
        return _("Nobody answered: left out, the other weights grow.")
    version = assessment.model_version
    counted = [one.points for one in said if one.points is not None and not one.is_out]
    if part.get("moderated"):
        first = _("moderated: %(points)s points") % {"points": plain(points)}
    elif not counted:
        first = _("nobody answered: %(points)s points") % {"points": plain(points)}
    else:
        first = _("%(average)s of %(points)s = %(result)s points") % {
            "average": version.get_average_display(),
            "points": " · ".join(plain(one) for one in counted),
            "result": plain(points),
        }
    weight, contribution = part.get("weight") or 0.0, part.get("contribution") or 0.0
    if not weight:
        return _("%(first)s; no weight") % {"first": first}
    reference = points - contribution / (10 * weight)
    against = _("mean of all requests") if version.reference == "mean" else _("middle of the scale")
    return _("%(first)s; 10 × %(weight)s × (%(points)s − %(reference)s, %(against)s) = %(contribution)s of 100") % {
        "first": first,
        "weight": f"{weight:.2f}",
        "points": plain(points),
        "reference": plain(reference),
        "against": against,
        "contribution": f"{contribution:+.1f}".replace("-", "−"),
    }


def headline_of(score: RequestScore | None, assessment: Assessment) -> str:
    """The score itself: "64 of 100", "WSJF 3.2"."""
    if score is None or (score.percent is None and score.figure is None):
        return _("n/a")
    if assessment.model_version.model.kind == Kind.WEIGHTED:
        return _("%(percent)s of 100") % {"percent": f"{score.percent:.0f}"}
    return plain(float(score.figure)) if score.figure is not None else _("n/a")


def place_of(score: RequestScore) -> str:
    """Where the score stands among those by the same version. One query."""
    if score.percent is None:
        return ""
    rows = RequestScore.objects.filter(model_version=score.model_version).exclude(percent=None)
    percents = list(rows.values_list("percent", flat=True))
    if len(percents) < 2:
        return _("The only request scored by this model so far.")
    place = sum(percent is not None and percent > score.percent for percent in percents) + 1
    return _("Place %(place)s of %(all)s requests scored by this model.") % {"place": place, "all": len(percents)}


def waterfall_of(score: RequestScore, rows: Sequence[CriterionRow], assessment: Assessment) -> Any:
    """From the mean (or the middle) to the score."""
    version = assessment.model_version
    base = float(score.parts.get("base") or 0)
    ordered = sorted(rows, key=lambda row: -(row.part.get("contribution") or 0.0))
    steps = [
        Step(row.criterion.name, float(row.part.get("contribution") or 0.0), row.how)
        for row in ordered
        if row.part.get("points") is not None
    ]
    up, down = steps[0] if steps else None, steps[-1] if steps else None
    if up and down and up.points >= 0.5 and down.points <= -0.5:
        title = _("%(up)s lifts it by %(more)s, %(down)s holds it back by %(less)s") % {
            "up": up.label,
            "more": signed(up.points).strip("+"),
            "down": in_a_sentence(down.label),
            "less": signed(down.points).strip("−"),
        }
    elif up and up.points >= 0.5:
        title = _("%(up)s lifts it most") % {"up": up.label}
    else:
        title = (
            _("It stands where the others stand")
            if not down or down.points > -0.5
            else _("%(down)s holds it back most") % {"down": down.label}
        )
    names = {"mean": _("Mean of all"), "midpoint": _("Middle of the scale")}
    subtitle = _("Points of 100 by criterion, %(model)s; worked out %(day)s") % {
        "model": version,
        "day": date_format(timezone.localtime(score.calculated_at), "j M Y"),
    }
    return score_waterfall(
        title=title,
        subtitle=subtitle,
        base=(names[version.reference], base),
        steps=steps,
        total=(_("Score"), float(score.percent or 0)),
    )


def dots_of(rows: Sequence[CriterionRow], disputed: Sequence[CriterionRow]) -> Any:
    """Reviewers beside each other, the largest spread first."""
    ordered = sorted([row for row in rows if row.said], key=lambda row: -row.spread)
    lines = []
    for row in ordered:
        dots = [Dot(one.mark, one.who, one.points, one.is_out) for one in row.said if one.points is not None]
        counted = [one.points for one in row.said if one.points is not None and not one.is_out]
        settled = row.part.get("points") if row.part.get("moderated") else None
        mean = sum(counted) / len(counted) if counted else None
        lines.append(Dots(row.criterion.name, dots, mean, settled, row.is_disputed))
    if disputed:
        worst = max(disputed, key=lambda row: row.spread)
        title = ngettext(
            "Reviewers disagree on %(count)d criterion: %(worst)s",
            "Reviewers disagree on %(count)d criteria, most on %(worst)s",
            len(disputed),
        ) % {"count": len(disputed), "worst": in_a_sentence(worst.criterion.name)}
    else:
        title = _("Reviewers agree by and large")
    subtitle = _("Points of 10 by reviewer; the upright line is what counts (mean, or what was agreed)")
    return dot_plot(title=title, subtitle=subtitle, rows=lines)
