"""Answers in whole numbers: on large tables by remainders, on small ones by the numbers themselves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from causalkit.engine.compiling.binding import Bound
from causalkit.engine.compiling.greedy_elimination import bits, mask_of
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.contraction.growing import Growing, count_for, restored
from causalkit.engine.contraction.products import WHOLE, Product
from causalkit.engine.contraction.progress import watched
from causalkit.engine.contraction.residues import Residues, chunks_of_primes, whole_numbers
from causalkit.engine.contraction.shapes import Cards, shape_of, size_of
from causalkit.engine.exact.join_tree import Way, all_singles, gathered

__all__ = ["gathered_whole", "is_dear", "singles_whole"]

PER_DIGIT = 0.7e-9
PER_NUMBER = 1e-7
PER_REMAINDER = 1.5e-9
PER_TABLE = 2e-5
"""Seconds, roughly: of a product of two of Python's digits, of a product beyond its digits, of a product of remainders, and of a table
on a tree for each prime where few of these are worked out at a time."""

ONCE = 15
"""A table on a tree by all primes together takes as long as by so many of those."""

MOST_REMAINDERS = 1 << 24
"""Remainders in the largest table at most where those by all primes are worked out together."""

CELLS = 1 << 20
"""Remainders in the largest table at a time."""


def most_of(bound: Bound) -> int:
    """A number that no weight of an answer exceeds.

    Each weight is a sum over the values of variables, of products of a cell of each table. It is also a probability in units of
    1/``scale``; what tables that were left out would multiply it by is a whole number, and not 0 where the evidence is possible.
    """
    return min(size_of(bound.free, bound.cards) * math.prod([table.bound for table in bound.tables]), bound.scale)


def is_dear(bound: Bound, way: Way) -> bool:
    """Whether Python's whole numbers would take longer than remainders by as many primes as the answer needs."""
    if way.cost < 10_000:
        return False
    most = max(map(int.bit_length, way.bounds.values())) if way.bounds else most_of(bound).bit_length()
    whole = way.cost * (PER_NUMBER + (most / 60) ** 2 * PER_DIGIT)
    primes = most / 22 + 8
    placed = len(bound.tables) * PER_TABLE * (primes if way.bounds else ONCE)
    return 1.5 * (primes * way.cost * PER_REMAINDER + placed) < whole


def gathered_whole(bound: Bound, way: Way, product: Product = WHOLE) -> Table:
    """The weights over the target, as ``gathered`` finds them; large ones by remainders."""
    if product is not WHOLE or not is_dear(bound, way):
        return gathered(bound, way, product)
    most = most_of(bound)
    count = count_for(most)
    if count * way.largest <= MOST_REMAINDERS:
        growing = Growing(most)
        seconds = 0.0 if way.sliced else way.cost * count * PER_REMAINDER
        by = replace(bound, tables=[growing.of(table) for table in bound.tables])
        return restored(gathered(by, way, growing, seconds), bound.cards)
    chunks = chunks_of_primes(most, _at_once(way, most))
    found = [gathered(by, way, product) for by, product in (_by(bound, chunk) for chunk in _shown(chunks, way))]
    return _restored([found], chunks, bound.cards)[0]


def singles_whole(bound: Bound, way: Way, product: Product = WHOLE) -> Iterator[tuple[int, Table]]:
    """The weights of each variable of the target, as ``all_singles`` finds them; large ones by remainders."""
    if product is not WHOLE or not is_dear(bound, way):
        yield from all_singles(bound, way, product)
        return
    most = max(way.bounds.values(), default=1)
    chunks = chunks_of_primes(most, _at_once(way, most))
    found: dict[int, list[Table]] = {variable: [] for variable in bits(bound.target)}
    reach = 1
    for chunk in _shown(chunks, way):
        wanted = mask_of(variable for variable in found if way.bounds[variable] >= reach)
        by, residues = _by(bound, chunk)
        for variable, table in all_singles(by, way, residues, wanted):
            found[variable].append(table)
        reach *= math.prod(chunk)
    for count in {len(tables) for tables in found.values()}:
        mine = [variable for variable, tables in found.items() if len(tables) == count]
        yield from zip(mine, _restored([found[variable] for variable in mine], chunks[:count], bound.cards), strict=True)


def _at_once(way: Way, most: int) -> int:
    """By how many primes remainders are worked out at a time: a power of 2, so that the largest table stays in its room."""
    needed = (most.bit_length() // 22).bit_length()
    return 1 << max(1, min(5, needed, (CELLS // way.largest).bit_length() - 1))


def _shown(chunks: list[tuple[int, ...]], way: Way) -> Iterator[tuple[int, ...]]:
    """The groups of primes with a bar, unless one is shown already for variables that are held fixed."""
    return watched(chunks, 0.0 if way.sliced else way.cost * sum(map(len, chunks)) * PER_REMAINDER)


def _by(bound: Bound, primes: tuple[int, ...]) -> tuple[Bound, Residues]:
    """The same question with its tables by their remainders."""
    product = Residues(primes)
    return replace(bound, tables=[product.of(table) for table in bound.tables]), product


def _restored(found: list[list[Table]], chunks: list[tuple[int, ...]], cards: Cards) -> list[Table]:
    """Tables of whole numbers from their remainders by each group of primes."""
    import numpy as np

    sizes = [size_of(parts[0].mask, cards) for parts in found]
    rows = [
        np.concatenate(
            [np.broadcast_to(table.cells.reshape(-1, size), (len(primes), size)) for table, primes in zip(parts, chunks, strict=True)]
        )
        for parts, size in zip(found, sizes, strict=True)
    ]
    primes = [prime for chunk in chunks for prime in chunk]
    cells = np.split(whole_numbers(np.concatenate(rows, axis=1), primes), np.cumsum(sizes)[:-1])
    most = math.prod(primes)
    return [
        Table(parts[0].mask, mine.reshape(shape_of(parts[0].mask, bits(parts[0].mask), cards)), most)
        for parts, mine in zip(found, cells, strict=True)
    ]
