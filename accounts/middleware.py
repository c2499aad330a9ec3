"""Language and time zone of the reader."""

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from core.catalogues import remember_words


class ReaderMiddleware:
    """Shows words, dates and times the way the signed-in person set in their profile."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        remember_words()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the reader's language and zone for this request only."""
        user = request.user
        if user.is_authenticated and user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(_zone(user.time_zone) if user.is_authenticated else None):
            return self.get_response(request)


def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    """The zone of this name; None (the organisation's zone) for an empty or unknown one."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
