"""Report schedules: read, set up, pause, take over, end; send their reports, to all, to oneself, or to look at first."""

from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.models import User
from core.api.base import VersionedViewSet, VisibleRelatedField
from core.holidays import holidays_of
from portfolio.models import Portfolio, Programme, Project
from reporting.access import asks_too_often, schedule_for, schedules_for
from reporting.actions.schedules import (
    create_schedule,
    delete_schedule,
    edit_schedule,
    pause_schedule,
    request_run,
    resume_schedule,
    take_over_schedule,
)
from reporting.api.runs import RunSerializer
from reporting.forms.schedules import FIELDS, ScheduleForm
from reporting.formulas.cadence import upcoming
from reporting.models import Purpose, ReportSchedule

SHOWN = 5


def visible(model: Any) -> Any:
    """A portfolio, programme or project that the person sees, by reference."""
    return VisibleRelatedField("reference", queryset=model.objects.active(), required=False, allow_null=True)


class ScheduleSerializer(serializers.ModelSerializer[ReportSchedule]):
    """What is reported to whom, when. `users` and `sponsor` are people by e-mail, `objective` and `unit` are ids,
    `addresses` are outside, `roles` follow from the projects."""

    owner = serializers.SlugRelatedField("email", read_only=True)
    portfolio = visible(Portfolio)
    programme = visible(Programme)
    project = visible(Project)
    sponsor = serializers.SlugRelatedField("email", queryset=User.objects.all(), required=False, allow_null=True)
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


class DueSerializer(serializers.Serializer[Any]):
    """Times when a report is due."""

    due = serializers.ListField(child=serializers.DateTimeField())


class ScheduleViewSet(VersionedViewSet):
    """Report schedules. What is sent is checked by the same form as on the page."""

    serializer_class = ScheduleSerializer
    queryset = ReportSchedule.objects.none()
    lookup_value_regex = r"\d+"
    view_action, edit_action = "report.view", "report.manage"

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see; 403 without the right to see reports."""
        rows = schedules_for(self.request.user).select_related("portfolio", "programme", "project", "sponsor")
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
        form = self._form(row, data)
        return edit_schedule(changed=form.schedule(), recipients=form.recipients(), version=version, at=timezone.now())

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

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="take-over")
    def take_over(self, request: Request, pk: str) -> Response:
        """Become its owner: from now on the reports hold what you may see."""
        take_over_schedule(schedule=self.find("report.manage"), by=request.user)
        return self.answer(self.find("report.manage"))

    def destroy(self, request: Request, pk: str) -> Response:
        """End it; what it sent stays in the archive. Needs If-Match."""
        row = self.find("report.manage")
        delete_schedule(schedule=row, at=timezone.now(), version=self.expected_version(row))
        return Response(status=204)

    @extend_schema(responses=DueSerializer)
    @action(detail=True)
    def dates(self, request: Request, pk: str) -> Response:
        """The next times when it is due."""
        row = self.find("report.view")
        due = upcoming(row.cadence, after=timezone.now(), count=SHOWN, holidays=holidays_of(row.country))
        return Response(DueSerializer({"due": due}).data)

    @extend_schema(request=None, responses={202: RunSerializer})
    @action(detail=True, methods=["post"], serializer_class=RunSerializer)
    def preview(self, request: Request, pk: str) -> Response:
        """Make the report for oneself to look at; nothing is sent."""
        return self._ask(request, pk, Purpose.PREVIEW)

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
        if asks_too_often(request.user):
            raise Throttled(60)
        run = request_run(schedule=schedule, purpose=purpose, by=request.user, at=timezone.now())
        return Response(self.get_serializer(run).data, status=202)
