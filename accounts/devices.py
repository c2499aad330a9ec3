"""A browser in which somebody signed in before has a small allowance of its own for that account.

Pauses count by account and network address, so whoever sits behind the owner's address (an office, a train) could use up the owner's
attempts. A good sign-in therefore leaves a signed cookie, as OWASP's "device cookies" do: an attempt that brings it counts by the
device alone, and no pause of others holds it up. Who guesses has no such cookie, since it takes the password to get one; a stolen
one is worth MOST attempts in a quarter of an hour for the one account it names, no more than any network address has. The cookie
signs nobody in and is sent to the page of the sign-in only. While Redis, which counts, is away, it is worth nothing.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core.limits import forget, within

COOKIE, SALT = "device", "accounts.device"
MOST = 8
SECONDS = 900
KEPT = timedelta(days=90)


def may_try(request: HttpRequest | None, email: str) -> bool:
    """Whether this browser is known for the account and has attempts left; counts this one."""
    device = _device_of(request, email) if request is not None else ""
    return bool(device) and within(_counter(device), most=MOST, seconds=SECONDS, away=False)


def know_device(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """The person signed in here: their attempts count anew, and the cookie is good for another ninety days."""
    device = _device_of(request, email) or secrets.token_urlsafe(16)
    forget(_counter(device))
    response.set_signed_cookie(
        COOKIE,
        f"{_digest(email)}.{device}",
        salt=SALT,
        max_age=KEPT,
        path=reverse("accounts:login"),
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def _device_of(request: HttpRequest, email: str) -> str:
    """The browser's name, where it holds a cookie of this account; "" else."""
    value = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=KEPT) or ""
    account, _dot, device = value.partition(".")
    return device if account == _digest(email) else ""


def _digest(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode("utf-8", "replace")).hexdigest()


def _counter(device: str) -> str:
    return f"guess:device:{device}"
