"""Names, pairs of names, and the order in which they can be worked out; cycles and misspellings are refused here."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from causalkit.errors import UNSEEN, CyclicModel, InvalidName, UnknownName, WrongShape, listing, suggestion

__all__ = ["Edge", "Names", "checked_edge", "checked_names", "neighbours", "several", "topological_order"]

Edge = tuple[str, str]
"""A pair of names: tail and head of an arrow, or the two ends of a confounded pair."""

Names = str | Iterable[str]
"""One name, or several."""


def several(names: Names) -> tuple[str, ...]:
    """One name, or several, as a tuple.

    >>> several("x"), several(["x", "y"])
    (('x',), ('x', 'y'))
    """
    return (names,) if isinstance(names, str) else tuple(names)


def checked_names(nodes: Names) -> tuple[str, ...]:
    """The names as a tuple, when each is usable and listed once; else ``InvalidName`` or ``WrongShape``.

    >>> checked_names(["x", "y"])
    ('x', 'y')
    """
    if isinstance(nodes, str):
        raise WrongShape(f"found the text {nodes!r} where a list of names was expected; write Graph.parse({nodes!r}), or a list of names")
    declared = tuple(nodes)
    for name in declared:
        if not _usable(name):
            raise InvalidName(f"{name!r} cannot name a variable; names are non-empty text without arrows and control characters")
    twice = [name for name in dict.fromkeys(declared) if declared.count(name) > 1]
    if twice:
        raise InvalidName(f"{listing(twice)} declared more than once; every variable is listed once")
    return declared


def _usable(name: object) -> bool:
    return isinstance(name, str) and bool(name) and "->" not in name and "<-" not in name and not UNSEEN.search(name)


def checked_edge(pair: Iterable[str], nodes: tuple[str, ...], arrow: str) -> Edge:
    """The pair, when it joins two different known names; else ``UnknownName``, ``CyclicModel`` or ``WrongShape``.

    >>> checked_edge(("x", "y"), ("x", "y"), " -> ")
    ('x', 'y')
    """
    if isinstance(pair, str) or len(tuple(pair)) != 2:
        raise WrongShape(f"{pair!r} is not an edge; an edge is a pair of names such as ('x', 'y')")
    a, b = pair
    for name in (a, b):
        if name not in nodes:
            known = f"it has: {', '.join(nodes)}{suggestion(name, nodes)}"
            raise UnknownName(f"the edge {a}{arrow}{b} mentions {name!r}, which is not in the graph; {known}")
    if a == b:
        raise CyclicModel(f"{a}{arrow}{b} joins a variable to itself; remove it")
    return a, b


def neighbours(nodes: tuple[str, ...], pairs: Iterable[Edge]) -> dict[str, tuple[str, ...]]:
    """For every node the second members of its pairs, in declared order.

    >>> neighbours(("a", "b", "c"), [("a", "c"), ("a", "b")])
    {'a': ('b', 'c'), 'b': (), 'c': ()}
    """
    place = {name: i for i, name in enumerate(nodes)}
    found: dict[str, set[str]] = {name: set() for name in nodes}
    for a, b in pairs:
        found[a].add(b)
    return {a: tuple(sorted(near, key=place.__getitem__)) for a, near in found.items()}


def topological_order(nodes: tuple[str, ...], edges: Collection[Edge]) -> tuple[str, ...]:
    """The nodes with every parent before its children, otherwise as declared; a cycle raises ``CyclicModel`` and is printed.

    >>> topological_order(("c", "b", "a"), [("a", "b")])
    ('c', 'a', 'b')
    """
    children = neighbours(nodes, edges)
    place = {name: i for i, name in enumerate(nodes)}
    waiting = Counter(child for found in children.values() for child in found)
    ready = [i for i, name in enumerate(nodes) if not waiting[name]]
    order = []
    while ready:
        order.append(nodes[heapq.heappop(ready)])
        for child in children[order[-1]]:
            waiting[child] -= 1
            if not waiting[child]:
                heapq.heappush(ready, place[child])
    left = [name for name in nodes if waiting[name]]
    if left:
        raise CyclicModel(f"the arrows run in a circle: {' -> '.join(_cycle(children, left))}; remove one of them")
    return tuple(order)


def _cycle(children: Mapping[str, tuple[str, ...]], left: list[str]) -> list[str]:
    # A node left over may lie behind the cycle; walking to parents that are left over always ends inside one.
    parents = {b: a for a in children if a in left for b in children[a] if b in left}
    path = [left[0]]
    while path.count(path[-1]) < 2:
        path.append(parents[path[-1]])
    circle = path[path.index(path[-1]) + 1 :][::-1]
    first = circle.index(min(circle, key=left.index))
    return [*circle[first:], *circle[:first], circle[first]]
