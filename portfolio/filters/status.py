"""What the queue of status updates can be narrowed by."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import may
from accounts.models import User
from core.search import searched
from portfolio.filters.projects import OneOf
from portfolio.models import Portfolio, ReportingCalendar, StatusSeries, StatusUpdate
from portfolio.models.ratings import Rag
from portfolio.models.status import State
from portfolio.models.structure import Tier
from portfolio.models.visibility import nested_in

STATES = [(State.SUBMITTED, _("Waits for review")), *[pair for pair in State.choices if pair[0] != State.SUBMITTED]]


class UpdateFilters(filters.FilterSet):
    """Filters of the queue. Without a state, those that wait for review; for who does not review, all that they see."""

    q = filters.CharFilter(label=_("Search"), method="search")
    state = OneOf(label=_("State"), choices=STATES)
    overall = OneOf(label=_("Declared rating"), choices=Rag.choices)
    differs = filters.BooleanFilter(
        label=_("Differs from the computed rating"),
        method="differing",
        widget=forms.Select(choices=[("", _("Any")), ("true", _("Yes")), ("false", _("No"))]),
    )
    calendar = filters.ModelChoiceFilter(
        label=_("Reporting calendar"), field_name="period__calendar", queryset=ReportingCalendar.objects.all()
    )
    submitted_by = filters.ModelChoiceFilter(
        label=_("Submitted by"),
        queryset=lambda request: User.objects.filter(
            pk__in=StatusUpdate.objects.visible_to(request.user).values("submitted_by")
        ),
    )
    series = filters.ModelChoiceFilter(label=_("Series"), queryset=StatusSeries.objects.all())
    portfolio = filters.ModelChoiceFilter(
        label=_("Portfolio"), queryset=lambda request: Portfolio.objects.visible_to(request.user), method="in_portfolio"
    )
    tier = OneOf(label=_("Tier"), field_name="project__tier", choices=Tier.choices)

    class Meta:
        model = StatusUpdate
        fields: list[str] = []

    def filter_queryset(self, queryset: "QuerySet[StatusUpdate]") -> "QuerySet[StatusUpdate]":
        """The queue proper, unless somebody asks for other states."""
        if not self.form.cleaned_data.get("state") and may(self.request.user, "status.review"):
            queryset = queryset.filter(state=State.SUBMITTED)
        return super().filter_queryset(queryset)

    def search(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        """Project by words or reference, or the period."""
        period = Q(period__label__icontains=value)
        return searched(rows, value, vector="project__search", title="project__title", exact="project__reference", more=period)

    def differing(self, rows: "QuerySet[Any]", name: str, value: bool) -> "QuerySet[Any]":
        """Where the writer disagreed with at least one computed rating."""
        return rows.exclude(reasons={}) if value else rows.filter(reasons={})

    def in_portfolio(self, rows: "QuerySet[Any]", name: str, value: Portfolio) -> "QuerySet[Any]":
        """The portfolio with those nested in it, and their programmes."""
        inside = nested_in(value)
        return rows.filter(Q(project__portfolio__in=inside) | Q(project__programme__portfolio__in=inside))
