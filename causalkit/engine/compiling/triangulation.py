"""Join trees: cliques of a triangulated network, found from the shapes of its tables alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from causalkit.engine.compiling.greedy_elimination import EliminationSteps, bits, greedy_elimination, neighbours

__all__ = ["JoinTree", "join_tree"]

SOON_DONE = 20_000
"""Cells that are soon walked through: a tree of no more is good enough, and finding a better one would take longer."""

STEP_CELLS = 2_000
"""Cells that are walked through in the time that a heuristic needs to score a variable once."""

MOST_STEPS = 20_000
"""Scores that the heuristics beyond the first are worked out for at most."""


MOST_HELD = 10_000
"""Sets of variables whose clique is remembered with a tree at most."""


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
        found = self._held.get(mask, -1)
        if found == -1:
            if len(self._held) > MOST_HELD:
                self._held.clear()
            clique = self.home[min(bits(mask), key=self.rank.__getitem__)] if mask else 0
            self._held[mask] = found = clique if not mask & ~self.cliques[clique] else None
        return found

    @cached_property
    def _held(self) -> dict[int, int | None]:
        """What was asked of ``holder`` before."""
        return {}

    def spanned(self, cliques: Iterable[int]) -> set[int]:
        """These cliques and all that lie between them and the first."""
        marked: set[int] = set()
        for clique in cliques:
            while clique >= 0 and clique not in marked:
                marked.add(clique)
                clique = self.above[clique]
        return marked


def join_tree(cards: Sequence[int], scopes: Sequence[Sequence[int]]) -> JoinTree:
    """The join tree of tables with these variables; every scope is inside a clique.

    ``cards`` are the numbers of values of the variables. The rules min-size, min-fill and weighted min-fill compete: the first
    always, each other one as long as trying it takes less time than walking once through the cells of the best tree so far.

    >>> tree = join_tree((2, 2, 2, 2), [(0, 1), (1, 2), (2, 3), (3, 0)])
    >>> [list(bits(clique)) for clique in tree.cliques]
    [[1, 2, 3], [0, 1, 3]]
    """
    near = neighbours(len(cards), scopes)
    logs = [math.log2(card) if card > 1 else 0.01 for card in cards]
    every, size = range(len(cards)), partial(_size, logs)
    best, steps = greedy_elimination(near, every, size)
    least = _cells(best, cards)
    budget = min(least / STEP_CELLS, MOST_STEPS)
    for rule, weight in ((_fill, 1), (partial(_weighted_fill, logs), 4)):
        if least <= SOON_DONE or budget < weight * steps:
            break
        found, used = greedy_elimination(near, every, size, rule)
        budget -= weight * used
        cells = _cells(found, cards)
        if cells < least:
            best, least = found, cells
    return _tree(best, cards)


def _size(logs: Sequence[float], variable: int, near: Sequence[int]) -> float:
    """The size of the clique that eliminating a variable makes, as a logarithm."""
    return logs[variable] + sum([logs[other] for other in bits(near[variable])])


def _fill(variable: int, near: Sequence[int]) -> float:
    """The number of edges that eliminating a variable adds, counted from both ends."""
    around = near[variable]
    return sum([(around & ~near[other]).bit_count() - 1 for other in bits(around)])


def _weighted_fill(logs: Sequence[float], variable: int, near: Sequence[int]) -> float:
    """The weight of the edges that eliminating a variable adds: for each the product of its ends' logarithms."""
    around = near[variable]
    total = 0.0
    for other in bits(around):
        missing = around & ~near[other] & ~(1 << other)
        total += logs[other] * sum([logs[each] for each in bits(missing)])
    return total


def _cells(order: EliminationSteps, cards: Sequence[int]) -> int:
    return sum(math.prod([cards[each] for each in bits(around)]) * cards[variable] for variable, around in order)


def _tree(order: EliminationSteps, cards: Sequence[int]) -> JoinTree:
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
