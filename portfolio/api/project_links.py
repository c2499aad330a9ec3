"""Which objectives a project serves, and what other systems call it: to read with the project, to change by its editors."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.base import VersionedViewSet
from portfolio.actions.projects import forget_identifier, identify_project, link_objective, unlink_objective
from portfolio.models import ExternalIdentifier, Objective, ProjectObjective


class ProjectObjectiveSerializer(serializers.ModelSerializer[ProjectObjective]):
    """An objective (its id) that the project serves, with the weight in percent of the project's value."""

    objective = serializers.PrimaryKeyRelatedField(queryset=Objective.objects.filter(is_active=True))
    name = serializers.CharField(source="objective.name", read_only=True)
    weight = serializers.IntegerField(min_value=1, max_value=100)

    class Meta:
        model = ProjectObjective
        fields = ["objective", "name", "weight"]


class IdentifierSerializer(serializers.ModelSerializer[ExternalIdentifier]):
    """What another system calls the project."""

    class Meta:
        model = ExternalIdentifier
        fields = ["id", "system", "value"]
        validators: list[Any] = []  # the action refuses, with the page's sentence


class LinkActions(VersionedViewSet):
    """The links of a project."""

    @extend_schema(methods=["GET"], responses=ProjectObjectiveSerializer(many=True), filters=False)
    @extend_schema(methods=["POST"], request=ProjectObjectiveSerializer, responses={201: ProjectObjectiveSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, serializer_class=ProjectObjectiveSerializer)
    def objectives(self, request: Request, reference: str) -> Response:
        """The objectives that it serves; or link one, or change its weight. All weights add up to at most 100."""
        if request.method == "GET":
            rows = self.find("project.view").objective_links.select_related("objective")
            return Response(ProjectObjectiveSerializer(rows, many=True).data)
        project = self.find("project.edit")
        sent = ProjectObjectiveSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return Response(ProjectObjectiveSerializer(link_objective(project, **sent.validated_data)).data, status=201)

    @extend_schema(request=None, responses={204: None}, parameters=[OpenApiParameter("objective", int, "path")])
    @action(detail=True, methods=["delete"], url_path=r"objectives/(?P<objective>\d{1,18})")
    def unlink(self, request: Request, reference: str, objective: str) -> Response:
        """It serves the objective (its id) no more."""
        project = self.find("project.edit")
        unlink_objective(get_object_or_404(project.objective_links, objective=int(objective)))
        return Response(status=204)

    @extend_schema(methods=["GET"], responses=IdentifierSerializer(many=True), filters=False)
    @extend_schema(methods=["POST"], request=IdentifierSerializer, responses={201: IdentifierSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, serializer_class=IdentifierSerializer)
    def identifiers(self, request: Request, reference: str) -> Response:
        """What other systems call it, for those who may change it; or record one more."""
        project = self.find("project.edit")
        if request.method == "GET":
            return Response(IdentifierSerializer(project.external_identifiers.all(), many=True).data)
        sent = IdentifierSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return Response(IdentifierSerializer(identify_project(project, **sent.validated_data)).data, status=201)

    @extend_schema(request=None, responses={204: None}, parameters=[OpenApiParameter("identifier", int, "path")])
    @action(detail=True, methods=["delete"], url_path=r"identifiers/(?P<identifier>\d{1,18})")
    def forget(self, request: Request, reference: str, identifier: str) -> Response:
        """Remove what another system calls it (by the id of that name)."""
        project = self.find("project.edit")
        forget_identifier(get_object_or_404(project.external_identifiers, pk=int(identifier)))
        return Response(status=204)
