"""Projects: list, read, create, change, archive, make confidential."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import OrganisationUnit, User
from core.api.base import ValuesViewSet, VersionedViewSet, VisibleRelatedField
from core.api.conversation import Talked
from core.api.history import Historied
from portfolio.access import check_move, may_create_project, project_actions, project_for, units_to_create_in
from portfolio.actions.projects import (
    EDITABLE,
    archive_project,
    confide_project,
    create_project,
    edit_project,
    unarchive_project,
)
from portfolio.api.as_of import THEN, ProjectThenSerializer, day_asked, refuse_day
from portfolio.api.project_changes import ChangeFigures
from portfolio.api.project_links import LinkActions
from portfolio.api.project_sets import ProjectSetActions
from portfolio.filters.projects import ProjectFilters
from portfolio.models import Portfolio, Programme, Project
from portfolio.models.asof import moment_of, trend_points
from portfolio.trail import project_trail

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


class ConfideSerializer(serializers.Serializer[Any]):
    """Whether the project is confidential; `stay_named` makes you a member, so that you keep seeing it."""

    is_confidential = serializers.BooleanField()
    stay_named = serializers.BooleanField(default=True)


class TrendSerializer(serializers.Serializer[Any]):
    """The ratings of a period as its standing update gives them; "" where none was given."""

    period = serializers.CharField()
    overall = serializers.CharField(allow_blank=True)
    schedule = serializers.CharField(allow_blank=True)
    cost = serializers.CharField(allow_blank=True)
    scope = serializers.CharField(allow_blank=True)
    benefits = serializers.CharField(allow_blank=True)
    risk = serializers.CharField(allow_blank=True)
    resources = serializers.CharField(allow_blank=True)
    computed = serializers.CharField(source="computed_overall", allow_blank=True)


class TrendAskedSerializer(serializers.Serializer[Any]):
    """What a trend is asked as of."""

    as_of = serializers.DateField(required=False)


class ProjectViewSet(Historied, LinkActions, ProjectSetActions, ChangeFigures, Talked, ValuesViewSet, VersionedViewSet):
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

    def trail(self, it: Project) -> Any:
        """As on the page."""
        return project_trail(self.request.user, it, project_actions(self.request.user, it))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of rows, as they stand today. As of a day: the overview's `rows`, or one project."""
        refuse_day(request, "reporting/overview/rows/?figure=projects&as_of=")
        return super().list(request, *args, **kwargs)

    @extend_schema(
        responses=PolymorphicProxySerializer(
            "ProjectOrThen", [ProjectSerializer, ProjectThenSerializer], resource_type_field_name=None
        ),
        parameters=[THEN],
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One project, with its ETag; or as it stood at the end of a day: 404 where nothing was known of it then, 400 for a day to
        come."""
        project, day = self.find(self.view_action), day_asked(request)
        return self.answer(project) if day is None else self.answer_then(project, day)

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

    @extend_schema(request=ConfideSerializer)
    @action(detail=True, methods=["post"])
    def confide(self, request: Request, reference: str) -> Response:
        """Make it confidential, or open again: 400 when nobody would see it any more. Needs If-Match."""
        project = self.find("project.confide")
        version = self.expected_version(project)
        sent = ConfideSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        confidential, stay_named = sent.validated_data["is_confidential"], sent.validated_data["stay_named"]
        return self.answer(
            confide_project(project, confidential=confidential, by=request.user, stay_named=stay_named, version=version)
        )

    @extend_schema(responses=TrendSerializer(many=True), filters=False, parameters=[TrendAskedSerializer])
    @action(detail=True, pagination_class=None)
    def trend(self, request: Request, reference: str) -> Response:
        """Every rating over the last periods, the newest first, today or as of the end of a day."""
        project = self.find("status.view")
        asked = TrendAskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(TrendSerializer(trend_points(project, moment_of(asked.validated_data.get("as_of"))), many=True).data)
