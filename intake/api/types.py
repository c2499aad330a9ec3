"""Kinds of request with the questions that they ask: for programs that ask in somebody's name."""

from typing import Any

from django.db.models import Prefetch
from rest_framework import mixins, serializers

from core.api.base import RoomViewSet
from intake.models import FormVersion, RequestType


class FormSerializer(serializers.ModelSerializer[FormVersion]):
    """A published form: its steps and questions, as `intake/formulas/questions.py` describes them."""

    class Meta:
        model = FormVersion
        fields = ["number", "published_at", "document"]
        read_only_fields = fields


class RequestTypeSerializer(serializers.ModelSerializer[RequestType]):
    """A kind of request; `forms` holds the one that new requests of this kind are asked with."""

    forms = FormSerializer(many=True, read_only=True, source="published")

    class Meta:
        model = RequestType
        fields = ["id", "name", "description", "service_days", "forms"]
        read_only_fields = fields


class RequestTypeViewSet(mixins.ListModelMixin, RoomViewSet):
    """Kinds of request that can be asked for now, each with its published form."""

    serializer_class = RequestTypeSerializer
    queryset = RequestType.objects.none()

    def get_queryset(self) -> Any:
        """For everybody who asks; two queries."""
        newest = FormVersion.objects.exclude(published_at=None).order_by("type_id", "-number").distinct("type_id")
        kinds = RequestType.objects.filter(is_active=True, form_versions__published_at__isnull=False).distinct()
        return kinds.prefetch_related(Prefetch("form_versions", queryset=newest, to_attr="published"))
