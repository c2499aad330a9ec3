"""Who am I?"""

from typing import Any

from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.access import rights_of
from accounts.models import User


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
