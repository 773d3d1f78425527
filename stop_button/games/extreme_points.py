"""The extreme points of the set of Nash equilibria of a game of two, from two tables of fractions, exactly.

Each player has a polytope whose corners are weightings of its strategies, each with labels: the own strategies that are not played and
the other's strategies that are best replies to it. A pair of corners is an equilibrium exactly when together they bear every label. Ties
are told apart by a lexicographic rule, so that the search meets no more corners than a polytope without ties may have.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from causalkit.errors import TooLarge

__all__ = ["MOST_EQUILIBRIA", "MOST_MIXED", "MOST_SUBSETS", "Pair", "extreme_pairs", "maximal_subsets"]

MOST_MIXED: Final = 12
"""So many reduced strategies of a player are mixed at most."""

MOST_EQUILIBRIA: Final = 20_000
"""So many extreme points are listed at most."""

MOST_SUBSETS: Final = 2_000
"""So many maximal subsets are listed at most."""

Table = Sequence[Sequence[Fraction]]
Tableau = list[list[int]]
Weights = tuple[Fraction, ...]
Pair = tuple[Weights, Weights]
"""A weighting of the strategies of each of two players."""


@dataclass(frozen=True)
class _Corner:
    """A weighting that sums to 1, and its labels as bits: the first player's strategies come first."""

    weights: Weights
    labels: int


def extreme_pairs(first: Table, second: Table) -> list[Pair]:
    """Every extreme point of the set of equilibria, as a weighting for each player, without repetition.

    The set of all equilibria is the union of the products of convex hulls that ``maximal_subsets`` lists; in a game without ties it is
    these points alone. Source: [avis2010]; [vonstengel2007].

    :param first: the first player's payoffs, a row for each of its strategies.
    :param second: the second player's payoffs, in the same shape.
    :returns: the pairs; there is always one.
    :raises TooLarge: for more than ``MOST_MIXED`` strategies of a player, or more than ``MOST_EQUILIBRIA`` extreme points.

    >>> one, zero = Fraction(1), Fraction(0)
    >>> [[str(w) for side in pair for w in side] for pair in extreme_pairs([[one, zero], [zero, one]], [[zero, one], [one, zero]])]
    [['1/2', '1/2', '1/2', '1/2']]
    """
    rows, columns = len(first), len(first[0])
    if max(rows, columns) > MOST_MIXED:
        raise TooLarge(
            f"mixed equilibria of {rows:,} x {columns:,} reduced strategies are not enumerated, and those of at most {MOST_MIXED} x "
            f"{MOST_MIXED} are; let decisions see less, ask for pure ones (mixed=False), for the value of a zero-sum game, or for a "
            "correlated equilibrium"
        )
    mine = _corners([[second[i][j] for i in range(rows)] for j in range(columns)], shift=0)
    theirs = _corners(first, shift=rows, own_after=True)
    every = (1 << (rows + columns)) - 1
    import numpy as np

    labels = np.array([corner.labels for corner in theirs], dtype=np.int64)
    found: list[Pair] = []
    for corner in mine:
        missing = every & ~corner.labels
        found += [(corner.weights, theirs[k].weights) for k in np.flatnonzero((labels & missing) == missing)]
        if len(found) > MOST_EQUILIBRIA:
            raise TooLarge(
                f"more than {MOST_EQUILIBRIA:,} extreme points of the set of equilibria: many strategies are worth the same; "
                "ask for pure ones"
            )
    return sorted(found, reverse=True)


def _corners(table: Table, *, shift: int, own_after: bool = False) -> list[_Corner]:
    """The corners of ``{x >= 0: table x <= 1}``, the payoffs made positive, but for 0; a row for each strategy of the other player."""
    scaled = _positive(table)
    others, own = len(scaled), len(scaled[0])
    own_bits = [1 << (k + shift if own_after else k) for k in range(own)]
    other_bits = [1 << (k if own_after else own + k) for k in range(others)]
    corners: dict[int, _Corner] = {}
    for values in _basic_solutions(scaled):
        x, slack = values[:own], values[own:]
        labels = sum(bit for bit, value in zip((*own_bits, *other_bits), (*x, *slack), strict=True) if not value)
        total = sum(x)
        if total and labels not in corners:
            corners[labels] = _Corner(tuple(Fraction(value, total) for value in x), labels)
    return list(corners.values())


def _positive(table: Table) -> list[list[int]]:
    """The payoffs as whole numbers from 1 on: moved and stretched, which leaves the best replies as they are."""
    by = math.lcm(*(value.denominator for row in table for value in row))
    whole = [[int(value * by) for value in row] for row in table]
    least = min(min(row) for row in whole)
    return [[value - least + 1 for value in row] for row in whole]


# ---------------------------------------------------------------- from corner to corner


def _basic_solutions(table: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The values, up to a common factor, of all variables at every lexicographically feasible basis of ``table x + slack = 1``.

    A tableau holds whole numbers: the columns of ``x``, of the slack, and the right side, all over one determinant, which is carried
    along. Neighbours differ in one basic variable, and every corner is met at least once.
    """
    rows, own = len(table), len(table[0])
    start = [[*row, *(int(i == k) for k in range(rows)), 1] for i, row in enumerate(table)]
    basis = tuple(range(own, own + rows))
    waiting: deque[tuple[Tableau, int, tuple[int, ...]]] = deque([(start, 1, basis)])
    seen = {frozenset(basis)}
    while waiting:
        tableau, determinant, basis = waiting.popleft()
        values = [0] * (own + rows)
        for row, variable in enumerate(basis):
            values[variable] = tableau[row][-1]
        yield values
        for entering in set(range(own + rows)).difference(basis):
            row = _leaving(tableau, entering, own)
            new = (*basis[:row], entering, *basis[row + 1 :])
            if frozenset(new) not in seen:
                seen.add(frozenset(new))
                waiting.append((*_pivoted(tableau, determinant, row, entering), new))


def _leaving(lines: Sequence[Sequence[int]], entering: int, own: int) -> int:
    """The row whose variable reaches zero first; of several, the one that would if the right sides were moved a little, each less."""
    rows = [row for row, line in enumerate(lines) if line[entering] > 0]
    for k in (-1, *range(own, len(lines[0]) - 1)):
        if len(rows) == 1:
            break
        best = rows[:1]
        top, bottom = lines[rows[0]][k], lines[rows[0]][entering]
        for row in rows[1:]:
            gap = lines[row][k] * bottom - top * lines[row][entering]
            if gap < 0:
                best, top, bottom = [row], lines[row][k], lines[row][entering]
            elif not gap:
                best.append(row)
        rows = best
    return rows[0]


def _pivoted(tableau: Tableau, determinant: int, row: int, entering: int) -> tuple[Tableau, int]:
    """The tableau at the neighbouring basis, its entries whole numbers again; and its determinant."""
    line = tableau[row]
    pivot = line[entering]
    new = [
        line if k == row else [(value * pivot - other[entering] * mine) // determinant for value, mine in zip(other, line, strict=True)]
        for k, other in enumerate(tableau)
    ]
    return new, pivot


# ---------------------------------------------------------------- the set of all equilibria


def maximal_subsets(pairs: Sequence[Pair]) -> list[tuple[tuple[Weights, ...], tuple[Weights, ...]]]:
    """The maximal sets of corners of each player that are equilibria in every combination.

    Each stands for all mixtures of the first with all mixtures of the second; together they are every equilibrium. One pair alone is an
    isolated equilibrium. Source: [avis2010].

    :param pairs: every extreme point, as ``extreme_pairs`` gives them.
    :returns: the maximal sets.
    :raises TooLarge: for more than ``MOST_SUBSETS``.

    >>> one, zero = Fraction(1), Fraction(0)
    >>> [(len(a), len(b)) for a, b in maximal_subsets(extreme_pairs([[one, one]], [[one, one]]))]
    [(1, 2)]
    """
    partners: dict[Weights, frozenset[Weights]] = {}
    for mine, theirs in pairs:
        partners[mine] = partners.get(mine, frozenset()) | {theirs}
    closed: dict[frozenset[Weights], None] = dict.fromkeys(partners.values())
    waiting = deque(closed)
    while waiting:
        some = waiting.popleft()
        for other in partners.values():
            both = some & other
            if both and both not in closed:
                closed[both] = None
                waiting.append(both)
        if len(closed) > MOST_SUBSETS:
            raise TooLarge(f"more than {MOST_SUBSETS:,} maximal subsets of the set of equilibria: many strategies are worth the same")
    return [(tuple(mine for mine, theirs in partners.items() if theirs >= both), tuple(sorted(both, reverse=True))) for both in closed]
