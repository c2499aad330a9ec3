"""The web application, and a hook of the tests: a request with the header X-Die ends its process by kill -9 after its COMMIT, before a
worker is told. `gunicorn tests.bench.endurance.mortal:application`"""

import os
import signal
import threading
from collections.abc import Callable, Iterable
from typing import Any

from pmo.celery import app
from pmo.wsgi import application as living

_asked = threading.local()
_send = app.send_task


def send_or_die(*args: Any, **kwargs: Any) -> Any:
    """Called by `core.jobs.soon` once the transaction is committed."""
    if getattr(_asked, "to_die", False):
        os.kill(os.getpid(), signal.SIGKILL)
    return _send(*args, **kwargs)


app.send_task = send_or_die


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """As pmo.wsgi's."""
    _asked.to_die = "HTTP_X_DIE" in environ
    return living(environ, start_response)  # type: ignore[no-any-return]
