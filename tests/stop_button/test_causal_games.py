"""Causal games: theorems about diagrams of several agents, each tried on random games by listing every case in fractions."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causalkit.graphs.graph import Graph
from stop_button.games.graphs import (
    Diagram,
    closed_decisions,
    mechanised_graph,
    patterns_of,
    perfect_recall,
    post_policy,
    pre_policy,
    r_reachable,
    reasoning_patterns,
    relevance_graph,
    s_reachable,
    simplified,
    subgame,
    subgames,
    sufficient_recall,
)
from stop_button.games.graphs.patterns import KINDS
from tests.reached import came_to, reaches
from tests.stop_button.brute_diagrams import (
    Mechanism,
    Mechanisms,
    Rule,
    as_mechanism,
    best_options,
    best_payoff,
    certain,
    contexts,
    distribution,
    drawn,
    drawn_diagram,
    drawn_game,
    is_equilibrium,
    joint_rules,
    payoff,
    rules,
    uniform,
    worths,
)
from tests.tries import tries

SEEDS = st.integers(0, 10**9)


@st.composite
def diagrams(draw: st.DrawFn, most: int = 4) -> tuple[Diagram, random.Random]:
    """A small diagram, and a source of numbers for it."""
    rng = random.Random(draw(SEEDS))
    decisions = draw(st.integers(1, 3))
    chances = draw(st.integers(0, most - decisions))
    density = draw(st.sampled_from([0.35, 0.5, 0.7]))
    return drawn_diagram(rng, chances=chances, decisions=decisions, agents=draw(st.integers(1, decisions)), density=density), rng


def pairs(diagram: Diagram) -> Iterator[tuple[str, str]]:
    return ((decision, node) for decision in diagram.decisions for node in diagram.graph.nodes if node != decision)


def with_rules(diagram: Diagram, game: Mechanisms, rng: random.Random) -> Mechanisms:
    """The same game with some plain rule at every decision."""
    plain = {name: as_mechanism({seen: rng.choice((0, 1)) for seen in contexts(diagram, name)}) for name in diagram.decisions}
    return {**game, **plain}


def best_rule(diagram: Diagram, game: Mechanisms, decision: str) -> Mechanism:
    """A best option in each context, and the first one in contexts that cannot be seen."""
    worth = worths(diagram, game, decision)
    return as_mechanism({seen: best_options(worth.get(seen, (Fraction(0),) * 2))[0] for seen in contexts(diagram, decision)})


# ---------------------------------------------------------------- relevance


@reaches("a mechanism that is not reachable")
@settings(max_examples=40, deadline=None)
@given(diagrams())
def test_koller_milch_what_is_not_reachable_changes_no_option_where_both_can_be_seen(drawn_one: tuple[Diagram, random.Random]) -> None:
    diagram, rng = drawn_one
    game = drawn_game(rng, diagram)
    for decision, node in pairs(diagram):
        before, after = (worths(diagram, {**game, node: drawn(rng, diagram, node)}, decision) for _ in range(2))
        if not r_reachable(diagram, decision, node):
            if before.keys() & after.keys():
                came_to("a mechanism that is not reachable")
            assert all(before[seen] == after[seen] for seen in before.keys() & after.keys()), (decision, node)


def test_koller_milch_what_is_reachable_changes_the_best_option_in_some_game() -> None:
    """A witness is searched for every reachable mechanism of 40 small diagrams: of rules by their theorem, of others by what is found."""
    found, reachable = 0, 0
    for seed in range(40):
        rng = random.Random(seed)
        diagram = drawn_diagram(rng, chances=rng.choice([1, 2]), decisions=2, agents=rng.choice([1, 2]))
        for decision, node in pairs(diagram):
            if r_reachable(diagram, decision, node):
                reachable += 1
                found += any(moves_the_best(diagram, rng, decision, node) for _ in range(200))
    assert reachable > 90
    assert found == reachable


def moves_the_best(diagram: Diagram, rng: random.Random, decision: str, node: str) -> bool:
    game = drawn_game(rng, diagram)
    before, after = worths(diagram, game, decision), worths(diagram, {**game, node: drawn(rng, diagram, node)}, decision)
    return any(best_options(before[seen]) != best_options(after[seen]) for seen in before.keys() & after.keys())


@reaches("reachable", "not reachable")
@settings(max_examples=40, deadline=None)
@given(diagrams(7))
def test_reachability_agrees_with_the_separation_of_networkx(drawn_one: tuple[Diagram, random.Random]) -> None:
    diagram, _ = drawn_one
    for decision, node in pairs(diagram):
        whole = networkx.DiGraph(diagram.graph.edges)
        whole.add_nodes_from(diagram.graph.nodes)
        whole.add_edge("the mechanism", node)
        below = set(diagram.agent_of(decision).utilities) & networkx.descendants(whole, decision)
        seen = {decision, *whole.predecessors(decision)} - {"the mechanism"}
        expected = bool(below) and not networkx.is_d_separator(whole, {"the mechanism"}, below, seen)
        came_to("reachable" if expected else "not reachable")
        assert bool(r_reachable(diagram, decision, node)) == expected
        if node in diagram.decisions:
            assert bool(s_reachable(diagram, decision, node)) == expected


@reaches("two decisions in a row")
@settings(max_examples=40, deadline=None)
@given(diagrams())
def test_koller_milch_an_acyclic_relevance_graph_gives_an_equilibrium_by_backward_induction(
    drawn_one: tuple[Diagram, random.Random],
) -> None:
    diagram, rng = drawn_one
    relevance = relevance_graph(diagram)
    if not relevance.cycle and all(len(contexts(diagram, name)) <= 4 for name in diagram.decisions):
        game = {**drawn_game(rng, diagram), **{name: uniform(diagram, name) for name in diagram.decisions}}
        for (decision,) in reversed(relevance.components):  # those that rely on none first
            game[decision] = best_rule(diagram, game, decision)
        if relevance.edges:
            came_to("two decisions in a row")
        assert is_equilibrium(diagram, game)


def test_backward_induction_was_tried_on_games_that_can_fail_it() -> None:
    """Solved in the wrong order, some of the same games miss the equilibrium."""
    missed, tried = 0, 0
    for seed in range(60):
        rng = random.Random(seed)
        diagram = drawn_diagram(rng, chances=1, decisions=2, agents=2)
        relevance = relevance_graph(diagram)
        if relevance.edges and not relevance.cycle:
            tried += 1
            game = {**drawn_game(rng, diagram), **{name: uniform(diagram, name) for name in diagram.decisions}}
            for (decision,) in relevance.components:
                game[decision] = best_rule(diagram, game, decision)
            missed += not is_equilibrium(diagram, game)
    assert tried >= 10
    assert missed


@reaches("several decisions")
@settings(max_examples=100, deadline=None)
@given(diagrams(6))
def test_koller_milch_perfect_recall_is_sufficient_recall(drawn_one: tuple[Diagram, random.Random]) -> None:
    diagram, _ = drawn_one
    for agent in diagram.agents:
        remembered = Diagram(diagram.graph, agent.decisions, agent.utilities)
        order = [name for name in diagram.graph.order if name in agent.decisions]
        for i, later in enumerate(order):
            for earlier in order[:i]:
                for seen in remembered.family(earlier):
                    remembered = remembered.with_link(seen, later)
        if len(order) > 1:
            came_to("several decisions")
        assert perfect_recall(remembered)
        assert sufficient_recall(remembered)


# ---------------------------------------------------------------- mechanised graphs and interventions


@settings(max_examples=tries(40), deadline=None)
@given(diagrams(6))
def test_the_mechanised_graph_is_the_diagram_its_mechanisms_and_relevance_turned_round(drawn_one: tuple[Diagram, random.Random]) -> None:
    diagram, _ = drawn_one
    mechanised = mechanised_graph(diagram)
    assert set(mechanised.independent.edges) == {*diagram.graph.edges, *((mechanised.mechanism(n), n) for n in diagram.graph.nodes)}
    among = {(a, b) for a, b in mechanised.edges if a in diagram.decisions}
    assert among == {(b, a) for a, b in relevance_graph(diagram).edges}
    assert mechanised.graph.subgraph(diagram.graph.nodes) == diagram.graph
    assert all(bool(mechanised.why(node, decision)) == ((node, decision) in mechanised.edges) for decision, node in pairs(diagram))


@reaches("a rule that responds", "a rule that does not", "a variable that stays")
@settings(max_examples=40, deadline=None)
@given(diagrams())
def test_hammond_before_policies_are_fixed_a_rule_that_is_not_reached_has_no_reason_to_respond(
    drawn_one: tuple[Diagram, random.Random],
) -> None:
    diagram, rng = drawn_one
    before = with_rules(diagram, drawn_game(rng, diagram), rng)
    for node in diagram.graph.nodes:
        found = pre_policy(diagram, node)
        moved: dict[str, Any] = {node: dict.fromkeys(contexts(diagram, node), certain(rng.choice((0, 1))))}
        moved |= {name: drawn(rng, diagram, name) for name in found.rules}
        after = {**before, **moved}
        if found:
            came_to("a rule that responds")
        for decision in set(diagram.decisions) - {node, *found.rules}:
            came_to("a rule that does not")
            one, other = worths(diagram, before, decision), worths(diagram, after, decision)
            assert all(one[seen] == other[seen] for seen in one.keys() & other.keys())
        for name in set(diagram.graph.nodes) - set(found.variables):
            came_to("a variable that stays")
            assert distribution(diagram, before, name) == distribution(diagram, after, name)


@settings(max_examples=tries(40), deadline=None)
@given(diagrams())
def test_hammond_after_policies_are_fixed_only_what_comes_after_may_change(drawn_one: tuple[Diagram, random.Random]) -> None:
    diagram, rng = drawn_one
    before = with_rules(diagram, drawn_game(rng, diagram), rng)
    for node in diagram.graph.nodes:
        found = post_policy(diagram, node)
        assert not found
        assert set(found.variables) <= set(pre_policy(diagram, node).variables)
        after = {**before, node: dict.fromkeys(contexts(diagram, node), certain(1))}
        for name in set(diagram.graph.nodes) - set(found.variables):
            assert distribution(diagram, before, name) == distribution(diagram, after, name)


# ---------------------------------------------------------------- subgames


@settings(max_examples=tries(40), deadline=None)
@given(diagrams(6))
def test_the_subgames_are_all_that_are_closed(drawn_one: tuple[Diagram, random.Random]) -> None:
    diagram, _ = drawn_one
    found = subgames(diagram)
    assert found
    for one in found:
        outside = set(diagram.graph.nodes) - set(one.base)
        assert not any(r_reachable(diagram, decision, node) for decision in one.decisions for node in outside)
        above, below = diagram.graph.ancestors(one.base), diagram.graph.descendants(one.base)
        assert not outside & set(above) & set(below)
        assert one == subgame(diagram, one.decisions)
        assert one.decisions in closed_decisions(diagram)
    every = {subgame(diagram, names).base for names in subsets(diagram.decisions)}
    assert {one.base for one in found} == every
    assert [one.is_proper for one in found] == [one.decisions != diagram.decisions for one in found]


def subsets(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [tuple(name for i, name in enumerate(names) if bits >> i & 1) for bits in range(1, 1 << len(names))]


@settings(max_examples=tries(40), deadline=None)
@given(diagrams(6))
def test_closed_sets_of_decisions_are_those_that_rely_on_none_outside(drawn_one: tuple[Diagram, random.Random]) -> None:
    diagram, _ = drawn_one
    edges = relevance_graph(diagram).edges
    expected = [names for names in subsets(diagram.decisions) if all(b in names for a, b in edges if a in names)]
    assert sorted(closed_decisions(diagram)) == sorted(expected)


@reaches("something outside")
@settings(max_examples=40, deadline=None)
@given(diagrams())
def test_hammond_a_subgame_can_be_solved_whatever_is_done_outside(drawn_one: tuple[Diagram, random.Random]) -> None:
    diagram, rng = drawn_one
    game = drawn_game(rng, diagram)
    for one in subgames(diagram):
        outside = set(diagram.graph.nodes) - set(one.base)
        if outside:
            came_to("something outside")
        other = {**game, **{name: drawn(rng, diagram, name) for name in outside}}
        for decision in one.decisions:
            here, there = worths(diagram, game, decision), worths(diagram, other, decision)
            assert all(here[seen] == there[seen] for seen in here.keys() & there.keys())


# ---------------------------------------------------------------- reasoning patterns


def played_as_in(diagram: Diagram, small: Diagram, game: Mechanisms, profile: Mapping[str, Rule]) -> Mechanisms:
    """The profile of the smaller diagram in the whole one: what a decision no longer sees makes no difference to it."""
    played = dict(game)
    for name, rule in profile.items():
        kept = [i for i, parent in enumerate(diagram.graph.parents(name)) if parent in small.graph.parents(name)]
        played[name] = {seen: certain(rule[tuple(seen[i] for i in kept)]) for seen in contexts(diagram, name)}
    return played


@pytest.mark.parametrize(("agents", "decisions"), [(1, 2), (2, 2), (2, 3), (3, 3)])
def test_antos_pfeffer_an_equilibrium_of_what_is_left_is_one_of_the_whole(agents: int, decisions: int) -> None:
    equilibria = 0
    for seed in range(40):
        rng = random.Random(seed)
        diagram = drawn_diagram(rng, chances=rng.choice([1, 2]), decisions=decisions, agents=agents, density=rng.choice([0.35, 0.5]))
        found = simplified(diagram)
        if not found or any(len(contexts(diagram, name)) > 4 for name in diagram.decisions):
            continue
        small, idle = found.diagram, {name: uniform(diagram, name) for name in found.idle}
        game = {**drawn_game(rng, diagram), **idle}
        if small is None:
            equilibria += 1
            assert is_equilibrium(diagram, game)
            continue
        lots: dict[str, Mapping[tuple[int, ...], Mapping[int, Fraction]]] = {
            name: {(): {0: Fraction(1, 2), 1: Fraction(1, 2)}} for name in found.idle
        }
        for profile in joint_rules(small, small.decisions):
            if is_equilibrium(small, {**game, **lots, **{name: as_mechanism(rule) for name, rule in profile.items()}}):
                equilibria += 1
                assert is_equilibrium(diagram, played_as_in(diagram, small, game, profile)), (seed, str(diagram), str(found))
    assert equilibria >= 10


def test_derived_a_sender_without_a_pattern_may_still_prefer_one_signal_where_signals_are_read() -> None:
    """The sender's wish has nothing to do with the state; while its signals tell the state and are read, it prefers one."""
    graph = Graph.parse("state -> sign -> act -> own, act -> pay, state -> pay")
    game = Diagram(graph, {"sender": "sign", "reader": "act"}, {"sender": "own", "reader": "pay"})
    assert reasoning_patterns(game).ineffective == ("sign",)
    half = {0: Fraction(1, 2), 1: Fraction(1, 2)}
    tells: Mechanism = {(0,): certain(0), (1,): certain(1)}
    order = {node: graph.parents(node) for node in ("act", "pay")}
    assert order == {"act": ("sign",), "pay": ("state", "act")}
    match: Mechanism = {(a, b): certain(int(a == b)) for a in (0, 1) for b in (0, 1)}
    separating: Mechanisms = {"state": {(): half}, "sign": tells, "act": tells, "own": tells, "pay": match}
    assert worths(game, separating, "act") == {(0,): (1, 0), (1,): (0, 1)}  # the reader reads
    assert worths(game, separating, "sign") == {(0,): (0, 1), (1,): (0, 1)}  # the sender would say 1 in either state
    assert not is_equilibrium(game, separating)
    silent: Mechanisms = {**separating, "sign": {(0,): half, (1,): half}, "act": {(0,): certain(0), (1,): certain(0)}}
    assert is_equilibrium(game, silent)
    assert simplified(game).idle == ("sign",)


# ---------------------------------------------------------------- reasoning patterns by listing every path


def all_trails(graph: Graph, start: str, end: str, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    visited = (*before, start)
    if start == end:
        yield visited
        return
    for after in {*graph.children(start), *graph.parents(start)} - set(visited):
        yield from all_trails(graph, after, end, visited)


def triples(graph: Graph, trail: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for before, node, after in zip(trail, trail[1:], trail[2:], strict=False):
        inward = before in graph.parents(node), after in graph.parents(node)
        yield node, "collider" if all(inward) else "chain" if any(inward) else "fork"


def is_open(graph: Graph, trail: tuple[str, ...], known: set[str]) -> bool:
    return all(
        bool({node, *graph.descendants(node)} & known) if kind == "collider" else node not in known for node, kind in triples(graph, trail)
    )


def is_effective(diagram: Diagram, trail: tuple[str, ...], effective: set[str]) -> bool:
    return all(node in effective or node not in diagram.decisions or kind == "fork" for node, kind in triples(diagram.graph, trail))


def directed(graph: Graph, start: str, ends: tuple[str, ...]) -> list[tuple[str, ...]]:
    every = [trail for end in ends for trail in all_trails(graph, start, end)]
    return [trail for trail in every if all(x in graph.parents(y) for x, y in itertools.pairwise(trail))]


def is_free(diagram: Diagram, start: str, ends: tuple[str, ...]) -> bool:
    return any(not set(trail[1:-1]) & set(diagram.decisions) for trail in directed(diagram.graph, start, ends))


def expected_kinds(diagram: Diagram, a: str, effective: set[str]) -> set[str]:
    """The definitions, word by word."""
    found = {"direct effect"} if is_free(diagram, a, diagram.agent_of(a).utilities) else set()
    for b in effective - {a}:
        onward = directed(diagram.graph, b, diagram.agent_of(a).utilities)
        if is_free(diagram, a, (b,)) and any(is_effective(diagram, trail, effective) for trail in onward):
            found |= expected_toward(diagram, a, b, effective)
    return found


def expected_toward(diagram: Diagram, a: str, b: str, effective: set[str]) -> set[str]:
    graph, found = diagram.graph, set()
    theirs = diagram.agent_of(b).utilities
    if any(b not in trail and is_effective(diagram, trail, effective) for trail in directed(graph, a, theirs)):
        found.add("manipulation")
    known = {b} | {name for name in graph.parents(b) if name not in graph.descendants(a)}
    for trail in (trail for end in theirs for trail in all_trails(graph, a, end)):
        if is_open(graph, trail, known) and is_effective(diagram, trail, effective):
            kinds = list(triples(graph, trail))
            if trail[1] in graph.children(a) and "collider" in {kind for _, kind in kinds}:
                found.add("revealing or denying")
            forks = [node for node, kind in kinds if kind == "fork"]
            if trail[1] in graph.parents(a) and forks and matters(diagram, a, forks[0], effective):
                found.add("signaling")
    return found


def matters(diagram: Diagram, a: str, key: str, effective: set[str]) -> bool:
    graph = diagram.graph
    seen = {a} | {name for name in graph.parents(a) if name not in graph.descendants(key)}
    onward = [trail for end in diagram.agent_of(a).utilities for trail in all_trails(graph, key, end)]
    return any(is_open(graph, trail, seen) and is_effective(diagram, trail, effective) for trail in onward)


@settings(max_examples=tries(50), deadline=None)
@given(diagrams(6))
def test_pfeffer_gal_patterns_are_those_of_the_definitions(drawn_one: tuple[Diagram, random.Random]) -> None:
    diagram, rng = drawn_one
    effective = {name for name in diagram.decisions if rng.random() < 0.7}
    for decision in diagram.decisions:
        found = patterns_of(diagram, decision, effective=effective)
        assert {one.kind for one in found} == expected_kinds(diagram, decision, effective)
        for one in found:
            assert all(path.is_open for path in one.paths)
            assert one.paths[0].nodes[0] == decision
            assert (one.other is None) == (one.kind == "direct effect")
            assert (one.key is not None) == (one.kind == "signaling")
    whole = reasoning_patterns(diagram)
    for decision in diagram.decisions:
        assert set(whole.kinds(decision)) == expected_kinds(diagram, decision, set(whole.effective))


def test_every_kind_of_pattern_occurs_on_random_diagrams() -> None:
    seen = set()
    for seed in range(150):
        diagram = drawn_diagram(random.Random(seed), chances=3, decisions=3, agents=2, density=0.4)
        seen |= {one.kind for one in reasoning_patterns(diagram).patterns}
    assert seen == set(KINDS)


def test_best_replies_of_the_oracle_are_best() -> None:
    """The oracle against itself: no plain rule does better than the best, option by option, for one decision."""
    rng = random.Random(3)
    diagram = drawn_diagram(rng, chances=2, decisions=1, agents=1)
    game = drawn_game(rng, diagram)
    best = best_rule(diagram, game, "d0")
    top = max(payoff(diagram, {**game, "d0": as_mechanism(rule)}, 0) for rule in rules(diagram, "d0"))
    assert payoff(diagram, {**game, "d0": best}, 0) == best_payoff(diagram, game, 0) == top
