"""Reporting calendars: list, read, create, change, for those who set them up."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.access import require
from core.api.base import VersionedViewSet, VisibleRelatedField
from portfolio.actions.calendars import FIELDS, create_calendar, edit_calendar
from portfolio.models import Portfolio, ReportingCalendar, StatusSeries
from portfolio.models.calendars import Cadence


class CalendarSerializer(serializers.ModelSerializer[ReportingCalendar]):
    """How often, and by when, the projects of a portfolio or tier report. Both empty: all others. `new_series`: the
    name of a series to make, in place of `series`."""

    series = serializers.SlugRelatedField("key", queryset=StatusSeries.objects.all(), required=False)
    new_series = serializers.CharField(max_length=30, required=False, write_only=True)
    portfolio = VisibleRelatedField("reference", queryset=Portfolio.objects.active(), required=False, allow_null=True)
    cadence = serializers.ChoiceField([pair for pair in Cadence.choices if pair[0] != Cadence.IRREGULAR], required=False)

    class Meta:
        model = ReportingCalendar
        fields = ["id", *FIELDS, "new_series", "version"]
        read_only_fields = ["id", "version"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuses a calendar without a series."""
        if self.instance is None and not {"series", "new_series"} & attrs.keys():
            raise serializers.ValidationError({"series": [_("Name a series, or a new one.")]})
        return attrs


class CalendarViewSet(VersionedViewSet):
    """Reporting calendars, to read for those who see how things are set up, to change for those who set them up."""

    serializer_class = CalendarSerializer
    queryset = ReportingCalendar.objects.none()
    lookup_value_regex = r"\d+"
    view_action, edit_action = "setup.view", "calendar.manage"

    def get_queryset(self) -> Any:
        """All of them."""
        require(self.request.user, self.view_action)
        return ReportingCalendar.objects.select_related("series", "portfolio").order_by("name", "pk")

    def find(self, action: str) -> ReportingCalendar:
        """One of them, or 404; 403 for a change by those who do not set them up."""
        require(self.request.user, action)
        found: ReportingCalendar = get_object_or_404(self.get_queryset(), pk=int(self.kwargs["pk"]))
        return found

    def check_create(self) -> None:
        """For those who set up calendars."""
        require(self.request.user, self.edit_action)

    def create_row(self, data: dict[str, Any]) -> ReportingCalendar:
        """Set it up, with its periods and duties."""
        return create_calendar(values=data, on=timezone.localdate())

    def change_row(self, row: ReportingCalendar, data: dict[str, Any], version: int) -> ReportingCalendar:
        """Change it; periods that are not over follow the new rhythm."""
        return edit_calendar(calendar=row, values=data, version=version, on=timezone.localdate())
