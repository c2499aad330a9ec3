"""Roles that hold everywhere or on an organisation unit: who has which, give, take."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.actions.grants import give_role, take_role
from accounts.authentication import SESSION_ONLY, NotByToken
from accounts.models import RoleGrant, User
from core.api.base import RoomViewSet


class GrantSerializer(serializers.ModelSerializer[RoleGrant]):
    """A role of a person (e-mail) on a unit and all below it, or everywhere (`unit` null), from and to a day, both included."""

    user = serializers.SlugRelatedField("email", queryset=User.objects.all())

    class Meta:
        model = RoleGrant
        fields = ["id", "user", "role", "unit", "starts_on", "ends_on"]
        validators: list[Any] = []  # the action refuses, with the page's sentences


class GrantViewSet(mixins.ListModelMixin, RoomViewSet):
    """Roles, for those who may see who has access; given and taken by those who grant them, in a session and not by a token (403)."""

    serializer_class = GrantSerializer
    queryset = RoleGrant.objects.none()
    lookup_value_regex = r"\d{1,18}"
    permission_classes = (*RoomViewSet.permission_classes, NotByToken)
    filterset_fields = {"user__email": ["exact"], "role": ["exact"], "unit": ["exact", "isnull"]}

    def get_queryset(self) -> Any:
        """All of them."""
        require(self.request.user, "access.view")
        return RoleGrant.objects.select_related("user").order_by("pk")

    @extend_schema(auth=SESSION_ONLY)
    def create(self, request: Request) -> Response:
        """Give a role, never to yourself."""
        require(request.user, "grant.manage")
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values: dict[str, Any] = {"unit": None, "starts_on": None, "ends_on": None} | dict(sent.validated_data)
        by: Any = request.user
        return Response(self.get_serializer(give_role(**values, by=by)).data, status=201)

    @extend_schema(auth=SESSION_ONLY)
    def destroy(self, request: Request, pk: str) -> Response:
        """Take it away, from the next request on; 400 for the last administrator."""
        require(request.user, "grant.manage")
        take_role(pk=get_object_or_404(RoleGrant, pk=pk).pk, at=timezone.now())
        return Response(status=204)
