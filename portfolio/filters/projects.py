"""What lists of projects can be narrowed by."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationUnit, User
from core.search import searched
from portfolio.formulas.staleness import allowed_days
from portfolio.models import HealthThreshold, Objective, Portfolio, Programme, Project, ProjectObjective
from portfolio.models.ratings import Confidence, Rag
from portfolio.models.structure import Phase, Tier
from portfolio.models.visibility import nested_in

ARCHIVED = [("no", _("Not archived")), ("yes", _("Archived")), ("all", _("All"))]
AT_REST = (Phase.CLOSED, Phase.CANCELLED)
NONE_YET = [("none", _("None yet"))]


def stale_limits() -> dict[int, datetime]:
    """By tier: a rating that became known before this moment, the begin of a day, is stale: counted in days, as everywhere
    (portfolio/formulas/staleness.py). One query."""
    today = timezone.localdate()
    by_tier = dict(HealthThreshold.objects.order_by().values_list("tier", "stale_after_days"))
    days = {tier: today - timedelta(days=allowed_days(tier, by_tier)) for tier in Tier.values}
    return {tier: timezone.make_aware(datetime.combine(day, time.min)) for tier, day in days.items()}


def stale_condition() -> Q:
    """Live projects whose current rating is older than their tier allows, or that never had one. Nobody reports on closed,
    cancelled and archived ones any more. One query."""
    stale = Q(current_update=None)
    for tier, limit in stale_limits().items():
        stale |= Q(tier=tier, current_update__effective_at__lt=limit)
    return stale & ~Q(phase__in=AT_REST) & Q(archived_at=None)


def is_stale(project: Project, limits: Mapping[int, datetime]) -> bool:
    """The same of one project, whose current update is at hand; `limits`: those of `stale_limits`."""
    update = project.current_update
    live = project.phase not in AT_REST and project.archived_at is None
    return live and (update is None or (update.effective_at is not None and update.effective_at < limits[project.tier]))


def people_with(relation: str) -> Any:
    """People who have at least one project in this relation: the only sensible choices of a filter."""
    return lambda request: User.objects.filter(**{f"{relation}__in": Project.objects.visible_to(request.user)}).distinct()


class OneOf(filters.MultipleChoiceFilter):
    """Any of the chosen words of a row's own column, or of a row it points to: no row comes twice, so none is sought (a
    DISTINCT compares every column of every row)."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"widget": forms.CheckboxSelectMultiple, "distinct": False} | more)


class ProjectFilters(filters.FilterSet):
    """Filters of the project list; `request.user` limits the choices to what they may see."""

    q = filters.CharFilter(label=_("Search"), method="search")
    unit = filters.ModelChoiceFilter(label=_("Organisation unit"), queryset=OrganisationUnit.objects.all())
    portfolio = filters.ModelChoiceFilter(
        label=_("Portfolio"), queryset=lambda request: Portfolio.objects.visible_to(request.user), method="in_portfolio"
    )
    programme = filters.ModelChoiceFilter(
        label=_("Programme"), queryset=lambda request: Programme.objects.visible_to(request.user)
    )
    objective = filters.ModelChoiceFilter(label=_("Objective"), queryset=Objective.objects.all(), method="for_objective")
    manager = filters.ModelChoiceFilter(label=_("Project manager"), queryset=people_with("managed_projects"))
    sponsor = filters.ModelChoiceFilter(label=_("Sponsor"), queryset=people_with("sponsored_projects"))
    phase = OneOf(label=_("Phase"), choices=Phase.choices)
    tier = OneOf(label=_("Tier"), choices=Tier.choices)
    rating = OneOf(label=_("Declared rating"), choices=[*Rag.choices, *NONE_YET], method="rated")
    computed = OneOf(label=_("Computed rating"), field_name="current_update__computed_overall", choices=Rag.choices)
    assurance = OneOf(label=_("Assurance"), field_name="current_assurance__rating", choices=Confidence.choices)
    stale = filters.BooleanFilter(
        label=_("Out-of-date status"),
        method="is_stale",
        widget=forms.Select(choices=[("", _("Any")), ("true", _("Yes")), ("false", _("No"))]),
    )
    category = filters.CharFilter(label=_("Category"), lookup_expr="iexact")
    tag = filters.CharFilter(label=_("Tag"), method="tagged")
    archived = filters.ChoiceFilter(label=_("Archived"), choices=ARCHIVED, method="archive", empty_label=None)

    class Meta:
        model = Project
        fields: list[str] = []

    def filter_queryset(self, queryset: "QuerySet[Project]") -> "QuerySet[Project]":
        """Archived projects stay out unless somebody asks for them."""
        if not self.form.cleaned_data.get("archived"):
            queryset = queryset.filter(archived_at=None)
        return super().filter_queryset(queryset)

    def search(self, rows: "QuerySet[Project]", name: str, value: str) -> "QuerySet[Project]":
        return searched(rows, value, vector="search", title="title", exact="reference")  # type: ignore[no-any-return]

    def in_portfolio(self, rows: "QuerySet[Project]", name: str, value: Portfolio) -> "QuerySet[Project]":
        """The portfolio itself, those nested in it, and their programmes."""
        inside = nested_in(value)
        return rows.filter(Q(portfolio__in=inside) | Q(programme__portfolio__in=inside))

    def for_objective(self, rows: "QuerySet[Project]", name: str, value: Objective) -> "QuerySet[Project]":
        return rows.filter(pk__in=ProjectObjective.objects.filter(objective=value).values("project"))

    def rated(self, rows: "QuerySet[Project]", name: str, value: list[str]) -> "QuerySet[Project]":
        condition = Q(current_update__overall__in=value)
        if "none" in value:
            condition |= Q(current_update=None)
        return rows.filter(condition)

    def is_stale(self, rows: "QuerySet[Project]", name: str, value: bool) -> "QuerySet[Project]":
        return rows.filter(stale_condition()) if value else rows.exclude(stale_condition())

    def tagged(self, rows: "QuerySet[Project]", name: str, value: str) -> "QuerySet[Project]":
        return rows.filter(tags__contains=[value.strip().lower()])

    def archive(self, rows: "QuerySet[Project]", name: str, value: str) -> "QuerySet[Project]":
        return rows if value == "all" else rows.filter(archived_at__isnull=value == "no")
