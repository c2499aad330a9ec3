"""The API of this room: schedules to read and set up, the archive to read, reports to send."""

from typing import Any

from django.db.models import Model, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from accounts.access import may, require
from accounts.models import User
from core.api.base import RoomViewSet, VersionedViewSet, VisibleRelatedField
from portfolio.models import Portfolio, Programme, Project
from reporting.access import run_for, runs_for, schedule_for, schedules_for
from reporting.actions.schedules import create_schedule, edit_schedule, pause_schedule, request_run, resume_schedule
from reporting.forms.schedules import FIELDS, ScheduleForm
from reporting.models import Purpose, ReportDelivery, ReportRun, ReportSchedule


def visible(model: Any) -> Any:
    """A portfolio, programme or project that the person sees, by reference."""
    return VisibleRelatedField("reference", queryset=model.objects.active(), required=False, allow_null=True)


class ScheduleSerializer(serializers.ModelSerializer[ReportSchedule]):
    """What is reported to whom, when. `users` are people by e-mail, `addresses` are outside, `roles` follow from the projects."""

    owner = serializers.SlugRelatedField("email", read_only=True)
    portfolio = visible(Portfolio)
    programme = visible(Programme)
    project = visible(Project)
    users = serializers.SlugRelatedField("email", queryset=User.objects.filter(is_active=True), many=True, required=False)
    addresses = serializers.ListField(child=serializers.EmailField(), required=False)

    class Meta:
        model = ReportSchedule
        fields = ["id", "owner", *FIELDS, "users", "addresses", "roles"]
        fields += ["next_due_at", "paused_at", "paused_reason", "failures", "version"]
        read_only_fields = ["id", "next_due_at", "paused_at", "paused_reason", "failures", "version"]

    def to_representation(self, schedule: ReportSchedule) -> dict[str, Any]:
        """With its recipients by name."""
        rows = list(schedule.recipients.all())
        schedule.users = [row.user for row in rows if row.user]  # type: ignore[attr-defined]
        schedule.addresses = [row.address for row in rows if row.address]  # type: ignore[attr-defined]
        return super().to_representation(schedule)


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

    deliveries = DeliverySerializer(many=True, read_only=True, allow_null=True)

    class Meta(RunSerializer.Meta):
        fields = [*RunSerializer.Meta.fields, "deliveries"]
        read_only_fields = fields


class ScheduleViewSet(VersionedViewSet):
    """Report schedules. What is sent is checked by the same form as on the page."""

    serializer_class = ScheduleSerializer
    queryset = ReportSchedule.objects.none()
    lookup_value_regex = r"\d+"
    view_action, edit_action = "report.view", "report.manage"

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see; 403 without the right to see reports."""
        rows = schedules_for(self.request.user).select_related("portfolio", "programme", "project")
        return rows.prefetch_related("recipients__user").order_by("name", "pk")

    def find(self, action: str) -> ReportSchedule:
        """Through the room's door."""
        return schedule_for(self.request.user, int(self.kwargs["pk"]), action)

    def check_create(self) -> None:
        """For those who set up reports."""
        require(self.request.user, self.edit_action)

    def create_row(self, data: dict[str, Any]) -> ReportSchedule:
        """Schedule a report, owned by who makes it."""
        form = self._form(ReportSchedule(), data)
        by = self.request.user
        return create_schedule(schedule=form.schedule(), recipients=form.recipients(), by=by, at=timezone.now())

    def change_row(self, row: ReportSchedule, data: dict[str, Any], version: int) -> ReportSchedule:
        """Change it."""
        form, by = self._form(row, data), self.request.user
        return edit_schedule(changed=form.schedule(), recipients=form.recipients(), version=version, by=by, at=timezone.now())

    def _form(self, row: ReportSchedule, data: dict[str, Any]) -> ScheduleForm:
        """The page's form, filled with what the schedule has and what was sent. Raises ValidationError by field."""
        blank = ScheduleForm(instance=row, user=self.request.user)
        values = {name: blank[name].value() for name in blank.fields}
        if "addresses" in data:
            values["addresses"] = "\n".join(data.pop("addresses"))
        if "users" in data:
            values["users"] = [user.pk for user in data.pop("users")]
        values |= {name: value.pk if isinstance(value, Model) else value for name, value in data.items()}
        form = ScheduleForm(values, instance=row, user=self.request.user)
        if not form.is_valid():
            raise serializers.ValidationError({name: [str(error) for error in errors] for name, errors in form.errors.items()})
        return form

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Stop it until somebody resumes it."""
        row, at = self.find("report.manage"), timezone.now()
        pause_schedule(schedule=row, reason=_("Paused by %(person)s.") % {"person": request.user}, at=at)
        return self.answer(self.find("report.manage"))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Let it run again from its next due time."""
        return self.answer(resume_schedule(schedule=self.find("report.manage"), by=request.user, at=timezone.now()))

    @extend_schema(request=None, responses={202: RunSerializer})
    @action(detail=True, methods=["post"], serializer_class=RunSerializer)
    def send(self, request: Request, pk: str) -> Response:
        """Make the report and send it to all its recipients now."""
        return self._ask(request, pk, Purpose.NOW)

    @extend_schema(request=None, responses={202: RunSerializer})
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
            return Response(self.get_serializer(run).data | {"deliveries": None})
        prefetch_related_objects([run], "deliveries__mail")
        return Response(RunDetailSerializer(run, context=self.get_serializer_context()).data)


router = SimpleRouter()
router.register("schedules", ScheduleViewSet, basename="schedule")
router.register("runs", RunViewSet, basename="run")
