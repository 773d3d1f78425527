"""Games on diagrams by listing every case, in fractions: no code shared with what is tested but the diagram itself."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from causalkit.graphs.graph import Graph
from stop_button.incentives import Diagram

Seen = tuple[int, ...]
Row = Mapping[int, Fraction]
Mechanism = Mapping[Seen, Row]
Mechanisms = Mapping[str, Mechanism]
Rule = Mapping[Seen, int]

BITS = (0, 1)


def contexts(diagram: Diagram, node: str) -> list[Seen]:
    return list(itertools.product(BITS, repeat=len(diagram.graph.parents(node))))


def certain(value: int) -> Row:
    return {value: Fraction(1)}


def uniform(diagram: Diagram, decision: str) -> Mechanism:
    return {seen: {0: Fraction(1, 2), 1: Fraction(1, 2)} for seen in contexts(diagram, decision)}


def drawn(rng: random.Random, diagram: Diagram, node: str) -> Mechanism:
    """A mechanism of one kind or another: a payoff for a utility, chances or certainties for the rest."""
    if node in diagram.utilities and not diagram.graph.children(node):
        return {seen: certain(rng.choice([-2, -1, 0, 1, 2, 3])) for seen in contexts(diagram, node)}
    if rng.random() < 0.5:
        return {seen: certain(rng.choice(BITS)) for seen in contexts(diagram, node)}
    chances = [Fraction(rng.randint(1, 5), 6) for _ in contexts(diagram, node)]
    return {seen: {0: 1 - p, 1: p} for seen, p in zip(contexts(diagram, node), chances, strict=True)}


def drawn_game(rng: random.Random, diagram: Diagram) -> Mechanisms:
    return {name: drawn(rng, diagram, name) for name in diagram.graph.nodes}


def runs(diagram: Diagram, game: Mechanisms) -> Iterator[tuple[dict[str, int], Fraction]]:
    """Everything that can happen, with its probability."""

    def extended(i: int, values: dict[str, int], weight: Fraction) -> Iterator[tuple[dict[str, int], Fraction]]:
        if i == len(diagram.graph.order):
            yield dict(values), weight
            return
        node = diagram.graph.order[i]
        seen = tuple(values[parent] for parent in diagram.graph.parents(node))
        for value, chance in game[node][seen].items():
            if chance:
                yield from extended(i + 1, {**values, node: value}, weight * chance)

    return extended(0, {}, Fraction(1))


def payoff(diagram: Diagram, game: Mechanisms, agent: Any) -> Fraction:
    (utilities,) = (one.utilities for one in diagram.agents if one.name == agent)
    return sum((weight * sum(values[name] for name in utilities) for values, weight in runs(diagram, game)), Fraction(0))


def worths(diagram: Diagram, game: Mechanisms, decision: str) -> dict[Seen, tuple[Fraction, ...]]:
    """What each option is worth in each context that may be seen, in the utilities below the decision."""
    below = [name for name in diagram.agent_of(decision).utilities if name in diagram.graph.descendants(decision)]
    totals: dict[Seen, list[Fraction]] = {}
    weights: dict[Seen, list[Fraction]] = {}
    for values, weight in runs(diagram, {**game, decision: uniform(diagram, decision)}):
        seen = tuple(values[name] for name in diagram.graph.parents(decision))
        totals.setdefault(seen, [Fraction(0), Fraction(0)])[values[decision]] += weight * sum(values[name] for name in below)
        weights.setdefault(seen, [Fraction(0), Fraction(0)])[values[decision]] += weight
    return {seen: tuple(a / b for a, b in zip(totals[seen], weights[seen], strict=True)) for seen in totals}


def best_options(worth: tuple[Fraction, ...]) -> list[int]:
    return [option for option in BITS if worth[option] == max(worth)]


def as_mechanism(rule: Rule) -> Mechanism:
    return {seen: certain(option) for seen, option in rule.items()}


def rules(diagram: Diagram, decision: str) -> Iterator[Rule]:
    seen = contexts(diagram, decision)
    return (dict(zip(seen, options, strict=True)) for options in itertools.product(BITS, repeat=len(seen)))


def joint_rules(diagram: Diagram, decisions: tuple[str, ...]) -> Iterator[dict[str, Rule]]:
    return (dict(zip(decisions, each, strict=True)) for each in itertools.product(*(list(rules(diagram, name)) for name in decisions)))


def best_payoff(diagram: Diagram, game: Mechanisms, agent: Any) -> Fraction:
    """The most that an agent can get by any plain policy, with the others as they are."""
    (decisions,) = (one.decisions for one in diagram.agents if one.name == agent)
    each = ({**game, **{name: as_mechanism(rule) for name, rule in policy.items()}} for policy in joint_rules(diagram, decisions))
    return max(payoff(diagram, one, agent) for one in each)


def is_equilibrium(diagram: Diagram, game: Mechanisms) -> bool:
    return all(payoff(diagram, game, one.name) == best_payoff(diagram, game, one.name) for one in diagram.agents)


def distribution(diagram: Diagram, game: Mechanisms, node: str) -> dict[int, Fraction]:
    found: dict[int, Fraction] = {}
    for values, weight in runs(diagram, game):
        found[values[node]] = found.get(values[node], Fraction(0)) + weight
    return found


def drawn_diagram(rng: random.Random, *, chances: int = 2, decisions: int = 2, agents: int = 2, density: float = 0.5) -> Diagram:
    """A diagram with utilities that nothing listens to, one for each agent, and decisions dealt out to the agents in turn."""
    inner = [*(f"x{i}" for i in range(chances)), *(f"d{i}" for i in range(decisions))]
    rng.shuffle(inner)
    edges = [(a, b) for a, b in itertools.combinations(inner, 2) if rng.random() < density]
    utilities = [f"u{i}" for i in range(agents)]
    for name in utilities:
        edges += [(a, name) for a in inner if rng.random() < density]
    owned = {i: [f"d{j}" for j in range(decisions) if j % agents == i] for i in range(agents)}
    return Diagram(Graph([*inner, *utilities], edges), owned, {i: [name] for i, name in enumerate(utilities)})
