"""The API of this room."""

from typing import Any

from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet

from accounts.access import require, rights_of
from accounts.models import OrganisationUnit, User
from core.api.base import RoomViewSet


class MeSerializer(serializers.ModelSerializer[User]):
    """The person who asks, and the roles they hold everywhere."""

    roles = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "email", "name", "job_title", "language", "time_zone", "roles"]

    def get_roles(self, user: User) -> list[str]:
        """Names of the roles granted everywhere."""
        return sorted(rights_of(user).everywhere)


class MeViewSet(GenericViewSet):
    """Who am I?"""

    serializer_class = MeSerializer
    pagination_class = None
    filter_backends: list[Any] = []

    @extend_schema(responses=forced_singular_serializer(MeSerializer))
    def list(self, request: Request) -> Response:
        """The person who asks."""
        return Response(self.get_serializer(request.user).data)


class UserSerializer(serializers.ModelSerializer[User]):
    """A person."""

    class Meta:
        model = User
        fields = ["id", "email", "name", "job_title", "unit", "is_active"]
        read_only_fields = fields


class UserViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, RoomViewSet):
    """People, for those who may see who has access."""

    serializer_class = UserSerializer
    queryset = User.objects.order_by("name", "pk")
    filterset_fields = {"email": ["exact"], "is_active": ["exact"], "unit": ["exact"]}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """403 for everybody else."""
        super().initial(request, *args, **kwargs)
        require(request.user, "access.view")


class UnitSerializer(serializers.ModelSerializer[OrganisationUnit]):
    """An organisation unit and what it is part of."""

    class Meta:
        model = OrganisationUnit
        fields = ["id", "name", "code", "parent", "version"]
        read_only_fields = fields


class UnitViewSet(mixins.ListModelMixin, RoomViewSet):
    """The organisation's units; everyone signed in may read them."""

    serializer_class = UnitSerializer
    queryset = OrganisationUnit.objects.order_by("name", "pk")
    filterset_fields = {"parent": ["exact", "isnull"], "name": ["exact"]}


router = SimpleRouter()
router.register("users", UserViewSet, basename="user")
router.register("units", UnitViewSet, basename="unit")
router.register("me", MeViewSet, basename="me")
