"""Which people a list shows."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import holders_elsewhere
from accounts.models import OrganisationUnit, SignIn, User
from accounts.roles import ROLES
from core.office import office_day


class UserFilter(django_filters.FilterSet):
    """Search, may sign in, role held everywhere or on a unit, unit."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    active = django_filters.ChoiceFilter(
        label=_("Account"), choices=[("yes", _("May sign in")), ("no", _("Disabled"))], method="by_active"
    )
    role = django_filters.ChoiceFilter(label=_("Role"), choices=list(ROLES.items()), method="by_role")
    unit = django_filters.ModelChoiceFilter(label=_("Organisation unit"), queryset=OrganisationUnit.objects.all())

    class Meta:
        model = User
        fields: list[str] = []

    def search(self, rows: "QuerySet[User]", name: str, value: str) -> "QuerySet[User]":
        """Every word is in the name, the address or the job title, with or without its accents."""
        for word in value.split():
            rows = rows.filter(
                Q(name__unaccent__icontains=word) | Q(email__icontains=word) | Q(job_title__unaccent__icontains=word)
            )
        return rows

    def by_active(self, rows: "QuerySet[User]", name: str, value: str) -> "QuerySet[User]":
        """Those who may sign in, or may not."""
        return rows.filter(is_active=value == "yes")

    def by_role(self, rows: "QuerySet[User]", name: str, value: str) -> "QuerySet[User]":
        """Those who hold the role today: everywhere, on a unit, or on something that they work on."""
        grants: Any = User._meta.get_field("role_grants").related_model
        today = grants.objects.active(office_day()).filter(role=value)
        held = Q(pk__in=today.values("user"))
        for holders in holders_elsewhere(value):
            held |= Q(pk__in=holders)
        return rows.filter(held)


class SignInFilter(django_filters.FilterSet):
    """Sign-ins of one person or address."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    since = django_filters.DateFilter(
        label=_("Since"), field_name="at", lookup_expr="date__gte", widget=forms.DateInput(attrs={"type": "date"})
    )

    class Meta:
        model = SignIn
        fields: list[str] = []

    def search(self, rows: "QuerySet[SignIn]", name: str, value: str) -> "QuerySet[SignIn]":
        """The person's name or address, or the network address."""
        return rows.filter(Q(user__name__icontains=value) | Q(user__email__icontains=value) | Q(address__startswith=value[:39]))
