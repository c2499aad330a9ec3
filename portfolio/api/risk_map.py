"""Many risks at once, as figures: the matrix with movement, exposure against contingency, the course over months, shared risks."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.base import RoomViewSet
from portfolio.actions.risks import current_scale
from portfolio.models import Entry
from portfolio.risk_exposure import exposure_of
from portfolio.risk_map import SIGNS, STAGES, Asked, Matrix, asked_of, course_of, day_asked, matrix_of, shared_of


class ScopeAskedSerializer(serializers.Serializer[Any]):
    """`scope`: the reference of a project, programme or portfolio that you may see; empty: all that you may see."""

    scope = serializers.CharField(required=False, allow_blank=True, max_length=20, default="")


class MatrixAskedSerializer(ScopeAskedSerializer):
    """`since`: the day from which movement is counted; 30 days ago for none, and for a day to come."""

    rating = serializers.ChoiceField(list(STAGES), required=False, default="current")
    since = serializers.DateField(required=False, default=None, allow_null=True)


class AmountField(serializers.DecimalField):
    """A sum of money, signed: what threats cost is below zero."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=24, decimal_places=2, **options)


class RiskCellSerializer(serializers.Serializer[Any]):
    """So many open risks at a place; `band` is the key of its band in the scales. Levels are null for those not rated."""

    sign = serializers.CharField()
    likelihood = serializers.IntegerField(allow_null=True)
    impact = serializers.IntegerField(allow_null=True)
    count = serializers.IntegerField()
    band = serializers.CharField(allow_null=True)


class RiskMoveSerializer(serializers.Serializer[Any]):
    """So many that went from one place (likelihood, impact) to another; null: not open, not rated or not there at that time."""

    sign = serializers.CharField()
    start = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    end = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    count = serializers.IntegerField()


class RiskMovementSerializer(serializers.Serializer[Any]):
    """The moves added up."""

    raised = serializers.IntegerField()
    lowered = serializers.IntegerField()
    new = serializers.IntegerField()
    closed = serializers.IntegerField()


class TopRiskSerializer(serializers.Serializer[Any]):
    """One of the weightiest open threats. `scope`: what it belongs to, "" where you see it only from a project that shares it."""

    reference = serializers.CharField(source="entry.reference")
    title = serializers.CharField(source="entry.title")
    scope = serializers.CharField(allow_blank=True)
    owner = serializers.CharField(source="entry.owner.name", default=None, allow_null=True)
    review_on = serializers.DateField(source="entry.review_on", allow_null=True)
    band = serializers.CharField(source="band.key", default=None, allow_null=True)
    score = serializers.IntegerField()
    currency = serializers.CharField(source="entry.currency")
    exposure = AmountField(source="entry.exposure", allow_null=True)
    exposure_after = AmountField(source="entry.exposure_after", allow_null=True)


class BreachSerializer(serializers.Serializer[Any]):
    """An open threat whose score is higher than what its category bears (`appetite`)."""

    reference = serializers.CharField(source="entry.reference")
    title = serializers.CharField(source="entry.title")
    scope = serializers.CharField(allow_blank=True)
    owner = serializers.CharField(source="entry.owner.name", default=None, allow_null=True)
    category = serializers.CharField(source="entry.category.name")
    score = serializers.IntegerField()
    appetite = serializers.IntegerField()


class RiskMatrixSerializer(serializers.Serializer[Any]):
    """The matrix. `breach_count`: how many there are above the appetite; the highest of them are told."""

    scope = serializers.CharField()
    finding = serializers.CharField()
    rating = serializers.CharField(source="stage")
    since = serializers.DateField()
    cells = RiskCellSerializer(many=True)
    unrated = serializers.IntegerField()
    moves = RiskMoveSerializer(many=True)
    movement = RiskMovementSerializer()
    top = TopRiskSerializer(many=True)
    breach_count = serializers.IntegerField()
    breaches = BreachSerializer(many=True, source="breached")


class ExposureLineSerializer(serializers.Serializer[Any]):
    """Exposure of open risks in one currency: `stated` of them have figures, `left_out` have none. `net`: threats and opportunities;
    `after`: after their open responses; `loss`: what that loses; `short`: by how much the contingency does not cover it."""

    name = serializers.CharField()
    currency = serializers.CharField()
    count = serializers.IntegerField()
    stated = serializers.IntegerField()
    left_out = serializers.IntegerField()
    threats = AmountField(allow_null=True)
    opportunities = AmountField(allow_null=True)
    net = AmountField(allow_null=True)
    after = AmountField(allow_null=True)
    contingency = AmountField(allow_null=True)
    loss = AmountField(allow_null=True)
    short = AmountField(allow_null=True)


class ExposureFiguresSerializer(serializers.Serializer[Any]):
    """Exposure by category and by programme, and one line a currency."""

    scope = serializers.CharField()
    finding = serializers.CharField()
    by_category = ExposureLineSerializer(many=True)
    by_programme = ExposureLineSerializer(many=True)
    totals = ExposureLineSerializer(many=True)


class NetSerializer(serializers.Serializer[Any]):
    """Net exposure in one currency."""

    currency = serializers.CharField()
    net = AmountField()


class MonthSerializer(serializers.Serializer[Any]):
    """How many risks were open at a moment, and their exposure."""

    at = serializers.DateTimeField()
    label = serializers.CharField()
    threats = serializers.IntegerField()
    opportunities = serializers.IntegerField()
    exposure = NetSerializer(many=True)


class CourseSerializer(serializers.Serializer[Any]):
    """Open risks at the ends of the last twelve months and now, the oldest first."""

    scope = serializers.CharField()
    months = MonthSerializer(many=True)


class HitSerializer(serializers.Serializer[Any]):
    """How hard a shared risk would hit a project: the level of impact, and the likely amount."""

    project = serializers.CharField(source="project.reference")
    title = serializers.CharField(source="project.title")
    impact = serializers.IntegerField(allow_null=True)
    impact_likely = AmountField(allow_null=True)


class SharedRiskSerializer(serializers.Serializer[Any]):
    """An open risk that projects share."""

    reference = serializers.CharField()
    title = serializers.CharField()
    sign = serializers.CharField()
    likelihood = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    projects = HitSerializer(many=True)


class SharedRisksSerializer(serializers.Serializer[Any]):
    """The weightiest shared risks of `count`, with the projects that you may see."""

    scope = serializers.CharField()
    count = serializers.IntegerField()
    risks = SharedRiskSerializer(many=True)


def cells_with_bands(found: Matrix) -> list[dict[str, Any]]:
    """The cells with their bands, the categories of each together."""
    sums: dict[tuple[str, int | None, int | None], int] = {}
    for cell in found.cells:
        place = (cell.sign, cell.likelihood, cell.impact)
        sums[place] = sums.get(place, 0) + cell.count
    order = sorted(sums, key=lambda place: (place[0] != "threat", -(place[1] or 0), -(place[2] or 0)))
    lines = []
    for sign, likelihood, impact in order:
        band = found.scale.band_of(likelihood, impact)
        count = sums[sign, likelihood, impact]
        line = {"sign": sign, "likelihood": likelihood, "impact": impact, "count": count, "band": band.key if band else None}
        lines.append(line)
    return lines


class RiskMatrixViewSet(RoomViewSet):
    """What is shown of many risks: of those that the person may see, in a scope that they may see (else 404)."""

    serializer_class = RiskMatrixSerializer
    queryset = Entry.objects.none()

    def _asked(self, serializer: Any = ScopeAskedSerializer) -> tuple[Asked, dict[str, Any]]:
        sent = serializer(data=self.request.query_params)
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        return asked_of(self.request.user, values["scope"]), values

    @extend_schema(
        responses=forced_singular_serializer(RiskMatrixSerializer), filters=False, parameters=[MatrixAskedSerializer]
    )
    def list(self, request: Request) -> Response:
        """The matrix with movement since a day, the top risks and those above the appetite."""
        asked, values = self._asked(MatrixAskedSerializer)
        day = day_asked(values["since"].isoformat() if values["since"] else "", timezone.localdate())
        found = matrix_of(asked, current_scale(), values["rating"], day)
        names = ("finding", "stage", "since", "unrated", "moves", "movement", "top", "breached", "breach_count")
        told = {name: getattr(found, name) for name in names}
        return Response(RiskMatrixSerializer(told | {"scope": asked.name, "cells": cells_with_bands(found)}).data)

    @extend_schema(responses=ExposureFiguresSerializer, filters=False, parameters=[ScopeAskedSerializer])
    @action(detail=False)
    def exposure(self, request: Request) -> Response:
        """Exposure by category and by programme, against contingency; currencies are never added together."""
        asked, _values = self._asked()
        found = exposure_of(asked, current_scale())
        return Response(ExposureFiguresSerializer(vars(found) | {"scope": asked.name, "finding": found.finding}).data)

    @extend_schema(responses=CourseSerializer, filters=False, parameters=[ScopeAskedSerializer])
    @action(detail=False, url_path="over-time")
    def over_time(self, request: Request) -> Response:
        """The burn-down: how many were open, and their exposure, at the end of each of twelve months and now."""
        asked, _values = self._asked()
        found = course_of(asked, timezone.now())
        months = []
        for at, label in found.moments:
            threats, opportunities = (found.counts.get((at, sign), 0) for sign, _label, _noun in SIGNS)
            sums: list[tuple[str, Decimal]] = [
                (currency, amounts[at]) for currency, amounts in sorted(found.exposure.items()) if at in amounts
            ]
            exposure = [{"currency": currency, "net": net} for currency, net in sums]
            months.append({"at": at, "label": label, "threats": threats, "opportunities": opportunities, "exposure": exposure})
        return Response(CourseSerializer({"scope": asked.name, "months": months}).data)

    @extend_schema(responses=SharedRisksSerializer, filters=False, parameters=[ScopeAskedSerializer])
    @action(detail=False)
    def shared(self, request: Request) -> Response:
        """Which projects share which risks, and how hard each would be hit."""
        asked, _values = self._asked()
        keys, impacts = shared_of(asked)
        risks: dict[int, dict[str, Any]] = {}
        for impact in impacts:
            entry = impact.entry
            about = {"reference": entry.reference, "title": entry.title, "currency": entry.currency}
            rating = {"sign": entry.risk.sign, "likelihood": entry.risk.current_likelihood}
            risks.setdefault(entry.pk, about | rating | {"projects": []})["projects"].append(impact)
        told = {"scope": asked.name, "count": len(keys), "risks": list(risks.values())}
        return Response(SharedRisksSerializer(told).data)
