"""Sums over thousands of rows of which a handful changed since the last look: added up block by block, and of a block of the very
same rows the sum that was found before is taken. Rows are compared by what they are, so a sum is never older than its rows."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

Row = TypeVar("Row")
Sum = TypeVar("Sum")

BLOCK = 50  # rows
KEPT = 60  # kinds of sums, each for the rows of one kind of reader and selection

_kept: OrderedDict[Hashable, list[tuple[Any, Any]]] = OrderedDict()


def by_block(key: Hashable, rows: tuple[Row, ...], add_up: Callable[[Sequence[Row]], Sum]) -> list[Sum]:
    """What `add_up` gives for each block of the rows. It must follow from the rows and from `key` alone."""
    before = _kept.pop(key, [])
    blocks = [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]
    before += [(None, None)] * (len(blocks) - len(before))
    found = [(block, known if same == block else add_up(block)) for block, (same, known) in zip(blocks, before, strict=False)]
    _kept[key] = found
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return [known for _block, known in found]
