"""The risk matrix of a report: the organisation's scales as they were, how many open risks lay in each cell, and what moved.

Frozen with the report, so that it can be drawn again when the scales are others. `likelihood` and `impact` are levels from 1.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from portfolio.formulas.raid_counts import Item

Cell = tuple[int, int]
SIGNS = ("threat", "opportunity")


@dataclass(frozen=True)
class Spot:
    """So many risks of one sign lie in a cell, and so many lay in it at the moment compared with."""

    sign: str
    likelihood: int
    impact: int
    count: int
    before: int


@dataclass(frozen=True)
class Shift:
    """So many risks of one sign went from one cell to another."""

    sign: str
    start: Cell
    end: Cell
    count: int


@dataclass(frozen=True)
class Matrix:
    """`likelihood` and `impact` name the levels, `bands` (label, tone) from the lowest, `cells[likelihood - 1][impact - 1]` is the
    place of a band among them. `unrated` open risks lie nowhere."""

    likelihood: tuple[str, ...]
    impact: tuple[str, ...]
    bands: tuple[tuple[str, str], ...]
    cells: tuple[tuple[int, ...], ...]
    spots: tuple[Spot, ...] = ()
    shifts: tuple[Shift, ...] = ()
    unrated: int = 0

    def total(self, sign: str) -> int:
        """How many risks of a sign lie in it."""
        return sum(spot.count for spot in self.spots if spot.sign == sign)

    def worst(self, sign: str = "threat") -> int:
        """How many of them lie in the highest band."""
        highest = len(self.bands) - 1
        return sum(
            spot.count
            for spot in self.spots
            if spot.sign == sign and self.cells[spot.likelihood - 1][spot.impact - 1] == highest
        )


def filled(empty: Matrix, items: Iterable[Item]) -> Matrix:
    """The matrix with these entries in it, each once; other registers and levels outside the scales are left out."""
    now, before, shifts = Counter[tuple[str, Cell]](), Counter[tuple[str, Cell]](), Counter[tuple[str, Cell, Cell]]()
    unrated = 0
    for item in {item.pk: item for item in items if item.kind == "risk"}.values():
        cell, start = _inside(empty, item.cell if item.is_open else None), _inside(empty, item.cell_before)
        unrated += item.is_open and cell is None
        if cell is not None:
            now[item.sign, cell] += 1
        if start is not None:
            before[item.sign, start] += 1
        if cell is not None and start is not None and cell != start:
            shifts[item.sign, start, cell] += 1
    return replace(
        empty,
        spots=tuple(
            Spot(sign, *cell, now[sign, cell], before[sign, cell])
            for sign in SIGNS
            for cell in sorted({cell for of, cell in (*now, *before) if of == sign})
        ),
        shifts=tuple(Shift(*key, count) for key, count in sorted(shifts.items())),
        unrated=unrated,
    )


def _inside(matrix: Matrix, cell: Cell | None) -> Cell | None:
    fits = cell is not None and 1 <= cell[0] <= len(matrix.likelihood) and 1 <= cell[1] <= len(matrix.impact)
    return cell if fits else None
