"""The business case of a request: read whole with its figures, written whole; what was frozen, to read."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from core.api.base import RoomViewSet
from core.api.errors import Stale, VersionRequired
from core.errors import ActionError, EditConflict
from intake.access import request_actions, request_for
from intake.actions.case_documents import TERMS, WORDS, case_of, document_of, stamp_of
from intake.actions.cases import Amount, EffortRow, LineRow, OptionRow, replace_case
from intake.actions.requests import editable_in
from intake.models import ApprovedCase, BusinessCase, Request
from intake.models.cases import LineKind


class AmountSerializer(serializers.Serializer[Any]):
    """A line's amount in one year; low and high are left out for a figure without a range."""

    year = serializers.IntegerField()
    low = serializers.DecimalField(18, 2, required=False, allow_null=True)
    likely = serializers.DecimalField(18, 2)
    high = serializers.DecimalField(18, 2, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Both ends or none, in order."""
        low, likely, high = attrs.get("low"), attrs["likely"], attrs.get("high")
        if (low is None) != (high is None):
            raise serializers.ValidationError(_("Give low and high, or neither."))
        if low is not None and high is not None and not low <= likely <= high:
            raise serializers.ValidationError(_("Low must not be above likely, nor likely above high."))
        return attrs


class LineSerializer(serializers.Serializer[Any]):
    """A cost or a benefit; `key` is that of an existing line."""

    key = serializers.CharField(required=False)
    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=LineKind.choices)
    is_cashable = serializers.BooleanField(default=True)
    group = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    amounts = AmountSerializer(many=True)


class EffortSerializer(serializers.Serializer[Any]):
    """Hours of a role in a month (any day of it)."""

    role = serializers.CharField(max_length=80)
    month = serializers.DateField()
    hours = serializers.DecimalField(9, 2, min_value=Decimal(0))


class OptionSerializer(serializers.Serializer[Any]):
    """An option with all its figures; `key` is that of an existing option."""

    key = serializers.CharField(required=False)
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(required=False, allow_blank=True, default="")
    is_do_nothing = serializers.BooleanField(default=False)
    is_preferred = serializers.BooleanField(default=False)
    lines = LineSerializer(many=True)
    efforts = EffortSerializer(many=True, required=False)


class TermsSerializer(serializers.ModelSerializer[BusinessCase]):
    """On what terms the case is appraised. Rates in per cent a year."""

    class Meta:
        model = BusinessCase
        fields = TERMS


class RateSerializer(serializers.Serializer[Any]):
    """What an hour of a role costs."""

    role = serializers.CharField(max_length=80)
    rate = serializers.DecimalField(10, 2, min_value=Decimal(0))


class CaseSerializer(serializers.Serializer[Any]):
    """A whole business case as it is written. Read, it holds every figure beside its inputs."""

    terms = TermsSerializer()
    summary = serializers.CharField(required=False, allow_blank=True)
    risk_of_doing = serializers.CharField(required=False, allow_blank=True)
    risk_of_not_doing = serializers.CharField(required=False, allow_blank=True)
    rates = RateSerializer(many=True, required=False)
    options = OptionSerializer(many=True)


class ApprovedCaseSerializer(serializers.ModelSerializer[ApprovedCase]):
    """A frozen case with its document."""

    class Meta:
        model = ApprovedCase
        fields = ["number", "option", "currency", "cost", "benefit", "npv", "last_year", "frozen_at", "document"]


class CaseViewSet(RoomViewSet):
    """Business cases by the reference of their request."""

    serializer_class = CaseSerializer
    queryset = Request.objects.none()
    lookup_field = "reference"

    def find(self, action: str) -> Request:
        """The request, through the room's door."""
        return request_for(self.request.user, self.kwargs["reference"], action)

    @extend_schema(responses={200: dict})
    def retrieve(self, request: ApiRequest, reference: str) -> Response:
        """The case with everything that follows from it, and its ETag."""
        found = self.find("request.view")
        case = case_of(found)
        if case is None:
            raise Http404
        case.request = found
        return self._answer(case)

    @extend_schema(request=CaseSerializer, responses={200: dict, 201: dict})
    def update(self, request: ApiRequest, reference: str) -> Response:
        """Write the whole case, all or nothing: 428 without the ETag of an existing case, 412 with a stale one."""
        found = self.find("request.edit")
        if found.state not in editable_in(request_actions(request.user, found)):
            raise ActionError(_("The office has the request now and keeps its case."))
        case = case_of(found)
        header = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
        if case is not None and not header:
            raise VersionRequired
        serializer = CaseSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        data = serializer.validated_data
        changes = {**data["terms"], **{name: data[name] for name in WORDS if name in data}}
        try:
            written = replace_case(found, changes=changes, options=options_of(data), stamp=header, at=timezone.localtime())
        except EditConflict as error:
            raise Stale(str(error)) from error
        written.request = found
        return self._answer(written, status=200 if case else 201)

    def _answer(self, case: BusinessCase, status: int = 200) -> Response:
        return Response(document_of(case), status=status, headers={"ETag": f'"{stamp_of(case)}"'})

    @extend_schema(responses=ApprovedCaseSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def approved(self, request: ApiRequest, reference: str) -> Response:
        """The frozen cases, the newest first."""
        rows = ApprovedCase.objects.filter(request=self.find("request.view"))
        return Response(ApprovedCaseSerializer(rows, many=True).data)


def options_of(data: Mapping[str, Any]) -> list[OptionRow]:
    """What was sent, as the action takes it."""
    rates = {row["role"]: row["rate"] for row in data.get("rates") or []}
    found = []
    for option in data["options"]:
        hours: dict[str, dict[Any, Decimal]] = {}
        for effort in option.get("efforts") or []:
            hours.setdefault(effort["role"], {})[effort["month"].replace(day=1)] = effort["hours"]
        values = {name: option[name] for name in ("name", "description", "is_do_nothing", "is_preferred")}
        lines = [
            LineRow(
                line["name"],
                line["kind"],
                line["is_cashable"],
                line["group"],
                {one["year"]: Amount(one["likely"], one.get("low"), one.get("high")) for one in line["amounts"]},
                _key(line),
            )
            for line in option["lines"]
        ]
        efforts = [EffortRow(role, rates.get(role), by_month) for role, by_month in hours.items()]
        found.append(OptionRow(values, lines, efforts, _key(option)))
    return found


def _key(row: Mapping[str, Any]) -> int | None:
    text = row.get("key") or ""
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise serializers.ValidationError({"key": [_("“%(key)s” is no key of this case.") % {"key": text[:40]}]})
    return int(text)
