"""Where I am signed in, and the log of all sign-ins for those who may see who has access."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.actions.sessions import alive_sessions, end_session, end_sessions, failed_attempts, paused_sign_ins
from accounts.authentication import SESSION_ONLY, NotByToken
from accounts.filters import SignInFilter
from accounts.models import SignIn
from core.api.base import RoomViewSet


class SessionSerializer(serializers.ModelSerializer[SignIn]):
    """A sign-in that still works. `browser`: browser and system in words; `is_current`: the one that asks."""

    browser = serializers.CharField(read_only=True)
    is_current = serializers.SerializerMethodField()

    class Meta:
        model = SignIn
        fields = ["id", "at", "address", "browser", "is_current"]
        read_only_fields = fields

    def get_is_current(self, row: SignIn) -> bool:
        """Whether this request came in it."""
        return row.session_key == self.context["session_key"]


class EndedSerializer(serializers.Serializer[Any]):
    """How many were ended."""

    ended = serializers.IntegerField()


class SessionViewSet(RoomViewSet):
    """Where you are signed in. Ended by whoever is signed in with a password (session), not by a token (403)."""

    serializer_class = SessionSerializer
    queryset = SignIn.objects.none()
    lookup_value_regex = r"\d{1,18}"
    permission_classes = (*RoomViewSet.permission_classes, NotByToken)

    @extend_schema(responses=SessionSerializer(many=True), filters=False)
    def list(self, request: Request) -> Response:
        """Your sign-ins that still work, the newest first."""
        rows: Any = alive_sessions(request.user, timezone.now())  # type: ignore[arg-type]
        context = {**self.get_serializer_context(), "session_key": self.own_key()}
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(SessionSerializer(page, many=True, context=context).data)

    def own_key(self) -> str:
        """The session that asks; "" for a token."""
        return "" if self.request.auth else self.request.session.session_key or ""

    @extend_schema(request=None, responses={204: None}, auth=SESSION_ONLY)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Sign out there. 404 for somebody else's, 400 where it has ended already."""
        row = get_object_or_404(SignIn, pk=pk, user=request.user)
        end_session(user=request.user, pk=row.pk, at=timezone.now())  # type: ignore[arg-type]
        return Response(status=204)

    @extend_schema(request=None, responses=EndedSerializer, auth=SESSION_ONLY)
    @action(detail=False, methods=["post"], url_path="end-others")
    def end_others(self, request: Request) -> Response:
        """Sign out everywhere but here."""
        user: Any = request.user
        ended = end_sessions(user=user, ending="elsewhere", at=timezone.now(), but=self.own_key())
        return Response({"ended": ended})


class SignInSerializer(serializers.ModelSerializer[SignIn]):
    """One sign-in of a person (e-mail). `ended_at` and `ending` ("signed_out", "elsewhere", "password", "disabled") are null and ""
    where it was not ended by anybody."""

    user = serializers.SlugRelatedField("email", read_only=True)
    browser = serializers.CharField(read_only=True)

    class Meta:
        model = SignIn
        fields = ["id", "user", "at", "address", "browser", "ended_at", "ending"]
        read_only_fields = fields


class PausedSerializer(serializers.Serializer[Any]):
    """An account that cannot sign in from a network address, after too many wrong passwords. `user`: the id of the person, to open the
    sign-in with; null where there is none."""

    username = serializers.CharField(allow_null=True)
    address = serializers.CharField(source="ip_address", allow_null=True)
    attempt_at = serializers.DateTimeField(source="attempt_time")
    user = serializers.IntegerField(allow_null=True)


class FailedSerializer(serializers.Serializer[Any]):
    """A try with a wrong password. `paused`: it was one too many."""

    username = serializers.CharField(allow_null=True)
    address = serializers.CharField(source="ip_address", allow_null=True)
    attempt_at = serializers.DateTimeField(source="attempt_time")
    paused = serializers.BooleanField(source="locked_out")


class SignInViewSet(mixins.ListModelMixin, RoomViewSet):
    """The log of sign-ins, the newest first, for those who may see who has access; 403 for others. `?q=` a name, an e-mail or the
    beginning of a network address; `?since=2026-11-22` from that day on."""

    serializer_class = SignInSerializer
    queryset = SignIn.objects.none()
    filterset_class = SignInFilter

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """403 for everybody else."""
        super().initial(request, *args, **kwargs)
        require(request.user, "access.view")

    def get_queryset(self) -> Any:
        """All of them."""
        return SignIn.objects.select_related("user").order_by("-at", "-pk")

    @extend_schema(responses=PausedSerializer(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def paused(self, request: Request) -> Response:
        """Accounts that are paused now, the last tried first, at most 50. Opened by `POST users/<id>/open/`."""
        rows = paused_sign_ins(at=timezone.now())
        return Response(PausedSerializer(rows, many=True).data)

    @extend_schema(responses=FailedSerializer(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def failed(self, request: Request) -> Response:
        """The latest 20 tries with a wrong password, the newest first."""
        return Response(FailedSerializer(failed_attempts(), many=True).data)
