"""Sums over thousands of rows of which a handful changed since the last look: added up block by block, and of a block of the very
same rows the sum that was found before is taken. Rows are compared by what they are, so a sum is never older than its rows."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Sum = TypeVar("Sum")

BLOCK = 50  # rows
KINDS = 20  # kinds of sums for one key
KEYS = 8  # readers of equal rights, with their selection


class Blocks:
    """The sums of one key: a kind of reader with what they chose."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, list[tuple[Any, Any]]] = OrderedDict()

    def __call__(self, kind: Hashable, add_up: Callable[..., Sum], *columns: tuple[Any, ...]) -> list[Sum]:
        """What `add_up` gives for each block of the rows, whose values stand in columns of equal length. It must follow from the
        rows, from `kind` and from the key alone."""
        before = self._kept.pop(kind, [])
        found = []
        for number, start in enumerate(range(0, len(columns[0]), BLOCK)):
            block = tuple([column[start : start + BLOCK] for column in columns])
            known = before[number] if number < len(before) else None
            found.append(known if known and known[0] == block else (block, add_up(*block)))
        self._kept[kind] = found
        while len(self._kept) > KINDS:
            self._kept.popitem(last=False)
        return [known for _block, known in found]


_blocks: OrderedDict[Hashable, Blocks] = OrderedDict()


def blocks_of(*key: Hashable) -> Blocks:
    """What is kept for a key; the longest unused goes first."""
    found = _blocks.pop(key, None) or Blocks()
    _blocks[key] = found
    while len(_blocks) > KEYS:
        _blocks.popitem(last=False)
    return found
