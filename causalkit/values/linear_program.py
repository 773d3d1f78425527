"""Linear programs over fractions, solved exactly: the simplex method with Bland's rule, which cannot cycle.

A program is: minimise ``costs . x`` subject to ``sum_j x_j columns[j] = rhs`` and ``x >= 0``. A column is a mapping from row numbers to
numbers; rows it leaves out are zero. Meant for the small programs of the module ``bounds``: up to some tens of rows, thousands of columns.
Above a few dozen columns a floating-point solver proposes the vertex to start from; whatever it says, the answer is exact and proved.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from causalkit.errors import TooLarge

__all__ = ["Column", "Optimum", "minimised", "vertices"]

Column = Mapping[int, Fraction]
ZERO, ONE = Fraction(0), Fraction(1)
MOST_BASES = 50_000
FEW_COLUMNS = 48
TINY = 1e-9


@dataclass(frozen=True)
class Optimum:
    """The least value, a vertex where it is reached (zeros left out), and prices that prove that nothing is less.

    The proof is duality: ``prices . rhs == value``, and ``prices . columns[j] <= costs[j]`` for every ``j``.
    """

    value: Fraction
    point: Mapping[int, Fraction]
    prices: tuple[Fraction, ...]


def minimised(costs: Sequence[Fraction], columns: Sequence[Column], rhs: Sequence[Fraction]) -> Optimum | None:
    """The exact optimum of a linear program, or ``None`` when nothing satisfies the constraints; it must be bounded below.

    Source: [bland1977] (the rule for choosing the pivot).

    >>> one = {0: Fraction(1)}
    >>> minimised([Fraction(2), Fraction(3)], [one, one], [Fraction(1)])
    Optimum(value=Fraction(2, 1), point={0: Fraction(1, 1)}, prices=(Fraction(2, 1),))
    """
    # Rows are flipped so that a right-hand side is never negative, and an artificial variable for each row makes the first vertex.
    signs = [-1 if value < 0 else 1 for value in rhs]
    real = [{i: value * signs[i] for i, value in column.items()} for column in columns]
    rows, count = range(len(rhs)), len(real)
    every = [*real, *({i: ONE} for i in rows)]
    first = _Vertex(tuple(range(count, count + len(rhs))), tuple(_unit(i, len(rhs)) for i in rows), tuple(abs(value) for value in rhs))
    feasible = _proposed(first, costs, real, every, [abs(value) for value in rhs])
    if feasible is None:
        feasible = _improved(first, [ZERO] * count + [ONE] * len(rhs), every, every)
        if any(value for j, value in zip(feasible.basis, feasible.values, strict=True) if j >= count):
            return None
    best = _improved(_without_artificials(feasible, real), [*costs, *[ZERO] * len(rhs)], real, every)
    point = {j: value for j, value in sorted(zip(best.basis, best.values, strict=True)) if value}
    prices = _prices(best, [*costs, *[ZERO] * len(rhs)])
    return Optimum(
        sum((costs[j] * value for j, value in point.items()), ZERO), point, tuple(p * s for p, s in zip(prices, signs, strict=True))
    )


def vertices(columns: Sequence[Column], rhs: Sequence[Fraction]) -> list[Mapping[int, Fraction]]:
    """Every vertex of ``{x >= 0: sum_j x_j columns[j] = rhs}`` whose rows are independent, zeros left out.

    Raises ``TooLarge`` when there are too many sets of columns to try.

    >>> one, two = {0: Fraction(1)}, {0: Fraction(2)}
    >>> vertices([one, two], [Fraction(1)])
    [{0: Fraction(1, 1)}, {1: Fraction(1, 2)}]
    """
    bases = math.comb(len(columns), len(rhs))
    if bases > MOST_BASES:
        raise TooLarge(f"finding every vertex would try {bases:,} sets of columns, and at most {MOST_BASES:,} are tried")
    found: dict[frozenset[tuple[int, Fraction]], None] = {}
    for basis in itertools.combinations(range(len(columns)), len(rhs)):
        values = _solution([columns[j] for j in basis], rhs)
        if values is not None and all(value >= 0 for value in values):
            found[frozenset((j, value) for j, value in zip(basis, values, strict=True) if value)] = None
    return [dict(sorted(vertex)) for vertex in found]


@dataclass(frozen=True)
class _Vertex:
    """A basis, the inverse of its matrix (by rows), and the values of the basic variables."""

    basis: tuple[int, ...]
    inverse: tuple[tuple[Fraction, ...], ...]
    values: tuple[Fraction, ...]


def _improved(at: _Vertex, costs: Sequence[Fraction], enter: Sequence[Column], columns: Sequence[Column]) -> _Vertex:
    """The best vertex that pivots lead to; only the columns in ``enter`` may become basic."""
    while True:
        prices = _prices(at, costs)
        basic = set(at.basis)
        entering = next((j for j, column in enumerate(enter) if j not in basic and costs[j] < _dot(prices, column)), None)
        if entering is None:
            return at
        at = _pivoted(at, entering, _times(at.inverse, columns[entering]))


def _proposed(
    first: _Vertex, costs: Sequence[Fraction], real: Sequence[Column], every: Sequence[Column], rhs: Sequence[Fraction]
) -> _Vertex | None:
    """A feasible vertex near the optimum that floating-point arithmetic finds; ``None`` for small programs, and when it is no help."""
    if len(real) < FEW_COLUMNS:
        return None
    at = first
    for j in _preferred(costs, real, rhs):
        direction = _times(at.inverse, real[j])
        row = next((i for i, k in enumerate(at.basis) if k >= len(real) and direction[i]), None)
        if row is not None:
            at = _pivoted(at, j, direction, row)
        if all(k < len(real) for k in at.basis):
            break
    usable = all(value >= 0 if k < len(real) else not value for k, value in zip(at.basis, at.values, strict=True))
    return at if usable else None


def _preferred(costs: Sequence[Fraction], columns: Sequence[Column], rhs: Sequence[Fraction]) -> list[int]:
    """The columns in the order in which they seem to belong to the best basis: positive ones first, then by reduced cost."""
    import numpy as np
    from scipy.optimize import linprog

    matrix = np.zeros((len(rhs), len(columns)))
    for j, column in enumerate(columns):
        for i, value in column.items():
            matrix[i, j] = value
    prices = np.array([float(cost) for cost in costs])
    answer = linprog(prices, A_eq=matrix, b_eq=[float(value) for value in rhs], method="highs-ds")
    if answer.x is None:
        return []
    reduced = np.abs(prices - answer.eqlin.marginals @ matrix)
    return sorted(range(len(columns)), key=lambda j: (-answer.x[j] if answer.x[j] > TINY else 0, reduced[j]))


def _pivoted(at: _Vertex, entering: int, direction: Sequence[Fraction], row: int | None = None) -> _Vertex:
    """The neighbouring vertex where a column has become basic, in place of the one that reaches zero first."""
    if row is None:
        ratios = [(at.values[i] / d, at.basis[i], i) for i, d in enumerate(direction) if d > 0]
        if not ratios:
            raise ValueError("the linear program has no least value")
        row = min(ratios)[2]
    pivot = [value / direction[row] for value in at.inverse[row]]
    step = at.values[row] / direction[row]
    inverse = [
        tuple(pivot) if i == row else line if not d else tuple(a - d * p for a, p in zip(line, pivot, strict=True))
        for i, (line, d) in enumerate(zip(at.inverse, direction, strict=True))
    ]
    values = [step if i == row else value - d * step for i, (value, d) in enumerate(zip(at.values, direction, strict=True))]
    return _Vertex((*at.basis[:row], entering, *at.basis[row + 1 :]), tuple(inverse), tuple(values))


def _without_artificials(at: _Vertex, real: Sequence[Column]) -> _Vertex:
    """The same vertex with real columns in the basis wherever a row allows it; the other rows say nothing new."""
    for row, j in enumerate(at.basis):
        if j >= len(real):
            basic = set(at.basis)
            fitting = next((k for k, column in enumerate(real) if k not in basic and _dot(at.inverse[row], column)), None)
            if fitting is not None:
                at = _pivoted(at, fitting, _times(at.inverse, real[fitting]), row)
    return at


def _prices(at: _Vertex, costs: Sequence[Fraction]) -> tuple[Fraction, ...]:
    weighted = [(costs[j], line) for j, line in zip(at.basis, at.inverse, strict=True) if costs[j]]
    return tuple(sum((cost * line[i] for cost, line in weighted), ZERO) for i in range(len(at.basis)))


def _dot(prices: Sequence[Fraction], column: Column) -> Fraction:
    return sum((prices[i] * value for i, value in column.items()), ZERO)


def _times(inverse: Sequence[Sequence[Fraction]], column: Column) -> list[Fraction]:
    return [_dot(line, column) for line in inverse]


def _unit(i: int, size: int) -> tuple[Fraction, ...]:
    return tuple(ONE if k == i else ZERO for k in range(size))


def _solution(columns: Sequence[Column], rhs: Sequence[Fraction]) -> list[Fraction] | None:
    """The solution of a square linear system, or ``None`` when it has not exactly one."""
    size = len(rhs)
    rows = [[*(column.get(i, ZERO) for column in columns), rhs[i]] for i in range(size)]
    for k in range(size):
        pivot = next((i for i in range(k, size) if rows[i][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [value / rows[k][k] for value in rows[k]]
        for i in range(size):
            if i != k and rows[i][k]:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[size] for row in rows]
