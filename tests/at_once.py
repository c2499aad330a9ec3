"""Several calls in the same moment, each on a connection of its own: for tests of what two people do at once."""

import threading
from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError, connection

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


def good(answers: list[Any]) -> Iterator[Any]:
    """The answers that are no errors."""
    return (answer for answer in answers if not isinstance(answer, Exception))
