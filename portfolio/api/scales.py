"""The risk scales in force and the registers' categories: to read for everybody, to change for those who manage registers."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from core.api.base import TaggedViewSet, VersionedViewSet, etag_of
from portfolio.actions.risks import current_scale
from portfolio.actions.scales import CATEGORY, checked, consequence_of, publish_scale, save_category
from portfolio.models import Category, RiskScale


class CategorySerializer(serializers.ModelSerializer[Category]):
    """A category of the registers; `parent` is the id of the one above. `appetite`: the highest score of a threat that is borne."""

    class Meta:
        model = Category
        fields = ["id", *CATEGORY, "version"]
        read_only_fields = ["id", "version"]

    def validate_appetite(self, value: int | None) -> int | None:
        """A score of the scales in force."""
        most = current_scale().size ** 2
        if value is not None and value > most:
            raise serializers.ValidationError(_("The highest score of the scales is %(most)d.") % {"most": most})
        return value


class CategoryViewSet(VersionedViewSet):
    """The categories of the registers."""

    serializer_class = CategorySerializer
    queryset = Category.objects.order_by("pk")
    lookup_value_regex = r"\d{1,18}"
    edit_action = "register.manage"

    def find(self, action: str) -> Category:
        """One of them; 403 for a change by those who do not manage registers."""
        if action:
            require(self.request.user, action)
        return get_object_or_404(Category, pk=self.kwargs["pk"])

    def check_create(self) -> None:
        """For those who manage registers."""
        require(self.request.user, self.edit_action)

    def create_row(self, data: dict[str, Any]) -> Category:
        """Add it."""
        return save_category(Category(), values=data, version=None)

    def change_row(self, row: Category, data: dict[str, Any], version: int) -> Category:
        """Change the fields that were sent; those that were not stay."""
        return save_category(row, values={name: getattr(row, name) for name in CATEGORY} | data, version=version)


class ScaleSerializer(serializers.Serializer[Any]):
    """The organisation's risk scales, the lowest level first: likelihood with percentages, impact, its dimensions, and the band of
    each cell, a row for each likelihood."""

    likelihood = serializers.ListField(child=serializers.DictField())
    impact = serializers.ListField(child=serializers.CharField())
    dimensions = serializers.ListField(child=serializers.DictField())
    bands = serializers.ListField(child=serializers.DictField())
    cells = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))


class ScaleConsequenceSerializer(serializers.Serializer[Any]):
    """What putting other scales into force would do: so many risks are rated, get other levels, come into another band; which
    level becomes which, [from, to], where the number of levels changes."""

    rated = serializers.IntegerField()
    mapped = serializers.IntegerField()
    recoloured = serializers.IntegerField()
    likelihood = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    impact = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class RiskScaleViewSet(TaggedViewSet):
    """The organisation's risk scales."""

    serializer_class = ScaleSerializer
    queryset = Category.objects.none()

    @extend_schema(responses=forced_singular_serializer(ScaleSerializer), filters=False, parameters=[])
    def list(self, request: Request) -> Response:
        """The scales in force, with their ETag."""
        return Response(current_scale().document(), headers={"ETag": etag_of(in_force())})

    def create(self, request: Request) -> Response:
        """Put other scales into force: ratings are mapped, bands worked out anew. Needs the ETag of those in force in If-Match."""
        require(request.user, "register.manage")
        version = self.expected_version(in_force())
        row = publish_scale(self._sent(), version=version)
        return Response(current_scale().document(), status=201, headers={"ETag": etag_of(row)})

    @extend_schema(request=ScaleSerializer, responses=ScaleConsequenceSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """What putting these scales into force would do; nothing is written."""
        require(request.user, "register.manage")
        return Response(ScaleConsequenceSerializer(consequence_of(checked(self._sent()))).data)

    def _sent(self) -> dict[str, Any]:
        given = ScaleSerializer(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


def in_force() -> RiskScale:
    """The row of the scales in force; number 0 of version 0 while there are only the default ones."""
    return RiskScale.objects.order_by("pk").first() or RiskScale(pk=0, version=0)
