"""What lists of requests can be narrowed by."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationUnit, User
from core.search import searched
from intake.models import Request, RequestType
from intake.models.requests import OPEN, State
from portfolio.models import Objective


def owners(request: Any) -> "QuerySet[User]":
    """People who look after something that the reader may see; nobody where there is no reader."""
    if request is None:
        return User.objects.none()
    seen = Request.objects.visible_to(request.user).exclude(owner=None)
    return User.objects.filter(pk__in=seen.order_by().values("owner"))


class RequestFilters(filters.FilterSet):
    """Filters of the list of requests."""

    q = filters.CharFilter(label=_("Search"), method="search")
    state = filters.MultipleChoiceFilter(label=_("State"), choices=State.choices, widget=forms.CheckboxSelectMultiple)
    open = filters.BooleanFilter(
        label=_("Open"),
        method="is_open",
        widget=forms.Select(choices=[("", _("Any")), ("true", _("Yes")), ("false", _("No"))]),
    )
    type = filters.ModelChoiceFilter(label=_("Type"), queryset=RequestType.objects.all())
    unit = filters.ModelChoiceFilter(label=_("Organisation unit"), queryset=OrganisationUnit.objects.all())
    owner = filters.ModelChoiceFilter(label=_("Owner"), queryset=owners)
    objective = filters.ModelChoiceFilter(
        label=_("Objective"), field_name="objective_links__objective", queryset=Objective.objects.all()
    )

    class Meta:
        model = Request
        fields: list[str] = []

    def search(self, rows: "QuerySet[Request]", name: str, value: str) -> "QuerySet[Request]":
        return searched(rows, value, vector="search", title="title", exact="reference")  # type: ignore[no-any-return]

    def is_open(self, rows: "QuerySet[Request]", name: str, value: bool) -> "QuerySet[Request]":
        return rows.filter(state__in=OPEN) if value else rows.exclude(state__in=OPEN)
