"""API tokens: make, revoke."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import ApiToken, User
from core.errors import ActionError
from core.history import recorded


@transaction.atomic
def make_token(*, user: User, name: str, scopes: list[str], expires_at: datetime, at: datetime) -> tuple[ApiToken, str]:
    """A new token and its key, which is shown once and never stored. Raises ActionError for an end in the past."""
    if expires_at <= at:
        raise ActionError(_("The last day is in the past."), field="expires_on")
    key = ApiToken.new_key()
    with recorded("accounts.token.made"):
        token = ApiToken.objects.create(
            user=user, name=name, prefix=key[:8], digest=ApiToken.digest_of(key), scopes=scopes, expires_at=expires_at
        )
    return token, key


@transaction.atomic
def revoke_token(*, user: User, pk: int, at: datetime) -> ApiToken:
    """End a token of the person at once. Raises ActionError when it is not theirs or has ended."""
    token = user.api_tokens.select_for_update().filter(pk=pk, revoked_at=None).first()
    if token is None:
        raise ActionError(_("This token is revoked already."))
    token.revoked_at = at
    with recorded("accounts.token.revoked"):
        token.save(update_fields=["revoked_at"])
    return token
