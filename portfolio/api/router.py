"""Addresses of the portfolio's API."""

from rest_framework.routers import SimpleRouter

from portfolio.api.access import ScopedRoleViewSet
from portfolio.api.calendars import CalendarViewSet
from portfolio.api.changes import ChangeViewSet, DelegationViewSet, RouteViewSet
from portfolio.api.dependencies import DependencyViewSet
from portfolio.api.dependency_map import DependencyMapViewSet
from portfolio.api.members import MembershipViewSet
from portfolio.api.milestones import MilestoneViewSet
from portfolio.api.projects import ProjectViewSet
from portfolio.api.raid import VIEWSETS
from portfolio.api.risk_map import RiskMatrixViewSet
from portfolio.api.risks import RiskViewSet
from portfolio.api.scales import CategoryViewSet, RiskScaleViewSet
from portfolio.api.simulations import SimulationViewSet
from portfolio.api.status import AssuranceRatingViewSet, PeriodViewSet, StatusUpdateViewSet
from portfolio.api.structure import ObjectiveViewSet, PortfolioViewSet, ProgrammeViewSet
from portfolio.api.thresholds import ThresholdViewSet
from portfolio.registers import PATHS

router = SimpleRouter()
router.register("projects", ProjectViewSet, basename="project")
router.register("milestones", MilestoneViewSet, basename="milestone")
router.register("memberships", MembershipViewSet, basename="membership")
router.register("scoped-roles", ScopedRoleViewSet, basename="scoped-role")
router.register("programmes", ProgrammeViewSet, basename="programme")
router.register("portfolios", PortfolioViewSet, basename="portfolio")
router.register("objectives", ObjectiveViewSet, basename="objective")
router.register("status-updates", StatusUpdateViewSet, basename="update")
router.register("reporting-calendars", CalendarViewSet, basename="calendar")
router.register("reporting-periods", PeriodViewSet, basename="period")
router.register("assurance-ratings", AssuranceRatingViewSet, basename="assurance")
router.register("thresholds", ThresholdViewSet, basename="threshold")
router.register("risk-matrix", RiskMatrixViewSet, basename="risk-matrix")
router.register("dependency-map", DependencyMapViewSet, basename="dependency-map")
router.register("simulations", SimulationViewSet, basename="simulation")
router.register("register-categories", CategoryViewSet, basename="category")
router.register("risk-scales", RiskScaleViewSet, basename="risk-scale")
router.register("approval-routes", RouteViewSet, basename="route")
router.register("delegations", DelegationViewSet, basename="delegation")
OWN = {"change": ChangeViewSet, "dependency": DependencyViewSet, "risk": RiskViewSet}
for kind, viewset in VIEWSETS.items():
    router.register(PATHS[kind], OWN.get(kind, viewset), basename=f"raid-{kind}")
