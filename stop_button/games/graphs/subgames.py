"""Subgames of a diagram: parts that can be solved on their own, whatever is done elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from causalkit.errors import TooLarge
from causalkit.graphs.order import Names
from causalkit.values.arguments import checked
from causalkit.values.render import Printed
from stop_button.games.graphs.mechanised import mechanised_graph
from stop_button.incentives.diagram import Diagram
from stop_button.incentives.relevance import RelevanceGraph, relevance_graph

__all__ = ["MOST_COMPONENTS", "Subgame", "closed_decisions", "subgame", "subgames"]

MOST_COMPONENTS = 16
"""The subgames of a diagram whose decisions fall into more groups than this are not listed: there may be two to this power."""


@dataclass(frozen=True)
class Subgame(Printed):
    """A part of a diagram, its ``base``, that holds all that is relevant for its own decisions; ``given`` is what it reads from outside.

    For each combination of values of ``given`` it is a game of its own; a combination that no policy makes possible is not feasible.
    """

    diagram: Diagram
    base: tuple[str, ...]

    @property
    def decisions(self) -> tuple[str, ...]:
        """The decisions in it."""
        return tuple(name for name in self.diagram.decisions if name in self.base)

    @property
    def given(self) -> tuple[str, ...]:
        """The parents, outside it, of what is in it."""
        graph = self.diagram.graph
        above = {parent for name in self.base for parent in graph.parents(name)}
        return tuple(name for name in graph.nodes if name in above and name not in self.base)

    @property
    def is_proper(self) -> bool:
        """Whether it leaves a decision out."""
        return self.decisions != self.diagram.decisions

    def __str__(self) -> str:
        given = f" given {', '.join(self.given)}" if self.given else ""
        return f"{', '.join(self.decisions)}: {', '.join(self.base)}{given}"


@checked
def subgame(diagram: Diagram, nodes: Names) -> Subgame:
    """The smallest subgame with these variables in it.

    Its base is closed in two ways: whatever has a relevant mechanism for a decision in it is in it, and so is every variable on a
    directed path between two of its variables. Source: [hammond2023]; [hammond2021].

    :param diagram: an influence diagram, of one agent or several
    :param nodes: a name, or names, of variables
    :returns: the subgame
    :raises UnknownName: for a name that is not there

    >>> from causalkit.graphs.graph import Graph
    >>> game = Diagram(Graph.parse("a -> u, a -> b -> v, a -> v"), {1: "a", 2: "b"}, {1: "u", 2: "v"})
    >>> print(subgame(game, "b"))
    b: b, v given a
    """
    return Subgame(diagram, _closed(diagram, mechanised_graph(diagram).edges, diagram.graph.select(nodes)))


def _closed(diagram: Diagram, relevant: tuple[tuple[str, str], ...], nodes: tuple[str, ...]) -> tuple[str, ...]:
    graph, inside = diagram.graph, set(nodes)
    while True:
        below, above = set(graph.descendants(inside)), set(graph.ancestors(inside))
        more = inside | (below & above) | {a for a, b in relevant if b in inside}
        if more == inside:
            return graph.select(inside)
        inside = more


@checked
def subgames(diagram: Diagram) -> tuple[Subgame, ...]:
    """The smallest subgame for each set of decisions, each subgame once, fewest decisions first; the last may be the whole.

    Other subgames have more variables in them and the same decisions. Raises ``TooLarge`` where the decisions fall into too many groups.
    Source: [hammond2023]; [hammond2021].

    >>> from causalkit.graphs.graph import Graph
    >>> game = Diagram(Graph.parse("a -> u, a -> b -> v, a -> v, b -> u"), {1: "a", 2: "b"}, {1: "u", 2: "v"})
    >>> [str(one) for one in subgames(game)]
    ['b: b, v given a', 'a, b: a, u, b, v']
    >>> [one.decisions for one in subgames(game) if one.is_proper]
    [('b',)]
    """
    whole = mechanised_graph(diagram)
    _check_size(whole.relevance)
    alone = [_closed(diagram, whole.edges, (name,)) for name in diagram.decisions]
    found = set(alone)
    waiting = list(found)
    while waiting:
        base = waiting.pop()
        joined = {_closed(diagram, whole.edges, diagram.graph.select({*base, *one})) for one in alone} - found
        found |= joined
        waiting.extend(joined)
    listed = (Subgame(diagram, base) for base in found)
    return tuple(sorted(listed, key=lambda one: (len(one.decisions), len(one.base), [diagram.graph.nodes.index(n) for n in one.base])))


@checked
def closed_decisions(diagram: Diagram) -> tuple[tuple[str, ...], ...]:
    """Every set of decisions that rely on none outside it: their rules can be found before all others, one component after the other.

    The decisions of a subgame are such a set. Not the other way round: a decision on a path between two of them is in the subgame, and
    need not be in the set. Raises ``TooLarge`` as ``subgames`` does. Source: [hammond2021], and [fox2021] for the list.

    >>> from causalkit.graphs.graph import Graph
    >>> game = Diagram(Graph.parse("a -> u, a -> b -> v, a -> v, b -> u"), {1: "a", 2: "b"}, {1: "u", 2: "v"})
    >>> closed_decisions(game)
    (('b',), ('a', 'b'))
    """
    graph = relevance_graph(diagram)
    _check_size(graph)
    found: set[frozenset[str]] = {frozenset()}
    for group in reversed(graph.components):  # those that rely on none first
        needed = {b for a, b in graph.edges if a in group} - set(group)
        found |= {one | set(group) for one in found if needed <= one}
    sets = (diagram.graph.select(one) for one in found if one)
    return tuple(sorted(sets, key=lambda one: (len(one), [diagram.graph.nodes.index(name) for name in one])))


def _check_size(graph: RelevanceGraph) -> None:
    if len(graph.components) > MOST_COMPONENTS:
        count = len(graph.components)
        raise TooLarge(
            f"the decisions fall into {count} groups, so there may be {2**count:,} sets of them; at most {MOST_COMPONENTS} groups are "
            "listed: ask subgame(diagram, decision) for the smallest subgame with a decision in it"
        )
