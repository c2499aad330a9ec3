"""Where the boxes of a network go: givers left of receivers, in layers, with few crossings (Sugiyama, Tagawa, Toda 1981).

Layers by the longest path, an order within them by barycentres in a few sweeps, heights by drawing neighbours together.
For a readable number of boxes (up to about a hundred), in a few milliseconds.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

SWEEPS = 6

Pair = tuple[int, int]
Item = int | tuple[int, int, int]
"""A node, or the place where an edge (source, target) passes a layer."""


@dataclass(frozen=True)
class Layout:
    """`layer` and `height` of each node (height in rows, from 0, any fraction); `ways` leads each edge through the layers between:
    (layer, height) of the places it passes; `back` are the edges drawn against the direction because they close a cycle."""

    layer: dict[int, int]
    height: dict[int, float]
    ways: dict[Pair, list[tuple[int, float]]]
    back: frozenset[Pair]

    @property
    def columns(self) -> int:
        """How many layers there are."""
        return max(self.layer.values(), default=-1) + 1

    @property
    def rows(self) -> float:
        """The largest height of a node or of a place that an edge passes."""
        return max([*self.height.values(), *(height for way in self.ways.values() for _layer, height in way)], default=0.0)


def lay_out(nodes: Sequence[int], pairs: Iterable[Pair]) -> Layout:
    """The layout of these nodes and edges, the same for the same input."""
    edges = sorted(set(pairs))
    back = closing_edges(nodes, edges)
    forward = [(target, source) if (source, target) in back else (source, target) for source, target in edges]
    layer = layers_of(nodes, forward)
    layers: list[list[Item]] = [[] for _each in range(max(layer.values(), default=-1) + 1)]
    for node in nodes:
        layers[layer[node]].append(node)
    links: list[tuple[Item, Item]] = []
    passed: dict[Pair, list[Item]] = {}
    for source, target in dict.fromkeys(forward):
        items: list[Item] = [(source, target, at) for at in range(layer[source] + 1, layer[target])]
        for at, item in enumerate(items, layer[source] + 1):
            layers[at].append(item)
        passed[source, target] = items
        links += zip([source, *items], [*items, target], strict=True)
    before, after = defaultdict[Item, list[Item]](list), defaultdict[Item, list[Item]](list)
    for first, second in links:
        after[first].append(second)
        before[second].append(first)
    order_layers(layers, before, after)
    height = heights_of(layers, before, after)
    ways = {}
    for source, target in edges:
        turned = (source, target) in back
        items = passed[(target, source) if turned else (source, target)]
        way = [(item[2], height[item]) for item in items if isinstance(item, tuple)]
        ways[source, target] = way[::-1] if turned else way
    return Layout(layer, {node: height[node] for node in nodes}, ways, back)


def closing_edges(nodes: Iterable[int], edges: Iterable[Pair]) -> frozenset[Pair]:
    """Edges without which there is no cycle: those that lead back to a node on the way of a depth-first walk."""
    after = defaultdict[int, list[int]](list)
    for source, target in edges:
        after[source].append(target)
    found: set[Pair] = set()
    done: set[int] = set()
    for root in nodes:
        if root in done:
            continue
        on_way = {root}
        work = [(root, iter(after[root]))]
        while work:
            node, rest = work[-1]
            for other in rest:
                if other in on_way:
                    found.add((node, other))
                elif other not in done:
                    on_way.add(other)
                    work.append((other, iter(after[other])))
                    break
            else:
                work.pop()
                on_way.discard(node)
                done.add(node)
    return frozenset(found)


def layers_of(nodes: Sequence[int], edges: Iterable[Pair]) -> dict[int, int]:
    """Node -> layer: one more than the highest of those before it; who has none before stands close to who comes after.
    `edges` without cycles."""
    before, after = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
    for source, target in edges:
        after[source].append(target)
        before[target].append(source)
    missing = {node: len(before[node]) for node in nodes}
    ready = [node for node in nodes if not missing[node]]
    layer = dict.fromkeys(nodes, 0)
    for node in ready:
        for other in after[node]:
            layer[other] = max(layer[other], layer[node] + 1)
            missing[other] -= 1
            if not missing[other]:
                ready.append(other)
    for node in nodes:
        if not before[node] and after[node]:
            layer[node] = min(layer[other] for other in after[node]) - 1
    return layer


def order_layers(layers: list[list[Item]], before: dict[Item, list[Item]], after: dict[Item, list[Item]]) -> None:
    """Sort each layer by the mean place of its neighbours, sweeping to and fro; the best order seen stays."""
    best, fewest = [list(layer) for layer in layers], crossings(layers, after)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        forwards = sweep % 2 == 0
        neighbours = before if forwards else after
        places = range(1, len(layers)) if forwards else range(len(layers) - 2, -1, -1)
        for at in places:
            fixed = {item: place for place, item in enumerate(layers[at - 1 if forwards else at + 1])}
            means = {}
            for place, item in enumerate(layers[at]):
                near = [fixed[other] for other in neighbours[item]]
                means[item] = sum(near) / len(near) if near else float(place)
            layers[at].sort(key=means.__getitem__)
        count = crossings(layers, after)
        if count < fewest:
            best, fewest = [list(layer) for layer in layers], count
    layers[:] = best


def crossings(layers: Sequence[Sequence[Item]], after: dict[Item, list[Item]]) -> int:
    """How many edges cross between neighbouring layers."""
    count = 0
    for first, second in pairwise(layers):
        place = {item: number for number, item in enumerate(second)}
        seen: list[int] = []
        for item in first:
            ends = sorted(place[other] for other in after[item])
            count += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return count


def heights_of(
    layers: Sequence[Sequence[Item]], before: dict[Item, list[Item]], after: dict[Item, list[Item]]
) -> dict[Item, float]:
    """Heights in rows, from 0: neighbours at one height where they can be, a row apart in each layer (half a row beside a
    passing edge)."""
    height: dict[Item, float] = {}
    for layer in layers:
        _spread(layer, [float(number) for number in range(len(layer))], height)
    for sweep in range(SWEEPS):
        forwards = sweep % 2 == 0
        for layer in layers if forwards else reversed(layers):
            wanted = []
            for item in layer:
                near = before[item] if forwards else after[item]
                near = near or after[item] or before[item]
                wanted.append(sum(height[other] for other in near) / len(near) if near else height[item])
            _spread(layer, wanted, height)
    lowest = min(height.values(), default=0.0)
    return {item: value - lowest for item, value in height.items()}


def _spread(layer: Sequence[Item], wanted: Sequence[float], height: dict[Item, float]) -> None:
    """Place a layer's items in order, as near to where they want to be as their distances allow (least squares: neighbours
    that are too close share the mean of their wishes)."""
    offsets = [0.0]
    for upper, lower in pairwise(layer):
        offsets.append(offsets[-1] + (1.0 if isinstance(upper, int) and isinstance(lower, int) else 0.6))
    blocks: list[tuple[float, int]] = []
    for wish, offset in zip(wanted, offsets, strict=False):
        mean, size = wish - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, members = blocks.pop()
            mean, size = (other * members + mean * size) / (members + size), members + size
        blocks.append((mean, size))
    items = iter(zip(layer, offsets, strict=False))
    for mean, size in blocks:
        for _each in range(size):
            item, offset = next(items)
            height[item] = mean + offset
