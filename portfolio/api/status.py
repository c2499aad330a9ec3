"""Status updates and assurance ratings: read, write, submit, publish, return, correct."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from core.api.base import RoomViewSet, VersionedViewSet, VisibleRelatedField, WholeRow
from portfolio.access import period_for, project_actions, project_by_id, project_for
from portfolio.access_parts import ready_to_publish
from portfolio.actions import status as actions
from portfolio.actions.assurance import rate_assurance
from portfolio.divergence import divergence_by_person
from portfolio.models import DIMENSIONS, AssuranceRating, Project, ReportingPeriod, StatusDecision, StatusUpdate
from portfolio.models.visibility import project_condition

RATINGS = ("overall", *DIMENSIONS)
MOST_AT_ONCE = 500
MOST_DECISIONS = 60  # as many rows as the page takes


class WordsField(serializers.DictField):
    """Text by dimension ("schedule", "cost", …, "overall")."""

    child = serializers.CharField(max_length=2000, allow_blank=True)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """Refuses a dimension that does not exist."""
        words: dict[str, str] = super().to_internal_value(data)
        if unknown := sorted(set(words) - set(RATINGS)):
            raise serializers.ValidationError(f"Unknown: {', '.join(unknown)}. Use: {', '.join(RATINGS)}.")
        return words


class DecisionSerializer(WholeRow, serializers.ModelSerializer[StatusDecision]):
    """A decision that the update asks for."""

    class Meta:
        model = StatusDecision
        fields = ["text", "decider", "due_on"]


class StatusUpdateSerializer(serializers.ModelSerializer[StatusUpdate]):
    """A status update. `computed` maps each dimension to its computed rating and reason."""

    project = VisibleRelatedField("reference", queryset=Project.objects.all())
    period = serializers.PrimaryKeyRelatedField(queryset=ReportingPeriod.objects.all())
    period_label = serializers.CharField(source="period.label", read_only=True)
    series = serializers.SlugRelatedField("key", read_only=True)
    comments = WordsField(required=False)
    reasons = WordsField(required=False)
    decisions = DecisionSerializer(many=True, required=False, max_length=MOST_DECISIONS)  # type: ignore[call-arg]

    class Meta:
        model = StatusUpdate
        fields = [
            "id", "project", "period", "period_label", "series", "revision", "state", *RATINGS, "comments", "reasons",
            "summary", "achieved", "planned_next", "percent_complete", "forecast_finish_on", "forecast_cost", "decisions",
            "computed_overall", "computed", "submitted_at", "review_comment", "published_at", "effective_at", "source",
            "version",
        ]  # fmt: skip
        read_only_fields = [
            "revision", "state", "computed_overall", "computed", "submitted_at", "review_comment", "published_at",
            "effective_at", "source", "version",
        ]  # fmt: skip


class ReturnSerializer(serializers.Serializer[Any]):
    """What should change."""

    comment = serializers.CharField(max_length=4000)


class UpdateReadSerializer(serializers.Serializer[Any]):
    """A status update, and its `version` as you read it."""

    id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class PublishSeveralSerializer(serializers.Serializer[Any]):
    """Status updates, each as it was read."""

    updates = UpdateReadSerializer(many=True, min_length=1, max_length=MOST_AT_ONCE)  # type: ignore[call-arg]


class PublishRefusedSerializer(serializers.Serializer[Any]):
    """An update that was not published, and why."""

    id = serializers.IntegerField()
    reason = serializers.CharField()


class PublishedSerializer(serializers.Serializer[Any]):
    """What became of each. `left_out`: those that do not wait for you: not submitted, submitted by you, or of a project that you do
    not review. `refused`: those that were changed since you read them, or that somebody moved in this moment."""

    published = serializers.ListField(child=serializers.IntegerField())
    left_out = serializers.ListField(child=serializers.IntegerField())
    refused = PublishRefusedSerializer(many=True)


class PersonDivergenceSerializer(serializers.Serializer[Any]):
    """One who submitted updates: how many were compared, in how many the declared overall rating was better or worse than the
    computed one; percentages of better ones in all, before the last half year, and in it (null: nothing to compare)."""

    email = serializers.EmailField()
    compared = serializers.IntegerField()
    better = serializers.IntegerField()
    worse = serializers.IntegerField()
    share = serializers.IntegerField()
    earlier_share = serializers.IntegerField(allow_null=True)
    recent_share = serializers.IntegerField(allow_null=True)


class StatusUpdateViewSet(VersionedViewSet):
    """Updates of the projects whose status the person may see, newest first."""

    serializer_class = StatusUpdateSerializer
    queryset = StatusUpdate.objects.none()
    filterset_fields = {
        "project__reference": ["exact"],
        "state": ["exact"],
        "period": ["exact"],
        "series__key": ["exact"],
        "overall": ["exact"],
        "effective_at": ["gte", "lte"],
    }
    view_action = "status.view"
    edit_action = "status.edit"

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see; drafts only where they may write or review."""
        user = self.request.user
        drafts = project_condition(user, "status.edit", "project__") | project_condition(user, "status.review", "project__")
        rows = StatusUpdate.objects.visible_to(user)
        seen = rows.ever_published() | rows.filter(drafts)
        return (
            seen.select_related("project", "period", "series")
            .defer("facts", "project__search", "project__description", "project__purpose")
            .prefetch_related("decisions")
            .order_by("-effective_at", "-pk")
        )

    def find(self, action: str) -> StatusUpdate:
        """The update, when the person may do `action` on its project."""
        update: StatusUpdate = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        project_by_id(self.request.user, update.project_id, action)
        return update

    def create_row(self, data: dict[str, Any]) -> StatusUpdate:
        """Begin the draft of a period in which the project reports."""
        project = project_for(self.request.user, data.pop("project").reference, "status.edit")
        period = period_for(project, data.pop("period").pk)
        return self._save(project, period, None, data, 0)

    def change_row(self, row: StatusUpdate, data: dict[str, Any], version: int) -> StatusUpdate:
        """Change the draft."""
        data.pop("project", None), data.pop("period", None)
        return self._save(row.project, row.period, row, data, version)

    def _save(
        self, project: Project, period: ReportingPeriod, row: StatusUpdate | None, data: dict[str, Any], version: int
    ) -> StatusUpdate:
        if "decisions" in data:
            decisions = [(one["text"], one.get("decider", ""), one.get("due_on")) for one in data.pop("decisions")]
        else:
            decisions = actions.decision_rows(row) if row else []
        saved = actions.save_draft(
            project=project,
            period=period,
            values=data,
            decisions=decisions,
            version=version,
            by=self.request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        return self._again(saved)

    def _again(self, update: StatusUpdate) -> StatusUpdate:
        found: StatusUpdate = self.get_queryset().get(pk=update.pk)
        return found

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Submit the draft; If-Match names the version that was read."""
        update = self.find("status.submit")
        done = actions.submit_update(
            update=update,
            version=self.expected_version(update),
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
            may_correct="status.correct" in project_actions(request.user, update.project),
        )
        return self.answer(self._again(done))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Publish a submitted update of somebody else; If-Match names the version that was read."""
        update = self.find("status.review")
        version = self.expected_version(update)
        done = actions.publish_update(update=update, by=request.user, at=timezone.now(), version=version)  # type: ignore[arg-type]
        return self.answer(self._again(done))

    @extend_schema(responses=PersonDivergenceSerializer(many=True), filters=False)
    @action(detail=False, url_path="by-person")
    def by_person(self, request: Request) -> Response:
        """Who declares otherwise than the facts compute, within a year; who declares better most often first. For those who review
        everywhere, and auditors."""
        require(request.user, "queue.view")
        people: Any = divergence_by_person(request.user, at=timezone.now())
        return self.get_paginated_response(PersonDivergenceSerializer(self.paginate_queryset(people), many=True).data)

    @extend_schema(request=PublishSeveralSerializer, responses=PublishedSerializer)
    @action(detail=False, methods=["post"], url_path="publish-several")
    def publish_several(self, request: Request) -> Response:
        """Publish several, each in a transaction of its own: one that is refused holds no other back. For those who review everywhere;
        403 for others. At most 500."""
        require(request.user, "status.review")
        sent = PublishSeveralSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        versions = {one["id"]: one["version"] for one in sent.validated_data["updates"]}
        ready = list(ready_to_publish(request.user, versions))
        published, refused = actions.publish_each(ready, versions=versions, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        waited = {update.pk for update in ready}
        return Response(
            {
                "published": [update.pk for update in published],
                "left_out": [pk for pk in versions if pk not in waited],
                "refused": [{"id": update.pk, "reason": why} for update, why in refused],
            }
        )

    @extend_schema(responses=StatusUpdateSerializer)
    @action(detail=True, methods=["post"], url_path="return", serializer_class=ReturnSerializer)
    def send_back(self, request: Request, pk: str) -> Response:
        """Send a submitted update back with what should change."""
        words = ReturnSerializer(data=request.data)
        words.is_valid(raise_exception=True)
        done = actions.return_update(
            update=self.find("status.review"),
            comment=words.validated_data["comment"],
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        row = self._again(done)
        return Response(StatusUpdateSerializer(row, context=self.get_serializer_context()).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take a submitted update back before it is reviewed: a draft again."""
        done = actions.withdraw_update(update=self.find("status.edit"))
        return self.answer(self._again(done))

    def destroy(self, request: Request, pk: str) -> Response:
        """Throw a draft away that was never submitted. Needs If-Match."""
        row = self.find("status.edit")
        actions.discard_draft(update=row, version=self.expected_version(row))
        return Response(status=204)

    @extend_schema(request=None, responses={201: StatusUpdateSerializer})
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        """Begin a correction: a new revision, a draft."""
        done = actions.correct_update(update=self.find("status.edit"), by=request.user)  # type: ignore[arg-type]
        return self.answer(self._again(done), status=201)


class AssuranceRatingSerializer(serializers.ModelSerializer[AssuranceRating]):
    """A rating of delivery confidence, from its moment on."""

    project = VisibleRelatedField("reference", queryset=Project.objects.all())
    rated_by = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = AssuranceRating
        fields = ["id", "project", "rating", "comment", "rated_by", "effective_at", "source"]
        read_only_fields = ["effective_at", "source"]


class AssuranceRatingViewSet(mixins.ListModelMixin, RoomViewSet):
    """Assurance ratings of the projects whose status the person may see."""

    serializer_class = AssuranceRatingSerializer
    queryset = AssuranceRating.objects.none()
    filterset_fields = {"project__reference": ["exact"], "rating": ["exact"]}

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see."""
        seen = project_condition(self.request.user, "status.view", "project__")
        rows = AssuranceRating.objects.filter(seen).select_related("project", "rated_by")
        return rows.order_by("-effective_at", "-pk")

    def create(self, request: Request) -> Response:
        """Rate a project from now on."""
        words = self.get_serializer(data=request.data)
        words.is_valid(raise_exception=True)
        data = words.validated_data
        made = rate_assurance(
            project=project_for(request.user, data["project"].reference, "assurance.rate"),
            rating=data["rating"],
            comment=data.get("comment", ""),
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        return Response(self.get_serializer(made).data, status=201)


class PeriodSerializer(serializers.ModelSerializer[ReportingPeriod]):
    """A reporting period of a calendar."""

    calendar = serializers.SlugRelatedField("name", read_only=True)

    class Meta:
        model = ReportingPeriod
        fields = ["id", "calendar", "label", "starts_on", "ends_on", "opens_on", "due_on"]
        read_only_fields = fields


class PeriodViewSet(mixins.ListModelMixin, RoomViewSet):
    """Reporting periods; `?project=PRJ-0042` for those in which a project reports."""

    serializer_class = PeriodSerializer
    queryset = ReportingPeriod.objects.none()
    filterset_fields = {"calendar__name": ["exact"], "due_on": ["gte", "lte"], "ends_on": ["gte", "lte"]}

    def get_queryset(self) -> Any:
        """Periods of calendars in which a project reports that the person may see."""
        seen = Project.objects.visible_to(self.request.user)
        if reference := self.request.query_params.get("project"):
            seen = seen.filter(reference=reference)
        rows = ReportingPeriod.objects.filter(calendar__duties__project__in=seen).distinct()
        return rows.select_related("calendar").order_by("-ends_on", "-pk")
