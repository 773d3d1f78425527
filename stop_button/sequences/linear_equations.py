"""Exact solutions of sparse square systems of linear equations over fractions, by lifting a solution modulo a prime."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from causalkit.errors import WrongShape

__all__ = ["solution"]

PRIMES = (2147483647, 2147483629, 2147483587, 2147483579)

Row = Mapping[int, Fraction]


def solution(rows: Sequence[Row], right: Sequence[Fraction]) -> list[Fraction]:
    """The solution of ``sum_j rows[i][j] x_j = right[i]``, for a matrix that has an inverse.

    A solution modulo a prime is lifted to ever higher powers of it (Dixon's method) until the fractions read off solve the equations,
    which is checked exactly.

    :param rows: for each equation, the coefficients that are not zero, by the number of the unknown.
    :param right: the right-hand sides.
    :returns: the unknowns, exactly.
    :raises WrongShape: when the matrix has no inverse.

    >>> half = Fraction(1, 2)
    >>> solution([{0: Fraction(1), 1: -half}, {0: -half, 1: Fraction(1)}], [Fraction(1), Fraction(0)])
    [Fraction(4, 3), Fraction(2, 3)]
    """
    whole, sides = [], []
    for row, side in zip(rows, right, strict=True):
        scale = math.lcm(*(value.denominator for value in row.values()))
        whole.append({column: int(value * scale) for column, value in row.items()})
        sides.append(side * scale)
    common = math.lcm(*(side.denominator for side in sides))
    prime, inverse = _inverse(whole)
    return [value / common for value in _lifted(whole, [int(side * common) for side in sides], prime, inverse)]


def _lifted(rows: Sequence[Mapping[int, int]], right: list[int], prime: int, inverse: Any) -> list[Fraction]:
    import numpy as np

    rest, digits, wanted = list(right), [], 8
    while True:
        digit = [int(x) for x in (inverse * np.array([value % prime for value in rest], dtype=np.int64) % prime).sum(axis=1) % prime]
        digits.append(digit)
        rest = [(value - sum(c * digit[j] for j, c in row.items())) // prime for row, value in zip(rows, rest, strict=True)]
        if len(digits) == wanted:
            found = _read_off(digits, prime)
            if found is not None and _solves(rows, right, found):
                return found
            wanted *= 2


def _read_off(digits: Sequence[Sequence[int]], prime: int) -> list[Fraction] | None:
    """Fractions with small parts that are these numbers modulo a power of the prime, or None."""
    modulus, denominator, found = prime ** len(digits), 1, []
    limit = math.isqrt(modulus // 2)
    for place in range(len(digits[0])):
        number = 0
        for digit in reversed(digits):
            number = number * prime + digit[place]
        part = _fraction(number * denominator % modulus, modulus, limit)
        if part is None:
            return None
        denominator *= part.denominator
        found.append(part / (denominator // part.denominator))
    return found


def _fraction(number: int, modulus: int, limit: int) -> Fraction | None:
    """The fraction ``a/b`` with ``a = b number`` modulo the modulus and both below the limit, or None."""
    before, now, cofactor_before, cofactor = modulus, number, 0, 1
    while now > limit:
        quotient = before // now
        before, now = now, before - quotient * now
        cofactor_before, cofactor = cofactor, cofactor_before - quotient * cofactor
    if cofactor == 0 or abs(cofactor) > limit:
        return None
    return Fraction(now, cofactor)


def _solves(rows: Sequence[Mapping[int, int]], right: Sequence[int], values: Sequence[Fraction]) -> bool:
    common = math.lcm(*(value.denominator for value in values))
    scaled = [value.numerator * (common // value.denominator) for value in values]
    return all(sum(c * scaled[j] for j, c in row.items()) == side * common for row, side in zip(rows, right, strict=True))


def _inverse(rows: Sequence[Mapping[int, int]]) -> tuple[int, Any]:
    for prime in PRIMES:
        inverse = _inverse_modulo(rows, prime)
        if inverse is not None:
            return prime, inverse
    raise WrongShape(f"{len(rows)} equations have no single solution; a discount below 1 gives one")


def _inverse_modulo(rows: Sequence[Mapping[int, int]], prime: int) -> Any:
    """The inverse of a matrix modulo a prime below 2**31, by elimination, or None."""
    import numpy as np

    size = len(rows)
    matrix = np.zeros((size, 2 * size), dtype=np.int64)
    for place, row in enumerate(rows):
        matrix[place, size + place] = 1
        for column, value in row.items():
            matrix[place, column] = value % prime
    for column in range(size):
        pivots = np.flatnonzero(matrix[column:, column])
        if not len(pivots):
            return None
        pivot = column + int(pivots[0])
        matrix[[column, pivot]] = matrix[[pivot, column]]
        matrix[column] = matrix[column] * pow(int(matrix[column, column]), -1, prime) % prime
        factors = matrix[:, column].copy()
        factors[column] = 0
        hit = np.flatnonzero(factors)
        matrix[hit] = (matrix[hit] - factors[hit, None] * matrix[column] % prime) % prime
    return matrix[:, size:]
