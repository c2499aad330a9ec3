"""A project and its milestones as of a day: mixed into the viewset of projects."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.base import RoomViewSet
from portfolio.actions.projects import EDITABLE
from portfolio.as_of import milestones_of, project_at
from portfolio.models import Project
from portfolio.models.asof import FACTS, FIRST_YEAR, TEXTS, moment_of

KEPT = {name.removesuffix("_id") for name in (*FACTS, *TEXTS)}
THEN = OpenApiParameter("as_of", date, description="As it stood at the end of this day; else now.")


class ProjectThenSerializer(serializers.ModelSerializer[Project]):
    """A project as it stood at the end of `as_of`, from its history and the update that was published by then. What was not known
    then is null or "". People are named by e-mail, portfolio and programme by reference, money is in `currency`."""

    as_of = serializers.SerializerMethodField()
    portfolio = serializers.SlugRelatedField("reference", read_only=True, allow_null=True)
    programme = serializers.SlugRelatedField("reference", read_only=True, allow_null=True)
    manager = serializers.SlugRelatedField("email", read_only=True, allow_null=True)
    sponsor = serializers.SlugRelatedField("email", read_only=True, allow_null=True)
    declared = serializers.CharField(source="current_update.overall", read_only=True, default="")
    computed = serializers.CharField(source="current_update.computed_overall", read_only=True, default="")
    assurance = serializers.CharField(source="current_assurance.rating", read_only=True, default="")
    reported_at = serializers.DateTimeField(source="current_update.effective_at", read_only=True, default=None)

    class Meta:
        model = Project
        fields = ["as_of", "reference", *(name for name in EDITABLE if name in KEPT), "is_confidential"]
        fields += ["declared", "computed", "assurance", "reported_at"]
        read_only_fields = fields

    def get_as_of(self, project: Project) -> date:
        """The day."""
        return self.context["as_of"]  # type: ignore[no-any-return]


class MilestoneThenSerializer(serializers.Serializer[Any]):
    """A milestone as it stands, or stood. `slip_days`: reached or forecast minus planned, null while only the plan is known; `overdue`:
    open and past its day."""

    id = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    planned_on = serializers.DateField()
    forecast_on = serializers.DateField(allow_null=True)
    actual_on = serializers.DateField(allow_null=True)
    slip_days = serializers.IntegerField(source="slip", allow_null=True)
    overdue = serializers.BooleanField()


def day_asked(request: Request) -> date | None:
    """The day in the past that `?as_of=` names; None for none, and for today. 400 for what is no day, for a day to come, and for one
    before any record."""
    text = request.query_params.get("as_of", "")
    if not text:
        return None
    try:
        day: date = serializers.DateField().run_validation(text)
    except serializers.ValidationError as error:
        raise serializers.ValidationError({"as_of": error.detail}) from error
    today = timezone.localdate()
    if day > today:
        raise serializers.ValidationError({"as_of": [_("This day lies in the future.")]})
    if day.year < FIRST_YEAR:
        raise serializers.ValidationError({"as_of": [_("This day lies before any record.")]})
    return None if day == today else day


def refuse_day(request: Request, elsewhere: str) -> None:
    """Raise 400 for a list that shows today only where a day is asked for; `elsewhere` shows it."""
    if request.query_params.get("as_of"):
        sentence = _("This list shows today. As of a day: %(address)s.") % {"address": elsewhere}
        raise serializers.ValidationError({"as_of": [sentence]})


class AsOfActions(RoomViewSet):
    """For the viewset of projects."""

    def then(self, project: Project, day: date) -> Project:
        """The project as it stood at the end of that day; 404 where nothing was known of it yet, or it was archived."""
        shown = project_at(project, moment_of(day))  # type: ignore[arg-type]  # a day in the past has a moment
        if shown is None:
            raise NotFound(_("Nothing was known of this project on that day."))
        return shown

    def answer_then(self, project: Project, day: date) -> Response:
        """The project on that day. Without an ETag: the past is not changed."""
        context = {**self.get_serializer_context(), "as_of": day}
        return Response(ProjectThenSerializer(self.then(project, day), context=context).data)

    @extend_schema(responses=MilestoneThenSerializer(many=True), filters=False, parameters=[THEN])
    @action(detail=True, pagination_class=None)
    def milestones(self, request: Request, reference: str) -> Response:
        """Its milestones in the order of their plan, today or as they stood at the end of a day: 404 where the project was not known
        then, 400 for a day to come."""
        project, day = self.find("project.view"), day_asked(request)
        if day is not None:
            self.then(project, day)
        rows = milestones_of(project, moment_of(day), day or timezone.localdate())
        return Response(MilestoneThenSerializer(rows, many=True).data)
