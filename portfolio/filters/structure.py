"""What lists of portfolios, programmes and objectives can be narrowed by."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portfolio.filters.projects import ARCHIVED
from portfolio.models import Objective, Portfolio, Programme


class StructureFilters(filters.FilterSet):
    """Base: search in name and reference, archived or not."""

    q = filters.CharFilter(label=_("Search"), method="search")
    archived = filters.ChoiceFilter(label=_("Archived"), choices=ARCHIVED, method="archive", empty_label=None)

    def filter_queryset(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Archived rows stay out unless somebody asks for them."""
        if not self.form.cleaned_data.get("archived"):
            queryset = queryset.filter(archived_at=None)
        return super().filter_queryset(queryset)

    def search(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(Q(name__icontains=value) | Q(name__trigram_word_similar=value) | Q(reference__istartswith=value))

    def archive(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows if value == "all" else rows.filter(archived_at__isnull=value == "no")


class PortfolioFilters(StructureFilters):
    """Filters of the list of portfolios."""

    parent = filters.ModelChoiceFilter(label=_("Part of"), queryset=lambda request: Portfolio.objects.visible_to(request.user))

    class Meta:
        model = Portfolio
        fields: list[str] = []


class ProgrammeFilters(StructureFilters):
    """Filters of the list of programmes."""

    portfolio = filters.ModelChoiceFilter(
        label=_("Portfolio"), queryset=lambda request: Portfolio.objects.visible_to(request.user)
    )

    class Meta:
        model = Programme
        fields: list[str] = []


class ObjectiveFilters(filters.FilterSet):
    """Filters of the list of objectives."""

    q = filters.CharFilter(label=_("Search"), method="search")
    is_active = filters.BooleanFilter(label=_("In use"))

    class Meta:
        model = Objective
        fields: list[str] = []

    def search(self, rows: "QuerySet[Objective]", name: str, value: str) -> "QuerySet[Objective]":
        return rows.filter(Q(name__icontains=value) | Q(name__trigram_word_similar=value) | Q(description__icontains=value))
