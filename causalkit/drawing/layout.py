"""Where the variables of a causal graph stand in a picture: in layers from causes to effects, with few crossings and straight arrows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from causalkit.drawing.levels import ROW_GAP, levels
from causalkit.errors import WrongShape
from causalkit.graphs.order import Edge, topological_order

__all__ = ["LAYER_GAP", "Box", "Direction", "count_items", "layer_rows", "layered", "layers"]

Direction = Literal["right", "down"]
Near = Mapping[str, list[str]]

LAYER_GAP = 38.0
STEEPNESS, WIDEST_GAP = 0.3, 90.0
SWEEPS = 12


@dataclass(frozen=True)
class Box:
    """A rectangle by its centre and its size; y grows upwards.

    >>> Box(0, 0, 10, 4).left, Box(0, 0, 10, 4).top
    (-5.0, 2.0)
    """

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y - self.height / 2

    @property
    def top(self) -> float:
        return self.y + self.height / 2

    def moved(self, dx: float, dy: float) -> Box:
        """The same box elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def grown(self, margin: float) -> Box:
        """The box with a margin on every side."""
        return replace(self, width=self.width + 2 * margin, height=self.height + 2 * margin)

    def overlaps(self, other: Box) -> bool:
        """Whether two boxes have more than a border in common."""
        apart_x, apart_y = abs(self.x - other.x), abs(self.y - other.y)
        return apart_x < (self.width + other.width) / 2 and apart_y < (self.height + other.height) / 2


def layered(
    nodes: Sequence[str],
    edges: Iterable[Edge],
    *,
    sizes: Mapping[str, tuple[float, float]] | None = None,
    direction: Direction = "right",
) -> dict[str, Box]:
    """A box for every variable, parents to the left of their children (or above them, with ``direction="down"``).

    ``sizes`` are widths and heights, 60 by 24 where none is given. The graph must be acyclic. The same input gives the same picture.
    The method is that of Sugiyama, Tagawa and Toda (1981): layers, few crossings by barycentres, then places that keep arrows straight.

    >>> boxes = layered(["a", "b"], [("a", "b")])
    >>> boxes["a"].right < boxes["b"].left, boxes["a"].y == boxes["b"].y
    (True, True)
    """
    if direction not in ("right", "down"):
        raise WrongShape(f"the direction {direction!r} is not known; type direction='right' or direction='down'")
    arrows = list(dict.fromkeys(edges))
    every = {name: (sizes or {}).get(name, (60.0, 24.0)) for name in nodes}
    along = {name: size[direction == "down"] for name, size in every.items()}
    across = {name: size[direction == "right"] for name, size in every.items()}
    boxes: dict[str, Box] = {}
    edge_of_last = 0.0
    for part in _components(nodes, arrows):
        placed = _placed(part, [edge for edge in arrows if edge[0] in part], along, across)
        down = edge_of_last - min(y - across[name] / 2 for name, (_, y) in placed.items())
        boxes |= {name: Box(x, y + down, along[name], across[name]) for name, (x, y) in placed.items()}
        edge_of_last = max(boxes[name].top for name in part) + 1.5 * ROW_GAP
    turned = {name: _turned(boxes[name], direction) for name in nodes}
    return _from_the_corner(turned)


def layers(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """The layer of each variable: every arrow points to a later one, and causes stand close to what listens to them.

    >>> layers(["a", "u", "b", "c"], [("a", "b"), ("b", "c"), ("u", "c")])
    {'a': 0, 'u': 1, 'b': 1, 'c': 2}
    """
    parents, children = _neighbours(nodes, edges)
    order = topological_order(tuple(nodes), edges)
    rank: dict[str, int] = {}
    for name in order:
        rank[name] = 1 + max((rank[parent] for parent in parents[name]), default=-1)
    for name in reversed(order):
        # Moving towards the children shortens as many arrows as it stretches, or more.
        if children[name] and len(children[name]) >= len(parents[name]):
            rank[name] = min(rank[child] for child in children[name]) - 1
    rank = _drawn_together(rank, edges)
    return {name: rank[name] - min(rank.values()) for name in nodes}


def count_items(nodes: Sequence[str], edges: Sequence[Edge]) -> int:
    """How many items a picture has: the variables, and the places where an arrow crosses a layer.

    >>> count_items(["a", "b", "c"], [("a", "b"), ("b", "c"), ("a", "c")])
    4
    """
    arrows = list(dict.fromkeys(edges))
    rank = layers(nodes, arrows)
    return len(nodes) + sum(rank[b] - rank[a] - 1 for a, b in arrows)


def _drawn_together(rank: dict[str, int], edges: Sequence[Edge]) -> dict[str, int]:
    """Groups joined by arrows of length one moved towards their children, while more arrows shorten than stretch."""
    while True:
        groups = _components(list(rank), [(a, b) for a, b in edges if rank[b] - rank[a] == 1])
        for group in map(set, groups):
            leaving = [rank[b] - rank[a] - 1 for a, b in edges if a in group and b not in group]
            entering = [a for a, b in edges if b in group and a not in group]
            if len(leaving) > len(entering):
                rank = {name: at + min(leaving) * (name in group) for name, at in rank.items()}
                break
        else:
            return rank


def layer_rows(nodes: Sequence[str], edges: Sequence[Edge]) -> list[list[str]]:
    """The variables layer by layer, each layer in the order that makes few crossings.

    >>> layer_rows(["a", "b", "x", "y"], [("a", "y"), ("b", "x")])
    [['a', 'b'], ['y', 'x']]
    """
    rows, _, _ = _layering(nodes, edges, layers(nodes, edges))
    known = set(nodes)
    return [[item for item in row if item in known] for row in rows]


def _neighbours(nodes: Sequence[str], edges: Iterable[Edge]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    parents: dict[str, list[str]] = {name: [] for name in nodes}
    children: dict[str, list[str]] = {name: [] for name in nodes}
    for parent, child in edges:
        parents[child].append(parent)
        children[parent].append(child)
    return parents, children


def _components(nodes: Sequence[str], edges: Sequence[Edge]) -> list[list[str]]:
    group = {name: {name} for name in nodes}
    for a, b in edges:
        if group[a] is not group[b]:
            group[a] |= group[b]
            group.update(dict.fromkeys(group[b], group[a]))
    found = {id(members): members for members in group.values()}
    return [[name for name in nodes if name in members] for members in found.values()]


def _placed(
    nodes: Sequence[str], edges: Sequence[Edge], along: Mapping[str, float], across: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """The centre of each variable of a connected graph: along the flow, and across it."""
    rank = layers(nodes, edges)
    rows, before, after = _layering(nodes, edges, rank)
    y = levels(rows, before, after, dict(across.items()))
    x = _columns(rows, along, after, y)
    return {name: (x[rank[name]], y[name]) for name in nodes}


def _layering(nodes: Sequence[str], edges: Sequence[Edge], rank: Mapping[str, int]) -> tuple[list[list[str]], Near, Near]:
    """The layers, and for every item its neighbours in the layer before and in the one after."""
    pieces = [piece for edge in edges for piece in pairwise(_stops(edge, rank))]
    before, after = _near((b, a) for a, b in pieces), _near(pieces)
    return _uncrossed(_rows(nodes, edges, rank), before, after), before, after


def _stops(edge: Edge, rank: Mapping[str, int]) -> list[str]:
    """An arrow's two ends, and the places between them where it crosses a layer."""
    parent, child = edge
    return [parent, *(f"{parent}\n{child}\n{layer}" for layer in range(rank[parent] + 1, rank[child])), child]


def _rows(nodes: Sequence[str], edges: Sequence[Edge], rank: Mapping[str, int]) -> list[list[str]]:
    """The layers as declared; passing arrows start in the middle, between the variables that they pass."""
    rows: list[list[str]] = [[] for _ in range(max(rank.values()) + 1)]
    for name in nodes:
        rows[rank[name]].append(name)
    passing: list[list[str]] = [[] for _ in rows]
    for edge in edges:
        for layer, stop in enumerate(_stops(edge, rank)[1:-1], start=rank[edge[0]] + 1):
            passing[layer].append(stop)
    return [[*row[: (len(row) + 1) // 2], *stops, *row[(len(row) + 1) // 2 :]] for row, stops in zip(rows, passing, strict=True)]


def _near(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for a, b in pairs:
        found.setdefault(a, []).append(b)
    return found


# ---- few crossings


def _uncrossed(rows: list[list[str]], before: Near, after: Near) -> list[list[str]]:
    """The layers in an order with few crossings: sweeps of barycentres and of swaps from two starts, the best one kept."""
    best, fewest = rows, _crossings(rows, after)
    for start in (rows, [row[::-1] for row in rows]):
        now = start
        for _ in range(SWEEPS):
            now = _swapped(_swept(_swept(now, before, 1), after, -1), before, after)
            count = _crossings(now, after)
            if count < fewest:
                best, fewest = now, count
    return best


def _swept(rows: list[list[str]], near: Near, step: int) -> list[list[str]]:
    """Each layer sorted by the middle of its neighbours in the layer before it (``step`` 1) or after it (-1)."""
    place: dict[str, float] = {}
    done: dict[int, list[str]] = {}
    for i in range(len(rows))[::step]:
        own = _places(rows[i])
        middle = {item: _mean([place[other] for other in near.get(item, [])], own[item]) for item in rows[i]}
        done[i] = sorted(rows[i], key=middle.__getitem__)
        place |= _places(done[i])
    return [done[i] for i in range(len(rows))]


def _places(row: Sequence[str]) -> dict[str, float]:
    return {item: i - (len(row) - 1) / 2 for i, item in enumerate(row)}


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


def _swapped(rows: list[list[str]], before: Near, after: Near) -> list[list[str]]:
    """Neighbours in a layer trade places wherever that removes crossings, until it no longer does."""
    rows = [list(row) for row in rows]
    place = {item: i for row in rows for i, item in enumerate(row)}
    improved = True
    while improved:
        improved = False
        for row in rows:
            for i in range(len(row) - 1):
                a, b = row[i], row[i + 1]
                if sum(_pair(near.get(a, []), near.get(b, []), place) for near in (before, after)) > 0:
                    row[i], row[i + 1], place[a], place[b], improved = b, a, i + 1, i, True
    return rows


def _pair(of_first: Sequence[str], of_second: Sequence[str], place: Mapping[str, int]) -> int:
    """How many crossings two neighbours of a layer lose when they trade places."""
    gain = 0
    for one in of_first:
        for other in of_second:
            gain += (place[one] > place[other]) - (place[one] < place[other])
    return gain


def _crossings(rows: list[list[str]], after: Near) -> int:
    place = {item: i for row in rows for i, item in enumerate(row)}
    count = 0
    for row in rows:
        ends = [place[other] for item in row for other in sorted(after.get(item, []), key=place.__getitem__)]
        count += sum(1 for i, one in enumerate(ends) for other in ends[i + 1 :] if one > other)
    return count


# ---- the page


def _columns(rows: list[list[str]], along: Mapping[str, float], after: Near, y: Mapping[str, float]) -> list[float]:
    """The place of every layer along the flow; steep arrows get more room."""
    depth = [max(along[item] for item in row if item in along) for row in rows]
    x = [0.0]
    for i, row in enumerate(rows[:-1]):
        rise = max((abs(y[item] - y[other]) for item in row for other in after.get(item, [])), default=0.0)
        gap = min(max(LAYER_GAP, STEEPNESS * rise), WIDEST_GAP)
        x.append(x[-1] + (depth[i] + depth[i + 1]) / 2 + gap)
    return x


def _turned(box: Box, direction: Direction) -> Box:
    """From (along, across) to the page, where y grows upwards and the first in a layer is on top, or at the left."""
    if direction == "right":
        return replace(box, y=-box.y)
    return Box(box.y, -box.x, box.height, box.width)


def _from_the_corner(boxes: Mapping[str, Box]) -> dict[str, Box]:
    left, bottom = (min((getattr(box, side) for box in boxes.values()), default=0.0) for side in ("left", "bottom"))
    return {name: box.moved(-left, -bottom) for name, box in boxes.items()}
