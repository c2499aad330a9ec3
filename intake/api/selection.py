"""Selection rounds with their ranking, decisions and their conditions: list, read, create, change, rank, close, decide, meet."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from accounts.access import require
from accounts.models import User
from core.api.base import RoomViewSet, TaggedViewSet, VersionedViewSet
from core.errors import ActionError
from intake.access import agenda_item_for, condition_to_meet, knows_reviewers, request_for, requests_for
from intake.actions.decisions import Demand, decide_request, meet_condition, retry_record
from intake.actions.rounds import (
    EDITABLE,
    close_round,
    create_round,
    drop_entry,
    edit_round,
    gather_requests,
    mark_must_do,
    rank_by,
    rank_entry,
)
from intake.actions.scores import newest_versions
from intake.models import AgendaItem, Condition, Decision, RankedEntry, Request, SelectionRound
from intake.models.selection import Outcome
from intake.ranking import Line, lines_of, order_by_score
from intake.stability import round_stability_of


class RoundSerializer(serializers.ModelSerializer[SelectionRound]):
    """A selection round."""

    model_version = serializers.PrimaryKeyRelatedField(queryset=newest_versions(), required=False, allow_null=True)

    class Meta:
        model = SelectionRound
        fields = ["id", "version", "closed_at", *EDITABLE]
        read_only_fields = ["id", "version", "closed_at"]


class PlaceSerializer(serializers.Serializer[Any]):
    """Another place for a request, or that it must be done."""

    request = serializers.CharField(help_text="Reference of the request.")
    position = serializers.IntegerField(min_value=1, required=False)
    must_do = serializers.BooleanField(required=False)
    reason = serializers.CharField(required=False, allow_blank=True)


class GatherSerializer(serializers.Serializer[Any]):
    """Requests for a round, by reference: one, or several in the order in which they are put at the end."""

    request = serializers.CharField(max_length=20, required=False)
    requests = serializers.ListField(child=serializers.CharField(max_length=20), required=False, min_length=1, max_length=500)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of both."""
        if len(attrs) != 1:
            raise serializers.ValidationError(_("Name one request, or a list of requests."))
        return attrs


class RankedSerializer(serializers.Serializer[Any]):
    """A place of the ranking; amounts are decimals as text. A confidential request counts without its name."""

    position = serializers.IntegerField()
    request = serializers.CharField(allow_null=True)
    title = serializers.CharField(allow_null=True)
    must_do = serializers.BooleanField()
    reason = serializers.CharField()
    score = serializers.CharField(allow_null=True)
    cost = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    cumulative = serializers.CharField()
    funding = serializers.CharField()


def place_of(line: Line) -> dict[str, Any]:
    """A row of the ranking; a confidential request counts without its name."""
    return {
        "position": line.entry.position,
        "request": line.request.reference if line.request else None,
        "title": line.request.title if line.request else None,
        "must_do": line.entry.must_do,
        "reason": line.entry.reason if line.request else "",
        "score": None if line.score is None else str(line.score),
        "cost": None if line.cost is None else str(line.cost),
        "currency": line.currency,
        "cumulative": str(line.funded.cumulative),
        "funding": line.funded.state,
    }


class StabilityLineSerializer(serializers.Serializer[Any]):
    """A criterion's weight (share, 0 to 1) and the interval in which the choice stays; `margin`: how far it can move, null: any way."""

    criterion = serializers.CharField()
    weight = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    margin = serializers.FloatField(allow_null=True)
    says = serializers.CharField()


class OpinionRowSerializer(serializers.Serializer[Any]):
    """A request that either method chooses: its place by weighted mean and by TOPSIS, how near it comes to the ideal (0 to 1)."""

    name = serializers.CharField()
    place = serializers.IntegerField()
    other_place = serializers.IntegerField()
    closeness = serializers.FloatField()
    chosen = serializers.BooleanField()
    other_chosen = serializers.BooleanField()


class OpinionSerializer(serializers.Serializer[Any]):
    """What TOPSIS would choose with the same points and weights. `incomplete`: requests that leave a criterion out, not compared;
    `more`: rows not told."""

    finding = serializers.CharField()
    incomplete = serializers.IntegerField()
    more = serializers.IntegerField()
    rows = OpinionRowSerializer(many=True)


class StabilitySerializer(serializers.Serializer[Any]):
    """How stable the choice is, the weight that can move least first; `reason`: why it cannot be said. Requests are named as far as
    you may see them. `left_out`: those without a score or a cost. `by_hand`: those with a place given by hand, which count here as their scores rank them."""

    reason = serializers.CharField(allow_blank=True, default="")
    finding = serializers.CharField(allow_blank=True, default="")
    by_funding = serializers.BooleanField(default=False)
    left_out = serializers.IntegerField(default=0)
    by_hand = serializers.ListField(child=serializers.CharField(), default=list)
    chosen = serializers.ListField(child=serializers.CharField(), default=list)
    lines = StabilityLineSerializer(many=True, default=list)
    opinion = OpinionSerializer(allow_null=True, default=None)


class RoundViewSet(VersionedViewSet):
    """Selection rounds, and the ranking of each."""

    serializer_class = RoundSerializer
    queryset = SelectionRound.objects.none()
    lookup_value_regex = r"\d+"
    view_action = "request.view"
    edit_action = "selection.manage"

    def get_queryset(self) -> Any:
        """All of them, for those who see requests everywhere; else 403."""
        require(self.request.user, "request.view")
        return SelectionRound.objects.order_by("-pk")

    def find(self, action: str) -> SelectionRound:
        """The round, for those who may."""
        require(self.request.user, action)
        return get_object_or_404(SelectionRound, pk=self.kwargs["pk"])

    def create_row(self, data: dict[str, Any]) -> SelectionRound:
        """Create, where the person may."""
        require(self.request.user, self.edit_action)
        return create_round(values=data)

    def change_row(self, row: SelectionRound, data: dict[str, Any], version: int) -> SelectionRound:
        """Change the fields that were sent."""
        return edit_round(row, changes=data, version=version)

    @extend_schema(responses=RankedSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], serializer_class=RankedSerializer, pagination_class=None)
    def ranking(self, request: ApiRequest, pk: str) -> Response:
        """The ranked requests against the funding line."""
        lines, _funding = lines_of(self.find(self.view_action), request.user)
        return Response([place_of(line) for line in lines])

    @extend_schema(responses=StabilitySerializer, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def stability(self, request: ApiRequest, pk: str) -> Response:
        """How far each weight can move before the chosen requests change, of the ranking by score."""
        self.find(self.view_action)
        chosen = get_object_or_404(SelectionRound.objects.select_related("model_version__model"), pk=pk)
        return Response(StabilitySerializer(round_stability_of(request.user, chosen)).data)

    @extend_schema(responses=RoundSerializer)
    @action(detail=True, methods=["post"], serializer_class=GatherSerializer)
    def gather(self, request: ApiRequest, pk: str) -> Response:
        """Add requests at the end of the ranking; those that are in it stay where they are."""
        chosen = self.find(self.edit_action)
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        words = sent.validated_data
        gather_requests(chosen, requests=requests_for(request.user, words.get("requests") or [words["request"]]))
        return Response(RoundSerializer(self.find(self.view_action)).data)

    @extend_schema(responses=RoundSerializer)
    @action(detail=True, methods=["post"], serializer_class=PlaceSerializer)
    def place(self, request: ApiRequest, pk: str) -> Response:
        """Put a request at another place, or force it in; needs the round's ETag in If-Match and a reason."""
        chosen = self.find(self.edit_action)
        version = self.expected_version(chosen)
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        data = sent.validated_data
        asked = request_for(request.user, data["request"])
        entry = get_object_or_404(RankedEntry.objects.select_related("round"), round=chosen, request=asked)
        reason = data.get("reason", "")
        if "must_do" in data:
            changed = mark_must_do(entry, must_do=data["must_do"], reason=reason, version=version)
        else:
            changed = rank_entry(entry, position=data.get("position", entry.position), reason=reason, version=version)
        self.serializer_class = RoundSerializer
        return self.answer(changed)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def rank(self, request: ApiRequest, pk: str) -> Response:
        """Rank the whole round anew by score; reasons given for other places are dropped. Needs If-Match."""
        chosen = self.find(self.edit_action)
        version = self.expected_version(chosen)
        if chosen.model_version is None:
            raise ActionError(_("Choose a scoring model for the round first."), field="model_version")
        return self.answer(rank_by(chosen, order=order_by_score(chosen), version=version))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def close(self, request: ApiRequest, pk: str) -> Response:
        """Close the round: its ranking stays as it is. Needs If-Match."""
        chosen = self.find(self.edit_action)
        return self.answer(close_round(chosen, at=timezone.now(), version=self.expected_version(chosen)))

    @extend_schema(request=None, responses={200: RoundSerializer}, parameters=[OpenApiParameter("entry", str, "path")])
    @action(detail=True, methods=["delete"], url_path=r"ranking/(?P<entry>[^/.]+)", url_name="drop")
    def drop(self, request: ApiRequest, pk: str, entry: str) -> Response:
        """Take a request (its reference) out of the round; those below move up. Needs If-Match."""
        chosen = self.find(self.edit_action)
        version = self.expected_version(chosen)
        rows = RankedEntry.objects.select_related("round")
        found = get_object_or_404(rows, round=chosen, request=request_for(request.user, entry))
        return self.answer(drop_entry(found, version=version))


class DecisionConditionSerializer(serializers.ModelSerializer[Condition]):
    """A condition of an approval; its owner by e-mail."""

    owner = serializers.SlugRelatedField("email", queryset=User.objects.filter(is_active=True))

    class Meta:
        model = Condition
        fields = ["id", "text", "owner", "due_on", "met_at", "note"]
        read_only_fields = ["id", "met_at", "note"]


class ConditionSerializer(serializers.ModelSerializer[Condition]):
    """A condition of an approval. `note`: how it was met."""

    request = serializers.CharField(source="decision.request.reference", read_only=True)
    owner = serializers.SlugRelatedField("email", read_only=True)
    met_by = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = Condition
        fields = ["id", "version", "request", "decision", "text", "owner", "due_on", "met_at", "met_by", "note"]
        read_only_fields = fields


class MetSerializer(serializers.Serializer[Any]):
    """How a condition was met, and where the proof is."""

    note = serializers.CharField(max_length=4000)


class RequestDecisionSerializer(serializers.ModelSerializer[Decision]):
    """A decision with its conditions and what it was taken on."""

    request = serializers.CharField(source="request.reference", help_text="Reference of the request.")
    decided_by = serializers.SlugRelatedField("email", read_only=True)
    conditions = DecisionConditionSerializer(many=True, required=False)
    outcome = serializers.ChoiceField(Outcome.choices)
    item = serializers.PrimaryKeyRelatedField(
        queryset=AgendaItem.objects.all(),
        required=False,
        allow_null=True,
        help_text="The agenda item, where a meeting decides: its quorum must be met.",
    )
    basis = serializers.SerializerMethodField()

    class Meta:
        model = Decision
        fields = ["id", "request", "item", "outcome", "reason", "until_on", "letter", "conditions", "decided_by", "decided_at"]
        fields += ["basis", "sha256", "recorded_at", "failure"]
        read_only_fields = ["id", "decided_by", "decided_at", "basis", "sha256", "recorded_at", "failure"]

    def get_basis(self, decision: Decision) -> dict[str, Any]:
        """What it was taken on; who voted how is not for those who only asked for the project or follow it."""
        if knows_reviewers(self.context["request"].user, decision.request):
            return decision.basis
        return {key: value for key, value in decision.basis.items() if key not in ("votes", "count")}


class DecisionViewSet(mixins.ListModelMixin, RoomViewSet):
    """Decisions on requests that the person may see."""

    serializer_class = RequestDecisionSerializer
    queryset = Decision.objects.none()
    lookup_value_regex = r"\d+"

    def get_queryset(self) -> Any:
        """Narrowed to requests that the person may see."""
        seen = Request.objects.visible_to(self.request.user)
        rows = Decision.objects.filter(request__in=seen.values("pk")).select_related("request", "decided_by")
        return rows.prefetch_related("conditions__owner").order_by("-decided_at", "-pk")

    def retrieve(self, request: ApiRequest, pk: str) -> Response:
        """One decision."""
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=pk)).data)

    def create(self, request: ApiRequest) -> Response:
        """Decide on a request, in a meeting (`item`) or outside."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        data = dict(sent.validated_data)
        asked = request_for(request.user, data.pop("request")["reference"], "request.decide")
        item = data.pop("item", None)
        if item is not None:
            item = agenda_item_for(request.user, item.pk)
            if item.request_id != asked.pk:
                raise ActionError(_("This item of the agenda is about another request."), field="item")
        demands = [Demand(one["text"], one["owner"], one["due_on"]) for one in data.pop("conditions", [])]
        decision = decide_request(
            asked,
            outcome=data["outcome"],
            reason=data["reason"],
            until=data.get("until_on"),
            letter=data.get("letter", ""),
            demands=demands,
            by=request.user,
            at=timezone.now(),
            item=item,
        )
        return Response(self.get_serializer(decision).data, status=201)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True)
    def record(self, request: ApiRequest, pk: str) -> FileResponse:
        """The record as PDF, with who voted how: 403 for those who only asked for the project or follow it, 404 until it is made."""
        decision: Decision = get_object_or_404(self.get_queryset(), pk=pk)
        if not knows_reviewers(request.user, decision.request):
            raise PermissionDenied
        if not decision.record:
            raise Http404
        name = f"{decision.request.reference} {_('decision')} {timezone.localtime(decision.decided_at):%Y-%m-%d}.pdf"
        return FileResponse(default_storage.open(decision.record), content_type="application/pdf", filename=name)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def retry(self, request: ApiRequest, pk: str) -> Response:
        """Have the record made again after a failure."""
        decision: Decision = get_object_or_404(self.get_queryset(), pk=pk)
        request_for(request.user, decision.request.reference, "request.triage")
        retry_record(decision)
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data)


class ConditionViewSet(mixins.ListModelMixin, TaggedViewSet):
    """Conditions of decisions on requests that the person may see; `?met_at__isnull=true` for those still to be met."""

    serializer_class = ConditionSerializer
    queryset = Condition.objects.none()
    lookup_value_regex = r"\d{1,18}"
    filterset_fields = {"met_at": ["isnull"], "owner__email": ["exact"], "decision__request__reference": ["exact"]}

    def get_queryset(self) -> Any:
        """Narrowed to requests that the person may see."""
        seen = Request.objects.visible_to(self.request.user).values("pk")
        rows = Condition.objects.filter(decision__request__in=seen)
        return rows.select_related("decision__request", "owner", "met_by").order_by("due_on", "pk")

    def retrieve(self, request: ApiRequest, pk: str) -> Response:
        """One of them, with its ETag."""
        return self.answer(get_object_or_404(self.get_queryset(), pk=pk))

    @extend_schema(request=MetSerializer)
    @action(detail=True, methods=["post"])
    def meet(self, request: ApiRequest, pk: str) -> Response:
        """Say how it was met: its owner, or those who triage. Needs If-Match."""
        seen = get_object_or_404(self.get_queryset(), pk=pk)
        condition = condition_to_meet(request.user, seen.decision.request, seen.pk)
        version = self.expected_version(condition)
        sent = MetSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        note = sent.validated_data["note"]
        return self.answer(meet_condition(condition, note=note, by=request.user, at=timezone.now(), version=version))
