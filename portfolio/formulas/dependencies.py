"""Dependencies as numbers: the buffer of a contract and how it stands, and what the network of all of them hides.

A contract is an edge from the project that gives to the project that gets. Days in, days out; projects and contracts are
plain numbers. Everything here takes time in proportion to projects and contracts (counting who waits for whom: times their
number / 64).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

THIN = 7
"""A buffer of fewer days is thin."""
MANY_WAIT = 3
"""A point of failure has so many projects, directly or not, waiting for it, and hands out to two at least."""
TONES = ("red", "amber", "grey", "green", "blue")
"""From the worst to the best."""


def buffer_of(needed_on: date | None, committed_on: date | None) -> int | None:
    """Needed by - committed, in days: negative when it will come too late. None while one of the days is missing."""
    return (needed_on - committed_on).days if needed_on and committed_on else None


@dataclass(frozen=True)
class Standing:
    """How a contract stands: its `tone` (a RAG value), and the `hint` that says why, with its `days`.

    Hints: "broken", "late" (committed for `days` after the need), "overdue" (`days` after the commitment, not delivered),
    "unanswered" (needed `days` ago and nobody has committed), "rated" (a side rates it so), "at_risk", "open" (nobody has
    committed yet), "thin" (fewer than THIN days), "delivered_late", "delivered", "accepted", "" (all as agreed).
    """

    tone: str
    hint: str = ""
    days: int = 0


def standing_of(
    status: str,
    *,
    needed_on: date | None,
    committed_on: date | None,
    delivered_on: date | None = None,
    ratings: Iterable[str] = (),
    on: date,
) -> Standing:
    """How a contract in this state stands on a day; `ratings` are those of both sides."""
    if status in ("accepted", "delivered"):
        late = buffer_of(needed_on, delivered_on)
        if late is not None and late < 0:
            return Standing("blue", "delivered_late", -late)
        return Standing("blue", status)
    if status == "withdrawn":
        return Standing("grey", "withdrawn")
    if status == "broken":
        return Standing("red", "broken")
    buffer = buffer_of(needed_on, committed_on)
    if buffer is None and needed_on and needed_on < on:
        return Standing("red", "unanswered", (on - needed_on).days)
    if committed_on and committed_on < on and status != "proposed":
        return Standing("red", "overdue", (on - committed_on).days)
    if buffer is not None and buffer < 0:
        return Standing("red", "late", -buffer)
    worst = worst_of(ratings)
    if worst == "red":
        return Standing("red", "rated")
    if status == "at_risk":
        return Standing("amber", "at_risk")
    if worst == "amber":
        return Standing("amber", "rated")
    if status == "proposed" or buffer is None:
        return Standing("grey", "open")
    if buffer < THIN:
        return Standing("green", "thin", buffer)
    return Standing("green")


def worst_of(tones: Iterable[str]) -> str:
    """The worst of some ratings; "" for none. What is not rated does not count."""
    given = set(tones)
    return next((tone for tone in TONES if tone in given), "")


# The network


class Edge(NamedTuple):
    """One contract: its key, who gives, who gets, and its buffer in days (None while it has none)."""

    key: int
    giver: int
    receiver: int
    buffer: int | None = None


@dataclass(frozen=True)
class Cycle:
    """Projects that wait for each other. `members` are all of them, `path` leads once around by way of a shortest circle
    through the first of them (the last gives to the first)."""

    members: tuple[int, ...]
    path: tuple[int, ...]


@dataclass(frozen=True)
class Chain:
    """Contracts that hang on each other, from first to last. `total` is the sum of their buffers in days (contracts without one
    count 0 and are counted in `undated`); `late` by how many days the last project gets it too late if all keep to their
    commitments and every delay is passed on; with `late` 0 the first may slip `total` days."""

    edges: tuple[Edge, ...]
    total: int
    late: int
    undated: int

    @property
    def projects(self) -> tuple[int, ...]:
        """The projects of the chain in order."""
        return (self.edges[0].giver, *(edge.receiver for edge in self.edges))


@dataclass(frozen=True)
class PointOfFailure:
    """A project that many others wait for: `direct` receivers, all that `waiting` means directly or through others, and how many
    of those get `only_through` it: every chain that leads to them comes through this project."""

    project: int
    direct: int
    waiting: int
    only_through: int


class Network:
    """Contracts between projects, read once; each finding is worked out when it is asked for."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self.edges = tuple(edge for edge in edges if edge.giver != edge.receiver)
        self.out: dict[int, list[Edge]] = defaultdict(list)
        self.into: dict[int, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            self.out[edge.giver].append(edge)
            self.into[edge.receiver].append(edge)
        self.projects: tuple[int, ...] = tuple(sorted({*self.out, *self.into}))

    @cached_property
    def components(self) -> list[tuple[int, ...]]:
        """Groups of projects that wait for each other, each project in exactly one, givers before receivers."""
        after = {project: [edge.receiver for edge in edges] for project, edges in self.out.items()}
        return strong_components(self.projects, after)

    @cached_property
    def component_of(self) -> dict[int, int]:
        """Project -> the place of its group in `components`."""
        return {project: place for place, group in enumerate(self.components) for project in group}

    @cached_property
    def cycles(self) -> list[Cycle]:
        """The groups in which projects wait for each other, the largest first."""
        groups = [group for group in self.components if len(group) > 1]
        found = [Cycle(tuple(sorted(group)), self._circle(group)) for group in groups]
        return sorted(found, key=lambda cycle: (-len(cycle.members), cycle.members))

    def _circle(self, group: Collection[int]) -> tuple[int, ...]:
        """A shortest way from the first of a group back to itself."""
        start, inside = min(group), set(group)
        before: dict[int, int] = {}
        waiting = deque([start])
        while waiting:
            project = waiting.popleft()
            for edge in self.out[project]:
                if edge.receiver == start:
                    path = [project]
                    while path[-1] != start:
                        path.append(before[path[-1]])
                    return tuple(reversed(path))
                if edge.receiver in inside and edge.receiver not in before:
                    before[edge.receiver] = project
                    waiting.append(edge.receiver)
        raise ValueError("the group is not a cycle")

    @cached_property
    def _forward(self) -> list[tuple[int, list[Edge]]]:
        """Every project with the contracts that lead to it from outside its group, givers before receivers."""
        place = self.component_of
        return [
            (project, [edge for edge in self.into.get(project, ()) if place[edge.giver] != place[project]])
            for group in self.components
            for project in group
        ]

    def _chain(self, last: int, by: Mapping[int, Edge]) -> Chain:
        edges = []
        while (edge := by.get(last)) is not None:
            edges.append(edge)
            last = edge.giver
        edges.reverse()
        late = 0
        for edge in edges:
            late = max(late - (edge.buffer or 0), 0)
        return Chain(tuple(edges), sum(edge.buffer or 0 for edge in edges), late, sum(edge.buffer is None for edge in edges))

    @cached_property
    def longest_chain(self) -> Chain | None:
        """The chain of the most contracts (of several, the one with the least buffer). Contracts inside a cycle are no part of
        chains. None without contracts."""
        best: dict[int, tuple[int, int]] = {}
        by: dict[int, Edge] = {}
        for project, edges in self._forward:
            best[project] = (0, 0)
            for edge in edges:
                length, buffer = best[edge.giver]
                offer = (length + 1, buffer - (edge.buffer or 0))
                if offer > best[project]:
                    best[project], by[project] = offer, edge
        last = max(best, key=lambda project: best[project], default=None)
        return self._chain(last, by) if last is not None and best[last][0] else None

    @cached_property
    def critical_chains(self) -> list[Chain]:
        """For each project at the end of chains the worst one that leads to it from its beginning: that which makes it latest, or
        where none does, that with the least buffer in total. A chain ends where nobody waits any more, and where a delay is made
        up for by the buffers that follow. The worst first."""
        late: dict[int, int] = {}
        late_by: dict[int, Edge] = {}
        total: dict[int, int] = {}
        total_by: dict[int, Edge] = {}
        for project, edges in self._forward:
            late[project] = total[project] = 0
            for edge in edges:
                delay = max(late[edge.giver] - (edge.buffer or 0), 0)
                if project not in late_by or delay > late[project]:
                    late[project], late_by[project] = delay, edge
                sum_of = total[edge.giver] + (edge.buffer or 0)
                if project not in total_by or sum_of < total[project]:
                    total[project], total_by[project] = sum_of, edge
        ends = [project for project, edges in self._forward if edges and self._ends_here(project, late)]
        chains = [self._chain(end, late_by if late[end] else total_by) for end in ends]
        return sorted(chains, key=lambda chain: (-chain.late, chain.total, -len(chain.edges), chain.projects))

    def _ends_here(self, project: int, late: Mapping[int, int]) -> bool:
        place = self.component_of
        onwards = [edge for edge in self.out.get(project, ()) if place[edge.receiver] != place[project]]
        return not onwards or (late[project] > 0 and all(late[project] <= (edge.buffer or 0) for edge in onwards))

    @cached_property
    def waiting(self) -> dict[int, int]:
        """Project -> how many others wait for it, directly or through others."""
        bit = {project: 1 << number for number, project in enumerate(self.projects)}
        after: list[int] = [0] * len(self.components)
        counts: dict[int, int] = {}
        place = self.component_of
        for number in range(len(self.components) - 1, -1, -1):
            group = self.components[number]
            reached = 0
            for project in group:
                for edge in self.out.get(project, ()):
                    target = place[edge.receiver]
                    if target != number:
                        reached |= after[target]
            count = reached.bit_count() + len(group) - 1
            for project in group:
                counts[project] = count
                reached |= bit[project]
            after[number] = reached
        return counts

    @cached_property
    def only_through(self) -> dict[int, int]:
        """Project -> how many others get nothing but what comes, directly or through others, through it.

        The groups form an acyclic graph; the dominators of a group are those common to all groups that give to it, and the
        nearest of them is the one with the highest number, because givers are numbered before receivers. A group of several
        (a cycle) counts for none of its members.
        """
        place = self.component_of
        dominators: list[int] = []
        nearest: list[int] = []
        for number, group in enumerate(self.components):
            givers = {place[edge.giver] for project in group for edge in self.into.get(project, ())} - {number}
            common = -1 if givers else 0
            for giver in givers:
                common &= dominators[giver]
            nearest.append(common.bit_length() - 1)
            dominators.append(common | 1 << number)
        size = [len(group) for group in self.components]
        for number in range(len(self.components) - 1, -1, -1):
            if nearest[number] >= 0:
                size[nearest[number]] += size[number]
        return {group[0]: size[number] - 1 for number, group in enumerate(self.components) if len(group) == 1} | {
            project: 0 for group in self.components if len(group) > 1 for project in group
        }

    @cached_property
    def points_of_failure(self) -> list[PointOfFailure]:
        """Projects that hand out to two others at least and for which MANY_WAIT or more wait, the worst first."""
        found = []
        for project in self.projects:
            direct = len({edge.receiver for edge in self.out.get(project, ())})
            if direct > 1 and self.waiting[project] >= MANY_WAIT:
                found.append(PointOfFailure(project, direct, self.waiting[project], self.only_through[project]))
        return sorted(found, key=lambda point: (-point.only_through, -point.waiting, -point.direct, point.project))

    def around(self, start: Iterable[int], depth: int, most: int) -> list[int]:
        """Projects at most `depth` contracts away from some, in both directions, the nearest first, of those the ones with the
        least buffer; at most `most`."""
        steps = dict.fromkeys(start, 0)
        waiting = deque(steps)
        while waiting:
            project = waiting.popleft()
            if steps[project] == depth:
                continue
            near = [(edge, edge.receiver) for edge in self.out.get(project, ())]
            near += [(edge, edge.giver) for edge in self.into.get(project, ())]
            near.sort(key=lambda one: (one[0].buffer is None, one[0].buffer or 0))
            for _edge, other in near:
                if other not in steps:
                    steps[other] = steps[project] + 1
                    waiting.append(other)
        return list(steps)[:most]

    def worth_drawing(self, most: int) -> list[int]:
        """At most `most` projects: all, if they are no more; else cycles, worst chains, points of failure with their direct
        receivers, the longest chain, and then those for which most wait."""
        if len(self.projects) <= most:
            return list(self.projects)
        chosen: dict[int, None] = {}
        for projects in self._of_interest():
            new = [project for project in projects if project not in chosen]
            if len(chosen) + len(new) <= most:
                chosen.update(dict.fromkeys(new))
        return list(chosen)

    def _of_interest(self) -> Iterable[Sequence[int]]:
        for cycle in self.cycles[:5]:
            yield cycle.path
        for chain in self.critical_chains[:5]:
            yield chain.projects
        for point in self.points_of_failure[:5]:
            yield (point.project, *dict.fromkeys(edge.receiver for edge in self.out[point.project]))
        if self.longest_chain:
            yield self.longest_chain.projects
        for project in sorted(self.projects, key=lambda project: (-self.waiting[project], project))[:50]:
            yield (project, *dict.fromkeys(edge.receiver for edge in self.out.get(project, ())))

    def among(self, projects: Collection[int]) -> list[Edge]:
        """The contracts between these projects."""
        inside = set(projects)
        return [edge for edge in self.edges if edge.giver in inside and edge.receiver in inside]


def strong_components(nodes: Iterable[int], successors: Mapping[int, Sequence[int]]) -> list[tuple[int, ...]]:
    """Groups of nodes that reach each other, predecessors before successors (Tarjan 1972, without recursion)."""
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[tuple[int, ...]] = []
    for root in nodes:
        if root in number:
            continue
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        work = [(root, iter(successors.get(root, ())))]
        while work:
            node, rest = work[-1]
            for other in rest:
                if other not in number:
                    number[other] = low[other] = len(number)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(successors.get(other, ()))))
                    break
                if other in on_stack and number[other] < low[node]:
                    low[node] = number[other]
            else:
                work.pop()
                if work and low[node] < low[work[-1][0]]:
                    low[work[-1][0]] = low[node]
                if low[node] == number[node]:
                    group = [stack.pop()]
                    while group[-1] != node:
                        group.append(stack.pop())
                    on_stack.difference_update(group)
                    found.append(tuple(group))
    found.reverse()
    return found
