"""Writing the draft of a scoring model: how it scores, criteria, groups, weights; publish and drop. Everything needs If-Match
with the draft's ETag."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as Asked
from rest_framework.response import Response

from accounts.access import require
from accounts.models import User
from core.api.base import TaggedViewSet
from intake.actions import scoring as verbs
from intake.actions import weightings
from intake.api.scoring import ScoringVersionSerializer
from intake.api.weightings import WeightingSentSerializer, WeightingSerializer
from intake.models import Criterion, CriterionGroup, ScoringModelVersion
from intake.models.scoring import Axis, Method, Missing

PEOPLE = User.objects.filter(is_active=True)


class LevelSerializer(serializers.Serializer[Any]):
    """A level; `key` is that of an existing one."""

    key = serializers.CharField(required=False, allow_blank=True, max_length=40)
    label = serializers.CharField(max_length=80)
    measure = serializers.DecimalField(max_digits=12, decimal_places=4)
    meaning = serializers.CharField(required=False, allow_blank=True, max_length=300)


class CriterionSentSerializer(serializers.ModelSerializer[Criterion]):
    """A criterion as it is written; `group` by its key. Of a ready model (WSJF, RICE …) only words and levels are taken."""

    group = serializers.CharField(required=False, allow_null=True, max_length=40)
    levels = LevelSerializer(many=True, required=False, max_length=20)  # type: ignore[call-arg]
    axis = serializers.ChoiceField(Axis.choices, required=False)
    method = serializers.ChoiceField(Method.choices, required=False)
    missing = serializers.ChoiceField(Missing.choices, required=False)

    class Meta:
        model = Criterion
        fields = [*verbs.CRITERION_FIELDS]


class GroupSerializer(serializers.Serializer[Any]):
    """A group of criteria."""

    key = serializers.CharField(read_only=True)
    name = serializers.CharField(max_length=80)
    weight = serializers.DecimalField(max_digits=9, decimal_places=4, read_only=True)


class WeightsSerializer(serializers.Serializer[Any]):
    """Weights by key; they need not sum to anything."""

    criteria = serializers.DictField(child=serializers.DecimalField(max_digits=9, decimal_places=4, min_value=0), default=dict)
    groups = serializers.DictField(child=serializers.DecimalField(max_digits=9, decimal_places=4, min_value=0), default=dict)


class CriterionPlaceSerializer(serializers.Serializer[Any]):
    """One place up, or down."""

    up = serializers.BooleanField()


class DraftViewSet(TaggedViewSet):
    """Drafts of scoring models, for those who set up intake."""

    serializer_class = ScoringVersionSerializer
    queryset = ScoringModelVersion.objects.none()
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> Any:
        """All that are not published."""
        require(self.request.user, "intake.manage")
        return ScoringModelVersion.objects.filter(published_at=None).select_related("model").prefetch_related("criteria__group")

    def found(self) -> tuple[ScoringModelVersion, int]:
        """The draft, and the version that was read."""
        row = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        return row, self.expected_version(row)

    def again(self, status: int = 200) -> Response:
        """The draft as it is now, with its ETag."""
        rows = ScoringModelVersion.objects.prefetch_related("criteria__group")
        return self.answer(rows.get(pk=self.kwargs["pk"]), status=status)

    def sent(self, serializer: type[serializers.BaseSerializer[Any]], **options: Any) -> dict[str, Any]:
        """What was sent, checked."""
        given = serializer(data=self.request.data, **options)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def retrieve(self, request: Asked, pk: str) -> Response:
        """One draft."""
        return self.answer(get_object_or_404(self.get_queryset(), pk=pk))

    def partial_update(self, request: Asked, pk: str) -> Response:
        """Change how it joins answers and tells contributions."""
        row, version = self.found()
        values = self.sent(ScoringVersionSerializer, partial=True)
        changes = {name: value for name, value in values.items() if name in verbs.VERSION_FIELDS}
        verbs.edit_version(row, changes=changes, expected=version)
        return self.again()

    def destroy(self, request: Asked, pk: str) -> Response:
        """Throw it away."""
        row, version = self.found()
        verbs.drop_version(row, expected=version)
        return Response(status=204)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def publish(self, request: Asked, pk: str) -> Response:
        """Freeze it and score by it."""
        row, version = self.found()
        verbs.publish_version(row, by=request.user, at=timezone.now(), expected=version)
        return self.again()

    @extend_schema(request=CriterionSentSerializer, responses={201: ScoringVersionSerializer})
    @action(detail=True, methods=["post"])
    def criteria(self, request: Asked, pk: str) -> Response:
        """Add a criterion."""
        row, version = self.found()
        verbs.save_criterion(row, values=self.criterion_values(row), expected=version)
        return self.again(201)

    def criterion_values(self, row: ScoringModelVersion, **options: Any) -> dict[str, Any]:
        """What was sent of a criterion, its group found by key."""
        values = self.sent(CriterionSentSerializer, **options)
        if values.get("group"):
            values["group"] = self.group_of(row, values["group"])
        return values

    def group_of(self, row: ScoringModelVersion, key: str) -> CriterionGroup:
        """The group of this key, or 400."""
        found = row.groups.filter(key=key).first()
        if found is None:
            raise serializers.ValidationError({"group": [_("The draft has no such group.")]})
        return found

    @extend_schema(methods=["PATCH"], request=CriterionSentSerializer, parameters=[OpenApiParameter("criterion", str, "path")])
    @extend_schema(
        methods=["DELETE"],
        request=None,
        responses={200: ScoringVersionSerializer},
        parameters=[OpenApiParameter("criterion", str, "path")],
    )
    @action(detail=True, methods=["patch", "delete"], url_path=r"criteria/(?P<criterion>[a-z0-9_-]{1,40})")
    def criterion(self, request: Asked, pk: str, criterion: str) -> Response:
        """Change a criterion, or take it out."""
        row, version = self.found()
        one = get_object_or_404(Criterion.objects.select_related("model_version__model"), model_version=row, key=criterion)
        if request.method == "DELETE":
            verbs.drop_criterion(one, expected=version)
        else:
            verbs.save_criterion(row, values=self.criterion_values(row, partial=True), expected=version, criterion=one)
        return self.again()

    @extend_schema(request=CriterionPlaceSerializer, parameters=[OpenApiParameter("criterion", str, "path")])
    @action(detail=True, methods=["post"], url_path=r"criteria/(?P<criterion>[a-z0-9_-]{1,40})/move", url_name="move")
    def move(self, request: Asked, pk: str, criterion: str) -> Response:
        """Put a criterion one place up or down."""
        row, version = self.found()
        one = get_object_or_404(Criterion.objects.select_related("model_version__model"), model_version=row, key=criterion)
        verbs.move_criterion(one, up=self.sent(CriterionPlaceSerializer)["up"], expected=version)
        return self.again()

    @extend_schema(methods=["GET"], responses=GroupSerializer(many=True), filters=False)
    @extend_schema(methods=["POST"], request=GroupSerializer, responses={201: ScoringVersionSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def groups(self, request: Asked, pk: str) -> Response:
        """Its groups; or add one."""
        if request.method == "GET":
            row = get_object_or_404(self.get_queryset(), pk=pk)
            return Response(GroupSerializer(row.groups.all(), many=True).data)
        row, version = self.found()
        verbs.save_group(row, name=self.sent(GroupSerializer)["name"], expected=version)
        return self.again(201)

    @extend_schema(methods=["PATCH"], request=GroupSerializer, parameters=[OpenApiParameter("group", str, "path")])
    @extend_schema(
        methods=["DELETE"],
        request=None,
        responses={200: ScoringVersionSerializer},
        parameters=[OpenApiParameter("group", str, "path")],
    )
    @action(detail=True, methods=["patch", "delete"], url_path=r"groups/(?P<group>[a-z0-9_-]{1,40})")
    def group(self, request: Asked, pk: str, group: str) -> Response:
        """Give a group another name, or remove it."""
        row, version = self.found()
        one = get_object_or_404(CriterionGroup.objects.select_related("model_version__model"), model_version=row, key=group)
        if request.method == "DELETE":
            verbs.drop_group(one, expected=version)
        else:
            verbs.save_group(row, name=self.sent(GroupSerializer)["name"], expected=version, group=one)
        return self.again()

    @extend_schema(request=WeightsSerializer)
    @action(detail=True, methods=["post"])
    def weights(self, request: Asked, pk: str) -> Response:
        """Write weights; what is not named keeps its own."""
        row, version = self.found()
        words = self.sent(WeightsSerializer)
        verbs.set_weights(row, weights=words["criteria"], groups=words["groups"], expected=version)
        return self.again()

    @extend_schema(request=WeightingSentSerializer, responses={201: WeightingSerializer})
    @action(detail=True, methods=["post"])
    def compare(self, request: Asked, pk: str) -> Response:
        """Ask judges to compare its criteria, or groups, in pairs."""
        row = get_object_or_404(self.get_queryset(), pk=pk)
        words = self.sent(WeightingSentSerializer)
        key = words.pop("group")
        group = self.group_of(row, key) if key else None
        made = weightings.open_weighting(row, **words, group=group, by=request.user, at=timezone.now())
        return Response(WeightingSerializer(made).data, status=201)
