"""Sums of products of tables: in whole numbers, in float64, or in shapes alone."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any, Protocol

from causalkit.engine.compiling.greedy_elimination import bits
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.contraction.matrices import by_matrices
from causalkit.engine.contraction.shapes import Cards, shape_of, size_of
from causalkit.values.arrays import INT64, Array

__all__ = ["AT_ONCE", "FLOATS", "WHOLE", "Pricing", "Product", "joined", "summed"]

AT_ONCE = 100_000
"""Products of more cells than this are summed one value after the other, so that the product itself is never there."""

SMALL = 10_000
"""Products of so many cells or fewer are made cell by cell in floats too."""

THIN = 64
"""The least number of products of a matrix product: smaller ones are made cell by cell."""


class Product(Protocol):
    """How two tables become one: ``pair(a, b, gone)`` is their product, summed over the variables of the mask ``gone``."""

    @property
    def key(self) -> Hashable:
        """What tells its tables from those of other products."""

    def pair(self, a: Table, b: Table, gone: int, cards: Cards) -> Table: ...

    def alone(self, a: Table, gone: int, cards: Cards) -> Table:
        """One table summed over some of its variables."""

    def plus(self, a: Table, b: Table) -> Table:
        """The sum of two tables over the same variables."""


def summed(tables: list[Table], gone: int, cards: Cards, product: Product, *, lean: bool = False) -> list[Table]:
    """The same product without the variables in ``gone``, as tables: next always the variable whose table is smallest.

    With ``lean`` it is the same but for a factor: distributions of nothing but variables that are summed out are left out.
    """
    if lean:
        tables = without_barren(tables, gone)
    held = 0
    for table in tables:
        held |= table.mask
    gone &= held
    while gone:
        variable, union = _next_out(tables, gone, cards)
        low = 1 << variable
        group = [table for table in tables if table.mask & low]
        tables = [table for table in tables if not table.mask & low]
        out = union & gone
        for table in tables:
            out &= ~table.mask
        made = joined(group, out, cards, product)
        tables.append(_as_distribution(made, group, out) if lean else made)
        gone &= ~out
    return tables


def _as_distribution(made: Table, group: list[Table], out: int) -> Table:
    """A product of distributions, summed over some of their variables, is one of the others; its weights exceed no product of bounds."""
    own = 0
    for table in group:
        if not table.own:
            return made
        own |= table.own
    if out & ~own:
        return made
    stands_for_itself = made.cells is None or made.cells.ndim == made.mask.bit_count()  # remainders may add up to more
    bound = min(made.bound, math.prod([table.bound for table in group])) if stands_for_itself else made.bound
    return Table(made.mask, made.cells, bound, own & ~out)


def without_barren(tables: list[Table], gone: int) -> list[Table]:
    """The tables without those that a sum over ``gone`` makes the same number everywhere: distributions of variables in no other table."""
    while True:
        once = twice = 0
        for table in tables:
            twice |= once & table.mask
            once |= table.mask
        loose = gone & ~twice
        left = [table for table in tables if not table.own or table.own & ~loose]
        if len(left) == len(tables):
            return left
        tables = left


def _next_out(tables: Sequence[Table], gone: int, cards: Cards) -> tuple[int, int]:
    """The variable that is summed out next, with all variables of its product."""
    best, least = (-1, 0), float("inf")
    if not gone & (gone - 1):
        union = 0
        for table in tables:
            if table.mask & gone:
                union |= table.mask
        return gone.bit_length() - 1, union
    for variable in bits(gone):
        union = 0
        for table in tables:
            if table.mask >> variable & 1:
                union |= table.mask
        if (size := size_of(union, cards)) < least:
            best, least = (variable, union), size
    return best


def joined(group: list[Table], out: int, cards: Cards, product: Product) -> Table:
    """The product of one or more tables, summed over the variables in ``out``: small ones first, each sum as early as it can be."""

    def late_first(table: Table) -> int:
        if table.cells is None:
            return -size_of(table.mask, cards)
        return -int(table.cells.size if table.cells.ndim == table.mask.bit_count() else table.cells[0].size)

    if len(group) == 1:
        return product.alone(group[0], out & group[0].mask, cards) if out & group[0].mask else group[0]
    waiting = sorted(group, key=late_first)
    while len(waiting) > 1:
        a, b = waiting.pop(), waiting.pop()
        late = 0
        for table in waiting:
            late |= table.mask
        now = out & (a.mask | b.mask) & ~late
        waiting.append(product.pair(a, b, now, cards))
        if len(waiting) > 2:
            waiting.sort(key=late_first)
    last = waiting[0]
    return product.alone(last, out & last.mask, cards) if out & last.mask else last


class _Arrays:
    """Products of arrays that broadcast; what the numbers are is said by those who inherit."""

    @property
    def key(self) -> Hashable:
        return type(self).__name__

    def pair(self, a: Table, b: Table, gone: int, cards: Cards) -> Table:
        import numpy as np

        axes = list(bits(a.mask | b.mask))
        times = size_of(gone, cards)
        left, right, bound = self._fitted(a, b, times)
        if left.ndim < len(axes):
            left = left.reshape(shape_of(a.mask, axes, cards))
        if right.ndim < len(axes):
            right = right.reshape(shape_of(b.mask, axes, cards))
        if not gone:
            cells = np.multiply(left, right)
        elif times * size_of((a.mask | b.mask) & ~gone, cards) <= AT_ONCE:
            cells = np.add.reduce(left * right, axis=tuple([i for i, variable in enumerate(axes) if gone >> variable & 1]))
        else:
            cells = self._one_by_one(left, right, [i for i, variable in enumerate(axes) if gone >> variable & 1])
        return Table((a.mask | b.mask) & ~gone, np.asarray(cells), bound)

    def _fitted(self, a: Table, b: Table, times: int) -> tuple[Array, Array, int]:
        return a.cells, b.cells, 1

    def _one_by_one(self, left: Array, right: Array, out: list[int]) -> Array:
        """The sum over some axes of a product, of which no more than a part is there at once."""
        import numpy as np

        lengths = [max(pair) for pair in zip(left.shape, right.shape, strict=True)]
        size, turns = math.prod(lengths), []
        for axis in out:
            if size > AT_ONCE:
                turns.append(axis)
                size //= lengths[axis]
        rest = tuple([axis - sum(turn < axis for turn in turns) for axis in out if axis not in turns])
        total: Array | None = None
        for place in np.ndindex(*(lengths[axis] for axis in turns)):
            term = np.asarray(np.add.reduce(np.multiply(_at(left, turns, place), _at(right, turns, place)), axis=rest))
            total = term if total is None else np.asarray(np.add(total, term))
        assert total is not None, "there is a product to sum"
        return total

    def alone(self, a: Table, gone: int, cards: Cards) -> Table:
        import numpy as np

        axis = tuple([i for i, variable in enumerate(bits(a.mask)) if gone >> variable & 1])
        cells, bound = self._wide(a, size_of(gone, cards))
        return Table(a.mask & ~gone, np.asarray(np.add.reduce(cells, axis=axis)), bound)

    def _wide(self, a: Table, times: int) -> tuple[Array, int]:
        return a.cells, 1

    def plus(self, a: Table, b: Table) -> Table:
        import numpy as np

        left, bound = self._wide(a, 1)
        right, other = self._wide(b, 1)
        if bound + other >= INT64:
            left, right = _objects(left), _objects(right)
        return Table(a.mask | b.mask, np.asarray(left + right), bound + other)


def _at(cells: Array, axes: Sequence[int], place: Sequence[int]) -> Array:
    index: list[Any] = [slice(None)] * cells.ndim
    for axis, i in zip(axes, place, strict=True):
        index[axis] = i if cells.shape[axis] > 1 else 0
    return cells[(*index, ...)]


class Whole(_Arrays):
    """Whole numbers: int64 as long as no sum of products can leave it, Python's integers from there on."""

    def _fitted(self, a: Table, b: Table, times: int) -> tuple[Array, Array, int]:
        bound = a.bound * b.bound * times
        if bound < INT64:
            return a.cells, b.cells, bound
        return _objects(a.cells), _objects(b.cells), bound

    def _wide(self, a: Table, times: int) -> tuple[Array, int]:
        bound = a.bound * times
        return (a.cells if bound < INT64 else _objects(a.cells)), bound


def _objects(cells: Array) -> Array:
    return cells if cells.dtype == object else cells.astype(object)


class Pricing:
    """Shapes alone: counts the multiply-adds that the products would take, and the cells of the largest.

    The bound of a product is that of its tables' bounds, and a sum does not raise it: where the sum is a probability, it has no need to.
    """

    def __init__(self) -> None:
        self.cost, self.largest, self.width = 0, 1, 0
        self.key = "Pricing"

    def pair(self, a: Table, b: Table, gone: int, cards: Cards) -> Table:
        union = a.mask | b.mask
        self._count(union, size_of(union & ~gone, cards), cards)
        return Table(union & ~gone, None, a.bound * b.bound)

    def alone(self, a: Table, gone: int, cards: Cards) -> Table:
        self._count(a.mask, 1, cards)
        return Table(a.mask & ~gone, None, a.bound)

    def plus(self, a: Table, b: Table) -> Table:
        return a

    def _count(self, union: int, left: int, cards: Cards) -> None:
        self.cost += size_of(union, cards)
        self.largest = max(self.largest, left)
        self.width = max(self.width, union.bit_count())


class Floats(_Arrays):
    """Float64: large products are products of matrices."""

    def pair(self, a: Table, b: Table, gone: int, cards: Cards) -> Table:
        import numpy as np

        shared = a.mask & b.mask & gone
        if shared != gone or not gone or size_of(a.mask | b.mask, cards) <= SMALL or _is_thin(a, b, gone, cards):
            return super().pair(a, b, gone, cards)
        cells = by_matrices(a.cells, b.cells, (a.mask, b.mask), gone, cards, np.matmul)
        return Table((a.mask | b.mask) & ~gone, cells, 1)


def _is_thin(a: Table, b: Table, gone: int, cards: Cards) -> bool:
    """Whether the matrices would be so small that a call for each takes longer than its numbers."""
    return size_of((a.mask ^ b.mask) | gone, cards) < THIN


WHOLE, FLOATS = Whole(), Floats()
