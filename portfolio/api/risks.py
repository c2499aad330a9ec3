"""Risks over the API, besides what every register does: what a shared risk means for each project, and its readings."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.base import VisibleRelatedField
from portfolio.access_entries import shared_impact_for
from portfolio.actions.shared_impacts import FIELDS, edit_shared_impact, share_risk, unshare_risk
from portfolio.api.raid import VIEWSETS, EntryViewSet
from portfolio.filters.raid import FILTERS
from portfolio.models import Project, RiskReading, SharedImpact


class ScaleSizeField(serializers.IntegerField):
    """On how many levels the levels that are sent were chosen. Sent along, it refuses what was rated on scales that have another
    number of levels by now; left out, levels are those of the scales in force."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=7, required=False, write_only=True, help_text=self.__doc__, **kwargs)


class RatedRiskSerializer(VIEWSETS["risk"].serializer_class):  # type: ignore[misc,name-defined]
    __doc__ = VIEWSETS["risk"].serializer_class.__doc__

    def get_fields(self) -> dict[str, Any]:
        """Those of a risk, and on which scales it was rated."""
        return super().get_fields() | {"scale_size": ScaleSizeField()}


class SharedImpactSerializer(serializers.ModelSerializer[SharedImpact]):
    """What a shared risk would mean for one project, named by reference; `impact` is a level of the organisation's scales, amounts
    are in the risk's currency."""

    project = VisibleRelatedField("reference", queryset=Project.objects.active())
    impact = serializers.IntegerField(min_value=1, max_value=7, required=False, allow_null=True)
    scale_size = ScaleSizeField()

    class Meta:
        model = SharedImpact
        fields = ["id", "project", *FIELDS, "scale_size"]


class SharedImpactChangeSerializer(SharedImpactSerializer):
    """What changes; the project stays."""

    class Meta(SharedImpactSerializer.Meta):
        fields = [*FIELDS, "scale_size"]


class RiskReadingSerializer(serializers.ModelSerializer[RiskReading]):
    """How the risk stood at a moment; a threat's exposure is negative."""

    class Meta:
        model = RiskReading
        fields = [
            "at", "inherent_likelihood", "inherent_impact", "current_likelihood", "current_impact", "target_likelihood",
            "target_impact", "probability", "exposure", "is_open",
        ]  # fmt: skip


class RiskViewSet(EntryViewSet):
    """Risks and opportunities: those that the person may see; the same filters as the list."""

    kind = "risk"
    serializer_class = RatedRiskSerializer
    filterset_class = FILTERS["risk"]

    @extend_schema(methods=["GET"], responses=SharedImpactSerializer(many=True), filters=False)
    @extend_schema(methods=["POST"], request=SharedImpactSerializer, responses={201: SharedImpactSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def shared(self, request: Request, reference: str) -> Response:
        """The projects that it would hit, of those that you may see; or add one. A risk of one project is not shared: 403."""
        if request.method == "GET":
            seen = Project.objects.visible_to(request.user)
            rows = SharedImpact.objects.filter(entry=self.find("project.view"), project__in=seen).select_related("project")
            return Response(SharedImpactSerializer(rows, many=True, context=self.get_serializer_context()).data)
        risk = self.find("register.edit")
        if risk.project_id is not None:
            raise PermissionDenied
        values = self.sent(SharedImpactSerializer)
        made = share_risk(risk, values.pop("project"), values=values, by=request.user, at=timezone.now())
        return Response(SharedImpactSerializer(made, context=self.get_serializer_context()).data, status=201)

    @extend_schema(
        methods=["PATCH"],
        request=SharedImpactChangeSerializer,
        responses=SharedImpactSerializer,
        parameters=[OpenApiParameter("impact", int, "path")],
    )
    @extend_schema(
        methods=["DELETE"], request=None, responses={204: None}, parameters=[OpenApiParameter("impact", int, "path")]
    )
    @action(detail=True, methods=["patch", "delete"], url_path=r"shared/(?P<impact>\d{1,18})", url_name="impact")
    def shared_impact(self, request: Request, reference: str, impact: str) -> Response:
        """Change what it would mean for a project, or take the project off the risk."""
        row = shared_impact_for(request.user, self.find("project.view"), int(impact))
        if request.method == "DELETE":
            unshare_risk(row)
            return Response(status=204)
        given = SharedImpactChangeSerializer(row, data=request.data, partial=True, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        row = edit_shared_impact(row, changes=given.validated_data)
        return Response(SharedImpactSerializer(row, context=self.get_serializer_context()).data)

    @extend_schema(responses=RiskReadingSerializer(many=True), filters=False)
    @action(detail=True)
    def readings(self, request: Request, reference: str) -> Response:
        """How it stood over time, the oldest first."""
        rows = RiskReading.objects.filter(entry=self.find("project.view")).order_by("at", "pk")
        return self.get_paginated_response(RiskReadingSerializer(self.paginate_queryset(rows), many=True).data)
