"""Milestones: list, read, add, change, remove."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.base import VersionedViewSet, VisibleRelatedField
from portfolio.access import project_for
from portfolio.access_parts import milestone_for
from portfolio.actions.milestones import EDITABLE, add_milestone, edit_milestone, remove_milestone
from portfolio.api.as_of import refuse_day
from portfolio.formulas.milestones import slip_of
from portfolio.models import Milestone, Project


class MilestoneSerializer(serializers.ModelSerializer[Milestone]):
    """A milestone of a project, which stays the one that it was made for. `slip_days`: reached or forecast minus planned."""

    project = VisibleRelatedField("reference", queryset=Project.objects.all())
    slip_days = serializers.SerializerMethodField()

    class Meta:
        model = Milestone
        fields = ["id", "project", *EDITABLE, "slip_days", "version"]
        read_only_fields = ["id", "version"]

    def get_slip_days(self, milestone: Milestone) -> int | None:
        """As the page shows it; null while nothing but the plan is known."""
        return slip_of(milestone.planned_on, milestone.actual_on or milestone.forecast_on)


class MilestoneViewSet(VersionedViewSet):
    """Milestones of the projects that the person may see; `?project__reference=PRJ-0042` for one project's."""

    serializer_class = MilestoneSerializer
    queryset = Milestone.objects.none()
    lookup_value_regex = r"\d{1,18}"
    filterset_fields = {"project__reference": ["exact"], "planned_on": ["gte", "lte"], "actual_on": ["isnull"]}
    view_action = "project.view"
    edit_action = "milestone.edit"

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see."""
        seen = Project.objects.visible_to(self.request.user)
        return Milestone.objects.filter(project__in=seen).select_related("project").order_by("planned_on", "pk")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of rows, as they stand today. As of a day: `projects/<reference>/milestones/`."""
        refuse_day(request, "projects/<reference>/milestones/?as_of=")
        return super().list(request, *args, **kwargs)

    def find(self, action: str) -> Milestone:
        """Through the room's door."""
        return milestone_for(self.request.user, int(self.kwargs["pk"]), action)

    def create_row(self, data: dict[str, Any]) -> Milestone:
        """Add one, where the person may."""
        project = project_for(self.request.user, data.pop("project").reference, self.edit_action)
        return add_milestone(project, values=data)

    def change_row(self, row: Milestone, data: dict[str, Any], version: int) -> Milestone:
        """Change the fields that were sent."""
        data.pop("project", None)
        return edit_milestone(row, changes=data, version=version)

    def destroy(self, request: Request, pk: str) -> Response:
        """Remove it; its history stays. Needs If-Match."""
        row = self.find(self.edit_action)
        remove_milestone(row, version=self.expected_version(row))
        return Response(status=204)
