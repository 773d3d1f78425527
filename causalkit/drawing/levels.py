"""The places of variables across the flow of a layered picture: no two in a layer too close, and arrows as level as that allows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

__all__ = ["ROW_GAP", "apart", "joined_levels", "levels"]

Near = Mapping[str, list[str]]
Gap = tuple[str, str, float]

ROW_GAP, LANE_GAP = 18.0, 11.0
STEPS, PUSHES, TILT = 40, 200, 12.0


def levels(rows: Sequence[Sequence[str]], before: Near, after: Near, breadth: Mapping[str, float]) -> dict[str, float]:
    """A place for every item of every layer, in the order of the layers.

    Items without a ``breadth`` are places where an arrow crosses a layer. ``before`` and ``after`` are the neighbours in the next
    layers.

    >>> levels([["a"], ["b", "c"]], {"b": ["a"], "c": ["a"]}, {"a": ["b", "c"]}, {"a": 10.0, "b": 10.0, "c": 10.0})
    {'a': 0.0, 'b': -14.0, 'c': 14.0}
    """
    gaps = [gap for row in rows for gap in _gaps(row, breadth)]
    start = {item: (i - (len(row) - 1) / 2) * 2 * ROW_GAP for row in rows for i, item in enumerate(row)}
    near = {item: [*before.get(item, []), *after.get(item, [])] for item in start}
    y = _straightened(rows, near, breadth, start)
    level = joined_levels(_almost_level(y, after), list(y), gaps)
    return _settled(_pushed(y, level, gaps), level, near, breadth, gaps)


def _gaps(row: Sequence[str], breadth: Mapping[str, float]) -> list[Gap]:
    """How far neighbours in a layer are apart, at least."""
    return [
        (a, b, (breadth.get(a, 0.0) + breadth.get(b, 0.0)) / 2 + (ROW_GAP if a in breadth and b in breadth else LANE_GAP))
        for a, b in pairwise(row)
    ]


def _straightened(
    rows: Sequence[Sequence[str]],
    near: Near,
    breadth: Mapping[str, float],
    start: Mapping[str, float],
) -> dict[str, float]:
    """The weighted sum of the arrows' rises made small, layer by layer, up and down the flow.

    Given its neighbours, the best places of a layer are an isotonic regression. Squares first, for balance; then weights that fall
    with the rise, so that most arrows become level and few take the bend.
    """
    y = dict(start)
    for step in range(2 * STEPS):
        softness = 1e6 if step < STEPS else 6.0
        for row in rows if step % 2 else rows[::-1]:
            wishes = [_wish(item, near[item], y, breadth, softness) for item in row]
            y.update(zip(row, apart(wishes, [gap for _, _, gap in _gaps(row, breadth)]), strict=True))
    return y


def _wish(item: str, near: Sequence[str], y: Mapping[str, float], breadth: Mapping[str, float], softness: float) -> tuple[float, float]:
    """Where an item wants to be, and how much: the weighted middle of its neighbours."""
    if not near:
        return y[item], 1.0
    weights = [_pull(item, other, breadth) / (softness + abs(y[item] - y[other])) for other in near]
    return sum(w * y[other] for w, other in zip(weights, near, strict=True)) / sum(weights), sum(weights)


def _pull(a: str, b: str, breadth: Mapping[str, float]) -> float:
    """An arrow that crosses several layers should bend near its ends only."""
    return (1.0, 2.0, 6.0)[(a not in breadth) + (b not in breadth)]


def apart(wishes: Sequence[tuple[float, float]], distances: Sequence[float]) -> list[float]:
    """The places closest to what is wished (by weighted squares) that keep the distances: pool adjacent violators.

    >>> apart([(0.0, 1.0), (0.0, 1.0)], [10.0])
    [-5.0, 5.0]
    """
    offset = [0.0]
    for distance in distances:
        offset.append(offset[-1] + distance)
    blocks: list[tuple[float, float, int]] = []
    for (place, weight), shift in zip(wishes, offset, strict=True):
        block = (place - shift, weight, 1)
        while blocks and blocks[-1][0] > block[0]:
            other = blocks.pop()
            total = other[1] + block[1]
            block = ((other[0] * other[1] + block[0] * block[1]) / total, total, other[2] + block[2])
        blocks.append(block)
    places = [place for place, _, count in blocks for _ in range(count)]
    return [place + shift for place, shift in zip(places, offset, strict=True)]


# ---- arrows that are almost level


def _almost_level(y: Mapping[str, float], after: Near) -> list[tuple[str, str]]:
    tilted = [(abs(y[a] - y[b]), a, b) for a in y for b in after.get(a, []) if abs(y[a] - y[b]) < TILT]
    return [(a, b) for _, a, b in sorted(tilted, key=lambda found: found[0])]


def joined_levels(arrows: Iterable[tuple[str, str]], items: Sequence[str], gaps: Sequence[Gap]) -> dict[str, str]:
    """The level of each item: arrows join the levels of their ends, unless that would turn the order of a layer around.

    >>> joined_levels([("a", "x"), ("b", "y")], ["a", "b", "x", "y"], [("a", "b", 1.0), ("y", "x", 1.0)])
    {'a': 'a', 'b': 'b', 'x': 'a', 'y': 'y'}
    """
    order = _Order(items, gaps)
    for a, b in arrows:
        order.join(a, b)
    return order.level


class _Order:
    """Levels while they are joined, with a place for each, rising along every layer: joins look at what lies between two places only.

    Two levels can be joined unless one lies behind the other. The places are kept as Pearce and Kelly (2006) keep a topological order.
    """

    def __init__(self, items: Sequence[str], gaps: Sequence[Gap]) -> None:
        self.level = {item: item for item in items}
        self._members = {item: [item] for item in items}
        self._above: dict[str, set[str]] = {item: set() for item in items}
        for a, b, _ in gaps:
            self._above[a].add(b)
        self._at: list[str | None] = list(_lowest_first(self.level, gaps))
        self._place = {at: i for i, at in enumerate(self._at) if at is not None}

    def join(self, a: str, b: str) -> None:
        """Put the level of ``b`` into that of ``a``, unless some item of one must stand above one of the other."""
        kept, lost = self.level[a], self.level[b]
        if kept == lost:
            return
        low, high = sorted((kept, lost), key=self._place.__getitem__)
        behind = self._behind(low, self._place[high])
        if high not in behind:
            self._moved(low, high, kept, behind)
            self._renamed(lost, kept)

    def _behind(self, low: str, end: int) -> set[str]:
        """The levels up to a place that must stand above one level."""
        reached, stack = {low}, [low]
        while stack:
            for item in self._above[stack.pop()]:
                at = self.level[item]
                if at not in reached and self._place[at] <= end:
                    reached.add(at)
                    stack.append(at)
        return reached

    def _moved(self, low: str, high: str, kept: str, behind: set[str]) -> None:
        """The places between two levels given out anew: first what need not stand above the lower one, then both as one, then the rest."""
        start, end = self._place[low], self._place[high]
        between = [at for at in self._at[start + 1 : end] if at is not None]
        after = [at for at in between if at in behind]
        order = [*(at for at in between if at not in behind), kept, *after]
        del self._place[low], self._place[high]
        self._at[start : end + 1] = [*order, *[None] * (end + 1 - start - len(order))]
        self._place.update({at: start + i for i, at in enumerate(order)})

    def _renamed(self, lost: str, kept: str) -> None:
        self.level.update(dict.fromkeys(self._members[lost], kept))
        self._members[kept] += self._members.pop(lost)
        self._above[kept] |= self._above.pop(lost)


def _lowest_first(level: Mapping[str, str], gaps: Sequence[Gap]) -> list[str]:
    """The levels in an order that fits every layer; those that lie in or behind a circle are left out."""
    above: dict[str, dict[str, None]] = {at: {} for at in level.values()}
    for a, b, _ in gaps:
        above[level[a]][level[b]] = None
    waiting = dict.fromkeys(above, 0)
    for behind in above.values():
        for at in behind:
            waiting[at] += 1
    order = [at for at, count in waiting.items() if not count]
    for at in order:
        for other in above[at]:
            waiting[other] -= 1
            if not waiting[other]:
                order.append(other)
    return order


def _pushed(y: Mapping[str, float], level: Mapping[str, str], gaps: Sequence[Gap]) -> dict[str, float]:
    """Every level in the middle of its items, then pushed apart as little as it takes to keep all gaps."""
    members = _members(level)
    place = {at: sum(y[item] for item in found) / len(found) for at, found in members.items()}
    between = [(level[a], level[b], gap) for a, b, gap in gaps]
    for _ in range(PUSHES):
        for a, b, gap in between:
            short = gap - (place[b] - place[a])
            if short > 0:
                share = len(members[b]) / (len(members[a]) + len(members[b]))
                place[a], place[b] = place[a] - short * share, place[b] + short * (1 - share)
    below: dict[str, list[tuple[str, float]]] = {at: [] for at in members}
    for a, b, gap in between:
        below[b].append((a, gap))
    for at in _lowest_first(level, gaps):
        place[at] = max([place[at], *(place[a] + gap for a, gap in below[at])])
    return {item: place[at] for item, at in level.items()}


def _settled(
    y: Mapping[str, float], level: Mapping[str, str], near: Near, breadth: Mapping[str, float], gaps: Sequence[Gap]
) -> dict[str, float]:
    """The levels moved towards their neighbours, one after the other, as far as the gaps leave room."""
    place = dict(y)
    members = _members(level)
    below: dict[str, list[Gap]] = {at: [] for at in members}
    above: dict[str, list[Gap]] = {at: [] for at in members}
    for a, b, gap in gaps:
        below[level[b]].append((a, b, gap))
        above[level[a]].append((a, b, gap))
    for _ in range(STEPS):
        for at, found in members.items():
            outward = [(item, [other for other in near[item] if level[other] != at]) for item in found]
            wishes = [_wish(item, others, place, breadth, 6.0) for item, others in outward if others]
            if wishes:
                wish = sum(to * weight for to, weight in wishes) / sum(weight for _, weight in wishes)
                low = max((place[a] + gap for a, _, gap in below[at]), default=-math.inf)
                high = min((place[b] - gap for _, b, gap in above[at]), default=math.inf)
                place.update(dict.fromkeys(found, max(low, min(wish, high))))
    return place


def _members(level: Mapping[str, str]) -> dict[str, list[str]]:
    members: dict[str, list[str]] = {}
    for item, at in level.items():
        members.setdefault(at, []).append(item)
    return members
