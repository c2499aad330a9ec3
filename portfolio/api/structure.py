"""Portfolios, programmes and objectives."""

from typing import Any

from rest_framework import mixins, serializers

from core.api.base import RoomViewSet, VisibleRelatedField
from portfolio.access import portfolio_for, programme_for
from portfolio.models import Objective, Portfolio, Programme


class PortfolioSerializer(serializers.ModelSerializer[Portfolio]):
    """A portfolio."""

    parent = VisibleRelatedField("reference", queryset=Portfolio.objects.all(), required=False, allow_null=True)
    owner = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = Portfolio
        fields = ["reference", "name", "description", "parent", "owner", "version", "archived_at"]
        read_only_fields = fields


class PortfolioViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, RoomViewSet):
    """Portfolios that the person may see."""

    serializer_class = PortfolioSerializer
    queryset = Portfolio.objects.none()
    lookup_field = "reference"

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see."""
        return Portfolio.objects.visible_to(self.request.user).select_related("parent", "owner")

    def get_object(self) -> Portfolio:
        """One portfolio, through the room's door."""
        return portfolio_for(self.request.user, self.kwargs["reference"])


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    """A programme."""

    portfolio = VisibleRelatedField("reference", queryset=Portfolio.objects.all(), required=False, allow_null=True)
    manager = serializers.SlugRelatedField("email", read_only=True)
    sponsor = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = Programme
        fields = ["reference", "name", "description", "portfolio", "manager", "sponsor", "version", "archived_at"]
        read_only_fields = fields


class ProgrammeViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, RoomViewSet):
    """Programmes that the person may see."""

    serializer_class = ProgrammeSerializer
    queryset = Programme.objects.none()
    lookup_field = "reference"

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see."""
        return Programme.objects.visible_to(self.request.user).select_related("portfolio", "manager", "sponsor")

    def get_object(self) -> Programme:
        """One programme, through the room's door."""
        return programme_for(self.request.user, self.kwargs["reference"])


class ObjectiveSerializer(serializers.ModelSerializer[Objective]):
    """A strategic objective."""

    class Meta:
        model = Objective
        fields = ["id", "name", "description", "parent", "is_active", "version"]
        read_only_fields = fields


class ObjectiveViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, RoomViewSet):
    """The organisation's objectives; everyone signed in may read them."""

    serializer_class = ObjectiveSerializer
    queryset = Objective.objects.all()
