"""The pipeline as figures: requests by state with those that wait longest, and how they flow."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as Asked
from rest_framework.response import Response

from core.api.base import RoomViewSet
from core.holidays import office_holidays
from intake.filters.pipeline import PipelineFilters
from intake.flow import EDGES, SPANS, flow_of
from intake.models import Request
from intake.pipeline import COLUMNS, ENDINGS, Board, board_of, days_since, is_to_resume, narrowed, service_clock


class SumSerializer(serializers.Serializer[Any]):
    """Estimated costs in one currency."""

    currency = serializers.CharField()
    amount = serializers.DecimalField(max_digits=24, decimal_places=2)


class CardSerializer(serializers.Serializer[Any]):
    """A request on the board. `age_days`: since it was submitted. `days_left`: of its service time in this state, in working days,
    below zero over; `service` says how that stands (a RAG value). `is_to_resume`: a deferred one to be taken up again."""

    reference = serializers.CharField()
    title = serializers.CharField()
    owner = serializers.CharField(source="owner.email", default=None, allow_null=True)
    is_confidential = serializers.BooleanField()
    currency = serializers.CharField()
    estimated_cost = serializers.DecimalField(max_digits=24, decimal_places=2, allow_null=True)
    moved_at = serializers.DateTimeField()
    age_days = serializers.IntegerField(allow_null=True)
    days_left = serializers.IntegerField(allow_null=True)
    service = serializers.CharField(allow_blank=True)
    is_to_resume = serializers.BooleanField()
    score = serializers.DecimalField(max_digits=6, decimal_places=2, allow_null=True)
    may_move = serializers.BooleanField()


class LaneSerializer(serializers.Serializer[Any]):
    """A state: how many requests, what they cost, and those that have waited longest in it."""

    state = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField()
    amounts = SumSerializer(many=True)
    cards = CardSerializer(many=True)


class PipelineSerializer(serializers.Serializer[Any]):
    """The board: its columns, and what has ended."""

    lanes = LaneSerializer(many=True)
    ended = LaneSerializer(many=True)


class StepSerializer(serializers.Serializer[Any]):
    """A step of the funnel: how many reached it, as shares (0 to 1) of all and of the step before; how many are still there, and what
    became of those that left on the way here, by state."""

    state = serializers.CharField()
    reached = serializers.IntegerField()
    of_all = serializers.FloatField(allow_null=True)
    of_last = serializers.FloatField(allow_null=True)
    here = serializers.IntegerField()
    lost = serializers.DictField(child=serializers.IntegerField())


class DwellSerializer(serializers.Serializer[Any]):
    """How long a state takes, in calendar days, of the stays that ended in the span; `here`: requests still in it."""

    state = serializers.CharField()
    ended = serializers.IntegerField()
    median = serializers.FloatField(allow_null=True)
    p90 = serializers.FloatField(allow_null=True)
    here = serializers.IntegerField()


class AgeSerializer(serializers.Serializer[Any]):
    """Open requests submitted so many days ago; `to_days` null: and more."""

    from_days = serializers.IntegerField()
    to_days = serializers.IntegerField(allow_null=True)
    count = serializers.IntegerField()


class FlowGroupSerializer(serializers.Serializer[Any]):
    """Open requests of an objective or unit; `key` null: of none."""

    key = serializers.IntegerField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    count = serializers.IntegerField()
    amounts = SumSerializer(many=True)


class FlowSerializer(serializers.Serializer[Any]):
    """How requests flow. `open`: requests that are open now; one that serves several objectives counts for each."""

    since = serializers.DateTimeField()
    steps = StepSerializer(many=True)
    dwells = DwellSerializer(many=True)
    open = serializers.IntegerField(source="opened")
    ages = AgeSerializer(many=True)
    objectives = FlowGroupSerializer(many=True)
    units = FlowGroupSerializer(many=True)


def cards_of(board: Board) -> dict[str, list[dict[str, Any]]]:
    """The cards of each state."""
    today, free = timezone.localdate(), office_holidays()
    plain = ("reference", "title", "owner", "is_confidential", "currency", "estimated_cost", "moved_at")
    found: dict[str, list[dict[str, Any]]] = {}
    for row in board.cards:
        clock = service_clock(row, today, free)
        found.setdefault(row.state, []).append(
            {name: getattr(row, name) for name in plain}
            | {
                "age_days": days_since(row.submitted_at),
                "days_left": clock.left if clock else None,
                "service": clock.tone if clock and clock.left is not None else "",
                "is_to_resume": is_to_resume(row, today),
                "score": board.scores.get(row.pk),
                "may_move": row.pk in board.movable,
            }
        )
    return found


def grouped(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines by group and currency as groups, the largest first."""
    found: dict[Any, dict[str, Any]] = {}
    for line in lines:
        group = found.setdefault(line["key"], {"key": line["key"], "name": line["name"], "count": 0, "amounts": []})
        group["count"] += line["count"]
        if line["cost"]:
            group["amounts"].append({"currency": line["currency"], "amount": line["cost"]})
    return sorted(found.values(), key=lambda group: (-group["count"], group["key"] is None, group["name"]))


class PipelineViewSet(RoomViewSet):
    """The pipeline of the requests that the person may see; 403 for those who see only their own."""

    serializer_class = PipelineSerializer
    filterset_class = PipelineFilters
    queryset = Request.objects.none()

    def _rows(self) -> Any:
        """The requests that the filters leave; 400 for a filter that does not fit."""
        rows, found = narrowed(self.request.user, self.request.query_params)
        if found.errors:
            raise serializers.ValidationError(
                {name: [str(one) for one in errors] for name, errors in found.form.errors.items()}
            )
        return rows

    @extend_schema(responses=forced_singular_serializer(PipelineSerializer), filters=True)
    def list(self, request: Asked) -> Response:
        """Requests by state: how many, what they cost, and the ten of each that have waited longest."""
        board = board_of(self._rows(), request.user)
        cards = cards_of(board)

        def lane(state: Any) -> dict[str, Any]:
            amounts = [{"currency": currency, "amount": cost} for cost, currency in board.amounts[state]]
            return {
                "state": state.value,
                "label": state.label,
                "count": board.counts[state],
                "amounts": amounts,
                "cards": cards.get(state, []),
            }

        ended = [lane(state) for state in ENDINGS if board.counts[state]]
        return Response(PipelineSerializer({"lanes": [lane(state) for state in COLUMNS], "ended": ended}).data)

    @extend_schema(
        responses=FlowSerializer,
        filters=True,
        parameters=[OpenApiParameter("span", int, enum=[int(span) for span in SPANS], description="Days; 365 unless told.")],
    )
    @action(detail=False)
    def flow(self, request: Asked) -> Response:
        """The funnel and the time in each state over a span, and the open requests by age, objective and unit."""
        span = request.query_params.get("span", "365")
        if span not in SPANS:
            raise serializers.ValidationError({"span": [_("Choose one of %(spans)s.") % {"spans": ", ".join(SPANS)}]})
        found = flow_of(self._rows(), days=int(span), now=timezone.now())
        steps = [vars(step) | {"lost": step.lost or {}} for step in found.steps]
        bounds = zip([0, *[edge + 1 for edge in EDGES]], [*EDGES, None], found.ages, strict=True)
        lists = {
            "steps": steps,
            "ages": [{"from_days": low, "to_days": high, "count": count} for low, high, count in bounds],
            "objectives": grouped(found.objectives),
            "units": grouped(found.units),
        }
        return Response(FlowSerializer(vars(found) | lists).data)
