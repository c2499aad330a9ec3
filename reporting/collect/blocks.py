"""Sums over thousands of rows of which a handful changed since the last look: added up block by block, and of a block of the very
same rows the sum that was found before is taken. Rows are compared by what they are, so a sum is never older than its rows."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Sum = TypeVar("Sum")

BLOCK = 50  # rows
KEPT = 60  # kinds of sums, each for the rows of one kind of reader and selection

_kept: OrderedDict[Hashable, list[tuple[Any, Any]]] = OrderedDict()


def by_block(key: Hashable, add_up: Callable[..., Sum], *columns: tuple[Any, ...]) -> list[Sum]:
    """What `add_up` gives for each block of the rows, whose values stand in columns of equal length. It must follow from the rows
    and from `key` alone."""
    before = _kept.pop(key, [])
    found = []
    for number, start in enumerate(range(0, len(columns[0]), BLOCK)):
        block = tuple([column[start : start + BLOCK] for column in columns])
        known = before[number] if number < len(before) else None
        found.append(known if known and known[0] == block else (block, add_up(*block)))
    _kept[key] = found
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return [known for _block, known in found]
