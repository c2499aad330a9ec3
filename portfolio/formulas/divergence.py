"""How far what was declared departs from another rating of the same periods: a count, and in which direction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.formulas.health import ORDER


@dataclass(frozen=True)
class Divergence:
    """Of `compared` periods that have both ratings: in so many the declared one was better, in so many worse than the other."""

    compared: int
    better: int
    worse: int


def divergence(pairs: Iterable[tuple[str, str]]) -> Divergence:
    """Counts pairs (declared, other). Those in which one is empty, grey or exempt are left out."""
    ranks = [(ORDER.index(one), ORDER.index(two)) for one, two in pairs if one in ORDER and two in ORDER]
    return Divergence(len(ranks), sum(one < two for one, two in ranks), sum(one > two for one, two in ranks))


def held_until(ends: Sequence[Any], rated: Sequence[tuple[Any, str]]) -> list[str]:
    """For each moment of `ends` (ascending) the newest rating known before it, "" for none; `rated`: (moment, rating), ascending."""
    found, index, last = [], 0, ""
    for end in ends:
        while index < len(rated) and rated[index][0] < end:
            last, index = rated[index][1], index + 1
        found.append(last)
    return found
