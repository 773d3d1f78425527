"""Mechanised graphs: a diagram with a node for each variable's mechanism, and arrows for which decision rule depends on which."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from causalkit.errors import WrongShape
from causalkit.graphs.graph import Graph
from causalkit.graphs.order import Names
from causalkit.values.arguments import checked
from causalkit.values.render import html_text
from stop_button.incentives.diagram import Diagram
from stop_button.incentives.judgement import Judgement
from stop_button.incentives.relevance import RelevanceGraph, mechanism_separation
from stop_button.incentives.requisite import judged

__all__ = ["MechanisedGraph", "mechanised_graph", "r_reachable"]

Edge = tuple[str, str]


@dataclass(frozen=True, repr=False)
class MechanisedGraph:
    """A diagram with its mechanisms: one for each variable, which for a decision is its rule; and which rules depend on which mechanisms.

    An arrow from the mechanism of X to the rule at D says that the best rule at D may depend on it. Among rules the arrows run against
    those of the relevance graph, in which D *relies on* the other decision; they may run in circles.
    """

    diagram: Diagram
    judgements: tuple[Judgement, ...]

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Pairs (X, D): the mechanism of X is relevant for the rule at D."""
        return tuple((one.node, one.decision or "") for one in self.judgements if one)

    def why(self, node: str, decision: str) -> Judgement:
        """The judgement about one mechanism and one decision, with its path."""
        return r_reachable(self.diagram, decision, node)

    @cached_property
    def relevance(self) -> RelevanceGraph:
        """Its part among decision rules: the relevance graph."""
        decisions = self.diagram.decisions
        inside = {(one.decision, one.node): one for one in self.judgements if one.node in decisions}
        pairs = [(a, b) for a in decisions for b in decisions if a != b]
        return RelevanceGraph(decisions, tuple(inside[pair] for pair in pairs))

    def mechanism(self, node: str) -> str:
        """What the mechanism of a variable is called here."""
        (name,) = self.diagram.graph.select([node])
        called = _called(self.diagram, name)
        while called in self.diagram.graph:
            called += "'"
        return called

    @property
    def independent(self) -> Graph:
        """The graph with mechanisms and no arrow among them: what holds when all rules are chosen without regard to anything."""
        graph = self.diagram.graph
        own = [(self.mechanism(name), name) for name in graph.nodes]
        return Graph([*(a for a, _ in own), *graph.nodes], [*own, *graph.edges], graph.confounded)

    @property
    def graph(self) -> Graph:
        """The graph with all its arrows; rules that depend on each other in a circle are one node, as they are fixed together.

        >>> game = Diagram(Graph.parse("a -> u, b -> u, a -> v, b -> v"), {1: "a", 2: "b"}, {1: "u", 2: "v"})
        >>> print(mechanised_graph(game).graph.subgraph(["rules at a and b", "a", "b"]))
        rules at a and b -> a, rules at a and b -> b
        """
        graph, home = self.diagram.graph, self._homes
        own = [(home[name], name) for name in graph.nodes]
        among = [(home[a], home[b]) for a, b in self.edges if home[a] != home[b]]
        return Graph([*dict.fromkeys(home.values()), *graph.nodes], [*own, *among, *graph.edges], graph.confounded)

    @property
    def roles(self) -> dict[str, str]:
        """What each node of ``graph`` is, for a picture: ``causalkit.plot.draw(mechanised.graph, roles=mechanised.roles)``."""
        diagram = self.diagram
        home = {self._homes[name]: "decision rule" if name in diagram.decisions else "mechanism" for name in diagram.graph.nodes}
        return {**home, **dict.fromkeys(diagram.decisions, "decision"), **dict.fromkeys(diagram.utilities, "utility")}

    @property
    def _homes(self) -> dict[str, str]:
        home = {name: self.mechanism(name) for name in self.diagram.graph.nodes}
        for group in self.relevance.components:
            if len(group) > 1:
                home |= dict.fromkeys(group, f"rules at {' and '.join(group)}")
        return home

    @checked
    def reached(self, nodes: Names) -> dict[str, tuple[str, ...]]:
        """The decisions whose rules depend on the mechanisms of these variables, by way of others too, each with a shortest way there.

        >>> game = Diagram(Graph.parse("state -> act -> pay, state -> pay, act -> own, ask -> own, act -> ask"), {1: "act", 2: "ask"},
        ...                {1: "pay", 2: "own"})
        >>> mechanised_graph(game).reached("pay")
        {'act': ('pay', 'act')}
        """
        start = self.diagram.graph.select(nodes)
        ways: dict[str, tuple[str, ...]] = {name: (name,) for name in start}
        waiting = deque(start)
        while waiting:
            last = waiting.popleft()
            for a, b in self.edges:
                if a == last and b not in ways:
                    ways[b] = (*ways[a], b)
                    waiting.append(b)
        return {name: ways[name] for name in self.diagram.decisions if name in ways and name not in start}

    def __repr__(self) -> str:
        return f"<mechanised graph: {self}>"

    def __str__(self) -> str:
        lines = [f"{self.mechanism(a)} -> {self.mechanism(b)}" for a, b in self.edges]
        return ", ".join(lines) or "no mechanism is relevant for a decision rule"

    def _repr_html_(self) -> str:
        return f"<p>{html_text(self)}</p>"


@checked
def r_reachable(diagram: Diagram, decision: str, node: str) -> Judgement:
    """Whether the best rule at a decision may depend on a variable's mechanism (the mechanism is r-reachable from the decision).

    The mechanism is drawn as one more parent of the variable; it is relevant when it is d-connected to a utility of the deciding agent
    below the decision, given what the decision sees and itself. For another decision it is s-reachability. Where it is not relevant, what
    each option is worth in each context that may be seen under both mechanisms is the same. That some model realises "may" is proved for
    rules of decisions; for other mechanisms the judgement says that it is not known to be ``complete``.
    Source: [hammond2023]; [koller2003] for decisions.

    :param diagram: an influence diagram, of one agent or several
    :param decision: one of its decisions
    :param node: a variable, other than the decision
    :returns: a judgement, truthy with an open path
    :raises UnknownName: for names that are not there
    :raises WrongShape: for a decision and itself

    >>> diagram = Diagram(Graph.parse("state -> sign -> act -> pay, state -> pay"), "act", "pay")
    >>> print(r_reachable(diagram, "act", "pay"))
    pay may have a relevant mechanism for act: mechanism of pay -> pay is open given sign, act (no theorem says that some ...)
    >>> bool(r_reachable(Diagram(Graph.parse("state -> act -> pay, state -> pay"), "act", "pay"), "act", "state"))
    False
    """
    diagram.agent_of(decision)
    (name,) = diagram.graph.select([node])
    if name == decision:
        raise WrongShape(f"{decision!r} is asked about itself; name another variable, whose mechanism its rule may depend on")
    found = mechanism_separation(diagram, decision, name, called=_called(diagram, name))
    return judged(name, "have a relevant mechanism", decision, found, complete=name in diagram.decisions)


@checked
def mechanised_graph(diagram: Diagram) -> MechanisedGraph:
    """The mechanised graph of a diagram: every variable gets a mechanism, and a rule listens to those that are relevant for it.

    Source: [hammond2023].

    >>> diagram = Diagram(Graph.parse("state -> sign -> act -> pay, state -> pay"), "act", "pay")
    >>> print(mechanised_graph(diagram))
    mechanism of state -> rule at act, mechanism of sign -> rule at act, mechanism of pay -> rule at act
    """
    return MechanisedGraph(diagram, tuple(_judgements(diagram)))


def _judgements(diagram: Diagram) -> Iterable[Judgement]:
    return (r_reachable(diagram, decision, node) for node in diagram.graph.nodes for decision in diagram.decisions if node != decision)


def _called(diagram: Diagram, node: str) -> str:
    return f"rule at {node}" if node in diagram.decisions else f"mechanism of {node}"
