"""Which variables a causal graph makes independent, with the open path as evidence when it does not."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations

from causalkit.errors import WrongShape, listing
from causalkit.graphs.graph import Graph
from causalkit.graphs.order import Names
from causalkit.graphs.path_search import Path, open_path, paths
from causalkit.values.arguments import checked
from causalkit.values.render import Printed

__all__ = ["Separation", "d_separated", "minimal_separator", "minimal_separators"]

Neighbours = dict[str, set[str]]


@dataclass(frozen=True)
class Separation(Printed):
    """The judgement that ``xs`` and ``ys`` are separated given ``given``: truthy when they are, else it holds an open path."""

    graph: Graph
    xs: tuple[str, ...]
    ys: tuple[str, ...]
    given: tuple[str, ...]
    open_path: Path | None

    def __bool__(self) -> bool:
        return self.open_path is None

    def paths(self) -> Iterator[Path]:
        """Every path between the two sides, each with the steps that open or block it.

        >>> chain = d_separated(Graph.parse("x -> m -> y"), "x", "y", given="m")
        >>> [(str(path), str(path.steps[0])) for path in chain.paths()]
        [('x -> m -> y', 'm is a chain, blocked: it is given')]
        """
        for x in self.xs:
            for y in self.ys:
                yield from paths(self.graph, x, y, self.given)

    def __str__(self) -> str:
        given = f" given {', '.join(self.given)}" if self.given else ""
        sides = f"{', '.join(self.xs)} and {', '.join(self.ys)}"
        if self.open_path is None:
            return f"{sides} are separated{given}"
        lines = [f"{sides} are not separated{given}: {self.open_path} is open", *map(str, self.open_path.steps)]
        return "\n  ".join(lines)


@checked
def d_separated(graph: Graph, xs: Names, ys: Names, given: Names = ()) -> Separation:
    """Whether the graph alone makes ``xs`` and ``ys`` independent given ``given`` (m-separation when there are confounded pairs).

    Separated variables are independent in every model with this graph. Raises ``WrongShape`` when the three sets overlap,
    ``UnknownName``. Source: [pearl2009], definition 1.2.3; [richardson2003], section 2.1.

    :param graph: a causal graph, also with confounded pairs
    :param xs: a name, or names
    :param ys: a name, or names, of others
    :param given: a name, or names, of what is known
    :returns: a judgement, truthy when they are separated, else with a path that is open

    >>> print(d_separated(Graph.parse("x -> c <- y, c -> d"), "x", "y", given="d"))
    x and y are not separated given d: x -> c <- y is open
      c is a collider, open: its descendant d is given
    >>> bool(d_separated(Graph.parse("x -> c <- y"), "x", "y"))
    True
    """
    sides = graph.select(xs), graph.select(ys), graph.select(given)
    _check_disjoint(*sides)
    return Separation(graph, *sides, open_path(graph, *sides))


@checked
def minimal_separators(
    graph: Graph, xs: Names, ys: Names, *, included: Names = (), excluded: Names = (), among: Names | None = None
) -> tuple[tuple[str, ...], ...]:
    """Every set that separates ``xs`` and ``ys`` and of which no smaller part does, smallest first.

    There can be exponentially many; each takes polynomial time. Source: [vanderzander2019], section 4; [shen1997].

    :param graph: a causal graph, also with confounded pairs
    :param xs: a name, or names
    :param ys: a name, or names, of others
    :param included: a name, or names, that must be in the set, which is then minimal among the sets that contain them
    :param excluded: a name, or names, that may not be in the set
    :param among: a name, or names, to choose from; by default every other node
    :returns: the sets, each a tuple of names; none when nothing separates
    :raises UnknownName: for a name that is not in the graph
    :raises WrongShape: where ``xs``, ``ys`` and ``included`` overlap, or a name in ``included`` is excluded or not in ``among``

    >>> minimal_separators(Graph.parse("x -> a -> b -> y"), "x", "y")
    (('a',), ('b',))
    >>> minimal_separators(Graph.parse("x -> y"), "x", "y")
    ()
    """
    found = _separators(graph, xs, ys, included, excluded, among)
    return tuple(sorted(found, key=lambda names: (len(names), [graph.nodes.index(name) for name in names])))


@checked
def minimal_separator(
    graph: Graph, xs: Names, ys: Names, *, included: Names = (), excluded: Names = (), among: Names | None = None
) -> tuple[str, ...] | None:
    """One minimal separator of ``xs`` and ``ys``, the one nearest to ``xs``.

    :param graph: a causal graph, also with confounded pairs
    :param xs: a name, or names
    :param ys: a name, or names, of others
    :param included: a name, or names, that must be in the set, which is then minimal among the sets that contain them
    :param excluded: a name, or names, that may not be in the set
    :param among: a name, or names, to choose from; by default every other node
    :returns: a tuple of names, or None when nothing separates
    :raises UnknownName: for a name that is not in the graph
    :raises WrongShape: where ``xs``, ``ys`` and ``included`` overlap, or a name in ``included`` is excluded or not in ``among``

    >>> minimal_separator(Graph.parse("x -> a -> b -> y"), "x", "y")
    ('a',)
    """
    return next(_separators(graph, xs, ys, included, excluded, among), None)


def _check_disjoint(xs: tuple[str, ...], ys: tuple[str, ...], given: tuple[str, ...]) -> None:
    both = (set(xs) & set(ys)) | (set(given) & {*xs, *ys})
    if both:
        raise WrongShape(f"{listing(sorted(both))} stands on more than one side; xs, ys and given must not overlap")


def _separators(graph: Graph, xs: Names, ys: Names, included: Names, excluded: Names, among: Names | None) -> Iterator[tuple[str, ...]]:
    a, b, kept = graph.select(xs), graph.select(ys), graph.select(included)
    _check_disjoint(a, b, kept)
    allowed = set(graph.nodes if among is None else graph.select(among)) - set(graph.select(excluded))
    if set(kept) - allowed:
        raise WrongShape(f"{listing(sorted(set(kept) - allowed))} must be included, and is not among the variables allowed")
    if not a or not b:
        return iter([kept])
    around = graph.subgraph(graph.ancestors([*a, *b, *kept], include_self=True)).moral()
    near = _contracted(_projected({n: set(around[n]) for n in around}, allowed | {*a, *b}, kept), a, b)
    return (graph.select([*kept, *found]) for found in _minimal_vertex_separators(near, a[0], b[0]))


def _projected(near: Neighbours, allowed: Collection[str], removed: Collection[str]) -> Neighbours:
    """The undirected graph without ``removed``, its nodes that may not be cut replaced by links among their neighbours."""
    near = {n: {m for m in around if m not in removed} for n, around in near.items() if n not in removed}
    for gone in [n for n in near if n not in allowed]:
        around = near.pop(gone)
        for n in around:
            near[n].discard(gone)
        for n, m in combinations(around, 2):
            near[n].add(m)
            near[m].add(n)
    return near


def _contracted(near: Neighbours, a: tuple[str, ...], b: tuple[str, ...]) -> Neighbours:
    """The undirected graph with all of ``a`` drawn together in its first node, and all of ``b`` likewise."""
    into = {**{n: n for n in near}, **dict.fromkeys(a, a[0]), **dict.fromkeys(b, b[0])}
    merged: Neighbours = {into[n]: set() for n in near}
    for n, around in near.items():
        merged[into[n]] |= {into[m] for m in around} - {into[n]}
    return merged


def _minimal_vertex_separators(near: Neighbours, a: str, b: str) -> Iterator[frozenset[str]]:
    if b in near[a]:
        return
    waiting = [_close(near, {a}, b)]
    seen = set(waiting)
    while waiting:
        found = waiting.pop(0)
        yield found
        side = _component(near, a, found)
        for node in sorted(found - near[b]):
            further = _close(near, side | {node}, b)
            if further not in seen:
                seen.add(further)
                waiting.append(further)


def _close(near: Neighbours, side: set[str], b: str) -> frozenset[str]:
    """The part of the border of ``side`` that can be seen from ``b``."""
    beyond = _component(near, b, _border(near, side))
    return _border(near, beyond)


def _border(near: Neighbours, side: set[str]) -> frozenset[str]:
    return frozenset(m for n in side for m in near[n] if m not in side)


def _component(near: Neighbours, start: str, cut: Collection[str]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        new = [m for m in near[waiting.pop()] if m not in found and m not in cut]
        found.update(new)
        waiting.extend(new)
    return found
