"""The counterfactual graph: every variable once for each world in which it may differ, copies sharing their unseen causes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from causalkit.graphs.graph import Graph
from causalkit.graphs.order import Edge
from causalkit.identification.counterfactual import Counterfactual
from causalkit.identification.symbol import At, Symbol, fresh

__all__ = ["Copy", "CounterfactualGraph", "make_counterfactual_graph"]

World = tuple[At, ...]


@dataclass(frozen=True)
class Copy:
    """A variable, in all the worlds in which it is provably the same.

    ``value`` is the one that an event gives it, else a symbol of its own (``observed`` tells which); ``inputs`` are the
    values its parents take, and ``parents`` the copies that are parents in one of its worlds at least.
    """

    name: str
    variable: str
    value: Hashable
    observed: bool
    inputs: tuple[At, ...]
    parents: tuple[str, ...]
    worlds: tuple[World, ...]


@dataclass(frozen=True)
class CounterfactualGraph:
    """The copies that the events are about, with their ancestors, and the graph among them."""

    copies: tuple[Copy, ...]
    graph: Graph

    def copy_of(self, event: Counterfactual) -> Copy:
        """The copy that an event is about.

        >>> from causalkit.identification.counterfactual import parsed_events
        >>> y_x, x = parsed_events("y_{x}, x")
        >>> make_counterfactual_graph(Graph.parse("x -> y"), [y_x, x]).copy_of(y_x).name
        'y'
        """
        return next(copy for copy in self.copies if copy.variable == event.variable and event.world in copy.worlds)

    def components(self) -> tuple[tuple[Copy, ...], ...]:
        """The copies joined by unseen causes."""
        by_name = {copy.name: copy for copy in self.copies}
        return tuple(tuple(by_name[name] for name in group) for group in self.graph.c_components())


def make_counterfactual_graph(
    graph: Graph, events: Iterable[Counterfactual], about: Iterable[Counterfactual] = ()
) -> CounterfactualGraph | None:
    """The counterfactual graph of a conjunction of events, or None when they contradict each other.

    Two copies of a variable are one when each parent is the same copy or takes the same value in both worlds. The variables
    of ``about`` are in the graph too, but their values join no copies. Events on a variable that its own world sets must
    have been removed. Source: [shpitser2008] (make-cg).

    >>> from causalkit.identification.counterfactual import parsed_events
    >>> drug = Graph.parse("x -> w -> y, d -> z -> y, x <-> y")
    >>> print(make_counterfactual_graph(drug, parsed_events("y_{x}, x', z_{d}, d")).graph)
    "w_{x}" -> "y_{x}", d -> z, z -> "y_{x}", x <-> "y_{x}"
    """
    known, wanted = tuple(events), tuple(about)
    worlds = sorted({event.world for event in (*known, *wanted)}, key=lambda world: (len(world), str(world)))
    used: set[Hashable] = {value for event in (*known, *wanted) for value in event.symbols}
    copies: list[Copy] = []
    values: dict[tuple[str, World], Hashable] = {(at.variable, world): at.value for world in worlds for at in world}
    for variable in graph.order:
        for inputs, group in _groups(graph, variable, worlds, values):
            seen = {event.value for event in known if event.variable == variable and event.world in group}
            if len(seen) > 1:
                return None
            value = next(iter(seen), fresh(Symbol(variable), used))
            used.add(value)
            values.update({(variable, world): value for world in group})
            copies.append(Copy(_name(graph, variable, group[0]), variable, value, bool(seen), inputs, (), group))
    return _among_ancestors(graph, _with_parents(graph, copies), [*known, *wanted])


def _groups(
    graph: Graph, variable: str, worlds: list[World], values: dict[tuple[str, World], Hashable]
) -> Iterator[tuple[tuple[At, ...], tuple[World, ...]]]:
    """The worlds in which a variable is not set, those together in which its parents take the same values."""
    found: dict[tuple[At, ...], list[World]] = {}
    for world in worlds:
        if (variable, world) not in values:
            inputs = tuple(At(parent, values[parent, world]) for parent in graph.parents(variable))
            found.setdefault(inputs, []).append(world)
    return ((inputs, tuple(group)) for inputs, group in list(found.items()))


def _name(graph: Graph, variable: str, world: World) -> str:
    """The variable with the part of the world that can reach it."""
    cut = graph.without_incoming({at.variable for at in world})
    reaching = [at for at in world if at.variable in cut.ancestors(variable)]
    return str(Counterfactual(variable, Symbol(variable), tuple(reaching)))


def _with_parents(graph: Graph, copies: list[Copy]) -> list[Copy]:
    """Each copy with its parents from all of its worlds: it depends on each of them, though one would do to compute it."""
    of = {(copy.variable, world): copy.name for copy in copies for world in copy.worlds}

    def parents(copy: Copy) -> tuple[str, ...]:
        found = (of.get((parent, world)) for world in copy.worlds for parent in graph.parents(copy.variable))
        return tuple(dict.fromkeys(name for name in found if name is not None))

    return [replace(copy, parents=parents(copy)) for copy in copies]


def _among_ancestors(graph: Graph, copies: list[Copy], events: list[Counterfactual]) -> CounterfactualGraph:
    edges = [(parent, copy.name) for copy in copies for parent in copy.parents]
    pairs: list[Edge] = [
        (a.name, b.name) for a, b in combinations(copies, 2) if a.variable == b.variable or b.variable in graph.spouses(a.variable)
    ]
    whole = Graph([copy.name for copy in copies], edges, pairs)
    asked = {(event.variable, event.world) for event in events}
    kept = whole.ancestors([c.name for c in copies if any((c.variable, world) in asked for world in c.worlds)], include_self=True)
    return CounterfactualGraph(tuple(copy for copy in copies if copy.name in kept), whole.subgraph(kept))
