"""API tokens: `Authorization: Bearer pmo_…`."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import ApiToken, User


class TokenAuthentication(BaseAuthentication):
    """Signs a request in by a token. `request.auth` is the token."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """None without a Bearer header; 401 for a token that is unknown, ended, revoked or of an inactive person."""
        words = get_authorization_header(request).decode("latin-1").split()
        if len(words) != 2 or words[0].lower() != "bearer":
            return None
        now = timezone.now()
        token = ApiToken.objects.select_related("user").filter(digest=ApiToken.digest_of(words[1])).first()
        if token is None or token.revoked_at or token.expires_at <= now or not token.user.is_active:
            raise AuthenticationFailed(_("This token is unknown, revoked or has ended. Make a new one in your profile."))
        if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=5):
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Makes the answer a 401."""
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes it. Known to drf-spectacular by being defined."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "pmo_…"}


class ScopePermission(BasePermission):
    """A token with the scope "read" only reads. Sessions are not limited by scopes."""

    message = gettext_lazy("This token may only read.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the scopes allow the method."""
        token = request.auth
        return not isinstance(token, ApiToken) or request.method in SAFE_METHODS or "write" in token.scopes


class NotByToken(BasePermission):
    """Who may sign in and who may what (people, roles, units, tokens, sign-ins) is changed by whoever is signed in with a password; a
    token only reads it. Else a token in wrong hands opens an account, gives it a role, and outlives its own end."""

    message = gettext_lazy("This is done by whoever is signed in, not by a token.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether it is read, or asked for in a session."""
        return not isinstance(request.auth, ApiToken) or request.method in SAFE_METHODS


SESSION_ONLY: Any = [{"cookieAuth": []}]
"""How the schema says it of an operation."""
