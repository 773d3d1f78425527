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
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.contraction.matrices import by_matrices
from causalkit.engine.contraction.shapes import Cards, shape_of, size_of
from causalkit.values.arrays import Array

__all__ = ["Residues", "chunks_of_primes", "whole_numbers"]

BELOW = 1 << 23
"""All primes are smaller than this, and larger than half of it."""

LARGEST = 1 << 53
"""Whole numbers below this are floats."""

MOST_TERMS = 500
"""So many products of remainders are summed at most before they are reduced."""

MOST_DIGITS = 1 << 9
"""So many products of a remainder and a digit of 16 bits are summed at most: the sum is below 2^48."""

WINDOW = 1 << 16
"""Primes are found in windows of so many numbers."""

REDUCED = BELOW // 2 + 8
"""Remainders are no larger than this."""

LEFT_ALONE = 1 << 26
"""Numbers up to this size are left as they are: products of two are below 2^53."""

BLOCK = 1 << 14
"""So many cells are reduced at a time, so that they stay at hand."""


class Residues:
    """Sums of products of remainders: tables have an axis for the primes before those of their variables.

    Numbers that are small enough stand as themselves, once for all primes: that axis has length 1 then. A table's ``bound`` is what the
    size of no float in it exceeds.
    """

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
        if table.bound <= LEFT_ALONE:
            return Table(table.mask, cells.astype(np.float64)[None], table.bound, table.own)
        if cells.dtype != object and table.bound < LARGEST:
            return Table(table.mask, self.reduced(cells.astype(np.float64)[None]), REDUCED, table.own)
        found = np.empty((len(self.primes), *cells.shape), np.float64)
        for i, prime in enumerate(self.primes):
            found[i] = cells % prime
        return Table(table.mask, self.reduced(found), REDUCED, table.own)

    def pair(self, a: Table, b: Table, gone: int, cards: Cards) -> Table:
        import numpy as np

        a = self.alone(a, gone & ~b.mask, cards) if gone & a.mask & ~b.mask else a
        b = self.alone(b, gone & ~a.mask, cards) if gone & b.mask & ~a.mask else b
        gone &= a.mask & b.mask
        terms = size_of(gone, cards)
        if terms * a.bound * b.bound >= LARGEST:
            a, b = self._small(a), self._small(b)
        if not gone:
            axes = list(bits(a.mask | b.mask))
            left, right = (table.cells.reshape(-1, *shape_of(table.mask, axes, cards)) for table in (a, b))
            return self._table(a.mask | b.mask, left * right, a.bound * b.bound)
        is_short = terms * a.bound * b.bound < LARGEST
        cells = by_matrices(a.cells, b.cells, (a.mask, b.mask), gone, cards, np.matmul if is_short else self._multiply)
        return self._table((a.mask | b.mask) & ~gone, cells, terms * a.bound * b.bound if is_short else REDUCED)

    def alone(self, a: Table, gone: int, cards: Cards) -> Table:
        import numpy as np

        axis = tuple([1 + i for i, variable in enumerate(bits(a.mask)) if gone >> variable & 1])
        return self._table(a.mask & ~gone, np.add.reduce(a.cells, axis=axis), a.bound * size_of(gone, cards))

    def plus(self, a: Table, b: Table) -> Table:
        return self._table(a.mask | b.mask, a.cells + b.cells, a.bound + b.bound)

    def _table(self, mask: int, cells: Array, bound: int) -> Table:
        """A table of floats of at most this size: as they are where they are small, by their remainders otherwise."""
        return Table(mask, cells, bound) if bound <= LEFT_ALONE else Table(mask, self.reduced(cells), REDUCED)

    def _small(self, table: Table) -> Table:
        """The same table with every number as small as a remainder."""
        return table if table.bound <= REDUCED else Table(table.mask, self.reduced(table.cells.copy()), REDUCED, table.own)

    def _multiply(self, left: Array, right: Array) -> Array:
        """Products of stacks of matrices of remainders; sums of many terms are reduced on the way."""
        import numpy as np

        terms = left.shape[-1]
        found = self.reduced(np.matmul(left[..., :MOST_TERMS], right[..., :MOST_TERMS, :]))
        for start in range(MOST_TERMS, terms, MOST_TERMS):
            end = start + MOST_TERMS
            found += self.reduced(np.matmul(left[..., start:end], right[..., start:end, :]))
        return self.reduced(found)

    def reduced(self, cells: Array) -> Array:
        """Remainders of whole numbers below 2^53, near 0, in place where each prime has its own: the nearest multiple is taken away.

        The quotient is rounded from a float that is off by less than 2^-20, so that a remainder is off by less than p / 2^20 < 8.
        """
        import numpy as np

        flat, shape = cells.reshape(len(cells), -1), (len(self.primes), *cells.shape[1:])
        if len(cells) < len(self.primes):
            flat = np.repeat(flat, len(self.primes), axis=0)
        if flat.size <= BLOCK:
            flat -= np.rint(flat * self._inverses) * self._primes
            return flat.reshape(shape)
        scratch = np.empty(BLOCK)
        for row, prime, inverse in zip(flat, self.primes, self._inverses[:, 0], strict=True):
            for start in range(0, len(row), BLOCK):
                part = row[start : start + BLOCK]
                times = np.multiply(part, inverse, out=scratch[: len(part)])
                np.rint(times, out=times)
                times *= prime
                part -= times
        return flat.reshape(shape)


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

    Each remainder is multiplied by a number that leaves 1 after division by its prime and 0 by all others; the sums of these products,
    digit by digit, are one product of matrices. Source: [knuth1997], section 4.3.2.

    >>> import numpy as np
    >>> whole_numbers(np.array([[1, -1], [-2, 3], [1, 1]]), (3, 5, 7)).tolist()
    [43, 8]
    """
    import numpy as np

    product = math.prod(primes)
    others = [product // prime for prime in primes]
    moduli = np.array(primes, np.int64)[:, None]
    inverses = np.array([pow(other % prime, -1, prime) for other, prime in zip(others, primes, strict=True)], np.int64)[:, None]
    times = remainders.astype(np.int64) % moduli * inverses % moduli
    width = 6 * (product.bit_length() // 48 + 2)
    digits = np.frombuffer(b"".join([other.to_bytes(width, "little") for other in others]), "<u2").reshape(len(primes), -1)
    found = np.zeros(remainders.shape[1], object)
    for start in range(0, len(primes), MOST_DIGITS):
        part = slice(start, start + MOST_DIGITS)
        found += _put_together(times[part].T.astype(np.float64) @ digits[part].astype(np.float64))
    return np.asarray(found % product)


def _put_together(sums: Array) -> Array:
    """Whole numbers from their digits in base 2^16, which are floats and may have up to 48 bits: every third one is read at a time."""
    import numpy as np

    large = np.zeros((3, len(sums), sums.shape[1] // 3), "<u8")
    for i in range(3):
        large[i] = sums[:, i::3]
    octets = np.ascontiguousarray(large).view(np.uint8).reshape(3, len(sums), -1, 8)[..., :6]
    found = np.empty(len(sums), object)
    for row in range(len(sums)):
        low, middle, high = (int.from_bytes(octets[i, row].tobytes(), "little") for i in range(3))
        found[row] = low + (middle << 16) + (high << 32)
    return found
