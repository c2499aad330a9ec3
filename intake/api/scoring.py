"""Scoring: models with their versions, assessments of requests, one's own review, and the scores."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request as Asked
from rest_framework.response import Response

from accounts.access import may, require
from accounts.models import User
from core.api.base import RoomViewSet, TaggedViewSet, VersionedViewSet
from core.api.history import Historied
from intake.access import assessment_for, knows_reviewers, request_for, review_for
from intake.actions import assessments as verbs
from intake.actions import scoring as model_verbs
from intake.actions.scores import newest_versions
from intake.models import (
    Assessment,
    Criterion,
    Request,
    RequestScore,
    RequestType,
    Reviewer,
    ReviewScore,
    ScoringModel,
    ScoringModelVersion,
)
from intake.models.assessments import Phase
from intake.models.scoring import Kind
from intake.ready import ready_models
from intake.trail import trail_of_model
from intake.wording import score_sentence

PEOPLE = User.objects.filter(is_active=True)


class CriterionSerializer(serializers.ModelSerializer[Criterion]):
    """A criterion with its levels."""

    group = serializers.SlugRelatedField("key", read_only=True)

    class Meta:
        model = Criterion
        fields = ["key", "name", "question", "group", "weight", "axis", "method", "levels", "unit", "at_zero", "at_ten"]
        fields += ["lower_is_better", "must_meet", "minimum", "missing"]


class ScoringVersionSerializer(serializers.ModelSerializer[ScoringModelVersion]):
    """A version of a scoring model with its criteria."""

    criteria = CriterionSerializer(many=True, read_only=True)

    class Meta:
        model = ScoringModelVersion
        fields = ["id", "number", "note", "average", "reference", "disputed_from", "published_at", "criteria"]


class ScoringModelSerializer(serializers.ModelSerializer[ScoringModel]):
    """A scoring model with its versions; a ready one gets its criteria when it is created."""

    versions = serializers.SerializerMethodField()
    request_types = serializers.SlugRelatedField(
        "name",
        queryset=RequestType.objects.filter(is_active=True),
        many=True,
        required=False,
        help_text="Kinds of request, by name, for whose assessments it is offered first.",
    )

    class Meta:
        model = ScoringModel
        fields = ["id", "version", "name", "kind", "description", "is_active", "request_types", "versions"]
        read_only_fields = ["id", "version"]

    def get_versions(self, row: ScoringModel) -> list[dict[str, Any]]:
        """The versions, the newest first; drafts only for those who see how intake is set up."""
        drafts = may(self.context["request"].user, "setup.view")
        found = [one for one in row.versions.all() if one.published_at or drafts]
        return [dict(ScoringVersionSerializer(one).data) for one in found]


class ScoringModelViewSet(Historied, VersionedViewSet):
    """Scoring models, and the publishing of their drafts."""

    serializer_class = ScoringModelSerializer
    queryset = ScoringModel.objects.none()
    lookup_value_regex = r"\d+"
    view_action = "request.view"
    edit_action, history_action = "intake.manage", "setup.view"

    def get_queryset(self) -> Any:
        """All of them, for those who see requests everywhere; else 403."""
        require(self.request.user, self.view_action)
        return ScoringModel.objects.prefetch_related("request_types", "versions__criteria__group").order_by("name")

    def find(self, action: str) -> ScoringModel:
        """The model, for those who may."""
        require(self.request.user, action)
        return get_object_or_404(
            ScoringModel.objects.prefetch_related("request_types", "versions__criteria__group"), pk=self.kwargs["pk"]
        )

    def trail(self, it: Any) -> Any:
        """The model's."""
        return trail_of_model(it)

    def create_row(self, data: dict[str, Any]) -> ScoringModel:
        """Create, where the person may; a ready model with its criteria."""
        require(self.request.user, self.edit_action)
        ready = ready_models().get(data.get("kind", Kind.WEIGHTED))
        types = data.pop("request_types", ())
        return model_verbs.create_model(values=data, criteria=ready["criteria"] if ready else (), types=types)

    def change_row(self, row: ScoringModel, data: dict[str, Any], version: int) -> ScoringModel:
        """Change the fields that were sent; the kind stays."""
        data.pop("kind", None)
        types = data.pop("request_types", None)
        return model_verbs.edit_model(row, changes=data, version=version, types=types)

    @extend_schema(request=None, responses={201: ScoringVersionSerializer})
    @action(detail=True, methods=["post"])
    def draft(self, request: Asked, pk: str) -> Response:
        """Begin a new version from the newest one."""
        return Response(ScoringVersionSerializer(model_verbs.create_version(self.find(self.edit_action))).data, status=201)

    @extend_schema(request=None, responses=ScoringVersionSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Asked, pk: str) -> Response:
        """Publish the draft: requests are scored by it at once."""
        draft = get_object_or_404(self.find(self.edit_action).versions.select_related("model"), published_at=None)
        done = model_verbs.publish_version(draft, by=request.user, at=timezone.now())
        return Response(ScoringVersionSerializer(done).data)


class SaidSerializer(serializers.ModelSerializer[ReviewScore]):
    """What a reviewer says on a criterion: a level's key, or a measure, and a comment."""

    criterion = serializers.SlugRelatedField("key", read_only=True)

    class Meta:
        model = ReviewScore
        fields = ["criterion", "level", "measure", "comment"]


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    """An assessment of a request. Who reviewed, and what they said, only once it is revealed."""

    request = serializers.CharField(source="request.reference", help_text="Reference of the request.")
    model_version = serializers.PrimaryKeyRelatedField(queryset=newest_versions())
    reviewers = serializers.SlugRelatedField("email", queryset=PEOPLE, many=True, write_only=True)
    reviews = serializers.SerializerMethodField()

    class Meta:
        model = Assessment
        fields = ["id", "version", "request", "model_version", "phase", "due_on", "reveals_itself", "opened_at"]
        fields += ["revealed_at", "moderated_at", "reviewers", "reviews"]
        read_only_fields = ["id", "version", "phase", "opened_at", "revealed_at", "moderated_at"]

    def get_reviews(self, row: Assessment) -> list[dict[str, Any]]:
        """Blind: nothing of it before it is revealed, then names only for those who may know them."""
        if row.phase == Phase.OPEN:
            return []
        names = knows_reviewers(self.context["request"].user, row.request)
        return [
            {
                "reviewer": seat.user.email if names else None,
                "submitted_at": seat.submitted_at,
                "counts": seat.withdrawn_at is None,
                "scores": SaidSerializer(seat.scores.all(), many=True).data,
            }
            for seat in row.reviewers.all()
            if seat.submitted_at is not None
        ]


class InviteSerializer(serializers.Serializer[Any]):
    """People to invite, by e-mail."""

    reviewers = serializers.SlugRelatedField("email", queryset=PEOPLE, many=True)


class WithdrawSerializer(serializers.Serializer[Any]):
    """A reviewer who is taken out, and why."""

    reviewer = serializers.SlugRelatedField("email", queryset=User.objects.all())
    reason = serializers.CharField(max_length=2000)


class ModerateSerializer(serializers.Serializer[Any]):
    """What was agreed on a criterion (its key): a level's key where it has levels, else a measure; and why."""

    criterion = serializers.CharField(max_length=40)
    level = serializers.CharField(required=False, allow_blank=True, max_length=40, default="")
    measure = serializers.DecimalField(max_digits=18, decimal_places=4, required=False, allow_null=True, default=None)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")


class AssessmentViewSet(mixins.ListModelMixin, RoomViewSet):
    """Assessments of requests that the person may see."""

    serializer_class = AssessmentSerializer
    queryset = Assessment.objects.none()
    lookup_value_regex = r"\d+"

    def get_queryset(self) -> Any:
        """Narrowed to requests that the person may see."""
        seen = Request.objects.visible_to(self.request.user).values("pk")
        rows = Assessment.objects.filter(request__in=seen).select_related("request")
        return rows.prefetch_related("reviewers__user", "reviewers__scores__criterion").order_by("-pk")

    def retrieve(self, request: Asked, pk: str) -> Response:
        """One assessment."""
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=pk)).data)

    def create(self, request: Asked) -> Response:
        """Open an assessment and invite its reviewers."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        data = sent.validated_data
        made = verbs.open_assessment(
            request_for(request.user, data["request"]["reference"], "scoring.moderate"),
            model_version=data["model_version"],
            reviewers=data["reviewers"],
            due_on=data.get("due_on"),
            reveals_itself=data.get("reveals_itself", True),
            by=request.user,
            at=timezone.now(),
        )
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def reveal(self, request: Asked, pk: str) -> Response:
        """Reveal all scores together."""
        row = get_object_or_404(self.get_queryset(), pk=pk)
        _request, found = assessment_for(request.user, row.request.reference, row.pk, "scoring.moderate")
        verbs.reveal_scores(found, by=request.user, at=timezone.now())
        return self.retrieve(request, pk)

    @extend_schema(request=InviteSerializer)
    @action(detail=True, methods=["post"])
    def invite(self, request: Asked, pk: str) -> Response:
        """Invite more reviewers while it is open; who withdrew and is asked again comes back."""
        found = self.moderated(pk)
        people = sent_to(InviteSerializer, request)["reviewers"]
        verbs.invite_reviewers(found, reviewers=people, by=request.user, at=timezone.now())
        return self.retrieve(request, pk)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def remind(self, request: Asked, pk: str) -> Response:
        """Remind those who have not submitted, each at most once a day."""
        verbs.remind_reviewers(self.moderated(pk), at=timezone.now())
        return self.retrieve(request, pk)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def settle(self, request: Asked, pk: str) -> Response:
        """Say that the scores were talked through and stand."""
        verbs.settle_scores(self.moderated(pk), at=timezone.now())
        return self.retrieve(request, pk)

    @extend_schema(request=WithdrawSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Asked, pk: str) -> Response:
        """Take a reviewer out: what they scored is kept, marked, and does not count."""
        found, words = self.moderated(pk), sent_to(WithdrawSerializer, request)
        seat = found.reviewers.filter(user=words["reviewer"]).first()
        if seat is None:
            raise serializers.ValidationError({"reviewer": [_("They do not review this request.")]})
        verbs.withdraw_reviewer(seat, reason=words["reason"], at=timezone.now())
        return self.retrieve(request, pk)

    @extend_schema(request=ModerateSerializer)
    @action(detail=True, methods=["post"])
    def moderate(self, request: Asked, pk: str) -> Response:
        """Put an agreed answer in place of the reviewers' mean, with a reason; neither level nor measure takes it back."""
        found, words = self.moderated(pk), sent_to(ModerateSerializer, request)
        criterion = found.model_version.criteria.select_related("model_version__model").filter(key=words["criterion"]).first()
        if criterion is None:
            raise serializers.ValidationError({"criterion": [_("The model has no such criterion.")]})
        measure = words["measure"]
        if words["level"] or (criterion.levels and measure is not None):
            held = [one for one in criterion.levels if words["level"] in ("", one["key"])]
            chosen = next((one for one in held if words["level"] or Decimal(str(one["measure"])) == measure), None)
            if chosen is None:
                raise serializers.ValidationError({"level": [_("The criterion has no such level.")]})
            measure = Decimal(str(chosen["measure"]))
        reason, at = words["reason"], timezone.now()
        verbs.moderate_score(found, criterion=criterion, measure=measure, reason=reason, by=request.user, at=at)
        return self.retrieve(request, pk)

    def moderated(self, pk: str) -> Assessment:
        """The assessment, for those who moderate scores."""
        row = get_object_or_404(self.get_queryset(), pk=pk)
        return assessment_for(self.request.user, row.request.reference, row.pk, "scoring.moderate")[1]


def sent_to(serializer: type[serializers.Serializer[Any]], request: Asked) -> dict[str, Any]:
    """What was sent, checked."""
    sent = serializer(data=request.data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


class ReviewAnswerSerializer(serializers.Serializer[Any]):
    """An answer to one criterion."""

    level = serializers.CharField(required=False, allow_blank=True)
    measure = serializers.DecimalField(max_digits=18, decimal_places=4, required=False, allow_null=True)
    comment = serializers.CharField(required=False, allow_blank=True)


class ReviewSerializer(serializers.ModelSerializer[Reviewer]):
    """One's own review: `answers` by criterion."""

    request = serializers.CharField(source="assessment.request.reference", read_only=True)
    due_on = serializers.DateField(source="assessment.due_on", read_only=True)
    phase = serializers.CharField(source="assessment.phase", read_only=True)
    scores = SaidSerializer(many=True, read_only=True)
    answers = serializers.DictField(child=ReviewAnswerSerializer(), write_only=True)

    class Meta:
        model = Reviewer
        fields = ["id", "version", "request", "due_on", "phase", "submitted_at", "withdrawn_at", "scores", "answers"]
        read_only_fields = ["id", "version", "submitted_at", "withdrawn_at"]


class DeclineSerializer(serializers.Serializer[Any]):
    """Why one does not review."""

    reason = serializers.CharField(max_length=2000)


class ReviewViewSet(mixins.ListModelMixin, TaggedViewSet):
    """One's own reviews. Changing needs the ETag in If-Match; submitting hands them in."""

    expected_version: Any = VersionedViewSet.expected_version
    answer: Any = VersionedViewSet.answer
    serializer_class = ReviewSerializer
    queryset = Reviewer.objects.none()
    lookup_value_regex = r"\d+"

    def get_queryset(self) -> Any:
        """One's own, on requests that the person may see."""
        user: Any = self.request.user
        seen = Request.objects.visible_to(user).values("pk")
        rows = Reviewer.objects.filter(user=user, assessment__request__in=seen)
        return rows.select_related("assessment__request").prefetch_related("scores__criterion").order_by("-pk")

    def retrieve(self, request: Asked, pk: str) -> Response:
        """One of them, with its ETag."""
        return self.answer(review_for(request.user, int(pk)))

    def partial_update(self, request: Asked, pk: str) -> Response:
        """Keep the answers that are sent."""
        row = review_for(request.user, int(pk))
        version = self.expected_version(row)
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return self.answer(verbs.save_review(row, answers=answers_of(sent.validated_data["answers"]), version=version))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def submit(self, request: Asked, pk: str) -> Response:
        """Hand in what was saved."""
        row = review_for(request.user, int(pk))
        return self.answer(verbs.submit_review(row, answers={}, version=None, at=timezone.now()))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Asked, pk: str) -> Response:
        """Take back what was submitted, to change it, as long as nothing is revealed."""
        return self.answer(verbs.reopen_review(review_for(request.user, int(pk))))

    @extend_schema(request=DeclineSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Asked, pk: str) -> Response:
        """Step back from this review, and say why."""
        row = review_for(request.user, int(pk))
        reason = sent_to(DeclineSerializer, request)["reason"]
        return self.answer(verbs.withdraw_reviewer(row, reason=reason, at=timezone.now()))


def answers_of(sent: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The answers as the action takes them."""
    return {
        key: {
            "level": one.get("level", ""),
            "measure": None if one.get("measure") is None else Decimal(one["measure"]),
            "comment": one.get("comment", ""),
        }
        for key, one in sent.items()
    }


class ScoreSerializer(serializers.ModelSerializer[RequestScore]):
    """A request's score by one version of a model."""

    request = serializers.SlugRelatedField("reference", read_only=True)
    sentence = serializers.SerializerMethodField()

    class Meta:
        model = RequestScore
        fields = ["request", "model_version", "percent", "figure", "value", "risk", "eligibility", "coverage"]
        fields += ["sentence", "parts", "calculated_at"]

    def get_sentence(self, row: RequestScore) -> str:
        """The score in words."""
        return score_sentence(row.parts, row.model_version)


class ScoreViewSet(mixins.ListModelMixin, RoomViewSet):
    """Scores of requests that the person may see, the highest first; `?model_version=` for one version."""

    serializer_class = ScoreSerializer
    queryset = RequestScore.objects.none()

    def get_queryset(self) -> Any:
        """Narrowed to requests that the person may see."""
        seen = Request.objects.visible_to(self.request.user).values("pk")
        rows = RequestScore.objects.filter(request__in=seen).select_related("request").order_by("-percent", "pk")
        asked = self.request.query_params.get("model_version", "")
        rows = rows.filter(model_version=int(asked)) if asked.isdecimal() and len(asked) < 10 else rows
        return rows.prefetch_related("model_version__criteria")
