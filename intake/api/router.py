"""Addresses of intake's API."""

from rest_framework.routers import SimpleRouter

from intake.api.cases import CaseViewSet
from intake.api.requests import RequestViewSet
from intake.api.scoring import AssessmentViewSet, ReviewViewSet, ScoreViewSet, ScoringModelViewSet
from intake.api.selection import DecisionViewSet, RoundViewSet
from intake.api.types import RequestTypeViewSet

router = SimpleRouter()
router.register("request-types", RequestTypeViewSet, basename="request-type")
router.register("requests", RequestViewSet, basename="request")
router.register("rounds", RoundViewSet, basename="round")
router.register("decisions", DecisionViewSet, basename="decision")
router.register("cases", CaseViewSet, basename="case")
router.register("scoring-models", ScoringModelViewSet, basename="scoring-model")
router.register("assessments", AssessmentViewSet, basename="assessment")
router.register("reviews", ReviewViewSet, basename="review")
router.register("scores", ScoreViewSet, basename="score")
