"""Weights from comparison in pairs: rounds, judges, what came out and where judges differ."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request as Asked
from rest_framework.response import Response

from accounts.access import require
from accounts.models import User
from core.api.base import RoomViewSet, TaggedViewSet
from intake.access import judge_for
from intake.actions import weightings
from intake.disagreement import judged
from intake.formulas import ahp
from intake.models import Judge, Judgement, WeightingRound

PEOPLE = User.objects.filter(is_active=True)


class JudgesSerializer(serializers.Serializer[Any]):
    """People who compare, by e-mail."""

    judges = serializers.SlugRelatedField("email", queryset=PEOPLE, many=True)


class WeightingSentSerializer(JudgesSerializer):
    """A round of comparisons in pairs: of all criteria, of those of one `group` (its key), or of the groups themselves."""

    name = serializers.CharField(max_length=120)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    compares_groups = serializers.BooleanField(default=False)
    group = serializers.CharField(required=False, allow_blank=True, max_length=40, default="")


class WeightingSerializer(serializers.ModelSerializer[WeightingRound]):
    """A round of comparisons. `weights` by key (they sum to 1) and `consistency_ratio` are those of the judges who submitted,
    together; null while a pair has no answer."""

    judges = serializers.SerializerMethodField()
    items = serializers.ListField(child=serializers.DictField(child=serializers.CharField(allow_blank=True)), read_only=True)
    weights = serializers.SerializerMethodField()
    consistency_ratio = serializers.SerializerMethodField()

    class Meta:
        model = WeightingRound
        fields = ["id", "name", "model_version", "compares_groups", "items", "judges", "due_on", "opened_at", "closed_at"]
        fields += ["weights", "consistency_ratio"]
        read_only_fields = fields

    def _result(self, row: WeightingRound) -> ahp.Assessment | None:
        if not hasattr(row, "found"):
            found = judged(row)
            row.found = found.result.group if found else None  # type: ignore[attr-defined]
        return row.found  # type: ignore[attr-defined, no-any-return]

    def get_judges(self, row: WeightingRound) -> list[str]:
        """Those who compare, by e-mail, but for those who were taken out."""
        return [judge.user.email for judge in row.judges.all() if judge.withdrawn_at is None]

    def get_weights(self, row: WeightingRound) -> dict[str, float] | None:
        """The common weights."""
        found = self._result(row)
        if found is None or found.weights is None:
            return None
        return {item["key"]: round(share, 6) for item, share in zip(row.items, found.weights, strict=True)}

    def get_consistency_ratio(self, row: WeightingRound) -> float | None:
        """Of the common matrix; above 0.1 the answers want another look."""
        found = self._result(row)
        return None if found is None or found.ratio is None else round(found.ratio, 6)


class ViewSerializer(serializers.Serializer[Any]):
    """How a judge (e-mail) sees a pair: `ratio`, how many times as much the first matters as the second, 1/9 to 9."""

    judge = serializers.CharField()
    ratio = serializers.FloatField()


class DisputedPairSerializer(serializers.Serializer[Any]):
    """A pair of items, by key. `spread`: the geometric standard deviation of the `answers` to it, a factor from 1 (all the same)
    upwards. `words`: both ends as a sentence."""

    first = serializers.CharField()
    second = serializers.CharField()
    answers = serializers.IntegerField()
    spread = serializers.FloatField()
    lowest = ViewSerializer()
    highest = ViewSerializer()
    words = serializers.CharField()


class JudgedSerializer(serializers.Serializer[Any]):
    """A judge (e-mail) alone. `weights` by key (they sum to 1) and `consistency_ratio` are null while answers are missing; above 0.1 they
    want another look. `remoteness`: the factor by which the judge typically differs from all others; null where there is nobody, or no
    pair in common. `distances`: the same from each judge of the list, in its order."""

    judge = serializers.CharField()
    weights = serializers.DictField(child=serializers.FloatField(), allow_null=True)
    consistency_ratio = serializers.FloatField(allow_null=True)
    consistency = serializers.CharField()
    remoteness = serializers.FloatField(allow_null=True)
    distances = serializers.ListField(child=serializers.FloatField(allow_null=True))


class DisagreementSerializer(serializers.Serializer[Any]):
    """Where judges who submitted differ. `title` and `furthest` are sentences, `furthest` "" where nobody stands apart. `pairs`: the
    most disputed first; none with fewer than two judges or items."""

    title = serializers.CharField()
    furthest = serializers.CharField(allow_blank=True)
    judges = JudgedSerializer(many=True)
    pairs = DisputedPairSerializer(many=True)


def rounded(figure: float | None) -> float | None:
    """With as many places as are told."""
    return None if figure is None else round(figure, 6)


def disagreement_told(row: WeightingRound) -> dict[str, Any]:
    """What DisagreementSerializer writes of a round."""
    found = judged(row)
    if found is None:
        return {"title": _("No answers yet"), "furthest": "", "judges": [], "pairs": []}
    keys, mails = [item["key"] for item in row.items], [judge.user.email for judge in found.judges]
    apart = found.result.disagreement
    return {
        "title": found.title,
        "furthest": found.furthest,
        "judges": [
            {
                "judge": mail,
                "weights": None if one.weights is None else dict(zip(keys, map(rounded, one.weights), strict=True)),
                "consistency_ratio": rounded(one.ratio),
                "consistency": one.label,
                "remoteness": rounded(apart.remoteness[place]),
                "distances": [rounded(away) for away in apart.distances[place]],
            }
            for place, (mail, one) in enumerate(zip(mails, found.result.judges, strict=True))
        ],
        "pairs": [
            {
                "first": keys[cell.row],
                "second": keys[cell.column],
                "answers": cell.answers,
                "spread": rounded(cell.spread),
                "lowest": {"judge": mails[cell.lowest_judge], "ratio": rounded(cell.lowest)},
                "highest": {"judge": mails[cell.highest_judge], "ratio": rounded(cell.highest)},
                "words": found.ends_of(cell),
            }
            for cell in found.cells
        ],
    }


class WeightingViewSet(mixins.ListModelMixin, RoomViewSet):
    """Rounds of comparisons in pairs, to read for those who see how intake is set up, to change for those who set it up."""

    serializer_class = WeightingSerializer
    queryset = WeightingRound.objects.none()
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> Any:
        """All of them."""
        require(self.request.user, "setup.view")
        return WeightingRound.objects.select_related("model_version__model").prefetch_related("judges__user").order_by("-pk")

    def find(self, action: str) -> WeightingRound:
        """One of them, or 404; 403 for those who may not do `action`."""
        require(self.request.user, action)
        found: WeightingRound = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        return found

    def retrieve(self, request: Asked, pk: str) -> Response:
        """One of them with what came out."""
        return Response(self.get_serializer(self.find("setup.view")).data)

    @extend_schema(responses=DisagreementSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def disagreement(self, request: Asked, pk: str) -> Response:
        """Where the judges differ, pair by pair and judge by judge: what the page draws as a map."""
        return Response(DisagreementSerializer(disagreement_told(self.find("setup.view"))).data)

    @extend_schema(request=JudgesSerializer)
    @action(detail=True, methods=["post"])
    def invite(self, request: Asked, pk: str) -> Response:
        """Ask more judges."""
        row, sent = self.find("intake.manage"), JudgesSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        weightings.invite_judges(row, judges=sent.validated_data["judges"], at=timezone.now())
        return self.retrieve(request, pk)

    @extend_schema(request=JudgesSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Asked, pk: str) -> Response:
        """Take judges out: their answers are kept, marked, and not counted."""
        row, sent = self.find("intake.manage"), JudgesSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        for judge in row.judges.filter(user__in=sent.validated_data["judges"], withdrawn_at=None):
            weightings.withdraw_judge(judge, at=timezone.now())
        return self.retrieve(request, pk)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def take(self, request: Asked, pk: str) -> Response:
        """Write the common weights into the draft, and close the round."""
        weightings.take_weights(self.find("intake.manage"), at=timezone.now())
        return self.retrieve(request, pk)


class JudgementSerializer(serializers.ModelSerializer[Judgement]):
    """An answer to a pair: a step from 8 (the first matters 9 times as much) over 0 (both the same) to -8; null takes it back."""

    first = serializers.CharField(max_length=40)
    second = serializers.CharField(max_length=40)
    position = serializers.IntegerField(min_value=-8, max_value=8, allow_null=True)

    class Meta:
        model = Judgement
        fields = ["first", "second", "position"]


class JudgeSerializer(serializers.ModelSerializer[Judge]):
    """One's own comparisons; `items` are what is compared, `answers` what was said so far."""

    name = serializers.CharField(source="round.name", read_only=True)
    due_on = serializers.DateField(source="round.due_on", read_only=True, allow_null=True)
    items = serializers.ListField(
        source="round.items", child=serializers.DictField(child=serializers.CharField(allow_blank=True)), read_only=True
    )
    answers = JudgementSerializer(many=True, source="judgements", max_length=200)  # type: ignore[call-arg]

    class Meta:
        model = Judge
        fields = ["id", "version", "name", "due_on", "items", "answers", "submitted_at", "withdrawn_at"]
        read_only_fields = ["id", "version", "submitted_at", "withdrawn_at"]


class JudgingViewSet(mixins.ListModelMixin, TaggedViewSet):
    """One's own seats in rounds of comparisons. Changing needs the ETag in If-Match; submitting hands them in."""

    serializer_class = JudgeSerializer
    queryset = Judge.objects.none()
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> Any:
        """One's own."""
        user: Any = self.request.user
        return Judge.objects.filter(user=user).select_related("round").prefetch_related("judgements").order_by("-pk")

    def retrieve(self, request: Asked, pk: str) -> Response:
        """One of them, with its ETag."""
        return self.answer(judge_for(request.user, int(pk)))

    def partial_update(self, request: Asked, pk: str) -> Response:
        """Keep the answers that are sent; an incomplete set is fine."""
        row = judge_for(request.user, int(pk))
        version = self.expected_version(row)
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        answers = {(one["first"], one["second"]): one["position"] for one in sent.validated_data["judgements"]}
        weightings.save_judgements(row, answers=answers, version=version)
        return self.retrieve(request, pk)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def submit(self, request: Asked, pk: str) -> Response:
        """Hand in what was saved; 400 names the pair that has no answer."""
        weightings.submit_judgements(judge_for(request.user, int(pk)), answers={}, version=None, at=timezone.now())
        return self.retrieve(request, pk)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Asked, pk: str) -> Response:
        """Take back what was submitted, while the round is open."""
        weightings.reopen_judgements(judge_for(request.user, int(pk)))
        return self.retrieve(request, pk)
