"""Whole numbers by their remainders: exact sums of products at the speed of float64, for tables that are large.

Each weight stands as its remainders after division by primes below 2^23, from -p/2 to p/2 and hardly beyond. A product of two is below
2^44 + 2^24, so that sums of up to 500 of them stay below 2^53: every float on the way is a whole number and right, in whatever order
it was added. Weights that are 0 or more and below the product of the primes are found again from their remainders.
Source: [knuth1997], section 4.3.2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache

from causalkit.engine.compiling.greedy_elimination import bits
from causalkit.engine.compiling.node_tables import INT64, Table
from causalkit.engine.contraction.matrices import by_matrices
from causalkit.engine.contraction.shapes import Cards, shape_of
from causalkit.values.arrays import Array

__all__ = ["Residues", "chunks_of_primes", "whole_numbers"]

BELOW = 1 << 23
"""All primes are smaller than this, and larger than half of it."""

LARGEST = 1 << 53
"""Whole numbers below this are floats."""

MOST_TERMS = 500
"""So many products of remainders are summed at most before they are reduced."""

WINDOW = 1 << 16
"""Primes are found in windows of so many numbers."""

BLOCK = 1 << 14
"""So many cells are reduced at a time, so that they stay at hand."""


class Residues:
    """Sums of products of remainders: tables have an axis for the primes before those of their variables."""

    def __init__(self, primes: tuple[int, ...]) -> None:
        import numpy as np

        self.primes = primes
        self.key = primes
        self._primes = np.array(primes, np.float64)[:, None]
        self._inverses = 1 / self._primes

    def of(self, table: Table) -> Table:
        """A table of whole numbers, by its remainders."""
        import numpy as np

        cells = table.cells
        found = np.empty((len(self.primes), *cells.shape), np.float64)
        if cells.dtype != object and table.bound < LARGEST:
            found[:] = cells
        else:
            for i, prime in enumerate(self.primes):
                found[i] = cells % prime
        return Table(table.mask, found if table.bound < BELOW // 2 else self._reduced(found), 1, table.own)

    def pair(self, a: Table, b: Table, gone: int, cards: Cards) -> Table:
        a = self.alone(a, gone & ~b.mask, cards) if gone & a.mask & ~b.mask else a
        b = self.alone(b, gone & ~a.mask, cards) if gone & b.mask & ~a.mask else b
        gone &= a.mask & b.mask
        if gone:
            return Table((a.mask | b.mask) & ~gone, by_matrices(a.cells, b.cells, (a.mask, b.mask), gone, cards, self._multiply), 1)
        axes = list(bits(a.mask | b.mask))
        left, right = (table.cells.reshape(len(self.primes), *shape_of(table.mask, axes, cards)) for table in (a, b))
        return Table(a.mask | b.mask, self._reduced(left * right), 1)

    def alone(self, a: Table, gone: int, cards: Cards) -> Table:
        import numpy as np

        axis = tuple([1 + i for i, variable in enumerate(bits(a.mask)) if gone >> variable & 1])
        return Table(a.mask & ~gone, self._reduced(np.add.reduce(a.cells, axis=axis)), 1)

    def plus(self, a: Table, b: Table) -> Table:
        return Table(a.mask | b.mask, self._reduced(a.cells + b.cells), 1)

    def _multiply(self, left: Array, right: Array) -> Array:
        """Products of stacks of matrices; sums of many terms are reduced on the way."""
        import numpy as np

        terms = left.shape[-1]
        found = self._reduced(np.matmul(left[..., :MOST_TERMS], right[..., :MOST_TERMS, :]))
        for start in range(MOST_TERMS, terms, MOST_TERMS):
            end = start + MOST_TERMS
            found += self._reduced(np.matmul(left[..., start:end], right[..., start:end, :]))
        return self._reduced(found) if terms > MOST_TERMS else found

    def _reduced(self, cells: Array) -> Array:
        """Remainders of whole numbers below 2^53, near 0, in place: the nearest multiple of the prime is taken away.

        The quotient is rounded from a float that is off by less than 2^-20, so that a remainder is off by less than p / 2^20 < 8.
        """
        import numpy as np

        flat = cells.reshape(len(self.primes), -1)
        if cells.size <= BLOCK:
            flat -= np.rint(flat * self._inverses) * self._primes
            return flat.reshape(cells.shape)
        scratch = np.empty(BLOCK)
        for row, prime, inverse in zip(flat, self.primes, self._inverses[:, 0], strict=True):
            for start in range(0, len(row), BLOCK):
                part = row[start : start + BLOCK]
                times = np.multiply(part, inverse, out=scratch[: len(part)])
                np.rint(times, out=times)
                times *= prime
                part -= times
        return flat.reshape(cells.shape)


def chunks_of_primes(most: int, at_once: int = 8) -> list[tuple[int, ...]]:
    """Primes whose product is larger than ``most``, in groups that are worked out at a time; always the same ones first.

    Raises ``OverflowError`` where there are not enough.

    >>> [len(chunk) for chunk in chunks_of_primes(10**100)], chunks_of_primes(10, 2)
    ([8, 8], [(8388593, 8388587)])
    """
    found: list[tuple[int, ...]] = []
    product = 1
    for chunk in _chunks(at_once):
        if product > most:
            return found
        found.append(chunk)
        product *= math.prod(chunk)
    raise OverflowError("more primes are needed than there are below the limit")


def _chunks(length: int) -> Iterator[tuple[int, ...]]:
    for top in range(BELOW, BELOW // 2, -WINDOW):
        primes = _primes(top)
        for start in range(0, len(primes) - length + 1, length):
            yield primes[start : start + length]


@cache
def _primes(top: int) -> tuple[int, ...]:
    """The primes of the window below a number, largest first."""
    import numpy as np

    low, is_prime = top - WINDOW, np.ones(WINDOW, np.bool_)
    for each in range(2, math.isqrt(top) + 1):
        is_prime[-low % each :: each] = False
    return tuple([low + int(i) for i in np.flatnonzero(is_prime)[::-1]])


def whole_numbers(remainders: Array, primes: Sequence[int]) -> Array:
    """The whole numbers from 0 to below the product of the primes that have these remainders, one row for each prime.

    Two remainders become one, by the product of both numbers, until there is one left.

    >>> import numpy as np
    >>> whole_numbers(np.array([[1, -1], [-2, 3], [1, 1]]), (3, 5, 7)).tolist()
    [43, 8]
    """
    import numpy as np

    rows, moduli = list(remainders.astype(np.int64)), list(primes)
    while len(rows) > 1:
        last = ([rows[-1]], [moduli[-1]]) if len(rows) % 2 else ([], [])
        joined = [_combined(*each) for each in zip(rows[::2], moduli[::2], rows[1::2], moduli[1::2], strict=False)]
        rows, moduli = [*(row for row, _ in joined), *last[0]], [*(modulus for _, modulus in joined), *last[1]]
    return np.asarray(rows[0].astype(object) % moduli[0])


def _combined(first: Array, p: int, second: Array, q: int) -> tuple[Array, int]:
    """What leaves the first remainder after division by p and the second after division by q, and p times q."""
    if p * q >= INT64 >> 1:
        first, second = first.astype(object), second.astype(object)
    steps = (second - first) % q * pow(p, -1, q) % q
    return first + p * steps, p * q
