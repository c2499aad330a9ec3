"""Addresses of intake's API."""

from rest_framework.routers import SimpleRouter

from intake.api.cases import CaseViewSet
from intake.api.conversion import PromiseViewSet
from intake.api.drafts import DraftViewSet
from intake.api.meetings import AgendaItemViewSet, MeetingViewSet
from intake.api.pipeline import PipelineViewSet
from intake.api.requests import RequestViewSet
from intake.api.scoring import AssessmentViewSet, ReviewViewSet, ScoreViewSet, ScoringModelViewSet
from intake.api.selection import ConditionViewSet, DecisionViewSet, RoundViewSet
from intake.api.templates import TemplateViewSet, TieringViewSet
from intake.api.triage import QueueViewSet
from intake.api.type_forms import FormVersionViewSet
from intake.api.types import RequestTypeViewSet
from intake.api.weightings import JudgingViewSet, WeightingViewSet

router = SimpleRouter()
router.register("request-types", RequestTypeViewSet, basename="request-type")
router.register("request-types/(?P<kind>[0-9]{1,18})/versions", FormVersionViewSet, basename="form-version")
router.register("requests", RequestViewSet, basename="request")
router.register("pipeline", PipelineViewSet, basename="pipeline")
router.register("triage", QueueViewSet, basename="triage")
router.register("rounds", RoundViewSet, basename="round")
router.register("decisions", DecisionViewSet, basename="decision")
router.register("cases", CaseViewSet, basename="case")
router.register("scoring-models", ScoringModelViewSet, basename="scoring-model")
router.register("assessments", AssessmentViewSet, basename="assessment")
router.register("reviews", ReviewViewSet, basename="review")
router.register("scores", ScoreViewSet, basename="score")
router.register("conditions", ConditionViewSet, basename="condition")
router.register("meetings", MeetingViewSet, basename="meeting")
router.register("agenda-items", AgendaItemViewSet, basename="agenda-item")
router.register("project-templates", TemplateViewSet, basename="template")
router.register("tiering", TieringViewSet, basename="tiering")
router.register("promises", PromiseViewSet, basename="promise")
router.register("scoring-drafts", DraftViewSet, basename="draft")
router.register("weightings", WeightingViewSet, basename="weighting")
router.register("judging", JudgingViewSet, basename="judging")
