"""Change control of a project as figures: the budget bridge, all approved changes together, what waits."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.api.as_of import THEN, AsOfActions, day_asked
from portfolio.models.asof import moment_of
from portfolio.project_changes import changes_told, thresholds_of, waiting_changes


def amount_field(**options: Any) -> Any:
    """A sum of money in the project's currency."""
    return serializers.DecimalField(max_digits=24, decimal_places=2, **options)


def percent_field() -> Any:
    """Percent; null where there is nothing to measure by."""
    return serializers.DecimalField(max_digits=24, decimal_places=2, allow_null=True)


class BudgetStepSerializer(serializers.Serializer[Any]):
    """What one approved change added to the budget."""

    reference = serializers.CharField()
    label = serializers.CharField()
    amount = amount_field()


class BudgetBridgeSerializer(serializers.Serializer[Any]):
    """original + steps + rest + unexplained = budget; budget + variance = forecast. `rest`: of `rest_count` smaller changes."""

    original = amount_field()
    steps = BudgetStepSerializer(many=True)
    rest = amount_field()
    rest_count = serializers.IntegerField()
    unexplained = amount_field()
    budget = amount_field()
    forecast = amount_field(allow_null=True)
    variance = amount_field(allow_null=True)


class TogetherSerializer(serializers.Serializer[Any]):
    """What all approved changes did to what was approved at first. `*_held`: of it, what the forecast held already."""

    count = serializers.IntegerField()
    original_budget = amount_field(allow_null=True)
    cost = amount_field()
    percent = percent_field()
    original_finish = serializers.DateField(allow_null=True)
    days = serializers.IntegerField()
    days_percent = percent_field()
    cost_held = amount_field()
    days_held = serializers.IntegerField()


class ProjectChangesSerializer(serializers.Serializer[Any]):
    """Change control of a project. `rating`: of all changes together, "" without any; `waiting`: changes to be decided, and their
    cost."""

    currency = serializers.CharField()
    bridge = BudgetBridgeSerializer(allow_null=True)
    together = TogetherSerializer()
    rating = serializers.CharField(allow_blank=True)
    waiting = serializers.IntegerField()
    waiting_cost = amount_field()


class ChangeFigures(AsOfActions):
    """For the viewset of projects."""

    @extend_schema(responses=ProjectChangesSerializer, filters=False, parameters=[THEN])
    @action(detail=True, pagination_class=None)
    def changes(self, request: Request, reference: str) -> Response:
        """The budget bridge from the first approval to the forecast, and all approved changes together, as far as you see them; today or
        as of the end of a day, of which is not told what waited."""
        project, day = self.find("project.view"), day_asked(request)
        shown = project if day is None else self.then(project, day)
        found = changes_told(request.user, shown, project, moment_of(day))
        waiting, cost = waiting_changes(request.user, project) if day is None else (0, Decimal(0))
        bridge: dict[str, Any] | None = None
        if found.bridge:
            steps = [{"reference": key, "label": label, "amount": sum_} for key, label, sum_ in found.bridge.steps]
            bridge = vars(found.bridge) | {"steps": steps, "variance": found.bridge.variance}
        told = {
            "currency": shown.currency,
            "bridge": bridge,
            "together": found.together,
            "rating": found.together.rating(*thresholds_of(project)) if found.changes else "",
            "waiting": waiting,
            "waiting_cost": cost,
        }
        return Response(ProjectChangesSerializer(told).data)
