"""Projects: list, read, create, change, archive; their milestones and members to read."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import OrganisationUnit, User
from core.api.base import RoomViewSet, ValuesViewSet, VersionedViewSet, VisibleRelatedField
from core.api.conversation import Talked
from portfolio.access import check_move, may_create_project, project_for, units_to_create_in
from portfolio.actions.projects import EDITABLE, archive_project, create_project, edit_project, unarchive_project
from portfolio.filters.projects import ProjectFilters
from portfolio.models import Membership, Milestone, Portfolio, Programme, Project

PEOPLE = User.objects.filter(is_active=True)


class ProjectSerializer(serializers.ModelSerializer[Project]):
    """A project. People are named by e-mail, portfolio and programme by reference, money is in `currency`."""

    portfolio = VisibleRelatedField("reference", queryset=Portfolio.objects.active(), required=False, allow_null=True)
    programme = VisibleRelatedField("reference", queryset=Programme.objects.active(), required=False, allow_null=True)
    unit = serializers.PrimaryKeyRelatedField(queryset=OrganisationUnit.objects.all(), required=False, allow_null=True)
    manager = serializers.SlugRelatedField("email", queryset=PEOPLE, required=False, allow_null=True)
    sponsor = serializers.SlugRelatedField("email", queryset=PEOPLE, required=False, allow_null=True)
    declared = serializers.CharField(source="current_update.overall", read_only=True, default="")
    computed = serializers.CharField(source="current_update.computed_overall", read_only=True, default="")
    assurance = serializers.CharField(source="current_assurance.rating", read_only=True, default="")
    reported_at = serializers.DateTimeField(source="current_update.effective_at", read_only=True, default=None)

    class Meta:
        model = Project
        fields = ["reference", *EDITABLE, "is_confidential", "archived_at"]
        fields += ["declared", "computed", "assurance", "reported_at", "version", "created_at", "updated_at"]
        read_only_fields = ["reference", "is_confidential", "custom", "archived_at", "version", "created_at", "updated_at"]


class ProjectViewSet(Talked, ValuesViewSet, VersionedViewSet):
    """Projects that the person may see; the same filters as the list of projects."""

    serializer_class = ProjectSerializer
    queryset = Project.objects.none()
    filterset_class = ProjectFilters
    lookup_field = "reference"
    talk_kind = "project"
    view_action = "project.view"
    edit_action = "project.edit"

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see; two queries for a page of any length."""
        return Project.objects.visible_to(self.request.user).order_by("reference")

    def find(self, action: str) -> Project:
        """Through the room's door."""
        return project_for(self.request.user, self.kwargs["reference"], action)

    def create_row(self, data: dict[str, Any]) -> Project:
        """Create, where the person may."""
        user = self.request.user
        units = units_to_create_in(user)
        if not may_create_project(user):
            raise PermissionDenied
        if units is not None and (data.get("unit") is None or data["unit"].pk not in units):
            raise serializers.ValidationError({"unit": ["Choose a unit for which you may add projects."]})
        return create_project(values=data)

    def change_row(self, row: Project, data: dict[str, Any], version: int) -> Project:
        """Change the fields that were sent."""
        check_move(self.request.user, row, data)
        return edit_project(row, changes=data, version=version)

    @action(detail=True, methods=["post"])
    def archive(self, request: Request, reference: str) -> Response:
        """Take the project out of lists and totals."""
        return self.answer(archive_project(self.find("project.archive"), at=timezone.now()))

    @action(detail=True, methods=["post"])
    def unarchive(self, request: Request, reference: str) -> Response:
        """Bring an archived project back."""
        return self.answer(unarchive_project(self.find("project.archive")))


class MilestoneSerializer(serializers.ModelSerializer[Milestone]):
    """A milestone of a project."""

    project = serializers.SlugRelatedField("reference", read_only=True)

    class Meta:
        model = Milestone
        fields = ["id", "project", "title", "planned_on", "forecast_on", "actual_on", "version"]
        read_only_fields = fields


class MilestoneViewSet(mixins.ListModelMixin, RoomViewSet):
    """Milestones of the projects that the person may see; `?project=PRJ-0042` for one project's."""

    serializer_class = MilestoneSerializer
    queryset = Milestone.objects.none()
    filterset_fields = {"project__reference": ["exact"], "planned_on": ["gte", "lte"], "actual_on": ["isnull"]}

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see."""
        seen = Project.objects.visible_to(self.request.user)
        return Milestone.objects.filter(project__in=seen).select_related("project").order_by("planned_on", "pk")


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    """A role on a project."""

    project = serializers.SlugRelatedField("reference", read_only=True)
    user = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = Membership
        fields = ["id", "project", "user", "role", "starts_on", "ends_on"]
        read_only_fields = fields


class MembershipViewSet(mixins.ListModelMixin, RoomViewSet):
    """Members of the projects that the person may see."""

    serializer_class = MembershipSerializer
    queryset = Membership.objects.none()
    filterset_fields = {"project__reference": ["exact"], "user__email": ["exact"], "role": ["exact"]}

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see."""
        seen = Project.objects.visible_to(self.request.user)
        return Membership.objects.filter(project__in=seen).select_related("project", "user").order_by("pk")
