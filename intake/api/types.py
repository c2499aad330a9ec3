"""Kinds of request: for programs that ask in somebody's name, and for those that set them up. Their forms: `type_forms.py`."""

from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as Asked
from rest_framework.response import Response

from accounts.access import may, require
from core.api.base import VersionedViewSet
from core.api.history import Historied
from intake.access import type_for, types_for
from intake.actions.types import EDITABLE, create_type, edit_type, renew_link
from intake.api.type_forms import Exactly, PublishedFormSerializer
from intake.models import FormVersion, RequestType
from intake.models.requests import OPEN, State
from intake.trail import trail_of_type

MOST_DAYS = 999


class ServiceDaysSerializer(Exactly):
    """In how many working days the office means to move on, by state; null: no promise."""

    def get_fields(self) -> dict[str, Any]:
        """One a state in which somebody has to do something."""
        return {
            str(state): serializers.IntegerField(
                min_value=0, max_value=MOST_DAYS, required=False, allow_null=True, help_text=str(State(state).label)
            )
            for state in OPEN
        }


class RequestTypeSerializer(serializers.ModelSerializer[RequestType]):
    """A kind of request; `forms` holds the one that new requests of this kind are asked with. `draft`: the number of the form that
    is being written, for those who write it. `service_days` is changed whole."""

    service_days = ServiceDaysSerializer(required=False)
    forms = PublishedFormSerializer(many=True, read_only=True, source="published")
    draft = serializers.SerializerMethodField()

    class Meta:
        model = RequestType
        fields = ["id", "version", *EDITABLE, "forms", "draft"]
        read_only_fields = ["id", "version"]

    def get_draft(self, row: RequestType) -> int | None:
        """The form that is being written."""
        return next((form.number for form in row.drafts), None)  # type: ignore[attr-defined]


class PublicLinkSerializer(serializers.ModelSerializer[RequestType]):
    """The public link of a kind of request. `url`: where anyone may ask without an account; null while it is closed.
    `takes_requests`: whether a form is published there, and the kind in use."""

    is_open = serializers.BooleanField(source="is_public", read_only=True)
    url = serializers.SerializerMethodField()
    takes_requests = serializers.SerializerMethodField()

    class Meta:
        model = RequestType
        fields = ["is_open", "url", "takes_requests"]
        read_only_fields = ["is_open"]

    def get_url(self, row: RequestType) -> str | None:
        """The address, with its key."""
        if not row.is_public:
            return None
        address: str = self.context["request"].build_absolute_uri(reverse("intake:request-ask", args=[row.public_key]))
        return address

    def get_takes_requests(self, row: RequestType) -> bool:
        """Whether the page is there."""
        return row.is_public and row.is_active and row.form_versions.exclude(published_at=None).exists()


class RequestTypeViewSet(Historied, VersionedViewSet):
    """Kinds of request: those that can be asked for now, with their published form; all of them for those who see how intake is set
    up."""

    serializer_class = RequestTypeSerializer
    queryset = RequestType.objects.none()
    lookup_value_regex = r"\d{1,18}"
    edit_action, history_action = "intake.manage", "setup.view"
    filterset_fields = {"is_active": ["exact"], "is_public": ["exact"], "name": ["exact"]}

    def get_queryset(self) -> Any:
        """What the person may know of; two queries, and one for those who write forms."""
        return self.with_forms(types_for(self.request.user))

    def trail(self, it: Any) -> Any:
        """The kind's."""
        return trail_of_type(it)

    def with_forms(self, rows: Any) -> Any:
        """With the published form of each, and the draft where the person may write it."""
        newest = FormVersion.objects.exclude(published_at=None).order_by("type_id", "-number").distinct("type_id")
        drafts = FormVersion.objects.filter(published_at=None) if may(self.request.user, self.edit_action) else None
        return rows.prefetch_related(
            Prefetch("form_versions", queryset=newest, to_attr="published"),
            Prefetch("form_versions", queryset=FormVersion.objects.none() if drafts is None else drafts, to_attr="drafts"),
        )

    def find(self, action: str) -> RequestType:
        """Through the room's door."""
        return type_for(self.request.user, int(self.kwargs["pk"]), action)

    def answer(self, row: Any, status: int = 200) -> Response:
        """The kind as it is now, with its forms and ETag."""
        return super().answer(self.with_forms(RequestType.objects.filter(pk=row.pk)).get(), status)

    def check_create(self) -> None:
        """For those who set up intake."""
        require(self.request.user, self.edit_action)

    def create_row(self, data: dict[str, Any]) -> RequestType:
        """Add a kind; its first form is a draft without questions."""
        return create_type(values=plain(data))

    def change_row(self, row: RequestType, data: dict[str, Any], version: int) -> RequestType:
        """Change the fields that were sent. `is_active` false retires it: what was asked stays."""
        return edit_type(row, changes=plain(data), version=version)

    @extend_schema(responses=PublicLinkSerializer)
    @action(detail=True, serializer_class=PublicLinkSerializer)
    def link(self, request: Asked, pk: str) -> Response:
        """The address at which anyone may ask; only for those who give it out."""
        return self.answer(self.find(self.edit_action))

    @extend_schema(request=None, responses=PublicLinkSerializer)
    @action(detail=True, methods=["post"], serializer_class=PublicLinkSerializer, url_path="link/open")
    def link_open(self, request: Asked, pk: str) -> Response:
        """Let anyone with the address ask, also without an account. Needs If-Match with the ETag of the kind."""
        return self.opened(is_public=True)

    @extend_schema(request=None, responses=PublicLinkSerializer)
    @action(detail=True, methods=["post"], serializer_class=PublicLinkSerializer, url_path="link/close")
    def link_close(self, request: Asked, pk: str) -> Response:
        """Let nobody ask without an account; the address stays and can be opened again. Needs If-Match."""
        return self.opened(is_public=False)

    @extend_schema(request=None, responses=PublicLinkSerializer)
    @action(detail=True, methods=["post"], serializer_class=PublicLinkSerializer, url_path="link/renew")
    def link_renew(self, request: Asked, pk: str) -> Response:
        """Give it a new address: the old one leads nowhere any more. Needs If-Match."""
        row = self.find(self.edit_action)
        return self.answer(renew_link(row, version=self.expected_version(row)))

    def opened(self, *, is_public: bool) -> Response:
        """Open or close the link."""
        row = self.find(self.edit_action)
        return self.answer(edit_type(row, changes={"is_public": is_public}, version=self.expected_version(row)))


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """As the action takes it: states without a promise are left out."""
    if "service_days" not in data:
        return data
    return data | {"service_days": {state: days for state, days in data["service_days"].items() if days is not None}}
