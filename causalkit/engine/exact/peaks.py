"""Greatest products instead of sums of them, with how many combinations reach each, and the way back to these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from causalkit.engine.compiling.greedy_elimination import bits
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.contraction.products import AT_ONCE
from causalkit.engine.contraction.shapes import shape_of, size_of
from causalkit.values.arrays import INT64, Array

__all__ = ["Peak", "Peaks", "Step", "assigned"]


class Peak(Table):
    """Greatest weights, and for each how many combinations of what was maximised have it."""

    __slots__ = ("counts",)

    def __init__(self, mask: int, cells: Array, bound: int, counts: Array | None) -> None:
        super().__init__(mask, cells, bound)
        self.counts = counts


class Step(NamedTuple):
    """Two tables, or one, whose product was maximised over the variables in ``gone``."""

    tables: tuple[Table, ...]
    gone: int


class Peaks:
    """Products that are maximised over variables; the steps are written down where ``steps`` is given."""

    def __init__(self, steps: list[Step] | None = None) -> None:
        self.steps = steps
        self.key = "Peaks"

    def pair(self, a: Table, b: Table, gone: int, cards: Sequence[int]) -> Table:
        if self.steps is not None and gone:
            self.steps.append(Step((a, b), gone))
        return self._pair(a, b, gone, cards)

    def _pair(self, a: Table, b: Table, gone: int, cards: Sequence[int]) -> Table:
        """The product in parts that are small enough, one for each value of a variable that stays."""
        union = a.mask | b.mask
        stays = union & ~gone
        if not gone or not stays or size_of(union, cards) <= AT_ONCE:
            return self._whole_pair(a, b, gone, cards)
        low = stays & -stays
        parts = [self._pair(_at(a, low, i), _at(b, low, i), gone, cards) for i in range(cards[low.bit_length() - 1])]
        return _stacked(stays, parts)

    def _whole_pair(self, a: Table, b: Table, gone: int, cards: Sequence[int]) -> Table:
        union = a.mask | b.mask
        bound = a.bound * b.bound
        left, right = (_spread(each.cells, each.mask, union, cards) for each in (a, b))
        if bound >= INT64:
            left, right = left.astype(object), right.astype(object)
        counts = _product(_spread_counts(a, union, cards), _spread_counts(b, union, cards))
        return _maximised(union, left * right, bound, counts, gone, cards)

    def alone(self, a: Table, gone: int, cards: Sequence[int]) -> Table:
        if self.steps is not None and gone:
            self.steps.append(Step((a,), gone))
        return _maximised(a.mask, a.cells, a.bound, a.counts if isinstance(a, Peak) else None, gone, cards)

    def plus(self, a: Table, b: Table) -> Table:
        raise NotImplementedError("peaks are not added up")


def _maximised(union: int, cells: Any, bound: int, counts: Array | None, gone: int, cards: Sequence[int]) -> Table:
    import numpy as np

    if not gone:
        whole = np.asarray(cells)
        return Peak(union, whole, bound, None if counts is None else np.broadcast_to(counts, whole.shape))
    axis = tuple([i for i, variable in enumerate(bits(union)) if gone >> variable & 1])
    best = np.maximum.reduce(cells, axis=axis, keepdims=True)
    reached = cells == best
    if counts is None and size_of(gone, cards) < INT64:
        counts = np.add.reduce(reached.astype(np.int64), axis=axis)
    else:
        counts = np.add.reduce(np.where(reached, 1 if counts is None else counts, 0).astype(object), axis=axis)
    return Peak(union & ~gone, np.asarray(best.reshape(np.shape(counts))), bound, np.asarray(counts))


def _at(table: Table, low: int, value: int) -> Table:
    """A table where the lowest of its variables that stay has a certain value; itself where it does not hold that one."""
    if not table.mask & low:
        return table
    index: Any = (*[slice(None)] * (table.mask & (low - 1)).bit_count(), value, ...)
    counts = table.counts[index] if isinstance(table, Peak) and table.counts is not None else None
    return Peak(table.mask & ~low, table.cells[index], table.bound, counts)


def _stacked(mask: int, parts: Sequence[Table]) -> Table:
    """One table from its parts at each value of its lowest variable."""
    import numpy as np

    counts = [part.counts for part in parts if isinstance(part, Peak) and part.counts is not None]
    whole = None if len(counts) < len(parts) else np.stack(counts)
    return Peak(mask, np.stack([part.cells for part in parts]), max(part.bound for part in parts), whole)


def _spread(cells: Array, mask: int, union: int, cards: Sequence[int]) -> Array:
    return cells.reshape(shape_of(mask, bits(union), cards))


def _spread_counts(table: Table, union: int, cards: Sequence[int]) -> Array | None:
    if not isinstance(table, Peak) or table.counts is None:
        return None
    return _spread(table.counts, table.mask, union, cards)


def _product(a: Array | None, b: Array | None) -> Array | None:
    if a is None or b is None:
        return b if a is None else a
    both: Array = a.astype(object) * b.astype(object)
    return both


def assigned(steps: Sequence[Step], cards: Sequence[int]) -> dict[int, int]:
    """Where the variables stand in one combination that reaches the greatest product: the first one in each step, the last step first."""
    import numpy as np

    at: dict[int, int] = {}
    for step in reversed(steps):
        union = 0
        for table in step.tables:
            union |= table.mask
        open_variables = [variable for variable in bits(union) if variable not in at]
        product: Any = 1
        for table in step.tables:
            index = tuple([at.get(variable, slice(None)) for variable in bits(table.mask)])
            mine = sum(1 << variable for variable in bits(table.mask) if variable not in at)
            cells = table.cells[(*index, ...)]
            product = product * cells.astype(object).reshape(shape_of(mine, open_variables, cards))
        shape = [cards[variable] for variable in open_variables]
        place = int(np.argmax(np.broadcast_to(product, shape).reshape(-1)))
        for variable, i in zip(open_variables, np.unravel_index(place, shape), strict=True):
            at[variable] = int(i)
    return at
