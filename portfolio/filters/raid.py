"""What the registers can be narrowed by: the same for page, API and export; a filter set per kind adds its own."""

from datetime import timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import below
from accounts.models import User
from core.search import searched
from portfolio.filters.projects import OneOf
from portfolio.models import Category, Dependency, Entry, Portfolio, Programme, Project, SharedImpact
from portfolio.models.approvals import changes_waiting_for
from portfolio.models.changes import Approver
from portfolio.models.raid import Severity
from portfolio.models.raid_visibility import one_of
from portfolio.models.ratings import Rag
from portfolio.models.risks import Proximity, Sign
from portfolio.models.visibility import nested_in
from portfolio.registers import CONTRACTED, KINDS

OPEN = [("yes", _("Open")), ("no", _("Closed")), ("all", _("All"))]
WHEN = [("overdue", _("Overdue")), ("week", _("Within seven days")), ("none", _("No day set"))]


def owners(request: Any) -> "QuerySet[User]":
    """People who own something that the reader may see."""
    seen = Entry.objects.visible_to(request.user).open().exclude(owner=None)
    return User.objects.filter(pk__in=seen.order_by().values("owner"))


class EntryFilters(filters.FilterSet):
    """What every register can be narrowed by. Closed entries stay out unless somebody asks for them."""

    kind = ""
    q = filters.CharFilter(label=_("Search"), method="search")
    open = filters.ChoiceFilter(label=_("Open"), choices=OPEN, method="is_it_open", empty_label=None)
    project = filters.CharFilter(label=_("Project"), method="of_project", help_text=_("Its reference, such as PRJ-0042."))
    programme = filters.ModelChoiceFilter(
        label=_("Programme"), queryset=lambda request: Programme.objects.visible_to(request.user), method="of_programme"
    )
    portfolio = filters.ModelChoiceFilter(
        label=_("Portfolio"), queryset=lambda request: Portfolio.objects.visible_to(request.user), method="of_portfolio"
    )
    owner = filters.ModelChoiceFilter(label=_("Owner"), queryset=owners)
    mine = filters.BooleanFilter(label=_("Mine"), method="is_mine", widget=forms.CheckboxInput)
    due = filters.ChoiceFilter(label=_("Due"), choices=WHEN, method="due_when")
    review = filters.ChoiceFilter(label=_("Review"), choices=WHEN, method="review_when")
    category = filters.ModelChoiceFilter(label=_("Category"), queryset=Category.objects.all(), method="in_category")
    tag = filters.CharFilter(label=_("Tag"), method="tagged")
    raised_after = filters.DateFilter(label=_("Raised since"), field_name="raised_on", lookup_expr="gte")
    closed_after = filters.DateFilter(label=_("Closed since"), field_name="closed_on", lookup_expr="gte")

    class Meta:
        model = Entry
        fields: list[str] = []

    def filter_queryset(self, queryset: "QuerySet[Entry]") -> "QuerySet[Entry]":
        wanted = self.form.cleaned_data
        if not wanted.get("open") and not wanted.get("status") and not wanted.get("closed_after"):
            queryset = queryset.filter(is_open=True)
        return super().filter_queryset(queryset)

    def search(self, rows: "QuerySet[Entry]", name: str, value: str) -> "QuerySet[Entry]":
        return searched(rows, value, vector="search", title="title", exact="reference")  # type: ignore[no-any-return]

    def is_it_open(self, rows: "QuerySet[Entry]", name: str, value: str) -> "QuerySet[Entry]":
        return rows if value == "all" else rows.filter(is_open=value == "yes")

    def of_project(self, rows: "QuerySet[Entry]", name: str, value: str) -> "QuerySet[Entry]":
        """Its own entries, the risks that it shares, what it gives to others."""
        found = Project.objects.visible_to(self.request.user).filter(reference__iexact=value.strip()).values("pk")
        shared = SharedImpact.objects.filter(project__in=found).values("entry")
        given = Dependency.objects.filter(giver__in=found).values("entry")
        return rows.filter(one_of("project", found) | one_of("pk", shared) | one_of("pk", given))

    def of_programme(self, rows: "QuerySet[Entry]", name: str, value: Programme) -> "QuerySet[Entry]":
        """The programme's own and those of its projects."""
        return rows.filter(Q(programme=value) | Q(project__in=Project.objects.filter(programme=value).values("pk")))

    def of_portfolio(self, rows: "QuerySet[Entry]", name: str, value: Portfolio) -> "QuerySet[Entry]":
        """Those of the portfolio, of what is nested in it, and of its programmes and projects."""
        inside = nested_in(value)
        projects = Project.objects.filter(Q(portfolio__in=inside) | Q(programme__portfolio__in=inside))
        programmes = Programme.objects.filter(portfolio__in=inside)
        return rows.filter(
            Q(portfolio__in=inside) | Q(programme__in=programmes.values("pk")) | Q(project__in=projects.values("pk"))
        )

    def is_mine(self, rows: "QuerySet[Entry]", name: str, value: bool) -> "QuerySet[Entry]":
        return rows.filter(owner=self.request.user) if value else rows

    def due_when(self, rows: "QuerySet[Entry]", name: str, value: str) -> "QuerySet[Entry]":
        return in_time(rows, "due_on", value)

    def review_when(self, rows: "QuerySet[Entry]", name: str, value: str) -> "QuerySet[Entry]":
        return in_time(rows, "review_on", value)

    def in_category(self, rows: "QuerySet[Entry]", name: str, value: Category) -> "QuerySet[Entry]":
        """The category and all below it."""
        inside = below(dict(Category.objects.values_list("pk", "parent_id")), {value.pk})
        return rows.filter(category__in=inside)

    def tagged(self, rows: "QuerySet[Entry]", name: str, value: str) -> "QuerySet[Entry]":
        return rows.filter(tags__contains=[value.strip().lower()])


def in_time(rows: "QuerySet[Entry]", field: str, value: str) -> "QuerySet[Entry]":
    """Open rows by one of their days."""
    today = timezone.localdate()
    if value == "none":
        return rows.filter(**{field: None})
    if value == "week":
        return rows.filter(is_open=True, **{f"{field}__range": (today, today + timedelta(days=7))})
    return rows.filter(is_open=True, **{f"{field}__lt": today})


def states_of(kind: str) -> Any:
    """A filter by the register's own states."""
    return OneOf(label=_("State"), choices=[(state.key, state.label) for state in KINDS[kind].states])


class FromAside(EntryFilters):
    """Of a register whose entries can be seen without what they belong to: what that lies in narrows only what the reader sees
    it of, since the answer would tell."""

    def of_programme(self, rows: "QuerySet[Entry]", name: str, value: Programme) -> "QuerySet[Entry]":
        """The programme's own and those of its projects."""
        return super().of_programme(rows, name, value).in_sight_of(self.request.user, aside=False)  # type: ignore[attr-defined, no-any-return]

    def of_portfolio(self, rows: "QuerySet[Entry]", name: str, value: Portfolio) -> "QuerySet[Entry]":
        """As `of_programme`."""
        return super().of_portfolio(rows, name, value).in_sight_of(self.request.user, aside=False)  # type: ignore[attr-defined, no-any-return]


class RiskFilters(FromAside):
    """Risks: by sign, cell of the matrix, band, proximity, response."""

    status = states_of("risk")
    sign = OneOf(label=_("Threat or opportunity"), field_name="risk__sign", choices=Sign.choices)
    likelihood = filters.NumberFilter(label=_("Likelihood level"), field_name="risk__current_likelihood")
    impact = filters.NumberFilter(label=_("Impact level"), field_name="risk__current_impact")
    band = filters.CharFilter(label=_("Band"), field_name="risk__band")
    proximity = OneOf(label=_("Proximity"), field_name="risk__proximity", choices=Proximity.choices)
    unrated = filters.BooleanFilter(label=_("Not rated"), method="is_unrated", widget=forms.CheckboxInput)

    def is_unrated(self, rows: "QuerySet[Entry]", name: str, value: bool) -> "QuerySet[Entry]":
        return rows.filter(risk__band="") if value else rows


class IssueFilters(EntryFilters):
    """Issues: by severity."""

    status = states_of("issue")
    severity = OneOf(label=_("Severity"), field_name="issue__severity", choices=Severity.choices)


class AssumptionFilters(EntryFilters):
    """Assumptions."""

    status = states_of("assumption")


class DecisionFilters(EntryFilters):
    """Decisions: by when they were taken."""

    status = states_of("decision")
    decided_after = filters.DateFilter(label=_("Decided since"), field_name="decision__decided_on", lookup_expr="gte")

    def filter_queryset(self, queryset: "QuerySet[Entry]") -> "QuerySet[Entry]":
        """The log of decisions holds those that were taken, too."""
        return super(EntryFilters, self).filter_queryset(queryset)


class ActionFilters(EntryFilters):
    """Actions: responses to risks, or others."""

    status = states_of("action")
    response = filters.BooleanFilter(
        label=_("Response to a risk"),
        method="is_response",
        widget=forms.Select(choices=[("", _("Any")), ("true", _("Yes")), ("false", _("No"))]),
    )

    def is_response(self, rows: "QuerySet[Entry]", name: str, value: bool) -> "QuerySet[Entry]":
        seen = Entry.objects.visible_to(self.request.user).filter(kind="risk").values("pk")
        return rows.filter(action__about__in=seen) if value else rows.exclude(action__about__in=seen)


class DependencyFilters(FromAside):
    """Dependencies: by rating, by buffer."""

    status = states_of("dependency")
    rating = OneOf(label=_("Rating of either side"), choices=Rag.choices, method="rated")
    late = filters.BooleanFilter(label=_("Committed later than needed"), method="is_late", widget=forms.CheckboxInput)
    overdue = filters.BooleanFilter(label=_("Commitment overdue"), method="is_overdue", widget=forms.CheckboxInput)

    def rated(self, rows: "QuerySet[Entry]", name: str, value: list[str]) -> "QuerySet[Entry]":
        return rows.filter(Q(dependency__giver_rag__in=value) | Q(dependency__receiver_rag__in=value))

    def is_late(self, rows: "QuerySet[Entry]", name: str, value: bool) -> "QuerySet[Entry]":
        return rows.filter(dependency__committed_on__gt=F("due_on")) if value else rows

    def is_overdue(self, rows: "QuerySet[Entry]", name: str, value: bool) -> "QuerySet[Entry]":
        """Not delivered on the day that the giver committed to."""
        broken = rows.filter(status__in=CONTRACTED, dependency__committed_on__lt=timezone.localdate())
        return broken if value else rows


class ChangeFilters(EntryFilters):
    """Change requests: by who decides."""

    status = states_of("change")
    approver = OneOf(label=_("Decided by"), field_name="change__approver", choices=Approver.choices)
    waiting = filters.BooleanFilter(label=_("Waits for my decision"), method="is_waiting", widget=forms.CheckboxInput)

    def is_waiting(self, rows: "QuerySet[Entry]", name: str, value: bool) -> "QuerySet[Entry]":
        """Those that the reader is to decide or to vote on, for themself or for who delegated to them."""
        return rows.filter(pk__in=changes_waiting_for(self.request.user).values("pk")) if value else rows


FILTERS: dict[str, type[EntryFilters]] = {
    "risk": RiskFilters,
    "issue": IssueFilters,
    "assumption": AssumptionFilters,
    "decision": DecisionFilters,
    "action": ActionFilters,
    "dependency": DependencyFilters,
    "change": ChangeFilters,
}
