"""What stands before every page: the probes, addresses that no row can have, and the answer while the database is away."""

from collections.abc import Callable

from django.db import DatabaseError, DataError, InterfaceError
from django.http import HttpRequest, HttpResponse

from core.views.errors import bad_request, database_away, not_found, unavailable
from core.views.health import healthz, readyz

UNTRANSLATABLE = "22P05"


class ProbeMiddleware:
    """Answers /healthz and /readyz before the host and HTTPS checks: probes come by address, without TLS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The probe's answer, or the page's."""
        if request.path_info == "/healthz":
            return healthz(request)
        if request.path_info == "/readyz":
            return readyz(request)
        return self.get_response(request)


class NulMiddleware:
    """Keeps the sign that PostgreSQL cannot store out of addresses: nothing is found under it, and no filter needs it.

    Forms and the API refuse it themselves, in a sentence at the field. Where a view reads what was posted without a form, no browser
    sends it: 400.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """404 for a path with it; a query goes on without it."""
        if "\0" in request.path_info:
            return not_found(request)
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """400 where the database was to be asked for it, as a text or within JSON; what was begun is taken back."""
        in_text = isinstance(exception, ValueError) and "NUL (0x00)" in str(exception)
        in_json = isinstance(exception, DataError) and getattr(exception.__cause__, "pgcode", "") == UNTRANSLATABLE
        return bad_request(request) if in_text or in_json else None


class DatabaseAwayMiddleware:
    """Turns a lost database into a page that says so (503), whatever DEBUG is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on: only exceptions are of interest."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Errors of a view; those of another middleware end in `server_error`, which looks the same way."""
        if isinstance(exception, DatabaseError | InterfaceError) and database_away(exception):
            return unavailable(request)
        return None
