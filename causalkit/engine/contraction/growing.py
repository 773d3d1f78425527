"""Whole numbers by as many remainders as each table needs: few at the start of a way, and all of them only at its end.

A number is known by its remainders by the first primes, as long as their product is more than four times the most that it can be. Where a
product of tables needs more, the remainders by further primes are worked out from those that are there. Source: [knuth1997], section 4.3.2.
"""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass
from functools import cache
from typing import cast

from causalkit.engine.compiling.greedy_elimination import bits
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.contraction.residues import MOST_TERMS, Residues, chunks_of_primes, whole_numbers
from causalkit.engine.contraction.shapes import Cards, shape_of
from causalkit.values.arrays import Array

__all__ = ["Growing", "Grown", "count_for", "restored"]

MARGIN = 4
"""The product of the primes is so many times larger than any number they stand for: the quotient is then found by rounding."""

ROUND = 64
"""Primes are found so many at a time."""


class Grown(Table):
    """Remainders by the first primes of numbers of at most ``most``, or with an axis of length 1 the numbers themselves."""

    __slots__ = ("most",)

    def __init__(self, table: Table, most: int) -> None:
        super().__init__(table.mask, table.cells, table.bound, table.own)
        self.most = min(most, table.bound) if len(table.cells) == 1 else most


class Growing:
    """Sums of products of probabilities, each table times a whole number, where no sum exceeds the product of these numbers.

    That holds where a variable is summed out of all tables that hold it, its own distribution among them. No number is larger than
    ``most``.
    """

    key = "Growing"

    def __init__(self, most: int) -> None:
        self._all = count_for(most)

    def of(self, table: Table) -> Table:
        """A table of whole numbers, by its remainders."""
        return Grown(_by(self._roomy(count_for(table.bound))).of(table), table.bound)

    def pair(self, a: Table, b: Table, gone: int, cards: Cards) -> Table:
        most = cast(Grown, a).most * cast(Grown, b).most
        left, right, by = self._alike(a, b, most)
        return Grown(by.pair(left, right, gone, cards), most)

    def alone(self, a: Table, gone: int, cards: Cards) -> Table:
        most = cast(Grown, a).most
        left, _, by = self._alike(a, a, most)
        return Grown(by.alone(left, gone, cards), most)

    def plus(self, a: Table, b: Table) -> Table:
        most = cast(Grown, a).most + cast(Grown, b).most
        left, right, by = self._alike(a, b, most)
        return Grown(by.plus(left, right), most)

    def _roomy(self, count: int) -> int:
        """Some primes more than are needed now, so that they do for the next products too."""
        return max(count, min(count + count // 8 + 4, self._all))

    def _alike(self, a: Table, b: Table, most: int) -> tuple[Table, Table, Residues]:
        """Two tables by the same primes, as many as their product needs."""
        needed = count_for(most)
        counts = [len(table.cells) for table in (a, b) if len(table.cells) > 1]
        count = max(needed, min(counts)) if counts else self._roomy(needed)
        if counts and min(counts) < needed:
            count = min([each for each in counts if each >= needed], default=self._roomy(needed))
        return _with_count(a, count), _with_count(b, count), _by(count)


def restored(table: Table, cards: Cards) -> Table:
    """A table of whole numbers from its remainders."""
    import numpy as np

    if not isinstance(table, Grown):
        return table
    cells = table.cells.reshape(len(table.cells), -1)
    count = len(cells)
    whole = cells[0].astype(np.int64) if count == 1 else whole_numbers(cells, first_primes(-(-count // ROUND))[:count])
    return Table(table.mask, whole.reshape(shape_of(table.mask, bits(table.mask), cards)), table.most)


def _with_count(table: Table, count: int) -> Table:
    """The same numbers by the first so many primes, unless they stand for themselves."""
    import numpy as np

    there = len(table.cells)
    if there in (1, count):
        return table
    if there > count:
        return Table(table.mask, table.cells[:count], table.bound, table.own)
    flat = table.cells.reshape(there, -1)
    cells = np.concatenate([flat, further(flat, count)]).reshape(count, *table.cells.shape[1:])
    return Table(table.mask, cells, table.bound, table.own)


def further(cells: Array, count: int) -> Array:
    """The remainders by further primes, up to a count, of numbers from 0 to a quarter of the product of the primes so far.

    A number is the sum of its remainders, each times what leaves 1 by its prime and 0 by the others, less the product of the primes some
    times: the nearest whole number to the sum of the quotients says how often.
    """
    import numpy as np

    there, links = len(cells), links_of(count)
    share = _by(there).reduced(cells * links.alone[there, :there, None])
    times = np.rint((1 / links.primes[:there].astype(np.float64)) @ share)
    found = -times * links.before[there, there:count, None].astype(np.float64)
    by = Residues(tuple(links.primes[there:count].tolist()))
    for start in range(0, there, MOST_TERMS):
        part = slice(start, min(start + MOST_TERMS, there))
        others = _near_zero(links.before[there, there:count] * links.inverse[part, there:count], links.primes[there:count])
        found = by.reduced(found + others.T.astype(np.float64) @ share[part])
    return found


def _near_zero(numbers: Array, primes: Array) -> Array:
    """What numbers of 0 or more leave by primes, from -p/2 to p/2."""
    found: Array = (numbers + primes // 2) % primes - primes // 2
    return found


@dataclass(frozen=True, eq=False)
class Links:
    """What leads from remainders by some primes to those by others.

    ``inverse[i, j]`` times prime i leaves 1 by prime j; ``before[k, j]`` is what the product of the first k primes leaves by prime j;
    ``alone[k, i]`` times the product of the others among the first k primes leaves 1 by prime i.
    """

    primes: Array
    inverse: Array
    before: Array
    alone: Array


def links_of(count: int) -> Links:
    """The links of at least so many primes."""
    return _links(1 << (max(1, -(-count // ROUND)) - 1).bit_length())


@cache
def _links(rounds: int) -> Links:
    import numpy as np

    primes = np.array(first_primes(rounds), np.int64)
    count = len(primes)
    inverse, power = np.ones((count, count), np.int64), primes[:, None] % primes
    exponents = primes - 2
    for bit in range(int(exponents.max()).bit_length()):
        inverse = np.where(exponents >> bit & 1, inverse * power % primes, inverse)
        power = power * power % primes
    np.fill_diagonal(inverse, 1)
    before, alone = np.ones((count + 1, count), np.int64), np.ones((count + 1, count), np.int64)
    for k in range(count):
        before[k + 1] = before[k] * primes[k] % primes
        alone[k + 1] = alone[k] * inverse[k] % primes
    return Links(primes, inverse, before, alone)


@cache
def first_primes(rounds: int) -> tuple[int, ...]:
    """The first primes, some rounds of them."""
    return tuple([prime for (prime,) in chunks_of_primes(1 << 23 * ROUND * rounds, 1)][: ROUND * rounds])


@cache
def _sizes(rounds: int) -> list[int]:
    """How many bits the product of the first one, two, three primes has."""
    return [product.bit_length() for product in itertools.accumulate(first_primes(rounds), lambda a, b: a * b)]


def count_for(most: int) -> int:
    """How many primes it takes to know numbers of at most so much, with a margin; at least two.

    >>> count_for(5), count_for(10**30)
    (2, 5)
    """
    bits = (MARGIN * most).bit_length()
    return max(2, bisect.bisect_right(_sizes(bits // (22 * ROUND) + 1), bits) + 1)


@cache
def _by(count: int) -> Residues:
    return Residues(first_primes(-(-count // ROUND))[:count])
