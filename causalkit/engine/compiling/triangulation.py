"""Join trees: cliques of a triangulated network, found from the shapes of its tables alone."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

__all__ = ["JoinTree", "bits", "join_tree", "mask_of"]

SOON_DONE = 20_000
"""Cells that are soon walked through: a tree of no more is good enough, and finding a better one would take longer."""

STEP_CELLS = 2_000
"""Cells that are walked through in the time that a heuristic needs to score a variable once."""

MOST_STEPS = 20_000
"""Scores that the heuristics beyond the first are worked out for at most."""


@dataclass(frozen=True, eq=False)
class JoinTree:
    """Cliques of variables, each but the first with a neighbour nearer to the first; what two cliques share is on all of the way.

    ``cliques`` are bit masks of variables; ``above`` is each clique's neighbour towards the first, -1 for the first itself;
    ``home`` is for each variable the clique that held it when it was eliminated, and ``rank`` when that was. ``cells`` are those of
    all cliques together, ``largest`` those of the largest. Source: [koller2009], section 10.4.
    """

    cliques: tuple[int, ...]
    above: tuple[int, ...]
    home: tuple[int, ...]
    rank: tuple[int, ...]
    cells: int
    largest: int

    @cached_property
    def near(self) -> tuple[tuple[int, ...], ...]:
        """The neighbours of each clique."""
        found: list[list[int]] = [[] for _ in self.cliques]
        for clique, up in enumerate(self.above):
            if up >= 0:
                found[clique].append(up)
                found[up].append(clique)
        return tuple(map(tuple, found))

    def holder(self, mask: int) -> int | None:
        """A clique that holds all of these variables, when there is one.

        Variables that are neighbours of one another are all in the clique of the one that was eliminated first.
        """
        if not mask:
            return 0
        clique = self.home[min(bits(mask), key=self.rank.__getitem__)]
        return clique if not mask & ~self.cliques[clique] else None

    def spanned(self, cliques: Iterable[int]) -> set[int]:
        """These cliques and all that lie between them and the first."""
        marked: set[int] = set()
        for clique in cliques:
            while clique >= 0 and clique not in marked:
                marked.add(clique)
                clique = self.above[clique]
        return marked


def mask_of(scope: Iterable[int]) -> int:
    """A set of small numbers as an integer with these bits.

    >>> mask_of([0, 3])
    9
    """
    mask = 0
    for variable in scope:
        mask |= 1 << variable
    return mask


def bits(mask: int) -> Iterator[int]:
    """The numbers that a mask holds, ascending.

    >>> list(bits(9))
    [0, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def join_tree(cards: Sequence[int], scopes: Sequence[Sequence[int]]) -> JoinTree:
    """The join tree of tables with these variables; every scope is inside a clique.

    ``cards`` are the numbers of values of the variables. The rules min-size, min-fill and weighted min-fill compete: the first
    always, each other one as long as trying it takes less time than walking once through the cells of the best tree so far.

    >>> tree = join_tree((2, 2, 2, 2), [(0, 1), (1, 2), (2, 3), (3, 0)])
    >>> [list(bits(clique)) for clique in tree.cliques]
    [[1, 2, 3], [0, 1, 3]]
    """
    near = _neighbours(len(cards), scopes)
    logs = [math.log2(card) if card > 1 else 0.01 for card in cards]
    best, steps = _eliminated(near, logs, _size)
    least = _cells(best, cards)
    budget = min(least / STEP_CELLS, MOST_STEPS)
    for rule, weight in ((_fill, 1), (_weighted_fill, 4)):
        if least <= SOON_DONE or budget < weight * steps:
            break
        found, used = _eliminated(near, logs, rule)
        budget -= weight * used
        cells = _cells(found, cards)
        if cells < least:
            best, least = found, cells
    return _tree(best, cards)


def _neighbours(count: int, scopes: Iterable[Sequence[int]]) -> list[int]:
    near = [0] * count
    for scope in scopes:
        mask = mask_of(scope)
        for variable in scope:
            near[variable] |= mask
    return [mask & ~(1 << variable) for variable, mask in enumerate(near)]


Elimination = list[tuple[int, int]]
"""The variables in the order in which they are eliminated, each with those that are its neighbours by then."""

Rule = Callable[[int, Sequence[int], Sequence[float]], float]


def _size(variable: int, near: Sequence[int], logs: Sequence[float]) -> float:
    """The size of the clique that eliminating a variable makes, as a logarithm."""
    return logs[variable] + sum([logs[other] for other in bits(near[variable])])


def _fill(variable: int, near: Sequence[int], logs: Sequence[float]) -> float:
    """The number of edges that eliminating a variable adds, counted from both ends."""
    around = near[variable]
    return sum([(around & ~near[other]).bit_count() - 1 for other in bits(around)])


def _weighted_fill(variable: int, near: Sequence[int], logs: Sequence[float]) -> float:
    """The weight of the edges that eliminating a variable adds: for each the product of its ends' logarithms."""
    around = near[variable]
    total = 0.0
    for other in bits(around):
        missing = around & ~near[other] & ~(1 << other)
        total += logs[other] * sum([logs[each] for each in bits(missing)])
    return total


def _eliminated(near: Sequence[int], logs: Sequence[float], rule: Rule) -> tuple[Elimination, int]:
    """The greedy order by a rule, ties by the size of the clique, and how many scores it took."""
    near = list(near)
    further = rule is not _size
    score = {v: (rule(v, near, logs), _size(v, near, logs) if further else 0.0, v) for v in range(len(near))}
    waiting = sorted(score.values())
    order: Elimination = []
    steps = len(near)
    while waiting:
        entry = heapq.heappop(waiting)
        variable = entry[-1]
        if score.get(variable) != entry:
            continue
        del score[variable]
        around = near[variable]
        order.append((variable, around))
        for touched in _joined(variable, around, near, further):
            fresh = (rule(touched, near, logs), _size(touched, near, logs) if further else 0.0, touched)
            if fresh != score[touched]:
                score[touched] = fresh
                heapq.heappush(waiting, fresh)
            steps += 1
    return order, steps


def _joined(variable: int, around: int, near: list[int], further: bool) -> Iterator[int]:
    """Takes a variable out, joins those around it, and names the variables whose score may have changed."""
    out = ~(1 << variable)
    changed, reached = 0, around
    for other in bits(around):
        before = near[other]
        after = (before | around) & out & ~(1 << other)
        if after != before & out:
            changed |= 1 << other
        near[other] = after
    if further:
        for other in bits(changed):
            reached |= near[other]
    return bits(reached)


def _cells(order: Elimination, cards: Sequence[int]) -> int:
    return sum(math.prod([cards[each] for each in bits(around)]) * cards[variable] for variable, around in order)


def _tree(order: Elimination, cards: Sequence[int]) -> JoinTree:
    """The cliques that an elimination makes, without those inside others; parts that share nothing hang on the first clique."""
    rank = [0] * len(cards)
    for i, (variable, _) in enumerate(order):
        rank[variable] = i
    cliques: list[int] = []
    above: list[int] = []
    home = [0] * len(cards)
    for variable, around in reversed(order):
        up = home[min(bits(around), key=rank.__getitem__)] if around else (0 if cliques else -1)
        if up >= 0 and around == cliques[up]:
            cliques[up] |= 1 << variable
            home[variable] = up
            continue
        home[variable] = len(cliques)
        cliques.append(around | 1 << variable)
        above.append(up)
    sizes = [math.prod([cards[each] for each in bits(clique)]) for clique in cliques]
    return JoinTree(tuple(cliques) or (0,), tuple(above) or (-1,), tuple(home), tuple(rank), sum(sizes), max(sizes, default=1))
