"""One history: every row that tells of a request, for its own page and for that of the project it became; and of a scoring model."""

from typing import Any

from core.actions.conversation import about
from core.models import Attachment, Comment
from intake.access import knows_reviewers
from intake.models import (
    ApprovedCase,
    Assessment,
    BusinessCase,
    CaseAmount,
    CaseEffort,
    CaseLine,
    CaseOption,
    CaseRate,
    Charter,
    Condition,
    Conversion,
    Criterion,
    CriterionGroup,
    Decision,
    Judge,
    Judgement,
    ModeratedScore,
    OpeningRisk,
    Request,
    RequestMove,
    RequestObjective,
    RequestParty,
    RequestQuestion,
    RequestType,
    Reviewer,
    ReviewScore,
    ScoringModel,
    ScoringModelVersion,
    WeightingRound,
)
from intake.models.requests import Part
from portfolio.models import Project

Rows = list[tuple[Any, dict[str, Any]]]
OF_A_REQUEST = (
    RequestMove,
    RequestObjective,
    RequestParty,
    RequestQuestion,
    BusinessCase,
    ApprovedCase,
    Decision,
    Conversion,
    OpeningRisk,
)


def trail_of(request: Request, user: Any) -> Rows:
    """The request and all its parts, removed ones too, as `core.history.history_of` takes them; who reviews it only for those
    who may know, and no opening risk that has become confidential for those who may not. Nine queries at most."""

    def past(model: Any, **picked: Any) -> list[int]:
        """The keys that rows have or had: what was removed is only in the history."""
        return list(model.pgh_event_model.objects.filter(**picked).values_list("pgh_obj_id", flat=True).distinct())

    cases = past(BusinessCase, request_id=request.pk)
    options = past(CaseOption, case_id__in=cases) if cases else []
    lines = past(CaseLine, option_id__in=options) if options else []
    found: Rows = [(Request, {"pgh_obj_id": request.pk})]
    found += [(model, {"request_id": request.pk}) for model in OF_A_REQUEST]
    found += [(model, {"case_id__in": cases}) for model in (CaseOption, CaseRate) if cases]
    found += [(model, {"option_id__in": options}) for model in (CaseLine, CaseEffort) if options]
    found += [(CaseAmount, {"line_id__in": lines})] if lines else []
    found += [(Condition, {"decision_id__in": past(Decision, request_id=request.pk)})]
    found += [(Charter, {"conversion_id__in": past(Conversion, request_id=request.pk)})]
    risks = OpeningRisk.objects.filter(request=request)
    told = set(risks.told_to(user).values_list("pk", flat=True))
    if told != set(risks.values_list("pk", flat=True)):
        # How it was converted names them all; that it was, the moves tell.
        only = {"request_id": request.pk, "pgh_obj_id__in": told}
        found = [(model, only if model is OpeningRisk else picked) for model, picked in found if model is not Conversion]
    if not knows_reviewers(user, request):
        others = {"request_id": request.pk, "part__in": [Part.ALSO_ASKED, Part.FOLLOWER]}
        found = [(model, others if model is RequestParty else picked) for model, picked in found]
    return found + [(model, about(request)) for model in (Comment, Attachment)]


def scoring_history(request: Request, user: Any) -> Rows:
    """The rows for `core.history.history_of`. Scores that were never submitted stay their writer's. Three queries."""
    rows: Rows = [(Assessment, {"request_id": request.pk})]
    if not knows_reviewers(user, request):
        return rows
    assessments = list(request.assessments.values_list("pk", flat=True))
    if not assessments:
        return rows
    shown = request.assessments.shown().values("pk")
    seats = Reviewer.objects.filter(assessment__in=shown).exclude(submitted_at=None)
    return [
        *rows,
        (Reviewer, {"assessment_id__in": assessments}),
        (ReviewScore, {"reviewer_id__in": list(seats.values_list("pk", flat=True))}),
        (ModeratedScore, {"assessment_id__in": assessments}),
    ]


def trail_of_type(kind: RequestType) -> Rows:
    """The kind itself. What its forms asked, and when, is told by their versions."""
    return [(RequestType, {"pgh_obj_id": kind.pk})]


def trail_of_model(model: ScoringModel) -> Rows:
    """The model, its versions, weights and comparisons; of judges only what they submitted. Three queries."""
    past = ScoringModelVersion.pgh_event_model.objects.filter(model_id=model.pk)  # type: ignore[attr-defined]
    versions = list(past.values_list("pgh_obj_id", flat=True))
    rounds = list(WeightingRound.objects.filter(model_version__model=model).values_list("pk", flat=True))
    judges = list(Judge.objects.filter(round__in=rounds).exclude(submitted_at=None).values_list("pk", flat=True))
    return [
        (ScoringModel, {"pgh_obj_id": model.pk}),
        (ScoringModelVersion, {"model_id": model.pk}),
        (CriterionGroup, {"model_version_id__in": versions}),
        (Criterion, {"model_version_id__in": versions}),
        (WeightingRound, {"pgh_obj_id__in": rounds}),
        (Judge, {"round_id__in": rounds}),
        (Judgement, {"judge_id__in": judges}),
    ]


def trail_of_project(user: Any, project: Project) -> Rows:
    """What the project's history tells of the request that it was: to those who do not see the request neither what was talked
    about it nor who scored it how, and of a confidential one nothing."""
    request = Request.objects.filter(project=project).first()
    if request is None:
        return []
    sees_it = Request.objects.visible_to(user).filter(pk=request.pk).exists()
    if sees_it:
        return [*trail_of(request, user), *scoring_history(request, user)]
    if request.is_confidential:
        return []
    return [row for row in trail_of(request, user) if row[0] not in (Comment, Attachment, RequestParty)]
