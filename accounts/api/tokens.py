"""One's own API tokens: list, make, revoke."""

from typing import Any

from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions.tokens import make_token, revoke_token
from accounts.authentication import SESSION_ONLY, NotByToken
from accounts.forms.profile import TokenForm
from accounts.models import ApiToken
from core.api.base import RoomViewSet


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """A token, without its key. `scopes`: "read" only reads, "write" reads and writes. It works until `expires_at`, or until it was
    revoked. `last_used_at` is kept to five minutes."""

    scopes = serializers.ListField(child=serializers.ChoiceField(ApiToken.SCOPES), read_only=True)

    class Meta:
        model = ApiToken
        fields = ["id", "name", "prefix", "scopes", "expires_at", "created_at", "last_used_at", "revoked_at"]
        read_only_fields = fields


class TokenSentSerializer(serializers.Serializer[Any]):
    """A new token. `expires_on`: its last day, from today to a year from today, in your time zone."""

    name = serializers.CharField(max_length=80)
    scope = serializers.ChoiceField(ApiToken.SCOPES)
    expires_on = serializers.DateField()


class TokenMadeSerializer(TokenSerializer):
    """A token that was just made. `key` is told here and never again: what is kept is its digest."""

    key = serializers.CharField(read_only=True)

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "key"]
        read_only_fields = fields


class TokenViewSet(mixins.ListModelMixin, RoomViewSet):
    """Your own API tokens. They are made and revoked by whoever is signed in with a password (session), not by a token (403): one that
    fell into wrong hands makes no successor, and takes none away. So no token can be made that may more than the one who makes it."""

    serializer_class = TokenSerializer
    queryset = ApiToken.objects.none()
    lookup_value_regex = r"\d{1,18}"
    permission_classes = (*RoomViewSet.permission_classes, NotByToken)

    def get_queryset(self) -> Any:
        """One's own, the newest first."""
        user: Any = self.request.user
        return user.api_tokens.order_by("-created_at", "-pk")

    @extend_schema(request=TokenSentSerializer, responses={201: TokenMadeSerializer}, auth=SESSION_ONLY)
    @sensitive_variables("key")
    def create(self, request: Request) -> Response:
        """Make one; the answer holds its key, once, and is not to be stored. 400 for a day that is over or more than a year ahead."""
        sent = TokenSentSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        form = TokenForm(sent.validated_data)
        if not form.is_valid():
            raise serializers.ValidationError({name: [str(one) for one in errors] for name, errors in form.errors.items()})
        words, user = form.cleaned_data, request.user
        token, key = make_token(
            user=user,  # type: ignore[arg-type]
            name=words["name"],
            scopes=[words["scope"]],
            expires_at=form.expires_at,
            at=timezone.now(),
        )
        told = TokenSerializer(token).data | {"key": key}
        return Response(told, status=201, headers={"Cache-Control": "no-store"})

    @extend_schema(auth=SESSION_ONLY)
    def destroy(self, request: Request, pk: str) -> Response:
        """Revoke one: it stops with the next call, and stays in the list. 400 where it is revoked already, 404 for somebody else's."""
        token = self.get_object()
        revoke_token(user=request.user, pk=token.pk, at=timezone.now())  # type: ignore[arg-type]
        return Response(status=204)
