"""Strategic relevance: which decisions must know how which others are made, and whether an agent recalls enough to do without."""

from __future__ import annotations

import graphlib
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from causalkit.errors import WrongShape
from causalkit.graphs.graph import Graph
from causalkit.graphs.separation import Separation, d_separated
from causalkit.values.arguments import checked
from causalkit.values.render import Printed
from stop_button.incentives.diagram import Agent, Diagram
from stop_button.incentives.judgement import Judgement
from stop_button.incentives.requisite import judged

__all__ = ["Recall", "RelevanceGraph", "mechanism_separation", "relevance_graph", "s_reachable", "sufficient_recall"]

Edge = tuple[str, str]
T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class RelevanceGraph(Printed):
    """Which decision relies on which: an edge D -> D' when the best rule for D may depend on the rule used at D'."""

    decisions: tuple[str, ...]
    judgements: tuple[Judgement, ...]

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Pairs (D, D') such that D relies on D'."""
        return tuple((one.decision or "", one.node) for one in self.judgements if one)

    def among(self, decisions: Iterable[str]) -> RelevanceGraph:
        """The part of the graph that lies among some of the decisions."""
        kept = set(decisions)
        inside = tuple(one for one in self.judgements if {one.decision, one.node} <= kept)
        return RelevanceGraph(tuple(name for name in self.decisions if name in kept), inside)

    @property
    def cycle(self) -> tuple[str, ...]:
        """Decisions that rely on each other in a circle, the first named again at the end; empty when there is none."""
        try:
            tuple(graphlib.TopologicalSorter(_before(self.decisions, self.edges)).static_order())
        except graphlib.CycleError as error:
            return tuple(error.args[1])
        return ()

    @property
    def components(self) -> tuple[tuple[str, ...], ...]:
        """The strongly connected components: decisions that must be solved together, those that rely on others first.

        >>> from causalkit.graphs.graph import Graph
        >>> graph = Graph.parse("a -> u, b -> u, a -> v, b -> v, c -> u, c -> w")
        >>> game = Diagram(graph, {1: "a", 2: "b", 3: "c"}, {1: "u", 2: "v", 3: "w"})
        >>> relevance_graph(game).components
        (('a', 'b'), ('c',))
        """
        below = {name: _reached(name, self.edges) for name in self.decisions}
        of = {a: tuple(b for b in self.decisions if a == b or (b in below[a] and a in below[b])) for a in self.decisions}
        between = [(of[a], of[b]) for a, b in self.edges if of[a] != of[b]]
        groups = tuple(dict.fromkeys(of.values()))
        return tuple(graphlib.TopologicalSorter(_before(groups, between)).static_order())

    def __str__(self) -> str:
        return ", ".join(f"{a} relies on {b}" for a, b in self.edges) or "no decision relies on another"


@dataclass(frozen=True)
class Recall(Printed):
    """Whether agents have sufficient recall: truthy when they have, else it holds decisions that rely on each other in a circle."""

    agents: tuple[Agent, ...]
    relevance: RelevanceGraph
    cycle: tuple[str, ...]

    def __bool__(self) -> bool:
        return not self.cycle

    def __str__(self) -> str:
        if self:
            return "sufficient recall: the decisions can be solved one after the other"
        return f"no sufficient recall: {' relies on '.join(self.cycle)}"


@checked
def s_reachable(diagram: Diagram, decision: str, other: str) -> Judgement:
    """Whether the best rule at ``decision`` may depend on the rule used at ``other`` (``other`` is s-reachable from ``decision``).

    The rule at ``other`` is drawn as one more parent of it; it is relevant when that parent is d-connected to a utility below the
    decision given the decision's family. Source: [koller2003], section 5.

    :param diagram: with both decisions.
    :param decision: the decision whose rule is looked for; a name.
    :param other: the decision whose rule is drawn as a parent; a name.
    :returns: a ``Judgement``.
    :raises UnknownName: for a name that is no decision of the diagram.

    >>> from causalkit.graphs.graph import Graph
    >>> diagram = Diagram(Graph.parse("first -> state -> second -> pay, state -> pay"), ["first", "second"], "pay")
    >>> print(s_reachable(diagram, "first", "second"))
    second may be strategically relevant for first: rule at second -> second -> pay is open given first
    >>> bool(s_reachable(diagram, "second", "first"))
    False
    """
    diagram.agent_of(other)
    if decision == other:
        raise WrongShape(f"{decision!r} is asked about itself; s-reachability is a relation between two different decisions")
    found = mechanism_separation(diagram, decision, other, called=f"rule at {other}")
    return judged(other, "be strategically relevant", decision, found)


def mechanism_separation(diagram: Diagram, decision: str, node: str, *, called: str) -> Separation | None:
    """Whether a node's mechanism, drawn as one more parent of it, is separated from the utilities below a decision given its family.

    ``called`` is the name that the mechanism gets in the drawing. None when no utility lies below the decision.
    """
    below = diagram.downstream_utilities(decision)
    drawn = _new_name(called, diagram.graph)
    graph = Graph([*diagram.graph.nodes, drawn], [*diagram.graph.edges, (drawn, node)], diagram.graph.confounded)
    return d_separated(graph, drawn, below, diagram.family(decision)) if below else None


@checked
def relevance_graph(diagram: Diagram) -> RelevanceGraph:
    """The relevance graph of all decisions of a diagram, of whatever agent.

    Source: [koller2003], section 5.

    >>> from causalkit.graphs.graph import Graph
    >>> print(relevance_graph(Diagram(Graph.parse("first -> pay, second -> pay"), ["first", "second"], "pay")))
    first relies on second, second relies on first
    """
    pairs = [(a, b) for a in diagram.decisions for b in diagram.decisions if a != b]
    return RelevanceGraph(diagram.decisions, tuple(s_reachable(diagram, a, b) for a, b in pairs))


@checked
def sufficient_recall(diagram: Diagram, agent: Hashable = None) -> Recall:
    """An agent has sufficient recall when no circle of its own decisions rely on each other; without ``agent``, every agent.

    Then its decisions can be solved one after the other, and criteria for one decision extend to several (solubility).
    Source: [fox2021]; [lauritzen2001]; [vanmerwijk2022], definition 4.

    >>> from causalkit.graphs.graph import Graph
    >>> print(sufficient_recall(Diagram(Graph.parse("first -> pay, second -> pay"), ["first", "second"], "pay")))
    no sufficient recall: first relies on second relies on first
    >>> bool(sufficient_recall(Diagram(Graph.parse("first -> pay, second -> pay, first -> second"), ["first", "second"], "pay")))
    True
    """
    agents = diagram.agents if agent is None else diagram.only(agent).agents
    graph = relevance_graph(diagram)
    cycles = (graph.among(one.decisions).cycle for one in agents)
    return Recall(agents, graph, next((cycle for cycle in cycles if cycle), ()))


def _before(nodes: Iterable[T], edges: Iterable[tuple[T, T]]) -> dict[T, list[T]]:
    pairs = list(edges)
    return {node: [a for a, b in pairs if b == node] for node in nodes}


def _reached(start: str, edges: Iterable[Edge]) -> set[str]:
    pairs, found, waiting = list(edges), set[str](), [start]
    while waiting:
        last = waiting.pop()
        new = [b for a, b in pairs if a == last and b not in found]
        found.update(new)
        waiting.extend(new)
    return found


def _new_name(wanted: str, graph: Graph) -> str:
    while wanted in graph:
        wanted += "'"
    return wanted
