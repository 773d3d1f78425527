"""Mixed fixed points of a table of losses: forecasts drawn so that no other forecast would lose less in the world that they make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from causalkit.errors import TooLarge

__all__ = ["MOST_PURE", "extreme_fixed_points"]

MOST_PURE = 7

Matrix = Sequence[Sequence[Fraction]]
ZERO, ONE = Fraction(0), Fraction(1)


def extreme_fixed_points(losses: Matrix) -> list[tuple[Fraction, ...]]:
    """Every extreme weighting ``m`` with ``m_a > 0`` only where ``(losses @ m)_a`` is least.

    For each support and each larger set on which the loss is tied, the weighting that these equations single out is kept when it
    satisfies the inequalities. These are the corners of all sets of such weightings; there is always one; Nash, 1951.

    :param losses: ``losses[a][b]``, what saying ``a`` loses in a world that hears ``b``; square, of at most 7 rows.
    :returns: the weightings, each summing to 1, without repetition.
    :raises TooLarge: for more rows.

    >>> [[str(w) for w in point] for point in extreme_fixed_points([[ONE, ZERO], [ZERO, ONE]])]
    [['1/2', '1/2']]
    """
    size = len(losses)
    if size > MOST_PURE:
        raise TooLarge(f"{size} forecasts have {3**size:,} supports to try, and at most {MOST_PURE} forecasts are; take a coarser grid")
    corners = (_corner(losses, support, tied) for support in _parts(range(size)) for tied in _between(support, size))
    return list(dict.fromkeys(corner for corner in corners if corner is not None))


def _parts(items: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return (part for size in range(1, len(items) + 1) for part in combinations(items, size))


def _between(support: tuple[int, ...], size: int) -> Iterator[tuple[int, ...]]:
    rest = [item for item in range(size) if item not in support]
    return (tuple(sorted((*support, *more))) for count in range(len(rest) + 1) for more in combinations(rest, count))


def _corner(losses: Matrix, support: tuple[int, ...], tied: tuple[int, ...]) -> tuple[Fraction, ...] | None:
    """The weighting of a support whose loss is least, and tied, on a set of forecasts, where there is just one."""
    rows = [[losses[a][b] for b in support] + [-ONE, ZERO] for a in tied]
    unknowns = _single_solution([*rows, [ONE] * len(support) + [ZERO, ONE]])
    if unknowns is None or min(unknowns[:-1]) <= 0:
        return None
    weights = [ZERO] * len(losses)
    for place, weight in zip(support, unknowns, strict=False):
        weights[place] = weight
    worth = [sum((row[b] * weights[b] for b in support), ZERO) for row in losses]
    return tuple(weights) if min(worth) == unknowns[-1] else None


def _single_solution(lines: list[list[Fraction]]) -> list[Fraction] | None:
    """The one solution of equations, each line with its right side last; ``None`` when there is none or more than one."""
    lines, width = [list(line) for line in lines], len(lines[0]) - 1
    for column in range(width):
        pivot = next((row for row in range(column, len(lines)) if lines[row][column]), None)
        if pivot is None:
            return None
        lines[column], lines[pivot] = lines[pivot], lines[column]
        lines[column] = [value / lines[column][column] for value in lines[column]]
        for row, line in enumerate(lines):
            if row != column and line[column]:
                lines[row] = [value - line[column] * own for value, own in zip(line, lines[column], strict=True)]
    return None if any(line[-1] for line in lines[width:]) else [line[-1] for line in lines[:width]]
