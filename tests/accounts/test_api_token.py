"""API tokens: hashed, scoped, expiring."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, User
from tests.cast import Cast

ME = "/api/v1/accounts/me/"


def token_for(user: User, *, scopes: list[str], days: int = 1) -> str:
    key = ApiToken.new_key()
    ends = timezone.now() + timedelta(days=days)
    ApiToken.objects.create(user=user, name="t", prefix=key[:8], digest=ApiToken.digest_of(key), scopes=scopes, expires_at=ends)
    return key


def ask(key: str, method: str = "get") -> int:
    return getattr(Client(), method)(ME, headers={"Authorization": f"Bearer {key}"}).status_code


def test_token_signs_its_owner_in(cast: Cast) -> None:
    key = token_for(cast.auditor, scopes=["read"])
    answer = Client().get(ME, headers={"Authorization": f"Bearer {key}"})
    assert answer.json()["roles"] == ["auditor"]
    assert ApiToken.objects.get().last_used_at is not None
    assert not ApiToken.objects.filter(digest__contains=key).exists()


def test_ended_unknown_and_revoked_tokens_are_refused(cast: Cast) -> None:
    assert ask(token_for(cast.auditor, scopes=["read"], days=-1)) == 401
    assert ask("pmo_unknown") == 401
    key = token_for(cast.auditor, scopes=["read"])
    ApiToken.objects.update(revoked_at=timezone.now())
    assert ask(key) == 401


def test_token_of_a_disabled_person_is_refused(cast: Cast) -> None:
    key = token_for(cast.auditor, scopes=["read"])
    User.objects.filter(pk=cast.auditor.pk).update(is_active=False)
    assert ask(key) == 401


@pytest.mark.parametrize(("scopes", "status"), [(["read"], 403), (["write"], 405)])
def test_read_scope_cannot_write(cast: Cast, scopes: list[str], status: int) -> None:
    assert ask(token_for(cast.administrator, scopes=scopes), "post") == status


def test_errors_have_one_shape(db: None) -> None:
    body = Client().get(ME).json()
    assert set(body) == {"type", "errors"}
    assert set(body["errors"][0]) == {"code", "detail", "attr"}
