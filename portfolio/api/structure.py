"""Portfolios, programmes and objectives: list, read, create, change, archive."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.models import User
from core.api.base import VersionedViewSet, VisibleRelatedField
from core.api.conversation import Talked
from core.api.history import Historied
from portfolio.access import objective_for, portfolio_for, programme_for
from portfolio.actions.structure import EDITABLE, archive_structure, create_structure, edit_structure
from portfolio.models import Objective, Portfolio, Programme
from portfolio.trail import structure_trail

PEOPLE = User.objects.filter(is_active=True)
KEPT = ["reference", "archived_at", "version"]


def person() -> Any:
    """Somebody who may sign in, by e-mail address."""
    return serializers.SlugRelatedField("email", queryset=PEOPLE, required=False, allow_null=True)


def portfolio() -> Any:
    """A portfolio that the person sees, by reference."""
    return VisibleRelatedField("reference", queryset=Portfolio.objects.active(), required=False, allow_null=True)


class PortfolioSerializer(serializers.ModelSerializer[Portfolio]):
    """A portfolio. Its owner is named by e-mail, the portfolio that it lies in by reference."""

    parent = portfolio()
    owner = person()

    class Meta:
        model = Portfolio
        fields = [*KEPT, *EDITABLE[Portfolio]]
        read_only_fields = KEPT


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    """A programme. People are named by e-mail, its portfolio by reference."""

    portfolio = portfolio()
    manager = person()
    sponsor = person()

    class Meta:
        model = Programme
        fields = [*KEPT, *EDITABLE[Programme]]
        read_only_fields = KEPT


class ObjectiveSerializer(serializers.ModelSerializer[Objective]):
    """A strategic objective."""

    class Meta:
        model = Objective
        fields = ["id", "version", *EDITABLE[Objective]]
        read_only_fields = ["id", "version"]


class StructureViewSet(Historied, VersionedViewSet):
    """What the three have in common: who holds `edit_action` everywhere adds, who holds it on one changes it."""

    model: Any = None

    def check_create(self) -> None:
        """For those who hold the right everywhere."""
        require(self.request.user, self.edit_action)

    def trail(self, it: Any) -> Any:
        """As on the page."""
        return structure_trail(it)

    def create_row(self, data: dict[str, Any]) -> Any:
        """Create it."""
        return create_structure(self.model, values=data)

    def change_row(self, row: Any, data: dict[str, Any], version: int) -> Any:
        """Change the fields that were sent."""
        return edit_structure(row, changes=data, version=version)


class ArchivedViewSet(Talked, StructureViewSet):
    """Those that can be archived, and talked about."""

    lookup_field = "reference"
    view_action = "portfolio.view"
    edit_action = "portfolio.manage"

    @action(detail=True, methods=["post"])
    def archive(self, request: Request, reference: str) -> Response:
        """Take it out of lists; refused while it holds projects that are not archived."""
        return self.answer(archive_structure(self.find(self.edit_action), archived=True, at=timezone.now()))

    @action(detail=True, methods=["post"])
    def unarchive(self, request: Request, reference: str) -> Response:
        """Bring it back."""
        return self.answer(archive_structure(self.find(self.edit_action), archived=False, at=timezone.now()))


class PortfolioViewSet(ArchivedViewSet):
    """Portfolios that the person may see."""

    model = Portfolio
    talk_kind = "portfolio"
    serializer_class = PortfolioSerializer
    queryset = Portfolio.objects.none()

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see."""
        return Portfolio.objects.visible_to(self.request.user).select_related("parent", "owner").order_by("reference")

    def find(self, action: str) -> Portfolio:
        """Through the room's door."""
        return portfolio_for(self.request.user, self.kwargs["reference"], action)


class ProgrammeViewSet(ArchivedViewSet):
    """Programmes that the person may see."""

    model = Programme
    talk_kind = "programme"
    serializer_class = ProgrammeSerializer
    queryset = Programme.objects.none()

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see."""
        rows = Programme.objects.visible_to(self.request.user).select_related("portfolio", "manager", "sponsor")
        return rows.order_by("reference")

    def find(self, action: str) -> Programme:
        """Through the room's door."""
        return programme_for(self.request.user, self.kwargs["reference"], action)


class ObjectiveViewSet(StructureViewSet):
    """The organisation's objectives; everyone signed in may read them."""

    model = Objective
    serializer_class = ObjectiveSerializer
    queryset = Objective.objects.all()
    lookup_value_regex = r"\d+"
    edit_action = "objective.manage"

    def find(self, action: str) -> Objective:
        """Through the room's door."""
        return objective_for(self.request.user, int(self.kwargs["pk"]), action)
