"""The hedge: the pair of confounded forests that shows why an effect cannot be computed from observation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from causalkit.graphs.graph import Graph
from causalkit.graphs.order import Edge
from causalkit.values.render import Printed

__all__ = ["Hedge", "hedge"]


@dataclass(frozen=True)
class Hedge(Printed):
    """Two c-forests with the same roots, one inside the other: ``outer`` meets the intervention and ``inner`` does not.

    In a c-forest the confounded pairs join all variables, and every variable but the roots has one child. Two models can
    agree on everything observed and differ in the parity of the roots' unseen causes after the intervention.
    Source: [shpitser2006] (c-forest, hedge).
    """

    outer: Graph
    inner: Graph
    cut: tuple[str, ...]

    @property
    def roots(self) -> tuple[str, ...]:
        """The variables without children, the same in both forests.

        >>> hedge(Graph.parse("x -> y, x <-> y"), ["y"], ["x"]).roots
        ('y',)
        """
        return tuple(name for name in self.inner.nodes if not self.inner.children(name))

    def __str__(self) -> str:
        inside, roots = ", ".join(self.inner.nodes), ", ".join(self.roots)
        return f"({self.outer}) around ({inside}), rooted in {roots}, with {', '.join(self.cut)} cut off by the intervention"


def hedge(graph: Graph, inner: Iterable[str], cut: Iterable[str]) -> Hedge:
    """The hedge on a confounded graph and a confounded part of it, with every arrow and pair that is not needed left out.

    >>> print(hedge(Graph.parse("x -> y, x <-> y"), ["y"], ["x"]))
    (x -> y, x <-> y) around (y), rooted in y, with x cut off by the intervention
    """
    within = set(inner)
    small = graph.subgraph(within)
    inside = [(a, small.children(a)[0]) for a in small.nodes if small.children(a)]
    outside = [(a, graph.children(a)[0]) for a in graph.nodes if a not in within and graph.children(a)]
    tree = _spanning(small.confounded, ())
    removed = tuple(name for name in graph.nodes if name in set(cut))
    return Hedge(Graph(graph.nodes, [*inside, *outside], _spanning(graph.confounded, tree)), Graph(small.nodes, inside, tree), removed)


def _spanning(pairs: Iterable[Edge], first: tuple[Edge, ...]) -> tuple[Edge, ...]:
    """As few pairs as join what all of them join, starting with the first ones."""
    kept: list[Edge] = []
    group: dict[str, frozenset[str]] = {}
    for a, b in (*first, *pairs):
        mine, other = group.get(a, frozenset([a])), group.get(b, frozenset([b]))
        if mine != other:
            kept.append((a, b))
            group.update(dict.fromkeys(mine | other, mine | other))
    return tuple(kept)
