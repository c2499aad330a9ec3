"""The triage queue: what waits for the office, how long it may stand there, and what is missing."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request as Asked
from rest_framework.response import Response

from accounts.access import may_anywhere
from core.api.base import RoomViewSet
from core.holidays import office_holidays
from intake.access import requests_for
from intake.actions.triage import assign_requests
from intake.api.moves import OwnerSerializer
from intake.filters.queue import QueueFilters
from intake.formulas.service import clock_until, day_of
from intake.models import Request
from intake.models.answers import missing_of
from intake.transitions import NEXT_NEEDS
from intake.wording import missing_label


class WaitingSerializer(serializers.ModelSerializer[Request]):
    """A request that waits for the office. `due_on`: the last day in time, and `days_left` in working days, negative once it is over; both
    null without a service time. `missing`: what must be answered before it can go on, by key and words."""

    type = serializers.SlugRelatedField("name", read_only=True)
    owner = serializers.SlugRelatedField("email", read_only=True)
    due_on = serializers.SerializerMethodField()
    days_left = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()

    class Meta:
        model = Request
        fields = ["reference", "title", "state", "type", "unit", "owner", "requester_name", "currency", "estimated_cost"]
        fields += ["needed_by_on", "resume_on", "submitted_at", "moved_at", "due_on", "days_left", "missing"]
        read_only_fields = fields

    def get_due_on(self, row: Any) -> date | None:
        """The last working day in time."""
        return None if row.due_number is None else day_of(row.due_number, office_holidays())

    def get_days_left(self, row: Any) -> int | None:
        """Working days until then."""
        since = timezone.localtime(row.moved_at).date()
        return clock_until(since, timezone.localdate(), row.due_number, office_holidays()).left

    def get_missing(self, row: Request) -> dict[str, str]:
        """What the next state needs."""
        return {one.key: missing_label(one) for one in missing_of(row, NEXT_NEEDS.get(row.state, "ready"))}


class AssignmentSerializer(OwnerSerializer):
    """Requests, by reference, and who looks after them; null for nobody."""

    requests = serializers.ListField(child=serializers.CharField(max_length=20), min_length=1, max_length=500)


class AssignedSerializer(serializers.Serializer[Any]):
    """How many requests changed hands."""

    changed = serializers.IntegerField()


class QueueViewSet(mixins.ListModelMixin, RoomViewSet):
    """Open requests, and those deferred until now, on units where the person triages or may read what waits, the most urgent first; 403 for others. The
    filters of the page."""

    serializer_class = WaitingSerializer
    queryset = Request.objects.none()
    filterset_class = QueueFilters

    def get_queryset(self) -> Any:
        """What waits for this person's office; two queries for a page of any length."""
        if not may_anywhere(self.request.user, "queue.view"):
            raise PermissionDenied
        rows = Request.objects.allowed(self.request.user, "queue.view").active().waiting(timezone.localdate()).with_clock()
        rows = rows.select_related("type", "owner", "unit", "sponsor", "form_version")
        return rows.order_by(F("due_number").asc(nulls_last=True), "moved_at", "pk")

    @extend_schema(request=AssignmentSerializer, responses=AssignedSerializer, filters=False)
    @action(detail=False, methods=["post"], pagination_class=None)
    def assign(self, request: Asked) -> Response:
        """Give several requests to an owner, or to nobody: all or none. The owner is told once."""
        sent = AssignmentSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        chosen = requests_for(request.user, sent.validated_data["requests"], "request.triage")
        count = assign_requests(chosen, owner=sent.validated_data["owner"], by=request.user, at=timezone.now())
        return Response({"changed": count})
