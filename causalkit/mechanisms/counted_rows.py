"""Rows of weights as one array of whole numbers over a common denominator."""

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
    """The values that some row can give, and for each row how much of ``scale`` each of them weighs.

    ``cells`` is None where a weight holds symbols. Nobody can write into the array, because it is kept with a mechanism.
    """

    domain: tuple[Value, ...]
    cells: Array | None
    scale: int


def counted_rows(rows: Sequence[Mapping[Value, Any]], domain: Sequence[Value], *, weighed: bool = True) -> CountedRows:
    """Rows as an array with a line for each, worked out once where the same object stands in several places.

    :param rows: values with their weights.
    :param domain: the values in the order of the columns; what no row gives has none.
    :param weighed: False for rows that say what is possible and nothing of weights.

    >>> found = counted_rows([Dist({"a": "1/2", "b": "1/2"}), Dist({"a": "1/3", "b": "2/3"})], ["a", "b", "c"])
    >>> found.domain, found.cells.tolist(), found.scale
    (('a', 'b'), [[3, 3], [2, 4]], 6)
    """
    import numpy as np

    different = list({id(row): row for row in rows}.values())
    at = {value: i for i, value in enumerate(domain)}
    columns = np.fromiter(map(at.__getitem__, itertools.chain.from_iterable(different)), np.intp)
    reached = np.flatnonzero(np.bincount(columns, minlength=len(at)))
    values = tuple([domain[i] for i in reached.tolist()])
    counted = _counted(different) if weighed else None
    if counted is None:
        return CountedRows(values, None, 1)
    counts, commons = zip(*counted, strict=True)
    scale = math.lcm(*set(commons))
    lengths = list(map(len, counts))
    times = {common: scale // common for common in set(commons)}
    weights = whole(itertools.chain.from_iterable(counts), scale) * np.repeat(whole(map(times.__getitem__, commons), scale), lengths)
    table = np.zeros((len(different), len(values)), weights.dtype)
    table[np.repeat(np.arange(len(different)), lengths), np.searchsorted(reached, columns)] = weights
    if len(different) < len(rows):
        places = {id(row): i for i, row in enumerate(different)}
        table = table[list(map(places.__getitem__, map(id, rows)))]
    table.setflags(write=False)
    return CountedRows(values, table, scale)


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
