"""From floats to the fractions behind them: exact solutions near a point, and the simplest fraction in an interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

__all__ = ["near_solution", "simplest_between"]

ZERO, ONE = Fraction(0), Fraction(1)


def near_solution(rows: Sequence[Sequence[Fraction]], rhs: Sequence[Fraction], near: Sequence[float]) -> list[Fraction] | None:
    """An exact solution of ``rows @ x == rhs`` near a point; ``None`` when there is none.

    Unknowns that the system leaves free stay where the point has them, to about six digits.

    >>> near_solution([[ONE, ONE]], [ONE], [0.25, 0.75])
    [Fraction(1, 4), Fraction(3, 4)]
    >>> near_solution([[ONE, ONE], [ONE, -ONE]], [ONE, ONE / 3], [0.7, 0.3])
    [Fraction(2, 3), Fraction(1, 3)]
    >>> near_solution([[ONE], [ONE]], [ONE, ZERO], [1.0])
    """
    width = len(near)
    lines, pivots = _reduced([[*row, value] for row, value in zip(rows, rhs, strict=True)], width + 1)
    if width in pivots:
        return None
    found = [Fraction(value).limit_denominator(10**6) for value in near]
    free = [column for column in range(width) if column not in pivots]
    for line, column in zip(lines, pivots, strict=False):
        found[column] = line[-1] - sum((line[j] * found[j] for j in free), ZERO)
    return found


def _reduced(lines: Sequence[Sequence[Fraction]], width: int) -> tuple[list[list[Fraction]], tuple[int, ...]]:
    """The reduced echelon form of a matrix, and the columns of its pivots, a line for each."""
    from sympy import QQ
    from sympy.polys.matrices import DomainMatrix

    whole = [[QQ(value.numerator, value.denominator) for value in line] for line in lines]
    reduced, pivots = DomainMatrix(whole, (len(lines), width), QQ).rref()
    return [[Fraction(int(value.numerator), int(value.denominator)) for value in line] for line in reduced.to_list()], pivots


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the smallest denominator in an interval, ends included.

    >>> simplest_between(Fraction(3, 10), Fraction(2, 5))
    Fraction(1, 3)
    >>> simplest_between(Fraction(-7, 2), Fraction(1, 9))
    Fraction(0, 1)
    """
    if low <= 0 <= high:
        return ZERO
    if high < 0:
        return -simplest_between(-high, -low)
    whole = math.ceil(low)
    if whole <= high:
        return Fraction(whole)
    rest = math.floor(low)
    return rest + 1 / simplest_between(1 / (high - rest), 1 / (low - rest))
