"""Causal graphs with latent confounders: who listens to whom, and who shares unseen causes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import combinations
from typing import Any

from causalkit.errors import UnknownName, WrongShape, suggestion
from causalkit.graphs.order import Edge, Names, checked_edge, checked_names, neighbours, several, topological_order
from causalkit.graphs.parsing import parse_text, written_text
from causalkit.graphs.sources import from_frame, from_pairs, is_frame, is_networkx
from causalkit.values.arguments import checked
from causalkit.values.render import Printed

__all__ = ["Graph"]


@checked
@dataclass(frozen=True, init=False, eq=False, repr=False)
class Graph(Printed):
    """An acyclic directed mixed graph: arrows between named variables, and pairs that share a latent cause.

    ``nodes`` keep the order in which they are declared; ``edges`` are (parent, child) pairs; ``confounded`` are unordered pairs (the
    bidirected edges of the literature). Two graphs are equal when they have the same nodes, edges and confounded pairs, in any order.
    Graphs are immutable; every method that edits returns a new graph.

    In place of ``nodes``, a list of pairs alone is read as edges, a networkx ``DiGraph`` as by ``from_networkx``, and a pandas frame as
    adjacencies, with the parent in the row.

    Raises ``CyclicModel`` for arrows in a circle, ``UnknownName`` for an edge with a name that is not a node, ``InvalidName`` for a name
    that is empty, repeated or not text. Source: [richardson2003], section 2 (acyclic directed mixed graphs).

    >>> bow = Graph(["x", "y"], edges=[("x", "y")], confounded=[("y", "x")])
    >>> bow
    Graph(['x', 'y'], edges=[('x', 'y')], confounded=[('x', 'y')])
    >>> print(bow)
    x -> y, x <-> y
    """

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]
    confounded: tuple[Edge, ...]
    order: tuple[str, ...]

    def __init__(self, nodes: Any, edges: Iterable[Edge] = (), confounded: Iterable[Edge] = ()) -> None:
        nodes, edges, confounded = _described(nodes, tuple(edges), tuple(confounded))
        declared = checked_names(nodes)
        place = {name: i for i, name in enumerate(declared)}
        arrows = sorted({checked_edge(pair, declared, " -> ") for pair in edges}, key=lambda e: (place[e[0]], place[e[1]]))
        arcs = {checked_edge(pair, declared, " <-> ") for pair in confounded}
        pairs = {(a, b) if place[a] < place[b] else (b, a) for a, b in arcs}
        object.__setattr__(self, "nodes", declared)
        object.__setattr__(self, "edges", tuple(arrows))
        object.__setattr__(self, "confounded", tuple(sorted(pairs, key=lambda e: (place[e[0]], place[e[1]]))))
        object.__setattr__(self, "order", topological_order(declared, arrows))

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, Graph) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        parts = [f"{list(self.nodes)!r}"]
        parts += [f"edges={list(self.edges)!r}"] if self.edges else []
        parts += [f"confounded={list(self.confounded)!r}"] if self.confounded else []
        return f"Graph({', '.join(parts)})"

    def __str__(self) -> str:
        return written_text(self.nodes, self.edges, self.confounded)

    def __contains__(self, name: object) -> bool:
        return name in self._place

    def __iter__(self) -> Iterator[str]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    @classmethod
    @checked
    def of(cls, parents: Mapping[str, Names], *, confounded: Iterable[Edge] = ()) -> Graph:
        """The graph in which every child listens to the parents listed for it; a root lists none.

        >>> print(Graph.of({"z": [], "x": ["z"], "y": ["x", "z"]}))
        z -> x, z -> y, x -> y
        """
        return cls(parents, [(parent, child) for child, listed in parents.items() for parent in several(listed)], confounded)

    @classmethod
    @checked
    def parse(cls, text: str) -> Graph:
        """The graph that a text describes: chains of ``->``, ``<-`` and ``<->``, with commas, semicolons or new lines between them.

        Braces stand for several names, as in ``a -> {x z}``; names with arrows, quotes, commas or braces in them stand in double quotes.
        Dagitty code, ``dag { ... }``, is read too: latent variables are projected out, and ``causalkit.graphs.parse_text`` tells
        exposures and outcomes. Names are declared in the order in which they first appear; ``Graph.parse(str(graph)) == graph``.

        Raises ``WrongShape`` that says where in the text another arrow stands, or what is no chain.

        >>> Graph.parse("x -> m -> y, x <-> y")
        Graph(['x', 'm', 'y'], edges=[('x', 'm'), ('m', 'y')], confounded=[('x', 'y')])
        >>> print(Graph.parse("dag { u [latent] u -> {x y} x -> y }"))
        x -> y, x <-> y
        """
        found = parse_text(text)
        return cls(found.nodes, found.edges, found.confounded).latent_projection(found.latent)

    @classmethod
    @checked
    def from_networkx(cls, graph: Any, *, latent: Names = ()) -> Graph:
        """The graph of a networkx ``DiGraph`` (or a pgmpy model), its latent variables projected out.

        Latent are the nodes named here, nodes with the attribute ``latent=True``, and those in the graph's own ``latents``.

        >>> import networkx
        >>> print(Graph.from_networkx(networkx.DiGraph([("u", "x"), ("u", "y"), ("x", "y")]), latent="u"))
        x -> y, x <-> y
        """
        if not callable(getattr(graph, "is_directed", None)):
            raise WrongShape(f"{graph!r} is no networkx graph; give a networkx.DiGraph, or a pgmpy model")
        if not graph.is_directed():
            raise WrongShape(f"found an undirected networkx graph with {len(graph)} nodes, expected a DiGraph; give every edge a direction")
        hidden = [node for node, data in graph.nodes(data=True) if data.get("latent") is True]
        whole = cls(list(graph.nodes), [(a, b) for a, b, *_ in graph.edges])
        return whole.latent_projection(dict.fromkeys([*several(latent), *hidden, *getattr(graph, "latents", ())]))

    @cached_property
    def _key(self) -> tuple[frozenset[str], frozenset[Edge], frozenset[frozenset[str]]]:
        return frozenset(self.nodes), frozenset(self.edges), frozenset(map(frozenset, self.confounded))

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.nodes)}

    @cached_property
    def _parents(self) -> dict[str, tuple[str, ...]]:
        return neighbours(self.nodes, [(b, a) for a, b in self.edges])

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        return neighbours(self.nodes, self.edges)

    @cached_property
    def _spouses(self) -> dict[str, tuple[str, ...]]:
        return neighbours(self.nodes, [*self.confounded, *((b, a) for a, b in self.confounded)])

    @checked
    def select(self, xs: Names) -> tuple[str, ...]:
        """The names asked for, without repetition, in declared order; raises ``UnknownName`` for one that is not a node.

        >>> Graph(["a", "b", "c"]).select(["c", "a"])
        ('a', 'c')
        """
        asked = set(several(xs))
        for name in several(xs) if isinstance(xs, str) else sorted(asked, key=repr):
            if name not in self._place:
                raise UnknownName(f"{name!r} is not in the graph; it has: {', '.join(self.nodes)}{suggestion(name, self.nodes)}")
        return tuple(name for name in self.nodes if name in asked)

    @checked
    def parents(self, x: str) -> tuple[str, ...]:
        """The variables with an arrow into ``x``, in declared order.

        >>> Graph.parse("a -> y, b -> y").parents("y")
        ('a', 'b')
        """
        return self._parents[self._known(x)]

    @checked
    def children(self, x: str) -> tuple[str, ...]:
        """The variables with an arrow from ``x``, in declared order.

        >>> Graph.parse("x -> a, x -> b").children("x")
        ('a', 'b')
        """
        return self._children[self._known(x)]

    @checked
    def spouses(self, x: str) -> tuple[str, ...]:
        """The variables that share a latent cause with ``x``, in declared order.

        >>> Graph.parse("x -> y, x <-> y").spouses("y")
        ('x',)
        """
        return self._spouses[self._known(x)]

    @checked
    def ancestors(self, xs: Names, *, include_self: bool = False) -> tuple[str, ...]:
        """The variables with a directed path to one of ``xs``; ``include_self=True`` adds ``xs`` themselves, as An(X) often does.

        >>> chain = Graph.parse("a -> b -> c")
        >>> chain.ancestors("c"), chain.ancestors("c", include_self=True)
        (('a', 'b'), ('a', 'b', 'c'))
        """
        return self._reached(xs, self._parents, include_self)

    @checked
    def descendants(self, xs: Names, *, include_self: bool = False) -> tuple[str, ...]:
        """The variables with a directed path from one of ``xs``; ``include_self=True`` adds ``xs`` themselves.

        >>> Graph.parse("a -> b -> c").descendants("a")
        ('b', 'c')
        """
        return self._reached(xs, self._children, include_self)

    @checked
    def without_incoming(self, xs: Names) -> Graph:
        """The graph after an intervention on ``xs``: no arrow and no latent cause reaches them any more.

        Source: [pearl2009], section 3.4 (the graph with a bar over X).

        >>> print(Graph.parse("z -> x -> y, x <-> y").without_incoming("x"))
        z, x -> y
        """
        cut = set(self.select(xs))
        arcs = [(a, b) for a, b in self.confounded if a not in cut and b not in cut]
        return Graph(self.nodes, [(a, b) for a, b in self.edges if b not in cut], arcs)

    @checked
    def without_outgoing(self, xs: Names) -> Graph:
        """The graph in which nothing listens to ``xs``; latent causes stay.

        Source: [pearl2009], section 3.4 (the graph with a bar under X).

        >>> print(Graph.parse("z -> x -> y, x <-> y").without_outgoing("x"))
        z -> x, x <-> y
        """
        cut = set(self.select(xs))
        return Graph(self.nodes, [(a, b) for a, b in self.edges if a not in cut], self.confounded)

    @checked
    def subgraph(self, xs: Names) -> Graph:
        """The graph on ``xs`` alone, with the edges and confounded pairs among them; nothing is projected.

        >>> print(Graph.parse("x -> m -> y, x <-> y").subgraph(["x", "y"]))
        x <-> y
        """
        kept = self.select(xs)
        inside = set(kept)
        arrows = [(a, b) for a, b in self.edges if a in inside and b in inside]
        return Graph(kept, arrows, [(a, b) for a, b in self.confounded if a in inside and b in inside])

    @checked
    def latent_projection(self, latent: Names) -> Graph:
        """The graph on the other variables that keeps all their separations when the ``latent`` ones go unseen.

        ``a -> b`` when a directed path joins them through latent variables alone; ``a <-> b`` when a path without
        colliders does, with arrowheads at both ends. Source: [verma1993]; [richardson2003], section 2.

        >>> print(Graph.parse("u -> x, u -> y, x -> l -> y").latent_projection(["u", "l"]))
        x -> y, x <-> y
        """
        return reduce(Graph._without, self.select(latent), self)

    def c_components(self) -> tuple[tuple[str, ...], ...]:
        """The groups of variables joined by confounded pairs (the districts), in declared order.

        Source: [tian2002].

        >>> Graph.parse("x -> m -> y, x <-> y").c_components()
        (('x', 'y'), ('m',))
        """
        found: dict[str, tuple[str, ...]] = {}
        for name in self.nodes:
            if name not in found:
                group = self._reached(name, self._spouses, True)
                found.update(dict.fromkeys(group, group))
        return tuple(dict.fromkeys(found[name] for name in self.nodes))

    def moral(self) -> Any:
        """The undirected networkx graph that joins variables adjacent, or joined by a path of colliders alone.

        On a graph without confounded pairs this marries the parents of every child. Source: [richardson2003], section 3
        (the augmented graph); [lauritzen1996], section 3.2.

        >>> sorted(Graph.parse("x -> y, z -> y").moral().edges)
        [('x', 'y'), ('x', 'z'), ('y', 'z')]
        """
        import networkx

        moral = networkx.Graph()
        moral.add_nodes_from(self.nodes)
        for group in self.c_components():
            around = self.select([*group, *(parent for child in group for parent in self._parents[child])])
            moral.add_edges_from(combinations(around, 2))
        return moral

    def to_networkx(self) -> Any:
        """The same graph as a networkx ``DiGraph``; each confounded pair becomes a node with the attribute ``latent=True``.

        ``Graph.from_networkx(graph.to_networkx()) == graph``.

        >>> Graph.parse("x -> y, x <-> y").to_networkx().edges
        OutEdgeView([('x', 'y'), ('U(x, y)', 'x'), ('U(x, y)', 'y')])
        """
        import networkx

        found = networkx.DiGraph()
        found.add_nodes_from(self.nodes)
        found.add_edges_from(self.edges)
        for a, b in self.confounded:
            cause = f"U({a}, {b})"
            while cause in found:
                cause += "'"
            found.add_node(cause, latent=True)
            found.add_edges_from([(cause, a), (cause, b)])
        return found

    def _known(self, x: str) -> str:
        (name,) = self.select([x])
        return name

    def _reached(self, xs: Names, step: Mapping[str, tuple[str, ...]], include_self: bool) -> tuple[str, ...]:
        start = self.select(xs)
        seen, waiting = set(start), list(start)
        while waiting:
            new = [name for name in step[waiting.pop()] if name not in seen]
            seen.update(new)
            waiting.extend(new)
        return tuple(name for name in self.nodes if name in seen and (include_self or name not in start))

    def _without(self, latent: str) -> Graph:
        below, above, beside = self._children[latent], self._parents[latent], self._spouses[latent]
        arrows = [*(e for e in self.edges if latent not in e), *((a, b) for a in above for b in below)]
        shared = [*combinations(below, 2), *((a, b) for a in beside for b in below if a != b)]
        kept = [name for name in self.nodes if name != latent]
        return Graph(kept, arrows, [*(e for e in self.confounded if latent not in e), *shared])


def _described(nodes: Any, edges: tuple[Edge, ...], confounded: tuple[Edge, ...]) -> tuple[Any, Iterable[Edge], Iterable[Edge]]:
    """Names, edges and confounded pairs of whatever a graph may be made from."""
    if isinstance(nodes, str):
        return nodes, edges, confounded
    if is_networkx(nodes) or is_frame(nodes):
        if edges or confounded:
            raise WrongShape(f"found edges beside a {type(nodes).__name__}, which has its own; make the graph of names and edges")
        if is_frame(nodes):
            return *from_frame(nodes), ()
        graph = Graph.from_networkx(nodes)
        return graph.nodes, graph.edges, graph.confounded
    names, pairs = from_pairs(nodes)
    if edges and pairs:
        raise WrongShape("found edges beside pairs of names, which are edges themselves; give names and edges, or pairs alone")
    return names, edges or pairs, confounded
