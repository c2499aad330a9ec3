"""The organisation's units: everyone signed in reads them; those who keep the organisation add, change, move and remove."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.actions.units import add_unit, edit_unit, remove_unit
from accounts.authentication import SESSION_ONLY, NotByToken
from accounts.models import OrganisationUnit
from core.api.base import VersionedViewSet


class UnitSerializer(serializers.ModelSerializer[OrganisationUnit]):
    """An organisation unit and what it is part of; without `parent`: at the top."""

    class Meta:
        model = OrganisationUnit
        fields = ["id", "name", "code", "parent", "version"]
        read_only_fields = ["id", "version"]
        validators: list[Any] = []  # the action refuses, with the page's sentences


@extend_schema_view(create=extend_schema(auth=SESSION_ONLY), partial_update=extend_schema(auth=SESSION_ONLY))
class UnitViewSet(VersionedViewSet):
    """The organisation's units. A role on a unit reaches all below it: changed in a session, not by a token (403)."""

    serializer_class = UnitSerializer
    queryset = OrganisationUnit.objects.order_by("name", "pk")
    lookup_value_regex = r"\d{1,18}"
    filterset_fields = {"parent": ["exact", "isnull"], "name": ["exact"]}
    edit_action = "unit.manage"
    permission_classes = (*VersionedViewSet.permission_classes, NotByToken)

    def find(self, action: str) -> OrganisationUnit:
        """One of them; 403 for a change by those who do not keep the organisation."""
        if action:
            require(self.request.user, action)
        return get_object_or_404(OrganisationUnit, pk=self.kwargs["pk"])

    def check_create(self) -> None:
        """For those who keep the organisation."""
        require(self.request.user, self.edit_action)

    def create_row(self, data: dict[str, Any]) -> OrganisationUnit:
        """Add it."""
        return add_unit(name=data["name"], code=data.get("code", ""), parent=data.get("parent"))

    def change_row(self, row: OrganisationUnit, data: dict[str, Any], version: int) -> OrganisationUnit:
        """Rename it, or move it with all below it."""
        values = {"name": row.name, "code": row.code, "parent": row.parent} | data
        return edit_unit(pk=row.pk, version=version, **values)

    @extend_schema(auth=SESSION_ONLY)
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove it; 400 while anything hangs on it."""
        remove_unit(pk=self.find(self.edit_action).pk)
        return Response(status=204)
