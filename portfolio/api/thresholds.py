"""Health thresholds: where green and amber end for a tier, to read and to set by those who set them."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.base import TaggedViewSet
from portfolio.access_parts import thresholds_for
from portfolio.actions.thresholds import FIELDS, remove_thresholds, set_thresholds
from portfolio.models import HealthThreshold
from portfolio.models.structure import Tier

KEYS = (*map(str, Tier.values), "all")
KEY = OpenApiParameter("tier", str, "path", enum=KEYS, description='Number of the tier, or "all" for those without their own.')


class ThresholdSerializer(serializers.ModelSerializer[HealthThreshold]):
    """The thresholds that a tier is rated by; `tier` null: all tiers without their own. `is_own`: they are the tier's own, not
    those of all others. Percentages but for `stale_after_days`."""

    is_own = serializers.SerializerMethodField()

    class Meta:
        model = HealthThreshold
        fields = ["tier", "is_own", *FIELDS, "version"]
        read_only_fields = ["tier", "version"]

    def get_is_own(self, row: HealthThreshold) -> bool:
        """Whether a row of its own is stored."""
        return bool(row.pk)


class ThresholdViewSet(TaggedViewSet):
    """Health thresholds, to read for those who see how things are set up, to change for those who set them. They hold for updates submitted from now on."""

    serializer_class = ThresholdSerializer
    queryset = HealthThreshold.objects.none()
    lookup_field = "tier"
    lookup_value_regex = r"[a-z0-9]{1,5}"

    def find(self, action: str) -> HealthThreshold:
        """Through the room's door; number 0 where the tier has none of its own."""
        row = thresholds_for(self.request.user, self.kwargs["tier"], action)
        row.pk = row.pk or 0
        return row

    @extend_schema(responses=ThresholdSerializer(many=True), filters=False)
    def list(self, request: Request) -> Response:
        """The thresholds of each tier, and of all others."""
        rows: Any = [thresholds_for(request.user, key, "setup.view") for key in KEYS]
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(parameters=[KEY])
    def retrieve(self, request: Request, tier: str) -> Response:
        """The thresholds of a tier, with their ETag."""
        return self.answer(self.find("setup.view"))

    @extend_schema(parameters=[KEY])
    def partial_update(self, request: Request, tier: str) -> Response:
        """Set them; those that are not sent stay as they are. Needs If-Match."""
        row = self.find("threshold.manage")
        version = self.expected_version(row)
        sent = self.get_serializer(row, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        values = {name: getattr(row, name) for name in FIELDS} | dict(sent.validated_data)
        return self.answer(set_thresholds(tier=row.tier, values=values, version=version))

    @extend_schema(parameters=[KEY])
    def destroy(self, request: Request, tier: str) -> Response:
        """Let the tier follow all others again; 404 where it does. Needs If-Match."""
        row = self.find("threshold.manage")
        if not row.pk or not row.tier:
            raise NotFound
        remove_thresholds(threshold=row, version=self.expected_version(row))
        return Response(status=204)
