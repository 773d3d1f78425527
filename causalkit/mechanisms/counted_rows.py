"""Rows of weights as arrays of whole numbers over a common denominator."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from causalkit.values.arrays import Array, whole
from causalkit.values.dist import Dist, Value
from causalkit.values.exact import are_fractions, in_units

__all__ = ["CountedRows", "counted_rows"]

CERTAIN = (1,), 1


class CountedRows(NamedTuple):
    """Rows of weights as whole numbers over ``scale``: what stands in several places stands here once, and zeros do not.

    ``domain`` are the values that some row can give. Row ``i`` is the piece ``which[i]`` of ``columns``, the values by their places in the
    domain, and ``weights``; ``many`` are the lengths of the pieces. ``weights`` is None where one holds symbols.
    """

    domain: tuple[Value, ...]
    columns: Array
    weights: Array | None
    many: Array
    which: Array
    scale: int

    def dense(self) -> Array | None:
        """A table with a line for each row and a column for each value of the domain; None where weights hold symbols."""
        import numpy as np

        if self.weights is None:
            return None
        table = np.zeros((len(self.many), len(self.domain)), self.weights.dtype)
        table[np.repeat(np.arange(len(self.many)), self.many), self.columns] = self.weights
        return table if len(self.which) == len(self.many) else table[self.which]


def counted_rows(rows: Sequence[Mapping[Value, Any]], domain: Sequence[Value], *, weighed: bool = True) -> CountedRows:
    """Rows as arrays, worked out once where the same object stands in several places.

    :param rows: values with their weights.
    :param domain: the values in the order of the columns; what no row gives has none.
    :param weighed: False for rows that say what is possible and nothing of weights.

    >>> found = counted_rows([Dist({"a": "1/2", "b": "1/2"}), Dist({"a": "1/3", "b": "2/3"})], ["a", "b", "c"])
    >>> found.domain, found.weights.tolist(), found.scale, found.dense().tolist()
    (('a', 'b'), [3, 3, 2, 4], 6, [[3, 3], [2, 4]])
    """
    import numpy as np

    by_id = {id(row): row for row in rows}
    different, place = list(by_id.values()), {each: i for i, each in enumerate(by_id)}
    which = np.fromiter(map(place.__getitem__, map(id, rows)), np.intp)
    at = {value: i for i, value in enumerate(domain)}
    columns = np.fromiter(map(at.__getitem__, itertools.chain.from_iterable(different)), np.intp)
    reached = np.flatnonzero(np.bincount(columns, minlength=len(at)))
    values, columns = tuple([domain[i] for i in reached.tolist()]), np.searchsorted(reached, columns)
    counted = _counted(different) if weighed else None
    if counted is None:
        return CountedRows(values, columns, None, np.fromiter(map(len, different), np.intp), which, 1)
    counts, commons = zip(*counted, strict=True)
    scale = math.lcm(*set(commons))
    many = np.fromiter(map(len, counts), np.intp)
    times = {common: scale // common for common in set(commons)}
    weights = whole(itertools.chain.from_iterable(counts), scale) * np.repeat(whole(map(times.__getitem__, commons), scale), many)
    for kept in (columns, weights, many, which):
        kept.setflags(write=False)  # they are kept with a mechanism
    return CountedRows(values, columns, weights, many, which, scale)


def _counted(rows: Iterable[Mapping[Value, Any]]) -> list[tuple[Sequence[int], int]] | None:
    """The weights of each row as whole numbers over a denominator of its own; None where one of them holds symbols."""
    counted = []
    for row in rows:
        if isinstance(row, Dist):
            counts: tuple[Sequence[int], int] | None = row.counts
        elif len(row) == 1:
            counts = CERTAIN
        else:
            counts = in_units(row.values()) if are_fractions(row.values()) else None
        if counts is None:
            return None
        counted.append(counts)
    return counted
