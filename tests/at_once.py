"""Several calls in the same moment, each on a connection of its own: for tests of what two people do at once."""

import threading
from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError, connection, transaction

from core.errors import ActionError


def at_once(*acts: Any) -> list[Any]:
    """What each call gave, or the error that refused it."""
    barrier, answers = threading.Barrier(len(acts)), []

    def run(act: Any) -> None:
        barrier.wait(60)
        try:
            answers.append(act())
        except (ActionError, DatabaseError) as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers


def while_it_waits(second: Any, *first: Any) -> Any:
    """What `second` gave, or the error that refused it, where it begins after the first of `first` in one transaction of this
    connection, and waits for it: the others follow once it waits, then the transaction ends."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.extend(at_once(second)))
    with transaction.atomic():
        first[0]()
        thread.start()
        while thread.is_alive() and not _is_waited_for():
            thread.join(0.01)
        for act in first[1:]:
            act()
    thread.join(120)
    return answers[0]


def _is_waited_for() -> bool:
    """Whether somebody waits for what this transaction holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


def good(answers: list[Any]) -> Iterator[Any]:
    """The answers that are no errors."""
    return (answer for answer in answers if not isinstance(answer, Exception))
