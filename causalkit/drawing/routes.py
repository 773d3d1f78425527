"""How arrows run in a picture of boxes: straight where they can, in one bow or around corners where a box is in the way."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from causalkit.drawing.layout import Box
from causalkit.graphs.order import Edge
from causalkit.values.arrays import Array

__all__ = ["Curve", "Point", "Shape", "arcs", "inside", "routes", "trimmed"]

Point = tuple[float, float]
Shape = str
Wall = tuple[float, float, float, float]  # left, right, bottom, top

MARGIN, CLEARANCE = 5.0, 10.0
BOWS = (0.1, 0.15, 0.2, 0.26)
REACHES = (60.0, 40.0, 28.0, 20.0, 10.0, 1.0)
ARCS = (0.22, 0.32, 0.44, 0.6, 0.8, 1.1)
CROSSING, BEND = 0.06, 0.03


@dataclass(frozen=True)
class Curve:
    """A chain of cubic Bézier pieces: a first point, then two handles and an end for each piece.

    >>> Curve.line((0, 0), (3, 0)).at(0.5)
    (1.5, 0.0)
    """

    points: tuple[Point, ...]

    @classmethod
    def line(cls, a: Point, b: Point) -> Curve:
        return cls((a, _between(a, b, 1 / 3), _between(a, b, 2 / 3), b))

    @classmethod
    def bow(cls, a: Point, b: Point, bend: float) -> Curve:
        """A curve that leaves the line from ``a`` to ``b`` to the left by ``bend`` times its length, or to the right if negative."""
        top = _between(a, b, 0.5)
        top = (top[0] - 2 * bend * (b[1] - a[1]), top[1] + 2 * bend * (b[0] - a[0]))
        return cls((a, _between(a, top, 2 / 3), _between(b, top, 2 / 3), b))

    @classmethod
    def rounded(cls, corners: Sequence[Point], reach: float) -> Curve:
        """Straight lines through points, each corner rounded from ``reach`` before it to ``reach`` behind it."""
        points = [corners[0]]
        for before, corner, behind in zip(corners, corners[1:], corners[2:], strict=False):
            start, end = (_towards(corner, other, min(reach, math.dist(corner, other) / 2)) for other in (before, behind))
            points += [*cls.line(points[-1], start).points[1:]]
            points += [_between(start, corner, 2 / 3), _between(end, corner, 2 / 3), end]
        return cls((*points, *cls.line(points[-1], corners[-1]).points[1:]))

    @property
    def straight(self) -> bool:
        """Whether the curve is one straight line."""
        a, b = self.points[0], self.points[-1]
        return all(abs((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])) <= 1e-6 * (1 + math.dist(a, b)) for p in self.points)

    @property
    def pieces(self) -> list[tuple[Point, Point, Point, Point]]:
        """The cubic pieces, each by its four points."""
        p = self.points
        return [(p[i], p[i + 1], p[i + 2], p[i + 3]) for i in range(0, len(p) - 1, 3)]

    def at(self, t: float) -> Point:
        """The point at a parameter between 0 and 1; every piece takes the same share of it."""
        pieces = self.pieces
        i = min(int(t * len(pieces)), len(pieces) - 1)
        return _split(pieces[i], t * len(pieces) - i)[0][3]

    def sampled(self, count: int = 24) -> list[Point]:
        """Points along every piece, its ends included."""
        inner = [_split(piece, i / count)[0][3] for piece in self.pieces for i in range(1, count + 1)]
        return [self.points[0], *inner]


def _between(a: Point, b: Point, share: float) -> Point:
    return (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))


def _towards(a: Point, b: Point, distance: float) -> Point:
    return _between(a, b, distance / (math.dist(a, b) or 1.0))


def _split(piece: Sequence[Point], t: float) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """De Casteljau: the four points of the part before ``t``, and of the part behind it."""
    rows = [list(piece)]
    while len(rows[-1]) > 1:
        rows.append([_between(a, b, t) for a, b in pairwise(rows[-1])])
    return tuple(row[0] for row in rows), tuple(row[-1] for row in rows[::-1])


# ---- borders


def inside(shape: Shape, box: Box, point: Point) -> bool:
    """Whether a point lies in a shape that fills a box: ``box``, ``rounded``, ``ellipse`` or ``hexagon``.

    >>> inside("ellipse", Box(0, 0, 10, 10), (4, 4)), inside("box", Box(0, 0, 10, 10), (4, 4))
    (False, True)
    """
    x, y, a, b = abs(point[0] - box.x), abs(point[1] - box.y), box.width / 2, box.height / 2
    if x > a or y > b:
        return False
    if shape == "ellipse":
        return (x / a) ** 2 + (y / b) ** 2 <= 1
    if shape == "hexagon":
        return x <= a - hexagon_slant(box) * y / b
    if shape == "rounded":
        r = corner_radius(box)
        return math.hypot(max(x - (a - r), 0.0), max(y - (b - r), 0.0)) <= r
    return True


def corner_radius(box: Box) -> float:
    """How round the corners of a rounded box are."""
    return min(box.height, box.width) * 0.3


def hexagon_slant(box: Box) -> float:
    """How far the left and right corners of a hexagon stand out from its top and bottom."""
    return min(box.height * 0.35, box.width / 2)


def trimmed(curve: Curve, at_start: Callable[[Point], bool], at_end: Callable[[Point], bool]) -> Curve:
    """The part of a curve between leaving one shape for the last time and entering another for good."""
    forth = _after_leaving(curve, at_start)
    back = _after_leaving(Curve(forth.points[::-1]), at_end)
    return Curve(back.points[::-1])


def _after_leaving(curve: Curve, within: Callable[[Point], bool]) -> Curve:
    pieces = curve.pieces
    for i, piece in enumerate(pieces):
        if not within(piece[3]):
            low, high = 0.0, 1.0
            for _ in range(30):
                middle = (low + high) / 2
                low, high = (middle, high) if within(_split(piece, middle)[0][3]) else (low, middle)
            return Curve((*_split(piece, high)[1], *(p for later in pieces[i + 1 :] for p in later[1:])))
    return curve


# ---- ways


def routes(boxes: Mapping[str, Box], edges: Sequence[Edge]) -> dict[Edge, Curve]:
    """A curve from centre to centre for every edge that stays clear of all other boxes.

    Straight where no box is in the way; else the shorter of the bows that are free and the way around the corners of the boxes,
    where crossing other curves counts as length.

    >>> boxes = {"a": Box(0, 0, 20, 10), "b": Box(50, 0, 20, 10), "c": Box(100, 0, 20, 10)}
    >>> found = routes(boxes, [("a", "b"), ("a", "c")])
    >>> found["a", "b"].straight, found["a", "c"].straight
    (True, False)
    """
    done: dict[Edge, Curve] = {}
    for edge in edges:
        line = Curve.line(*_ends(boxes, edge))
        if _free([line.points[0], line.points[-1]], _walls(boxes, edge)):
            done[edge] = line
    drawn = [curve.sampled(12) for curve in done.values()]
    for edge in sorted((e for e in edges if e not in done), key=lambda e: math.dist(*_ends(boxes, e))):
        done[edge] = _around(boxes, edge, drawn)
        drawn.append(done[edge].sampled(12))
    return {edge: done[edge] for edge in edges}


def arcs(boxes: Mapping[str, Box], pairs: Sequence[Edge]) -> dict[Edge, Curve]:
    """A bow for every pair, on the side and of the height that keep it clear of other boxes; never straight.

    >>> arcs({"a": Box(0, 0, 20, 10), "b": Box(50, 0, 20, 10)}, [("a", "b")])["a", "b"].at(0.5)[1] > 5
    True
    """
    done: dict[Edge, Curve] = {}
    for pair in pairs:
        walls, (a, b) = _walls(boxes, pair), _ends(boxes, pair)
        drawn = [curve.sampled(12) for curve in done.values()]
        bows = [Curve.bow(a, b, sign * bend) for bend in ARCS for sign in ((1, -1) if a[0] <= b[0] else (-1, 1))]
        free = [bow for bow in bows if _free(bow.sampled(), walls)]
        alike = [curve.at(t) for other, curve in done.items() if set(pair) & set(other) for t in (0.12, 0.88)]
        done[pair] = min(free or bows[:1], key=lambda bow: bows.index(bow) // 2 + _meetings(bow, drawn) + _lies_on(bow, alike))
    return done


def _lies_on(curve: Curve, points: Sequence[Point]) -> int:
    """How many of the points a curve passes so closely that the two would be read as one."""
    own = curve.sampled(48)
    return sum(any(math.dist(p, q) < MARGIN for q in own) for p in points)


def _ends(boxes: Mapping[str, Box], edge: Edge) -> tuple[Point, Point]:
    a, b = boxes[edge[0]], boxes[edge[1]]
    return (a.x, a.y), (b.x, b.y)


def _walls(boxes: Mapping[str, Box], edge: Edge) -> list[Wall]:
    """The sides of all boxes but the two at the ends, a margin further out."""
    others = [box for name, box in boxes.items() if name not in edge]
    return [(box.left - MARGIN, box.right + MARGIN, box.bottom - MARGIN, box.top + MARGIN) for box in others]


def _free(points: Sequence[Point], walls: Sequence[Wall]) -> bool:
    return not any(_hits(a, b, wall) for a, b in pairwise(points) for wall in walls)


def _hits(a: Point, b: Point, wall: Wall) -> bool:
    """Whether a line enters the inside of a rectangle (Liang and Barsky's clipping)."""
    left, right, bottom, top = wall
    (ax, ay), (bx, by) = a, b
    if (ax <= left and bx <= left) or (ax >= right and bx >= right) or (ay <= bottom and by <= bottom) or (ay >= top and by >= top):
        return False
    enter, leave = 0.0, 1.0
    for start, step, low, high in ((ax, bx - ax, left, right), (ay, by - ay, bottom, top)):
        if step:
            first, last = (low - start) / step, (high - start) / step
            enter, leave = max(enter, min(first, last)), min(leave, max(first, last))
    return enter < leave


def _blocked(start: Point, ends: Array, walls: Array) -> list[bool]:
    """For many ends, whether the line from one start enters a wall: ``_hits`` for all pairs at once."""
    import numpy as np

    enter, leave = np.zeros((len(ends), len(walls))), np.ones((len(ends), len(walls)))
    beside = np.zeros((len(ends), len(walls)), bool)
    for axis, (low, high) in enumerate([(walls[:, 0], walls[:, 1]), (walls[:, 2], walls[:, 3])]):
        at, to = start[axis], ends[:, axis : axis + 1]
        beside |= ((at <= low) & (to <= low)) | ((at >= high) & (to >= high))
        step = to - at
        with np.errstate(divide="ignore", invalid="ignore"):
            first, last = (low - at) / step, (high - at) / step
        enter = np.where(step == 0, enter, np.maximum(enter, np.minimum(first, last)))
        leave = np.where(step == 0, leave, np.minimum(leave, np.maximum(first, last)))
    hits: Array = np.any(~beside & (enter < leave), axis=1)
    return [bool(hit) for hit in hits]


def _around(boxes: Mapping[str, Box], edge: Edge, drawn: Sequence[Sequence[Point]]) -> Curve:
    walls, (a, b) = _walls(boxes, edge), _ends(boxes, edge)
    bows = [Curve.bow(a, b, sign * bend) for bend in BOWS for sign in (1, -1)]
    ways = [*(bow for bow in bows if _free(bow.sampled(), walls)), _cornered(a, b, walls)]
    return min(ways, key=lambda way: _length(way) / math.dist(a, b) + CROSSING * _meetings(way, drawn) + BEND * (len(way.pieces) > 1))


def _cornered(a: Point, b: Point, walls: Sequence[Wall]) -> Curve:
    way = _shortest(a, b, walls)
    rounded = [Curve.rounded(way, reach) for reach in REACHES]
    return next((curve for curve in rounded if _free(curve.sampled(), walls)), rounded[-1])


def _length(curve: Curve) -> float:
    return sum(math.dist(p, q) for p, q in pairwise(curve.sampled(12)))


def _meetings(curve: Curve, drawn: Sequence[Sequence[Point]]) -> int:
    """With how many drawn curves a curve crosses, apart from its ends."""
    import numpy as np

    own = np.array(list(pairwise(curve.sampled(12)[1:-1])))
    others = [pair for points in drawn for pair in pairwise(points[1:-1])]
    if not len(own) or not others:
        return 0
    which = np.repeat(np.arange(len(drawn)), [max(len(points) - 3, 0) for points in drawn])
    a, b = own[:, :1].transpose(2, 0, 1), own[:, 1:].transpose(2, 0, 1)
    c, d = np.array(others).transpose(1, 2, 0)[:, :, None, :]
    crossed = (_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0)
    return len(set(which[crossed.any(axis=0)].tolist()))


def _side(a: Any, b: Any, p: Any) -> Any:
    """Which side of the line from ``a`` to ``b`` a point lies on, by its sign; coordinates are numbers, or arrays of them."""
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def _shortest(a: Point, b: Point, walls: Sequence[Wall]) -> list[Point]:
    """The shortest free way between two points over the corners of the walls; the straight line where there is none."""
    import numpy as np

    corners = [corner for wall in walls for corner in _corners(wall) if _free([corner, corner], walls)]
    stops, sides = np.array([*corners, b]), np.array(walls).reshape(-1, 4)
    waiting: list[tuple[float, float, list[Point]]] = [(math.dist(a, b), 0.0, [a])]
    done: set[Point] = set()
    while waiting:
        _, length, way = heapq.heappop(waiting)
        here = way[-1]
        if here == b:
            return way
        if here in done:
            continue
        done.add(here)
        for there, blocked in zip([*corners, b], _blocked(here, stops, sides), strict=True):
            if there not in done and not blocked:
                so_far = length + math.dist(here, there) + CLEARANCE  # each bend costs a little
                heapq.heappush(waiting, (so_far + math.dist(there, b), so_far, [*way, there]))
    return [a, b]


def _corners(wall: Wall, more: float = CLEARANCE - MARGIN) -> list[Point]:
    left, right, bottom, top = wall
    return [(x, y) for x in (left - more, right + more) for y in (bottom - more, top + more)]
