"""Members of projects: list, read, give a role, change its days, take it back."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from core.api.base import TaggedViewSet, VisibleRelatedField
from portfolio.access import project_for, roles_to_give
from portfolio.access_parts import member_for
from portfolio.actions.members import add_member, edit_member, remove_member
from portfolio.models import Membership, Project


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    """A role on a project, from and to a day, both included; empty: open. Person (e-mail), project and role stay as they are:
    give another role instead."""

    project = VisibleRelatedField("reference", queryset=Project.objects.all())
    user = serializers.SlugRelatedField("email", queryset=User.objects.filter(is_active=True))

    class Meta:
        model = Membership
        fields = ["id", "project", "user", "role", "starts_on", "ends_on", "version"]
        read_only_fields = ["version"]
        validators: list[Any] = []  # the action refuses, with the page's sentences


class MembershipDaysSerializer(serializers.ModelSerializer[Membership]):
    """From and until when a role is held."""

    class Meta:
        model = Membership
        fields = ["starts_on", "ends_on"]


class MembershipViewSet(mixins.ListModelMixin, TaggedViewSet):
    """Members of the projects that the person may see. Changing the days and taking back need the ETag in If-Match."""

    serializer_class = MembershipSerializer
    queryset = Membership.objects.none()
    lookup_value_regex = r"\d{1,18}"
    filterset_fields = {"project__reference": ["exact"], "user__email": ["exact"], "role": ["exact"]}

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see."""
        seen = Project.objects.visible_to(self.request.user)
        return Membership.objects.filter(project__in=seen).select_related("project", "user").order_by("pk")

    def find(self, action: str) -> Membership:
        """Through the room's door."""
        return member_for(self.request.user, int(self.kwargs["pk"]), action)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One membership, with its ETag."""
        return self.answer(self.find("project.view"))

    def create(self, request: Request) -> Response:
        """Give somebody a role: one that you could not be refused yourself, and never to yourself."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        data = dict(sent.validated_data)
        project = project_for(request.user, data.pop("project").reference, "member.manage")
        if data["role"] not in roles_to_give(request.user, project):
            raise serializers.ValidationError({"role": [_("You may not give this role here.")]})
        return self.answer(add_member(project, by=request.user, **data), status=201)

    @extend_schema(request=MembershipDaysSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change from and until when the role is held; null: open. Needs If-Match."""
        row = self.find("member.manage")
        version = self.expected_version(row)
        sent = MembershipDaysSerializer(row, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        days = {"starts_on": row.starts_on, "ends_on": row.ends_on} | dict(sent.validated_data)
        return self.answer(edit_member(row, by=request.user, version=version, **days))

    def destroy(self, request: Request, pk: str) -> Response:
        """Take the role back at once; its history stays. Needs If-Match."""
        row = self.find("member.manage")
        remove_member(row, version=self.expected_version(row))
        return Response(status=204)
