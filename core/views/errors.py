"""Error pages in the product's own look. None of them needs the database: no context processor runs."""

import sys
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from core.errors import NotAllowed


@login_not_required
def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400"""
    return HttpResponse(render_to_string("400.html"), status=400)


@login_not_required
def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: seen but not allowed."""
    words = str(exception.words) if isinstance(exception, NotAllowed) else ""
    return HttpResponse(render_to_string("403.html", {"exception_words": words}), status=403)


@login_not_required
def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: absent or not for this person; nobody can tell which."""
    return HttpResponse(render_to_string("404.html"), status=404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when what failed is the connection to the database."""
    error = sys.exc_info()[1]
    if isinstance(error, DatabaseError | InterfaceError) and database_away(error):
        return unavailable(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def database_away(error: Exception) -> bool:
    """Whether the database cannot be reached, rather than having refused one statement.

    A failed connection has no SQLSTATE; classes 08 and 57P are lost connections and shutdowns, 53 is a
    server without room (connections, disk, memory).
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__, "pgcode", None)
    return state is None or state.startswith(("08", "57P", "53"))


@login_not_required
def unavailable(request: HttpRequest) -> HttpResponse:
    """503"""
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "10"})


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's protection token was missing or old: what was typed is still in the browser's form."""
    return HttpResponse(render_to_string("403_csrf.html"), status=403)
