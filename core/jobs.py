"""Ask a worker for something once the transaction is committed; and how a worker tries it.

The row that says what is to be done is already in the database, and a sweep picks up every row that no
worker was told of. So a broker that is down must neither fail the page nor lose the work: it is only slower.
"""

from collections.abc import Callable
from typing import Any

import structlog
from celery import current_app
from django.db import InterfaceError, OperationalError, connection, transaction

log = structlog.get_logger(__name__)


def soon(task: str, *args: Any) -> None:
    """Send `task` (a registered name; ids only as arguments) to a worker after commit; never raises then.

    Asked for many times in one transaction, it is sent once.
    """
    key = (task, args)
    if any(getattr(entry[1], "key", None) == key for entry in connection.run_on_commit):
        return

    def send() -> None:
        try:
            current_app.send_task(task, args=args, retry=False)
        except Exception as error:  # noqa: BLE001 - whatever the broker's client raises, the sweep will do it
            log.warning("job_left_to_the_sweep", task=task, error=type(error).__name__)

    send.key = key  # type: ignore[attr-defined]
    transaction.on_commit(send)


def attempt(task: Any, work: Callable[[], Any], *, failed: Callable[[str], Any]) -> None:
    """Do the work of a task (`bind=True`). A lost database connection is retried, later each time; anything unforeseen is
    logged and given to `failed` as "KindOfError: its words"."""
    try:
        work()
    except (OperationalError, InterfaceError) as lost:
        raise task.retry(exc=lost, countdown=2**task.request.retries) from lost
    except Exception as error:
        log.exception("job_failed", task=task.name, args=task.request.args)
        failed(f"{type(error).__name__}: {error}")
