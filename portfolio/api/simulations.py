"""Simulations of exposure: one's own, to list, read and ask for. A worker makes them; read one again until its state is done."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.base import RoomViewSet
from portfolio.access import scope_to_simulate, simulation_for
from portfolio.actions.simulations import ask_simulation
from portfolio.formulas.simulation import (
    DRAWS,
    FEWEST_DRAWS,
    LEAST_CONFIDENCE,
    MOST_CONFIDENCE,
    MOST_DRAWS,
    MOST_SEED,
)
from portfolio.models import Simulation
from portfolio.simulations import AMOUNTS, Reading


class SimulationSerializer(serializers.ModelSerializer[Simulation]):
    """A simulation. `scope` is the reference of a project, programme or portfolio; empty: every risk that you may see.
    `seed` left out: any. `progress` in percent."""

    scope = serializers.CharField(required=False, allow_blank=True, max_length=300)
    currency = serializers.CharField(max_length=3)
    confidence = serializers.DecimalField(
        max_digits=4, decimal_places=1, min_value=LEAST_CONFIDENCE, max_value=MOST_CONFIDENCE, default=Decimal(80)
    )
    draws = serializers.IntegerField(min_value=FEWEST_DRAWS, max_value=MOST_DRAWS, default=DRAWS)
    seed = serializers.IntegerField(min_value=0, max_value=MOST_SEED, required=False)

    class Meta:
        model = Simulation
        fields = ["id", "scope", "currency", "confidence", "draws", "seed", "state", "progress", "failure"]
        fields += ["asked_at", "finished_at"]
        read_only_fields = ["state", "progress", "failure", "asked_at", "finished_at"]

    def to_representation(self, row: Simulation) -> dict[str, Any]:
        """The row with the reference of its scope, if it is still to be seen."""
        seen: set[str] = self.context.setdefault("seen_scopes", set())  # type: ignore[attr-defined]
        scope, user = row.scope, self.context["request"].user
        reference = scope.reference if scope else ""
        if scope and reference not in seen:
            if type(scope).objects.visible_to(user).filter(pk=scope.pk).exists():
                seen.add(reference)
            else:
                reference = ""
        own = {name: field for name, field in self.fields.items() if name != "scope"}
        found = {name: field.to_representation(value) if (value := field.get_attribute(row)) is not None else None
                 for name, field in own.items()}  # fmt: skip
        return {"id": found.pop("id"), "scope": reference} | found


class SimulationDetailSerializer(SimulationSerializer):
    """One simulation with its result: `figures`, `left_out`, `contingency`, `risks` (the inputs and what each contributes;
    those that you may not see any more without name). Null until it is done."""

    result = serializers.JSONField(read_only=True)

    class Meta(SimulationSerializer.Meta):
        fields = [*SimulationSerializer.Meta.fields, "result"]

    def to_representation(self, row: Simulation) -> dict[str, Any]:
        """The row with what it found, names as the page shows them."""
        found = super().to_representation(row)
        if row.state == Simulation.State.DONE:
            names = ("reference", "title", "project", "sign", "group")
            risks = [
                {name: risk[name] for name in names} | {name: str(risk[name]) for name in ("probability", "share", *AMOUNTS)}
                for risk in Reading(row, self.context["request"].user).risks
            ]
            found["result"] = (row.result or {}) | {"risks": risks}
        return found


class SimulationViewSet(mixins.ListModelMixin, RoomViewSet):
    """One's own simulations."""

    serializer_class = SimulationSerializer
    queryset = Simulation.objects.none()
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> Any:
        """Only those that the person asked for."""
        rows = Simulation.objects.filter(asked_by=self.request.user.pk).select_related("portfolio", "programme", "project")
        return rows.defer("result").order_by("-asked_at", "-pk")

    def find(self, action: str) -> Simulation:
        """Through the room's door."""
        return simulation_for(self.request.user, int(self.kwargs["pk"]))

    @extend_schema(responses=SimulationDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One simulation with its result."""
        return Response(SimulationDetailSerializer(self.find(""), context=self.get_serializer_context()).data)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ask for a simulation; a worker makes it."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        values = dict(serializer.validated_data)
        values["scope"] = scope_to_simulate(request.user, values.get("scope", ""))
        values["currency"] = values["currency"].upper()
        made = ask_simulation(**values, by=request.user, at=timezone.now())
        return Response(self.get_serializer(made).data, status=201)
