"""Decisions needed as one text, a line each: "What | by whom | 2026-12-05". What files of status updates hold, and are read by."""

from collections.abc import Callable, Iterable
from datetime import date

Asked = tuple[str, str, date | None]
"""What, by whom ("" for nobody yet), by when."""

MOST = 30
LONGEST, LONGEST_DECIDER = 500, 150
"""Characters."""


def lines_of(rows: Iterable[Asked]) -> str:
    """The decisions as text; the day as ISO 8601. A decision with nothing but words is just these."""
    lines = []
    for what, decider, due_on in rows:
        text = " ".join(what.split())
        if decider or due_on or "|" in text:
            text = f"{text} | {decider} | {due_on.isoformat() if due_on else ''}".rstrip()
        lines.append(text)
    return "\n".join(lines)


def read_lines(text: str, day: Callable[[str], date | None]) -> list[Asked]:
    """The decisions that a text asks for, in order. `day` reads a day, None where it is none. Raises ValueError with the first line
    that is no decision, or with "" for more than MOST."""
    found = [_read(line, day) for line in text.splitlines() if line.strip()]
    if len(found) > MOST:
        raise ValueError("")
    return found


def in_order(rows: Iterable[Asked]) -> list[Asked]:
    """By day, those without one last: the order in which they came makes no difference."""
    return sorted(rows, key=lambda row: (row[2] or date.max, row[0], row[1]))


def _read(line: str, day: Callable[[str], date | None]) -> Asked:
    what, *more = (part.strip() for part in line.rsplit("|", 2))
    decider, due_on = "", None
    if more and more[-1]:
        due_on = day(more[-1])
        if due_on is None and len(more) == 2:
            raise ValueError(line.strip())
    if len(more) == 2 or (more and due_on is None):
        decider = more[0]
    if not what or len(what) > LONGEST or len(decider) > LONGEST_DECIDER:
        raise ValueError(line.strip())
    return " ".join(what.split()), decider, due_on
