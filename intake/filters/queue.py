"""What the triage queue can be narrowed by."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.holidays import office_holidays
from intake.filters.requests import RequestFilters
from intake.models import Request
from intake.models.clock import due_soon, overdue
from intake.models.requests import OPEN, State


class QueueFilters(RequestFilters):
    """Filters of the queue; its rows carry the service clock (`RequestQuerySet.with_clock`)."""

    state = filters.MultipleChoiceFilter(
        label=_("State"),
        choices=[(state, State(state).label) for state in (*OPEN, State.DEFERRED)],
        widget=forms.CheckboxSelectMultiple,
    )
    service = filters.ChoiceFilter(
        label=_("Service time"),
        method="by_service",
        choices=[("over", _("Over")), ("soon", _("Due soon")), ("none", _("None set"))],
    )
    assigned = filters.ChoiceFilter(
        label=_("Looked after by"), method="by_assigned", choices=[("me", _("Me")), ("nobody", _("Nobody yet"))]
    )
    back = filters.BooleanFilter(
        label=_("Deferred until today or before"),
        method="is_back",
        widget=forms.Select(choices=[("", _("Any")), ("true", _("Yes")), ("false", _("No"))]),
    )
    open = None

    class Meta:
        model = Request
        fields: list[str] = []

    def by_service(self, rows: "QuerySet[Request]", name: str, value: str) -> "QuerySet[Request]":
        today = timezone.localdate()
        if value == "none":
            return rows.filter(Q(due_number=None))
        return rows.filter((overdue if value == "over" else due_soon)(today, office_holidays()))

    def by_assigned(self, rows: "QuerySet[Request]", name: str, value: str) -> "QuerySet[Request]":
        return rows.filter(owner=self.request.user if value == "me" else None)

    def is_back(self, rows: "QuerySet[Request]", name: str, value: Any) -> "QuerySet[Request]":
        return rows.filter(state=State.DEFERRED) if value else rows.exclude(state=State.DEFERRED)
