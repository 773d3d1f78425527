"""Paths through a causal graph, and what opens or blocks each node on them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from causalkit.graphs.graph import Graph
from causalkit.graphs.order import Names
from causalkit.values.arguments import checked
from causalkit.values.render import Printed

__all__ = ["Path", "Step", "directed_path", "open_path", "paths"]

Move = tuple[str, str]
"""An arrow as it is met on the way, and the node it leads to."""


@dataclass(frozen=True)
class Step(Printed):
    """A node inside a path: chain, fork or collider, whether it lets the path through, and why."""

    node: str
    kind: str
    is_open: bool
    because: str

    def __str__(self) -> str:
        return f"{self.node} is a {self.kind}, {'open' if self.is_open else 'blocked'}: {self.because}"


@dataclass(frozen=True)
class Path(Printed):
    """A path that visits no node twice, with its arrows, and a step for every node between its ends."""

    nodes: tuple[str, ...]
    arrows: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def is_open(self) -> bool:
        """Whether every step lets the path through."""
        return all(step.is_open for step in self.steps)

    @property
    def colliders(self) -> tuple[str, ...]:
        """The nodes at which two arrowheads meet."""
        return tuple(step.node for step in self.steps if step.kind == "collider")

    def __str__(self) -> str:
        return self.nodes[0] + "".join(f" {arrow} {node}" for arrow, node in zip(self.arrows, self.nodes[1:], strict=True))


@checked
def open_path(graph: Graph, xs: Names, ys: Names, given: Names = ()) -> Path | None:
    """A path from ``xs`` to ``ys`` that stays open given ``given``, or None: then the two are m-separated.

    Every node between the ends is a collider with itself or a descendant given, or is no collider and not given.
    Takes time linear in the number of edges. Source: [richardson2003], section 2.1; [pearl2009], definition 1.2.3.

    :param graph: a causal graph, also with confounded pairs
    :param xs: a name, or names, to start from
    :param ys: a name, or names, to arrive at
    :param given: a name, or names, of what is known
    :returns: a shortest such path with its steps, or None

    >>> graph = Graph.parse("x -> c <- y, c -> d")
    >>> print(open_path(graph, "x", "y"), open_path(graph, "x", "y", given="d"), sep="; ")
    None; x -> c <- y
    """
    starts, ends, seen = graph.select(xs), set(graph.select(ys)), set(graph.select(given))
    opened = set(graph.ancestors(given, include_self=True))
    came: dict[tuple[str, bool], tuple[tuple[str, bool], str] | None] = {}
    waiting = deque((x, False) for x in starts)
    came.update((state, None) for state in waiting)
    while waiting:
        node, head = state = waiting.popleft()
        if node in ends:
            # A shortest open walk meets no node twice: cut at it, it stays open, as a node that becomes a collider by it has an opened
            # collider below it; and what lies before another start is no part of it.
            return _path(graph, *_walk(came, state), seen, opened)
        for arrow, after in _moves(graph, node):
            collides = head and arrow != "->"
            passes = node in starts or (node in opened if collides else node not in seen)
            new = (after, arrow != "<-")
            if passes and new not in came:
                came[new] = (state, arrow)
                waiting.append(new)
    return None


@checked
def paths(graph: Graph, x: str, y: str, given: Names = ()) -> Iterator[Path]:
    """Every path between two variables, open or blocked; there can be exponentially many, so they come one by one.

    :param graph: a causal graph, also with confounded pairs
    :param x: where to start, a name
    :param y: where to arrive, a name
    :param given: a name, or names, of what is known: it decides which paths are open
    :returns: the paths, one by one

    >>> [str(path) for path in paths(Graph.parse("z -> x -> y, z -> y"), "x", "y")]
    ['x <- z -> y', 'x -> y']
    """
    seen, opened = set(graph.select(given)), set(graph.ancestors(given, include_self=True))
    graph.select([x, y])

    def extended(nodes: tuple[str, ...], arrows: tuple[str, ...]) -> Iterator[Path]:
        if nodes[-1] == y:
            yield _path(graph, nodes, arrows, seen, opened)
            return
        for arrow, after in _moves(graph, nodes[-1]):
            if after not in nodes:
                yield from extended((*nodes, after), (*arrows, arrow))

    return extended((x,), ())


@checked
def directed_path(graph: Graph, xs: Names, ys: Names, avoiding: Names = ()) -> Path | None:
    """A path of arrows from ``xs`` to ``ys`` that meets none of ``avoiding``, or None.

    :param graph: a causal graph, also with confounded pairs
    :param xs: a name, or names, to start from
    :param ys: a name, or names, to arrive at
    :param avoiding: a name, or names, that the path must not meet
    :returns: a shortest such path, or None

    >>> graph = Graph.parse("x -> m -> y")
    >>> print(directed_path(graph, "x", "y"), directed_path(graph, "x", "y", avoiding="m"), sep="; ")
    x -> m -> y; None
    """
    avoided, ends = set(graph.select(avoiding)), set(graph.select(ys))
    came: dict[str, tuple[str, ...]] = {x: (x,) for x in graph.select(xs)}
    waiting = deque(came)
    while waiting:
        node = waiting.popleft()
        if node in ends:
            return _path(graph, came[node], ("->",) * (len(came[node]) - 1), set(), set())
        for child in graph.children(node):
            if child not in avoided and child not in came:
                came[child] = (*came[node], child)
                waiting.append(child)
    return None


def _moves(graph: Graph, node: str) -> list[Move]:
    below = [("->", child) for child in graph.children(node)]
    above = [("<-", parent) for parent in graph.parents(node)]
    return [*above, *below, *(("<->", spouse) for spouse in graph.spouses(node))]


def _walk(
    came: dict[tuple[str, bool], tuple[tuple[str, bool], str] | None], state: tuple[str, bool]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    nodes, arrows = [state[0]], []
    while (step := came[state]) is not None:
        state, arrow = step
        nodes.append(state[0])
        arrows.append(arrow)
    return tuple(nodes[::-1]), tuple(arrows[::-1])


def _path(graph: Graph, nodes: tuple[str, ...], arrows: tuple[str, ...], seen: set[str], opened: set[str]) -> Path:
    inner = zip(nodes[1:-1], pairwise(arrows), strict=True)
    return Path(nodes, arrows, tuple(_step(graph, node, before, after, seen, opened) for node, (before, after) in inner))


def _step(graph: Graph, node: str, before: str, after: str, seen: set[str], opened: set[str]) -> Step:
    if before != "<-" and after != "->":
        return Step(node, "collider", node in opened, _collider(graph, node, seen))
    kind = "fork" if before == "<-" and after == "->" else "chain"
    return Step(node, kind, node not in seen, "it is given" if node in seen else "it is not given")


def _collider(graph: Graph, node: str, seen: set[str]) -> str:
    if node in seen:
        return "it is given"
    below = [name for name in graph.descendants(node) if name in seen]
    return f"its descendant {below[0]} is given" if below else "neither it nor a descendant is given"
