"""How many guesses at a password are worked out, over all network addresses.

django-axes pauses an account for one network address after eight wrong passwords; whoever guesses from a thousand addresses
would have eight thousand. So no more than four attempts a minute on one account reach the password hash from all the addresses
that it was not signed in from lately, and five from all of those that it was: the owner gets in while others guess. Who sits at
a new address and is kept out chooses a password by mail: who reads their mail is no guesser, so that address counts as known.
What was typed is counted, so an account that does not exist pauses as one that does. Redis counts, because it adds up what
arrives at the same moment; while it is away only the pause of axes holds.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.exceptions import AxesBackendPermissionDenied
from axes.helpers import get_client_ip_address
from django.http import HttpRequest
from django.utils import timezone

from accounts.devices import may_try
from accounts.models import SignIn
from core.limits import forget, remember, remembers, within

FROM_NEW, FROM_KNOWN = 4, 5
SECONDS = 60
REMEMBERED = timedelta(days=90)
BY_MAIL_SECONDS = 3600


def key_of(email: str, *, known: bool) -> str:
    """Where attempts on an account are counted."""
    return f"guess:{'known' if known else 'new'}:{_digest(email)}"


def _digest(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode("utf-8", "replace")).hexdigest()


def is_known(email: str, address: str | None, *, at: datetime) -> bool:
    """Whether the person signed in from this network address lately, or just chose a password there by mail. One query, for an
    account that does not exist as well."""
    signed_in = SignIn.objects.filter(user__email=email.strip().lower(), address=address, at__gte=at - REMEMBERED)
    return bool(address) and (signed_in.exists() or remembers(f"guess:{_digest(email)}:{address}"))


def know_address(email: str, address: str) -> None:
    """For an hour the network address is one of the person's: they read their mail there."""
    remember(f"guess:{_digest(email)}:{address}", seconds=BY_MAIL_SECONDS)


def forget_guesses(email: str, *, known_only: bool = False) -> None:
    """Count anew: the person signed in (from what is a known address now), or somebody opened their sign-in."""
    for known in (True,) if known_only else (True, False):
        forget(key_of(email, known=known))


class GuessBackend(AxesStandaloneBackend):
    """First of AUTHENTICATION_BACKENDS: refuses before the hash is worked out, by address (axes) and by account."""

    def authenticate(
        self, request: HttpRequest, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> None:
        """Lets an attempt through to the next backend, or raises AxesBackendPermissionDenied, which the middleware answers with 429.
        A browser that the person signed in with before is counted by itself (accounts/devices.py)."""
        if may_try(request, username or ""):
            return
        super().authenticate(request, username=username, password=password, **kwargs)
        known = is_known(username or "", get_client_ip_address(request), at=timezone.now())
        most = FROM_KNOWN if known else FROM_NEW
        if not within(key_of(username or "", known=known), most=most, seconds=SECONDS):
            request.axes_locked_out = True  # type: ignore[attr-defined]
            raise AxesBackendPermissionDenied("Too many attempts on this account in a minute")
