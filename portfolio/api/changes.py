"""Change control over the API, besides what every register does: who decides, votes, the PDF; approval routes and delegations."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import may, require
from accounts.models import User
from core.api.base import RoomViewSet, VersionedViewSet
from core.office import office_day
from portfolio.access_entries import delegation_to_end, delegations_of, may_delegate
from portfolio.actions.approval_routes import (
    FIELDS,
    adopt_routes,
    create_route,
    edit_route,
    remove_route,
    route_for,
    routes,
)
from portfolio.actions.change_records import retry_record
from portfolio.actions.changes import change_size, current_deciders, record_result, vote_change
from portfolio.actions.delegations import delegate_approvals, end_delegation
from portfolio.api.raid import VIEWSETS, EntryViewSet
from portfolio.filters.raid import FILTERS
from portfolio.models import ApprovalDelegation, ApprovalRoute, ChangeVote, Entry
from portfolio.models.approvals import Deciders, deciders_of, voices_of
from portfolio.models.changes import Approver

PEOPLE = User.objects.filter(is_active=True)


class ChangeVoteSerializer(serializers.ModelSerializer[ChangeVote]):
    """A vote, who cast it, and whether it counts: not that of who has left the board."""

    is_counted = serializers.SerializerMethodField()
    user = serializers.SlugRelatedField("email", read_only=True)
    cast_by = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = ChangeVote
        fields = ["user", "choice", "reason", "cast_by", "cast_at", "is_counted"]
        read_only_fields = fields

    def get_is_counted(self, vote: ChangeVote) -> bool:
        """Once decided as it did then, before by who has a seat now."""
        seats = self.context.get("seats")
        return vote.is_counted and (seats is None or vote.user_id in seats)


class ChangeVoteSentSerializer(serializers.Serializer[Any]):
    """How you vote; `voter`: for who delegated to you."""

    choice = serializers.ChoiceField(ChangeVote.Choice.choices)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=4000, default="")
    voter = serializers.SlugRelatedField("email", queryset=PEOPLE, required=False, allow_null=True, default=None)


class ApprovalSerializer(serializers.Serializer[Any]):
    """Who decides a change, as it stands: those of its route, for a draft those whom it would take. `voices`: for whom you may
    speak."""

    route = serializers.CharField(allow_blank=True)
    approver = serializers.ChoiceField(Approver.choices)
    deciders = serializers.ListField(child=serializers.EmailField())
    voices = serializers.ListField(child=serializers.EmailField())
    quorum = serializers.IntegerField()
    votes = ChangeVoteSerializer(many=True)


class ChangeViewSet(EntryViewSet):
    """Change requests: those that the person may see; the same filters as the list."""

    kind = "change"
    serializer_class = VIEWSETS["change"].serializer_class
    filterset_class = FILTERS["change"]

    @extend_schema(responses=ApprovalSerializer, filters=False)
    @action(detail=True)
    def approval(self, request: Request, reference: str) -> Response:
        """Who decides it, and how the votes stand."""
        entry = self.find("project.view")
        change, by = entry.change, request.user
        is_draft = entry.status == "draft"
        route = route_for(change_size(entry)) if is_draft else change.route
        found = deciders_of(entry, route.approver if route else "board", by) if is_draft else current_deciders(entry)
        return Response(
            {
                "route": route.name if route else "",
                "approver": found.approver,
                "deciders": [person.email for person in found.people],
                "voices": [] if is_draft else voices(by, entry, found),
                "quorum": route.quorum if is_draft and route else change.quorum,
                "votes": ChangeVoteSerializer(
                    change.votes.select_related("user", "cast_by"),
                    many=True,
                    context={"seats": {person.pk for person in found.people} if entry.status == "submitted" else None},
                ).data,
            }
        )

    @extend_schema(request=ChangeVoteSentSerializer)
    @action(detail=True, methods=["post"])
    def vote(self, request: Request, reference: str) -> Response:
        """Vote on what the board decides, or change one's vote; the one that completes the quorum and a majority decides. Needs
        If-Match."""
        entry = self.find("change.decide")
        version = self.expected_version(entry)
        words = self.sent(ChangeVoteSentSerializer)
        vote_change(entry, **words, by=request.user, at=timezone.now(), version=version)
        return self.again()

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def result(self, request: Request, reference: str) -> Response:
        """Decide by the votes as they stand, where the board has become smaller and they are enough. Needs If-Match."""
        entry = self.find("change.decide")
        version = self.expected_version(entry)
        record_result(entry, by=request.user, at=timezone.now(), version=version)
        return self.again()

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True)
    def record(self, request: Request, reference: str) -> FileResponse:
        """The PDF of the request, with the decision once there is one; 404 until it is made."""
        entry = self.find("project.view")
        if not entry.change.record:
            raise Http404
        name = f"{entry.reference} {entry.title[:80]}.pdf"
        return FileResponse(default_storage.open(entry.change.record), content_type="application/pdf", filename=name)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="record/retry")
    def record_retry(self, request: Request, reference: str) -> Response:
        """Have the PDF made again after a failure."""
        retry_record(self.find("register.edit"))
        return self.again()


def voices(user: Any, entry: Entry, found: Deciders) -> list[str]:
    """For whom the person may speak on a submitted change."""
    if entry.status != "submitted":
        return []
    speaks_for = voices_of(user, found, on=office_day(), submitter=entry.change.submitted_by)
    return [person.email for person in speaks_for]


class RouteSerializer(serializers.ModelSerializer[ApprovalRoute]):
    """An approval route: the first whose limits a change keeps is taken; limits left out hold for any size."""

    class Meta:
        model = ApprovalRoute
        fields = ["id", *FIELDS, "version"]
        read_only_fields = ["id", "version"]


class RouteViewSet(VersionedViewSet):
    """Approval routes, to read for those who see how things are set up, to change for those who manage registers."""

    serializer_class = RouteSerializer
    queryset = ApprovalRoute.objects.none()
    lookup_value_regex = r"\d{1,18}"
    view_action, edit_action = "setup.view", "register.manage"

    def find(self, action: str) -> ApprovalRoute:
        """One of them, or 404."""
        require(self.request.user, action)
        return get_object_or_404(ApprovalRoute, pk=self.kwargs["pk"])

    @extend_schema(responses=RouteSerializer(many=True), filters=False)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All of them, the first one first; the product's own, without id, until the organisation has some."""
        require(request.user, self.view_action)
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(routes()), many=True).data)  # type: ignore[arg-type]

    def check_create(self) -> None:
        """For those who manage registers."""
        require(self.request.user, self.edit_action)

    def create_row(self, data: dict[str, Any]) -> ApprovalRoute:
        """Add it."""
        return create_route(values=data)

    def change_row(self, row: ApprovalRoute, data: dict[str, Any], version: int) -> ApprovalRoute:
        """Change it; what was submitted keeps the approver that it got."""
        return edit_route(row, changes=data, version=version)

    def destroy(self, request: Request, pk: str) -> Response:
        """Take it away; 400 for the last one, and for one that a change took. Needs If-Match."""
        row = self.find(self.edit_action)
        remove_route(row, version=self.expected_version(row))
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    @action(detail=False, methods=["post"])
    def adopt(self, request: Request) -> Response:
        """Keep the product's routes as the organisation's own, to change them."""
        require(request.user, self.edit_action)
        adopt_routes()
        return Response(status=204)


class DelegationSerializer(serializers.ModelSerializer[ApprovalDelegation]):
    """Who decides changes for whom, from and to, both days included. `user` left out: for yourself; the office also for others."""

    user = serializers.SlugRelatedField("email", queryset=PEOPLE, required=False)
    delegate = serializers.SlugRelatedField("email", queryset=PEOPLE)

    class Meta:
        model = ApprovalDelegation
        fields = ["id", "user", "delegate", "starts_on", "ends_on"]


class DelegationViewSet(mixins.ListModelMixin, RoomViewSet):
    """Delegations that the person gave or got; all of them for the office."""

    serializer_class = DelegationSerializer
    queryset = ApprovalDelegation.objects.none()
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> Any:
        """Narrowed to one's own."""
        return delegations_of(self.request.user)

    def create(self, request: Request) -> Response:
        """Let somebody decide; 403 for who has nothing to delegate, and for others' decisions."""
        by: Any = request.user
        if not may_delegate(by):
            raise PermissionDenied
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        whose = data.pop("user", by)
        if whose != by and not may(by, "register.manage"):
            raise PermissionDenied
        made = delegate_approvals(user=whose, **data, by=by, at=timezone.now())
        return Response(self.get_serializer(made).data, status=201)

    def destroy(self, request: Request, pk: str) -> Response:
        """End one that you gave, the office any; what was decided under it stands."""
        end_delegation(delegation_to_end(request.user, int(pk)), on=office_day())
        return Response(status=204)
