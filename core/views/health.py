"""Is the process alive, and can it work? For load balancers, Compose and `make run`."""

import time
from collections.abc import Callable

import redis
from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.models import HistoryTrouble

WORKER_ANSWER_SECONDS = 1.0
REMEMBER_SECONDS = {True: 2.0, False: 0.5}
_worker = (False, float("-inf"))  # whether one answered, and when that was asked


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers: nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database, broker and a worker answer, else 503; the body says which does not and what is wrong. `notes`: what
    does not keep it from working and wants somebody's eyes."""
    checks = {name: _outcome(check) for name, check in CHECKS.items()}
    ready = all(outcome == "ok" for outcome in checks.values())
    body = {"status": "ready" if ready else "not ready", "checks": checks} | _notes(checks)
    return JsonResponse(body, status=200 if ready else 503)


def _notes(checks: dict[str, str]) -> dict[str, dict[str, str]]:
    """What somebody should look at though everything answers: for monitoring. Nothing where all is well."""
    if checks["database"] != "ok":
        return {}
    rows = HistoryTrouble.objects.values_list("kind", "first_at")
    notes = {
        f"history, {kind}": f"fails since {since:%Y-%m-%d %H:%M} UTC: see My work of an administrator" for kind, since in rows
    }
    return {"notes": notes} if notes else {}


def _outcome(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:  # noqa: BLE001  whatever is wrong with a server is the answer
        return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else 'no details'}"


def _database() -> str:
    """One statement."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        connection.close()
        raise
    return "ok"


def _broker() -> str:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as broker:
        broker.ping()
    return "ok"


def _live_worker() -> str:
    """One ping over the broker; the outcome counts for a moment, so that probing costs the workers little."""
    global _worker  # noqa: PLW0603  one memory a process
    answered, asked_at = _worker
    if time.monotonic() - asked_at > REMEMBER_SECONDS[answered]:
        answered = bool(current_app.control.ping(timeout=WORKER_ANSWER_SECONDS, limit=1))
        _worker = (answered, time.monotonic())
    return "ok" if answered else "no worker answers: jobs and reports wait until one is started"


CHECKS = {"database": _database, "broker": _broker, "worker": _live_worker}
