"""Requests beside each other, and what is like one that is being written."""

from html import unescape
from typing import Any

from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as Asked
from rest_framework.response import Response

from core.api.base import RoomViewSet
from intake.comparison import MOST_COMPARED, chosen_among, lines
from intake.models import Request
from intake.search import LONGEST_SEARCH, similar_to
from portfolio.models import Project

MOST_NAMED = 50


class ComparedSerializer(serializers.ModelSerializer[Request]):
    """One of the requests that are compared."""

    class Meta:
        model = Request
        fields = ["reference", "title"]
        read_only_fields = fields


class ComparedLineSerializer(serializers.Serializer[Any]):
    """The same of each request, in words, in the order of the requests; "" where it is not known."""

    label = serializers.CharField()
    cells = serializers.ListField(child=serializers.CharField(allow_blank=True))


class ComparisonSerializer(serializers.Serializer[Any]):
    """Requests side by side. `left_out`: those named beyond five."""

    requests = ComparedSerializer(many=True)
    lines = ComparedLineSerializer(many=True)
    left_out = serializers.IntegerField()


class SimilarAskedSerializer(serializers.Serializer[Any]):
    """What is being written; `but`: the reference of the draft itself. Longer words are not read to their end."""

    title = serializers.CharField(max_length=LONGEST_SEARCH)
    purpose = serializers.CharField(required=False, allow_blank=True, default="")
    but = serializers.CharField(required=False, allow_blank=True, max_length=20, default="")


class SimilarRequestSerializer(serializers.ModelSerializer[Request]):
    """A request that asks for much the same."""

    class Meta:
        model = Request
        fields = ["reference", "title", "state", "submitted_at"]
        read_only_fields = fields


class SimilarProjectSerializer(serializers.ModelSerializer[Project]):
    """A project that may do it already."""

    class Meta:
        model = Project
        fields = ["reference", "title", "phase"]
        read_only_fields = fields


class SimilarSerializer(serializers.Serializer[Any]):
    """What is like it, the likest first."""

    requests = SimilarRequestSerializer(many=True)
    projects = SimilarProjectSerializer(many=True)


def in_words(cell: Any) -> str:
    """What a page shows in a cell, without its mark-up; text that somebody wrote stays as it is."""
    return unescape(strip_tags(cell)) if isinstance(cell, SafeString) else str(cell or "")


class ComparisonActions(RoomViewSet):
    """For the viewset of requests."""

    @extend_schema(
        responses=ComparisonSerializer,
        filters=False,
        parameters=[OpenApiParameter("reference", str, many=True, required=True, description="Those to compare, up to five.")],
    )
    @action(detail=False, pagination_class=None)
    def compare(self, request: Asked) -> Response:
        """Requests side by side, as far as you may see them: the same questions and figures in one line each."""
        named = [one for one in request.query_params.getlist("reference")[:MOST_NAMED] if "\0" not in one]
        chosen = chosen_among(request.user, "reference", named)
        shown = chosen[:MOST_COMPARED]
        told = {
            "requests": shown,
            "lines": [{"label": label, "cells": [in_words(read(one)) for one in shown]} for label, read in lines()],
            "left_out": len(chosen) - len(shown),
        }
        return Response(ComparisonSerializer(told).data)

    @extend_schema(responses=SimilarSerializer, filters=False, parameters=[SimilarAskedSerializer])
    @action(detail=False, pagination_class=None)
    def similar(self, request: Asked) -> Response:
        """Requests and projects like the one that is being written, of those that you may see."""
        sent = SimilarAskedSerializer(data=request.query_params)
        sent.is_valid(raise_exception=True)
        requests, projects = similar_to(request.user, **sent.validated_data)
        return Response(SimilarSerializer({"requests": requests, "projects": projects}).data)
