"""What a total may tell of projects that its reader may not see: nothing that points to one of them.

Whoever sees all other projects can subtract them from a total. So projects without a name count as projects always, with
their ratings and amounts only where at least FEWEST of them share the figure (docs/adr/0009-dashboards.md).
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

FEWEST = 3
AMOUNTS = ("budget", "forecast", "spend")


def rated_together(rows: Iterable[Any], is_hidden: Callable[[Any], bool]) -> tuple[Any, ...]:
    """The rows whose ratings may be counted: all, or without the hidden ones where these are fewer than FEWEST."""
    rows = tuple(rows)
    return rows if sum(map(is_hidden, rows)) >= FEWEST else tuple(row for row in rows if not is_hidden(row))


def priced_together(
    rows: Iterable[Any], is_hidden: Callable[[Any], bool], blank: Callable[[Any, Collection[str]], Any]
) -> tuple[Any, ...]:
    """The rows whose amounts may be added up. Hidden ones of a currency with fewer than FEWEST hidden projects are left out;
    of the others an amount is blanked that fewer than FEWEST of them state, or state together with the budget.

    Rows have currency, budget, forecast, spend; `blank(row, names)` gives the row without these amounts.
    """
    rows = tuple(rows)
    groups: dict[str, list[Any]] = {}
    for row in rows:
        if is_hidden(row):
            groups.setdefault(row.currency, []).append(row)
    untold = {currency: _untold(group) for currency, group in groups.items()}
    told = []
    for row in rows:
        if not is_hidden(row):
            told.append(row)
        elif len(groups[row.currency]) >= FEWEST:
            told.append(blank(row, untold[row.currency]) if untold[row.currency] else row)
    return tuple(told)


def _untold(group: list[Any]) -> frozenset[str]:
    names = {name for name in AMOUNTS if 0 < sum(getattr(row, name) is not None for row in group) < FEWEST}
    compared = sum(row.budget is not None and row.forecast is not None for row in group)
    return frozenset(names | ({"forecast"} if 0 < compared < FEWEST else set()))
