"""Addresses of the API of accounts."""

from rest_framework.routers import SimpleRouter

from accounts.api.grants import GrantViewSet
from accounts.api.me import MeViewSet
from accounts.api.signins import SessionViewSet, SignInViewSet
from accounts.api.tokens import TokenViewSet
from accounts.api.units import UnitViewSet
from accounts.api.users import UserViewSet

router = SimpleRouter()
router.register("users", UserViewSet, basename="user")
router.register("grants", GrantViewSet, basename="grant")
router.register("units", UnitViewSet, basename="unit")
router.register("me", MeViewSet, basename="me")
router.register("sessions", SessionViewSet, basename="session")
router.register("sign-ins", SignInViewSet, basename="signin")
router.register("tokens", TokenViewSet, basename="token")
