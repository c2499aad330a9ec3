"""What two pictures of the projects differ in, kept by project while both are the same objects: of thousands of projects a handful
changed since the last look."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from portfolio.models.asof import Standing
from reporting.formulas.attention import Attention, Limits, ranked, reasons_for

# By kind and by what else it follows from: the last few.
COMPARED: OrderedDict[Any, dict[int, Any]] = OrderedDict()


def compared(*key: Any) -> dict[int, Any]:
    """What was found so far of a kind against the picture of a moment; rows are compared by identity, so old ones are never
    believed."""
    found = COMPARED.setdefault(key, {})
    with suppress(KeyError):
        COMPARED.move_to_end(key)
        while len(COMPARED) > 6:
            COMPARED.popitem(last=False)
    return found


def attention_of(
    running: Sequence[Standing],
    past: Mapping[int, Standing],
    today: date,
    limits: Mapping[int, Limits],
    late: Mapping[int, int],
    waiting: Mapping[int, int],
    seen: dict[int, Any],
) -> list[Attention]:
    """Every running project that has a reason, ranked. `late`: days that an update is overdue, `waiting`: overdue decisions, by
    project. `seen`: what was found of the very same day and limits before."""
    found = []
    for row in running:
        pk = row.pk
        was, days, asked, known = past.get(pk), late.get(pk, 0), waiting.get(pk, 0), seen.get(pk)
        if known is None or known[0] is not row or known[1] is not was or known[2] != days or known[3] != asked:
            limit = limits[row.tier if row.tier in limits else 0]
            reasons = reasons_for(row, was, today=today, limits=limit, update_overdue_days=days, decisions_overdue=asked)
            known = seen[pk] = (row, was, days, asked, Attention.of(row, reasons) if reasons else None)
        if known[4]:
            found.append(known[4])
    return ranked(found)
