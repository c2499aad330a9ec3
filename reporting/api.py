"""The API of this room: schedules and the archive to read, reports to send."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from accounts.access import may
from core.api.base import RoomViewSet
from reporting.access import run_for, runs_for, schedule_for, schedules_for
from reporting.actions.schedules import request_run
from reporting.models import Purpose, ReportDelivery, ReportRun, ReportSchedule


class ScheduleSerializer(serializers.ModelSerializer[ReportSchedule]):
    """What is reported to whom, when."""

    owner = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = ReportSchedule
        fields = ["id", "name", "report", "owner", "kind", "weekday", "monthday", "at", "zone", "language", "paper"]
        fields += ["next_due_at", "paused_at", "paused_reason", "failures", "version"]
        read_only_fields = fields


class DeliverySerializer(serializers.ModelSerializer[ReportDelivery]):
    """What became of one recipient: the state of the mail, or "refused" with the reason."""

    state = serializers.CharField(source="mail.state", read_only=True, default="refused")
    reason = serializers.SerializerMethodField()

    class Meta:
        model = ReportDelivery
        fields = ["address", "state", "reason"]
        read_only_fields = fields

    def get_reason(self, delivery: ReportDelivery) -> str:
        """Why it was refused, or why the mail failed."""
        return delivery.refusal or (delivery.mail.error if delivery.mail else "")


class RunSerializer(serializers.ModelSerializer[ReportRun]):
    """One making of a report."""

    class Meta:
        model = ReportRun
        fields = ["id", "schedule", "due_at", "purpose", "state", "tries", "error", "created_at", "finished_at"]
        read_only_fields = fields


class RunDetailSerializer(RunSerializer):
    """One making of a report with what became of each recipient."""

    deliveries = DeliverySerializer(many=True, read_only=True)

    class Meta(RunSerializer.Meta):
        fields = [*RunSerializer.Meta.fields, "deliveries"]
        read_only_fields = fields


class ScheduleViewSet(mixins.ListModelMixin, RoomViewSet):
    """Report schedules."""

    serializer_class = ScheduleSerializer
    queryset = ReportSchedule.objects.none()
    lookup_value_regex = r"\d+"

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see; 403 without the right to see reports."""
        return schedules_for(self.request.user).order_by("name", "pk")

    def retrieve(self, request: Request, pk: str) -> Response:
        """One schedule."""
        return Response(self.get_serializer(schedule_for(request.user, int(pk))).data)

    @action(detail=True, methods=["post"], serializer_class=RunSerializer)
    def send(self, request: Request, pk: str) -> Response:
        """Make the report and send it to all its recipients now."""
        return self._ask(request, pk, Purpose.NOW)

    @action(detail=True, methods=["post"], serializer_class=RunSerializer)
    def test(self, request: Request, pk: str) -> Response:
        """Make the report and send it to oneself."""
        return self._ask(request, pk, Purpose.TEST)

    def _ask(self, request: Request, pk: str, purpose: str) -> Response:
        schedule = schedule_for(request.user, int(pk), "report.manage")
        run = request_run(schedule=schedule, purpose=purpose, by=request.user, at=timezone.now())
        return Response(self.get_serializer(run).data, status=202)


class RunViewSet(mixins.ListModelMixin, RoomViewSet):
    """The archive of reports."""

    serializer_class = RunSerializer
    queryset = ReportRun.objects.none()
    lookup_value_regex = r"\d+"
    filterset_fields = {"schedule": ["exact"], "state": ["exact"], "due_at": ["gte", "lte"]}

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see; 403 without the right to see reports."""
        return runs_for(self.request.user).order_by("-due_at", "-pk")

    @extend_schema(responses=RunDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One run, with its recipients for those who manage reports."""
        run = run_for(request.user, int(pk))
        if not may(request.user, "report.manage"):
            return Response(self.get_serializer(run).data)
        prefetch_related_objects([run], "deliveries__mail")
        return Response(RunDetailSerializer(run, context=self.get_serializer_context()).data)


router = SimpleRouter()
router.register("schedules", ScheduleViewSet, basename="schedule")
router.register("runs", RunViewSet, basename="run")
