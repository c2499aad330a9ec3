"""Addresses of reporting's API."""

from rest_framework.routers import SimpleRouter

from reporting.api.histories import HistoryViewSet
from reporting.api.mywork import MyWorkViewSet
from reporting.api.overview import OverviewViewSet
from reporting.api.runs import EditionViewSet, RunViewSet
from reporting.api.schedules import ScheduleViewSet

router = SimpleRouter()
router.register("overview", OverviewViewSet, basename="overview")
router.register("schedules", ScheduleViewSet, basename="schedule")
router.register("runs", RunViewSet, basename="run")
router.register("editions", EditionViewSet, basename="edition")
router.register("histories", HistoryViewSet, basename="history")
router.register("my-work", MyWorkViewSet, basename="mywork")
