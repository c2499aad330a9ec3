"""What can go wrong, as a sentence that a person can act on."""

from pathlib import Path


class ServerError(Exception):
    """A server cannot start or stop; the message says what happened and what to do."""


def explain(log: str, *, where: Path) -> str | None:
    """The sentence for a known cause in a server's own output, None for an unknown one."""
    if "No space left on device" in log or "Disk quota exceeded" in log:
        return f"The disk that holds {where} is full. Free some space, then start again."
    if "Permission denied" in log or "Operation not permitted" in log:
        return f"The files in {where} belong to another user. Start as that user, or choose another DATA_DIR."
    if "incompatible with server" in log:
        return (
            f"The database in {where} was written by another version of PostgreSQL. "
            "Dump it with that version and restore it here, or choose another DATA_DIR."
        )
    if "could not create shared memory segment" in log or "could not resize shared memory segment" in log:
        return "The machine has no shared memory left for PostgreSQL. Enlarge /dev/shm, or stop another server."
    return None
