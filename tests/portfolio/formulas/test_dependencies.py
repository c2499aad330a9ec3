"""Contracts as numbers: buffers, standings, cycles, chains, points of failure, layers."""

import itertools
import random
import time
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from portfolio.formulas.dependencies import Edge, Network, buffer_of, standing_of, worst_of
from portfolio.formulas.network_layout import closing_edges, crossings, lay_out

DAY = date(2026, 11, 22)


def network(*pairs: tuple[int, int] | tuple[int, int, int | None]) -> Network:
    """A network of (giver, receiver[, buffer])."""
    return Network(Edge(key, *pair) for key, pair in enumerate(pairs))


def test_buffer_is_need_minus_commitment_in_days():
    assert buffer_of(date(2026, 3, 1), date(2026, 2, 20)) == 9
    assert buffer_of(date(2026, 2, 20), date(2026, 3, 1)) == -9
    assert buffer_of(None, DAY) is buffer_of(DAY, None) is None


def standing(status: str, needed: int | None, committed: int | None, *ratings: str, delivered: int | None = None):
    """How it stands; days counted from today."""

    def day(offset: int | None) -> date | None:
        return None if offset is None else date.fromordinal(DAY.toordinal() + offset)

    found = standing_of(
        status, needed_on=day(needed), committed_on=day(committed), delivered_on=day(delivered), ratings=ratings, on=DAY
    )
    return found.tone, found.hint, found.days


def test_standing_says_the_worst_first():
    assert standing("proposed", 30, None) == ("grey", "open", 0)
    assert standing("proposed", -3, None) == ("red", "unanswered", 3)
    assert standing("agreed", 30, 10) == ("green", "", 0)
    assert standing("agreed", 30, 27) == ("green", "thin", 3)
    assert standing("agreed", 30, 34) == ("red", "late", 4)
    assert standing("agreed", 30, -2) == ("red", "overdue", 2)
    assert standing("agreed", 30, 10, "amber", "green") == ("amber", "rated", 0)
    assert standing("at_risk", 30, 10, "red") == ("red", "rated", 0)
    assert standing("at_risk", 30, 10) == ("amber", "at_risk", 0)
    assert standing("broken", 30, 10) == ("red", "broken", 0)
    assert standing("delivered", 30, 10, delivered=0) == ("blue", "delivered", 0)
    assert standing("accepted", -5, -10, delivered=-2) == ("blue", "delivered_late", 3)
    assert standing("withdrawn", -5, None) == ("grey", "withdrawn", 0)


def test_worst_rating_wins_and_silence_does_not_count():
    assert worst_of(["green", "", "amber"]) == "amber"
    assert worst_of(["blue", "grey"]) == "grey"
    assert worst_of(["", ""]) == ""


def test_a_cycle_is_named_in_order_with_all_that_hang_in_it():
    found = network((1, 2), (2, 3), (3, 1), (3, 4), (4, 3), (5, 1)).cycles
    assert [(cycle.members, cycle.path) for cycle in found] == [((1, 2, 3, 4), (1, 2, 3))]
    assert network((1, 2), (2, 3), (1, 3)).cycles == []


def test_longest_chain_leaves_cycles_out():
    chain = network((1, 2, 5), (2, 3, 5), (3, 2, 5), (3, 4, 1), (4, 5, None)).longest_chain
    assert chain is not None
    assert chain.projects == (3, 4, 5)
    assert (chain.total, chain.undated, chain.late) == (1, 1, 0)
    assert network().longest_chain is None


def test_critical_chain_is_the_one_that_makes_its_end_late():
    # By way of 2 there is less buffer in total; by way of 3 the last one is late, because 30 days at the start save nothing.
    chains = network((1, 2, 2), (2, 4, 1), (1, 3, 30), (3, 4, -9)).critical_chains
    assert [(chain.projects, chain.late, chain.total) for chain in chains] == [((1, 3, 4), 9, 21)]
    # Of two contracts between the same the tighter one counts.
    assert network((1, 2, 9), (1, 2, 3)).critical_chains[0].total == 3


def test_a_delay_that_later_buffers_make_up_for_is_told_too():
    chains = network((1, 2, -2), (2, 3, 10)).critical_chains
    assert [(chain.projects, chain.late, chain.total) for chain in chains] == [((1, 2), 2, -2), ((1, 2, 3), 0, 8)]


def test_points_of_failure_count_who_waits_and_who_has_no_other_way():
    net = network((1, 2), (1, 3), (2, 4), (9, 3), (3, 5))
    (point,) = net.points_of_failure
    assert (point.project, point.direct, point.waiting, point.only_through) == (1, 2, 4, 2)  # 3 and 5 have 9 too
    assert net.waiting == {1: 4, 2: 1, 3: 1, 4: 0, 5: 0, 9: 2}


def test_those_in_a_cycle_wait_for_each_other_and_for_what_comes_before():
    net = network((1, 2), (2, 3), (3, 2), (3, 4))
    assert net.waiting == {1: 3, 2: 2, 3: 2, 4: 0}
    assert net.only_through == {1: 3, 2: 0, 3: 0, 4: 0}


def test_around_a_project_the_nearest_come_first():
    net = network((1, 2), (2, 3), (3, 4), (5, 3))
    assert net.around([2], 1, 10) == [2, 3, 1]
    assert net.around([2], 2, 10) == [2, 3, 1, 4, 5]
    assert net.around([2], 2, 3) == [2, 3, 1]


graphs = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(-20, 20)).filter(lambda edge: edge[0] != edge[1]), max_size=16
)


def reached(pairs: set[tuple[int, int]], starts: set[int], without: int | None = None) -> set[int]:
    """Everything that is reached from `starts`."""
    found, waiting = set(starts) - {without}, list(set(starts) - {without})
    while waiting:
        here = waiting.pop()
        for source, target in pairs:
            if source == here and target not in found and target != without:
                found.add(target)
                waiting.append(target)
    return found


@given(graphs)
def test_a_cycle_is_found_if_and_only_if_there_is_one(edges):
    net, pairs = network(*edges), {edge[:2] for edge in edges}
    circular = {node for node in net.projects if node in reached(pairs, {b for a, b in pairs if a == node})}
    assert {member for cycle in net.cycles for member in cycle.members} == circular
    for cycle in net.cycles:
        assert all(step in pairs for step in itertools.pairwise([*cycle.path, cycle.path[0]]))
        assert len(set(cycle.path)) == len(cycle.path)


@given(graphs)
def test_waiting_counts_what_is_reached(edges):
    net, pairs = network(*edges), {edge[:2] for edge in edges}
    for project in net.projects:
        assert net.waiting[project] == len(reached(pairs, {project}) - {project})


@given(graphs)
def test_without_a_project_nothing_comes_to_those_only_through_it(edges):
    net, pairs = network(*edges), {edge[:2] for edge in edges}
    place = net.component_of
    starts = {
        project for project in net.projects if not any(place[a] != place[b] for a, b in pairs if place[b] == place[project])
    }
    circular = {member for cycle in net.cycles for member in cycle.members}
    everything = reached(pairs, starts)
    assert everything == set(net.projects)
    for project in set(net.projects) - circular:
        cut_off = everything - reached(pairs, starts, without=project) - {project}
        assert net.only_through[project] == len(cut_off)


@given(graphs)
def test_chains_are_the_worst_of_all_ways(edges):
    # Made acyclic: from the smaller number to the larger.
    net = network(*[(min(a, b), max(a, b), buffer) for a, b, buffer in edges])

    def ways(last):
        before = net.into.get(last, [])
        return [[*way, edge] for edge in before for way in (ways(edge.giver) or [[]])]

    def late(way):
        delay = 0
        for edge in way:
            delay = max(delay - edge.buffer, 0)
        return delay

    worst = {project: max((late(way) for way in ways(project)), default=0) for project in net.projects}

    def made_up(project):
        return worst[project] and all(worst[project] <= edge.buffer for edge in net.out[project])

    ends = {project for project in net.projects if net.into.get(project) and (not net.out.get(project) or made_up(project))}
    assert {chain.projects[-1] for chain in net.critical_chains} == ends
    for chain in net.critical_chains:
        all_ways = ways(chain.projects[-1])
        assert chain.late == max(late(way) for way in all_ways)
        if not chain.late:
            assert chain.total == min(sum(edge.buffer for edge in way) for way in all_ways)
    if edges:
        longest = max(len(way) for project in net.projects for way in ways(project))
        assert len(net.longest_chain.edges) == longest


@given(graphs)
def test_layers_lead_from_giver_to_receiver(edges):
    pairs = {edge[:2] for edge in edges}
    nodes = sorted({node for pair in pairs for node in pair})
    made = lay_out(nodes, pairs)
    for source, target in pairs:
        forwards = made.layer[source] < made.layer[target]
        assert forwards != ((source, target) in made.back)
        assert len(made.ways[source, target]) == abs(made.layer[source] - made.layer[target]) - 1
    for one, other in itertools.combinations(nodes, 2):
        if made.layer[one] == made.layer[other]:
            assert abs(made.height[one] - made.height[other]) > 0.99
    assert not network(*[pair for pair in pairs if pair not in closing_edges(nodes, sorted(pairs))]).cycles


def test_sweeps_take_crossings_away():
    made = lay_out([1, 2, 3, 4, 5, 6], [(1, 6), (2, 5), (3, 4)])
    layers = [sorted(group, key=made.height.__getitem__) for group in ([1, 2, 3], [4, 5, 6])]
    assert crossings(layers, {1: [6], 2: [5], 3: [4], 4: [], 5: [], 6: []}) == 0


def test_two_thousand_contracts_are_read_in_milliseconds():
    chance = random.Random(4)
    edges = [Edge(key, *chance.sample(range(2000), 2), chance.randint(-20, 60)) for key in range(2000)]
    taken = []
    for _each in range(3):
        begun = time.process_time()
        net = Network(edges)
        _found = net.cycles, net.critical_chains, net.longest_chain, net.points_of_failure
        drawn = net.worth_drawing(40)
        lay_out(drawn, [(edge.giver, edge.receiver) for edge in net.among(drawn)])
        taken.append(time.process_time() - begun)
    assert len(drawn) <= 40
    assert min(taken) < 0.06, f"{min(taken) * 1000:.1f} ms"
