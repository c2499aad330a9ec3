"""How requests flow: how long they stay in each state, and how many come through to the next.

Everything is read from moves (request, from, to, moment): a move into a state opens a stay, the next move of the request ends
it. Days are calendar days with fractions; nothing is rounded here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

SECONDS_A_DAY = 86_400
IN_ORDER = itemgetter(0, 2)
"""Moves by request, and by moment within it."""


class Move(NamedTuple):
    """One move of a request into a state."""

    request: int
    state: str
    at: datetime


class Stay(NamedTuple):
    """A request in a state: since when, until when (None: it is still there)."""

    request: int
    state: str
    since: datetime
    until: datetime | None

    def days(self, now: datetime) -> float:
        """How long it was there, or has been there until `now`."""
        return ((self.until or now) - self.since).total_seconds() / SECONDS_A_DAY


@dataclass(frozen=True)
class Step:
    """One step of the funnel. `reached`: how many ever came into the state or beyond; `of_all` and `of_last` are shares, 0 to 1,
    of those that began and of those that reached the step before (None where nobody did)."""

    state: str
    reached: int
    of_all: float | None
    of_last: float | None
    here: int = 0  # still in the state
    lost: Mapping[str, int] | None = None  # left the way here: ending state -> how many


@dataclass(frozen=True)
class Dwell:
    """How long a state takes: of the stays that ended, how many, their median and their 90th percentile, in days."""

    state: str
    ended: int
    median: float | None
    p90: float | None
    here: int = 0


def stays_of(moves: Iterable[Move]) -> list[Stay]:
    """The stays of all requests, each in the order of its moves. Moves of one moment keep the order they come in."""
    found = []
    ordered = sorted(moves, key=IN_ORDER)
    for (request, state, at), after in zip(ordered, [*ordered[1:], None], strict=False):
        if after is not None and after[0] == request:
            found.append(Stay(request, state, at, after[2]))
        else:
            found.append(Stay(request, state, at, None))
    return found


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` (0 to 1) of the values lie, between two neighbours in proportion (as numpy's "linear").
    None without values."""
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def funnel(moves: Iterable[Move], steps: Sequence[str], *, since: datetime, until: datetime) -> list[Step]:
    """How far the requests came that were in the first step for the first time from `since` on, before `until`.

    A step counts as reached when the request was ever in it or in a later step: a way around a step does not make the
    funnel wider below.
    """
    place = {state: index for index, state in enumerate(steps)}
    ways: dict[int, list[Move]] = {}
    for request, own in groupby(sorted(moves, key=IN_ORDER), key=itemgetter(0)):
        ways[request] = list(own)
    reached, here = [0] * len(steps), [0] * len(steps)
    lost: list[dict[str, int]] = [{} for _step in steps]
    for way in ways.values():
        begun = next((move.at for move in way if move.state == steps[0]), None)
        if begun is None or not since <= begun < until:
            continue
        furthest = max(place[move.state] for move in way if move.state in place)
        for index in range(furthest + 1):
            reached[index] += 1
        last = way[-1].state
        if last in place:
            here[furthest] += last == steps[furthest]
        else:
            lost[furthest][last] = lost[furthest].get(last, 0) + 1
    return [
        Step(
            state,
            reached[index],
            reached[index] / reached[0] if reached[0] else None,
            (reached[index] / reached[index - 1] if reached[index - 1] else None) if index else None,
            here[index],
            lost[index],
        )
        for index, state in enumerate(steps)
    ]


def dwell(stays: Iterable[Stay], states: Sequence[str], *, since: datetime, until: datetime) -> list[Dwell]:
    """How long each state took: of the stays that ended from `since` on, before `until`. Running stays are only counted:
    their length is not known yet, and leaving them out makes the figures too short where much is stuck."""
    ended: dict[str, list[float]] = {state: [] for state in states}
    here = dict.fromkeys(states, 0)
    for stay in stays:
        if stay.state not in ended:
            continue
        if stay.until is None:
            here[stay.state] += 1
        elif since <= stay.until < until:
            ended[stay.state].append(stay.days(until))
    return [Dwell(state, len(days), percentile(days, 0.5), percentile(days, 0.9), here[state]) for state, days in ended.items()]


def ages(days: Iterable[int], edges: Sequence[int]) -> list[int]:
    """How many of the ages fall up to each edge, and beyond the last: edges 7, 30 give 0–7, 8–30, over 30."""
    counts = [0] * (len(edges) + 1)
    for age in days:
        counts[next((index for index, edge in enumerate(edges) if age <= edge), len(edges))] += 1
    return counts
